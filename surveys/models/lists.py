"""Labels on explanations, and lists of units that inspectors keep."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.answers import Answer
from surveys.models.base import Base
from surveys.models.people import Person


class Label(Base):
    """A label that explanations of one question can bear, in every measurement with that question."""

    __tablename__ = "label"
    __table_args__ = (UniqueConstraint("instrument", "question", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # the code of the questionnaire, whatever its version
    instrument: Mapped[str] = mapped_column(String())
    question: Mapped[str] = mapped_column(String())
    name: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class AnswerLabel(Base):
    """That the explanation of an answer bears a label; `answer_version` is the one that was read."""

    __tablename__ = "answer_label"

    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"), primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("label.id"), primary_key=True, index=True)
    answer_version: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime]

    label: Mapped[Label] = relationship()
    answer: Mapped[Answer] = relationship()


class WorkingList(Base):
    """A question that an inspector keeps asking of the dossiers, under a name.

    Its units are looked up when it is opened.
    `definition` is what `surveys.working_lists` makes of it. `shared`: other inspectors see it too.
    """

    __tablename__ = "working_list"
    __table_args__ = (UniqueConstraint("measurement_id", "person_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"))
    name: Mapped[str] = mapped_column(String(200))
    definition: Mapped[Any]
    shared: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()
