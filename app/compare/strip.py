"""Where the marks of a unit's strip stand: the quartiles of all, their middle, and the unit's own score."""

from __future__ import annotations

from dataclasses import dataclass

from surveys.reports.compared_unit import UnitRound

WIDTH, HEIGHT, MARGIN = 200, 26, 6


@dataclass(frozen=True)
class Lane:
    """One measurement, in the units of its own view box; `own` is None without a score."""

    width: int
    height: int
    left: float
    right: float
    box: float
    box_width: float
    median: float
    own: float | None


def lane(found: UnitRound) -> Lane | None:
    """Lay out a measurement's strip; None when no unit has a level in it."""
    figures = found.national
    if figures is None or figures.q1 is None or figures.median is None or figures.q3 is None:
        return None
    return Lane(
        width=WIDTH,
        height=HEIGHT,
        left=_x(0),
        right=_x(1),
        box=_x(figures.q1),
        box_width=max(_x(figures.q3) - _x(figures.q1), 1),
        median=_x(figures.median),
        own=None if found.score is None else _x(found.score),
    )


def _x(score: float) -> float:
    return round(MARGIN + score * (WIDTH - 2 * MARGIN), 1)
