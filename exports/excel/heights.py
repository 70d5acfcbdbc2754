"""How high a row is. Programs don't agree on when to work that out themselves, so the file says it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Final

from exports.book import Scalar

LINE: Final = 13.0
ROOM: Final = 4.0
"""The height of a line and the room around them, in points."""

HIGHEST: Final = 409.0
"""Excel has no higher rows: of a longer text the rest is there, and not in view."""

FIT: Final = 1.18
"""How many characters of running text fit in a width of one: that of a digit in the standard font."""

INDENT: Final = 1
"""What an indented text loses."""

BOLD: Final = 0.85
"""How much of them fits in bold."""


def height(values: Iterable[Scalar], widths: Iterable[float]) -> float:
    """Give the height in points that shows all values, in columns as wide as so many characters.

    >>> height(["kort", None, 3], [10, 10, 10]), height(["a b c", "x"], [4, 10])
    (17.0, 30.0)
    """
    lines = max((_lines(value, width) for value, width in zip(values, widths, strict=True)), default=1)
    return min(lines * LINE + ROOM, HIGHEST)


def _lines(value: Scalar, width: float) -> int:
    if not isinstance(value, str):
        return 1
    room = max(int((width - INDENT) * FIT), 1)
    if len(value) <= room and "\n" not in value:
        return 1
    return sum(
        1 if len(line) <= room else len(textwrap.wrap(line, room) or [""]) for line in value.split("\n")
    )
