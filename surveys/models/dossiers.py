"""A dossier: what one unit answers in one measurement, with its states, signatures and submissions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.answers import Answer
from surveys.models.base import Base
from surveys.models.measurements import InstrumentText, Measurement
from surveys.models.people import Person
from surveys.models.units import Unit


class Dossier(Base):
    """One unit in one measurement. Its state changes only through `surveys.dossiers.move`."""

    __tablename__ = "dossier"
    __table_args__ = (
        UniqueConstraint("measurement_id", "unit_id"),
        ForeignKeyConstraint(
            ["measurement_id", "instrument_id"],
            ["measurement_instrument.measurement_id", "measurement_instrument.instrument_id"],
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"))
    state: Mapped[str] = mapped_column(String(32))
    state_since: Mapped[datetime]
    due_on: Mapped[date | None]
    last_activity_at: Mapped[datetime]

    measurement: Mapped[Measurement] = relationship(lazy="joined")
    unit: Mapped[Unit] = relationship(lazy="joined")
    pinned: Mapped[InstrumentText] = relationship(lazy="joined")
    answers: Mapped[list[Answer]] = relationship(order_by=Answer.id)
    signatures: Mapped[list[Signature]] = relationship(back_populates="dossier", order_by="Signature.id")
    submissions: Mapped[list[Submission]] = relationship(order_by="Submission.number")


class DossierTransition(Base):
    """That a dossier went from one state to another: when, by whom, why. Append-only."""

    __tablename__ = "dossier_transition"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    from_state: Mapped[str | None] = mapped_column(String(32))
    to_state: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()
    questions: Mapped[list[ReturnedQuestion]] = relationship(order_by="ReturnedQuestion.question")


class ReturnedQuestion(Base):
    """A question that a dossier was returned for. Append-only."""

    __tablename__ = "returned_question"

    transition_id: Mapped[int] = mapped_column(ForeignKey("dossier_transition.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(), primary_key=True)


class Signature(Base):
    """That somebody in a role agreed with exactly these versions of the answers.

    At most one that still stands per role, and the ones that stand are by different people.
    """

    __tablename__ = "signature"
    __table_args__ = (
        Index(
            "uq_signature_standing_role",
            "dossier_id",
            "role",
            unique=True,
            sqlite_where=text("voided_at IS NULL"),
            postgresql_where=text("voided_at IS NULL"),
        ),
        Index(
            "uq_signature_standing_person",
            "dossier_id",
            "person_id",
            unique=True,
            sqlite_where=text("voided_at IS NULL"),
            postgresql_where=text("voided_at IS NULL"),
        ),
        CheckConstraint("(voided_at IS NULL) = (voided_by_id IS NULL)", name="voided_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    role: Mapped[str] = mapped_column(String(32))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    signed_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    # the change that ended it: a later version of an answer
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("answer_version.id"))

    dossier: Mapped[Dossier] = relationship(back_populates="signatures")
    person: Mapped[Person] = relationship(lazy="joined")
    covers: Mapped[list[SignedAnswer]] = relationship(cascade="all, delete-orphan")


class SignedAnswer(Base):
    """One answer, in the version that a signature covers."""

    __tablename__ = "signed_answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["answer_id", "version"], ["answer_version.answer_id", "answer_version.version"]
        ),
    )

    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id"), primary_key=True)
    answer_id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]


class Submission(Base):
    """What was submitted, word for word, as JSON with its hash. Append-only."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("dossier_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    number: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]
    snapshot: Mapped[str] = mapped_column(Text, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))


class TermChange(Base):
    """That the term of a dossier was changed: from which day to which, why, by whom. Append-only."""

    __tablename__ = "term_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    old: Mapped[date | None]
    new: Mapped[date]
    reason: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()


class Reminder(Base):
    """That somebody was reminded of a dossier, and in which words. Append-only.

    `channel`: sent by mail, or shown to an inspector to copy.
    """

    __tablename__ = "reminder"
    __table_args__ = (CheckConstraint("channel IN ('mail', 'kopie')", name="channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    to: Mapped[Person] = relationship(foreign_keys=[to_id])
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
