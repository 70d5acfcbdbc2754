"""How the entries of a legend look: fill, letters or symbol; and the legend itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from exports.charts import fonts
from exports.charts.shapes import TEXT, WHITE, WIDTH, Box, Lines, Pie, Shape, column, hatching, tall
from exports.document import Key
from exports.palette import INK, RANKS, in_time
from surveys.reports.levels import Rank

_SHARES: Final[dict[Rank, float]] = {"top": 1.0, "between": 0.75, "partly": 0.5, "failing": 0.0}
_READABLE: Final = 4.5
"""The contrast that text must have, by WCAG."""

_LINEAR: Final = 0.04045
"""Up to here sRGB is a straight line."""

_SWATCH: Final = (5.0, 3.6)
_GAP: Final = 1.4
_BETWEEN: Final = 6.0


@dataclass(frozen=True, slots=True)
class Look:
    """How a key looks: its fill and the text on it; `hatch` is the colour of lines over the fill."""

    fill: str
    text: str
    hatch: str | None = None
    letter: str = ""

    def box(self, x: float, y: float, width: float, height: float) -> list[Shape]:
        """Give a rectangle that looks like this."""
        box = Box(x, y, width, height, self.fill, INK)
        if self.hatch is None:
            return [box]
        return [replace(box, edge=None), hatching(box, self.hatch), replace(box, fill=None)]


def of_rank(rank: Rank) -> Look:
    """Give how a level of this rank looks."""
    shade = RANKS[rank]
    return Look(WHITE, shade.text, shade.fill) if shade.hatched else Look(shade.fill, shade.text)


def looks(keys: Sequence[Key], lettered: bool = False) -> list[Look]:
    """Give how each key looks: by its rank, or else by its place among the keys that have none.

    `lettered`: those without a rank have a letter, where nothing else would tell them apart in grey.
    """
    tints = iter(in_time(sum(key.rank is None for key in keys)))
    letters = map(chr, range(ord("A"), ord("Z") + 1))
    found = []
    for key in keys:
        if key.rank is not None:
            found.append(of_rank(key.rank))
        else:
            tint = next(tints)
            found.append(Look(tint, text_on(tint), letter=next(letters, "") if lettered else ""))
    return found


def text_on(fill: str) -> str:
    """Give a colour in which text can be read on this fill."""
    return next(color for color in (INK, WHITE, "000000") if _contrast(color, fill) >= _READABLE)


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    parts = (int(color[place : place + 2], 16) / 255 for place in (0, 2, 4))
    linear = (part / 12.92 if part <= _LINEAR else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def symbol(rank: Rank, x: float, y: float, radius: float, color: str) -> Shape:
    """Give the symbol of a rank around a point: a circle that is more or less filled, or a dash."""
    if rank == "none":
        return Lines((((x - radius, y), (x + radius, y)),), color, radius / 2)
    return Pie(x, y, radius, _SHARES[rank], color)


def legend(
    keys: Sequence[Key], y: float, *, symbols: bool = False, letters: bool = False
) -> tuple[list[Shape], float]:
    """Give the legend from `y` down, and where it ends: entries beside each other as far as they fit.

    `symbols` puts those of the ranks in it, `letters` those of the keys without a rank.
    """
    wide, high = _SWATCH
    shapes: list[Shape] = []
    x, deep = 0.0, high
    for key, look in zip(keys, looks(keys, letters), strict=True):
        label = fonts.wrapped(key.label, TEXT, WIDTH - wide - _GAP)
        needed = wide + _GAP + fonts.widest(label, TEXT)
        if x and x + needed > WIDTH:
            x, y, deep = 0.0, y + deep + _GAP, high
        deep = max(deep, tall(label))
        middle = y + deep / 2
        shapes += look.box(x, middle - high / 2, wide, high)
        if symbols and key.rank is not None:
            shapes.append(symbol(key.rank, x + wide / 2, middle, high * 0.3, look.text))
        if look.letter:
            shapes += column([look.letter], x + wide / 2, middle, color=look.text, anchor="middle", bold=True)
        shapes += column(label, x + wide + _GAP, middle)
        x += needed + _BETWEEN
    return shapes, y + deep
