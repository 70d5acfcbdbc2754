"""Decisions about a point, its evaluation, closing it and opening it again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.acting import By, today
from surveys.errors import Refused
from surveys.follow_up import kinds, points
from surveys.follow_up.keeping import (
    chosen,
    fits,
    fits_day,
    fits_line,
    hold,
    hold_all,
    hold_open,
    next_version,
    note,
    permit,
    seen,
    stamp,
    touch,
)
from surveys.follow_up.points import NAME_LENGTH, TEXT_LENGTH, Evaluation
from surveys.models import Decision, Person, Point

DECIDED_BY: Final[dict[str, tuple[str, ...]]] = {
    "afgesloten": ("afsluiten",),
    "doorgezet": ("doorzetten",),
    "geschrapt": ("richting", "afsluiten"),
}
"""For each of `kinds.CLOSINGS` the kinds of decision that it can rest on; the first is kept when closing."""


@dataclass(frozen=True)
class DecisionInfo:
    """A decision as pages and files show it; `outcome` and `taken_on` only once it was taken."""

    id: int
    point_id: int
    kind: str
    question: str
    decider: str
    due_on: date | None
    taken_on: date | None
    outcome: str | None
    version: int
    name: str | None
    at: datetime

    @property
    def open(self) -> bool:
        """Whether it still has to be taken."""
        return self.taken_on is None

    @property
    def label(self) -> str:
        """Its kind in Dutch."""
        return kinds.DECISIONS[self.kind]

    def overdue(self, day: date) -> bool:
        """Whether it should have been taken before this day, and was not."""
        return self.open and self.due_on is not None and self.due_on < day


@dataclass(frozen=True)
class Asked:
    """What somebody is asked to decide, and before when."""

    kind: str
    question: str
    decider: str
    due_on: date | None = None


@dataclass(frozen=True)
class Taken:
    """What was decided, by whom, on which day."""

    outcome: str
    decider: str
    on: date


def of_points(session: Session, ids: Collection[int]) -> dict[int, tuple[DecisionInfo, ...]]:
    """The decisions of each point: open ones by day first, then those that were taken, the latest first."""
    found: dict[int, list[DecisionInfo]] = {number: [] for number in ids}
    rows = session.execute(
        select(Decision, Person.name)
        .outerjoin(Person, Person.id == Decision.person_id)
        .where(Decision.point_id.in_(ids), Decision.removed.is_(False))
        .order_by(Decision.id)
        .execution_options(populate_existing=True)
    )
    for row, name in rows:
        found[row.point_id].append(_info(row, name))
    return {number: tuple(sorted(each, key=_order)) for number, each in found.items()}


def find(session: Session, number: int, decision_id: int) -> DecisionInfo | None:
    """A decision about a point by its id; None for another, or one that was removed."""
    return next((each for each in of_points(session, [number])[number] if each.id == decision_id), None)


def _info(row: Decision, name: str | None) -> DecisionInfo:
    return DecisionInfo(
        id=row.id,
        point_id=row.point_id,
        kind=row.kind,
        question=row.question,
        decider=row.decider,
        due_on=row.due_on,
        taken_on=row.taken_on,
        outcome=row.outcome,
        version=row.version,
        name=name,
        at=row.at,
    )


def _order(each: DecisionInfo) -> tuple[bool, int, int]:
    if each.taken_on is None:
        return (False, (each.due_on or date.max).toordinal(), each.id)
    return (True, -each.taken_on.toordinal(), -each.id)


def ask(session: Session, number: int, asked: Asked, *, by: By) -> Decision:
    """Record that a decision about a point is needed.

    Raises NotAllowed; Refused for a question that can't be, and for a point that was closed or removed.
    """
    permit(by)
    point = hold_open(session, number)
    row = Decision(point_id=point.id, version=1)
    _write(row, _checked(asked))
    _add(session, row, "ask_decision", by)
    return row


def change(
    session: Session, number: int, decision_id: int, asked: Asked, *, by: By, seen_version: int
) -> Decision:
    """Change what is asked; what is the same already stays, version and all.

    Raises as `ask` does, and ChangedMeanwhile when somebody changed it since the version that was seen.
    """
    permit(by)
    row = _current(session, number, decision_id)
    checked = _checked(asked)
    if Asked(row.kind, row.question, row.decider, row.due_on) == checked:
        return row
    seen(row, seen_version)
    _write(row, checked)
    _keep(session, row, "change_decision", by)
    return row


def take(
    session: Session, number: int, decision_id: int, on: date, outcome: str, *, by: By, seen_version: int
) -> Decision:
    """Record what was decided, and on which day; once more to correct it.

    Raises as `change` does, and Refused for a day that is yet to come or a decision without words.
    """
    permit(by)
    row = _current(session, number, decision_id)
    seen(row, seen_version)
    _write_outcome(row, outcome, on, by)
    _keep(session, row, "take_decision", by)
    return row


def remove(session: Session, number: int, decision_id: int, *, by: By, seen_version: int) -> None:
    """Take a decision away; the row stays, for the log.

    Raises as `change` does.
    """
    permit(by)
    row = _current(session, number, decision_id)
    seen(row, seen_version)
    row.removed = True
    _keep(session, row, "remove_decision", by)


def evaluate(session: Session, number: int, evaluation: Evaluation, *, by: By, seen_version: int) -> None:
    """Record what an evaluation of a point found; it replaces an earlier one, which stays in the history.

    Raises NotAllowed; Refused for an evaluation that can't be, and for a point that was closed or removed;
    ChangedMeanwhile when somebody changed the point since the version that was seen.
    """
    permit(by)
    row = hold_open(session, number)
    seen(row, seen_version)
    budget = chosen(evaluation.budget_enough, kinds.BUDGETS, "of het budget genoeg was")
    worked = chosen(evaluation.worked, kinds.WORKED, "of het werkte")
    words = fits(evaluation.words, TEXT_LENGTH, "De uitleg")
    evaluator = fits_line(evaluation.by, NAME_LENGTH, "De naam")
    if budget is None:
        raise Refused("Kies of het budget genoeg was.")
    if worked is None:
        raise Refused("Kies of het werkte.")
    if words is None:
        raise Refused("Leg uit waaruit dat blijkt.")
    if evaluator is None:
        raise Refused("Vul in wie heeft geëvalueerd.")
    _past(evaluation.on, "De evaluatie", by)
    row.budget_enough, row.worked, row.evaluation = budget, worked, words
    row.evaluated_by, row.evaluated_on = evaluator, evaluation.on
    touch(session, row, "evaluate", by, worked=worked, budget=budget)


def to_close(session: Session, number: int) -> dict[str, tuple[str, ...]]:
    """What a point still misses for each of `kinds.CLOSINGS`, in Dutch; empty for what can be done now."""
    row = session.get_one(Point, number)
    return {closed_as: _lacking(session, row, closed_as) for closed_as in kinds.CLOSINGS}


def close(
    session: Session,
    number: int,
    closed_as: str,
    on: date,
    *,
    decision: Taken | None = None,
    successor_id: int | None = None,
    by: By,
    seen_version: int,
) -> None:
    """Close a point in one of the ways of `kinds.CLOSINGS`; `decision` is recorded with it.

    Raises as `evaluate` does, and Refused with all that is missing.
    """
    permit(by)
    if closed_as == "doorgezet":
        hold_all(session)  # so that no two points go on in each other
    row = hold_open(session, number)
    seen(row, seen_version)
    if chosen(closed_as, kinds.CLOSINGS, "hoe het punt wordt afgesloten") is None:
        raise Refused("Kies hoe het punt wordt afgesloten.")
    _past(on, "Het afsluiten", by)
    successor = _successor(session, row, successor_id) if closed_as == "doorgezet" else None
    if missing := _lacking(session, row, closed_as, decided=decision is not None, successor=successor):
        raise Refused(f"Afsluiten kan nog niet. Er ontbreekt: {'. En: '.join(missing)}.")
    if decision is not None:
        question = f"Kan dit punt dicht als ‘{kinds.CLOSINGS[closed_as].lower()}’?"
        _record(session, row, DECIDED_BY[closed_as][0], question, decision, by)
    row.closed_as, row.closed_on = closed_as, on
    row.successor_id = successor.id if successor else None
    touch(session, row, "close", by, closed_as=closed_as, successor=row.successor_id)


def reopen(session: Session, number: int, decision: Taken, *, by: By, seen_version: int) -> None:
    """Open a closed point again; why is kept as a decision of kind `anders`.

    Raises as `evaluate` does, and Refused for a point that is open, or under one that is closed.
    """
    permit(by)
    parent_id = session.scalar(select(Point.parent_id).where(Point.id == number))
    # what it stands under is not closed meanwhile; always in the same order, so that nobody waits for ever
    held = {each: hold(session, each) for each in sorted({number, parent_id or number})}
    row, above = held[number], held[parent_id] if parent_id else None
    seen(row, seen_version)
    if row.closed_on is None:
        raise Refused("Dit punt is niet afgesloten.")
    if above is not None and above.closed_on is not None:
        raise Refused(f"Dit staat onder ‘{above.title}’, en dat is afgesloten. Heropen dat eerst.")
    _record(session, row, "anders", "Moet dit punt weer open?", decision, by)
    row.closed_as = row.closed_on = row.successor_id = None
    touch(session, row, "reopen", by)


def _current(session: Session, number: int, decision_id: int) -> Decision:
    """A decision about an open point, as it is now; the point is held. Raises Refused for one removed."""
    hold_open(session, number)
    row = session.scalar(
        select(Decision)
        .where(Decision.id == decision_id, Decision.point_id == number, Decision.removed.is_(False))
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise Refused("Dit besluit is intussen verwijderd.")
    return row


def _checked(asked: Asked) -> Asked:
    kind = chosen(asked.kind, kinds.DECISIONS, "wat voor besluit dit is")
    question = fits(asked.question, TEXT_LENGTH, "De vraag")
    decider = fits_line(asked.decider, NAME_LENGTH, "De naam")
    if kind is None:
        raise Refused("Kies wat voor besluit dit is.")
    if question is None:
        raise Refused("Vul in wat er besloten moet worden.")
    if decider is None:
        raise Refused("Vul in wie het besluit neemt.")
    return Asked(kind, question, decider, fits_day(asked.due_on, "De termijn van het besluit"))


def _write(row: Decision, asked: Asked) -> None:
    row.kind, row.question, row.decider, row.due_on = asked.kind, asked.question, asked.decider, asked.due_on


def _write_outcome(row: Decision, outcome: str, on: date, by: By) -> None:
    words = fits(outcome, TEXT_LENGTH, "Het besluit")
    if words is None:
        raise Refused("Vul in wat er is besloten.")
    _past(on, "Het besluit", by)
    row.taken_on, row.outcome = on, words


def _record(session: Session, point: Point, kind: str, question: str, taken: Taken, by: By) -> None:
    """Add a decision that was taken already."""
    row = Decision(point_id=point.id, version=1)
    _write(row, _checked(Asked(kind, question, taken.decider)))
    _write_outcome(row, taken.outcome, taken.on, by)
    _add(session, row, "take_decision", by)


def _add(session: Session, row: Decision, action: str, by: By) -> None:
    session.add(row)
    stamp(row, by)
    session.flush()
    _log(session, row, action, by)


def _keep(session: Session, row: Decision, action: str, by: By) -> None:
    next_version(session, row, by)
    _log(session, row, action, by)


def _log(session: Session, row: Decision, action: str, by: By) -> None:
    note(session, action, row.point_id, by, decision=row.id, kind=row.kind, version=row.version)
    session.flush()


def _past(on: date, what: str, by: By) -> None:
    fits_day(on, what)
    if on > today(by.at):
        raise Refused(f"{what} ligt in de toekomst. Vul de dag in waarop het is gebeurd.")


def _lacking(
    session: Session,
    point: Point,
    closed_as: str,
    *,
    decided: bool = False,
    successor: Point | None = None,
) -> tuple[str, ...]:
    """What a point misses to be closed in this way; `decided`: a decision is recorded together with it."""
    found = []
    if closed_as == "afgesloten" and point.evaluated_on is None:
        found.append("een evaluatie: was het budget genoeg, en werkte het")
    if closed_as == "doorgezet" and successor is None:
        found.append("de opvolger: het punt waarin dit verdergaat")
    if not decided and not _is_decided(session, point, closed_as):
        wanted = " of ".join(f"‘{kinds.DECISIONS[kind]}’" for kind in DECIDED_BY[closed_as])
        found.append(f"een genomen besluit van de soort {wanted}; u kunt het bij het afsluiten invullen")
    if open_under := _open_under(session, point):
        found.append(f"het afsluiten van wat er nog onder staat: {'; '.join(open_under)}")
    return tuple(found)


def _is_decided(session: Session, point: Point, closed_as: str) -> bool:
    """Whether a decision to close in this way was taken, since the point was opened again if it was."""
    since = _reopened_on(session, point) or date.min
    if closed_as == "geschrapt" and point.later == "schrappen" and (point.later_on or since) >= since:
        return True
    query = select(Decision.id).where(
        Decision.point_id == point.id,
        Decision.kind.in_(DECIDED_BY[closed_as]),
        Decision.taken_on >= since,
        Decision.removed.is_(False),
    )
    return session.scalar(query.limit(1)) is not None


def _reopened_on(session: Session, point: Point) -> date | None:
    """The day on which a point was opened again last; None for one that never was closed."""
    opened_again = None
    for version in points.history(session, point.id):
        if version.content["closed_on"]:
            return opened_again
        opened_again = today(version.at)
    return None


def _open_under(session: Session, point: Point) -> Sequence[str]:
    return session.scalars(
        select(Point.title)
        .where(Point.parent_id == point.id, Point.removed.is_(False), Point.closed_on.is_(None))
        .order_by(Point.place, Point.id)
    ).all()


def _successor(session: Session, point: Point, successor_id: int | None) -> Point | None:
    """The point in which another goes on. Raises Refused for one that can't be it."""
    if successor_id is None:
        return None
    found = session.get(Point, successor_id)
    if found is None or found.removed:
        raise Refused("Kies de opvolger uit de lijst.")
    if found.fictief and not point.fictief:
        raise Refused(
            f"‘{found.title}’ is verzonnen en dit punt niet. Dit punt kan daar niet in verdergaan. Kies een"
            " andere opvolger."
        )
    after: Point | None = found
    while after is not None:
        if after.id == point.id:
            raise Refused("Een punt kan niet opgaan in zichzelf. Kies een andere opvolger.")
        after = session.get(Point, after.successor_id) if after.successor_id else None
    return found
