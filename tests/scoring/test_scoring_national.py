"""The thresholds of a proposal, at their edges."""

from __future__ import annotations

import pytest

from surveys import results
from surveys.results import Answer
from tests import examples, strategies
from tests.examples import Data

GOOD = {"V1": Answer("ja"), "V2": Answer(5), "V3": Answer("vast"), "V4": Answer(["reservist"])}
FAILING = {"V1": Answer("nee"), "V3": Answer("geen"), "V4": Answer(["geen"])}
WITHOUT_MUST = GOOD | {"V3": Answer("geen")}


def proposal(units: list[dict[str, Answer]], data: Data | None = None) -> str:
    instrument = strategies.read(data or examples.example())
    named = {str(number): unit for number, unit in enumerate(units)}
    return results.score(instrument, named).national.factors["1.1"].proposal


def lenient() -> Data:
    return examples.example() | {"must_share": 0.0}


@pytest.mark.parametrize(
    ("good", "failing", "expected"),
    [
        (10, 0, "voldoet"),
        (8, 2, "voldoet"),  # two in ten is not more than max_failing_share
        (7, 3, "voldoet_deels"),
        (5, 5, "voldoet_deels"),  # half is not more than half
        (4, 6, "voldoet_niet"),
    ],
)
def test_failing_units_hold_a_proposal_down(good: int, failing: int, expected: str) -> None:
    assert proposal([GOOD] * good + [FAILING] * failing, lenient()) == expected


@pytest.mark.parametrize(("missing", "expected"), [(1, "voldoet"), (2, "voldoet_deels")])
def test_a_must_has_to_be_met_widely(missing: int, expected: str) -> None:
    assert proposal([GOOD] * (10 - missing) + [WITHOUT_MUST] * missing) == expected


@pytest.mark.parametrize(("pending", "expected"), [(1, "voldoet"), (2, "voldoet_deels")])
def test_an_open_must_is_not_met(pending: int, expected: str) -> None:
    unknown = GOOD | {"V3": Answer(special="onbekend")}
    assert proposal([GOOD] * (10 - pending) + [unknown] * pending) == expected


@pytest.mark.parametrize(
    ("begun", "expected"), [(2, "voldoet"), (3, "niet_te_beoordelen"), (10, "niet_te_beoordelen")]
)
def test_enough_units_must_have_a_level(begun: int, expected: str) -> None:
    assert proposal([GOOD] * (10 - begun) + [{}] * begun, lenient()) == expected


def test_a_must_that_does_not_apply_is_passed_over() -> None:
    absent = GOOD | {"V4": Answer(special="nvt", note="Niet hier.")}
    instrument = strategies.read(examples.example())
    found = results.score(instrument, {"A": GOOD, "B": absent}).national.factors["1.1"].musts["V4"]
    assert (found.met, found.of) == (1, 1)
