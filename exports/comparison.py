"""What is compared, as tables to save: each as it is shown, with what the comparison rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from exports.book import TEXT, WHOLE, Book, Cell, Column, Scalar
from exports.labels import CHANGES
from exports.lists import UNIT
from exports.plain import book
from exports.wording import decimal
from surveys.reports.compared import Compared
from surveys.reports.compared_factor import ComparedFactor, Small, UnitStep
from surveys.reports.compared_heatmap import MODES, ComparedHeatmap
from surveys.reports.compared_heatmap import Cell as Shown
from surveys.reports.compared_question import ComparedQuestion
from surveys.reports.compared_unit import ComparedUnit
from surveys.reports.levels import Mark
from surveys.reports.small import traceable

TRACEABLE = "herleidbaar"
"""What is said of a count that is so low that it says who they are."""

WHY_NOT = {
    "gone": "niet vergelijkbaar: de factor stond niet in beide vragenlijsten",
    "common": "niet vergelijkbaar: te weinig vragen waren beide keren gelijk",
    "shared": "niet vergelijkbaar: te weinig vragen zijn beide keren beantwoord",
    "level": "niet vergelijkbaar: een niveau is niet te beoordelen",
}
"""Why a factor, or a unit's factor, can't be compared."""

QUESTION_WHY_NOT = {
    "none": "niet vergelijkbaar: er is geen eerdere meting",
    "new": "niet vergelijkbaar: de vraag is toen niet gesteld",
    "answers": "niet vergelijkbaar: toen waren er andere antwoorden mogelijk",
}
"""Why the answers to a question can't be put beside those of before."""

STANDINGS = {
    "laagste_kwart": "laagste kwart",
    "onder_midden": "onder het midden",
    "midden": "in het midden",
    "boven_midden": "boven het midden",
    "hoogste_kwart": "hoogste kwart",
}
"""Where a score stands among those of all."""

DIFFERENCES = {
    "geen_oordeel": "nog geen oordeel",
    "geen_voorstel": "oordeel zonder voorstel",
    "gelijk": "gelijk aan voorstel",
    "hoger": "hoger dan voorstel",
    "lager": "lager dan voorstel",
}
"""A judgement against what was proposed."""

SORTS = {
    "bevinding": "Bevinding: geldt voor",
    "bevinding_niet": "Bevinding: geldt niet voor",
    "ontwikkeling": "Ontwikkeling",
}
"""What a small number counts."""

NOT_IN_BOTH = "niet in beide metingen"


def signed(figure: float | None) -> str:
    """Write a difference with its sign: +0,12. None is a dash; more decimals where two would hide a change.

    >>> signed(0.123), signed(-0.05), signed(0.0), signed(None)
    ('+0,12', '-0,05', '0,00', '–')
    """
    words = decimal(figure, [], [0.05, 0.0, -0.05])
    return f"+{words}" if figure is not None and figure > 0 else words


def heatmap_book(found: Compared, shown: ComparedHeatmap) -> Book:
    """The heatmap as it is shown, a column for what is shown and columns for what it rests on."""
    heads = [*UNIT, Column("Hoort bij", 28)]
    for code in found.instrument.factors:
        heads += [
            Column(code, 24),
            Column(f"{code} gemeenschappelijk", 12, WHOLE),
            Column(f"{code} gedeeld", 12, WHOLE),
        ]
    rows: list[list[Cell | Scalar]] = []
    for row in shown.rows:
        cells: list[Cell | Scalar] = []
        for cell in row.cells:
            cells += [_shown(shown.mode, cell), cell.common, cell.shared]
        empty = [None] * (3 * len(found.instrument.factors) - len(cells))
        rows.append([row.unit.code, row.unit.name, row.parent.name if row.parent else None, *cells, *empty])
    return _book(found, f"{MODES[shown.mode]} per eenheid en factor", heads, rows)


def _shown(mode: str, cell: Shown) -> Cell | Scalar:
    if mode == "niveau":
        return _level(cell.mark)
    if mode == "ontwikkeling":
        return f"{CHANGES[cell.change]} ({signed(cell.delta)})" if cell.change else NOT_IN_BOTH
    if mode == "dekking":
        return f"{decimal(cell.coverage)}; open: {cell.open}"
    return DIFFERENCES[cell.difference]


def counts_book(found: Compared, rows: Iterable[Small]) -> Book:
    """The small numbers."""
    heads = (
        Column("Soort", 28),
        Column("Factor", 10, TEXT),
        Column("Code", 20, TEXT),
        Column("Tekst", 70),
        Column("Aantal", 10, WHOLE),
        Column("Van", 10, WHOLE),
        Column("Let op", 16),
        Column("Wie", 60),
    )
    return _book(
        found,
        "Kleine aantallen",
        heads,
        [
            (
                SORTS[row.where],
                row.factor,
                CHANGES.get(row.code, row.code),
                row.text,
                row.n,
                row.of,
                TRACEABLE,
                "; ".join(unit.name for unit in row.units),
            )
            for row in rows
        ],
    )


def factor_book(found: Compared, picture: ComparedFactor) -> Book:
    """The strips of all units, with what each step is computed on."""
    heads = [*UNIT, *(Column(str(side.measurement.year), 24) for side in found.shown)]
    for counts in picture.steps:
        heads += _step_heads(f"{counts.earlier.year}–{counts.later.year} ")
    rows = [
        [
            row.unit.code,
            row.unit.name,
            *(_level(mark) for mark in row.marks),
            *(
                value
                for step, counts in zip(row.steps, picture.steps, strict=True)
                for value in _step(
                    step, len(counts.common), _few(step, {each.change: each.small for each in counts.counts})
                )
            ),
        ]
        for row in picture.strips
    ]
    return _book(found, f"Factor {picture.factor.code} {picture.factor.title}", heads, rows)


def unit_book(found: Compared, picture: ComparedUnit) -> Book:
    """A unit's factors, a row for each measurement, beside the national figures."""
    heads = (
        Column("Factor", 10, TEXT),
        Column("Titel", 44),
        Column("Meting", 30),
        Column("Niveau", 24),
        *(Column(title, 14, "0.00") for title in ("Score", "Eerste kwartiel", "Mediaan", "Derde kwartiel")),
        Column("Plaats", 20),
        *_step_heads("")[:-1],
    )
    rows: list[list[Cell | Scalar]] = []
    for factor in picture.factors:
        steps: list[list[Cell | Scalar]] = [[None] * 5]
        steps += [_step(step, n, None)[:-1] for step, n in zip(factor.steps, factor.commons, strict=True)]
        for each, step in zip(factor.rounds, steps, strict=True):
            figures = each.national
            rows.append(
                [
                    factor.factor.code,
                    factor.factor.title,
                    each.measurement.name,
                    _level(each.mark),
                    each.score,
                    figures.q1 if figures else None,
                    figures.median if figures else None,
                    figures.q3 if figures else None,
                    STANDINGS[each.standing] if each.standing else None,
                    *step,
                ]
            )
    return _book(found, picture.unit.name, heads, rows)


def question_book(found: Compared, picture: ComparedQuestion) -> Book:
    """The shift in counts, and the moves from one answer to another."""
    heads = (
        Column("Tabel", 16),
        Column("Van / antwoord", 40),
        Column("Naar / meting", 40),
        Column("Aantal", 10, WHOLE),
        Column("Verschil", 10),
        Column("Let op", 16),
        Column("Wie", 60),
        Column("Vergelijkbaar", 50),
    )
    words = QUESTION_WHY_NOT[picture.why_not] if picture.why_not else "antwoorden vergelijkbaar"
    rows: list[list[Cell | Scalar]] = []
    for shift in picture.shifts:
        for place, (info, units) in enumerate(zip(picture.rounds, shift.units, strict=True)):
            last = place == len(picture.rounds) - 1 and place > 0
            rows.append(
                [
                    "verschuiving",
                    shift.given.label,
                    info.name,
                    len(units),
                    f"{shift.difference:+d}" if last and picture.why_not is None else None,
                    TRACEABLE if traceable(len(units)) else None,
                    "; ".join(unit.name for unit in units),
                    words,
                ]
            )
    rows += [
        [
            "van naar",
            move.before.label,
            move.after.label,
            len(move.units),
            None,
            TRACEABLE if move.small else None,
            "; ".join(unit.name for unit in move.units),
            words,
        ]
        for line in picture.matrix
        for move in line
    ]
    return _book(found, f"Vraag {picture.question.code}", heads, rows)


def _step_heads(prefix: str) -> list[Column]:
    return [
        Column(f"{prefix}Ontwikkeling", 22),
        Column(f"{prefix}Verschil in score", 12),
        Column(f"{prefix}Gemeenschappelijke vragen", 14, WHOLE),
        Column(f"{prefix}Gedeelde vragen", 14, WHOLE),
        Column(f"{prefix}Vergelijkbaar", 50),
        Column(f"{prefix}Let op", 16),
    ]


def _step(step: UnitStep | None, common: int, small: bool | None) -> list[Cell | Scalar]:
    if step is None:
        return [None, None, common, None, NOT_IN_BOTH, None]
    on = "vergeleken op oordeel" if step.by_judgement else "vergeleken op berekend niveau"
    words = WHY_NOT[step.why_not] if step.why_not else on
    return [
        CHANGES[step.change],
        signed(step.delta),
        common,
        step.shared,
        words,
        TRACEABLE if small else None,
    ]


def _few(step: UnitStep | None, small: dict[str, bool]) -> bool:
    return step is not None and small[step.change]


def _level(mark: Mark | None) -> Cell | Scalar:
    return Cell(mark.label, rank=mark.rank) if mark else "Niet ingediend"


def _book(
    found: Compared, title: str, heads: Iterable[Column], rows: Sequence[Sequence[Cell | Scalar]]
) -> Book:
    before = found.before
    with_what = f"Vergeleken met {before.measurement.name}" if before else "Er is geen eerdere meting"
    subject = f"{with_what}. Ontwikkeling is berekend op de gemeenschappelijke vragen."
    return book(found.now.measurement, title, subject, tuple(heads), rows, found.made_at)
