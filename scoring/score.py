"""Scoring one measurement: every unit by itself, and all of them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from scoring.columns import Floats, Mask
from scoring.factors import Factors, FactorScores, Themes, factors, theme_score, themes
from scoring.lazily import Lazily, codes_of
from scoring.national import national
from scoring.plan import Plan
from scoring.results import FactorScore, Results, UnitScore
from scoring.rounding import plain
from scoring.sheet import STATES, Answers, Sheet, incomplete, lay_out


def score(plan: Plan, units: Mapping[str, Answers] | Sheet) -> Results:
    """Score units by name on an instrument; what they answered must have been checked.

    Every unit counts for the national picture. The order of the units makes no difference to any figure.
    """
    sheet = units if isinstance(units, Sheet) else lay_out(plan, units)
    found = factors(sheet)
    rows = {name: row for row, name in enumerate(sheet.units)}
    worded = _Units(sheet, found)
    return Results(
        units=Lazily(rows, worded.of),
        factors={factor.code: Lazily(rows, partial(worded.factor, factor.code)) for factor in plan.factors},
        national=national(sheet, found),
    )


class _Units:
    """Puts the units of a sheet into words, one at a time; what that takes is made at the first."""

    def __init__(self, sheet: Sheet, found: Factors) -> None:
        self._sheet = sheet
        self._found = found

    @cached_property
    def _factors(self) -> FactorScores:
        return FactorScores(self._sheet, self._found)

    @cached_property
    def _themes(self) -> Themes:
        return themes(self._sheet.plan, self._found)

    @cached_property
    def _checks(self) -> dict[int, tuple[str, ...]]:
        checks = _checks(self._sheet)
        holds = np.array(list(checks.values()), dtype=np.bool_).reshape(len(checks), len(self._sheet.units))
        return codes_of(holds.T, list(checks))

    @cached_property
    def _incomplete(self) -> dict[int, tuple[str, ...]]:
        return codes_of(incomplete(self._sheet), [question.code for question in self._sheet.plan.questions])

    def factor(self, code: str, row: int) -> FactorScore:
        """Give one factor of one unit, by the code and by the position."""
        return self._factors.one(row, code)

    def of(self, row: int) -> UnitScore:
        """Give one unit, by its position."""
        plan = self._sheet.plan
        return UnitScore(
            factors=self._factors.of(row),
            themes=Lazily(plan.theme_place, lambda theme: theme_score(self._themes, row, theme)),
            checks=self._checks.get(row, ()),
            incomplete=self._incomplete.get(row, ()),
            states=_States(plan, self._sheet.state[row]),
            points=_Points(plan, self._sheet.points[row]),
        )


def checks(sheet: Sheet) -> list[str]:
    """Give the checks that hold for one unit, in order."""
    return [code for code, holds in _checks(sheet).items() if holds[0]]


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
