"""What somebody sees first: the dossiers of the own units, and the measurements with how many are in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import dossiers
from surveys.models import Dossier, InstrumentText, Measurement, Unit


@dataclass(frozen=True)
class PinCount:
    """One instrument of a measurement: how many of how many units have submitted."""

    instrument: InstrumentText
    submitted: int
    total: int


@dataclass(frozen=True)
class MeasurementCount:
    """A measurement with its instruments."""

    measurement: Measurement
    pins: tuple[PinCount, ...]


def dossiers_of(session: Session, unit_ids: Iterable[int]) -> list[Dossier]:
    """The dossiers of some units, the newest measurement first."""
    return list(
        session.scalars(
            select(Dossier)
            .join(Dossier.measurement)
            .where(Dossier.unit_id.in_(list(unit_ids)))
            .order_by(Measurement.period_from.desc(), Dossier.id)
        )
    )


def measurements(session: Session) -> list[MeasurementCount]:
    """All measurements, the newest first."""
    counts = _counts(session)
    rows = session.scalars(select(Measurement).order_by(Measurement.period_from.desc(), Measurement.id))
    return [_counted(row, counts) for row in rows]


def measurement_count(session: Session, code: str) -> MeasurementCount | None:
    """One measurement by its code."""
    row = measurement_by_code(session, code)
    return None if row is None else _counted(row, _counts(session))


def _counts(session: Session) -> dict[tuple[int, int], tuple[int, int]]:
    counted = session.execute(
        select(
            Dossier.measurement_id,
            Dossier.instrument_id,
            func.count(),
            func.count().filter(Dossier.state.in_(dossiers.SUBMITTED)),
        ).group_by(Dossier.measurement_id, Dossier.instrument_id)
    )
    return {(measurement, pin): (submitted, total) for measurement, pin, total, submitted in counted}


def _counted(row: Measurement, counts: dict[tuple[int, int], tuple[int, int]]) -> MeasurementCount:
    pins = (PinCount(pin.instrument, *counts.get((row.id, pin.instrument_id), (0, 0))) for pin in row.pins)
    return MeasurementCount(row, tuple(pins))


def measurement_by_code(session: Session, code: str) -> Measurement | None:
    """A measurement by its code."""
    return session.scalar(select(Measurement).where(Measurement.code == code))


def dossier_by_codes(session: Session, measurement: str, unit: str) -> Dossier | None:
    """The dossier of a unit in a measurement."""
    return session.scalar(
        select(Dossier)
        .join(Dossier.measurement)
        .join(Dossier.unit)
        .where(Measurement.code == measurement, Unit.code == unit)
    )
