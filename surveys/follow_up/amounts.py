"""Amounts of money as people write and read them: € 80,79 miljoen."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from surveys.errors import Refused
from surveys.questions import comma

MILLION: Final = 1_000_000
HIGHEST: Final = 10**15
"""Nothing costs more: a larger number is a slip."""

_SCALES: Final = {
    **dict.fromkeys(("", "euro"), 1),
    **dict.fromkeys(("mln", "mln.", "miljoen", "miljoen euro"), MILLION),
    **dict.fromkeys(("mld", "mld.", "miljard", "miljard euro"), 1000 * MILLION),
}
_AMOUNT: Final = re.compile(r"(?:€|eur\b|euro\b)?\s*([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,([0-9]+))?\s*(.*)")


def parse(text: str | None) -> int | None:
    """The whole euros that somebody typed: "€ 80,79 miljoen", "80.790.000", "80790000"; None for nothing.

    Raises Refused for what is no amount, or has cents.
    """
    typed = " ".join((text or "").lower().split())
    if not typed:
        return None
    found = _AMOUNT.fullmatch(typed)
    scale = _SCALES.get(found[3]) if found else None
    if found is None or scale is None or len(found[1]) > len(str(HIGHEST)):
        raise Refused("Vul een bedrag in zoals € 80,79 miljoen, of 80790000.")
    amount = Decimal(f"{found[1].replace('.', '')}.{found[2] or 0}") * scale
    if amount != int(amount):
        raise Refused("Vul een bedrag in hele euro's in, zoals € 80,79 miljoen.")
    if amount > HIGHEST:
        raise Refused("Dit bedrag is te groot. Kijk of het klopt.")
    return int(amount)


def shown(amount: int) -> str:
    """An amount in whole euros as it is read, from a million on in millions and with all its digits.

    >>> shown(80_790_000), shown(1_250_000_000), shown(64_000)
    ('€ 80,79 miljoen', '€ 1.250 miljoen', '€ 64.000')
    """
    if amount < MILLION:
        return f"€ {_grouped(amount)}"
    whole, rest = divmod(amount, MILLION)
    decimals = comma(Decimal(rest) / MILLION).removeprefix("0")
    return f"€ {_grouped(whole)}{decimals} miljoen"


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")
