"""Judgements in a comparison, and the edges of what can be compared."""

from __future__ import annotations

import pytest

from surveys import results
from surveys.instruments import Instrument
from surveys.results import Answer
from tests import examples, strategies

BEFORE = {"A": {"V1": Answer("ja"), "V2": Answer(1.0), "V3": Answer("wissel"), "V4": Answer(["reservist"])}}
AFTER = {"A": {"V1": Answer("ja"), "V2": Answer(5), "V3": Answer("vast"), "V4": Answer(["reservist"])}}


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return strategies.read(examples.example())


def test_a_score_that_rises_enough_within_its_level_is_better(instrument: Instrument) -> None:
    unit = results.compare(instrument, BEFORE, instrument, AFTER).factors["1.1"].units["A"]
    assert (unit.earlier, unit.later, unit.judged) == ("voldoet", "voldoet", False)
    assert (unit.change, unit.delta) == ("verbeterd", pytest.approx(0.6 / 6))


@pytest.mark.parametrize(
    ("judged", "change"),
    [
        (("voldoet", "voldoet_deels"), "verslechterd"),
        (("voldoet_niet", "voldoet"), "verbeterd"),
        (("voldoet", "niet_te_beoordelen"), "niet_vergelijkbaar"),
        (("uitstekend", "voldoet"), "niet_vergelijkbaar"),
        (("voldoet", "voldoet"), "verbeterd"),  # by the score
        ((None, "voldoet_niet"), "verbeterd"),  # one judgement is no pair: the computed levels are compared
    ],
)
def test_judgements_go_before_computed_levels(
    instrument: Instrument, judged: tuple[str | None, str | None], change: str
) -> None:
    found = results.compare(instrument, BEFORE, instrument, AFTER, {"A": {"1.1": judged}})
    assert found.factors["1.1"].units["A"].change == change


def test_judgements_do_not_make_up_for_too_little_in_common(instrument: Instrument) -> None:
    data = examples.example()
    examples.question(data, "V1")["weight"] = 4
    found = results.compare(
        instrument, BEFORE, strategies.read(data), AFTER, {"A": {"1.1": ("voldoet_niet", "voldoet")}}
    )
    assert found.factors["1.1"].common == pytest.approx(3 / 7)
    assert found.factors["1.1"].units["A"].change == "niet_vergelijkbaar"


def test_a_change_of_exactly_the_margin_is_no_change(instrument: Instrument) -> None:
    before = {"A": BEFORE["A"] | {"V2": Answer(2)}}
    data = examples.example()
    for code in ("V1", "V2", "V3", "V4"):
        examples.question(data, code)["weight"] = 1
    later = strategies.read(data)
    found = results.compare(later, before, later, {"A": before["A"] | {"V3": Answer("vast")}})
    unit = found.factors["1.1"].units["A"]
    assert unit.delta == pytest.approx(0.05)
    assert unit.change == "gelijk"


def test_a_question_that_moved_to_another_factor_is_common_to_neither() -> None:
    earlier, later = examples.example(), examples.example()
    for data in (earlier, later):
        own = {"code": "V9", "type": "yes_no", "text": "Nog een?"}
        other = {"code": "1.2", "title": "Anders", "criterion": "Anders.", "questions": [own]}
        data["themes"][0]["factors"].append(other)
    moved = examples.question(later, "V3")
    examples.factor(later)["questions"].remove(moved)
    later["themes"][0]["factors"][1]["questions"].append(moved)
    found = results.compare(strategies.read(earlier), BEFORE, strategies.read(later), AFTER)
    assert found.factors["1.1"].common == pytest.approx(5 / 6)
    assert found.factors["1.2"].common == pytest.approx(1 / 2)


def test_a_factor_that_has_half_in_common_can_be_compared() -> None:
    earlier, later = examples.example(), examples.example()
    for data in (earlier, later):
        for code in ("V1", "V2", "V3", "V4"):
            examples.question(data, code)["weight"] = 1
    for code in ("V1", "V2"):
        examples.question(later, code)["scored"] = False
    found = results.compare(strategies.read(earlier), BEFORE, strategies.read(later), AFTER)
    assert found.factors["1.1"].common == 0.5
    assert found.factors["1.1"].units["A"].change == "verbeterd"


def test_a_question_that_is_undetermined_counts_against_what_is_shared(instrument: Instrument) -> None:
    undetermined = {"A": {"V3": Answer("wissel"), "V4": Answer(["reservist"])}}
    unit = results.compare(instrument, undetermined, instrument, undetermined).factors["1.1"].units["A"]
    assert unit.shared == pytest.approx(2 / 6)
    assert unit.change == "niet_vergelijkbaar"


def test_levels_are_those_of_the_later_version(instrument: Instrument) -> None:
    data = examples.example()
    data["levels"][2]["from"] = 0.95
    later = strategies.read(data)
    unit = results.compare(instrument, BEFORE, later, AFTER).factors["1.1"].units["A"]
    assert (unit.earlier, unit.later) == ("voldoet_deels", "voldoet")
