"""The rule that keeps sums from deciding: what is compared with a threshold is rounded first."""

from __future__ import annotations

import numpy as np

from scoring.columns import Floats
from scoring.model import DIGITS


def compared(figures: Floats | float) -> Floats:
    """Give figures as they are compared with a threshold: rounded to 9 decimals."""
    return np.asarray(np.round(figures, DIGITS), dtype=np.float64)


def ratio(over: Floats, under: Floats) -> Floats:
    """Divide, giving NaN where there is nothing to divide by."""
    result: Floats = np.full(np.shape(over), np.nan)
    return np.divide(over, under, out=result, where=under != 0)


def plain(figure: float | np.floating) -> float | None:
    """Give a figure as a Python float, or None for NaN."""
    return None if np.isnan(figure) else float(figure) + 0.0  # and no minus zero
