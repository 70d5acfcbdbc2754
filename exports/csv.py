"""CSV as a Dutch Excel opens it: one table, UTF-8 with a byte order mark, semicolons, decimal commas.

A Dutch Excel splits on semicolons, because the comma is the decimal sign. Dates are YYYY-MM-DD and moments
YYYY-MM-DD HH:MM, in Dutch local time. A text that a spreadsheet could take for a formula gets an apostrophe
in front: CSV has no other way to say "this is text". docs/decisions/006-excel-and-csv.md tells why.
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Final

from exports.book import Book, Scalar, marked, value_of
from exports.text import clean, risky
from surveys.acting import AMSTERDAM
from surveys.questions import comma

DELIMITER: Final = ";"


def write(book: Book) -> bytes:
    """Give the book's main table as CSV; one of made-up data has a column more, `fictief`."""
    out = io.BytesIO()
    save(book, out)
    return out.getvalue()


def save(book: Book, out: IO[bytes]) -> None:
    """Write it, row by row."""
    titles, rows = marked(book.main, book.fictief)
    text = io.TextIOWrapper(out, "utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text, delimiter=DELIMITER, lineterminator="\r\n")
    writer.writerow(titles)
    writer.writerows([shown(value_of(cell)) for cell in row] for row in rows)
    text.detach()  # or it would close what it wrote to


def shown(value: Scalar) -> str:
    """Give a value as it stands in the file.

    >>> shown(0.5), shown(3.0), shown("=1+1"), shown(None)
    ('0,5', '3', "'=1+1", '')
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(AMSTERDAM).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        text = clean(value)
        return f"'{text}" if risky(value) or risky(text) else text
    return comma(Decimal(repr(value)))
