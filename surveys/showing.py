"""A questionnaire filled in by way of example, to see what respondents will see. Nothing of it is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from scoring.model import Value
from surveys.instruments import Instrument, Question
from surveys.models import Answer, AnswerDocument, Assignment, Document, Dossier, Person
from surveys.questionnaire import Reading
from surveys.questions import TYPES

NAME = "Voorbeeld"
TEXT = "Dit is een voorbeeld van een antwoord."
NOTE = "Dit is een voorbeeld van een toelichting."
DOCUMENT = "Voorbeeld van een document"
DAY = "2026-03-02"
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def filled_in(instrument: Instrument) -> Reading:
    """Read an instrument as a dossier in which every question has an example for an answer."""
    rows = {code: _answer(instrument, question) for code, question in instrument.questions.items()}
    return Reading(
        dossier=Dossier(state="in_invulling"),
        instrument=instrument,
        rows=rows,
        rounds=(),
        signings=(),
        submitted=None,
        views={},
        threads={},
        files={},
        returned=None,
    )


def example(question: Question) -> Value:
    """An answer that the question can have: its first option, a number halfway, a day, a few words."""
    if question.type == "multi":
        found = [option.code for option in question.options if not option.exclusive][:2]
        return TYPES[question.type].check(question, found or [question.options[0].code])
    if question.type in ("yes_no", "choice"):
        return TYPES[question.type].check(question, question.options[0].code)
    if question.type == "number":
        return TYPES[question.type].check(question, _halfway(question))
    return TYPES[question.type].check(
        question, DAY if question.type == "date" else TEXT[: question.max_length]
    )


def _halfway(question: Question) -> int | float:
    low = question.min if question.min is not None else Decimal(0)
    step = question.step or Decimal(1)
    high = question.max if question.max is not None else low + 4 * step
    number = low + step * int((high - low) / 2 / step)
    return int(number) if number == number.to_integral_value() else float(number)


def _answer(instrument: Instrument, question: Question) -> Answer:
    """An answer that belongs to no dossier and that no session knows."""
    wants = question.evidence is not None or question.evidence_when is not None
    return Answer(
        question=question.code,
        value=example(question),
        note=NOTE if question.note_when is not None or question.note_hint else None,
        version=0,
        saved_at=AT,
        person=Person(name=NAME),
        assignment=Assignment(role=instrument.roles[0]),
        documents=[AnswerDocument(position=0, page="blz. 3", document=Document(title=DOCUMENT))]
        if wants
        else [],
    )
