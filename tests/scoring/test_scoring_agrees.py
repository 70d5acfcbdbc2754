"""The arithmetic and a slow second reading of docs/method.md give the same figures on anything."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports import scorefile
from surveys import results
from tests import reference, strategies

TOLERANCE = 1e-9
SLOW = settings(deadline=None)


def differences(ours: Any, theirs: Any, place: str = "") -> list[str]:
    """Say where two documents differ; the order of keys makes no difference, that of lists of codes does."""
    if isinstance(theirs, dict):
        if not isinstance(ours, dict) or set(ours) != set(theirs):
            return [f"{place}: {ours} is not {theirs}"]
        return [line for key in theirs for line in differences(ours[key], theirs[key], f"{place}/{key}")]
    if isinstance(theirs, list):
        return [] if ours == theirs else [f"{place}: {ours} is not {theirs}"]
    if isinstance(theirs, bool) or not isinstance(theirs, int | float):
        return [] if ours == theirs and type(ours) is type(theirs) else [f"{place}: {ours} is not {theirs}"]
    same = isinstance(ours, int | float) and not isinstance(ours, bool) and abs(ours - theirs) <= TOLERANCE
    return [] if same else [f"{place}: {ours} is not {theirs}"]


@SLOW
@given(strategies.measured())
def test_scores_agree_with_the_reference(measured: tuple[strategies.Data, strategies.Data]) -> None:
    data, units = measured
    instrument = strategies.read(data)
    found = results.score(instrument, strategies.answers(units, instrument))
    document = scorefile.scores(instrument, found)
    for statement in document["national"]["statements"].values():
        del statement["text"]
    assert differences(document, reference.score(data, units)) == []


@st.composite
def two_measurements(draw: st.DrawFn) -> tuple[strategies.Data, ...]:
    earlier = draw(strategies.instrument())
    later = draw(strategies.changed(earlier))
    return earlier, draw(strategies.filled(earlier, 3)), later, draw(strategies.filled(later, 3))


@SLOW
@given(two_measurements())
def test_comparisons_agree_with_the_reference(measured: tuple[strategies.Data, ...]) -> None:
    earlier, earlier_units, later, later_units = measured
    old, new = strategies.read(earlier), strategies.read(later)
    found = results.compare(
        old, strategies.answers(earlier_units, old), new, strategies.answers(later_units, new)
    )
    theirs = reference.compare(earlier, earlier_units, later, later_units)
    assert differences(scorefile.comparison(found), theirs) == []


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(1.0, 1.1), (None, 0.0), (True, 1), ({"a": 1}, {"b": 1}), (["a"], ["b"]), ("x", "y")],
)
def test_a_difference_is_noticed(ours: object, theirs: object) -> None:
    assert differences(ours, theirs)
