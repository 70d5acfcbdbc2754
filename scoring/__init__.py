"""Arithmetic: codes, values, weights and conditions in; scores out. docs/method.md is what it must do."""

from __future__ import annotations

from scoring.compare import Comparison, FactorChange, FactorComparison, common_questions, compare
from scoring.model import Given
from scoring.packing import pack, unpack
from scoring.plan import Plan, affected, compile
from scoring.results import (
    FactorScore,
    National,
    NationalFactor,
    NationalQuestion,
    NationalStatement,
    Results,
    ThemeScore,
    UnitScore,
)
from scoring.score import checks, score
from scoring.sheet import Required, Sheet, asked, of_one, required
from scoring.why import Row, Rule, Why, why

__all__ = [
    "Comparison",
    "FactorChange",
    "FactorComparison",
    "FactorScore",
    "Given",
    "National",
    "NationalFactor",
    "NationalQuestion",
    "NationalStatement",
    "Plan",
    "Required",
    "Results",
    "Row",
    "Rule",
    "Sheet",
    "ThemeScore",
    "UnitScore",
    "Why",
    "affected",
    "asked",
    "checks",
    "common_questions",
    "compare",
    "compile",
    "of_one",
    "pack",
    "required",
    "score",
    "unpack",
    "why",
]
