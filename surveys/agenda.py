"""The visits and interviews of a measurement, beside the units that have none: a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from surveys import interviews
from surveys.models import Dossier, Interview, Measurement
from surveys.reports.source import UnitInfo, parents

NONE = "geen"
NONE_LABEL = "Nog geen bezoek"
STATES = {NONE: NONE_LABEL, **interviews.STATES}
"""What the list can be narrowed to."""


@dataclass(frozen=True)
class Row:
    """A visit or interview, or (without `id`) a unit that has none. `unit`: None where it has no dossier."""

    id: int | None
    unit: UnitInfo | None
    name: str
    brigade: str
    held_on: date | None
    kind_label: str
    place: str
    attendees: tuple[str, ...]
    state: str

    @property
    def state_label(self) -> str:
        """The state in Dutch."""
        return STATES[self.state]


SORTS: dict[str, Callable[[Row], Any]] = {
    "datum": lambda row: (row.held_on is None, row.held_on or date.min),
    "met": lambda row: row.name,
    "brigade": lambda row: row.brigade,
    "stand": lambda row: list(STATES).index(row.state),
}
"""By what the list can be sorted."""


@dataclass(frozen=True)
class Agenda:
    """The rows as they were asked for; `counts` has how many there are of each state, whatever is shown."""

    rows: tuple[Row, ...]
    counts: dict[str, int]
    brigades: tuple[str, ...]
    sort: str
    down: bool


def agenda(
    session: Session,
    measurement: Measurement,
    *,
    state: str | None = None,
    brigade: str | None = None,
    sort: str = "datum",
    down: bool = False,
) -> Agenda:
    """Read the list. A sort or a state that there is not is taken for none."""
    belongs = parents(session, measurement)
    found = [_visit(each, belongs, measurement) for each in interviews.of_measurement(session, measurement)]
    found += [_missing(each, belongs, measurement) for each in interviews.without(session, measurement)]
    counts = {code: sum(row.state == code for row in found) for code in STATES}
    shown = [
        row
        for row in found
        if (state not in STATES or row.state == state) and (not brigade or row.brigade == brigade)
    ]
    sort = sort if sort in SORTS else "datum"
    shown.sort(key=SORTS[sort], reverse=down)
    return Agenda(
        tuple(shown),
        {code: number for code, number in counts.items() if number},
        tuple(sorted({row.brigade for row in found if row.brigade})),
        sort,
        down,
    )


def _visit(row: Interview, belongs: Any, measurement: Measurement) -> Row:
    unit = _unit(row.dossier, measurement)
    return Row(
        row.id,
        unit,
        unit.name if unit else (row.subject or ""),
        _brigade(unit, belongs),
        row.held_on,
        interviews.KINDS[row.kind],
        row.place or "",
        tuple(
            f"{each.name} ({each.position or interviews.SIDES[each.side].lower()})" for each in row.attendees
        ),
        row.state,
    )


def _missing(row: Dossier, belongs: Any, measurement: Measurement) -> Row:
    unit = UnitInfo.of(row.unit, measurement.period_until)
    return Row(None, unit, unit.name, _brigade(unit, belongs), None, "", "", (), NONE)


def _unit(dossier: Dossier | None, measurement: Measurement) -> UnitInfo | None:
    return None if dossier is None else UnitInfo.of(dossier.unit, measurement.period_until)


def _brigade(unit: UnitInfo | None, belongs: Any) -> str:
    parent = belongs.get(unit.code) if unit else None
    return parent.name if parent else ""
