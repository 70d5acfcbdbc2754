"""Preparing a visit: points to raise, sources outside the dossiers, and what is known to stay unknown."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base
from surveys.models.evidence import StoredFile
from surveys.models.people import Person


class VisitPoint(Base):
    """What an inspector did with a point of the sheet of a dossier, or a point of his own.

    Points are collected when the sheet is read; a row exists for a collected point only once somebody dropped
    it, assigned it, or noted its outcome. `key` tells which point it is, whatever happens to the answers: its
    kind and what it is about (`unknown:1.1-03`); a point of an inspector's own has `own:` and a number.
    `text` is filled in for those alone.
    """

    __tablename__ = "visit_point"
    __table_args__ = (
        UniqueConstraint("dossier_id", "key"),
        CheckConstraint("(text IS NOT NULL) = (key LIKE 'own:%')", name="own_text"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    key: Mapped[str] = mapped_column(String(200))
    factor: Mapped[str | None] = mapped_column(String())
    question: Mapped[str | None] = mapped_column(String())
    text: Mapped[str | None] = mapped_column(Text)
    dropped: Mapped[bool] = mapped_column(default=False)
    # why it was dropped, or what came out of it
    remark: Mapped[str | None] = mapped_column(Text)
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    assigned_to: Mapped[Person | None] = relationship(foreign_keys=[assigned_to_id])
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class UnansweredNote(Base):
    """Why a question of a dossier that nobody could answer stays without an answer. One for each question."""

    __tablename__ = "unanswered_note"
    __table_args__ = (UniqueConstraint("dossier_id", "question"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    question: Mapped[str] = mapped_column(String())
    reason: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class Source(Base):
    """A source outside the dossiers: a document of Defence, a report of others. It can be cited.

    `held` says where it can be found; `file` is a copy, if there is one.
    """

    __tablename__ = "source"
    __table_args__ = (
        UniqueConstraint("measurement_id", "title"),
        CheckConstraint("kind IN ('defensie', 'extern', 'anders')", name="kind"),
        CheckConstraint("(file_id IS NULL) = (filename IS NULL)", name="file_whole"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"))
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(300))
    origin: Mapped[str | None] = mapped_column(String(300))
    dated: Mapped[date | None]
    held: Mapped[str | None] = mapped_column(String(500))
    note: Mapped[str | None] = mapped_column(Text)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    filename: Mapped[str | None] = mapped_column(String(255))
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    file: Mapped[StoredFile | None] = relationship()
    person: Mapped[Person] = relationship()

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class Citation(Base):
    """That a source is cited for a factor: in one dossier, or (without one) for the country."""

    __tablename__ = "citation"
    __table_args__ = (
        Index(
            "uq_citation_dossier",
            "source_id",
            "dossier_id",
            "factor",
            unique=True,
            sqlite_where=text("dossier_id IS NOT NULL"),
            postgresql_where=text("dossier_id IS NOT NULL"),
        ),
        Index(
            "uq_citation_country",
            "source_id",
            "factor",
            unique=True,
            sqlite_where=text("dossier_id IS NULL"),
            postgresql_where=text("dossier_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"), index=True)
    factor: Mapped[str] = mapped_column(String())
    page: Mapped[str | None] = mapped_column(String(100))
    note: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    source: Mapped[Source] = relationship(lazy="joined")
    person: Mapped[Person] = relationship()
