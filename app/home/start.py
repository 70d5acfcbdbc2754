"""What waits for somebody on the first page: the own questionnaires and points, and the measurements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.furniture import day
from exports.labels import capital
from surveys import dossiers
from surveys import measurements as rounds
from surveys.follow_up import findings, kinds, standing
from surveys.follow_up.points import PointInfo
from surveys.follow_up.standing import Standing
from surveys.measurements import ANSWERING, instrument_of
from surveys.models import Dossier, Measurement, Unit
from surveys.offered import Asked
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
class Followed:
    """The open points of an own unit, and the address of all that it has; `title` says how many."""

    unit: Unit
    title: str
    url: str
    tasks: tuple[Task, ...]
    fictief: bool


@dataclass(frozen=True)
class Contact:
    """An own unit, and how many findings that inspectors shared with it wait for an answer."""

    unit: Unit
    waiting: int


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


def tasks(rows: Iterable[Dossier], asked: Mapping[int, int]) -> list[Task]:
    """The questionnaires of the own units, in the order given.

    `asked`: how many questions others put to this person in the threads of each, by its id.
    """
    return [_task(row, asked.get(row.id, 0)) for row in rows]


def _task(dossier: Dossier, asked: int) -> Task:
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
        hint=_hint(measurement, dossier.due_on if is_open else None, asked if is_open else 0),
        open=is_open,
    )


def _hint(measurement: Measurement, due_on: date | None, asked: int) -> str | None:
    parts = []
    if asked:
        parts.append("1 vraag aan u" if asked == 1 else f"{asked} vragen aan u")
    if due_on is not None:
        words = f"inleveren tot en met {day(due_on)}"
        parts.append(words if parts else capital(words))
    if measurement.fictief:
        parts.append("fictieve gegevens" if parts else "Fictieve gegevens")
    return "; ".join(parts) or None


def reactions(rows: Iterable[Asked], today: date) -> list[Task]:
    """What the own units are asked to react to and was not closed, in the order given."""
    return [
        Task(
            name=f"{row.label}: {row.dossier.unit.name}, {row.dossier.measurement.name}",
            url=reaction_url(row),
            status=f"{row.open} te doen" if row.open else "U hebt gereageerd",
            kind="todo" if row.open else "plain",
            hint=f"{'De termijn is voorbij: reageren kon' if today > row.due_on else 'Reageren kan'}"
            f" tot en met {day(row.due_on)}",
            open=True,
        )
        for row in rows
        if row.closed_as is None
    ]


def follow_up(session: Session, unit_ids: Collection[int], day: date) -> list[Followed]:
    """The open points of the own units that have points; what stands under another of them is left out."""
    return [_followed(session, unit, day) for unit in standing.units_with_points(session, unit_ids)]


def contacts(session: Session, unit_ids: Collection[int]) -> list[Contact]:
    """The ways between the own units and the inspectors, in the order of their codes: two queries."""
    if not unit_ids:
        return []
    waiting = findings.waiting(session, unit_ids)
    rows = session.scalars(select(Unit).where(Unit.id.in_(unit_ids)).order_by(Unit.code))
    return [Contact(row, waiting[row.id]) for row in rows]


def _followed(session: Session, unit: Unit, today: date) -> Followed:
    every = standing.of_unit(session, unit.id)
    ids = {each.id for each in every}
    found = [each for each in every if each.is_open and each.parent_id not in ids]
    standings = standing.of_points(session, [each.id for each in found])
    many = "1 punt" if len(found) == 1 else f"{len(found)} punten"
    under = sum(each.is_open for each in every) - len(found)
    if under:
        many += " met 1 maatregel" if under == 1 else f" met {under} maatregelen"
    return Followed(
        unit=unit,
        title=f"Opvolging: {many}",
        url=url_for("follow_up.unit", eenheid=unit.code),
        tasks=tuple(_point(unit, each, standings[each.id].seen_by(unit.code), today) for each in found),
        fictief=any(each.fictief for each in found),
    )


def _point(unit: Unit, point: PointInfo, stands: Standing, today: date) -> Task:
    looks = {"nog_niet_gestart": "todo", "onderhanden": "busy"}
    verdict = stands.own.verdict if stands.own else None
    refused = verdict is not None and verdict.verdict == standing.NOT_CONFIRMED
    return Task(
        name=point.called,
        url=url_for("follow_up.unit_point", eenheid=unit.code, nummer=point.id),
        status=f"{stands.label}; niet bevestigd" if refused else stands.label,
        kind="todo" if refused else looks.get(stands.status, "plain"),
        hint=_term(point, stands, today),
        open=True,
    )


def _term(point: PointInfo, stands: Standing, today: date) -> str | None:
    if point.due_on is None:
        return f"Termijn: {point.due_words}" if point.due_words else None
    late = point.due_on < today and stands.status not in kinds.ENDED
    return f"Termijn: {day(point.due_on)}{'; deze is voorbij' if late else ''}"


def reaction_url(row: Asked) -> str:
    """The page on which respondents react."""
    dossier = row.dossier
    return url_for("react.offer", meting=dossier.measurement.code, eenheid=dossier.unit.code, offer=row.id)


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
