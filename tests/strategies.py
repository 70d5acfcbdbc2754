"""Random instruments and random answers to them, as the plain data that their files hold.

Most of the time that an example takes goes into making strategies and looking whether they are sound. So
those that do not depend on what was drawn before stand here once, and others are kept for whoever asks for
the same.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from hypothesis import strategies as st

from surveys import instruments
from surveys.instruments import Instrument
from surveys.questions import TYPES
from surveys.results import Answer

Data = dict[str, Any]

WEIGHTS = (1, 2, 3, 0.5, 0.1, 0.7)
SCORES = (0, 0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8, 1)
STEPS = ((0, 5, 0.5), (0, 3, 1), (-1, 1, 0.1), (1, 10, 3))

TOSS = st.booleans()
THIRD, FOURTH, TENTH = st.integers(0, 2), st.integers(0, 3), st.integers(0, 9)
"""0 once in so many times."""
WEIGHT, SCORE, STEP = st.sampled_from(WEIGHTS), st.sampled_from(SCORES), st.sampled_from(STEPS)
SHARE = st.sampled_from([0.0, 0.2, 0.5, 0.6, 0.8, 0.9, 1.0])
STARTS = st.sets(st.sampled_from([0.3, 0.5, 0.6, 0.7, 0.9]), min_size=1, max_size=3)
KIND = st.sampled_from(["yes_no", "choice", "choice", "multi", "multi", "number", "text", "date"])
COMBINE, BELOW = st.sampled_from(["sum", "max"]), st.sampled_from(["below", "upto"])
NOTE = st.sampled_from(["Uitleg.", "  ", ""])
YES_NO = st.sampled_from(["ja", "nee"])
WORD, DAY = st.text(max_size=5), st.dates().map(str)


def toml(value: object) -> str:
    """Write plain data as TOML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def text(data: Data) -> str:
    """Write an instrument as a TOML file."""
    return "\n".join(f"{key} = {toml(value)}" for key, value in data.items())


def read(data: Data) -> Instrument:
    """Make an instrument of its data, by way of its text."""
    return instruments.parse(text(data), "random.toml")


def questions(data: Data) -> list[Data]:
    """All questions of an instrument's data, in order."""
    return [q for theme in data["themes"] for factor in theme["factors"] for q in factor["questions"]]


def answers(units: Data, instrument: Instrument) -> dict[str, dict[str, Answer]]:
    """Make answers of their data."""
    return {
        name: {
            code: Answer(
                value=TYPES[instrument.questions[code].type].check(
                    instrument.questions[code], answer["value"]
                )
                if "value" in answer
                else None,
                special=answer.get("special"),
                note=answer.get("note"),
                document=answer.get("document", False),
            )
            for code, answer in given.items()
        }
        for name, given in units.items()
    }


@cache
def _few(*possible: str) -> st.SearchStrategy[set[str]]:
    """One or two of these."""
    return st.sets(st.sampled_from(possible), min_size=1, max_size=2)


@cache
def _some(*codes: str) -> st.SearchStrategy[list[str]]:
    """A list of one or two of these, each once."""
    return st.lists(st.sampled_from(codes), min_size=1, max_size=2, unique=True)


@cache
def _limits(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high).map(lambda x: round(x, 1)).filter(lambda x: low <= x <= high)


@cache
def _number(low: float, high: float, step: float) -> st.SearchStrategy[float]:
    return st.integers(0, int(round((high - low) / step, 6))).map(lambda n: round(low + n * step, 6))


@cache
def _choice(*codes: str) -> st.SearchStrategy[str]:
    return st.sampled_from(codes)


@cache
def _choices(alone: tuple[str, ...], together: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    """One of those that stand alone, or some of those that go together."""
    found: list[st.SearchStrategy[list[str]]] = []
    if alone:
        found.append(st.sampled_from(alone).map(lambda code: [code]))
    if together:
        found.append(st.lists(st.sampled_from(together), min_size=1, unique=True))
    return st.one_of(found)


def _one(draw: st.DrawFn, items: list[Data]) -> Data:
    return items[draw(st.integers(0, len(items) - 1))]


@st.composite
def condition(draw: st.DrawFn, question: Data, name: bool) -> Data:
    """A condition about a question that can have one; `name`: it names the question."""
    kind = question["type"]
    found: Data = {"question": question["code"]} if name else {}
    if kind == "number":
        inside = _limits(question["min"], question["max"])
        keys = draw(_few("at_least", "above", "at_most", "below"))
        return found | {key: draw(inside) for key in sorted(keys)}
    codes = ["ja", "nee"] if kind == "yes_no" else [option["code"] for option in question["options"]]
    possible = ["any_of", "all_of", "none_of"] if kind == "multi" else ["in", "not_in"]
    return found | {key: draw(_some(*codes)) for key in sorted(draw(_few(*possible)))}


@st.composite
def question(draw: st.DrawFn, code: str, earlier: list[Data]) -> Data:
    """A question with this code; `earlier` can be named in its `when`."""
    kind = draw(KIND)
    found: Data = {"code": code, "type": kind, "text": "Vraag?"}
    if draw(TOSS):
        found["weight"] = draw(WEIGHT)
    if draw(TENTH) == 0:
        found["scored"] = False
    if kind == "yes_no" and draw(FOURTH) == 0:
        found["scores"] = {"ja": draw(SCORE), "nee": draw(SCORE)}
    if kind in ("choice", "multi"):
        found["options"] = [
            {"code": f"o{number}", "label": f"Optie {number}"}
            | ({"score": draw(SCORE)} if draw(FOURTH) else {})
            | ({"exclusive": True} if kind == "multi" and draw(FOURTH) == 0 else {})
            for number in range(draw(st.integers(1, 4)))
        ]
    if kind == "multi" and draw(TOSS):
        found["combine"] = draw(COMBINE)
    if kind == "number":
        low, high, step = draw(STEP)
        found |= {"min": low, "max": high, "step": step}
        if draw(FOURTH):
            limits = sorted(draw(st.sets(st.integers(low, high), max_size=2)))
            found["bands"] = [
                *({draw(BELOW): limit, "score": draw(SCORE)} for limit in limits),
                {"score": draw(SCORE)},
            ]
    usable = [other for other in earlier if other["type"] not in ("text", "date")]
    if usable and draw(THIRD) == 0:
        found["when"] = draw(condition(_one(draw, usable), name=True))
    if kind not in ("text", "date"):
        if draw(TOSS):
            found["must"] = draw(condition(found, name=False))
        for key in ("note_when", "evidence_when"):
            if draw(FOURTH) == 0:
                found[key] = draw(condition(found, name=False)) if draw(TOSS) else "always"
    if draw(FOURTH) == 0:
        found["allow_unknown"] = False
    if draw(FOURTH) == 0:
        found["allow_na"] = True
    return found


@st.composite
def instrument(draw: st.DrawFn, version: str = "1") -> Data:
    """A whole instrument."""
    levels: list[Data] = [{"code": "laag", "label": "Laag", "from": 0.0}]
    starts = sorted(draw(STARTS))
    for number, start in enumerate(starts):
        level: Data = {"code": f"n{number}", "label": f"Niveau {number}", "from": start}
        if draw(TOSS):
            level["missed_musts"] = len(starts) - 1 - number
        levels.append(level)
    data: Data = {
        "code": "willekeurig",
        "version": version,
        "title": "Willekeurig",
        "unit": "eenheid",
        "unit_noun": ["eenheid", "eenheden"],
        "roles": ["ovr"],
        **{
            key: draw(SHARE)
            for key in ("min_coverage", "attention_below", "min_units", "must_share", "max_failing_share")
        },
        "levels": levels,
        "themes": [],
    }
    seen: list[Data] = []
    for theme in range(draw(st.integers(1, 2))):
        factors = []
        for factor in range(draw(st.integers(1, 2))):
            code = f"{theme}.{factor}"
            mine = []
            for number in range(draw(st.integers(1, 5))):
                mine.append(draw(question(f"{code}-{number}", list(seen))))
                seen.append(mine[-1])
            factors.append(
                {"code": code, "title": "Factor", "criterion": "Goed.", "questions": mine}
                | ({"weight": draw(WEIGHT)} if draw(TOSS) else {})
            )
        data["themes"].append({"code": str(theme), "title": "Thema", "factors": factors})
    usable = [q for q in seen if q["type"] not in ("text", "date")]
    if usable:
        counted = [draw(condition(_one(draw, usable), name=True)) for _ in range(2)]
        together = [draw(condition(_one(draw, usable), name=True)) for _ in range(draw(st.integers(1, 2)))]
        data["themes"][0]["factors"][0]["statements"] = [
            {"code": f"S{number}", "count": count, "text": "{Aantal} {voldoet|voldoen}."}
            for number, count in enumerate(counted)
        ]
        data["checks"] = [{"code": "C1", "all": together, "text": "Let op."}]
    return data


def value(question: Data, scored: bool = False) -> st.SearchStrategy[Any]:
    """A value that a question can have; `scored`: with a score, for a question that has one."""
    kind = question["type"]
    if kind == "yes_no":
        return YES_NO
    if kind == "text":
        return WORD
    if kind == "date":
        return DAY
    if kind == "number":
        return _number(question["min"], question["max"], question["step"])
    codes = [option["code"] for option in question["options"] if not scored or "score" in option]
    if kind == "choice":
        return _choice(*codes)
    alone = [o["code"] for o in question["options"] if o.get("exclusive") and o["code"] in codes]
    return _choices(tuple(alone), tuple(code for code in codes if code not in alone))


@st.composite
def answer(draw: st.DrawFn, question: Data) -> Data:
    """An answer to a question, open ones included."""
    kinds = ["value"] * 6 + ["open"]
    if question.get("allow_unknown", True):
        kinds.append("onbekend")
    if question.get("allow_na", False):
        kinds.append("nvt")
    kind = draw(_choice(*kinds))
    found: Data = {}
    if kind == "value":
        found["value"] = draw(value(question))
    elif kind != "open":
        found["special"] = kind
    if draw(THIRD) == 0:
        found["note"] = draw(NOTE)
    if draw(THIRD) == 0:
        found["document"] = True
    return found


@st.composite
def filled(draw: st.DrawFn, data: Data, most: int = 5, least: int = 0) -> Data:
    """Answers of a few units to an instrument."""
    names = [f"U{number}" for number in range(draw(st.integers(least, most)))]
    each = {question["code"]: answer(question) for question in questions(data)}
    return {name: {code: draw(one) for code, one in each.items() if draw(TENTH)} for name in names}


@st.composite
def measured(draw: st.DrawFn, most: int = 5) -> tuple[Data, Data]:
    """An instrument, and answers of a few units to it."""
    data = draw(instrument())
    return data, draw(filled(data, most))


@st.composite
def changed(draw: st.DrawFn, data: Data) -> Data:
    """A later version of an instrument, in which some questions are scored in another way or are gone."""
    later: Data = json.loads(json.dumps(data)) | {"version": "2"}
    for theme in later["themes"]:
        for factor in theme["factors"]:
            for question in factor["questions"]:
                change = draw(TENTH)
                if change == 0:
                    question["weight"] = 5
                elif change == 1:
                    question["scored"] = False
                elif change == 2 and "options" in question:
                    question["options"].reverse()
                elif change == 3:
                    question.pop("must", None)
                elif change == 4 and question["type"] == "multi":
                    question["combine"] = "max"
                elif change == 5:
                    question["code"] += "-nieuw"
                elif change == 6 and "bands" in question:
                    question["bands"][-1]["score"] = 0.4
    renamed = {q["code"] for q in questions(later)}
    for part in questions(later):
        if "when" in part and part["when"]["question"] not in renamed:
            del part["when"]
    for theme in later["themes"]:
        for factor in theme["factors"]:
            factor.pop("statements", None)
            if draw(TENTH) == 0:
                factor["code"] += "-nieuw"
    later.pop("checks", None)
    if draw(TOSS):
        later["levels"][-1] |= {"from": 0.95, "missed_musts": 0}
    return later
