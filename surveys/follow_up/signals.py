"""Signals and risk inventories, and that each leads to something (000 r. 179-180, 188, 196-200).

A signal is open until it is settled: a point was made of it, it was added to a point that was there, or it
needs no point and somebody says why. A risk inventory can bring several points. A unit sees what became of
what its own people reported, and nothing of what others said of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from surveys import log
from surveys.acting import By, today
from surveys.errors import NotAllowed, Refused
from surveys.follow_up import registering
from surveys.follow_up.keeping import (
    chosen,
    fits,
    fits_day,
    fits_line,
    flush,
    hold_open,
    next_version,
    permit,
    seen,
)
from surveys.follow_up.points import Details
from surveys.follow_up.standing import REPORT
from surveys.log import Ids
from surveys.models import Person, Point, Signal, SignalPoint, SignalStep, Unit
from surveys.permissions import allowed
from surveys.reports.source import UnitInfo
from surveys.searching import query

KINDS: Final[dict[str, str]] = {
    "melding": "Melding",
    "voorval": "Voorval",
    "rie": "Risico-inventarisatie (RI&E)",
    "toezicht": "Signaal van een toezichthouder",
    "anders": "Anders",
}
"""What a signal can be."""

URGENCIES: Final[dict[str, str]] = {"hoog": "Hoog", "gewoon": "Gewoon", "laag": "Laag"}

OPEN, WITH_POINT, WITHOUT_POINT = "open", "met_punt", "zonder_punt"
STATES: Final[dict[str, str]] = {
    OPEN: "Open",
    WITH_POINT: "Afgehandeld met een punt",
    WITHOUT_POINT: "Afgehandeld zonder punt",
}
MADE, JOINED = "gemaakt", "gevoegd"
HOW: Final[dict[str, str]] = {MADE: "Van deze melding gemaakt", JOINED: "Bestond al; melding toegevoegd"}
"""How a signal and a point came together."""

TEXT_LENGTH, WORDS_LENGTH, NAME_LENGTH = 10_000, 5_000, 300
"""The most characters of each text."""


@dataclass(frozen=True)
class Handling:
    """What inspectors decide about a signal when it comes in: who handles it and before which day."""

    kind: str
    urgency: str
    handler: str | None = None
    due_on: date | None = None


@dataclass(frozen=True)
class SignalDetails:
    """A signal as an inspector writes it down; `sender` is who it came from."""

    text: str
    sender: str
    received_on: date
    handling: Handling
    unit_id: int | None = None
    fictief: bool = False


@dataclass(frozen=True)
class StepInfo:
    """A state that a signal came in, in which words, who brought it there and when."""

    state: str
    words: str | None
    name: str | None
    at: datetime

    @property
    def label(self) -> str:
        """The state in Dutch."""
        return STATES[self.state]


@dataclass(frozen=True)
class Linked:
    """A point that a signal led to. `removed`: it was taken out of the register since."""

    point_id: int
    title: str
    unit_id: int | None
    how: str
    removed: bool
    fictief: bool

    @property
    def how_label(self) -> str:
        """How they came together, in Dutch."""
        return HOW[self.how]


@dataclass(frozen=True)
class SignalInfo:
    """A signal as pages show it. `by_unit`: its unit reported it in Meetlat."""

    id: int
    kind: str
    received_on: date
    sender: str
    unit: UnitInfo | None
    unit_id: int | None
    by_unit: bool
    text: str
    urgency: str
    handler: str | None
    due_on: date | None
    state: str
    fictief: bool
    steps: tuple[StepInfo, ...]
    links: tuple[Linked, ...]
    version: int
    name: str | None
    at: datetime

    @classmethod
    def of(cls, row: Signal, name: str | None) -> SignalInfo:
        """Take it from its row; `name` is who changed it last."""
        return cls(
            id=row.id,
            kind=row.kind,
            received_on=row.received_on,
            sender=row.sender,
            unit=UnitInfo.of(row.unit, row.received_on) if row.unit else None,
            unit_id=row.unit_id,
            by_unit=row.by_unit,
            text=row.text,
            urgency=row.urgency,
            handler=row.handler,
            due_on=row.due_on,
            state=row.state,
            fictief=row.fictief,
            steps=tuple(
                StepInfo(each.state, each.words, each.person.name if each.person else None, each.at)
                for each in row.steps
            ),
            links=tuple(
                Linked(
                    each.point_id,
                    each.point.title,
                    each.point.unit_id,
                    each.how,
                    each.point.removed,
                    each.point.fictief,
                )
                for each in row.links
            ),
            version=row.version,
            name=name,
            at=row.at,
        )

    @property
    def kind_label(self) -> str:
        """Its kind in Dutch."""
        return KINDS[self.kind]

    @property
    def urgency_label(self) -> str:
        """How urgent it is, in Dutch."""
        return URGENCIES[self.urgency]

    @property
    def state_label(self) -> str:
        """Its state in Dutch."""
        return STATES[self.state]

    @property
    def handling(self) -> Handling:
        """What was decided about it when it came in."""
        return Handling(self.kind, self.urgency, self.handler, self.due_on)

    @property
    def called(self) -> str:
        """What to call it in a list: its kind and number."""
        return f"{self.kind_label} {self.id}"

    @property
    def is_open(self) -> bool:
        """Whether it was not settled."""
        return self.state == OPEN

    @property
    def lost(self) -> bool:
        """Whether it was settled with points of which none is left: nothing comes of it any more."""
        return self.state == WITH_POINT and all(each.removed for each in self.links)

    def overdue(self, day: date) -> bool:
        """Whether its term passed while it is open."""
        return self.is_open and self.due_on is not None and self.due_on < day


@dataclass(frozen=True)
class Counts:
    """How many signals are open, and of how many of those the term passed."""

    open: int
    passed: int


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to (empty: to nothing): a kind, a state, and words in it."""

    kind: str = ""
    state: str = ""
    text: str = ""

    def fits(self, each: SignalInfo) -> bool:
        """Whether a signal is what is asked for."""
        words = f"{each.text} {each.sender} {each.unit.name if each.unit else ''}"
        wanted = query(self.text)
        return (
            self.kind in ("", each.kind)
            and self.state in ("", each.state)
            and (not wanted.terms or wanted.meets(words))
        )


def listed(session: Session, day: date) -> list[SignalInfo]:
    """All signals: those past their term first, then what is open by its term, then the rest, latest first.

    In a fixed number of queries.
    """
    found = _found(session, _rows())
    return sorted(found, key=lambda each: _place(each, day))


def of_unit(session: Session, unit_id: int) -> list[SignalInfo]:
    """What the people of a unit reported themselves, the latest first."""
    return _found(session, _rows().where(Signal.unit_id == unit_id, Signal.by_unit.is_(True)))


def of_point(session: Session, point_id: int) -> list[SignalInfo]:
    """The signals that led to a point."""
    linked = select(SignalPoint.signal_id).where(SignalPoint.point_id == point_id)
    return _found(session, _rows().where(Signal.id.in_(linked)))


def find(session: Session, number: int) -> SignalInfo | None:
    """A signal by its id; None for one that never was."""
    return next(iter(_found(session, _rows().where(Signal.id == number))), None)


def counts(session: Session, day: date) -> Counts:
    """How many signals are open, and of how many of them the term passed: one query."""
    passed = func.count().filter(Signal.due_on < day)
    return Counts(*session.execute(select(func.count(), passed).where(Signal.state == OPEN)).one())


def _rows() -> Select[Signal, str]:
    return (
        select(Signal, Person.name)
        .outerjoin(Person, Person.id == Signal.person_id)
        .options(
            joinedload(Signal.unit),
            selectinload(Signal.steps).joinedload(SignalStep.person),
            selectinload(Signal.links).joinedload(SignalPoint.point),
        )
        .order_by(Signal.received_on.desc(), Signal.id.desc())
        .execution_options(populate_existing=True)
    )


def _found(session: Session, query: Select[Signal, str]) -> list[SignalInfo]:
    return [SignalInfo.of(row, name) for row, name in session.execute(query)]


def _place(each: SignalInfo, day: date) -> tuple[int, date, int]:
    """What puts signals in order: whose term passed, what leads to nothing any more, open, settled."""
    if each.overdue(day):
        group = 0
    elif each.lost:
        group = 1
    else:
        group = 2 if each.is_open else 3
    urgent = list(URGENCIES).index(each.urgency) if group < 3 else 0  # noqa: PLR2004
    return group, (each.due_on or date.max) if group < 3 else date.max, urgent  # noqa: PLR2004


def add(session: Session, details: SignalDetails, *, by: By) -> Signal:
    """Write a signal down that came in. Raises NotAllowed, and Refused for details that can't be."""
    permit(by)
    if details.unit_id is not None and session.get(Unit, details.unit_id) is None:
        raise Refused("Kies een eenheid uit de lijst.")
    sender = fits_line(details.sender, NAME_LENGTH, "De afzender")
    if sender is None:
        raise Refused("Vul in van wie de melding komt.")
    return _begin(session, details, sender, _handled(details.handling), by, by_unit=False)


def report(session: Session, unit: Unit, text: str, urgency: str, *, by: By, fictief: bool = False) -> Signal:
    """Report something about the own unit to the inspectors. Raises NotAllowed, and Refused without words."""
    if by.person_id is None or not allowed(by.role, REPORT) or by.unit_id != unit.id:
        raise NotAllowed()
    day = today(by.at)
    handling = _handled(Handling("melding", urgency))
    details = SignalDetails(text, "", day, handling, unit.id, fictief)
    return _begin(session, details, unit.name_on(day).name, handling, by, by_unit=True)


def handle(session: Session, number: int, handling: Handling, *, by: By, seen_version: int) -> Signal:
    """Say what an open signal is, how urgent, who handles it before when; the same already changes nothing.

    Raises NotAllowed, Refused for what can't be or was settled, and ChangedMeanwhile when somebody changed it
    since the version that was seen.
    """
    row = _hold_open(session, number, by)
    checked = _handled(handling)
    if Handling(row.kind, row.urgency, row.handler, row.due_on) == checked:
        return row
    seen(row, seen_version)
    row.kind, row.urgency = checked.kind, checked.urgency
    row.handler, row.due_on = checked.handler, checked.due_on
    _touch(session, row, "handle", by)
    return row


def make_point(
    session: Session, number: int, details: Details, *, more: bool = False, by: By, seen_version: int
) -> int:
    """Make a point of a signal, as made up as the signal is; gives its id.

    `more`: more is to come of it, so it stays open. Raises as `handle` does.
    """
    row = _hold_open(session, number, by)
    seen(row, seen_version)
    fictief = row.fictief or details.fictief
    made = registering.add(session, Details(**{**vars(details), "fictief": fictief}), by=by)
    _link(session, row, made.id, MADE, by, more=more)
    return made.id


def join(
    session: Session, number: int, point_id: int, *, more: bool = False, by: By, seen_version: int
) -> None:
    """Add a signal to a point that is open.

    Raises as `make_point` does, and Refused when it is there already, or when only one of the two is made up.
    """
    row = _hold_open(session, number, by)
    seen(row, seen_version)
    point = hold_open(session, point_id)
    if session.get(SignalPoint, (row.id, point.id)) is not None:
        raise Refused("Deze melding hoort al bij dit punt. Kies een ander punt.")
    if row.fictief != point.fictief:
        raise Refused("Een fictieve melding en een echt punt gaan niet samen. Kies een ander punt.")
    _link(session, row, point.id, JOINED, by, more=more)


def settle(session: Session, number: int, words: str | None, *, by: By, seen_version: int) -> None:
    """Settle a signal: with the points that came of it, or without a point and then with a reason.

    Raises as `handle` does, and Refused without a reason when no point is left of it.
    """
    row = _hold_open(session, number, by)
    seen(row, seen_version)
    kept = fits(words, WORDS_LENGTH, "De toelichting")
    led = session.scalar(
        select(func.count())
        .select_from(SignalPoint)
        .join(Point, Point.id == SignalPoint.point_id)
        .where(SignalPoint.signal_id == row.id, Point.removed.is_(False))
    )
    if not led and kept is None:
        raise Refused("Schrijf op waarom er geen opvolgpunt nodig is.")
    _bring(session, row, WITH_POINT if led else WITHOUT_POINT, kept, by)


def reopen(session: Session, number: int, reason: str, *, by: By, seen_version: int) -> None:
    """Open a settled signal again.

    Raises as `handle` does, and Refused for one that is open and without a reason.
    """
    permit(by)
    row = _hold(session, number)
    seen(row, seen_version)
    kept = fits(reason, WORDS_LENGTH, "De reden")
    if row.state == OPEN:
        raise Refused("Deze melding is nog open.")
    if kept is None:
        raise Refused("Schrijf op waarom u de melding heropent.")
    _bring(session, row, OPEN, kept, by)


def _begin(
    session: Session, details: SignalDetails, sender: str, handling: Handling, by: By, *, by_unit: bool
) -> Signal:
    text = fits(details.text, TEXT_LENGTH, "De melding")
    if text is None:
        raise Refused("Schrijf op wat er is gemeld.")
    if details.received_on > today(by.at):
        raise Refused("Deze dag ligt in de toekomst. Vul een dag in tot en met vandaag.")
    row = Signal(
        text=text,
        sender=sender,
        received_on=fits_day(details.received_on, "De dag"),
        unit_id=details.unit_id,
        by_unit=by_unit,
        state=OPEN,
        fictief=details.fictief,
        **vars(handling),
    )
    session.add(row)
    next_version(session, row, by)
    _step(session, row, None, by)
    _note(session, row, "report" if by_unit else "add", by, version=row.version, unit=row.unit_id)
    flush(session)
    return row


def _handled(handling: Handling) -> Handling:
    kind = chosen(handling.kind, KINDS, "een soort")
    urgency = chosen(handling.urgency, URGENCIES, "hoe dringend het is")
    if kind is None:
        raise Refused("Kies wat voor melding dit is.")
    if urgency is None:
        raise Refused("Kies hoe dringend het is.")
    return Handling(
        kind,
        urgency,
        fits_line(handling.handler, NAME_LENGTH, "De naam"),
        fits_day(handling.due_on, "De termijn"),
    )


def _hold(session: Session, number: int) -> Signal:
    """A signal as it is now, held until the transaction ends. Raises Refused when it is not there."""
    row = session.scalar(
        select(Signal).where(Signal.id == number).with_for_update().execution_options(populate_existing=True)
    )
    if row is None:
        raise Refused("Deze melding is er niet.")
    return row


def _hold_open(session: Session, number: int, by: By) -> Signal:
    """The same of an open one, for an inspector."""
    permit(by)
    row = _hold(session, number)
    if row.state != OPEN:
        raise Refused("Deze melding is al afgehandeld. Heropen haar als er toch nog iets moet gebeuren.")
    return row


def _link(session: Session, row: Signal, point_id: int, how: str, by: By, *, more: bool) -> None:
    session.add(
        SignalPoint(
            signal_id=row.id,
            point_id=point_id,
            how=how,
            person_id=by.person_id,
            assignment_id=by.assignment_id,
            at=by.at,
        )
    )
    if more:
        _touch(session, row, "link", by, point=point_id, how=how)
    else:
        _note(session, row, "link", by, point=point_id, how=how)
        _bring(session, row, WITH_POINT, None, by)


def _bring(session: Session, row: Signal, state: str, words: str | None, by: By) -> None:
    """Bring a signal in a state, and keep that it came there."""
    row.state = state
    _step(session, row, words, by)
    _touch(session, row, "state", by, state=state)


def _step(session: Session, row: Signal, words: str | None, by: By) -> None:
    session.add(
        SignalStep(
            signal_id=row.id,
            state=row.state,
            words=words,
            person_id=by.person_id,
            assignment_id=by.assignment_id,
            at=by.at,
        )
    )


def _touch(session: Session, row: Signal, action: str, by: By, **detail: Ids) -> None:
    next_version(session, row, by)
    _note(session, row, action, by, version=row.version, **detail)
    flush(session)


def _note(session: Session, row: Signal, action: str, by: By, **detail: Ids) -> None:
    log.write(session, f"signal.{action}", by, "signal", row.id, **detail)
