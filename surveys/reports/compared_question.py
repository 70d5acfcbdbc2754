"""One question in a comparison: how often each answer was given, and who went from which to which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from surveys import versions
from surveys.instruments import Factor, Question
from surveys.questions import show_answer
from surveys.reports.compared import Compared, Side
from surveys.reports.question import STATES
from surveys.reports.small import traceable
from surveys.reports.source import MeasurementInfo, UnitInfo
from surveys.results import Answer
from surveys.versions import Change


@dataclass(frozen=True)
class Given:
    """An answer as it is told apart from others: a code, and its words."""

    code: str
    label: str


@dataclass(frozen=True)
class Shift:
    """An answer, how many of the units in all measurements gave it in each, and the last less the first."""

    given: Given
    counts: tuple[int, ...]
    units: tuple[tuple[UnitInfo, ...], ...]
    difference: int

    @property
    def small(self) -> tuple[bool, ...]:
        """Whether each count says who they are."""
        return tuple(map(traceable, self.counts))


@dataclass(frozen=True)
class Move:
    """The units that went from one answer to another (or stayed)."""

    before: Given
    after: Given
    units: tuple[UnitInfo, ...]

    @property
    def stayed(self) -> bool:
        """Whether it is the same answer."""
        return self.before.code == self.after.code

    @property
    def small(self) -> bool:
        """Whether it says who they are."""
        return traceable(len(self.units))


@dataclass(frozen=True)
class ComparedQuestion:
    """A question. `why_not` is None where answers can be counted beside each other.

    Else it is `new` (the earlier version lacks it), `none` (no earlier measurement) or `answers` (other
    answers could be given then). `common`: whether it takes part in the comparison of scores. `changes` are
    what the versions differ in. Counts are of the `units` that submitted in every measurement shown;
    a unit that chose several options counts at each of them in `shifts`, and once in `matrix`.
    """

    question: Question
    factor: Factor
    rounds: tuple[MeasurementInfo, ...]
    units: tuple[UnitInfo, ...]
    why_not: str | None
    common: bool
    changes: tuple[Change, ...]
    shifts: tuple[Shift, ...]
    rows: tuple[Given, ...]
    columns: tuple[Given, ...]
    matrix: tuple[tuple[Move, ...], ...]


def compared_question(found: Compared, code: str) -> ComparedQuestion:
    """Take one question out of the comparison. Raises KeyError for a code that the instrument lacks."""
    question = found.instrument.questions[code]
    why_not = _why_not(found, question)
    # a measurement of the series that asked something else is left out, and the page says which are counted
    sides = [side for side in found.shown if _alike(side.instrument.questions.get(code), question)]
    counted = {unit.code for unit in found.now.units}
    for side in sides:
        counted &= {unit.code for unit in side.units}
    units = tuple(unit for unit in found.now.units if unit.code in counted)
    answers = [{unit.code: _answer(side, unit.code, code) for unit in units} for side in sides]
    pair = answers[-2:] if why_not is None and len(answers) > 1 else None
    rows = _ordered(question, pair[0]) if pair else ()
    columns = _ordered(question, pair[1]) if pair else ()
    diff = _diff(found, code)
    return ComparedQuestion(
        question=question,
        factor=found.instrument.factors[question.factor],
        rounds=tuple(side.measurement for side in sides),
        units=units,
        why_not=why_not,
        common=bool(found.step and code in found.step.common(question.factor)),
        changes=diff,
        shifts=_shifts(question, units, answers),
        rows=rows,
        columns=columns,
        matrix=tuple(
            tuple(
                Move(
                    row,
                    column,
                    tuple(unit for unit in units if _moved(pair, unit.code) == (row.code, column.code)),
                )
                for column in columns
            )
            for row in rows
        )
        if pair
        else (),
    )


def _why_not(found: Compared, question: Question) -> str | None:
    if found.before is None:
        return "none"
    before = found.before.instrument.questions.get(question.code)
    if before is None:
        return "new"
    return None if _alike(before, question) else "answers"


def _alike(one: Question | None, other: Question) -> bool:
    """Whether the same answers could be given."""
    if one is None or one.type != other.type or one.unit != other.unit:
        return False
    return {option.code for option in one.options} == {option.code for option in other.options}


def _diff(found: Compared, code: str) -> tuple[Change, ...]:
    if found.before is None:
        return ()
    rows = versions.compare(found.before.instrument, found.instrument).factors
    return next((row.changes for factor in rows for row in factor.questions if row.code == code), ())


Answered = Mapping[str, tuple[Given, ...]]
"""By unit: its answer, several where it chose several options, as one each."""


def _answer(side: Side, unit: str, code: str) -> tuple[Given, ...]:
    question = side.instrument.questions[code]
    answer = side.filled.answers[unit].get(code, Answer())
    state = side.results.units[unit].states[code]
    if state == "open" and answer.special == "onbekend":
        state = "onbekend"
    elif state == "undetermined":
        state = "open"  # whether it is asked hangs on an open answer: counted so everywhere
    if state in STATES:
        return (Given(f"~{state}", STATES[state]),)
    if question.type in ("text", "date"):
        return (Given("ingevuld", "Ingevuld"),)
    if isinstance(answer.value, list):
        chosen = {str(each) for each in answer.value}
        return tuple(Given(each.code, each.label) for each in question.options if each.code in chosen)
    if isinstance(answer.value, int | float):
        return (Given(f"{float(answer.value):g}", show_answer(question, answer.value, None)),)
    return (Given(str(answer.value), show_answer(question, answer.value, None)),)


def _whole(given: tuple[Given, ...]) -> Given:
    return Given("+".join(each.code for each in given), ", ".join(each.label for each in given))


def _moved(pair: list[dict[str, tuple[Given, ...]]] | None, unit: str) -> tuple[str, str] | None:
    return (_whole(pair[0][unit]).code, _whole(pair[1][unit]).code) if pair else None


def _place(question: Question, given: Given) -> tuple[object, ...]:
    options = [option.code for option in question.options]
    if given.code.startswith("~"):
        return (2, list(STATES).index(given.code[1:]), given.code)
    if question.type == "number":
        return (0, float(given.code), given.code)
    first = given.code.split("+")[0]
    return (0, options.index(first) if first in options else len(options), given.code)


def _ordered(question: Question, answered: Mapping[str, tuple[Given, ...]]) -> tuple[Given, ...]:
    """The answers that were given, in the order of the questionnaire."""
    found = {whole.code: whole for whole in map(_whole, answered.values())}
    return tuple(sorted(found.values(), key=lambda given: _place(question, given)))


def _shifts(
    question: Question, units: tuple[UnitInfo, ...], answers: list[dict[str, tuple[Given, ...]]]
) -> tuple[Shift, ...]:
    found = {option.code: Given(option.code, option.label) for option in question.options}
    for each in answers:
        found |= {given.code: found.get(given.code, given) for many in each.values() for given in many}
    shifts = []
    for given in sorted(found.values(), key=lambda given: _place(question, given)):
        mine = tuple(
            tuple(unit for unit in units if given.code in [one.code for one in each[unit.code]])
            for each in answers
        )
        counts = tuple(len(each) for each in mine)
        shifts.append(Shift(given, counts, mine, counts[-1] - counts[0] if len(counts) > 1 else 0))
    return tuple(shifts)
