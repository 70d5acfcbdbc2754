"""Developments in the context of the cooperation, each linked to the factors that it bears on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.exc import StaleDataError

from surveys import log, sources
from surveys.acting import By
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.measurements import SETTLED, STATES, lock
from surveys.models import Development, DevelopmentFactor, Measurement
from surveys.permissions import allowed

PERMISSION = "measurement.judge"
TITLE_LENGTH, TEXT_LENGTH, ORIGIN_LENGTH = 300, 10_000, 500
"""The most characters of each text."""


@dataclass(frozen=True)
class Details:
    """What a development is, where that was found, and the codes of the factors that it bears on."""

    title: str
    text: str
    origin: str | None = None
    factors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A development as pages and files show it: who wrote it last, and when."""

    id: int
    title: str
    text: str
    origin: str | None
    factors: tuple[str, ...]
    version: int
    name: str
    at: datetime

    @classmethod
    def of(cls, row: Development) -> Entry:
        """Take it from its row."""
        factors = tuple(each.factor for each in row.factors)
        return cls(row.id, row.title, row.text, row.origin, factors, row.version, row.person.name, row.at)


SORTS: dict[str, Callable[[Entry], Any]] = {
    "titel": lambda row: (row.title.casefold(), row.id),
    "bron": lambda row: ((row.origin or "").casefold(), row.title.casefold()),
    "factor": lambda row: (row.factors, row.title.casefold()),
    "gewijzigd": lambda row: (row.at, row.id),
    "door": lambda row: (row.name.casefold(), row.title.casefold()),
}
"""What the list can be sorted by."""


def factors(measurement: Measurement) -> Mapping[str, str]:
    """The factors that a development can bear on: code to title."""
    return sources.factors(measurement)


def listed(
    session: Session,
    measurement: Measurement,
    *,
    factor: str | None = None,
    sort: str = "titel",
    down: bool = False,
) -> list[Entry]:
    """The developments of a measurement, in two queries.

    What does not exist (a factor, a column) narrows and sorts nothing.
    """
    rows = [Entry.of(row) for row in session.scalars(_chosen(measurement))]
    known = factor in factors(measurement)
    kept = [row for row in rows if not known or factor in row.factors]
    return sorted(kept, key=SORTS.get(sort, SORTS["titel"]), reverse=down)


def of_factor(session: Session, measurement: Measurement, factor: str) -> list[Entry]:
    """The developments that bear on a factor, by title."""
    rows = session.scalars(
        _chosen(measurement)
        .join(DevelopmentFactor, DevelopmentFactor.development_id == Development.id)
        .where(DevelopmentFactor.factor == factor)
    )
    return sorted((Entry.of(row) for row in rows), key=SORTS["titel"])


def _chosen(measurement: Measurement) -> Any:
    return (
        select(Development)
        .where(Development.measurement_id == measurement.id, Development.removed.is_(False))
        .options(joinedload(Development.person), selectinload(Development.factors))
        .order_by(func.lower(Development.title), Development.id)
        .execution_options(populate_existing=True)
    )


def find(session: Session, measurement: Measurement, number: int) -> Entry | None:
    """A development of a measurement by its id, as it stands; None for another, or one that was removed."""
    row = _row(session, measurement, number)
    return Entry.of(row) if row else None


def _row(session: Session, measurement: Measurement, number: int) -> Development | None:
    found: Development | None = session.scalar(_chosen(measurement).where(Development.id == number))
    return found


def add(session: Session, measurement: Measurement, details: Details, *, by: By) -> Development:
    """Record a development.

    Raises NotAllowed, and Refused for details that can't be or once the report of the measurement is settled.
    """
    person, assignment = _allowed(by)
    _hold(session, measurement)
    found = _checked(measurement, details)
    row = Development(
        measurement_id=measurement.id,
        title=found.title,
        text=found.text,
        origin=found.origin,
        version=1,
        person_id=person,
        assignment_id=assignment,
        at=by.at,
        factors=[DevelopmentFactor(factor=code) for code in found.factors],
    )
    session.add(row)
    session.flush()
    _log(session, "add", row, by)
    return row


def change(
    session: Session, measurement: Measurement, number: int, details: Details, *, by: By, seen_version: int
) -> Development:
    """Change a development; what is the same already stays, version and all.

    Raises as `add` does, and ChangedMeanwhile when somebody changed it since the version that was seen.
    """
    person, assignment = _allowed(by)
    _hold(session, measurement)
    found = _checked(measurement, details)
    row = _current(session, measurement, number)
    codes = tuple(each.factor for each in row.factors)
    if (row.title, row.text, row.origin, codes) == (found.title, found.text, found.origin, found.factors):
        return row
    if row.version != seen_version:
        raise ChangedMeanwhile()
    row.title, row.text, row.origin = found.title, found.text, found.origin
    kept = {each.factor: each for each in row.factors}
    row.factors[:] = [kept.get(code) or DevelopmentFactor(factor=code) for code in found.factors]
    _touch(session, row, person, assignment, by)
    _log(session, "change", row, by)
    return row


def remove(session: Session, measurement: Measurement, number: int, *, by: By, seen_version: int) -> None:
    """Take a development out of the list; the row stays, for the log.

    Raises as `change` does.
    """
    person, assignment = _allowed(by)
    _hold(session, measurement)
    row = _current(session, measurement, number)
    if row.version != seen_version:
        raise ChangedMeanwhile()
    row.removed = True
    _touch(session, row, person, assignment, by)
    _log(session, "remove", row, by)


def _touch(session: Session, row: Development, person: int, assignment: int, by: By) -> None:
    row.version += 1
    row.person_id, row.assignment_id, row.at = person, assignment, by.at
    try:
        session.flush()
    except StaleDataError as error:  # somebody came first between the look and the write
        raise ChangedMeanwhile() from error
    session.expire(row, ["person"])


def _log(session: Session, action: str, row: Development, by: By) -> None:
    log.write(
        session,
        f"development.{action}",
        by,
        "development",
        row.id,
        measurement=row.measurement_id,
        version=row.version,
        factors=" ".join(each.factor for each in row.factors) or None,
    )


def _current(session: Session, measurement: Measurement, number: int) -> Development:
    row = _row(session, measurement, number)
    if row is None:
        raise Refused("Deze ontwikkeling is intussen verwijderd.")
    return row


def _allowed(by: By) -> tuple[int, int]:
    if by.person_id is None or by.assignment_id is None or not allowed(by.role, PERMISSION):
        raise NotAllowed()
    return by.person_id, by.assignment_id


def _hold(session: Session, measurement: Measurement) -> None:
    """Hold the measurement until the transaction ends, so that changes wait for each other."""
    lock(session, measurement)
    if measurement.state in SETTLED:
        raise Refused(
            f"Het rapport van deze meting staat vast (stand: {STATES[measurement.state].lower()})."
            " De ontwikkelingen kunnen daarom niet meer wijzigen."
        )


def _checked(measurement: Measurement, details: Details) -> Details:
    title = " ".join(_clean(details.title).split())
    text, origin = _clean(details.text), " ".join(_clean(details.origin).split())
    if not title:
        raise Refused("Vul de titel in.")
    if not text:
        raise Refused("Beschrijf de ontwikkeling.")
    for what, given, most in (
        ("De titel", title, TITLE_LENGTH),
        ("De tekst", text, TEXT_LENGTH),
        ("De bron", origin, ORIGIN_LENGTH),
    ):
        if len(given) > most:
            raise Refused(f"{what} mag {most} tekens lang zijn. Kort de tekst in.")
    return Details(title, text, origin or None, _known(factors(measurement), details.factors))


def _known(known: Mapping[str, str], chosen: Iterable[str]) -> tuple[str, ...]:
    codes = set(chosen)
    if codes - known.keys():
        raise Refused("Kies factoren uit de lijst.")
    return tuple(sorted(codes))


def _clean(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\x00", "").strip()
