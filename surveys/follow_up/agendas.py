"""The agenda of a meeting: what Meetlat proposes, what is on it, what came of it, and the decision lists.

What slips and what needs a decision is that of `steering`, what has a term that of `terms`; a decision is
made by the verbs of `deciding`, so that it stands at its point as well (000 r. 50-59).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from surveys import log
from surveys.acting import By, today
from surveys.errors import Refused
from surveys.follow_up import committees, deciding, points, steering, terms
from surveys.follow_up.committees import PREPARED, MeetingInfo, hold_meeting
from surveys.follow_up.deciding import Asked, DecisionInfo, Taken
from surveys.follow_up.keeping import (
    chosen,
    fits,
    fits_line,
    hold_row,
    next_version,
    permit,
    seen,
    stamp,
)
from surveys.follow_up.points import PointInfo
from surveys.log import Ids
from surveys.models import AgendaDecision, AgendaItem, Decision, Meeting
from surveys.questions import day as in_words

SUBJECT_LENGTH, TEXT_LENGTH = 300, 10_000
"""The most characters of each text."""
SLIPS, TERM, DECISION, OWN = "schuift", "termijn", "besluit", "eigen"
REASONS: Final[dict[str, str]] = {
    SLIPS: "Schuift",
    TERM: "Loopt af",
    DECISION: "Vraagt een besluit",
    OWN: "Zelf toegevoegd",
}
"""Why something is on an agenda."""
OPEN, PASSED_ON, DECIDED = "open", "doorgeschoven", "besluit"
OUTCOMES: Final[dict[str, str]] = {
    OPEN: "Nog niet behandeld",
    "besproken": "Besproken",
    DECIDED: "Besluit genomen",
    PASSED_ON: "Doorgeschoven",
}
"""What became of it in the meeting."""
SHOWN: Final[dict[str, str]] = {OPEN: "Nog te nemen", "genomen": "Genomen"}
"""Whether a decision was taken: what a decision list can be narrowed to."""


@dataclass(frozen=True)
class Proposal:
    """A point that is proposed for an agenda. `reason`: the first of REASONS that holds; `why` in words."""

    point: PointInfo
    reason: str
    why: str

    @property
    def label(self) -> str:
        """The reason in Dutch."""
        return REASONS[self.reason]


@dataclass(frozen=True)
class ItemInfo:
    """Something on an agenda, with the decisions that were asked or taken at it. `place` counts from 1."""

    id: int
    meeting_id: int
    place: int
    point: PointInfo | None
    subject: str | None
    reason: str
    why: str | None
    note: str | None
    said: str | None
    outcome: str
    version: int
    decisions: tuple[DecisionInfo, ...]

    @property
    def called(self) -> str:
        """What it is called: the point, or the own subject."""
        return self.point.called if self.point else self.subject or "Verwijderd punt"

    @property
    def reason_label(self) -> str:
        """Why it is there, in Dutch."""
        return REASONS[self.reason]

    @property
    def outcome_label(self) -> str:
        """What became of it, in Dutch."""
        return OUTCOMES[self.outcome]


@dataclass(frozen=True)
class Recorded:
    """What was said of an item, and what became of it, as somebody fills it in."""

    outcome: str
    said: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Listed:
    """A decision on a list: of which point, and in which meetings it was dealt with, the first one first."""

    decision: DecisionInfo
    point: PointInfo
    meetings: tuple[MeetingInfo, ...]

    @property
    def state(self) -> str:
        """A key of SHOWN."""
        return OPEN if self.decision.open else "genomen"


def proposals(session: Session, meeting: MeetingInfo, day: date) -> list[Proposal]:
    """What to put on an agenda, seen on a day: a point once, with all that is to say of it. Few queries.

    A term is told of when it passes before the next meeting, or, when none is planned, as soon after this one
    as the point says that one wants to be reminded. What is on the agenda already is left out.
    """
    found = steering.steering(session, day, meeting.committee.chosen)
    own = {each.id for each in found.points}
    there = {item.point.id for item in items(session, meeting.id) if item.point}
    told: dict[int, Proposal] = {}
    for each in (
        *_slipping(found),
        *_ending(session, meeting, own, day),
        *_undecided(found),
    ):
        if each.point.id in there:
            continue
        before = told.get(each.point.id)
        told[each.point.id] = replace(before, why=f"{before.why} {each.why}") if before else each
    return list(told.values())


def _slipping(found: steering.Steering) -> Iterator[Proposal]:
    for row in found.by_state[SLIPS]:
        yield Proposal(row.point, SLIPS, " ".join(row.slips))


def _ending(session: Session, meeting: MeetingInfo, own: Collection[int], day: date) -> Iterator[Proposal]:
    after = committees.following(session, meeting)
    for term in terms.terms(session, meeting.held_on):
        if term.day is None or term.point.id not in own or term.day < day:
            continue  # a term that passed is told of as a slip
        near = term.day < after.held_on if after else term.group == "binnenkort"
        if near:
            yield Proposal(term.point, TERM, f"{term.what}: {in_words(term.day)} ({term.who}).")


def _undecided(found: steering.Steering) -> Iterator[Proposal]:
    for each in found.needed:
        term = f" voor {in_words(each.due_on)}" if each.due_on else ""
        yield Proposal(each.point, DECISION, f"Besluit nodig van {each.decider}{term}: {each.question}")


def items(session: Session, meeting_id: int) -> list[ItemInfo]:
    """What is on the agenda of a meeting, in order: a fixed number of queries."""
    rows = _rows(session, [meeting_id])
    decided = _decisions(session, rows)
    about = {each.id: each for each in points.listed(session, [row.point_id for row in rows if row.point_id])}
    return [
        ItemInfo(
            id=row.id,
            meeting_id=row.meeting_id,
            place=place,
            point=about.get(row.point_id or 0),
            subject=row.subject,
            reason=row.reason,
            why=row.why,
            note=row.note,
            said=row.said,
            outcome=row.outcome,
            version=row.version,
            decisions=tuple(decided[each.decision_id] for each in row.decided if each.decision_id in decided),
        )
        for place, row in enumerate(rows, start=1)
    ]


def find(session: Session, meeting_id: int, item_id: int) -> ItemInfo | None:
    """Something on the agenda of a meeting by its id; None for what is not on it."""
    return next((each for each in items(session, meeting_id) if each.id == item_id), None)


def decisions(session: Session, found: Collection[MeetingInfo], state: str = "") -> list[Listed]:
    """The decisions that were dealt with in some meetings: open ones by term first, then the latest first.

    `state`: a key of SHOWN for only those. A fixed number of queries.
    """
    rows = _rows(session, [each.id for each in found])
    decided = _decisions(session, rows)
    about = {
        each.id: each for each in points.listed(session, {decision.point_id for decision in decided.values()})
    }
    in_order = sorted(found, key=lambda each: (each.held_on, each.id))
    of: dict[int, list[int]] = {}
    for row in rows:
        for each in row.decided:
            of.setdefault(each.decision_id, []).append(row.meeting_id)
    every = (
        Listed(decision, about[decision.point_id], tuple(each for each in in_order if each.id in of[number]))
        for number, decision in decided.items()
        if decision.point_id in about
    )
    return sorted((each for each in every if state in ("", each.state)), key=_urgency)


def _urgency(each: Listed) -> tuple[bool, int, int]:
    decision = each.decision
    if decision.taken_on is None:
        return (False, (decision.due_on or date.max).toordinal(), decision.id)
    return (True, -decision.taken_on.toordinal(), -decision.id)


def _rows(session: Session, ids: Collection[int]) -> list[AgendaItem]:
    return list(
        session.scalars(
            select(AgendaItem)
            .where(AgendaItem.meeting_id.in_(ids))
            .options(selectinload(AgendaItem.decided))
            .order_by(AgendaItem.meeting_id, AgendaItem.place, AgendaItem.id)
            .execution_options(populate_existing=True)
        )
    )


def _decisions(session: Session, rows: Iterable[AgendaItem]) -> dict[int, DecisionInfo]:
    """The decisions that items deal with, by id; without those that were removed."""
    ids = {each.decision_id for row in rows for each in row.decided}
    about = set(session.scalars(select(Decision.point_id).where(Decision.id.in_(ids))))
    return {
        each.id: each
        for found in deciding.of_points(session, about).values()
        for each in found
        if each.id in ids
    }


def take_over(session: Session, number: int, wanted: Collection[int], *, by: By) -> int:
    """Put proposed points (their ids) on an agenda, in the order of the proposal; gives how many.

    What is no longer proposed, because a colleague put it there or it was settled, is passed over.

    Raises NotAllowed, and Refused when nothing was chosen or the minutes are settled.
    """
    permit(by)
    row = hold_meeting(session, number)
    if not wanted:
        raise Refused("Kies minstens één punt om op de agenda te zetten.")
    made = [each for each in proposals(session, _info(session, row), today(by.at)) if each.point.id in wanted]
    for each in made:
        _add(session, row, AgendaItem(point_id=each.point.id, reason=each.reason, why=each.why), by)
    return len(made)


def add_own(
    session: Session, number: int, subject: str | None, note: str | None, point_id: int | None, *, by: By
) -> AgendaItem:
    """Put a subject of the committee's own on the agenda, or a point that was not proposed.

    Raises NotAllowed, and Refused for neither or both, a point that is on it, and settled minutes.
    """
    permit(by)
    row = hold_meeting(session, number)
    named = fits_line(subject, SUBJECT_LENGTH, "Het onderwerp")
    if (named is None) == (point_id is None):
        raise Refused("Vul een onderwerp in, of kies een punt. Niet allebei.")
    if point_id is not None:
        if points.find(session, point_id) is None:
            raise Refused("Kies het punt uit de lijst.")
        if any(item.point_id == point_id for item in row.items):
            raise Refused("Dit punt staat al op de agenda.")
    item = AgendaItem(
        point_id=point_id, subject=named, reason=OWN, note=fits(note, TEXT_LENGTH, "De toelichting")
    )
    _add(session, row, item, by)
    return item


def _add(session: Session, row: Meeting, item: AgendaItem, by: By) -> None:
    item.place = max((each.place for each in row.items), default=0) + 1
    item.outcome, item.version = OPEN, 1
    stamp(item, by)
    row.items.append(item)
    session.flush()
    _log(session, "add", item, by, point=item.point_id, reason=item.reason)


def move(session: Session, number: int, item_id: int, way: Literal["up", "down"], *, by: By) -> None:
    """Put something one place higher or lower on an agenda; at the end of it that changes nothing.

    Raises NotAllowed, and Refused for what is no longer on it, and settled minutes.
    """
    permit(by)
    row = hold_meeting(session, number)
    order = list(row.items)
    item = _on(row, item_id)
    here = order.index(item)
    there = here + (-1 if way == "up" else 1)
    if not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for place, each in enumerate(order, start=1):
        each.place = place
    session.flush()
    session.expire(row, ["items"])
    _log(session, "move", item, by, place=there + 1)


def remove(session: Session, number: int, item_id: int, *, by: By) -> None:
    """Take something off an agenda; what is gone already is no fault.

    Raises NotAllowed, and Refused for what has decisions, and settled minutes.
    """
    permit(by)
    row = hold_meeting(session, number)
    item = next((each for each in row.items if each.id == item_id), None)
    if item is None:
        return
    if item.decided:
        raise Refused("Bij dit onderwerp zijn besluiten vastgelegd. Het blijft op de agenda staan.")
    row.items.remove(item)
    session.flush()
    _log(session, "remove", item, by, point=item.point_id)


def record(
    session: Session, number: int, item_id: int, recorded: Recorded, *, by: By, seen_version: int
) -> None:
    """Record what was said of something on an agenda, and what became of it.

    Raises NotAllowed, ChangedMeanwhile, and Refused for an outcome that can't be, what is no longer on the
    agenda, and settled minutes.
    """
    permit(by)
    item = _on(hold_meeting(session, number), item_id)
    outcome = chosen(recorded.outcome, OUTCOMES, "wat ermee is gebeurd")
    if outcome is None:
        raise Refused("Kies wat ermee is gebeurd.")
    if outcome == DECIDED and not item.decided:
        raise Refused("Leg het besluit vast: dan staat het ook bij het punt en op de besluitenlijst.")
    kept = Recorded(
        outcome,
        fits(recorded.said, TEXT_LENGTH, "Wat er is gezegd"),
        fits(recorded.note, TEXT_LENGTH, "De toelichting"),
    )
    if Recorded(item.outcome, item.said, item.note) == kept:
        return
    seen(item, seen_version)
    item.outcome, item.said, item.note = kept.outcome, kept.said, kept.note
    next_version(session, item, by)
    _log(session, "record", item, by, outcome=outcome)


def ask(
    session: Session, number: int, item_id: int, asked: Asked, taken: Taken | None, *, by: By
) -> Decision:
    """Ask a decision about the point of an item, and record at once what it is when it was `taken`.

    Raises NotAllowed, Refused as `deciding.ask` and `deciding.take` do, for an own subject, what is no longer
    on the agenda, and settled minutes.
    """
    permit(by)
    item = _on(hold_meeting(session, number), item_id)
    row = deciding.ask(session, _point_of(item), asked, by=by)
    if taken is not None:
        deciding.take(session, row.point_id, row.id, taken.on, taken.outcome, by=by, seen_version=row.version)
    _deal_with(session, item, row.id, taken is not None, by)
    return row


def take(
    session: Session, number: int, item_id: int, decision_id: int, taken: Taken, *, by: By, seen_version: int
) -> None:
    """Record what was decided on a question that stood open at the point of an item.

    Raises as `ask` does, and ChangedMeanwhile when somebody changed the decision.
    """
    permit(by)
    item = _on(hold_meeting(session, number), item_id)
    deciding.take(
        session, _point_of(item), decision_id, taken.on, taken.outcome, by=by, seen_version=seen_version
    )
    _deal_with(session, item, decision_id, True, by)


def _deal_with(session: Session, item: AgendaItem, decision_id: int, was_taken: bool, by: By) -> None:
    if decision_id not in {each.decision_id for each in item.decided}:
        item.decided.append(AgendaDecision(decision_id=decision_id))
    if was_taken:
        item.outcome = DECIDED
    elif item.outcome == OPEN:
        item.outcome = "besproken"
    next_version(session, item, by)
    _log(session, "decide", item, by, decision=decision_id, taken=was_taken)


def pass_on(session: Session, number: int, *, by: By) -> tuple[Meeting, int]:
    """Put what was not dealt with on the agenda of the next meeting; gives that meeting and how many it were.

    Also from a meeting of which the minutes are settled: its own agenda stays as it is. What is on the next
    agenda already is not put there again.

    Raises NotAllowed, and Refused when there is no next meeting that is being prepared, or nothing was left.
    """
    permit(by)
    info = _info(session, hold_row(session, Meeting, number, committees.GONE))
    after = committees.following(session, info)
    if after is None or after.state != PREPARED:
        raise Refused("Er is nog geen volgende vergadering in voorbereiding. Plan die eerst.")
    there = hold_meeting(session, after.id)
    new = left(session, info, after)
    if not new:
        raise Refused(
            "Er is niets om door te schuiven: alles is behandeld of staat al op de volgende agenda."
        )
    if not info.held:
        _mark_passed_on(session, number, by)
    for each in new:
        again = AgendaItem(
            point_id=each.point.id if each.point else None,
            subject=each.subject,
            reason=each.reason,
            why=each.why,
            note=each.note,
        )
        _add(session, there, again, by)
    return there, len(new)


def left(session: Session, meeting: MeetingInfo, after: MeetingInfo | None) -> list[ItemInfo]:
    """What a meeting did not deal with and is not on the agenda of the one after it, if there is one yet."""
    has = {_about(each) for each in items(session, after.id)} if after else set()
    return [
        each
        for each in items(session, meeting.id)
        if each.outcome in (OPEN, PASSED_ON) and (each.point or each.subject) and _about(each) not in has
    ]


def _about(each: ItemInfo) -> tuple[int | None, str | None]:
    return (each.point.id if each.point else None, each.subject)


def _mark_passed_on(session: Session, number: int, by: By) -> None:
    for each in _rows(session, [number]):
        if each.outcome == OPEN:
            each.outcome = PASSED_ON
            next_version(session, each, by)


def _info(session: Session, row: Meeting) -> MeetingInfo:
    found = committees.find_meeting(session, row.id)
    assert found is not None  # it is held
    return found


def _on(row: Meeting, item_id: int) -> AgendaItem:
    found = next((each for each in row.items if each.id == item_id), None)
    if found is None:
        raise Refused("Dit onderwerp staat niet meer op de agenda.")
    return found


def _point_of(item: AgendaItem) -> int:
    if item.point_id is None:
        raise Refused(
            "Een besluit hoort bij een punt. Zet het punt op de agenda en leg het besluit daar vast, of"
            " schrijf op wat er over dit onderwerp is gezegd."
        )
    return item.point_id


def _log(session: Session, action: str, item: AgendaItem, by: By, **detail: Ids) -> None:
    log.write(session, f"meeting.item_{action}", by, "meeting", item.meeting_id, item=item.id, **detail)
    session.flush()
