"""From points to factors and themes: score, bounds, coverage, missed and open musts, and the level.

Over the scored questions of a factor that are answered, with points s and weight w: score = sum(w s) / A with
A = sum(w). With the open ones, W = A + their weight: coverage = A / W, and low and high fill in the least
and the greatest points for them. Questions that are out (not asked, nvt, a value without a score) play no
part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.columns import Floats, Mask
from scoring.model import NOT_JUDGED, Level
from scoring.plan import Plan
from scoring.results import FactorScore, ThemeScore
from scoring.rounding import compared, plain, ratio
from scoring.sheet import ANSWERED, MISSED, OPEN, PENDING, UNDETERMINED, Sheet

REASONS: Final = (None, "niet_van_toepassing", "te_weinig_antwoorden", "open_voorwaarde")
"""Why there is no level; in a matrix it is its position here."""

NO_LEVEL: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """Every factor of every unit (units by factors), NaN where there is no figure.

    `answered` and `total` are A and W; `level` is a position in the plan's levels or NO_LEVEL, `reason` one
    in REASONS.
    """

    answered: Floats
    total: Floats
    score: Floats
    low: Floats
    high: Floats
    coverage: Floats
    level: NDArray[np.intp]
    reason: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Themes:
    """Every theme of every unit (units by themes), NaN where there is no figure."""

    score: Floats
    low: Floats
    high: Floats
    coverage: Floats


def factors(sheet: Sheet) -> Factors:
    """Add up the points of every unit into its factors."""
    plan = sheet.plan
    scored = sheet.state == ANSWERED
    waiting = ((sheet.state == OPEN) | (sheet.state == UNDETERMINED)).astype(np.float64)
    earned = np.where(scored, sheet.points, 0.0) @ plan.weights
    answered = scored.astype(np.float64) @ plan.weights
    total = answered + waiting @ plan.weights
    least, greatest = (
        waiting @ (plan.weights * points[:, np.newaxis]) for points in (plan.least, plan.greatest)
    )
    score = ratio(earned, answered)
    coverage = ratio(answered, total)

    member = membership(plan)
    missed = (sheet.must == MISSED).astype(np.intp) @ member
    pending = (sheet.must == PENDING).astype(np.intp) @ member
    best, worst = highest(plan.levels, score, missed), highest(plan.levels, score, missed + pending)
    reason = np.select(
        [total == 0, np.isnan(score) | ~(compared(coverage) >= plan.rules.min_coverage), best != worst],
        [1, 2, 3],
        0,
    )
    return Factors(
        answered=answered,
        total=total,
        score=score,
        low=ratio(earned + least, total),
        high=ratio(earned + greatest, total),
        coverage=coverage,
        level=np.where(reason == 0, best, NO_LEVEL),
        reason=reason,
    )


def membership(plan: Plan) -> NDArray[np.intp]:
    """Say which questions belong to which factor, scored or not (questions by factors)."""
    return np.array(
        [[question.factor == factor.code for factor in plan.factors] for question in plan.questions],
        dtype=np.intp,
    )


def highest(levels: Sequence[Level], score: Floats, missed: NDArray[np.intp]) -> NDArray[np.intp]:
    """Give the position of the highest level that a score and a number of missed musts reach."""
    figure = compared(score)
    result = np.zeros(score.shape, dtype=np.intp)
    for place, level in enumerate(levels):
        reached: Mask = figure >= level.from_
        if level.missed_musts is not None:
            reached = reached & (missed <= level.missed_musts)
        result = np.where(reached, place, result)
    return result


def themes(plan: Plan, found: Factors) -> Themes:
    """Add up factors into themes: means weighted by the factors' weights, over those that have a figure."""
    member = (plan.theme_weights > 0).astype(np.float64)

    def mean(figures: Floats) -> Floats:
        there = ~np.isnan(figures)
        weight = there.astype(np.float64) @ plan.theme_weights
        return ratio(np.where(there, figures, 0.0) @ plan.theme_weights, weight)

    return Themes(
        score=mean(found.score),
        low=mean(found.low),
        high=mean(found.high),
        coverage=ratio(found.answered @ member, found.total @ member),
    )


def factor_scores(sheet: Sheet, found: Factors, row: int) -> dict[str, FactorScore]:
    """Give the factors of one unit by their codes."""
    plan, must = sheet.plan, sheet.must[row]
    scores = {}
    for column, factor in enumerate(plan.factors):
        level = int(found.level[row, column])
        musts = [(code, must[plan.place[code]]) for code in factor.questions]
        scores[factor.code] = FactorScore(
            score=plain(found.score[row, column]),
            low=plain(found.low[row, column]),
            high=plain(found.high[row, column]),
            coverage=plain(found.coverage[row, column]),
            level=NOT_JUDGED if level == NO_LEVEL else plan.levels[level].code,
            reason=REASONS[int(found.reason[row, column])],
            missed_musts=tuple(code for code, stands in musts if stands == MISSED),
            open_musts=tuple(code for code, stands in musts if stands == PENDING),
        )
    return scores


def theme_scores(plan: Plan, found: Themes, row: int) -> dict[str, ThemeScore]:
    """Give the themes of one unit by their codes."""
    return {
        code: ThemeScore(
            plain(found.score[row, column]),
            plain(found.low[row, column]),
            plain(found.high[row, column]),
            plain(found.coverage[row, column]),
        )
        for column, code in enumerate(plan.themes)
    }
