"""The example that docs/method.md works out by hand comes out as it says there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import scoring
from exports import wording
from surveys import instruments, results
from surveys.instruments import Instrument
from tests import strategies

PAGE = (Path(__file__).parents[2] / "docs" / "method.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return instruments.parse(blocks("toml")[0], "docs/method.md")


@pytest.fixture(scope="module")
def answers(instrument: Instrument) -> list[dict[str, dict[str, results.Answer]]]:
    return [strategies.answers(json.loads(block)["units"], instrument) for block in blocks("json")]


@pytest.fixture(scope="module")
def scored(instrument: Instrument, answers: list[dict[str, dict[str, results.Answer]]]) -> scoring.Results:
    return results.score(instrument, answers[0])


@pytest.mark.parametrize(
    ("unit", "score", "low", "high", "coverage", "level", "reason", "missed", "pending"),
    [
        ("A", 0.9, 0.9, 0.9, 1.0, "voldoet", None, (), ()),
        ("B", 0.25, 0.2, 0.4, 0.8, "voldoet_niet", None, ("1.1-01",), ()),
        ("C", 0.92, 4.6 / 6, 5.6 / 6, 5 / 6, "niet_te_beoordelen", "open_voorwaarde", (), ("1.1-03",)),
    ],
)
def test_each_unit_comes_out_as_by_hand(
    scored: scoring.Results,
    unit: str,
    score: float,
    low: float,
    high: float,
    coverage: float,
    level: str,
    reason: str | None,
    missed: tuple[str, ...],
    pending: tuple[str, ...],
) -> None:
    factor = scored.units[unit].factors["1.1"]
    figures = (factor.score, factor.low, factor.high, factor.coverage)
    assert figures == pytest.approx((score, low, high, coverage), abs=1e-9)
    assert (factor.level, factor.reason) == (level, reason)
    assert (factor.missed_musts, factor.open_musts) == (missed, pending)


def test_all_units_together_come_out_as_by_hand(scored: scoring.Results, instrument: Instrument) -> None:
    factor = scored.national.factors["1.1"]
    assert (factor.n, factor.proposal) == (2, "niet_te_beoordelen")
    figures = (factor.mean, factor.median, factor.q1, factor.q3, factor.min, factor.max)
    assert figures == pytest.approx((0.575, 0.575, 0.4125, 0.7375, 0.25, 0.9), abs=1e-9)
    assert scored.national.questions["1.1-01"].mean_score == pytest.approx(2 / 3, abs=1e-9)
    assert scored.national.questions["1.1-04"].mean_score == pytest.approx(0.8, abs=1e-9)
    assert scored.national.questions["1.1-02"].not_asked == 1
    count = scored.national.statements["1.1-S01"]
    text = instrument.statements["1.1-S01"].text
    sentence = wording.sentence(text, count.n, count.of, 3, instrument.unit_noun)
    assert sentence == "Twee van de drie veiligheidsregio's hebben een vaste contactpersoon."
    assert sentence in " ".join(PAGE.split())


def test_the_second_measurement_compares_as_by_hand(
    instrument: Instrument, answers: list[dict[str, dict[str, results.Answer]]]
) -> None:
    factor = results.compare(instrument, answers[0], instrument, answers[1]).factors["1.1"]
    assert factor.common == 1
    found = {name: (unit.shared, unit.delta) for name, unit in factor.units.items()}
    assert found["A"] == pytest.approx((1.0, -0.8 / 6), abs=1e-9)
    assert found["B"] == pytest.approx((4 / 6, 0.75), abs=1e-9)
    assert found["C"] == (0.0, None)
    changes = {name: unit.change for name, unit in factor.units.items()}
    assert changes == {"A": "verslechterd", "B": "verbeterd", "C": "niet_vergelijkbaar"}
    assert factor.units["A"].musts_lost == ("1.1-03",)
    assert factor.units["B"].musts_gained == ("1.1-01",)
