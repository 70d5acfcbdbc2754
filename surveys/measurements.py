"""Instruments that are kept, measurements, and sending out their dossiers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import dossiers, log
from surveys.acting import By
from surveys.errors import InstrumentChanged, Refused
from surveys.instruments import Instrument, parse
from surveys.models import Dossier, InstrumentText, Measurement, MeasurementInstrument, Unit

STATES: dict[str, str] = {
    "voorbereiding": "Voorbereiding",
    "vragenlijst_vast": "Vragenlijst vast",
    "uitvraag": "Uitvraag",
    "bezoeken": "Bezoeken",
    "landelijk_beeld": "Landelijk beeld",
    "rapport_concept": "Rapport in concept",
    "rapport_vast": "Rapport vast",
    "gepubliceerd": "Gepubliceerd",
    "opvolging": "Opvolging",
}
"""The states of a measurement in their order, with their Dutch names."""

DESTROYED = "vernietigd"
"""The state of a measurement of which nothing is left but its own row: see `surveys.retention`."""

ANSWERING = frozenset({"uitvraag", "bezoeken"})
"""The states in which respondents can answer."""

SETTLED = frozenset({"rapport_vast", "gepubliceerd", "opvolging"})
"""The states in which the report stays as it is, with all that inspectors wrote for it."""

_parsed: dict[str, Instrument] = {}


@dataclass(frozen=True)
class Period:
    """From a day up to and including another."""

    first: date
    last: date


def instrument_of(pinned: InstrumentText) -> Instrument:
    """Give the instrument whose text is kept; parsed once per process, for the text never changes."""
    if pinned.sha256 not in _parsed:
        _parsed[pinned.sha256] = parse(pinned.text, f"{pinned.code} {pinned.version}")
    return _parsed[pinned.sha256]


def lock(session: Session, measurement: Measurement) -> None:
    """Hold the measurement until the transaction ends, and see its state as it is now."""
    session.execute(select(Measurement.id).where(Measurement.id == measurement.id).with_for_update())
    session.refresh(measurement, ["state"])


def add_instrument(session: Session, instrument: Instrument, by: By) -> InstrumentText:
    """Keep a version of an instrument; the same text again changes nothing.

    Raises InstrumentChanged when another text is kept under the same code and version.
    """
    kept = session.scalar(
        select(InstrumentText).where(
            InstrumentText.code == instrument.code, InstrumentText.version == instrument.version
        )
    )
    if kept is not None:
        if kept.sha256 != instrument.sha256:
            raise InstrumentChanged(instrument.code, instrument.version)
        return kept
    kept = InstrumentText(
        code=instrument.code,
        version=instrument.version,
        title=instrument.title,
        unit_kind=instrument.unit,
        sha256=instrument.sha256,
        text=instrument.text,
        added_at=by.at,
        added_by_id=by.person_id,
    )
    session.add(kept)
    session.flush()
    log.write(session, "instrument.add", by, "instrument", kept.id, sha256=kept.sha256)
    return kept


def instruments(session: Session) -> list[tuple[InstrumentText, list[str]]]:
    """The instruments that are kept, each with the codes of the measurements that pin it."""
    texts = session.scalars(select(InstrumentText).order_by(InstrumentText.code, InstrumentText.version))
    users: dict[int, list[str]] = {}
    for pin in session.scalars(
        select(MeasurementInstrument).join(Measurement).order_by(Measurement.period_from)
    ):
        users.setdefault(pin.instrument_id, []).append(pin.measurement.code)
    return [(text, users.get(text.id, [])) for text in texts]


def create(
    session: Session,
    *,
    code: str,
    name: str,
    kind: str,
    year: int,
    period: Period,
    fictief: bool,
    pinned: Iterable[InstrumentText],
    by: By,
) -> Measurement:
    """Create a measurement that pins these instruments, one for each kind of unit.

    `kind` is nul, tussen, eind or anders. Raises Refused when the code is taken or when two of the
    instruments are for the same kind of unit.
    """
    if session.scalar(select(Measurement.id).where(Measurement.code == code)) is not None:
        raise Refused(f"Er is al een meting met de code {code}. Kies een andere code.")
    measurement = Measurement(
        code=code,
        name=name,
        kind=kind,
        year=year,
        period_from=period.first,
        period_until=period.last,
        state="voorbereiding",
        fictief=fictief,
    )
    seen: set[str] = set()
    for text in pinned:
        if text.unit_kind in seen:
            raise Refused(
                f"Twee vragenlijsten zijn voor dezelfde soort eenheid ({text.unit_kind}). Kies er één."
            )
        seen.add(text.unit_kind)
        measurement.pins.append(MeasurementInstrument(instrument=text, unit_kind=text.unit_kind))
    session.add(measurement)
    session.flush()
    log.write(session, "measurement.create", by, "measurement", measurement.id)
    return measurement


def go_to(session: Session, measurement: Measurement, state: str, by: By) -> None:
    """Bring a measurement to another state. Raises Refused for a state that does not exist."""
    if state not in STATES:
        raise Refused(f"Een meting kent geen toestand {state}.")
    log.write(
        session, "measurement.state", by, "measurement", measurement.id, old=measurement.state, new=state
    )
    measurement.state = state
    session.flush()


def send_out(
    session: Session, measurement: Measurement, unit: Unit, by: By, due_on: date | None = None
) -> Dossier:
    """Send a unit the questionnaire that the measurement pins for its kind: a new dossier, `uitgezet`.

    Raises Refused when the measurement has no questionnaire for it, or when it already has a dossier.
    """
    pin = next((pin for pin in measurement.pins if pin.unit_kind == unit.kind), None)
    if pin is None:
        raise Refused(f"De meting {measurement.name} heeft geen vragenlijst voor {unit.name}.")
    taken = session.scalar(
        select(Dossier.id).where(Dossier.measurement_id == measurement.id, Dossier.unit_id == unit.id)
    )
    if taken is not None:
        raise Refused(f"{unit.name} heeft al een vragenlijst in de meting {measurement.name}.")
    return dossiers.open_new(session, measurement, unit, pin.instrument, due_on, by)
