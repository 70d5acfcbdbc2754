"""People and budget, needed and assigned: what they add up to, what is short, and how that is told.

People are counted in tenths of a full-time job and budget in whole euros, so that sums are exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from surveys.errors import Refused
from surveys.follow_up import amounts
from surveys.questions import comma

TENTHS: Final = 10
MOST_PEOPLE: Final = 1_000_000
"""In tenths: no point takes more people than this."""
_PEOPLE: Final = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3}){1,2}|[0-9]{1,6})(?:[,.]([0-9]+))?(?:\s*fte)?")
"""Three digits after a point are thousands, as in amounts: 1.000 is a thousand people and not one."""


@dataclass(frozen=True)
class Means:
    """What is needed and assigned: people in tenths of a full-time job, budget in whole euros."""

    people_needed: int = 0
    people_assigned: int = 0
    budget_needed: int = 0
    budget_assigned: int = 0

    def __add__(self, other: Means) -> Means:
        """Both together."""
        return Means(
            self.people_needed + other.people_needed,
            self.people_assigned + other.people_assigned,
            self.budget_needed + other.budget_needed,
            self.budget_assigned + other.budget_assigned,
        )

    @property
    def people_gap(self) -> int:
        """How many people are short, in tenths; below zero: left over."""
        return self.people_needed - self.people_assigned

    @property
    def budget_gap(self) -> int:
        """How much budget is short; below zero: left over."""
        return self.budget_needed - self.budget_assigned

    @property
    def short(self) -> bool:
        """Whether people or budget are short."""
        return self.people_gap > 0 or self.budget_gap > 0

    @property
    def people_words(self) -> str:
        """How the people assigned fit what is needed: 2,5 fte tekort."""
        return _gap(self.people_needed, self.people_gap, people_shown(abs(self.people_gap)))

    @property
    def budget_words(self) -> str:
        """The same of the budget: € 25.000 over."""
        return _gap(self.budget_needed, self.budget_gap, amounts.shown(abs(self.budget_gap)))


def total(every: Iterable[Means]) -> Means:
    """All of them together."""
    return sum(every, Means())


def _gap(needed: int, gap: int, shown: str) -> str:
    if gap == 0:
        return "Precies genoeg" if needed else "Niet nodig"
    return f"{shown} {'tekort' if gap > 0 else 'over'}"


def people(text: str | None) -> int:
    """The tenths of full-time jobs that somebody typed: "2,5", "3 fte"; zero for nothing.

    Raises Refused for what is no number, or has more than one decimal.
    """
    typed = " ".join((text or "").lower().split())
    if not typed:
        return 0
    found = _PEOPLE.fullmatch(typed)
    if found is None or len((found[2] or "").rstrip("0")) > 1:
        raise Refused("Vul een aantal fte in met hoogstens één cijfer achter de komma, zoals 2,5.")
    tenths = int(found[1].replace(".", "")) * TENTHS + int((found[2] or "0")[0])
    if tenths > MOST_PEOPLE:
        raise Refused("Dit aantal fte is te groot. Kijk of het klopt.")
    return tenths


def number(tenths: int) -> str:
    """A number of tenths as it is read.

    >>> number(25), number(30), number(-4)
    ('2,5', '3', '-0,4')
    """
    return comma(Decimal(tenths) / TENTHS)


def people_shown(tenths: int) -> str:
    """A number of people as it is read: 2,5 fte."""
    return f"{number(tenths)} fte"


def rounded(exact: Decimal, decimals: int = 0) -> Decimal:
    """A figure as people see it: half of the last digit goes away from zero, as everywhere in exports."""
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
