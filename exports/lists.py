"""Working lists, labelled explanations and what a search found, as tables to save."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from exports.book import TEXT, Book, Column
from exports.plain import book
from surveys.answers import Reference
from surveys.instruments import Question
from surveys.labels import Explanation
from surveys.listing import Listing, Marked
from surveys.reports import MeasurementInfo
from surveys.searching import KINDS, Found

UNIT = (Column("Code", 14, TEXT), Column("Eenheid", 34))


def listing_book(
    measurement: MeasurementInfo,
    name: str,
    words: str,
    columns: Sequence[Question],
    found: Listing,
    made_at: datetime,
) -> Book:
    """A working list: a row for each unit, and for each question four columns. `words` say what it asks."""
    heads = [*UNIT, Column("Hoort bij", 28), Column("Stand", 16)]
    for question in columns:
        heads += [
            Column(f"{question.code} antwoord", 36),
            Column(f"{question.code} toelichting", 50),
            Column(f"{question.code} documenten", 36),
            Column(f"{question.code} labels", 24),
        ]
    rows = [
        [
            line.unit.code,
            line.unit.name,
            line.brigade.name if line.brigade else None,
            line.info.state_label,
            *(
                value
                for cell in line.cells
                for value in (cell.shown, cell.note, documents(cell.documents), labels(cell.labels))
            ),
        ]
        for line in found.lines
    ]
    subject = f"{len(found.lines)} van {found.of}. {words}"
    return book(measurement, name, subject, heads, rows, made_at)


def labels_book(
    measurement: MeasurementInfo, question: Question, rows: Iterable[Explanation], made_at: datetime
) -> Book:
    """The explanations of a question with their labels."""
    heads = (
        *UNIT,
        Column("Antwoord", 30),
        Column("Toelichting", 70),
        Column("Labels", 40),
        Column("Let op", 30),
    )
    return book(
        measurement,
        f"Labels bij vraag {question.code}",
        question.text,
        heads,
        [
            (
                row.info.unit.code,
                row.info.unit.name,
                row.shown,
                row.note,
                labels(row.labels),
                "Toelichting gewijzigd na het labelen" if row.changed else None,
            )
            for row in rows
        ],
        made_at,
    )


def search_book(measurement: MeasurementInfo, asked: str, found: Found, made_at: datetime) -> Book:
    """What a search found, each text whole."""
    heads = (
        Column("Soort", 24),
        *UNIT,
        Column("Hoort bij", 28),
        Column("Factor", 10, TEXT),
        Column("Waar", 30),
        Column("Tekst", 90),
    )
    return book(
        measurement,
        "Zoekresultaat",
        f"Gezocht op: {asked}. {found.total} gevonden.",
        heads,
        [
            (
                KINDS[hit.found.kind],
                hit.found.unit.code if hit.found.unit else None,
                hit.found.unit.name if hit.found.unit else None,
                hit.found.brigade.name if hit.found.brigade else None,
                hit.found.factor,
                hit.found.title,
                hit.found.text,
            )
            for hit in found.hits
        ],
        made_at,
    )


def documents(found: Iterable[Reference]) -> str | None:
    """Documents in one cell."""
    return "; ".join(f"{each.title}, {each.page}" if each.page else each.title for each in found) or None


def labels(found: Iterable[Marked]) -> str | None:
    """Labels in one cell."""
    return "; ".join(mark.name for mark in found) or None
