"""The rows of a table as a workbook holds them: XML, written row by row, however many there are.

The library writes everything around them. It takes some microseconds for each cell, which a table of a
million rows notices; and of these rows there is little to know: a style, a type, a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from html import escape
from typing import IO, Any, Final

from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from exports.book import Cell, Column, Look, Scalar, value_of
from exports.excel import limits, package
from exports.excel.heights import height
from exports.excel.styles import Wardrobe
from exports.text import clean, risky
from surveys.acting import AMSTERDAM
from surveys.questions import day

FIRST_DAY: Final = date(1900, 3, 1)
"""Excel counts days from 1900, with a 29 February that year never had. Older dates stay text."""
AT_HAND: Final = 1024
"""So many texts are kept as they are written: codes come back in row after row."""


class Rows:
    """Writes the rows of one sheet, with the styles of its workbook."""

    def __init__(self, wardrobe: Wardrobe, columns: Sequence[Column], name: str) -> None:
        """`name` is that of the sheet, for when it is too large."""
        self._wardrobe = wardrobe
        self._columns = [(get_column_letter(place), column) for place, column in enumerate(columns, start=1)]
        self._widths = [column.width for column in columns]
        self._name = name
        self._styles: dict[tuple[object, ...], int] = {}
        # of this sheet alone: what somebody wrote stays in memory no longer than the file takes
        self._shown = lru_cache(maxsize=AT_HAND)(_shown)
        self._inline = lru_cache(maxsize=AT_HAND)(_inline)

    def write(self, rows: Iterable[Sequence[Cell | Scalar]], first: int, out: IO[bytes]) -> None:
        """Write rows, the first of them under that number. Raises TooLarge for a text that does not fit."""
        for number, cells in enumerate(rows, start=first):
            high = height(map(value_of, cells), self._widths)
            pairs = zip(self._columns, cells, strict=True)
            row = "".join([self._cell(f"{letter}{number}", column, cell) for (letter, column), cell in pairs])
            out.write(f'<row r="{number}" ht="{high:g}" customHeight="1">{row}</row>'.encode())

    def _cell(self, place: str, column: Column, cell: Cell | Scalar) -> str:
        dress: object = Look.PLAIN
        format = column.format
        if isinstance(cell, Cell):
            value, dress, format = cell.value, cell.rank or cell.look, cell.format or format
        else:
            value = cell
        if isinstance(value, datetime):
            value = value.astimezone(AMSTERDAM).replace(tzinfo=None, microsecond=0)
        elif isinstance(value, date) and value < FIRST_DAY:
            value = day(value)
        if isinstance(value, str):
            return self._text(place, value, dress, format)
        moment = value if isinstance(value, date) else None
        style = self._style(dress, format, column.align, False, moment)
        if value is None:
            return f'<c r="{place}" s="{style}"/>'
        number = value if moment is None else to_excel(moment)  # type: ignore[no-untyped-call]
        return f'<c r="{place}" s="{style}" t="n"><v>{number!r}</v></c>'

    def _text(self, place: str, value: str, dress: object, format: str | None) -> str:
        shown, quoted = self._shown(value)
        limits.check_text(shown, self._name)
        style = self._style(dress, format, "left", quoted)
        return f'<c r="{place}" s="{style}" t="inlineStr">{self._inline(shown)}</c>'

    def _style(
        self, dress: object, format: str | None, align: str | None, quoted: bool, moment: Any = None
    ) -> int:
        """The number of a style; one without a format gets that of a day or a moment from the library."""
        key = dress, format, align, quoted, type(moment)
        if key not in self._styles:
            cell = self._wardrobe.cell(dress, format, align=align, quoted=quoted)
            cell.value = moment
            self._styles[key] = cell.style_id
        return self._styles[key]


def _shown(value: str) -> tuple[str, bool]:
    """A text as the file has it, and whether it must be kept from being taken for a formula."""
    text = package.literal(clean(value))
    return text, risky(value) or risky(text)


def _inline(text: str) -> str:
    """What a cell with this text has in it."""
    if not text:
        return ""
    keep = ' xml:space="preserve"' if text != text.strip() else ""
    return f"<is><t{keep}>{escape(text, quote=False)}</t></is>"
