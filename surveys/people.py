"""People and their assignments: inviting, assigning, handing over, disabling; locking out who guesses."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveys import log, sessions
from surveys.acting import By, today
from surveys.errors import Refused
from surveys.models import Assignment, LoginThrottle, Organisation, Person, Unit
from surveys.permissions import ROLES

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")

NAME_LENGTH = 200
EMAIL_LENGTH = 254
"""The most characters of a name and of an address."""
FORGOTTEN = "@vergeten.invalid"
"""What the address of somebody ends with who was made unrecognisable (`surveys.forgetting`)."""

FREE_FAILURES = 5
"""So many wrong passwords within `WINDOW` lock logging in with that address for `LOCKED`."""
WINDOW = timedelta(minutes=15)
LOCKED = timedelta(minutes=15)
APART = frozenset({"beheerder", "inspecteur"})
"""Roles that nobody holds together: whoever gives out accounts could be both pairs of eyes at a judgement."""


def invite(session: Session, *, name: str, email: str, by: By) -> Person:
    """Make an account without a password; a one-time link lets its owner set one.

    Raises Refused when the name is empty or too long, the address is not one, or somebody has it already.
    """
    name, email = _name(name), email.strip().lower()
    _check_email(session, email, None)
    person = Person(
        name=name, email=email, active=True, fs_uniquifier=secrets.token_hex(16), created_at=by.at
    )
    session.add(person)
    _flush(session, email)
    log.write(session, "person.invite", by, "person", person.id)
    return person


def change(session: Session, person: Person, *, name: str, email: str, by: By) -> None:
    """Change a name or address. Raises Refused as `invite` does."""
    _not_forgotten(person)
    name, email = _name(name), email.strip().lower()
    _check_email(session, email, person)
    moved = person.email != email
    person.name, person.email = name, email
    _flush(session, email)
    log.write(session, "person.change", by, "person", person.id, address=moved)
    session.flush()


def forgotten(person: Person) -> bool:
    """Whether somebody was made unrecognisable, for good."""
    return person.email.endswith(FORGOTTEN)


def _not_forgotten(person: Person) -> None:
    if forgotten(person):
        raise Refused(
            "De gegevens van deze persoon zijn verwijderd. Maak een nieuw account als iemand terugkomt."
        )


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused("Vul een naam in.")
    if len(name) > NAME_LENGTH:
        raise Refused(f"De naam mag {NAME_LENGTH} tekens lang zijn. Kort de naam in.")
    return name


def _check_email(session: Session, email: str, own: Person | None) -> None:
    if len(email) > EMAIL_LENGTH or not EMAIL.fullmatch(email) or email.endswith(FORGOTTEN):
        raise Refused("Vul een e-mailadres in zoals naam@voorbeeld.nl.")
    other = by_email(session, email)
    if other is not None and other is not own:
        raise Refused(_taken(email))


def _flush(session: Session, email: str) -> None:
    try:
        session.flush()
    except IntegrityError as error:  # somebody else took the address between the look and the write
        raise Refused(_taken(email)) from error


def _taken(email: str) -> str:
    return f"Er is al een account met het e-mailadres {email}."


def add_organisation(session: Session, code: str, name: str, by: By) -> Organisation:
    """Add an organisation that inspects or administers. Raises Refused for a code that is taken."""
    if session.scalar(select(Organisation.id).where(Organisation.code == code)) is not None:
        raise Refused(f"Er is al een organisatie met de code {code}.")
    organisation = Organisation(code=code, name=name)
    session.add(organisation)
    session.flush()
    log.write(session, "organisation.add", by, "organisation", organisation.id)
    return organisation


def assign(
    session: Session,
    person: Person,
    role: str,
    *,
    unit: Unit | None = None,
    organisation: Organisation | None = None,
    valid_from: date,
    valid_until: date | None = None,
    by: By,
) -> Assignment:
    """Give a person a role for a unit or an organisation, from a day until (not including) another.

    Raises Refused for an unknown role, the wrong kind of scope, an empty period, a role that the person
    already has there in that period, or one that does not go with another one (`APART`), and when somebody
    gives a role to the own account.
    """
    if person.id == by.person_id:
        raise Refused("U kunt uzelf geen rol geven. Vraag een andere beheerder.")
    _not_forgotten(person)
    if role not in ROLES:
        raise Refused(f"De rol {role} bestaat niet.")
    if (ROLES[role].held_for == "unit") != (unit is not None) or (unit is None) == (organisation is None):
        wanted = "een eenheid" if ROLES[role].held_for == "unit" else "een organisatie"
        raise Refused(f"De rol {ROLES[role].label} geldt voor {wanted}. Kies die.")
    if valid_until is not None and valid_until <= valid_from:
        raise Refused("De einddatum ligt niet na de begindatum.")
    for other in person.assignments:
        same_scope = other.unit is unit and other.organisation is organisation
        if other.role == role and same_scope and _overlap(other, valid_from, valid_until):
            raise Refused(f"{person.name} heeft deze rol daar al in deze periode.")
        if {other.role, role} == APART and _overlap(other, valid_from, valid_until):
            raise Refused(
                f"{person.name} is in deze periode al {ROLES[other.role].label.lower()}."
                " Iemand kan niet tegelijk beheerder en inspecteur zijn: dan kan één persoon voor twee"
                " inspecteurs spelen."
                " Kies iemand anders, of laat eerst de andere rol eindigen."
            )
    assignment = Assignment(
        person=person,
        role=role,
        unit=unit,
        organisation=organisation,
        valid_from=valid_from,
        valid_until=valid_until,
        created_at=by.at,
        created_by_id=by.person_id,
    )
    session.add(assignment)
    session.flush()
    log.write(session, "assignment.give", by, "assignment", assignment.id, role=role, person=person.id)
    return assignment


def _overlap(other: Assignment, valid_from: date, valid_until: date | None) -> bool:
    if other.valid_until == other.valid_from:
        return False
    begins_in_time = valid_until is None or other.valid_from < valid_until
    ends_too_late = other.valid_until is None or other.valid_until > valid_from
    return begins_in_time and ends_too_late


def end(session: Session, assignment: Assignment, day: date, by: By) -> None:
    """Let an assignment end: from that day on it gives no rights.

    Raises Refused for a day before it began or after it ends anyway, or when this would leave Meetlat without
    a beheerder.
    """
    if day < assignment.valid_from:
        raise Refused("De einddatum ligt voor de begindatum.")
    if assignment.valid_until is not None and day > assignment.valid_until:
        raise Refused("De rol eindigt al eerder. Voeg voor een nieuwe periode de rol opnieuw toe.")
    _keep_one_administrator(session, max(day, today(by.at)), leaving=[assignment])
    assignment.valid_until = day
    log.write(session, "assignment.end", by, "assignment", assignment.id)
    session.flush()


def hand_over(session: Session, assignment: Assignment, to: Person, day: date, by: By) -> Assignment:
    """Let another person take over a role from a day on. What the first one answered keeps his name.

    Raises Refused when it is the same person, or as `end` and `assign` do.
    """
    if to is assignment.person:
        raise Refused("Kies een andere persoon om aan over te dragen.")
    successor = assign(
        session,
        to,
        assignment.role,
        unit=assignment.unit,
        organisation=assignment.organisation,
        valid_from=day,
        valid_until=assignment.valid_until,
        by=by,
    )
    end(session, assignment, day, by)
    log.write(session, "assignment.hand_over", by, "assignment", assignment.id, successor=successor.id)
    return successor


def holding(session: Session, unit: Unit, role: str, day: date) -> list[Person]:
    """Everybody who has a role for a unit on a day and can log in, each once, in the order of assigning."""
    rows = session.scalars(
        select(Assignment)
        .join(Assignment.person)
        .where(Assignment.unit_id == unit.id, Assignment.role == role, Person.active)
        .order_by(Assignment.id)
    )
    return list(dict.fromkeys(row.person for row in rows if row.holds_on(day)))


def disable(session: Session, person: Person, by: By) -> None:
    """Let a person no longer log in, at once: open sessions end too.

    Raises Refused when it is the person who asks, or the last beheerder.
    """
    if person.id == by.person_id:
        raise Refused("U kunt uw eigen account niet uitzetten. Vraag een andere beheerder.")
    _keep_one_administrator(session, today(by.at), leaving=person.assignments)
    person.active = False
    person.fs_uniquifier = secrets.token_hex(16)
    sessions.end_all(session, person.id, sessions.DISABLED, by)
    log.write(session, "person.disable", by, "person", person.id)
    session.flush()


def enable(session: Session, person: Person, by: By) -> None:
    """Let a disabled person log in again. Raises Refused for somebody who was made unrecognisable."""
    _not_forgotten(person)
    person.active = True
    log.write(session, "person.enable", by, "person", person.id)
    session.flush()


def _keep_one_administrator(session: Session, day: date, leaving: list[Assignment]) -> None:
    if not any(row.role == "beheerder" and row.holds_on(day) for row in leaving):
        return
    others = session.scalars(
        select(Assignment).join(Assignment.person).where(Assignment.role == "beheerder", Person.active)
    )
    if not any(row.holds_on(day) and row not in leaving for row in others):
        raise Refused("Dit is de laatste beheerder. Wijs eerst een andere beheerder aan.")


def locked_until(session: Session, email: str, at: datetime) -> datetime | None:
    """Until when logging in with this address is locked; None when it is not.

    Holds what is kept about the address until the transaction ends, so that guesses that come together are
    counted one after the other.
    """
    row = session.get(LoginThrottle, _key(email), with_for_update=True)
    if row is None or row.locked_until is None or row.locked_until <= at:
        return None
    return row.locked_until


def record_failure(session: Session, email: str, at: datetime) -> None:
    """Count a failed log-in; the fifth within a quarter of an hour locks the address for as long.

    It makes no difference whether an account has the address, so the answer betrays nothing.
    """
    row = session.get(LoginThrottle, _key(email), with_for_update=True)
    if row is None:
        row = LoginThrottle(key=_key(email), failures=0, last_failure_at=at)
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:  # another failure at this very moment was first
            row = session.get_one(LoginThrottle, _key(email), with_for_update=True)
    if at - row.last_failure_at > WINDOW:
        row.failures = 0
    row.failures += 1
    row.last_failure_at = at
    if row.failures >= FREE_FAILURES:
        row.locked_until = at + LOCKED
        row.failures = 0
    session.flush()


def record_success(session: Session, email: str) -> None:
    """Forget the failures of an address."""
    row = session.get(LoginThrottle, _key(email))
    if row is not None:
        session.delete(row)
        session.flush()


def unlock(session: Session, person: Person, by: By) -> None:
    """Let somebody whose address is locked try again at once."""
    record_success(session, person.email)
    log.write(session, "person.unlock", by, "person", person.id)
    session.flush()


def _key(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


_BY_EMAIL = select(Person).where(Person.email == bindparam("email"))


def by_email(session: Session, email: str) -> Person | None:
    """Whose address of mail this is, in whatever case it is typed."""
    return session.scalar(_BY_EMAIL, {"email": email.strip().lower()})


def nobody_yet(session: Session) -> bool:
    """Say whether Meetlat has no people at all."""
    return not session.scalar(select(func.count()).select_from(Person))
