"""The documents in which points stand: reports, letters, Kamerstukken, and studies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from surveys import log
from surveys.acting import By
from surveys.errors import Refused
from surveys.follow_up import amounts, kinds, points, schemes
from surveys.follow_up.keeping import (
    chosen,
    fits,
    fits_day,
    fits_line,
    hold_row,
    next_version,
    one_line,
    permit,
    seen,
    stamp,
)
from surveys.follow_up.points import OriginInfo, PointInfo
from surveys.models import Letter, LetterOrigin, Mention, Origin, Person, Point

TITLE_LENGTH, NAME_LENGTH, REFERENCE_LENGTH, EXPLANATION_LENGTH = 300, 300, 200, 20_000
"""The most characters of each text."""
REPORT: Final = "meting"
"""The kind of the report of a measurement, which Meetlat makes itself."""
THEMES: Final = "sea"
"""The scheme of the themes of the Strategische Evaluatieagenda."""
YEARS: Final = range(1900, 2101)
"""In which years studies are finished, and amounts hold."""


@dataclass(frozen=True)
class Study:
    """What a study is called in Opvolging in Beeld. `amount` is in euros, of the year `amount_year`.

    `theme` is a value of the scheme `sea`.
    """

    kind: str | None = None
    finished: int | None = None
    articles: str | None = None
    amount: int | None = None
    amount_year: int | None = None
    explanation: str | None = None
    theme: str | None = None

    @property
    def amount_shown(self) -> str | None:
        """The amount as it is read: € 80,79 miljoen."""
        return None if self.amount is None else amounts.shown(self.amount)


@dataclass(frozen=True)
class OriginDetails:
    """A document as somebody fills it in."""

    kind: str
    title: str
    sender: str | None = None
    reference: str | None = None
    dated: date | None = None
    study: Study = Study()
    fictief: bool = False


@dataclass(frozen=True)
class OriginRow:
    """A document as pages show it: what it is, and how many points come from it or are mentioned in it.

    `at` and `name`: when and by whom it was changed last, None for nobody with an account.
    """

    info: OriginInfo
    study: Study
    points: int
    mentions: int
    version: int
    name: str | None
    at: datetime

    @property
    def is_study(self) -> bool:
        """Whether something was filled in for Opvolging in Beeld."""
        return self.study != Study()

    @property
    def details(self) -> OriginDetails:
        """What somebody would have filled in to get it as it is."""
        info = self.info
        return OriginDetails(
            info.kind, info.title, info.sender, info.reference, info.dated, self.study, info.fictief
        )


def listed(session: Session) -> list[OriginRow]:
    """All documents that were not removed, the latest first: one query."""
    return _found(session, _rows())


def find(session: Session, number: int) -> OriginRow | None:
    """A document by its id; None for one that was removed, or never was."""
    return next(iter(_found(session, _rows().where(Origin.id == number))), None)


def points_from(session: Session, number: int) -> list[PointInfo]:
    """The points that come from a document, in register order."""
    return points.listed(session, list(session.scalars(select(Point.id).where(Point.origin_id == number))))


def add(session: Session, details: OriginDetails, *, by: By) -> Origin:
    """Record a document.

    Raises NotAllowed, and Refused for details that can't be.
    """
    permit(by)
    row = Origin(version=1)
    _write(row, _checked(session, details))
    stamp(row, by)
    session.add(row)
    session.flush()
    _log(session, "add", row, by)
    return row


def change(session: Session, number: int, details: OriginDetails, *, by: By, seen_version: int) -> Origin:
    """Change a document; what is the same already stays, version and all.

    Raises as `add` does, Refused for one that would become made up while real points come from it, and
    ChangedMeanwhile when somebody changed it since the version that was seen.
    """
    permit(by)
    row = _hold(session, number)
    checked = _checked(session, details, row)
    if _details(row) == checked:
        return row
    seen(row, seen_version)
    if checked.fictief and any(not each.fictief for each in points_from(session, number)):
        raise Refused("Uit dit document komen punten die niet verzonnen zijn. Wijzig die eerst.")
    _write(row, checked)
    _touch(session, row, "change", by)
    return row


def remove(session: Session, number: int, *, by: By, seen_version: int) -> None:
    """Take a document out of the list; the row stays, for the log.

    Raises as `change` does, and Refused for the report of a measurement, and while a point or a letter needs
    the document.
    """
    permit(by)
    row = _hold(session, number)
    seen(row, seen_version)
    if row.measurement_id is not None:
        raise Refused("Dit is het rapport van een meting. Dat blijft in de lijst staan.")
    found = find(session, number)
    if found is not None and found.points:
        raise Refused("Er komen nog punten uit dit document. Geef die eerst een ander document.")
    if found is not None and found.mentions:
        raise Refused("Er worden nog punten in dit document vermeld. Verwijder die vermeldingen eerst.")
    in_letters = select(func.count()).select_from(LetterOrigin).join(Letter)
    if session.scalar(in_letters.where(LetterOrigin.origin_id == number, Letter.removed.is_(False))):
        raise Refused("Dit document staat in een brief Opvolging in Beeld. Haal het daar eerst uit.")
    row.removed = True
    _touch(session, row, "remove", by)


def _rows() -> Select[Origin, str, int, int]:
    coming = select(func.count(Point.id)).where(Point.origin_id == Origin.id, Point.removed.is_(False))
    mentioned = (
        select(func.count(Mention.id))
        .join(Point, Point.id == Mention.point_id)
        .where(Mention.origin_id == Origin.id, Point.removed.is_(False))
    )
    return (
        select(Origin, Person.name, coming.scalar_subquery(), mentioned.scalar_subquery())
        .outerjoin(Person, Person.id == Origin.person_id)
        .where(Origin.removed.is_(False))
        .options(joinedload(Origin.measurement))
        .order_by(Origin.dated.is_(None), Origin.dated.desc(), Origin.id.desc())
        .execution_options(populate_existing=True)
    )


def _found(session: Session, query: Select[Origin, str, int, int]) -> list[OriginRow]:
    return [
        OriginRow(OriginInfo.of(row), _study(row), coming, mentioned, row.version, name, row.at)
        for row, name, coming, mentioned in session.execute(query)
    ]


def _study(row: Origin) -> Study:
    return Study(
        kind=row.study_kind,
        finished=row.finished_year,
        articles=row.articles,
        amount=row.basis_amount,
        amount_year=row.basis_year,
        explanation=row.explanation,
        theme=row.sea,
    )


def _details(row: Origin) -> OriginDetails:
    return OriginDetails(row.kind, row.title, row.sender, row.reference, row.dated, _study(row), row.fictief)


def _write(row: Origin, checked: OriginDetails) -> None:
    row.kind, row.title, row.sender = checked.kind, checked.title, checked.sender
    row.reference, row.dated, row.fictief = checked.reference, checked.dated, checked.fictief
    study = checked.study
    row.study_kind, row.finished_year, row.articles = study.kind, study.finished, study.articles
    row.basis_amount, row.basis_year = study.amount, study.amount_year
    row.explanation, row.sea = study.explanation, study.theme


def _checked(session: Session, details: OriginDetails, row: Origin | None = None) -> OriginDetails:
    kind = chosen(details.kind, kinds.ORIGINS, "een soort document")
    of_measurement = row is not None and row.measurement_id is not None
    if kind is None:
        raise Refused("Kies wat voor document dit is.")
    if (kind == REPORT) != of_measurement:
        raise Refused(
            "Meetlat voegt het rapport van een meting zelf toe, en dat blijft een rapport van een meting."
            " Kies een andere soort."
            if kind == REPORT
            else "Dit is het rapport van een meting. De soort kan niet wijzigen."
        )
    title = one_line(details.title)
    if not title:
        raise Refused("Vul de titel van het document in.")
    return OriginDetails(
        kind=kind,
        title=fits_line(title, TITLE_LENGTH, "De titel") or "",
        sender=fits_line(details.sender, NAME_LENGTH, "De afzender"),
        reference=fits_line(details.reference, REFERENCE_LENGTH, "Het kenmerk"),
        dated=fits_day(details.dated, "De datum"),
        study=_checked_study(session, details.study, row),
        fictief=details.fictief,
    )


def _checked_study(session: Session, study: Study, row: Origin | None) -> Study:
    if (study.amount is None) != (study.amount_year is None):
        raise Refused("Vul bij de budgettaire grondslag een bedrag en een jaar in, of geen van beide.")
    if study.amount is not None and not 0 <= study.amount <= amounts.HIGHEST:
        raise Refused("Vul een bedrag in zoals € 80,79 miljoen.")
    for year, what in (
        (study.finished, "het jaar van afronding"),
        (study.amount_year, "het jaar van het bedrag"),
    ):
        if year is not None and year not in YEARS:
            raise Refused(f"Vul bij {what} een jaar in zoals 2025.")
    theme = study.theme or None
    if theme and theme != (row.sea if row else None):
        value = schemes.schemes(session)[THEMES].values.get(theme)
        if value is None or value.retired:
            raise Refused("Kies een SEA-thema uit de lijst.")
    return replace(
        study,
        kind=fits_line(study.kind, TITLE_LENGTH, "Het type onderzoek"),
        articles=fits_line(study.articles, TITLE_LENGTH, "De tekst bij de begrotingsartikelen"),
        explanation=fits(study.explanation, EXPLANATION_LENGTH, "De toelichting"),
        theme=theme,
    )


def _hold(session: Session, number: int) -> Origin:
    return hold_row(session, Origin, number, "Dit document is intussen verwijderd.")


def _touch(session: Session, row: Origin, action: str, by: By) -> None:
    next_version(session, row, by)
    _log(session, action, row, by)


def _log(session: Session, action: str, row: Origin, by: By) -> None:
    log.write(session, f"origin.{action}", by, "origin", row.id, kind=row.kind, version=row.version)
