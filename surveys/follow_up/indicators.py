"""The indicators of points: what each was, is to become and became, and the figures entered by hand.

Figures out of measurements are never stored: they are taken out of the answers whenever somebody looks, so
that an indicator fills itself as soon as the next measurement is at its national picture.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from math import isfinite
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from surveys.acting import By, today
from surveys.errors import Refused
from surveys.follow_up import askable, kinds, measured
from surveys.follow_up import effect as rule
from surveys.follow_up.effect import COUNTED, DECIMALS, EFFECTS, ENTERED, SCORED, Course, Effect, Value
from surveys.follow_up.keeping import (
    chosen,
    fits_day,
    fits_line,
    hold,
    hold_open,
    next_version,
    note,
    one_line,
    permit,
    seen,
    stamp,
)
from surveys.follow_up.measured import Asked, Figure, Measured, Side
from surveys.models import Indicator, Person, Point, PointVersion, Reading, Unit

TITLE_LENGTH, COUNTED_LENGTH, MOMENT_LENGTH, SOURCE_LENGTH = 300, 80, 200, 300
"""The most characters of each text."""
MOST: Final = 1e12
"""No figure is larger than this."""

BLIND: Final = (
    "Dit punt loopt zonder beoogd effect: vooraf is niet vastgelegd waaraan te zien is of het werkt."
    " Leg bij een indicator de nulwaarde, de streefwaarde en het moment vast."
)
"""What is said of a point that started while it has no indicator that is ready."""

__all__ = [
    "BLIND",
    "EFFECTS",
    "Details",
    "Effect",
    "IndicatorInfo",
    "ReadingDetails",
    "ReadingInfo",
    "Value",
    "add",
    "blind",
    "change",
    "find",
    "of_points",
    "present",
    "read",
    "remove",
    "withdraw",
    "works",
]


@dataclass(frozen=True)
class ReadingInfo:
    """A figure that was entered by hand: `origin` is one of kinds.READINGS, `source` says where it stands."""

    id: int
    on: date
    value: float
    origin: str
    source: str
    withdrawn: bool
    name: str | None
    at: datetime

    @property
    def origin_label(self) -> str:
        """Where it comes from, in Dutch."""
        return kinds.READINGS[self.origin]


@dataclass(frozen=True)
class IndicatorInfo:
    """An indicator as pages and files show it, with its figures and what they say.

    `source` is one of kinds.SOURCES; `instrument` and `code` say which statement, question or factor, and
    `named` what that is called. `counted`: what a series counts. `values` are the figures, oldest first;
    `readings` the ones that were entered, withdrawn ones too. `since`: the day after which a figure is new.
    """

    id: int
    point_id: int
    level: str
    title: str
    source: str
    instrument: str | None
    code: str | None
    named: str | None
    counted: str | None
    baseline: float | None
    baseline_on: date | None
    target: float | None
    due_on: date | None
    moment: str | None
    higher_is_better: bool
    version: int
    name: str | None
    at: datetime
    values: tuple[Value, ...]
    readings: tuple[ReadingInfo, ...]
    effect: Effect
    since: date
    day: date

    @property
    def level_label(self) -> str:
        """Output, outcome or impact."""
        return kinds.LEVELS[self.level]

    @property
    def source_label(self) -> str:
        """Where its figures come from, in Dutch."""
        return kinds.SOURCES[self.source]

    @property
    def kind(self) -> str:
        """What its figures are: a count, a score, or entered."""
        return figure_kind(self.source)

    @property
    def missing(self) -> tuple[str, ...]:
        """What was not filled in, in Dutch, of what is needed to tell later whether it changed."""
        asked = (
            (self.baseline is not None, "een nulwaarde"),
            (self.target is not None, "een streefwaarde"),
            (self.due_on is not None or self.moment is not None, "een meetmoment"),
        )
        return tuple(words for known, words in asked if not known)

    @property
    def ready(self) -> bool:
        """Whether baseline, target and moment are known."""
        return not self.missing

    @property
    def measured(self) -> bool:
        """Whether there is a figure from after the point began, or after the baseline."""
        return any(value.on > self.since for value in self.values)

    @property
    def overdue(self) -> bool:
        """Whether the day on which it was to be measured passed without a new figure."""
        return self.due_on is not None and self.due_on < self.day and not self.measured

    @property
    def latest(self) -> Value | None:
        """The last figure."""
        return self.values[-1] if self.values else None

    @property
    def reached(self) -> bool | None:
        """Whether the last new figure is as good as the target; None while that is not known."""
        latest = self.latest
        if self.target is None or latest is None or latest.on <= self.since:
            return None
        found, wanted = (rule.rounded(each, DECIMALS[self.kind]) for each in (latest.value, self.target))
        return found >= wanted if self.higher_is_better else found <= wanted

    @property
    def sentence(self) -> str:
        """What was measured before and after, in Dutch."""
        return rule.sentence(self.effect, self.kind)

    def shown(self, number: float | None) -> str:
        """A figure in Dutch; a dash for none."""
        return "–" if number is None else rule.shown(number, self.kind)

    def amount(self, value: Value) -> str:
        """A figure with of how many it is: 12 van de 25."""
        return rule.amount(value, self.kind)


@dataclass(frozen=True)
class Details:
    """What an indicator is. `baseline` and `target` are in what its source gives: a count, a score (0..1)."""

    level: str
    title: str
    source: str
    instrument: str | None = None
    code: str | None = None
    counted: str | None = None
    baseline: float | None = None
    baseline_on: date | None = None
    target: float | None = None
    due_on: date | None = None
    moment: str | None = None
    higher_is_better: bool = True


@dataclass(frozen=True)
class ReadingDetails:
    """A figure on a day, the kind of source (kinds.READINGS) and which source that is."""

    on: date
    value: float
    origin: str
    source: str


@dataclass(frozen=True)
class _About:
    """What an indicator needs to know of its point."""

    unit: str | None
    fictief: bool
    course: Course


def blind(started: bool, found: Collection[IndicatorInfo]) -> bool:
    """Whether a point that began, or is said to be under way, has no indicator that is ready."""
    return started and not any(each.ready for each in found)


def works(found: Collection[IndicatorInfo]) -> str:
    """What the indicators of outcome and impact say together: a key of effect.WORKS. Output is no effect."""
    return rule.together([each.effect.verdict for each in found if each.level != "output"])


def figure_kind(source: str) -> str:
    """What the figures of a source are: a count, a score, or entered by hand."""
    return {"uitspraak": COUNTED, "reeks": ENTERED}.get(source, SCORED)


def of_points(session: Session, ids: Collection[int], day: date) -> dict[int, tuple[IndicatorInfo, ...]]:
    """The indicators of each point, by level and as they were added, with their figures; `day` is today.

    A fixed number of queries, however many points and indicators; more only for each measurement that one of
    them asks for, which is read and scored once.
    """
    rows = session.execute(
        select(Indicator, Person.name)
        .outerjoin(Person, Person.id == Indicator.person_id)
        .where(Indicator.point_id.in_(ids), Indicator.removed.is_(False))
        .order_by(Indicator.id)
        .execution_options(populate_existing=True)
    ).all()
    found: dict[int, list[IndicatorInfo]] = {number: [] for number in ids}
    if rows:
        about = _about(session, {row.point_id for row, _ in rows})
        readings = _readings(session, [row.id for row, _ in rows])
        codes = {row.instrument for row, _ in rows if row.instrument}
        named, data = askable.names(session, codes), measured.measured(session, codes)
        for row, name in rows:
            place = about[row.point_id]
            found[row.point_id].append(_info(row, name, place, readings.get(row.id, ()), named, data, day))
    levels = list(kinds.LEVELS)
    return {
        number: tuple(sorted(each, key=lambda one: (levels.index(one.level), one.id)))
        for number, each in found.items()
    }


def find(session: Session, number: int, indicator_id: int, day: date) -> IndicatorInfo | None:
    """An indicator of a point by its id; None for another, or one that was removed."""
    return next((each for each in of_points(session, [number], day)[number] if each.id == indicator_id), None)


def present(session: Session, number: int, source: str, instrument: str, code: str) -> tuple[Value, ...]:
    """What the measurements say so far of what a point could take as its indicator, oldest first."""
    about = _about(session, {number})[number]
    asked = Asked(source, instrument, code, about.unit, about.fictief)
    return tuple(_value(side, figure) for side, figure in measured.measured(session, {instrument}).of(asked))


def _about(session: Session, ids: Collection[int]) -> dict[int, _About]:
    recorded = (
        select(func.min(PointVersion.at)).where(PointVersion.point_id == Point.id).correlate(Point)
    ).scalar_subquery()
    rows = session.execute(
        select(Point.id, Unit.code, Point.fictief, Point.begun_on, Point.done_on, recorded)
        .outerjoin(Unit, Unit.id == Point.unit_id)
        .where(Point.id.in_(ids))
    )
    return {
        number: _About(unit, fictief, Course(today(first), begun, done))
        for number, unit, fictief, begun, done, first in rows
    }


def _readings(session: Session, ids: Collection[int]) -> dict[int, tuple[ReadingInfo, ...]]:
    found: dict[int, list[ReadingInfo]] = {}
    rows = session.scalars(
        select(Reading)
        .where(Reading.indicator_id.in_(ids))
        .options(joinedload(Reading.person))
        .order_by(Reading.read_on, Reading.id)
        .execution_options(populate_existing=True)
    )
    for row in rows:
        name = row.person.name if row.person else None
        info = ReadingInfo(
            row.id, row.read_on, row.value, row.origin, row.source, row.withdrawn, name, row.at
        )
        found.setdefault(row.indicator_id, []).append(info)
    return {number: tuple(each) for number, each in found.items()}


def _info(
    row: Indicator,
    name: str | None,
    about: _About,
    readings: Sequence[ReadingInfo],
    named: Mapping[tuple[str, str, str], str],
    data: Measured,
    day: date,
) -> IndicatorInfo:
    course = about.course
    values, pair = _figures(row, about, readings, data)
    baseline = None
    if row.baseline is not None:
        baseline = Value(row.baseline_on or course.start, row.baseline, None, "nulwaarde", None)
    found = rule.effect(
        values,
        baseline,
        course,
        pair,
        higher_is_better=row.higher_is_better,
        decimals=DECIMALS[figure_kind(row.source)],
    )
    return IndicatorInfo(
        id=row.id,
        point_id=row.point_id,
        level=row.level,
        title=row.title,
        source=row.source,
        instrument=row.instrument,
        code=row.code,
        named=named.get((row.source, row.instrument or "", row.code or "")),
        counted=row.counted,
        baseline=row.baseline,
        baseline_on=row.baseline_on,
        target=row.target,
        due_on=row.due_on,
        moment=row.moment,
        higher_is_better=row.higher_is_better,
        version=row.version,
        name=name,
        at=row.at,
        values=values,
        readings=tuple(readings),
        effect=found,
        since=rule.since(found.before, course),
        day=day,
    )


def _figures(
    row: Indicator, about: _About, readings: Sequence[ReadingInfo], data: Measured
) -> tuple[tuple[Value, ...], Callable[[Value, Value], rule.Pair]]:
    """The figures of an indicator, and what puts two of them beside each other."""
    if row.instrument is None or row.code is None:
        return tuple(_entered(each) for each in readings if not each.withdrawn), _as_they_are
    asked = Asked(row.source, row.instrument, row.code, about.unit, about.fictief)
    values = tuple(_value(side, figure) for side, figure in data.of(asked))
    before = rule.choose(values, None, about.course).before
    return tuple(_marked(data, asked, before, each) for each in values), partial(_pair, data, asked)


def _as_they_are(was: Value, now: Value) -> rule.Pair:
    return was, now


def _value(side: Side, figure: Figure) -> Value:
    return Value(side.on, figure.value, figure.of, _label(side.measurement.name), side.measurement)


def _label(name: str) -> str:
    """The name of a measurement within a sentence: eindmeting 2013. An abbreviation keeps its capitals."""
    return name[0].lower() + name[1:] if name[1:2].islower() else name


def _entered(reading: ReadingInfo) -> Value:
    on = reading.on
    label = f"stand van {on.day}-{on.month}-{on.year}"
    return Value(on, reading.value, None, label, None, reading_id=reading.id)


def _marked(data: Measured, asked: Asked, before: Value | None, value: Value) -> Value:
    """The same figure, marked when it can't be put beside the one from before."""
    if before is None or before.measurement is None or value.measurement is None:
        return value
    sides = (data.side(asked, each.measurement.code) for each in (before, value) if each.measurement)
    was, now = sorted(sides, key=lambda side: side.on)
    why = measured.why_not(asked, was.instrument, now.instrument)
    return replace(value, comparable=why is None, why=why)


def _pair(data: Measured, asked: Asked, was: Value, now: Value) -> rule.Pair:
    """Two figures over the units that are in both measurements; a baseline that was filled in is as it is."""
    if was.measurement is None or now.measurement is None:
        return was, now
    found = data.pair(asked, data.side(asked, was.measurement.code), data.side(asked, now.measurement.code))
    if isinstance(found, str):
        return found
    before, after = found
    return (
        replace(was, value=before.value, of=before.of),
        replace(now, value=after.value, of=after.of),
    )


def add(session: Session, number: int, details: Details, *, by: By) -> Indicator:
    """Add an indicator to a point.

    Raises NotAllowed; Refused for details that can't be, and for a point that was closed or removed.
    """
    permit(by)
    point = hold_open(session, number)
    checked = _checked(session, point, details)
    row = Indicator(point_id=point.id, version=1)
    _write(row, checked)
    stamp(row, by)
    session.add(row)
    session.flush()
    _note(session, "add", row, by)
    return row


def change(
    session: Session, number: int, indicator_id: int, details: Details, *, by: By, seen_version: int
) -> Indicator:
    """Change an indicator; what is the same already stays, version and all.

    Raises as `add` does, and ChangedMeanwhile when somebody changed it since the version that was seen.
    """
    permit(by)
    point = hold_open(session, number)
    row = _current(session, point, indicator_id)
    checked = _checked(session, point, details)
    if all(getattr(row, name) == value for name, value in vars(checked).items()):
        return row
    seen(row, seen_version)
    _write(row, checked)
    _keep(session, row, "change", by)
    return row


def remove(session: Session, number: int, indicator_id: int, *, by: By, seen_version: int) -> None:
    """Take an indicator away; the row stays, for the log.

    Raises as `change` does.
    """
    permit(by)
    row = _current(session, hold_open(session, number), indicator_id)
    seen(row, seen_version)
    row.removed = True
    _keep(session, row, "remove", by)


def read(session: Session, number: int, indicator_id: int, details: ReadingDetails, *, by: By) -> Reading:
    """Enter a figure of a series. A closed point takes them too: what it became can show later.

    Raises NotAllowed, and Refused for a figure that can't be or an indicator that takes none.
    """
    permit(by)
    row = _current(session, hold(session, number), indicator_id)
    if row.source != "reeks":
        raise Refused("De waarden van deze indicator komen uit de metingen. U kunt ze niet zelf invullen.")
    checked = _checked_reading(details, today(by.at))
    reading = Reading(
        indicator_id=row.id,
        read_on=checked.on,
        value=checked.value,
        origin=checked.origin,
        source=checked.source,
        withdrawn=False,
    )
    stamp(reading, by)
    session.add(reading)
    session.flush()
    note(session, "indicator.read", number, by, indicator=row.id, reading=reading.id, origin=reading.origin)
    return reading


def withdraw(session: Session, number: int, indicator_id: int, reading_id: int, *, by: By) -> None:
    """Let a figure count no more; it stays to be seen. One that was withdrawn already stays so.

    Raises NotAllowed, and Refused when the figure or its indicator is not there.
    """
    permit(by)
    row = _current(session, hold(session, number), indicator_id)
    reading = session.get(Reading, reading_id)
    if reading is None or reading.indicator_id != row.id:
        raise Refused("Deze waarde is er niet.")
    if reading.withdrawn:
        return
    reading.withdrawn = True
    session.flush()
    note(session, "indicator.withdraw", number, by, indicator=row.id, reading=reading.id)


def _current(session: Session, point: Point, indicator_id: int) -> Indicator:
    row = session.get(Indicator, indicator_id, populate_existing=True)
    if row is None or row.removed or row.point_id != point.id:
        raise Refused("Deze indicator is intussen verwijderd.")
    return row


def _write(row: Indicator, checked: Details) -> None:
    for name, value in vars(checked).items():
        setattr(row, name, value)


def _keep(session: Session, row: Indicator, action: str, by: By) -> None:
    next_version(session, row, by)
    _note(session, action, row, by)


def _note(session: Session, action: str, row: Indicator, by: By) -> None:
    note(
        session,
        f"indicator.{action}",
        row.point_id,
        by,
        indicator=row.id,
        version=row.version,
        level=row.level,
        source=row.source,
        code=row.code,
    )


def _checked(session: Session, point: Point, details: Details) -> Details:
    level = chosen(details.level, kinds.LEVELS, "output, outcome of impact")
    source = chosen(details.source, kinds.SOURCES, "een bron")
    title = one_line(details.title)
    if level is None:
        raise Refused("Kies of dit output, outcome of impact is.")
    if source is None:
        raise Refused("Kies waar de cijfers vandaan komen.")
    if not title:
        raise Refused("Vul in waaraan het effect te zien is.")
    _check_source(session, point, source, details)
    kind = figure_kind(source)
    return Details(
        level=level,
        title=fits_line(title, TITLE_LENGTH, "De titel") or "",
        source=source,
        instrument=details.instrument if source != "reeks" else None,
        code=details.code if source != "reeks" else None,
        counted=fits_line(details.counted, COUNTED_LENGTH, "Wat er wordt geteld"),
        baseline=_figure(details.baseline, kind, "De nulwaarde"),
        baseline_on=fits_day(details.baseline_on, "De nulwaarde") if details.baseline is not None else None,
        target=_figure(details.target, kind, "De streefwaarde"),
        due_on=fits_day(details.due_on, "Het meetmoment"),
        moment=fits_line(details.moment, MOMENT_LENGTH, "Het meetmoment"),
        higher_is_better=details.higher_is_better,
    )


def _check_source(session: Session, point: Point, source: str, details: Details) -> None:
    """Raise Refused unless a questionnaire has what is asked, and asks the unit of the point."""
    if source == "reeks":
        return
    found = askable.unit_kinds(session, details.instrument or "", source, details.code or "")
    if not found:
        raise Refused(
            f"{details.code or 'Dit'} staat in geen enkele vragenlijst. Kies een bron uit de lijst."
        )
    if point.unit is not None and point.unit.kind not in found:
        raise Refused(
            "Deze vragenlijst gaat niet naar de eenheid van dit punt. Kies een bron uit een andere"
            " vragenlijst."
        )


def _figure(value: float | None, kind: str, what: str) -> float | None:
    """A figure that a source of this kind can give. Raises Refused for another."""
    if value is None:
        return None
    if not isfinite(value) or abs(value) > MOST:
        raise Refused(f"{what} is te groot. Vul een kleiner getal in.")
    if kind == SCORED and not 0 <= value <= 1:
        raise Refused(f"{what} is een score. Vul een getal van 0 tot en met 1 in, zoals 0,75.")
    if kind == COUNTED and (value < 0 or value != int(value)):
        raise Refused(f"{what} is een aantal. Vul een heel getal in, zoals 12.")
    return value


def _checked_reading(details: ReadingDetails, day: date) -> ReadingDetails:
    origin = chosen(details.origin, kinds.READINGS, "waar de waarde vandaan komt")
    source = fits_line(details.source, SOURCE_LENGTH, "De bron")
    value = _figure(details.value, ENTERED, "De waarde")
    if origin is None:
        raise Refused("Kies waar de waarde vandaan komt.")
    if source is None:
        raise Refused("Vul in in welke bron de waarde staat.")
    if value is None:
        raise Refused("Vul de waarde in.")
    if details.on > day:
        raise Refused("Deze dag ligt in de toekomst. Vul de dag in waarvan de waarde is.")
    return ReadingDetails(fits_day(details.on, "De dag") or day, value, origin, source)
