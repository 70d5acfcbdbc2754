"""Moments of evaluation, and the templates that inspectors made for them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base
from surveys.models.followup import Point


class EvaluationTemplate(Base):
    """A template that somebody added, or changed: the rest is in `evaluation_templates.toml`.

    `questions` is a list of texts; a moment keeps its own, so this one can change.
    """

    __tablename__ = "evaluation_template"
    __table_args__ = (
        CheckConstraint("days >= 0", name="days"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    days: Mapped[int]
    questions: Mapped[Any]
    retired: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class EvaluationMoment(Base):
    """A moment on which a point, or something else (`about`), is evaluated by the questions of a template.

    `questions` are those of the template when the moment was planned, `answers` what was answered to each.
    """

    __tablename__ = "evaluation_moment"
    __table_args__ = (
        CheckConstraint("state IN ('gepland', 'gehouden', 'vervallen')", name="state"),
        CheckConstraint("(state = 'gehouden') = (held_on IS NOT NULL)", name="held"),
        CheckConstraint(
            "(held_on IS NULL) = (held_by IS NULL) AND (held_on IS NULL) = (answers IS NULL)",
            name="held_whole",
        ),
        CheckConstraint("point_id IS NOT NULL OR about IS NOT NULL", name="about"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int | None] = mapped_column(ForeignKey("point.id"), index=True)
    about: Mapped[str | None] = mapped_column(String(300))
    template: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(300))
    questions: Mapped[Any]
    planned_on: Mapped[date]
    held_on: Mapped[date | None]
    held_by: Mapped[str | None] = mapped_column(String(300))
    answers: Mapped[Any | None]
    state: Mapped[str] = mapped_column(String(16))
    fictief: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    point: Mapped[Point | None] = relationship()

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012
