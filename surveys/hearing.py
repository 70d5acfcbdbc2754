"""Wederhoor over a whole measurement: how far each dossier is, and the log of every reaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from surveys import dossiers, offering
from surveys.measurements import instrument_of
from surveys.models import Dossier, Measurement, Offer, OfferedText, Reaction, Settlement, Unit
from surveys.offered import ReactionView, reaction, waiting
from surveys.reports.source import UnitInfo

STATES = {
    "niet": "Niet aangeboden",
    "loopt": "Loopt",
    "voorbij": "Termijn voorbij",
    "reactie": "Gesloten met reacties",
    "geen_reactie": "Gesloten zonder reactie",
    "ingetrokken": "Ingetrokken",
}
"""How the wederhoor of a dossier stands, with its Dutch name: that of the last offer."""


@dataclass(frozen=True)
class Row:
    """A dossier on the board. `waiting`: who is still to react; `unsettled`: what is to be decided on."""

    unit: UnitInfo
    dossier_state: str
    state: str
    due_on: date | None
    texts: int
    reactions: int
    changes: int
    unsettled: int
    waiting: tuple[str, ...]

    @property
    def state_label(self) -> str:
        """The state of the wederhoor in Dutch."""
        return STATES[self.state]

    @property
    def dossier_label(self) -> str:
        """The state of the dossier in Dutch."""
        return dossiers.STATES[self.dossier_state]


SORTS: dict[str, Callable[[Row], Any]] = {
    "eenheid": lambda row: row.unit.code,
    "dossier": lambda row: list(dossiers.STATES).index(row.dossier_state),
    "stand": lambda row: list(STATES).index(row.state),
    "termijn": lambda row: row.due_on or date.max,
    "reacties": lambda row: row.reactions,
    "open": lambda row: row.unsettled,
}
"""What the board can be sorted by."""


@dataclass(frozen=True)
class Board:
    """The rows that are shown, in their order; `counts` is of all dossiers, by state."""

    rows: tuple[Row, ...]
    counts: dict[str, int]
    total: int
    unsettled: int
    sort: str
    down: bool


def board(
    session: Session,
    measurement: Measurement,
    day: date,
    *,
    state: str | None = None,
    sort: str = "eenheid",
    down: bool = False,
) -> Board:
    """Read the board in a fixed number of queries. `state` (a key of STATES) narrows it; `day` is today."""
    found = _dossiers(session, measurement)
    last: dict[int, Offer] = {}
    for each in _offers(session, measurement):
        assert each.dossier_id is not None
        last[each.dossier_id] = each  # the newest comes last
    rows = [_row(each, last.get(each.id), measurement, day) for each in found]
    sort = sort if sort in SORTS else "eenheid"
    shown = sorted(rows, key=SORTS["eenheid"])
    shown = sorted((row for row in shown if state not in STATES or row.state == state), key=SORTS[sort])
    return Board(
        rows=tuple(reversed(shown) if down else shown),
        counts={code: sum(row.state == code for row in rows) for code in STATES},
        total=len(rows),
        unsettled=sum(row.unsettled for row in rows),
        sort=sort,
        down=down,
    )


@dataclass(frozen=True)
class Line:
    """A line of the log: a reaction, with what was offered and what was done with it."""

    unit: UnitInfo
    factor: str
    factor_title: str
    text: str
    offered_at: datetime
    offer_state: str
    reaction: ReactionView

    @property
    def done(self) -> str:
        """What was done with the reaction, in Dutch."""
        if self.reaction.settlement is not None:
            return self.reaction.settlement.label
        if not self.reaction.counts:
            return "Vervangen door een latere reactie"
        return "Nog af te handelen" if self.reaction.open else "Geen wijziging gevraagd"


def lines(session: Session, measurement: Measurement) -> list[Line]:
    """Each reaction of a measurement's wederhoor once, by unit, factor and time, in a fixed few queries."""
    found = []
    offers: dict[int, list[Offer]] = {}
    for each in _offers(session, measurement):
        assert each.dossier_id is not None
        offers.setdefault(each.dossier_id, []).append(each)
    for dossier in _dossiers(session, measurement):
        unit = UnitInfo.of(dossier.unit, measurement.period_until)
        factors = instrument_of(dossier.pinned).factors
        texts = [(text, offer) for offer in offers.get(dossier.id, []) for text in offer.texts]
        for code, factor in factors.items():
            for text, offer in texts:
                if text.factor != code:
                    continue
                counted = {each.id for each in offering.counting(text.reactions)}
                found += [
                    Line(
                        unit,
                        code,
                        factor.title,
                        text.text,
                        offer.at,
                        offering.CLOSED_AS[offer.closed_as] if offer.closed_as else "Loopt",
                        reaction(each, text.text, each.id in counted),
                    )
                    for each in text.reactions
                ]
    return found


def _dossiers(session: Session, measurement: Measurement) -> list[Dossier]:
    return list(
        session.scalars(
            select(Dossier)
            .join(Dossier.unit)
            .where(Dossier.measurement_id == measurement.id)
            .options(joinedload(Dossier.unit).selectinload(Unit.names), joinedload(Dossier.pinned))
            .order_by(Unit.kind.desc(), Unit.code)
        )
    )


def _offers(session: Session, measurement: Measurement) -> list[Offer]:
    """The wederhoren of a measurement with all that was said and done, the oldest first."""
    return list(
        session.scalars(
            select(Offer)
            .where(Offer.measurement_id == measurement.id, Offer.kind == "wederhoor")
            .options(
                selectinload(Offer.texts)
                .selectinload(OfferedText.reactions)
                .options(
                    joinedload(Reaction.person),
                    joinedload(Reaction.settlement).joinedload(Settlement.person),
                )
            )
            .order_by(Offer.id)
        )
    )


def _row(dossier: Dossier, offer: Offer | None, measurement: Measurement, day: date) -> Row:
    unit = UnitInfo.of(dossier.unit, measurement.period_until)
    if offer is None:
        return Row(unit, dossier.state, "niet", None, 0, 0, 0, 0, ())
    counted = [each for text in offer.texts for each in offering.counting(text.reactions)]
    changes = [each for each in counted if each.verdict == "wijziging"]
    running = offer.closed_as is None
    late = "voorbij" if day > offer.due_on else "loopt"
    roles = instrument_of(dossier.pinned).roles
    return Row(
        unit=unit,
        dossier_state=dossier.state,
        state=offer.closed_as or late,
        due_on=offer.due_on,
        texts=len(offer.texts),
        reactions=len(counted),
        changes=len(changes),
        unsettled=sum(each.settlement is None for each in changes) if running else 0,
        waiting=tuple(each.label for each in waiting(offer, roles)) if running else (),
    )
