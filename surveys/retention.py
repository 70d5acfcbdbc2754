"""How long a measurement is kept: its term, its archive outside Meetlat, and destroying it after that.

A measurement goes as a whole, in one transaction, and leaves a record of what went. Its own row stays as a
stub, so that its code and number go on meaning something; what people, units and the follow-up hold in common
with other measurements stays as well. docs/decisions/021-terms.md tells why.

The verbs flush and never commit. Files go afterwards: `surveys.evidence.sweep`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, delete, func, literal, select, update
from sqlalchemy.orm import Session

from surveys import log, measurements
from surveys.acting import By, today
from surveys.errors import Refused
from surveys.measurements import DESTROYED
from surveys.models import (
    Assignment,
    Base,
    Destruction,
    KeptArchive,
    Measurement,
    MeasurementTransition,
    Person,
    Point,
    Recommendation,
    RetentionTerm,
    Task,
)
from surveys.permissions import ROLES

PERMISSION: Final = "retention.manage"
GROUND_LENGTH: Final = 1000
PLACE_LENGTH: Final = 500
MOST_YEARS: Final = 100
AT_ONCE: Final = 500
"""So many rows are in memory."""

OWNERS: Final[dict[str, tuple[str, str]]] = {
    **dict.fromkeys(
        (
            *("measurement_transition", "measurement_instrument", "dossier", "interview", "source", "offer"),
            *("judgement", "development", "working_list", "report_text", "recommendation", "report_version"),
            "interim_finding",
        ),
        ("measurement_id", "measurement"),
    ),
    **dict.fromkeys(
        (
            *("answer", "answer_upload", "discussion", "document", "dossier_transition", "held_post"),
            *("packed_answers", "presence", "reminder", "signature", "submission", "term_change"),
            *("unanswered_note", "visit_point"),
        ),
        ("dossier_id", "dossier"),
    ),
    **dict.fromkeys(("answer_document", "answer_label", "answer_version"), ("answer_id", "answer")),
    **dict.fromkeys(("attendee", "passage"), ("interview_id", "interview")),
    **dict.fromkeys(("report_signature", "report_step"), ("report_version_id", "report_version")),
    "citation": ("source_id", "source"),
    "development_factor": ("development_id", "development"),
    "discussion_message": ("discussion_id", "discussion"),
    "document_file": ("document_id", "document"),
    **dict.fromkeys(("interim_reply", "interim_step"), ("finding_id", "interim_finding")),
    "judgement_version": ("judgement_id", "judgement"),
    "offered_text": ("offer_id", "offer"),
    "passage_version": ("passage_id", "passage"),
    "reaction": ("offered_id", "offered_text"),
    "report_text_version": ("report_text_id", "report_text"),
    "returned_question": ("transition_id", "dossier_transition"),
    "settlement": ("reaction_id", "reaction"),
    "signed_answer": ("signature_id", "signature"),
}
"""The tables with rows of one measurement, which go with it: the column that leads there, and where to."""
STAYS: Final = frozenset({"origin", "outcome", "point", "retention_term", "kept_archive", "destruction"})
"""Tables that refer to a measurement, or to something of it, and whose rows stay."""
PASSING: Final = frozenset({"answer_upload", "held_post", "packed_answers", "presence"})
"""Of those that go, the ones that are in no archive: not taken over, waiting for an hour, or worked out."""

STATES: Final[dict[str, str]] = {
    "geen": "Geen termijn",
    "loopt": "Loopt",
    "verstreken": "Verstreken",
    "gearchiveerd": "Gearchiveerd",
    "vernietigd": "Vernietigd",
}
"""How a measurement stands, in the order in which it comes there."""


@dataclass(frozen=True)
class Kept:
    """A measurement with its term. `until`: the first day on which it may be destroyed, None when unknown.

    `archive` is the last one that was kept elsewhere.
    """

    measurement: Measurement
    term: RetentionTerm | None
    until: date | None
    archive: KeptArchive | None
    destruction: Destruction | None
    day: date

    @property
    def passed(self) -> bool:
        """Whether the term is over."""
        return self.until is not None and self.until <= self.day

    @property
    def state(self) -> str:
        """A key of STATES."""
        if self.destruction is not None:
            return "vernietigd"
        if self.passed:
            return "gearchiveerd" if self.archive else "verstreken"
        return "loopt" if self.term else "geen"


def every(session: Session, day: date) -> list[Kept]:
    """All measurements with their terms on a day, the newest first; in a fixed number of queries."""
    rows = session.scalars(select(Measurement).order_by(Measurement.period_from.desc(), Measurement.id)).all()
    return _kept(session, rows, day)


def of(session: Session, measurement: Measurement, day: date) -> Kept:
    """One measurement with its term."""
    return _kept(session, [measurement], day)[0]


def _kept(session: Session, rows: Iterable[Measurement], day: date) -> list[Kept]:
    found = list(rows)
    ids = [row.id for row in found]
    terms = _last(session, RetentionTerm, ids)
    archives = _last(session, KeptArchive, ids)
    gone = _last(session, Destruction, ids)
    asked = (
        select(MeasurementTransition.measurement_id, func.max(MeasurementTransition.at))
        .where(
            MeasurementTransition.to_state == "gepubliceerd", MeasurementTransition.measurement_id.in_(ids)
        )
        .group_by(MeasurementTransition.measurement_id)
    )
    published = {row[0]: row[1] for row in session.execute(asked)}
    return [
        Kept(
            measurement=row,
            term=terms.get(row.id),
            until=_until(terms.get(row.id), published.get(row.id)),
            archive=archives.get(row.id),
            destruction=gone.get(row.id),
            day=day,
        )
        for row in found
    ]


def _last(session: Session, kind: Any, ids: list[int]) -> dict[int, Any]:
    """The newest row of each measurement."""
    rows = session.scalars(select(kind).where(kind.measurement_id.in_(ids)).order_by(kind.id))
    return {row.measurement_id: row for row in rows}


def _until(term: RetentionTerm | None, published: datetime | None) -> date | None:
    if term is None or term.years is None:
        return None if term is None else term.keep_until
    return None if published is None else _later(today(published), term.years)


def _later(day: date, years: int) -> date:
    """The same day some years later; of 29 February the first day after it.

    >>> _later(date(2024, 2, 29), 1), _later(date(2024, 2, 29), 4)
    (datetime.date(2025, 3, 1), datetime.date(2028, 2, 29))
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def passed(session: Session, day: date) -> int:
    """How many measurements wait for somebody because their term is over."""
    return sum(each.state in {"verstreken", "gearchiveerd"} for each in every(session, day))


def set_term(
    session: Session,
    measurement: Measurement,
    *,
    keep_until: date | None,
    years: int | None,
    ground: str,
    by: By,
) -> RetentionTerm:
    """Keep a measurement until a day, or for some years after it was published; on a ground.

    Raises Refused for neither or both, for years that can't be, without a ground, and for what is destroyed.
    """
    ground = ground.strip()
    _not_destroyed(session, measurement)
    if (keep_until is None) == (years is None):
        raise Refused("Vul een datum in, of een aantal jaren na publicatie. Niet allebei.")
    if years is not None and not 0 <= years <= MOST_YEARS:
        raise Refused(f"Vul een aantal jaren in van 0 tot en met {MOST_YEARS}.")
    if not ground:
        raise Refused("Vul de grond in, zoals de selectielijst met het nummer van de categorie.")
    if len(ground) > GROUND_LENGTH:
        raise Refused(f"De grond mag {GROUND_LENGTH} tekens lang zijn. Kort hem in.")
    made = RetentionTerm(
        measurement_id=measurement.id, keep_until=keep_until, years=years, ground=ground, **_who(by)
    )
    session.add(made)
    until = keep_until.isoformat() if keep_until else None
    log.write(session, "retention.set", by, "measurement", measurement.id, until=until, years=years)
    session.flush()
    return made


def keep_archive(
    session: Session, measurement: Measurement, *, sha256: str, size: int, contents: str, place: str, by: By
) -> KeptArchive:
    """Note that the archive of a measurement is kept in a place and was read there.

    `contents` is what `contents_of` gave for the rows that are in it. Raises Refused before the term is over,
    without a place, and when the measurement changed since.
    """
    place = place.strip()
    _term_over(of(session, measurement, today(by.at)))
    if not place:
        raise Refused("Vul in waar het archief wordt bewaard.")
    if len(place) > PLACE_LENGTH:
        raise Refused(f"De plaats mag {PLACE_LENGTH} tekens lang zijn. Kort de tekst in.")
    if contents != contents_of(session, measurement):
        raise Refused("De meting is gewijzigd nadat dit archief werd gemaakt. Maak een nieuw archief.")
    made = KeptArchive(
        measurement_id=measurement.id, sha256=sha256, size=size, contents=contents, place=place, **_who(by)
    )
    session.add(made)
    session.flush()
    log.write(session, "retention.archive", by, "measurement", measurement.id, sha256=sha256)
    session.flush()
    return made


def outstanding(session: Session, measurement: Measurement, by: By) -> str | None:
    """Why this person can't destroy the measurement now, in Dutch; None when nothing stands in the way.

    Whether the measurement changed since its archive is left to `destroy`: that takes reading all of it.
    """
    kept = of(session, measurement, today(by.at))
    try:
        _term_over(kept)
    except Refused as refusal:
        return str(refusal)
    if kept.archive is None:
        return "Maak eerst het archief en leg vast waar het wordt bewaard."
    others = _holders(session, today(by.at)) - {by.person_id}
    if others and kept.archive.person_id == by.person_id:
        return (
            "U legde zelf vast dat het archief veilig is. Vernietigen doet een andere beheerder: zo kijken"
            " er altijd twee mensen mee."
        )
    return None


def _holders(session: Session, day: date) -> set[int]:
    """Everybody who may destroy on a day and can log in."""
    roles = [role.code for role in ROLES.values() if PERMISSION in role.may]
    rows = session.scalars(
        select(Assignment).join(Assignment.person).where(Assignment.role.in_(roles), Person.active)
    )
    return {row.person_id for row in rows if row.holds_on(day)}


def destroy(session: Session, measurement: Measurement, *, code: str, by: By) -> Destruction:
    """Destroy a measurement: everything of it but its own row, name and code. This can't be undone.

    `code` is the measurement's code as somebody typed it. Raises Refused for another code, for what
    `outstanding` names, and when the measurement is no longer what was archived.
    """
    measurements.lock(session, measurement)
    if (reason := outstanding(session, measurement, by)) is not None:
        raise Refused(reason)
    if code.strip() != measurement.code:
        raise Refused(f"Typ de code van de meting over: {measurement.code}.")
    kept = of(session, measurement, today(by.at))
    assert kept.archive is not None
    assert kept.term is not None
    if kept.archive.contents != contents_of(session, measurement):
        raise Refused("De meting is gewijzigd nadat het archief werd gemaakt. Maak een nieuw archief.")
    gone = {table.name: _gone(session, table, measurement) for table in _tables()}
    made = Destruction(
        measurement_id=measurement.id,
        archive_id=kept.archive.id,
        ground=kept.term.ground,
        gone={name: each for name, each in gone.items() if each["count"]},
        **_who(by),
    )
    session.add(made)
    session.flush()  # from here on the triggers let the rows go
    _let_go_of(session, measurement)
    # what is passing first: a trigger takes packed answers away with the first answer that goes
    last_first = _tables()[::-1]
    for table in sorted(last_first, key=lambda each: each.name not in PASSING):
        _delete(session, table, measurement, gone[table.name]["count"])
    measurement.state = DESTROYED
    measurement.question = measurement.scope = measurement.discussed_with = None
    rows = sum(each["count"] for each in gone.values())
    log.write(
        session, "retention.destroy", by, "measurement", measurement.id, sha256=kept.archive.sha256, rows=rows
    )
    session.flush()
    session.expire_all()
    return made


def _who(by: By) -> dict[str, Any]:
    return {"person_id": by.person_id, "assignment_id": by.assignment_id, "at": by.at}


def _not_destroyed(session: Session, measurement: Measurement) -> None:
    if measurement.state == DESTROYED:
        raise Refused(f"De meting {measurement.name} is vernietigd. Er is niets meer om te bewaren.")


def _term_over(kept: Kept) -> None:
    if kept.destruction is not None:
        raise Refused(f"De meting {kept.measurement.name} is al vernietigd.")
    if kept.term is None:
        raise Refused("Deze meting heeft nog geen bewaartermijn. Stel die eerst in.")
    if kept.until is None:
        raise Refused("De bewaartermijn begint bij de publicatie, en de meting is nog niet gepubliceerd.")
    if not kept.passed:
        raise Refused(f"De bewaartermijn loopt nog, tot {kept.until:%d-%m-%Y}.")


def _tables() -> list[Table]:
    """The tables whose rows go, those that others refer to first."""
    return [table for table in Base.metadata.sorted_tables if table.name in OWNERS]


def rows_of(table: Table, measurement: Measurement) -> ColumnElement[bool]:
    """Which rows of a table of OWNERS are of a measurement."""
    column, owner = OWNERS[table.name]
    if owner == "measurement":
        return table.c[column] == measurement.id
    above = Base.metadata.tables[owner]
    return table.c[column].in_(select(above.c.id).where(rows_of(above, measurement)))


def contents_of(session: Session, measurement: Measurement) -> str:
    """The fingerprint (SHA-256) of all that is the measurement's own and goes into its archive."""
    found = hashlib.sha256()
    own = Base.metadata.tables["measurement"]
    session.flush()
    for table, mine in [
        (own, own.c.id == measurement.id),
        *((table, rows_of(table, measurement)) for table in _tables() if table.name not in PASSING),
    ]:
        found.update(f"{table.name}\n".encode())
        asked = select(table).where(mine).order_by(*table.primary_key)
        for row in session.execute(asked.execution_options(yield_per=AT_ONCE)):
            found.update(json.dumps(list(row), default=str, separators=(",", ":")).encode() + b"\n")
    return found.hexdigest()


def _gone(session: Session, table: Table, measurement: Measurement) -> dict[str, Any]:
    """How many rows of a table go, and the stretches of their ids."""
    mine = rows_of(table, measurement)
    if "id" not in table.c:
        return {"count": session.scalar(select(func.count()).select_from(table).where(mine))}
    ids = session.scalars(select(table.c.id).where(mine).order_by(table.c.id)).all()
    return {"count": len(ids), "ids": stretches(ids)}


def stretches(ids: Iterable[int]) -> list[list[int]]:
    """Numbers in order as stretches, from the first up to and including the last of each.

    >>> stretches([1, 2, 3, 7, 9, 10])
    [[1, 3], [7, 7], [9, 10]]
    """
    found: list[list[int]] = []
    for number in ids:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def _let_go_of(session: Session, measurement: Measurement) -> None:
    """Take away what refers to the measurement and is not its own: points of the follow-up, tasks."""
    mine = select(Recommendation.id).where(Recommendation.measurement_id == measurement.id)
    session.execute(
        update(Point)
        .where(Point.recommendation_id.in_(mine))
        .values(recommendation_id=None)
        .execution_options(synchronize_session=False)
    )
    asked = [
        number
        for number, arguments in session.execute(select(Task.id, Task.arguments)).all()
        if isinstance(arguments, dict) and arguments.get("measurement") in (measurement.id, measurement.code)
    ]
    for number in asked:
        session.execute(delete(Task).where(Task.id == number).execution_options(synchronize_session=False))


def _delete(session: Session, table: Table, measurement: Measurement, expected: int) -> None:
    """Delete the rows of a table. Raises Refused when there are others than were counted."""
    deleted = session.execute(delete(table).where(rows_of(table, measurement)))
    if deleted.rowcount != expected:  # type: ignore[attr-defined]
        raise Refused("Er kwam intussen iets bij deze meting bij. Er is niets vernietigd. Begin opnieuw.")


def gone_ids(session: Session) -> Mapping[str, list[list[int]]]:
    """The stretches of ids of everything that was destroyed, by table: the log may still tell of them."""
    found: dict[str, list[list[int]]] = {}
    for gone in session.scalars(select(Destruction.gone)):
        for name, each in gone.items():
            found.setdefault(name, []).extend(each.get("ids", ()))
    return found


def is_gone(gone: Mapping[str, list[list[int]]], table: str, number: int) -> bool:
    """Whether a row was destroyed, by what `gone_ids` gave."""
    return any(first <= number <= last for first, last in gone.get(table, ()))


def half_destroyed(session: Session) -> Iterator[int]:
    """The measurements that are destroyed by their state or by a record, but not wholly and not by both."""
    recorded = set(session.scalars(select(Destruction.measurement_id)))
    stated = set(session.scalars(select(Measurement.id).where(Measurement.state == DESTROYED)))
    for number in sorted(recorded | stated):
        row = session.get_one(Measurement, number)
        if number not in recorded & stated or any(_some(session, table, row) for table in _tables()):
            yield number


def _some(session: Session, table: Table, measurement: Measurement) -> bool:
    found = select(literal(1)).select_from(table).where(rows_of(table, measurement)).limit(1)
    return session.scalar(found) is not None
