"""Counts over the years: a mark for each year that is known, a line between known years that touch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from exports.charts import fonts, scale
from exports.charts.shapes import (
    SMALL,
    WHITE,
    WIDTH,
    Area,
    Bounds,
    Box,
    Lines,
    Picture,
    Point,
    Shape,
    Words,
    column,
    hatching,
    standing,
    tall,
)
from exports.document import Years
from exports.labels import capital
from exports.palette import INK, LINE, MUTED, in_time

UNKNOWN: Final = "onbekend"
UNCOUNTED: Final = "geen getal"
"""Said of the years of one kind without a number: its table may know it in words (`ruim 40`)."""

_HEIGHT: Final = 62.0
_TOP: Final = 6.0
_NAMES_ROOM: Final = 42.0
_SAMPLE: Final = 7.0
_APART: Final = 1.5
_MARK: Final = 1.2
_DASHES: Final[tuple[tuple[float, ...], ...]] = ((), (2.0, 1.0), (0.6, 0.8), (3.0, 0.8, 0.6, 0.8))
_CORNERS: Final = (24, 4, 3, 5)
"""How many corners the marks of each kind have: a circle, a square on its point, a triangle, a pentagon."""


@dataclass(frozen=True, slots=True)
class _Field:
    """Where the figures stand: from year to year across, from 0 to what the axis reaches up."""

    left: float
    right: float
    bottom: float
    years: tuple[int, ...]
    reach: int

    @property
    def half(self) -> float:
        """Half the width of a year."""
        return (self.right - self.left) / (self.years[-1] - self.years[0] + 1) / 2

    def x(self, year: int) -> float:
        return self.left + self.half * (1 + 2 * (year - self.years[0]))

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - _TOP) * value / self.reach

    def axes(self, step: int) -> list[Shape]:
        shapes: list[Shape] = []
        for value in range(0, self.reach + 1, step):
            y = self.y(value)
            shapes.append(Lines((((self.left, y), (self.right, y)),), LINE, 0.4 if value == 0 else 0.15))
            shapes.append(
                Words(self.left - 1.5, standing(y, SMALL), scale.number(value), SMALL, MUTED, "end")
            )
        apart = math.ceil((fonts.width("2000", SMALL) + 1) / (2 * self.half))
        for year in self.years:
            if (year - self.years[0]) % apart == 0:
                shapes.append(Words(self.x(year), self.bottom + 4, str(year), SMALL, MUTED, "middle"))
        return shapes

    def unknown(self, year: int) -> list[Shape]:
        """Give the hatched band that says that of this year nothing is known."""
        band = Box(
            self.x(year) - self.half * 0.85,
            _TOP,
            self.half * 1.7,
            self.bottom - _TOP,
            edge=LINE,
            thickness=0.1,
        )
        wide, middle = fonts.width(UNKNOWN, SMALL), (_TOP + self.bottom) / 2
        upright = wide + 2 > band.width
        x, y = (self.x(year) + SMALL / 3, middle) if upright else (self.x(year), standing(middle, SMALL))
        words = Words(x, y, UNKNOWN, SMALL, INK, "middle", upright=upright)
        return [hatching(band, LINE, 2.2), band, _plate(words), words]


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of count: its figures, where the known ones stand, and how it looks."""

    name: tuple[str, ...]
    values: tuple[float | None, ...]
    points: tuple[Point | None, ...]
    color: str
    place: int

    @property
    def known(self) -> list[tuple[float, Point]]:
        return [
            (value, point)
            for value, point in zip(self.values, self.points, strict=True)
            if value is not None and point is not None
        ]

    @property
    def high(self) -> float:
        """How high its name is."""
        return tall(self.name, SMALL)

    def level(self, bottom: float) -> float:
        """Give the height of its last known figure, or else the bottom."""
        return self.known[-1][1][1] if self.known else bottom

    def stroke(self, *lines: tuple[Point, Point]) -> Lines:
        return Lines(lines, INK, 0.4, _DASHES[self.place % len(_DASHES)])

    def line(self, years: Sequence[int]) -> Lines:
        """Give its line, which never runs over a year of which nothing is known or told."""
        steps = zip(pairwise(years), pairwise(self.points), strict=True)
        return self.stroke(
            *(
                (start, end)
                for (before, after), (start, end) in steps
                if start and end and after - before == 1
            )
        )

    def mark(self, x: float, y: float) -> Area:
        corners = _CORNERS[self.place % len(_CORNERS)]
        turns = (2 * math.pi * each / corners for each in range(corners))
        around = tuple((x + _MARK * math.sin(turn), y - _MARK * math.cos(turn)) for turn in turns)
        return Area(around, self.color, INK)


def lines(drawing: Years) -> Picture:
    """Lay out the counts, with the name of each kind at the height of its last known figure.

    A year in which nothing is known is hatched and says so; with a kind stands which years are unknown of it.
    """
    if not drawing.years:
        return Picture(SMALL, (Words(0.0, SMALL, capital(UNKNOWN), SMALL),))
    empty = [
        year
        for place, year in enumerate(drawing.years)
        if all(values[place] is None for values in drawing.counts)
    ]
    names = [
        tuple(fonts.wrapped(_named(key.label, drawing.years, values, empty), SMALL, _NAMES_ROOM))
        for key, values in zip(drawing.keys, drawing.counts, strict=True)
    ]
    field, step = _field(drawing, names)
    kinds = _kinds(drawing, names, field)
    shapes: list[Shape] = [Words(0.0, SMALL, capital(drawing.unit), SMALL, MUTED), *field.axes(step)]
    shapes += [shape for year in empty for shape in field.unknown(year)]
    shapes += [kind.line(drawing.years) for kind in kinds]
    shapes += [kind.mark(*point) for kind in kinds for _, point in kind.known]
    shapes += _figures(kinds)
    shapes += _names(kinds, field)
    return Picture(field.bottom + 5, tuple(shapes))


def _field(drawing: Years, names: Sequence[Sequence[str]]) -> tuple[_Field, int]:
    """Give where the figures stand, beside the names at the right, and by which step the axis counts."""
    highest = max((value for values in drawing.counts for value in values if value is not None), default=0)
    step = scale.step(highest)
    reach = max(math.ceil(highest / step), 1) * step
    width = fonts.widest([line for each in names for line in each], SMALL)
    height = max(_HEIGHT, sum(tall(each, SMALL) + _APART for each in names))
    left = fonts.width(scale.number(reach), SMALL) + 2
    return _Field(left, WIDTH - width - _SAMPLE - 4, _TOP + height, drawing.years, reach), step


def _kinds(drawing: Years, names: Sequence[tuple[str, ...]], field: _Field) -> list[_Kind]:
    kinds = []
    tints = in_time(len(names))
    for place, (name, values, tint) in enumerate(zip(names, drawing.counts, tints, strict=True)):
        points = tuple(
            None if value is None else (field.x(year), field.y(value))
            for year, value in zip(drawing.years, values, strict=True)
        )
        kinds.append(_Kind(name, values, points, tint, place))
    return kinds


def _named(label: str, years: Sequence[int], values: Sequence[float | None], empty: Sequence[int]) -> str:
    """Give the name of a kind, with the years that are unknown of it alone."""
    if all(value is None for value in values):
        return f"{label} ({UNCOUNTED})"
    missing = [
        str(year) for year, value in zip(years, values, strict=True) if value is None and year not in empty
    ]
    return f"{label} ({UNCOUNTED}: {', '.join(missing)})" if missing else label


def _figures(kinds: Sequence[_Kind]) -> list[Shape]:
    """Give the figure above each mark, where it covers no other mark or figure: the table has them all."""
    taken = [(x - _MARK, y - _MARK, x + _MARK, y + _MARK) for kind in kinds for _, (x, y) in kind.known]
    shapes: list[Shape] = []
    for kind in reversed(kinds):
        for value, (x, y) in kind.known:
            words = Words(x, y - _MARK - 0.9, scale.number(value), SMALL, anchor="middle")
            if not any(_overlap(words.bounds, other) for other in taken):
                taken.append(words.bounds)
                shapes += [_plate(words), words]
    return shapes


def _overlap(one: Bounds, other: Bounds) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _plate(words: Words) -> Box:
    """Give a white ground for words that stand on lines."""
    left, top, right, bottom = words.bounds
    return Box(left - 0.4, top - 0.3, right - left + 0.8, bottom - top + 0.3, WHITE)


def _names(kinds: Sequence[_Kind], field: _Field) -> list[Shape]:
    """Give a sample of each kind with its name: as near as can be to its last figure, none over another."""
    order = sorted(kinds, key=lambda kind: (kind.level(field.bottom), kind.place))
    tops: list[float] = []
    free = 0.0
    for kind in order:
        tops.append(max(kind.level(field.bottom) - kind.high / 2, free))
        free = tops[-1] + kind.high + _APART
    limit = field.bottom + SMALL
    for place, kind in reversed(list(enumerate(order))):
        tops[place] = min(tops[place], limit - kind.high)
        limit = tops[place] - _APART
    shapes: list[Shape] = []
    for kind, top in zip(order, tops, strict=True):
        x, y = field.right + 1, top + kind.high / 2
        if kind.line(field.years).lines:
            shapes.append(kind.stroke(((x, y), (x + _SAMPLE, y))))
        if kind.known:
            shapes.append(kind.mark(x + _SAMPLE / 2, y))
        shapes += column(kind.name, x + _SAMPLE + 1.5, y, SMALL)
    return shapes
