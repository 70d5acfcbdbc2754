"""Letters *Opvolging in Beeld*: their heading, and which studies they are about, in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from surveys import log
from surveys.acting import By
from surveys.errors import Refused
from surveys.follow_up.keeping import fits_day, fits_line, hold_row, next_version, permit, seen, stamp
from surveys.models import Letter, LetterOrigin, Origin, Person

SUBJECT_LENGTH, REFERENCE_LENGTH = 300, 200
"""The most characters of each text."""
MOST_STUDIES: Final = 20
"""No letter is about more studies than this."""


@dataclass(frozen=True)
class LetterDetails:
    """A letter as somebody fills it in; `origin_ids` are its studies, in order."""

    dated: date
    subject: str
    reference: str
    origin_ids: tuple[int, ...]
    fictief: bool = False


@dataclass(frozen=True)
class LetterInfo:
    """A letter as pages and files show it; `titles` are those of its studies.

    `at` and `name`: when and by whom it was changed last, None for nobody with an account.
    """

    id: int
    dated: date
    subject: str
    reference: str
    origin_ids: tuple[int, ...]
    titles: tuple[str, ...]
    fictief: bool
    version: int
    name: str | None
    at: datetime


def listed(session: Session) -> list[LetterInfo]:
    """All letters that were not removed, the latest first: a fixed number of queries."""
    return _found(session, _rows())


def find(session: Session, number: int) -> LetterInfo | None:
    """A letter by its id; None for one that was removed, or never was."""
    return next(iter(_found(session, _rows().where(Letter.id == number))), None)


def add(session: Session, details: LetterDetails, *, by: By) -> Letter:
    """Record a letter.

    Raises NotAllowed, and Refused for details that can't be.
    """
    permit(by)
    row = Letter(version=1)
    _write(row, _checked(session, details))
    stamp(row, by)
    session.add(row)
    session.flush()
    _log(session, "add", row, by)
    return row


def change(session: Session, number: int, details: LetterDetails, *, by: By, seen_version: int) -> Letter:
    """Change a letter; what is the same already stays, version and all.

    Raises as `add` does, and ChangedMeanwhile when somebody changed it since the version that was seen.
    """
    permit(by)
    row = _hold(session, number)
    checked = _checked(session, details)
    if _details(row) == checked:
        return row
    seen(row, seen_version)
    _write(row, checked)
    _touch(session, row, "change", by)
    return row


def remove(session: Session, number: int, *, by: By, seen_version: int) -> None:
    """Take a letter out of the list; the row stays, for the log. Raises as `change` does."""
    permit(by)
    row = _hold(session, number)
    seen(row, seen_version)
    row.removed = True
    _touch(session, row, "remove", by)


def _rows() -> Select[Letter, str]:
    return (
        select(Letter, Person.name)
        .outerjoin(Person, Person.id == Letter.person_id)
        .where(Letter.removed.is_(False))
        .options(selectinload(Letter.studies).joinedload(LetterOrigin.origin))
        .order_by(Letter.dated.desc(), Letter.id.desc())
        .execution_options(populate_existing=True)
    )


def _found(session: Session, query: Select[Letter, str]) -> list[LetterInfo]:
    return [
        LetterInfo(
            id=row.id,
            dated=row.dated,
            subject=row.subject,
            reference=row.reference,
            origin_ids=_origins(row),
            titles=tuple(each.origin.title for each in row.studies),
            fictief=row.fictief,
            version=row.version,
            name=name,
            at=row.at,
        )
        for row, name in session.execute(query)
    ]


def _origins(row: Letter) -> tuple[int, ...]:
    return tuple(each.origin_id for each in row.studies)


def _details(row: Letter) -> LetterDetails:
    return LetterDetails(row.dated, row.subject, row.reference, _origins(row), row.fictief)


def _write(row: Letter, checked: LetterDetails) -> None:
    row.dated, row.subject, row.reference = checked.dated, checked.subject, checked.reference
    row.fictief = checked.fictief
    kept = {each.origin_id: each for each in row.studies}
    studies = [kept.get(number) or LetterOrigin(origin_id=number) for number in checked.origin_ids]
    for place, study in enumerate(studies, start=1):
        study.place = place
    row.studies[:] = studies


def _checked(session: Session, details: LetterDetails) -> LetterDetails:
    subject = fits_line(details.subject, SUBJECT_LENGTH, "Het onderwerp")
    reference = fits_line(details.reference, REFERENCE_LENGTH, "De referentie")
    if subject is None:
        raise Refused("Vul in waar de brief over gaat (Betreft).")
    if reference is None:
        raise Refused("Vul de referentie van de brief in.")
    studies = details.origin_ids
    if not studies:
        raise Refused("Kies minstens één onderzoek.")
    if len(set(studies)) < len(studies):
        raise Refused("Een onderzoek kan één keer in de brief staan. Kies elk onderzoek één keer.")
    if len(studies) > MOST_STUDIES:
        raise Refused(f"Een brief kan over {MOST_STUDIES} onderzoeken gaan. Kies er minder.")
    known = select(Origin.id).where(Origin.id.in_(studies), Origin.removed.is_(False))
    if set(session.scalars(known)) != set(studies):
        raise Refused("Kies onderzoeken uit de lijst.")
    fits_day(details.dated, "De datum")
    return LetterDetails(details.dated, subject, reference, studies, details.fictief)


def _hold(session: Session, number: int) -> Letter:
    return hold_row(session, Letter, number, "Deze brief is intussen verwijderd.")


def _touch(session: Session, row: Letter, action: str, by: By) -> None:
    next_version(session, row, by)
    _log(session, action, row, by)


def _log(session: Session, action: str, row: Letter, by: By) -> None:
    log.write(
        session,
        f"letter.{action}",
        by,
        "letter",
        row.id,
        version=row.version,
        origins=" ".join(map(str, _origins(row))) or None,
    )
