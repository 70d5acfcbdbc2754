"""The response to a measurement: every dossier with how far it is and who must act."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from surveys import completeness, dossiers
from surveys.measurements import ANSWERING, instrument_of
from surveys.models import Assignment, Dossier, Measurement, Person, Signature, Unit
from surveys.permissions import ROLES
from surveys.reports.source import UnitInfo, answers_of, parents

NOBODY = "niemand uitgenodigd"
INSPECTORS = "Inspectie"


@dataclass(frozen=True)
class Actor:
    """Who must act: a role, and the names of those who hold it today and can log in."""

    role: str
    names: tuple[str, ...]

    @property
    def words(self) -> str:
        """The role with its names, or that nobody was invited."""
        return f"{self.role}: {', '.join(self.names) or NOBODY}"


@dataclass(frozen=True)
class Response:
    """One dossier: `done` of `asked` questions answered, the points that are open, and the rest.

    `actors` is empty when nobody has to do anything; `inspectors` says that the inspectors have to.
    """

    unit: UnitInfo
    brigade: UnitInfo | None
    state: str
    done: int
    asked: int
    points: int
    last_activity_at: datetime
    due_on: date | None
    late: bool
    actors: tuple[Actor, ...]
    inspectors: bool

    @property
    def state_label(self) -> str:
        """The state in Dutch."""
        return dossiers.STATES[self.state]

    @property
    def who(self) -> tuple[str, ...]:
        """Who must act, in words."""
        return (INSPECTORS,) if self.inspectors else tuple(actor.words for actor in self.actors)


@dataclass(frozen=True)
class Monitor:
    """The dossiers that are shown, and what can be chosen: brigades and states with how many there are.

    `total` counts all dossiers of the measurement, `submitted` those that were handed in.
    """

    rows: tuple[Response, ...]
    brigades: tuple[UnitInfo, ...]
    states: Mapping[str, int]
    total: int
    submitted: int
    sort: str
    down: bool


_LAST = date.max
SORTS: dict[str, Callable[[Response], Any]] = {
    "eenheid": lambda row: row.unit.code,
    "stand": lambda row: list(dossiers.STATES).index(row.state),
    "ingevuld": lambda row: row.done / row.asked if row.asked else 0.0,
    "open": lambda row: row.points,
    "activiteit": lambda row: row.last_activity_at,
    "termijn": lambda row: row.due_on or _LAST,
}
"""What the table can be sorted by."""


def monitor(
    session: Session,
    measurement: Measurement,
    day: date,
    *,
    brigade: str | None = None,
    state: str | None = None,
    sort: str = "eenheid",
    down: bool = False,
) -> Monitor:
    """Read the response: a fixed number of queries, however many units take part.

    `brigade` (a unit's code) and `state` narrow the rows; what does not exist narrows nothing.
    """
    found = session.scalars(
        select(Dossier)
        .join(Dossier.unit)
        .where(Dossier.measurement_id == measurement.id)
        .order_by(Unit.kind.desc(), Unit.code)
    ).all()
    answers = answers_of(session, [row.id for row in found])
    signed = _signed(session, [row.id for row in found])
    held = _held(session, [row.unit_id for row in found], day)
    above = parents(session, measurement)
    answering = measurement.state in ANSWERING
    rows = []
    for row in found:
        instrument = instrument_of(row.pinned)
        progress = completeness.progress(instrument, answers.get(row.id, {}))
        is_open = row.state in dossiers.OPEN
        roles = [role for role in instrument.roles if role not in signed.get(row.id, set())]
        if not roles or not progress.complete:
            roles = list(instrument.roles)
        rows.append(
            Response(
                unit=UnitInfo.of(row.unit, measurement.period_until),
                brigade=above.get(row.unit.code),
                state=row.state,
                done=sum(factor.answered for factor in progress.factors),
                asked=sum(factor.asked for factor in progress.factors),
                points=len(progress.points),
                last_activity_at=row.last_activity_at,
                due_on=row.due_on,
                late=is_open and answering and row.due_on is not None and row.due_on < day,
                actors=tuple(Actor(ROLES[role].label, held.get((row.unit_id, role), ())) for role in roles)
                if is_open and answering
                else (),
                inspectors=not is_open and row.state != "afgesloten",
            )
        )
    brigades = {row.brigade.code: row.brigade for row in rows if row.brigade}
    counts = {code: sum(row.state == code for row in rows) for code in dossiers.STATES}
    sort = sort if sort in SORTS else "eenheid"
    shown = [
        row
        for row in rows
        if (brigade not in brigades or (row.brigade is not None and row.brigade.code == brigade))
        and (state not in dossiers.STATES or row.state == state)
    ]
    if sort != "eenheid" or down:  # the order in which they come has regions before commanders
        shown.sort(key=SORTS[sort], reverse=down)
    return Monitor(
        rows=tuple(shown),
        brigades=tuple(brigades[code] for code in sorted(brigades)),
        states={code: count for code, count in counts.items() if count},
        total=len(rows),
        submitted=sum(row.state in dossiers.SUBMITTED for row in rows),
        sort=sort,
        down=down,
    )


def _signed(session: Session, ids: Sequence[int]) -> dict[int, set[str]]:
    """Which roles agreed, by dossier."""
    found: dict[int, set[str]] = {}
    for dossier_id, role in session.execute(
        select(Signature.dossier_id, Signature.role).where(
            Signature.dossier_id.in_(ids), Signature.voided_at.is_(None)
        )
    ):
        found.setdefault(dossier_id, set()).add(role)
    return found


def _held(session: Session, unit_ids: Sequence[int], day: date) -> dict[tuple[int, str], tuple[str, ...]]:
    """The names of who holds each role for each unit on a day and can log in."""
    rows = session.scalars(
        select(Assignment)
        .join(Assignment.person)
        .options(joinedload(Assignment.person))
        .where(Assignment.unit_id.in_(unit_ids), Person.active)
        .order_by(Assignment.id)
    )
    found: dict[tuple[int, str], tuple[str, ...]] = {}
    for row in rows:
        if row.unit_id is not None and row.holds_on(day):
            found[row.unit_id, row.role] = (*found.get((row.unit_id, row.role), ()), row.person.name)
    return found
