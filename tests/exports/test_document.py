"""A document as data: its numbering, its JSON, and what is wrong with a bad one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exports.document import (
    Cell,
    Column,
    Paragraph,
    Reference,
    Section,
    Table,
    blocks,
    faults,
    fingerprint,
    from_json,
    outline,
    plain,
    to_json,
)
from tests.exports.sample_document import SAMPLE


def test_sections_tables_and_figures_are_numbered_in_order() -> None:
    found = outline(SAMPLE)

    assert [(heading.level, heading.title) for heading in found.headings] == [
        (1, "Voorwoord"),
        (1, "1 Inleiding"),
        (2, "1.1 Onderzoeksvragen"),
        (1, "2 Bevindingen"),
        (2, "2.1 Kennen en gekend worden"),
        (3, "Bevindingen over contacten"),
        (4, "Contactpersonen"),
        (1, "Bijlage A Afkortingen"),
    ]
    assert found.numbers["uitgangspunten"] == "1"
    assert [found.numbers[key] for key in ("niveaus", "panelen", "warmte", "kaart", "aanvragen")] == list(
        "12345"
    )


def test_appendices_after_z_have_two_letters() -> None:
    many = tuple(Section(f"bijlage-{place}", "Meer", counting="appendix") for place in range(28))
    found = outline(replace(SAMPLE, sections=many))

    assert [heading.number for heading in found.headings[24:]] == ["Y", "Z", "AA", "AB"]


def test_a_reference_is_read_with_the_number_of_what_it_is_about() -> None:
    line = next(each.line for each in blocks(SAMPLE) if isinstance(each, Paragraph) and len(each.line) > 4)

    assert plain(line, outline(SAMPLE).numbers) == (
        "Zes van de 25 veiligheidsregio's oefenen; zie tabel 1, figuur 5 en paragraaf 1.1."
    )


def test_a_document_that_was_kept_as_json_is_the_same_one() -> None:
    assert from_json(to_json(SAMPLE)) == SAMPLE
    assert fingerprint(from_json(to_json(SAMPLE))) == fingerprint(SAMPLE)
    assert fingerprint(replace(SAMPLE, state="Vastgesteld")) != fingerprint(SAMPLE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"form": 1}',
        '{"form": 99, "document": {}}',
        '{"form":1,"document":{"is":"Cell","text":"x"}}',
    ],
)
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_json(text)


def test_a_good_layout_has_no_faults() -> None:
    assert faults(SAMPLE) == []


def test_each_fault_of_a_layout_is_named() -> None:
    bad = replace(
        SAMPLE,
        sections=(
            Section("a", "", (Paragraph((Reference("nergens", "tabel"),)),)),
            Section("a", "Twee", (Table("t", "Tabel", (Column("een"),), ((Cell("1"), Cell("2")),)),)),
        ),
    )

    assert faults(bad) == [
        "a: no title",
        "a: refers to nergens, which is not there",
        "a: used twice",
        "t: row 1 has 2 cells for 1 columns",
    ]
