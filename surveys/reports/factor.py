"""One factor nationally: who is at which level, what the proposal rests on, how questions were answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import scoring
from scoring.compare import CHANGES, ENOUGH
from scoring.results import MustShare, Share
from surveys.instruments import Factor, Instrument, Question
from surveys.questions import TYPES
from surveys.reports.levels import Mark, high_to_low, marks
from surveys.reports.national import FactorRound, NationalReport, StatementRow
from surveys.reports.source import UnitInfo


@dataclass(frozen=True)
class LevelGroup:
    """A level, and the submitted units that have it."""

    mark: Mark
    units: tuple[UnitInfo, ...]


@dataclass(frozen=True)
class MustGround:
    """How widely a must is met; without a share it applies to no unit and is passed over."""

    question: Question
    share: Share


@dataclass(frozen=True)
class ChangeGroup:
    """A change against the previous measurement, and the units in which it happened."""

    change: str
    units: tuple[UnitInfo, ...]


@dataclass(frozen=True)
class Proposal:
    """The proposed level of all units together, with everything that it rests on.

    `rule` says which of them decided: `too_few` units with a level, the `top` reached, a `majority` at the
    lowest level, or the `mean` alone. `by_mean` is the level that the mean alone would reach.
    """

    mark: Mark
    rule: Literal["too_few", "top", "majority", "mean"]
    top: Mark
    lowest: Mark
    with_level: Share
    mean: float | None
    mean_limit: float
    mean_met: bool
    by_mean: Mark | None
    musts: tuple[MustGround, ...]
    failing: Share


@dataclass(frozen=True)
class AnswerCount:
    """How many units gave an answer; `score` is what it earns, None where it earns nothing by itself."""

    code: str
    label: str
    n: int
    score: float | None


@dataclass(frozen=True)
class QuestionCounts:
    """A question over all submitted units; `answers` is empty for texts and dates."""

    question: Question
    figures: scoring.NationalQuestion
    answers: tuple[AnswerCount, ...]
    must: MustShare | None


@dataclass(frozen=True)
class UnitInTime:
    """A unit's factor in each measurement of the series; None where the unit did not submit."""

    unit: UnitInfo
    marks: tuple[Mark | None, ...]
    scores: tuple[scoring.FactorScore | None, ...]
    changes: tuple[str | None, ...]


@dataclass(frozen=True)
class Topic:
    """A sub-heading of the findings with its statements; no title for statements that have none."""

    title: str | None
    statements: tuple[StatementRow, ...]


@dataclass(frozen=True)
class FactorPicture:
    """A factor of the national picture; `rounds` are the measurements that asked it, this one last.

    `without` has the units that do not meet a must, by the code of its question.
    """

    factor: Factor
    figures: scoring.NationalFactor
    levels: tuple[LevelGroup, ...]
    proposal: Proposal
    rounds: tuple[FactorRound, ...]
    round_proposals: tuple[Mark, ...]
    units: tuple[UnitInTime, ...]
    questions: tuple[QuestionCounts, ...]
    topics: tuple[Topic, ...]
    comparison: scoring.FactorComparison | None
    changes: tuple[ChangeGroup, ...]
    without: Mapping[str, tuple[UnitInfo, ...]]

    @property
    def comparable(self) -> bool:
        """Whether enough of the factor's questions were asked alike in the previous measurement."""
        return self.comparison is not None and self.comparison.enough

    @property
    def enough_common(self) -> float:
        """How much of the weight must be in common: a figure close to it is shown with more decimals."""
        return ENOUGH

    @property
    def attention(self) -> tuple[QuestionCounts, ...]:
        """The questions that score low nationally."""
        return tuple(row for row in self.questions if row.figures.attention)


def factor_picture(report: NationalReport, code: str) -> FactorPicture:
    """Take one factor out of the national picture. Raises KeyError for a code that the instrument lacks."""
    factor = report.instrument.factors[code]
    found = marks(report.instrument)
    figures = report.national.factors[code]
    rounds = report.in_time[code]
    levels = {unit: scored.factors[code].level for unit, scored in report.scores.items()}
    return FactorPicture(
        factor=factor,
        figures=figures,
        levels=tuple(
            LevelGroup(mark, tuple(unit for unit in report.units if levels[unit.code] == mark.code))
            for mark in high_to_low(found)
        ),
        proposal=proposal_of(report.instrument, figures),
        rounds=rounds,
        round_proposals=tuple(marks(each.instrument)[each.figures.proposal] for each in rounds),
        units=tuple(in_time(info.unit, rounds) for info in report.dossiers.values()),
        questions=tuple(question_counts(report, question) for question in factor.questions),
        topics=_topics(factor, report.statements),
        comparison=report.comparison.factors.get(code) if report.comparison else None,
        changes=tuple(
            ChangeGroup(
                change, tuple(unit for unit in report.units if report.change(unit.code, code) == change)
            )
            for change in CHANGES
        ),
        without={each: without(report, each) for each in figures.musts},
    )


def in_time(unit: UnitInfo, rounds: tuple[FactorRound, ...]) -> UnitInTime:
    """One unit's factor through the measurements."""
    scores = tuple(each.scores.get(unit.code) for each in rounds)
    return UnitInTime(
        unit,
        tuple(
            marks(each.instrument)[score.level] if score else None
            for each, score in zip(rounds, scores, strict=True)
        ),
        scores,
        tuple(each.changes.get(unit.code) for each in rounds),
    )


def question_counts(report: NationalReport, question: Question) -> QuestionCounts:
    """Count the answers to a question: per option, or per number that was given."""
    figures = report.national.questions[question.code]
    answers: tuple[AnswerCount, ...] = ()
    if question.type == "number":
        answers = tuple(
            AnswerCount(number, TYPES["number"].show(question, float(number)), n, None)
            for number, n in (figures.counts or {}).items()
        )
    elif figures.counts is not None:
        answers = tuple(
            AnswerCount(option.code, option.label, figures.counts[option.code], option.score)
            for option in question.options
        )
    must = report.national.factors[question.factor].musts.get(question.code)
    return QuestionCounts(question, figures, answers, must)


def without(report: NationalReport, question: str) -> tuple[UnitInfo, ...]:
    """The submitted units that do not meet the must of a question: they miss it, or it is open."""
    factor = report.instrument.questions[question].factor
    scores = {unit: scored.factors[factor] for unit, scored in report.scores.items()}
    return tuple(
        unit
        for unit in report.units
        if question in (*scores[unit.code].missed_musts, *scores[unit.code].open_musts)
    )


def _topics(factor: Factor, rows: Mapping[str, StatementRow]) -> tuple[Topic, ...]:
    titles = [*factor.topics, None]
    found = []
    for title in titles:
        mine = tuple(rows[item.code] for item in factor.statements if item.topic == title)
        if mine:
            found.append(Topic(title, mine))
    return tuple(found)


def proposal_of(instrument: Instrument, figures: scoring.NationalFactor) -> Proposal:
    """Put marks and questions to what the proposed level of a factor rests on."""
    found, grounds = marks(instrument), figures.grounds
    return Proposal(
        mark=found[figures.proposal],
        rule=grounds.rule,
        top=found[instrument.levels[-1].code],
        lowest=found[instrument.levels[0].code],
        with_level=grounds.with_level,
        mean=figures.mean,
        mean_limit=grounds.mean_limit,
        mean_met=grounds.mean_met,
        by_mean=None if grounds.by_mean is None else found[grounds.by_mean],
        musts=tuple(MustGround(instrument.questions[code], share) for code, share in grounds.musts.items()),
        failing=grounds.failing,
    )
