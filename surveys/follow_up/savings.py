"""Savings variants of studies: what would be saved, with which consequence, and whether it was taken up.

Source: 003 r. 35 and 111-116. Where possible a Periodieke Rapportage has a variant that saves 20% of the
financial basis, by *comply or explain*. It is no recommendation: it is never a point, nor counted as one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.errors import Refused
from surveys.follow_up import amounts, kinds
from surveys.follow_up.basis import fits_share, hold_origin
from surveys.follow_up.keeping import chosen, fits, fits_line
from surveys.follow_up.means import TENTHS, number, rounded
from surveys.follow_up.origins import OriginRow, Study
from surveys.follow_up.rows import Rows
from surveys.log import Ids
from surveys.models import Saving

TITLE_LENGTH, TEXT_LENGTH = 300, 10_000
"""The most characters of each text."""
NOT_TAKEN: Final = "nee"
USUAL: Final = 20 * TENTHS
"""How much a variant saves unless something else is said, in tenths of a percent."""


@dataclass(frozen=True)
class SavingDetails:
    """A variant as somebody fills it in: `share` in tenths of a percent, `amount` in whole euros.

    `taken` is one of kinds.TAKEN, None while nothing was decided.
    """

    origin_id: int
    title: str
    share: int | None
    amount: int | None
    consequence: str
    taken: str | None = None
    explanation: str | None = None


@dataclass(frozen=True)
class SavingInfo:
    """A variant as pages show it. `computed`: the share of the basis in euros, None without a basis."""

    id: int
    version: int
    details: SavingDetails
    share: int
    computed: int | None

    @property
    def title(self) -> str:
        """What it is called."""
        return self.details.title

    @property
    def share_shown(self) -> str:
        """The share as it is read."""
        return f"{number(self.share)}%"

    @property
    def computed_shown(self) -> str | None:
        """The computed amount as it is read."""
        return None if self.computed is None else amounts.shown(self.computed)

    @property
    def stated_shown(self) -> str | None:
        """The amount that the document says, as it is read."""
        return None if self.details.amount is None else amounts.shown(self.details.amount)

    @property
    def difference(self) -> int | None:
        """How much more the document says than is computed; None when either is unknown."""
        if self.details.amount is None or self.computed is None:
            return None
        return self.details.amount - self.computed

    @property
    def difference_words(self) -> str | None:
        """The same in words."""
        if self.difference is None:
            return None
        if self.difference == 0:
            return "Geen verschil"
        more = "meer" if self.difference > 0 else "minder"
        return f"Het document noemt {amounts.shown(abs(self.difference))} {more}"

    @property
    def taken_label(self) -> str:
        """What became of it, in Dutch."""
        return kinds.TAKEN[self.details.taken] if self.details.taken else "Nog niet besloten"

    @property
    def unexplained(self) -> bool:
        """Whether it was not taken up while nobody explained why: comply or explain."""
        return self.details.taken == NOT_TAKEN and not self.details.explanation


def computed(basis: int, share: int) -> int:
    """So many tenths of a percent of an amount, in whole euros, half a euro upward.

    >>> computed(80_790_000, 200)
    16158000
    """
    return int(rounded(Decimal(basis) * share / (100 * TENTHS)))


class _Savings(Rows[Saving, SavingDetails]):
    """The verbs."""

    model, details, subject = Saving, SavingDetails, "saving"
    gone = "Een collega heeft deze besparingsvariant intussen verwijderd."

    def checked(self, session: Session, details: SavingDetails, row: Saving | None) -> SavingDetails:
        hold_origin(session, details.origin_id)
        title = fits_line(details.title, TITLE_LENGTH, "De naam van de variant")
        consequence = fits(details.consequence, TEXT_LENGTH, "Het gevolg")
        if title is None:
            raise Refused("Vul in waarop wordt bespaard.")
        if consequence is None:
            raise Refused("Vul in welk gevolg de besparing heeft.")
        if details.amount is not None and not 0 <= details.amount <= amounts.HIGHEST:
            raise Refused("Vul een bedrag in zoals € 16,2 miljoen.")
        return SavingDetails(
            details.origin_id,
            title,
            fits_share(details.share),
            details.amount,
            consequence,
            chosen(details.taken, kinds.TAKEN, "wat ermee is gedaan"),
            fits(details.explanation, TEXT_LENGTH, "De uitleg"),
        )

    def logged(self, row: Saving) -> dict[str, Ids]:
        return {"origin": row.origin_id, "taken": row.taken}


SAVINGS: Final = _Savings()


def of_studies(session: Session, studies: Collection[OriginRow]) -> dict[int, tuple[SavingInfo, ...]]:
    """The variants of each of these documents, in the order of their making: one query."""
    about = {each.info.id: each.study for each in studies}
    query = (
        select(Saving)
        .where(Saving.origin_id.in_(about), Saving.removed.is_(False))
        .order_by(Saving.id)
        .execution_options(populate_existing=True)
    )
    found: defaultdict[int, list[SavingInfo]] = defaultdict(list)
    for row in session.scalars(query):
        found[row.origin_id].append(_info(row, about[row.origin_id]))
    return {number: tuple(found[number]) for number in about}


def _info(row: Saving, study: Study) -> SavingInfo:
    return SavingInfo(
        row.id,
        row.version,
        SavingDetails(
            row.origin_id,
            row.title,
            row.share,
            row.amount,
            row.consequence,
            row.taken,
            row.explanation,
        ),
        row.share,
        computed(study.amount, row.share) if study.amount is not None else None,
    )
