"""The heatmap of a comparison: units by factors, each cell by level, change, coverage or judgement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from scoring.compare import CHANGES
from surveys.instruments import Instrument
from surveys.reports.compared import Compared
from surveys.reports.levels import Mark, marks
from surveys.reports.source import UnitInfo

Mode = Literal["niveau", "ontwikkeling", "dekking", "verschil"]
MODES: dict[str, str] = {
    "niveau": "Niveau",
    "ontwikkeling": "Ontwikkeling",
    "dekking": "Dekking en open vragen",
    "verschil": "Oordeel tegenover voorstel",
}
"""What a cell can show."""

Difference = Literal["geen_oordeel", "geen_voorstel", "gelijk", "hoger", "lager"]
OPEN = ("open", "undetermined")
"""States of a question that is still open, or may yet be asked."""


@dataclass(frozen=True)
class Cell:
    """A factor of a unit.

    `marks` and `steps` go with the measurements that are shown and the steps between them, None where the
    unit did not submit. `coverage` is 0..1; `open` counts the questions that are open; `thin` says that the
    coverage is below what a level needs. `difference` is the judgement against what was proposed.
    `common` and `shared` count the questions on which the last step is computed.
    """

    factor: str
    marks: tuple[Mark | None, ...]
    steps: tuple[str | None, ...]
    delta: float | None
    coverage: float | None
    open: int
    thin: bool
    difference: Difference
    judged: Mark | None
    proposal: Mark | None
    common: int
    shared: int
    by_judgement: bool

    @property
    def mark(self) -> Mark | None:
        """The computed level now."""
        return self.marks[-1]

    @property
    def change(self) -> str | None:
        """What the factor did since the measurement that it is compared with."""
        return self.steps[-1] if self.steps else None


@dataclass(frozen=True)
class Row:
    """A unit; without cells it has not submitted now. `parent` is what it belonged to then."""

    unit: UnitInfo
    parent: UnitInfo | None
    state: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class ComparedHeatmap:
    """The rows in their order, and what the rows can be narrowed to."""

    rows: tuple[Row, ...]
    mode: Mode
    parents: tuple[UnitInfo, ...]
    parent: UnitInfo | None
    sort: str


def compared_heatmap(
    found: Compared,
    parents: Mapping[str, UnitInfo],
    *,
    mode: str | None = None,
    sort: str | None = None,
    parent: str | None = None,
) -> ComparedHeatmap:
    """Lay out the heatmap. `mode` is a key of MODES (else the level is shown).

    `sort` is `nummer`, `naam`, `brigade` or the code of a factor, which puts first what asks most attention
    in that mode; `parent` is the code of a unit to whose own units the rows are narrowed. What does not exist
    sorts by number and narrows nothing.
    """
    asked: Mode = mode if mode in MODES else "niveau"  # type: ignore[assignment]
    infos = found.now.dossiers.values()
    choices = {
        parents[each.unit.code].code: parents[each.unit.code] for each in infos if each.unit.code in parents
    }
    rows = [
        Row(
            each.unit,
            parents.get(each.unit.code),
            each.state_label,
            tuple(cell_of(found, each.unit.code, code) for code in found.instrument.factors)
            if each.submitted
            else (),
        )
        for each in infos
    ]
    if parent in choices:
        rows = [row for row in rows if row.parent is not None and row.parent.code == parent]
    codes = list(found.instrument.factors)
    keys: dict[str, Callable[[Row], Any]] = {
        "naam": lambda row: (row.unit.name.casefold(), row.unit.code),
        "brigade": lambda row: (
            row.parent is None,
            row.parent.name.casefold() if row.parent else "",
            row.unit.code,
        ),
        "nummer": lambda row: row.unit.code,
    }
    for place, code in enumerate(codes):
        keys[code] = partial(_worst_first, found.instrument, asked, place)
    sort = sort if sort in keys else "nummer"
    return ComparedHeatmap(
        tuple(sorted(rows, key=keys[sort])),
        asked,
        tuple(sorted(choices.values(), key=lambda unit: unit.name.casefold())),
        choices.get(parent or ""),
        sort,
    )


def cell_of(found: Compared, unit: str, code: str) -> Cell:
    """One factor of one unit that submitted in this measurement."""
    score = found.now.factor(unit, code)
    states = found.now.results.units[unit].states
    change = found.step.change(unit, code) if found.step else None
    verdict = found.now.verdict(unit, code)
    known = marks(found.instrument)
    steps = tuple(step.change(unit, code) for step in found.steps)
    coverage = score.coverage if score else None
    return Cell(
        factor=code,
        marks=tuple(side.mark(unit, code) for side in found.shown),
        steps=tuple(each.change if each else None for each in steps),
        delta=change.delta if change else None,
        coverage=coverage,
        open=sum(states[question.code] in OPEN for question in found.instrument.factors[code].questions),
        thin=score is not None and score.reason == "te_weinig_antwoorden",
        difference=_difference(known, verdict.level, verdict.proposal) if verdict else "geen_oordeel",
        judged=known.get(verdict.level) if verdict else None,
        proposal=known.get(verdict.proposal) if verdict and verdict.proposal else None,
        common=len(found.step.common(code)) if found.step else 0,
        shared=len(found.step.shared(unit, code)) if found.step else 0,
        by_judgement=change.judged if change else False,
    )


def _difference(known: Mapping[str, Mark], level: str, proposal: str | None) -> Difference:
    ranks = [code for code, mark in known.items() if mark.rank != "none"]
    if level == proposal:
        return "gelijk"
    if proposal not in ranks or level not in ranks:
        return "geen_voorstel"
    return "hoger" if ranks.index(level) > ranks.index(proposal) else "lager"


def _worst_first(instrument: Instrument, mode: Mode, place: int, row: Row) -> Any:
    if not row.cells:
        return (9, 0.0, row.unit.code)
    cell = row.cells[place]
    if mode == "niveau":
        order = list(marks(instrument))
        return (0, float(order.index(cell.mark.code)) if cell.mark else 99.0, row.unit.code)
    if mode == "ontwikkeling":
        falls = ["verslechterd", "gelijk", "verbeterd", "niet_vergelijkbaar"]
        rank = falls.index(cell.change) if cell.change in CHANGES else len(falls)
        return (rank, cell.delta if cell.delta is not None else 9.0, row.unit.code)
    if mode == "dekking":
        return (0, cell.coverage if cell.coverage is not None else 9.0, row.unit.code)
    differences = ["lager", "hoger", "geen_voorstel", "gelijk", "geen_oordeel"]
    return (differences.index(cell.difference), 0.0, row.unit.code)
