"""What the beheerder looks up: people with their assignments, and units with what they belong to."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from surveys import instruments, people, units
from surveys.measurements import instrument_of
from surveys.models import Assignment, InstrumentText, Organisation, Person, Unit, UnitLink

STATES = {"actief": "Kan inloggen", "uitgenodigd": "Heeft nog geen wachtwoord", "uitgezet": "Uitgezet"}
"""What an account can be, with its Dutch words."""


@dataclass(frozen=True)
class PersonRow:
    """Somebody with what they are now, what they become and what they were.

    `state` is a key of STATES; `locked_until` is set while too many wrong passwords keep them out.
    """

    person: Person
    state: str
    current: tuple[Assignment, ...]
    coming: tuple[Assignment, ...]
    past: tuple[Assignment, ...]
    locked_until: datetime | None = None


@dataclass(frozen=True)
class Search:
    """What a list of people is narrowed to; empty: everybody. Role and unit: of what they hold now."""

    text: str = ""
    role: str = ""
    state: str = ""
    unit_id: int | None = None


@dataclass(frozen=True)
class UnitRow:
    """A unit, and the link that holds now."""

    unit: Unit
    link: UnitLink | None
    exists: bool


@dataclass(frozen=True)
class Noun:
    """What units of a kind are called, in the middle of a sentence."""

    one: str
    many: str


def person_rows(session: Session, search: Search, day: date) -> list[PersonRow]:
    """People in the order of their names, narrowed to a search."""
    query = select(Person).options(
        selectinload(Person.assignments).joinedload(Assignment.unit),
        selectinload(Person.assignments).joinedload(Assignment.organisation),
        selectinload(Person.identities),
    )
    for word in search.text.lower().split():
        pattern = f"%{_literal(word)}%"
        query = query.where(
            or_(func.lower(Person.name).like(pattern, escape="\\"), Person.email.like(pattern, escape="\\"))
        )
    found = [
        _row(person, day) for person in session.scalars(query.order_by(func.lower(Person.name), Person.id))
    ]
    return [row for row in found if _fits(row, search)]


def person_row(session: Session, person: Person, at: datetime, day: date) -> PersonRow:
    """One person, with whether logging in is locked."""
    return _row(person, day, people.locked_until(session, person.email, at))


def _row(person: Person, day: date, locked_until: datetime | None = None) -> PersonRow:
    held = person.assignments
    state = "actief" if person.can_log_in else "uitgenodigd"
    if not person.active:
        state = "uitgezet"
    return PersonRow(
        person,
        state,
        current=tuple(row for row in held if row.holds_on(day)),
        coming=tuple(row for row in held if row.valid_from > day and row.valid_until != row.valid_from),
        past=tuple(
            row
            for row in held
            if not row.holds_on(day) and (row.valid_from <= day or row.valid_until == row.valid_from)
        ),
        locked_until=locked_until,
    )


def _fits(row: PersonRow, search: Search) -> bool:
    if search.state and row.state != search.state:
        return False
    if not search.role and search.unit_id is None:
        return True
    return any(
        search.role in {"", held.role} and search.unit_id in {None, held.unit_id} for held in row.current
    )


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def active_people(session: Session) -> list[Person]:
    """Those who can be given a role, in the order of their names."""
    return list(
        session.scalars(select(Person).where(Person.active).order_by(func.lower(Person.name), Person.id))
    )


def organisations(session: Session) -> list[Organisation]:
    """The organisations that inspect or administer."""
    return list(session.scalars(select(Organisation).order_by(Organisation.name)))


def all_units(session: Session) -> list[Unit]:
    """All units by kind and code."""
    return list(session.scalars(select(Unit).order_by(Unit.kind.desc(), Unit.code)))


def unit_rows(session: Session, day: date) -> dict[str, list[UnitRow]]:
    """All units by their kind, each with the link that holds on that day."""
    links = units.links_on(session, day)
    rows: dict[str, list[UnitRow]] = {}
    for unit in all_units(session):
        exists = unit.valid_from <= day and (unit.valid_until is None or day < unit.valid_until)
        rows.setdefault(unit.kind, []).append(UnitRow(unit, links.get(unit.id), exists))
    return rows


def unit_by_code(session: Session, code: str) -> Unit | None:
    """A unit by its code."""
    return session.scalar(select(Unit).where(Unit.code == code))


def members_of(session: Session, parent: Unit) -> list[UnitLink]:
    """The links of the units that belong, or once belonged, to this one."""
    return list(
        session.scalars(
            select(UnitLink)
            .where(UnitLink.parent_id == parent.id)
            .join(UnitLink.unit)
            .order_by(UnitLink.valid_from.desc(), Unit.code)
        )
    )


def kinds(session: Session) -> Mapping[str, Noun]:
    """The kinds of unit that a questionnaire is for or that there are, with their nouns."""
    found = {kind: Noun(*noun) for kind, noun in _shipped_kinds().items()}
    for text in session.scalars(select(InstrumentText).order_by(InstrumentText.id)):
        found[text.unit_kind] = Noun(*instrument_of(text).unit_noun)
    for kind in session.scalars(select(Unit.kind).distinct().order_by(Unit.kind)):
        found.setdefault(kind, Noun(kind, kind))
    return found


@lru_cache(maxsize=1)
def _shipped_kinds() -> dict[str, tuple[str, str]]:
    tables = [tomllib.loads(path.read_text(encoding="utf-8")) for path in instruments.builtin()]
    return {table["unit"]: (table["unit_noun"][0], table["unit_noun"][1]) for table in tables}
