"""A factor in a comparison: how many improved, stayed or fell, on how many questions, and unit by unit."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.compare import CHANGES, ENOUGH
from surveys.instruments import Factor
from surveys.reports.compared import Compared, Step
from surveys.reports.levels import Mark
from surveys.reports.small import traceable
from surveys.reports.source import MeasurementInfo, UnitInfo


@dataclass(frozen=True)
class ChangeCount:
    """A change and the units in which it happened; `small`: so few that they can be recognised."""

    change: str
    units: tuple[UnitInfo, ...]

    @property
    def small(self) -> bool:
        """Whether it says who they are."""
        return traceable(len(self.units))


@dataclass(frozen=True)
class StepCounts:
    """A factor from one measurement to a later one.

    `questions` and `before` count the scored questions of both versions, `common` those that they score
    alike; `share` (0..1) is the weight of those. `why_not` is None where the factor can be compared, else
    `gone` (a version lacks it) or `common` (too little in common). `units` are in both measurements.
    """

    factor: Factor
    earlier: MeasurementInfo
    later: MeasurementInfo
    before: int
    questions: int
    common: tuple[str, ...]
    share: float
    why_not: str | None
    counts: tuple[ChangeCount, ...]
    units: int
    by_judgement: int

    @property
    def enough(self) -> float:
        """How much of the weight must be in common: a figure close to it is shown with more decimals."""
        return ENOUGH


@dataclass(frozen=True)
class UnitStep:
    """What a unit's factor did in a step, on how many questions; `why_not` as `common`, `shared`, `level`.

    None for a unit that is not in both.
    """

    change: str
    delta: float | None
    shared: int
    share: float | None
    why_not: str | None
    by_judgement: bool
    musts_gained: tuple[str, ...]
    musts_lost: tuple[str, ...]


@dataclass(frozen=True)
class Strip:
    """A unit's levels in the measurements shown, and the steps between them."""

    unit: UnitInfo
    marks: tuple[Mark | None, ...]
    steps: tuple[UnitStep | None, ...]


@dataclass(frozen=True)
class ComparedFactor:
    """A factor; `steps` go with those of the comparison, the last one up to this measurement."""

    factor: Factor
    steps: tuple[StepCounts, ...]
    strips: tuple[Strip, ...]
    before: Factor | None
    after: Factor | None


@dataclass(frozen=True)
class Small:
    """A count of so few units that they can be recognised, and what it counts."""

    where: str
    factor: str
    code: str
    text: str
    n: int
    of: int
    units: tuple[UnitInfo, ...]


def step_counts(step: Step, factor: Factor) -> StepCounts:
    """Count what a factor did in a step."""
    found = step.factor(factor.code)
    units = found.units if found else {}
    share = found.common if found else 0.0
    return StepCounts(
        factor=factor,
        earlier=step.earlier.measurement,
        later=step.later.measurement,
        before=_scored(step.earlier.instrument.factors.get(factor.code)),
        questions=_scored(step.later.instrument.factors.get(factor.code)),
        common=step.common(factor.code),
        share=share,
        why_not="gone" if found is None else None if found.enough else "common",
        counts=tuple(
            ChangeCount(
                change,
                tuple(unit for unit in step.both if unit.code in units and units[unit.code].change == change),
            )
            for change in CHANGES
        ),
        units=len(units),
        by_judgement=sum(unit.judged for unit in units.values()),
    )


def overview(found: Compared) -> tuple[tuple[StepCounts, ...], ...]:
    """The counts of every factor of this measurement, for each step that is shown."""
    return tuple(
        tuple(step_counts(step, factor) for step in found.steps)
        for factor in found.instrument.factors.values()
    )


def unit_step(step: Step, unit: str, code: str) -> UnitStep | None:
    """What a unit's factor did in a step; None where the unit or the factor is not in both."""
    change, factor = step.change(unit, code), step.factor(code)
    if change is None or factor is None:
        return None
    why_not = None
    if change.change == "niet_vergelijkbaar":
        if not factor.enough:
            why_not = "common"
        else:
            why_not = "level" if change.shared is not None and change.shared >= ENOUGH else "shared"
    return UnitStep(
        change=change.change,
        delta=change.delta,
        shared=len(step.shared(unit, code)),
        share=change.shared,
        why_not=why_not,
        by_judgement=change.judged,
        musts_gained=change.musts_gained,
        musts_lost=change.musts_lost,
    )


def compared_factor(found: Compared, code: str) -> ComparedFactor:
    """Take one factor out of the comparison. Raises KeyError for a code that the instrument lacks."""
    factor = found.instrument.factors[code]
    codes = list(found.instrument.factors)
    place = codes.index(code)
    return ComparedFactor(
        factor=factor,
        steps=tuple(step_counts(step, factor) for step in found.steps),
        strips=tuple(
            Strip(
                unit,
                tuple(side.mark(unit.code, code) for side in found.shown),
                tuple(unit_step(step, unit.code, code) for step in found.steps),
            )
            for unit in found.units
        ),
        before=found.instrument.factors[codes[place - 1]] if place else None,
        after=found.instrument.factors[codes[place + 1]] if place + 1 < len(codes) else None,
    )


def small_numbers(found: Compared) -> tuple[Small, ...]:
    """Every count that says who it is about: statements of this measurement, then changes, by factor."""
    names = {unit.code: unit for unit in found.now.units}
    rows = []
    for code, statement in found.instrument.statements.items():
        count = found.now.results.national.statements[code]
        factor = found.instrument.questions[statement.count.question].factor
        for sort, units in (("bevinding", count.units), ("bevinding_niet", count.others)):
            if traceable(len(units)):
                mine = tuple(names[each] for each in units)
                rows.append(Small(sort, factor, code, statement.text, len(mine), count.of, mine))
    for steps in overview(found):
        for step in steps[-1:]:
            rows += [
                Small(
                    "ontwikkeling",
                    step.factor.code,
                    each.change,
                    step.factor.title,
                    len(each.units),
                    step.units,
                    each.units,
                )
                for each in step.counts
                if each.small
            ]
    order = list(found.instrument.factors)
    return tuple(sorted(rows, key=lambda row: order.index(row.factor)))


def _scored(factor: Factor | None) -> int:
    return sum(question.scored for question in factor.questions) if factor else 0
