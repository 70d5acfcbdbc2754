"""Findings that inspectors share with a unit before the report, and what the unit answers.

The states and steps are those of `follow_up.findings`.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base
from surveys.models.evidence import StoredFile
from surveys.models.measurements import Measurement
from surveys.models.people import Person
from surveys.models.units import Unit


class InterimFinding(Base):
    """A finding about one unit, written down during a measurement.

    `factor` and `question` are codes of the questionnaire; `point_id` is the point that it was made into.
    """

    __tablename__ = "interim_finding"
    __table_args__ = (
        CheckConstraint("state IN ('concept', 'gedeeld', 'ingetrokken', 'afgehandeld')", name="state"),
        CheckConstraint("point_id IS NULL OR state = 'afgehandeld'", name="point"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    factor: Mapped[str | None] = mapped_column(String())
    question: Mapped[str | None] = mapped_column(String())
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    point_id: Mapped[int | None] = mapped_column(ForeignKey("point.id"), index=True)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    measurement: Mapped[Measurement] = relationship()
    unit: Mapped[Unit] = relationship()
    steps: Mapped[list[InterimStep]] = relationship(order_by="InterimStep.id", viewonly=True)
    replies: Mapped[list[InterimReply]] = relationship(order_by="InterimReply.id", viewonly=True)

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class InterimStep(Base):
    """Something that inspectors did with a finding, and why. Append-only."""

    __tablename__ = "interim_step"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('gedeeld', 'ingetrokken', 'gezien', 'niet_gezien', 'punt', 'gesloten')", name="kind"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("interim_finding.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    words: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()


class InterimReply(Base):
    """What somebody of the unit improved at once, on which day, with a file that shows it. Append-only."""

    __tablename__ = "interim_reply"
    __table_args__ = (CheckConstraint("(file_id IS NULL) = (filename IS NULL)", name="file_whole"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("interim_finding.id"), index=True)
    words: Mapped[str] = mapped_column(Text)
    improved_on: Mapped[date]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    filename: Mapped[str | None] = mapped_column(String(255))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()
    file: Mapped[StoredFile | None] = relationship()
