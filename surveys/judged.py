"""Judgements as pages and files show them, and the board: every dossier and factor with how far it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from surveys import dossiers, judging
from surveys.instruments import Factor, Instrument
from surveys.measurements import instrument_of
from surveys.models import Dossier, Judgement, Measurement, Unit
from surveys.reports.levels import Mark, marks
from surveys.reports.source import UnitInfo, parents


@dataclass(frozen=True)
class Judged:
    """A judgement in words: its level and what the answers proposed when it was written, as marks.

    `proposal` is None where the answers proposed nothing, `level` where none was chosen yet.
    """

    factor: str
    state: str
    version: int
    level: Mark | None
    proposal: Mark | None
    motivation: str | None
    finding: str | None
    attention: str | None
    basis: str
    drafted_by_id: int
    drafted_by: str
    drafted_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None

    @property
    def state_label(self) -> str:
        """The state in Dutch."""
        return judging.STATES[self.state]

    @property
    def differs(self) -> bool:
        """Whether its level is another one than was proposed, or nothing was proposed."""
        return self.level is not None and self.level != self.proposal

    @property
    def confirmed(self) -> bool:
        """Whether a second inspector confirmed it."""
        return self.state == "vastgesteld"


def judged(instrument: Instrument, row: Judgement) -> Judged:
    """Take a judgement from its row, with the levels of a questionnaire."""
    found = marks(instrument)
    return Judged(
        factor=row.factor,
        state=row.state,
        version=row.version,
        level=found[row.level] if row.level else None,
        proposal=found[row.proposal] if row.proposal else None,
        motivation=row.motivation,
        finding=row.finding,
        attention=row.attention,
        basis=row.basis,
        drafted_by_id=row.drafted_by_id,
        drafted_by=row.drafted_by.name,
        drafted_at=row.drafted_at,
        confirmed_by=row.confirmed_by.name if row.confirmed_by else None,
        confirmed_at=row.confirmed_at,
    )


def confirmed_in(session: Session, dossier: Dossier) -> dict[str, Judged]:
    """The confirmed judgements of a dossier by factor."""
    instrument = instrument_of(dossier.pinned)
    rows = judging.confirmed(session, [dossier.id])
    return {factor: judged(instrument, row) for (_, factor), row in rows.items()}


def of_measurement(session: Session, measurement: Measurement) -> list[Judgement]:
    """All judgements of a measurement's dossiers with who wrote and confirmed them, in one query."""
    return list(
        session.scalars(
            select(Judgement)
            .where(Judgement.measurement_id == measurement.id, Judgement.dossier_id.is_not(None))
            .options(
                joinedload(Judgement.drafted_by),
                joinedload(Judgement.drafted_as),
                joinedload(Judgement.confirmed_by),
            )
            .order_by(Judgement.id)
        )
    )


@dataclass(frozen=True)
class Viewer:
    """Who looks at the board, for what waits for them."""

    person_id: int | None
    organisation_id: int | None


@dataclass(frozen=True)
class Place:
    """One factor of one dossier: its judgement (None: not written), or not `asked` of this unit at all.

    `waits`: whoever looks must act. `outdated`: answers changed after it was written.
    """

    asked: bool
    judged: Judged | None = None
    waits: bool = False
    outdated: bool = False


@dataclass(frozen=True)
class BoardRow:
    """One dossier with its factors, in the order of the board's."""

    unit: UnitInfo
    brigade: UnitInfo | None
    state: str
    places: tuple[Place, ...]

    @property
    def state_label(self) -> str:
        """The state of the dossier in Dutch."""
        return dossiers.STATES[self.state]

    @property
    def asked(self) -> int:
        """How many factors are judged for this unit."""
        return sum(place.asked for place in self.places)

    @property
    def confirmed(self) -> int:
        """How many of them have a confirmed judgement."""
        return sum(place.judged is not None and place.judged.confirmed for place in self.places)

    @property
    def waits(self) -> int:
        """How many wait for whoever looks."""
        return sum(place.waits for place in self.places)


@dataclass(frozen=True)
class Board:
    """The rows that are shown and the factors above them; the counts are of all dossiers.

    `states` counts judgements by state, `unwritten` the factors without one, `waits` those for the viewer.
    """

    factors: tuple[Factor, ...]
    rows: tuple[BoardRow, ...]
    brigades: tuple[UnitInfo, ...]
    states: Mapping[str, int]
    unwritten: int
    waits: int
    total: int
    sort: str
    down: bool


SORTS: dict[str, Callable[[BoardRow], Any]] = {
    "eenheid": lambda row: row.unit.code,
    "brigade": lambda row: row.brigade.name if row.brigade else "",
    "stand": lambda row: list(dossiers.STATES).index(row.state),
    "vastgesteld": lambda row: row.confirmed,
    "wacht": lambda row: row.waits,
}
"""What the board can be sorted by."""


def board(
    session: Session,
    measurement: Measurement,
    viewer: Viewer,
    *,
    brigade: str | None = None,
    waiting: bool = False,
    sort: str = "eenheid",
    down: bool = False,
) -> Board:
    """Read the board: a fixed number of queries, however many units take part.

    `brigade` (a unit's code; one that is not there narrows nothing) and `waiting` narrow the rows.
    """
    found = session.scalars(
        select(Dossier)
        .join(Dossier.unit)
        .where(Dossier.measurement_id == measurement.id)
        .order_by(Unit.kind.desc(), Unit.code)
    ).all()
    factors: dict[str, Factor] = {}
    for pin in measurement.pins:
        for code, factor in instrument_of(pin.instrument).factors.items():
            factors.setdefault(code, factor)
    written = {(row.dossier_id, row.factor): row for row in of_measurement(session, measurement)}
    seen = judging.answer_versions(session, [row.id for row in found])
    above = parents(session, measurement)
    rows = []
    for row in found:
        instrument = instrument_of(row.pinned)
        bases = judging.bases(instrument, seen.get(row.id, {}))
        places = []
        for code in factors:
            judgement = written.get((row.id, code))
            if code not in instrument.factors or judgement is None:
                places.append(Place(code in instrument.factors))
                continue
            waits = judging.waits_for(measurement, judgement, viewer.person_id, viewer.organisation_id)
            outdated = judgement.basis != bases[code]
            places.append(Place(True, judged(instrument, judgement), waits, outdated))
        unit = UnitInfo.of(row.unit, measurement.period_until)
        rows.append(BoardRow(unit, above.get(row.unit.code), row.state, tuple(places)))
    brigades = {row.brigade.code: row.brigade for row in rows if row.brigade}
    shown = [
        row
        for row in rows
        if (brigade not in brigades or (row.brigade is not None and row.brigade.code == brigade))
        and (not waiting or row.waits)
    ]
    sort = sort if sort in SORTS else "eenheid"
    if sort != "eenheid" or down:  # the order in which they come has regions before commanders
        shown.sort(key=SORTS[sort], reverse=down)
    each = [place.judged for row in rows for place in row.places if place.asked]
    return Board(
        factors=tuple(factors.values()),
        rows=tuple(shown),
        brigades=tuple(brigades[code] for code in sorted(brigades)),
        states={
            code: sum(place is not None and place.state == code for place in each) for code in judging.STATES
        },
        unwritten=each.count(None),
        waits=sum(row.waits for row in rows),
        total=len(rows),
        sort=sort,
        down=down,
    )
