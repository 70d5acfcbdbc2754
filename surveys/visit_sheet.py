"""The sheet with points for a visit: what was collected, and what the inspectors did with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from surveys import answers, between, dossiers, log, results, views
from surveys.acting import By, now, today
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.instruments import Factor, Instrument, pairs
from surveys.measurements import instrument_of
from surveys.models import (
    Assignment,
    Document,
    DocumentFile,
    Dossier,
    InstrumentText,
    Measurement,
    Person,
    VisitPoint,
)
from surveys.permissions import allowed
from surveys.reports.earlier import rounds_before
from surveys.reports.source import MeasurementInfo, UnitInfo, filled, parents
from surveys.visit_points import Known, Point, collect

PERMISSION = "dossier.inspect"
OWN = "own"
TEXT_LENGTH = 2000
"""The most characters of a point or of what is noted at one."""
FILTERS: dict[str, str] = {
    "alle": "Alle punten",
    "mijn": "Mijn punten",
    "open": "Nog niets genoteerd",
    "vervallen": "Vervallen",
}
"""What the sheet can be narrowed to."""


@dataclass(frozen=True)
class Line:
    """A point with what was done with it. `version` is 0 while nobody did anything.

    `standing` is False for what the answers no longer give rise to. `remark` is what came out of it, or why
    it was dropped; `by` and `at` say who last did something.
    """

    point: Point
    standing: bool
    dropped: bool = False
    remark: str | None = None
    assigned_to: int | None = None
    assigned_name: str | None = None
    version: int = 0
    by: str | None = None
    at: datetime | None = None

    @property
    def own(self) -> bool:
        """Whether an inspector thought of it."""
        return self.point.kind == OWN


@dataclass(frozen=True)
class Group:
    """The lines of one factor; None: about the dossier as a whole."""

    factor: Factor | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Sheet:
    """The sheet of one dossier: all its lines in order, and those whose point has gone.

    `inspectors` are those whom a point can be assigned to: person id and name.
    """

    measurement: MeasurementInfo
    unit: UnitInfo
    instrument: Instrument
    state: str
    submitted: bool
    lines: tuple[Line, ...]
    gone: tuple[Line, ...]
    inspectors: tuple[tuple[int, str], ...]
    made_at: datetime

    @property
    def state_label(self) -> str:
        """The state of the dossier in Dutch."""
        return dossiers.STATES[self.state]

    def line(self, key: str) -> Line | None:
        """A line by the key of its point, gone or not."""
        return next((each for each in (*self.lines, *self.gone) if each.point.key == key), None)

    def shown(self, only: str = "alle", me: int | None = None) -> tuple[Line, ...]:
        """The lines that a filter (a key of FILTERS) leaves; `me` is the person who asks."""
        if only == "vervallen":
            return tuple(each for each in self.lines if each.dropped)
        kept = (each for each in self.lines if not each.dropped)
        if only == "mijn":
            return tuple(each for each in kept if each.assigned_to == me)
        if only == "open":
            return tuple(each for each in kept if not each.remark)
        return tuple(kept)

    def groups(self, only: str = "alle", me: int | None = None) -> tuple[Group, ...]:
        """Those lines by factor."""
        lines = self.shown(only, me)
        order = [None, *self.instrument.factors.values()]
        found = (
            Group(factor, tuple(each for each in lines if each.point.factor == (factor and factor.code)))
            for factor in order
        )
        return tuple(group for group in found if group.lines)

    def counts(self, me: int | None) -> dict[str, int]:
        """How many lines each filter leaves."""
        return {only: len(self.shown(only, me)) for only in FILTERS}


def sheet(session: Session, dossier: Dossier) -> Sheet:
    """Read the sheet of a dossier: a fixed number of queries. What is not submitted has no points yet."""
    measurement, pinned = dossier.measurement, dossier.pinned
    instrument = instrument_of(pinned)
    unit = UnitInfo.of(dossier.unit, measurement.period_until)
    submitted = dossier.state in dossiers.SUBMITTED
    points = collect(_known(session, dossier, unit, instrument)) if submitted else ()
    rows = {
        row.key: row
        for row in session.scalars(
            select(VisitPoint)
            .where(VisitPoint.dossier_id == dossier.id)
            .options(joinedload(VisitPoint.person), joinedload(VisitPoint.assigned_to))
            .order_by(VisitPoint.id)
            .execution_options(populate_existing=True)
        )
    }
    standing = {point.key for point in points}
    collected = [_line(point, rows.get(point.key)) for point in points]
    own = [_line(_point_of(row, instrument), row) for row in rows.values() if row.text is not None]
    gone = [
        _line(_point_of(row, instrument), row, standing=False)
        for key, row in rows.items()
        if row.text is None and key not in standing
    ]
    return Sheet(
        measurement=MeasurementInfo.of(measurement),
        unit=unit,
        instrument=instrument,
        state=dossier.state,
        submitted=submitted,
        lines=(*collected, *own),
        gone=tuple(gone),
        inspectors=_inspectors(session),
        made_at=now(),
    )


def add(session: Session, dossier: Dossier, text: str, factor: str | None, *, by: By) -> VisitPoint:
    """Add a point of an inspector's own. Raises NotAllowed, or Refused for a text or factor that can't be."""
    _hold(session, dossier, by)
    if factor is not None and factor not in instrument_of(dossier.pinned).factors:
        raise Refused("Kies een factor uit de lijst.")
    taken = session.scalars(
        select(VisitPoint.key).where(VisitPoint.dossier_id == dossier.id, VisitPoint.text.is_not(None))
    )
    number = max((int(key.partition(":")[2]) for key in taken), default=0) + 1
    return _made(session, dossier, Point(f"{OWN}:{number}", OWN, factor, (), None, ""), by, _own(text))


@dataclass(frozen=True)
class Treatment:
    """What an inspector does with a point: whose it is, what is noted, whether it is dropped.

    `text` is for a point of an inspector's own, None for another.
    """

    assigned_to: int | None
    remark: str | None
    dropped: bool
    text: str | None = None


def treat(
    session: Session, dossier: Dossier, point: Point, done: Treatment, *, by: By, seen_version: int
) -> VisitPoint:
    """Do something with a point of the sheet; what is as it was changes nothing.

    Raises NotAllowed; Refused for a point that is dropped without a reason, a text that is too long, or
    somebody who is no inspector; and ChangedMeanwhile when a colleague did something with it since the
    version that was seen.
    """
    _hold(session, dossier, by)
    assert by.person_id is not None
    assert by.assignment_id is not None
    row = session.scalar(
        select(VisitPoint)
        .where(VisitPoint.dossier_id == dossier.id, VisitPoint.key == point.key)
        .execution_options(populate_existing=True)
    )
    remark = _remark(done.remark)
    if done.dropped and remark is None:
        raise Refused("Noteer waarom dit punt vervalt.")
    if done.assigned_to is not None and done.assigned_to not in dict(_inspectors(session)):
        raise Refused("Kies een inspecteur uit de lijst.")
    text = _own(done.text or "") if point.kind == OWN else None
    wanted = (done.assigned_to, remark, done.dropped, text)
    if (
        (row.assigned_to_id, row.remark, row.dropped, row.text) == wanted
        if row
        else wanted
        == (
            None,
            None,
            False,
            None,
        )
    ):
        return row or VisitPoint(dossier_id=dossier.id, key=point.key, version=0)
    if seen_version != (row.version if row else 0):
        raise ChangedMeanwhile()
    if row is None:
        return _made(session, dossier, point, by, text, done.assigned_to, remark, done.dropped)
    row.assigned_to_id, row.remark, row.dropped, row.text = wanted
    row.version += 1
    row.person_id, row.assignment_id, row.at = by.person_id, by.assignment_id, by.at
    session.flush()
    _log(session, row, by)
    return row


def take_up(session: Session, dossier: Dossier, *, by: By) -> None:
    """Begin with a dossier that was submitted. Raises TransitionRefused or NotAllowed."""
    dossiers.lock(session, dossier)
    dossiers.move(session, dossier, "in_analyse", by)


def _known(session: Session, dossier: Dossier, unit: UnitInfo, instrument: Instrument) -> Known:
    measurement = dossier.measurement
    mine = filled(session, measurement, dossier.pinned)
    other = _partner(measurement, dossier.pinned)
    theirs = filled(session, measurement, other) if other is not None else None
    regional = any(pair.region == instrument.code for pair in pairs.builtin())
    regions, commanders = (mine, theirs) if regional else (theirs, mine)
    found = between.findings(regions, commanders, parents(session, measurement)) if regions else []
    given = mine.answers.get(unit.code, {})
    divergent = views.by_dossier(session, instrument, {dossier.id: given}).get(dossier.id, ())
    filed = session.scalars(
        select(Document.title).join(DocumentFile).where(Document.dossier_id == dossier.id)
    )
    return Known(
        unit=unit,
        instrument=instrument,
        rows=answers.joint(session, dossier),
        figures=results.score(instrument, mine.answers),
        rounds=tuple(rounds_before(session, dossier)),
        views=divergent,
        filed=frozenset(filed),
        findings=tuple(each for each in found if unit in (each.region, each.commander)),
    )


def _partner(measurement: Measurement, pinned: InstrumentText) -> InstrumentText | None:
    """The questionnaire of the same measurement that there are rules with."""
    codes = {
        code
        for pair in pairs.builtin()
        if pinned.code in (pair.region, pair.commander)
        for code in (pair.region, pair.commander)
    } - {pinned.code}
    return next((pin.instrument for pin in measurement.pins if pin.instrument.code in codes), None)


def _line(point: Point, row: VisitPoint | None, *, standing: bool = True) -> Line:
    if row is None:
        return Line(point, standing)
    return Line(
        point,
        standing,
        row.dropped,
        row.remark,
        row.assigned_to_id,
        row.assigned_to.name if row.assigned_to else None,
        row.version,
        row.person.name,
        row.at,
    )


def _point_of(row: VisitPoint, instrument: Instrument) -> Point:
    """A point as its row keeps it: an inspector's own, or one that the answers no longer give rise to."""
    kind = row.key.partition(":")[0]
    question = instrument.questions.get(row.question or "")
    return Point(
        key=row.key,
        kind=kind,
        factor=row.factor if row.factor in instrument.factors else None,
        questions=(question.code,) if question else (),
        subject=question.text if question else None,
        text=row.text or "Dit punt volgt niet meer uit de antwoorden.",
    )


def _inspectors(session: Session) -> tuple[tuple[int, str], ...]:
    rows = session.scalars(
        select(Assignment)
        .join(Assignment.person)
        .options(joinedload(Assignment.person))
        .where(Assignment.organisation_id.is_not(None), Person.active)
        .order_by(Person.name, Assignment.id)
    )
    day = today()
    held: Mapping[int, str] = {
        row.person_id: row.person.name for row in rows if row.holds_on(day) and allowed(row.role, PERMISSION)
    }
    return tuple(held.items())


def _hold(session: Session, dossier: Dossier, by: By) -> None:
    if by.person_id is None or by.assignment_id is None or not allowed(by.role, PERMISSION):
        raise NotAllowed()
    dossiers.lock(session, dossier)


def _own(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refused("Schrijf op wat u wilt bespreken.")
    return _fitting(text)


def _remark(text: str | None) -> str | None:
    text = (text or "").replace("\r\n", "\n").strip()
    return _fitting(text) if text else None


def _fitting(text: str) -> str:
    if len(text) > TEXT_LENGTH:
        raise Refused(f"De tekst is {len(text)} tekens lang; er passen er {TEXT_LENGTH}. Kort de tekst in.")
    return text


def _made(
    session: Session,
    dossier: Dossier,
    point: Point,
    by: By,
    text: str | None,
    assigned_to: int | None = None,
    remark: str | None = None,
    dropped: bool = False,
) -> VisitPoint:
    assert by.person_id is not None
    assert by.assignment_id is not None
    row = VisitPoint(
        dossier_id=dossier.id,
        key=point.key,
        factor=point.factor,
        question=point.questions[0] if point.questions else None,
        text=text,
        dropped=dropped,
        remark=remark,
        assigned_to_id=assigned_to,
        version=1,
        person_id=by.person_id,
        assignment_id=by.assignment_id,
        at=by.at,
    )
    session.add(row)
    session.flush()
    _log(session, row, by)
    return row


def _log(session: Session, row: VisitPoint, by: By) -> None:
    log.write(
        session,
        "visit_point.save",
        by,
        "visit_point",
        row.id,
        dossier=row.dossier_id,
        key=row.key,
        dropped=row.dropped,
        assigned_to=row.assigned_to_id,
        version=row.version,
    )
