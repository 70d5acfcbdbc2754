"""Agreeing with the answers, each role for itself, and submitting them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveys import answers, completeness, dossiers, log, packed, views
from surveys.acting import By
from surveys.errors import AlreadySigned, AnswersChanged, Incomplete, NotAllowed, SignaturesMissing
from surveys.measurements import instrument_of
from surveys.models import Answer, Dossier, Signature, SignedAnswer, Submission

_OF_DOSSIER = select(Signature).where(Signature.dossier_id == bindparam("dossier")).order_by(Signature.id)


def standing(session: Session, dossier: Dossier) -> dict[str, Signature]:
    """The signatures that stand, by role."""
    stands = Signature.voided_at.is_(None)
    return {row.role: row for row in session.scalars(_OF_DOSSIER.where(stands), {"dossier": dossier.id})}


def latest(session: Session, dossier: Dossier) -> dict[str, Signature]:
    """Per role the signature that stands, else the latest one that a change ended."""
    found: dict[str, Signature] = {}
    for row in session.scalars(_OF_DOSSIER, {"dossier": dossier.id}):
        if row.voided_at is None or row.role not in found or found[row.role].voided_at is not None:
            found[row.role] = row
    return found


def fingerprint(rows: Mapping[str, Answer], divergent: Iterable[Answer]) -> str:
    """Sum up which version of which answer and divergent view a reader sees, in sixteen characters.

    A page that is read before signing carries it, so that nobody agrees with what came later.
    """
    seen = [row for _, row in sorted(rows.items())]
    seen += sorted(divergent, key=lambda row: (row.question, row.party))
    versions = ";".join(f"{row.question}{f'/{row.party}' * bool(row.party)}={row.version}" for row in seen)
    return hashlib.sha256(versions.encode()).hexdigest()[:16]


def sign(session: Session, dossier: Dossier, *, by: By, read: str | None = None) -> Signature:
    """Agree with all answers as they stand, in the role of `by`.

    `read` is the fingerprint of what the signer read; without it that is not looked at.

    Raises AnswersChanged when they are others by now, MeasurementClosed or DossierNotOpen,
    NotAllowed when the questionnaire does not ask this role to
    sign or it is held for another unit, Incomplete with all that is missing, and AlreadySigned when this role
    or this person has signed.
    """
    dossiers.lock(session, dossier)
    answers.check_open(dossier)
    instrument = instrument_of(dossier.pinned)
    if by.role not in instrument.roles or by.unit_id != dossier.unit_id:
        raise NotAllowed()
    if by.person_id is None or by.assignment_id is None:
        raise NotAllowed()
    rows = answers.joint(session, dossier)
    divergent = views.standing(session, dossier)
    if read is not None and read != fingerprint(rows, divergent):
        raise AnswersChanged()
    progress = completeness.progress(instrument, answers.given(rows))
    if not progress.complete:
        raise Incomplete(progress.points)
    signatures = standing(session, dossier)
    if by.role in signatures or by.person_id in {row.person_id for row in signatures.values()}:
        raise AlreadySigned()
    signature = Signature(
        dossier_id=dossier.id,
        role=by.role,
        person_id=by.person_id,
        assignment_id=by.assignment_id,
        signed_at=by.at,
        covers=[SignedAnswer(answer_id=row.id, version=row.version) for row in [*rows.values(), *divergent]],
    )
    session.add(signature)
    try:
        session.flush()
    except IntegrityError as error:
        raise AlreadySigned() from error
    dossier.last_activity_at = by.at
    log.write(session, "signature.give", by, "signature", signature.id, dossier=dossier.id)
    session.flush()
    return signature


def submit(session: Session, dossier: Dossier, *, by: By) -> Submission:
    """Hand the questionnaire in: keep an immutable snapshot and take the dossier to `ingediend`.

    Raises MeasurementClosed or DossierNotOpen, NotAllowed for a role that does not sign or another unit's,
    and SignaturesMissing with the roles that have not agreed.
    """
    dossiers.lock(session, dossier)
    answers.check_open(dossier)
    instrument = instrument_of(dossier.pinned)
    if by.role not in instrument.roles or by.unit_id != dossier.unit_id:
        raise NotAllowed()
    if by.person_id is None or by.assignment_id is None:
        raise NotAllowed()
    signatures = standing(session, dossier)
    missing = [role for role in instrument.roles if role not in signatures]
    if missing:
        raise SignaturesMissing(missing)
    text = json.dumps(_snapshot(session, dossier, signatures), ensure_ascii=False, sort_keys=True)
    earlier = session.scalar(select(func.count()).where(Submission.dossier_id == dossier.id)) or 0
    submission = Submission(
        dossier_id=dossier.id,
        number=earlier + 1,
        person_id=by.person_id,
        assignment_id=by.assignment_id,
        at=by.at,
        snapshot=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )
    session.add(submission)
    dossiers.move(session, dossier, "ingediend", by)
    packed.keep(session, dossier)
    return submission


def _snapshot(session: Session, dossier: Dossier, signatures: dict[str, Signature]) -> dict[str, Any]:
    pinned = dossier.pinned
    return {
        "measurement": dossier.measurement.code,
        "unit": dossier.unit.code,
        "instrument": {"code": pinned.code, "version": pinned.version, "sha256": pinned.sha256},
        "answers": {
            code: {**answers.content_of(row).as_json(), "version": row.version, "person": row.person_id}
            for code, row in sorted(answers.joint(session, dossier).items())
        },
        "views": [
            {
                "question": row.question,
                "role": row.party,
                **answers.content_of(row).as_json(),
                "version": row.version,
                "person": row.person_id,
            }
            for row in views.standing(session, dossier)
        ],
        "signatures": [
            {"role": role, "person": row.person_id, "at": row.signed_at.isoformat()}
            for role, row in sorted(signatures.items())
        ],
    }
