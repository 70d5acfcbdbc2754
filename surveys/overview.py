"""What somebody sees first: the dossiers of the own units, and the measurements with how many are in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, contains_eager

from surveys import dossiers
from surveys.acting import AMSTERDAM
from surveys.errors import MeasurementDestroyed
from surveys.measurements import DESTROYED
from surveys.models import Destruction, Dossier, InstrumentText, Measurement, Unit


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
    """All measurements, the newest first; those that were destroyed left out."""
    counts = _counts(session)
    there = select(Measurement).where(Measurement.state != DESTROYED)
    rows = session.scalars(there.order_by(Measurement.period_from.desc(), Measurement.id))
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


_BY_CODE = select(Measurement).where(Measurement.code == bindparam("code"))


def measurement_by_code(session: Session, code: str) -> Measurement | None:
    """A measurement by its code. Raises MeasurementDestroyed."""
    found = session.scalar(_BY_CODE, {"code": code})
    if found is not None and found.state == DESTROYED:
        told = select(Destruction.at).where(Destruction.measurement_id == found.id)
        at = session.scalars(told.order_by(Destruction.id)).first()
        raise MeasurementDestroyed(found.name, f"{at.astimezone(AMSTERDAM):%d-%m-%Y}" if at else None)
    return found


def code_taken(session: Session, code: str) -> bool:
    """Whether a measurement has this code, or had it before it was destroyed."""
    return session.scalar(select(Measurement.id).where(Measurement.code == code)) is not None


_BY_CODES = (
    select(Dossier)
    .join(Dossier.measurement)
    .join(Dossier.unit)
    .where(Measurement.code == bindparam("measurement"), Unit.code == bindparam("unit"))
    .options(
        # what every page of a dossier needs; not what only some of them do
        contains_eager(Dossier.measurement).lazyload(Measurement.pins),
        contains_eager(Dossier.unit).lazyload(Unit.names),
    )
)


def dossier_by_codes(session: Session, measurement: str, unit: str) -> Dossier | None:
    """The dossier of a unit in a measurement. Raises MeasurementDestroyed."""
    found = session.scalar(_BY_CODES, {"measurement": measurement, "unit": unit})
    if found is None:
        measurement_by_code(session, measurement)  # says so when it was destroyed
    return found
