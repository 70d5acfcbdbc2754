"""The multi-year agenda (meerjarenagenda): objectives and planned phases, by track or part, year beside year.

Source: the multi-year agenda with priorities and objectives, for which the detailed planning is the basis
(000 r. 50-56, 105-107).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from surveys.follow_up import capacity, kinds, objectives, planning, points, schemes
from surveys.follow_up.capacity import Priority
from surveys.follow_up.objectives import ObjectiveInfo
from surveys.follow_up.points import PointInfo
from surveys.follow_up.shortage import NO_TRACK, TRACKS, track_of
from surveys.questions import day as in_words

GROUPS: Final[dict[str, str]] = {"spoor": "Spoor", "onderdeel": "Onderdeel"}
"""By what the agenda can be divided."""
SHOWN: Final = 4
"""So many years are shown beside each other."""


@dataclass(frozen=True)
class PlannedPoint:
    """A point in a year: which of its phases are planned in it, with their days in words."""

    point: PointInfo
    priority: str | None
    phases: tuple[str, ...]

    @property
    def words(self) -> str:
        """The phases as one text."""
        return "; ".join(self.phases)


@dataclass(frozen=True)
class InYear:
    """What one group has in one year."""

    objectives: tuple[ObjectiveInfo, ...]
    points: tuple[PlannedPoint, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it, a line each, objectives first."""
        return (
            *(f"Doel: {each.details.text} ({each.state_label.lower()})" for each in self.objectives),
            *(f"{each.point.called}: {each.words}" for each in self.points),
        )


EMPTY: Final = InYear((), ())


@dataclass(frozen=True)
class Group:
    """A track or part, with what it has in each year."""

    title: str
    by_year: Mapping[int, InYear]

    def year(self, number: int) -> InYear:
        """What it has in a year."""
        return self.by_year.get(number, EMPTY)


@dataclass(frozen=True)
class YearAgenda:
    """The agenda. `years` are those that are shown, `known` all of which something is planned."""

    by: str
    years: tuple[int, ...]
    known: tuple[int, ...]
    groups: tuple[Group, ...]
    objectives: tuple[ObjectiveInfo, ...]

    @property
    def by_label(self) -> str:
        """By what it is divided, in Dutch."""
        return GROUPS[self.by]

    @property
    def shown(self) -> tuple[Group, ...]:
        """The groups that have something in a year that is shown."""
        return tuple(each for each in self.groups if any(year in each.by_year for year in self.years))

    @property
    def earlier(self) -> int | None:
        """From which year on to show it to see what came before, None when nothing did."""
        before = [year for year in self.known if year < self.years[0]]
        return max(before[0], before[-1] - SHOWN + 1) if before else None

    @property
    def later(self) -> int | None:
        """The same of what comes after."""
        return next((year for year in self.known if year > self.years[-1]), None)

    @property
    def fictief(self) -> bool:
        """Whether something that is shown is made up."""
        shown = [group.year(year) for group in self.shown for year in self.years]
        return any(each.fictief for cell in shown for each in cell.objectives) or any(
            each.point.fictief for cell in shown for each in cell.points
        )


def agenda(session: Session, day: date, by: str, first: int | None = None) -> YearAgenda:
    """The agenda by a key of `GROUPS`, from a year on (that of the day): a fixed number of queries.

    An objective stands in the tracks of its points, and under the part that it is of; a point in its own
    track, and under the unit or whoever it is for.
    """
    every, found = points.listed(session), objectives.listed(session)
    tracks = schemes.schemes(session)[TRACKS]
    placed = {each.id: track_of(each, tracks) if by == TRACKS else whom(each) for each in every}
    ranked = capacity.priorities(session)
    plans = planning.of_points(session, [each.id for each in every], day)
    aims: defaultdict[tuple[str, int], list[ObjectiveInfo]] = defaultdict(list)
    for aim in found:
        for title in _titles(aim, by, placed):
            aims[title, aim.year].append(aim)
    phases: defaultdict[tuple[str, int], list[PlannedPoint]] = defaultdict(list)
    for point in every:
        for year, words in _phases(plans[point.id].days):
            ahead = _priority(ranked.get(point.id, ()))
            phases[placed[point.id], year].append(PlannedPoint(point, ahead, words))
    cells = {
        key: InYear(tuple(aims.get(key, ())), tuple(phases.get(key, ()))) for key in aims.keys() | phases
    }
    begin = first or day.year
    return YearAgenda(
        by,
        tuple(range(begin, begin + SHOWN)),
        tuple(sorted({year for _, year in cells})),
        tuple(
            Group(title, {year: cell for (of, year), cell in cells.items() if of == title})
            for title in sorted(
                {title for title, _ in cells}, key=lambda each: (each == NO_TRACK, each.lower())
            )
        ),
        tuple(found),
    )


def whom(point: PointInfo) -> str:
    """The part of the organisation that a point is for."""
    return point.unit.name if point.unit else point.addressee


def _titles(aim: ObjectiveInfo, by: str, placed: Mapping[int, str]) -> Iterable[str]:
    if by != TRACKS:
        return (aim.details.part,)
    return dict.fromkeys(placed[number] for number, _ in aim.points if number in placed) or (NO_TRACK,)


def _phases(days: Mapping[str, date | None]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The years in which phases are planned, with those phases and their days in words."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for phase, label in kinds.PHASES.items():
        planned = days[phase]
        if planned is not None:
            found[planned.year].append(f"{label.lower()} op {in_words(planned)}")
    for year, words in found.items():
        yield year, tuple(words)


def _priority(ranked: tuple[Priority, ...]) -> str | None:
    last = ranked[-1] if ranked else None
    return last.label if last and last.code else None
