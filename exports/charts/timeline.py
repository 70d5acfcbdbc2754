"""What is planned by track: a bar for each phase, what was first planned, and what slips.

Nothing stands in colour alone: bars of later phases are thicker, slip is hatched and written, and every
signal has a mark of its own shape with its words. It is one figure, or sheets to print.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from exports.charts import fonts
from exports.charts.shapes import (
    WHITE,
    WIDTH,
    Area,
    Box,
    Lines,
    Picture,
    Shape,
    Words,
    column,
    hatching,
    standing,
)
from exports.document import Lane, PlannedBar, Timeline
from exports.palette import GROUP, INK, LINE, MUTED, RANKS, in_time
from exports.wording import day as spoken

_NAME_LINES: Final = 3
_ROW: Final = 8.6
_AXIS: Final = 6.0
_THICK: Final = (1.0, 2.0, 3.0)
"""How thick the bar of each phase is."""
_FILLS: Final = tuple(in_time(3))
_STUB: Final = 2.6
"""How long the bar of a phase is of which the beginning is not planned."""
_SLIP: Final = RANKS["partly"].fill
_BELOW: Final = 2.9
"""How far under its bars the first planning of a point stands."""
_ENTRY: Final = 4.2
"""From one line of the legend to the next."""

_STEPS: Final = (1, 3, 6, 12, 24, 60, 120, 240, 600)
_NEAR: Final = timedelta(400)
"""Today is drawn unless it is further than this from all that is planned."""
_MONTHS: Final = "jan feb mrt apr mei jun jul aug sep okt nov dec".split()

PAPER: Final = (297.0, 210.0)
"""A4, landscape."""
EDGE: Final = 10.0
"""What stays free around a sheet, so that every printer prints all of it."""
_TITLE: Final = 13.0
_FOOT: Final = 6.0


@dataclass(frozen=True, slots=True)
class Frame:
    """How wide everything is: the names at the left, the signals at the right, the days between them.

    `size` is that of the text; the legend has `columns`, and the axis no more than `ticks` lines.
    """

    width: float
    names: float
    signals: float
    size: float
    columns: int
    ticks: int

    @property
    def left(self) -> float:
        """Where the days begin."""
        return self.names + 5.0

    @property
    def right(self) -> float:
        """Where they end."""
        return self.width - self.signals

    @property
    def head(self) -> float:
        """How high the title of a track is."""
        return self.size + 3.0


FIGURE: Final = Frame(WIDTH, names=46.0, signals=24.0, size=2.0, columns=3, ticks=7)
SHEET: Final = Frame(PAPER[0] - 2 * EDGE, names=82.0, signals=36.0, size=2.6, columns=5, ticks=9)


@dataclass(frozen=True, slots=True)
class _Axis:
    """The days from left to right."""

    first: date
    last: date
    frame: Frame

    def x(self, day: date) -> float:
        left, right = self.frame.left, self.frame.right
        return left + (right - left) * (day - self.first).days / max((self.last - self.first).days, 1)

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def ticks(self) -> list[date]:
        """The first days of months, quarters or years: no more than there is room for."""
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
        step = next((each for each in _STEPS if months <= each * self.frame.ticks), _STEPS[-1])
        years = max(step // 12, 1)  # round years, such as 1990 and 2000
        counted = range(self.first.year // years * years * 12, self.last.year * 12 + 12, step)
        days = (date(each // 12, each % 12 + 1, 1) for each in counted)
        return [day for day in days if self.holds(day)]


def picture(drawing: Timeline, frame: Frame = FIGURE) -> Picture:
    """Lay out the tracks below each other, each with its points, as one figure."""
    top = _legend_high(drawing, frame) + _AXIS
    shapes, bottom = _field(drawing, drawing.lanes, _axis(drawing, frame), top)
    return Picture(bottom + 0.5, (*_legend(drawing, frame, 0.0), *shapes))


def sheets(drawing: Timeline, title: str, subtitle: str) -> tuple[Picture, ...]:
    """Lay out the same on sheets of paper, as many as it takes, with the same days on each.

    A track that goes on says so on the next sheet. Without any point there is one sheet that says that.
    """
    axis = _axis(drawing, SHEET)
    top = _TITLE + _legend_high(drawing, SHEET) + _AXIS
    bottom = PAPER[1] - 2 * EDGE
    found = _broken(drawing.lanes, bottom - _FOOT - top)
    made = []
    for place, lanes in enumerate(found or [()], start=1):
        shapes: list[Shape] = [*_heading(title, subtitle), *_legend(drawing, SHEET, _TITLE)]
        if lanes:
            shapes += _field(drawing, lanes, axis, top)[0]
        else:
            shapes.append(Words(0.0, top + 4.0, "Er zijn geen punten met een planning.", SHEET.size))
        said = f"Blad {place} van {max(len(found), 1)}"
        shapes.append(Words(SHEET.width, bottom, said, SHEET.size, MUTED, "end"))
        made.append(Picture(bottom, tuple(shapes), PAPER, EDGE))
    return tuple(made)


def span(drawing: Timeline) -> tuple[date, date]:
    """The first and the last day that are drawn."""
    axis = _axis(drawing, FIGURE)
    return axis.first, axis.last


def _heading(title: str, subtitle: str) -> Iterator[Shape]:
    yield Words(0.0, 4.5, title, 5.0, bold=True)
    yield Words(0.0, 9.5, subtitle, SHEET.size + 0.2, MUTED)


def _broken(lanes: Sequence[Lane], room: float) -> list[tuple[Lane, ...]]:
    """The tracks over sheets that have so much room: no title of a track is the last on its sheet."""
    found: list[list[Lane]] = []
    left = 0.0
    for lane in lanes:
        for place, bar in enumerate(lane.bars):
            high = _high(bar, SHEET)
            more = high if place else high + SHEET.head
            if not found or left < more:
                found.append([])
                left, more = room, high + SHEET.head
                begun = Lane(f"{lane.title} (vervolg)" if place else lane.title, ())
                found[-1].append(begun)
            elif not place:
                found[-1].append(Lane(lane.title, ()))
            left -= more
            found[-1][-1] = replace(found[-1][-1], bars=(*found[-1][-1].bars, bar))
    return [tuple(each) for each in found]


def _field(
    drawing: Timeline, lanes: Iterable[Lane], axis: _Axis, top: float
) -> tuple[tuple[Shape, ...], float]:
    """Tracks with their points under an axis, and how far down they go."""
    frame, day, rows, y = axis.frame, date.fromisoformat(drawing.day), [], top
    for lane in lanes:
        rows += _lane(lane, frame, y)
        y += frame.head
        for bar in lane.bars:
            high = _high(bar, frame)
            rows += _row(bar, axis, y, high)
            y += high
    return (*_days(axis, day, top, y), *rows, *_today(axis, day, top, y)), y


def _axis(drawing: Timeline, frame: Frame) -> _Axis:
    today = date.fromisoformat(drawing.day)
    days = [day for lane in drawing.lanes for bar in lane.bars for day in _all_days(bar)]
    first, last = min(days, default=today), max(days, default=today)
    if first - _NEAR <= today <= last + _NEAR:
        first, last = min(first, today), max(last, today)
    room = max((last - first) // 25, timedelta(14))
    return _Axis(first - room, last + room, frame)


def _all_days(bar: PlannedBar) -> Iterator[date]:
    yield from (day for days in (bar.actual, bar.first, bar.now) for day in _known(days))


def _known(days: Iterable[str | None]) -> list[date]:
    return [date.fromisoformat(day) for day in days if day]


def _lane(lane: Lane, frame: Frame, y: float) -> list[Shape]:
    size = frame.size + 0.2
    band = Box(0.0, y, frame.width, frame.head, GROUP.fill)
    return [band, Words(1.0, standing(y + frame.head / 2, size), lane.title, size, bold=True)]


def _high(bar: PlannedBar, frame: Frame) -> float:
    lines = max(len(_name(bar, frame)), len(bar.signals))
    return max(_ROW, lines * fonts.LEADING * frame.size + 2.4)


def _name(bar: PlannedBar, frame: Frame) -> list[str]:
    lines = fonts.wrapped(bar.label, frame.size, frame.names)
    kept = lines[:_NAME_LINES]
    return kept if kept == lines else [*kept[:-1], f"{kept[-1][:-1]}…"]


def _row(bar: PlannedBar, axis: _Axis, y: float, high: float) -> Iterator[Shape]:
    frame, middle = axis.frame, y + high / 2 - 0.2
    yield from column(_name(bar, frame), 1.0, y + high / 2, frame.size)
    yield from _first(bar, axis, middle + _BELOW)
    yield from _bars(bar, axis, middle)
    yield from (_triangle(axis.x(day), middle - 1.9) for day in _known(bar.actual))
    yield from _signals(bar, frame, y + high / 2)
    yield Lines((((0.0, y + high), (frame.width, y + high)),), LINE, 0.1)


def _bars(bar: PlannedBar, axis: _Axis, middle: float) -> Iterator[Shape]:
    before: date | None = None
    for planned, thick, fill in zip(bar.now, _THICK, _FILLS, strict=True):
        if planned is None:
            continue
        day = date.fromisoformat(planned)
        end = axis.x(day)
        start = axis.x(before) if before else end - _STUB
        yield Box(start, middle - thick / 2, max(end - start, 0.3), thick, fill, INK, 0.12)
        yield Lines((((end, middle - 1.7), (end, middle + 1.7)),), INK, 0.35)
        before = day


def _first(bar: PlannedBar, axis: _Axis, middle: float) -> Iterator[Shape]:
    """What was first planned where that is something else now, with the slip since."""
    known = _known(bar.first)
    if not known or (bar.first == bar.now and not bar.slip):
        return
    if bar.slip and bar.slip > 0 and (end := bar.first[-1]):
        planned = date.fromisoformat(end)
        start, until = axis.x(planned), axis.x(planned + timedelta(bar.slip))
        box = Box(start, middle - 0.75, until - start, 1.5, WHITE, _SLIP, 0.2)
        yield from (box, hatching(box, _SLIP, 0.9))
    if len(known) > 1:
        yield Lines((((axis.x(known[0]), middle), (axis.x(known[-1]), middle)),), MUTED, 0.25)
    yield from (_diamond(axis.x(day), middle) for day in known)


def _signals(bar: PlannedBar, frame: Frame, middle: float) -> Iterator[Shape]:
    x = frame.right + 3.0
    for place, (mark, text) in enumerate(bar.signals):
        y = middle + (place - (len(bar.signals) - 1) / 2) * fonts.LEADING * frame.size
        yield from _mark(mark, x + 1.0, y)
        yield Words(x + 3.2, standing(y, frame.size), text, frame.size, bold=bool(mark))


def _mark(mark: str, x: float, y: float) -> Iterator[Shape]:
    if mark == "slip":
        yield Area(((x, y - 0.9), (x + 1.0, y + 0.9), (x - 1.0, y + 0.9)), _SLIP, _SLIP)
    if mark == "late":
        yield Box(x - 0.8, y - 0.8, 1.6, 1.6, WHITE, _SLIP, 0.4)
    if mark == "clash":
        crossed = (((x - 0.8, y - 0.8), (x + 0.8, y + 0.8)), ((x - 0.8, y + 0.8), (x + 0.8, y - 0.8)))
        yield Lines(crossed, _SLIP, 0.5)


def _days(axis: _Axis, today: date, top: float, bottom: float) -> Iterator[Shape]:
    """The lines of the months or years, and where today is if that is far from all of them."""
    size = axis.frame.size
    for day in axis.ticks:
        x = axis.x(day)
        yield Lines((((x, top), (x, bottom)),), LINE, 0.15)
        yearly = all(each.month == 1 for each in axis.ticks)
        label = str(day.year) if yearly else f"{_MONTHS[day.month - 1]} {day.year}"
        yield Words(x, top - 1.2, label, size, MUTED, "middle")
    if not axis.holds(today):
        text = f"vandaag: {spoken(today)} →" if today > axis.last else f"← vandaag: {spoken(today)}"
        yield Words(axis.frame.right, top - 4.2, text, size, INK, "end")


def _today(axis: _Axis, day: date, top: float, bottom: float) -> Iterator[Shape]:
    if axis.holds(day):
        x = axis.x(day)
        yield Lines((((x, top), (x, bottom)),), INK, 0.35, (1.2, 0.8))
        yield Words(x, top - 4.2, "vandaag", axis.frame.size, INK, "middle", bold=True)


def _entries(drawing: Timeline) -> list[tuple[tuple[str, int], str]]:
    """What each shape means."""
    return [
        *((("bar", place), f"gepland tot ‘{label}’") for place, label in enumerate(drawing.phases)),
        (("actual", 0), "werkelijk bereikt"),
        (("first", 0), "eerste planning"),
        (("hatch", 0), "later dan eerst gepland"),
        (("slip", 0), "loopt uit, met het aantal dagen"),
        (("late", 0), "geplande dag voorbij"),
        (("clash", 0), "botst met ander punt"),
    ]


def _legend_high(drawing: Timeline, frame: Frame) -> float:
    return -(-len(_entries(drawing)) // frame.columns) * _ENTRY + 2.9


def _legend(drawing: Timeline, frame: Frame, top: float) -> Iterator[Shape]:
    for place, ((kind, number), text) in enumerate(_entries(drawing)):
        x = 1.0 + place % frame.columns * frame.width / frame.columns
        y = top + 2.0 + place // frame.columns * _ENTRY
        yield from _sample(kind, number, x, y)
        yield Words(x + 7.0, standing(y, frame.size), text, frame.size)


def _sample(kind: str, number: int, x: float, y: float) -> Iterable[Shape]:
    box = Box(x, y - 0.75, 5.5, 1.5, WHITE, _SLIP, 0.2)
    end = x + 5.5
    if kind == "bar":
        yield Box(x, y - _THICK[number] / 2, 5.5, _THICK[number], _FILLS[number], INK, 0.12)
        yield Lines((((end, y - 1.7), (end, y + 1.7)),), INK, 0.35)
    elif kind == "actual":
        yield _triangle(x + 2.7, y + 0.6)
    elif kind == "first":
        yield Lines((((x, y), (end, y)),), MUTED, 0.25)
        yield from (_diamond(each, y) for each in (x + 0.6, end - 0.6))
    elif kind == "hatch":
        yield from (box, hatching(box, _SLIP, 0.9))
    else:
        yield from _mark(kind, x + 2.7, y)


def _triangle(x: float, tip: float) -> Area:
    return Area(((x, tip), (x - 0.95, tip - 1.5), (x + 0.95, tip - 1.5)), INK, INK)


def _diamond(x: float, y: float) -> Area:
    return Area(((x, y - 0.8), (x + 0.8, y), (x, y + 0.8), (x - 0.8, y)), WHITE, INK, 0.22)
