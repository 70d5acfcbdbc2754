"""What the arithmetic works with: codes, weights, scores and conditions. No text that a person reads.

These are the parts of an instrument as docs/method.md describes them, with every default filled in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

Value = str | list[str] | int | float | None
"""A code (`yes_no`, `choice`), a list of codes (`multi`), a number, a text, an ISO date; None: no answer."""

Type = Literal["yes_no", "choice", "multi", "number", "text", "date"]

NOT_JUDGED: Final = "niet_te_beoordelen"
"""The level of a factor that has none."""

RESERVED: Final = frozenset({"onbekend", "nvt", "beiden", NOT_JUDGED})
"""Words with a meaning of their own, which no code may be."""

DIGITS: Final = 9
"""Every comparison with a threshold is made on the value rounded to this many decimals."""


class Given(NamedTuple):
    """One answer as the arithmetic sees it: `value` or `special` or neither (open)."""

    value: Value = None
    special: str | None = None
    note: bool = False
    document: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that an answer meets or not. All the keys that are given must hold.

    `in_` and `not_in` are for yes_no and choice; `any_of`, `all_of` and `none_of` for multi; the limits for
    numbers. An answer that is open, special or not asked meets no condition, `not_in` and `none_of` included.
    """

    question: str
    in_: frozenset[str] | None = None
    not_in: frozenset[str] | None = None
    any_of: frozenset[str] | None = None
    all_of: frozenset[str] | None = None
    none_of: frozenset[str] | None = None
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None


When = Condition | Literal["always"] | None
"""When a note or a document is required: on a condition, with every value, or never."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice, with its score (0..1) if it has one; `exclusive`: it cannot go with another."""

    code: str
    score: float | None = None
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """Numbers `below` a limit, or `upto` and including it; the last band has neither and takes the rest."""

    score: float
    below: float | None = None
    upto: float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question. A yes_no has the options `ja` and `nee`; `weight` is above 0.

    `scored` says that it takes part in the score: it is meant to, and its options or bands give it a score.
    """

    code: str
    factor: str
    type: Type
    weight: float = 1.0
    scored: bool = False
    options: tuple[Option, ...] = ()
    combine: Literal["sum", "max"] = "sum"
    bands: tuple[Band, ...] = ()
    when: Condition | None = None
    must: Condition | None = None
    note_when: When = None
    evidence_when: When = None


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor (KSF) within its theme, and the codes of its questions in order."""

    code: str
    theme: str
    weight: float
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """A level: the score it takes, and how many missed musts it bears (None: any number)."""

    code: str
    from_: float
    missed_musts: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that is counted over units."""

    code: str
    factor: str
    count: Condition


@dataclass(frozen=True, slots=True)
class Check:
    """Answers that do not sit well together: all conditions hold."""

    code: str
    all: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """The thresholds of an instrument, all of them shares (0..1)."""

    min_coverage: float
    attention_below: float
    min_units: float
    must_share: float
    max_failing_share: float
