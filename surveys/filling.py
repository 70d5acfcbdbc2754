"""Reading a dossier for those who fill it in: queries in, frozen views (questionnaire.py) out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload, selectinload

from surveys import answers, correcting, dossiers, returning, signing, views
from surveys.answers import Content
from surveys.instruments import Instrument, Question
from surveys.measurements import instrument_of
from surveys.models import (
    JOINT,
    Answer,
    AnswerVersion,
    Assignment,
    Discussion,
    DiscussionMessage,
    Document,
    DocumentFile,
    Dossier,
    DossierTransition,
    Person,
)
from surveys.questionnaire import (
    FileView,
    Message,
    Reading,
    Returned,
    Saver,
    Signing,
    Thread,
    role_label,
    saver,
    show,
)
from surveys.reports.earlier import rounds_before
from surveys.saving import content_from


@dataclass(frozen=True)
class VersionView:
    """One version of an answer: what it said, who saved it, and why where an inspector corrected it."""

    version: int
    shown: str | None
    content: Content
    saved: Saver
    reason: str | None = None


@dataclass(frozen=True)
class Step:
    """One step on the way of a dossier: what happened, when, by whom (None: Meetlat itself), and why."""

    label: str
    at: datetime
    by: Saver | None
    reason: str | None


def way(session: Session, dossier: Dossier) -> list[Step]:
    """The steps that a dossier took, oldest first."""
    rows = session.execute(
        select(DossierTransition, Person.name, Assignment.role)
        .outerjoin(Person, Person.id == DossierTransition.person_id)
        .outerjoin(Assignment, Assignment.id == DossierTransition.assignment_id)
        .where(DossierTransition.dossier_id == dossier.id)
        .order_by(DossierTransition.id)
    )
    found = []
    for row, name, role in rows:
        step = dossiers.TRANSITIONS.get((row.from_state or "", row.to_state))
        label = step.label if step else dossiers.STATES[row.to_state]
        by = Saver(name, role_label(role), row.at) if name and role else None
        found.append(Step(label, row.at, by, row.reason))
    return found


def read(session: Session, dossier: Dossier) -> Reading:
    """Read a dossier: a fixed number of queries, and one for each person who saved something in it."""
    instrument = instrument_of(dossier.pinned)
    return Reading(
        dossier=dossier,
        instrument=instrument,
        rows=answers.joint(session, dossier),
        rounds=tuple(rounds_before(session, dossier)),
        signings=_signings(session, dossier, instrument),
        submitted=_submitted(session, dossier),
        views=_views(session, dossier),
        threads=_threads(session, dossier),
        files=_files(session, dossier),
        returned=_returned(session, dossier),
        corrections=correcting.corrections(session, dossier),
    )


def versions(session: Session, dossier: Dossier, question: Question, party: str = JOINT) -> list[VersionView]:
    """Every version of the joint answer to a question, or of the view of one role on it; newest first."""
    rows = session.scalars(
        select(AnswerVersion)
        .join(Answer)
        .where(Answer.dossier_id == dossier.id, Answer.question == question.code, Answer.party == party)
        .order_by(AnswerVersion.version.desc())
    )
    found = []
    for row in rows:
        content = content_from(row.new)
        shown = show(question, content)
        found.append(VersionView(row.version, shown, content, saver(row, row.at), row.reason))
    return found


def view_versions(
    session: Session, dossier: Dossier, question: Question
) -> list[tuple[str, list[VersionView]]]:
    """Per role that ever recorded a view on a question: its Dutch name, and every version, newest first."""
    parties = session.scalars(
        select(Answer.party)
        .where(Answer.dossier_id == dossier.id, Answer.question == question.code, Answer.party != JOINT)
        .order_by(Answer.party)
    ).all()
    return [(role_label(party), versions(session, dossier, question, party)) for party in parties]


def _views(session: Session, dossier: Dossier) -> dict[str, tuple[Answer, ...]]:
    found: dict[str, tuple[Answer, ...]] = {}
    for row in views.standing(session, dossier):
        found[row.question] = (*found.get(row.question, ()), row)
    return found


_THREADS = (
    select(Discussion)
    .where(Discussion.dossier_id == bindparam("dossier"))
    .options(
        selectinload(Discussion.messages).joinedload(DiscussionMessage.person),
        selectinload(Discussion.messages).joinedload(DiscussionMessage.assignment),
    )
    .execution_options(populate_existing=True)
)


def _threads(session: Session, dossier: Dossier) -> dict[str, Thread]:
    rows = session.scalars(_THREADS, {"dossier": dossier.id})
    return {
        row.question: Thread(
            messages=tuple(
                Message(
                    each.text,
                    saver(each, each.at),
                    role_label(each.asks) if each.asks else None,
                    each.settles,
                )
                for each in row.messages
            ),
            waits_for=row.waits_for,
            settled=row.settled_at is not None,
        )
        for row in rows
    }


_FILES = (
    select(Document.title, DocumentFile, Assignment.role)
    .join(DocumentFile, DocumentFile.document_id == Document.id)
    .join(Assignment, Assignment.id == DocumentFile.assignment_id)
    .where(Document.dossier_id == bindparam("dossier"))
    .options(joinedload(DocumentFile.person))
)


def _files(session: Session, dossier: Dossier) -> dict[str, FileView]:
    rows = session.execute(_FILES, {"dossier": dossier.id})
    return {
        title: FileView(
            row.document_id,
            row.filename,
            row.file.size,
            row.file.scanned_by,
            Saver(row.person.name, role_label(role), row.at),
        )
        for title, row, role in rows
    }


def _returned(session: Session, dossier: Dossier) -> Returned | None:
    last = returning.last_return(session, dossier)
    if last is None:
        return None
    role = session.scalar(select(Assignment.role).where(Assignment.id == last.assignment_id))
    return Returned(
        reason=last.reason or "",
        by=Saver(last.person.name if last.person else "", role_label(role or ""), last.at),
        questions=tuple(each.question for each in last.questions),
        answers=returning.as_it_stood(session, last),
    )


def _submitted(session: Session, dossier: Dossier) -> Saver | None:
    if dossier.state not in dossiers.SUBMITTED or not dossier.submissions:
        return None
    last = dossier.submissions[-1]
    who = session.execute(
        select(Person.name, Assignment.role)
        .join(Assignment, Assignment.person_id == Person.id)
        .where(Assignment.id == last.assignment_id)
    ).one()
    return Saver(who.name, role_label(who.role), last.at)


def _signings(session: Session, dossier: Dossier, instrument: Instrument) -> tuple[Signing, ...]:
    latest = signing.latest(session, dossier)
    found = []
    for role in instrument.roles:
        last = latest.get(role)
        row, ended = (last, None) if last is None or last.voided_at is None else (None, last)
        found.append(
            Signing(
                role=role,
                label=role_label(role),
                signed=Saver(row.person.name, role_label(role), row.signed_at) if row else None,
                person_id=row.person_id if row else None,
                voided=Saver(ended.person.name, role_label(role), ended.signed_at) if ended else None,
                voided_person_id=ended.person_id if ended else None,
            )
        )
    return tuple(found)
