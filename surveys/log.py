"""Writing the log."""

from __future__ import annotations

from sqlalchemy.orm import Session

from surveys.acting import By
from surveys.models import LogEntry

Ids = int | str | bool | None


def write(session: Session, action: str, by: By, subject: str, subject_id: int | None, **detail: Ids) -> None:
    """Add a line to the log.

    `detail` may hold ids, codes, versions and states. Names, addresses of mail and the text of answers stay
    out: the log is kept longer than those may be.
    """
    session.add(
        LogEntry(
            at=by.at,
            action=action,
            person_id=by.person_id,
            assignment_id=by.assignment_id,
            subject=subject,
            subject_id=subject_id,
            detail=detail or None,
            remote=by.remote,
        )
    )
