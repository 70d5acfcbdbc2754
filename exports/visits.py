"""The visits and interviews of a measurement as a file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from exports.book import DAY, Book, Column, Sheet
from exports.formats import FORMATS
from exports.text import file_name
from surveys.agenda import Row
from surveys.reports import MeasurementInfo

COLUMNS = (
    Column("Datum", 20, DAY),
    Column("Met", 40),
    Column("Hoort bij", 24),
    Column("Soort", 14),
    Column("Plaats", 30),
    Column("Aanwezig", 60),
    Column("Stand", 30),
)


def book(measurement: MeasurementInfo, rows: Iterable[Row], made_at: datetime) -> Book:
    """Lay out the visits as they are shown, in their order; units without a visit have no date."""
    lines = [
        (
            row.held_on,
            row.name,
            row.brigade,
            row.kind_label,
            row.place,
            "; ".join(row.attendees),
            row.state_label,
        )
        for row in rows
    ]
    title = f"Bezoeken, {measurement.name}"
    return Book(
        title=title,
        subject=f"{len(lines)} regels: bezoeken en interviews, en eenheden zonder bezoek.",
        fictief=measurement.fictief,
        made_at=made_at,
        sheets=(Sheet("Bezoeken", title, COLUMNS, lines, frozen=1),),
        table="Bezoeken",
    )


def filename(measurement: MeasurementInfo, format: str) -> str:
    """Name the file, and say in it that the data is made up when it is. `format` is a key of FORMATS."""
    fictief = "fictief" if measurement.fictief else ""
    return file_name("meetlat", measurement.code, "bezoeken", fictief) + FORMATS[format].suffix
