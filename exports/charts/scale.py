"""The numbers along an axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_STEPS: Final = (1, 2, 5)
_MOST: Final = 6
"""How many steps an axis has at most."""


def step(highest: float, most: int = _MOST) -> int:
    """Give the round number by which an axis counts that has to reach so far.

    >>> step(3), step(25), step(162)
    (1, 5, 50)
    """
    power = 1
    while True:
        for each in _STEPS:
            if highest <= most * each * power:
                return each * power
        power *= 10


def ticks(highest: float, most: int = _MOST) -> Sequence[int]:
    """Give the numbers along an axis that ends at the highest.

    >>> list(ticks(25)), list(ticks(0))
    ([0, 5, 10, 15, 20, 25], [0])
    """
    return range(0, int(highest) + 1, step(highest, most))


def number(value: float) -> str:
    """Give a number as it is read in Dutch.

    >>> number(12), number(12.0), number(0.5)
    ('12', '12', '0,5')
    """
    return f"{value:.10g}".replace(".", ",")
