"""What follow-up takes and costs: priority, people, budget, objectives, and the money that studies are about.

Amounts are in whole euros, people in tenths of a full-time job, percentages in tenths of a percent: whole
numbers, so that sums are exact on every database.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from surveys.models.base import Base
from surveys.models.followup import Origin, Point
from surveys.models.people import Person
from surveys.models.units import Unit


class Changing:
    """What rows have that people add, change and remove: who did so last, and how often it happened."""

    id: Mapped[int] = mapped_column(primary_key=True)
    removed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    @declared_attr
    @classmethod
    def person(cls) -> Mapped[Person | None]:
        """Who changed it last, None for nobody with an account."""
        return relationship(Person)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version, "version_id_generator": False}


class PriorityVersion(Base):
    """The priority of a point, with why; without one it was taken back. Append-only."""

    __tablename__ = "priority_version"
    __table_args__ = (
        UniqueConstraint("point_id", "number"),
        CheckConstraint("priority IN ('hoog', 'midden', 'laag')", name="priority"),
        CheckConstraint("number >= 1", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"))
    number: Mapped[int]
    priority: Mapped[str | None] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()


class Capacity(Changing, Base):
    """That a part of the organisation gives people and budget to a point; what, is in its versions."""

    __tablename__ = "capacity"
    __table_args__ = (CheckConstraint("version >= 1", name="version"),)

    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), index=True)

    versions: Mapped[list[CapacityVersion]] = relationship(order_by="CapacityVersion.number")


class CapacityVersion(Base):
    """What a part (a unit, or a named one) needs and has in a year. The first has no reason. Append-only."""

    __tablename__ = "capacity_version"
    __table_args__ = (
        UniqueConstraint("capacity_id", "number"),
        CheckConstraint("(number = 1) = (reason IS NULL)", name="reason"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("(unit_id IS NULL) <> (part IS NULL)", name="one_part"),
        CheckConstraint("people_needed >= 0 AND people_assigned >= 0", name="people"),
        CheckConstraint("budget_needed >= 0 AND budget_assigned >= 0", name="budget"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    capacity_id: Mapped[int] = mapped_column(ForeignKey("capacity.id"))
    number: Mapped[int]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    part: Mapped[str | None] = mapped_column(String(300))
    year: Mapped[int]
    people_needed: Mapped[int]
    people_assigned: Mapped[int]
    budget_needed: Mapped[int] = mapped_column(BigInteger)
    budget_assigned: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    unit: Mapped[Unit | None] = relationship()
    person: Mapped[Person | None] = relationship()


class Objective(Changing, Base):
    """What a part of the organisation wants to reach in a year (jaardoelstelling), and whether it did."""

    __tablename__ = "objective"
    __table_args__ = (
        CheckConstraint("priority IN ('hoog', 'midden', 'laag')", name="priority"),
        CheckConstraint("state IN ('loopt', 'behaald', 'deels', 'niet')", name="state"),
        CheckConstraint("version >= 1", name="version"),
    )

    year: Mapped[int]
    part: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    priority: Mapped[str | None] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8))
    words: Mapped[str | None] = mapped_column(Text)
    fictief: Mapped[bool] = mapped_column(default=False)

    points: Mapped[list[ObjectivePoint]] = relationship(
        order_by="ObjectivePoint.point_id", cascade="all, delete-orphan"
    )

    @property
    def point_ids(self) -> tuple[int, ...]:
        """The points that serve it."""
        return tuple(each.point_id for each in self.points)

    @point_ids.setter
    def point_ids(self, numbers: tuple[int, ...]) -> None:
        kept = {each.point_id: each for each in self.points}
        self.points[:] = [kept.get(number) or ObjectivePoint(point_id=number) for number in numbers]


class ObjectivePoint(Base):
    """That a point serves an objective."""

    __tablename__ = "objective_point"

    objective_id: Mapped[int] = mapped_column(ForeignKey("objective.id"), primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), primary_key=True, index=True)

    point: Mapped[Point] = relationship()


class BasisItem(Changing, Base):
    """An item of the financial basis of a study: what it is called, and how much it is, in which year."""

    __tablename__ = "basis_item"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("version >= 1", name="version"),
    )

    origin_id: Mapped[int] = mapped_column(ForeignKey("origin.id"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    amount: Mapped[int] = mapped_column(BigInteger)
    year: Mapped[int | None]

    origin: Mapped[Origin] = relationship()


class BasisClaim(Changing, Base):
    """Which share of its basis the items are according to a study: in its words, and as a number."""

    __tablename__ = "basis_claim"
    __table_args__ = (
        CheckConstraint("share >= 0", name="share"),
        CheckConstraint("version >= 1", name="version"),
    )

    origin_id: Mapped[int] = mapped_column(ForeignKey("origin.id"), index=True)
    share: Mapped[int]
    words: Mapped[str | None] = mapped_column(String(300))

    origin: Mapped[Origin] = relationship()


class Saving(Changing, Base):
    """A savings variant of a study: how much would be saved, with which consequence, and what became of it.

    It is no recommendation, and never a point.
    """

    __tablename__ = "saving"
    __table_args__ = (
        CheckConstraint("share >= 0", name="share"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("taken IN ('ja', 'nee')", name="taken"),
        CheckConstraint("version >= 1", name="version"),
    )

    origin_id: Mapped[int] = mapped_column(ForeignKey("origin.id"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    share: Mapped[int]
    amount: Mapped[int | None] = mapped_column(BigInteger)
    consequence: Mapped[str] = mapped_column(Text)
    taken: Mapped[str | None] = mapped_column(String(4))
    explanation: Mapped[str | None] = mapped_column(Text)

    origin: Mapped[Origin] = relationship()


class PlannedEvaluation(Changing, Base):
    """An evaluation on the Strategische Evaluatieagenda: when it is planned, and the study that it became."""

    __tablename__ = "planned_evaluation"
    __table_args__ = (
        CheckConstraint("state IN ('gepland', 'loopt', 'afgerond', 'vervallen')", name="state"),
        CheckConstraint("state <> 'vervallen' OR reason IS NOT NULL", name="reason"),
        CheckConstraint("version >= 1", name="version"),
    )

    title: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(300))
    theme: Mapped[str] = mapped_column(String(32))
    year: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(Text)
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("origin.id"), index=True)
    fictief: Mapped[bool] = mapped_column(default=False)

    origin: Mapped[Origin | None] = relationship()
    points: Mapped[list[PlannedEvaluationPoint]] = relationship(
        order_by="PlannedEvaluationPoint.point_id", cascade="all, delete-orphan"
    )

    @property
    def point_ids(self) -> tuple[int, ...]:
        """The points that it looks at."""
        return tuple(each.point_id for each in self.points)

    @point_ids.setter
    def point_ids(self, numbers: tuple[int, ...]) -> None:
        kept = {each.point_id: each for each in self.points}
        self.points[:] = [kept.get(number) or PlannedEvaluationPoint(point_id=number) for number in numbers]


class PlannedEvaluationPoint(Base):
    """That a planned evaluation looks at a point."""

    __tablename__ = "planned_evaluation_point"

    evaluation_id: Mapped[int] = mapped_column(ForeignKey("planned_evaluation.id"), primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), primary_key=True, index=True)

    point: Mapped[Point] = relationship()
