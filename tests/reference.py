"""The method of docs/method.md once more: slow, obvious, one unit at a time, straight from the files' data.

It shares nothing with the packages; the tests compare the two.
"""

from __future__ import annotations

from statistics import median
from typing import Any

Data = dict[str, Any]

LEVELLESS = "niet_te_beoordelen"


def rounded(x: float) -> float:
    return round(x, 9)


def factors_of(data: Data) -> list[Data]:
    return [factor for theme in data["themes"] for factor in theme["factors"]]


def questions_of(data: Data) -> list[Data]:
    return [question for factor in factors_of(data) for question in factor["questions"]]


# One question


def option_scores(question: Data) -> dict[str, float | None]:
    if question["type"] == "yes_no":
        return dict(question.get("scores", {"ja": 1, "nee": 0}))
    return {option["code"]: option.get("score") for option in question.get("options", [])}


def is_scored(question: Data) -> bool:
    able = bool(question.get("bands")) or any(s is not None for s in option_scores(question).values())
    return able and question.get("scored", True)


def points(question: Data, value: Any) -> float | None:
    if not is_scored(question):
        return None
    if question["type"] == "number":
        for band in question["bands"]:
            if "below" in band:
                if value < band["below"]:
                    return band["score"]
            elif "upto" in band:
                if value <= band["upto"]:
                    return band["score"]
            else:
                return band["score"]
    scores = option_scores(question)
    if question["type"] != "multi":
        return scores[value]
    chosen = [scores[code] for code in value if scores[code] is not None]
    if not chosen:
        return None
    return max(chosen) if question.get("combine", "sum") == "max" else min(1, sum(chosen))


def limits(question: Data) -> tuple[float, float]:
    if question["type"] == "number":
        scores = [band["score"] for band in question["bands"]]
        return min(scores), max(scores)
    scores = [score for score in option_scores(question).values() if score is not None]
    if question["type"] != "multi" or question.get("combine", "sum") == "max":
        return min(scores), max(scores)
    alone = [o["score"] for o in question["options"] if "score" in o and o.get("exclusive")]
    together = [o["score"] for o in question["options"] if "score" in o and not o.get("exclusive")]
    return min(scores), max([min(1, sum(together)), *alone])


def meets(condition: Data, value: Any) -> bool:
    tests = {
        "in": lambda codes: value in codes,
        "not_in": lambda codes: value not in codes,
        "any_of": lambda codes: any(code in value for code in codes),
        "all_of": lambda codes: all(code in value for code in codes),
        "none_of": lambda codes: not any(code in value for code in codes),
        "at_least": lambda limit: value >= limit,
        "above": lambda limit: value > limit,
        "at_most": lambda limit: value <= limit,
        "below": lambda limit: value < limit,
    }
    return all(tests[key](wanted) for key, wanted in condition.items() if key != "question")


# One unit


class Unit:
    def __init__(self, data: Data, answers: Data) -> None:
        self.data = data
        self.answers = answers
        self.asked: dict[str, str] = {}
        for question in questions_of(data):
            self.asked[question["code"]] = self.is_asked(question)

    def is_asked(self, question: Data) -> str:
        if "when" not in question:
            return "asked"
        named = question["when"]["question"]
        if self.asked[named] == "asked":
            answer = self.answers.get(named, {})
            if "value" in answer:
                return "asked" if meets(question["when"], answer["value"]) else "not_asked"
            return "not_asked" if answer.get("special") == "nvt" else "undetermined"
        return self.asked[named]

    def value(self, code: str) -> Any:
        return self.answers.get(code, {}).get("value") if self.asked[code] == "asked" else None

    def holds(self, condition: Data) -> bool:
        value = self.value(condition["question"])
        return value is not None and meets(condition, value)

    def state(self, question: Data) -> str:
        code = question["code"]
        if self.asked[code] != "asked":
            return self.asked[code]
        if self.value(code) is not None:
            return "unscored" if points(question, self.value(code)) is None else "answered"
        return "nvt" if self.answers.get(code, {}).get("special") == "nvt" else "open"

    def must(self, question: Data) -> str | None:
        state = self.state(question)
        if "must" not in question or state in ("not_asked", "nvt"):
            return None
        if state in ("open", "undetermined"):
            return "open"
        if state == "unscored" and is_scored(question):
            return None
        return "met" if meets(question["must"], self.value(question["code"])) else "missed"

    def lacks(self, question: Data) -> bool:
        code, answer = question["code"], self.answers.get(question["code"], {})
        if self.asked[code] != "asked":
            return False
        note, document = bool(answer.get("note", "").strip()), bool(answer.get("document"))
        if answer.get("special") == "nvt":
            return not note
        if self.value(code) is None:
            return False

        def needed(when: Any) -> bool:
            if when is None or when == "always":
                return when == "always"
            return meets(when, self.value(code))

        return (needed(question.get("note_when")) and not note) or (
            needed(question.get("evidence_when")) and not document
        )

    def factor(self, factor: Data) -> Data:
        a = w = earned = least = most = 0.0
        for question in factor["questions"]:
            if not is_scored(question):
                continue
            weight, state = question.get("weight", 1), self.state(question)
            if state == "answered":
                a += weight
                w += weight
                earned += weight * points(question, self.value(question["code"]))
            elif state in ("open", "undetermined"):
                w += weight
                least += weight * limits(question)[0]
                most += weight * limits(question)[1]
        missed = [q["code"] for q in factor["questions"] if self.must(q) == "missed"]
        pending = [q["code"] for q in factor["questions"] if self.must(q) == "open"]
        score = earned / a if a else None
        coverage = a / w if w else None
        level, reason = LEVELLESS, None
        if not w:
            reason = "niet_van_toepassing"
        elif score is None or rounded(coverage) < self.data["min_coverage"]:
            reason = "te_weinig_antwoorden"
        else:
            best = reached(self.data, score, len(missed))
            if best == reached(self.data, score, len(missed) + len(pending)):
                level = best
            else:
                reason = "open_voorwaarde"
        return {
            "score": score,
            "low": (earned + least) / w if w else None,
            "high": (earned + most) / w if w else None,
            "coverage": coverage,
            "level": level,
            "reason": reason,
            "missed_musts": missed,
            "open_musts": pending,
            "A": a,
            "W": w,
        }


def reached(data: Data, score: float, missed: int) -> str:
    found = None
    for level in data["levels"]:
        if level["from"] <= rounded(score) and level.get("missed_musts", missed) >= missed:
            found = level["code"]
    assert found is not None
    return found


# All units


def score(data: Data, units: Data) -> Data:
    """What `meetlat score` should print, without the sentences."""
    every = {name: Unit(data, answers) for name, answers in units.items()}
    factors = {name: {f["code"]: unit.factor(f) for f in factors_of(data)} for name, unit in every.items()}
    found: Data = {
        "instrument": {"code": data["code"], "version": data["version"]},
        "units": {},
        "national": {"units": len(units), "factors": {}, "questions": {}, "statements": {}},
    }
    for name, unit in every.items():
        themes = {}
        for theme in data["themes"]:
            mine = [(f.get("weight", 1), factors[name][f["code"]]) for f in theme["factors"]]
            total = sum(factor["W"] for _, factor in mine)
            themes[theme["code"]] = {
                figure: weighted([(w, factor[figure]) for w, factor in mine])
                for figure in ("score", "low", "high")
            } | {"coverage": sum(factor["A"] for _, factor in mine) / total if total else None}
        found["units"][name] = {
            "factors": {
                code: {key: value for key, value in factor.items() if key not in "AW"}
                for code, factor in factors[name].items()
            },
            "themes": themes,
            "checks": [
                check["code"] for check in data.get("checks", []) if all(map(unit.holds, check["all"]))
            ],
            "incomplete": [q["code"] for q in questions_of(data) if unit.lacks(q)],
        }
    for factor in factors_of(data):
        found["national"]["factors"][factor["code"]] = national(data, factor, every, factors)
        for statement in factor.get("statements", []):
            count = statement["count"]
            found["national"]["statements"][statement["code"]] = {
                "n": sum(unit.holds(count) for unit in every.values()),
                "of": sum(unit.value(count["question"]) is not None for unit in every.values()),
            }
    for question in questions_of(data):
        found["national"]["questions"][question["code"]] = national_question(data, question, every)
    return found


def weighted(pairs: list[tuple[float, float | None]]) -> float | None:
    there = [(weight, figure) for weight, figure in pairs if figure is not None]
    return sum(w * figure for w, figure in there) / sum(w for w, _ in there) if there else None


def quantile(figures: list[float], p: float) -> float:
    figures = sorted(figures)
    position = (len(figures) - 1) * p
    low = int(position)
    high = min(low + 1, len(figures) - 1)
    return figures[low] + (position - low) * (figures[high] - figures[low])


def national(data: Data, factor: Data, every: dict[str, Unit], factors: dict[str, Data]) -> Data:
    mine = [factors[name][factor["code"]] for name in every]
    scores = [each["score"] for each in mine if each["level"] != LEVELLESS]
    codes = [level["code"] for level in data["levels"]]
    counts = {code: sum(each["level"] == code for each in mine) for code in [*codes, LEVELLESS]}
    found: Data = {"levels": counts, "n": len(scores)}
    if not scores:
        return found | dict.fromkeys(("mean", "median", "min", "max", "q1", "q3")) | {"proposal": LEVELLESS}
    mean = sum(scores) / len(scores)
    failing = rounded(counts[codes[0]] / len(scores))
    wide = True
    for question in factor["questions"]:
        stands = [unit.must(question) for unit in every.values()]
        applies = [must for must in stands if must is not None]
        if applies and rounded(applies.count("met") / len(applies)) < data["must_share"]:
            wide = False
    if rounded(len(scores) / len(mine)) < data["min_units"]:
        proposal = LEVELLESS
    elif rounded(mean) >= data["levels"][-1]["from"] and wide and failing <= data["max_failing_share"]:
        proposal = codes[-1]
    elif failing > 0.5:
        proposal = codes[0]
    else:
        proposal = [level["code"] for level in data["levels"][:-1] if level["from"] <= rounded(mean)][-1]
    return found | {
        "mean": mean,
        "median": median(scores),
        "min": min(scores),
        "max": max(scores),
        "q1": quantile(scores, 0.25),
        "q3": quantile(scores, 0.75),
        "proposal": proposal,
    }


def national_question(data: Data, question: Data, every: dict[str, Unit]) -> Data:
    code = question["code"]
    values = [value for unit in every.values() if (value := unit.value(code)) is not None]
    states = [unit.state(question) for unit in every.values()]
    unknown = sum(
        unit.asked[code] == "asked" and unit.answers.get(code, {}).get("special") == "onbekend"
        for unit in every.values()
    )
    found: Data = {
        "n": len(values),
        "unknown": unknown,
        "open": states.count("open") + states.count("undetermined") - unknown,
        "nvt": states.count("nvt"),
        "not_asked": states.count("not_asked"),
    }
    if question["type"] == "number":
        found["counts"] = {f"{value:g}": values.count(value) for value in values}
        found["mean"] = sum(values) / len(values) if values else None
        found["median"] = median(values) if values else None
        found["min"] = min(values, default=None)
        found["max"] = max(values, default=None)
    elif question["type"] == "multi":
        found["counts"] = {o: sum(o in value for value in values) for o in option_scores(question)}
    elif question["type"] in ("yes_no", "choice"):
        found["counts"] = {o: values.count(o) for o in option_scores(question)}
    if is_scored(question):
        earned = [s for value in values if (s := points(question, value)) is not None]
        mean = sum(earned) / len(earned) if earned else None
        found["mean_score"] = mean
        found["attention"] = mean is not None and rounded(mean) < data["attention_below"]
    return found


# Two measurements


def alike(one: Data, other: Data) -> bool:
    def scoring(question: Data) -> Any:
        bands = [(b.get("below"), b.get("upto"), b["score"]) for b in question.get("bands", [])]
        must = {
            key: sorted(wanted) if isinstance(wanted, list) else wanted
            for key, wanted in question.get("must", {}).items()
        }
        return (
            question["type"],
            option_scores(question),
            question.get("combine", "sum"),
            bands,
            question.get("weight", 1),
            must,
        )

    return is_scored(one) and is_scored(other) and scoring(one) == scoring(other)


def compare(earlier: Data, earlier_units: Data, later: Data, later_units: Data) -> Data:
    """What `meetlat compare` should print."""
    kinds = ("verbeterd", "gelijk", "verslechterd", "niet_vergelijkbaar")
    old = {factor["code"]: factor for factor in factors_of(earlier)}
    new = {factor["code"]: factor for factor in factors_of(later)}
    both = [name for name in earlier_units if name in later_units]
    found: Data = {
        "factors": {},
        "units": {name: dict.fromkeys(kinds, 0) for name in both},
        "counts": dict.fromkeys(kinds, 0),
        "only_earlier": [code for code in old if code not in new],
        "only_later": [code for code in new if code not in old],
    }
    for code in found_in_both(old, new):
        pairs = [
            (one, other)
            for one in old[code]["questions"]
            for other in new[code]["questions"]
            if one["code"] == other["code"] and alike(one, other)
        ]
        weight = sum(one.get("weight", 1) for one, _ in pairs)
        totals = [
            sum(q.get("weight", 1) for q in factor["questions"] if is_scored(q))
            for factor in (old[code], new[code])
        ]
        common = min(weight / total for total in totals) if all(totals) else 0
        factor: Data = {"common": common, "units": {}, "counts": dict.fromkeys(kinds, 0)}
        for name in both:
            units = Unit(earlier, earlier_units[name]), Unit(later, later_units[name])
            change = compare_unit(later, pairs, *units, common=common)
            factor["units"][name] = change
            for counts in (factor["counts"], found["units"][name], found["counts"]):
                counts[change["change"]] += 1
        found["factors"][code] = factor
    return found


def found_in_both(old: Data, new: Data) -> list[str]:
    return [code for code in old if code in new]


def compare_unit(later: Data, pairs: list[Any], before: Unit, after: Unit, common: float) -> Data:
    counting = ("answered", "open", "undetermined")
    shared, either = [], 0.0
    for one, other in pairs:
        states = before.state(one), after.state(other)
        if states == ("answered", "answered"):
            shared.append((one, other))
        if states[0] in counting or states[1] in counting:
            either += one.get("weight", 1)
    found: Data = {"shared": None, "delta": None, "musts_gained": [], "musts_lost": []}
    total = sum(one.get("weight", 1) for one, _ in shared)
    if either:
        found["shared"] = total / either
    if shared:
        scores, levels = [], []
        for side, unit in ((0, before), (1, after)):
            mine = [pair[side] for pair in shared]
            earned = sum(q.get("weight", 1) * points(q, unit.value(q["code"])) for q in mine)
            scores.append(earned / total)
            levels.append(reached(later, earned / total, sum(unit.must(q) == "missed" for q in mine)))
        found["delta"] = scores[1] - scores[0]
        for one, other in shared:
            stands = before.must(one), after.must(other)
            if stands == ("missed", "met"):
                found["musts_gained"].append(other["code"])
            elif stands == ("met", "missed"):
                found["musts_lost"].append(other["code"])
    if (
        rounded(common) < 0.5
        or found["shared"] is None
        or rounded(found["shared"]) < 0.5
        or found["delta"] is None
    ):
        return found | {"change": "niet_vergelijkbaar"}
    codes = [level["code"] for level in later["levels"]]
    rise, delta = codes.index(levels[1]) - codes.index(levels[0]), rounded(found["delta"])
    if rise > 0 or (rise == 0 and delta > 0.05):
        return found | {"change": "verbeterd"}
    return found | {"change": "verslechterd" if rise < 0 or delta < -0.05 else "gelijk"}
