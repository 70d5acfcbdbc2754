"""The planning of points as a picture: a bar for each phase, what was first planned, and what slips.

Nothing stands in colour alone: bars of later phases are thicker, slip is hatched and written, and every
signal has a mark of its own shape with its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from lxml import etree

from exports.charts import fonts, vector
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
from exports.palette import GROUP, INK, LINE, MUTED, RANKS, in_time
from exports.wording import day as spoken
from surveys.follow_up import kinds
from surveys.follow_up.planning import Planning
from surveys.follow_up.schedule import Line, Schedule, Track
from surveys.follow_up.timeline import Days

_NAMES: Final = 46.0
_LEFT: Final = _NAMES + 5.0
_RIGHT: Final = WIDTH - 24.0
"""Where the days are: between the names and the signals."""
_SIGNALS: Final = _RIGHT + 3.0

_SIZE: Final = 2.0
_ROW: Final = 8.6
_NAME_LINES: Final = 3
_HEAD: Final = 5.0
_LEGEND: Final = 15.5
_COLUMNS: Final = 3
_AXIS: Final = 6.0

_THICK: Final = (1.0, 2.0, 3.0)
"""How thick the bar of each phase is."""
_FILLS: Final = tuple(in_time(3))
_STUB: Final = 2.6
"""How long the bar of a phase is of which the beginning is not planned."""
_SLIP: Final = RANKS["partly"].fill
_BELOW: Final = 2.9
"""How far under its bars the first planning of a point stands."""

_STEPS: Final = (1, 3, 6, 12, 24, 60, 120)
_TICKS: Final = 7
_NEAR: Final = timedelta(400)
"""Today is drawn unless it is further than this from all that is planned."""
_MONTHS: Final = "jan feb mrt apr mei jun jul aug sep okt nov dec".split()
_PIXELS: Final = 1088
"""How wide it is on a page: as wide as a page is, and readable where it has to be scrolled."""

_SVG: Final = "http://www.w3.org/2000/svg"
TITLE: Final = "Planning per punt"


@dataclass(frozen=True, slots=True)
class _Axis:
    """The days from left to right."""

    first: date
    last: date

    def x(self, day: date) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (day - self.first).days / max((self.last - self.first).days, 1)

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def ticks(self) -> list[date]:
        """The first days of months, quarters or years: no more than there is room for."""
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
        step = next((each for each in _STEPS if months <= each * _TICKS), _STEPS[-1])
        counted = range(self.first.year * 12, self.last.year * 12 + 12, step)
        days = (date(each // 12, each % 12 + 1, 1) for each in counted)
        return [day for day in days if self.holds(day)]


def svg(found: Schedule) -> str:
    """The picture as SVG to stand in a page, with a title and a description for who does not see it."""
    root = etree.XML(vector.write(picture(found)))
    box = root.get("viewBox", "").split()
    root.set("width", str(_PIXELS))
    root.set("height", str(round(_PIXELS * float(box[3]) / float(box[2]))))
    root.set("role", "img")
    root.set("aria-labelledby", "planning-titel planning-beschrijving")
    for place, (name, text) in enumerate((("title", TITLE), ("desc", described(found)))):
        node = etree.Element(f"{{{_SVG}}}{name}")
        node.set("id", "planning-titel" if name == "title" else "planning-beschrijving")
        node.text = text
        root.insert(place, node)
    return etree.tostring(root, encoding="unicode")


def described(found: Schedule) -> str:
    """What can be seen, in words."""
    axis = _axis(found)
    return (
        f"Balken per fase voor {len(found.lines)} punten, van {spoken(axis.first)} tot {spoken(axis.last)}."
        f" Punten met een signaal: {found.slipping}. De tabel onder de figuur geeft dezelfde gegevens."
    )


def picture(found: Schedule) -> Picture:
    """Lay out the tracks below each other, each with its points."""
    axis = _axis(found)
    rows: list[Shape] = []
    y = top = _LEGEND + _AXIS
    for track in found.tracks:
        rows += _heading(track, y)
        y += _HEAD
        for line in track.lines:
            high = _high(line)
            rows += _row(line, axis, y, high)
            y += high
    days = _days(axis, found.day, top, y)
    return Picture(y + 0.5, (*_legend(), *days, *rows, *_today(axis, found.day, top, y)))


def _axis(found: Schedule) -> _Axis:
    days = sorted(day for line in found.lines for day in _all_days(line.planning))
    first, last = (days[0], days[-1]) if days else (found.day, found.day)
    if first - _NEAR <= found.day <= last + _NEAR:
        first, last = min(first, found.day), max(last, found.day)
    room = max((last - first) // 25, timedelta(14))
    return _Axis(first - room, last + room)


def _all_days(planning: Planning) -> Iterator[date]:
    for days in (planning.actual, *(plan.days for plan in (planning.first, planning.current) if plan)):
        yield from (day for day in days.values() if day)


def _heading(track: Track, y: float) -> list[Shape]:
    band = Box(0.0, y, WIDTH, _HEAD, GROUP.fill)
    return [band, Words(1.0, standing(y + _HEAD / 2, _SIZE + 0.2), track.title, _SIZE + 0.2, bold=True)]


def _high(line: Line) -> float:
    lines = max(len(_name(line)), len(_said(line.planning)))
    return max(_ROW, lines * fonts.LEADING * _SIZE + 2.4)


def _name(line: Line) -> list[str]:
    lines = fonts.wrapped(line.point.called, _SIZE, _NAMES)
    kept = lines[:_NAME_LINES]
    return kept if kept == lines else [*kept[:-1], f"{kept[-1][:-1]}…"]


def _row(line: Line, axis: _Axis, y: float, high: float) -> Iterator[Shape]:
    planning, middle = line.planning, y + high / 2 - 0.2
    yield from column(_name(line), 1.0, y + high / 2, _SIZE)
    yield from _first(planning, axis, middle + _BELOW)
    yield from _bars(planning.days, axis, middle)
    yield from (_triangle(axis.x(day), middle - 1.9) for day in planning.actual.values() if day)
    yield from _signals(planning, y + high / 2)
    yield Lines((((0.0, y + high), (WIDTH, y + high)),), LINE, 0.1)


def _bars(days: Days, axis: _Axis, middle: float) -> Iterator[Shape]:
    before: date | None = None
    for phase, thick, fill in zip(kinds.PHASES, _THICK, _FILLS, strict=True):
        day = days[phase]
        if day is None:
            continue
        end = axis.x(day)
        start = axis.x(before) if before else end - _STUB
        yield Box(start, middle - thick / 2, max(end - start, 0.3), thick, fill, INK, 0.12)
        yield Lines((((end, middle - 1.7), (end, middle + 1.7)),), INK, 0.35)
        before = day


def _first(planning: Planning, axis: _Axis, middle: float) -> Iterator[Shape]:
    """What was first planned where that is something else now, with the slip since."""
    first = planning.first.days if planning.first else {}
    known = [day for day in first.values() if day]
    if not known or (first == planning.days and not planning.slip):
        return
    if planning.slip and planning.slip > 0 and (end := first["done_on"]):
        start, until = axis.x(end), axis.x(end + timedelta(planning.slip))
        box = Box(start, middle - 0.75, until - start, 1.5, WHITE, _SLIP, 0.2)
        yield from (box, hatching(box, _SLIP, 0.9))
    if len(known) > 1:
        yield Lines((((axis.x(known[0]), middle), (axis.x(known[-1]), middle)),), MUTED, 0.25)
    yield from (_diamond(axis.x(day), middle) for day in known)


def _said(planning: Planning) -> list[tuple[str, str]]:
    """The signals of a point: the mark of each (empty: none), and its words."""
    found = []
    if planning.slip:
        found.append(("slip" if planning.slip > 0 else "", planning.slip_words or ""))
    if planning.late:
        found.append(("late", "te laat"))
    if planning.clashes:
        found.append(("clash", "botst"))
    if not found and planning.reached == "done_on":
        found.append(("", "uitgevoerd"))
    return found


def _signals(planning: Planning, middle: float) -> Iterator[Shape]:
    said = _said(planning)
    for place, (mark, text) in enumerate(said):
        y = middle + (place - (len(said) - 1) / 2) * fonts.LEADING * _SIZE
        yield from _mark(mark, _SIGNALS + 1.0, y)
        yield Words(_SIGNALS + 3.2, standing(y, _SIZE), text, _SIZE, bold=bool(mark))


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
    for day in axis.ticks:
        x = axis.x(day)
        yield Lines((((x, top), (x, bottom)),), LINE, 0.15)
        yearly = all(each.month == 1 for each in axis.ticks)
        label = str(day.year) if yearly else f"{_MONTHS[day.month - 1]} {day.year}"
        yield Words(x, top - 1.2, label, _SIZE, MUTED, "middle")
    if not axis.holds(today):
        text = f"vandaag: {spoken(today)} →" if today > axis.last else f"← vandaag: {spoken(today)}"
        yield Words(_RIGHT, top - 4.2, text, _SIZE, INK, "end")


def _today(axis: _Axis, day: date, top: float, bottom: float) -> Iterator[Shape]:
    if axis.holds(day):
        x = axis.x(day)
        yield Lines((((x, top), (x, bottom)),), INK, 0.35, (1.2, 0.8))
        yield Words(x, top - 4.2, "vandaag", _SIZE, INK, "middle", bold=True)


def _legend() -> Iterator[Shape]:
    """What each shape means."""
    entries = [
        *((("bar", place), f"gepland tot ‘{label}’") for place, label in enumerate(kinds.PHASES.values())),
        (("actual", 0), "werkelijk bereikt"),
        (("first", 0), "eerste planning"),
        (("hatch", 0), "later dan eerst gepland"),
        (("slip", 0), "loopt uit, met het aantal dagen"),
        (("late", 0), "geplande dag voorbij"),
        (("clash", 0), "botst met ander punt"),
    ]
    for place, ((kind, number), text) in enumerate(entries):
        x, y = 1.0 + place % _COLUMNS * WIDTH / _COLUMNS, 2.0 + place // _COLUMNS * 4.2
        yield from _sample(kind, number, x, y)
        yield Words(x + 7.0, standing(y, _SIZE), text, _SIZE)


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
