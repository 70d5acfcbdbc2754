"""Reminding respondents: what is open in each dossier and for whom, and which reminders were given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from surveys import completeness, dossiers, log, measurements
from surveys.acting import By
from surveys.completeness import FactorProgress
from surveys.errors import NotAllowed, Refused
from surveys.measurements import instrument_of
from surveys.models import (
    Assignment,
    Discussion,
    Dossier,
    Measurement,
    Person,
    Reminder,
    Signature,
    Unit,
)
from surveys.permissions import allowed
from surveys.reports.source import answers_of

PERMISSION = "measurement.manage"
TEXT_LENGTH = 10_000
"""The most characters of a reminder."""
CHANNELS = {"mail": "per e-mail", "kopie": "om te kopiëren"}
"""How a reminder is given, in Dutch."""


@dataclass(frozen=True)
class Waiting:
    """A question to a role that has no answer yet: codes of the questionnaire's questions."""

    role: str
    questions: tuple[str, ...]


@dataclass(frozen=True)
class OpenWork:
    """What is still to be done in one dossier, and by whom.

    `unready`: the factors that lack something. `waiting`: who was asked something in a thread. `unsigned`:
    the roles that have not agreed. `acting`: the roles that must do something now; `people`: who holds those
    and can log in. `days`: until the term, below 0 when it has passed, None without a term.
    """

    dossier: Dossier
    unready: tuple[FactorProgress, ...]
    factors: int
    waiting: tuple[Waiting, ...]
    unsigned: tuple[str, ...]
    acting: tuple[str, ...]
    people: tuple[Person, ...]
    days: int | None

    @property
    def points(self) -> int:
        """How many points are open."""
        return sum(len(each.points) for each in self.unready)


@dataclass(frozen=True)
class Given:
    """How often a dossier was reminded of, and when last. Several people at one moment count as once."""

    count: int
    last_at: datetime


def open_work(session: Session, measurement: Measurement, day: date) -> list[OpenWork]:
    """What is open in every dossier that can still be filled in: a fixed number of queries.

    Empty when the measurement asks nothing of respondents.
    """
    if measurement.state not in measurements.ANSWERING:
        return []
    found = session.scalars(
        select(Dossier)
        .join(Dossier.unit)
        .where(Dossier.measurement_id == measurement.id, Dossier.state.in_(dossiers.OPEN))
        .order_by(Unit.kind.desc(), Unit.code)
    ).all()
    ids = [row.id for row in found]
    answers, agreed, threads = answers_of(session, ids), signed(session, ids), _threads(session, ids)
    held = holders(session, [row.unit_id for row in found], day)
    works = []
    for row in found:
        instrument = instrument_of(row.pinned)
        progress = completeness.progress(instrument, answers.get(row.id, {}))
        unsigned = tuple(role for role in instrument.roles if role not in agreed.get(row.id, set()))
        # who agreed to what is complete needs do nothing; all agreed: somebody has to hand it in
        acting = unsigned if progress.complete and unsigned else instrument.roles
        people = dict.fromkeys(p for role in acting for p in held.get((row.unit_id, role), ()))
        works.append(
            OpenWork(
                dossier=row,
                unready=tuple(each for each in progress.factors if each.points),
                factors=len(progress.factors),
                waiting=tuple(Waiting(role, tuple(codes)) for role, codes in threads.get(row.id, {}).items()),
                unsigned=unsigned,
                acting=tuple(acting),
                people=tuple(people),
                days=(row.due_on - day).days if row.due_on else None,
            )
        )
    return works


def signed(session: Session, ids: Sequence[int]) -> dict[int, set[str]]:
    """Which roles agreed, by dossier."""
    found: dict[int, set[str]] = {}
    for dossier_id, role in session.execute(
        select(Signature.dossier_id, Signature.role).where(
            Signature.dossier_id.in_(ids), Signature.voided_at.is_(None)
        )
    ):
        found.setdefault(dossier_id, set()).add(role)
    return found


def _threads(session: Session, ids: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    found: dict[int, dict[str, list[str]]] = {}
    for dossier_id, role, code in session.execute(
        select(Discussion.dossier_id, Discussion.waits_for, Discussion.question)
        .where(
            Discussion.dossier_id.in_(ids),
            Discussion.waits_for.is_not(None),
            Discussion.settled_at.is_(None),
        )
        .order_by(Discussion.question)
    ):
        found.setdefault(dossier_id, {}).setdefault(role or "", []).append(code)
    return found


def holders(
    session: Session, unit_ids: Iterable[int], day: date
) -> dict[tuple[int, str], tuple[Person, ...]]:
    """Who holds each role for each unit on a day and can log in: (unit id, role) -> people, each once."""
    rows = session.scalars(
        select(Assignment)
        .join(Assignment.person)
        .options(joinedload(Assignment.person))
        .where(Assignment.unit_id.in_(list(unit_ids)), Person.active)
        .order_by(Assignment.id)
    )
    found: dict[tuple[int, str], tuple[Person, ...]] = {}
    for row in rows:
        if row.unit_id is not None and row.holds_on(day):
            key = (row.unit_id, row.role)
            found[key] = tuple(dict.fromkeys((*found.get(key, ()), row.person)))
    return found


def given(session: Session, measurement: Measurement) -> Mapping[int, Given]:
    """How often each dossier of a measurement was reminded of, by its id; those never are left out."""
    rows = session.execute(
        select(Reminder.dossier_id, func.count(Reminder.at.distinct()), func.max(Reminder.at))
        .join(Dossier, Dossier.id == Reminder.dossier_id)
        .where(Dossier.measurement_id == measurement.id)
        .group_by(Reminder.dossier_id)
    )
    return {dossier_id: Given(count, at) for dossier_id, count, at in rows}


def history(session: Session, measurement: Measurement) -> list[tuple[Unit, Reminder]]:
    """Every reminder in a measurement, newest first, with the unit that it is about."""
    rows = session.execute(
        select(Unit, Reminder)
        .join(Dossier, Dossier.id == Reminder.dossier_id)
        .join(Unit, Unit.id == Dossier.unit_id)
        .where(Dossier.measurement_id == measurement.id)
        .options(joinedload(Reminder.to), joinedload(Reminder.person))
        .order_by(Reminder.id.desc())
    )
    return [(unit, row) for unit, row in rows]


def last_id(session: Session, measurement: Measurement) -> int:
    """The number of the last reminder in a measurement; 0 when there is none."""
    return (
        session.scalar(
            select(func.max(Reminder.id))
            .join(Dossier, Dossier.id == Reminder.dossier_id)
            .where(Dossier.measurement_id == measurement.id)
        )
        or 0
    )


def remind(
    session: Session, dossier: Dossier, to: Sequence[Person], text: str, channel: str, *, by: By
) -> list[Reminder]:
    """Keep that people were reminded of a dossier, in which words and how (a key of CHANNELS): a row each.

    Raises Refused for a text that is empty or too long, for nobody, and for a dossier that asks nothing of
    respondents any more; NotAllowed for a role that may not.
    """
    if not allowed(by.role, PERMISSION):
        raise NotAllowed()
    if channel not in CHANNELS:
        raise ValueError(channel)
    dossiers.lock(session, dossier)
    name, text = dossier.unit.name, text.strip()
    if dossier.state not in dossiers.OPEN or dossier.measurement.state not in measurements.ANSWERING:
        raise Refused(
            f"{name} hoeft niets meer te doen: de vragenlijst is ingeleverd of de meting is gesloten."
        )
    if not to:
        raise Refused(f"Voor {name} is nog niemand uitgenodigd. Nodig eerst iemand uit.")
    if not text:
        raise Refused(f"De tekst voor {name} is leeg. Vul een tekst in, of haal het vinkje weg.")
    if len(text) > TEXT_LENGTH:
        raise Refused(f"De tekst voor {name} mag {TEXT_LENGTH} tekens lang zijn. Kort hem in.")
    rows = [
        Reminder(
            dossier_id=dossier.id,
            to_id=person.id,
            text=text,
            channel=channel,
            person_id=by.person_id,
            assignment_id=by.assignment_id,
            at=by.at,
        )
        for person in to
    ]
    session.add_all(rows)
    session.flush()
    for row in rows:
        log.write(
            session,
            "dossier.remind",
            by,
            "dossier",
            dossier.id,
            reminder=row.id,
            to=row.to_id,
            channel=channel,
        )
    session.flush()
    return rows
