"""What reports are made of: the answers of a measurement's dossiers for one kind of unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import Session, lazyload

import scoring
from scoring.packing import FORMAT
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
    PackedAnswers,
    Unit,
    UnitName,
)

T = TypeVar("T")

PACKED = and_(PackedAnswers.dossier_id == Dossier.id, PackedAnswers.format == FORMAT)
"""Joins to a dossier its packed answers, if there are any and they were packed in the way of today."""


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
        named = row.name_on(day)
        return cls(row.code, named.name, named.short, row.kind, _tile(row.tile_row, row.tile_column))


def _tile(row: int | None, column: int | None) -> tuple[int, int] | None:
    return None if row is None or column is None else (row, column)


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
    answers: Mapping[str, results.Answers]

    @property
    def total(self) -> int:
        """How many units take part."""
        return len(self.dossiers)

    @cached_property
    def submitted(self) -> tuple[UnitInfo, ...]:
        """The units that count, in order."""
        return tuple(info.unit for info in self.dossiers.values() if info.submitted)


def filled(
    session: Session,
    measurement: Measurement,
    pinned: InstrumentText,
    counting: frozenset[str] = dossiers.SUBMITTED,
    *,
    in_full: bool = False,
) -> Filled:
    """Read a measurement's dossiers for one of its instruments: a fixed number of queries.

    `counting` has the states of a dossier in which its unit counts. `in_full` reads the answers at once, and
    not when they are asked for: where scores and answers must be of the very same moment.
    """
    mine = Dossier.measurement_id == measurement.id, Dossier.instrument_id == pinned.id
    # columns and not objects: there may be ten thousand
    rows = session.execute(
        select(
            Dossier.id,
            Dossier.state,
            PackedAnswers.content,
            Unit.id,
            Unit.code,
            Unit.kind,
            Unit.tile_row,
            Unit.tile_column,
        )
        .join(Dossier.unit)
        .outerjoin(PackedAnswers, PACKED)
        .where(*mine)
        .order_by(Unit.code)
    )
    names = _names(session, select(Dossier.unit_id).where(*mine), measurement.period_until)
    infos: dict[str, DossierInfo] = {}
    packed: dict[str, bytes | None] = {}
    for dossier_id, state, content, unit_id, code, kind, row, column in rows:
        unit = UnitInfo(code, *names[unit_id], kind, _tile(row, column))
        infos[code] = DossierInfo(dossier_id, unit, state, counting)
        if state in counting:
            packed[code] = None if in_full else content
    instrument = instrument_of(pinned)
    return Filled(
        MeasurementInfo.of(measurement),
        instrument,
        infos,
        _kept(session, instrument, {code: infos[code].id for code in packed}, packed),
    )


def _names(session: Session, unit_ids: Select[int], day: date) -> dict[int, tuple[str, str]]:
    """The name and the short name of units on a day, as `Unit.name_on` gives them, in one query."""
    rows = session.execute(
        select(UnitName.unit_id, UnitName.valid_from, UnitName.name, UnitName.short)
        .where(UnitName.unit_id.in_(unit_ids))
        .order_by(UnitName.unit_id, UnitName.valid_from)
    )
    found: dict[int, tuple[str, str]] = {}
    for unit_id, since, name, short in rows:
        if since <= day or unit_id not in found:
            found[unit_id] = (name, short)
    return found


def _kept(
    session: Session, instrument: Instrument, ids: Mapping[str, int], packed: Mapping[str, bytes | None]
) -> results.Kept:
    """The answers of units with the ids of their dossiers; what is not packed yet is read and packed here."""
    lacking = [code for code, row in packed.items() if row is None]
    known = answers_of(session, [ids[code] for code in lacking])
    given: dict[str, results.Answers] = {code: known.get(ids[code], {}) for code in lacking}
    made = dict(zip(lacking, results.pack(instrument, given), strict=True))
    rows = [made[code] if row is None else row for code, row in packed.items()]

    def read(units: Sequence[str], question: str | None) -> Mapping[str, results.Answers]:
        if len(given) == len(packed):
            return {code: given[code] for code in units}
        found = answers_of(session, [ids[code] for code in units], question)
        return {code: found.get(ids[code], {}) for code in units}

    return results.Kept(scoring.unpack(instrument.plan, packed, rows), read)


def packed_of(session: Session, instrument: Instrument, dossier_ids: Sequence[int]) -> dict[int, bytes]:
    """Pack the answers of some dossiers of one questionnaire as they are now."""
    given = answers_of(session, dossier_ids)
    rows = results.pack(instrument, {str(each): given.get(each, {}) for each in dossier_ids})
    return dict(zip(dossier_ids, rows, strict=True))


_ANSWERS = (
    select(
        Answer.dossier_id,
        Answer.question,
        Answer.value,
        Answer.special,
        Answer.note,
        select(func.count()).where(AnswerDocument.answer_id == Answer.id).correlate(Answer).scalar_subquery(),
    )
    .where(Answer.dossier_id.in_(bindparam("dossiers", expanding=True)), Answer.party == JOINT)
    .order_by(Answer.id)
)


def answers_of(
    session: Session, dossier_ids: Sequence[int], question: str | None = None
) -> dict[int, dict[str, results.Answer]]:
    """The joint answers of some dossiers, as scoring takes them: dossier id -> question -> answer.

    With `question` those to one question alone.
    """
    if not dossier_ids:
        return {}
    asked = _ANSWERS if question is None else _ANSWERS.where(Answer.question == question)
    rows = session.execute(asked, {"dossiers": dossier_ids})
    found: dict[int, dict[str, results.Answer]] = {}
    for dossier_id, code, value, special, note, documents in rows:
        found.setdefault(dossier_id, {})[code] = results.Answer(
            value=value, special=special, note=note, document=bool(documents)
        )
    return found


def parents(session: Session, measurement: Measurement) -> dict[str, UnitInfo]:
    """To which unit each unit belonged when a measurement began, a region to its brigade; by unit code."""
    belongs = units.parents_on(session, measurement.period_from)
    rows = session.scalars(select(Unit).where(Unit.id.in_(set(belongs.values()))))
    infos = {row.id: UnitInfo.of(row, measurement.period_until) for row in rows}
    return {code: infos[parent] for code, parent in belongs.items()}


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


_SERIES = (
    select(Measurement, InstrumentText)
    .join(MeasurementInstrument, MeasurementInstrument.measurement_id == Measurement.id)
    .join(InstrumentText, InstrumentText.id == MeasurementInstrument.instrument_id)
    .where(
        InstrumentText.code == bindparam("code"),
        Measurement.fictief == bindparam("fictief"),
        Measurement.period_from <= bindparam("begun"),
    )
    .order_by(Measurement.period_from, Measurement.id)
    .options(lazyload(Measurement.pins))  # the pin that counts stands in the row
)


def series(
    session: Session, measurement: Measurement, pinned: InstrumentText
) -> list[tuple[Measurement, InstrumentText]]:
    """The measurements up to and including this one with any version of the same instrument, oldest first.

    Made-up data are only ever compared with made-up data.
    """
    like = {"code": pinned.code, "fictief": measurement.fictief, "begun": measurement.period_from}
    rows = session.execute(_SERIES, like)
    return [
        (earlier, text)
        for earlier, text in rows
        if earlier.id <= measurement.id or earlier.period_from < measurement.period_from
    ]
