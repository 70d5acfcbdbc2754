"""What must hold of scoring whatever the instrument and the answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

import scoring
from scoring.columns import read
from scoring.model import Band, Given, Option, Question
from scoring.values import bounds, points
from surveys import results
from tests import strategies
from tests.strategies import Data

SLOW = settings(deadline=None)


def scored(data: Data, units: Data) -> scoring.Results:
    instrument = strategies.read(data)
    return results.score(instrument, strategies.answers(units, instrument))


@st.composite
def one_unit_and_how_it_ends(draw: st.DrawFn) -> tuple[Data, Data, Data]:
    """An instrument, a unit's answers, and the same with every open question answered.

    What turns out not to be asked after all leaves the sum, and no bound speaks of that; so every question
    that was open or undetermined ends up answered.
    """
    data = draw(strategies.instrument())
    begun = draw(strategies.filled(data, 1, least=1))
    ended: Data = json.loads(json.dumps(begun))
    plan = strategies.read(data).plan
    for question in strategies.questions(data):
        answer = ended["U0"].setdefault(question["code"], {})
        if "value" not in answer and answer.get("special") != "nvt":
            only_scored = plan.question(question["code"]).scored
            ended["U0"][question["code"]] = {"value": draw(strategies.value(question, scored=only_scored))}
    before, after = (scored(data, each).units["U0"].states for each in (begun, ended))
    for question in plan.questions:
        if question.scored:
            waits = before[question.code] in {"open", "undetermined"}
            assume(after[question.code] == ("answered" if waits else before[question.code]))
    event(f"undetermined: {'undetermined' in before.values()}")
    return data, begun, ended


@SLOW
@given(one_unit_and_how_it_ends())
def test_the_final_score_lies_within_the_bounds_given_before(case: tuple[Data, Data, Data]) -> None:
    data, begun, ended = case
    before, after = scored(data, begun).units["U0"], scored(data, ended).units["U0"]
    for code, factor in before.factors.items():
        score = after.factors[code].score
        if factor.low is None or factor.high is None:
            assert score is None
        else:
            assert score is not None
            assert factor.low - 1e-9 <= score <= factor.high + 1e-9


@SLOW
@given(strategies.measured(), st.randoms(use_true_random=False))
def test_the_order_of_units_and_of_answers_changes_nothing(measured: tuple[Data, Data], random: Any) -> None:
    data, units = measured
    names = list(units)
    random.shuffle(names)
    shuffled = {name: dict(sorted(units[name].items(), reverse=True)) for name in names}
    assert_alike(scored(data, units), scored(data, shuffled))


@SLOW
@given(strategies.measured(), st.randoms(use_true_random=False))
def test_the_order_of_questions_changes_nothing(measured: tuple[Data, Data], random: Any) -> None:
    data, units = measured
    for question in strategies.questions(data):
        question.pop("when", None)  # a question must come after the one that its `when` names
    shuffled: Data = json.loads(json.dumps(data))
    for theme in shuffled["themes"]:
        for factor in theme["factors"]:
            random.shuffle(factor["questions"])
    assert_alike(scored(data, units), scored(shuffled, units))


@SLOW
@given(strategies.measured())
def test_one_unit_alone_scores_as_among_many(measured: tuple[Data, Data]) -> None:
    data, units = measured
    among = scored(data, units).units
    for name, answers in units.items():
        alone = scored(data, {name: answers}).units[name]
        assert alone.factors.keys() == among[name].factors.keys()
        assert_same_unit(alone, among[name])


@SLOW
@given(strategies.measured(), st.sampled_from([2, 10, 0.25]))
def test_scaling_the_weights_of_a_factors_questions_changes_nothing(
    measured: tuple[Data, Data], scale: float
) -> None:
    data, units = measured
    scaled: Data = json.loads(json.dumps(data))
    for question in scaled["themes"][0]["factors"][0]["questions"]:
        question["weight"] = question.get("weight", 1) * scale
    code = scaled["themes"][0]["factors"][0]["code"]
    one, other = scored(data, units), scored(scaled, units)
    for name in units:
        assert_same_factor(one.units[name].factors[code], other.units[name].factors[code])
    assert one.national.factors[code].proposal == other.national.factors[code].proposal


@SLOW
@given(strategies.measured(2))
def test_the_parts_of_an_explanation_add_up_to_the_score(measured: tuple[Data, Data]) -> None:
    data, units = measured
    instrument = strategies.read(data)
    for name, answers in strategies.answers(units, instrument).items():
        for code, why in results.why(instrument, answers).items():
            factor = results.score(instrument, {name: answers}).units[name].factors[code]
            parts = [row.part for row in why.rows if row.part is not None]
            assert why.score == factor.score
            assert sum(parts) == pytest.approx(factor.score or 0, abs=1e-9)
            assert sum(row.w for row in why.rows if row.w is not None) == pytest.approx(why.answered)
            if parts:
                assert sum(row.share for row in why.rows if row.share is not None) == pytest.approx(1)
            if factor.coverage is not None:
                assert why.answered / why.total == pytest.approx(factor.coverage, abs=1e-9)


@SLOW
@given(strategies.measured())
def test_every_unit_is_counted_once_for_each_question(measured: tuple[Data, Data]) -> None:
    data, units = measured
    national = scored(data, units).national
    for question in national.questions.values():
        parts = (question.n, question.unknown, question.open, question.nvt, question.not_asked)
        assert sum(parts) == len(units)
    for factor in national.factors.values():
        assert sum(factor.levels.values()) == len(units)
    for statement in national.statements.values():
        assert len(statement.units) + len(statement.others) == statement.of


@SLOW
@given(strategies.measured())
def test_a_measurement_compared_with_itself_has_not_changed(measured: tuple[Data, Data]) -> None:
    data, units = measured
    instrument = strategies.read(data)
    answers = strategies.answers(units, instrument)
    counts = results.compare(instrument, answers, instrument, answers).counts
    assert counts["verbeterd"] == counts["verslechterd"] == 0


def test_a_single_answer_to_a_sum_earns_at_least_the_smallest_option() -> None:
    options = (Option("a", 0.3), Option("b", 0.9), Option("c", 0.5, exclusive=True), Option("d"))
    question = Question("q", "f", "multi", scored=True, options=options)
    assert bounds(question) == (0.3, 1.0)
    column = read(question, [Given(["a", "b"]), Given(["c"]), Given(["a", "d"]), Given(["d"]), None])
    assert points(question, column)[:3].tolist() == [1.0, 0.5, 0.3]
    assert [str(x) for x in points(question, column)[3:]] == ["nan", "nan"]


def test_an_exclusive_option_can_be_the_best_of_a_sum() -> None:
    options = (Option("a", 0.2), Option("b", 0.3), Option("c", 0.9, exclusive=True))
    assert bounds(Question("q", "f", "multi", scored=True, options=options)) == (0.2, 0.9)


def test_a_band_ends_below_its_limit_or_up_to_and_including_it() -> None:
    bands = (Band(0.0, below=1), Band(0.5, upto=1), Band(1.0))
    question = Question("q", "f", "number", scored=True, bands=bands)
    column = read(question, [Given(0.9), Given(1), Given(1.1)])
    assert points(question, column).tolist() == [0.0, 0.5, 1.0]


def assert_alike(one: scoring.Results, other: scoring.Results) -> None:
    assert one.units.keys() == other.units.keys()
    for name, unit in one.units.items():
        assert_same_unit(unit, other.units[name])
    for code, factor in one.national.factors.items():
        twin = other.national.factors[code]
        assert (factor.levels, factor.proposal, factor.musts) == (twin.levels, twin.proposal, twin.musts)
        assert factor.mean == pytest.approx(twin.mean, abs=1e-9)
    for code, question in one.national.questions.items():
        twin_question = other.national.questions[code]
        assert question.counts == twin_question.counts
        assert question.mean_score == pytest.approx(twin_question.mean_score, abs=1e-9)
    for code, statement in one.national.statements.items():
        assert set(statement.units) == set(other.national.statements[code].units)


def assert_same_unit(one: scoring.UnitScore, other: scoring.UnitScore) -> None:
    for code, factor in one.factors.items():
        assert_same_factor(factor, other.factors[code])
    for code, theme in one.themes.items():
        assert theme.score == pytest.approx(other.themes[code].score, abs=1e-9)
    assert (one.checks, set(one.incomplete)) == (other.checks, set(other.incomplete))
    assert dict(one.states) == dict(other.states)


def assert_same_factor(one: scoring.FactorScore, other: scoring.FactorScore) -> None:
    for figure in ("score", "low", "high", "coverage"):
        assert getattr(one, figure) == pytest.approx(getattr(other, figure), abs=1e-9)
    assert (one.level, one.reason) == (other.level, other.reason)
    assert set(one.missed_musts) == set(other.missed_musts)
    assert set(one.open_musts) == set(other.open_musts)
