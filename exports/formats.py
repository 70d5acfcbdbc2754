"""The formats in which tables leave Meetlat: one table. A new one: a module that writes a book, and a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Final

from exports import csv, excel, ods
from exports.book import Book


@dataclass(frozen=True, slots=True)
class Format:
    """A format: what people call it, the end of its file names, its media type, and what writes it.

    `save` writes to a file, in little memory; `write` gives the content.
    """

    label: str
    suffix: str
    media_type: str
    write: Callable[[Book], bytes]
    save: Callable[[Book, IO[bytes]], None]


FORMATS: Final[dict[str, Format]] = {
    "xlsx": Format(
        "Excel",
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        excel.write,
        excel.save,
    ),
    "ods": Format("ODS (LibreOffice, Excel)", ".ods", ods.MEDIA_TYPE, ods.write, ods.save),
    "csv": Format("CSV", ".csv", "text/csv; charset=utf-8", csv.write, csv.save),
}
"""Every format by its name."""
