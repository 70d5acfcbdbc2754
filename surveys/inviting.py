"""Inviting respondents from a measurement: who holds the roles of each unit, who can log in, who has a link.

An inspector gives roles of units and nothing else, and a link only to somebody who can't log in yet: with a
link to an account that is in use, somebody could answer or agree in another's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from surveys import log, people
from surveys.acting import By
from surveys.errors import NotAllowed, Refused
from surveys.measurements import instrument_of
from surveys.models import Assignment, Dossier, LogEntry, Measurement, Person, Unit
from surveys.permissions import ROLES, allowed
from surveys.roles import HELPERS

PERMISSION = "measurement.manage"
LINKED = "password.link"
"""What the log calls the making of a link. That is the only trace of one: the link itself is kept nowhere."""


@dataclass(frozen=True)
class Account:
    """Somebody with a role for a unit. `seen`: has logged in. `link_until`: the last link works until then.

    `can_have_link`: an inspector may make a link, because nobody uses the account yet.
    """

    person: Person
    seen: bool
    has_password: bool
    link_until: datetime | None
    can_have_link: bool

    def running(self, at: datetime) -> bool:
        """Whether there is a link that works."""
        return self.link_until is not None and self.link_until > at and not self.has_password


@dataclass(frozen=True)
class Seat:
    """A role for a unit, with who holds it today. `signs`: without somebody the unit can't hand in."""

    role: str
    label: str
    signs: bool
    accounts: tuple[Account, ...]

    @property
    def missing(self) -> bool:
        """Whether nobody holds a role that must sign."""
        return self.signs and not self.accounts


@dataclass(frozen=True)
class Invited:
    """A unit in a measurement, with its roles."""

    unit: Unit
    seats: tuple[Seat, ...]

    @property
    def lines(self) -> tuple[tuple[Seat, Account | None], ...]:
        """A line for each person in a role, and one (None) for a role that must sign and is not held."""
        return tuple(
            (seat, account)
            for seat in self.seats
            for account in (seat.accounts or ((None,) if seat.signs else ()))
        )


def roles_for(dossier: Dossier) -> tuple[str, ...]:
    """The roles that an inspector can give for the unit of a dossier: who sign, and who help."""
    return (*instrument_of(dossier.pinned).roles, *HELPERS)


def invited(session: Session, measurement: Measurement, day: date, lives: timedelta) -> list[Invited]:
    """Every unit that takes part with who holds its roles on a day: a fixed number of queries.

    `lives`: how long a link works.
    """
    found = session.scalars(
        select(Dossier)
        .join(Dossier.unit)
        .where(Dossier.measurement_id == measurement.id)
        .order_by(Unit.kind.desc(), Unit.code)
    ).all()
    rows = [
        row
        for row in session.scalars(
            select(Assignment)
            .where(Assignment.unit_id.in_([each.unit_id for each in found]))
            .options(
                selectinload(Assignment.person).options(
                    selectinload(Person.assignments), selectinload(Person.identities)
                )
            )
            .order_by(Assignment.id)
        )
        if row.holds_on(day) and row.person.active
    ]
    accounts = _accounts(session, [row.person for row in rows], day, lives)
    held: dict[tuple[int | None, str], dict[int, Account]] = {}
    for row in rows:
        held.setdefault((row.unit_id, row.role), {})[row.person_id] = accounts[row.person_id]
    return [
        Invited(
            each.unit,
            tuple(
                Seat(
                    role,
                    ROLES[role].label,
                    role not in HELPERS,
                    tuple(held.get((each.unit_id, role), {}).values()),
                )
                for role in roles_for(each)
            ),
        )
        for each in found
    ]


def _accounts(session: Session, who: Iterable[Person], day: date, lives: timedelta) -> dict[int, Account]:
    found = {person.id: person for person in who}
    last = _last(session, found, LINKED)
    seen = _last(session, found, "login.success")
    return {
        key: Account(
            person,
            key in seen,
            person.can_log_in,
            last[key] + lives if key in last else None,
            may_have_link(person, day),
        )
        for key, person in found.items()
    }


def _last(session: Session, who: Mapping[int, Person], action: str) -> dict[int, datetime]:
    """When something last happened to people, by their id, according to the log."""
    rows = session.execute(
        select(LogEntry.subject_id, func.max(LogEntry.at))
        .where(LogEntry.action == action, LogEntry.subject == "person", LogEntry.subject_id.in_(list(who)))
        .group_by(LogEntry.subject_id)
    )
    return {number: at for number, at in rows if number is not None}


def may_have_link(person: Person, day: date) -> bool:
    """Whether an inspector may make a link for somebody: only a respondent who can't log in yet."""
    return bool(person.active and not person.can_log_in and not _more_than_respondent(person, day))


def _more_than_respondent(person: Person, day: date) -> bool:
    """Whether somebody has, or will have, a role that is not of a unit: those are the beheerder's to give."""
    return any(
        row.organisation_id is not None and (row.valid_until is None or row.valid_until > day)
        for row in person.assignments
    )


def invite(
    session: Session, dossier: Dossier, role: str, *, name: str, email: str, day: date, by: By
) -> Person:
    """Give somebody a role for the unit of a dossier from a day on, with a new account where there is none.

    Raises Refused for a role that an inspector does not give for this unit, for an account that is disabled,
    goes by another name or is no respondent's, and as `people.invite` and `people.assign` do; NotAllowed for
    somebody who may not run a measurement.
    """
    if not allowed(by.role, PERMISSION):
        raise NotAllowed()
    if role not in roles_for(dossier):
        raise Refused(
            "Deze rol kunt u voor deze eenheid niet geven. Kies een rol uit de lijst,"
            " of vraag het de beheerder van Meetlat."
        )
    person = people.by_email(session, email)
    if person is None:
        person = people.invite(session, name=name, email=email, by=by)
    elif not person.active:
        raise Refused("Dit account is uitgezet. Vraag de beheerder van Meetlat om het weer aan te zetten.")
    elif _more_than_respondent(person, day):
        raise Refused(
            "Dit e-mailadres is van een inspecteur of beheerder. Die kan geen rol voor een eenheid krijgen:"
            " vraag de beheerder van Meetlat."
        )
    elif " ".join(name.split()).casefold() != person.name.casefold():
        raise Refused(
            f"Bij dit e-mailadres hoort al een account, op naam van {person.name}."
            " Neem die naam over als dat dezelfde persoon is, of vul een ander e-mailadres in."
        )
    people.assign(session, person, role, unit=dossier.unit, valid_from=day, by=by)
    return person


def respondent(session: Session, measurement: Measurement, person_id: int, day: date) -> Person | None:
    """Somebody who holds a role for a unit of a measurement on a day; None for anybody else."""
    rows = session.scalars(
        select(Assignment)
        .join(Dossier, Dossier.unit_id == Assignment.unit_id)
        .where(Dossier.measurement_id == measurement.id, Assignment.person_id == person_id)
    )
    return next((row.person for row in rows if row.holds_on(day)), None)


def record_link(session: Session, person: Person, *, day: date, by: By) -> None:
    """Write down that an inspector makes a link for somebody. Raises Refused for who may not have one."""
    if not allowed(by.role, PERMISSION):
        raise NotAllowed()
    if not may_have_link(person, day):
        raise Refused(
            f"Voor {person.name} kunt u geen link maken: het account is al in gebruik, of het is uitgezet of"
            " van een inspecteur."
            " Wachtwoord vergeten? De beheerder van Meetlat maakt dan een link."
        )
    log.write(session, LINKED, by, "person", person.id)
    session.flush()
