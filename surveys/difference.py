"""The words that differ between two texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_PATIENCE = 1_000_000
"""Of texts with more pairs of words than this, common words no longer say what belongs together."""
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """A part of two texts: in both (`same`), in the old one only (`gone`) or in the new one only (`new`)."""

    kind: Literal["same", "gone", "new"]
    text: str


def words(old: str, new: str) -> tuple[Piece, ...]:
    """Lay two texts on top of each other, word by word.

    Without what is `new` the pieces are the old text, without what is `gone` the new one.
    """
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    long = len(before) * len(after) > _PATIENCE
    found = []
    for step, i, j, m, n in SequenceMatcher(None, before, after, autojunk=long).get_opcodes():
        if step == "equal":
            found.append(Piece("same", "".join(before[i:j])))
            continue
        if i < j:
            found.append(Piece("gone", "".join(before[i:j])))
        if m < n:
            found.append(Piece("new", "".join(after[m:n])))
    return tuple(found)
