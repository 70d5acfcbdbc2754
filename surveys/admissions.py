"""What was done lately with which somebody can get in as an inspector: for all inspectors to see.

Four eyes are two people as long as nobody comes in with somebody else's account. A beheerder can give a role,
and can have a new password chosen: that stays possible, and the inspectors are told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from surveys.acting import today
from surveys.models import Assignment, LogEntry, Person

ROLE: Final = "inspecteur"
TOLD_FOR: Final = timedelta(days=7)
"""So long it is told."""
ACTIONS: Final = {"password.link": "link", "person.change": "address", "second_factor.reset": "second_step"}
"""What a beheerder can do to somebody's account with which another one could use it."""


@dataclass(frozen=True)
class Admission:
    """Something that was done with an account that judges, or may judge later.

    `what`: the role was given (`role`), a link for a password made (`link`), the address changed (`address`),
    the second step of logging in taken away (`second_step`).
    `by`: who did it; None on the server itself.
    """

    what: str
    person: Person
    at: datetime
    by: Person | None


def recent(session: Session, at: datetime) -> list[Admission]:
    """What was done in the week before a moment, the newest first: two queries."""
    found = [*_roles(session, at - TOLD_FOR), *_accounts(session, at)]
    return sorted(found, key=lambda each: each.at, reverse=True)


def is_inspector(person: Person, at: datetime) -> bool:
    """Whether somebody is an inspector at a moment, or will be later."""
    day = today(at)
    return any(
        row.role == ROLE and (row.valid_until is None or row.valid_until > day) for row in person.assignments
    )


def _roles(session: Session, since: datetime) -> list[Admission]:
    by = aliased(Person)
    asked = (  # what came with the example, or was done on the server, has nobody who gave it
        select(Assignment, by)
        .join(Assignment.person)
        .options(contains_eager(Assignment.person))
        .join(by, by.id == Assignment.created_by_id)
        .where(Assignment.role == ROLE, Assignment.created_at > since)
    )
    return [Admission("role", row.person, row.created_at, who) for row, who in session.execute(asked)]


def _accounts(session: Session, at: datetime) -> list[Admission]:
    by = aliased(Person)
    holds = or_(Assignment.valid_until.is_(None), Assignment.valid_until > today(at))
    inspectors = select(Assignment.person_id).where(Assignment.role == ROLE, holds)
    asked = (
        select(LogEntry.action, LogEntry.at, LogEntry.detail, Person, by)
        .join(Person, Person.id == LogEntry.subject_id)
        .outerjoin(by, by.id == LogEntry.person_id)
        .where(
            LogEntry.subject == "person",
            LogEntry.subject_id.in_(inspectors),
            LogEntry.action.in_(ACTIONS),
            LogEntry.at > at - TOLD_FOR,
        )
    )
    return [
        Admission(ACTIONS[action], person, moment, who)
        for action, moment, detail, person, who in session.execute(asked)
        if action != "person.change" or (detail or {}).get("address")  # older lines have no details
    ]
