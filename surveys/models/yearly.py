"""Letters of the year to the Tweede Kamer and parts of the annual report, and what each told once settled."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base


class YearlyLetter(Base):
    """A letter of the year: its heading, which points it is about, and with which letter it compares.

    It is about the points of a document, of a value of a classification, or all. `compares`: whether it tells
    what changed since the letter before; `previous_id` is which one that was, once it is settled.
    `replaces_id`: the letter that it corrects.
    """

    __tablename__ = "yearly_letter"
    __table_args__ = (
        CheckConstraint("kind IN ('jaarbrief', 'jaarverslag')", name="kind"),
        CheckConstraint("(scheme IS NULL) = (code IS NULL)", name="class_whole"),
        CheckConstraint("scheme IS NULL OR origin_id IS NULL", name="one_choice"),
        CheckConstraint("previous_id <> id", name="not_after_itself"),
        CheckConstraint("replaces_id <> id", name="not_instead_of_itself"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(300))
    dated: Mapped[date]
    reference: Mapped[str | None] = mapped_column(String(200))
    due_on: Mapped[date | None]
    introduction: Mapped[str | None] = mapped_column(Text)
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("origin.id"))
    scheme: Mapped[str | None] = mapped_column(String(32))
    code: Mapped[str | None] = mapped_column(String(32))
    compares: Mapped[bool] = mapped_column(default=True)
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("yearly_letter.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("yearly_letter.id"))
    fictief: Mapped[bool] = mapped_column(default=False)
    removed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    settled: Mapped[SettledLetter | None] = relationship()

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class SettledLetter(Base):
    """What a letter of the year told, word for word, when it was settled. Append-only."""

    __tablename__ = "settled_letter"
    __table_args__ = (
        UniqueConstraint("letter_id"),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("yearly_letter.id"))
    content: Mapped[Any]
    sha256: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]
