"""The writer of Excel: a book goes in, and reads back as it was."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from exports import excel
from exports.book import DAY, Book, Cell, Chart, Column, Look, Scalar, Series, Sheet, named
from exports.errors import TooLarge
from exports.excel import heights
from exports.text import clean
from tests.support import workbook

MADE = datetime(2026, 11, 21, 23, 30, 5, tzinfo=UTC)
COLUMNS = (Column("Naam", 12, "@"), Column("Score", 8), Column("Dag", 20, DAY))
CHART = Chart("Scores", "Staven: de score van elke naam.", 0, (Series(1),), "Score", "0.0", highest=1)


def book(
    rows: Sequence[Sequence[Cell | Scalar]] = (("a", 0.5, date(2013, 3, 4)),),
    *,
    fictief: bool = True,
    **about: Any,
) -> Book:
    sheet = Sheet("Blad", "Een blad", about.pop("columns", COLUMNS), rows, **about)
    return Book("Titel & zo", "Onderwerp", fictief, MADE, (sheet,), "Blad")


def one_text(text: str) -> str:
    found = workbook.read(excel.write(book([(text,)], columns=(Column("Tekst", 20),), tidy=True)))
    value = found["Blad"]["A2"].value
    return "" if value is None else unescape(value)


def test_types_and_formats_come_back() -> None:
    rows = [("1.1", Cell(1 / 3, "0.00"), date(2013, 3, 4)), ("007", 2, None), (None, 0.7, date(1850, 1, 31))]
    sheet = workbook.read(excel.write(book(rows)))["Blad"]
    code, score, day = sheet[5]
    assert (code.value, code.data_type, code.number_format) == ("1.1", "s", "@")
    assert (score.value, score.number_format) == (1 / 3, "0.00")
    assert (day.value, day.is_date, day.number_format) == (datetime(2013, 3, 4), True, DAY)
    assert sheet["A6"].value == "007"
    assert sheet["B6"].value == 2
    assert sheet["C6"].value is None
    assert sheet["C7"].value == "31 januari 1850", "Excel has no days before 1900"


def test_moments_are_in_dutch_local_time() -> None:
    rows = [(Cell(datetime(2013, 7, 1, 22, 30, tzinfo=UTC), "yyyy-mm-dd hh:mm"), None, None)]
    sheet = workbook.read(excel.write(book(rows)))["Blad"]
    assert sheet["A5"].value == datetime(2013, 7, 2, 0, 30)


def test_a_sheet_is_frozen_filtered_and_fit_for_a4() -> None:
    sheet = workbook.read(excel.write(book(frozen=1)))["Blad"]
    assert sheet.freeze_panes == "B5"
    assert sheet.auto_filter.ref == "A4:C5"
    assert sheet.column_dimensions["C"].width == 20
    assert (int(sheet.page_setup.paperSize), sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$4:$4"
    assert "Titel && zo" in sheet.oddFooter.left.text
    assert sheet.oddFooter.center.text == "FICTIEVE GEGEVENS"
    assert sheet.oddFooter.right.text == "Bladzijde &P van &N"


def test_made_up_data_is_marked_on_the_sheet_and_in_the_properties() -> None:
    found = workbook.read(excel.write(book()))
    assert "FICTIEVE GEGEVENS" in found["Blad"]["A3"].value
    assert "fictieve gegevens" in (found.properties.title or "")
    assert "fictief" in (found.properties.keywords or "")
    real = excel.write(book(fictief=False))
    for name in zipfile.ZipFile(BytesIO(real)).namelist():
        assert b"ictie" not in zipfile.ZipFile(BytesIO(real)).read(name)


def test_a_tidy_sheet_begins_with_its_headings_and_marks_made_up_data_in_a_column() -> None:
    sheet = workbook.read(excel.write(book(tidy=True)))["Blad"]
    assert [cell.value for cell in sheet[1]] == ["Naam", "Score", "Dag", "fictief"]
    assert sheet["D2"].value == "ja"
    assert sheet.auto_filter.ref == "A1:D2"
    sheet = workbook.read(excel.write(book(tidy=True, fictief=False)))["Blad"]
    assert [cell.value for cell in sheet[1]] == ["Naam", "Score", "Dag"]


def test_a_level_has_its_colours_and_its_name() -> None:
    rows = [(Cell("Voldoet niet", rank="failing"), Cell("Niet te beoordelen", rank="none"), None)]
    failing, none, plain = workbook.read(excel.write(book(rows)))["Blad"][5]
    assert (failing.value, failing.fill.fgColor.rgb, failing.font.color.rgb) == (
        "Voldoet niet",
        "004F1400",
        "00FFFFFF",
    )
    assert (none.fill.fill_type, none.fill.bgColor.rgb) == ("lightUp", "00FFFFFF")
    assert plain.fill.fill_type is None


def test_a_chart_refers_to_the_cells_and_says_in_words_what_it_shows() -> None:
    content = excel.write(book([("a", 0.5, None), ("b", 0.7, None)], chart=CHART))
    sheet = workbook.read(content)["Blad"]
    assert workbook.references(sheet) == [("'Blad'!$A$5:$A$6", ["'Blad'!$B$5:$B$6"])]
    assert sheet._charts[0].series[0].tx.strRef.f == "'Blad'!B4"
    drawing = zipfile.ZipFile(BytesIO(content)).read("xl/drawings/drawing1.xml").decode()
    assert 'descr="Staven: de score van elke naam."' in drawing


def test_a_sheet_without_rows_has_no_chart_and_no_filter() -> None:
    sheet = workbook.read(excel.write(book([], chart=CHART)))["Blad"]
    assert not sheet._charts
    assert sheet.auto_filter.ref is None


@given(st.text(max_size=200))
@example("=1+1")
@example("+31 6")
@example("-\t")
@example("@SUM(A1)")
@example("\t=1")
@example("\r\n=1")
@example("_x000D_ en _x005F_")
@example("#N/A")
@example(" spatie \n\n einde ")
@example("\ud800")
@settings(deadline=None)
def test_any_text_stays_text(text: str) -> None:
    content = excel.write(book([(text,)], columns=(Column("Tekst", 20),), tidy=True))
    cell = workbook.read(content)["Blad"]["A2"]
    assert cell.data_type in {"s", "inlineStr", "n"}
    assert (cell.value is None) == (clean(text) == "")
    assert one_text(text) == clean(text)
    if clean(text).startswith(("=", "+", "-", "@")):
        assert cell.quotePrefix
    assert b"<f>" not in zipfile.ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml")


def test_control_characters_go_and_line_ends_are_one_kind() -> None:
    assert one_text("a\x00b\x0bc\r\nd\re\ufffe") == "abc\nd\ne"


def test_what_a_file_says_of_itself_has_no_control_characters_either() -> None:
    told = workbook.read(
        excel.write(replace(book(), title="Lijst\x0b \ufffe1", subject="Wat\x01"))
    ).properties
    assert (told.title, told.subject) == ("Lijst 1 (fictieve gegevens)", "Wat")


@given(st.integers(min_value=-(10**14), max_value=10**14) | st.floats(-1e300, 1e300))
@settings(max_examples=50, deadline=None)
def test_numbers_keep_all_their_digits(number: float) -> None:
    sheet = workbook.read(excel.write(book([(None, number, None)])))["Blad"]
    # Excel has fifteen digits, and the writer sixteen
    assert sheet["B5"].value == pytest.approx(number, rel=1e-15, abs=0)


def test_the_same_book_gives_the_same_bytes() -> None:
    rows = [("a", 0.5, date(2013, 3, 4)), ("=b", 0.7, None)]
    assert excel.write(book(rows, chart=CHART)) == excel.write(book(rows, chart=CHART))


def test_the_time_of_making_is_the_books() -> None:
    properties = workbook.read(excel.write(book())).properties
    assert properties.created == properties.modified == MADE.replace(tzinfo=None)


@pytest.mark.parametrize(
    ("rows", "about", "words"),
    [
        (range(excel.MAX_ROWS - 3), {}, "rijen"),
        (
            [],
            {"columns": tuple(Column(str(number), 5) for number in range(excel.MAX_COLUMNS + 1))},
            "kolommen",
        ),
        ([("x" * (excel.MAX_TEXT + 1), None, None)], {}, "tekens"),
        ([("\U0001f600" * (excel.MAX_TEXT // 2 + 1), None, None)], {}, "tekens"),
    ],
    ids=["rows", "columns", "text", "text beyond the basic plane"],
)
def test_beyond_the_limits_it_refuses_and_offers_csv(rows: Any, about: dict[str, Any], words: str) -> None:
    with pytest.raises(TooLarge, match=f"{words}.*CSV"):
        excel.write(book(rows, **about))


def test_the_longest_text_fits() -> None:
    assert one_text("x" * excel.MAX_TEXT) == "x" * excel.MAX_TEXT


def test_rows_are_as_high_as_their_longest_text() -> None:
    rows = [("kort", None, None), ("woord " * 20, None, None), ("a\nb\nc", None, None)]
    sheet = workbook.read(excel.write(book(rows)))["Blad"]
    short, long, lines = (sheet.row_dimensions[row].height for row in (5, 6, 7))
    assert short < lines < long
    assert heights.height(["x" * 40_000], [10]) == heights.HIGHEST


def test_sheet_names_are_fit_and_differ() -> None:
    wanted = ["Niveaus 2013", "niveaus 2013", "a/b:[c]*?", "x" * 40, "x" * 41, "bel\x07\nlen", "\x0b"]
    names = [sheet.name for sheet in named(Sheet(name, "", COLUMNS, []) for name in wanted)]
    assert names == [
        *("Niveaus 2013", "niveaus 2013 (2)", "a-b--c---", "x" * 31, "x" * 27 + " (2)"),
        *("bel len", "Blad"),
    ]


def test_looks_do_not_change_values() -> None:
    rows = [[Cell(look.value, look=look), None, None] for look in Look]
    sheet = workbook.read(excel.write(book(rows)))["Blad"]
    assert [row["Naam"] for row in workbook.table(sheet)] == [look.value for look in Look]
