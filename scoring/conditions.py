"""Conditions: one shape for `when`, `must`, `note_when`, `evidence_when`, `count` and the checks."""

from __future__ import annotations

import numpy as np

from scoring.columns import VALUE, Column, Mask
from scoring.model import Condition, Question


def holds(condition: Condition, question: Question, column: Column) -> Mask:
    """Say for each unit whether its value meets the condition (units).

    `column` has the answers to `question`, which is the one that the condition names. False where there is
    no value, also for `not_in` and `none_of`. Whether the question is asked is not looked at here.
    """
    result: Mask = column.kind == VALUE
    for codes in (condition.in_, condition.any_of):
        if codes is not None:
            result &= _some(codes, question, column)
    for codes in (condition.not_in, condition.none_of):
        if codes is not None:
            result &= ~_some(codes, question, column)
    if condition.all_of is not None:
        result &= np.all(column.chosen[:, _places(condition.all_of, question)], axis=1)
    number = column.number  # NaN, where there is no number, is on no side of any limit
    if condition.at_least is not None:
        result &= number >= condition.at_least
    if condition.above is not None:
        result &= number > condition.above
    if condition.at_most is not None:
        result &= number <= condition.at_most
    if condition.below is not None:
        result &= number < condition.below
    return result


def _some(codes: frozenset[str], question: Question, column: Column) -> Mask:
    some: Mask = np.any(column.chosen[:, _places(codes, question)], axis=1)
    return some


def _places(codes: frozenset[str], question: Question) -> list[int]:
    return [index for index, option in enumerate(question.options) if option.code in codes]
