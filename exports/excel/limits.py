"""What Excel can hold. Rows and columns are counted beforehand, texts as they are written."""

from __future__ import annotations

from typing import Final

from exports.book import Book, Sheet, marked, value_of
from exports.errors import TooLarge
from exports.text import clean

MAX_ROWS: Final = 1_048_576
MAX_COLUMNS: Final = 16_384
MAX_TEXT: Final = 32_767
"""In UTF-16 units, as Excel counts: a character outside the basic plane takes two."""


def check(book: Book) -> None:
    """Raise TooLarge, with what is too large, when Excel can't hold as many rows or columns as a book has."""
    for sheet in book.sheets:
        titles, _ = marked(sheet, book.fictief and sheet.tidy)
        rows = len(sheet.rows) + headings(sheet, book)
        if rows > MAX_ROWS:
            raise TooLarge(f"blad {sheet.name} heeft {rows} rijen; de grens is {MAX_ROWS}")
        if len(titles) > MAX_COLUMNS:
            raise TooLarge(f"blad {sheet.name} heeft {len(titles)} kolommen; de grens is {MAX_COLUMNS}")


def headings(sheet: Sheet, book: Book) -> int:
    """The row in which the headings stand: the first of a tidy sheet, else under the title."""
    if sheet.tidy:
        return 1
    return 4 if book.fictief else 3


def check_texts(book: Book) -> None:
    """Do so for every text of a book."""
    for sheet in book.sheets:
        for row in sheet.rows:
            for value in map(value_of, row):
                if isinstance(value, str):
                    check_text(clean(value), sheet.name)


def check_text(text: str, sheet: str) -> None:
    """Raise TooLarge, with the name of the sheet, when no cell holds a text, written as the file has it."""
    if len(text) <= MAX_TEXT // 2:
        return  # short enough, however it is counted
    length = len(text.encode("utf-16-le")) // 2
    if length > MAX_TEXT:
        raise TooLarge(f"een tekst op blad {sheet} heeft {length} tekens; de grens is {MAX_TEXT}")
