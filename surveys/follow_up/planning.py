"""When the phases of points are planned: every change is a version, and what depends on it moves along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from surveys.acting import By
from surveys.errors import ChangedMeanwhile, Refused
from surveys.follow_up import keeping, kinds, registering, timeline
from surveys.follow_up.depending import called, depend, links, rows_of, undepend
from surveys.follow_up.keeping import chosen, fits, fits_day, flush, hold, hold_open, permit, stamp
from surveys.follow_up.timeline import NO_DAYS, Course, Days, Plan, Planning, Wait
from surveys.models import Dependency, PlanVersion, Point

__all__ = [
    "Moved",
    "Plan",
    "Planning",
    "Wait",
    "depend",
    "of_points",
    "plan",
    "undepend",
    "without_others",
    "would_move",
]

NOTE_LENGTH = 10_000
"""The most characters of a note."""
ALONG = "realiteit"
"""Why the planning of a point changes that moves along with another."""
_WITH: Final = "Schuift mee met "
"""How the note of such a version begins."""


@dataclass(frozen=True)
class Moved:
    """A point that moves along with another: what was planned of it, and what that becomes."""

    point_id: int
    called: str
    was: Days
    becomes: Days

    @property
    def phases(self) -> tuple[tuple[str, date | None, date | None], ...]:
        """Of each phase in Dutch what was planned, and what that becomes."""
        return tuple((label, self.was[phase], self.becomes[phase]) for phase, label in kinds.PHASES.items())


def of_points(session: Session, ids: Collection[int], day: date) -> dict[int, Planning]:
    """The planning of each of these points as it is seen on a day, in three queries."""
    waits: defaultdict[int, list[Dependency]] = defaultdict(list)
    for row in rows_of(session, ids):
        waits[row.point_id].append(row)
    around = {*ids, *(row.on_id for rows in waits.values() for row in rows)}
    versions = _versions(session, around)
    courses = _courses(session, around, versions)
    return {
        each: Planning(
            versions=tuple(versions.get(each, ())),
            actual=courses[each].actual if each in courses else NO_DAYS,
            waits=tuple(_wait(row, courses, day) for row in waits[each]),
            day=day,
        )
        for each in ids
    }


def without_others(planning: Planning, own: Collection[int]) -> Planning:
    """A planning without what it tells of other points than these: what it waits for, or moved along with."""
    return replace(
        planning,
        versions=tuple(_anonymous(each) for each in planning.versions),
        waits=tuple(each for each in planning.waits if each.on_id in own),
    )


def _anonymous(version: Plan) -> Plan:
    # the note says what the other was called, not which it was: it may be one that the reader must not know
    if version.reason == ALONG and (version.note or "").startswith(_WITH):
        return replace(version, note=f"{_WITH}een ander punt.")
    return version


def would_move(session: Session, number: int, days: Days) -> tuple[Moved, ...]:
    """Which points would clash if a point were planned so, and what they would become moving along.

    Raises Refused for days that can't be planned, and for a point that was removed.
    """
    checked = _checked(days)
    courses, becoming = _following(session, number, checked, None)
    return tuple(
        Moved(each, courses[each].called, courses[each].planned, becomes)
        for each, becomes in becoming.items()
    )


def plan(
    session: Session,
    number: int,
    days: Days,
    *,
    reason: str | None,
    note: str | None,
    along: Collection[int] = (),
    by: By,
    seen: int,
) -> None:
    """Plan a point: a next version, with a reason unless it is the first; the same days again make none.

    `along`: the points that depend on it, directly or through each other, that move along as far as they
    clash; each gets a version of its own. `seen`: the number of the version that was seen, 0 for none.

    Raises NotAllowed; Refused for days that can't be, without a reason, or for a closed point; and
    ChangedMeanwhile when somebody planned it since the version that was seen.
    """
    permit(by)
    checked = _checked(days)
    for each in sorted({number, *along}):  # in one order: nobody waits for ever for somebody who waits
        hold(session, each)
    row = hold_open(session, number)
    current = _current(session, number)
    same = current is not None and _days_of(current) == checked
    if same and not along:
        return
    if seen != (current.number if current else 0):
        raise ChangedMeanwhile()
    _, becoming = _following(session, number, checked, along)
    if not same:
        why = chosen(reason, kinds.REASONS, "een reden") if current else None
        if current and why is None:
            raise Refused("Kies waarom de planning verandert.")
        _add(session, number, checked, why, fits(note, NOTE_LENGTH, "De toelichting"), by)
    for each, becomes in becoming.items():
        _add(session, each, becomes, ALONG, f"{_WITH}‘{row.title}’.", by, along=number)


def _following(
    session: Session, number: int, days: Days, may: Collection[int] | None
) -> tuple[dict[int, Course], dict[int, Days]]:
    """The points that a planning can touch, and what those become that have to move, in three queries."""
    every = links(session)
    reach = timeline.component(every, number)
    courses = _courses(session, reach, _versions(session, reach))
    if number not in courses:
        raise Refused("Dit punt is intussen verwijderd.")
    courses[number] = replace(courses[number], planned=days)
    within = [link for link in every if {link.point_id, link.on_id} <= courses.keys()]
    try:
        becoming = timeline.follow(courses, within, number, may)
    except OverflowError as error:
        raise Refused("Wat van dit punt afhangt, zou te ver opschuiven. Kies een eerdere datum.") from error
    for moved in becoming.values():
        for day in moved.values():
            fits_day(day, "De datum van wat meeschuift")
    return courses, becoming


def _add(
    session: Session,
    number: int,
    days: Days,
    reason: str | None,
    words: str | None,
    by: By,
    along: int | None = None,
) -> None:
    """Add a version after the last, and log it; `along`: the point that it moves along with."""
    last = _current(session, number)
    row = PlanVersion(
        point_id=number, number=last.number + 1 if last else 1, reason=reason, note=words, **days
    )
    stamp(row, by)
    session.add(row)
    flush(session)
    keeping.note(session, "plan", number, by, number=row.number, reason=reason, along=along)


def _current(session: Session, number: int) -> PlanVersion | None:
    found: PlanVersion | None = session.scalar(
        select(PlanVersion).where(PlanVersion.point_id == number).order_by(PlanVersion.number.desc()).limit(1)
    )
    return found


def _versions(session: Session, ids: Collection[int]) -> dict[int, list[Plan]]:
    found: defaultdict[int, list[Plan]] = defaultdict(list)
    for row in session.scalars(
        select(PlanVersion)
        .where(PlanVersion.point_id.in_(ids))
        .options(joinedload(PlanVersion.person))
        .order_by(PlanVersion.point_id, PlanVersion.number)
    ):
        name = row.person.name if row.person else None
        found[row.point_id].append(Plan(row.number, _days_of(row), row.reason, row.note, name, row.at))
    return found


def _courses(session: Session, ids: Collection[int], versions: Mapping[int, list[Plan]]) -> dict[int, Course]:
    """How the points among these run that were not removed."""
    rows = session.execute(
        select(
            Point.id,
            Point.number,
            Point.title,
            Point.closed_on,
            *(getattr(Point, each) for each in kinds.PHASES),
        )
        .where(Point.id.in_(ids), Point.removed.is_(False))
        .order_by(Point.place, Point.id)
    )
    return {
        row.id: Course(
            id=row.id,
            called=called(row.number, row.title),
            is_open=row.closed_on is None,
            planned=versions[row.id][-1].days if versions.get(row.id) else NO_DAYS,
            actual={phase: getattr(row, phase) for phase in kinds.PHASES},
        )
        for row in rows
    }


def _wait(row: Dependency, courses: Mapping[int, Course], day: date) -> Wait:
    mine, other = courses[row.point_id], courses[row.on_id]
    return Wait(
        id=row.id,
        on_id=row.on_id,
        called=other.called,
        kind=row.kind,
        note=row.note,
        clash=timeline.clash(row.kind, mine, other),
        words=timeline.words(row.kind, mine, other, day),
    )


def _days_of(row: PlanVersion) -> Days:
    return {phase: getattr(row, phase) for phase in kinds.PHASES}


def _checked(days: Days) -> dict[str, date | None]:
    """The day of each phase. Raises Refused for none at all, and for days that are not in order."""
    found = {phase: days.get(phase) for phase in kinds.PHASES}
    if not any(found.values()):
        raise Refused("Vul bij ten minste één fase een datum in.")
    for phase, day in found.items():
        fits_day(day, f"‘{kinds.PHASES[phase]}’")
    registering.in_order(found)
    return found
