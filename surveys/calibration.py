"""Calibrating judgements: where like answers were judged unlike, and how judgements differ from proposals.

Judgements count once they were offered or confirmed: what is still being written may change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from sqlalchemy import select
from sqlalchemy.orm import Session

import scoring
from surveys import results
from surveys.instruments import Factor, Instrument
from surveys.judged import Judged, judged, of_measurement
from surveys.measurements import instrument_of
from surveys.models import Dossier, Measurement, Unit
from surveys.reports.levels import Mark, marks
from surveys.reports.source import UnitInfo, answers_of

COUNTED = frozenset({"voorgelegd", "vastgesteld"})
"""The states in which a judgement counts here."""
NEAR = 0.05
"""Scores that differ by no more than this (of 0..1) are nearly the same."""
FEW = 5
"""Below this number of judgements a tally says little about whoever wrote them."""


@dataclass(frozen=True)
class Case:
    """One judgement with what it is about: the unit, its score (0..1) and what the answers propose now."""

    unit: UnitInfo
    factor: Factor
    judged: Judged
    level: Mark
    score: float | None
    computed: Mark
    pattern: tuple[tuple[str, float | None], ...]
    step: int | None

    @property
    def follows(self) -> bool:
        """Whether the judgement is what the answers propose now."""
        return self.level == self.computed


@dataclass(frozen=True)
class SamePattern:
    """Units whose scored answers to a factor earned exactly the same, and that were judged differently."""

    factor: Factor
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class NearPair:
    """Two units with nearly the same score (`apart`: by how much) that were judged differently."""

    factor: Factor
    one: Case
    other: Case
    apart: float


@dataclass(frozen=True)
class Tally:
    """How judgements compare with the proposals: the same, higher, lower, or nothing was proposed."""

    code: str
    label: str
    same: int
    higher: int
    lower: int
    unproposed: int

    @property
    def n(self) -> int:
        """How many judgements."""
        return self.same + self.higher + self.lower + self.unproposed

    @property
    def few(self) -> bool:
        """Whether there are too few to conclude anything from."""
        return self.n < FEW


@dataclass(frozen=True)
class Calibration:
    """What there is to talk about between inspectors. `counted` judgements of `written` count."""

    patterns: tuple[SamePattern, ...]
    near: tuple[NearPair, ...]
    inspectors: tuple[Tally, ...]
    factors: tuple[Tally, ...]
    both: tuple[tuple[Tally, str], ...]
    counted: int
    written: int

    @property
    def people(self) -> tuple[tuple[int, str], ...]:
        """Who wrote the judgements that are compared here, by name: person id and name."""
        cases = [case for group in self.patterns for case in group.cases]
        cases += [case for pair in self.near for case in (pair.one, pair.other)]
        found = {case.judged.drafted_by_id: case.judged.drafted_by for case in cases}
        return tuple(sorted(found.items(), key=lambda each: each[1].casefold()))


SORTS: dict[str, Callable[[Tally], int]] = {
    "oordelen": lambda each: each.n,
    "gelijk": lambda each: each.same,
    "hoger": lambda each: each.higher,
    "lager": lambda each: each.lower,
    "zonder": lambda each: each.unproposed,
}
"""What counts can be sorted by; else they stand by name or code."""


@dataclass(frozen=True)
class Narrow:
    """What is asked: one factor (its code), one writer (person id), the order of the counts."""

    factor: str | None = None
    person_id: int | None = None
    sort: str = "naam"
    down: bool = False


def narrowed(found: Calibration, asked: Narrow) -> Calibration:
    """The part of a calibration that is asked for. A group stays whole when one of its judgements fits."""

    def fits(factor: Factor, cases: Iterable[Case]) -> bool:
        written = asked.person_id is None or asked.person_id in {case.judged.drafted_by_id for case in cases}
        return written and asked.factor in (None, factor.code)

    def order(rows: Iterable[tuple[Tally, str]]) -> tuple[tuple[Tally, str], ...]:
        found, key = tuple(rows), SORTS.get(asked.sort)
        if key is None:
            return found[::-1] if asked.down else found
        return tuple(sorted(found, key=lambda each: key(each[0]), reverse=asked.down))

    return replace(
        found,
        patterns=tuple(group for group in found.patterns if fits(group.factor, group.cases)),
        near=tuple(pair for pair in found.near if fits(pair.factor, (pair.one, pair.other))),
        inspectors=tuple(each for each, _ in order((each, "") for each in found.inspectors)),
        factors=tuple(each for each, _ in order((each, "") for each in found.factors)),
        both=order(found.both),
    )


def calibration(session: Session, measurement: Measurement) -> Calibration:
    """Compare all judgements of a measurement: a fixed number of queries, and one scoring pass each kind."""
    rows = of_measurement(session, measurement)
    counted = {
        (row.dossier_id, row.factor): row for row in rows if row.state in COUNTED and row.level is not None
    }
    found = session.scalars(
        select(Dossier)
        .join(Dossier.unit)
        .where(Dossier.measurement_id == measurement.id)
        .order_by(Unit.kind.desc(), Unit.code)
    ).all()
    about = [row for row in found if any(dossier_id == row.id for dossier_id, _ in counted)]
    answers = answers_of(session, [row.id for row in about])
    cases: list[Case] = []
    for pin in measurement.pins:
        instrument = instrument_of(pin.instrument)
        mine = [row for row in about if row.instrument_id == pin.instrument_id]
        scored = results.score(instrument, {row.unit.code: answers.get(row.id, {}) for row in mine})
        for row in mine:
            unit = UnitInfo.of(row.unit, measurement.period_until)
            for code in instrument.factors:
                if (row.id, code) in counted:
                    told = judged(instrument, counted[row.id, code])
                    cases.append(_case(instrument, unit, code, told, scored.units[unit.code]))
    factors = {case.factor.code: case.factor for case in cases}
    # by who they are, as two people may have one name
    inspectors = sorted({(case.judged.drafted_by, case.judged.drafted_by_id) for case in cases})
    patterns = tuple(_patterns(cases))
    return Calibration(
        patterns=patterns,
        near=tuple(_near(cases)),
        inspectors=tuple(
            _tally(name, name, (case for case in cases if case.judged.drafted_by_id == number))
            for name, number in inspectors
        ),
        factors=tuple(
            _tally(code, factors[code].title, (case for case in cases if case.factor.code == code))
            for code in sorted(factors)
        ),
        both=tuple(
            (tally, name)
            for name, number in inspectors
            for code in sorted(factors)
            if (
                tally := _tally(
                    code,
                    factors[code].title,
                    (c for c in cases if (c.factor.code, c.judged.drafted_by_id) == (code, number)),
                )
            ).n
        ),
        counted=len(cases),
        written=len(rows),
    )


def _case(instrument: Instrument, unit: UnitInfo, code: str, told: Judged, score: scoring.UnitScore) -> Case:
    factor = instrument.factors[code]
    places = {level.code: place for place, level in enumerate(instrument.levels)}
    assert told.level is not None
    step = places[told.level.code] - places[told.proposal.code] if told.proposal else None
    return Case(
        unit=unit,
        factor=factor,
        judged=told,
        level=told.level,
        score=score.factors[code].score,
        computed=marks(instrument)[score.factors[code].level],
        pattern=tuple(
            (score.states[question.code], score.points[question.code])
            for question in factor.questions
            if question.scored
        ),
        step=step,
    )


def _patterns(cases: Sequence[Case]) -> Iterable[SamePattern]:
    groups: dict[tuple[object, ...], list[Case]] = {}
    for case in cases:
        groups.setdefault((case.factor.code, case.unit.kind, case.pattern), []).append(case)
    for group in sorted(groups.values(), key=lambda group: group[0].factor.code):
        if len({case.level for case in group}) > 1:
            yield SamePattern(group[0].factor, tuple(group))


def _near(cases: Sequence[Case]) -> list[NearPair]:
    """The pairs with nearly the same score, the nearest first.

    Left out are those with the same pattern, which are told apart, and those where both judgements are what
    the answers propose: there the limit of the level makes the difference, not who judged.
    """
    found = []
    for one, other in combinations(cases, 2):
        if (one.factor.code, one.unit.kind) != (other.factor.code, other.unit.kind):
            continue
        if one.score is None or other.score is None or one.level == other.level:
            continue
        if one.pattern == other.pattern or (one.follows and other.follows):
            continue
        # scores are rounded to ten decimals, and so is what they are compared by
        apart = round(abs(one.score - other.score), 10)
        if apart <= NEAR:
            found.append(NearPair(one.factor, one, other, apart))
    return sorted(found, key=lambda pair: (pair.factor.code, pair.apart, pair.one.unit.code))


def _tally(code: str, label: str, cases: Iterable[Case]) -> Tally:
    steps = [case.step for case in cases]
    return Tally(
        code,
        label,
        same=steps.count(0),
        higher=sum(step is not None and step > 0 for step in steps),
        lower=sum(step is not None and step < 0 for step in steps),
        unproposed=steps.count(None),
    )
