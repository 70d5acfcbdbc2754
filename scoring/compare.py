"""Two measurements of one instrument: what changed, over the questions that they have in common.

Only units that are in both count, and per unit only the questions that were answered with a score in both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from scoring.columns import Floats, Mask
from scoring.factors import NO_LEVEL, highest
from scoring.lazily import Lazily
from scoring.model import NOT_JUDGED, Level, Question
from scoring.plan import Plan
from scoring.rounding import compared, plain, ratio
from scoring.sheet import ANSWERED, MET, MISSED, OPEN, UNDETERMINED, Answers, Sheet, lay_out

Change = Literal["verbeterd", "gelijk", "verslechterd", "niet_vergelijkbaar"]
Judged = Mapping[str, Mapping[str, tuple[str | None, str | None]]]
"""Unit, factor, and the levels that the inspectors judged: earlier and later, None where they did not."""

CHANGES: Final[tuple[Change, ...]] = get_args(Change)

ENOUGH: Final = 0.5
"""The least `common` and the least `shared` on which a factor can be compared."""

NOTICEABLE: Final = 0.05
"""How far a score must move to count as a change when the level stayed."""


@dataclass(frozen=True, slots=True)
class FactorChange:
    """One factor of one unit. `shared` is 0..1, `delta` -1..1.

    `earlier` and `later` are the levels that were compared: computed over the shared questions with the
    later version's levels, or, where `judged`, what the inspectors said. None where there are none.
    """

    shared: float | None
    delta: float | None
    change: Change
    musts_gained: tuple[str, ...]
    musts_lost: tuple[str, ...]
    earlier: str | None
    later: str | None
    judged: bool


@dataclass(frozen=True, slots=True)
class FactorComparison:
    """One factor over all units that are in both; `common` is 0..1.

    `changes` has of `units` the change alone.
    """

    common: float
    units: Mapping[str, FactorChange]
    counts: Mapping[Change, int]
    changes: Mapping[str, Change]

    @property
    def enough(self) -> bool:
        """Whether enough of the weight is in common to compare the factor at all."""
        return bool(compared(self.common) >= ENOUGH)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two measurements; factors that only one version has stand in `only_earlier` and `only_later`."""

    factors: Mapping[str, FactorComparison]
    units: Mapping[str, Mapping[Change, int]]
    counts: Mapping[Change, int]
    only_earlier: tuple[str, ...]
    only_later: tuple[str, ...]


def compare(
    earlier_plan: Plan,
    earlier_units: Mapping[str, Answers] | Sheet,
    later_plan: Plan,
    later_units: Mapping[str, Answers] | Sheet,
    judged: Judged | None = None,
) -> Comparison:
    """Compare two measurements of the same instrument, each with its own version of it."""
    earlier, later = _of_both(earlier_plan, earlier_units, later_plan, later_units)
    before = {factor.code for factor in earlier_plan.factors}
    after = {factor.code for factor in later_plan.factors}
    factors = {
        factor.code: _factor(earlier, later, factor.code, judged or {})
        for factor in later_plan.factors
        if factor.code in before
    }
    return Comparison(
        factors={code: each.worded() for code, each in factors.items()},
        units=Lazily(_rows(later), lambda row: _count([each.change[row] for each in factors.values()])),
        counts=_count(np.concatenate([each.change for each in factors.values()]) if factors else []),
        only_earlier=tuple(f.code for f in earlier_plan.factors if f.code not in after),
        only_later=tuple(f.code for f in later_plan.factors if f.code not in before),
    )


def common_questions(earlier: Plan, later: Plan, factor: str) -> tuple[list[str], float]:
    """Give the questions of a factor that two versions have in common, and their share of the weight.

    Common are questions that are scored in both versions, in the same factor and in the same way. The share
    is the smaller of the two versions' shares, 0 when either version has no scored questions.
    """
    codes = [
        question.code
        for question in later.questions
        if question.code in earlier.place
        and question.factor == factor
        and _scored_alike(earlier.question(question.code), question)
    ]
    shares = []
    for plan in (earlier, later):
        total = sum(q.weight for q in plan.questions if q.factor == factor and q.scored)
        shares.append(sum(plan.question(code).weight for code in codes) / total if total else 0.0)
    return codes, min(shares)


def _scored_alike(one: Question, other: Question) -> bool:
    return one.scored and other.scored and _how_scored(one) == _how_scored(other)


def _how_scored(question: Question) -> tuple[object, ...]:
    return (
        question.factor,
        question.type,
        {(option.code, option.score) for option in question.options},
        question.combine,
        question.bands,
        question.weight,
        question.must,
    )


def _of_both(
    earlier_plan: Plan,
    earlier_units: Mapping[str, Answers] | Sheet,
    later_plan: Plan,
    later_units: Mapping[str, Answers] | Sheet,
) -> tuple[Sheet, Sheet]:
    """Lay out the units that are in both measurements, in the order of the later one."""
    names, others = (each.units if isinstance(each, Sheet) else each for each in (later_units, earlier_units))
    known = set(others)
    both = [name for name in names if name in known]
    earlier, later = (
        each.only(both) if isinstance(each, Sheet) else lay_out(plan, {name: each[name] for name in both})
        for plan, each in ((earlier_plan, earlier_units), (later_plan, later_units))
    )
    return earlier, later


@dataclass(frozen=True, slots=True, eq=False)
class _Changes:
    """One factor over the units that are in both: each figure (units), what each must did (units by codes).

    `levels` are the computed ones of both measurements, positions in the later version's levels, or
    NO_LEVEL; `change` is a position in CHANGES. `said` has the levels of the units that were judged.
    """

    rows: Mapping[str, int]
    levels: tuple[NDArray[np.intp], NDArray[np.intp]]
    said: Mapping[int, tuple[str | None, str | None]]
    shared: Floats
    delta: Floats
    change: NDArray[np.intp]
    gained: Mask
    lost: Mask
    codes: Sequence[str]
    names: Sequence[str]
    common: float

    def worded(self) -> FactorComparison:
        """Put it into words, each unit when it is asked for."""
        changes = dict(zip(self.rows, (CHANGES[place] for place in self.change.tolist()), strict=True))
        return FactorComparison(self.common, Lazily(self.rows, self._of), _count(self.change), changes)

    def _of(self, row: int) -> FactorChange:
        earlier, later = self.said.get(row) or [
            None if level[row] == NO_LEVEL else self.names[level[row]] for level in self.levels
        ]
        return FactorChange(
            shared=plain(self.shared[row]),
            delta=plain(self.delta[row]),
            change=CHANGES[self.change[row]],
            musts_gained=tuple(self.codes[place] for place in np.flatnonzero(self.gained[row]).tolist()),
            musts_lost=tuple(self.codes[place] for place in np.flatnonzero(self.lost[row]).tolist()),
            earlier=earlier,
            later=later,
            judged=row in self.said,
        )


def _rows(sheet: Sheet) -> dict[str, int]:
    return {name: row for row, name in enumerate(sheet.units)}


def _factor(earlier: Sheet, later: Sheet, factor: str, judged: Judged) -> _Changes:
    codes, common = common_questions(earlier.plan, later.plan, factor)
    old = [earlier.plan.place[code] for code in codes]
    new = [later.plan.place[code] for code in codes]
    weights = np.array([later.plan.question(code).weight for code in codes])
    shared: Mask = (earlier.state[:, old] == ANSWERED) & (later.state[:, new] == ANSWERED)
    known = _counts(earlier.state[:, old]) | _counts(later.state[:, new])
    total = shared @ weights
    scores, levels = [], []
    for sheet, places in ((earlier, old), (later, new)):
        score = ratio(np.where(shared, sheet.points[:, places], 0.0) @ weights, total)
        missed = (shared & (sheet.must[:, places] == MISSED)).sum(axis=1)
        scores.append(score)
        levels.append(np.where(total > 0, highest(later.plan.levels, score, missed), NO_LEVEL))
    was = shared & (earlier.must[:, old] == MET)
    now = shared & (later.must[:, new] == MET)
    has = shared & np.array([later.plan.question(code).must is not None for code in codes], dtype=np.bool_)
    part, delta = ratio(total, known @ weights), scores[1] - scores[0]
    rows = _rows(later)
    said = {
        rows[name]: found[factor]
        for name, found in judged.items()
        if name in rows and factor in found and None not in found[factor]
    }
    return _Changes(
        rows=rows,
        levels=(levels[0], levels[1]),
        said=said,
        shared=part,
        delta=delta,
        change=_change(common, part, delta, *_ranks(later.plan.levels, levels, said)),
        gained=has & now & ~was,
        lost=has & was & ~now,
        codes=codes,
        names=[level.code for level in later.plan.levels],
        common=common,
    )


def _counts(state: NDArray[np.int8]) -> Mask:
    known: Mask = (state == ANSWERED) | (state == OPEN) | (state == UNDETERMINED)
    return known


def _ranks(
    levels: tuple[Level, ...],
    computed: Sequence[NDArray[np.intp]],
    said: Mapping[int, tuple[str | None, str | None]],
) -> list[NDArray[np.intp]]:
    """The levels that are compared, earlier and later: those that inspectors gave, else the computed ones."""
    rank = {level.code: place for place, level in enumerate(levels)}
    found = [each.copy() for each in computed]
    for row, pair in said.items():
        for each, code in zip(found, pair, strict=True):
            each[row] = rank.get(code or NOT_JUDGED, NO_LEVEL)
    return found


def _change(
    common: float, shared: Floats, delta: Floats, before: NDArray[np.intp], after: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Say for each unit how a factor changed: a position in CHANGES."""
    # NaN, where nothing is shared, is not at least enough
    enough = (compared(common) >= ENOUGH) & (compared(shared) >= ENOUGH)
    known = enough & ~np.isnan(delta) & (before != NO_LEVEL) & (after != NO_LEVEL)
    moved = compared(delta)
    better = (after > before) | ((after == before) & (moved > NOTICEABLE))
    worse = (after < before) | (moved < -NOTICEABLE)
    places = [CHANGES.index(change) for change in ("niet_vergelijkbaar", "verbeterd", "verslechterd")]
    return np.select([~known, better, worse], places, CHANGES.index("gelijk"))


def _count(changes: Sequence[int] | NDArray[np.intp]) -> dict[Change, int]:
    counts = np.bincount(np.asarray(changes, dtype=np.intp), minlength=len(CHANGES)).tolist()
    return dict(zip(CHANGES, counts, strict=True))
