"""The heatmap: units by factors, in the order and for the part of the country that was asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import scoring
from surveys.reports.levels import Mark, high_to_low, marks
from surveys.reports.national import NationalReport
from surveys.reports.source import DossierInfo, UnitInfo


@dataclass(frozen=True)
class Cell:
    """A unit's factor; `change` is against the previous measurement, None where there is none."""

    factor: str
    score: scoring.FactorScore
    mark: Mark
    change: str | None


@dataclass(frozen=True)
class Row:
    """A unit that takes part. Without cells it has not submitted; `parent` is what it belonged to then.

    `counts` is the number of factors at each level.
    """

    dossier: DossierInfo
    parent: UnitInfo | None
    cells: tuple[Cell, ...]
    counts: Mapping[str, int]

    @property
    def unit(self) -> UnitInfo:
        """The unit."""
        return self.dossier.unit


@dataclass(frozen=True)
class LevelTotal:
    """How many submitted units have a level, for each factor in order."""

    mark: Mark
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Heatmap:
    """The rows that are shown, and what counts for all submitted units together, shown or not.

    `marks` and `totals` are from high to low.
    """

    rows: tuple[Row, ...]
    marks: tuple[Mark, ...]
    totals: tuple[LevelTotal, ...]
    proposals: tuple[tuple[str, Mark], ...]
    parents: tuple[UnitInfo, ...]
    sort: str
    parent: UnitInfo | None


def _by_number(row: Row, _: tuple[Mark, ...]) -> Any:
    return row.unit.code


def _by_name(row: Row, _: tuple[Mark, ...]) -> Any:
    return row.unit.name.casefold(), row.unit.code


def _by_parent(row: Row, _: tuple[Mark, ...]) -> Any:
    return row.parent is None, row.parent.name.casefold() if row.parent else "", row.unit.code


def _by_levels(row: Row, found: tuple[Mark, ...]) -> Any:
    # most factors at the lowest level first, then at the one above it, and so on; not submitted: last
    return not row.cells, [-row.counts[mark.code] for mark in found], row.unit.code


SORTS: dict[str, Callable[[Row, tuple[Mark, ...]], Any]] = {
    "nummer": _by_number,
    "naam": _by_name,
    "brigade": _by_parent,
    "niveau": _by_levels,
}
"""The orders in which rows can stand."""


def heatmap(
    report: NationalReport,
    parents: Mapping[str, UnitInfo],
    *,
    sort: str = "nummer",
    parent: str | None = None,
) -> Heatmap:
    """Lay out the heatmap. `parents` says to which unit each unit belongs, by codes.

    `sort` is one of SORTS (anything else sorts by number); `parent` is the code of a unit whose own units
    alone are shown (one that none of the units belongs to filters nothing).
    """
    found = marks(report.instrument)
    order = tuple(found.values())
    sort = sort if sort in SORTS else "nummer"
    choices = {parents[code].code: parents[code] for code in report.dossiers if code in parents}
    rows = [_row(report, info, parents.get(code), found) for code, info in report.dossiers.items()]
    if parent in choices:
        rows = [row for row in rows if row.parent is not None and row.parent.code == parent]
    figures, factors = report.national.factors, report.instrument.factors
    return Heatmap(
        rows=tuple(sorted(rows, key=lambda row: SORTS[sort](row, order))),
        marks=high_to_low(found),
        totals=tuple(
            LevelTotal(mark, tuple((code, figures[code].levels[mark.code]) for code in factors))
            for mark in high_to_low(found)
        ),
        proposals=tuple((code, found[figures[code].proposal]) for code in factors),
        parents=tuple(sorted(choices.values(), key=lambda unit: unit.name.casefold())),
        sort=sort,
        parent=choices.get(parent or ""),
    )


def _row(
    report: NationalReport, info: DossierInfo, parent: UnitInfo | None, found: Mapping[str, Mark]
) -> Row:
    scored = report.scores.get(info.unit.code)
    cells: tuple[Cell, ...] = ()
    if scored is not None:
        cells = tuple(
            Cell(code, score, found[score.level], report.change(info.unit.code, code))
            for code, score in scored.factors.items()
        )
    counted = Counter(cell.mark.code for cell in cells)
    return Row(info, parent, cells, {code: counted[code] for code in found})
