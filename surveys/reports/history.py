"""Every version of the answers to one question of a dossier: what it was and became, by whom, when, why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from surveys.answers import Content, Reference
from surveys.instruments import Question
from surveys.models import JOINT, Answer, AnswerVersion, Dossier
from surveys.permissions import ROLES
from surveys.questions import show_answer
from surveys.saving import content_from


@dataclass(frozen=True)
class Said:
    """An answer in words, None where it says nothing; with its explanation and documents."""

    shown: str | None
    note: str | None
    documents: tuple[Reference, ...]


@dataclass(frozen=True)
class Step:
    """One save: from `old` (None: the first) to `new`. `party`: whose view it is, None for the joint answer.

    `reason` is there when an inspector corrected it.
    """

    party: str | None
    version: int
    old: Said | None
    new: Said
    reason: str | None
    name: str
    role: str
    at: datetime


def history(session: Session, dossier: Dossier, question: Question) -> tuple[Step, ...]:
    """All versions, newest first, the joint answer before the divergent views: one query."""
    rows = session.scalars(
        select(AnswerVersion)
        .join(AnswerVersion.answer)
        .where(Answer.dossier_id == dossier.id, Answer.question == question.code)
        .options(
            contains_eager(AnswerVersion.answer).raiseload(Answer.documents),
            joinedload(AnswerVersion.person),
            joinedload(AnswerVersion.assignment),
        )
        .order_by(Answer.party, AnswerVersion.version.desc())
    )
    return tuple(
        Step(
            party=None if row.answer.party == JOINT else _role(row.answer.party),
            version=row.version,
            old=_said(question, content_from(row.old)) if row.old is not None else None,
            new=_said(question, content_from(row.new)),
            reason=row.reason,
            name=row.person.name,
            role=_role(row.assignment.role),
            at=row.at,
        )
        for row in rows
    )


def _said(question: Question, content: Content) -> Said:
    shown = show_answer(question, content.value, content.special) or None
    return Said(shown, content.note, content.documents)


def _role(code: str) -> str:
    return ROLES[code].label if code in ROLES else code
