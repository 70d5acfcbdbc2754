"""Small numbers: counts so low that the units behind them can be recognised."""

from __future__ import annotations

from typing import Final

MOST: Final = 3
"""A count of one to three regions can be traced back to them: warn before anything is published.

Rule 6 of the process that the tool is made for ("Kleine aantallen: een telling van 1 tot 3 regio's").
"""


def traceable(n: int) -> bool:
    """Whether a count of units is so low that it says who they are. None at all says nothing of anybody.

    >>> [n for n in range(6) if traceable(n)]
    [1, 2, 3]
    """
    return 0 < n <= MOST
