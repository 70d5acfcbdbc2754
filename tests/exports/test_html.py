"""A document as HTML: valid, accessible, inert, and complete without anything from elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from lxml.etree import _Element as Element

from exports import html
from exports.book import FICTIEF
from exports.document import (
    Cell,
    Column,
    Document,
    Figure,
    Paragraph,
    Reference,
    Section,
    Table,
    Text,
    blocks,
)
from exports.palette import RANKS
from tests.exports.sample_document import HOSTILE, SAMPLE
from tests.support import inspection
from tests.support.inspection import words


@pytest.fixture(scope="module")
def written() -> bytes:
    return html.write(SAMPLE)


@pytest.fixture(scope="module")
def page(written: bytes) -> Element:
    """The file as a strict reader reads it."""
    root, faults = inspection.parse(written.decode())
    assert faults == []
    return root


def small(*sections: Section) -> Document:
    """The sample with other content."""
    return replace(SAMPLE, sections=sections)


def read(document: Document) -> Element:
    """The part for a page, as a tree; it has no faults."""
    part = html.body(document)
    assert inspection.fragment_faults(part) == []
    return inspection.parse_fragment(part)[0]


def test_the_file_has_no_faults_and_is_the_same_every_time(written: bytes, page: Element) -> None:
    # it is in Dutch as it is written in the Netherlands, and has its style with it
    assert inspection.faults(page) == ['html has no lang="nl"', "<style> holds inline code"]
    assert page.get("lang") == "nl-NL"
    assert html.write(SAMPLE) == written


def test_the_file_says_what_it_is(page: Element) -> None:
    assert words(page.find(".//title")) == f"Rapport Eindmeting 2013 – {FICTIEF}"
    told = {meta.get("name"): meta.get("content") for meta in page.iter("meta")}
    assert told["description"] == "Landelijk rapport over elf kritische succesfactoren"
    assert told["author"] == "Inspectie Veiligheid en Justitie en Audit Functie Defensie"
    assert words(page.find(".//header")) == (
        f"{FICTIEF}Rapport Eindmeting 2013Civiel-militaire samenwerking in 25 veiligheidsregio's"
        "VanInspectie Veiligheid en Justitie en Audit Functie Defensie"
        "StatusConcept, versie 3Gegevens tot en met30 juni 2013"
    )


def test_the_file_asks_nothing_of_others(written: bytes, page: Element) -> None:
    assert not page.xpath("//script | //link | //img | //@src | //*[@style] | //iframe")
    assert all(link.startswith("#") for link in page.xpath("//@href"))
    assert b"@import" not in written
    assert b"url(" not in written
    policy = page.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")


def test_real_data_carries_no_mark_of_made_up_data() -> None:
    assert FICTIEF.encode() not in html.write(replace(SAMPLE, fictief=False))
    assert FICTIEF not in html.body(replace(SAMPLE, fictief=False))
    assert FICTIEF in html.body(SAMPLE)


def test_headings_follow_the_numbering_and_the_contents_lead_to_them(page: Element) -> None:
    found = page.xpath("//*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5]")
    assert [(element.tag, words(element)) for element in found] == [
        ("h1", "Rapport Eindmeting 2013"),
        ("h2", "Inhoud"),
        ("h2", "Voorwoord"),
        ("h2", "1 Inleiding"),
        ("h3", "1.1 Onderzoeksvragen"),
        ("h2", "2 Bevindingen"),
        ("h3", "2.1 Kennen en gekend worden"),
        ("h4", "Bevindingen over contacten"),
        ("h5", "Contactpersonen"),
        ("h2", "Bijlage A Afkortingen"),
        ("h2", "Noten"),
    ]
    for link in page.findall(".//nav//a"):
        assert words(page.xpath("//*[@id=$i]", i=link.get("href")[1:])[0]) == words(link)
    assert [words(each) for each in page.xpath("//nav/ul/li/ul/li/a")] == [
        "1.1 Onderzoeksvragen",
        "2.1 Kennen en gekend worden",
    ]


def test_tables_have_numbered_captions_headings_and_levels_in_words(page: Element) -> None:
    table = page.xpath("//table[caption[starts-with(., 'Tabel 1. ')]]")[0]

    assert words(table.find("caption")) == "Tabel 1. Uitgangspunten voor het onderzoek"
    assert [each.get("scope") for each in table.iter("th")] == ["col"] * 3 + ["row"] * 2
    levels = {words(cell): cell.get("class") for cell in table.xpath(".//td[@class]")}
    assert levels == {"Voldoet": "rank rank--top", "Voldoet niet": "rank rank--failing"}
    assert words(table.getnext()) == "Bron: het toetsingskader"
    style = page.findtext(".//style") or ""
    assert all(f".rank--{rank} " in style for rank in RANKS)


def test_a_figure_has_words_a_caption_and_its_numbers(page: Element) -> None:
    figures = [block for block in blocks(SAMPLE) if isinstance(block, Figure)]
    found = page.findall(".//figure")

    assert len(found) == len(figures) == 5
    for number, (figure, element) in enumerate(zip(figures, found, strict=True), 1):
        drawing = element[0]
        assert (drawing.get("role"), drawing.get("aria-label")) == ("img", figure.alternative)
        assert drawing.get("viewbox")  # lxml writes names of HTML small
        assert words(element.find("figcaption")).startswith(f"Figuur {number}. {figure.caption}")
        numbers = element.getnext()
        assert words(numbers.find("caption")) == f"Gegevens bij figuur {number}: {figure.table.caption}"
        assert [words(row) for row in numbers.findall(".//td")] == [
            cell.text for row in figure.table.rows for cell in row[1:]
        ]
    assert words(found[4]).endswith("Bron: ministerie van Defensie")


def test_notes_are_numbered_and_lead_there_and_back(page: Element) -> None:
    calls = page.findall(".//sup/a")
    assert [words(call) for call in calls] == ["1", "2"]
    for call, text in zip(calls, ("Een noot: ëén.", "Bron: het jaarverslag."), strict=True):
        note = page.xpath("//li[@id=$i]", i=call.get("href")[1:])[0]
        assert words(note) == f"{text} Terug"
        assert note.find("a").get("href") == f"#{call.get('id')}"


def test_references_lead_to_what_they_are_about(page: Element) -> None:
    links = {words(link): link.get("href")[1:] for link in page.xpath("//section/p/a")}

    assert list(links) == ["tabel 1", "figuur 5", "paragraaf 1.1"]
    tags = [page.xpath("//*[@id=$i]", i=identifier)[0].tag for identifier in links.values()]
    assert tags == ["table", "figure", "h3"]


def test_the_part_for_a_page_has_no_title_style_or_mark_of_its_own() -> None:
    part = html.body(SAMPLE)

    assert inspection.fragment_faults(part) == []
    root, _ = inspection.parse_fragment(part)
    assert not root.xpath(".//h1 | .//style | .//main | .//*[@style]")
    assert root.xpath("string(.//h2)") == "Inhoud"


def test_what_people_wrote_stays_text_wherever_it_stands() -> None:
    nasty = f'</style></title><script>alert(1)</script>" onload="x {HOSTILE}\x00\x07\x85\U0001fffe\ufdd0'
    seen = nasty.translate(dict.fromkeys([0, 7, 0x85, 0x1FFFE, 0xFDD0]))
    table = Table(
        nasty, nasty, (Column(nasty), Column("")), ((Cell(nasty), Cell(nasty, "none")),), source=nasty
    )
    figure = next(block for block in blocks(SAMPLE) if isinstance(block, Figure))
    lines = (
        Text(nasty, strong=True, link="javascript:alert(1)"),
        Text("veilig", link="https://voorbeeld.nl/?a=1&b=2"),
    )
    document = replace(
        small(
            Section(
                "x",
                nasty,
                (
                    Paragraph((*lines, Reference("nergens", nasty))),
                    table,
                    replace(figure, caption=nasty, alternative=nasty, source=nasty),
                ),
            )
        ),
        **dict.fromkeys(("title", "subtitle", "subject", "state"), nasty),
        publishers=(nasty,),
    )

    root, faults = inspection.parse(html.write(document).decode())
    assert faults == []
    assert not root.xpath("//script | //b | //@onload")
    assert [link for link in root.xpath("//@href") if not link.startswith("#")] == [
        "https://voorbeeld.nl/?a=1&b=2"
    ]
    assert words(root.find(".//h1")) == " ".join(seen.split())
    assert root.xpath("string(//*[@role='img']/@aria-label)") == seen
    assert len(re.findall("alert", words(root.find("body")))) == 15


def test_keys_of_any_kind_become_ids_of_their_own() -> None:
    keys = ("ksf 1.1", "ksf-1.1", "ksf/1.1", "é <", "")
    root = read(small(*(Section(key, f"Deel {key}") for key in keys)))

    found = root.xpath(".//section/h2/@id")
    assert len(set(found)) == len(keys)
    assert all(re.fullmatch(r"doc-[A-Za-z0-9_.-]*", each) for each in found)


def test_headings_go_no_deeper_than_html_has() -> None:
    section = Section("8", "Deel 8")
    for level in range(7, 0, -1):
        section = Section(str(level), f"Deel {level}", sections=(section,))
    root = read(small(section))

    tags = [element.tag for element in root.xpath(".//section/*[1]")]
    assert tags == ["h2", "h3", "h4", "h5", "h6", "h6", "h6", "h6"]
    assert len(root.xpath(".//nav//a")) == 3
