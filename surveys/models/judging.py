"""Judgements of inspectors with four eyes, for a dossier or for the country; developments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base
from surveys.models.people import Assignment, Person


class Judgement(Base):
    """What inspectors hold of one factor: in one dossier, or (without one) in the country.

    `state`: a draft that is being written (`concept`), offered to a second pair of eyes (`voorgelegd`), given
    back with a remark (`terug`), confirmed (`vastgesteld`). `drafted_by` wrote it last, and is never who
    confirmed it. `proposal` is what the scores proposed when it was written, None where nothing could be
    proposed; a level that differs needs a motivation. `basis` is the fingerprint of the answers that it
    rests on.
    """

    __tablename__ = "judgement"
    __table_args__ = (
        UniqueConstraint("dossier_id", "factor"),
        Index(
            "uq_judgement_country",
            "measurement_id",
            "factor",
            unique=True,
            sqlite_where=text("dossier_id IS NULL"),
            postgresql_where=text("dossier_id IS NULL"),
        ),
        CheckConstraint("state IN ('concept', 'voorgelegd', 'terug', 'vastgesteld')", name="state"),
        CheckConstraint("state = 'concept' OR level IS NOT NULL", name="level"),
        CheckConstraint("(state = 'vastgesteld') = (confirmed_by_id IS NOT NULL)", name="confirmed"),
        CheckConstraint("(confirmed_by_id IS NULL) = (confirmed_at IS NULL)", name="confirmed_whole"),
        CheckConstraint("confirmed_by_id <> drafted_by_id", name="four_eyes"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"))
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"))
    factor: Mapped[str] = mapped_column(String())
    state: Mapped[str] = mapped_column(String(16))
    level: Mapped[str | None] = mapped_column(String())
    proposal: Mapped[str | None] = mapped_column(String())
    motivation: Mapped[str | None] = mapped_column(Text)
    # the finding of a region, or the conclusion for the country
    finding: Mapped[str | None] = mapped_column(Text)
    # points of attention, for the country
    attention: Mapped[str | None] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column()
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    drafted_as_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    drafted_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_as_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    confirmed_at: Mapped[datetime | None]

    drafted_by: Mapped[Person] = relationship(foreign_keys=[drafted_by_id])
    drafted_as: Mapped[Assignment] = relationship(foreign_keys=[drafted_as_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])
    versions: Mapped[list[JudgementVersion]] = relationship(order_by="JudgementVersion.version")

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class JudgementVersion(Base):
    """One step of a judgement: what was done, what it became, with which remark. Append-only.

    `content` holds `{"level", "proposal", "motivation", "finding", "attention", "basis", "answers"}`. The
    last has the version of each answer that it rests on, so that what changed since can be shown.
    """

    __tablename__ = "judgement_version"
    __table_args__ = (
        UniqueConstraint("judgement_id", "version"),
        CheckConstraint("step IN ('save', 'offer', 'return', 'confirm', 'reopen')", name="step"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    judgement_id: Mapped[int] = mapped_column(ForeignKey("judgement.id"))
    version: Mapped[int] = mapped_column()
    step: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    content: Mapped[Any]
    remark: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class Development(Base):
    """A development in the context of the cooperation, linked to the factors that it bears on."""

    __tablename__ = "development"
    __table_args__ = (CheckConstraint("version >= 1", name="version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    origin: Mapped[str | None] = mapped_column(String(500))
    removed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    factors: Mapped[list[DevelopmentFactor]] = relationship(
        order_by="DevelopmentFactor.factor", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class DevelopmentFactor(Base):
    """That a development bears on a factor."""

    __tablename__ = "development_factor"

    development_id: Mapped[int] = mapped_column(ForeignKey("development.id"), primary_key=True)
    factor: Mapped[str] = mapped_column(String(), primary_key=True)
