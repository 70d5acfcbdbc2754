"""What Excel can hold. It is looked at beforehand: half a workbook is of no use."""

from __future__ import annotations

from typing import Final

from exports.book import Book, Sheet, marked, value_of
from exports.errors import TooLarge
from exports.excel.package import literal
from exports.text import clean

MAX_ROWS: Final = 1_048_576
MAX_COLUMNS: Final = 16_384
MAX_TEXT: Final = 32_767
"""In UTF-16 units, as Excel counts: a character outside the basic plane takes two."""


def check(book: Book) -> None:
    """Raise TooLarge, with what is too large, when Excel can't hold a book."""
    for sheet in book.sheets:
        titles, _ = marked(sheet, book.fictief and sheet.tidy)
        rows = len(sheet.rows) + headings(sheet, book)
        if rows > MAX_ROWS:
            raise TooLarge(f"blad {sheet.name} heeft {rows} rijen; de grens is {MAX_ROWS}")
        if len(titles) > MAX_COLUMNS:
            raise TooLarge(f"blad {sheet.name} heeft {len(titles)} kolommen; de grens is {MAX_COLUMNS}")
        longest = max((_length(value_of(cell)) for row in sheet.rows for cell in row), default=0)
        if longest > MAX_TEXT:
            raise TooLarge(f"een tekst op blad {sheet.name} heeft {longest} tekens; de grens is {MAX_TEXT}")


def headings(sheet: Sheet, book: Book) -> int:
    """The row in which the headings stand: the first of a tidy sheet, else under the title."""
    if sheet.tidy:
        return 1
    return 4 if book.fictief else 3


def _length(value: object) -> int:
    if not isinstance(value, str) or len(value) <= MAX_TEXT // 8:
        return 0  # short enough, however it is written
    return len(literal(clean(value)).encode("utf-16-le")) // 2
