"""What respondents say to each other about a question, before they agree on the answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base
from surveys.models.people import Assignment, Person


class Discussion(Base):
    """The thread of one question in one dossier: open, or settled until somebody writes again.

    `waits_for` is the role that is asked to say something; None when nobody is.
    """

    __tablename__ = "discussion"
    __table_args__ = (
        UniqueConstraint("dossier_id", "question"),
        CheckConstraint("settled_at IS NULL OR waits_for IS NULL", name="settled_waits_for_nobody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    question: Mapped[str] = mapped_column(String())
    waits_for: Mapped[str | None] = mapped_column(String(32))
    settled_at: Mapped[datetime | None]

    messages: Mapped[list[DiscussionMessage]] = relationship(
        order_by="DiscussionMessage.id", back_populates="discussion"
    )


class DiscussionMessage(Base):
    """One thing that was said, in which role. Append-only. `asks`: the role that it is a question to.

    `settles`: with it the thread was closed; its text may then be empty.
    """

    __tablename__ = "discussion_message"
    __table_args__ = (CheckConstraint("settles OR text <> ''", name="says_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    discussion_id: Mapped[int] = mapped_column(ForeignKey("discussion.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    asks: Mapped[str | None] = mapped_column(String(32))
    settles: Mapped[bool]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    discussion: Mapped[Discussion] = relationship(back_populates="messages")
    person: Mapped[Person] = relationship()
    assignment: Mapped[Assignment] = relationship()
