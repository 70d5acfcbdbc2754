"""The writer of OpenDocument spreadsheets: a book goes in, and readers of the format find it as it was."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from exports import excel, ods, palette
from exports.book import DAY, MOMENT, SHARE, Book, Cell, Chart, Column, Look, Scalar, Series, Sheet
from exports.errors import TooLarge
from exports.excel.styles import DRESSES
from exports.formats import FORMATS
from exports.odf_numbers import number_style
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
    sheet = Sheet("Blad & 'co'", "Een blad", about.pop("columns", COLUMNS), rows, **about)
    return Book("Titel & zo", "Onderwerp", fictief, MADE, (sheet,), sheet.name)


def part(content: bytes, name: str) -> Any:
    return etree.fromstring(zipfile.ZipFile(BytesIO(content)).read(name))


def found(tree: Any, path: str) -> list[Any]:
    return list(tree.xpath(path, namespaces=ods.SPACES))


def attribute(element: Any, name: str) -> str | None:
    prefix, local = name.split(":")
    value: str | None = element.get(f"{{{ods.SPACES[prefix]}}}{local}")
    return value


def text_of(cell: Any) -> str:
    """The text of a cell as a reader of the format makes it: paragraphs are lines, `s` is so many spaces."""
    lines = []
    for paragraph in found(cell, "text:p"):
        line = paragraph.text or ""
        for child in paragraph:
            tab = child.tag.endswith("}tab")
            line += "\t" if tab else " " * int(attribute(child, "text:c") or 1)
            line += child.tail or ""
        lines.append(line)
    return "\n".join(lines)


def rows_of(content: bytes) -> list[list[Any]]:
    rows = found(part(content, "content.xml"), "//table:table-row")
    return [found(row, "table:table-cell") for row in rows]


def style_of(content: bytes, cell: Any) -> dict[str, str]:
    """What a cell looks like, and the content of its number format."""
    tree = part(content, "content.xml")
    (style,) = found(tree, f"//style:style[@style:name='{attribute(cell, 'table:style-name')}']")
    looks = {etree.QName(key).localname: value for child in style for key, value in child.attrib.items()}
    format = attribute(style, "style:data-style-name")
    if format:
        (number,) = found(tree, f"//*[@style:name='{format}']")
        looks["number"] = etree.QName(number).localname
    return looks


def test_it_is_a_package_that_programs_recognise_and_the_same_every_time() -> None:
    content = ods.write(book(chart=CHART))
    archive = zipfile.ZipFile(BytesIO(content))
    first, *rest = archive.infolist()
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert content[38:].startswith(FORMATS["ods"].media_type.encode())
    parts = [each.filename for each in rest]
    assert {each.date_time for each in rest} == {(2026, 11, 21, 23, 30, 4)}  # zip counts in two seconds
    manifest = archive.read("META-INF/manifest.xml").decode()
    for name in parts:
        part(content, name)  # well-formed
        assert name.startswith("META-INF") or f'full-path="{name}"' in manifest
    assert ods.write(book(chart=CHART)) == content


def test_types_and_formats_are_those_of_the_values() -> None:
    moment = datetime(2013, 7, 1, 22, 30, tzinfo=UTC)
    columns = tuple(Column(str(place), 9) for place in range(8))
    row = [
        Cell("1.1", "@"),
        Cell(1 / 3, "0.000"),
        Cell(0.25, SHARE),
        Cell(3, 'General" personen"'),
        Cell(date(2013, 3, 4), DAY),
        Cell(moment, MOMENT),
        date(1850, 1, 31),
        None,
    ]
    content = ods.write(book([row], columns=columns))
    cells = rows_of(content)[-1]
    kinds = [attribute(cell, "office:value-type") for cell in cells]
    assert kinds == ["string", "float", "percentage", "float", "date", "date", "string", None]
    values = [attribute(cell, "office:value") or attribute(cell, "office:date-value") for cell in cells]
    assert values[1:6] == [repr(1 / 3), "0.25", "3", "2013-03-04", "2013-07-02T00:30:00"]
    assert [text_of(cells[0]), text_of(cells[6])] == ["1.1", "31 januari 1850"]
    numbers = [style_of(content, cell).get("number") for cell in cells[:6]]
    assert numbers == [
        "text-style",
        "number-style",
        "percentage-style",
        "number-style",
        "date-style",
        "date-style",
    ]
    content_xml = zipfile.ZipFile(BytesIO(content)).read("content.xml").decode()
    assert 'number:decimal-places="3"' in content_xml
    assert "<number:text> personen</number:text>" in content_xml


def test_a_number_format_is_translated_or_refused() -> None:
    minutes = number_style("n", "[$-413]d mmmm yyyy hh:mm")
    assert 'number:textual="true"' in minutes
    assert minutes.index("number:hours") < minutes.index("number:minutes")
    assert 'number:textual="true"' not in number_style("n", "yyyy-mm-dd")
    with pytest.raises(ValueError, match="#,##0"):
        number_style("n", "#,##0")


@given(st.text(max_size=200))
@example("=1+1")
@example("+31 6")
@example("\t=1")
@example("  twee  spaties \n\n einde ")
@example("<b>&amp;\ud800\x07")
@settings(deadline=None)
def test_any_text_stays_text(text: str) -> None:
    content = ods.write(book([(text,)], columns=(Column("Tekst", 20, "0.00"),), tidy=True, fictief=False))
    cell = rows_of(content)[1][0]
    assert text_of(cell) == clean(text)
    assert attribute(cell, "table:formula") is None
    if text:
        assert attribute(cell, "office:value-type") == "string"
    if clean(text).startswith(("=", "+", "-", "@")):
        assert style_of(content, cell)["number"] == "text-style"


def test_above_a_table_stands_what_the_excel_file_has_there() -> None:
    excel_sheet = workbook.read(excel.write(book()))["Blad & 'co'"]
    wanted = [excel_sheet.cell(row, 1).value for row in range(1, 5)]
    cells = rows_of(ods.write(book()))
    assert [text_of(row[0]) for row in cells[:4]] == wanted
    assert str(wanted[2]).startswith("FICTIEVE GEGEVENS")
    assert [text_of(cell) for cell in cells[3]] == ["Naam", "Score", "Dag"]


def test_headings_stay_in_view_are_printed_on_every_page_and_filter() -> None:
    content = ods.write(book(frozen=1))
    tree = part(content, "content.xml")
    (head,) = found(tree, "//table:table-header-rows/table:table-row")
    assert text_of(found(head, "table:table-cell")[0]) == "Naam"
    (range_,) = found(tree, "//table:database-range")
    assert attribute(range_, "table:target-range-address") == "'Blad & ''co'''.A4:'Blad & ''co'''.C5"
    assert attribute(range_, "table:display-filter-buttons") == "true"
    settings_ = part(content, "settings.xml")
    entry = "//config:config-item-map-entry[@config:name=\"Blad & 'co'\"]/config:config-item"
    view = {attribute(item, "config:name"): item.text for item in found(settings_, entry)}
    assert (view["HorizontalSplitPosition"], view["VerticalSplitPosition"]) == ("1", "4")
    assert (view["HorizontalSplitMode"], view["VerticalSplitMode"]) == ("2", "2")
    sizes = [attribute(each, "style:column-width") for each in found(tree, "//style:table-column-properties")]
    name, score, on = (float(str(size).removesuffix("in")) for size in sizes)
    assert score < name < on
    assert not found(part(ods.write(book([])), "content.xml"), "//table:database-range")


def test_a_tidy_sheet_begins_with_its_headings_and_marks_made_up_data_in_a_column() -> None:
    head, row = rows_of(ods.write(book(tidy=True)))
    assert [text_of(cell) for cell in head] == ["Naam", "Score", "Dag", "fictief"]
    assert text_of(row[3]) == "ja"
    assert len(rows_of(ods.write(book(tidy=True, fictief=False)))[0]) == 3


def test_looks_and_levels_have_the_colours_of_the_excel_file() -> None:
    dressed = [Cell(look.value, look=look) for look in Look]
    ranked = [Cell(rank, rank=rank) for rank in palette.RANKS]
    columns = tuple(Column(str(place), 9) for place in range(len(dressed + ranked)))
    content = ods.write(book([[*dressed, *ranked]], columns=columns))
    looks = [style_of(content, cell) for cell in rows_of(content)[-1]]
    for look, cell in zip(Look, looks, strict=False):
        assert (cell.get("font-weight") == "bold") == bool(DRESSES[look].font.b)
        assert (cell.get("font-style") == "italic") == bool(DRESSES[look].font.i)
    for shade, cell in zip(palette.RANKS.values(), looks[len(dressed) :], strict=True):
        assert cell["color"] == f"#{shade.text}"
        assert cell.get("background-color") == (None if shade.hatched else f"#{shade.fill}")
        assert ("dashed" in cell["border"]) == shade.hatched
        assert cell["wrap-option"] == "wrap"


def test_a_chart_refers_to_the_cells_and_says_in_words_what_it_shows() -> None:
    content = ods.write(book([("a", 0.5, None), ("b", 0.7, None)], chart=CHART))
    (drawing,) = found(part(content, "content.xml"), "//draw:frame")
    assert found(drawing, "svg:desc/text()") == ["Staven: de score van elke naam."]
    (folder,) = found(drawing, "draw:object/@xlink:href")
    chart = part(content, f"{folder.removeprefix('./')}/content.xml")
    (series,) = found(chart, "//chart:series")
    name = "'Blad & ''co'''"
    assert attribute(series, "chart:values-cell-range-address") == f"{name}.B5:{name}.B6"
    assert attribute(series, "chart:label-cell-address") == f"{name}.B4"
    assert found(chart, "//chart:categories/@table:cell-range-address") == [f"{name}.A5:{name}.A6"]
    for tall, pages in ((2, "1"), (30, "0")):
        made = ods.write(book([("a", 0.5, None)] * tall, chart=CHART))
        assert bool(found(part(made, "content.xml"), "//@fo:break-before")) == (pages == "0")
        styles = part(made, "styles.xml")
        (layout,) = found(styles, "//style:master-page/@style:page-layout-name")
        assert found(styles, f"//style:page-layout[@style:name='{layout}']//@style:scale-to-Y") == [pages]
    empty = zipfile.ZipFile(BytesIO(ods.write(book([], chart=CHART))))
    assert not [each for each in empty.namelist() if each.startswith("Object")]


def test_made_up_data_is_marked_in_the_properties_and_in_the_footer() -> None:
    content = ods.write(book())
    meta = part(content, "meta.xml")
    (title,), (subject,), (language,), (at,) = (
        found(meta, f"//dc:{name}/text()") for name in ("title", "subject", "language", "date")
    )
    assert (title, subject) == ("Titel & zo (fictieve gegevens)", "Onderwerp")
    assert (language, at) == ("nl-NL", "2026-11-21T23:30:05Z")
    footer = "".join(found(part(content, "styles.xml"), "//style:footer//text()"))
    assert "Titel & zo | Blad & 'co'" in footer
    assert "FICTIEVE GEGEVENS" in footer
    real = zipfile.ZipFile(BytesIO(ods.write(book(fictief=False))))
    assert not [name for name in real.namelist() if b"ictie" in real.read(name)]


def test_beyond_what_excel_can_open_it_refuses_as_the_excel_file_does() -> None:
    with pytest.raises(TooLarge, match="tekens"):
        ods.write(book([("x" * (excel.MAX_TEXT + 1), None, None)]))
