"""Sources outside the dossiers, and where each is cited: for a factor of a dossier, or of the country."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.exc import StaleDataError

from surveys import evidence, log
from surveys.acting import By
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.evidence import Upload
from surveys.filestore import FileStore
from surveys.measurements import instrument_of
from surveys.models import Citation, Dossier, Measurement, Source
from surveys.permissions import allowed
from surveys.reports.source import UnitInfo

PERMISSION = "measurement.manage"
KINDS: dict[str, str] = {"defensie": "Defensie", "extern": "Extern rapport", "anders": "Anders"}
"""The kinds of sources, with their Dutch names."""
TITLE_LENGTH, ORIGIN_LENGTH, HELD_LENGTH, PAGE_LENGTH = 300, 300, 500, 100
NOTE_LENGTH = 4000
"""The most characters of each text."""


@dataclass(frozen=True)
class Details:
    """What a source is: where it comes from, of when it is, where it is kept, and a note."""

    kind: str
    title: str
    origin: str | None = None
    dated: date | None = None
    held: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Cited:
    """One citation: of which source, on which page, with which note, by whom and when.

    `unit` is whose dossier it is in; None: for the country.
    """

    id: int
    source_id: int
    title: str
    factor: str
    page: str | None
    note: str | None
    unit: UnitInfo | None
    by: str
    at: datetime


@dataclass(frozen=True)
class Row:
    """A source in a list, with how often it is cited."""

    source: Source
    citations: int

    @property
    def kind_label(self) -> str:
        """Its kind in Dutch."""
        return KINDS[self.source.kind]


SORTS: dict[str, Callable[[Row], Any]] = {
    "titel": lambda row: row.source.title.casefold(),
    "soort": lambda row: (list(KINDS).index(row.source.kind), row.source.title.casefold()),
    "herkomst": lambda row: ((row.source.origin or "").casefold(), row.source.title.casefold()),
    "datum": lambda row: (row.source.dated or date.min, row.source.title.casefold()),
    "genoemd": lambda row: (row.citations, row.source.title.casefold()),
}
"""What the list can be sorted by."""


def sources(session: Session, measurement: Measurement) -> list[Source]:
    """The sources of a measurement, by title."""
    rows = session.scalars(
        select(Source)
        .where(Source.measurement_id == measurement.id)
        .options(joinedload(Source.file), joinedload(Source.person))
        .order_by(func.lower(Source.title), Source.id)
        .execution_options(populate_existing=True)
    )
    return list(rows)


def listed(
    session: Session,
    measurement: Measurement,
    *,
    kind: str | None = None,
    sort: str = "titel",
    down: bool = False,
) -> list[Row]:
    """The sources as a list: narrowed to a kind, sorted. What does not exist narrows and sorts nothing."""
    counted = session.execute(
        select(Citation.source_id, func.count())
        .join(Citation.source)
        .where(Source.measurement_id == measurement.id)
        .group_by(Citation.source_id)
    )
    counts: dict[int, int] = {row[0]: row[1] for row in counted}
    rows = [Row(each, counts.get(each.id, 0)) for each in sources(session, measurement)]
    kept = [row for row in rows if kind not in KINDS or row.source.kind == kind]
    return sorted(kept, key=SORTS.get(sort, SORTS["titel"]), reverse=down)


def find(session: Session, measurement: Measurement, source_id: int) -> Source | None:
    """A source of a measurement by its id, as it stands; None for another."""
    return session.scalar(
        select(Source)
        .where(Source.id == source_id, Source.measurement_id == measurement.id)
        .execution_options(populate_existing=True)
    )


def cited(
    session: Session, measurement: Measurement, dossier: Dossier | None
) -> Mapping[str, tuple[Cited, ...]]:
    """What is cited in a dossier, or (None) for the country, by the code of the factor."""
    where = Citation.dossier_id.is_(None) if dossier is None else Citation.dossier_id == dossier.id
    found: dict[str, tuple[Cited, ...]] = {}
    for each in _citations(session, measurement, where):
        found[each.factor] = (*found.get(each.factor, ()), each)
    return found


def where_cited(session: Session, measurement: Measurement, source: Source) -> list[Cited]:
    """Everywhere that a source is cited: the country first, then the units by their codes."""
    found = _citations(session, measurement, Citation.source_id == source.id)
    return sorted(found, key=lambda each: (each.unit.code if each.unit else "", each.factor))


def add(
    session: Session,
    measurement: Measurement,
    details: Details,
    upload: Upload | None = None,
    store: FileStore | None = None,
    *,
    by: By,
) -> Source:
    """Record a source, with a copy of it if there is one (`upload`, kept in `store`).

    Raises NotAllowed, and Refused for details that can't be or a title that is taken.
    """
    person, assignment = _allowed(by)
    found = _checked(details)
    _free(session, measurement.id, found.title, None)
    source = Source(
        measurement_id=measurement.id, version=1, person_id=person, assignment_id=assignment, at=by.at
    )
    _fill(source, found)
    if upload is not None and store is not None:
        source.file_id, source.filename = evidence.kept(session, store, upload, by).id, upload.filename
    session.add(source)
    _flush(session)
    log.write(session, "source.add", by, "source", source.id, measurement=measurement.id, file=source.file_id)
    return source


def change(
    session: Session,
    source: Source,
    details: Details,
    upload: Upload | None = None,
    store: FileStore | None = None,
    *,
    drop_file: bool = False,
    by: By,
    seen_version: int,
) -> None:
    """Change a source; `upload` takes the place of its file, `drop_file` takes the file away.

    Bytes that nothing names any more go with `evidence.sweep`, once this is committed.

    Raises NotAllowed, Refused, and ChangedMeanwhile when somebody changed it since the version that was seen.
    """
    person, assignment = _allowed(by)
    found = _checked(details)
    _lock(session, source)
    if source.version != seen_version:
        raise ChangedMeanwhile()
    _free(session, source.measurement_id, found.title, source.id)
    _fill(source, found)
    if upload is not None and store is not None:
        source.file_id, source.filename = evidence.kept(session, store, upload, by).id, upload.filename
    elif drop_file:
        source.file_id, source.filename = None, None
    source.version += 1
    source.person_id, source.assignment_id, source.at = person, assignment, by.at
    _flush(session)
    log.write(session, "source.change", by, "source", source.id, version=source.version, file=source.file_id)


def remove(session: Session, source: Source, *, by: By) -> None:
    """Take a source away. Raises NotAllowed, and Refused while it is cited."""
    _allowed(by)
    _lock(session, source)
    number = session.scalar(select(func.count()).where(Citation.source_id == source.id)) or 0
    if number:
        times = "één keer" if number == 1 else f"{number} keer"
        raise Refused(f"Deze bron wordt {times} aangehaald. Haal eerst die verwijzingen weg.")
    log.write(session, "source.remove", by, "source", source.id, file=source.file_id)
    session.delete(source)
    session.flush()


def cite(
    session: Session,
    source: Source,
    dossier: Dossier | None,
    factor: str,
    page: str | None = None,
    note: str | None = None,
    *,
    by: By,
) -> Citation:
    """Cite a source for a factor of a dossier, or (None) of the country; again: change its page and note.

    Raises NotAllowed, and Refused for a dossier of another measurement, a factor that the questionnaire
    lacks, or texts that are too long.
    """
    person, assignment = _allowed(by)
    _lock(session, source)
    page, note = (
        _short(page, PAGE_LENGTH, "De bladzijde"),
        _short(note, NOTE_LENGTH, "De notitie", lines=True),
    )
    if dossier is not None and dossier.measurement_id != source.measurement_id:
        raise Refused("Kies een dossier van deze meting.")
    if factor not in _factors(session, source, dossier):
        raise Refused("Kies een factor uit de lijst.")
    where = Citation.dossier_id.is_(None) if dossier is None else Citation.dossier_id == dossier.id
    row = session.scalar(
        select(Citation).where(Citation.source_id == source.id, where, Citation.factor == factor)
    )
    if row is None:
        row = Citation(source_id=source.id, dossier_id=dossier.id if dossier else None, factor=factor)
        session.add(row)
    elif (row.page, row.note) == (page, note):
        return row
    row.page, row.note = page, note
    row.person_id, row.assignment_id, row.at = person, assignment, by.at
    _flush(session)
    log.write(
        session,
        "source.cite",
        by,
        "citation",
        row.id,
        source=source.id,
        dossier=row.dossier_id,
        factor=factor,
    )
    return row


def uncite(session: Session, measurement: Measurement, citation_id: int, *, by: By) -> None:
    """Take a citation away. Raises NotAllowed, and Refused for one that this measurement does not have."""
    _allowed(by)
    row = session.scalar(
        select(Citation)
        .join(Citation.source)
        .where(Citation.id == citation_id, Source.measurement_id == measurement.id)
    )
    if row is None:
        raise Refused("Deze verwijzing is er niet (meer).")
    log.write(
        session,
        "source.uncite",
        by,
        "citation",
        row.id,
        source=row.source_id,
        dossier=row.dossier_id,
        factor=row.factor,
    )
    session.delete(row)
    session.flush()


def factors(measurement: Measurement) -> dict[str, str]:
    """The factors of a measurement, those of all its questionnaires together: code to title."""
    found = {
        factor.code: factor.title
        for pin in measurement.pins
        for factor in instrument_of(pin.instrument).factors.values()
    }
    return dict(sorted(found.items()))


def _citations(session: Session, measurement: Measurement, where: Any) -> list[Cited]:
    rows = session.execute(
        select(Citation, Dossier)
        .join(Citation.source)
        .outerjoin(Dossier, Dossier.id == Citation.dossier_id)
        .where(Source.measurement_id == measurement.id, where)
        .options(joinedload(Citation.person))
        .order_by(Citation.factor, func.lower(Source.title), Citation.id)
        .execution_options(populate_existing=True)
    )
    found: list[tuple[Citation, Dossier | None]] = [(row[0], row[1]) for row in rows]
    return [
        Cited(
            row.id,
            row.source_id,
            row.source.title,
            row.factor,
            row.page,
            row.note,
            UnitInfo.of(dossier.unit, measurement.period_until) if dossier is not None else None,
            row.person.name,
            row.at,
        )
        for row, dossier in found
    ]


def _factors(session: Session, source: Source, dossier: Dossier | None) -> Iterable[str]:
    if dossier is not None:
        return instrument_of(dossier.pinned).factors
    return factors(session.get_one(Measurement, source.measurement_id))


def _allowed(by: By) -> tuple[int, int]:
    if by.person_id is None or by.assignment_id is None or not allowed(by.role, PERMISSION):
        raise NotAllowed()
    return by.person_id, by.assignment_id


def _lock(session: Session, source: Source) -> None:
    """Hold the source until the transaction ends, and see it as it is now."""
    if session.scalar(select(Source.id).where(Source.id == source.id).with_for_update()) is None:
        raise Refused("Deze bron is intussen verwijderd.")
    session.refresh(source)


def _free(session: Session, measurement_id: int, title: str, own: int | None) -> None:
    taken = session.scalar(
        select(Source.id).where(Source.measurement_id == measurement_id, Source.title == title)
    )
    if taken is not None and taken != own:
        raise Refused("Er is al een bron met deze titel. Geef deze een andere titel.")


def _flush(session: Session) -> None:
    try:
        session.flush()
    except (IntegrityError, StaleDataError) as error:  # somebody came first between the look and the write
        raise ChangedMeanwhile() from error


def _checked(details: Details) -> Details:
    title = _short(details.title, TITLE_LENGTH, "De titel")
    if title is None:
        raise Refused("Vul de titel in.")
    if details.kind not in KINDS:
        raise Refused("Kies een soort uit de lijst.")
    return Details(
        details.kind,
        title,
        _short(details.origin, ORIGIN_LENGTH, "De herkomst"),
        details.dated,
        _short(details.held, HELD_LENGTH, "De plaats"),
        _short(details.note, NOTE_LENGTH, "De notitie", lines=True),
    )


def _short(text: str | None, most: int, what: str, *, lines: bool = False) -> str | None:
    found = (text or "").replace("\r\n", "\n").strip() if lines else " ".join((text or "").split())
    if len(found) > most:
        raise Refused(f"{what} mag {most} tekens lang zijn. Kort de tekst in.")
    return found or None


def _fill(source: Source, details: Details) -> None:
    source.kind, source.title, source.origin = details.kind, details.title, details.origin
    source.dated, source.held, source.note = details.dated, details.held, details.note
