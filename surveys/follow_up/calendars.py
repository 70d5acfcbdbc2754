"""Terms and meetings for somebody's own calendar, and the secret addresses under which programs find them.

Whoever has such an address needs no account, so it tells little: number, title, who, and where to read the
rest. See docs/decisions/026-calendars.md.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from surveys import log
from surveys.acting import By, today
from surveys.errors import NotAllowed, Refused
from surveys.follow_up import committees, standing, terms
from surveys.follow_up.committees import MeetingInfo
from surveys.follow_up.keeping import PERMISSION
from surveys.follow_up.terms import Term
from surveys.models import Assignment, CalendarAddress
from surveys.permissions import allowed

FOLLOW: Final = "unit.follow"
LASTS: Final = timedelta(days=365)
"""How long an address is good."""
MOST: Final = 5
"""So many addresses somebody can have at once: one for each device."""
_BYTES: Final = 32


@dataclass(frozen=True)
class AddressInfo:
    """A secret address as its owner sees it: never what it is, only since when and until when."""

    id: int
    made_at: datetime
    expires_at: datetime
    role: str


@dataclass(frozen=True)
class Event:
    """Something in a calendar: on a day, or from `begins` to `ends` (times such as 09:30).

    `key` is always the same for the same thing; `sequence` and `changed_at` are those of its last change.
    `point_id`, `meeting_id`: where to read about it.
    """

    key: str
    sequence: int
    changed_at: datetime
    title: str
    who: str
    day: date
    fictief: bool
    begins: str | None = None
    ends: str | None = None
    location: str | None = None
    point_id: int | None = None
    meeting_id: int | None = None


def make(session: Session, *, by: By) -> str:
    """Make a secret address for whoever acts; gives the secret part of it, which is kept nowhere.

    Raises NotAllowed for who may not see follow-up, and Refused for who has MOST of them.
    """
    if by.person_id is None or by.assignment_id is None or not _may(by.role):
        raise NotAllowed()
    if len(listed(session, by.person_id, by.at)) >= MOST:
        raise Refused(f"U hebt al {MOST} adressen. Trek er eerst een in die u niet meer gebruikt.")
    token = secrets.token_urlsafe(_BYTES)
    row = CalendarAddress(
        person_id=by.person_id,
        assignment_id=by.assignment_id,
        sha256=_digest(token),
        made_at=by.at,
        expires_at=by.at + LASTS,
    )
    session.add(row)
    session.flush()
    log.write(session, "calendar_address.make", by, "calendar_address", row.id)
    session.flush()
    return token


def withdraw(session: Session, number: int, *, by: By) -> None:
    """Let an address of one's own work no longer; one that does not work any more is no fault.

    Raises NotAllowed for somebody else's.
    """
    row = session.get(CalendarAddress, number, with_for_update=True, populate_existing=True)
    if row is None or by.person_id is None or row.person_id != by.person_id:
        raise NotAllowed()
    if row.withdrawn_at is None:
        row.withdrawn_at = by.at
        log.write(session, "calendar_address.withdraw", by, "calendar_address", row.id)
        session.flush()


def listed(session: Session, person_id: int, at: datetime) -> list[AddressInfo]:
    """The addresses of a person that work at a moment, the oldest first."""
    rows = session.scalars(
        select(CalendarAddress)
        .where(CalendarAddress.person_id == person_id, CalendarAddress.withdrawn_at.is_(None))
        .options(joinedload(CalendarAddress.assignment), joinedload(CalendarAddress.person))
        .order_by(CalendarAddress.id)
    )
    return [
        AddressInfo(row.id, row.made_at, row.expires_at, row.assignment.role)
        for row in rows
        if _works(row, at)
    ]


def holder(session: Session, token: str, at: datetime) -> Assignment | None:
    """Through which assignment an address was made; None for one that does not work, for whatever reason."""
    row = session.scalar(
        select(CalendarAddress)
        .where(CalendarAddress.sha256 == _digest(token))
        .options(joinedload(CalendarAddress.assignment), joinedload(CalendarAddress.person))
    )
    return row.assignment if row is not None and _works(row, at) else None


def _works(row: CalendarAddress, at: datetime) -> bool:
    """Whether an address works: not withdrawn or over, its account active, its role held and of use."""
    return (
        row.withdrawn_at is None
        and at < row.expires_at
        and row.person.active
        and row.assignment.holds_on(today(at))
        and _may(row.assignment.role)
    )


def _may(role: str | None) -> bool:
    return allowed(role, PERMISSION) or allowed(role, FOLLOW)


def _digest(token: str) -> str:
    """What is kept of a token: it has 256 random bits, so that one round without a salt will do."""
    return hashlib.sha256(token.encode()).hexdigest()


def events(session: Session, held: Assignment, day: date) -> list[Event]:
    """What is in the calendar of an assignment: all terms and meetings, or the terms of its unit's points.

    Terms are those of `terms.terms` that have a day; phases that are late are of the past, and left out, and
    a unit is told of no decisions, as on its own pages. A fixed number of queries.
    """
    if allowed(held.role, PERMISSION):
        found = [*_terms(session, day, None), *map(_meeting, committees.meetings(session))]
    elif held.unit_id is not None:
        own = {each.id for each in standing.of_unit(session, held.unit_id)}
        found = list(_terms(session, day, own))
    else:
        found = []
    return sorted(found, key=lambda each: (each.day, each.begins or "", each.key))


def _terms(session: Session, day: date, own: Collection[int] | None) -> Iterator[Event]:
    seen = set()
    for term in terms.terms(session, day):
        if term.day is None or (own is not None and term.point.id not in own):
            continue
        if term.decision is not None and own is not None:
            continue
        event = _decision(term) if term.decision else _term(term)
        if event is not None and event.key not in seen:
            seen.add(event.key)
            yield event


def _term(term: Term) -> Event | None:
    point = term.point
    if term.day is None or term.day != point.due_on:
        return None
    return Event(
        f"punt-{point.id}",
        point.version,
        point.at,
        f"Termijn: {point.called}",
        point.owner or point.addressee,
        term.day,
        point.fictief,
        point_id=point.id,
    )


def _decision(term: Term) -> Event | None:
    found, point = term.decision, term.point
    if found is None or term.day is None:
        return None
    return Event(
        f"besluit-{found.id}",
        found.version,
        found.at,
        f"Besluit nodig: {point.called}",
        found.decider,
        term.day,
        point.fictief,
        point_id=point.id,
    )


def _meeting(meeting: MeetingInfo) -> Event:
    details = meeting.details
    return Event(
        f"vergadering-{meeting.id}",
        meeting.version,
        meeting.at,
        meeting.committee.name,
        meeting.committee.name,
        meeting.held_on,
        meeting.committee.fictief,
        details.begins,
        details.ends,
        details.location,
        meeting_id=meeting.id,
    )
