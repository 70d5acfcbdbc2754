"""The national picture of a measurement for one kind of unit: levels, counts, statements, change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

import scoring
from scoring.lazily import Lazily
from surveys import dossiers, results, views
from surveys.acting import now
from surveys.instruments import Factor, Instrument, Statement
from surveys.models import InstrumentText, Measurement
from surveys.reports.source import (
    DossierInfo,
    Filled,
    MeasurementInfo,
    UnitInfo,
    answers_of,
    filled,
    previous,
    series,
)
from surveys.views import ViewInfo


@dataclass(frozen=True)
class FactorRound:
    """A factor in one measurement of the series: its national figures, and those of each unit by its code.

    `changes` are against the measurement before it in which units submitted, for the units that are in both.
    """

    measurement: MeasurementInfo
    instrument: Instrument
    figures: scoring.NationalFactor
    submitted: int
    total: int
    scores: Mapping[str, scoring.FactorScore]
    changes: Mapping[str, str]


@dataclass(frozen=True)
class StatementRow:
    """A statement with its count and the units behind it: those that meet it, and those that do not."""

    statement: Statement
    n: int
    of: int
    meeting: tuple[UnitInfo, ...]
    others: tuple[UnitInfo, ...]


@dataclass(frozen=True)
class NationalReport:
    """The national picture. Figures count the submitted units only; `dossiers` has them all.

    `views` has the divergent views of the submitted units, by their codes; they count nowhere.
    `scores` and `changes` have unit codes, then factor codes as keys; a change is against `previous`, and
    None where the two can't be compared because one of them is missing.
    """

    measurement: MeasurementInfo
    instrument: Instrument
    dossiers: Mapping[str, DossierInfo]
    units: tuple[UnitInfo, ...]
    scores: Mapping[str, scoring.UnitScore]
    answers: Mapping[str, Mapping[str, results.Answer]]
    views: Mapping[str, tuple[ViewInfo, ...]]
    national: scoring.National
    statements: Mapping[str, StatementRow]
    previous: MeasurementInfo | None
    comparison: scoring.Comparison | None
    in_time: Mapping[str, tuple[FactorRound, ...]]
    series: tuple[MeasurementInfo, ...]
    made_at: datetime

    @property
    def submitted(self) -> int:
        """How many units count."""
        return len(self.units)

    @property
    def total(self) -> int:
        """How many units take part."""
        return len(self.dossiers)

    def change(self, unit: str, factor: str) -> str | None:
        """The change of a unit's factor against the previous measurement; None where there is none."""
        if self.comparison is None or factor not in self.comparison.factors:
            return None
        return self.comparison.factors[factor].changes.get(unit)

    def factor(self, code: str) -> Factor:
        """A factor of the instrument. Raises KeyError for another code."""
        return self.instrument.factors[code]


def national(
    session: Session,
    measurement: Measurement,
    pinned: InstrumentText,
    counting: frozenset[str] = dossiers.SUBMITTED,
    *,
    in_full: bool = False,
) -> NationalReport:
    """Build the national picture: a fixed number of queries a measurement, and one scoring pass each.

    `counting` has the states of a dossier in which it counts in this measurement; in earlier ones all that
    were submitted count, as they did then. `in_full`: this measurement's answers are read at the very same
    moment as what its scores rest on, and not later.
    """
    rounds = [
        filled(session, each, text, counting, in_full=in_full)
        if each.id == measurement.id
        else filled(session, each, text)
        for each, text in series(session, measurement, pinned)
    ]
    scored = [results.score(each.instrument, each.answers) for each in rounds]
    this, figures = rounds[-1], scored[-1]
    compared = _compared(rounds)
    earlier, comparison = compared[-1]
    return NationalReport(
        measurement=this.measurement,
        instrument=this.instrument,
        dossiers=this.dossiers,
        units=this.submitted,
        scores=figures.units,
        answers=this.answers,
        views=_views(session, measurement, pinned, this),
        national=figures.national,
        statements=_statements(this, figures.national),
        previous=earlier.measurement if earlier else None,
        comparison=comparison,
        in_time=_in_time(this.instrument, rounds, scored, [found for _, found in compared]),
        series=tuple(each.measurement for each in rounds),
        made_at=now(),
    )


def _views(
    session: Session, measurement: Measurement, pinned: InstrumentText, this: Filled
) -> dict[str, tuple[ViewInfo, ...]]:
    ids = {code: info.id for code, info in this.dossiers.items() if info.submitted}
    some = views.having(session, measurement, pinned) & set(ids.values())
    joint = answers_of(session, sorted(some))
    found = views.by_dossier(session, this.instrument, {number: joint.get(number, {}) for number in some})
    return {code: found[number] for code, number in ids.items() if number in found}


def _statements(this: Filled, figures: scoring.National) -> Mapping[str, StatementRow]:
    units = {unit.code: unit for unit in this.submitted}
    statements = tuple(this.instrument.statements.values())

    def row(place: int) -> StatementRow:
        count = figures.statements[statements[place].code]
        meeting, others = (tuple(units[name] for name in names) for names in (count.units, count.others))
        return StatementRow(statements[place], count.n, count.of, meeting, others)

    return Lazily({statement.code: place for place, statement in enumerate(statements)}, row)


def _compared(rounds: list[Filled]) -> list[tuple[Filled | None, scoring.Comparison | None]]:
    """Each measurement against the last one before it in which units submitted; None for the first."""
    earlier = previous(rounds, lambda each: bool(each.submitted))
    return [
        (
            before,
            results.compare(before.instrument, before.answers, each.instrument, each.answers)
            if before is not None
            else None,
        )
        for each, before in zip(rounds, earlier, strict=True)
    ]


def _in_time(
    instrument: Instrument,
    rounds: list[Filled],
    scored: list[scoring.Results],
    compared: list[scoring.Comparison | None],
) -> dict[str, tuple[FactorRound, ...]]:
    return {
        factor: tuple(
            FactorRound(
                measurement=each.measurement,
                instrument=each.instrument,
                figures=figures.national.factors[factor],
                submitted=len(each.submitted),
                total=each.total,
                scores=figures.factors[factor],
                changes=_changes(comparison, factor),
            )
            for each, figures, comparison in zip(rounds, scored, compared, strict=True)
            if factor in each.instrument.factors
        )
        for factor in instrument.factors
    }


def _changes(comparison: scoring.Comparison | None, factor: str) -> Mapping[str, str]:
    if comparison is None or factor not in comparison.factors:
        return {}
    return comparison.factors[factor].changes
