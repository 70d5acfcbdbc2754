"""Packed answers give the same figures as the answers themselves, all at once or one by one, on anything."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

import scoring
from exports import scorefile
from surveys import results
from surveys.instruments import Instrument
from tests import examples, strategies

Given = dict[str, dict[str, results.Answer]]


def kept(instrument: Instrument, units: Given) -> results.Kept:
    """The answers as they come out of the database: packed, and in full for who asks."""

    def read(names: Any, question: str | None) -> dict[str, Any]:
        asked = {name: units[name] for name in names}
        return asked if question is None else {name: _only(each, question) for name, each in asked.items()}

    rows = results.pack(instrument, units)
    return results.Kept(scoring.unpack(instrument.plan, units, rows), read)


def _only(answers: dict[str, results.Answer], question: str) -> dict[str, results.Answer]:
    return {code: answer for code, answer in answers.items() if code == question}


@settings(deadline=None, max_examples=40)
@given(strategies.measured())
def test_packed_answers_score_as_the_answers_do(measured: tuple[strategies.Data, strategies.Data]) -> None:
    data, units = measured
    instrument = strategies.read(data)
    answers = strategies.answers(units, instrument)
    packed = results.score(instrument, kept(instrument, answers))
    plain = results.score(instrument, answers)
    assert scorefile.scores(instrument, packed) == scorefile.scores(instrument, plain)
    for name, unit in plain.units.items():
        assert dict(packed.units[name].states) == dict(unit.states)
        assert dict(packed.units[name].points) == dict(unit.points)
        (alone,) = results.score(instrument, {name: answers[name]}).units.values()
        assert alone.factors == pytest.approx(packed.units[name].factors)
        assert {code: found[name] for code, found in packed.factors.items()} == unit.factors


@settings(deadline=None, max_examples=20)
@given(strategies.measured())
def test_packed_measurements_compare_as_the_answers_do(
    measured: tuple[strategies.Data, strategies.Data],
) -> None:
    data, units = measured
    instrument = strategies.read(data)
    now = strategies.answers(units, instrument)
    then = dict(list(now.items())[1:][::-1])  # one unit less, in another order
    plain = results.compare(instrument, then, instrument, now)
    packed = results.compare(instrument, kept(instrument, then), instrument, kept(instrument, now))
    assert scorefile.comparison(packed) == scorefile.comparison(plain)


def test_packed_answers_of_another_questionnaire_are_refused() -> None:
    instrument = strategies.read(examples.example())
    with pytest.raises(ValueError, match="another instrument"):
        scoring.unpack(instrument.plan, ["A"], [b"\0" * (len(results.pack(instrument, {"A": {}})[0]) + 1)])


def test_what_is_not_packed_is_read_when_it_is_asked_for() -> None:
    instrument = strategies.read(examples.example())
    code = next(iter(instrument.questions))
    units: Given = {
        "A": {code: results.Answer("ja", note="Zo is het."), "elders": results.Answer("x")},
        "B": {},
    }
    found = kept(instrument, {name: {code: each[code]} if each else {} for name, each in units.items()})
    assert (list(found), len(found)) == (["A", "B"], 2)
    assert found["A"][code].note == "Zo is het."
    assert found.to(code)["A"][code].value == "ja"
    assert [name for name, _ in found.streamed()] == ["A", "B"]
