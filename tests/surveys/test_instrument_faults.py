"""A bad instrument is refused as a whole, with every fault, and no others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from surveys import instruments
from surveys.errors import InstrumentFaults
from tests import examples, strategies
from tests.examples import Data, factor, question

BIG = 10**30


def faults(data: Data) -> list[str]:
    try:
        strategies.read(data)
    except InstrumentFaults as error:
        return error.faults
    return []


def put(code: str, /, **fields: object) -> Callable[[Data], object]:
    """Give a question these fields."""
    return lambda data: question(data, code).update({key.rstrip("_"): value for key, value in fields.items()})


def drop(code: str, key: str) -> Callable[[Data], object]:
    return lambda data: question(data, code).pop(key)


def option(code: str, place: int, /, **fields: object) -> Callable[[Data], object]:
    return lambda data: question(data, code)["options"][place].update(fields)


def level(place: int, /, **fields: object) -> Callable[[Data], object]:
    return lambda data: data["levels"][place].update({key.rstrip("_"): v for key, v in fields.items()})


def statement(**fields: object) -> Callable[[Data], object]:
    return lambda data: factor(data)["statements"][0].update(fields)


def again(part: Callable[[Data], list[Data]], **fields: object) -> Callable[[Data], object]:
    """Put a copy of the first of a list at its end."""
    return lambda data: part(data).append(part(data)[0] | fields)


CASES: dict[str, tuple[str, Callable[[Data], object]]] = {
    # a missing, unknown or wrongly typed key
    "head key missing": ("voorbeeld", lambda d: d.pop("min_coverage")),
    "code missing": ("", lambda d: d.pop("code")),
    "levels missing": ("voorbeeld", lambda d: d.pop("levels")),
    "themes missing": ("voorbeeld", lambda d: d.pop("themes")),
    "head key unknown": ("voorbeeld", lambda d: d.update(color="red")),
    "version a number": ("voorbeeld", lambda d: d.update(version=2013.1)),
    "title not text": ("voorbeeld", lambda d: d.update(title=True)),
    "noun without plural": ("voorbeeld", lambda d: d.update(unit_noun=["regio"])),
    "roles not a list": ("voorbeeld", lambda d: d.update(roles="ovr")),
    "level key missing": ("voldoet", lambda d: d["levels"][2].pop("label")),
    "level key unknown": ("voldoet", level(2, colour="groen")),
    "missed musts a fraction": ("voldoet", level(2, missed_musts=0.5)),
    "theme title missing": ("1", lambda d: d["themes"][0].pop("title")),
    "theme key unknown": ("1", lambda d: d["themes"][0].update(weight=1)),
    "theme code missing": ("voorbeeld", lambda d: d["themes"][0].pop("code")),
    "criterion missing": ("1.1", lambda d: factor(d).pop("criterion")),
    "factor key unknown": ("1.1", lambda d: factor(d).update(scored=True)),
    "topics not a list": ("1.1", lambda d: factor(d).update(topics=1)),
    "question code missing": ("1.1", drop("V5", "code")),
    "question text missing": ("V1", drop("V1", "text")),
    "question type missing": ("V5", drop("V5", "type")),
    "question key unknown": ("V1", put("V1", wieght=3)),
    "key of another type": ("V1", put("V1", options=[{"code": "a", "label": "A"}])),
    "options missing": ("V3", drop("V3", "options")),
    "min missing": ("V2", drop("V2", "min")),
    "max missing": ("V2", drop("V2", "max")),
    "min is true": ("V2", put("V2", min=True)),
    "max is infinite": ("V2", put("V2", max=float("inf"))),
    "weight is nan": ("V1", put("V1", weight=float("nan"))),
    "weight beyond 64 bits": ("V1", put("V1", weight=BIG)),
    "scored not a flag": ("V1", put("V1", scored=1)),
    "max_length a fraction": ("V5", put("V5", max_length=2.5)),
    "combine unknown": ("V4", put("V4", combine="mean")),
    "scores without both": ("V1", put("V1", scores={"ja": 1})),
    "scores with another": ("V1", put("V1", scores={"ja": 1, "nee": 0, "misschien": 0.5})),
    "option label missing": ("V3", lambda d: question(d, "V3")["options"][0].pop("label")),
    "option key unknown": ("V3", option("V3", 0, punten=1)),
    "exclusive not a flag": ("V4", option("V4", 1, exclusive="ja")),
    "band without score": ("V2", lambda d: question(d, "V2")["bands"][0].pop("score")),
    "statement text missing": ("S1", lambda d: factor(d)["statements"][0].pop("text")),
    "statement count missing": ("S1", lambda d: factor(d)["statements"][0].pop("count")),
    "check text missing": ("C1", lambda d: d["checks"][0].pop("text")),
    "check all missing": ("C1", lambda d: d["checks"][0].pop("all")),
    "note_when another word": ("V1", put("V1", note_when="never")),
    # a code used twice within its kind
    "theme twice": (
        "1",
        lambda d: d["themes"].append(
            {
                "code": "1",
                "title": "x",
                "factors": [
                    {
                        "code": "9",
                        "title": "x",
                        "criterion": "x",
                        "questions": [{"code": "V9", "type": "date", "text": "x"}],
                    }
                ],
            }
        ),
    ),
    "factor twice": (
        "1.1",
        lambda d: d["themes"][0]["factors"].append(
            {
                "code": "1.1",
                "title": "x",
                "criterion": "x",
                "questions": [{"code": "V9", "type": "date", "text": "x"}],
            }
        ),
    ),
    "question twice": ("V1", again(lambda d: factor(d)["questions"])),
    "option twice": ("V3", again(lambda d: question(d, "V3")["options"])),
    "statement twice": ("S1", again(lambda d: factor(d)["statements"])),
    "check twice": ("C1", again(lambda d: d["checks"])),
    "level twice": ("voldoet", level(1, code="voldoet")),
    # words that are no codes
    "onbekend as an option": ("V3", option("V3", 1, code="onbekend")),
    "nvt as a question": ("nvt", put("V5", code="nvt")),
    "beiden as a role": ("voorbeeld", lambda d: d.update(roles=["ovr", "beiden"])),
    "niet_te_beoordelen as a level": ("niet_te_beoordelen", level(1, code="niet_te_beoordelen")),
    # empty
    "no themes": ("voorbeeld", lambda d: d.update(themes=[])),
    "empty theme": ("2", lambda d: d["themes"].append({"code": "2", "title": "x", "factors": []})),
    "empty options": ("V3", put("V3", options=[])),
    "empty levels": ("voorbeeld", lambda d: d.update(levels=[])),
    "empty all": ("C1", lambda d: d["checks"][0].update(all=[])),
    # numbers out of place
    "weight zero": ("V1", put("V1", weight=0)),
    "factor weight negative": ("1.1", lambda d: factor(d).update(weight=-1)),
    "score above 1": ("V3", option("V3", 0, score=1.1)),
    "score below 0": ("V3", option("V3", 0, score=-0.1)),
    "band score above 1": ("V2", lambda d: question(d, "V2")["bands"][0].update(score=2)),
    "share above 1": ("voorbeeld", lambda d: d.update(must_share=90)),
    "min above max": ("V2", put("V2", min=6, bands=[{"score": 1}])),
    "step zero": ("V2", put("V2", step=0)),
    "bands out of order": (
        "V2",
        put("V2", bands=[{"below": 2, "score": 0}, {"below": 1, "score": 1}, {"score": 1}]),
    ),
    "bands with the same limit": (
        "V2",
        put("V2", bands=[{"upto": 1, "score": 0}, {"below": 1, "score": 1}, {"score": 1}]),
    ),
    "band with both limits": ("V2", put("V2", bands=[{"below": 1, "upto": 1, "score": 0}, {"score": 1}])),
    "bands without a last": ("V2", put("V2", bands=[{"below": 1, "score": 0}])),
    "bands with two last": ("V2", put("V2", bands=[{"score": 0}, {"score": 1}])),
    "bands empty": ("V2", put("V2", bands=[])),
    "one level": ("voorbeeld", lambda d: d.update(levels=d["levels"][:1])),
    "lowest not from 0": ("voldoet_niet", level(0, from_=0.1)),
    "lowest with missed musts": ("voldoet_niet", level(0, missed_musts=2)),
    "from not rising": ("voldoet", level(2, from_=0.5)),
    "missed musts rising": ("voldoet", level(2, missed_musts=2)),
    # an unknown type, topic or role
    "unknown type": ("V5", put("V5", type="essay")),
    "unknown topic": ("V1", put("V1", topic="Koffie")),
    "unknown topic of a statement": ("S1", statement(topic="Koffie")),
    "unknown role": ("V1", put("V1", best="burgemeester")),
    # conditions
    "when on an unknown question": ("V2", put("V2", when={"question": "V0", "in": ["ja"]})),
    "when on a later question": ("V1", put("V1", when={"question": "V3", "in": ["vast"]})),
    "when on itself": ("V3", put("V3", when={"question": "V3", "in": ["vast"]})),
    "when without a question": ("V2", put("V2", when={"in": ["ja"]})),
    "count on an unknown question": ("S1", statement(count={"question": "V0", "in": ["ja"]})),
    "check on an unknown question": (
        "C1",
        lambda d: d["checks"][0].update(all=[{"question": "V0", "in": ["ja"]}]),
    ),
    "impossible value": ("V1", put("V1", must={"in": ["misschien"]})),
    "impossible number": ("C1", lambda d: d["checks"][0]["all"][0].update(at_least=6)),
    "condition without keys": ("V1", put("V1", must={})),
    "condition with an empty list": ("V1", put("V1", must={"in": []})),
    "count with nothing but a question": ("S1", statement(count={"question": "V1"})),
    "condition of the wrong kind": ("V1", put("V1", must={"any_of": ["ja"]})),
    "limit on a choice": ("V3", put("V3", must={"at_least": 1})),
    "codes on a number": ("V2", put("V2", must={"in": ["ja"]})),
    "condition on a text": ("V5", put("V5", must={"in": ["ja"]})),
    "condition on a date": ("V6", put("V6", note_when={"in": ["ja"]})),
    "unknown key in a condition": ("V1", put("V1", must={"is": ["ja"]})),
    "codes not a list": ("V1", put("V1", must={"in": "ja"})),
    "limit not a number": ("V2", put("V2", must={"at_least": "1"})),
    "must that names a question": ("V1", put("V1", must={"question": "V1", "in": ["ja"]})),
    # statements
    "unknown placeholder": ("S1", statement(text="{Hoeveel} {heeft|hebben} dat.")),
    "pair of three": ("S1", statement(text="{Aantal} {heeft|hebben|had} dat.")),
    "lonely brace": ("S1", statement(text="{Aantal} heeft} dat.")),
    "two that count": ("S1", statement(text="{Aantal} van {telwoord}.")),
}


@pytest.mark.parametrize(("place", "change"), CASES.values(), ids=CASES)
def test_a_fault_is_one_line_at_its_own_place(place: str, change: Callable[[Data], object]) -> None:
    found = faults(examples.broken(change))
    assert len(found) == 1, found
    assert found[0].startswith(f"random.toml: {place}: " if place else "random.toml: code ontbreekt")


def test_the_example_has_no_faults() -> None:
    assert faults(examples.example()) == []


def test_every_fault_is_found_at_once_in_the_order_of_the_file() -> None:
    data = examples.example()
    data["must_share"] = 2
    data["levels"][1]["from"] = 0.9
    question(data, "V2")["when"] = {"question": "V9", "in": ["ja"]}
    question(data, "V3").update(must={"not_in": ["niets"]}, weight=0)
    factor(data)["statements"][0]["text"] = "{x}"
    data["checks"][0]["all"].append({"question": "V4", "in": ["geen"]})
    places = [line.split(": ")[1] for line in faults(data)]
    assert places == ["voorbeeld", "voldoet", "V2", "V3", "V3", "S1", "C1"]


def test_a_fault_causes_no_others_in_what_refers_to_it() -> None:
    data = examples.example()
    question(data, "V1")["type"] = "essay"  # V2's when, the count and V1's own must refer to it
    question(data, "V3")["options"] = []  # and the check to this
    found = faults(data)
    assert [line.split(": ")[1] for line in found] == ["V1", "V3"]


def test_the_keys_with_a_default_can_be_left_out() -> None:
    data = examples.example()
    del data["checks"]
    for key in ("topics", "statements"):
        del factor(data)[key]
    for found in factor(data)["questions"]:
        for key in ("topic", "best", "weight", "unit", "step", "bands", "combine", "max_length"):
            found.pop(key, None)
    assert faults(data) == []


def test_a_note_can_be_required_by_another_question() -> None:
    data = examples.broken(put("V3", note_when={"question": "V1", "in": ["ja"]}))
    assert faults(data) == []


@pytest.mark.parametrize(
    "content",
    [b"code = ", b"code = 1\ncode = 2", b"\xff\xfe", b"x = " + b"[" * 5000, b"\xef\xbb\xbfcode = 1"],
)
def test_a_file_that_is_no_toml_is_one_fault(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(content)
    with pytest.raises(InstrumentFaults) as caught:
        instruments.load(file)
    assert len(caught.value.faults) == 1
    assert caught.value.faults[0].startswith(f"{file}: ")


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InstrumentFaults, match="bestaat niet"):
        instruments.load(tmp_path / "geen.toml")


def test_an_instrument_knows_its_text_and_fills_in_what_is_left_out() -> None:
    found = strategies.read(examples.example())
    assert found.text == strategies.text(examples.example())
    assert len(found.sha256) == 64
    assert found.questions["V3"].weight == 1
    assert found.questions["V1"].labels == {"ja": "Ja", "nee": "Nee"}
    assert not found.questions["V5"].scored
    assert found.questions["V6"].allow_unknown is False


@pytest.mark.parametrize("path", instruments.builtin(), ids=lambda path: path.stem)
def test_every_instrument_that_comes_with_meetlat_is_without_faults(path: Path) -> None:
    found = instruments.load(path)
    assert path.stem == f"{found.code}-{found.version}"
