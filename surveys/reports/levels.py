"""How a level is marked wherever it is shown: its letters, and its rank among the instrument's own levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from scoring.model import NOT_JUDGED
from surveys.instruments import Instrument

Rank = Literal["top", "between", "partly", "failing", "none"]
"""What a level looks like: the colours and symbols of pages and files go by this, never by a level's code."""

NOT_JUDGED_LABEL = "Niet te beoordelen"


@dataclass(frozen=True)
class Mark:
    """A level with what marks it: two levels of an instrument may share a rank, never their letters."""

    code: str
    label: str
    letters: str
    rank: Rank


def marks(instrument: Instrument) -> Mapping[str, Mark]:
    """Give the mark of every level by its code, from low to high, and last that of having no level."""
    levels = [(level.code, level.label) for level in instrument.levels]
    letters = letters_of([*(label for _, label in levels), NOT_JUDGED_LABEL])
    ranks: list[Rank] = [*(rank_of(place, len(levels)) for place in range(len(levels))), "none"]
    levels.append((NOT_JUDGED, NOT_JUDGED_LABEL))
    return {
        code: Mark(code, label, short, rank)
        for (code, label), short, rank in zip(levels, letters, ranks, strict=True)
    }


def high_to_low(found: Mapping[str, Mark]) -> tuple[Mark, ...]:
    """Give marks in the order in which they are shown: from high to low, that of having no level last."""
    *levels, none = found.values()
    return (*reversed(levels), none)


def rank_of(place: int, count: int) -> Rank:
    """Give the rank of the level at a place (from 0, low to high) among so many levels (at least two).

    >>> [rank_of(place, 3) for place in range(3)]
    ['failing', 'partly', 'top']
    >>> [rank_of(place, 4) for place in range(4)]
    ['failing', 'partly', 'between', 'top']
    """
    if place == count - 1:
        return "top"
    if place == 0:
        return "failing"
    return "between" if place > (count - 1) / 2 else "partly"


def letters_of(labels: list[str]) -> list[str]:
    """Give each label a few letters: the initials of its words, with more of the last word where they clash.

    Where that does not help either, a number follows.

    >>> letters_of(["Voldoet niet", "Voldoet deels", "Voldoet"])
    ['VN', 'VD', 'V']
    >>> letters_of(["Slecht", "Matig", "Sterk"])
    ['SL', 'M', 'ST']
    """
    taken = [1] * len(labels)
    found = [_letters(label, 1) for label in labels]
    for _ in range(max(map(len, labels))):
        taken = [count + clash for count, clash in zip(taken, _clashes(found), strict=True)]
        found = [_letters(label, count) for label, count in zip(labels, taken, strict=True)]
    pairs = enumerate(zip(found, _clashes(found), strict=True), start=1)
    return [f"{letters}{number}" if clash else letters for number, (letters, clash) in pairs]


def _clashes(found: list[str]) -> list[bool]:
    return [found.count(letters) > 1 for letters in found]


def _letters(label: str, taken: int) -> str:
    words = label.split()
    return "".join([*(word[0] for word in words[:-1]), words[-1][:taken]]).upper()
