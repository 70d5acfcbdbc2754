"""What a document says about itself, and how its parts are called: the same in every text format."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Final

from exports.book import FICTIEF
from exports.document import Document, Figure, Grid, Table
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
