"""From a value to its points: the score `s` of docs/method.md, and the least and greatest it could be."""

from __future__ import annotations

import numpy as np

from scoring.columns import VALUE, Column, Floats
from scoring.model import Question


def points(question: Question, column: Column) -> Floats:
    """Give each unit's points, 0..1 (units); NaN where there is no value or a value without a score."""
    if not question.scored:
        return np.full(len(column.kind), np.nan)
    given = column.kind == VALUE
    if question.type == "number":
        return np.where(given, _banded(question, column), np.nan)
    scores = np.array([np.nan if option.score is None else option.score for option in question.options])
    counts = ~np.isnan(scores)  # an option without a score adds nothing
    some = given & column.chosen[:, counts].any(axis=1)
    if question.type == "multi" and question.combine == "sum":
        total = np.minimum(column.chosen[:, counts] @ scores[counts], 1.0)
    else:  # the highest of those chosen; of a yes_no or choice that is the only one
        total = np.where(column.chosen[:, counts], scores[counts], 0.0).max(axis=1)
    return np.where(some, total, np.nan)


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
