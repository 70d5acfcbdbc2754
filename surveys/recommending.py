"""Recommendations of a measurement's report: to whom, about which factor, in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.exc import StaleDataError

from surveys import log, sources
from surveys.acting import By
from surveys.errors import ChangedMeanwhile, Refused
from surveys.models import Measurement, Recommendation
from surveys.report_texts import clean, hold, permit

TEXT_LENGTH, ADDRESSEE_LENGTH = 5_000, 300
"""The most characters of each text."""


@dataclass(frozen=True)
class Details:
    """What is recommended, to whom, and the code of the factor that it is about (None: the whole)."""

    addressee: str
    text: str
    factor: str | None = None


@dataclass(frozen=True)
class Entry:
    """A recommendation as pages and files show it; `place` counts from 1 within the measurement."""

    id: int
    place: int
    addressee: str
    text: str
    factor: str | None
    version: int
    name: str
    at: datetime

    @classmethod
    def of(cls, row: Recommendation) -> Entry:
        """Take it from its row."""
        return cls(
            row.id, row.place, row.addressee, row.text, row.factor, row.version, row.person.name, row.at
        )


def factors(measurement: Measurement) -> Mapping[str, str]:
    """The factors that a recommendation can be about: code to title."""
    return sources.factors(measurement)


def listed(session: Session, measurement_id: int) -> tuple[Entry, ...]:
    """The recommendations of a measurement in their order: one query."""
    rows = session.scalars(
        select(Recommendation)
        .where(Recommendation.measurement_id == measurement_id, Recommendation.removed.is_(False))
        .options(joinedload(Recommendation.person))
        .order_by(Recommendation.place, Recommendation.id)
        .execution_options(populate_existing=True)
    )
    return tuple(Entry.of(row) for row in rows)


def find(session: Session, measurement: Measurement, number: int) -> Entry | None:
    """A recommendation of a measurement by its id; None for another, or one that was removed."""
    return next((each for each in listed(session, measurement.id) if each.id == number), None)


def add(session: Session, measurement: Measurement, details: Details, *, by: By) -> Recommendation:
    """Add a recommendation at the end.

    Raises NotAllowed; Refused for details that can't be, or once the report is settled.
    """
    person, assignment = permit(by)
    hold(session, measurement)
    found = _checked(measurement, details)
    last = session.scalar(
        select(func.max(Recommendation.place)).where(Recommendation.measurement_id == measurement.id)
    )
    row = Recommendation(
        measurement_id=measurement.id,
        factor=found.factor,
        addressee=found.addressee,
        text=found.text,
        place=(last or 0) + 1,
        version=1,
        person_id=person,
        assignment_id=assignment,
        at=by.at,
    )
    session.add(row)
    session.flush()
    _log(session, "add", row, by)
    return row


def change(
    session: Session, measurement: Measurement, number: int, details: Details, *, by: By, seen_version: int
) -> None:
    """Change a recommendation; what is the same already stays, version and all.

    Raises as `add` does, and ChangedMeanwhile when somebody changed it since the version that was seen.
    """
    person, assignment = permit(by)
    hold(session, measurement)
    found = _checked(measurement, details)
    row = _current(session, measurement, number)
    if (row.addressee, row.text, row.factor) == (found.addressee, found.text, found.factor):
        return
    if row.version != seen_version:
        raise ChangedMeanwhile()
    row.addressee, row.text, row.factor = found.addressee, found.text, found.factor
    _touch(session, row, person, assignment, by)
    _log(session, "change", row, by)


def remove(session: Session, measurement: Measurement, number: int, *, by: By, seen_version: int) -> None:
    """Take a recommendation out of the report; the row stays, for the log. Raises as `change` does."""
    person, assignment = permit(by)
    hold(session, measurement)
    row = _current(session, measurement, number)
    if row.version != seen_version:
        raise ChangedMeanwhile()
    row.removed = True
    _touch(session, row, person, assignment, by)
    _log(session, "remove", row, by)


def move(session: Session, measurement: Measurement, number: int, up: bool, *, by: By) -> None:
    """Let a recommendation change places with the one before it (`up`) or after it, if there is one.

    Raises as `add` does.
    """
    person, assignment = permit(by)
    hold(session, measurement)
    order = [each.id for each in listed(session, measurement.id)]
    row = _current(session, measurement, number)
    other = order.index(number) + (-1 if up else 1)
    if not 0 <= other < len(order):
        return
    swapped = _current(session, measurement, order[other])
    row.place, swapped.place = swapped.place, row.place
    for each in (row, swapped):
        _touch(session, each, person, assignment, by)
        _log(session, "move", each, by)


def _current(session: Session, measurement: Measurement, number: int) -> Recommendation:
    row = session.get(Recommendation, number, populate_existing=True)
    if row is None or row.measurement_id != measurement.id or row.removed:
        raise Refused("Deze aanbeveling is intussen verwijderd.")
    return row


def _touch(session: Session, row: Recommendation, person: int, assignment: int, by: By) -> None:
    row.version += 1
    row.person_id, row.assignment_id, row.at = person, assignment, by.at
    try:
        session.flush()
    except StaleDataError as error:  # somebody came first between the look and the write
        raise ChangedMeanwhile() from error
    session.expire(row, ["person"])


def _log(session: Session, action: str, row: Recommendation, by: By) -> None:
    log.write(
        session,
        f"recommendation.{action}",
        by,
        "recommendation",
        row.id,
        measurement=row.measurement_id,
        version=row.version,
        factor=row.factor,
        place=row.place,
    )


def _checked(measurement: Measurement, details: Details) -> Details:
    addressee, text = " ".join(clean(details.addressee).split()), clean(details.text)
    if not addressee:
        raise Refused("Vul in aan wie de aanbeveling is gericht.")
    if not text:
        raise Refused("Schrijf de aanbeveling op.")
    for what, given, most in (
        ("De geadresseerde", addressee, ADDRESSEE_LENGTH),
        ("De aanbeveling", text, TEXT_LENGTH),
    ):
        if len(given) > most:
            raise Refused(f"{what} mag {most} tekens lang zijn. Kort de tekst in.")
    factor = details.factor or None
    if factor is not None and factor not in factors(measurement):
        raise Refused("Kies een factor uit de lijst.")
    return Details(addressee, text, factor)
