"""An instrument made ready for calculation, once: its parts in order, and its weights as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.columns import Floats
from scoring.model import Check, Factor, Level, Question, Rules, Statement
from scoring.values import bounds


@dataclass(frozen=True, eq=False)
class Plan:
    """An instrument for the arithmetic. Questions stand in the order of the file, levels from low to high.

    `place` and `theme_place` say which question and theme it is, by their codes.
    `begins` (factors) is where the questions of each factor begin; they stand together. `weights` (questions)
    has 0 for a question that is not scored. `least` and `greatest` (questions) are the points that a scored
    value can earn.
    `theme_weights` (factors by themes) has the weight of each factor in its own theme.
    """

    levels: tuple[Level, ...]
    rules: Rules
    themes: tuple[str, ...]
    factors: tuple[Factor, ...]
    questions: tuple[Question, ...]
    statements: tuple[Statement, ...]
    checks: tuple[Check, ...]
    place: Mapping[str, int]
    theme_place: Mapping[str, int]
    begins: NDArray[np.intp]
    weights: Floats
    least: Floats
    greatest: Floats
    theme_weights: Floats

    def question(self, code: str) -> Question:
        """Give a question by its code."""
        return self.questions[self.place[code]]

    def factor(self, code: str) -> Factor:
        """Give a factor by its code."""
        return next(factor for factor in self.factors if factor.code == code)


def compile(
    *,
    levels: Sequence[Level],
    rules: Rules,
    themes: Sequence[str],
    factors: Sequence[Factor],
    questions: Sequence[Question],
    statements: Sequence[Statement] = (),
    checks: Sequence[Check] = (),
) -> Plan:
    """Compile an instrument that has been checked; `themes` are their codes, everything in order."""
    theme_weights = np.zeros((len(factors), len(themes)))
    for row, factor in enumerate(factors):
        theme_weights[row, themes.index(factor.theme)] = factor.weight
    limits = np.array([bounds(question) for question in questions])
    return Plan(
        levels=tuple(levels),
        rules=rules,
        themes=tuple(themes),
        factors=tuple(factors),
        questions=tuple(questions),
        statements=tuple(statements),
        checks=tuple(checks),
        place={question.code: index for index, question in enumerate(questions)},
        theme_place={code: index for index, code in enumerate(themes)},
        begins=np.cumsum([0, *(len(factor.questions) for factor in factors[:-1])]),
        weights=np.array([question.weight if question.scored else 0.0 for question in questions]),
        least=limits[:, 0],
        greatest=limits[:, 1],
        theme_weights=theme_weights,
    )


def affected(plan: Plan, question: str) -> list[str]:
    """Give the questions whose being asked depends on this one, directly or not, in order."""
    found = {question}
    for other in plan.questions:
        if other.when is not None and other.when.question in found:
            found.add(other.code)
    return [other.code for other in plan.questions if other.code in found and other.code != question]
