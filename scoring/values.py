"""From a value to its points: the score `s` of docs/method.md, and the least and greatest it could be."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.columns import VALUE, Column, Floats
from scoring.model import Option, Question

KEPT: Final = 4096
"""Of so many questions is kept what their options count for: more than the questionnaires of one process."""


def points(question: Question, column: Column) -> Floats:
    """Give each unit's points, 0..1 (units); NaN where there is no value or a value without a score."""
    if not question.scored:
        return np.full(len(column.kind), np.nan)
    given = column.kind == VALUE
    if question.type == "number":
        return np.where(given, _banded(question, column), np.nan)
    counts, scores = _counting(question.options)
    chosen = column.chosen if len(counts) == len(question.options) else column.chosen[:, counts]
    some = given & chosen.any(axis=1)
    if question.type == "multi" and question.combine == "sum":
        total = np.minimum(chosen @ scores, 1.0)
    else:  # the highest of those chosen; of a yes_no or choice that is the only one
        total = np.where(chosen, scores, 0.0).max(axis=1)
    return np.where(some, total, np.nan)


@lru_cache(KEPT)
def _counting(options: tuple[Option, ...]) -> tuple[NDArray[np.intp], Floats]:
    """The places of the options that have a score, and that score; the others add nothing."""
    scored = [(place, option.score) for place, option in enumerate(options) if option.score is not None]
    places, scores = zip(*scored, strict=True)
    return np.array(places, dtype=np.intp), np.array(scores)


def bounds(question: Question) -> tuple[float, float]:
    """Give the least and the greatest points that a scored value of the question can earn.

    Every option or band that is declared counts. For a sum: the smallest single option, and the larger of
    what the options that go together add up to (at most 1) and the best of those that stand alone.
    """
    if not question.scored:
        return 0.0, 0.0
    if question.type == "number":
        scores = [band.score for band in question.bands]
        return min(scores), max(scores)
    scored = [(option.score, option.exclusive) for option in question.options if option.score is not None]
    least, greatest = min(score for score, _ in scored), max(score for score, _ in scored)
    if question.type == "multi" and question.combine == "sum":
        together = min(1.0, sum(score for score, exclusive in scored if not exclusive))
        greatest = max([together, *(score for score, exclusive in scored if exclusive)])
    return least, greatest


def _banded(question: Question, column: Column) -> Floats:
    result = np.full(len(column.kind), question.bands[-1].score)
    for band in reversed(question.bands[:-1]):
        if band.below is not None:
            result = np.where(column.number < band.below, band.score, result)
        elif band.upto is not None:
            result = np.where(column.number <= band.upto, band.score, result)
    return result
