"""Steering information: what is on course, what slips, what can't be steered, and what needs a decision.

It is about open points that do not stand under another open one; what stands under them counts with them.
Each is in exactly one of `STATES`, the first that fits:

- `schuift`: it or something open under it is not done, and is planned later than at first, has a phase that
  should have been reached, clashes with what it depends on, or has a term that passed;
- `niet_te_sturen`: it is in one of the three lists of `GAPS`;
- `nog_niet_begonnen`: nothing of it began;
- `op_koers`: everything else.

The lists of `GAPS` overlap each other and `schuift`:

- `zonder_indicator`: no indicator with baseline, target and moment, on it or under it;
- `zonder_meting`: it began and has an indicator, but none was measured;
- `zonder_besluit`: its own side and its supervisor disagree, or it slips, or an indicator declined, while no
  decision about it was taken or asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

from sqlalchemy.orm import Session

from surveys.follow_up import kinds
from surveys.follow_up.deciding import DecisionInfo
from surveys.follow_up.pdca import began
from surveys.follow_up.points import PointInfo
from surveys.follow_up.standing import Standing
from surveys.follow_up.whole import Sheet, sheets
from surveys.questions import day as in_words

STATES: Final[dict[str, str]] = {
    "schuift": "Schuift",
    "niet_te_sturen": "Niet te sturen",
    "nog_niet_begonnen": "Nog niet begonnen",
    "op_koers": "Op koers",
}
"""Where a point stands, in the order in which it is looked for."""

GAPS: Final[dict[str, str]] = {
    "zonder_indicator": "Zonder indicator",
    "zonder_meting": "Zonder meting",
    "zonder_besluit": "Zonder besluit",
}
"""Why a point can't be steered."""

GAP_WORDS: Final[dict[str, str]] = {
    "zonder_indicator": "Er is geen indicator met nulwaarde, streefwaarde en moment: leg er een vast.",
    "zonder_meting": "Er is begonnen en er is een indicator, maar er is niets gemeten: meet de indicator.",
    "zonder_besluit": (
        "De eigen stand en de toezichthouder verschillen, of het schuift, of een indicator verslechterde,"
        " en er is geen besluit genomen of gevraagd: vraag een besluit."
    ),
}
"""What each of `GAPS` means and what to do about it."""

DECLINED: Final = "verslechterd"


@dataclass(frozen=True)
class Chosen:
    """What the page is narrowed to: a value of each of some schemes, a unit (its code), a kind of point."""

    classes: Mapping[str, str] = field(default_factory=dict)
    unit: str | None = None
    kind: str | None = None

    def fits(self, sheet: Sheet) -> bool:
        """Whether a point, or something under it, is what was chosen."""
        return any(self._is(each.point) for each in (sheet, *sheet.below))

    def _is(self, point: PointInfo) -> bool:
        return (
            all(point.classes.get(scheme) == code for scheme, code in self.classes.items())
            and (self.unit is None or (point.unit is not None and point.unit.code == self.unit))
            and (self.kind is None or point.kind == self.kind)
        )


@dataclass(frozen=True)
class Row:
    """A point on the steering page, with what is open under it.

    `slips` says in Dutch why it slips, `gaps` (of `GAPS`) why it can't be steered; `days` is how many days
    the latest of it ends later than at first, None when that is not known.
    """

    sheet: Sheet
    state: str
    days: int | None
    slips: tuple[str, ...]
    gaps: frozenset[str]

    @property
    def point(self) -> PointInfo:
        """The point itself."""
        return self.sheet.point

    @property
    def standing(self) -> Standing:
        """What its own side and its supervisor say of it."""
        return self.sheet.standing

    @property
    def label(self) -> str:
        """Its state in Dutch."""
        return STATES[self.state]

    @property
    def gap_labels(self) -> tuple[str, ...]:
        """Why it can't be steered, in Dutch and in the order of `GAPS`."""
        return tuple(label for gap, label in GAPS.items() if gap in self.gaps)


@dataclass(frozen=True)
class Needed:
    """A decision that is needed about a point: by whom, before when; `decision` when it was asked."""

    point: PointInfo
    decision: DecisionInfo | None
    question: str
    decider: str
    due_on: date | None
    overdue: bool


@dataclass(frozen=True)
class Steering:
    """The steering information of a day. `differing`: every open point of which the two sides disagree."""

    day: date
    rows: tuple[Row, ...]
    needed: tuple[Needed, ...]
    differing: tuple[Sheet, ...]

    @cached_property
    def by_state(self) -> Mapping[str, tuple[Row, ...]]:
        """The points in each of `STATES`; what slips most comes first."""
        return {
            state: tuple(sorted((row for row in self.rows if row.state == state), key=_most_late))
            for state in STATES
        }

    @cached_property
    def by_gap(self) -> Mapping[str, tuple[Row, ...]]:
        """The points in each of `GAPS`."""
        return {gap: tuple(row for row in self.rows if gap in row.gaps) for gap in GAPS}

    @property
    def points(self) -> Iterator[PointInfo]:
        """Every point that it tells something of."""
        for row in self.rows:
            yield from (each.point for each in (row.sheet, *row.sheet.below))


def steering(session: Session, day: date, chosen: Chosen | None = None) -> Steering:
    """The steering information of a day, narrowed to what was chosen: a fixed number of queries."""
    return compose(sheets(session, day), day, chosen or Chosen())


def compose(found: Iterable[Sheet], day: date, chosen: Chosen) -> Steering:
    """The same of these sheets."""
    open_ones = {each.point.id: each for each in found if each.point.is_open}
    tops = [
        each for each in open_ones.values() if each.point.parent_id not in open_ones and chosen.fits(each)
    ]
    told = [each for top in tops for each in _open(top)]
    return Steering(
        day,
        tuple(_row(each, day) for each in tops),
        tuple(sorted(_needed(told, day), key=lambda each: each.due_on or date.max)),
        tuple(each for each in told if each.standing.differs),
    )


def _open(top: Sheet) -> list[Sheet]:
    """A point and what is open under it; what is under something closed is told of by itself."""
    return [top, *(each for under in top.under if under.point.is_open for each in _open(under))]


def _row(top: Sheet, day: date) -> Row:
    told = _open(top)
    slips = tuple(
        f"{each.point.called}: {words}" if each is not top else f"{words[0].upper()}{words[1:]}"
        for each in told
        for words in _slips(each, day)
    )
    gaps = frozenset(_gaps(top, told, bool(slips)))
    if slips:
        state = "schuift"
    elif gaps:
        state = "niet_te_sturen"
    elif _start(top) is None:
        state = "nog_niet_begonnen"
    else:
        state = "op_koers"
    known = [each.planning.slip for each in told if not each.ended and each.planning.slip is not None]
    return Row(top, state, max(known, default=None), slips, gaps)


def _slips(each: Sheet, day: date) -> Iterator[str]:
    """Why one point slips, in Dutch, as the rest of a sentence."""
    if each.ended:
        return
    plan, term = each.planning, each.point.due_on
    if plan.slip is not None and plan.slip > 0:
        yield f"{plan.slip} {'dag' if plan.slip == 1 else 'dagen'} later dan eerst gepland."
    if plan.late:
        yield f"te laat met {' en '.join(f'‘{kinds.PHASES[phase].lower()}’' for phase in plan.late)}."
    yield from (f"botst: {wait.words}" for wait in plan.waits if wait.clash)
    if term is not None and term < day:
        yield f"de termijn van {in_words(term)} is voorbij."


def _gaps(top: Sheet, told: list[Sheet], slips: bool) -> Iterator[str]:
    """In which lists of `GAPS` a point is. What was closed under it still tells how it is measured."""
    indicators = [each for sheet in (top, *top.below) for each in sheet.indicators]
    if not any(each.ready for each in indicators):
        yield "zonder_indicator"
    if indicators and _start(top) is not None and not any(each.measured for each in indicators):
        yield "zonder_meting"
    differs = any(each.standing.differs for each in told)
    declined = any(each.effect.verdict == DECLINED for each in indicators)
    if (differs or slips or declined) and not any(each.decisions for each in told):
        yield "zonder_besluit"


def _start(top: Sheet) -> date | None:
    """The day on which something of a point began."""
    days = [began(each.point, each.standing) for each in (top, *top.below)]
    return min((day for day in days if day is not None), default=None)


def _needed(told: Iterable[Sheet], day: date) -> Iterator[Needed]:
    """Decisions that were asked and not taken; and what should be asked about directional points."""
    for each in told:
        waiting = [decision for decision in each.decisions if decision.open]
        for decision in waiting:
            yield Needed(
                each.point,
                decision,
                decision.question,
                decision.decider,
                decision.due_on,
                decision.overdue(day),
            )
        asked = any(decision.kind == "richting" for decision in waiting)
        if each.point.nature == "richtinggevend" and each.point.later is None and not asked:
            question = "Wordt deze richtinggevende aanbeveling geconcretiseerd, aangepast of geschrapt?"
            yield Needed(each.point, None, question, each.point.owner or each.point.addressee, None, False)


def _most_late(row: Row) -> tuple[int, int, int]:
    return (-(row.days or 0), row.point.place, row.point.id)
