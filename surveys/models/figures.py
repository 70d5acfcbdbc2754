"""Series of figures from elsewhere, kept by an administrator: such as requests for assistance per year."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base
from surveys.models.people import Person


class FigureSeries(Base):
    """A series: what it counts, in which unit, for which years, and who gave the figures.

    `fictief` marks one whose figures are made up.
    """

    __tablename__ = "figure_series"
    __table_args__ = (
        CheckConstraint("last_year >= first_year", name="years"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(String(300))
    note: Mapped[str | None] = mapped_column(Text)
    first_year: Mapped[int]
    last_year: Mapped[int]
    fictief: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()
    kinds: Mapped[list[FigureKind]] = relationship(
        order_by="FigureKind.place", cascade="all, delete-orphan", back_populates="series"
    )

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class FigureKind(Base):
    """A line of a series: a kind of what it counts, or (`total`) all kinds together."""

    __tablename__ = "figure_kind"
    __table_args__ = (UniqueConstraint("series_id", "label"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("figure_series.id"))
    label: Mapped[str] = mapped_column(String(200))
    place: Mapped[int]
    total: Mapped[bool] = mapped_column(default=False)

    series: Mapped[FigureSeries] = relationship(back_populates="kinds")
    figures: Mapped[list[Figure]] = relationship(order_by="Figure.year", cascade="all, delete-orphan")


class Figure(Base):
    """What is known for one year: a number, or only words ("ruim 40"). A year without a row is not known."""

    __tablename__ = "figure"
    __table_args__ = (
        CheckConstraint("value IS NOT NULL OR words IS NOT NULL", name="something"),
        CheckConstraint("value IS NULL OR value >= 0", name="value"),
    )

    kind_id: Mapped[int] = mapped_column(ForeignKey("figure_kind.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int | None]
    words: Mapped[str | None] = mapped_column(String(80))
    source: Mapped[str | None] = mapped_column(String(300))
