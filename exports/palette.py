"""The colours of files: safe for who is colour-blind, and apart in grey too. A colour never stands alone.

The web has the same ones in its style sheet, as classes by rank.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from surveys.reports.levels import Rank


@dataclass(frozen=True, slots=True)
class Shade:
    """Fill and text, as RRGGBB; `hatched`: white, with lines in the colour of the fill."""

    fill: str
    text: str
    hatched: bool = False


RANKS: Final[dict[Rank, Shade]] = {
    "top": Shade("B9DDF4", "12202E"),
    "between": Shade("5FA8D6", "12202E"),
    "partly": Shade("B85000", "FFFFFF"),
    "failing": Shade("4F1400", "FFFFFF"),
    "none": Shade("AAB4BE", "12202E", hatched=True),
}
"""The colours of a level, by its rank among the levels of its instrument."""

INK: Final = "12202E"
MUTED: Final = "4A5A68"
HEAD: Final = Shade("12202E", "FFFFFF")
GROUP: Final = Shade("E6ECF1", INK)
WARNING: Final = Shade("FFF1C2", INK)
LINE: Final = "AAB4BE"

RANGE: Final = ("C9DCE9", "8FB8D6", "4F8DB8", "1F5F8B", "12344D", "0A1A28")
"""Series in time, from light to dark: the last measurement is the darkest that is needed."""


def in_time(count: int) -> list[str]:
    """Give a colour to each of some measurements, the last one dark; from seven on the oldest share one.

    >>> in_time(1), in_time(3)
    (['12344D'], ['C9DCE9', '4F8DB8', '12344D'])
    """
    few = RANGE[:-1:2]
    if count <= len(few):
        return list(few[len(few) - count :])
    return [RANGE[0]] * (count - len(RANGE)) + list(RANGE[-count:])
