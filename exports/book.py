"""A book of tables, before it is a file: what a report lays out and a format writes.

Nothing here knows a file format, and nothing knows what a region is: a report fills a `Book`, a writer of
`exports.formats` turns it into bytes. Reports and formats add up that way; they never multiply.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import Literal

from exports.text import clean
from surveys.reports.levels import Rank

Scalar = str | int | float | date | datetime | None
"""What a cell holds. A moment is aware; files show it in Dutch local time."""

TEXT = "@"
"""The number format of codes: a 1.1 that stays a code, also when somebody retypes it."""
WHOLE = "0"
SHARE = "0%"
DAY = "[$-413]d mmmm yyyy"
MOMENT = "[$-413]d mmmm yyyy hh:mm"


class Look(Enum):
    """How a cell stands out, apart from a level's colours."""

    PLAIN = "plain"
    STRONG = "strong"
    MUTED = "muted"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with a number format, a look, and the rank of the level that it names (for its colours)."""

    value: Scalar
    format: str | None = None
    look: Look = Look.PLAIN
    rank: Rank | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in characters, and the number format of its cells.

    `align`: where its figures stand, when that is not on the right.
    """

    title: str
    width: float
    format: str | None = None
    align: Literal["left"] | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart: its column, and the rank whose colours it has (None: one of a range)."""

    column: int
    rank: Rank | None = None


@dataclass(frozen=True)
class Chart:
    """A column chart of some columns (counted from 0) over all rows of its sheet; `names` is the categories'.

    `text` says in words what can be seen, for whoever does not see it.
    """

    title: str
    text: str
    names: int
    series: tuple[Series, ...]
    axis: str
    format: str
    stacked: bool = False
    highest: float | None = None


Row = Sequence["Cell | Scalar"]


class Streamed(Collection[Row]):
    """So many rows, made each time when they are written and not kept."""

    def __init__(self, count: int, make: Callable[[], Iterable[Row]]) -> None:
        """`make` gives the rows, `count` of them."""
        self._count = count
        self._make = make

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Row]:
        return iter(self._make())

    def __contains__(self, row: object) -> bool:
        return any(row == each for each in self)


@dataclass(frozen=True)
class Sheet:
    """A table with a heading. `frozen` columns stay in view, as do the headings.

    A `tidy` sheet is for other programs: headings in the first row, nothing above or beside them, and a
    made-up measurement is marked in a column instead of in a line of text.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Collection[Row]
    frozen: int = 0
    filtered: bool = True
    tidy: bool = False
    chart: Chart | None = None


@dataclass(frozen=True)
class Book:
    """A file to be: its sheets, and which of them stands for it where only one table fits (`table`)."""

    title: str
    subject: str
    fictief: bool
    made_at: datetime
    sheets: tuple[Sheet, ...]
    table: str

    @property
    def main(self) -> Sheet:
        """The sheet that stands for the book."""
        return next(sheet for sheet in self.sheets if sheet.name == self.table)


FICTIEF = "Fictieve gegevens"
"""How made-up data is marked wherever there is room for words."""
FICTIEF_COLUMN = "fictief"
FICTIEF_VALUE = "ja"


SHEET_NAME_LENGTH = 31
SHEET_NAME = "Blad"
"""What a sheet is called that has no name of its own."""


def named(sheets: Iterable[Sheet]) -> tuple[Sheet, ...]:
    """Give every sheet a name that spreadsheets take, and that no other sheet has."""
    taken: set[str] = set()
    found = []
    for sheet in sheets:
        plain = re.sub(r"[][:*?/\\']", "-", " ".join(clean(sheet.name).split())) or SHEET_NAME
        name, again = plain[:SHEET_NAME_LENGTH], 1
        while name.lower() in taken:
            again += 1
            tail = f" ({again})"
            name = plain[: SHEET_NAME_LENGTH - len(tail)] + tail
        taken.add(name.lower())
        found.append(replace(sheet, name=name))
    return tuple(found)


def value_of(cell: Cell | Scalar) -> Scalar:
    """The value of a cell, dressed or plain."""
    return cell.value if isinstance(cell, Cell) else cell


def marked(sheet: Sheet, fictief: bool) -> tuple[list[str], Iterable[list[Cell | Scalar]]]:
    """The headings and rows of a sheet on its own, with a column more that says so when it is made up."""
    titles = [column.title for column in sheet.columns]
    if not fictief:
        return titles, (list(row) for row in sheet.rows)
    return [*titles, FICTIEF_COLUMN], ([*row, FICTIEF_VALUE] for row in sheet.rows)
