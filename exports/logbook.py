"""Lines of the log as a file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from exports.book import MOMENT, WHOLE, Book, Column, Sheet
from exports.formats import FORMATS
from exports.text import file_name
from surveys.reading_log import Row

COLUMNS = (
    Column("Regel", 10, WHOLE),
    Column("Moment", 24, MOMENT),
    Column("Actie", 28),
    Column("Persoon", 10, WHOLE),
    Column("Naam", 30),
    Column("Rol", 18),
    Column("Onderwerp", 20),
    Column("Nummer", 10, WHOLE),
    Column("Waarover", 50),
    Column("Bijzonderheden", 50),
    Column("Netwerkadres", 24),
)


def book(rows: Iterable[Row], made_at: datetime) -> Book:
    """Lay out lines of the log in their order."""
    lines = [
        (
            row.id,
            row.at,
            row.action,
            row.person_id,
            row.person,
            row.role,
            row.subject,
            row.subject_id,
            row.about,
            row.detail,
            row.remote,
        )
        for row in rows
    ]
    return Book(
        title="Logboek van Meetlat",
        subject=f"{len(lines)} regels.",
        fictief=False,
        made_at=made_at,
        sheets=(Sheet("Logboek", "Logboek van Meetlat", COLUMNS, lines, frozen=1),),
        table="Logboek",
    )


def filename(format: str) -> str:
    """Name the file. `format` is a key of FORMATS."""
    return file_name("meetlat", "logboek") + FORMATS[format].suffix
