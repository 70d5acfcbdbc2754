"""Figures of many units that are put into words only for the units that somebody asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np

from scoring.columns import Floats, Mask

V = TypeVar("V")


class Lazily(Mapping[str, V]):
    """What stands under each of some names: made when it is asked for, and once."""

    __slots__ = ("_made", "_make", "_place")

    def __init__(self, place: Mapping[str, int], make: Callable[[int], V]) -> None:
        """`place` has the names in order, each with the number that `make` takes."""
        self._place = place
        self._make = make
        self._made: dict[str, V] = {}

    def __getitem__(self, name: str) -> V:
        if name not in self._made:
            self._made[name] = self._make(self._place[name])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._place

    def __iter__(self) -> Iterator[str]:
        return iter(self._place)

    def __len__(self) -> int:
        return len(self._place)


def plainly(figures: Floats) -> list[list[float | None]]:
    """A matrix as lists of Python floats, None for NaN."""
    found = (figures + 0.0).astype(np.object_)  # and no minus zero
    found[np.isnan(figures)] = None
    rows: list[list[float | None]] = found.tolist()
    return rows


def codes_of(mask: Mask, codes: Sequence[str]) -> dict[int, tuple[str, ...]]:
    """The codes of the columns in which a row of a matrix is true; rows without any are left out."""
    found: dict[int, list[str]] = {}
    for row, column in np.argwhere(mask).tolist():
        found.setdefault(row, []).append(codes[column])
    return {row: tuple(each) for row, each in found.items()}
