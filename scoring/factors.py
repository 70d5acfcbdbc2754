"""From points to factors and themes: score, bounds, coverage, missed and open musts, and the level.

Over the scored questions of a factor that are answered, with points s and weight w: score = sum(w s) / A with
A = sum(w). With the open ones, W = A + their weight: coverage = A / W, and low and high fill in the least
and the greatest points for them. Questions that are out (not asked, nvt, a value without a score) play no
part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from scoring.columns import Floats, Mask
from scoring.lazily import plainly
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
    waiting = (sheet.state == OPEN) | (sheet.state == UNDETERMINED)
    earned = _added(plan, np.where(scored, sheet.points, 0.0) * plan.weights)
    answered = _added(plan, scored * plan.weights)
    total = answered + _added(plan, waiting * plan.weights)
    least, greatest = (
        _added(plan, waiting * (plan.weights * points)) for points in (plan.least, plan.greatest)
    )
    score = ratio(earned, answered)
    coverage = ratio(answered, total)

    missed, pending = (_added(plan, (sheet.must == stands).astype(np.intp)) for stands in (MISSED, PENDING))
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


def _added(plan: Plan, figures: NDArray[Any]) -> NDArray[Any]:
    """Add up figures (units by questions) over the questions of each factor (units by factors)."""
    return np.add.reduceat(figures.T, plan.begins, axis=0).T


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


class FactorScores:
    """Puts the factors of a sheet into words, for one unit or one factor at a time."""

    def __init__(self, sheet: Sheet, found: Factors) -> None:
        """`found` are the factors of the sheet."""
        plan = sheet.plan
        self._column = {factor.code: column for column, factor in enumerate(plan.factors)}
        self._score, self._low = plainly(found.score), plainly(found.low)
        self._high, self._coverage = plainly(found.high), plainly(found.coverage)
        levels = [*(level.code for level in plan.levels), NOT_JUDGED]  # NO_LEVEL is the last
        self._level = _worded(found.level, levels)
        self._reason = _worded(found.reason, REASONS)
        self._missed, self._pending = (_of_factors(sheet, stands) for stands in (MISSED, PENDING))

    def of(self, row: int) -> dict[str, FactorScore]:
        """Give the factors of one unit by their codes."""
        return {code: self.one(row, code) for code in self._column}

    def one(self, row: int, code: str) -> FactorScore:
        """Give one factor of one unit."""
        column = self._column[code]
        return FactorScore(
            self._score[row][column],
            self._low[row][column],
            self._high[row][column],
            self._coverage[row][column],
            self._level[row][column],
            self._reason[row][column],
            tuple(self._missed.get((row, code), ())),
            tuple(self._pending.get((row, code), ())),
        )


def _worded(places: NDArray[np.intp], words: Sequence[str | None]) -> list[list[Any]]:
    """A matrix of positions as lists of what stands there."""
    rows: list[list[Any]] = np.array(words, dtype=np.object_)[places].tolist()
    return rows


def _of_factors(sheet: Sheet, stands: int) -> dict[tuple[int, str], list[str]]:
    """The codes of the musts that stand so, in order: by the position of the unit and the factor's code."""
    questions = sheet.plan.questions
    found: dict[tuple[int, str], list[str]] = {}
    for row, place in np.argwhere(sheet.must == stands).tolist():
        found.setdefault((row, questions[place].factor), []).append(questions[place].code)
    return found


def theme_score(found: Themes, row: int, column: int) -> ThemeScore:
    """Give one theme of one unit, both by their positions."""
    return ThemeScore(
        plain(found.score[row, column]),
        plain(found.low[row, column]),
        plain(found.high[row, column]),
        plain(found.coverage[row, column]),
    )
