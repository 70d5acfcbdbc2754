"""The whole of a point: what it is, with its planning, effect, state, decisions, mentions and outcomes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.follow_up import deciding, indicators, kinds, mentions, outcomes, planning, points, standing
from surveys.follow_up.deciding import DecisionInfo
from surveys.follow_up.indicators import IndicatorInfo
from surveys.follow_up.mentions import MentionInfo
from surveys.follow_up.outcomes import OutcomeInfo
from surveys.follow_up.pdca import Pdca, pdca
from surveys.follow_up.planning import Planning
from surveys.follow_up.points import PointInfo
from surveys.follow_up.standing import Standing
from surveys.models import Point, Unit


@dataclass(frozen=True)
class Sheet:
    """A point with all that is known of it.

    `under`: the measures and parts right below it, each with its own. `successor`: the point in which it goes
    on; `predecessors`: those that went on in this one.
    """

    point: PointInfo
    planning: Planning
    indicators: tuple[IndicatorInfo, ...]
    standing: Standing
    decisions: tuple[DecisionInfo, ...]
    mentions: tuple[MentionInfo, ...]
    outcomes: tuple[OutcomeInfo, ...]
    pdca: Pdca
    under: tuple[Sheet, ...] = ()
    successor: PointInfo | None = None
    predecessors: tuple[PointInfo, ...] = ()

    @property
    def below(self) -> tuple[Sheet, ...]:
        """All that stands under it, at any depth: each before what is under itself."""
        return tuple(self._below())

    @property
    def ended(self) -> bool:
        """Whether nothing more is to be done for it: it was done, or its own side says so."""
        return ended(self.point, self.standing)

    @property
    def budget_label(self) -> str | None:
        """Whether the budget was enough, in Dutch; None while it was not evaluated."""
        found = self.point.evaluation
        return kinds.BUDGETS[found.budget_enough] if found else None

    @property
    def worked_label(self) -> str | None:
        """Whether it worked, likewise."""
        found = self.point.evaluation
        return kinds.WORKED[found.worked] if found else None

    @property
    def closed_label(self) -> str | None:
        """How it was closed, in Dutch; None while it is open."""
        return kinds.CLOSINGS[self.point.closed_as] if self.point.closed_as else None

    def _below(self) -> Iterator[Sheet]:
        for each in self.under:
            yield each
            yield from each._below()


def ended(point: PointInfo, standing: Standing) -> bool:
    """Whether nothing more is to be done for a point: it was done, or its own side says so."""
    return standing.status in kinds.ENDED or point.actual["done_on"] is not None


def sheets(session: Session, day: date, ids: Collection[int] | None = None) -> list[Sheet]:
    """The sheets of all points, or of those with these ids, in the order of the register.

    What stands under a point is in its sheet, whether or not it was asked for. A fixed number of queries.
    """
    every = points.listed(session, None if ids is None else _around(session, ids))
    wanted = every if ids is None else points.below(every, ids)
    found = _Composer(session, day, every, wanted)
    return [found.sheet(each) for each in wanted if ids is None or each.id in ids]


def _around(session: Session, ids: Collection[int]) -> set[int]:
    """The points with these ids, all that stands under them, and those that they go on in or came from."""
    links = session.execute(
        select(Point.id, Point.parent_id, Point.successor_id).where(Point.removed.is_(False))
    ).all()
    found = set(ids)
    while more := {row.id for row in links if row.parent_id in found} - found:
        found |= more
    after = {row.successor_id for row in links if row.id in found and row.successor_id is not None}
    return found | after | {row.id for row in links if row.successor_id in found}


def sheet_for(session: Session, day: date, number: int, unit: Unit) -> Sheet | None:
    """The sheet of a point of a unit as that unit may see it; None for a point that it has not.

    No point of others counts in it or is named by it, and nothing that another unit reported is in it.
    """
    own = standing.of_unit(session, unit.id)
    if number not in {each.id for each in own}:
        return None
    return _Composer(session, day, own, points.below(own, [number]), unit.code).sheet_of(number)


def sheet(session: Session, day: date, number: int) -> Sheet | None:
    """The sheet of a point; None for one that was removed, or never was."""
    return next(iter(sheets(session, day, [number])), None)


class _Composer:
    """Puts sheets together from what was read once for all points; each sheet is made once."""

    def __init__(
        self,
        session: Session,
        day: date,
        every: list[PointInfo],
        wanted: list[PointInfo],
        unit: str | None = None,
    ) -> None:
        """`wanted`: the points to make sheets of. `every`: those with what they have links with.

        For a unit (its code) that is only its own.
        """
        ids = [each.id for each in wanted]
        self._plannings = planning.of_points(session, ids, day)
        self._indicators = indicators.of_points(session, ids, day)
        self._standings = standing.of_points(session, ids)
        if unit is not None:
            own = {each.id for each in every}
            self._plannings = {
                number: planning.without_others(each, own) for number, each in self._plannings.items()
            }
            self._standings = {number: each.seen_by(unit) for number, each in self._standings.items()}
        self._decisions = deciding.of_points(session, ids)
        self._mentions = mentions.of_points(session, ids)
        self._outcomes = outcomes.of_points(session, ids)
        self._points = {each.id: each for each in every}
        self._under: dict[int, list[PointInfo]] = {}
        self._before: dict[int, list[PointInfo]] = {}
        for each in every:
            if each.parent_id is not None:
                self._under.setdefault(each.parent_id, []).append(each)
            if each.successor_id is not None:
                self._before.setdefault(each.successor_id, []).append(each)
        self._made: dict[int, Sheet] = {}

    def sheet_of(self, number: int) -> Sheet:
        """The sheet of the point with this number."""
        return self.sheet(self._points[number])

    def sheet(self, point: PointInfo) -> Sheet:
        """The sheet of a point, with those of what stands under it."""
        if point.id not in self._made:
            self._made[point.id] = self._compose(point)
        return self._made[point.id]

    def _compose(self, point: PointInfo) -> Sheet:
        under = tuple(self.sheet(each) for each in self._under.get(point.id, ()))
        below = [each for top in under for each in (top, *top.below)]
        found = self._plannings[point.id], self._indicators[point.id], self._standings[point.id]
        decided = self._decisions[point.id]
        return Sheet(
            point,
            *found,
            decided,
            self._mentions[point.id],
            self._outcomes[point.id],
            pdca(point, *found, decided, below),
            under,
            self._points.get(point.successor_id) if point.successor_id is not None else None,
            tuple(self._before.get(point.id, ())),
        )
