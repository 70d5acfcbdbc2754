"""A series of figures in a report: drawn where a number is known, told in words, whole in its table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from exports import series as exports
from exports.document import Document, Section, Years, faults
from surveys.figures import FigureInfo, KindInfo, SeriesInfo


def known(value: int | str) -> FigureInfo:
    number = isinstance(value, int)
    return FigureInfo(value if number else None, None if number else value, "§ 2.2")


SERIES = SeriesInfo(
    id=1,
    code="aanvragen",
    title="Aanvragen om bijstand",
    unit="aanvragen",
    source="ministerie van Defensie",
    note=None,
    years=(2010, 2011, 2012),
    kinds=(
        KindInfo("Handhaving", False, {2010: known(10), 2012: known(1094)}),
        KindInfo("Openbare orde", False, {}),
        KindInfo("Steun", False, {2010: known(0), 2011: known("ruim 40"), 2012: known("ruim 40")}),
    ),
    fictief=False,
    version=1,
    name=None,
    at=datetime(2013, 6, 3, tzinfo=UTC),
)


def test_the_drawing_has_the_known_numbers_and_leaves_the_rest_open() -> None:
    drawing = exports.figure(SERIES).drawing
    assert isinstance(drawing, Years)
    assert [key.label for key in drawing.keys] == ["Handhaving", "Steun"]
    assert drawing.years == (2010, 2011, 2012)
    assert drawing.counts == ((10, None, 1094), (0, None, None))
    assert drawing.unit == "aanvragen"


def test_a_series_of_which_nothing_is_known_is_still_a_figure() -> None:
    empty = replace(SERIES, years=(2010,), kinds=(KindInfo("Totaal", True, {}),))
    figure = exports.figure(empty)
    assert isinstance(figure.drawing, Years)
    assert figure.drawing.counts == ((None,),)
    assert figure.alternative == "Aantal aanvragen in 2010. Totaal: onbekend."
    assert exports.facts(empty) == {}


def test_the_words_say_what_is_known_and_which_years_are_not() -> None:
    assert exports.figure(SERIES).alternative == (
        "Aantal aanvragen per jaar, van 2010 tot en met 2012."
        " Handhaving: 10 in 2010 en 1.094 in 2012; onbekend in 2011."
        " Openbare orde: onbekend in alle jaren."
        " Steun: 0 in 2010 en ruim 40 in 2011 en 2012."
    )


def test_the_table_has_every_kind_and_year_and_the_source_stands_under_the_figure() -> None:
    figure = exports.figure(SERIES)
    assert figure.caption == "Aanvragen om bijstand"
    assert figure.source == "Bron: ministerie van Defensie"
    assert exports.figure(replace(SERIES, fictief=True)).source == (
        "Bron: ministerie van Defensie (fictieve gegevens)"
    )
    assert [column.title for column in figure.table.columns] == ["Soort", "2010", "2011", "2012"]
    assert [[cell.text for cell in row] for row in figure.table.rows] == [
        ["Handhaving", "10", "onbekend", "1.094"],
        ["Openbare orde", "onbekend", "onbekend", "onbekend"],
        ["Steun", "0", "ruim 40", "ruim 40"],
    ]
    whole = Document("T", "", "", (), "", "", True, (Section("s", "S", (figure,)),))
    assert faults(whole) == []


def test_a_series_has_keys_of_its_own_whatever_its_code() -> None:
    codes = ("kaart", "kaart-tabel", "bijlage-methode")
    figures = tuple(exports.figure(replace(SERIES, code=code)) for code in codes)
    own = tuple(Section(code, "S") for code in codes)
    assert faults(Document("T", "", "", (), "", "", True, (Section("s", "S", figures), *own))) == []


def test_facts_are_what_is_known_by_year_and_kind() -> None:
    assert exports.facts(SERIES) == {
        "aanvragen/2010/Handhaving": "10",
        "aanvragen/2012/Handhaving": "1.094",
        "aanvragen/2010/Steun": "0",
        "aanvragen/2011/Steun": "ruim 40",
        "aanvragen/2012/Steun": "ruim 40",
    }
