"""The passages of a report that inspectors wrote themselves, in place of what is written from the data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.exc import StaleDataError

from surveys import log
from surveys.acting import By
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.measurements import SETTLED, STATES, lock
from surveys.models import Measurement, ReportText, ReportTextVersion
from surveys.permissions import allowed

PERMISSION = "report.write"
TEXT_LENGTH, KEY_LENGTH = 20_000, 200
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
"""Characters that nobody sees: they hide what a text says from who reads it, or from what checks it."""


@dataclass(frozen=True)
class Told:
    """A count as a text tells it: which one, in which form, and with which words."""

    key: str
    form: str
    words: str


@dataclass(frozen=True)
class Written:
    """A passage as inspectors wrote it; `text` is None once it was given back to what writes itself.

    `told` are the counts that it tells, `grounds` the texts that it rests on as they were, by key.
    """

    key: str
    text: str | None
    told: tuple[Told, ...]
    grounds: Mapping[str, str]
    version: int
    name: str
    at: datetime


def _written(key: str, row: ReportText | ReportTextVersion) -> Written:
    return Written(
        key=key,
        text=row.text,
        told=tuple(Told(*each) for each in row.facts),
        grounds=dict(row.grounds),
        version=row.version,
        name=row.person.name,
        at=row.at,
    )


def written(session: Session, measurement_id: int) -> dict[str, Written]:
    """What inspectors wrote in the report of a measurement, by the key of the passage: one query."""
    rows = session.scalars(
        select(ReportText)
        .where(ReportText.measurement_id == measurement_id)
        .options(joinedload(ReportText.person))
        .order_by(ReportText.id)
        .execution_options(populate_existing=True)
    )
    return {row.key: _written(row.key, row) for row in rows}


def history(session: Session, measurement: Measurement, key: str) -> tuple[Written, ...]:
    """Every version of a passage, the newest first."""
    rows = session.scalars(
        select(ReportTextVersion)
        .join(ReportText, ReportText.id == ReportTextVersion.report_text_id)
        .where(ReportText.measurement_id == measurement.id, ReportText.key == key)
        .options(joinedload(ReportTextVersion.person))
        .order_by(ReportTextVersion.version.desc())
    )
    return tuple(_written(key, row) for row in rows)


def write(
    session: Session,
    measurement: Measurement,
    key: str,
    text: str | None,
    *,
    told: Sequence[Told] = (),
    grounds: Mapping[str, str] | None = None,
    by: By,
    seen_version: int,
) -> ReportText:
    """Keep what an inspector wrote for a passage; None gives it back to what writes itself.

    `seen_version` is the version that was on his screen, 0 for a passage that nobody had written. What is
    the same already stays, version and all, unless the counts or grounds that it tells are others.

    Raises NotAllowed; ChangedMeanwhile when a colleague wrote it meanwhile; Refused for a text that is empty
    or too long, or once the report is settled.
    """
    person, assignment = permit(by)
    hold(session, measurement)
    if text is not None:
        text = clean(text)
        if not text:
            raise Refused("De tekst is leeg. Schrijf iets, of kies de tekst die uit de gegevens volgt.")
        if len(text) > TEXT_LENGTH:
            raise Refused(f"De tekst mag {TEXT_LENGTH} tekens lang zijn. Kort de tekst in.")
    if not key or len(key) > KEY_LENGTH:
        raise Refused("Deze passage bestaat niet.")
    facts = [[each.key, each.form, each.words] for each in told]
    kept = dict(grounds or {})
    row = session.scalar(
        select(ReportText)
        .where(ReportText.measurement_id == measurement.id, ReportText.key == key)
        .execution_options(populate_existing=True)
    )
    if row is not None and (row.text, row.facts, row.grounds) == (text, facts, kept):
        return row
    if (row.version if row else 0) != seen_version:
        raise ChangedMeanwhile()
    if row is None:
        row = ReportText(measurement_id=measurement.id, key=key, version=0)
        session.add(row)
    row.text, row.facts, row.grounds = text, facts, kept
    row.version += 1
    row.person_id, row.assignment_id, row.at = person, assignment, by.at
    try:
        session.flush()
    except (StaleDataError, IntegrityError) as error:  # somebody came first between the look and the write
        raise ChangedMeanwhile() from error
    session.expire(row, ["person"])
    session.add(
        ReportTextVersion(
            report_text_id=row.id,
            version=row.version,
            text=text,
            facts=facts,
            grounds=kept,
            person_id=person,
            assignment_id=assignment,
            at=by.at,
        )
    )
    action = "write" if text is not None else "give_back"
    log.write(
        session,
        f"report_text.{action}",
        by,
        "report_text",
        row.id,
        measurement=measurement.id,
        version=row.version,
        passage=key,
    )
    session.flush()
    return row


def permit(by: By) -> tuple[int, int]:
    """Who writes, as person and assignment. Raises NotAllowed for a role that may not."""
    if by.person_id is None or by.assignment_id is None or not allowed(by.role, PERMISSION):
        raise NotAllowed()
    return by.person_id, by.assignment_id


def hold(session: Session, measurement: Measurement) -> None:
    """Hold the measurement until the transaction ends. Raises Refused once its report is settled."""
    lock(session, measurement)
    if measurement.state in SETTLED:
        raise Refused(
            f"Het rapport van deze meting staat vast (stand: {STATES[measurement.state].lower()})."
            " De tekst kan daarom niet meer wijzigen."
        )


def clean(text: str | None) -> str:
    """A text as it is kept: one kind of line end, letters as one character, nothing unseen or around it."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return _UNSEEN.sub("", unicodedata.normalize("NFC", lines)).strip()
