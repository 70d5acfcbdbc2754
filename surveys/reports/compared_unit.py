"""One unit in a comparison: each factor over time against the national middle and quartiles."""

from __future__ import annotations

from dataclasses import dataclass

import scoring
from scoring.standing import Standing, standing
from surveys.instruments import Factor
from surveys.reports.compared import Compared, Side
from surveys.reports.compared_factor import UnitStep, unit_step
from surveys.reports.levels import Mark
from surveys.reports.source import MeasurementInfo, UnitInfo


@dataclass(frozen=True)
class UnitRound:
    """A unit's factor in one measurement, beside the national figures; no mark when it did not submit."""

    measurement: MeasurementInfo
    mark: Mark | None
    score: float | None
    national: scoring.NationalFactor | None
    standing: Standing | None


@dataclass(frozen=True)
class UnitFactor:
    """A factor of a unit; `steps` go with those of the comparison, `commons` with those."""

    factor: Factor
    rounds: tuple[UnitRound, ...]
    steps: tuple[UnitStep | None, ...]
    commons: tuple[int, ...]


@dataclass(frozen=True)
class ComparedUnit:
    """A unit with all factors."""

    unit: UnitInfo
    factors: tuple[UnitFactor, ...]


def compared_unit(found: Compared, code: str) -> ComparedUnit:
    """Take one unit out of the comparison. Raises KeyError for one that does not take part."""
    unit = found.now.dossiers[code].unit
    return ComparedUnit(
        unit,
        tuple(
            UnitFactor(
                factor,
                tuple(_round(side, code, factor.code) for side in found.shown),
                tuple(unit_step(step, code, factor.code) for step in found.steps),
                tuple(len(step.common(factor.code)) for step in found.steps),
            )
            for factor in found.instrument.factors.values()
        ),
    )


def _round(side: Side, unit: str, factor: str) -> UnitRound:
    figures = side.results.national.factors.get(factor)
    scored = side.factor(unit, factor)
    mark = side.mark(unit, factor)
    score = scored.score if scored else None
    # the quartiles are of the units with a level: a score without one has no place among them
    placed = standing(score, figures) if figures and mark and mark.rank != "none" else None
    return UnitRound(side.measurement, mark, score, figures, placed)
