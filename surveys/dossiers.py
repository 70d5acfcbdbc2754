"""The way of a dossier: one table of transitions, and the only verb that changes its state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from surveys import log
from surveys.acting import By
from surveys.errors import NotAllowed, Refused, TransitionRefused
from surveys.models import Dossier, DossierTransition, InstrumentText, Measurement, Unit
from surveys.permissions import allowed

STATES: dict[str, str] = {
    "uitgezet": "Uitgezet",
    "in_invulling": "In invulling",
    "ingediend": "Ingeleverd",
    "in_analyse": "In analyse",
    "bezocht": "Bezocht",
    "geverifieerd": "Geverifieerd",
    "beoordeeld": "Beoordeeld",
    "afgesloten": "Afgesloten",
}
"""The states of a dossier in their order, with their Dutch names."""

OPEN = frozenset({"uitgezet", "in_invulling"})
"""The states in which respondents can answer and sign."""

SUBMITTED = frozenset(STATES) - OPEN
"""The states that count for the national picture."""


@dataclass(frozen=True)
class Transition:
    """A step that is allowed: its name in the log and in Dutch, what permission it takes, reason or not."""

    name: str
    label: str
    permission: str
    reason: bool = False


TRANSITIONS: dict[tuple[str, str], Transition] = {
    ("uitgezet", "in_invulling"): Transition("begin", "Begonnen met invullen", "dossier.answer"),
    ("in_invulling", "ingediend"): Transition("submit", "Ingeleverd", "dossier.submit"),
    ("ingediend", "in_invulling"): Transition("return", "Teruggestuurd", "dossier.inspect", reason=True),
    ("ingediend", "in_analyse"): Transition("analyse", "In analyse genomen", "dossier.inspect"),
    ("in_analyse", "bezocht"): Transition("visit", "Bezocht", "dossier.inspect"),
    ("bezocht", "geverifieerd"): Transition("verify", "Geverifieerd", "dossier.inspect"),
    ("geverifieerd", "beoordeeld"): Transition("judge", "Beoordeeld", "dossier.inspect"),
    ("beoordeeld", "geverifieerd"): Transition("reopen", "Heropend", "dossier.inspect", reason=True),
    ("beoordeeld", "afgesloten"): Transition("close", "Afgesloten", "dossier.inspect"),
}


_HELD = (
    select(Dossier.state, Dossier.state_since, Dossier.last_activity_at)
    .where(Dossier.id == bindparam("dossier"))
    .with_for_update()
)


def lock(session: Session, dossier: Dossier) -> None:
    """Hold the dossier until the transaction ends, and see its state as it is now.

    Saving, signing and submitting all begin with this, so that on a server database they happen one after
    the other for one dossier. (On SQLite the transaction itself already holds the whole database.)
    """
    held = session.execute(_HELD, {"dossier": dossier.id}).one()
    for name, value in held._mapping.items():
        set_committed_value(dossier, name, value)


def open_new(
    session: Session,
    measurement: Measurement,
    unit: Unit,
    pinned: InstrumentText,
    due_on: date | None,
    by: By,
) -> Dossier:
    """Make a dossier in its first state."""
    dossier = Dossier(
        measurement=measurement,
        unit=unit,
        pinned=pinned,
        state="uitgezet",
        state_since=by.at,
        due_on=due_on,
        last_activity_at=by.at,
    )
    session.add(dossier)
    session.flush()
    _record(session, dossier, None, "uitgezet", None, by)
    log.write(session, "dossier.send_out", by, "dossier", dossier.id)
    return dossier


def move(session: Session, dossier: Dossier, to: str, by: By, reason: str | None = None) -> DossierTransition:
    """Bring a dossier to another state, and give the record of it.

    Raises TransitionRefused when the table has no such step, NotAllowed when this role may not take it, and
    Refused when a reason is needed and not given.
    """
    step = TRANSITIONS.get((dossier.state, to))
    if step is None:
        raise TransitionRefused(STATES[dossier.state], STATES[to])
    if not allowed(by.role, step.permission):
        raise NotAllowed()
    if step.reason and not (reason or "").strip():
        raise Refused("Geef een reden op. Die staat daarna bij het dossier.")
    record = _record(session, dossier, dossier.state, to, reason, by)
    log.write(session, f"dossier.{step.name}", by, "dossier", dossier.id, old=dossier.state, new=to)
    dossier.state = to
    dossier.state_since = by.at
    dossier.last_activity_at = by.at
    session.flush()
    return record


def _record(
    session: Session, dossier: Dossier, old: str | None, new: str, reason: str | None, by: By
) -> DossierTransition:
    made = DossierTransition(
        dossier_id=dossier.id,
        from_state=old,
        to_state=new,
        reason=reason,
        person_id=by.person_id,
        assignment_id=by.assignment_id,
        at=by.at,
        questions=[],
    )
    session.add(made)
    return made
