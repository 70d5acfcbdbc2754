"""Cells, paragraphs and tables that the report of the country and those of units have in common."""

from __future__ import annotations

from dataclasses import replace

from exports import wording
from exports.document import (
    Cell,
    Column,
    Document,
    Figure,
    Paragraph,
    Section,
    Table,
    Text,
    blocks,
    lines,
    outline,
    plain,
)
from exports.labels import REASONS
from surveys.glossary import Glossary
from surveys.instruments import Instrument
from surveys.reports.levels import Mark, marks


def cells(*words: str) -> tuple[Cell, ...]:
    """A row of plain cells."""
    return tuple(Cell(each) for each in words)


def words(text: str) -> Paragraph:
    """A paragraph of plain words."""
    return Paragraph((Text(text),))


def aid(text: str) -> Paragraph:
    """A paragraph of small print, beside a score or about a text."""
    return Paragraph((Text(text),), "aid")


def level(mark: Mark | None, otherwise: str) -> Cell:
    """A level in its colours; other words where there is none."""
    return Cell(mark.label, mark.rank) if mark else Cell(otherwise)


def letters(mark: Mark | None) -> Cell | None:
    """The letters of a level in its colours, for a heatmap; None where there is none."""
    return Cell(mark.letters, mark.rank) if mark else None


def levels_table(instrument: Instrument, key: str, caption: str) -> Table:
    """What each level of a questionnaire takes, from high to low."""
    found = marks(instrument)
    return Table(
        key,
        caption,
        (
            Column("Niveau", 2),
            Column("Score vanaf", 1, "right"),
            Column("Hoogstens gemiste voorwaarden", 2),
        ),
        tuple(
            (
                Cell(each.label, found[each.code].rank),
                Cell(wording.decimal(each.from_)),
                Cell("elk aantal" if each.missed_musts is None else wording.number(each.missed_musts)),
            )
            for each in reversed(instrument.levels)
        ),
    )


def no_level() -> str:
    """Why a factor can be without a level, in a sentence."""
    reasons = "; ".join(label.lower() for label in REASONS.values())
    return f"Zonder niveau is een factor niet te beoordelen. De redenen: {reasons}."


def said(document: Document) -> list[str]:
    """Every text of a document: its lines, headings and cells."""
    numbers = outline(document).numbers
    found = [plain(line, numbers) for block in blocks(document) for line in lines(block)]
    found += [heading.section.title for heading in outline(document).headings]
    for block in blocks(document):
        table = block.table if isinstance(block, Figure) else block
        if isinstance(table, Table):
            found += [cell.text for row in table.rows for cell in row]
    return found


def with_abbreviations(document: Document, terms: Glossary) -> Document:
    """The same document with the abbreviations that it uses as its first appendix, if there are any."""
    used = terms.used_in(said(document))
    if not used:
        return document
    section = Section(
        "bijlage-afkortingen",
        "Afkortingen",
        (
            Table(
                "afkortingen",
                "Gebruikte afkortingen",
                (Column("Afkorting", 1), Column("Betekenis", 4)),
                tuple(cells(short, meaning) for short, meaning in used.items()),
            ),
        ),
        counting="appendix",
    )
    body = [each for each in document.sections if each.counting != "appendix"]
    rest = [each for each in document.sections if each.counting == "appendix"]
    return replace(document, sections=(*body, section, *rest))
