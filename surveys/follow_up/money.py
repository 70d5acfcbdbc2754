"""The money that studies are about: their financial basis with its check, and their savings variants."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from surveys.follow_up import basis, origins, savings
from surveys.follow_up.basis import Check
from surveys.follow_up.origins import OriginRow
from surveys.follow_up.savings import SavingInfo


@dataclass(frozen=True)
class StudyMoney:
    """A document with the check of its basis, and its savings variants."""

    origin: OriginRow
    check: Check
    savings: tuple[SavingInfo, ...]

    @property
    def told(self) -> bool:
        """Whether something is known of its money."""
        check = self.check
        return bool(check.study.amount is not None or check.items or check.claim or self.savings)


def listed(session: Session) -> list[StudyMoney]:
    """The documents of which something is known of their money, the latest first: four queries."""
    return [each for each in _of(session, origins.listed(session)) if each.told]


def find(session: Session, number: int) -> StudyMoney | None:
    """A document by its id, whether or not something is known; None for one that was removed."""
    found = origins.find(session, number)
    return _of(session, [found])[0] if found else None


def _of(session: Session, rows: Collection[OriginRow]) -> list[StudyMoney]:
    checks, variants = basis.checks(session, rows), savings.of_studies(session, rows)
    return [StudyMoney(each, checks[each.info.id], variants[each.info.id]) for each in rows]
