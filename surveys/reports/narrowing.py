"""Rows of the national picture, narrowed and sorted as somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scoring.compare import CHANGES
from surveys.instruments import Factor
from surveys.reports.factor import FactorPicture, UnitInTime
from surveys.reports.national import NationalReport
from surveys.reports.question import QuestionPicture, UnitAnswer
from surveys.reports.source import UnitInfo

Parents = Mapping[str, UnitInfo]


@dataclass(frozen=True)
class Order:
    """What is asked: the units of one brigade (its code), of one answer (its code), and in which order."""

    sort: str = "eenheid"
    down: bool = False
    brigade: str | None = None
    answer: str | None = None


@dataclass(frozen=True)
class UnitChange:
    """What a factor of a unit did since the measurement before."""

    unit: UnitInfo
    factor: Factor
    change: str


def brigades(units: tuple[UnitInfo, ...], parents: Parents) -> tuple[UnitInfo, ...]:
    """The units that some units belong to, by code."""
    found = {parents[unit.code].code: parents[unit.code] for unit in units if unit.code in parents}
    return tuple(found[code] for code in sorted(found))


def within(unit: UnitInfo, parents: Parents, brigade: str | None) -> bool:
    """Whether a unit belongs to a brigade; to None they all do."""
    return brigade is None or (unit.code in parents and parents[unit.code].code == brigade)


def answers(picture: QuestionPicture, parents: Parents, order: Order) -> tuple[UnitAnswer, ...]:
    """The answers to a question. What does not exist narrows or sorts nothing."""
    groups = {group.code: group.units for group in picture.groups}
    rows = groups.get(order.answer or "", picture.answers)
    sorts: dict[str, Callable[[UnitAnswer], Any]] = {
        "eenheid": lambda row: row.unit.code,
        "antwoord": lambda row: (row.state, (row.shown or "").casefold()),
        "toelichting": lambda row: (row.note is None, (row.note or "").casefold()),
    }
    shown = [row for row in rows if within(row.unit, parents, order.brigade)]
    return tuple(sorted(shown, key=sorts.get(order.sort, sorts["eenheid"]), reverse=order.down))


def units_in_time(picture: FactorPicture, parents: Parents, order: Order) -> tuple[UnitInTime, ...]:
    """The units with a factor's levels. What has no score or change stands last, whichever way round."""
    shown = [row for row in picture.units if within(row.unit, parents, order.brigade)]
    if order.sort not in ("score", "ontwikkeling"):
        return tuple(sorted(shown, key=lambda row: row.unit.code, reverse=order.down))
    known: list[UnitInTime] = []
    unknown: list[UnitInTime] = []
    for row in shown:
        key = _score(row) if order.sort == "score" else row.changes[-1]
        (unknown if key is None else known).append(row)
    known.sort(key=_score if order.sort == "score" else _change, reverse=order.down)
    return (*known, *unknown)


def _score(row: UnitInTime) -> Any:
    return row.scores[-1].score if row.scores[-1] else None


def _change(row: UnitInTime) -> Any:
    codes: list[str] = list(CHANGES)
    return codes.index(row.changes[-1] or "")


def unit_changes(
    report: NationalReport, parents: Parents, order: Order, change: str | None
) -> tuple[UnitChange, ...]:
    """Each factor of each unit that was compared, of one change or all; the falls first unless sorted."""
    rows = [
        UnitChange(unit, factor, found)
        for factor in report.instrument.factors.values()
        for unit in report.units
        if (found := report.change(unit.code, factor.code)) is not None
        and change in (None, found)
        and within(unit, parents, order.brigade)
    ]
    codes: list[str] = list(CHANGES)
    factors = list(report.instrument.factors)
    sorts: dict[str, Callable[[UnitChange], Any]] = {
        "eenheid": lambda row: (row.unit.code, factors.index(row.factor.code)),
        "factor": lambda row: (factors.index(row.factor.code), row.unit.code),
        "ontwikkeling": lambda row: (codes.index(row.change), row.unit.code),
    }
    return tuple(sorted(rows, key=sorts.get(order.sort, sorts["eenheid"]), reverse=order.down))
