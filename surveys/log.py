"""Writing the log, and what its lines say of numbers that rows had."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from surveys.acting import By
from surveys.models import LogEntry

Ids = int | str | bool | None

CALLED = {
    "assigned_to": "person",
    "change": "answer_version",
    "file": "stored_file",
    "item": "agenda_item",
    "of": "working_list",
    "offered": "offered_text",
    "series": "figure_series",
    "to": "person",
    "upload": "answer_upload",
}
"""Names of ids in a line other than the name of their table."""
AT_ONCE = 1000


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


def highest(connection: Connection) -> Counter[str]:
    """The highest id that lines name, by table: also of rows that are gone since. 0 where they name none."""
    found: Counter[str] = Counter()
    lines = select(LogEntry.subject, LogEntry.subject_id, LogEntry.detail)
    for subject, number, detail in connection.execute(lines.execution_options(yield_per=AT_ONCE)):
        named = detail.items() if isinstance(detail, dict) else ()
        for name, value in ((subject, number), *named):
            if type(value) is int:
                table = CALLED.get(name, name)
                found[table] = max(found[table], value)
    return found
