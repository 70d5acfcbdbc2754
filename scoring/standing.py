"""Where one score stands among those of all units: in which quarter."""

from __future__ import annotations

from typing import Literal

from scoring.results import NationalFactor
from scoring.rounding import compared

Standing = Literal["laagste_kwart", "onder_midden", "midden", "boven_midden", "hoogste_kwart"]


def standing(score: float | None, figures: NationalFactor) -> Standing | None:
    """Say in which quarter a score (0..1) stands; None where it or the quartiles are missing.

    A score at the median is `midden`. Below the first quartile is `laagste_kwart`, above the third
    `hoogste_kwart`; a score at a quartile is on the side of the median.
    """
    if score is None or figures.q1 is None or figures.median is None or figures.q3 is None:
        return None
    here, low, middle, high = (
        float(compared(each)) for each in (score, figures.q1, figures.median, figures.q3)
    )
    if here == middle:
        return "midden"
    if here < middle:
        return "laagste_kwart" if here < low else "onder_midden"
    return "hoogste_kwart" if here > high else "boven_midden"
