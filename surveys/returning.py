"""Returning a questionnaire for completion, and what became of the answers since."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session

from surveys import dossiers
from surveys.acting import By
from surveys.answers import Content
from surveys.errors import MeasurementClosed, NotSubmitted, Refused, UnknownQuestion
from surveys.measurements import ANSWERING, instrument_of
from surveys.models import Dossier, DossierTransition, ReturnedQuestion, Submission
from surveys.saving import content_from

REASON_LENGTH = 2000
"""The most characters of a reason."""


def give_back(
    session: Session, dossier: Dossier, reason: str, questions: Collection[str], *, by: By
) -> DossierTransition:
    """Return a dossier that was submitted to its respondents: why, and for which questions.

    What was submitted stays as it was. The signatures stand until an answer changes.

    Raises NotSubmitted unless it is `ingediend`, MeasurementClosed when nobody could answer it any more,
    NotAllowed for a role that does not inspect, UnknownQuestion, and Refused without a reason or questions.
    """
    dossiers.lock(session, dossier)
    known = instrument_of(dossier.pinned).questions
    for code in questions:
        if code not in known:
            raise UnknownQuestion(code)
    reason = reason.replace("\r\n", "\n").strip()
    if dossier.state != "ingediend":
        raise NotSubmitted(dossiers.STATES[dossier.state])
    if dossier.measurement.state not in ANSWERING:
        raise MeasurementClosed(dossier.measurement.name)
    if not reason:
        raise Refused("Schrijf op waarom u de vragenlijst terugstuurt. De invullers lezen dit.")
    if len(reason) > REASON_LENGTH:
        raise Refused(
            f"De reden is {len(reason)} tekens lang; er passen er {REASON_LENGTH}. Kort de tekst in."
        )
    if not questions:
        raise Refused("Kies ten minste één vraag die moet worden aangevuld.")
    made = dossiers.move(session, dossier, "in_invulling", by, reason)
    made.questions = [ReturnedQuestion(question=code) for code in known if code in set(questions)]
    session.flush()
    return made


_LAST = (
    select(DossierTransition)
    .where(
        DossierTransition.dossier_id == bindparam("dossier"),
        DossierTransition.from_state == "ingediend",
        DossierTransition.to_state == "in_invulling",
    )
    .order_by(DossierTransition.id.desc())
    .limit(1)
)


def last_return(session: Session, dossier: Dossier) -> DossierTransition | None:
    """The latest time that a dossier was returned; None when it never was."""
    return session.scalar(_LAST, {"dossier": dossier.id})


_EVER = select(
    exists().where(
        DossierTransition.dossier_id == bindparam("dossier"),
        DossierTransition.from_state == "ingediend",
        DossierTransition.to_state == "in_invulling",
    )
)


def was_returned(session: Session, dossier: Dossier) -> bool:
    """Whether a dossier was ever returned."""
    return bool(session.scalar(_EVER, {"dossier": dossier.id}))


def as_it_stood(session: Session, returned: DossierTransition) -> Mapping[str, Content]:
    """The answers as they had been submitted when a dossier was returned, by question code."""
    # counted by the records, as the clocks of two servers may differ
    number = session.scalar(
        select(func.count()).where(
            DossierTransition.dossier_id == returned.dossier_id,
            DossierTransition.to_state == "ingediend",
            DossierTransition.id < returned.id,
        )
    )
    snapshot = session.scalar(
        select(Submission.snapshot).where(
            Submission.dossier_id == returned.dossier_id, Submission.number == number
        )
    )
    return _answers_in(snapshot)


def as_submitted(session: Session, dossier: Dossier) -> Mapping[str, Content]:
    """The answers as they were last submitted, by question code; none when that never happened."""
    return _answers_in(
        session.scalar(
            select(Submission.snapshot)
            .where(Submission.dossier_id == dossier.id)
            .order_by(Submission.number.desc())
            .limit(1)
        )
    )


def _answers_in(snapshot: str | None) -> Mapping[str, Content]:
    if snapshot is None:
        return {}
    return {code: content_from(kept) for code, kept in json.loads(snapshot)["answers"].items()}
