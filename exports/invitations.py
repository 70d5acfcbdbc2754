"""Links to choose a password as a file: a row for each person that a link was made for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from exports.book import MOMENT, Book, Column, Scalar, Sheet
from exports.formats import FORMATS
from exports.text import file_name
from surveys.reports import MeasurementInfo

COLUMNS = (
    Column("Rol en eenheid", 50),
    Column("Naam", 30),
    Column("E-mailadres", 36),
    Column("Link", 90),
    Column("Werkt tot", 26, MOMENT),
)


def book(measurement: MeasurementInfo, rows: Sequence[Sequence[Scalar]], made_at: datetime) -> Book:
    """Lay out the links. Each row: role and unit, name, address, link, and until when it works."""
    title = f"Links, {measurement.name}"
    return Book(
        title=title,
        subject="Elke link werkt één keer. Wie de link heeft, kan het wachtwoord kiezen.",
        fictief=measurement.fictief,
        made_at=made_at,
        sheets=(Sheet("Links", title, COLUMNS, rows),),
        table="Links",
    )


def filename(measurement: MeasurementInfo, format: str) -> str:
    """Name the file, and say in it that the data is made up when it is. `format` is a key of FORMATS."""
    fictief = "fictief" if measurement.fictief else ""
    return file_name("meetlat", measurement.code, "links", fictief) + FORMATS[format].suffix
