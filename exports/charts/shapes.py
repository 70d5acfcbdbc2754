"""What a picture is made of: shapes as data, in mm from its top left corner, before any format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from exports.charts import fonts
from exports.palette import INK

PAGE: Final = (160.0, 220.0)
"""What fits between the margins of a page, in mm."""

MARGIN: Final = 1.0
"""What stays free around a picture: programs make letters a little wider or narrower than others do."""

WIDTH: Final = PAGE[0] - 2 * MARGIN
"""What there is to lay shapes out in."""

TEXT: Final = 2.8
SMALL: Final = 2.5
"""Sizes of text: just under and over 7.5 points."""

WHITE: Final = "FFFFFF"

Point = tuple[float, float]
Bounds = tuple[float, float, float, float]
"""Left, top, right and bottom."""

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle. Colours are RRGGBB; without one it has no fill or edge."""

    x: float
    y: float
    width: float
    height: float
    fill: str | None = None
    edge: str | None = None
    thickness: float = 0.2


@dataclass(frozen=True, slots=True)
class Area:
    """A shape with corners."""

    corners: tuple[Point, ...]
    fill: str
    edge: str
    thickness: float = 0.2


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines that look the same, each from point to point. `dashes`: lengths on and off, none for solid."""

    lines: tuple[tuple[Point, ...], ...]
    color: str
    thickness: float = 0.2
    dashes: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Pie:
    """A circle, of which a share is filled, clockwise from the top."""

    x: float
    y: float
    radius: float
    share: float
    color: str
    thickness: float = 0.3


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text; `y` is the line that it stands on. `upright`: it runs from there to the top."""

    x: float
    y: float
    text: str
    size: float = TEXT
    color: str = INK
    anchor: Anchor = "start"
    bold: bool = False
    upright: bool = False

    @property
    def bounds(self) -> Bounds:
        """What it covers."""
        length = fonts.width(self.text, self.size, self.bold)
        back = length * {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]
        above, below = fonts.ASCENT * self.size, fonts.DESCENT * self.size
        if self.upright:
            return self.x - above, self.y + back - length, self.x + below, self.y + back
        return self.x - back, self.y - above, self.x - back + length, self.y + below


Shape = Box | Area | Lines | Pie | Words


@dataclass(frozen=True, slots=True)
class Picture:
    """Shapes, in the order in which they are drawn, and how far down they go.

    `paper`: the width and height of a sheet that is printed as it is; without one it is a figure on a page.
    `margin` is what stays free around the shapes.
    """

    bottom: float
    shapes: tuple[Shape, ...]
    paper: tuple[float, float] | None = None
    margin: float = MARGIN

    @property
    def sheet(self) -> tuple[float, float]:
        """The width and height of what it is drawn on, which starts a margin before the shapes."""
        return self.paper or (PAGE[0], self.bottom + 2 * self.margin)

    @property
    def scale(self) -> float:
        """How much smaller it has to be to fit a page."""
        return 1.0 if self.paper else min(1.0, PAGE[1] / self.sheet[1])

    @property
    def printed(self) -> tuple[float, float]:
        """Its width and height as it is printed."""
        wide, high = self.sheet
        return wide * self.scale, high * self.scale


def standing(middle: float, size: float = TEXT) -> float:
    """Give the line for a text whose capitals are to stand around the middle."""
    return middle + fonts.ASCENT * size / 2


def column(
    lines: Sequence[str],
    x: float,
    middle: float,
    size: float = TEXT,
    *,
    color: str = INK,
    anchor: Anchor = "start",
    bold: bool = False,
) -> list[Words]:
    """Give lines of text below each other, around the middle."""
    first = standing(middle, size) - (len(lines) - 1) * fonts.LEADING * size / 2
    return [
        Words(x, first + place * fonts.LEADING * size, line, size, color, anchor, bold)
        for place, line in enumerate(lines)
    ]


def tall(lines: Sequence[str], size: float = TEXT) -> float:
    """Give the height of lines of text below each other."""
    return len(lines) * fonts.LEADING * size


def hatching(box: Box, color: str, step: float = 1.3) -> Lines:
    """Give slanting lines within a rectangle."""
    count = int((box.width + box.height) / step)
    return Lines(
        tuple(
            (
                (box.x + min(away, box.width), box.y + max(0.0, away - box.width)),
                (box.x + max(0.0, away - box.height), box.y + min(away, box.height)),
            )
            for away in (step * (place + 0.5) for place in range(count))
        ),
        color,
    )
