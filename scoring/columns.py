"""The answers of many units to one question, as arrays: the first step of every calculation."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.model import Given, Question

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

NOTHING: Final = 0
VALUE: Final = 1
UNKNOWN: Final = 2
NA: Final = 3
"""What an answer is: nothing yet, a value, *weet ik niet*, *niet van toepassing*."""

_SPECIAL = {"onbekend": UNKNOWN, "nvt": NA}


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One question over all units.

    `kind` (units) is NOTHING, VALUE, UNKNOWN or NA. `chosen` (units by options) says which options were
    chosen; it has no columns when the question has no options. `number` (units) is NaN where there is none.
    `note` and `document` (units) say whether the answer carries one.
    """

    kind: NDArray[np.int8]
    chosen: Mask
    number: Floats
    note: Mask
    document: Mask

    def only(self, rows: NDArray[np.intp]) -> Column:
        """The same of some of the units, by their positions."""
        return Column(
            self.kind[rows], self.chosen[rows], self.number[rows], self.note[rows], self.document[rows]
        )


def read(question: Question, answers: Sequence[Given | None]) -> Column:
    """Turn the answers to one question, in the order of the units, into a column.

    Many units answer alike: each different answer is looked at once, and its units take what was found.
    """
    if len(answers) == 1:
        return _read(question, answers)
    places = _Places()
    keys = map(_key, answers) if question.type == "multi" else answers
    rows = np.fromiter(map(places.__getitem__, keys), dtype=np.intp, count=len(answers))
    first = np.empty(len(places), dtype=np.intp)
    first[rows[::-1]] = np.arange(len(answers))[::-1]  # the last that is written stands: the first unit
    return _read(question, [answers[row] for row in first.tolist()]).only(rows)


class _Places(dict[Hashable, int]):
    """Numbers whatever it is asked for, from 0, in the order in which it comes by."""

    def __missing__(self, key: Hashable) -> int:
        place = self[key] = len(self)
        return place


def _key(answer: Given | None) -> Hashable:
    """An answer whose value may be a list as something that can be looked up."""
    if answer is None or not isinstance(answer.value, list):
        return answer
    return tuple(answer.value), answer.note, answer.document


def _read(question: Question, answers: Sequence[Given | None]) -> Column:
    kind = np.zeros(len(answers), dtype=np.int8)
    chosen = np.zeros((len(answers), len(question.options)), dtype=np.bool_)
    number = np.full(len(answers), np.nan)
    note = np.zeros(len(answers), dtype=np.bool_)
    document = np.zeros(len(answers), dtype=np.bool_)
    place = {option.code: index for index, option in enumerate(question.options)}
    rows: list[int] = []
    options: list[int] = []
    for row, answer in enumerate(answers):
        if answer is None:
            continue
        note[row], document[row] = answer.note, answer.document
        value = answer.value
        if value is None:
            if answer.special is not None:
                kind[row] = _SPECIAL[answer.special]
            continue
        kind[row] = VALUE
        if isinstance(value, list):
            rows += [row] * len(value)
            options += [place[code] for code in value]
        elif isinstance(value, str):
            if place:
                rows.append(row)
                options.append(place[value])
        else:
            number[row] = value
    chosen[rows, options] = True
    return Column(kind, chosen, number, note, document)
