"""The example data as tests use them: each measurement's answers by kind of unit, and what comes out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scoring import Results
from surveys import example, results
from surveys.instruments import Instrument
from surveys.results import Answer

Answers = dict[str, dict[str, Answer]]
Loaded = tuple[Instrument, Answers]


@pytest.fixture(scope="session")
def load() -> Callable[[str, str], Loaded]:
    """Give the questionnaire and the answers of a measurement for one kind of unit."""
    kept: dict[tuple[str, str], Loaded] = {}
    kinds = {unit.code: unit.kind for unit in example.units()}

    def loaded(measurement: str, kind: str = "veiligheidsregio") -> Loaded:
        if (measurement, kind) not in kept:
            answers = {
                unit: {
                    code: Answer(found.value, found.special, found.note, bool(found.documents))
                    for code, found in given.items()
                }
                for unit, given in example.answers(measurement).items()
                if kinds[unit] == kind
            }
            kept[measurement, kind] = example.pinned(measurement)[kind], answers
        return kept[measurement, kind]

    return loaded


@pytest.fixture(scope="session")
def scored(load: Callable[..., Loaded]) -> Callable[..., Results]:
    """Give the results of a measurement for one kind of unit."""
    kept: dict[tuple[str, str], Results] = {}

    def found(measurement: str, kind: str = "veiligheidsregio") -> Results:
        if (measurement, kind) not in kept:
            kept[measurement, kind] = results.score(*load(measurement, kind))
        return kept[measurement, kind]

    return found
