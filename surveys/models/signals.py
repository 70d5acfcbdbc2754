"""Signals and risk inventories, and what became of each. The codes are those of `follow_up.signals`."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base
from surveys.models.followup import Point
from surveys.models.people import Person
from surveys.models.units import Unit


class Signal(Base):
    """Something that was signalled: when, by whom, about which unit, and who handles it before when.

    `by_unit`: somebody of that unit wrote it in Meetlat, and the unit sees what becomes of it.
    """

    __tablename__ = "signal"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'met_punt', 'zonder_punt')", name="state"),
        CheckConstraint("NOT by_unit OR unit_id IS NOT NULL", name="by_unit"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    received_on: Mapped[date]
    sender: Mapped[str] = mapped_column(String(300))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    by_unit: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Text)
    urgency: Mapped[str] = mapped_column(String(8))
    handler: Mapped[str | None] = mapped_column(String(300))
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(16))
    fictief: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    unit: Mapped[Unit | None] = relationship()
    steps: Mapped[list[SignalStep]] = relationship(order_by="SignalStep.id", viewonly=True)
    links: Mapped[list[SignalPoint]] = relationship(order_by="SignalPoint.at", viewonly=True)

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class SignalStep(Base):
    """A state that a signal came in, and why. Append-only."""

    __tablename__ = "signal_step"
    __table_args__ = (
        CheckConstraint("state <> 'zonder_punt' OR words IS NOT NULL", name="reason"),
        CheckConstraint("state IN ('open', 'met_punt', 'zonder_punt')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    signal_id: Mapped[int] = mapped_column(ForeignKey("signal.id"), index=True)
    state: Mapped[str] = mapped_column(String(16))
    words: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()


class SignalPoint(Base):
    """That a point was made of a signal, or that it was added to one that was there. Append-only."""

    __tablename__ = "signal_point"
    __table_args__ = (CheckConstraint("how IN ('gemaakt', 'gevoegd')", name="how"),)

    signal_id: Mapped[int] = mapped_column(ForeignKey("signal.id"), primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), primary_key=True, index=True)
    how: Mapped[str] = mapped_column(String(8))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    point: Mapped[Point] = relationship()
