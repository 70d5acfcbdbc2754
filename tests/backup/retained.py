"""A measurement that was destroyed, with its term, its archive and the record of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from surveys.models import Destruction, KeptArchive, Measurement, RetentionTerm


def fill(session: Session, who: dict[str, Any], awkward: str) -> None:
    """Add it; `who` stamps it (person, assignment, moment). Flushed."""
    old = Measurement(
        code="weg",
        name=awkward,
        kind="nul",
        year=2003,
        period_from=date(2003, 1, 1),
        period_until=date(2003, 12, 31),
        state="vernietigd",
        fictief=True,
    )
    session.add(old)
    session.flush()
    archive = KeptArchive(
        measurement_id=old.id, sha256="a" * 64, size=2**40, contents="b" * 64, place=awkward, **who
    )
    session.add_all([RetentionTerm(measurement_id=old.id, years=10, ground=awkward, **who), archive])
    session.flush()
    gone = {"dossier": {"count": 2, "ids": [[1001, 1002]]}, "presence": {"count": 1}}
    session.add(Destruction(measurement_id=old.id, archive_id=archive.id, ground=awkward, gone=gone, **who))
    session.flush()
