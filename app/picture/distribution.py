"""Where the marks of the distribution chart stand: a box, a dot for each unit, the limits of the levels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import scoring
from surveys.instruments import Level
from surveys.reports import UnitInfo

WIDTH = 640
MARGIN = 24
DOT = 10
"""How far two dots stand apart: as far as they are wide."""
AXIS = 28
BOX = 28
FIGURES = 20


@dataclass(frozen=True)
class Dot:
    """A unit, with its score (0..1)."""

    x: float
    y: float
    unit: UnitInfo
    score: float


@dataclass(frozen=True)
class Limit:
    """Where a level begins."""

    x: float
    level: str


@dataclass(frozen=True)
class Chart:
    """The chart, in the units of its own view box. `box` has the x of min, q1, median, mean, q3 and max."""

    width: int
    height: int
    axis_y: int
    box_y: int
    box_height: int
    left: float
    right: float
    ticks: tuple[tuple[float, float], ...]
    limits: tuple[Limit, ...]
    dots: tuple[Dot, ...]
    box: dict[str, float]

    @property
    def box_middle_y(self) -> float:
        """Half the height of the box."""
        return self.box_y + self.box_height / 2

    @property
    def box_end_y(self) -> int:
        """Where the box ends."""
        return self.box_y + self.box_height

    @property
    def box_width(self) -> float:
        """How wide the box is; it can always be seen."""
        return max(self.box["q3"] - self.box["q1"], 1)

    @property
    def figures_y(self) -> int:
        """Where the figures below the axis stand."""
        return self.axis_y + FIGURES


def chart(
    figures: scoring.NationalFactor, scores: Sequence[tuple[float, UnitInfo]], levels: Sequence[Level]
) -> Chart | None:
    """Lay out the chart of the scores (0..1) of the units that have a level; None when there are none."""
    if not scores or figures.mean is None:
        return None
    columns: Counter[int] = Counter()
    places = []
    for score, unit in sorted(scores, key=lambda each: (each[0], each[1].code)):
        column = round((_x(score) - MARGIN) / DOT)
        places.append((column, columns[column], unit, score))
        columns[column] += 1
    dots_height = DOT * (max(columns.values()) + 1)
    box_y = dots_height + DOT
    axis_y = box_y + BOX + DOT
    return Chart(
        width=WIDTH,
        height=axis_y + AXIS,
        axis_y=axis_y,
        box_y=box_y,
        box_height=BOX,
        left=_x(0),
        right=_x(1),
        ticks=tuple((_x(tenth / 10), tenth / 10) for tenth in range(0, 11, 2)),
        limits=tuple(Limit(_x(level.from_), level.label) for level in levels if level.from_ > 0),
        dots=tuple(
            Dot(MARGIN + column * DOT, dots_height - DOT / 2 - height * DOT, unit, score)
            for column, height, unit, score in places
        ),
        box={
            name: _x(figure)
            for name in ("min", "q1", "median", "mean", "q3", "max")
            if (figure := getattr(figures, name)) is not None
        },
    )


def _x(score: float) -> float:
    return round(MARGIN + score * (WIDTH - 2 * MARGIN), 1)
