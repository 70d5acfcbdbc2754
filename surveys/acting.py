"""Who acts: every verb that changes something is told by whom, in which assignment, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from surveys.models import Assignment

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today(at: datetime | None = None) -> date:
    """The day in the Netherlands, of a moment or of the present one."""
    return (at or now()).astimezone(AMSTERDAM).date()


@dataclass(frozen=True)
class By:
    """One person, in one assignment (None: the system, or somebody without one), at one moment.

    `remote` is the address that the request came from, for the log; None for the command line.
    """

    person_id: int | None
    assignment_id: int | None
    role: str | None
    unit_id: int | None
    at: datetime
    remote: str | None = None

    @classmethod
    def through(cls, assignment: Assignment, at: datetime | None = None, remote: str | None = None) -> By:
        """Act through an assignment, now unless another moment is given."""
        return cls(
            assignment.person_id, assignment.id, assignment.role, assignment.unit_id, at or now(), remote
        )

    @classmethod
    def system(cls, at: datetime | None = None) -> By:
        """Act as nobody: set-up, the command line."""
        return cls(None, None, None, None, at or now())
