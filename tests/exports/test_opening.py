"""A document of a few pages begins with its first heading: no title page, no table of contents."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

import pytest

from exports.document import Document, Paragraph, Section, Text, from_json, to_json
from exports.documents import DOCUMENTS
from tests.support import readback

PLAIN: Final = Document(
    "Brief",
    "Over een onderzoek",
    "Een brief",
    ("Afzender",),
    "Concept",
    "2026-04-23",
    True,
    (Section("een", "Een", (Paragraph((Text("De tekst."),)),), counting="none"),),
    opening=False,
)


@pytest.mark.parametrize("form", ["pdf", "docx", "odt"])
def test_it_begins_with_its_first_heading_and_is_marked(form: str) -> None:
    read = readback.READERS[form](DOCUMENTS[form].write(PLAIN))

    [part] = read.parts
    assert (part.level, part.title) == (1, "Een")
    assert part.paragraphs == ("Fictieve gegevens", "De tekst.")
    if form == "pdf":
        [page] = read.pages
        assert "Inhoud" not in page
        assert "1 van 1" in page
    real = readback.READERS[form](DOCUMENTS[form].write(replace(PLAIN, fictief=False)))
    assert real.under("Een").paragraphs == ("De tekst.",)


def test_a_web_page_has_no_contents() -> None:
    opened, plain = (DOCUMENTS["html"].write(each) for each in (replace(PLAIN, opening=True), PLAIN))

    assert b"<nav" in opened
    assert b"<nav" not in plain


def test_a_document_with_an_opening_is_kept_as_before() -> None:
    opened = replace(PLAIN, opening=True)

    assert "opening" not in json.loads(to_json(opened))["document"]
    assert from_json(to_json(opened)) == opened
    assert from_json(to_json(PLAIN)) == PLAIN
    assert to_json(PLAIN) != to_json(opened)
