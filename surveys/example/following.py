"""What became of recommendations in the example data: points out of public letters, and made-up measures.

`followup.toml` says what is real in it and what is not.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class DocumentRow:
    """A document in which points stand; `key` is what points call it."""

    key: str
    kind: str
    title: str
    sender: str | None = None
    reference: str | None = None
    dated: date | None = None


@dataclass(frozen=True)
class PointRow:
    """A point of a letter: where it stands (`passage`), its response and state in the words of the letter.

    `unclear`: the inspectorate finds that its progress can't be established. `mentioned_in`: another document
    that it stands in.
    """

    key: str
    document: str
    kind: str
    title: str
    text: str
    passage: str
    number: str | None = None
    spoor: str | None = None
    agendapunt: str | None = None
    taken: str | None = None
    status: str | None = None
    words: str | None = None
    unclear: bool = False
    supervisor: str | None = None
    due_on: date | None = None
    due_words: str | None = None
    mentioned_in: str | None = None


@dataclass(frozen=True)
class Born:
    """For which units points were made of the recommendation about a factor, when, and what shows them."""

    measurement: str
    factor: str
    on: date
    units: tuple[str, ...]
    title: str
    questions: tuple[str, ...]


@dataclass(frozen=True)
class PlanRow:
    """A planning: made `on` a day, with the reason why it changed (None: the first)."""

    on: date
    prepared_on: date | None = None
    begun_on: date | None = None
    done_on: date | None = None
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class ReadingRow:
    """A figure that was entered by hand."""

    on: date
    value: float
    origin: str
    source: str


@dataclass(frozen=True)
class IndicatorRow:
    """An indicator: of the questionnaire of the veiligheidsregio's where it has a `code`.

    Without a baseline it takes over what the measurements said when the point began.
    """

    level: str
    title: str
    source: str
    target: float
    baseline: float | None = None
    baseline_on: date | None = None
    code: str | None = None
    counted: str | None = None
    due_on: date | None = None
    moment: str | None = None
    lower_is_better: bool = False
    readings: tuple[ReadingRow, ...] = ()


@dataclass(frozen=True)
class ReportRow:
    """What somebody of the unit reported, and what inspectors said of it (None: nothing yet)."""

    role: str
    on: date
    status: str
    words: str
    verdict: str | None = None
    remark: str | None = None


@dataclass(frozen=True)
class EvaluationRow:
    """An evaluation, and the decision with which the measure was closed on the same day."""

    on: date
    by: str
    budget_enough: str
    worked: str
    words: str
    decision: str


@dataclass(frozen=True)
class MeasureRow:
    """A measure of a unit under the point that was born for it."""

    key: str
    unit: str
    title: str
    text: str
    spoor: str
    plans: tuple[PlanRow, ...]
    owner: str | None = None
    executor: str | None = None
    supervisor: str | None = None
    waits_for: str | None = None
    prepared_on: date | None = None
    begun_on: date | None = None
    done_on: date | None = None
    indicators: tuple[IndicatorRow, ...] = ()
    reports: tuple[ReportRow, ...] = ()
    evaluation: EvaluationRow | None = None


@dataclass(frozen=True)
class AdvisedRow:
    """How a recommendation of a measurement went, by its number, and how one will see it."""

    number: str
    status: str
    on: date
    words: str
    begun_on: date | None = None
    indicators: tuple[IndicatorRow, ...] = ()


@dataclass(frozen=True)
class DecisionRow:
    """A decision that is asked for about the point with this key."""

    point: str
    kind: str
    question: str
    decider: str
    due_on: date


@dataclass(frozen=True)
class Following:
    """All of it."""

    documents: tuple[DocumentRow, ...]
    points: tuple[PointRow, ...]
    advised: tuple[AdvisedRow, ...]
    born: Born
    measures: tuple[MeasureRow, ...]
    decisions: tuple[DecisionRow, ...]


@cache
def following() -> Following:
    """Read the file."""
    found = tomllib.loads((HERE / "followup.toml").read_text("utf-8"))
    born = found["born"]
    return Following(
        documents=tuple(DocumentRow(**row) for row in found["documents"]),
        points=tuple(PointRow(**row) for row in found["points"]),
        advised=tuple(
            AdvisedRow(**{**row, "indicators": tuple(map(_indicator, row.get("indicators", ())))})
            for row in found["advised"]
        ),
        born=Born(**{**born, "units": tuple(born["units"]), "questions": tuple(born["questions"])}),
        measures=tuple(map(_measure, found["measures"])),
        decisions=tuple(DecisionRow(**row) for row in found["decisions"]),
    )


def _measure(row: Mapping[str, Any]) -> MeasureRow:
    evaluation = row.get("evaluation")
    return MeasureRow(
        **{
            **row,
            "plans": tuple(PlanRow(**each) for each in row["plans"]),
            "indicators": tuple(map(_indicator, row.get("indicators", ()))),
            "reports": tuple(ReportRow(**each) for each in row.get("reports", ())),
            "evaluation": EvaluationRow(**evaluation) if evaluation else None,
        }
    )


def _indicator(row: Mapping[str, Any]) -> IndicatorRow:
    return IndicatorRow(**{**row, "readings": tuple(ReadingRow(**each) for each in row.get("readings", ()))})
