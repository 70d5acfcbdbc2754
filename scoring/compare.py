"""Two measurements of one instrument: what changed, over the questions that they have in common.

Only units that are in both count, and per unit only the questions that were answered with a score in both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from scoring.columns import Mask
from scoring.factors import highest
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
    """One factor over all units that are in both; `common` is 0..1."""

    common: float
    units: Mapping[str, FactorChange]
    counts: Mapping[Change, int]

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
    earlier_units: Mapping[str, Answers],
    later_plan: Plan,
    later_units: Mapping[str, Answers],
    judged: Judged | None = None,
) -> Comparison:
    """Compare two measurements of the same instrument, each with its own version of it."""
    both = [name for name in later_units if name in earlier_units]
    earlier = lay_out(earlier_plan, {name: earlier_units[name] for name in both})
    later = lay_out(later_plan, {name: later_units[name] for name in both})
    before = {factor.code for factor in earlier_plan.factors}
    after = {factor.code for factor in later_plan.factors}
    factors = {
        factor.code: _factor(earlier, later, factor.code, judged or {})
        for factor in later_plan.factors
        if factor.code in before
    }
    changes = {name: [factor.units[name].change for factor in factors.values()] for name in both}
    return Comparison(
        factors=factors,
        units={name: _count(found) for name, found in changes.items()},
        counts=_count(change for found in changes.values() for change in found),
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


def _factor(earlier: Sheet, later: Sheet, factor: str, judged: Judged) -> FactorComparison:
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
        levels.append(highest(later.plan.levels, score, missed))
    was = shared & (earlier.must[:, old] == MET)
    now = shared & (later.must[:, new] == MET)
    has = shared & np.array([later.plan.question(code).must is not None for code in codes], dtype=np.bool_)
    part, delta = ratio(total, known @ weights), scores[1] - scores[0]

    units = {}
    for row, name in enumerate(later.units):
        pair: tuple[str | None, str | None] = (None, None)
        if total[row] > 0:
            pair = tuple(later.plan.levels[level[row]].code for level in levels)
        said = judged.get(name, {}).get(factor, (None, None))
        is_judged = said[0] is not None and said[1] is not None
        units[name] = FactorChange(
            shared=plain(part[row]),
            delta=plain(delta[row]),
            change=_change(later.plan.levels, common, part[row], delta[row], said if is_judged else pair),
            musts_gained=tuple(np.array(codes, dtype=np.object_)[has[row] & now[row] & ~was[row]]),
            musts_lost=tuple(np.array(codes, dtype=np.object_)[has[row] & was[row] & ~now[row]]),
            earlier=(said if is_judged else pair)[0],
            later=(said if is_judged else pair)[1],
            judged=is_judged,
        )
    return FactorComparison(common, units, _count(unit.change for unit in units.values()))


def _counts(state: NDArray[np.int8]) -> Mask:
    return np.isin(state, (ANSWERED, OPEN, UNDETERMINED))


def _change(
    levels: tuple[Level, ...],
    common: float,
    shared: float,
    delta: float,
    pair: tuple[str | None, str | None],
) -> Change:
    rank = {level.code: place for place, level in enumerate(levels)}
    before, after = (rank.get(code) if code not in (None, NOT_JUDGED) else None for code in pair)
    # NaN, where nothing is shared, is not at least enough
    enough = compared(common) >= ENOUGH and compared(shared) >= ENOUGH
    if not enough or np.isnan(delta) or before is None or after is None:
        return "niet_vergelijkbaar"
    moved = compared(delta)
    if after > before or (after == before and moved > NOTICEABLE):
        return "verbeterd"
    if after < before or moved < -NOTICEABLE:
        return "verslechterd"
    return "gelijk"


def _count(changes: Iterable[Change]) -> dict[Change, int]:
    counter = Counter(changes)
    return {change: counter[change] for change in CHANGES}
