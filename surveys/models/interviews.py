"""Visits and interviews, who was there, and their reports in passages."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base
from surveys.models.dossiers import Dossier
from surveys.models.measurements import Measurement
from surveys.models.people import Person


class Interview(Base):
    """A visit or an interview, with the state of its report.

    It is about a dossier, or without one about `subject`: a conversation with a policy directorate. Until it
    has been held, `held_on` is the day that was agreed.
    """

    __tablename__ = "interview"
    __table_args__ = (
        CheckConstraint("(dossier_id IS NULL) = (subject IS NOT NULL)", name="about"),
        CheckConstraint("kind IN ('bezoek', 'interview', 'gesprek')", name="kind"),
        CheckConstraint(
            "state IN ('gepland', 'concept', 'ter_verificatie', 'geverifieerd',"
            " 'geverifieerd_zonder_reactie', 'vervallen')",
            name="state",
        ),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"), index=True)
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"), index=True)
    subject: Mapped[str | None] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    held_on: Mapped[date]
    place: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(32))
    # why it was taken back
    remark: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    dossier: Mapped[Dossier | None] = relationship()
    measurement: Mapped[Measurement] = relationship()
    person: Mapped[Person] = relationship()
    attendees: Mapped[list[Attendee]] = relationship(order_by="Attendee.id", cascade="all, delete-orphan")
    passages: Mapped[list[Passage]] = relationship(order_by="Passage.position", back_populates="interview")

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class Attendee(Base):
    """Somebody who was there: a name, in which position, and for whom."""

    __tablename__ = "attendee"
    __table_args__ = (CheckConstraint("side IN ('regio', 'defensie', 'inspectie', 'anders')", name="side"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int] = mapped_column(ForeignKey("interview.id"), index=True)
    side: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    position: Mapped[str | None] = mapped_column(String(200))


class Passage(Base):
    """A passage of a report, about one factor or (None) in general. `removed`: it is no longer part of it."""

    __tablename__ = "passage"
    __table_args__ = (CheckConstraint("version >= 1", name="version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int] = mapped_column(ForeignKey("interview.id"), index=True)
    factor: Mapped[str | None] = mapped_column(String())
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    removed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()

    interview: Mapped[Interview] = relationship(back_populates="passages")
    versions: Mapped[list[PassageVersion]] = relationship(order_by="PassageVersion.version")

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class PassageVersion(Base):
    """One save of a passage; `settlement_id` is the handling of a reaction that led to it. Append-only."""

    __tablename__ = "passage_version"
    __table_args__ = (UniqueConstraint("passage_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    passage_id: Mapped[int] = mapped_column(ForeignKey("passage.id"))
    version: Mapped[int] = mapped_column()
    factor: Mapped[str | None] = mapped_column(String())
    text: Mapped[str] = mapped_column(Text)
    removed: Mapped[bool]
    settlement_id: Mapped[int | None] = mapped_column(ForeignKey("settlement.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()
