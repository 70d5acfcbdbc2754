"""What waits for somebody on the first page: the own questionnaires, and the measurements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import url_for

from app.furniture import day
from exports.labels import capital
from surveys import dossiers
from surveys import measurements as rounds
from surveys.measurements import ANSWERING, instrument_of
from surveys.models import Dossier, Measurement
from surveys.overview import MeasurementCount


@dataclass(frozen=True)
class Task:
    """A questionnaire in the list: how far it is, in words, and how that looks (todo, busy, plain)."""

    name: str
    url: str
    status: str
    kind: str
    hint: str | None
    open: bool


@dataclass(frozen=True)
class Round:
    """A measurement and, for each kind of unit, how many have submitted; a workbook of what was sent out."""

    measurement: Measurement
    state: str
    pins: tuple[RoundPin, ...]
    excel: str | None


@dataclass(frozen=True)
class RoundPin:
    """One questionnaire of a measurement, with the addresses of its national picture."""

    nouns: str
    label: str
    submitted: int
    total: int
    heatmap: str
    tiles: str


def tasks(rows: Iterable[Dossier]) -> list[Task]:
    """The questionnaires of the own units, in the order given."""
    return [_task(row) for row in rows]


def _task(dossier: Dossier) -> Task:
    measurement, unit = dossier.measurement, dossier.unit
    is_open = dossier.state in dossiers.OPEN and measurement.state in ANSWERING
    if is_open:
        begun = dossier.state != "uitgezet"
        status, kind = ("Mee bezig", "busy") if begun else ("Nog niet begonnen", "todo")
        if dossier.submissions:
            status, kind = "Teruggestuurd voor aanvulling", "todo"
    elif dossier.state in dossiers.OPEN:
        status, kind = "Gesloten, niet ingeleverd", "plain"
    elif dossier.state == "ingediend":
        status, kind = f"Ingeleverd op {day(dossier.state_since)}", "plain"
    else:
        status, kind = f"Ingeleverd; {dossiers.STATES[dossier.state].lower()}", "plain"
    return Task(
        name=f"{measurement.name}: {unit.name}",
        url=url_for("fill_in.overview", meting=measurement.code, eenheid=unit.code),
        status=status,
        kind=kind,
        hint=_hint(measurement, dossier.due_on if is_open else None),
        open=is_open,
    )


def _hint(measurement: Measurement, due_on: date | None) -> str | None:
    parts = []
    if due_on is not None:
        parts.append(f"Inleveren tot en met {day(due_on)}")
    if measurement.fictief:
        parts.append("fictieve gegevens" if parts else "Fictieve gegevens")
    return "; ".join(parts) or None


def measurements(rows: Iterable[MeasurementCount]) -> list[Round]:
    """The measurements, in the order given."""
    return [
        Round(
            row.measurement,
            rounds.STATES[row.measurement.state],
            tuple(_pin(row, place) for place in range(len(row.pins))),
            url_for("picture.excel", meting=row.measurement.code)
            if any(pin.total for pin in row.pins)
            else None,
        )
        for row in rows
    ]


def _pin(row: MeasurementCount, place: int) -> RoundPin:
    pin = row.pins[place]
    nouns = instrument_of(pin.instrument).unit_noun[1]
    meting, kind = row.measurement.code, pin.instrument.unit_kind if place else None
    return RoundPin(
        nouns=nouns,
        label=capital(nouns),
        submitted=pin.submitted,
        total=pin.total,
        heatmap=url_for("picture.heatmap", meting=meting, eenheden=kind),
        tiles=url_for("picture.tiles", meting=meting, eenheden=kind),
    )
