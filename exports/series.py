"""A series of figures as a figure of a report: lines per year, in words, and in a table; and its facts."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from exports.document import Cell, Column, Figure, Key, Table, Years
from surveys.figures import KindInfo, SeriesInfo

UNKNOWN = "onbekend"
"""What a table says where a figure is not known."""


def figure(series: SeriesInfo) -> Figure:
    """The figure of a series: its drawing, what can be seen in it in words, and all its figures in a table.

    A line of which no number is known is in the table and the words, and not in the drawing.
    """
    drawn = [kind for kind in series.kinds if any(_value(kind, year) is not None for year in series.years)]
    shown = drawn or series.kinds
    return Figure(
        key=key(series),
        caption=series.title,
        alternative=alternative(series),
        drawing=Years(
            keys=tuple(Key(kind.label) for kind in shown),
            years=series.years,
            counts=tuple(tuple(_value(kind, year) for year in series.years) for kind in shown),
            unit=series.unit,
        ),
        table=_table(series),
        source=source(series),
    )


def key(series: SeriesInfo) -> str:
    """What a report calls the figure of a series: apart from its own parts, for a code may be any word."""
    return f"reeks:{series.code}"


def source(series: SeriesInfo) -> str:
    """Where the figures come from, as it stands under them; of made-up figures also that they are."""
    return f"Bron: {series.source}{' (fictieve gegevens)' if series.fictief else ''}"


def facts(series: SeriesInfo) -> dict[str, str]:
    """Every figure that is known, by `CODE/YEAR/LABEL`: in digits, or in words where no number is known.

    >>> from datetime import UTC, datetime
    >>> from surveys.figures import FigureInfo
    >>> total = KindInfo("Totaal", True, {2012: FigureInfo(1620, None, None)})
    >>> at = datetime(2013, 6, 3, tzinfo=UTC)
    >>> few = SeriesInfo(1, "vb", "", "", "", None, (2011, 2012), (total,), True, 1, None, at)
    >>> facts(few)
    {'vb/2012/Totaal': '1.620'}
    """
    return {
        f"{series.code}/{year}/{kind.label}": kind.figures[year].shown
        for kind in series.kinds
        for year in series.years
        if year in kind.figures
    }


def alternative(series: SeriesInfo) -> str:
    """What the drawing shows, in words: per kind what is known of which years, and what is not known."""
    first, last = series.years[0], series.years[-1]
    period = f"in {first}" if first == last else f"per jaar, van {first} tot en met {last}"
    told = [f"{kind.label}: {_told(kind, series.years)}." for kind in series.kinds]
    return " ".join([f"Aantal {series.unit} {period}.", *told])


def _told(kind: KindInfo, years: tuple[int, ...]) -> str:
    known = [(year, kind.figures[year].shown) for year in years if year in kind.figures]
    if not known:
        return f"{UNKNOWN} in alle jaren" if len(years) > 1 else UNKNOWN
    same = groupby(known, key=lambda pair: pair[1])
    words = _listing(f"{shown} in {_listing(str(year) for year, _ in pairs)}" for shown, pairs in same)
    open_years = _listing(str(year) for year in years if year not in kind.figures)
    return f"{words}; {UNKNOWN} in {open_years}" if open_years else words


def _table(series: SeriesInfo) -> Table:
    return Table(
        key=f"{key(series)}:tabel",
        caption=f"{series.title}: getallen per soort en jaar",
        columns=(Column("Soort", 3), *(Column(str(year), 1, "right") for year in series.years)),
        rows=tuple(
            (Cell(kind.label), *(Cell(_cell(kind, year)) for year in series.years)) for kind in series.kinds
        ),
    )


def _cell(kind: KindInfo, year: int) -> str:
    return kind.figures[year].shown if year in kind.figures else UNKNOWN


def _value(kind: KindInfo, year: int) -> int | None:
    found = kind.figures.get(year)
    return found.value if found else None


def _listing(words: Iterable[str]) -> str:
    """Words one after another, the last two with `en` between them; nothing for none."""
    *others, last = [*words] or [""]
    return f"{', '.join(others)} en {last}" if others else last
