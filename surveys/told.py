"""Judgements and reports held against the lines that the log has of them.

The log is sealed, and what it tells of is not: who changes a level in the database leaves a line behind that
says another one. A measurement that came out of an archive brought no lines along, so of what it came with
none is missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Select, and_, literal, select
from sqlalchemy.orm import Session, aliased

from surveys.models import Judgement, JudgementVersion, LogEntry, ReportVersion

IMPORTED: Final = "measurement.import"
"""The action of the line that tells that a measurement came out of an archive."""
AT_ONCE: Final = 500
"""So many rows are in memory."""
PARTS: Final = ("level", "proposal", "motivation", "finding", "attention", "basis")
"""What a judgement and its versions both hold."""


def judgements_beside_their_versions(session: Session) -> Iterator[int]:
    """The judgements that say something else than their last version."""
    row, version = Judgement, JudgementVersion
    asked = (
        select(row.id, row.state, version.state, version.content, *(getattr(row, part) for part in PARTS))
        .join(version, and_(version.judgement_id == row.id, version.version == row.version))
        .order_by(row.id)
    )
    for number, state, last_state, content, *parts in _rows(session, asked):
        if (state, *parts) != (last_state, *(content[part] for part in PARTS)):
            yield number


def judgements_beside_the_log(session: Session) -> Iterator[int]:
    """The judgements with a version that the log tells otherwise, or not at all."""
    version = JudgementVersion
    told = and_(
        LogEntry.subject == "judgement",
        LogEntry.subject_id == version.judgement_id,
        _of(Judgement.measurement_id),
        LogEntry.detail["version"].as_integer() == version.version,
    )
    asked = (
        select(version.judgement_id, version.version, version.state, version.content, LogEntry.detail)
        .add_columns(_came_along(Judgement.measurement_id))
        .join(Judgement, Judgement.id == version.judgement_id)
        .outerjoin(LogEntry, told)
        .order_by(version.judgement_id, version.version, LogEntry.id)
    )
    for number, rows in groupby(_rows(session, asked), key=itemgetter(0)):
        steps = groupby(rows, key=itemgetter(1))
        # not `all`: the rest must be read before the next judgement begins
        if False in [_agrees(*list(lines)[-1][2:]) for _, lines in steps]:
            yield number


def _agrees(state: str, content: Any, line: Any, came_along: bool) -> bool:
    if line is None:
        return came_along
    said = (line["state"], line["level"], line["proposal"])
    return said == (state, content["level"], content["proposal"])


def reports_beside_the_log(session: Session) -> Iterator[int]:
    """The versions of reports whose SHA-256 the log tells otherwise, or not at all."""
    row = ReportVersion
    told = and_(LogEntry.subject == "report_version", LogEntry.subject_id == row.id, _of(row.measurement_id))
    asked = (
        select(row.id, row.sha256, LogEntry.detail, _came_along(row.measurement_id))
        .outerjoin(LogEntry, told)
        .order_by(row.id, LogEntry.id)
    )
    for number, rows in groupby(_rows(session, asked), key=itemgetter(0)):
        lines = [(line["sha256"] == sha256 if line else came_along) for _, sha256, line, came_along in rows]
        if False in lines:
            yield number


def _of(measurement: Any) -> Any:
    """That a line is about a measurement: SQLite gives a number again when what had it was destroyed."""
    return LogEntry.detail["measurement"].as_integer() == measurement


def _came_along(measurement: Any) -> Any:
    """Whether a measurement came out of an archive."""
    line = aliased(LogEntry)
    came = select(literal(1)).where(
        line.action == IMPORTED, line.subject == "measurement", line.subject_id == measurement
    )
    return came.exists()


def _rows(session: Session, asked: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    with session.execute(asked.execution_options(yield_per=AT_ONCE)) as found:
        yield from found
