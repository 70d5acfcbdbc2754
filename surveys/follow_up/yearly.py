"""Letters of the year and parts of the annual report: making one, and settling what it told.

A letter compares with the last settled one of its kind about the same points. Once it is settled it says for
ever what it said; a correction is a letter of its own that names which one it replaces (000 r. 62-64; 001
r. 33; 003 r. 99).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from surveys import log
from surveys.acting import By, today
from surveys.errors import Refused
from surveys.follow_up import mentions, points, schemes, whole
from surveys.follow_up.keeping import (
    chosen,
    fits,
    fits_day,
    fits_line,
    hold_row,
    next_version,
    permit,
    seen,
    stamp,
)
from surveys.follow_up.schemes import Scheme
from surveys.follow_up.yearly_content import (
    Content,
    Heading,
    compose,
    fingerprint,
    from_plain,
    missing,
    to_plain,
)
from surveys.models import Origin, Person, SettledLetter, YearlyLetter
from surveys.questions import day as in_words

KINDS: Final[dict[str, str]] = {"jaarbrief": "Jaarbrief", "jaarverslag": "Onderdeel van het jaarverslag"}
"""What a letter can be."""
SUBJECT_LENGTH, REFERENCE_LENGTH, TEXT_LENGTH = 300, 200, 20_000
"""The most characters of each text."""
EVERYTHING: Final = "Alle punten"
SETTLED: Final = (
    "Deze brief is vastgesteld en verandert niet meer. Maak een verbeterde brief die deze vervangt."
)
"""Why a letter does not change any more, and what to do."""


@dataclass(frozen=True)
class YearlyDetails:
    """A letter as somebody fills it in: about the points of a document, of a class, or all.

    `due_on`: the day before which it must go. `compares`: with the settled letter before it.
    """

    kind: str
    subject: str
    dated: date
    reference: str | None = None
    due_on: date | None = None
    introduction: str | None = None
    origin_id: int | None = None
    scheme: str | None = None
    code: str | None = None
    compares: bool = True
    replaces_id: int | None = None
    fictief: bool = False

    @property
    def choice(self) -> tuple[str, int | None, str | None, str | None]:
        """What letters must have in common to be compared."""
        return (self.kind, self.origin_id, self.scheme, self.code)


@dataclass(frozen=True)
class YearlyInfo:
    """A letter as pages show it. `about`: which points, in Dutch. `settled_on`: None for a draft.

    `previous_id`: the letter with which a settled one compared. `replaced_by_id`: the settled letter that
    corrects this one.
    """

    id: int
    details: YearlyDetails
    about: str
    settled_on: date | None
    previous_id: int | None
    replaced_by_id: int | None
    version: int
    changed_by: str | None
    at: datetime

    @property
    def is_settled(self) -> bool:
        """Whether it does not change any more."""
        return self.settled_on is not None

    @property
    def kind_label(self) -> str:
        """Its kind in Dutch."""
        return KINDS[self.details.kind]

    @property
    def called(self) -> str:
        """What other letters call it."""
        return f"{self.details.subject}, {in_words(self.details.dated)}"


def listed(session: Session) -> list[YearlyInfo]:
    """All letters that were not removed, the latest first: a fixed number of queries."""
    rows = session.execute(_rows()).all()
    known = schemes.schemes(session) if any(row.scheme for row, _ in rows) else {}
    ids = [row.origin_id for row, _ in rows if row.origin_id]
    titles = dict(session.execute(select(Origin.id, Origin.title).where(Origin.id.in_(ids))).all())
    replaced = {row.replaces_id: row.id for row, _ in rows if row.replaces_id and row.settled}
    return [
        YearlyInfo(
            id=row.id,
            details=_details(row),
            about=_about(row, titles, known),
            settled_on=today(row.settled.at) if row.settled else None,
            previous_id=row.previous_id,
            replaced_by_id=replaced.get(row.id),
            version=row.version,
            changed_by=name,
            at=row.at,
        )
        for row, name in rows
    ]


def find(session: Session, number: int) -> YearlyInfo | None:
    """A letter by its id; None for one that was removed, or never was."""
    return next((each for each in listed(session) if each.id == number), None)


def _rows() -> Select[YearlyLetter, str]:
    return (
        select(YearlyLetter, Person.name)
        .outerjoin(Person, Person.id == YearlyLetter.person_id)
        .where(YearlyLetter.removed.is_(False))
        .options(joinedload(YearlyLetter.settled).defer(SettledLetter.content))
        .order_by(YearlyLetter.dated.desc(), YearlyLetter.id.desc())
        .execution_options(populate_existing=True)
    )


def _about(row: YearlyLetter, titles: Mapping[int, str], known: Mapping[str, Scheme]) -> str:
    if row.origin_id:
        return f"Punten uit: {titles.get(row.origin_id, 'een bron die is verwijderd')}"
    if row.scheme and row.code:
        scheme = known.get(row.scheme)
        return f"{scheme.title}: {scheme.label(row.code)}" if scheme else row.code
    return EVERYTHING


def before(session: Session, letter: YearlyInfo) -> YearlyInfo | None:
    """With which letter one compares: the last settled one of its kind about the same points, if any.

    A letter that was corrected gives way to its correction, and a correction compares with what the letter
    that it replaces compared with.
    """
    if letter.is_settled:
        return find(session, letter.previous_id) if letter.previous_id else None
    if not letter.details.compares:
        return None
    earlier = [
        each
        for each in listed(session)
        if each.is_settled
        and each.replaced_by_id is None
        and each.details.choice == letter.details.choice
        and each.id not in (letter.id, letter.details.replaces_id)
        and each.details.dated <= letter.details.dated
    ]
    return next(iter(earlier), None)


def content(session: Session, letter: YearlyInfo, day: date) -> Content:
    """What a letter tells: of a settled one what it told then, of a draft how it is on a day. Few queries."""
    if letter.is_settled:
        return from_plain(_kept(session, letter.id))
    earlier = before(session, letter)
    told = from_plain(_kept(session, earlier.id)) if earlier else None
    ids = _chosen(session, letter.details)
    found = whole.sheets(session, day, ids)
    return compose(_heading(session, letter, earlier), found, told, letter.details.fictief)


def lacking(letter: YearlyInfo, found: Content) -> tuple[str, ...]:
    """What one might want to fill in before a letter is settled, in Dutch; nothing stands in the way."""
    details = letter.details
    late = details.due_on is not None and details.dated >= details.due_on
    return tuple(missing(found, late))


def _kept(session: Session, number: int) -> Mapping[str, object]:
    found = session.execute(
        select(SettledLetter.content, SettledLetter.sha256).where(SettledLetter.letter_id == number)
    ).one()
    if fingerprint(found.content) != found.sha256:
        raise Refused("Wat deze brief vertelde, is beschadigd. Neem contact op met de beheerder van Meetlat.")
    kept: Mapping[str, object] = found.content
    return kept


def _chosen(session: Session, details: YearlyDetails) -> set[int] | None:
    """The points that a letter is about, with all that stands under them; None for all."""
    if details.origin_id is None and details.scheme is None:
        return None
    every = points.listed(session)
    if details.origin_id is not None:
        mentioned = {each.point_id for each in mentions.in_origin(session, details.origin_id)}
        ids = {
            each.id
            for each in every
            if each.id in mentioned or (each.origin is not None and each.origin.id == details.origin_id)
        }
    else:
        ids = {each.id for each in every if each.classes.get(details.scheme or "") == details.code}
    return {each.id for each in points.below(every, ids)}


def _heading(session: Session, letter: YearlyInfo, earlier: YearlyInfo | None) -> Heading:
    details = letter.details
    replaced = find(session, details.replaces_id) if details.replaces_id else None
    return Heading(
        kind=letter.kind_label,
        subject=details.subject,
        dated=in_words(details.dated),
        reference=details.reference or "",
        due=in_words(details.due_on) if details.due_on else "",
        about=letter.about,
        introduction=details.introduction or "",
        previous=earlier.called if earlier else "",
        replaces=replaced.called if replaced else "",
    )


def add(session: Session, details: YearlyDetails, *, by: By) -> YearlyLetter:
    """Record a letter as a draft.

    Raises NotAllowed, and Refused for details that can't be.
    """
    permit(by)
    row = YearlyLetter(version=1)
    _write(row, _checked(session, details))
    stamp(row, by)
    session.add(row)
    session.flush()
    _log(session, "add", row, by)
    return row


def change(session: Session, number: int, details: YearlyDetails, *, by: By, seen_version: int) -> None:
    """Change a draft; what is the same already stays, version and all.

    Raises as `add` does, Refused for a settled letter, and ChangedMeanwhile when somebody changed it since
    the version that was seen.
    """
    permit(by)
    row = _hold_draft(session, number)
    checked = _checked(session, details)
    if _details(row) == checked:
        return
    seen(row, seen_version)
    _write(row, checked)
    next_version(session, row, by)
    _log(session, "change", row, by)


def remove(session: Session, number: int, *, by: By, seen_version: int) -> None:
    """Take a draft out of the list; the row stays, for the log. Raises as `change` does."""
    permit(by)
    row = _hold_draft(session, number)
    seen(row, seen_version)
    row.removed = True
    next_version(session, row, by)
    _log(session, "remove", row, by)


def settle(session: Session, number: int, *, by: By, seen_version: int) -> None:
    """Keep what a letter tells now, word for word and for good.

    Raises as `change` does, and Refused for a letter about no points, or one that replaces what another
    letter replaced already.
    """
    permit(by)
    row = _hold_draft(session, number)
    seen(row, seen_version)
    info = find(session, number)
    assert info is not None  # it is held
    replaced = find(session, info.details.replaces_id) if info.details.replaces_id else None
    if replaced is not None and replaced.replaced_by_id is not None:
        raise Refused("De brief die deze vervangt, is al door een andere brief vervangen. Vervang die brief.")
    earlier = before(session, info)
    told = content(session, info, today(by.at))
    if not told.points:
        raise Refused("De brief gaat over geen enkel punt. Kies eerst punten die er zijn.")
    row.previous_id = earlier.id if earlier else None
    kept = to_plain(told)
    session.add(
        SettledLetter(
            letter_id=row.id,
            content=kept,
            sha256=fingerprint(kept),
            person_id=by.person_id,
            assignment_id=by.assignment_id,
            at=by.at,
        )
    )
    next_version(session, row, by)
    session.expire(row, ["settled"])
    _log(session, "settle", row, by)


def _hold_draft(session: Session, number: int) -> YearlyLetter:
    row = hold_row(session, YearlyLetter, number, "Deze brief is intussen verwijderd.")
    if session.scalar(select(SettledLetter.id).where(SettledLetter.letter_id == number)) is not None:
        raise Refused(SETTLED)
    return row


def _details(row: YearlyLetter) -> YearlyDetails:
    return YearlyDetails(
        row.kind,
        row.subject,
        row.dated,
        row.reference,
        row.due_on,
        row.introduction,
        row.origin_id,
        row.scheme,
        row.code,
        row.compares,
        row.replaces_id,
        row.fictief,
    )


def _write(row: YearlyLetter, checked: YearlyDetails) -> None:
    for name, value in vars(checked).items():
        setattr(row, name, value)


def _checked(session: Session, details: YearlyDetails) -> YearlyDetails:
    kind = chosen(details.kind, KINDS, "wat voor brief dit is")
    subject = fits_line(details.subject, SUBJECT_LENGTH, "Het onderwerp")
    if kind is None:
        raise Refused("Kies wat voor brief dit is.")
    if subject is None:
        raise Refused("Vul in waar de brief over gaat (Betreft).")
    _check_choice(session, details)
    _check_replaced(session, details)
    fits_day(details.dated, "De datum")
    return replace(
        details,
        kind=kind,
        subject=subject,
        reference=fits_line(details.reference, REFERENCE_LENGTH, "De referentie"),
        due_on=fits_day(details.due_on, "De termijn"),
        introduction=fits(details.introduction, TEXT_LENGTH, "De inleiding"),
    )


def _check_choice(session: Session, details: YearlyDetails) -> None:
    if details.origin_id is not None:
        origin = session.get(Origin, details.origin_id)
        if origin is None or origin.removed or details.scheme is not None:
            raise Refused("Kies uit de lijst over welke punten de brief gaat.")
    if details.scheme is not None:
        scheme = schemes.schemes(session).get(details.scheme)
        if scheme is None or details.code not in scheme.values:
            raise Refused("Kies uit de lijst over welke punten de brief gaat.")


def _check_replaced(session: Session, details: YearlyDetails) -> None:
    if details.replaces_id is None:
        return
    replaced = find(session, details.replaces_id)
    if replaced is None or not replaced.is_settled:
        raise Refused("Een brief kan alleen een brief vervangen die is vastgesteld.")


def _log(session: Session, action: str, row: YearlyLetter, by: By) -> None:
    log.write(session, f"yearly_letter.{action}", by, "yearly_letter", row.id, version=row.version)
    session.flush()
