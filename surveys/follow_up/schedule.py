"""The planning of all open points at once, by track: what the planning overview and its file show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from surveys.follow_up import planning
from surveys.follow_up.planning import Planning
from surveys.follow_up.points import PointInfo
from surveys.follow_up.register import Asked, register
from surveys.follow_up.schemes import Scheme
from surveys.reports.source import UnitInfo

TRACKS: Final = "spoor"
"""The scheme by whose values the overview is grouped."""
NO_TRACK: Final = "Zonder spoor"


@dataclass(frozen=True)
class Line:
    """A point with its planning."""

    point: PointInfo
    planning: Planning


@dataclass(frozen=True)
class Track:
    """A track with the points that are planned in it."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Schedule:
    """The tracks that have planned points, how many of the points asked for have no planning, and the day.

    `units` and `schemes`: what can be asked for.
    """

    tracks: tuple[Track, ...]
    unplanned: int
    day: date
    units: tuple[UnitInfo, ...]
    schemes: Mapping[str, Scheme]

    @property
    def lines(self) -> tuple[Line, ...]:
        """All points that are planned, in their order."""
        return tuple(line for track in self.tracks for line in track.lines)

    @property
    def slipping(self) -> int:
        """How many of them slip."""
        return sum(line.planning.slips for line in self.lines)

    @property
    def fictief(self) -> bool:
        """Whether something that is shown is made up."""
        return any(line.point.fictief for line in self.lines)


def schedule(session: Session, day: date, asked: Asked) -> Schedule:
    """The planning of the open points that are asked for, in a fixed number of queries."""
    found = register(session, replace(asked, openness="open"))
    shown = [row.point for row in found.rows]
    plannings = planning.of_points(session, [point.id for point in shown], day)
    planned = [Line(point, plannings[point.id]) for point in shown if plannings[point.id].versions]
    titles = [*found.schemes[TRACKS].labels.items(), (None, NO_TRACK)]
    known = found.schemes[TRACKS].values
    tracks = []
    for code, title in titles:
        lines = tuple(line for line in planned if _track(line.point, known) == code)
        if lines:
            tracks.append(Track(title, lines))
    return Schedule(tuple(tracks), len(shown) - len(planned), day, found.units, found.schemes)


def _track(point: PointInfo, known: Mapping[str, object]) -> str | None:
    code = point.classes.get(TRACKS)
    return code if code in known else None
