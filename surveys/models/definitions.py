"""What words and abbreviations mean to those who use them, every version of that, and which meaning holds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base
from surveys.models.followup import Origin
from surveys.models.people import Person


class Definition(Base):
    """What a term means, according to one document or to Meetlat; the rest is in `glossary.toml`.

    `ships_as` is the term in that file that this row goes before. Its source is a document (`origin_id`), or
    words (`source`), or Meetlat itself.
    """

    __tablename__ = "definition"
    __table_args__ = (
        UniqueConstraint("kind", "ships_as"),
        CheckConstraint("origin_id IS NULL OR source IS NULL", name="one_source"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    ships_as: Mapped[str | None] = mapped_column(String(200))
    term: Mapped[str] = mapped_column(String(200))
    meaning: Mapped[str] = mapped_column(Text)
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("origin.id"))
    source: Mapped[str | None] = mapped_column(String(300))
    used_since: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(Text)
    retired: Mapped[bool] = mapped_column(default=False)
    fictief: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    origin: Mapped[Origin | None] = relationship()
    person: Mapped[Person | None] = relationship()

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class DefinitionVersion(Base):
    """What a definition said at each version, as JSON. Append-only."""

    __tablename__ = "definition_version"
    __table_args__ = (UniqueConstraint("definition_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    version: Mapped[int] = mapped_column()
    content: Mapped[Any]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()


class DefinitionRuling(Base):
    """Which of the meanings of a term holds, or why all of them do. Append-only.

    It is about just these `meanings` (a SHA-256 of all of them): another one reopens the question. `holds` is
    the SHA-256 of the one that was chosen; without it all hold, for a `reason`.
    """

    __tablename__ = "definition_ruling"
    __table_args__ = (CheckConstraint("holds IS NOT NULL OR reason IS NOT NULL", name="why"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    term_key: Mapped[str] = mapped_column(String(200), index=True)
    meanings: Mapped[str] = mapped_column(String(64))
    holds: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()
