"""Running a measurement: preparing it, sending it out, and bringing it from state to state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import dossiers, judging, log, measurements, report_versions
from surveys.acting import By
from surveys.errors import NotAllowed, Refused
from surveys.measurements import STATES, Period, instrument_of, lock
from surveys.models import (
    Dossier,
    InstrumentText,
    Judgement,
    Measurement,
    MeasurementInstrument,
    MeasurementTransition,
    Unit,
)
from surveys.permissions import allowed
from surveys.reports.source import series

PERMISSION = "measurement.manage"
KINDS = {
    "nul": "Nulmeting",
    "tussen": "Tussenmeting",
    "eind": "Eindmeting",
    "anders": "Andere meting",
}
"""The kinds of measurement, with their Dutch names."""
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
RESERVED = frozenset({"nieuw", "vragenlijsten"})
"""Codes that are the address of something else."""
NAME_LENGTH = 200


@dataclass(frozen=True)
class Details:
    """What a measurement is and wants to know; the texts may be empty.

    `two_organisations`: a judgement is confirmed by an inspector of another organisation than who wrote it.
    """

    name: str
    kind: str
    year: int
    period: Period
    fictief: bool
    question: str = ""
    scope: str = ""
    discussed_with: str = ""
    two_organisations: bool = False


@dataclass(frozen=True)
class Step:
    """A step that is allowed: its name in the log and in the address, what a button says, reason or not."""

    name: str
    label: str
    explained: str
    reason: bool = False


STEPS: dict[tuple[str, str], Step] = {
    ("voorbereiding", "vragenlijst_vast"): Step(
        "fix", "Vragenlijst vaststellen", "Daarna kunnen de gegevens en de vragenlijsten niet meer wijzigen."
    ),
    ("vragenlijst_vast", "voorbereiding"): Step(
        "prepare",
        "Terug naar voorbereiding",
        "Dit kan zolang de vragenlijst naar niemand is uitgezet.",
        reason=True,
    ),
    ("vragenlijst_vast", "uitvraag"): Step(
        "open", "Uitvraag openen", "Vanaf dat moment kunnen de eenheden hun vragenlijst invullen."
    ),
    ("uitvraag", "bezoeken"): Step(
        "visit", "Naar de bezoeken", "Wie nog niet heeft ingeleverd, kan dat tijdens de bezoeken nog doen."
    ),
    ("bezoeken", "uitvraag"): Step(
        "reopen", "Terug naar de uitvraag", "De bezoeken beginnen dan later opnieuw.", reason=True
    ),
    ("bezoeken", "landelijk_beeld"): Step(
        "close", "Sluiten en naar het landelijke beeld", "Daarna kan niemand meer antwoorden invullen."
    ),
    ("landelijk_beeld", "rapport_concept"): Step(
        "draft", "Naar het conceptrapport", "Het landelijke beeld is dan af."
    ),
    ("rapport_concept", "rapport_vast"): Step("settle", "Rapport vaststellen", "Het rapport is dan af."),
    ("rapport_vast", "gepubliceerd"): Step(
        "publish", "Als gepubliceerd vastleggen", "Het rapport is dan openbaar."
    ),
    ("gepubliceerd", "opvolging"): Step(
        "follow", "Naar de opvolging", "Vanaf dan gaat het om wat er met de aanbevelingen gebeurt."
    ),
}
"""The steps of a measurement (from, to); there are no others."""


@dataclass(frozen=True)
class Ahead:
    """A step that can be asked for now: what stands in its way, and what to know first. Both in Dutch."""

    to: str
    step: Step
    refused: str | None
    note: str | None


@dataclass(frozen=True)
class In:
    """How many dossiers of a measurement there are, and how many were handed in."""

    total: int
    submitted: int

    @property
    def missing(self) -> int:
        """How many were not."""
        return self.total - self.submitted


def prepare(
    session: Session, *, code: str, details: Details, pinned: Iterable[InstrumentText], by: By
) -> Measurement:
    """Create a measurement in `voorbereiding`.

    Raises Refused for a code that is badly formed or taken, and as `change` does.
    """
    _permit(by)
    if not CODE.fullmatch(code) or code in RESERVED:
        raise Refused(
            "Gebruik voor de code alleen kleine letters, cijfers en streepjes, zoals eindmeting-2013."
        )
    _check(details)
    made = measurements.create(
        session,
        code=code,
        name=details.name.strip(),
        kind=details.kind,
        year=details.year,
        period=details.period,
        fictief=details.fictief,
        pinned=pinned,
        by=by,
    )
    _tell(made, details)
    if details.two_organisations:
        _set_two_organisations(session, made, True, by)
    session.flush()
    return made


def change(
    session: Session,
    measurement: Measurement,
    *,
    details: Details,
    pinned: Sequence[InstrumentText],
    by: By,
) -> None:
    """Change what a measurement is, and its questionnaires, while it is being prepared.

    Raises Refused in another state, for an empty name, a period that ends before it begins, or two
    questionnaires for one kind of unit; NotAllowed for a role that may not.
    """
    _permit(by)
    lock(session, measurement)
    if measurement.state != "voorbereiding":
        raise Refused(
            f"De meting {measurement.name} is niet meer in voorbereiding"
            f" (stand: {STATES[measurement.state].lower()}). U kunt de gegevens niet meer wijzigen."
        )
    _check(details)
    if dossier_counts(session, measurement).total:
        raise Refused("De vragenlijst is al uitgezet. De gegevens kunnen daarom niet meer wijzigen.")
    measurement.name = details.name.strip()
    measurement.kind, measurement.year, measurement.fictief = details.kind, details.year, details.fictief
    measurement.period_from, measurement.period_until = details.period.first, details.period.last
    _tell(measurement, details)
    _set_two_organisations(session, measurement, details.two_organisations, by)
    _pin(session, measurement, pinned)
    log.write(session, "measurement.change", by, "measurement", measurement.id)
    session.flush()


def judged(session: Session, measurement: Measurement) -> bool:
    """Whether somebody began to judge in a measurement."""
    found = select(Judgement.id).where(Judgement.measurement_id == measurement.id).limit(1)
    return session.scalar(found) is not None


def set_two_organisations(session: Session, measurement: Measurement, wanted: bool, by: By) -> None:
    """Say whether a judgement is confirmed by an inspector of another organisation, in any state.

    Raises Refused once the first judgement is there and it would change; NotAllowed for a role that may not.
    """
    _permit(by)
    lock(session, measurement)
    session.refresh(measurement, ["two_organisations"])
    _set_two_organisations(session, measurement, wanted, by)
    session.flush()


def _set_two_organisations(session: Session, measurement: Measurement, wanted: bool, by: By) -> None:
    if bool(measurement.two_organisations) == wanted:
        return
    if judged(session, measurement):
        raise Refused(
            "Er is al een oordeel geschreven in deze meting."
            " Wie oordelen bevestigt, kan daarom niet meer wijzigen."
        )
    measurement.two_organisations = wanted
    log.write(session, "measurement.two_organisations", by, "measurement", measurement.id, new=wanted)


def _check(details: Details) -> None:
    if not details.name.strip():
        raise Refused("Vul een naam in.")
    if len(details.name.strip()) > NAME_LENGTH:
        raise Refused(f"De naam mag {NAME_LENGTH} tekens lang zijn. Kort de naam in.")
    if details.kind not in KINDS:
        raise Refused("Kies een soort meting uit de lijst.")
    if details.period.last < details.period.first:
        raise Refused("De laatste dag van de periode ligt voor de eerste dag. Pas een van de twee aan.")


def _tell(measurement: Measurement, details: Details) -> None:
    measurement.question = details.question.strip() or None
    measurement.scope = details.scope.strip() or None
    measurement.discussed_with = details.discussed_with.strip() or None


def _pin(session: Session, measurement: Measurement, pinned: Sequence[InstrumentText]) -> None:
    wanted = {text.unit_kind: text for text in pinned}
    if len(wanted) < len(pinned):
        raise Refused("Twee vragenlijsten zijn voor dezelfde soort eenheid. Kies er één.")
    for pin in list(measurement.pins):
        text = wanted.pop(pin.unit_kind, None)
        if text is None:
            session.delete(pin)
        else:
            pin.instrument = text
    session.flush()
    session.add_all(
        MeasurementInstrument(measurement_id=measurement.id, instrument=text, unit_kind=text.unit_kind)
        for text in wanted.values()
    )
    session.flush()
    session.expire(measurement, ["pins"])


def before(
    session: Session, measurement: Measurement, pinned: InstrumentText
) -> tuple[Measurement, InstrumentText] | None:
    """Give the last measurement before this one with the same instrument, and its version; else None."""
    earlier = [each for each in series(session, measurement, pinned) if each[0].id != measurement.id]
    return earlier[-1] if earlier else None


def dossier_counts(session: Session, measurement: Measurement) -> In:
    """Count the dossiers of a measurement, and those that were handed in."""
    total, submitted = session.execute(
        select(func.count(), func.count().filter(Dossier.state.in_(dossiers.SUBMITTED))).where(
            Dossier.measurement_id == measurement.id
        )
    ).one()
    return In(total, submitted)


def ahead(session: Session, measurement: Measurement) -> list[Ahead]:
    """The steps that can be asked for now, with what stands in the way of each."""
    counts = dossier_counts(session, measurement)
    return [
        Ahead(to, step, _hindrance(session, measurement, to, counts), _note(state, to, counts))
        for (state, to), step in STEPS.items()
        if state == measurement.state
    ]


def _hindrance(session: Session, measurement: Measurement, to: str, counts: In) -> str | None:
    if to == "vragenlijst_vast" and measurement.state == "voorbereiding":
        if not measurement.pins:
            return "De meting heeft nog geen vragenlijst. Kies die eerst bij de gegevens."
        if not measurement.question or not measurement.scope:
            return "Vul eerst de onderzoeksvraag en de afbakening in, bij de gegevens."
    if to == "voorbereiding" and counts.total:
        return "De vragenlijst is al uitgezet. Terug naar de voorbereiding kan daarom niet meer."
    if (measurement.state, to) == ("vragenlijst_vast", "uitvraag") and not counts.total:
        return "De vragenlijst is nog aan niemand gestuurd. Kies eerst de eenheden."
    if to in {"rapport_concept", "rapport_vast"}:
        missing = judging.unjudged_nationally(session, measurement)
        if missing:
            one = len(missing) == 1
            return (
                "Het landelijke oordeel is nog niet af. Nog geen vastgesteld oordeel dat rust op de"
                f" antwoorden van nu, {'heeft' if one else 'hebben'} {'factor' if one else 'de factoren'}"
                f" {', '.join(missing)}."
            )
    if to == "rapport_vast" and report_versions.state_of(session, measurement) == "concept":
        return "Er is nog geen versie van het rapport vastgesteld. Doe dat eerst, bij het rapport."
    if to == "gepubliceerd" and report_versions.state_of(session, measurement) != "gepubliceerd":
        return (
            "Het rapport is nog niet ondertekend, aangeboden en gepubliceerd."
            " Leg dat eerst vast, bij de versie van het rapport."
        )
    if to == "landelijk_beeld" and not counts.submitted:
        return "Er is nog geen enkele vragenlijst ingeleverd. Zonder antwoorden is er geen landelijk beeld."
    return None


def _note(state: str, to: str, counts: In) -> str | None:
    if (state, to) not in {("uitvraag", "bezoeken"), ("bezoeken", "landelijk_beeld")}:
        return None
    if not counts.missing:
        return f"Alle {counts.total} vragenlijsten zijn ingeleverd."
    are = "is" if counts.missing == 1 else "zijn"
    return f"Let op: {counts.missing} van de {counts.total} vragenlijsten {are} nog niet ingeleverd."


def take(session: Session, measurement: Measurement, to: str, by: By, reason: str | None = None) -> None:
    """Bring a measurement to another state, and keep how.

    Raises Refused when the table has no such step, when something stands in its way, or when a reason is
    needed and not given; NotAllowed for a role that may not.
    """
    _permit(by)
    lock(session, measurement)
    found = next((each for each in ahead(session, measurement) if each.to == to), None)
    if found is None:
        raise Refused(
            f"Deze stap kan nu niet: de meting staat op ‘{STATES[measurement.state]}’."
            " Misschien heeft iemand anders de stap al gezet."
        )
    if found.refused:
        raise Refused(found.refused)
    reason = (reason or "").strip() or None
    if found.step.reason and reason is None:
        raise Refused("Geef een reden op. Die staat daarna bij de meting.")
    session.add(
        MeasurementTransition(
            measurement_id=measurement.id,
            from_state=measurement.state,
            to_state=to,
            reason=reason,
            person_id=by.person_id,
            assignment_id=by.assignment_id,
            at=by.at,
        )
    )
    measurements.go_to(session, measurement, to, by)


def history(session: Session, measurement: Measurement) -> list[MeasurementTransition]:
    """How a measurement went from state to state, the newest first."""
    return list(
        session.scalars(
            select(MeasurementTransition)
            .where(MeasurementTransition.measurement_id == measurement.id)
            .order_by(MeasurementTransition.id.desc())
        )
    )


def can_send(measurement: Measurement) -> bool:
    """Whether dossiers can be sent out: the questionnaires stand, and respondents can still answer."""
    return measurement.state == "vragenlijst_vast" or measurement.state in measurements.ANSWERING


def outstanding(session: Session, measurement: Measurement) -> list[Dossier]:
    """The dossiers that are not handed in, in the order of units."""
    return list(
        session.scalars(
            select(Dossier)
            .join(Dossier.unit)
            .where(Dossier.measurement_id == measurement.id, Dossier.state.in_(dossiers.OPEN))
            .order_by(Unit.kind.desc(), Unit.code)
        )
    )


def candidates(session: Session, measurement: Measurement, day: date) -> list[Unit]:
    """The units that have no dossier, are of a kind that has a questionnaire, and exist on a day."""
    taken = select(Dossier.unit_id).where(Dossier.measurement_id == measurement.id)
    kinds = [pin.unit_kind for pin in measurement.pins]
    return list(
        session.scalars(
            select(Unit)
            .where(
                Unit.kind.in_(kinds),
                Unit.id.not_in(taken),
                Unit.valid_from <= day,
                Unit.valid_until.is_(None) | (Unit.valid_until > day),
            )
            .order_by(Unit.kind.desc(), Unit.code)
        )
    )


def send_out(
    session: Session, measurement: Measurement, units: Sequence[Unit], due_on: date, day: date, by: By
) -> list[Dossier]:
    """Send the questionnaire to units, to be handed in on `due_on` at the latest.

    Raises Refused for a state in which that can't be, no units, a unit that does not exist on `day` or has a
    dossier, and a term that has passed; NotAllowed for a role that may not.
    """
    _permit(by)
    lock(session, measurement)
    if not can_send(measurement):
        raise Refused(
            f"De meting staat op ‘{STATES[measurement.state]}’. Dan kan er geen vragenlijst worden uitgezet."
        )
    if not units:
        raise Refused("Kies ten minste één eenheid.")
    if due_on < day:
        raise Refused("De termijn ligt voor vandaag. Kies een latere dag.")
    possible = {unit.id for unit in candidates(session, measurement, day)}
    for unit in units:
        if unit.id not in possible:
            raise Refused(
                f"{unit.name} heeft al een vragenlijst in deze meting, of bestaat niet meer."
                " Bekijk de lijst opnieuw."
            )
    return [measurements.send_out(session, measurement, unit, by, due_on) for unit in units]


def nouns(measurement: Measurement) -> dict[str, tuple[str, str]]:
    """What the units of each kind in a measurement are called: one, many."""
    return {pin.unit_kind: instrument_of(pin.instrument).unit_noun for pin in measurement.pins}


def _permit(by: By) -> None:
    if not allowed(by.role, PERMISSION):
        raise NotAllowed()
