"""Terms: what must be done or decided before which day, and who was reminded of that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import reminding
from surveys.acting import By, today
from surveys.errors import Refused
from surveys.follow_up import deciding, evaluating, kinds, planning, points, standing
from surveys.follow_up.deciding import DecisionInfo
from surveys.follow_up.evaluating import MomentInfo
from surveys.follow_up.keeping import hold_open, note, permit
from surveys.follow_up.points import PointInfo
from surveys.follow_up.whole import ended
from surveys.models import Person, PointReminder
from surveys.permissions import ROLES

REPORTS: Final = "unit.report"
"""Who may do this for a unit is reminded of the terms of its points."""

GROUPS: Final[dict[str, str]] = {
    "voorbij": "Voorbij",
    "binnenkort": "Binnenkort",
    "later": "Later",
    "woorden": "Zonder datum",
}
"""How near a term is, in the order of the page."""


@dataclass(frozen=True)
class Term:
    """Something with a term: the point itself, a decision about it, or a phase of it that is late.

    `what` is that in Dutch; `day` None for a term in `words` only. `group`: one of `GROUPS`; `days` until the
    term, below 0 when it passed.
    """

    point: PointInfo
    what: str
    who: str
    day: date | None
    words: str | None
    group: str
    days: int | None
    decision: DecisionInfo | None = None

    @property
    def reminds(self) -> bool:
        """Whether people can be reminded of it: it is the day of a point that a unit has."""
        return self.day is not None and self.day == self.point.due_on and self.point.unit_id is not None

    @property
    def distance(self) -> str:
        """How far away it is, in Dutch."""
        match self.days:
            case None:
                return ""
            case 0:
                return "vandaag"
            case 1 | -1:
                return "morgen" if self.days == 1 else "gisteren"
            case days if days > 0:
                return f"over {days} dagen"
            case days:
                return f"{-days} dagen voorbij"


@dataclass(frozen=True)
class Counts:
    """How many terms are near, and how many passed."""

    soon: int
    passed: int


@dataclass(frozen=True)
class Sent:
    """How often people were reminded of a point, and when last."""

    count: int
    last_on: date


@dataclass(frozen=True)
class Due:
    """A term of which people are to be reminded: the point, its term, and the people (maybe none)."""

    point: PointInfo
    day: date
    people: tuple[Person, ...]


def terms(session: Session, day: date) -> list[Term]:
    """All terms of open points, by day, those in words only last: a fixed number of queries."""
    found = [each for each in points.listed(session) if each.is_open]
    ids = [each.id for each in found]
    standings = standing.of_points(session, ids)
    plannings = planning.of_points(session, ids, day)
    decisions = deciding.of_points(session, ids)
    moments = evaluating.of_points(session, ids)
    every: list[Term] = []
    for point in found:
        if not ended(point, standings[point.id]):
            every += _of_point(point, day)
            every += _of_phases(point, plannings[point.id], day)
        every += _of_decisions(point, decisions[point.id], day)
        every += _of_moments(point, moments[point.id], day)
    return sorted(every, key=lambda term: (term.day or date.max, term.point.place, term.point.id))


def counts(session: Session, day: date) -> Counts:
    """How many terms are near and how many passed."""
    groups = [term.group for term in terms(session, day)]
    return Counts(groups.count("binnenkort"), groups.count("voorbij"))


def _of_point(point: PointInfo, day: date) -> Iterator[Term]:
    if point.due_on is not None or point.due_words:
        who = point.owner or point.addressee
        yield _term(point, "Termijn van het punt", who, point.due_on, day, words=point.due_words)


def _of_phases(point: PointInfo, plan: planning.Planning, day: date) -> Iterator[Term]:
    if plan.current is None:
        return
    who = point.executor or point.owner or point.addressee
    for phase in plan.late:
        what = f"Gepland: {kinds.PHASES[phase].lower()}"
        yield _term(point, what, who, plan.current.days[phase], day)


def _of_decisions(point: PointInfo, found: Iterable[DecisionInfo], day: date) -> Iterator[Term]:
    for each in found:
        if each.open and each.due_on is not None:
            what = f"Besluit: {each.label.lower()}"
            yield _term(point, what, each.decider, each.due_on, day, decision=each)


def _of_moments(point: PointInfo, found: Iterable[MomentInfo], day: date) -> Iterator[Term]:
    for each in found:
        if each.state == evaluating.PLANNED:
            who = point.supervisor or point.owner or point.addressee
            yield _term(point, f"Evaluatiemoment: {each.name}", who, each.planned_on, day)


def _term(
    point: PointInfo,
    what: str,
    who: str,
    due_on: date | None,
    day: date,
    *,
    words: str | None = None,
    decision: DecisionInfo | None = None,
) -> Term:
    days = (due_on - day).days if due_on else None
    if days is None:
        group = "woorden"
    elif days < 0:
        group = "voorbij"
    else:
        group = "binnenkort" if days <= point.remind_days else "later"
    return Term(point, what, who, due_on, words, group, days, decision)


def sent(session: Session, ids: Collection[int]) -> Mapping[int, Sent]:
    """How often people were reminded of each point, whatever its term was then; those never are left out."""
    rows = session.execute(
        select(PointReminder.point_id, func.count(), func.max(PointReminder.at))
        .where(PointReminder.point_id.in_(ids))
        .group_by(PointReminder.point_id)
    )
    return {number: Sent(count, today(at)) for number, count, at in rows}


def people(session: Session, point: PointInfo, day: date) -> tuple[Person, ...]:
    """Who is reminded of the terms of a point: who reports for its unit on that day; none without a unit."""
    return _people(session, [point], day)[point.id]


def _people(session: Session, found: Collection[PointInfo], day: date) -> dict[int, tuple[Person, ...]]:
    units = {point.unit_id for point in found if point.unit_id is not None}
    held = reminding.holders(session, units, day)
    roles = [role.code for role in ROLES.values() if REPORTS in role.may]
    return {
        point.id: tuple(
            dict.fromkeys(person for role in roles for person in held.get((point.unit_id, role), ()))
            if point.unit_id is not None
            else ()
        )
        for point in found
    }


def refusal(due_on: date | None, told: int) -> str | None:
    """Why nobody can be reminded of a point with this term and so many people; None when they can."""
    if due_on is None:
        return "Dit punt heeft geen termijn met een datum. Vul die eerst in bij het punt."
    if told < 1:
        return "Er is niemand om te herinneren: nodig eerst iemand uit voor de eenheid van dit punt."
    return None


def remind(session: Session, number: int, told: int, *, by: By) -> PointReminder:
    """Keep that this many people were reminded of the term of a point, by somebody or by the system.

    Raises NotAllowed; Refused as `refusal` says, and for a point that was closed or removed.
    """
    permit(by)
    point = hold_open(session, number)
    if why := refusal(point.due_on, told):
        raise Refused(why)
    row = PointReminder(
        point_id=point.id,
        due_on=point.due_on,
        told=told,
        person_id=by.person_id,
        assignment_id=by.assignment_id,
        at=by.at,
    )
    session.add(row)
    session.flush()
    note(session, "remind", point.id, by, reminder=row.id, told=told)
    session.flush()
    return row


def due(session: Session, day: date) -> list[Due]:
    """The terms of units' points of which people are to be reminded on a day, by term.

    That is once from `remind_days` before the term on, and once when it passed; not again for what was
    reminded of since, by hand or not. A term that moved counts anew.
    """
    found = [each for each in points.listed(session) if each.is_open and each.unit_id is not None]
    standings = standing.of_points(session, [each.id for each in found])
    last = _last(session, [each.id for each in found])
    asked = [
        (point, point.due_on)
        for point in found
        if point.due_on is not None
        and not ended(point, standings[point.id])
        and _is_due(point, point.due_on, day, last.get((point.id, point.due_on)))
    ]
    told = _people(session, [point for point, _ in asked], day)
    return sorted(
        (Due(point, term, told[point.id]) for point, term in asked),
        key=lambda each: (each.day, each.point.place, each.point.id),
    )


def _is_due(point: PointInfo, term: date, day: date, last: date | None) -> bool:
    if day > term:
        return last is None or last <= term
    return day >= term - timedelta(days=point.remind_days) and last is None


def _last(session: Session, ids: Collection[int]) -> dict[tuple[int, date], date]:
    """The day of the last reminder, by point and term."""
    rows = session.execute(
        select(PointReminder.point_id, PointReminder.due_on, func.max(PointReminder.at))
        .where(PointReminder.point_id.in_(ids))
        .group_by(PointReminder.point_id, PointReminder.due_on)
    )
    return {(number, term): today(at) for number, term, at in rows}
