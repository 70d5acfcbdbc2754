"""The response to a measurement: every dossier with how far it is and who must act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import completeness, dossiers, reminding
from surveys.measurements import ANSWERING, instrument_of
from surveys.models import Dossier, Measurement, Unit
from surveys.permissions import ROLES
from surveys.reminding import Given
from surveys.reports.source import UnitInfo, answers_of, parents

NOBODY = "niemand uitgenodigd"
INSPECTORS = "Inspectie"


@dataclass(frozen=True)
class Actor:
    """Who must act: a role, and the names of those who hold it today and can log in."""

    role: str
    names: tuple[str, ...]
    short: str = ""

    @property
    def brief(self) -> str:
        """The same for a narrow table, with the short name of the role."""
        return f"{self.short or self.role}: {', '.join(self.names) or NOBODY}"

    @property
    def words(self) -> str:
        """The role with its names, or that nobody was invited."""
        return f"{self.role}: {', '.join(self.names) or NOBODY}"


@dataclass(frozen=True)
class Response:
    """One dossier: `done` of `asked` questions answered, the points that are open, and the rest.

    `actors` is empty when nobody has to do anything; `inspectors` says that the inspectors have to.
    `reminded`: how often respondents were reminded and when last; None when never.
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
    reminded: Given | None

    @property
    def state_label(self) -> str:
        """The state in Dutch."""
        return dossiers.STATES[self.state]

    @property
    def brief(self) -> tuple[str, ...]:
        """Who must act, for a narrow table."""
        return (INSPECTORS,) if self.inspectors else tuple(actor.brief for actor in self.actors)

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
    "herinnerd": lambda row: row.reminded.last_at.timestamp() if row.reminded else 0.0,
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
    signed = reminding.signed(session, [row.id for row in found])
    held = reminding.holders(session, [row.unit_id for row in found], day)
    given = reminding.given(session, measurement)
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
                actors=tuple(
                    Actor(
                        ROLES[role].label,
                        tuple(person.name for person in held.get((row.unit_id, role), ())),
                        ROLES[role].short,
                    )
                    for role in roles
                )
                if is_open and answering
                else (),
                inspectors=not is_open and row.state != "afgesloten",
                reminded=given.get(row.id),
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
