"""Deelvraag 2: what became of the points of earlier measurements, and the questions that show it.

A measurement looks back at the points that stem from the measurements before it in its series. What it found
of a point is an outcome: written by an inspector, with the counts of its own questionnaires beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

import scoring
from surveys import dossiers, recommending, report_texts, results
from surveys.acting import By
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.follow_up import kinds, points
from surveys.follow_up.keeping import chosen, fits, flush, note, seen
from surveys.follow_up.points import PointInfo
from surveys.instruments import Instrument, Question, Statement
from surveys.measurements import instrument_of
from surveys.models import (
    InstrumentText,
    Measurement,
    MeasurementInstrument,
    Origin,
    Outcome,
    Point,
    PointQuestion,
)
from surveys.permissions import allowed
from surveys.questions import TYPES, show_answer
from surveys.recommending import Entry
from surveys.reports.country import VERIFIED
from surveys.reports.national import NationalReport, national
from surveys.reports.source import MeasurementInfo, filled, series

PERMISSIONS: Final = ("report.write", "followup.manage")
"""Who may do one of these may write outcomes."""
WORDS_LENGTH: Final = 5_000
DONE: Final = "uitgevoerd"
"""The outcome that holds for later measurements too: what was done, stays done."""


@dataclass(frozen=True)
class OutcomeInfo:
    """What a measurement found of a point. `questions`: those of its own that show it, by their codes."""

    id: int
    measurement: MeasurementInfo
    point_id: int
    verdict: str
    label: str
    words: str
    questions: tuple[str, ...]
    version: int
    name: str
    at: datetime


@dataclass(frozen=True)
class Looked:
    """A point of an earlier measurement, as a later one looks back at it.

    `measurement` is the one that it stems from, `state` the state of that. `outcome` is what the one that
    looks back found, `before` what the last one before it found.
    """

    point: PointInfo
    measurement: MeasurementInfo
    state: str
    outcome: OutcomeInfo | None
    before: OutcomeInfo | None

    @property
    def found(self) -> OutcomeInfo | None:
        """What is known to have become of it: an earlier measurement that found it done need not be asked."""
        if self.outcome is None and self.before is not None and self.before.verdict == DONE:
            return self.before
        return self.outcome

    @property
    def open(self) -> bool:
        """Whether this measurement still has to say what became of it."""
        return self.found is None


@dataclass(frozen=True)
class StatementCount:
    """A statement on a question: `n` units of the `of` that have a value meet it."""

    statement: Statement
    n: int
    of: int


@dataclass(frozen=True)
class Counted:
    """What a measurement counted for a question: its statements, and how often each answer was given.

    `units` count in it, `n` of them answered. `answers` is empty for texts and dates.
    """

    measurement: MeasurementInfo
    units: int
    n: int
    statements: tuple[StatementCount, ...]
    answers: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Own:
    """What the unit of a point answered itself; None where nothing of it counts."""

    now: str | None
    before: str | None


@dataclass(frozen=True)
class Proof:
    """A question that shows what became of a point.

    `before`: what the measurement that the point stems from counted, where it asked the same. `own`: of a
    point of a unit that answers this questionnaire.
    """

    instrument: Instrument
    question: Question
    now: Counted
    before: Counted | None
    own: Own | None


@dataclass(frozen=True)
class Asked(Looked):
    """The same with what shows it; `missing` are questions of the point that this measurement did not ask."""

    proofs: tuple[Proof, ...]
    missing: tuple[str, ...]

    @property
    def unproven(self) -> bool:
        """Whether no question of this measurement shows it."""
        return not self.proofs


def of_points(session: Session, ids: Collection[int]) -> dict[int, tuple[OutcomeInfo, ...]]:
    """What measurements found of each of these points, the first measurement first: three queries."""
    rows = session.execute(
        select(Outcome, Measurement)
        .join(Measurement, Measurement.id == Outcome.measurement_id)
        .where(Outcome.point_id.in_(ids))
        .options(joinedload(Outcome.person))
        .order_by(Measurement.period_from, Measurement.id)
        .execution_options(populate_existing=True)
    ).all()
    texts = _texts(session, {measurement.id for _, measurement in rows})
    codes: dict[int, list[tuple[str, str]]] = {}
    for each in session.scalars(
        select(PointQuestion)
        .where(PointQuestion.point_id.in_(ids))
        .order_by(PointQuestion.instrument, PointQuestion.question)
    ):
        codes.setdefault(each.point_id, []).append((each.instrument, each.question))
    found: dict[int, list[OutcomeInfo]] = {number: [] for number in ids}
    for row, measurement in rows:
        known = texts.get(measurement.id, {})
        found[row.point_id].append(
            OutcomeInfo(
                id=row.id,
                measurement=MeasurementInfo.of(measurement),
                point_id=row.point_id,
                verdict=row.verdict,
                label=kinds.OUTCOMES[row.verdict],
                words=row.words,
                questions=tuple(
                    question
                    for instrument, question in codes.get(row.point_id, ())
                    if instrument in known and question in known[instrument].questions
                ),
                version=row.version,
                name=row.person.name,
                at=row.at,
            )
        )
    return {number: tuple(rows) for number, rows in found.items()}


def _texts(session: Session, measurement_ids: Collection[int]) -> dict[int, dict[str, Instrument]]:
    """The questionnaires of measurements, by their codes."""
    found: dict[int, dict[str, Instrument]] = {}
    for number, text in session.execute(
        select(MeasurementInstrument.measurement_id, InstrumentText)
        .join(InstrumentText, InstrumentText.id == MeasurementInstrument.instrument_id)
        .where(MeasurementInstrument.measurement_id.in_(measurement_ids))
    ):
        found.setdefault(number, {})[text.code] = instrument_of(text)
    return found


def looked(session: Session, measurement: Measurement) -> tuple[Looked, ...]:
    """The points of the measurements before this one in its series, by place: a fixed number of queries.

    Measures are not among them: they stand under the point that they serve. Nor are made-up points where the
    measurement is real.
    """
    before = _before(session, measurement)
    query = (
        select(Point.id, Origin.measurement_id)
        .join(Origin, Origin.id == Point.origin_id)
        .where(Origin.measurement_id.in_(list(before)), Point.removed.is_(False), Point.kind != kinds.MEASURE)
    )
    if not measurement.fictief:
        query = query.where(Point.fictief.is_(False))
    stems = {point: before[number] for point, number in session.execute(query) if number is not None}
    found = of_points(session, list(stems))
    codes = {each.code for each in before.values()}
    return tuple(
        Looked(
            point=point,
            measurement=MeasurementInfo.of(stems[point.id]),
            state=stems[point.id].state,
            outcome=next(
                (each for each in found[point.id] if each.measurement.code == measurement.code), None
            ),
            before=next((each for each in reversed(found[point.id]) if each.measurement.code in codes), None),
        )
        for point in points.listed(session, list(stems))
    )


def _before(session: Session, measurement: Measurement) -> dict[int, Measurement]:
    """The measurements before this one that share a questionnaire with it, by their ids, oldest first."""
    found = {
        each.id: each
        for pin in measurement.pins
        for each, _ in series(session, measurement, pin.instrument)
        if each.id != measurement.id
    }
    return dict(sorted(found.items(), key=lambda item: (item[1].period_from, item[0])))


def asked(
    session: Session, measurement: Measurement, pictures: Sequence[NationalReport] | None = None
) -> tuple[Asked, ...]:
    """The same points, each with the questions of this measurement that show what became of it.

    `pictures` are the national pictures of this measurement, for who has them already. A fixed number of
    queries for a number of measurements, however many points there are.
    """
    if pictures is None:
        pictures = [
            national(session, measurement, pin.instrument, frozenset(VERIFIED)) for pin in measurement.pins
        ]
    rows = looked(session, measurement)
    now = {each.instrument.code: _Round.of(each) for each in pictures}
    then = _rounds(session, measurement, rows)
    return tuple(
        Asked(
            **vars(row),
            proofs=tuple(
                _proof(row, question, now[instrument], then.get((row.measurement.code, instrument)))
                for instrument, question in row.point.questions
                if _asks(now, instrument, question)
            ),
            missing=tuple(
                question
                for instrument, question in row.point.questions
                if not _asks(now, instrument, question)
            ),
        )
        for row in rows
    )


def find(session: Session, measurement: Measurement, number: int) -> Asked | None:
    """One of those points by its id; None for another."""
    return next((row for row in asked(session, measurement) if row.point.id == number), None)


def unregistered(session: Session, measurement: Measurement) -> tuple[tuple[MeasurementInfo, Entry], ...]:
    """What earlier measurements recommended that has no point in the register: nobody follows it up."""
    rows = [
        (MeasurementInfo.of(each), entry)
        for each in _before(session, measurement).values()
        for entry in recommending.listed(session, each.id)
    ]
    made = points.of_recommendations(session, [entry.id for _, entry in rows])
    return tuple((info, entry) for info, entry in rows if not made[entry.id])


def write(
    session: Session,
    measurement: Measurement,
    number: int,
    verdict: str,
    words: str,
    *,
    by: By,
    seen_version: int,
) -> Outcome:
    """Keep what a measurement found of a point of an earlier one; what is the same already stays.

    `seen_version` is the version that was on the screen, 0 where nothing was written yet. Raises NotAllowed;
    Refused for a verdict that does not exist, without words, for a point that this measurement does not look
    back at, or once its report is settled; ChangedMeanwhile when a colleague was first.
    """
    if by.person_id is None or by.assignment_id is None or not _may(by):
        raise NotAllowed()
    report_texts.hold(session, measurement)
    if all(row.point.id != number for row in looked(session, measurement)):
        raise Refused("Dit punt is intussen verwijderd, of komt niet uit een eerdere meting in deze reeks.")
    code = chosen(verdict, kinds.OUTCOMES, "een uitkomst")
    if code is None:
        raise Refused("Kies wat er van het punt is geworden.")
    text = fits(words, WORDS_LENGTH, "De toelichting")
    if text is None:
        raise Refused("Schrijf op waaruit dat blijkt.")
    row = session.scalar(
        select(Outcome)
        .where(Outcome.measurement_id == measurement.id, Outcome.point_id == number)
        .execution_options(populate_existing=True)
    )
    if row is not None and (row.verdict, row.words) == (code, text):
        return row
    if row is None:
        row = Outcome(measurement_id=measurement.id, point_id=number, version=0)
        seen(row, seen_version)
        session.add(row)
    else:
        seen(row, seen_version)
    row.verdict, row.words, row.version = code, text, row.version + 1
    row.person_id, row.assignment_id, row.at = by.person_id, by.assignment_id, by.at
    try:
        flush(session)
    except IntegrityError as error:  # a colleague wrote the first version between the look and the write
        raise ChangedMeanwhile() from error
    session.expire(row, ["person"])
    note(session, "outcome", number, by, measurement=measurement.id, verdict=code, version=row.version)
    session.flush()
    return row


def _may(by: By) -> bool:
    return any(allowed(by.role, permission) for permission in PERMISSIONS)


# --- what shows it


@dataclass(frozen=True)
class _Round:
    """A measurement for one questionnaire: what it counted, and what each unit that counts answered."""

    measurement: MeasurementInfo
    instrument: Instrument
    figures: scoring.National
    answers: Mapping[str, results.Answers]
    units: frozenset[str]

    @classmethod
    def of(cls, picture: NationalReport) -> _Round:
        """Take it from a national picture."""
        return cls(
            picture.measurement,
            picture.instrument,
            picture.national,
            picture.answers,
            frozenset(picture.dossiers),
        )


def _rounds(
    session: Session, measurement: Measurement, rows: Iterable[Looked]
) -> dict[tuple[str, str], _Round]:
    """The earlier measurements that points with questions stem from, by their codes and the questionnaire."""
    wanted = {(row.measurement.code, instrument) for row in rows for instrument, _ in row.point.questions}
    codes = {instrument for _, instrument in wanted}
    found = {}
    for pin in measurement.pins:
        if pin.instrument.code not in codes:
            continue
        for each, text in series(session, measurement, pin.instrument):
            key = (each.code, text.code)
            if each.id == measurement.id or key not in wanted:
                continue
            given = filled(session, each, text, dossiers.SUBMITTED)
            figures = results.score(given.instrument, given.answers).national
            found[key] = _Round(
                given.measurement, given.instrument, figures, given.answers, frozenset(given.dossiers)
            )
    return found


def _asks(rounds: Mapping[str, _Round], instrument: str, question: str) -> bool:
    return instrument in rounds and question in rounds[instrument].instrument.questions


def _proof(row: Looked, code: str, now: _Round, then: _Round | None) -> Proof:
    question = now.instrument.questions[code]
    if then is not None and not _alike(then.instrument.questions.get(code), question):
        then = None
    unit = row.point.unit.code if row.point.unit else None
    return Proof(
        instrument=now.instrument,
        question=question,
        now=_counted(now, now, code),
        before=_counted(then, now, code) if then and then.answers else None,
        own=Own(_answered(now, unit, code), _answered(then, unit, code) if then else None)
        if unit in now.units and unit is not None
        else None,
    )


def _alike(one: Question | None, other: Question) -> bool:
    """Whether two versions asked the same of the same units, so that their counts can stand side by side."""
    return one is not None and _how_asked(one) == _how_asked(other)


def _how_asked(question: Question) -> tuple[object, ...]:
    return question.type, frozenset(question.labels), question.unit, question.when


def _counted(each: _Round, now: _Round, code: str) -> Counted:
    """What a measurement counted for a question; of its statements those that count as they do now."""
    instrument, figures = each.instrument, each.figures.questions[code]
    return Counted(
        measurement=each.measurement,
        units=each.figures.units,
        n=figures.n,
        statements=tuple(
            StatementCount(statement, counts.n, counts.of)
            for name, statement in instrument.statements.items()
            if statement.count.question == code
            and name in now.instrument.statements
            and now.instrument.statements[name].count == statement.count
            for counts in [each.figures.statements[name]]
        ),
        answers=_given(instrument.questions[code], figures.counts),
    )


def _given(question: Question, counts: Mapping[str, int] | None) -> tuple[tuple[str, int], ...]:
    """How often each answer was given, in words: every option, and the numbers that occur."""
    if counts is None:
        return ()
    if question.type == "number":
        return tuple((TYPES["number"].show(question, float(number)), n) for number, n in counts.items())
    return tuple((option.label, counts[option.code]) for option in question.options)


def _answered(each: _Round, unit: str | None, code: str) -> str | None:
    answer = each.answers.get(unit or "", {}).get(code)
    if answer is None:
        return None
    return show_answer(each.instrument.questions[code], answer.value, answer.special) or None
