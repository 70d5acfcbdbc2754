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

LIGHT: Final = (0xC9, 0xDC, 0xE9)
DARK: Final = (0x12, 0x34, 0x4D)


def in_time(count: int) -> list[str]:
    """Give each of some measurements a colour: from light to dark in even steps, the last one darkest.

    >>> in_time(1), in_time(3)
    (['12344D'], ['C9DCE9', '6E889B', '12344D'])
    """
    shares = [place / (count - 1) if count > 1 else 1.0 for place in range(count)]
    mixed = (
        [round(light + share * (dark - light)) for light, dark in zip(LIGHT, DARK, strict=True)]
        for share in shares
    )
    return ["".join(f"{part:02X}" for part in color) for color in mixed]
