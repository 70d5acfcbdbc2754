"""The financial basis of a study: its items, and whether they add up to what the document says of them.

Source: 003 r. 65. The letter of 23 April 2026 says of four items that they are about 75% of the basis; they
are 82% of the total that it names. What does not fit is shown, and never corrected.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.errors import Refused
from surveys.follow_up import amounts, origins
from surveys.follow_up.keeping import fits_line, hold_row
from surveys.follow_up.means import TENTHS, number, rounded
from surveys.follow_up.origins import OriginRow, Study
from surveys.follow_up.rows import Rows
from surveys.log import Ids
from surveys.models import BasisClaim, BasisItem, Origin
from surveys.questions import comma

TITLE_LENGTH, WORDS_LENGTH = 300, 300
"""The most characters of each text."""
HIGHEST_SHARE: Final = 1000 * TENTHS
"""In tenths of a percent: a larger share is a slip."""
_SHARE: Final = re.compile(r"([0-9]{1,3}\.[0-9]{3}|[0-9]{1,4})(?:[,.]([0-9])0*)?\s*%?")
"""Three digits after a point are thousands, as in amounts: 1.000 is a thousand percent and not one."""


@dataclass(frozen=True)
class ItemDetails:
    """An item as somebody fills it in; `amount` in whole euros."""

    origin_id: int
    title: str
    amount: int | None
    year: int | None = None


@dataclass(frozen=True)
class ClaimDetails:
    """Which share the items are according to the document, in tenths of a percent; `words` are its own."""

    origin_id: int
    share: int | None
    words: str | None = None


@dataclass(frozen=True)
class Item:
    """An item as pages show it. `share`: how many percent of the total it is, None without a total."""

    id: int
    version: int
    details: ItemDetails
    amount: int
    share: Decimal | None
    other_year: bool

    @property
    def title(self) -> str:
        """What it is called."""
        return self.details.title

    @property
    def shown(self) -> str:
        """How much it is, as it is read."""
        return amounts.shown(self.amount)

    @property
    def share_shown(self) -> str | None:
        """Its share as it is read: 30,9%."""
        return None if self.share is None else percent(self.share)


@dataclass(frozen=True)
class Claim:
    """What the document says of the share."""

    id: int
    version: int
    details: ClaimDetails
    share: int

    @property
    def shown(self) -> str:
        """In the document's words, or as a number."""
        return self.details.words or self.share_shown

    @property
    def share_shown(self) -> str:
        """As a number: 75%."""
        return f"{number(self.share)}%"


@dataclass(frozen=True)
class Check:
    """The arithmetic of a basis: what the items add up to, beside the total and the share that were said."""

    study: Study
    items: tuple[Item, ...]
    claim: Claim | None

    @property
    def sum(self) -> int:
        """What the items are together, in euros."""
        return sum(each.amount for each in self.items)

    @property
    def share(self) -> Decimal | None:
        """How many percent of the total the items are, in as many decimals as the document names.

        One where it names none; None without items, or without a total to compare with.
        """
        if not self.items or not self.study.amount:
            return None
        return share_of(self.sum, self.study.amount, self._decimals)

    @property
    def share_shown(self) -> str | None:
        """The same as it is read."""
        return None if self.share is None else percent(self.share)

    @property
    def difference(self) -> Decimal | None:
        """How many percentage points the share is more than the document says; None if either is unknown."""
        if self.share is None or self.claim is None:
            return None
        return self.share - Decimal(self.claim.share) / TENTHS

    @property
    def fits(self) -> bool:
        """Whether nothing differs, as far as it is known."""
        return not (self.difference or self.other_years or self.above_total)

    @property
    def above_total(self) -> bool:
        """Whether the items are more than the total that they are of."""
        return self.study.amount is not None and self.sum > self.study.amount

    @property
    def other_years(self) -> tuple[Item, ...]:
        """The items that are of another year than the total."""
        return tuple(each for each in self.items if each.other_year)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The whole check, in Dutch."""
        if not self.items:
            return ()
        many = len(self.items) > 1
        subject = f"De {len(self.items)} posten zijn samen" if many else "De post is"
        said = [f"{subject} {amounts.shown(self.sum)}."]
        if self.share is None:
            return (*said, "Er is geen totaal bekend om mee te vergelijken.")
        whole = f"{self.study.amount_shown} ({self.study.amount_year})"
        said.append(f"Dat is {percent(self.share)} van het totaal van {whole}.")
        if self.above_total:
            said.append("Dat is meer dan het totaal.")
        return (*said, *self._compared(), *self._years())

    @property
    def _decimals(self) -> int:
        return 0 if self.claim is not None and self.claim.share % TENTHS == 0 else 1

    def _compared(self) -> list[str]:
        if self.claim is None or self.difference is None:
            return []
        if not self.difference:
            return [f"Het document noemt {self.claim.shown}: dat klopt."]
        more = "meer" if self.difference > 0 else "minder"
        points = f"{comma(abs(self.difference))} procentpunt {more}"
        return [f"Het document noemt {self.claim.shown}: de posten zijn {points}."]

    def _years(self) -> list[str]:
        said = [
            f"‘{each.title}’ is van {each.details.year}, het totaal is van {self.study.amount_year}."
            for each in self.other_years
        ]
        unknown = sum(each.details.year is None for each in self.items)
        if unknown:
            of = f"{unknown} {'post' if unknown == 1 else 'posten'}"
            why = ": dat kan het verschil verklaren" if self.difference else ""
            said.append(f"Van {of} is het jaar niet bekend{why}.")
        return said


def share_of(part: int, whole: int, decimals: int = 1) -> Decimal:
    """How many percent one amount is of another, rounded as people see it. `whole` is not zero."""
    return rounded(Decimal(part) * 100 / Decimal(whole), decimals)


def percent(share: Decimal) -> str:
    """A percentage as it is read: 82%."""
    return f"{comma(share)}%"


def tenths(text: str | None) -> int | None:
    """The tenths of a percent that somebody typed: "75", "33,3 %"; None for nothing.

    Raises Refused for what is no percentage, or has more than one decimal.
    """
    typed = (text or "").strip()
    if not typed:
        return None
    found = _SHARE.fullmatch(typed)
    if found is None:
        raise Refused("Vul een percentage in zoals 75 of 33,3.")
    return int(found[1].replace(".", "")) * TENTHS + int(found[2] or 0)


def fits_share(share: int | None) -> int:
    """A share as it is kept. Raises Refused for none, and for one that can't be meant."""
    if share is None or not 0 < share <= HIGHEST_SHARE:
        raise Refused("Vul een percentage in zoals 75 of 33,3.")
    return share


def hold_origin(session: Session, number: int) -> Origin:
    """The document that a row is about, held. Raises Refused when it was removed."""
    return hold_row(session, Origin, number, "Dit document is intussen verwijderd.")


class _Items(Rows[BasisItem, ItemDetails]):
    """The verbs for items."""

    model, details, subject = BasisItem, ItemDetails, "basis_item"
    gone = "Een collega heeft deze post intussen verwijderd."

    def checked(self, session: Session, details: ItemDetails, row: BasisItem | None) -> ItemDetails:
        hold_origin(session, details.origin_id)
        title = fits_line(details.title, TITLE_LENGTH, "De naam van de post")
        if title is None:
            raise Refused("Vul de naam van de post in.")
        if details.amount is None or not 0 <= details.amount <= amounts.HIGHEST:
            raise Refused("Vul een bedrag in zoals € 16,9 miljoen.")
        if details.year is not None and details.year not in origins.YEARS:
            raise Refused("Vul bij het jaar van het bedrag een jaar in zoals 2025.")
        return ItemDetails(details.origin_id, title, details.amount, details.year)

    def logged(self, row: BasisItem) -> dict[str, Ids]:
        return {"origin": row.origin_id}


class _Claims(Rows[BasisClaim, ClaimDetails]):
    """The verbs for what documents say of a share: one of each."""

    model, details, subject = BasisClaim, ClaimDetails, "basis_claim"
    gone = "Een collega heeft deze opgave intussen verwijderd."

    def checked(self, session: Session, details: ClaimDetails, row: BasisClaim | None) -> ClaimDetails:
        hold_origin(session, details.origin_id)
        others = select(BasisClaim.id).where(
            BasisClaim.origin_id == details.origin_id, BasisClaim.removed.is_(False)
        )
        if set(session.scalars(others)) - {row.id if row else None}:
            raise Refused("Wat dit document over het aandeel zegt, is al ingevuld. Wijzig dat.")
        words = fits_line(details.words, WORDS_LENGTH, "De tekst uit het document")
        return ClaimDetails(details.origin_id, fits_share(details.share), words)

    def logged(self, row: BasisClaim) -> dict[str, Ids]:
        return {"origin": row.origin_id, "share": row.share}


ITEMS: Final = _Items()
CLAIMS: Final = _Claims()


def checks(session: Session, studies: Collection[OriginRow]) -> dict[int, Check]:
    """The arithmetic of each of these documents, in two queries. Items stand in the order of their making."""
    ids = [each.info.id for each in studies]
    items: defaultdict[int, list[BasisItem]] = defaultdict(list)
    asked = select(BasisItem).where(BasisItem.origin_id.in_(ids), BasisItem.removed.is_(False))
    for row in session.scalars(asked.order_by(BasisItem.id).execution_options(populate_existing=True)):
        items[row.origin_id].append(row)
    said = select(BasisClaim).where(BasisClaim.origin_id.in_(ids), BasisClaim.removed.is_(False))
    claims = {
        row.origin_id: _claim(row) for row in session.scalars(said.execution_options(populate_existing=True))
    }
    return {
        each.info.id: Check(
            each.study,
            tuple(_item(row, each.study) for row in items[each.info.id]),
            claims.get(each.info.id),
        )
        for each in studies
    }


def _item(row: BasisItem, study: Study) -> Item:
    return Item(
        row.id,
        row.version,
        ItemDetails(row.origin_id, row.title, row.amount, row.year),
        row.amount,
        share_of(row.amount, study.amount) if study.amount else None,
        None not in (row.year, study.amount_year) and row.year != study.amount_year,
    )


def _claim(row: BasisClaim) -> Claim:
    return Claim(row.id, row.version, ClaimDetails(row.origin_id, row.share, row.words), row.share)
