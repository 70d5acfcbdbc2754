"""Units that are measured, their names over time, and which unit belongs to which."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base


class Unit(Base):
    """Something that fills in a questionnaire: a veiligheidsregio, a regional military command.

    `kind` is the word that an instrument names as its `unit`. The tile is its place on the tile map
    (row and column from 1), if it has one.
    """

    __tablename__ = "unit"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="period"),
        CheckConstraint("(tile_row IS NULL) = (tile_column IS NULL)", name="tile_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(), index=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    tile_row: Mapped[int | None]
    tile_column: Mapped[int | None]

    names: Mapped[list[UnitName]] = relationship(
        back_populates="unit", order_by="UnitName.valid_from", cascade="all, delete-orphan", lazy="selectin"
    )

    def name_on(self, day: date) -> UnitName:
        """Give the name that was in use on that day (the first one for an earlier day)."""
        current = self.names[0]
        for name in self.names:
            if name.valid_from <= day:
                current = name
        return current

    @property
    def name(self) -> str:
        """The latest name."""
        return self.names[-1].name

    @property
    def short(self) -> str:
        """The latest short name, a few letters for tiles and narrow columns."""
        return self.names[-1].short


class UnitName(Base):
    """A name of a unit, from a day on."""

    __tablename__ = "unit_name"
    __table_args__ = (UniqueConstraint("unit_id", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(String(200))
    short: Mapped[str] = mapped_column(String(32))
    valid_from: Mapped[date]

    unit: Mapped[Unit] = relationship(back_populates="names")


class UnitLink(Base):
    """That one unit belongs to another (a region to a brigade) from a day until another."""

    __tablename__ = "unit_link"
    __table_args__ = (
        CheckConstraint("unit_id <> parent_id", name="not_itself"),
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="period"),
        UniqueConstraint("unit_id", "parent_id", "valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    parent_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(Text)

    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    parent: Mapped[Unit] = relationship(foreign_keys=[parent_id])
