"""What LibreOffice makes of text documents: it opens them whole, and finds in them what there is to find.

`make check-office` runs these; the images of all pages are in screenshots/exports.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import docx
import odfdo
import pytest

from exports import odt, word
from exports.document import Document, Section, outline
from tests.exports.rough_document import ROUGH, TWO_LISTS
from tests.exports.sample_document import FIGURES, HOSTILE, SAMPLE
from tests.support import office

pytestmark = pytest.mark.office

IMAGES = Path(__file__).resolve().parents[2] / "screenshots" / "exports"
WRITERS: dict[str, Callable[[Document], bytes]] = {"docx": word.write, "odt": odt.write}

formats = pytest.mark.parametrize("suffix", WRITERS)


def saved(document: Document, suffix: str, folder: Path) -> Path:
    file = folder / f"rapport-{suffix}.{suffix}"
    file.write_bytes(WRITERS[suffix](document))
    return file


def one_spaced(text: str) -> str:
    return " ".join(text.split())


@formats
def test_it_prints_with_everything_on_it(suffix: str, tmp_path: Path) -> None:
    pdf = office.convert(saved(SAMPLE, suffix, tmp_path), "pdf", tmp_path / "pdf")
    told = office.paper(pdf)
    assert re.search(r"Title:\s+Rapport Eindmeting 2013", told)
    assert "(A4)" in told
    pages = [one_spaced(page) for page in office.pages(pdf)]
    for number, page in enumerate(pages, start=1):
        assert page.startswith("Rapport Eindmeting 2013 Fictieve gegevens")
        assert page.endswith(f"Concept, versie 3 Pagina {number} van {len(pages)}")
    whole = " ".join(pages[2:])
    for heading in outline(SAMPLE).headings:
        assert heading.title in whole
        assert (heading.title in pages[1]) == (heading.level <= 3)
    for number, figure in enumerate(FIGURES, start=1):
        assert f"Figuur {number}. {figure.caption}" in whole
    assert HOSTILE in whole
    for note in ("1 Een noot: ëén.", "2 Bron: het jaarverslag."):
        assert note in whole
    assert len(office.draw(pdf, IMAGES)) == len(pages)


def test_the_contents_of_an_odt_show_the_pages(tmp_path: Path) -> None:
    pages = office.pages(office.convert(saved(SAMPLE, "odt", tmp_path), "pdf", tmp_path / "pdf"))
    shown = dict(re.findall(r"^ *(\S.*?)\.{3,} *(\d+)$", pages[1], flags=re.MULTILINE))
    assert len(shown) == 7
    for title, page in shown.items():
        assert title in pages[int(page) - 1]


@formats
def test_lists_count_from_one_each(suffix: str, tmp_path: Path) -> None:
    document = Document(
        "Lijsten", "", "", ("Een",), "Concept", "2014-01-02", False, (Section("a", "A", TWO_LISTS),)
    )
    pages = office.pages(office.convert(saved(document, suffix, tmp_path), "pdf", tmp_path / "pdf"))
    assert "1. eerst 2. dan 1. eerst 2. dan" in one_spaced(pages[-1])


@formats
def test_what_is_hard_on_a_format_opens_too(suffix: str, tmp_path: Path) -> None:
    pdf = office.convert(saved(ROUGH, suffix, tmp_path), "pdf", tmp_path / "pdf")
    whole = one_spaced(" ".join(office.pages(pdf)))
    for words in ("=1+1 <Titel> & meer", "2 =SOM(A1) <b>kop</b>", f"noot {HOSTILE}", "=geen 3"):
        assert words in whole
    assert "Fictieve" not in whole


def test_headings_stay_headings_in_the_other_format(tmp_path: Path) -> None:
    expected = [(each.level, each.title) for each in outline(SAMPLE).headings]
    from_odt = docx.Document(
        str(office.convert(saved(SAMPLE, "odt", tmp_path), "docx", tmp_path / "as-docx"))
    )
    assert [
        (int(each.style.name.removeprefix("Heading ")), each.text)
        for each in from_odt.paragraphs
        if each.style is not None and (each.style.name or "").startswith("Heading ")
    ] == expected
    from_word = odfdo.Document(office.convert(saved(SAMPLE, "docx", tmp_path), "odt", tmp_path / "as-odt"))
    found = from_word.body.get_elements("//text:h")
    assert [
        (int(str(each.get_attribute("text:outline-level"))), each.inner_text) for each in found
    ] == expected
    described = [each.inner_text for each in from_word.body.get_elements("//svg:desc")]
    assert described == [each.alternative for each in FIGURES]
