"""Stacked bars of counts: in one column, or in small panels with the same axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from typing import Final

from exports.charts import fonts, scale
from exports.charts.keys import Look, legend, looks
from exports.charts.shapes import (
    SMALL,
    TEXT,
    WIDTH,
    Box,
    Lines,
    Picture,
    Shape,
    Words,
    column,
    standing,
    tall,
)
from exports.document import Bar, Panels, StackedBars
from exports.palette import LINE, MUTED

_PITCH: Final = 5.2
_THICK: Final = 4.0
_GAP: Final = 2.0
_APART: Final = 2.4
_GROUP_ROOM: Final = 45.0
_LABEL_ROOM: Final = 45.0
_EDGE: Final = 3.0
"""Room at the right for half of the last number on the axis."""

_TICKS: Final = 6

_ACROSS: Final = 3
_PANEL_LABEL_ROOM: Final = 16.0
_PANEL_TICKS: Final = 5


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where the counts stand: from `left`, so many mm wide, up to `highest`."""

    left: float
    width: float
    highest: int

    def x(self, value: float) -> float:
        return self.left + self.width * value / max(self.highest, 1)

    def grid(self, top: float, bottom: float, most: int) -> Lines:
        places = scale.ticks(self.highest, most)
        return Lines(tuple(((self.x(each), top), (self.x(each), bottom)) for each in places), LINE, 0.15)

    def axis(self, y: float, most: int) -> list[Shape]:
        return [
            Words(self.x(each), y + SMALL, str(each), SMALL, MUTED, "middle")
            for each in scale.ticks(self.highest, most)
        ]


def stacked(drawing: StackedBars) -> Picture:
    """Lay out bars below each other; those of a group stand together, beside its name."""
    shown = looks(drawing.keys)
    groups = [(name, list(bars)) for name, bars in groupby(drawing.bars, key=lambda bar: bar.group)]
    names = [fonts.wrapped(name, TEXT, _GROUP_ROOM, bold=True) for name, _ in groups]
    indent = max((fonts.widest(lines, TEXT, bold=True) for lines in names), default=0.0)
    indent += _GAP if indent else 0.0
    room = _LABEL_ROOM if indent else _LABEL_ROOM * 1.5
    left = indent + _label_width(drawing.bars, room) + _GAP
    plot = _Plot(left, WIDTH - left - _EDGE, _highest(drawing.bars, drawing.total))

    shapes: list[Shape] = []
    y = 0.0
    for place, ((_, bars), lines) in enumerate(zip(groups, names, strict=True)):
        if place:
            shapes.append(Lines((((0.0, y + _APART / 2), (WIDTH, y + _APART / 2)),), LINE, 0.15))
            y += _APART
        below = max(y + sum(_heights(bars, room)), y + tall(lines))
        shapes += column(lines, 0.0, y + max(tall(lines), _PITCH) / 2, bold=True)
        shapes.append(plot.grid(y, below, _TICKS))
        shapes += _below_each_other(bars, shown, plot, y, room)
        y = below
    shapes += plot.axis(y + 1, _TICKS)
    key, bottom = legend(drawing.keys, y + SMALL + 4)
    return Picture(bottom, (*shapes, *key))


def panels(drawing: Panels) -> Picture:
    """Lay out small panels, row by row; the numbers stand under the last panel of each column."""
    shown = looks(drawing.keys)
    every = [bar for _, bars in drawing.panels for bar in bars]
    labels = _label_width(every, _PANEL_LABEL_ROOM) + _GAP
    pitch = (WIDTH + _EDGE) / _ACROSS
    highest = _highest(every, drawing.total)
    titles = [fonts.wrapped(title, TEXT, pitch - 2 * _EDGE, bold=True) for title, _ in drawing.panels]

    shapes: list[Shape] = []
    y = 0.0
    for start in range(0, len(drawing.panels), _ACROSS):
        row = drawing.panels[start : start + _ACROSS]
        top = y + max(tall(titles[start + place]) for place in range(len(row))) + 1
        below = top + max(sum(_heights(bars, _PANEL_LABEL_ROOM)) for _, bars in row)
        for place, (_, bars) in enumerate(row):
            x = place * pitch
            plot = _Plot(x + labels, pitch - 2 * _EDGE - labels, highest)
            title = titles[start + place]
            shapes += column(title, x, top - 1 - tall(title) / 2, bold=True)
            shapes.append(plot.grid(top, below, _PANEL_TICKS))
            shapes += _below_each_other(bars, shown, plot, top, _PANEL_LABEL_ROOM)
            if start + place + _ACROSS >= len(drawing.panels):
                shapes += plot.axis(below + 1, _PANEL_TICKS)
        y = below + 3 + (SMALL + 1 if start + 2 * _ACROSS > len(drawing.panels) else 0)
    key, bottom = legend(drawing.keys, y + 1)
    return Picture(bottom, (*shapes, *key))


def _highest(bars: Sequence[Bar], total: int) -> int:
    return max([total, *(sum(bar.counts) for bar in bars)])


def _label_width(bars: Sequence[Bar], room: float) -> float:
    return fonts.widest([line for bar in bars for line in fonts.wrapped(bar.label, SMALL, room)], SMALL)


def _heights(bars: Sequence[Bar], room: float) -> list[float]:
    return [max(_PITCH, tall(fonts.wrapped(bar.label, SMALL, room), SMALL) + 0.6) for bar in bars]


def _below_each_other(
    bars: Sequence[Bar], shown: Sequence[Look], plot: _Plot, y: float, room: float
) -> list[Shape]:
    """Give bars from `y` down, each with its label before it, in a column of `room` wide."""
    shapes: list[Shape] = []
    for bar, height in zip(bars, _heights(bars, room), strict=True):
        middle = y + height / 2
        shapes += column(fonts.wrapped(bar.label, SMALL, room), plot.left - _GAP, middle, SMALL, anchor="end")
        shapes += _segments(bar, shown, plot, middle)
        y += height
    return shapes


def _segments(bar: Bar, shown: Sequence[Look], plot: _Plot, middle: float) -> list[Shape]:
    """Give the parts of a bar, each with its count if that fits."""
    shapes: list[Shape] = []
    ends = accumulate(bar.counts, initial=0)
    for count, look, (start, end) in zip(bar.counts, shown, pairwise(ends), strict=True):
        if not count:
            continue
        left, right = plot.x(start), plot.x(end)
        shapes += look.box(left, middle - _THICK / 2, right - left, _THICK)
        if fonts.width(str(count), SMALL) + 0.8 <= right - left:
            shapes += _count(count, look, (left + right) / 2, middle)
    return shapes


def _count(count: int, look: Look, x: float, middle: float) -> list[Shape]:
    words = Words(x, standing(middle, SMALL), str(count), SMALL, look.text, "middle")
    if look.hatch is None:
        return [words]
    # lines through the number would make it hard to read
    left, top, right, bottom = words.bounds
    return [Box(left - 0.2, top - 0.2, right - left + 0.4, bottom - top, look.fill), words]
