"""Lessons: what was learnt, and with whom it was shared."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base
from surveys.models.followup import Origin, Point
from surveys.models.people import Person
from surveys.models.units import Unit


class Lesson(Base):
    """What was learnt, what others can do with it, and where it comes from.

    `source` says that in words, for everybody; `origin_id` and `point_id` are for who keeps the register.
    """

    __tablename__ = "lesson"
    __table_args__ = (CheckConstraint("version >= 1", name="version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(Text)
    advice: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(300))
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("origin.id"), index=True)
    point_id: Mapped[int | None] = mapped_column(ForeignKey("point.id"), index=True)
    happened_on: Mapped[date | None]
    fictief: Mapped[bool] = mapped_column(default=False)
    removed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    origin: Mapped[Origin | None] = relationship()
    point: Mapped[Point | None] = relationship()
    shares: Mapped[list[LessonShare]] = relationship(order_by="LessonShare.id", viewonly=True)

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class LessonShare(Base):
    """That a lesson was shared with a unit in Meetlat or with an organisation, when and how. Append-only."""

    __tablename__ = "lesson_share"
    __table_args__ = (CheckConstraint("(unit_id IS NULL) <> (organisation IS NULL)", name="with_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    organisation: Mapped[str | None] = mapped_column(String(300))
    shared_on: Mapped[date]
    how: Mapped[str] = mapped_column(String(300))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    unit: Mapped[Unit | None] = relationship()
    person: Mapped[Person | None] = relationship()
