"""The formats in which tables leave Meetlat: one table. A new one: a module that writes a book, and a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from exports import csv, excel, ods
from exports.book import Book


@dataclass(frozen=True, slots=True)
class Format:
    """A format: what people call it, the end of its file names, its media type, and what writes it."""

    label: str
    suffix: str
    media_type: str
    write: Callable[[Book], bytes]


FORMATS: Final[dict[str, Format]] = {
    "xlsx": Format(
        "Excel",
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        excel.write,
    ),
    "ods": Format("ODS (LibreOffice, Excel)", ".ods", ods.MEDIA_TYPE, ods.write),
    "csv": Format("CSV", ".csv", "text/csv; charset=utf-8", csv.write),
}
"""Every format by its name."""
