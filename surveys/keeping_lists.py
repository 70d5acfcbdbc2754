"""Keeping working lists: save under a name, change, copy, share with the other inspectors, remove."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from surveys import log
from surveys.acting import By
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.models import Measurement, WorkingList
from surveys.working_lists import Definition

NAME_LENGTH = 200


@dataclass(frozen=True)
class Kept:
    """The lists of a measurement that somebody sees: the own ones, and what others share."""

    own: tuple[WorkingList, ...]
    shared: tuple[WorkingList, ...]


def kept(session: Session, measurement: Measurement, person_id: int) -> Kept:
    """The lists that a person sees, by name."""
    rows = session.scalars(
        select(WorkingList)
        .where(
            WorkingList.measurement_id == measurement.id,
            or_(WorkingList.person_id == person_id, WorkingList.shared),
        )
        .options(joinedload(WorkingList.person))
        .order_by(WorkingList.name, WorkingList.id)
    ).all()
    return Kept(
        own=tuple(row for row in rows if row.person_id == person_id),
        shared=tuple(row for row in rows if row.person_id != person_id),
    )


def find(session: Session, measurement: Measurement, number: int, person_id: int) -> WorkingList | None:
    """A list of a measurement that a person may see, by its number."""
    return session.scalar(
        select(WorkingList)
        .where(
            WorkingList.id == number,
            WorkingList.measurement_id == measurement.id,
            or_(WorkingList.person_id == person_id, WorkingList.shared),
        )
        .options(joinedload(WorkingList.person))
    )


def save(
    session: Session, measurement: Measurement, name: str, definition: Definition, *, shared: bool, by: By
) -> WorkingList:
    """Keep a list under a name. Raises Refused for a name that is empty, too long or taken by one's own."""
    person = _person(by)
    row = WorkingList(
        measurement_id=measurement.id,
        name=_name(name),
        definition=definition.as_json(),
        shared=shared,
        person_id=person,
        at=by.at,
    )
    _put(session, row)
    log.write(session, "list.save", by, "working_list", row.id, shared=shared)
    return row


def change(
    session: Session,
    row: WorkingList,
    name: str,
    definition: Definition,
    *,
    shared: bool,
    seen: datetime,
    by: By,
) -> None:
    """Change one's own list as it was at `seen`.

    Raises NotAllowed for somebody else's, ChangedMeanwhile when it was changed after `seen` (in another
    window), and Refused as `save` does.
    """
    _own(row, by)
    if session.scalar(select(WorkingList.at).where(WorkingList.id == row.id).with_for_update()) != seen:
        raise ChangedMeanwhile()
    row.name, row.definition, row.shared, row.at = _name(name), definition.as_json(), shared, by.at
    _put(session, row)
    log.write(session, "list.change", by, "working_list", row.id, shared=shared)


def share(session: Session, row: WorkingList, shared: bool, *, by: By) -> None:
    """Let the other inspectors see one's own list, or no longer. Raises NotAllowed for somebody else's."""
    _own(row, by)
    if row.shared != shared:
        row.shared, row.at = shared, by.at
        session.flush()
        log.write(session, "list.share", by, "working_list", row.id, shared=shared)


def copy(session: Session, measurement: Measurement, row: WorkingList, *, by: By) -> WorkingList:
    """Make a list of one's own of any list, under a name that one has not used yet."""
    person = _person(by)
    taken = set(
        session.scalars(
            select(WorkingList.name).where(
                WorkingList.measurement_id == measurement.id, WorkingList.person_id == person
            )
        )
    )
    number, name = 1, ""
    while not name or name in taken:
        tail = " (kopie)" if number == 1 else f" (kopie {number})"
        name, number = row.name[: NAME_LENGTH - len(tail)] + tail, number + 1
    made = WorkingList(
        measurement_id=measurement.id,
        name=name,
        definition=row.definition,
        shared=False,
        person_id=person,
        at=by.at,
    )
    _put(session, made)
    log.write(session, "list.copy", by, "working_list", made.id, of=row.id)
    return made


def remove(session: Session, row: WorkingList, *, by: By) -> None:
    """Remove one's own list. Raises NotAllowed for somebody else's."""
    _own(row, by)
    log.write(session, "list.remove", by, "working_list", row.id)
    session.delete(row)
    session.flush()


def _person(by: By) -> int:
    if by.person_id is None:
        raise NotAllowed()
    return by.person_id


def _own(row: WorkingList, by: By) -> None:
    if row.person_id != _person(by):
        raise NotAllowed()


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused("Geef de werklijst een naam.")
    if len(name) > NAME_LENGTH:
        raise Refused(f"De naam mag {NAME_LENGTH} tekens lang zijn. Kort hem in.")
    return name


def _put(session: Session, row: WorkingList) -> None:
    taken = session.scalar(
        select(WorkingList.id).where(
            WorkingList.measurement_id == row.measurement_id,
            WorkingList.person_id == row.person_id,
            WorkingList.name == row.name,
            WorkingList.id != (row.id or 0),
        )
    )
    try:
        if taken is not None:
            raise Refused("U hebt al een werklijst met deze naam. Kies een andere naam.")
        session.add(row)
        session.flush()
    except IntegrityError as error:  # the same name, from another window at the same moment
        raise Refused("U hebt al een werklijst met deze naam. Kies een andere naam.") from error
