"""Two measurements of a series side by side, with all that lie before and between them: the whole picture.

`compared` reads it in a fixed number of queries a measurement; what pages and files show is taken out of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

import scoring
from scoring.compare import Judged as JudgedPairs
from surveys import results
from surveys.acting import now
from surveys.instruments import Instrument
from surveys.models import Dossier, InstrumentText, Judgement, Measurement, Unit
from surveys.reports.levels import Mark, marks
from surveys.reports.source import DossierInfo, Filled, MeasurementInfo, UnitInfo, filled, previous, series


@dataclass(frozen=True)
class Verdict:
    """What inspectors confirmed of a factor: its level, and what the scores proposed to them, if anything."""

    level: str
    proposal: str | None


@dataclass(frozen=True)
class Side:
    """A measurement of the series. `verdicts` has unit codes, then factor codes as keys."""

    filled: Filled
    results: scoring.Results
    verdicts: Mapping[str, Mapping[str, Verdict]]

    @property
    def measurement(self) -> MeasurementInfo:
        """The measurement."""
        return self.filled.measurement

    @property
    def instrument(self) -> Instrument:
        """The version of the questionnaire that it used."""
        return self.filled.instrument

    @property
    def units(self) -> tuple[UnitInfo, ...]:
        """The units that submitted."""
        return self.filled.submitted

    @property
    def dossiers(self) -> Mapping[str, DossierInfo]:
        """All that took part, by the codes of the units."""
        return self.filled.dossiers

    def factor(self, unit: str, code: str) -> scoring.FactorScore | None:
        """A unit's factor; None where the unit did not submit or the factor was not asked."""
        scored = self.results.units.get(unit)
        return scored.factors.get(code) if scored else None

    def mark(self, unit: str, code: str) -> Mark | None:
        """The computed level of a unit's factor, likewise."""
        score = self.factor(unit, code)
        return marks(self.instrument)[score.level] if score else None

    def verdict(self, unit: str, code: str) -> Verdict | None:
        """What inspectors confirmed of a unit's factor; None as long as they did not."""
        return self.verdicts.get(unit, {}).get(code)


@dataclass(frozen=True)
class Step:
    """From one measurement to a later one: what `scoring` makes of the two."""

    earlier: Side
    later: Side
    comparison: scoring.Comparison

    def factor(self, code: str) -> scoring.FactorComparison | None:
        """A factor over all units that are in both; None where one of the versions lacks it."""
        return self.comparison.factors.get(code)

    def change(self, unit: str, code: str) -> scoring.FactorChange | None:
        """One factor of one unit; None where the unit or the factor is not in both."""
        found = self.factor(code)
        return found.units.get(unit) if found else None

    @cached_property
    def _common(self) -> Mapping[str, tuple[str, ...]]:
        return {
            code: results.common(self.earlier.instrument, self.later.instrument, code).questions
            for code in self.comparison.factors
        }

    def common(self, code: str) -> tuple[str, ...]:
        """The questions of a factor that both versions score alike."""
        return self._common.get(code, ())

    def shared(self, unit: str, code: str) -> tuple[str, ...]:
        """Of those the ones that a unit answered with points in both."""
        sides = [side.results.units.get(unit) for side in (self.earlier, self.later)]
        found = [scored.states for scored in sides if scored is not None]
        if len(found) < len(sides):
            return ()
        return tuple(
            each for each in self.common(code) if all(states.get(each) == "answered" for states in found)
        )

    @property
    def both(self) -> tuple[UnitInfo, ...]:
        """The units that submitted in both: those that can be compared."""
        was = {unit.code for unit in self.earlier.units}
        return tuple(unit for unit in self.later.units if unit.code in was)


@dataclass(frozen=True)
class Compared:
    """A measurement and an earlier one.

    `shown` are the measurements that are put side by side, oldest first: the two, or (`all`) the whole
    series. `step` goes from the earlier to this one, None for a measurement without an earlier one;
    `steps` are the shown ones pair by pair. `choices` are the earlier ones that can be chosen.
    """

    now: Side
    step: Step | None
    shown: tuple[Side, ...]
    steps: tuple[Step, ...]
    all: bool
    choices: tuple[MeasurementInfo, ...]
    made_at: datetime

    @property
    def instrument(self) -> Instrument:
        """The version of the questionnaire of this measurement."""
        return self.now.instrument

    @property
    def before(self) -> Side | None:
        """What this measurement is compared with."""
        return self.step.earlier if self.step else None

    @property
    def units(self) -> tuple[UnitInfo, ...]:
        """The units that take part in this measurement, submitted or not."""
        return tuple(info.unit for info in self.now.dossiers.values())


ALL = "alle"
"""Chosen instead of one earlier measurement: all of them."""


def compared(
    session: Session, measurement: Measurement, pinned: InstrumentText, chosen: str | None = None
) -> Compared:
    """Read a measurement and what it is compared with: the measurement with the code `chosen`, or ALL.

    Without a choice, and for all, it is the last one before it in which units submitted. Raises KeyError
    for a code that is not of an earlier measurement of the series.
    """
    pairs = series(session, measurement, pinned)
    read = [filled(session, each, text) for each, text in pairs]
    verdicts = _verdicts(session, [each.id for each, _ in pairs], pinned.unit_kind)
    sides = [
        Side(each, results.score(each.instrument, each.answers), verdicts.get(row.id, {}))
        for each, (row, _) in zip(read, pairs, strict=True)
    ]
    this, earlier = sides[-1], sides[:-1]
    before = _before(sides, chosen)
    whole = chosen == ALL
    counted = [side for side in earlier if side.units]
    shown = [*counted, this] if whole else [*([before] if before else []), this]
    steps = tuple(step_of(one, other) for one, other in pairwise(shown))
    return Compared(
        now=this,
        step=steps[-1] if steps else None,
        shown=tuple(shown),
        steps=steps,
        all=whole,
        choices=tuple(side.measurement for side in earlier),
        made_at=now(),
    )


def _before(sides: Sequence[Side], chosen: str | None) -> Side | None:
    if chosen in (None, "", ALL):
        return previous(sides, lambda side: bool(side.units))[-1]
    return {side.measurement.code: side for side in sides[:-1]}[chosen or ""]


def step_of(earlier: Side, later: Side) -> Step:
    """Compare two measurements; where inspectors judged a factor in both, their levels are compared."""
    pairs: JudgedPairs = {
        unit: {
            factor: (was.level, verdict.level)
            for factor, verdict in found.items()
            if (was := earlier.verdict(unit, factor)) is not None
        }
        for unit, found in later.verdicts.items()
    }
    return Step(
        earlier,
        later,
        results.compare(
            earlier.instrument, earlier.filled.answers, later.instrument, later.filled.answers, pairs
        ),
    )


def _verdicts(
    session: Session, measurements: list[int], unit_kind: str
) -> dict[int, dict[str, dict[str, Verdict]]]:
    """The confirmed judgements of dossiers: measurement id -> unit code -> factor, in one query."""
    rows = session.execute(
        select(Judgement.measurement_id, Unit.code, Judgement.factor, Judgement.level, Judgement.proposal)
        .join(Dossier, Dossier.id == Judgement.dossier_id)
        .join(Unit, Unit.id == Dossier.unit_id)
        .where(
            Judgement.measurement_id.in_(measurements),
            Judgement.state == "vastgesteld",
            Unit.kind == unit_kind,
        )
    )
    found: dict[int, dict[str, dict[str, Verdict]]] = {}
    for measurement, unit, factor, level, proposal in rows:
        if level is not None:  # a confirmed judgement always has one
            found.setdefault(measurement, {}).setdefault(unit, {})[factor] = Verdict(level, proposal)
    return found
