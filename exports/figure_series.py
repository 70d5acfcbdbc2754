"""The sheet of figures from elsewhere, such as requests for assistance: a row for each kind and year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from exports.book import WHOLE, Column, Sheet
from exports.parts import Row
from surveys.figures import FigureInfo, SeriesInfo

NAME = "Aanvragen"
UNKNOWN = "onbekend"
GUIDE_ROW: Row = (
    f"Blad {NAME}",
    "Cijfers van anderen, zoals aanvragen om bijstand: een rij per soort en jaar. Een jaar waarvan geen"
    f" cijfer bekend is, staat er ook, met een leeg aantal en ‘{UNKNOWN}’. Dat is iets anders dan nul.",
)


def sheet(series: Iterable[SeriesInfo]) -> Sheet:
    """Lay out every year of every line, also those of which nothing is known."""
    return Sheet(
        name=NAME,
        title="Aanvragen en andere cijfers per jaar",
        columns=(
            Column("Reeks", 36),
            Column("Telt", 16),
            Column("Soort", 32),
            Column("Totaal", 8),
            Column("Jaar", 8, WHOLE),
            Column("Aantal", 10, WHOLE),
            Column("In woorden", 20),
            Column("Bron", 48),
            Column("Opmerking bij de reeks", 48),
            Column("Fictief", 9),
        ),
        rows=[row for each in series for row in _rows(each)],
        frozen=1,
    )


def _rows(series: SeriesInfo) -> Iterator[Row]:
    nothing = FigureInfo(None, UNKNOWN, None)
    for kind in series.kinds:
        for year in series.years:
            figure = kind.figures.get(year, nothing)
            yield (
                series.title,
                series.unit,
                kind.label,
                "ja" if kind.total else "nee",
                year,
                figure.value,
                figure.words,
                figure.source or (series.source if year in kind.figures else None),
                series.note,
                "ja" if series.fictief else "nee",
            )
