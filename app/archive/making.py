"""Making the archive of a measurement."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.archive import derived
from app.archive.document import FORMAT, VERSION, ArchiveFault, Document, Section, fitting, write
from app.archive.gathering import Rows, gather
from app.archive.layout import FILES_TABLE, PARTS, ROOT, kept, references
from app.archive.numbering import lay_out
from surveys.filestore import FileDamaged, FileStore
from surveys.models import Measurement
from surveys.models.base import UtcDateTime

FILES = "bestanden"
ABOUT_FILES = (
    "De inhoud van de bestanden in base64, bij hun SHA-256. Zonder inhoud (null): het bestand is bij het"
    " maken weggelaten en wordt apart bewaard."
)
ABOUT = (
    "Het volledige archief van één meting van Meetlat, een vragenlijstsysteem waarmee inspecteurs"
    " meten hoe ver eenheden zijn. Dit is JSON in UTF-8. Elk deel in parts zegt"
    " in about wat erin staat, en heeft in content per soort gegevens een lijst van rijen. Een rij heeft in"
    " id haar nummer binnen dit archief; references zegt per soort welk veld het nummer van een rij van welke"
    " andere soort bevat. Tijdstippen zijn in UTC. sha256 van een deel is de SHA-256 van zijn content,"
    " geschreven als JSON in UTF-8 met gesorteerde sleutels en zonder witruimte. Dit archief bevat"
    " persoonsgegevens."
)
FICTIEF = " De gegevens zijn fictief."
"""What is added to ABOUT for a measurement that is made up."""


def make(session: Session, measurement: Measurement, files: FileStore, *, with_files: bool = True) -> bytes:
    """The archive of a measurement: the same bytes as long as nothing in it changes.

    The session must see one moment of the database. Raises ArchiveFault when a file is missing or damaged,
    or the archive becomes too large.
    """
    gathered = gather(session.connection(), measurement.id)
    rows = lay_out(gathered)
    sections = [
        Section(part.name, part.about, {each.table: rows[each.table] for each in part.tables})
        for part in PARTS
    ]
    stored = {row["sha256"]: row["size"] for row in rows[FILES_TABLE]}
    if with_files:
        fitting(sum(stored.values()))  # before reading them all
    sections.append(Section(FILES, ABOUT_FILES, _contents(stored, files if with_files else None)))
    sections.append(Section(derived.NAME, derived.ABOUT, derived.derive(session, measurement)))
    return write(Document(head(rows, with_files=with_files), tuple(sections)))


@contextmanager
def one_moment(engine: Engine) -> Iterator[Session]:
    """A session that only reads, and sees one moment of the database throughout."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with Session(connection) as session:
            yield session


def head(rows: Rows, *, with_files: bool, made_with: str | None = None) -> dict[str, Any]:
    """The head of an archive with these rows; `made_with`: this Meetlat unless another one is named."""
    (measurement,) = rows[ROOT]
    return {
        "about": ABOUT + (FICTIEF if measurement["fictief"] else ""),
        "fictief": measurement["fictief"],
        "files": with_files,
        "format": FORMAT,
        "last_change": _last_change(rows),
        "made_with": made_with or f"Meetlat {version('meetlat')}",
        "measurement": measurement["code"],
        "name": measurement["name"],
        "references": references(),
        "version": VERSION,
    }


def _last_change(rows: Rows) -> str | None:
    """The last moment in the rows: all are written in UTC, so their texts sort as they do.

    A moment on a whole second is written without a fraction, and sorts before its fractions as it should.
    """
    moments = [
        row[column.name]
        for name, table in kept().items()
        for column in table.columns
        if isinstance(column.type, UtcDateTime)
        for row in rows[name]
        if row[column.name] is not None
    ]
    return max(moments, default=None)


def _contents(stored: Iterable[str], files: FileStore | None) -> dict[str, str | None]:
    if files is None:
        return dict.fromkeys(stored)
    return {sha256: _content(sha256, files) for sha256 in stored}


def _content(sha256: str, files: FileStore) -> str:
    try:
        return base64.b64encode(files.read(sha256)).decode("ascii")
    except FileDamaged as error:
        raise ArchiveFault(
            f"bestand {sha256} ontbreekt of is beschadigd. Zet het eerst terug, of laat de bestanden weg"
            " (--zonder-bestanden)."
        ) from error
