"""What becomes of recommendations: points, their planning, effect, state and decisions, and where they stand.

A *point* is anything that is followed up: a recommendation, a finding, a measure, an agenda point, a
commitment, a request. A measure stands under the point that it serves (`parent_id`), and a part of a measure
under the measure. Terms are those of `docs/method.md`, *Where each source lives*.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base
from surveys.models.evidence import StoredFile
from surveys.models.measurements import Measurement
from surveys.models.people import Person
from surveys.models.units import Unit


class SchemeValue(Base):
    """A value that somebody added to a classification, or changed in it; the rest is in `schemes.toml`."""

    __tablename__ = "scheme_value"
    __table_args__ = (
        UniqueConstraint("scheme", "code"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme: Mapped[str] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(300))
    note: Mapped[str | None] = mapped_column(Text)
    place: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class Origin(Base):
    """A document in which points stand: a report, a letter, a Kamerstuk, the report of a measurement.

    From `study_kind` on: what a study is called in *Opvolging in Beeld*. `basis_amount` is in euros.
    """

    __tablename__ = "origin"
    __table_args__ = (
        CheckConstraint("(basis_amount IS NULL) = (basis_year IS NULL)", name="basis_whole"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(300))
    sender: Mapped[str | None] = mapped_column(String(300))
    reference: Mapped[str | None] = mapped_column(String(200))
    dated: Mapped[date | None]
    measurement_id: Mapped[int | None] = mapped_column(ForeignKey("measurement.id"), unique=True)
    study_kind: Mapped[str | None] = mapped_column(String(300))
    finished_year: Mapped[int | None]
    articles: Mapped[str | None] = mapped_column(String(300))
    basis_amount: Mapped[int | None] = mapped_column(BigInteger)
    basis_year: Mapped[int | None]
    explanation: Mapped[str | None] = mapped_column(Text)
    sea: Mapped[str | None] = mapped_column(String(32))
    fictief: Mapped[bool] = mapped_column(default=False)
    removed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    measurement: Mapped[Measurement | None] = relationship()

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class Point(Base):
    """Something that is followed up. What may be in `kind` and the other codes is in `follow_up.kinds`.

    `unit_id`: the unit that it is for; without one it is for whoever `addressee` names. `number` is what it
    is called where it comes from. `prepared_on`, `begun_on` and `done_on` are what really happened; what was
    planned is in `PlanVersion`. Its state is that of the last `PointStatus`. `anchor_…` is the procedure in
    which it became the way of working; `risk_…` who accepted what remains of a risk.
    """

    __tablename__ = "point"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("parent_id <> id", name="not_under_itself"),
        CheckConstraint("successor_id <> id", name="not_its_own_successor"),
        CheckConstraint("(closed_on IS NULL) = (closed_as IS NULL)", name="closed_whole"),
        CheckConstraint("successor_id IS NULL OR closed_as = 'doorgezet'", name="successor"),
        CheckConstraint(
            "(anchor_title IS NULL) = (anchor_version IS NULL)"
            " AND (anchor_title IS NULL) = (anchor_place IS NULL)",
            name="anchor_whole",
        ),
        CheckConstraint(
            "(risk_level IS NULL) = (risk_on IS NULL) AND (risk_level IS NULL) = (risk_words IS NULL)",
            name="risk_whole",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), index=True)
    number: Mapped[str | None] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    addressee: Mapped[str] = mapped_column(String(300))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("point.id"), index=True)
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("origin.id"), index=True)
    recommendation_id: Mapped[int | None] = mapped_column(ForeignKey("recommendation.id"), index=True)
    owner: Mapped[str | None] = mapped_column(String(300))
    executor: Mapped[str | None] = mapped_column(String(300))
    supervisor: Mapped[str | None] = mapped_column(String(300))
    due_on: Mapped[date | None]
    due_words: Mapped[str | None] = mapped_column(String(200))
    remind_days: Mapped[int] = mapped_column(default=30)
    nature: Mapped[str | None] = mapped_column(String(16))
    later: Mapped[str | None] = mapped_column(String(16))
    later_by: Mapped[str | None] = mapped_column(String(300))
    later_on: Mapped[date | None]
    response: Mapped[str | None] = mapped_column(String(16))
    response_by: Mapped[str | None] = mapped_column(String(300))
    response_on: Mapped[date | None]
    response_text: Mapped[str | None] = mapped_column(Text)
    prepared_on: Mapped[date | None]
    begun_on: Mapped[date | None]
    done_on: Mapped[date | None]
    evaluation: Mapped[str | None] = mapped_column(Text)
    evaluated_by: Mapped[str | None] = mapped_column(String(300))
    evaluated_on: Mapped[date | None]
    budget_enough: Mapped[str | None] = mapped_column(String(16))
    worked: Mapped[str | None] = mapped_column(String(16))
    closed_on: Mapped[date | None]
    closed_as: Mapped[str | None] = mapped_column(String(16))
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("point.id"))
    anchor_title: Mapped[str | None] = mapped_column(String(300))
    anchor_version: Mapped[str | None] = mapped_column(String(200))
    anchor_place: Mapped[str | None] = mapped_column(String(300))
    risk_level: Mapped[str | None] = mapped_column(String(300))
    risk_on: Mapped[date | None]
    risk_words: Mapped[str | None] = mapped_column(Text)
    place: Mapped[int]
    fictief: Mapped[bool] = mapped_column(default=False)
    removed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    unit: Mapped[Unit | None] = relationship()
    origin: Mapped[Origin | None] = relationship()
    person: Mapped[Person | None] = relationship()
    classes: Mapped[list[PointClass]] = relationship(
        order_by="PointClass.scheme", cascade="all, delete-orphan"
    )
    questions: Mapped[list[PointQuestion]] = relationship(
        order_by="PointQuestion.question", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class PointVersion(Base):
    """What a point held at each version, as JSON. Append-only."""

    __tablename__ = "point_version"
    __table_args__ = (UniqueConstraint("point_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"))
    version: Mapped[int] = mapped_column()
    content: Mapped[Any]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()


class PointClass(Base):
    """Where a point belongs in a classification: one value in each."""

    __tablename__ = "point_class"

    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), primary_key=True)
    scheme: Mapped[str] = mapped_column(String(32), primary_key=True)
    code: Mapped[str] = mapped_column(String(32))


class PointQuestion(Base):
    """A question of a questionnaire that shows in the next measurement what became of a point."""

    __tablename__ = "point_question"

    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), primary_key=True)
    # without a length, as in the questionnaires themselves
    instrument: Mapped[str] = mapped_column(String(), primary_key=True)
    question: Mapped[str] = mapped_column(String(), primary_key=True)


class Mention(Base):
    """That a point stands in a document as well: under which number, where, saying what."""

    __tablename__ = "mention"

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), index=True)
    origin_id: Mapped[int] = mapped_column(ForeignKey("origin.id"), index=True)
    number: Mapped[str | None] = mapped_column(String(32))
    passage: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    origin: Mapped[Origin] = relationship()


class PlanVersion(Base):
    """A planning of a point: when each phase is to be reached. The first has no reason. Append-only."""

    __tablename__ = "plan_version"
    __table_args__ = (
        UniqueConstraint("point_id", "number"),
        CheckConstraint("(number = 1) = (reason IS NULL)", name="reason"),
        CheckConstraint("number >= 1", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"))
    number: Mapped[int]
    prepared_on: Mapped[date | None]
    begun_on: Mapped[date | None]
    done_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()


class Dependency(Base):
    """That a point waits for another (`eerst`: begins when that is done) or runs beside it (`gelijk`)."""

    __tablename__ = "dependency"
    __table_args__ = (
        UniqueConstraint("point_id", "on_id"),
        CheckConstraint("point_id <> on_id", name="not_itself"),
        CheckConstraint("kind IN ('eerst', 'gelijk')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"))
    on_id: Mapped[int] = mapped_column(ForeignKey("point.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    note: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]


class Indicator(Base):
    """What tells whether a point has its effect: what it was, what it is to become, and when that is seen.

    `level` is output, outcome or impact. `source` is `uitspraak`, `vraag` or `factor` of the questionnaire
    `instrument` (then `code` says which), or `reeks`: figures entered by hand (`Reading`).
    """

    __tablename__ = "indicator"
    __table_args__ = (
        CheckConstraint("level IN ('output', 'outcome', 'impact')", name="level"),
        CheckConstraint("source IN ('uitspraak', 'vraag', 'factor', 'reeks')", name="source"),
        CheckConstraint("(source = 'reeks') = (code IS NULL)", name="code"),
        CheckConstraint("(code IS NULL) = (instrument IS NULL)", name="instrument"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), index=True)
    level: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(String(16))
    instrument: Mapped[str | None] = mapped_column(String())
    code: Mapped[str | None] = mapped_column(String())
    counted: Mapped[str | None] = mapped_column(String(80))
    baseline: Mapped[float | None]
    baseline_on: Mapped[date | None]
    target: Mapped[float | None]
    due_on: Mapped[date | None]
    moment: Mapped[str | None] = mapped_column(String(200))
    higher_is_better: Mapped[bool] = mapped_column(default=True)
    removed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class Reading(Base):
    """A figure of an indicator on a day, entered by hand, and where it comes from."""

    __tablename__ = "reading"

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"), index=True)
    read_on: Mapped[date]
    value: Mapped[float]
    origin: Mapped[str] = mapped_column(String(24))
    source: Mapped[str] = mapped_column(String(300))
    withdrawn: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()


class PointStatus(Base):
    """How a point stands, according to its own side (`eigen`) or to who supervises (`toezicht`). Append-only.

    `said_by` names who says so; `unit_id` is the unit that reported it in Meetlat, if one did.
    """

    __tablename__ = "point_status"
    __table_args__ = (
        CheckConstraint("party IN ('eigen', 'toezicht')", name="party"),
        Index(None, "point_id", "party"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"))
    party: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(24))
    words: Mapped[str | None] = mapped_column(Text)
    said_by: Mapped[str] = mapped_column(String(300))
    said_on: Mapped[date]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()


class PointStatusFile(Base):
    """A file that shows what a unit reported."""

    __tablename__ = "point_status_file"
    __table_args__ = (UniqueConstraint("status_id", "file_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    status_id: Mapped[int] = mapped_column(ForeignKey("point_status.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    filename: Mapped[str] = mapped_column(String(255))

    file: Mapped[StoredFile] = relationship(lazy="joined")


class PointVerdict(Base):
    """That inspectors confirm what a unit reported, or do not. Append-only."""

    __tablename__ = "point_verdict"
    __table_args__ = (
        UniqueConstraint("status_id"),
        CheckConstraint("verdict IN ('bevestigd', 'niet_bevestigd')", name="verdict"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    status_id: Mapped[int] = mapped_column(ForeignKey("point_status.id"))
    verdict: Mapped[str] = mapped_column(String(16))
    words: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class Decision(Base):
    """A decision about a point: asked of whom, before when; and once taken, what it is."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("(taken_on IS NULL) = (outcome IS NULL)", name="taken_whole"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    question: Mapped[str] = mapped_column(Text)
    decider: Mapped[str] = mapped_column(String(300))
    due_on: Mapped[date | None]
    taken_on: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(Text)
    removed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class PointReminder(Base):
    """That somebody was reminded of the term of a point; `told` counts the people. Append-only."""

    __tablename__ = "point_reminder"

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), index=True)
    due_on: Mapped[date]
    told: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]


class Outcome(Base):
    """What a measurement found of a point of an earlier one (deelvraag 2)."""

    __tablename__ = "outcome"
    __table_args__ = (
        UniqueConstraint("measurement_id", "point_id"),
        CheckConstraint("verdict IN ('uitgevoerd', 'deels', 'niet', 'onbekend')", name="verdict"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"))
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class Letter(Base):
    """A letter *Opvolging in Beeld*: its heading, and about which studies it is."""

    __tablename__ = "letter"
    __table_args__ = (CheckConstraint("version >= 1", name="version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dated: Mapped[date]
    subject: Mapped[str] = mapped_column(String(300))
    reference: Mapped[str] = mapped_column(String(200))
    fictief: Mapped[bool] = mapped_column(default=False)
    removed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    studies: Mapped[list[LetterOrigin]] = relationship(
        order_by="LetterOrigin.place", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class LetterOrigin(Base):
    """That a letter is about a study, in its order."""

    __tablename__ = "letter_origin"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), primary_key=True)
    origin_id: Mapped[int] = mapped_column(ForeignKey("origin.id"), primary_key=True)
    place: Mapped[int]

    origin: Mapped[Origin] = relationship()
