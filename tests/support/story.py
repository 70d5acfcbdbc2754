"""The log, read back as a story: who did what, in which role, to what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import (
    Answer,
    Assignment,
    Dossier,
    Interview,
    Judgement,
    LogEntry,
    Measurement,
    Offer,
    OfferedText,
    Passage,
    Person,
    Reaction,
    Settlement,
    Signature,
    Unit,
)


class Line(NamedTuple):
    """One line of the log.

    `who`: the part of the address before the @, empty for Meetlat itself; `role`: the code, likewise.
    `subject`: what it is about in words: `dossier VR01`, `answer VR01 1.1-02`, `judgement country 1.1`.
    """

    who: str
    role: str
    action: str
    subject: str


def story(session: Session) -> list[Line]:
    """Everything in the log, the oldest first."""
    name = _Names(session).name
    rows = session.execute(
        select(LogEntry, Person.email, Assignment.role)
        .outerjoin(Person, Person.id == LogEntry.person_id)
        .outerjoin(Assignment, Assignment.id == LogEntry.assignment_id)
        .order_by(LogEntry.id)
    )
    return [
        Line((email or "").partition("@")[0], role or "", row.action, name(row)) for row, email, role in rows
    ]


def tells(lines: list[Line], *expected: tuple[str, str, str]) -> None:
    """Assert that the story has these lines (who, action, subject) in this order, others in between."""
    rest = iter([(line.who, line.action, line.subject) for line in lines])
    for each in expected:
        assert each in rest, f"the log does not tell {each}, or not in this place"


class _Names:
    """What the ids in the log stand for, read once."""

    def __init__(self, session: Session) -> None:
        self.units = {row.id: row.code for row in session.execute(select(Unit.id, Unit.code))}
        self.measurements = {
            row.id: row.code for row in session.execute(select(Measurement.id, Measurement.code))
        }
        self.people = {row.id: row.email for row in session.execute(select(Person.id, Person.email))}
        self.dossiers = {
            row.id: self.units[row.unit_id] for row in session.execute(select(Dossier.id, Dossier.unit_id))
        }
        self.answers = self._of(session, select(Answer.id, Answer.dossier_id, Answer.question))
        self.signatures = self._of(session, select(Signature.id, Signature.dossier_id, Signature.role))
        self.interviews = self._of(session, select(Interview.id, Interview.dossier_id, Interview.subject))
        self.judgements = self._of(session, select(Judgement.id, Judgement.dossier_id, Judgement.factor))
        self.passages = {
            row.id: f"{self.interviews[row.interview_id]} {row.factor or ''}".strip()
            for row in session.execute(select(Passage.id, Passage.interview_id, Passage.factor))
        }
        self.offers = self._of(session, select(Offer.id, Offer.dossier_id, Offer.kind))
        texts = {
            row.id: f"{self.offers[row.offer_id]} {row.factor or ''}".strip()
            for row in session.execute(select(OfferedText.id, OfferedText.offer_id, OfferedText.factor))
        }
        self.reactions = {
            row.id: texts[row.offered_id] for row in session.execute(select(Reaction.id, Reaction.offered_id))
        }
        self.settlements = {
            row.id: self.reactions[row.reaction_id]
            for row in session.execute(select(Settlement.id, Settlement.reaction_id))
        }

    def _of(self, session: Session, query: Any) -> dict[int, str]:
        """Names by id: the unit (or the country) and what it is of it."""
        return {
            number: f"{self.dossiers.get(dossier, 'country')} {detail or ''}".strip()
            for number, dossier, detail in session.execute(query)
        }

    def name(self, row: LogEntry) -> str:
        """What a line is about."""
        known: Mapping[str, Mapping[int, str]] = {
            "unit": self.units,
            "measurement": self.measurements,
            "person": {number: email.partition("@")[0] for number, email in self.people.items()},
            "dossier": self.dossiers,
            "answer": self.answers,
            "signature": self.signatures,
            "interview": self.interviews,
            "passage": self.passages,
            "judgement": self.judgements,
            "offer": self.offers,
            "reaction": self.reactions,
            "settlement": self.settlements,
        }
        number = row.subject_id
        found = known.get(row.subject, {}).get(number or 0, str(number) if number else "")
        if row.subject == "dossier":
            found = f"{found} {(row.detail or {}).get('question', '')}"
        return f"{row.subject} {found}".strip()
