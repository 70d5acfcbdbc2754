"""Answers after the submission: corrected by an inspector, or left unknown for a reason.

A correction is a new version of the answer with the reason. What was submitted and what was signed stays as
it was: a signature covers the versions that its signer read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from surveys import answers, dossiers, log, packed, questions, results
from surveys.acting import By
from surveys.answers import Content, Save, Saved
from surveys.errors import InvalidValue, NotAllowed, NotNow, StaleText, UnknownQuestion
from surveys.instruments import Question
from surveys.measurements import instrument_of
from surveys.models import JOINT, Answer, AnswerVersion, Assignment, Dossier, Person, UnansweredNote
from surveys.permissions import ROLES, allowed
from surveys.saving import content_from

PERMISSION = "dossier.inspect"
CORRECTABLE = frozenset({"in_analyse", "bezocht", "geverifieerd"})
"""The states of a dossier in which an inspector corrects its answers."""
REASON_LENGTH = 4000
"""The most characters of a reason."""
UNSEEN = ""
"""What a writer saw who saw no note."""


@dataclass(frozen=True)
class Correction:
    """One correction of an answer: what it was and became, why, and who did it in which role, when.

    `shown_old` and `shown_new` are the answers in Dutch, None for an open one.
    """

    question: Question
    version: int
    old: Content
    new: Content
    shown_old: str | None
    shown_new: str | None
    reason: str
    name: str
    role: str
    at: datetime

    @property
    def code(self) -> str:
        """The code of the question."""
        return self.question.code


@dataclass(frozen=True)
class Unanswered:
    """A question that was answered with *weet ik niet*, and why it stays so.

    `reason`, `name` and `at` are those of the note, None without one; it doesn't count (`outdated`) when the
    answer was corrected after it. `seen` tells a later save which note its writer saw.
    """

    question: Question
    note: str | None
    reason: str | None
    name: str | None
    at: datetime | None
    outdated: bool

    @property
    def settled(self) -> bool:
        """Whether a note that counts says why it stays unknown."""
        return self.reason is not None and not self.outdated

    @property
    def seen(self) -> str:
        """The mark of the note, UNSEEN without one."""
        return _mark(self.at)


def correct(
    session: Session, dossier: Dossier, code: str, content: Content, reason: str, *, by: By, seen_version: int
) -> Saved:
    """Correct a joint answer after the submission. What equals the answer as it stands changes nothing.

    Raises NotAllowed for a role that does not inspect, NotNow in another state of the dossier,
    UnknownQuestion, InvalidValue for what the question can't have or (part `reason`) without a reason, and
    for what would leave a verified dossier with a question that nobody knows and no note says why;
    StaleAnswer when somebody saved something else since the version that was seen (it holds both).
    """
    _hold(session, dossier, by)
    row = answers.joint(session, dossier).get(code)
    made = answers.change(instrument_of(dossier.pinned), code, row, Save(content, seen_version))
    if made is None:
        return Saved(row, changed=False)
    why = _reason(reason, "Schrijf waarom u dit antwoord aanpast. Wie de vragenlijst invulden, lezen dat.")
    with session.begin_nested():
        written = answers.write_correction(session, dossier, made, why, by=by)
        packed.keep(session, dossier)
        _still_verified(session, dossier)
    return Saved(written, changed=True)


def _still_verified(session: Session, dossier: Dossier) -> None:
    """Refuse what would take a verified dossier back to before its verification."""
    if dossier.state != "geverifieerd":
        return
    left = [each.question.code for each in unanswered(session, dossier) if not each.settled]
    if left:
        raise InvalidValue(
            f"Het dossier is geverifieerd, en met dit antwoord zou vraag {', '.join(left)} onbekend zijn."
            " Dat kan na de verificatie niet meer. Geef een ander antwoord."
        )


def correctable(dossier: Dossier) -> bool:
    """Whether an inspector can correct answers of this dossier now."""
    return dossier.state in CORRECTABLE


def corrections(session: Session, dossier: Dossier) -> tuple[Correction, ...]:
    """The corrections in a dossier, newest first."""
    return corrections_of(session, [dossier]).get(dossier.id, ())


def corrections_of(session: Session, found: Iterable[Dossier]) -> Mapping[int, tuple[Correction, ...]]:
    """The corrections in some dossiers by their ids, newest first: one query, none where there can't be."""
    held = {row.id: row for row in found if row.state in dossiers.SUBMITTED and row.state != "ingediend"}
    if not held:
        return {}
    rows = session.execute(
        select(Answer.dossier_id, Answer.question, AnswerVersion, Person.name, Assignment.role)
        .join(Answer, Answer.id == AnswerVersion.answer_id)
        .join(Person, Person.id == AnswerVersion.person_id)
        .join(Assignment, Assignment.id == AnswerVersion.assignment_id)
        .where(Answer.dossier_id.in_(held.keys()), Answer.party == JOINT, AnswerVersion.reason.is_not(None))
        .order_by(AnswerVersion.at.desc(), AnswerVersion.id.desc())
    )
    told: dict[int, tuple[Correction, ...]] = {}
    for dossier_id, code, version, name, role in rows:
        question = instrument_of(held[dossier_id].pinned).questions.get(code)
        if question is not None:
            made = _correction(question, version, name, role)
            told[dossier_id] = (*told.get(dossier_id, ()), made)
    return told


def by_question(found: Iterable[Correction]) -> Mapping[str, tuple[Correction, ...]]:
    """Corrections by the code of their question, in the order given."""
    grouped: dict[str, tuple[Correction, ...]] = {}
    for each in found:
        grouped[each.code] = (*grouped.get(each.code, ()), each)
    return grouped


def unanswered(session: Session, dossier: Dossier) -> tuple[Unanswered, ...]:
    """The asked questions of a dossier that stand on *weet ik niet*, in order, with their notes."""
    instrument = instrument_of(dossier.pinned)
    rows = answers.joint(session, dossier)
    notes = _notes(session, dossier)
    asked = results.asked(instrument, answers.given(rows))
    return tuple(
        _unanswered(question, rows[code], notes.get(code))
        for code, question in instrument.questions.items()
        if asked[code] == "asked" and code in rows and rows[code].special == "onbekend"
    )


def note_unanswered(
    session: Session, dossier: Dossier, code: str, reason: str, *, by: By, seen: str | None = None
) -> UnansweredNote:
    """Write why a question stays unknown, or change that. `seen`: the mark of the note that was seen.

    Without `seen` nobody looks whether a colleague wrote meanwhile. The same reason again only makes a note
    count that an answer had outdated.

    Raises NotAllowed, NotNow as `correct` does and for a question that has its answer, UnknownQuestion,
    InvalidValue (part `reason`) without a reason, and StaleText when a colleague wrote another one meanwhile.
    """
    _hold(session, dossier, by)
    if code not in instrument_of(dossier.pinned).questions:
        raise UnknownQuestion(code)
    each = next((each for each in unanswered(session, dossier) if each.question.code == code), None)
    if each is None:
        raise NotNow(f"Vraag {code} staat niet meer op ‘Weet ik niet’. U hoeft er niets bij te noteren.")
    why = _reason(reason, f"Schrijf waarom vraag {code} onbekend blijft.")
    if why == each.reason and each.settled:
        return _notes(session, dossier)[code]
    if seen is not None and seen != each.seen:
        raise StaleText(why, each.reason or "")
    row = _notes(session, dossier).get(code) or UnansweredNote(dossier_id=dossier.id, question=code)
    row.reason, row.person_id, row.assignment_id, row.at = why, *_who(by), by.at
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:  # a colleague's first note came between the look and the write
        raise StaleText(why, "") from error
    dossier.last_activity_at = by.at
    log.write(session, "unanswered.note", by, "dossier", dossier.id, question=code)
    session.flush()
    return row


def _hold(session: Session, dossier: Dossier, by: By) -> None:
    if not allowed(by.role, PERMISSION):
        raise NotAllowed()
    dossiers.lock(session, dossier)
    if dossier.state not in CORRECTABLE:
        raise NotNow(
            "Antwoorden aanpassen kan alleen als het dossier in analyse, bezocht of geverifieerd is"
            f" (stand nu: {dossiers.STATES[dossier.state].lower()})."
        )


def _reason(text: str, missing: str) -> str:
    found = text.replace("\r\n", "\n").strip()
    if not found:
        raise InvalidValue(missing, part="reason")
    if len(found) > REASON_LENGTH:
        raise InvalidValue(
            f"De reden is {len(found)} tekens lang; er passen er {REASON_LENGTH}. Kort de tekst in.",
            part="reason",
        )
    return found


def _who(by: By) -> tuple[int, int]:
    if by.person_id is None or by.assignment_id is None:
        raise NotAllowed()
    return by.person_id, by.assignment_id


def _correction(question: Question, version: AnswerVersion, name: str, role: str) -> Correction:
    old = content_from(version.old) if version.old else Content()
    new = content_from(version.new)
    return Correction(
        question=question,
        version=version.version,
        old=old,
        new=new,
        shown_old=questions.show_answer(question, old.value, old.special) or None,
        shown_new=questions.show_answer(question, new.value, new.special) or None,
        reason=version.reason or "",
        name=name,
        role=ROLES[role].label if role in ROLES else role,
        at=version.at,
    )


def _notes(session: Session, dossier: Dossier) -> dict[str, UnansweredNote]:
    rows = session.scalars(
        select(UnansweredNote)
        .where(UnansweredNote.dossier_id == dossier.id)
        .options(joinedload(UnansweredNote.person))
        .execution_options(populate_existing=True)
    )
    return {row.question: row for row in rows}


def _unanswered(question: Question, row: Answer, note: UnansweredNote | None) -> Unanswered:
    if note is None:
        return Unanswered(question, row.note, None, None, None, outdated=False)
    outdated = row.saved_at > note.at
    return Unanswered(question, row.note, note.reason, note.person.name, note.at, outdated)


def _mark(at: datetime | None) -> str:
    return at.isoformat() if at else UNSEEN
