"""Rows of follow-up that people add, change and remove: how that goes is the same for all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any, ClassVar, Final, Generic, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import log
from surveys.acting import By
from surveys.errors import Refused
from surveys.follow_up.keeping import next_version, permit, seen
from surveys.log import Ids
from surveys.models import Point
from surveys.models.money import Changing

YEARS: Final = range(2000, 2101)
"""In which years people and money are given, objectives hold, and evaluations are planned."""
MOST_POINTS: Final = 20
"""A row refers to no more points than this."""


class Filled(Protocol):
    """A row as somebody fills it in: a frozen dataclass, whose fields are called as the row's columns are."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


Row = TypeVar("Row", bound=Changing)
Details = TypeVar("Details", bound=Filled)


class Rows(ABC, Generic[Row, Details]):
    """The verbs for rows of a kind. `subject` is what the log calls one; `gone` says that it was removed."""

    model: type[Row]
    details: type[Details]
    subject: str
    gone: str

    def add(self, session: Session, details: Details, *, by: By) -> Row:
        """Add a row.

        Raises NotAllowed, and Refused for details that can't be.
        """
        permit(by)
        row = self.model()
        self._write(row, self.checked(session, details, None), by)
        session.add(row)
        self._keep(session, row, "add", by)
        return row

    def change(self, session: Session, number: int, details: Details, *, by: By, seen_version: int) -> Row:
        """Change a row; what is the same already stays, version and all.

        Raises as `add` does, and ChangedMeanwhile when somebody changed it since the version that was seen.
        """
        permit(by)
        row = self._hold(session, number)
        checked = self.checked(session, details, row)
        if self._held(row) == checked:
            return row
        seen(row, seen_version)
        self._write(row, checked, by)
        self._keep(session, row, "change", by)
        return row

    def remove(self, session: Session, number: int, *, by: By, seen_version: int) -> None:
        """Take a row out of its list; it stays, for the log. Raises as `change` does."""
        permit(by)
        row = self._hold(session, number)
        seen(row, seen_version)
        self.removable(session, row)
        row.removed = True
        self._keep(session, row, "remove", by)

    @abstractmethod
    def checked(self, session: Session, details: Details, row: Row | None) -> Details:
        """The details as they are kept; `row` has what they change. Raises Refused for what can't be."""

    def removable(self, session: Session, row: Row) -> None:
        """Raise Refused when a row can't be removed now."""

    def logged(self, row: Row) -> dict[str, Ids]:
        """What the log tells of a row besides its number: ids, codes and states."""
        return {}

    def _write(self, row: Row, checked: Details, by: By) -> None:
        for each in fields(checked):
            setattr(row, each.name, getattr(checked, each.name))

    def _held(self, row: Row) -> Details:
        return self.details(**{each.name: getattr(row, each.name) for each in fields(self.details)})

    def _hold(self, session: Session, number: int) -> Row:
        row = session.scalar(
            select(self.model)
            .where(self.model.id == number)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if row is None or row.removed:
            raise Refused(self.gone)
        return row

    def _keep(self, session: Session, row: Row, action: str, by: By) -> None:
        next_version(session, row, by)
        session.expire(row, ["person"])
        detail = {"version": row.version, **self.logged(row)}
        log.write(session, f"{self.subject}.{action}", by, self.subject, row.id, **detail)
        session.flush()


def fits_year(year: int | None, what: str) -> int:
    """A year as it is kept. Raises Refused for none, and for one that can't be meant."""
    if year is None or year not in YEARS:
        raise Refused(f"Vul bij {what} een jaar in van {YEARS[0]} tot en met {YEARS[-1]}.")
    return year


def fits_points(session: Session, numbers: Iterable[int], held: Iterable[int]) -> tuple[int, ...]:
    """The points that a row refers to, each once and in order.

    `held`: those that it has; one of them may have been removed. Raises Refused for others that are not in
    the register, and for too many.
    """
    wanted = set(numbers)
    if len(wanted) > MOST_POINTS:
        raise Refused(f"Kies {MOST_POINTS} punten of minder.")
    new = wanted - set(held)
    known = set(session.scalars(select(Point.id).where(Point.id.in_(new), Point.removed.is_(False))))
    if known != new:
        raise Refused("Kies punten uit de lijst.")
    return tuple(sorted(wanted))


def spaced(numbers: Iterable[int]) -> str | None:
    """Numbers as the log keeps them, None for none."""
    return " ".join(map(str, numbers)) or None


def linked(points: Iterable[Any]) -> Iterator[Point]:
    """The points that a row refers to, without those that were removed since."""
    return (each.point for each in points if not each.point.removed)
