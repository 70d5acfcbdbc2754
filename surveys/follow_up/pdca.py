"""Plan, do, check, act: which of the four steps a point went through, and what the others wait for.

Plan: the point or a measure under it has a planning, and one of them an indicator that is ready (baseline,
target, moment). Do: the point or a measure under it began. Check: an indicator was measured after the
beginning, or the point was evaluated. Act: a decision was taken after the beginning, or the point was closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from surveys.follow_up.deciding import DecisionInfo
from surveys.follow_up.indicators import IndicatorInfo
from surveys.follow_up.planning import Planning
from surveys.follow_up.points import PointInfo
from surveys.follow_up.standing import Standing

if TYPE_CHECKING:
    from surveys.follow_up.whole import Sheet

STEPS: Final[dict[str, str]] = {
    "plan": "Plan",
    "do": "Uitvoering",
    "check": "Controle",
    "act": "Bijsturing",
}
"""The four steps in Dutch, by the field of `Pdca` that tells whether they were done."""

BEGUN: Final = frozenset({"onderhanden", "afgerond"})
"""The own states of something that began."""


@dataclass(frozen=True)
class Step:
    """A step of the strip: what it is called, whether it was done, and if not what to do about it."""

    label: str
    done: bool
    missing: str | None


@dataclass(frozen=True)
class Pdca:
    """Which steps were done. `missing` has for each other one, in order, what lacks and what to do."""

    plan: bool
    do: bool
    check: bool
    act: bool
    missing: tuple[str, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The four steps, each with what it misses."""
        left = iter(self.missing)
        return tuple(
            Step(label, done, None if done else next(left))
            for label, done in ((label, getattr(self, name)) for name, label in STEPS.items())
        )


def pdca(
    point: PointInfo,
    planning: Planning,
    indicators: Sequence[IndicatorInfo],
    standing: Standing,
    decisions: Sequence[DecisionInfo],
    under: Sequence[Sheet] = (),
) -> Pdca:
    """Tell which steps a point went through; `under` are the sheets of what stands under it, at any depth."""
    every = [*indicators, *(each for sheet in under for each in sheet.indicators)]
    planned = planning.current is not None or any(sheet.planning.current for sheet in under)
    ready = any(each.ready for each in every)
    beginnings = [
        began(point, standing),
        *(began(sheet.point, sheet.standing) for sheet in under),
    ]
    days = [day for day in beginnings if day is not None]
    start = min(days) if days else None
    check = point.evaluation is not None or _measured(every, start)
    act = not point.is_open or _decided(decisions, start)
    missing = [*_plan(planned, ready)]
    if start is None:
        missing.append("Uitvoering: nog niet begonnen. Leg vast wanneer de eerste activiteiten begonnen.")
    if not check:
        missing.append(
            "Controle: er is na het begin niets gemeten en niets geëvalueerd. Meet een indicator of evalueer."
        )
    if not act:
        missing.append(
            "Bijsturing: er is na het begin geen besluit genomen. Vraag een besluit of leg een besluit vast."
        )
    return Pdca(planned and ready, start is not None, check, act, tuple(missing))


def began(point: PointInfo, standing: Standing) -> date | None:
    """The day on which a point began: that of its first activities, or when its own side first said so."""
    said = [each.said_on for each in standing.history if each.party == "eigen" and each.status in BEGUN]
    reached = [day for day in (point.actual["begun_on"], point.actual["done_on"]) if day is not None]
    return min(reached or said, default=None)


def _plan(planned: bool, ready: bool) -> Iterator[str]:
    """What the plan misses, in one sentence or two; nothing when it is whole."""
    lacks = [
        words
        for there, words in (
            (planned, "geen planning"),
            (ready, "geen indicator met nulwaarde, streefwaarde en moment"),
        )
        if not there
    ]
    todo = [
        words
        for there, words in ((planned, "Maak een planning."), (ready, "Leg een indicator vast."))
        if not there
    ]
    if lacks:
        yield f"Plan: er is {' en '.join(lacks)}. {' '.join(todo)}"


def _measured(indicators: Sequence[IndicatorInfo], start: date | None) -> bool:
    return start is not None and any(value.on > start for each in indicators for value in each.values)


def _decided(decisions: Sequence[DecisionInfo], start: date | None) -> bool:
    return start is not None and any(
        each.taken_on is not None and each.taken_on >= start for each in decisions
    )
