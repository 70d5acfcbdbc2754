"""Measurements, and the instruments that they pin."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base
from surveys.models.people import Person


class InstrumentText(Base):
    """A version of a questionnaire, word for word. It is never changed: a correction is a new version."""

    __tablename__ = "instrument"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        UniqueConstraint("id", "unit_kind"),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # without a length: what an instrument may call itself is up to the method, not to a column
    code: Mapped[str] = mapped_column(String())
    version: Mapped[str] = mapped_column(String())
    title: Mapped[str] = mapped_column(String())
    unit_kind: Mapped[str] = mapped_column(String())
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    text: Mapped[str] = mapped_column(Text, deferred=True)
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Measurement(Base):
    """One round: a nulmeting, tussenmeting, eindmeting or another one."""

    __tablename__ = "measurement"
    __table_args__ = (
        CheckConstraint("period_until >= period_from", name="period"),
        CheckConstraint("kind IN ('nul', 'tussen', 'eind', 'anders')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    year: Mapped[int] = mapped_column(index=True)
    period_from: Mapped[date]
    period_until: Mapped[date]
    state: Mapped[str] = mapped_column(String(32))
    fictief: Mapped[bool]
    # what the measurement wants to know, what is within it and what is not, and with whom that was discussed
    question: Mapped[str | None] = mapped_column(Text)
    scope: Mapped[str | None] = mapped_column(Text)
    discussed_with: Mapped[str | None] = mapped_column(Text)
    # whether who confirms a judgement must be of another organisation than who wrote it
    two_organisations: Mapped[bool] = mapped_column(server_default=false())

    pins: Mapped[list[MeasurementInstrument]] = relationship(
        back_populates="measurement", order_by="MeasurementInstrument.id", lazy="selectin"
    )


class MeasurementTransition(Base):
    """That somebody brought a measurement from one state to another: when, by whom, why. Append-only."""

    __tablename__ = "measurement_transition"

    id: Mapped[int] = mapped_column(primary_key=True)
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"), index=True)
    from_state: Mapped[str] = mapped_column(String(32))
    to_state: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()


class MeasurementInstrument(Base):
    """That a measurement uses this version of an instrument, one for each kind of unit."""

    __tablename__ = "measurement_instrument"
    __table_args__ = (
        UniqueConstraint("measurement_id", "unit_kind"),
        UniqueConstraint("measurement_id", "instrument_id"),
        ForeignKeyConstraint(["instrument_id", "unit_kind"], ["instrument.id", "instrument.unit_kind"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"))
    instrument_id: Mapped[int] = mapped_column(index=True)
    unit_kind: Mapped[str] = mapped_column(String())

    measurement: Mapped[Measurement] = relationship(back_populates="pins")
    instrument: Mapped[InstrumentText] = relationship(lazy="joined")
