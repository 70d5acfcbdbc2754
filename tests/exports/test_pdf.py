"""A document as PDF: for who reads it, who has it read aloud, and who keeps it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import pikepdf
import pytest
import typst
from pikepdf import Dictionary, Name, NameTree, Pdf, String

from exports import pdf
from exports.document import (
    Bar,
    Block,
    Column,
    Document,
    Figure,
    Grid,
    Items,
    Key,
    Note,
    Paragraph,
    Part,
    Reference,
    Section,
    StackedBars,
    Table,
    Text,
    blocks,
    lines,
    outline,
    plain,
)
from exports.errors import NotTypeset
from exports.palette import RANKS
from tests.exports.sample_document import FIGURES, HOSTILE, SAMPLE, cells, numbers, text
from tests.support import pdftext
from tests.support.pdftext import Element

MARK = "Fictieve gegevens"


def opened(document: Document) -> Pdf:
    return Pdf.open(io.BytesIO(pdf.write(document)))


def of(*shown: Block, **changes: object) -> Document:
    """A document of one chapter."""
    return replace(SAMPLE, sections=(Section("enig", "Enig", shown),), **changes)


def squeezed(words: str) -> str:
    """Words without their spaces: a line that ends in a hyphen does not tell whether one followed."""
    return "".join(words.split())


@pytest.fixture(scope="module")
def written() -> bytes:
    return pdf.write(SAMPLE)


@pytest.fixture(scope="module")
def file(written: bytes) -> Iterator[Pdf]:
    with Pdf.open(io.BytesIO(written)) as found:
        yield found


@pytest.fixture(scope="module")
def tags(file: Pdf) -> list[Element]:
    return list(pdftext.structure(file).below())


@pytest.fixture(scope="module")
def pages(file: Pdf) -> list[str]:
    return pdftext.page_texts(file)


def test_the_file_says_that_it_is_accessible_and_can_be_kept(file: Pdf) -> None:
    metadata = file.open_metadata()
    assert metadata["pdfuaid:part"] == "1"
    assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
    assert file.Root.MarkInfo.Marked
    assert file.Root.StructTreeRoot.Type == Name.StructTreeRoot
    assert file.Root.Lang == "nl-NL"


def test_the_file_says_what_it_is_by_whom_and_of_when(file: Pdf) -> None:
    assert file.Root.ViewerPreferences.DisplayDocTitle
    metadata = file.open_metadata()
    assert metadata["dc:title"] == SAMPLE.title
    assert metadata["dc:creator"] == [", ".join(SAMPLE.publishers)]
    assert metadata["dc:description"] == SAMPLE.subject
    assert metadata["xmp:CreateDate"].startswith(SAMPLE.dated)
    for words in (SAMPLE.subtitle, SAMPLE.state, MARK):
        assert words in metadata["pdf:Keywords"]


def test_the_title_page_says_who_what_and_when_in_words(pages: list[str]) -> None:
    said = (MARK, *SAMPLE.publishers, SAMPLE.title, SAMPLE.subtitle, SAMPLE.state, "30 juni 2013")
    assert pages[0] == " ".join(said)


def test_headings_are_numbered_as_everywhere_and_skip_no_level(file: Pdf, tags: list[Element]) -> None:
    headings = [(heading.level, heading.title) for heading in outline(SAMPLE).headings]
    tagged = [(int(tag.tag[1:]), tag.text) for tag in tags if tag.tag[0] == "H" and tag.tag[1:].isdigit()]

    assert tagged == [(1, "Inhoud"), *headings]
    assert (1, "Bijlage A Afkortingen") in tagged
    assert all(after - before <= 1 for (before, _), (after, _) in pairwise(tagged))
    assert pdftext.outline_titles(file) == headings, "the bookmarks"


def test_the_table_of_contents_leads_to_the_page_of_each_heading(
    file: Pdf, tags: list[Element], pages: list[str]
) -> None:
    entries = [tag.text.replace("\u2060", "").rsplit(" ", 1) for tag in tags if tag.tag == "TOCI"]

    assert [title for title, _ in entries] == [
        heading.title for heading in outline(SAMPLE).headings if heading.level <= 3
    ]
    for title, page in entries:
        assert title in pages[int(page) - 1]
    assert sum(link.Subtype == Name.Link for link in file.pages[1].Annots) >= len(entries)


def test_every_page_has_its_number_the_title_and_the_mark(pages: list[str]) -> None:
    assert all(MARK in page for page in pages)
    for place, page in enumerate(pages[1:], 2):
        assert page.startswith(SAMPLE.title)
        assert page.endswith(f"{place} van {len(pages)}")


def test_real_data_have_no_mark() -> None:
    real = opened(of(Paragraph(text("Echt.")), fictief=False))
    assert not any(MARK in page for page in pdftext.page_texts(real))
    assert MARK not in real.open_metadata()["pdf:Keywords"]


def test_everything_that_is_written_can_be_read_back(tags: list[Element]) -> None:
    read = {tag: [each.text for each in tags if each.tag == tag] for tag in ("P", "LBody", "Note", "TD")}
    found = outline(SAMPLE).numbers
    for block in blocks(SAMPLE):
        told = "LBody" if isinstance(block, Items) else "P"
        for line in lines(block):
            assert plain(line, found) in read[told]
            for span in line:
                assert not isinstance(span, Note) or any(said.endswith(span.text) for said in read["Note"])
        if isinstance(block, Table | Figure) and block.source:
            assert block.source in read["P"]
    assert squeezed(HOSTILE) in map(squeezed, read["TD"])
    assert read["LBody"].count(HOSTILE) == 1, "markup is text, and does nothing"


def test_a_table_has_its_caption_and_its_heads_within_it(tags: list[Element]) -> None:
    tables = [block for block in blocks(SAMPLE) if isinstance(block, Table)]
    tables += [figure.table for figure in FIGURES]
    captions = ["Tabel 1. Uitgangspunten voor het onderzoek"] + [
        f"Gegevens bij figuur {number}: {figure.table.caption}" for number, figure in enumerate(FIGURES, 1)
    ]
    for tag, table, caption in zip(
        [each for each in tags if each.tag == "Table"], tables, captions, strict=True
    ):
        inside = list(tag.below())
        assert [each.text for each in inside if each.tag == "Caption"] == [caption]
        assert [each.text for each in inside if each.tag == "TH"] == [each.title for each in table.columns]
        assert len([each for each in inside if each.tag == "TD"]) == len(table.columns) * len(table.rows)


def test_a_figure_says_what_can_be_seen_and_its_text_is_text(tags: list[Element]) -> None:
    figures = [each for each in tags if each.tag == "Figure"]
    assert [each.alternative for each in figures] == [figure.alternative for figure in FIGURES]
    assert "Niet te beoordelen" in figures[0].text
    captions = [each.text for each in tags if each.tag == "Caption" and each.text.startswith("Figuur")]
    assert captions == [f"Figuur {number}. {figure.caption}" for number, figure in enumerate(FIGURES, 1)]


def test_references_lead_to_what_they_name(file: Pdf, tags: list[Element], pages: list[str]) -> None:
    named = NameTree(file.Root.Names.Dests)
    for shown, words in (("tabel 1", "Tabel 1."), ("figuur 5", "Figuur 5."), ("paragraaf 1.1", "1.1 Onder")):
        link = next(each for each in tags if each.tag == "Link" and each.text == shown)
        found = next(kid.Obj.Dest for kid in link.raw.K if isinstance(kid, Dictionary))
        target = named[str(found)][0] if isinstance(found, String) else found[0]
        assert words in pages[[page.obj for page in file.pages].index(target)]


def test_all_fonts_are_in_the_file_and_without_serifs(file: Pdf) -> None:
    found = pdftext.fonts(file)
    assert found
    assert all("/FontFile2" in font for font in found)
    assert {str(font.FontName).split("+")[1].split("-")[0] for font in found} == {"DejaVuSans"}


def test_the_same_document_gives_the_same_bytes_also_in_threads(written: bytes) -> None:
    others = [of(Paragraph(text(f"Tekst {number}."))) for number in range(3)]
    alone = [pdf.write(other) for other in others]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(pdf.write, [SAMPLE, *others]))
    assert together == [written, *alone]


def test_a_long_table_breaks_between_rows_with_its_heads_repeated() -> None:
    filling = [Paragraph(text("Een regel.")) for _ in range(29)]
    table = replace(
        numbers("lang", "Een lange tabel"),
        rows=tuple(cells(f"Rij {row:02}", "1", "2", "3", "4") for row in range(60)),
        source="Bron: het register",
    )
    pages = pdftext.page_texts(opened(of(*filling, table)))[2:]

    having = [page for page in pages if "Rij" in page]
    assert len(having) > 1
    assert all("Niet te beoordelen" in page for page in having), "the heads"
    assert "Rij 00" in next(page for page in pages if "Tabel 1." in page), "no caption alone below a page"
    assert [f"Rij {row:02}" in " ".join(pages) for row in range(60)] == [True] * 60


def pages_of(rows: int, *, below: int, wide: bool = False) -> list[list[str]]:
    """Which rows of a table, and its heading and caption, each page has; `below` lines stand before it."""
    filling = Section("voor", "Voor", tuple(Paragraph(text("Een regel.")) for _ in range(below)))
    words = [f"Rij {row:02}" for row in range(rows)]
    shown: Table | Grid = replace(
        numbers("proef", "Een proef"), rows=tuple(cells(word, "1", "2", "3", "4") for word in words)
    )
    if wide:
        shown = Grid("proef", "Een proef", (1, 3), tuple((Part(head=word), Part("kort")) for word in words))
    document = replace(
        SAMPLE, sections=(replace(filling, sections=(Section("kop", "De kop", (shown,)),)),), opening=False
    )
    sought = ("De kop", "Tabel 1.", *words)
    pages = pdftext.page_texts(opened(document))
    return [found for page in pages if (found := [each for each in sought if each in page])]


@pytest.mark.parametrize("wide", [False, True], ids=["table", "form"])
def test_a_small_table_stands_on_one_page_with_its_heading(wide: bool) -> None:
    for below in range(20, 27):
        assert len(pages_of(4, below=below, wide=wide)) == 1


@pytest.mark.parametrize("wide", [False, True], ids=["table", "form"])
def test_no_row_of_a_larger_table_goes_on_alone(wide: bool) -> None:
    for rows in range(24, 30):
        pages = pages_of(rows, below=6, wide=wide)
        assert [row for page in pages for row in page][-rows:] == [f"Rij {row:02}" for row in range(rows)]
        assert all(sum(each.startswith("Rij") for each in page) > 1 for page in pages)


def test_long_cells_come_out_whole_on_as_many_pages_as_they_take() -> None:
    long = " ".join(f"woord-{place}" for place in range(1000))
    half = " ".join(f"half-{place}" for place in range(280))
    table = Table("lang", "Lang", (Column("A"), Column("B", 3)), (cells("een", long), cells("twee", "kort")))
    forms = [
        Grid("een", "Eén rij", (1, 3), ((Part(head="Alles"), Part(long)),)),
        Grid("drie", "Drie rijen", (1, 3), tuple((Part(head="Half"), Part(half)) for _ in range(3))),
    ]
    file = opened(of(table, *forms, Paragraph((Text("Wat volgt."), Note("Een noot.")))))

    read = [squeezed(each.text) for each in pdftext.structure(file).below() if each.tag == "TD"]
    assert (read.count(squeezed(long)), read.count(squeezed(half)), read.count("kort")) == (2, 3, 1)
    assert "Een noot." in pdftext.page_texts(file)[-1]


def test_the_cells_of_a_level_have_its_colours_and_say_it() -> None:
    file = opened(of(next(block for block in blocks(SAMPLE) if isinstance(block, Table))))
    colours = {
        "".join(f"{round(float(part) * 255):02X}" for part in operands)
        for operands, operator in pikepdf.parse_content_stream(file.pages[2])
        if str(operator) == "scn" and len(operands) == 3
    }
    assert {RANKS["top"].fill, RANKS["failing"].fill, RANKS["failing"].text} <= colours
    assert {"Voldoet", "Voldoet niet"} <= {
        each.text for each in pdftext.structure(file).below() if each.tag == "TD"
    }


def test_signs_that_a_pdf_can_not_hold_do_not_stop_it() -> None:
    words = "日本 \U0001f600 \x07bel\ue000 \u0645\u0631\u062d\u0628\u0627 \u2028ander\nslot"
    address = "https://voorbeeld.invalid/" + "a" * 90
    file = opened(of(Paragraph(text(words)), Items((text(address),))))

    read = [each.text for each in pdftext.structure(file).below() if each.tag in ("P", "LBody")]
    assert read[-2].startswith("日本 \U0001f600 bel\ufffd ")
    assert read[-2].endswith(" ander slot")
    assert squeezed(read[-1]) == address


@pytest.mark.parametrize("label", ["❤\ufe0f", "👩\u200d👧", "👍🏽", "🇳🇱", "e\u0301\u0301", "क्षि"])
def test_signs_that_belong_together_do_not_stop_a_chart(label: str) -> None:
    drawing = StackedBars((Key(f"cafe\u0301 {label} <3", "top"),), (Bar("een", (1,)),), 1)
    file = opened(of(replace(FIGURES[0], drawing=drawing)))

    assert "café" in pdftext.page_texts(file)[2]


def test_a_footnote_may_follow_a_row_that_breaks_over_pages() -> None:
    rows = tuple(cells(word, "woord " * 600, "kort", "\n" * 100, "") for word in ("eerste", "tweede"))
    table = replace(numbers("lang", "Lange cellen"), rows=rows)
    file = opened(of(table, Paragraph((Text("Wat volgt."), Note("Een noot.")))))

    told = [each.text for each in pdftext.structure(file).below()]
    assert told.count("tweede") == 1
    assert "Een noot." in pdftext.page_texts(file)[-1]


def test_a_typesetter_that_panics_ends_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        """As pyo3 has it: what no `except Exception` catches."""

    def panic(*_: object, **__: object) -> None:
        raise PanicException("assertion failed")

    monkeypatch.setattr(typst, "compile", panic)
    with pytest.raises(NotTypeset, match="toegankelijke PDF"):
        pdf.write(SAMPLE)


def test_a_link_leads_out_only_to_the_web_or_mail() -> None:
    file = opened(
        of(
            Paragraph(
                (
                    Text("goed", link="https://voorbeeld.invalid/a?b=1&c=(2)"),
                    Text("kwaad", link="javascript:alert(1)"),
                    Text("stil", link="file:///etc/passwd"),
                    Reference("nergens", "tabel"),
                )
            )
        )
    )
    assert [str(link.A.URI) for link in file.pages[2].Annots] == ["https://voorbeeld.invalid/a?b=1&c=(2)"]
    assert "kwaadstiltabel ?" in pdftext.page_texts(file)[2]


@pytest.mark.parametrize(
    "document",
    [
        of(replace(FIGURES[0], alternative="")),
        of(numbers("dubbel", "Een"), numbers("dubbel", "Twee"), Paragraph((Reference("dubbel", "tabel"),))),
    ],
    ids=["a figure without words", "a key that is used twice"],
)
def test_what_can_not_be_accessible_is_refused(document: Document) -> None:
    with pytest.raises(NotTypeset) as refused:
        pdf.write(document)
    assert refused.value.reason
    assert "PDF" in str(refused.value)
