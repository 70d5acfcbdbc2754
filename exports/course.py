"""The course of a dossier as a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from exports.book import MOMENT, Book, Cell, Column, Sheet
from exports.formats import FORMATS
from exports.text import file_name
from surveys.course import Happening
from surveys.reports import MeasurementInfo
from surveys.reports.source import UnitInfo

COLUMNS = (
    Column("Wanneer", 26),
    Column("Wat", 60),
    Column("Reden of toelichting", 60),
    Column("Soort", 26),
    Column("Wie", 26),
    Column("Rol", 26),
)


def book(measurement: MeasurementInfo, unit: UnitInfo, found: Sequence[Happening], made_at: datetime) -> Book:
    """Lay out what happened as it is shown, in its order."""
    rows = [
        (Cell(each.at, MOMENT), each.what, each.text, each.kind_label, each.who or "Meetlat", each.role)
        for each in found
    ]
    title = f"Verloop van {unit.name}, {measurement.name}"
    return Book(
        title=title,
        subject=f"{len(rows)} gebeurtenissen bij dit dossier.",
        fictief=measurement.fictief,
        made_at=made_at,
        sheets=(Sheet("Verloop", title, COLUMNS, rows, frozen=1),),
        table="Verloop",
    )


def filename(measurement: MeasurementInfo, unit: UnitInfo, format: str) -> str:
    """Name the file, and say in it that the data is made up when it is. `format` is a key of FORMATS."""
    fictief = "fictief" if measurement.fictief else ""
    return file_name("meetlat", measurement.code, unit.code, "verloop", fictief) + FORMATS[format].suffix
