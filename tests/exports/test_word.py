"""A document as a Word file, read back."""

from __future__ import annotations

import struct
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

from exports import palette, word, zipped
from exports.document import Figure, Grid, Items, Paragraph, Part, Section, blocks, outline, plain
from tests.exports.rough_document import ROUGH
from tests.exports.sample_document import FIGURES, HOSTILE, SAMPLE, cells, numbers

NUMBERS = outline(SAMPLE).numbers


class Read:
    """A Word file that was written, as a library and as XML."""

    def __init__(self, content: bytes) -> None:
        self.file: Any = docx.Document(BytesIO(content))
        self.zip = ZipFile(BytesIO(content))
        self.body: Any = self.file.element.body

    def part(self, name: str) -> Any:
        return etree.fromstring(self.zip.read(name))

    def find(self, path: str) -> list[Any]:
        return list(self.body.xpath(path))

    def styled(self, name: str) -> list[str]:
        return [each.text for each in self.file.paragraphs if each.style.name == name]


@pytest.fixture(scope="module")
def sample() -> Read:
    return Read(word.write(SAMPLE))


@pytest.fixture(scope="module")
def rough() -> Read:
    return Read(word.write(ROUGH))


def words(node: Any) -> str:
    return "".join(each.text or "" for each in node.iter(qn("w:t")))


def style_of(paragraph: Any) -> str:
    return str(paragraph.find(qn("w:pPr")).find(qn("w:pStyle")).get(qn("w:val")))


def test_headings_have_their_level_and_show_their_number(sample: Read, rough: Read) -> None:
    found = [
        (int(each.style.name.removeprefix("Heading ")), each.text)
        for each in sample.file.paragraphs
        if each.style.name.startswith("Heading ")
    ]
    assert found == [(each.level, each.title) for each in outline(SAMPLE).headings]
    levels = [each.style.name for each in rough.file.paragraphs if each.style.name.startswith("Heading ")]
    assert levels == [f"Heading {level}" for level in (1, 2, 3, 4, 5, 6, 6, 1)]


def test_all_running_text_is_there_in_the_style_of_its_kind(sample: Read) -> None:
    names = {"plain": "Normal", "lead": "Inleidende alinea", "aid": "Hulptekst", "source": "Bronregel"}
    for block in blocks(SAMPLE):
        if isinstance(block, Paragraph):
            assert plain(block.line, NUMBERS) in sample.styled(names[block.kind])
        if isinstance(block, Items):
            name = "List Number" if block.numbered else "List Bullet"
            assert sample.styled(name) == [plain(line, NUMBERS) for line in block.items]
    runs = {run.text: (run.bold, run.italic) for each in sample.file.paragraphs for run in each.runs}
    assert runs["nadruk"] == (True, None)
    assert runs["schuin"] == (None, True)


def test_the_title_page_says_what_it_is(sample: Read, rough: Read) -> None:
    assert sample.styled("Title") == ["Rapport Eindmeting 2013"]
    assert sample.styled("Subtitle") == ["Civiel-militaire samenwerking in 25 veiligheidsregio's"]
    assert sample.styled("Titelgegevens") == [
        "Inspectie Veiligheid en Justitie en Audit Functie Defensie",
        "Concept, versie 3",
        "30 juni 2013",
    ]
    assert rough.styled("Titelgegevens") == ["Een, Twee en Drie", "Vastgesteld", "2 januari 2014"]


def test_made_up_data_is_marked_on_every_page_and_real_data_is_not(sample: Read, rough: Read) -> None:
    def marks(read: Read) -> tuple[list[str], str, str]:
        header = read.file.sections[0].header.paragraphs[0].text
        return read.styled("Fictief"), header, read.file.core_properties.category

    assert marks(sample) == (
        ["Fictieve gegevens"],
        "Rapport Eindmeting 2013\tFictieve gegevens",
        "Fictieve gegevens",
    )
    assert marks(rough) == ([], "=1+1 <Titel> & meer", "")
    for read in (sample, rough):
        footer = read.file.sections[0].footer._element
        fields = [each.text.strip() for each in footer.iter(qn("w:instrText"))]
        assert fields == ["PAGE", "NUMPAGES"]
        assert words(footer).endswith("Pagina  van ")


def test_the_contents_are_filled_in_and_lead_to_the_headings(sample: Read) -> None:
    (contents,) = sample.find(".//w:sdt[.//w:docPartGallery[@w:val='Table of Contents']]")
    entries = contents.findall(f".//{qn('w:hyperlink')}")
    expected = [each for each in outline(SAMPLE).headings if each.level <= 3]
    assert [words(each) for each in entries] == [each.title for each in expected]
    assert [style_of(each.getparent()) for each in entries] == [f"Toc{each.level}" for each in expected]
    for entry, heading in zip(entries, expected, strict=True):
        (mark,) = sample.find(f".//w:bookmarkStart[@w:name='{entry.get(qn('w:anchor'))}']")
        assert words(mark.getparent()) == heading.title
    kinds = [each.get(qn("w:fldCharType")) for each in contents.iter(qn("w:fldChar"))]
    assert kinds[:2] == ["begin", "separate"]
    assert kinds.count("begin") == kinds.count("end") == 1 + len(expected)
    settings = sample.part("word/settings.xml")
    assert settings.find(qn("w:updateFields")).get(qn("w:val")) == "true"


def test_captions_are_numbered_by_fields(sample: Read) -> None:
    assert sample.styled("Caption") == [
        "Tabel 1. Uitgangspunten voor het onderzoek",
        *(
            caption
            for number, figure in enumerate(FIGURES, start=1)
            for caption in (
                f"Figuur {number}. {figure.caption}",
                f"Gegevens bij figuur {number}: {figure.table.caption}",
            )
        ),
    ]
    fields = [each.text.strip() for each in sample.find(".//w:instrText[contains(., 'SEQ')]")]
    assert fields == ["SEQ Tabel \\* ARABIC", *["SEQ Figuur \\* ARABIC"] * len(FIGURES)]


def test_a_table_has_a_head_that_repeats_and_headings_of_rows(sample: Read) -> None:
    table = sample.file.tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Thema", "Kritische succesfactor", "Oordeel"],
        ["1 Wederzijdse bekendheid", "1.1 Kennen en gekend worden", "Voldoet"],
        [HOSTILE, "1.2 Bekendheid", "Voldoet niet"],
    ]
    heads = [row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in table.rows]
    assert heads == [True, False, False]
    styles = [[cell.paragraphs[0].style.name for cell in row.cells] for row in table.rows]
    assert styles == [["Tabelkop"] * 3, *[["Rijkop", "Tabeltekst", "Tabeltekst"]] * 2]
    widths = [int(each.get(qn("w:w"))) for each in table._tbl.tblGrid]
    assert widths[1] == pytest.approx(2 * widths[0], abs=2)
    assert sum(widths) == round(160 / 25.4 * 1440)
    following = table._tbl.getnext()
    assert (style_of(following), words(following)) == ("Bronregel", "Bron: het toetsingskader")


@pytest.mark.parametrize(("rows", "kept"), [(4, [0, 1, 2]), (60, [58])], ids=["small", "large"])
def test_a_small_table_stays_on_one_page_and_no_last_row_goes_on_alone(rows: int, kept: list[int]) -> None:
    shown = (
        replace(numbers("tabel", "Een tabel"), rows=(cells("rij", "1", "2", "3", "4"),) * rows),
        Grid("vorm", "Een vorm", (1, 3), ((Part(head="rij"), Part("kort")),) * rows),
    )
    read = Read(word.write(replace(SAMPLE, sections=(Section("enig", "Enig", shown),))))

    table, form = (each._tbl.findall(qn("w:tr")) for each in read.file.tables)
    for found in (table[1:], form):
        keeping = [
            place
            for place, row in enumerate(found)
            if all(each.find(qn("w:keepNext")) is not None for each in row.iter(qn("w:pPr")))
        ]
        assert keeping == kept


def test_cells_have_the_colours_of_their_level_and_stand_where_they_should(rough: Read) -> None:
    table = rough.file.tables[-1]
    shades = [row.cells[0]._tc.tcPr.find(qn("w:shd")).get(qn("w:fill")) for row in table.rows[1:]]
    assert shades == [palette.RANKS["top"].fill, palette.RANKS["between"].fill, "FFFFFF"]
    assert [row.cells[0].text for row in table.rows[1:]] == ["top", "tussen", "=geen"]
    assert table.rows[1].cells[1].paragraphs[0].style.name == "Tabeltekst rechts"
    assert table.rows[1].cells[0].paragraphs[0].style.name == "Tabeltekst"


def test_a_figure_is_a_picture_with_words_and_its_numbers(sample: Read) -> None:
    described = [(each.get("title"), each.get("descr")) for each in sample.find(".//wp:inline/wp:docPr")]
    assert described == [(each.caption, each.alternative) for each in FIGURES]
    for figure, shape in zip(FIGURES, sample.file.inline_shapes, strict=True):
        relation = shape._inline.graphic.graphicData.pic.blipFill.blip.embed
        blob = sample.file.part.related_parts[relation].blob
        width, height = struct.unpack(">II", blob[16:24])
        assert shape.width / shape.height == pytest.approx(width / height, rel=0.02), figure.key
        assert shape.width.mm <= 160.1
    assert len(sample.file.tables) == 1 + sum(isinstance(each, Figure) for each in blocks(SAMPLE))
    assert sample.file.tables[1].rows[1].cells[1].text == "20"


def test_footnotes_are_footnotes(sample: Read) -> None:
    notes = {
        each.get(qn("w:id")): words(each).strip()
        for each in sample.part("word/footnotes.xml")
        if each.get(qn("w:type")) is None
    }
    referred = [each.get(qn("w:id")) for each in sample.find(".//w:footnoteReference")]
    assert [notes[each] for each in referred] == ["Een noot: ëén.", "Bron: het jaarverslag."]


def test_references_lead_to_what_they_name(sample: Read) -> None:
    targets = {}
    for link in sample.find("./w:p/w:hyperlink[@w:anchor]"):
        (mark,) = sample.find(f".//w:bookmarkStart[@w:name='{link.get(qn('w:anchor'))}']")
        targets[words(link)] = words(mark.getparent())
    assert targets == {
        "tabel 1": "Tabel 1. Uitgangspunten voor het onderzoek",
        "figuur 5": "Figuur 5. Aanvragen per jaar",
        "paragraaf 1.1": "1.1 Onderzoeksvragen",
    }


def test_each_numbered_list_starts_at_one(rough: Read) -> None:
    lists = [each.get(qn("w:val")) for each in rough.find("./w:p/w:pPr/w:numPr/w:numId")]
    assert len(lists) == 4
    assert len(set(lists)) == 2
    numbering = rough.file.part.numbering_part.element
    for each in set(lists):
        assert numbering.xpath(f"./w:num[@w:numId='{each}']/w:lvlOverride/w:startOverride/@w:val") == ["1"]


def test_the_file_says_in_what_language_and_whose_it_is(sample: Read, rough: Read) -> None:
    styles = sample.part("word/styles.xml")
    assert {each.get(qn("w:val")) for each in styles.iter(qn("w:lang"))} == {"nl-NL"}
    properties = sample.file.core_properties
    assert (properties.title, properties.subject) == (SAMPLE.title, SAMPLE.subject)
    assert properties.author == "Inspectie Veiligheid en Justitie en Audit Functie Defensie"
    assert properties.language == "nl-NL"
    assert properties.created == properties.modified == datetime(2013, 6, 30, tzinfo=UTC)
    assert rough.file.core_properties.subject == "x" * 255
    section = sample.file.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert {round(each.mm) for each in (section.left_margin, section.top_margin)} == {25}


def test_what_people_wrote_stays_text(rough: Read) -> None:
    assert rough.styled("Title") == ["=1+1 <Titel> & meer"]
    assert rough.styled("Subtitle") == ["Met stuurtekens en halve tekens"]
    assert "2 =SOM(A1) <b>kop</b>" in rough.styled("Heading 1")
    (line,) = (each for each in rough.styled("Normal") if each.startswith("twee"))
    assert line == "twee  spaties,\teen tab\nen een regel vet en schuinde linktabel ?"
    assert HOSTILE in words(rough.part("word/footnotes.xml"))
    assert rough.file.tables[-1].rows[3].cells[1].text == "3"
    (link,) = rough.find(".//w:hyperlink[@r:id]")
    target = rough.file.part.rels[link.get(qn("r:id"))].target_ref
    assert (words(link), target) == ("de link", "https://voorbeeld.invalid/?a=1&b=<2>")


def test_a_table_at_the_end_is_followed_by_a_paragraph(rough: Read) -> None:
    assert [each.tag for each in rough.body[-3:]] == [qn("w:tbl"), qn("w:p"), qn("w:sectPr")]


def test_the_same_document_gives_the_same_bytes(rough: Read) -> None:
    content = word.write(ROUGH)
    assert word.write(ROUGH) == content
    assert {each.date_time for each in rough.zip.infolist()} == {zipped.WHEN}
    assert word.write(replace(ROUGH, state="Concept")) != content


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="isoformat"):
        word.write(replace(ROUGH, dated="vandaag", sections=()))
