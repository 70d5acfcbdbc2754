"""The judgements of a measurement that were confirmed: of each factor nationally, and of each unit."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.instruments import Factor
from surveys.judged import Judged, judged, of_measurement
from surveys.measurements import instrument_of
from surveys.models import Dossier, Measurement, Unit
from surveys.reports import country
from surveys.reports.source import UnitInfo


@dataclass(frozen=True)
class NationalJudgement:
    """What the inspections hold of a factor in the whole country."""

    factor: Factor
    judged: Judged


@dataclass(frozen=True)
class UnitJudgement:
    """What inspectors hold of a factor at one unit."""

    unit: UnitInfo
    factor: Factor
    judged: Judged


@dataclass(frozen=True)
class Judgements:
    """All that was confirmed, in the order of the questionnaires: regions before commanders, then by code."""

    national: tuple[NationalJudgement, ...]
    units: tuple[UnitJudgement, ...]


def judgements(session: Session, measurement: Measurement) -> Judgements:
    """Read the confirmed judgements of a measurement: a fixed number of queries, however many units."""
    factors: dict[str, Factor] = {}
    for pin in measurement.pins:
        for code, factor in instrument_of(pin.instrument).factors.items():
            factors.setdefault(code, factor)
    national = country.confirmed(session, measurement)
    return Judgements(
        national=tuple(
            NationalJudgement(factor, national[code]) for code, factor in factors.items() if code in national
        ),
        units=tuple(_of_units(session, measurement)),
    )


def _of_units(session: Session, measurement: Measurement) -> list[UnitJudgement]:
    rows = {
        (row.dossier_id, row.factor): row
        for row in of_measurement(session, measurement)
        if row.state == "vastgesteld"
    }
    found = session.scalars(
        select(Dossier)
        .join(Dossier.unit)
        .where(Dossier.measurement_id == measurement.id)
        .order_by(Unit.kind.desc(), Unit.code)
    )
    return [
        UnitJudgement(
            UnitInfo.of(dossier.unit, measurement.period_until), factor, judged(instrument, rows[key])
        )
        for dossier in found
        for instrument in (instrument_of(dossier.pinned),)
        for code, factor in instrument.factors.items()
        if (key := (dossier.id, code)) in rows
    ]
