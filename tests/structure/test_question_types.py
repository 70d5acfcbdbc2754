"""A question type exists in every layer, or not at all."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from app import create_app
from app.forms import FIELDS
from scoring import columns, values
from scoring.model import Band, Given, Option, Question, Type
from surveys.questions import TYPES
from tests.support.databases import settings_for

ADVICE = "a question type has a class and a row in surveys/questions.py, a row in app/forms.py, and a macro"

UNSCORED = {"text", "date"}
"""The types that never have a score (docs/method.md)."""

SCORED = {
    "yes_no": ("ja", {"options": (Option("ja", 1.0), Option("nee", 0.0))}),
    "choice": ("a", {"options": (Option("a", 1.0), Option("b", 0.0))}),
    "multi": (["a"], {"options": (Option("a", 1.0), Option("b", 0.0))}),
    "number": (1, {"bands": (Band(1.0),)}),
}
"""For each type that can be scored: a value that earns everything, in what question."""


def test_the_layers_know_the_same_types() -> None:
    assert set(TYPES) == set(get_args(Type)), ADVICE
    assert set(FIELDS) == set(TYPES), ADVICE
    assert set(SCORED) | UNSCORED == set(TYPES), "say here how the new type is scored, or that it is not"


@pytest.mark.parametrize("code", TYPES)
def test_every_type_has_a_macro_in_fill_in_types(code: str, tmp_path) -> None:
    app = create_app(settings_for("sqlite://", tmp_path))
    macros = app.jinja_env.get_template("fill_in/types.html").module
    assert callable(getattr(macros, code, None)), f"fill_in/types.html lacks a macro {code}: {ADVICE}"


@pytest.mark.parametrize("code", SCORED)
def test_every_type_that_is_scored_has_a_rule(code: str) -> None:
    value, parts = SCORED[code]
    question = Question("q", "f", code, scored=True, **parts)
    points = values.points(question, columns.read(question, [Given(value)]))
    np.testing.assert_array_equal(points, [1.0])
