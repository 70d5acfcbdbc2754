"""The evaluation agenda (SEA) as a document and as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from exports import book
from exports.book import WHOLE, Book, Sheet
from exports.document import Cell, Column, Document, Paragraph, Section, Table, Text
from exports.formats import FORMATS
from exports.text import file_name
from surveys.follow_up.evaluations import EvaluationAgenda, EvaluationInfo, Theme

TITLE: Final = "Evaluatieagenda"


def agenda_document(found: EvaluationAgenda) -> Document:
    """Lay out the agenda: what is overdue, and a table for each theme."""
    return Document(
        title=TITLE,
        subtitle="Strategische Evaluatieagenda (SEA)",
        subject=f"{TITLE}: geplande evaluaties per SEA-thema en jaar",
        publishers=(),
        state="",
        dated=found.day.isoformat(),
        fictief=found.fictief,
        opening=False,
        sections=(Section("agenda", TITLE, _blocks(found), tuple(_sections(found)), counting="none"),),
    )


def agenda_book(found: EvaluationAgenda, made_at: datetime) -> Book:
    """The same as one table, what is overdue first."""
    rest = [
        (theme, each)
        for theme in found.themes
        for _, every in theme.by_year
        for each in every
        if not each.overdue(found.day)
    ]
    titles = {theme.code: theme for theme in found.themes}
    late = [(titles[each.details.theme], each) for each in found.overdue]
    return Book(
        title=TITLE,
        subject=f"{len(found.all)} evaluaties, waarvan {len(found.overdue)} te laat.",
        fictief=found.fictief,
        made_at=made_at,
        sheets=(Sheet(TITLE, TITLE, _HEADS, [_row(*each, found.day) for each in (*late, *rest)], frozen=1),),
        table=TITLE,
    )


def agenda_filename(found: EvaluationAgenda, format: str) -> str:
    """Name the file, and say in it that the data is made up when it is. `format` is a key of FORMATS."""
    return file_name("meetlat", "evaluatieagenda", "fictief" if found.fictief else "") + (
        FORMATS[format].suffix
    )


_HEADS: Final = (
    book.Column("Titel", 44),
    book.Column("Type onderzoek", 26),
    book.Column("SEA-thema", 18),
    book.Column("Jaar", 8, WHOLE),
    book.Column("Stand", 12),
    book.Column("Te laat", 8),
    book.Column("Reden", 36),
    book.Column("Onderzoek", 36),
    book.Column("Punten", 40),
    book.Column("Fictief", 8),
)


def _blocks(found: EvaluationAgenda) -> tuple[Paragraph, ...]:
    return () if found.themes else (Paragraph((Text("Er zijn nog geen evaluaties gepland."),)),)


def _sections(found: EvaluationAgenda) -> Iterator[Section]:
    if found.overdue:
        late = "Te laat: het jaar is voorbij, en de evaluatie is niet afgerond"
        yield Section(
            "te-laat", "Te laat", (_table("te-laat", late, found.overdue, found.day),), counting="none"
        )
    for place, theme in enumerate(found.themes, start=1):
        every = tuple(each for _, own in theme.by_year for each in own)
        table = _table(f"tabel-{place}", f"Evaluaties in het thema {theme.title}", every, found.day)
        yield Section(f"thema-{place}", theme.title, (table,), counting="none")


def _table(key: str, caption: str, every: tuple[EvaluationInfo, ...], day: date) -> Table:
    return Table(
        key,
        caption,
        (
            Column("Evaluatie", 4),
            Column("Type onderzoek", 3),
            Column("Jaar", 1),
            Column("Stand", 2),
            Column("Onderzoek en punten", 4),
        ),
        tuple(
            tuple(
                map(
                    Cell,
                    (each.title, each.details.kind, str(each.year), _state(each, day), _linked(each)),
                )
            )
            for each in every
        ),
    )


def _state(each: EvaluationInfo, day: date) -> str:
    state = f"{each.state_label}, te laat" if each.overdue(day) else each.state_label
    return f"{state}: {each.details.reason}" if each.details.reason else state


def _linked(each: EvaluationInfo) -> str:
    return "; ".join((*([each.study] if each.study else ()), *(name for _, name in each.points))) or "–"


def _row(theme: Theme, each: EvaluationInfo, day: date) -> tuple[book.Scalar, ...]:
    return (
        each.title,
        each.details.kind,
        theme.title,
        each.year,
        each.state_label,
        "ja" if each.overdue(day) else "nee",
        each.details.reason,
        each.study,
        "; ".join(name for _, name in each.points) or None,
        "ja" if each.fictief else "nee",
    )
