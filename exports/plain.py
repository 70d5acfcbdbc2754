"""One table as it stands on a page, as a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from exports.book import Book, Cell, Column, Scalar, Sheet
from exports.formats import FORMATS
from exports.text import file_name
from surveys.reports import MeasurementInfo

SHEET = "Lijst"


def book(
    measurement: MeasurementInfo,
    title: str,
    subject: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell | Scalar]],
    made_at: datetime,
) -> Book:
    """Lay out the rows as they are shown, in their order. `subject` says in a line what is in them."""
    title = f"{title}, {measurement.name}"
    return Book(
        title=title,
        subject=subject,
        fictief=measurement.fictief,
        made_at=made_at,
        sheets=(Sheet(SHEET, title, tuple(columns), rows, frozen=1),),
        table=SHEET,
    )


def filename(measurement: MeasurementInfo, what: str, format: str) -> str:
    """Name the file, and say in it that the data is made up when it is. `format` is a key of FORMATS."""
    fictief = "fictief" if measurement.fictief else ""
    return file_name("meetlat", measurement.code, what, fictief) + FORMATS[format].suffix
