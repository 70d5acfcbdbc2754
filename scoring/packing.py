"""The answers of a unit as a few hundred bytes, from which those of many units are read at once.

They say all that the arithmetic asks: what each answer is, which options were chosen, the number, and whether
a note and a document go with it. They do not say what a text, a date or a note says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from scoring.columns import Column, read
from scoring.plan import Plan
from scoring.sheet import Answers, Sheet, spread

FORMAT: Final = 1
"""The number of this way of packing: what was packed in another way can't be read."""

KIND: Final = 0b11
NOTE: Final = 0b100
DOCUMENT: Final = 0b1000
BITS: Final = 8


def pack(plan: Plan, units: Mapping[str, Answers]) -> list[bytes]:
    """Pack the answers of each unit, in order. The values must have been checked."""
    answers = tuple(units.values())
    columns = [read(question, [given.get(question.code) for given in answers]) for question in plan.questions]
    packed = np.zeros(len(answers), dtype=_layout(plan))
    for place, column in enumerate(columns):
        packed["what"][:, place] = column.kind + NOTE * column.note + DOCUMENT * column.document
    chosen = [column.chosen for column in columns]
    packed["chosen"] = np.packbits(np.concatenate(chosen, axis=1), axis=1)
    for place, question in enumerate(_numbers(plan)):
        packed["number"][:, place] = columns[question].number
    return [row.tobytes() for row in packed]


def size(plan: Plan) -> int:
    """How many bytes the answers of one unit take."""
    return _layout(plan).itemsize


def unpack(plan: Plan, names: Iterable[str], rows: Sequence[bytes]) -> Sheet:
    """Lay out what `pack` made of units, under their names in the same order.

    Raises ValueError when a row is not of the `size` that this instrument takes.
    """
    layout = _layout(plan)
    if any(len(row) != layout.itemsize for row in rows):
        raise ValueError("packed for another instrument")
    packed = np.frombuffer(b"".join(rows), dtype=layout)
    what = np.asfortranarray(packed["what"])  # each question is read by itself
    options = [len(question.options) for question in plan.questions]
    bits = np.unpackbits(packed["chosen"], axis=1, count=sum(options)).astype(np.bool_)
    ends = np.cumsum(options).tolist()
    numbers = {question: place for place, question in enumerate(_numbers(plan))}
    none = np.full(len(rows), np.nan)
    columns = tuple(
        Column(
            kind=(what[:, place] & KIND).astype(np.int8),
            chosen=bits[:, end - count : end],
            number=packed["number"][:, numbers[place]].copy() if place in numbers else none,
            note=(what[:, place] & NOTE) > 0,
            document=(what[:, place] & DOCUMENT) > 0,
        )
        for place, (count, end) in enumerate(zip(options, ends, strict=True))
    )
    return spread(plan, tuple(names), columns)


def _layout(plan: Plan) -> np.dtype[np.void]:
    bits = sum(len(question.options) for question in plan.questions)
    return np.dtype(
        [
            ("what", "u1", (len(plan.questions),)),
            ("chosen", "u1", (-(-bits // BITS),)),
            ("number", "<f8", (len(_numbers(plan)),)),
        ]
    )


def _numbers(plan: Plan) -> list[int]:
    return [place for place, question in enumerate(plan.questions) if question.type == "number"]
