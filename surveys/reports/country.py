"""The national judgements: all factors with how far they are, and one factor with all that it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from surveys import developments, dossiers, judging, sources
from surveys.instruments import Factor, Instrument, pairs
from surveys.judge_sheet import INTERVIEW_STATES, Change, Step, change_of, history_of
from surveys.judged import Judged, Viewer, judged
from surveys.judging import About, Ground
from surveys.measurements import instrument_of
from surveys.models import (
    JOINT,
    Answer,
    AnswerVersion,
    Dossier,
    Interview,
    Judgement,
    Measurement,
    Passage,
    Unit,
)
from surveys.reports import MeasurementInfo, NationalReport, UnitInfo, national
from surveys.reports.factor import (
    FactorPicture,
    LevelGroup,
    Proposal,
    QuestionCounts,
    factor_picture,
    proposal_of,
    question_counts,
)
from surveys.reports.levels import Mark, high_to_low, marks
from surveys.reports.small import traceable
from surveys.searching import fold
from surveys.sources import Cited

VERIFIED = ("geverifieerd", "beoordeeld", "afgesloten")
"""The states of a dossier that the national picture may rest on in the end."""


@dataclass(frozen=True)
class Counted:
    """How many units of a questionnaire take part, count, are verified (or further) and are judged."""

    noun: tuple[str, str]
    total: int
    submitted: int
    verified: int
    judged: int


@dataclass(frozen=True)
class CountryRow:
    """A factor nationally: what is proposed and why, what was judged, and how far that is.

    `changes` counts units by how they changed since the measurement `since`, `before` is what was proposed
    then; None where nothing came before. `commanders` is what the other questionnaire proposes (None: it has
    no such factor, or nobody has submitted it), and `on_both` that the judgement rests on both; `attention`
    then has the questions of both. `beside` is what the units of the other questionnaire are called.
    """

    theme: str
    factor: Factor
    unit_kind: str
    proposal: Proposal
    attention: tuple[QuestionCounts, ...]
    since: MeasurementInfo | None
    before: Mark | None
    changes: Mapping[str, int]
    commanders: Mark | None
    beside: str
    on_both: bool
    judged: Judged | None
    outdated: bool
    waits: bool

    @property
    def state(self) -> str:
        """How far it is, as the list can be narrowed to: a state of a judgement, or `geen`."""
        return self.judged.state if self.judged else "geen"

    @property
    def musts_met(self) -> int:
        """How many of the musts are met widely enough."""
        return sum(each.share.met for each in self.proposal.musts)


@dataclass(frozen=True)
class Country:
    """The factors that are shown; the counts are of all of them. `states` has `geen` for no judgement."""

    rows: tuple[CountryRow, ...]
    counted: tuple[Counted, ...]
    states: Mapping[str, int]
    waits: int
    total: int
    sort: str
    down: bool


def _level(mark: Mark | None) -> int:
    return -1 if mark is None else ["none", "failing", "partly", "between", "top"].index(mark.rank)


SORTS: dict[str, Callable[[CountryRow], Any]] = {
    "factor": lambda row: 0,  # they come in the order of the questionnaire
    "voorstel": lambda row: _level(row.proposal.mark),
    "oordeel": lambda row: _level(row.judged.level if row.judged else None),
    "stand": lambda row: ["geen", *judging.STATES].index(row.state),
    "aandacht": lambda row: len(row.attention),
    "gemiddelde": lambda row: -1 if row.proposal.mean is None else row.proposal.mean,
}
"""What the list can be sorted by."""


def country(
    session: Session,
    measurement: Measurement,
    viewer: Viewer,
    *,
    state: str | None = None,
    waiting: bool = False,
    sort: str = "factor",
    down: bool = False,
) -> Country:
    """Read all factors, in a fixed number of queries for however many units.

    `state` (a key of `states`; another one narrows nothing) and `waiting` narrow the rows.
    """
    reports = [national(session, measurement, pin.instrument) for pin in measurement.pins]
    written = {row.factor: row for row in _national_rows(session, measurement)}
    bases = judging.country_bases(session, measurement)
    both = pairs.judged_on_both(report.instrument.code for report in reports)
    rows = [
        _row(measurement, found, written.get(code), bases[code], viewer, code in both)
        for code in bases
        if (found := [(report, code) for report in reports if code in report.instrument.factors])
    ]
    states = {each: sum(row.state == each for row in rows) for each in (*judging.STATES, "geen")}
    shown = [
        row for row in rows if (state not in states or row.state == state) and (not waiting or row.waits)
    ]
    sort = sort if sort in SORTS else "factor"
    shown.sort(key=SORTS[sort], reverse=down and sort != "factor")
    return Country(
        rows=tuple(reversed(shown) if down and sort == "factor" else shown),
        counted=tuple(counted(report) for report in reports if report.total),
        states=states,
        waits=sum(row.waits for row in rows),
        total=len(rows),
        sort=sort,
        down=down,
    )


def counted(report: NationalReport) -> Counted:
    """Count the dossiers behind a national picture."""
    found = [each.state for each in report.dossiers.values()]
    return Counted(
        report.instrument.unit_noun,
        len(found),
        sum(each in dossiers.SUBMITTED for each in found),
        sum(each in VERIFIED for each in found),
        sum(each in VERIFIED[1:] for each in found),
    )


def _national_rows(session: Session, measurement: Measurement) -> list[Judgement]:
    return list(
        session.scalars(
            select(Judgement)
            .where(Judgement.measurement_id == measurement.id, Judgement.dossier_id.is_(None))
            .options(
                joinedload(Judgement.drafted_by),
                joinedload(Judgement.drafted_as),
                joinedload(Judgement.confirmed_by),
            )
            .execution_options(populate_existing=True)
        )
    )


def _row(
    measurement: Measurement,
    found: list[tuple[NationalReport, str]],
    row: Judgement | None,
    basis: str,
    viewer: Viewer,
    on_both: bool,
) -> CountryRow:
    report, code = found[0]
    instrument = report.instrument
    factor = instrument.factors[code]
    comparison = report.comparison.factors.get(code) if report.comparison else None
    earlier = [each for each in report.in_time[code][:-1] if each.measurement == report.previous]
    other = found[1][0] if len(found) > 1 and found[1][0].submitted else None
    return CountryRow(
        theme=next(theme.title for theme in instrument.themes if theme.code == factor.theme),
        factor=factor,
        unit_kind=instrument.unit,
        proposal=proposal_of(instrument, report.national.factors[code]),
        attention=tuple(
            each
            for counting in ([report, other] if on_both and other else [report])
            for item in counting.instrument.factors[code].questions
            if (each := question_counts(counting, item)).figures.attention
        ),
        since=report.previous if comparison else None,
        before=marks(earlier[0].instrument)[earlier[0].figures.proposal] if earlier else None,
        changes=dict(comparison.counts.items()) if comparison else {},
        commanders=marks(other.instrument)[other.national.factors[code].proposal] if other else None,
        beside=other.instrument.unit_noun[1] if other else "",
        on_both=on_both,
        judged=judged(instrument, row) if row else None,
        outdated=row is not None and row.basis != basis,
        waits=row is not None
        and judging.waits_for(measurement, row, viewer.person_id, viewer.organisation_id),
    )


def confirmed(session: Session, measurement: Measurement) -> dict[str, Judged]:
    """The confirmed national judgements of a measurement by factor: one query."""
    return {
        row.factor: judged(About(measurement, None, row.factor).instrument, row)
        for row in _national_rows(session, measurement)
        if row.state == "vastgesteld"
    }


@dataclass(frozen=True)
class Side:
    """What the units of one questionnaire say of a factor, and what inspectors judged of each of them.

    `judged` has the levels of confirmed judgements, `unjudged` who has none. `few`: there are so few units
    that every count can be traced back to them.
    """

    report: NationalReport
    picture: FactorPicture
    counted: Counted
    judged: tuple[LevelGroup, ...]
    unjudged: tuple[UnitInfo, ...]
    few: bool

    @property
    def unit_kind(self) -> str:
        """The kind of unit."""
        return self.report.instrument.unit


@dataclass(frozen=True)
class Finding:
    """What inspectors confirmed of the factor in one dossier."""

    unit: UnitInfo
    level: Mark
    text: str
    name: str
    at: datetime


@dataclass(frozen=True)
class Talk:
    """A passage of a conversation that is about no dossier. `general`: it is about no factor."""

    subject: str
    text: str
    held_on: date
    state: str
    general: bool


@dataclass(frozen=True)
class UnitChanges:
    """What changed at one unit since a judgement was written: it began or ceased to count, or answers did."""

    unit: UnitInfo
    came: bool
    left: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class CountrySheet:
    """Everything about one factor nationally, and its judgement.

    The first of `sides` is whose levels and proposal count. `proposal` is what the answers propose now,
    `draft` what the judgement's writer filled in, empty when nobody did.
    """

    factor: Factor
    instrument: Instrument
    sides: tuple[Side, ...]
    on_both: bool
    findings: tuple[Finding, ...]
    cited: tuple[Cited, ...]
    talks: tuple[Talk, ...]
    developments: tuple[developments.Entry, ...]
    previous: tuple[tuple[MeasurementInfo, Judged], ...]
    ground: Ground
    proposal: Mark | None
    judged: Judged | None
    draft: judging.Draft
    outdated: bool
    changed: tuple[UnitChanges, ...]
    history: tuple[Step, ...]
    may_confirm: bool
    why_not: str | None
    written_by_viewer: bool
    before: Factor | None
    after: Factor | None

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

    @property
    def attention(self) -> tuple[tuple[Side, QuestionCounts], ...]:
        """The questions that score low: those of the regions, and of the others where they count too."""
        counting = self.sides if self.on_both else self.sides[:1]
        return tuple((side, each) for side in counting for each in side.picture.attention)


def sheet(session: Session, about: About, viewer: Viewer) -> CountrySheet:
    """Read everything about one factor nationally, in a fixed number of queries. Raises UnknownFactor."""
    measurement, code = about.measurement, about.factor
    reports = [national(session, measurement, pin) for pin in about.pins]
    instrument = about.instrument
    found = marks(instrument)
    judgement = judging.current(session, about)
    ground = judging.ground(session, about)
    units = {each.unit.code: each.unit for report in reports for each in report.dossiers.values()}
    by_unit = _confirmed_by_unit(session, about)
    refusal = None
    if judgement is not None:
        refusal = judging.four_eyes(measurement, judgement, viewer.person_id, viewer.organisation_id)
    outdated = judgement is not None and judgement.basis != ground.basis
    codes = list(
        dict.fromkeys(each for pin in measurement.pins for each in instrument_of(pin.instrument).factors)
    )
    place = codes.index(code)
    both = pairs.judged_on_both(instrument_of(pin.instrument).code for pin in measurement.pins)
    return CountrySheet(
        factor=instrument.factors[code],
        instrument=instrument,
        sides=tuple(_side(report, code, by_unit) for report in reports),
        on_both=code in both and len(reports) > 1,
        findings=_findings(by_unit, units),
        cited=sources.cited(session, measurement, None).get(code, ()),
        talks=_talks(session, measurement, code),
        developments=tuple(developments.of_factor(session, measurement, code)),
        previous=_previous(session, measurement, code),
        ground=ground,
        proposal=found[ground.proposal] if ground.proposal else None,
        judged=judged(instrument, judgement) if judgement else None,
        draft=judging.Draft.of(judgement),
        outdated=outdated,
        changed=_changed(session, measurement, judgement, ground) if judgement and outdated else (),
        history=history_of(judgement, found) if judgement else (),
        may_confirm=judgement is not None and judgement.state == "voorgelegd" and refusal is None,
        why_not=str(refusal) if refusal else None,
        written_by_viewer=judgement is not None and judgement.drafted_by_id == viewer.person_id,
        before=_factor(measurement, codes[place - 1]) if place else None,
        after=_factor(measurement, codes[place + 1]) if place + 1 < len(codes) else None,
    )


def _factor(measurement: Measurement, code: str) -> Factor:
    return About(measurement, None, code).instrument.factors[code]


def _confirmed_by_unit(session: Session, about: About) -> dict[str, Judged]:
    rows = session.execute(
        select(Judgement, Dossier, Unit.code)
        .join(Dossier, Dossier.id == Judgement.dossier_id)
        .join(Unit, Unit.id == Dossier.unit_id)
        .where(
            Judgement.measurement_id == about.measurement.id,
            Judgement.factor == about.factor,
            Judgement.state == "vastgesteld",
        )
        .options(joinedload(Judgement.drafted_by), joinedload(Judgement.confirmed_by))
        .order_by(Unit.kind.desc(), Unit.code)
    )
    return {code: judged(instrument_of(dossier.pinned), row) for row, dossier, code in rows}


def _side(report: NationalReport, code: str, by_unit: Mapping[str, Judged]) -> Side:
    levels = {unit: row.level for unit, row in by_unit.items()}
    units = [each.unit for each in report.dossiers.values()]
    return Side(
        report=report,
        picture=factor_picture(report, code),
        counted=counted(report),
        judged=tuple(
            LevelGroup(mark, tuple(unit for unit in units if levels.get(unit.code) == mark))
            for mark in high_to_low(marks(report.instrument))
            if mark.rank != "none"
        ),
        unjudged=tuple(unit for unit in units if unit.code not in levels),
        few=traceable(report.submitted),
    )


def _findings(by_unit: Mapping[str, Judged], units: Mapping[str, UnitInfo]) -> tuple[Finding, ...]:
    return tuple(
        Finding(units[code], row.level, row.finding, row.confirmed_by or row.drafted_by, row.confirmed_at)
        for code, row in by_unit.items()
        if row.finding and row.level is not None and row.confirmed_at is not None
    )


def narrowed(findings: tuple[Finding, ...], asked: str) -> tuple[Finding, ...]:
    """The findings that hold every word that is asked for, in their text or the name of the unit."""
    words = fold(asked).split()
    return tuple(
        each
        for each in findings
        if all(word in fold(f"{each.unit.code} {each.unit.name} {each.text}") for word in words)
    )


def _talks(session: Session, measurement: Measurement, factor: str) -> tuple[Talk, ...]:
    rows = session.execute(
        select(Passage, Interview.subject, Interview.held_on, Interview.state)
        .join(Interview, Interview.id == Passage.interview_id)
        .where(
            Interview.measurement_id == measurement.id,
            Interview.dossier_id.is_(None),
            Interview.state != "vervallen",
            Passage.removed.is_(False),
            or_(Passage.factor == factor, Passage.factor.is_(None)),
        )
        .order_by(Interview.held_on, Interview.id, Passage.position)
    )
    found = [
        Talk(subject or "", passage.text, held_on, INTERVIEW_STATES[state], passage.factor is None)
        for passage, subject, held_on, state in rows
    ]
    return tuple(sorted(found, key=lambda each: each.general))


def _previous(
    session: Session, measurement: Measurement, factor: str
) -> tuple[tuple[MeasurementInfo, Judged], ...]:
    """The confirmed national judgements of this factor in earlier measurements, the newest first."""
    rows = session.execute(
        select(Judgement, Measurement)
        .join(Measurement, Measurement.id == Judgement.measurement_id)
        .where(
            Judgement.dossier_id.is_(None),
            Judgement.factor == factor,
            Judgement.state == "vastgesteld",
            Measurement.fictief == measurement.fictief,
            Measurement.period_from < measurement.period_from,
        )
        .options(joinedload(Judgement.drafted_by), joinedload(Judgement.confirmed_by))
        .order_by(Measurement.period_from.desc())
    )
    return tuple(
        (MeasurementInfo.of(earlier), judged(About(earlier, None, factor).instrument, row))
        for row, earlier in rows
    )


def _changed(
    session: Session, measurement: Measurement, judgement: Judgement, ground: Ground
) -> tuple[UnitChanges, ...]:
    """What changed since a judgement was written, by unit: the answers as they were then, and as they are."""
    before: Mapping[str, int] = judgement.versions[-1].content["answers"]
    keys = [key.split(" ", 1) for key in judging.changed_since(judgement, ground)]
    counted_then, counted_now = ({key.split(" ", 1)[0] for key in each} for each in (before, ground.answers))
    rows = session.execute(
        select(Dossier, Answer.question, Answer.party, AnswerVersion)
        .join(Dossier.unit)
        .join(Answer, Answer.dossier_id == Dossier.id)
        .join(AnswerVersion, AnswerVersion.answer_id == Answer.id)
        .where(
            Dossier.measurement_id == measurement.id,
            Unit.code.in_({unit for unit, _ in keys}),
            Answer.question.in_({key.partition(":")[0] for _, key in keys}),
        )
        .options(joinedload(AnswerVersion.person))
        .order_by(AnswerVersion.version)
    )
    versions: dict[tuple[str, str], list[AnswerVersion]] = {}
    of_units: dict[str, Dossier] = {}
    for dossier, question, party, version in rows:
        of_units[dossier.unit.code] = dossier
        key = question if party == JOINT else f"{question}:{party}"
        versions.setdefault((dossier.unit.code, key), []).append(version)
    found = []
    for unit in dict.fromkeys(unit for unit, _ in keys):
        dossier = of_units[unit]
        came, left = unit not in counted_then, unit not in counted_now
        changes = []
        for key in [] if came or left else [key for each, key in keys if each == unit]:
            all_of = versions[unit, key]
            then = next((each for each in all_of if each.version == before.get(f"{unit} {key}")), None)
            instrument = instrument_of(dossier.pinned)
            changes.append(
                change_of(instrument, key.partition(":")[0], all_of[-1], then.new if then else None)
            )
        info = UnitInfo.of(dossier.unit, measurement.period_until)
        found.append(UnitChanges(info, came, left, tuple(changes)))
    return tuple(found)
