"""Random instruments and random answers to them, as the plain data that their files hold."""

from __future__ import annotations

import json
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


@st.composite
def condition(draw: st.DrawFn, question: Data, name: bool) -> Data:
    """A condition about a question that can have one; `name`: it names the question."""
    kind = question["type"]
    found: Data = {"question": question["code"]} if name else {}
    if kind == "number":
        limits = st.floats(question["min"], question["max"]).map(lambda x: round(x, 1))
        inside = limits.filter(lambda x: question["min"] <= x <= question["max"])
        keys = draw(
            st.sets(st.sampled_from(["at_least", "above", "at_most", "below"]), min_size=1, max_size=2)
        )
        return found | {key: draw(inside) for key in sorted(keys)}
    codes = ["ja", "nee"] if kind == "yes_no" else [option["code"] for option in question["options"]]
    possible = ["any_of", "all_of", "none_of"] if kind == "multi" else ["in", "not_in"]
    keys = draw(st.sets(st.sampled_from(possible), min_size=1, max_size=2))
    some = st.lists(st.sampled_from(codes), min_size=1, max_size=2, unique=True)
    return found | {key: draw(some) for key in sorted(keys)}


@st.composite
def question(draw: st.DrawFn, code: str, earlier: list[Data]) -> Data:
    """A question with this code; `earlier` can be named in its `when`."""
    kind = draw(st.sampled_from(["yes_no", "choice", "choice", "multi", "multi", "number", "text", "date"]))
    found: Data = {"code": code, "type": kind, "text": "Vraag?"}
    if draw(st.booleans()):
        found["weight"] = draw(st.sampled_from(WEIGHTS))
    if draw(st.integers(0, 9)) == 0:
        found["scored"] = False
    score = st.sampled_from(SCORES)
    if kind == "yes_no" and draw(st.integers(0, 3)) == 0:
        found["scores"] = {"ja": draw(score), "nee": draw(score)}
    if kind in ("choice", "multi"):
        found["options"] = [
            {"code": f"o{number}", "label": f"Optie {number}"}
            | ({"score": draw(score)} if draw(st.integers(0, 3)) else {})
            | ({"exclusive": True} if kind == "multi" and draw(st.integers(0, 3)) == 0 else {})
            for number in range(draw(st.integers(1, 4)))
        ]
    if kind == "multi" and draw(st.booleans()):
        found["combine"] = draw(st.sampled_from(["sum", "max"]))
    if kind == "number":
        low, high, step = draw(st.sampled_from(STEPS))
        found |= {"min": low, "max": high, "step": step}
        if draw(st.integers(0, 3)):
            limits = sorted(draw(st.sets(st.integers(low, high), max_size=2)))
            found["bands"] = [
                *(
                    {draw(st.sampled_from(["below", "upto"])): limit, "score": draw(score)}
                    for limit in limits
                ),
                {"score": draw(score)},
            ]
    usable = [other for other in earlier if other["type"] not in ("text", "date")]
    if usable and draw(st.integers(0, 2)) == 0:
        found["when"] = draw(condition(draw(st.sampled_from(usable)), name=True))
    if kind not in ("text", "date"):
        if draw(st.booleans()):
            found["must"] = draw(condition(found, name=False))
        for key in ("note_when", "evidence_when"):
            if draw(st.integers(0, 3)) == 0:
                found[key] = draw(st.just("always") | condition(found, name=False))
    if draw(st.integers(0, 3)) == 0:
        found["allow_unknown"] = False
    if draw(st.integers(0, 3)) == 0:
        found["allow_na"] = True
    return found


@st.composite
def instrument(draw: st.DrawFn, version: str = "1") -> Data:
    """A whole instrument."""
    levels: list[Data] = [{"code": "laag", "label": "Laag", "from": 0.0}]
    starts = sorted(draw(st.sets(st.sampled_from([0.3, 0.5, 0.6, 0.7, 0.9]), min_size=1, max_size=3)))
    for number, start in enumerate(starts):
        level: Data = {"code": f"n{number}", "label": f"Niveau {number}", "from": start}
        if draw(st.booleans()):
            level["missed_musts"] = len(starts) - 1 - number
        levels.append(level)
    share = st.sampled_from([0.0, 0.2, 0.5, 0.6, 0.8, 0.9, 1.0])
    data: Data = {
        "code": "willekeurig",
        "version": version,
        "title": "Willekeurig",
        "unit": "eenheid",
        "unit_noun": ["eenheid", "eenheden"],
        "roles": ["ovr"],
        **{
            key: draw(share)
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
                | ({"weight": draw(st.sampled_from(WEIGHTS))} if draw(st.booleans()) else {})
            )
        data["themes"].append({"code": str(theme), "title": "Thema", "factors": factors})
    usable = [q for q in seen if q["type"] not in ("text", "date")]
    if usable:
        picked = st.sampled_from(usable).flatmap(lambda q: condition(q, name=True))
        data["themes"][0]["factors"][0]["statements"] = [
            {"code": f"S{number}", "count": draw(picked), "text": "{Aantal} {voldoet|voldoen}."}
            for number in range(2)
        ]
        data["checks"] = [
            {"code": "C1", "all": draw(st.lists(picked, min_size=1, max_size=2)), "text": "Let op."}
        ]
    return data


def value(question: Data, scored: bool = False) -> st.SearchStrategy[Any]:
    """A value that a question can have; `scored`: with a score, for a question that has one."""
    kind = question["type"]
    if kind == "yes_no":
        return st.sampled_from(["ja", "nee"])
    if kind == "text":
        return st.text(max_size=5)
    if kind == "date":
        return st.dates().map(str)
    if kind == "number":
        low, high, step = question["min"], question["max"], question["step"]
        return st.integers(0, int(round((high - low) / step, 6))).map(lambda n: round(low + n * step, 6))
    codes = [option["code"] for option in question["options"] if not scored or "score" in option]
    if kind == "choice":
        return st.sampled_from(codes)
    alone = [o["code"] for o in question["options"] if o.get("exclusive") and o["code"] in codes]
    together = [code for code in codes if code not in alone]
    choices = [st.sampled_from(alone).map(lambda code: [code])] if alone else []
    if together:
        choices.append(st.lists(st.sampled_from(together), min_size=1, unique=True))
    return st.one_of(choices)


@st.composite
def answer(draw: st.DrawFn, question: Data) -> Data:
    """An answer to a question, open ones included."""
    kinds = ["value"] * 6 + ["open"]
    if question.get("allow_unknown", True):
        kinds.append("onbekend")
    if question.get("allow_na", False):
        kinds.append("nvt")
    kind = draw(st.sampled_from(kinds))
    found: Data = {}
    if kind == "value":
        found["value"] = draw(value(question))
    elif kind != "open":
        found["special"] = kind
    if draw(st.integers(0, 2)) == 0:
        found["note"] = draw(st.sampled_from(["Uitleg.", "  ", ""]))
    if draw(st.integers(0, 2)) == 0:
        found["document"] = True
    return found


@st.composite
def filled(draw: st.DrawFn, data: Data, most: int = 5) -> Data:
    """Answers of a few units to an instrument."""
    names = [f"U{number}" for number in range(draw(st.integers(0, most)))]
    return {
        name: {
            question["code"]: draw(answer(question))
            for question in questions(data)
            if draw(st.integers(0, 9))
        }
        for name in names
    }


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
                change = draw(st.integers(0, 9))
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
            if draw(st.integers(0, 9)) == 0:
                factor["code"] += "-nieuw"
    later.pop("checks", None)
    if draw(st.booleans()):
        later["levels"][-1] |= {"from": 0.95, "missed_musts": 0}
    return later
