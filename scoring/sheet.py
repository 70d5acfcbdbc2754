"""The answers of many units to a whole instrument, as matrices of units by questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring import conditions, values
from scoring.columns import NA, VALUE, Column, Floats, Mask, read
from scoring.model import Condition, Given
from scoring.plan import Plan

Answers = Mapping[str, Given]
"""One unit's answers by the code of the question; an open question may be left out."""

STATES: Final = ("not_asked", "undetermined", "open", "nvt", "unscored", "answered")
"""What a question can be for a unit; in a matrix it is its position here."""

NOT_ASKED, UNDETERMINED, OPEN, NVT, UNSCORED, ANSWERED = range(len(STATES))

NONE, MET, MISSED, PENDING = range(4)
"""How a must stands: there is none to meet, or it is met, missed, or not yet known."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Everything that is known about each question of each unit, before any adding up.

    `state` (units by questions) holds a position in STATES, `points` the score of the value (NaN: none, or
    not counted), `must` one of NONE, MET, MISSED and PENDING. `columns` has the answers as they were given.
    """

    plan: Plan
    units: tuple[str, ...]
    columns: tuple[Column, ...]
    state: NDArray[np.int8]
    points: Floats
    must: NDArray[np.int8]

    def valued(self, question: int) -> Mask:
        """Say for each unit whether the question is asked and has a value."""
        return np.greater_equal(self.state[:, question], UNSCORED)

    def only(self, names: Sequence[str]) -> Sheet:
        """The same of some of the units, in another order if need be."""
        if tuple(names) == self.units:
            return self
        row = {name: place for place, name in enumerate(self.units)}
        rows = np.fromiter((row[name] for name in names), dtype=np.intp, count=len(names))
        return Sheet(
            plan=self.plan,
            units=tuple(names),
            columns=tuple(column.only(rows) for column in self.columns),
            state=self.state[rows],
            points=self.points[rows],
            must=self.must[rows],
        )

    def holds(self, condition: Condition) -> Mask:
        """Say for each unit whether a condition holds: only for a question that is asked and has a value."""
        place = self.plan.place[condition.question]
        return conditions.holds(condition, self.plan.questions[place], self.columns[place]) & self.valued(
            place
        )


def lay_out(plan: Plan, units: Mapping[str, Answers]) -> Sheet:
    """Put the answers of units, by name, into matrices. The values must have been checked."""
    answers = tuple(units.values())
    columns = tuple(
        read(question, [given.get(question.code) for given in answers]) for question in plan.questions
    )
    return spread(plan, tuple(units), columns)


def spread(plan: Plan, names: tuple[str, ...], columns: tuple[Column, ...]) -> Sheet:
    """Work out from the answers of units to each question, in order, all that a sheet says of them."""
    size = (len(names), len(plan.questions))
    sheet = Sheet(
        plan=plan,
        units=names,
        columns=columns,
        # each question is filled and summed up by itself
        state=np.zeros(size, dtype=np.int8, order="F"),
        points=np.full(size, np.nan, order="F"),
        must=np.zeros(size, dtype=np.int8, order="F"),
    )
    for place in range(len(plan.questions)):  # in order: `when` looks back
        _fill(sheet, place)
    return sheet


def _fill(sheet: Sheet, place: int) -> None:
    question, column = sheet.plan.questions[place], sheet.columns[place]
    points = values.points(question, column)
    valued = np.where(np.isnan(points), UNSCORED, ANSWERED)
    state = np.where(column.kind == VALUE, valued, np.where(column.kind == NA, NVT, OPEN))
    if question.when is not None:
        named = sheet.state[:, sheet.plan.place[question.when.question]]
        waits = (named == OPEN) | (named == UNDETERMINED)
        state = np.where(sheet.holds(question.when), state, np.where(waits, UNDETERMINED, NOT_ASKED))
    sheet.state[:, place] = state
    sheet.points[:, place] = np.where(state == ANSWERED, points, np.nan)
    if question.must is not None:
        # A scored question's value without a score neither meets nor misses the must
        counts = state >= (ANSWERED if question.scored else UNSCORED)
        meets = conditions.holds(question.must, question, column)
        waits = (state == OPEN) | (state == UNDETERMINED)
        sheet.must[:, place] = np.where(counts, np.where(meets, MET, MISSED), np.where(waits, PENDING, NONE))


@dataclass(frozen=True, slots=True)
class Required:
    """What a question asks beside its value."""

    note: bool
    document: bool


def of_one(plan: Plan, answers: Answers) -> Sheet:
    """Lay out the answers of one unit, for who asks more than one thing about them."""
    return lay_out(plan, {"": answers})


def asked(sheet: Sheet) -> dict[str, str]:
    """Say for each question of one unit whether it is `asked`, `undetermined` or `not_asked`."""
    words = {NOT_ASKED: "not_asked", UNDETERMINED: "undetermined"}
    states = sheet.state[0].tolist()
    return {
        question.code: words.get(state, "asked")
        for question, state in zip(sheet.plan.questions, states, strict=True)
    }


def required(sheet: Sheet) -> dict[str, Required]:
    """Say what each asked question of one unit requires with its answer; no other questions are in it.

    A value may require a note or a document, `nvt` always requires a note, anything else nothing.
    """
    return {
        question.code: Required(bool(note[0]), bool(document[0]))
        for place, question in enumerate(sheet.plan.questions)
        if sheet.state[0, place] >= OPEN
        for note, document in [_required(sheet, place)]
    }


def incomplete(sheet: Sheet) -> Mask:
    """Say which answers lack a required note or document (units by questions)."""
    lacking = np.zeros(sheet.state.shape, dtype=np.bool_)
    for place, column in enumerate(sheet.columns):
        note, document = _required(sheet, place)
        lacking[:, place] = (note & ~column.note) | (document & ~column.document)
    return lacking


def _required(sheet: Sheet, place: int) -> tuple[Mask, Mask]:
    """Say for each unit whether a note and whether a document is required with its answer."""
    question = sheet.plan.questions[place]
    valued = sheet.valued(place)
    note, document = (
        valued if when == "always" else np.zeros_like(valued) if when is None else valued & sheet.holds(when)
        for when in (question.note_when, question.evidence_when)
    )
    return note | (sheet.state[:, place] == NVT), document
