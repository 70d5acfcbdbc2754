"""The report of a measurement: what inspectors wrote in it, what it recommends, and its versions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base
from surveys.models.people import Person


class ReportText(Base):
    """A passage of a report as inspectors wrote it, in place of what is written by itself.

    `key` names the passage (`factor:1.1:topic:Contactpersonen`). `facts` has, for each count that the text
    tells, its key, its form and the words as they were (`[["1.1-S01", "aantal", "zes van de 25 …"]]`);
    `grounds` the fingerprint and words of each text that it rests on, by key (`{"judgement:1.1": "…"}`).
    An empty `text` (None) is a passage that was given back to what writes itself.
    """

    __tablename__ = "report_text"
    __table_args__ = (
        UniqueConstraint("measurement_id", "key"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"))
    key: Mapped[str] = mapped_column(String(200))
    text: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[Any]
    grounds: Mapped[Any]
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class ReportTextVersion(Base):
    """What a passage said, at each version. Append-only."""

    __tablename__ = "report_text_version"
    __table_args__ = (UniqueConstraint("report_text_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_text_id: Mapped[int] = mapped_column(ForeignKey("report_text.id"))
    version: Mapped[int] = mapped_column()
    text: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[Any]
    grounds: Mapped[Any]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class Recommendation(Base):
    """A recommendation of a measurement's report: to whom, about which factor (None: about the whole)."""

    __tablename__ = "recommendation"
    __table_args__ = (CheckConstraint("version >= 1", name="version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"), index=True)
    factor: Mapped[str | None] = mapped_column(String())
    addressee: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    place: Mapped[int]
    removed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class ReportVersion(Base):
    """A version of the report: its text, and the data, questionnaires and rules that it was made with.

    `content` is the document as JSON (`exports.document.to_json`), `basis` what it was made from, as JSON.
    Neither ever changes: a trigger refuses it. `state` is `concept`, `vastgesteld` or `gepubliceerd`.
    """

    __tablename__ = "report_version"
    __table_args__ = (
        UniqueConstraint("measurement_id", "number"),
        Index(
            "uq_report_version_settled",
            "measurement_id",
            unique=True,
            sqlite_where=text("state <> 'concept'"),
            postgresql_where=text("state <> 'concept'"),
        ),
        CheckConstraint("state IN ('concept', 'vastgesteld', 'gepubliceerd')", name="state"),
        CheckConstraint("(state = 'concept') = (confirmed_by_id IS NULL)", name="confirmed"),
        CheckConstraint("(confirmed_by_id IS NULL) = (confirmed_at IS NULL)", name="confirmed_whole"),
        CheckConstraint("confirmed_by_id <> made_by_id", name="four_eyes"),
        CheckConstraint("(presented_to IS NULL) = (presented_on IS NULL)", name="presented_whole"),
        CheckConstraint("state <> 'gepubliceerd' OR presented_on IS NOT NULL", name="presented"),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    remark: Mapped[str | None] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text, deferred=True)
    basis: Mapped[str] = mapped_column(Text, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_as_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    made_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_as_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    confirmed_at: Mapped[datetime | None]
    presented_to: Mapped[str | None] = mapped_column(String(300))
    presented_on: Mapped[date | None]
    letter: Mapped[str | None] = mapped_column(String(300))

    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])
    signatures: Mapped[list[ReportSignature]] = relationship(order_by="ReportSignature.id")


class ReportSignature(Base):
    """That the head of one of the organisations signed a version. Append-only."""

    __tablename__ = "report_signature"
    __table_args__ = (UniqueConstraint("report_version_id", "organisation"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_version_id: Mapped[int] = mapped_column(ForeignKey("report_version.id"))
    name: Mapped[str] = mapped_column(String(200))
    function: Mapped[str] = mapped_column(String(200))
    organisation: Mapped[str] = mapped_column(String(200))
    signed_on: Mapped[date]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class ReportStep(Base):
    """What was done with a version: made, confirmed, signed, presented, published. Append-only."""

    __tablename__ = "report_step"
    __table_args__ = (
        CheckConstraint("step IN ('make', 'confirm', 'sign', 'present', 'publish')", name="step"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_version_id: Mapped[int] = mapped_column(ForeignKey("report_version.id"), index=True)
    step: Mapped[str] = mapped_column(String(16))
    remark: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()
