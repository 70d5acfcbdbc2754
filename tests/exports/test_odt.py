"""A document as an OpenDocument text, read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import odfdo
import pytest

from exports import odt, palette, zipped
from exports.document import Items, Paragraph, Section, blocks, outline, plain
from tests.exports.rough_document import ROUGH
from tests.exports.sample_document import FIGURES, HOSTILE, SAMPLE, cells, numbers

NUMBERS = outline(SAMPLE).numbers


class Read:
    """An OpenDocument text that was written, as a library and as elements."""

    def __init__(self, content: bytes) -> None:
        self.zip = ZipFile(BytesIO(content))
        self.file: Any = odfdo.Document(BytesIO(content))
        self.styles: Any = self.file.styles.root
        self.body: Any = self.file.body

    def find(self, path: str) -> list[Any]:
        return list(self.body.xpath(path))

    def styled(self, name: str) -> list[str]:
        path = f".//text:p[@text:style-name='{name.replace(' ', '_20_')}']"
        return [shown(each) for each in self.find(path)]

    def style(self, name: str, of: str) -> Any:
        (found,) = self.styles.xpath(f".//style:style[@style:name='{name}']/style:{of}-properties")
        return found


def shown(node: Any) -> str:
    """The words of an element as they are read, without its notes."""
    parts = [node.text or ""]
    for child in node.children:
        match child.tag:
            case "text:line-break":
                parts.append("\n")
            case "text:tab":
                parts.append("\t")
            case "text:s":
                parts.append(" " * int(child.get_attribute("text:c") or 1))
            case "text:note":
                pass
            case _:
                parts.append(shown(child))
        parts.append(child.tail or "")
    return "".join(parts)


@pytest.fixture(scope="module")
def sample() -> Read:
    return Read(odt.write(SAMPLE))


@pytest.fixture(scope="module")
def rough() -> Read:
    return Read(odt.write(ROUGH))


def headings(read: Read) -> list[tuple[int, str, str]]:
    return [
        (int(each.get_attribute("text:outline-level")), each.get_attribute("text:style-name"), shown(each))
        for each in read.find(".//text:h")
    ]


def target(read: Read, link: Any) -> str:
    """What the bookmark that a link leads to stands in."""
    name = link.get_attribute("xlink:href").removeprefix("#")
    (mark,) = read.find(f".//text:bookmark-start[@text:name='{name}']")
    return shown(mark.parent)


def test_headings_have_their_level_and_show_their_number(sample: Read, rough: Read) -> None:
    assert headings(sample) == [
        (each.level, f"Heading_20_{each.level}", each.title) for each in outline(SAMPLE).headings
    ]
    assert [level for level, _, _ in headings(rough)] == [1, 2, 3, 4, 5, 6, 6, 1]


def test_all_running_text_is_there_in_the_style_of_its_kind(sample: Read) -> None:
    names = {"plain": "Text body", "lead": "Inleidende alinea", "aid": "Hulptekst", "source": "Bronregel"}
    lists = [
        (each.get_attribute("text:style-name"), [shown(item) for item in each.children])
        for each in sample.find("./text:list")
    ]
    for block in blocks(SAMPLE):
        if isinstance(block, Paragraph):
            assert plain(block.line, NUMBERS) in sample.styled(names[block.kind])
        if isinstance(block, Items):
            name = "Numbering_20_1" if block.numbered else "List_20_1"
            assert (name, [plain(line, NUMBERS) for line in block.items]) in lists
    dressed = {each.get_attribute("text:style-name"): shown(each) for each in sample.find(".//text:span")}
    assert (dressed["Vet"], dressed["Schuin"]) == ("nadruk", "schuin")
    assert sample.style("Vet", "text").get_attribute("fo:font-weight") == "bold"
    assert sample.style("Schuin", "text").get_attribute("fo:font-style") == "italic"


def test_the_title_page_says_what_it_is(sample: Read) -> None:
    assert sample.styled("Title") == ["Rapport Eindmeting 2013"]
    assert sample.styled("Subtitle") == ["Civiel-militaire samenwerking in 25 veiligheidsregio's"]
    assert sample.styled("Titelgegevens") == [
        "Inspectie Veiligheid en Justitie en Audit Functie Defensie",
        "Concept, versie 3",
        "30 juni 2013",
    ]


def test_made_up_data_is_marked_on_every_page_and_real_data_is_not(sample: Read, rough: Read) -> None:
    def marks(read: Read) -> tuple[list[str], str, str | None]:
        (header,) = read.styles.xpath(".//style:header/text:p")
        return read.styled("Fictief"), shown(header), read.file.meta.keyword

    assert marks(sample) == (
        ["Fictieve gegevens"],
        "Rapport Eindmeting 2013\tFictieve gegevens",
        "Fictieve gegevens",
    )
    assert marks(rough) == ([], "=1+1 <Titel> & meer", None)
    for read in (sample, rough):
        (footer,) = read.styles.xpath(".//style:footer/text:p")
        fields = [each.tag for each in footer.children if each.tag.startswith("text:page")]
        assert fields == ["text:page-number", "text:page-count"]
        assert shown(footer).endswith("\tPagina  van ")


def test_the_contents_are_filled_in_and_lead_to_the_headings(sample: Read) -> None:
    entries = sample.find(".//text:table-of-content/text:index-body/text:p")
    expected = [each for each in outline(SAMPLE).headings if each.level <= 3]
    assert [shown(each) for each in entries] == [f"{each.title}\t" for each in expected]
    for entry, heading in zip(entries, expected, strict=True):
        assert entry.get_attribute("text:style-name") == f"Contents_20_{heading.level}"
        (link,) = entry.xpath("./text:a")
        assert target(sample, link) == heading.title
        (page,) = link.xpath("./text:bookmark-ref[@text:reference-format='page']")
        assert f"#{page.get_attribute('text:ref-name')}" == link.get_attribute("xlink:href")


def test_captions_are_numbered_by_fields(sample: Read) -> None:
    captions = {*sample.styled("Caption"), *sample.styled("Bijschrift boven")}
    assert captions == {
        "Tabel 1. Uitgangspunten voor het onderzoek",
        *(f"Figuur {number}. {figure.caption}" for number, figure in enumerate(FIGURES, start=1)),
        *(
            f"Gegevens bij figuur {number}: {figure.table.caption}"
            for number, figure in enumerate(FIGURES, start=1)
        ),
    }
    sequences = [(each.get_attribute("text:name"), shown(each)) for each in sample.find(".//text:sequence")]
    assert sequences == [("Tabel", "1"), *(("Figuur", str(number)) for number in range(1, 6))]
    declared = [each.get_attribute("text:name") for each in sample.find(".//text:sequence-decl")]
    assert declared == ["Tabel", "Figuur"]


def test_a_table_has_a_head_that_repeats_and_headings_of_rows(sample: Read) -> None:
    table = sample.find(".//table:table")[0]

    def row_of(row: Any) -> list[tuple[str, str]]:
        cells = row.xpath("./table:table-cell/text:p")
        return [(each.get_attribute("text:style-name"), shown(each)) for each in cells]

    (head,) = table.xpath("./table:table-header-rows/table:table-row")
    assert row_of(head) == [("Tabelkop", title) for title in ("Thema", "Kritische succesfactor", "Oordeel")]
    assert [row_of(each) for each in table.xpath("./table:table-row")] == [
        [
            ("Rijkop", "1 Wederzijdse bekendheid"),
            ("Tabeltekst", "1.1 Kennen en gekend worden"),
            ("Tabeltekst", "Voldoet"),
        ],
        [("Rijkop", HOSTILE), ("Tabeltekst", "1.2 Bekendheid"), ("Tabeltekst", "Voldoet niet")],
    ]
    styles = sample.file.content.root
    widths = [
        styles.xpath(f".//style:style[@style:name='Tabel1.{place}']/style:table-column-properties")[0]
        for place in (1, 2, 3)
    ]
    assert [each.get_attribute("style:column-width") for each in widths] == ["40.00mm", "80.00mm", "40.00mm"]
    (following,) = table.xpath("./following-sibling::*[1]")
    assert shown(following) == "Bron: het toetsingskader"


@pytest.mark.parametrize(("rows", "parted"), [(4, "false"), (60, "true")], ids=["small", "large"])
def test_a_small_table_stays_on_one_page(rows: int, parted: str) -> None:
    table = replace(numbers("tabel", "Een tabel"), rows=(cells("rij", "1", "2", "3", "4"),) * rows)
    read = Read(odt.write(replace(SAMPLE, sections=(Section("enig", "Enig", (table,)),))))

    (properties,) = read.file.content.root.xpath(
        ".//style:style[@style:name='Tabel1']/style:table-properties"
    )
    assert properties.get_attribute_string("style:may-break-between-rows") == parted


def test_cells_have_the_colours_of_their_level_and_stand_where_they_should(rough: Read) -> None:
    table = rough.find(".//table:table")[-1]
    cells = table.xpath("./table:table-row/table:table-cell[1]")
    fills = [
        rough.file.content.root.xpath(
            f".//style:style[@style:name='{each.get_attribute('table:style-name')}']"
            "/style:table-cell-properties"
        )[0].get_attribute("fo:background-color")
        for each in cells
    ]
    assert fills == [f"#{palette.RANKS['top'].fill}", f"#{palette.RANKS['between'].fill}", "#FFFFFF"]
    assert [shown(each) for each in cells] == ["top", "tussen", "=geen"]
    right = table.xpath("./table:table-row/table:table-cell[2]/text:p/@text:style-name")
    assert {str(each) for each in right} == {"Tabeltekst_20_rechts"}
    assert rough.style("Tabeltekst_20_rechts", "paragraph").get_attribute("fo:text-align") == "end"
    assert rough.style("Niveau_20_partly", "text").get_attribute("fo:color") == "#FFFFFF"


def test_a_figure_is_a_picture_with_words_and_its_numbers(sample: Read) -> None:
    frames = sample.find(".//draw:frame")
    described = [
        (shown(each.get_element("svg:title")), shown(each.get_element("svg:desc"))) for each in frames
    ]
    assert described == [(each.caption, each.alternative) for each in FIGURES]
    listed = sample.file.manifest.get_path_medias()
    for frame in frames:
        place = frame.get_element("draw:image").get_attribute("xlink:href")
        assert sample.zip.read(place).startswith(b"\x89PNG")
        assert (place, "image/png") in listed
        assert 0 < float(frame.get_attribute("svg:width").removesuffix("mm")) <= 160
    tables = sample.find(".//table:table")
    assert len(tables) == 1 + len(FIGURES)
    assert shown(tables[1].xpath("./table:table-row[1]/table:table-cell[2]")[0]) == "20"


def test_footnotes_are_footnotes(sample: Read) -> None:
    notes = [
        (shown(each.get_element("text:note-citation")), shown(each.get_element("text:note-body")).strip())
        for each in sample.find(".//text:note[@text:note-class='footnote']")
    ]
    assert notes == [("1", "Een noot: ëén."), ("2", "Bron: het jaarverslag.")]


def test_references_lead_to_what_they_name(sample: Read) -> None:
    links = sample.find("./text:p/text:a")
    assert {shown(each): target(sample, each) for each in links} == {
        "tabel 1": "Tabel 1. Uitgangspunten voor het onderzoek",
        "figuur 5": "Figuur 5. Aanvragen per jaar",
        "paragraaf 1.1": "1.1 Onderzoeksvragen",
    }


def test_the_file_says_in_what_language_and_whose_it_is(sample: Read) -> None:
    (default,) = sample.styles.xpath(".//style:default-style/style:text-properties")
    assert (default.get_attribute("fo:language"), default.get_attribute("fo:country")) == ("nl", "NL")
    meta = sample.file.meta
    assert (meta.title, meta.subject, meta.language) == (SAMPLE.title, SAMPLE.subject, "nl-NL")
    assert (
        meta.creator == meta.initial_creator == "Inspectie Veiligheid en Justitie en Audit Functie Defensie"
    )
    assert meta.creation_date == meta.date == datetime(2013, 6, 30)
    (page,) = sample.styles.xpath(".//style:page-layout-properties")
    size = [page.get_attribute(f"fo:page-{side}") for side in ("width", "height")]
    assert size == ["210mm", "297mm"]
    assert page.get_attribute("fo:margin-left") == "25mm"


def test_what_people_wrote_stays_text(rough: Read) -> None:
    assert rough.styled("Title") == ["=1+1 <Titel> & meer"]
    assert rough.styled("Subtitle") == ["Met stuurtekens en halve tekens"]
    assert headings(rough)[-1][2] == "2 =SOM(A1) <b>kop</b>"
    assert rough.styled("Text body") == ["twee  spaties,\teen tab\nen een regel vet en schuinde linktabel ?"]
    assert shown(rough.find(".//text:note-body")[0]).strip() == f"noot {HOSTILE}"
    assert shown(rough.find(".//table:table")[-1].xpath(".//table:table-cell")[-1]) == "3"
    (link,) = rough.find("./text:p/text:a")
    assert link.get_attribute("xlink:href") == "https://voorbeeld.invalid/?a=1&b=<2>"
    values = rough.find(".//table:table-cell/@office:value-type")
    assert {str(each) for each in values} == {"string"}


def test_the_package_is_what_a_program_expects(sample: Read) -> None:
    first = sample.zip.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
    assert sample.zip.read("mimetype") == b"application/vnd.oasis.opendocument.text"
    listed = {path for path, _ in sample.file.manifest.get_path_medias()} - {"/"}
    assert listed == set(sample.zip.namelist()) - {"mimetype", "META-INF/manifest.xml"}


def test_the_same_document_gives_the_same_bytes(rough: Read) -> None:
    content = odt.write(ROUGH)
    assert odt.write(ROUGH) == content
    assert {each.date_time for each in rough.zip.infolist()} == {zipped.WHEN}
    assert odt.write(replace(ROUGH, state="Concept")) != content


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="isoformat"):
        odt.write(replace(ROUGH, dated="vandaag", sections=()))
