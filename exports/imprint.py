"""What a document says about itself, and how its parts are called: the same in every text format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from math import ceil
from typing import Final

from exports.book import FICTIEF
from exports.document import Cell, Document, Figure, Grid, Part, Table
from surveys.questions import day

CONTENTS: Final = "Inhoud"
CONTENTS_DEPTH: Final = 3
"""How many levels of headings the table of contents has."""

DEEPEST: Final = 6
"""The deepest level of heading that has a style of its own; what is deeper looks like it."""

TABLE: Final = "Tabel"
FIGURE: Final = "Figuur"
PAGE: Final = ("Pagina ", " van ")
"""What stands before the number of a page, and before how many there are."""

_LETTERS: Final = 100
"""About how many letters of a table go on one line."""

_LINES: Final = 30
"""A table of so many lines takes about half a page."""


def dated(document: Document) -> date:
    """The day to which its data go. Raises ValueError when that is no ISO date."""
    return date.fromisoformat(document.dated)


def date_in_words(document: Document) -> str:
    """The same day as it is read. Raises ValueError when it is no ISO date."""
    return day(dated(document))


def publishers(document: Document) -> str:
    """Who made it, as one name."""
    return " en ".join(filter(None, (", ".join(document.publishers[:-1]), *document.publishers[-1:])))


def mark(document: Document) -> str:
    """What is said on every page of made-up data; nothing for real data."""
    return FICTIEF if document.fictief else ""


def label(block: Table | Grid | Figure) -> str:
    """What a table or a figure is called before its number."""
    return FIGURE if isinstance(block, Figure) else TABLE


def numbers_caption(figure: Figure, numbers: Mapping[str, str]) -> str:
    """The caption of the table with the numbers of a figure."""
    return f"Gegevens bij figuur {numbers[figure.key]}: {figure.table.caption}"


def fitted(size: tuple[float, float], room: tuple[float, float]) -> tuple[float, float]:
    """The size of a picture, made smaller as a whole when it doesn't fit the room for it.

    >>> fitted((320, 100), (160, 200))
    (160.0, 50.0)
    """
    share = min(1.0, room[0] / size[0], room[1] / size[1])
    return size[0] * share, size[1] * share


def shares(table: Table | Grid, width: int) -> list[int]:
    """Share out a width over the columns of a table, in whole units that add up to it."""
    wanted = table.shares if isinstance(table, Grid) else tuple(column.share for column in table.columns)
    total = sum(wanted)
    edges = [0]
    reached = 0.0
    for share in wanted:
        reached += share
        edges.append(round(width * reached / total))
    return [right - left for left, right in pairwise(edges)]


def low(table: Table | Grid) -> bool:
    """Whether a table takes about half a page at most, so that it can stay on one without leaving much open.

    A guess, for formats whose pages are only made by the program that opens the file.
    """
    return sum(max(_lines(row, shares(table, _LETTERS)), default=0) for row in table.rows) <= _LINES


def _lines(row: tuple[Cell, ...] | tuple[Part, ...], widths: list[int]) -> Iterator[int]:
    """How many lines each cell of a row takes, for columns of so many letters."""
    place = 0
    for cell in row:
        head, span = (cell.head, cell.span) if isinstance(cell, Part) else ("", 1)
        width = max(1, sum(widths[place : place + span]))
        place += span
        yield sum(max(1, ceil(len(line) / width)) for line in f"{head} {cell.text}".split("\n"))
