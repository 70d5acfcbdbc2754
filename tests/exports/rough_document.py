"""A small document with what is hard on a format, for the tests of the formats."""

from __future__ import annotations

from exports.document import Cell, Column, Document, Items, Note, Paragraph, Reference, Section, Table, Text
from tests.exports.sample_document import FIGURES, HOSTILE, text


def deep(level: int) -> Section:
    """Sections in each other, down to the seventh level."""
    below = (deep(level + 1),) if level < 7 else ()
    return Section(f"niveau-{level}", f"Niveau {level}", (), below)


TWO_LISTS = tuple(Items((text("eerst"), text("dan")), numbered=True) for _ in range(2))

ROUGH = Document(
    title="=1+1 <Titel> & meer",
    subtitle="Met \x00\x0bstuurtekens\x1f en \ud800halve tekens",
    subject="x" * 300,
    publishers=("Een", "Twee", "Drie"),
    state="Vastgesteld",
    dated="2014-01-02",
    fictief=False,
    sections=(
        deep(1),
        Section(
            "ruw",
            "=SOM(A1) <b>kop</b>\x07",
            (
                Paragraph(
                    (
                        Text("twee  spaties,\teen tab\nen een regel "),
                        Text("vet en schuin", strong=True, emphasis=True),
                        Text("de link", link="https://voorbeeld.invalid/?a=1&b=<2>\x01"),
                        Note(f"noot \x02{HOSTILE}"),
                        Reference("bestaat-niet", "tabel"),
                    )
                ),
                *TWO_LISTS,
                FIGURES[2],
                Table(
                    "rangen",
                    "Rangen",
                    (Column("Rang", 1), Column("Aantal", 3, "right")),
                    (
                        (Cell("top", "top"), Cell("1")),
                        (Cell("tussen", "between"), Cell("2")),
                        (Cell("=geen", "none"), Cell("\x0b3\x00")),
                    ),
                    heads=0,
                ),
            ),
        ),
    ),
)
