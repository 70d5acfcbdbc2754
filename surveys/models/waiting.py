"""What is kept for a while: a post that came too late, an uploaded questionnaire, who is on which page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base


class HeldPost(Base):
    """A page that was sent after its sender was logged out: kept for that person, until it is sent again.

    Found by a key that only the sender's browser gets; of the key its SHA-256 is kept. `fields` has the
    names and values as they were sent, in order.
    """

    __tablename__ = "held_post"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    endpoint: Mapped[str] = mapped_column(String(64))
    arguments: Mapped[Any]
    fields: Mapped[Any]
    at: Mapped[datetime] = mapped_column(index=True)


class AnswerUpload(Base):
    """A filled-in questionnaire that was uploaded, as it was read: to look at first, then applied or not.

    `answers` holds what `surveys.offline.offered.Offered.as_json` gives, and nothing any more once applied.
    """

    __tablename__ = "answer_upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    filename: Mapped[str] = mapped_column(String(255))
    answers: Mapped[Any]
    at: Mapped[datetime]
    applied_at: Mapped[datetime | None]


class Presence(Base):
    """Who has which page of a dossier open. On PostgreSQL an unlogged table; on SQLite it stays empty.

    Never a durable write: SQLite's one process keeps this in memory, and PostgreSQL forgets it in a crash.
    """

    __tablename__ = "presence"
    __table_args__ = {"prefixes": ["UNLOGGED"]}  # noqa: RUF012

    tab: Mapped[str] = mapped_column(String(64), primary_key=True)
    dossier_id: Mapped[int] = mapped_column(index=True)
    person_id: Mapped[int]
    assignment_id: Mapped[int]
    factor: Mapped[str | None] = mapped_column(String())
    question: Mapped[str | None] = mapped_column(String())
    seen_at: Mapped[datetime]
