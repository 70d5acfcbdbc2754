"""What the findings are made of: every statement of a questionnaire, with its count and its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from exports import wording
from scoring.model import Condition
from surveys.conditions import say
from surveys.instruments import Question
from surveys.reports import NationalReport, StatementRow


@dataclass(frozen=True)
class Figure:
    """A statement: `n` units meet `condition` on `question`, of `of` with a value. No `text` says nothing."""

    code: str
    factor: str
    topic: str | None
    question: Question
    condition: Condition
    n: int
    of: int
    text: str | None
    row: StatementRow

    @property
    def meaning(self) -> str:
        """The condition in Dutch."""
        return say(self.condition, self.question)


def figures_of(report: NationalReport) -> list[Figure]:
    """Give every statement of the questionnaire, in its order."""
    found = []
    for code, row in report.statements.items():
        statement = row.statement
        text = wording.sentence(statement.text, row.n, row.of, report.submitted, report.instrument.unit_noun)
        question = report.instrument.questions[statement.count.question]
        found.append(
            Figure(
                code, statement.factor, statement.topic, question, statement.count, row.n, row.of, text, row
            )
        )
    return found


def as_json(report: NationalReport) -> list[dict[str, Any]]:
    """Give every statement with codes, for other programs; one of made-up data says so."""
    mark = {"fictief": True} if report.measurement.fictief else {}
    return [
        {
            "code": row.code,
            "factor": row.factor,
            "topic": row.topic,
            "question": row.question.code,
            "condition": condition_keys(row.condition, row.question),
            "n": row.n,
            "of": row.of,
            "text": row.text,
            **mark,
        }
        for row in figures_of(report)
    ]


def condition_keys(condition: Condition, question: Question) -> dict[str, Any]:
    """Give a condition in the keys of the questionnaire's own file.

    Codes stand in the order of the question's options, and numbers as they are.
    """
    named: dict[str, frozenset[str] | float | None] = {
        "in": condition.in_,
        "not_in": condition.not_in,
        "any_of": condition.any_of,
        "all_of": condition.all_of,
        "none_of": condition.none_of,
        "at_least": condition.at_least,
        "above": condition.above,
        "at_most": condition.at_most,
        "below": condition.below,
    }
    return {
        key: [code for code in question.labels if code in value] if isinstance(value, frozenset) else value
        for key, value in named.items()
        if value is not None
    }
