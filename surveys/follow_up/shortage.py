"""What is short: people and budget of all points, by part of the organisation and year, point and track.

Source: what can be carried out is limited, so what comes first and with which means is a choice (000 r.
42-46, 52-56). Nothing is counted twice: every row counts for the point that it was filled in for.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeVar

from sqlalchemy.orm import Session

from surveys.follow_up import capacity, kinds, points, schemes
from surveys.follow_up.capacity import HIGH, CapacityAt, CapacityInfo, Priority
from surveys.follow_up.means import Means, total
from surveys.follow_up.points import PointInfo
from surveys.follow_up.schemes import Scheme

TRACKS: Final = "spoor"
"""The scheme whose values are the tracks."""
NO_TRACK: Final = "Niet ingedeeld"
_ORDER: Final = {code: place for place, code in enumerate(kinds.PRIORITIES)}
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Resourced:
    """A point with its priority and what parts need and have for it, in the years that are shown."""

    point: PointInfo
    priorities: tuple[Priority, ...]
    capacities: tuple[CapacityInfo, ...]
    track: str

    @property
    def priority(self) -> Priority | None:
        """The priority now, None for none."""
        last = self.priorities[-1] if self.priorities else None
        return last if last and last.code else None

    @property
    def means(self) -> Means:
        """What the parts need and have together."""
        return total(each.now.means for each in self.capacities)

    @property
    def urgent(self) -> bool:
        """Whether it runs, comes first, and lacks people or budget."""
        high = self.priority is not None and self.priority.code == HIGH
        return high and self.point.is_open and self.means.short


@dataclass(frozen=True)
class Shortage:
    """What is needed, assigned and short. `year`: the only one that is shown, None for all of them.

    `years`: those of which something is known.
    """

    year: int | None
    years: tuple[int, ...]
    found: tuple[Resourced, ...]

    @cached_property
    def urgent(self) -> tuple[Resourced, ...]:
        """The points that come first and lack people or budget."""
        return tuple(each for each in self.found if each.urgent)

    @cached_property
    def by_part(self) -> Mapping[tuple[str, int], Means]:
        """What each part needs and has a year, by part and year."""
        found = _grouped(((now.part, now.year), now.means) for now in self._rows)
        return dict(sorted(found.items(), key=lambda each: (each[0][0].lower(), each[0][1])))

    @cached_property
    def by_track(self) -> Mapping[str, Means]:
        """What each track needs and has; what is in no track comes last."""
        found = _grouped((each.track, each.means) for each in self.found if each.capacities)
        return dict(sorted(found.items(), key=lambda each: (each[0] == NO_TRACK, each[0].lower())))

    @property
    def total(self) -> Means:
        """All of it together."""
        return total(now.means for now in self._rows)

    @property
    def fictief(self) -> bool:
        """Whether something in it is made up."""
        return any(each.point.fictief for each in self.found)

    @property
    def _rows(self) -> Iterable[CapacityAt]:
        return (each.now for found in self.found for each in found.capacities)


def shortage(session: Session, year: int | None = None) -> Shortage:
    """What is short, of all years or of one: a fixed number of queries.

    Only points with a priority or with people or budget are in it: what comes first is first, and of the same
    priority what is first in the register.
    """
    given, ranked = capacity.of_points(session), capacity.priorities(session)
    tracks = schemes.schemes(session)[TRACKS]
    found = [
        _resourced(point, ranked.get(point.id, ()), given.get(point.id, ()), tracks, year)
        for point in points.listed(session, given.keys() | ranked.keys())
    ]
    shown = [each for each in found if each.capacities or (each.priority and each.point.is_open)]
    years = {each.now.year for rows in given.values() for each in rows}
    return Shortage(year, tuple(sorted(years)), tuple(sorted(shown, key=_place)))


def of_point(session: Session, point: PointInfo) -> Resourced:
    """The same of one point, of all years."""
    return _resourced(
        point,
        capacity.priorities(session, [point.id]).get(point.id, ()),
        capacity.of_points(session, [point.id]).get(point.id, ()),
        schemes.schemes(session)[TRACKS],
        None,
    )


def track_of(point: PointInfo, tracks: Scheme) -> str:
    """What the track of a point is called."""
    code = point.classes.get(TRACKS)
    return tracks.label(code) if code else NO_TRACK


def _resourced(
    point: PointInfo,
    ranked: tuple[Priority, ...],
    given: tuple[CapacityInfo, ...],
    tracks: Scheme,
    year: int | None,
) -> Resourced:
    kept = tuple(each for each in given if year in (None, each.now.year))
    return Resourced(point, ranked, kept, track_of(point, tracks))


def _place(each: Resourced) -> tuple[int, int, int]:
    code = each.priority.code if each.priority else None
    return (_ORDER.get(code or "", len(_ORDER)), each.point.place, each.point.id)


def _grouped(pairs: Iterable[tuple[Key, Means]]) -> dict[Key, Means]:
    found: dict[Key, Means] = {}
    for key, means in pairs:
        found[key] = found.get(key, Means()) + means
    return found
