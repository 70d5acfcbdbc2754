"""Committees that steer follow-up, their meetings, the agenda of each, and the decisions dealt with.

A decision itself is of a point (`Decision`): a meeting only says which it dealt with, so that one that was
asked in one meeting and taken in a later one is on the list of both.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base
from surveys.models.followup import Decision
from surveys.models.units import Unit


class Committee(Base):
    """People who meet about points: all of them, those of a value of a classification, or those of a unit."""

    __tablename__ = "committee"
    __table_args__ = (
        CheckConstraint("(scheme IS NULL) = (code IS NULL)", name="class_whole"),
        CheckConstraint("scheme IS NULL OR unit_id IS NULL", name="one_subject"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    scheme: Mapped[str | None] = mapped_column(String(32))
    code: Mapped[str | None] = mapped_column(String(32))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    members: Mapped[str | None] = mapped_column(Text)
    fictief: Mapped[bool] = mapped_column(default=False)
    removed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    unit: Mapped[Unit | None] = relationship()

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class Meeting(Base):
    """A meeting of a committee. `begins` and `ends` are times such as 09:30, in the Netherlands.

    Once it is `gehouden` its minutes are settled; `reopened` says why they were opened again last.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("state IN ('voorbereid', 'gehouden')", name="state"),
        CheckConstraint("ends IS NULL OR begins < ends", name="period"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"), index=True)
    held_on: Mapped[date]
    begins: Mapped[str | None] = mapped_column(String(5))
    ends: Mapped[str | None] = mapped_column(String(5))
    location: Mapped[str | None] = mapped_column(String(300))
    note: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    reopened: Mapped[str | None] = mapped_column(Text)
    removed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    committee: Mapped[Committee] = relationship()
    items: Mapped[list[AgendaItem]] = relationship(
        order_by="AgendaItem.place, AgendaItem.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class AgendaItem(Base):
    """Something on the agenda of a meeting: a point, or a subject of the committee's own.

    `reason` is why it is on it, `why` says so in words. `outcome`: what became of it in the meeting.
    """

    __tablename__ = "agenda_item"
    __table_args__ = (
        UniqueConstraint("meeting_id", "point_id"),
        CheckConstraint("(point_id IS NULL) <> (subject IS NULL)", name="about_one"),
        CheckConstraint("reason IN ('schuift', 'termijn', 'besluit', 'eigen')", name="reason"),
        CheckConstraint("outcome IN ('open', 'besproken', 'besluit', 'doorgeschoven')", name="outcome"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    place: Mapped[int]
    point_id: Mapped[int | None] = mapped_column(ForeignKey("point.id"), index=True)
    subject: Mapped[str | None] = mapped_column(String(300))
    reason: Mapped[str] = mapped_column(String(16))
    why: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    said: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    decided: Mapped[list[AgendaDecision]] = relationship(
        order_by="AgendaDecision.decision_id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class AgendaDecision(Base):
    """That a decision was asked or taken at an item of an agenda."""

    __tablename__ = "agenda_decision"

    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"), primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), primary_key=True)

    decision: Mapped[Decision] = relationship()
