"""How long a measurement is kept, where its archive is, and what was destroyed. All of it is append-only."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base
from surveys.models.measurements import Measurement
from surveys.models.people import Person


class RetentionTerm(Base):
    """Until when a measurement is kept and on what ground; the last one counts.

    Either a day, or a number of years after the measurement was published.
    """

    __tablename__ = "retention_term"
    __table_args__ = (
        CheckConstraint("(keep_until IS NULL) <> (years IS NULL)", name="one_way"),
        CheckConstraint("years BETWEEN 0 AND 100", name="years"),
        CheckConstraint("length(ground) > 0", name="ground"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"), index=True)
    keep_until: Mapped[date | None]
    years: Mapped[int | None]
    ground: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()


class KeptArchive(Base):
    """That the archive of a measurement is kept outside Meetlat, in `place`, and was read there.

    `sha256` and `size` are those of the file; `contents` is the fingerprint of the rows that are in it.
    """

    __tablename__ = "kept_archive"
    __table_args__ = (
        UniqueConstraint("id", "measurement_id"),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
        CheckConstraint("length(contents) = 64", name="contents_length"),
        CheckConstraint("length(place) > 0", name="place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    contents: Mapped[str] = mapped_column(String(64))
    place: Mapped[str] = mapped_column(String(500))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()


class Destruction(Base):
    """That a measurement was destroyed: on what ground, by whom, after which archive, and how much.

    With this row, and only with it, the triggers let rows of the measurement go. `gone` has by table the
    number of rows (`count`) and the stretches of their ids (`ids`: `[[1, 25], [40, 41]]`; none for a table
    without), so that a line of the log about one of them is still understood.
    """

    __tablename__ = "destruction"
    __table_args__ = (
        UniqueConstraint("archive_id"),
        ForeignKeyConstraint(
            ["archive_id", "measurement_id"], ["kept_archive.id", "kept_archive.measurement_id"]
        ),
        CheckConstraint("length(ground) > 0", name="ground"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"))
    archive_id: Mapped[int] = mapped_column()
    ground: Mapped[str] = mapped_column(Text)
    gone: Mapped[Any]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    measurement: Mapped[Measurement] = relationship()
    archive: Mapped[KeptArchive] = relationship(viewonly=True)
    person: Mapped[Person | None] = relationship()
