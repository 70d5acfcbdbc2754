"""Everything about one dossier: answers, scores with how they came about, and the measurements before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import scoring
from surveys import answers, correcting, dossiers, questions, results, signing, views
from surveys.acting import now
from surveys.instruments import Check, Factor, Instrument, Question, Theme
from surveys.measurements import instrument_of
from surveys.models import Answer, Dossier, Person, Signature
from surveys.permissions import ROLES
from surveys.reports.earlier import EarlierAnswer, Round, answer_in, rounds_before
from surveys.reports.levels import Mark, marks
from surveys.reports.source import MeasurementInfo, UnitInfo, previous
from surveys.views import ViewInfo


@dataclass(frozen=True)
class QuestionRow:
    """A question with its answer, and its part in the score where it has one.

    `state` is that of `scoring.why`; `score`, `weight`, `share` and `part` are None where it is not answered
    with a score. `views` are the divergent ones beside the answer: they count nowhere. `corrections` are
    those of an inspector after the submission, newest first.
    """

    question: Question
    value: Any
    special: str | None
    shown: str | None
    note: str | None
    documents: tuple[answers.Reference, ...]
    state: str
    score: float | None
    weight: float | None
    share: float | None
    part: float | None
    must: str | None
    answered_by: str | None
    answered_as: str | None
    answered_at: datetime | None
    earlier: tuple[EarlierAnswer, ...]
    views: tuple[ViewInfo, ...]
    corrections: tuple[correcting.Correction, ...] = ()

    @property
    def open(self) -> bool:
        """Whether neither a value nor a special was given."""
        return self.value is None and self.special is None


@dataclass(frozen=True)
class FactorInTime:
    """A factor in one measurement of the series: its score, and the change since `since`.

    That is the last measurement before it in which any unit submitted.
    """

    measurement: MeasurementInfo
    score: scoring.FactorScore | None
    mark: Mark | None
    change: str | None
    since: MeasurementInfo | None

    @property
    def level_label(self) -> str | None:
        """The Dutch name of its level then, None without a score."""
        return self.mark.label if self.mark else None


@dataclass(frozen=True)
class FactorRow:
    """A factor: its score, the questions behind it, why, and the measurements in time (this one last)."""

    factor: Factor
    score: scoring.FactorScore
    level_label: str
    why: scoring.Why
    questions: tuple[QuestionRow, ...]
    in_time: tuple[FactorInTime, ...]


@dataclass(frozen=True)
class ThemeRow:
    """A theme with its score and its factors."""

    theme: Theme
    score: scoring.ThemeScore
    factors: tuple[FactorRow, ...]


@dataclass(frozen=True)
class SignatureRow:
    """Who agreed, in which role, when."""

    role: str
    name: str
    at: datetime


@dataclass(frozen=True)
class RegionReport:
    """One dossier, whole. `series` are the measurements compared, oldest first, this one last."""

    measurement: MeasurementInfo
    unit: UnitInfo
    instrument: Instrument
    state: str
    submitted_at: datetime | None
    signatures: tuple[SignatureRow, ...]
    themes: tuple[ThemeRow, ...]
    fired: tuple[Check, ...]
    series: tuple[MeasurementInfo, ...]
    made_at: datetime

    @property
    def fired_checks(self) -> tuple[str, ...]:
        """What the answers say that do not sit well together, in words."""
        return tuple(check.text for check in self.fired)

    @property
    def factors(self) -> tuple[FactorRow, ...]:
        """All factors in order."""
        return tuple(row for theme in self.themes for row in theme.factors)

    @property
    def submitted(self) -> bool:
        """Whether the dossier counts for the national picture."""
        return self.state in dossiers.SUBMITTED

    @property
    def views(self) -> tuple[ViewInfo, ...]:
        """All divergent views, in the order of the questions."""
        return tuple(view for factor in self.factors for row in factor.questions for view in row.views)

    @property
    def corrections(self) -> tuple[correcting.Correction, ...]:
        """All corrections after the submission, in the order of the questions."""
        return tuple(each for factor in self.factors for row in factor.questions for each in row.corrections)


def level_label(instrument: Instrument, level: str) -> str:
    """The Dutch name of a level, *Niet te beoordelen* included."""
    return next((row.label for row in instrument.levels if row.code == level), "Niet te beoordelen")


def region(session: Session, dossier: Dossier) -> RegionReport:
    """Build the report of one dossier, submitted or not, with the scores of the answers as they stand."""
    instrument = instrument_of(dossier.pinned)
    rows = answers.joint(session, dossier)
    given = answers.given(rows)
    code = dossier.unit.code
    scored = results.score(instrument, {code: given})
    mine = scored.units[code]
    whys = results.why(instrument, given)
    own = Round(MeasurementInfo.of(dossier.measurement), instrument, given, counts=True)
    rounds = [*rounds_before(session, dossier), own]
    in_time = _in_time(rounds, code)
    people = _people(session, rows)
    divergent = views.by_dossier(session, instrument, {dossier.id: given}).get(dossier.id, ())
    corrected = correcting.by_question(correcting.corrections(session, dossier))
    themes = tuple(
        ThemeRow(
            theme,
            mine.themes[theme.code],
            tuple(
                FactorRow(
                    factor,
                    mine.factors[factor.code],
                    level_label(instrument, mine.factors[factor.code].level),
                    whys[factor.code],
                    tuple(
                        _question(
                            question,
                            rows.get(question.code),
                            mine.states,
                            whys[factor.code],
                            people,
                            rounds,
                            tuple(each for each in divergent if each.question.code == question.code),
                            corrected.get(question.code, ()),
                        )
                        for question in factor.questions
                    ),
                    in_time[factor.code],
                )
                for factor in theme.factors
            ),
        )
        for theme in instrument.themes
    )
    submission = dossier.submissions[-1] if dossier.submissions else None
    submitted = dossier.state in dossiers.SUBMITTED
    return RegionReport(
        measurement=MeasurementInfo.of(dossier.measurement),
        unit=UnitInfo.of(dossier.unit, dossier.measurement.period_until),
        instrument=instrument,
        state=dossier.state,
        submitted_at=submission.at if submission and submitted else None,
        signatures=_signatures(signing.standing(session, dossier)),
        themes=themes,
        fired=tuple(check for check in instrument.checks if check.code in mine.checks),
        series=tuple(row.measurement for row in rounds),
        made_at=now(),
    )


def _in_time(rounds: list[Round], code: str) -> dict[str, tuple[FactorInTime, ...]]:
    last = rounds[-1]
    found: dict[str, list[FactorInTime]] = {factor: [] for factor in last.instrument.factors}
    earlier = previous(rounds, lambda each: each.counts)
    for each, before in zip(rounds, earlier, strict=True):
        scores: Mapping[str, scoring.FactorScore] = {}
        changes: dict[str, str] = {}
        if each.answers is not None:
            scores = results.score(each.instrument, {code: each.answers}).units[code].factors
            if before is not None and before.answers is not None:
                compared = results.compare(
                    before.instrument, {code: before.answers}, each.instrument, {code: each.answers}
                )
                changes = {name: row.units[code].change for name, row in compared.factors.items()}
        levels = marks(each.instrument)
        for factor, row in found.items():
            score = scores.get(factor)
            mark = levels[score.level] if score else None
            since = before.measurement if before else None
            row.append(FactorInTime(each.measurement, score, mark, changes.get(factor), since))
    return {factor: tuple(row) for factor, row in found.items()}


def _question(
    question: Question,
    row: Answer | None,
    states: Mapping[str, str],
    why: scoring.Why,
    people: Mapping[int, str],
    rounds: list[Round],
    divergent: tuple[ViewInfo, ...],
    corrected: tuple[correcting.Correction, ...],
) -> QuestionRow:
    part = next((each for each in why.rows if each.code == question.code), None)
    content = answers.content_of(row)
    answered = content.value is not None or content.special is not None
    return QuestionRow(
        question=question,
        value=content.value,
        special=content.special,
        shown=questions.show_answer(question, content.value, content.special) if answered else None,
        note=content.note,
        documents=content.documents,
        state=part.state if part else states[question.code],
        score=part.s if part else None,
        weight=part.w if part else None,
        share=part.share if part else None,
        part=part.part if part else None,
        must=part.must if part else None,
        answered_by=people.get(row.person_id) if row else None,
        answered_as=ROLES[row.assignment.role].label if row and row.assignment.role in ROLES else None,
        answered_at=row.saved_at if row else None,
        earlier=tuple(
            answer_in(question, each) for each in reversed(rounds[:-1]) if each.answers is not None
        ),
        views=divergent,
        corrections=corrected,
    )


def _people(session: Session, rows: Mapping[str, Answer]) -> dict[int, str]:
    ids = {row.person_id for row in rows.values()}
    found = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in found}


def _signatures(standing: Mapping[str, Signature]) -> tuple[SignatureRow, ...]:
    return tuple(
        SignatureRow(ROLES[role].label, row.person.name, row.signed_at) for role, row in standing.items()
    )
