"""How a level looks, by its rank in the instrument: on a page, in a workbook, in a chart."""

from __future__ import annotations

from dataclasses import dataclass

from surveys.instruments import Instrument

NOT_JUDGED = "niet_te_beoordelen"


@dataclass(frozen=True)
class Look:
    """A level as people see it. `rank` is top, between, partly, failing or none; colours as six hex digits."""

    code: str
    label: str
    letters: str
    rank: str
    fill: str
    text: str


# Safe for colour-blind eyes, and in grey: lightness falls with the rank.
COLOURS: dict[str, tuple[str, str]] = {
    "top": ("B9DDF4", "12202E"),
    "between": ("5FA8D6", "12202E"),
    "partly": ("B85000", "FFFFFF"),
    "failing": ("4F1400", "FFFFFF"),
    "none": ("FFFFFF", "12202E"),
}


def rank(instrument: Instrument, level: str) -> str:
    """The rank of a level among the instrument's own, from low to high.

    The lowest is failing and the highest top; of those in the middle the lower half is partly and the rest
    between. Raises KeyError for a level that the instrument lacks.
    """
    if level == NOT_JUDGED:
        return "none"
    codes = [row.code for row in instrument.levels]
    if level not in codes:
        raise KeyError(level)
    place, highest = codes.index(level), len(codes) - 1
    if place == 0:
        return "failing"
    if place == highest:
        return "top"
    return "partly" if place <= highest // 2 else "between"


def look(instrument: Instrument, level: str) -> Look:
    """How a level of this instrument looks. Raises KeyError for a level that it lacks."""
    found = rank(instrument, level)
    label = next((row.label for row in instrument.levels if row.code == level), "Niet te beoordelen")
    letters = "".join(word[0] for word in label.split()).upper()
    fill, text = COLOURS[found]
    return Look(level, label, letters, found, fill, text)


def looks(instrument: Instrument) -> tuple[Look, ...]:
    """All of them from high to low, the one without a level last: for a legend."""
    return tuple(look(instrument, row.code) for row in reversed(instrument.levels)) + (look(instrument, NOT_JUDGED),)
