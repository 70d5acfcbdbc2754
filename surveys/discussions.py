"""Talking about a question: a thread between those who fill in, closed when it is settled.

Only the unit's own respondents take part. A thread waits for one role at a time: the one asked last, until
somebody in that role says something or the thread is settled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import answers, log
from surveys.acting import By
from surveys.errors import InvalidMessage, NotAllowed, UnknownQuestion, UnreadMessages
from surveys.instruments import Instrument
from surveys.measurements import instrument_of
from surveys.models import Discussion, DiscussionMessage, Dossier
from surveys.permissions import allowed

MESSAGE_LENGTH = 2000
"""The most characters of one message."""


@dataclass(frozen=True)
class Said:
    """What came of it: the thread (None: there is none), and whether anything was added to it."""

    discussion: Discussion | None
    changed: bool


def askable(instrument: Instrument, role: str | None) -> tuple[str, ...]:
    """The roles that somebody in a role can ask something: the ones that sign, but not the own one."""
    return tuple(each for each in instrument.roles if each != role)


def say(session: Session, dossier: Dossier, code: str, text: str, *, by: By, asks: str | None = None) -> Said:
    """Write a message in the thread of a question, and let the thread wait for a role when that is asked.

    A settled thread is opened again. What the same person says twice in a row, with the same question to the
    same role, is there once: a double click adds nothing.

    Raises MeasurementClosed or DossierNotOpen, NotAllowed for who does not fill in for this unit,
    UnknownQuestion, and InvalidMessage for an empty or too long text or a role that can't be asked.
    """
    instrument = _hold(session, dossier, code, by)
    text = _checked(text)
    if not text:
        raise InvalidMessage("Schrijf een bericht.")
    if asks is not None and asks not in askable(instrument, by.role):
        raise InvalidMessage("Kies aan wie u het vraagt.", "asks")
    discussion = _find(session, dossier, code)
    if discussion is None:
        discussion = Discussion(dossier_id=dossier.id, question=code, waits_for=None, settled_at=None)
        session.add(discussion)
        session.flush()
    last = _last(session, discussion)
    if last is not None and (last.text, last.asks, last.person_id, last.settles) == (
        text,
        asks,
        by.person_id,
        False,
    ):
        return Said(discussion, changed=False)
    if asks is not None:
        discussion.waits_for = asks
    elif discussion.waits_for == by.role:
        discussion.waits_for = None
    discussion.settled_at = None
    _add(session, dossier, discussion, text, asks, by, settles=False)
    log.write(session, "discussion.say", by, "discussion", discussion.id, question=code, asks=asks)
    session.flush()
    return Said(discussion, changed=True)


def settle(session: Session, dossier: Dossier, code: str, *, by: By, seen: int, text: str = "") -> Said:
    """Close the thread of a question, with a last word or without. A settled thread stays as it is.

    `seen` is the number of messages that whoever closes it saw. Raises UnreadMessages when there are more,
    and otherwise as `say` does.
    """
    _hold(session, dossier, code, by)
    text = _checked(text)
    discussion = _find(session, dossier, code)
    if discussion is None or discussion.settled_at is not None:
        return Said(discussion, changed=False)
    count = session.scalar(
        select(func.count())
        .select_from(DiscussionMessage)
        .where(DiscussionMessage.discussion_id == discussion.id)
    )
    if (count or 0) > seen:
        raise UnreadMessages()
    discussion.waits_for, discussion.settled_at = None, by.at
    _add(session, dossier, discussion, text, None, by, settles=True)
    log.write(session, "discussion.settle", by, "discussion", discussion.id, question=code)
    session.flush()
    return Said(discussion, changed=True)


def waiting(
    session: Session, dossiers: Iterable[Dossier], roles: Mapping[int, Collection[str]]
) -> dict[int, int]:
    """How many threads wait for somebody, by the dossier's id; a dossier without any is left out.

    `roles`: the roles that this person holds, by the unit's id.
    """
    units = {dossier.id: dossier.unit_id for dossier in dossiers}
    rows = session.execute(
        select(Discussion.dossier_id, Discussion.waits_for).where(
            Discussion.dossier_id.in_(list(units)), Discussion.waits_for.is_not(None)
        )
    )
    found: dict[int, int] = {}
    for dossier_id, role in rows:
        if role in roles.get(units[dossier_id], ()):
            found[dossier_id] = found.get(dossier_id, 0) + 1
    return found


def _hold(session: Session, dossier: Dossier, code: str, by: By) -> Instrument:
    answers.hold(session, dossier, by)
    if by.unit_id != dossier.unit_id or not allowed(by.role, "dossier.discuss"):
        raise NotAllowed()
    instrument = instrument_of(dossier.pinned)
    if code not in instrument.questions:
        raise UnknownQuestion(code)
    return instrument


def _checked(text: str) -> str:
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text) > MESSAGE_LENGTH:
        raise InvalidMessage(
            f"Het bericht is {len(text)} tekens lang; er passen er {MESSAGE_LENGTH}. Kort de tekst in."
        )
    return text


def _find(session: Session, dossier: Dossier, code: str) -> Discussion | None:
    return session.scalar(
        select(Discussion)
        .where(Discussion.dossier_id == dossier.id, Discussion.question == code)
        .execution_options(populate_existing=True)
    )


def _last(session: Session, discussion: Discussion) -> DiscussionMessage | None:
    return session.scalar(
        select(DiscussionMessage)
        .where(DiscussionMessage.discussion_id == discussion.id)
        .order_by(DiscussionMessage.id.desc())
        .limit(1)
    )


def _add(
    session: Session,
    dossier: Dossier,
    discussion: Discussion,
    text: str,
    asks: str | None,
    by: By,
    *,
    settles: bool,
) -> None:
    assert by.person_id is not None
    assert by.assignment_id is not None
    session.add(
        DiscussionMessage(
            discussion_id=discussion.id,
            text=text,
            asks=asks,
            settles=settles,
            person_id=by.person_id,
            assignment_id=by.assignment_id,
            at=by.at,
        )
    )
    dossier.last_activity_at = by.at
