"""What measurements say about indicators: the figures of statements, questions and factors.

A measurement counts once it is at its national picture, with the dossiers that this picture counts: all that
were submitted. Each one is read and scored once, however many indicators ask for it. Points of made-up data
are only ever measured by made-up measurements, and real ones by real ones.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

import scoring
from surveys import results
from surveys.instruments import Instrument
from surveys.measurements import STATES
from surveys.models import InstrumentText, Measurement, MeasurementInstrument
from surveys.reports.source import Filled, MeasurementInfo, filled

TOLD: Final = frozenset(list(STATES)[list(STATES).index("landelijk_beeld") :])
"""The states of a measurement in which its figures count: nobody answers any more."""


@dataclass(frozen=True)
class Asked:
    """What is asked of measurements: a statement, question or factor (`source`) of a questionnaire.

    `unit`: the code of the unit whose own figure it is, None for all units together.
    """

    source: str
    instrument: str
    code: str
    unit: str | None
    fictief: bool


@dataclass(frozen=True)
class Figure:
    """A figure; `of` how many, for a count."""

    value: float
    of: int | None = None


@dataclass(frozen=True)
class Side:
    """A measurement with one questionnaire, read and scored. `on`: its last day."""

    on: date
    filled: Filled
    scored: scoring.Results

    @property
    def measurement(self) -> MeasurementInfo:
        """The measurement."""
        return self.filled.measurement

    @property
    def instrument(self) -> Instrument:
        """The version of the questionnaire that it used."""
        return self.filled.instrument

    def figure(self, asked: Asked) -> Figure | None:
        """What it says; None where its version does not ask this, or nobody gave an answer that counts."""
        found = _FIGURES[asked.source](self, asked)
        return found if found is None or found.of != 0 else None


@dataclass
class Measured:
    """The measurements of some questionnaires: by questionnaire and made-up or not, oldest first."""

    sides: Mapping[tuple[str, bool], tuple[Side, ...]]
    _compared: dict[tuple[str, str, str], scoring.Comparison] = field(default_factory=dict)

    def of(self, asked: Asked) -> tuple[tuple[Side, Figure], ...]:
        """The measurements that have a figure, each with it, oldest first."""
        found = [(side, side.figure(asked)) for side in self.sides.get((asked.instrument, asked.fictief), ())]
        return tuple((side, figure) for side, figure in found if figure is not None)

    def side(self, asked: Asked, code: str) -> Side:
        """A measurement by its code. Raises KeyError for one that was not read."""
        sides = self.sides.get((asked.instrument, asked.fictief), ())
        return {each.measurement.code: each for each in sides}[code]

    def pair(self, asked: Asked, earlier: Side, later: Side) -> tuple[Figure, Figure] | str:
        """Two figures over the units that are in both, or in Dutch why they can't be compared."""
        return why_not(asked, earlier.instrument, later.instrument) or _PAIRS[asked.source](
            self, asked, earlier, later
        )

    def compared(self, earlier: Side, later: Side) -> scoring.Comparison:
        """What `scoring` makes of two measurements, worked out once."""
        key = (later.instrument.code, earlier.measurement.code, later.measurement.code)
        if key not in self._compared:
            self._compared[key] = results.compare(
                earlier.instrument, earlier.filled.answers, later.instrument, later.filled.answers
            )
        return self._compared[key]


def measured(session: Session, instruments: Collection[str]) -> Measured:
    """Read and score the measurements of these questionnaires: a fixed number of queries for each."""
    found: dict[tuple[str, bool], list[Side]] = {}
    if instruments:
        rows = session.execute(
            select(Measurement, InstrumentText)
            .join(MeasurementInstrument, MeasurementInstrument.measurement_id == Measurement.id)
            .join(InstrumentText, InstrumentText.id == MeasurementInstrument.instrument_id)
            .where(InstrumentText.code.in_(instruments), Measurement.state.in_(TOLD))
            .order_by(Measurement.period_until, Measurement.id)
        )
        for row, text in rows:
            read = filled(session, row, text)
            side = Side(row.period_until, read, results.score(read.instrument, read.answers))
            found.setdefault((text.code, row.fictief), []).append(side)
    return Measured({key: tuple(sides) for key, sides in found.items()})


def why_not(asked: Asked, earlier: Instrument, later: Instrument) -> str | None:
    """In Dutch why the figures of two versions of a questionnaire can't be compared; None where they can."""
    if earlier.sha256 == later.sha256:
        return None
    return _REASONS[asked.source](asked.code, earlier, later)


def _statement(side: Side, asked: Asked) -> Figure | None:
    count = side.scored.national.statements.get(asked.code)
    if count is None:
        return None
    if asked.unit is None:
        return Figure(count.n, count.of)
    return Figure(int(asked.unit in count.units), int(asked.unit in {*count.units, *count.others}))


def _question(side: Side, asked: Asked) -> Figure | None:
    if asked.unit is not None:
        unit = side.scored.units.get(asked.unit)
        return _figure(unit.points.get(asked.code) if unit else None)
    question = side.scored.national.questions.get(asked.code)
    return _figure(question.mean_score if question else None)


def _factor(side: Side, asked: Asked) -> Figure | None:
    if asked.unit is not None:
        unit = side.scored.units.get(asked.unit)
        score = unit.factors.get(asked.code) if unit else None
        # as in the national mean: a score counts where it gives a level
        return _figure(score.score if score and score.reason is None else None)
    factor = side.scored.national.factors.get(asked.code)
    return _figure(factor.mean if factor else None)


def _figure(value: float | None) -> Figure | None:
    return None if value is None else Figure(value)


_FIGURES: Final = {"uitspraak": _statement, "vraag": _question, "factor": _factor}


def _other_count(code: str, earlier: Instrument, later: Instrument) -> str | None:
    was, now = earlier.statements[code].count, later.statements[code].count
    if was != now:
        return "de uitspraak telt in de twee vragenlijsten iets anders."
    return _other_question(now.question, earlier, later)


def _other_question(code: str, earlier: Instrument, later: Instrument) -> str | None:
    """Why a question is not the same one, or not asked of the same units."""
    was, now = earlier.questions.get(code), later.questions[code]
    if was is None or (was.type, was.text, was.unit, was.labels) != (
        now.type,
        now.text,
        now.unit,
        now.labels,
    ):
        return f"vraag {code} is in de twee vragenlijsten anders gesteld."
    if was.when != now.when:
        return f"vraag {code} is in de twee metingen aan een andere groep gesteld."
    return _other_question(now.when.question, earlier, later) if now.when else None


def _other_score(code: str, earlier: Instrument, later: Instrument) -> str | None:
    factor = later.questions[code].factor
    if factor in earlier.factors and code in results.common(earlier, later, factor).questions:
        return None
    return f"vraag {code} telt in de twee vragenlijsten niet op dezelfde manier mee."


def _too_little(code: str, earlier: Instrument, later: Instrument) -> str | None:
    if results.common(earlier, later, code).enough:
        return None
    return f"van factor {code} is in de twee vragenlijsten te weinig hetzelfde."


_REASONS: Final = {"uitspraak": _other_count, "vraag": _other_score, "factor": _too_little}

NOBODY: Final = "geen eenheid heeft in beide metingen antwoorden die tellen."
NOT_THIS_UNIT: Final = (
    "van deze eenheid zijn te weinig antwoorden in beide metingen hetzelfde gevraagd en gegeven."
)


def _both_counts(found: Measured, asked: Asked, earlier: Side, later: Side) -> tuple[Figure, Figure] | str:
    was, now = (side.scored.national.statements[asked.code] for side in (earlier, later))
    both = {*was.units, *was.others} & {*now.units, *now.others}
    if asked.unit is not None:
        both &= {asked.unit}
    if not both:
        return NOBODY
    return Figure(len(both & set(was.units)), len(both)), Figure(len(both & set(now.units)), len(both))


def _both_points(found: Measured, asked: Asked, earlier: Side, later: Side) -> tuple[Figure, Figure] | str:
    rows = [
        (was.points[asked.code], now.points[asked.code])
        for was, now in _units(asked, earlier, later).values()
    ]
    return _means([(was, now) for was, now in rows if was is not None and now is not None])


def _both_factors(found: Measured, asked: Asked, earlier: Side, later: Side) -> tuple[Figure, Figure] | str:
    changes = found.compared(earlier, later).factors[asked.code].units
    units = {
        name: pair
        for name, pair in _units(asked, earlier, later).items()
        if changes[name].change != "niet_vergelijkbaar"
    }
    if asked.unit is not None and not units:
        return NOT_THIS_UNIT
    common = results.common(earlier.instrument, later.instrument, asked.code).questions
    weights = {code: later.instrument.questions[code].weight for code in common}
    return _means([_shared_scores(weights, was, now) for was, now in units.values()])


def _shared_scores(
    weights: Mapping[str, float], was: scoring.UnitScore, now: scoring.UnitScore
) -> tuple[float, float]:
    """The scores of a factor over the questions that were answered with points in both measurements."""
    shared = [(w, was.points[code], now.points[code]) for code, w in weights.items()]
    both = [(w, one, other) for w, one, other in shared if one is not None and other is not None]
    total = sum(w for w, _, _ in both)
    return sum(w * one for w, one, _ in both) / total, sum(w * other for w, _, other in both) / total


def _units(
    asked: Asked, earlier: Side, later: Side
) -> dict[str, tuple[scoring.UnitScore, scoring.UnitScore]]:
    """The units that were submitted in both measurements; for the point of a unit that one alone."""
    return {
        name: (earlier.scored.units[name], now)
        for name, now in later.scored.units.items()
        if name in earlier.scored.units and asked.unit in (None, name)
    }


def _means(rows: list[tuple[float, float]]) -> tuple[Figure, Figure] | str:
    if not rows:
        return NOBODY
    return Figure(sum(was for was, _ in rows) / len(rows)), Figure(sum(now for _, now in rows) / len(rows))


_PAIRS: Final = {"uitspraak": _both_counts, "vraag": _both_points, "factor": _both_factors}
