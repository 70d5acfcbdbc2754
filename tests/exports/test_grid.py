"""Tables as a form prescribes them: rows that are divided in different ways, in every format."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from exports.document import (
    Cell,
    Column,
    Document,
    Grid,
    Paragraph,
    Part,
    Reference,
    Section,
    Table,
    Text,
    faults,
    from_json,
    outline,
    to_json,
)
from exports.documents import DOCUMENTS
from tests.exports.sample_document import HOSTILE
from tests.support import readback

LONG: Final = "Een lange toelichting.\n\n" + "Zij gaat over veel bladzijden door. " * 250
GRID: Final = Grid(
    "formulier",
    "Het formulier",
    (2, 1, 1),
    (
        (Part("Mensen", "Thema:", 3),),
        (Part(head="Naam"), Part(head="Jaar"), Part(head="Bedrag")),
        (Part(HOSTILE), Part("2025"), Part("€ 80,79 miljoen")),
        (Part(head="Links:"), Part(head="Rechts:", span=2)),
        (Part("1. Kort."), Part(LONG, span=2)),
        (Part(head="Besluit"), Part("Volgt.", span=2)),
    ),
)
DOCUMENT: Final = Document(
    "Formulier",
    "Een proef",
    "Een formulier",
    ("Een",),
    "Concept",
    "2026-04-23",
    False,
    (
        Section(
            "een",
            "Een",
            (
                Table("voor", "Vooraf", (Column("A"),), ((Cell("a"),),)),
                Paragraph((Reference("formulier", "Zie tabel"), Text("."))),
                GRID,
            ),
        ),
    ),
)


@pytest.mark.parametrize("form", DOCUMENTS)
def test_every_format_gives_a_form_back_part_by_part(form: str) -> None:
    read = readback.READERS[form](DOCUMENTS[form].write(DOCUMENT))

    [table] = read.tables(GRID.caption)
    assert table.caption == "Tabel 2. Het formulier"
    expected = [[readback.solid(part.head + part.text) for part in row] for row in GRID.rows]
    assert [[readback.solid(cell) for cell in row] for row in table.rows] == expected
    assert "Zie tabel 2." in read.under("Een").text


def test_a_form_is_kept_and_its_faults_are_named() -> None:
    assert from_json(to_json(DOCUMENT)) == DOCUMENT
    assert outline(DOCUMENT).numbers["formulier"] == "2"
    assert faults(DOCUMENT) == []

    short = replace(GRID, rows=(*GRID.rows, (Part("te kort", span=2),)))
    twice = Section("een", "Een", (short, short))
    assert faults(replace(DOCUMENT, sections=(twice,))) == [
        "formulier: row 7 takes 2 of 3 columns",
        "formulier: row 7 takes 2 of 3 columns",
        "formulier: used twice",
    ]
