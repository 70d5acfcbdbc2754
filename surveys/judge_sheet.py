"""All evidence about one factor of a dossier on one sheet, and how far the judgements of a dossier are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from surveys import dossiers, judging, questions, results
from surveys.answers import given, joint
from surveys.instruments import Check, Factor, Instrument, Question
from surveys.judged import Judged, Viewer, judged
from surveys.judging import About, Ground
from surveys.measurements import instrument_of
from surveys.models import (
    JOINT,
    Answer,
    AnswerVersion,
    Citation,
    Document,
    DocumentFile,
    Dossier,
    Interview,
    Judgement,
    JudgementVersion,
    Measurement,
    Passage,
    UnansweredNote,
    Unit,
)
from surveys.reports import FactorRow, MeasurementInfo, RegionReport, UnitInfo, region
from surveys.reports.levels import Mark, marks

INTERVIEW_STATES: dict[str, str] = {
    "gepland": "gepland",
    "concept": "verslag in concept",
    "ter_verificatie": "verslag ter verificatie",
    "geverifieerd": "verslag geverifieerd",
    "geverifieerd_zonder_reactie": "verslag geverifieerd zonder reactie",
    "vervallen": "vervallen",
}
"""How sure a passage is: the state of its report."""


@dataclass(frozen=True)
class Change:
    """An answer that an inspector corrected, or that changed after a judgement was written.

    `before` and `after` are Dutch; `reason` is None for a change by respondents.
    """

    question: Question
    before: str
    after: str
    reason: str | None
    name: str
    at: datetime


@dataclass(frozen=True)
class Heard:
    """A passage of a report: what was said, when, and the state of the report. `general`: about no factor."""

    text: str
    held_on: date
    state: str
    general: bool


@dataclass(frozen=True)
class Source:
    """A source outside the dossier that is cited for this factor."""

    title: str
    held: str | None
    page: str | None
    note: str | None


@dataclass(frozen=True)
class Difference:
    """What a step changed in one part of a judgement."""

    part: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Step:
    """One step of a judgement: what was done, by whom, when, with which remark, and what it changed."""

    version: int
    step: str
    name: str
    at: datetime
    remark: str | None
    differences: tuple[Difference, ...]

    @property
    def label(self) -> str:
        """The step in Dutch."""
        return judging.STEPS[self.step]


@dataclass(frozen=True)
class Neighbours:
    """Where to go from here: the factors before and after, the units before and after; None at the end."""

    factor_before: Factor | None
    factor_after: Factor | None
    unit_before: UnitInfo | None
    unit_after: UnitInfo | None


@dataclass(frozen=True)
class JudgeSheet:
    """Everything about one factor of a dossier, and its judgement.

    `files` has the document ids of titles that have a file. `proposal` is what the answers propose now;
    `draft` is what the judgement's writer filled in, empty when nobody did; `changed` are the answers that
    changed since it was written. `may_confirm`: this viewer can.
    """

    report: RegionReport
    row: FactorRow
    files: Mapping[str, int]
    corrections: Mapping[str, tuple[Change, ...]]
    unanswered: Mapping[str, str]
    checks: tuple[Check, ...]
    heard: tuple[Heard, ...]
    sources: tuple[Source, ...]
    previous: tuple[tuple[MeasurementInfo, Judged], ...]
    ground: Ground
    proposal: Mark | None
    judged: Judged | None
    draft: judging.Draft
    outdated: bool
    changed: tuple[Change, ...]
    history: tuple[Step, ...]
    may_confirm: bool
    why_not: str | None
    written_by_viewer: bool
    neighbours: Neighbours

    @property
    def version(self) -> int:
        """The version of the judgement that is on the page; 0 for none."""
        return self.judged.version if self.judged else 0

    @property
    def remark(self) -> str | None:
        """The remark with which it was given back, while that still stands."""
        if self.judged is None or self.judged.state != "terug":
            return None
        return next((step.remark for step in self.history if step.step == "return"), None)


def sheet(session: Session, about: About, viewer: Viewer) -> JudgeSheet:
    """Read everything about one factor of a dossier, in a fixed number of queries. Raises UnknownFactor."""
    dossier = about.dossier
    assert dossier is not None
    instrument = about.instrument
    report = region(session, dossier)
    row = next(each for each in report.factors if each.factor.code == about.factor)
    codes = {question.code for question in row.factor.questions}
    judgement = judging.current(session, about)
    ground = judging.ground(session, about)
    refusal = None
    if judgement is not None:
        refusal = judging.four_eyes(dossier.measurement, judgement, viewer.person_id, viewer.organisation_id)
    outdated = judgement is not None and judgement.basis != ground.basis
    found = marks(instrument)
    return JudgeSheet(
        report=report,
        row=row,
        files=_files(session, dossier),
        corrections=_corrections(session, dossier, instrument, codes),
        unanswered=_unanswered(session, dossier, codes),
        checks=tuple(check for check in report.fired if any(each.question in codes for each in check.all)),
        heard=_heard(session, dossier, about.factor),
        sources=_sources(session, dossier, about.factor),
        previous=_previous(session, dossier, about.factor),
        ground=ground,
        proposal=found[ground.proposal] if ground.proposal else None,
        judged=judged(instrument, judgement) if judgement else None,
        draft=judging.Draft.of(judgement),
        outdated=outdated,
        changed=_changed(session, dossier, instrument, judgement, ground) if judgement and outdated else (),
        history=history_of(judgement, found) if judgement else (),
        may_confirm=judgement is not None and judgement.state == "voorgelegd" and refusal is None,
        why_not=str(refusal) if refusal else None,
        written_by_viewer=judgement is not None and judgement.drafted_by_id == viewer.person_id,
        neighbours=_neighbours(session, dossier, instrument, about.factor),
    )


def _files(session: Session, dossier: Dossier) -> dict[str, int]:
    rows = session.execute(
        select(Document.title, Document.id)
        .join(DocumentFile, DocumentFile.document_id == Document.id)
        .where(Document.dossier_id == dossier.id)
    )
    return {row.title: row.id for row in rows}


def change_of(instrument: Instrument, code: str, version: AnswerVersion, before: Any) -> Change:
    """A version of an answer beside what it was before (in the shape in which versions keep it)."""
    question = instrument.questions[code]
    return Change(
        question,
        _shown(question, before),
        _shown(question, version.new),
        version.reason,
        version.person.name,
        version.at,
    )


def _shown(question: Question, content: Any) -> str:
    """An answer in Dutch with its explanation, from the shape in which versions keep it."""
    if not content or (content["value"] is None and content["special"] is None):
        return "Niet beantwoord"
    words = questions.show_answer(question, content["value"], content["special"])
    return f"{words} ({content['note']})" if content["note"] else words


def _corrections(
    session: Session, dossier: Dossier, instrument: Instrument, codes: set[str]
) -> dict[str, tuple[Change, ...]]:
    rows = session.execute(
        select(Answer.question, AnswerVersion)
        .join(Answer, Answer.id == AnswerVersion.answer_id)
        .where(
            Answer.dossier_id == dossier.id,
            Answer.party == JOINT,
            Answer.question.in_(codes),
            AnswerVersion.reason.is_not(None),
        )
        .options(joinedload(AnswerVersion.person))
        .order_by(AnswerVersion.id)
    )
    found: dict[str, tuple[Change, ...]] = {}
    for code, version in rows:
        found[code] = (*found.get(code, ()), change_of(instrument, code, version, version.old))
    return found


def _unanswered(session: Session, dossier: Dossier, codes: set[str]) -> dict[str, str]:
    rows = session.execute(
        select(UnansweredNote.question, UnansweredNote.reason).where(
            UnansweredNote.dossier_id == dossier.id, UnansweredNote.question.in_(codes)
        )
    )
    return {row.question: row.reason for row in rows}


def _heard(session: Session, dossier: Dossier, factor: str) -> tuple[Heard, ...]:
    rows = session.execute(
        select(Passage, Interview.held_on, Interview.state)
        .join(Interview, Interview.id == Passage.interview_id)
        .where(
            Interview.dossier_id == dossier.id,
            Interview.state != "vervallen",
            Passage.removed.is_(False),
            or_(Passage.factor == factor, Passage.factor.is_(None)),
        )
        .order_by(Interview.held_on, Interview.id, Passage.position)
    )
    found = [
        Heard(passage.text, held_on, INTERVIEW_STATES[state], passage.factor is None)
        for passage, held_on, state in rows
    ]
    return tuple(sorted(found, key=lambda each: each.general))


def _sources(session: Session, dossier: Dossier, factor: str) -> tuple[Source, ...]:
    rows = session.scalars(
        select(Citation)
        .where(Citation.dossier_id == dossier.id, Citation.factor == factor)
        .options(joinedload(Citation.source))
        .order_by(Citation.id)
    )
    return tuple(Source(row.source.title, row.source.held, row.page, row.note) for row in rows)


def _previous(session: Session, dossier: Dossier, factor: str) -> tuple[tuple[MeasurementInfo, Judged], ...]:
    """The confirmed judgements of this factor in the unit's earlier measurements, the newest first."""
    rows = session.execute(
        select(Judgement, Dossier)
        .join(Dossier, Dossier.id == Judgement.dossier_id)
        .join(Measurement, Measurement.id == Dossier.measurement_id)
        .where(
            Dossier.unit_id == dossier.unit_id,
            Dossier.id != dossier.id,
            Judgement.factor == factor,
            Judgement.state == "vastgesteld",
            Measurement.fictief == dossier.measurement.fictief,
            Measurement.period_from < dossier.measurement.period_from,
        )
        .options(joinedload(Judgement.drafted_by), joinedload(Judgement.confirmed_by))
        .order_by(Measurement.period_from.desc())
    )
    return tuple(
        (MeasurementInfo.of(earlier.measurement), judged(instrument_of(earlier.pinned), row))
        for row, earlier in rows
    )


def _changed(
    session: Session, dossier: Dossier, instrument: Instrument, judgement: Judgement, ground: Ground
) -> tuple[Change, ...]:
    """The answers that changed since a judgement was written: as they were then, and as they are."""
    before: Mapping[str, int] = judgement.versions[-1].content["answers"]
    rows = session.execute(
        select(Answer.question, Answer.party, AnswerVersion)
        .join(Answer, Answer.id == AnswerVersion.answer_id)
        .where(Answer.dossier_id == dossier.id)
        .options(joinedload(AnswerVersion.person))
        .order_by(AnswerVersion.version)
    )
    versions: dict[str, list[AnswerVersion]] = {}
    for question, party, version in rows:
        versions.setdefault(question if party == JOINT else f"{question}:{party}", []).append(version)
    found = []
    for key in judging.changed_since(judgement, ground):
        all_of = versions[key]
        then = next((each for each in all_of if each.version == before.get(key)), None)
        found.append(change_of(instrument, key.partition(":")[0], all_of[-1], then.new if then else None))
    return tuple(found)


PARTS = {
    "level": "Niveau",
    "proposal": "Voorstel",
    "motivation": "Motivering",
    "finding": "Bevinding",
    "attention": "Aandachtspunten",
}
"""The parts of a judgement that its history compares, in Dutch."""


def history_of(judgement: Judgement, found: Mapping[str, Mark]) -> tuple[Step, ...]:
    """The steps, the newest first."""
    steps, before = [], dict.fromkeys(PARTS)
    for version in judgement.versions:
        steps.append(_told(version, before, found))
        before = version.content
    return tuple(reversed(steps))


def _told(version: JudgementVersion, before: Mapping[str, Any], found: Mapping[str, Mark]) -> Step:
    def words(part: str, value: str | None) -> str | None:
        return found[value].label if value and part in {"level", "proposal"} else value

    differences = tuple(
        Difference(label, words(part, before[part]), words(part, version.content[part]))
        for part, label in PARTS.items()
        if before[part] != version.content[part]
    )
    return Step(version.version, version.step, version.person.name, version.at, version.remark, differences)


def _neighbours(session: Session, dossier: Dossier, instrument: Instrument, factor: str) -> Neighbours:
    codes = list(instrument.factors)
    place = codes.index(factor)
    beside = session.scalars(
        select(Dossier)
        .join(Dossier.unit)
        .where(
            Dossier.measurement_id == dossier.measurement_id,
            Dossier.instrument_id == dossier.instrument_id,
            or_(Dossier.id == dossier.id, Dossier.state.in_(_judgeable())),
        )
        .order_by(Unit.code)
    ).all()
    units = [UnitInfo.of(each.unit, dossier.measurement.period_until) for each in beside]
    here = [each.id for each in beside].index(dossier.id)
    return Neighbours(
        instrument.factors[codes[place - 1]] if place else None,
        instrument.factors[codes[place + 1]] if place + 1 < len(codes) else None,
        units[here - 1] if here else None,
        units[here + 1] if here + 1 < len(units) else None,
    )


def _judgeable() -> tuple[str, ...]:
    states = list(dossiers.STATES)
    return tuple(states[states.index("bezocht") :])


@dataclass(frozen=True)
class FactorState:
    """One factor in the list of a dossier: what the answers propose now, its judgement, what is in the way.

    `lacks` is empty when nothing is.
    """

    factor: Factor
    proposal: Mark | None
    judged: Judged | None
    outdated: bool
    waits: bool

    @property
    def lacks(self) -> str:
        """What is in the way of the dossier being `beoordeeld`, in Dutch."""
        if self.judged is None:
            return "nog geen oordeel"
        if self.judged.confirmed:
            return "antwoorden gewijzigd na het vaststellen" if self.outdated else ""
        return {
            "concept": "concept, nog niet voorgelegd",
            "terug": "teruggegeven met een opmerking",
            "voorgelegd": "voorgelegd, nog niet bevestigd",
        }[self.judged.state]


def overview(session: Session, dossier: Dossier, viewer: Viewer) -> tuple[FactorState, ...]:
    """The factors of a dossier with how far their judgements are, in a fixed number of queries."""
    instrument = instrument_of(dossier.pinned)
    found = marks(instrument)
    scores = results.score(instrument, {"": given(joint(session, dossier))}).units[""].factors
    rows = session.scalars(
        select(Judgement)
        .where(Judgement.dossier_id == dossier.id)
        .options(
            joinedload(Judgement.drafted_by),
            joinedload(Judgement.drafted_as),
            joinedload(Judgement.confirmed_by),
        )
    )
    written = {row.factor: row for row in rows}
    seen = judging.answer_versions(session, [dossier.id]).get(dossier.id, {})
    bases = judging.bases(instrument, seen)
    states = []
    for code, factor in instrument.factors.items():
        row = written.get(code)
        proposal = found[scores[code].level]
        states.append(
            FactorState(
                factor,
                proposal if proposal.rank != "none" else None,
                judged(instrument, row) if row else None,
                row is not None and row.basis != bases[code],
                row is not None
                and judging.waits_for(dossier.measurement, row, viewer.person_id, viewer.organisation_id),
            )
        )
    return tuple(states)
