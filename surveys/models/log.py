"""The log: who did what to what, when, from where. Ids only: never a name, a mail address or an answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base


class LogEntry(Base):
    """One line of the log. Append-only."""

    __tablename__ = "log_entry"
    __table_args__ = (Index(None, "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    subject: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int | None]
    detail: Mapped[Any] = mapped_column(nullable=True)
    remote: Mapped[str | None] = mapped_column(String(64))


class LogSeal(Base):
    """A batch of lines of the log, chained to the batch before it. Append-only.

    `first_id` and `last_id` are the first and last line in it, `count` how many there are: ids have gaps.
    `digest` is the SHA-256 over all of them, `previous` the `hash` of the seal before, and `hash` that over
    everything else here. `marks` has the id of each line with the beginning of its SHA-256, so that a line
    which was changed can be named. See surveys/sealing.py.
    """

    __tablename__ = "log_seal"
    __table_args__ = (CheckConstraint("count >= 1 AND first_id <= last_id AND number >= 1", name="batch"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first_id: Mapped[int]
    last_id: Mapped[int]
    count: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    marks: Mapped[Any]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime]
