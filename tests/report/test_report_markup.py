"""The language of a report's texts: what is typed, the blocks it becomes, and what is wrong with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.document import Items, Note, Paragraph, Reference, Text
from exports.report import markup
from exports.report.facts import Fact

SIX = Fact(
    "1.1-S04",
    "Zes regio's oefenen.",
    "statement",
    {"aantal": "zes van de 25 regio's", "eenheden": "zes regio's", "woord": "zes", "cijfer": "6"},
    6,
    25,
    "1.1-S04",
)
NONE = Fact("1.1-S05", "Hierover valt nu niets te tellen.", "statement", {})
KNOWN = {"1.1-S04": SIX, "1.1-S05": NONE}


def test_a_text_becomes_paragraphs_lists_facts_references_links_and_notes() -> None:
    found = markup.blocks(
        "In [zes regio's](1.1-S04) oefent men, zie\n[tabel](#t)^[Bron: dit [n] niet.].\n\n"
        "Dat is:\n- een\n  twee\n- [de wet](https://voorbeeld.nl/a)\n\n1. eerst\n2. dan",
        "k",
    )

    assert found == (
        Paragraph(
            (
                Text("In "),
                Text("zes regio's", fact="1.1-S04"),
                Text(" oefent men, zie "),
                Reference("t", "tabel"),
                Text("^[Bron: dit [n] niet.]."),
            ),
            key="k",
        ),
        Paragraph((Text("Dat is:"),), key="k"),
        Items(((Text("een twee"),), (Text("de wet", link="https://voorbeeld.nl/a"),))),
        Items(((Text("eerst"),), (Text("dan"),)), numbered=True),
    )
    assert markup.line("Zo^[Bron: dit.]!") == (Text("Zo"), Note("Bron: dit."), Text("!"))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_a_text_from_elsewhere_is_read_as_it_stands(text: str) -> None:
    line = markup.line(markup.escaped(text))

    assert "".join(span.text for span in line if isinstance(span, Text)) == text
    assert all(isinstance(span, Text) and span.fact is None and span.link is None for span in line)
    assert markup.readable(markup.escaped(text)) == text


@pytest.mark.parametrize(
    "words", ["zes van de 25 regio's", "Zes van de 25 regio's", "zes", "6", "Zes regio's"]
)
def test_every_way_to_say_a_count_is_right_with_a_capital_or_without(words: str) -> None:
    text = f"[{words}](1.1-S04) oefenen."
    assert markup.faults(text, KNOWN, ()) == []
    assert [each.words for each in markup.told(text, KNOWN)] == [words]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[zeven regio's](1.1-S04)", "‘zeven regio's’ is niet wat 1.1-S04 telt."),
        ("[zes](1.1-S99)", "‘1.1-S99’ is geen telling."),
        ("[zes](1.1-S05)", "1.1-S05 heeft nu geen telling."),
        ("[paragraaf](#9.9)", "‘9.9’ bestaat niet in dit rapport."),
    ],
)
def test_what_is_wrong_is_said(text: str, says: str) -> None:
    (fault,) = markup.faults(f"{text} en nog eens {text}", KNOWN, {"1.1"})
    assert fault.startswith(says)


def test_new_words_replace_the_old_ones_and_nothing_else() -> None:
    text = "[Zes regio's](1.1-S04) en [zes](1.1-S04), zie [tabel](#t)."

    assert markup.renewed(text, {("1.1-S04", "Zes regio's"): "Zeven regio's"}) == (
        "[Zeven regio's](1.1-S04) en [zes](1.1-S04), zie [tabel](#t)."
    )
    assert markup.renewed(text, {}) == text


def test_numbers_of_units_that_tell_no_count_are_found() -> None:
    text = "In [zes regio's](1.1-S04) en zeven regio's; Alle regio's; 12 van de 25 regio's; zeven dagen."

    assert markup.loose(text, ["regio's"]) == ["zeven regio's", "Alle regio's", "12 van de 25 regio's"]
