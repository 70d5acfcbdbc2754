"""Scoring one measurement: every unit by itself, and all of them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from scoring.columns import Floats, Mask
from scoring.factors import factor_scores, factors, theme_scores, themes
from scoring.national import national
from scoring.plan import Plan
from scoring.results import Results, UnitScore
from scoring.rounding import plain
from scoring.sheet import STATES, Answers, Sheet, incomplete, lay_out


def score(plan: Plan, units: Mapping[str, Answers]) -> Results:
    """Score units by name on an instrument; what they answered must have been checked.

    Every unit counts for the national picture. The order of the units makes no difference to any figure.
    """
    sheet = lay_out(plan, units)
    found = factors(sheet)
    by_theme = themes(plan, found)
    lacking = incomplete(sheet)
    codes = np.array([question.code for question in plan.questions], dtype=np.object_)
    checks = _checks(sheet)
    return Results(
        units={
            name: UnitScore(
                factors=factor_scores(sheet, found, row),
                themes=theme_scores(plan, by_theme, row),
                checks=tuple(code for code, holds in checks.items() if holds[row]),
                incomplete=tuple(codes[lacking[row]]),
                states=_States(plan, sheet.state[row]),
                points=_Points(plan, sheet.points[row]),
            )
            for row, name in enumerate(sheet.units)
        },
        national=national(sheet, found),
    )


def checks(plan: Plan, answers: Answers) -> list[str]:
    """Give the checks that hold for one unit, in order."""
    return [code for code, holds in _checks(lay_out(plan, {"": answers})).items() if holds[0]]


def _checks(sheet: Sheet) -> dict[str, Mask]:
    return {
        check.code: np.logical_and.reduce([sheet.holds(condition) for condition in check.all])
        for check in sheet.plan.checks
    }


class _States(Mapping[str, str]):
    """One row of the matrix of states, by the code of the question: no dictionary for each unit."""

    __slots__ = ("_plan", "_row")

    def __init__(self, plan: Plan, row: NDArray[np.int8]) -> None:
        self._plan = plan
        self._row = row

    def __getitem__(self, code: str) -> str:
        return STATES[self._row[self._plan.place[code]]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._plan.place)

    def __len__(self) -> int:
        return len(self._row)


class _Points(Mapping[str, float | None]):
    """One row of the matrix of points, likewise."""

    __slots__ = ("_plan", "_row")

    def __init__(self, plan: Plan, row: Floats) -> None:
        self._plan = plan
        self._row = row

    def __getitem__(self, code: str) -> float | None:
        return plain(self._row[self._plan.place[code]])

    def __iter__(self) -> Iterator[str]:
        return iter(self._plan.place)

    def __len__(self) -> int:
        return len(self._row)
