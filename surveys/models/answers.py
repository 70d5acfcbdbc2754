"""Answers with a version, the documents that they refer to, and every version that ever was."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base
from surveys.models.people import Assignment, Person

JOINT = ""
"""The `party` of an answer that the respondents give together; a divergent view bears a role instead."""


class Answer(Base):
    """The answer as it stands. Kept by the question's code, so it survives a new version of the instrument.

    `version` counts the saves, and a save must name the version that it saw: two people never overwrite
    each other in silence. Neither value nor special means open (once answered, then emptied).
    """

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("dossier_id", "question", "party"),
        CheckConstraint("value IS NULL OR special IS NULL", name="value_or_special"),
        CheckConstraint("special IN ('onbekend', 'nvt')", name="special"),
        CheckConstraint("version >= 1", name="version"),
        Index(
            "ix_answer_view",
            "dossier_id",
            sqlite_where=text("party <> ''"),
            postgresql_where=text("party <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    question: Mapped[str] = mapped_column(String())
    party: Mapped[str] = mapped_column(String(32), default=JOINT)
    value: Mapped[Any] = mapped_column(nullable=True)
    special: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    saved_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    assignment: Mapped[Assignment] = relationship()
    documents: Mapped[list[AnswerDocument]] = relationship(
        order_by="AnswerDocument.position", cascade="all, delete-orphan", lazy="selectin"
    )
    versions: Mapped[list[AnswerVersion]] = relationship(
        order_by="AnswerVersion.version", back_populates="answer"
    )

    # a save on an outdated version finds no row to update, and the flush fails; the verb counts, so that a
    # change of nothing but documents counts too
    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class Document(Base):
    """A document that answers in a dossier refer to: for now a title; its file may be kept elsewhere."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("dossier_id", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    title: Mapped[str] = mapped_column(String(300))
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]


class AnswerDocument(Base):
    """That an answer refers to a document, and where in it to look."""

    __tablename__ = "answer_document"
    __table_args__ = (UniqueConstraint("answer_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    page: Mapped[str | None] = mapped_column(String(100))
    position: Mapped[int]

    document: Mapped[Document] = relationship(lazy="joined")


class AnswerVersion(Base):
    """One save of one answer: what it was, what it became, who did it in which role, when. Append-only.

    `old` and `new` hold `{"value", "special", "note", "documents": [{"title", "page"}]}`; `old` is null for
    the first version.
    """

    __tablename__ = "answer_version"
    __table_args__ = (UniqueConstraint("answer_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"))
    version: Mapped[int] = mapped_column()
    old: Mapped[Any] = mapped_column(nullable=True)
    new: Mapped[Any]
    reason: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    answer: Mapped[Answer] = relationship(back_populates="versions")
    person: Mapped[Person] = relationship()
    assignment: Mapped[Assignment] = relationship()
