"""What all verbs of follow-up share: who may, holding a point, keeping what it was, and clean texts."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from surveys import log
from surveys.acting import By
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.log import Ids
from surveys.models import Committee, Lesson, Letter, Meeting, Origin, Point, PointVersion, YearlyLetter
from surveys.permissions import allowed
from surveys.report_texts import clean

PERMISSION: Final = "followup.manage"
YEARS: Final = range(1900, 2200)
"""Every day that is filled in is in one of these: others are mistyped, and not every file can hold them."""
Kept = TypeVar("Kept", Letter, Origin, Committee, Meeting, YearlyLetter, Lesson)
_STAMP = frozenset({"id", "version", "person_id", "assignment_id", "at"})


def permit(by: By) -> None:
    """Raise NotAllowed unless this is somebody who may keep points, or the system, which loads them."""
    if by == By.system(by.at):
        return
    if by.person_id is None or by.assignment_id is None or not allowed(by.role, PERMISSION):
        raise NotAllowed()


def hold(session: Session, number: int) -> Point:
    """A point as it is now, held until the transaction ends, so that changes to it wait for each other.

    Raises Refused when it was removed, or never was.
    """
    row = session.scalar(
        select(Point).where(Point.id == number).with_for_update().execution_options(populate_existing=True)
    )
    if row is None or row.removed:
        raise Refused("Dit punt is intussen verwijderd.")
    return row


def hold_row(session: Session, model: type[Kept], number: int, gone: str) -> Kept:
    """A document or letter as it is now, held likewise. Raises Refused with `gone` when it was removed."""
    row: Kept | None = session.scalar(
        select(model).where(model.id == number).with_for_update().execution_options(populate_existing=True)
    )
    if row is None or row.removed:
        raise Refused(gone)
    return row


def hold_all(session: Session) -> None:
    """Hold every point, before any other: for a step that is only right while no link between them changes.

    Two people who each hang a point under the other's, or let them wait for each other, would both be right
    about what they saw.
    """
    session.execute(select(Point.id).order_by(Point.id).with_for_update()).all()


def hold_open(session: Session, number: int) -> Point:
    """The same of a point that was not closed. Raises Refused for one that was."""
    row = hold(session, number)
    if row.closed_on is not None:
        raise Refused("Dit punt is afgesloten. Heropen het als er toch nog iets moet gebeuren.")
    return row


def seen(row: Any, version: int) -> None:
    """Raise ChangedMeanwhile when somebody changed a row since the version that was seen."""
    if row.version != version:
        raise ChangedMeanwhile()


def touch(session: Session, row: Point, action: str, by: By, **detail: Ids) -> None:
    """Keep a point that was changed as its next version, with what it now holds, and log it."""
    next_version(session, row, by)
    session.expire(row, ["person"])
    session.add(
        PointVersion(
            point_id=row.id,
            version=row.version,
            content=content(row),
            person_id=by.person_id,
            assignment_id=by.assignment_id,
            at=by.at,
        )
    )
    note(session, action, row.id, by, version=row.version, **detail)
    session.flush()


def stamp(row: Any, by: By) -> None:
    """Note on a row who changed it last, and when."""
    row.person_id, row.assignment_id, row.at = by.person_id, by.assignment_id, by.at


def next_version(session: Session, row: Any, by: By) -> None:
    """Keep a row that was made or changed as its next version.

    Raises ChangedMeanwhile when somebody came first.
    """
    row.version = (row.version or 0) + 1
    stamp(row, by)
    flush(session)


def flush(session: Session) -> None:
    """Write what changed. Raises ChangedMeanwhile when somebody came first between the look and the write."""
    try:
        session.flush()
    except StaleDataError as error:
        raise ChangedMeanwhile() from error


def note(session: Session, action: str, point_id: int, by: By, **detail: Ids) -> None:
    """Log something that was done with a point."""
    log.write(session, f"point.{action}", by, "point", point_id, **detail)


def content(row: Point) -> dict[str, Any]:
    """All that a point holds, as JSON."""
    found: dict[str, Any] = {
        column.key: _plain(getattr(row, column.key))
        for column in inspect(Point).column_attrs
        if column.key not in _STAMP
    }
    found["classes"] = {each.scheme: each.code for each in row.classes}
    found["questions"] = [[each.instrument, each.question] for each in row.questions]
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def one_line(text: str | None) -> str:
    """A text as one line, clean."""
    return " ".join(clean(text).split())


def fits(text: str | None, most: int, what: str) -> str | None:
    """A text of some lines as it is kept, None for nothing. Raises Refused for one that is too long."""
    found = clean(text) or None
    if found and len(found) > most:
        raise Refused(f"{what} mag {most} tekens lang zijn. Kort de tekst in.")
    return found


def fits_line(text: str | None, most: int, what: str) -> str | None:
    """A text of one line likewise."""
    return fits(one_line(text), most, what)


def fits_day(day: date | None, what: str) -> date | None:
    """A day as it is kept, None for none. Raises Refused for one in a year that can't be meant."""
    if day is not None and day.year not in YEARS:
        raise Refused(
            f"{what} ligt in het jaar {day.year}. Vul een jaar in van {YEARS[0]} tot en met {YEARS[-1]}."
        )
    return day


def chosen(code: str | None, known: Any, what: str) -> str | None:
    """A code that is in a list, None for nothing. Raises Refused for another."""
    if not code:
        return None
    if code not in known:
        raise Refused(f"Kies {what} uit de lijst.")
    return str(code)
