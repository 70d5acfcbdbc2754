"""One question nationally: which unit gave which answer, and what it said with it."""

from __future__ import annotations

from dataclasses import dataclass

from surveys.instruments import Factor, Question
from surveys.questions import show_answer
from surveys.reports.factor import AnswerCount, QuestionCounts, question_counts, without
from surveys.reports.national import NationalReport, StatementRow
from surveys.reports.source import UnitInfo
from surveys.results import Answer, Kept

STATES: dict[str, str] = {
    "onbekend": "Weet ik niet",
    "nvt": "Niet van toepassing",
    "open": "Niet beantwoord",
    "not_asked": "Niet aan de orde",
}
"""What a unit's question can be instead of answered with a value, in the order in which it is shown."""


@dataclass(frozen=True)
class UnitAnswer:
    """A unit's answer. `state` is a key of STATES, or `value`; `shown` is None unless it counts."""

    unit: UnitInfo
    state: str
    shown: str | None
    note: str | None
    document: bool


@dataclass(frozen=True)
class AnswerGroup:
    """An answer, and the units that gave it. A unit that chose several options stands in several groups."""

    code: str
    label: str
    score: float | None
    units: tuple[UnitAnswer, ...]


@dataclass(frozen=True)
class QuestionPicture:
    """A question of the national picture; `without` are the units that do not meet its must.

    `before` and `after` are its neighbours in the questionnaire.
    """

    question: Question
    factor: Factor
    counts: QuestionCounts
    groups: tuple[AnswerGroup, ...]
    answers: tuple[UnitAnswer, ...]
    statements: tuple[StatementRow, ...]
    without: tuple[UnitInfo, ...]
    before: Question | None
    after: Question | None


def question_picture(report: NationalReport, code: str) -> QuestionPicture:
    """Take one question out of the national picture. Raises KeyError for a code that the instrument lacks."""
    question = report.instrument.questions[code]
    counts = question_counts(report, question)
    read = report.answers.to(code) if isinstance(report.answers, Kept) else report.answers
    found = {unit: answers.get(code, Answer()) for unit, answers in read.items()}
    answers = tuple(_answer(report, unit, question, found[unit.code]) for unit in report.units)
    given = {unit: answer.value for unit, answer in found.items()}
    chosen = [
        AnswerGroup(
            row.code,
            row.label,
            row.score,
            tuple(each for each in answers if each.state == "value" and _gave(given[each.unit.code], row)),
        )
        for row in counts.answers
    ]
    others = [
        AnswerGroup(state, label, None, tuple(each for each in answers if each.state == state))
        for state, label in STATES.items()
    ]
    codes = list(report.instrument.questions)
    place = codes.index(code)
    return QuestionPicture(
        question=question,
        factor=report.instrument.factors[question.factor],
        counts=counts,
        groups=(*chosen, *(group for group in others if group.units)),
        answers=answers,
        statements=tuple(row for row in report.statements.values() if row.statement.count.question == code),
        without=without(report, code),
        before=report.instrument.questions[codes[place - 1]] if place else None,
        after=report.instrument.questions[codes[place + 1]] if place + 1 < len(codes) else None,
    )


def _answer(report: NationalReport, unit: UnitInfo, question: Question, answer: Answer) -> UnitAnswer:
    state = report.scores[unit.code].states[question.code]
    if state == "open" and answer.special == "onbekend":
        state = "onbekend"
    elif state == "undetermined":
        state = "open"  # whether it is asked hangs on an open answer: counted so nationally too
    elif state in {"answered", "unscored"}:
        state = "value"
    counts = state in {"value", "onbekend", "nvt"}
    return UnitAnswer(
        unit=unit,
        state=state,
        shown=show_answer(question, answer.value, answer.special) if counts else None,
        note=(answer.note or "").strip() or None,
        document=answer.document,
    )


def _gave(value: object, row: AnswerCount) -> bool:
    if isinstance(value, list):
        return row.code in value
    if isinstance(value, int | float):
        return value == float(row.code)
    return value == row.code
