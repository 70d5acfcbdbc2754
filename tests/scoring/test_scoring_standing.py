"""In which quarter a score stands, and the rules that a comparison keeps whatever was answered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.compare import CHANGES
from scoring.results import NationalFactor
from scoring.standing import standing
from surveys import results
from tests import examples, strategies

MIRRORED = {
    "verbeterd": "verslechterd",
    "verslechterd": "verbeterd",
    "gelijk": "gelijk",
    "niet_vergelijkbaar": "niet_vergelijkbaar",
}


@pytest.fixture(scope="module")
def figures() -> NationalFactor:
    """Quartiles 0.4, 0.6 and 0.8."""
    found = results.score(strategies.read(examples.example()), {}).national.factors["1.1"]
    return replace(found, q1=0.4, median=0.6, q3=0.8)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (0.39, "laagste_kwart"),
        (0.4, "onder_midden"),
        (0.59, "onder_midden"),
        (0.1 + 0.5, "midden"),
        (0.6 + 1e-12, "midden"),  # compared after rounding to nine decimals
        (0.61, "boven_midden"),
        (0.8, "boven_midden"),
        (0.81, "hoogste_kwart"),
    ],
)
def test_a_score_on_a_quartile_is_on_the_side_of_the_middle(
    figures: NationalFactor, score: float, expected: str
) -> None:
    assert standing(score, figures) == expected


def test_without_a_score_or_quartiles_there_is_no_place(figures: NationalFactor) -> None:
    assert standing(None, figures) is None
    assert standing(0.5, replace(figures, q1=None, median=None, q3=None)) is None


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_changes_add_up_to_the_units_and_mirror_when_the_measurements_are_swapped(
    data: st.DataObject,
) -> None:
    plain = data.draw(strategies.instrument())
    instrument = strategies.read(plain)
    before, after = (strategies.answers(data.draw(strategies.filled(plain)), instrument) for _ in range(2))
    there = results.compare(instrument, before, instrument, after)
    back = results.compare(instrument, after, instrument, before)
    for code, factor in there.factors.items():
        assert sum(factor.counts.values()) == len(factor.units) == len(before.keys() & after.keys())
        assert set(factor.counts) == set(CHANGES)
        for unit, change in factor.units.items():
            mirror = back.factors[code].units[unit]
            assert mirror.change == MIRRORED[change.change]
            assert (change.musts_gained, change.musts_lost) == (mirror.musts_lost, mirror.musts_gained)
