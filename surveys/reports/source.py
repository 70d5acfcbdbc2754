"""What reports are made of: the answers of a measurement's dossiers for one kind of unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import dossiers, results, units
from surveys.instruments import Instrument
from surveys.measurements import instrument_of
from surveys.models import (
    JOINT,
    Answer,
    AnswerDocument,
    Dossier,
    InstrumentText,
    Measurement,
    MeasurementInstrument,
    Unit,
)

T = TypeVar("T")


@dataclass(frozen=True)
class MeasurementInfo:
    """A measurement, as pages and files speak of it."""

    code: str
    name: str
    kind: str
    year: int
    fictief: bool

    @classmethod
    def of(cls, row: Measurement) -> MeasurementInfo:
        """Take it from its row."""
        return cls(row.code, row.name, row.kind, row.year, row.fictief)


@dataclass(frozen=True)
class UnitInfo:
    """A unit under the name that it had at the end of a measurement, with its place on the tile map."""

    code: str
    name: str
    short: str
    kind: str
    tile: tuple[int, int] | None

    @classmethod
    def of(cls, row: Unit, day: date) -> UnitInfo:
        """Take it from its row, with its name on a day."""
        tile = None
        if row.tile_row is not None and row.tile_column is not None:
            tile = (row.tile_row, row.tile_column)
        named = row.name_on(day)
        return cls(row.code, named.name, named.short, row.kind, tile)


@dataclass(frozen=True)
class DossierInfo:
    """A dossier and how far it is; `counting` are the states in which it counts."""

    id: int
    unit: UnitInfo
    state: str
    counting: frozenset[str] = dossiers.SUBMITTED

    @property
    def state_label(self) -> str:
        """The state in Dutch."""
        return dossiers.STATES[self.state]

    @property
    def submitted(self) -> bool:
        """Whether it counts for the national picture."""
        return self.state in self.counting


@dataclass(frozen=True)
class Filled:
    """The dossiers of one measurement for one instrument, and the answers of the submitted ones.

    `dossiers` and `answers` have unit codes as keys, in the order of those codes.
    """

    measurement: MeasurementInfo
    instrument: Instrument
    dossiers: Mapping[str, DossierInfo]
    answers: Mapping[str, Mapping[str, results.Answer]]

    @property
    def total(self) -> int:
        """How many units take part."""
        return len(self.dossiers)

    @property
    def submitted(self) -> tuple[UnitInfo, ...]:
        """The units that count, in order."""
        return tuple(info.unit for info in self.dossiers.values() if info.submitted)


def filled(
    session: Session,
    measurement: Measurement,
    pinned: InstrumentText,
    counting: frozenset[str] = dossiers.SUBMITTED,
) -> Filled:
    """Read a measurement's dossiers for one of its instruments: a fixed number of queries.

    `counting` has the states of a dossier in which its unit counts.
    """
    rows = session.scalars(
        select(Dossier)
        .join(Dossier.unit)
        .where(Dossier.measurement_id == measurement.id, Dossier.instrument_id == pinned.id)
        .order_by(Unit.code)
    ).all()
    infos = {
        row.unit.code: DossierInfo(
            row.id, UnitInfo.of(row.unit, measurement.period_until), row.state, counting
        )
        for row in rows
    }
    counted = [info.id for info in infos.values() if info.submitted]
    by_dossier = answers_of(session, counted)
    return Filled(
        MeasurementInfo.of(measurement),
        instrument_of(pinned),
        infos,
        {code: by_dossier.get(info.id, {}) for code, info in infos.items() if info.submitted},
    )


def answers_of(session: Session, dossier_ids: list[int]) -> dict[int, dict[str, results.Answer]]:
    """The joint answers of some dossiers, as scoring takes them: dossier id -> question -> answer."""
    references = (
        select(func.count()).where(AnswerDocument.answer_id == Answer.id).correlate(Answer).scalar_subquery()
    )
    rows = session.execute(
        select(Answer.dossier_id, Answer.question, Answer.value, Answer.special, Answer.note, references)
        .where(Answer.dossier_id.in_(dossier_ids), Answer.party == JOINT)
        .order_by(Answer.id)
    )
    found: dict[int, dict[str, results.Answer]] = {}
    for dossier_id, question, value, special, note, documents in rows:
        found.setdefault(dossier_id, {})[question] = results.Answer(
            value=value, special=special, note=note, document=bool(documents)
        )
    return found


def parents(session: Session, measurement: Measurement) -> dict[str, UnitInfo]:
    """To which unit each unit belonged when a measurement began, a region to its brigade; by unit code."""
    found = units.parents_on(session, measurement.period_from)
    rows = session.execute(select(Unit.id, Unit.code).where(Unit.id.in_(list(found))))
    return {code: UnitInfo.of(found[unit_id], measurement.period_until) for unit_id, code in rows}


def previous(rounds: Sequence[T], counts: Callable[[T], bool]) -> list[T | None]:
    """For each measurement of a series the one that it is compared with: the last before it that counts.

    `counts` says whether any unit submitted in it. It is the same one for every unit: a unit that did not
    submit in it has no change.
    """
    found: list[T | None] = []
    before: T | None = None
    for each in rounds:
        found.append(before)
        before = each if counts(each) else before
    return found


def series(
    session: Session, measurement: Measurement, pinned: InstrumentText
) -> list[tuple[Measurement, InstrumentText]]:
    """The measurements up to and including this one with any version of the same instrument, oldest first.

    Made-up data are only ever compared with made-up data.
    """
    rows = session.execute(
        select(Measurement, InstrumentText)
        .join(MeasurementInstrument, MeasurementInstrument.measurement_id == Measurement.id)
        .join(InstrumentText, InstrumentText.id == MeasurementInstrument.instrument_id)
        .where(
            InstrumentText.code == pinned.code,
            Measurement.fictief == measurement.fictief,
            Measurement.period_from <= measurement.period_from,
        )
        .order_by(Measurement.period_from, Measurement.id)
    )
    return [
        (earlier, text)
        for earlier, text in rows
        if earlier.id <= measurement.id or earlier.period_from < measurement.period_from
    ]
