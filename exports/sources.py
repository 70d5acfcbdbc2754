"""The sources of a measurement as a file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from exports.book import DAY, WHOLE, Book, Column, Sheet
from exports.formats import FORMATS
from exports.text import file_name
from surveys.reports import MeasurementInfo
from surveys.sources import Row

COLUMNS = (
    Column("Titel", 50),
    Column("Soort", 18),
    Column("Herkomst", 36),
    Column("Datum", 20, DAY),
    Column("Waar het ligt", 40),
    Column("Notitie", 50),
    Column("Bestand", 36),
    Column("Aangehaald", 12, WHOLE),
)


def book(measurement: MeasurementInfo, rows: Iterable[Row], made_at: datetime) -> Book:
    """Lay out the sources as they are shown, in their order."""
    lines = [
        (
            row.source.title,
            row.kind_label,
            row.source.origin,
            row.source.dated,
            row.source.held,
            row.source.note,
            row.source.filename,
            row.citations,
        )
        for row in rows
    ]
    title = f"Bronnen, {measurement.name}"
    return Book(
        title=title,
        subject=f"{len(lines)} bronnen buiten de dossiers.",
        fictief=measurement.fictief,
        made_at=made_at,
        sheets=(Sheet("Bronnen", title, COLUMNS, lines, frozen=1),),
        table="Bronnen",
    )


def filename(measurement: MeasurementInfo, format: str) -> str:
    """Name the file, and say in it that the data is made up when it is. `format` is a key of FORMATS."""
    fictief = "fictief" if measurement.fictief else ""
    return file_name("meetlat", measurement.code, "bronnen", fictief) + FORMATS[format].suffix
