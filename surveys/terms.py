"""The term of a questionnaire: changing it for one dossier or many, and how it changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from surveys import dossiers, log, measurements, running
from surveys.acting import By
from surveys.errors import NotAllowed, Refused
from surveys.models import Dossier, Measurement, TermChange, Unit
from surveys.permissions import allowed

PERMISSION = "measurement.manage"
REASON_LENGTH = 1000
"""The most characters of a reason."""


def changeable(session: Session, measurement: Measurement) -> list[Dossier]:
    """The dossiers whose term still means something: those that are not handed in, in the order of units."""
    if measurement.state not in measurements.ANSWERING | {"vragenlijst_vast"}:
        return []
    return running.outstanding(session, measurement)


def change(
    session: Session, chosen: Sequence[Dossier], new: date, reason: str, *, day: date, by: By
) -> list[TermChange]:
    """Let dossiers be handed in on `new` at the latest; those that have that term already stay as they are.

    `day` is today. Raises Refused when nothing is chosen or changes, for a term before `day`, without a
    reason where the term becomes later than it was, for a dossier that is handed in or whose measurement asks
    nothing any more; NotAllowed for a role that may not.
    """
    if not allowed(by.role, PERMISSION):
        raise NotAllowed()
    if not chosen:
        raise Refused("Kies ten minste één eenheid.")
    if new < day:
        raise Refused("De termijn ligt voor vandaag. Kies een latere dag.")
    reason = reason.strip()
    if len(reason) > REASON_LENGTH:
        raise Refused(f"De reden mag {REASON_LENGTH} tekens lang zijn. Kort hem in.")
    made = []
    # always in the same order, so that two who change many terms don't wait for each other
    for dossier in sorted(chosen, key=lambda each: each.id):
        dossiers.lock(session, dossier)
        session.refresh(dossier, ["due_on"])
        if dossier.state not in dossiers.OPEN:
            raise Refused(
                f"{dossier.unit.name} heeft de vragenlijst al ingeleverd."
                " De termijn kan daar niet meer wijzigen. Bekijk de lijst opnieuw."
            )
        if dossier.measurement.state not in measurements.ANSWERING | {"vragenlijst_vast"}:
            raise Refused("De meting is gesloten. De termijn kan niet meer wijzigen.")
        if dossier.due_on == new:
            continue
        if dossier.due_on is not None and new > dossier.due_on and not reason:
            raise Refused("De termijn wordt later dan hij was. Geef een reden op; de eenheid ziet die ook.")
        made.append(_record(session, dossier, new, reason, by))
    if not made:
        raise Refused("Deze termijn geldt al. Kies een andere dag.")
    session.flush()
    return made


def _record(session: Session, dossier: Dossier, new: date, reason: str, by: By) -> TermChange:
    row = TermChange(
        dossier_id=dossier.id,
        old=dossier.due_on,
        new=new,
        reason=reason or None,
        person_id=by.person_id,
        assignment_id=by.assignment_id,
        at=by.at,
    )
    session.add(row)
    log.write(
        session,
        "dossier.term",
        by,
        "dossier",
        dossier.id,
        old=dossier.due_on.isoformat() if dossier.due_on else None,
        new=new.isoformat(),
    )
    dossier.due_on = new
    return row


def latest(session: Session, dossier: Dossier) -> TermChange | None:
    """The last change of a dossier's term; None when it never changed."""
    return session.scalar(
        select(TermChange).where(TermChange.dossier_id == dossier.id).order_by(TermChange.id.desc()).limit(1)
    )


def history(session: Session, measurement: Measurement) -> list[tuple[Unit, TermChange]]:
    """Every change of a term in a measurement, newest first, with the unit that it is about."""
    rows = session.execute(
        select(Unit, TermChange)
        .join(Dossier, Dossier.id == TermChange.dossier_id)
        .join(Unit, Unit.id == Dossier.unit_id)
        .where(Dossier.measurement_id == measurement.id)
        .options(joinedload(TermChange.person))
        .order_by(TermChange.id.desc())
    )
    return [(unit, row) for unit, row in rows]
