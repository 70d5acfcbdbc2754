"""The multi-year agenda as a document and as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from exports import book
from exports.book import WHOLE, Book, Sheet
from exports.document import Cell, Column, Document, Paragraph, Section, Table, Text
from exports.formats import FORMATS
from exports.text import file_name
from surveys.follow_up.objectives import ObjectiveInfo
from surveys.follow_up.years import InYear, YearAgenda

TITLE: Final = "Meerjarenagenda"
AIMS: Final = "Jaardoelstellingen"
NOTHING: Final = "–"


def agenda_document(found: YearAgenda, day: date) -> Document:
    """Lay out the agenda: years across, then the objectives with what became of them."""
    return Document(
        title=TITLE,
        subtitle=_span(found),
        subject=f"{TITLE}: doelstellingen en geplande fasen per {found.by_label.lower()}",
        publishers=(),
        state="",
        dated=day.isoformat(),
        fictief=_fictief(found),
        opening=False,
        sections=(
            Section(
                "agenda",
                f"{TITLE} per {found.by_label.lower()}",
                tuple(_agenda(found)),
                (Section("doelstellingen", AIMS, tuple(_objectives(found)), counting="none"),),
                counting="none",
            ),
        ),
    )


def agenda_book(found: YearAgenda, made_at: datetime) -> Book:
    """The same as tables; the second has all that is known of the objectives, the third a row a line."""
    heads = (book.Column(found.by_label, 24), *(book.Column(str(year), 44) for year in found.years))
    return Book(
        title=TITLE,
        subject=f"Doelstellingen en geplande fasen, {_span(found)}.",
        fictief=_fictief(found),
        made_at=made_at,
        sheets=(
            Sheet(
                TITLE,
                f"{TITLE} {_span(found)}",
                heads,
                [
                    (group.title, *("\n".join(group.year(year).lines) or None for year in found.years))
                    for group in found.shown
                ],
                frozen=1,
                filtered=False,
            ),
            Sheet(AIMS, AIMS, _AIMS, [_aim(each) for each in found.objectives], frozen=1),
            Sheet("Regels", f"{TITLE}: alle jaren", _LINES, list(_lines(found)), frozen=1),
        ),
        table="Regels",
    )


def agenda_filename(found: YearAgenda, format: str) -> str:
    """Name the file, and say in it that the data is made up when it is. `format` is a key of FORMATS."""
    return file_name("meetlat", "meerjarenagenda", "fictief" if _fictief(found) else "") + (
        FORMATS[format].suffix
    )


_AIMS: Final = (
    book.Column("Jaar", 8, WHOLE),
    book.Column("Onderdeel", 28),
    book.Column("Doelstelling", 50),
    book.Column("Prioriteit", 10),
    book.Column("Stand", 14),
    book.Column("Toelichting", 40),
    book.Column("Punten", 40),
    book.Column("Fictief", 8),
)
_LINES: Final = (
    book.Column("Indeling", 24),
    book.Column("Jaar", 8, WHOLE),
    book.Column("Soort", 14),
    book.Column("Doelstelling of punt", 50),
    book.Column("Prioriteit", 10),
    book.Column("Stand of fasen", 50),
    book.Column("Fictief", 8),
)


def _fictief(found: YearAgenda) -> bool:
    return found.fictief or any(each.fictief for each in found.objectives)


def _span(found: YearAgenda) -> str:
    return f"{found.years[0]} tot en met {found.years[-1]}"


def _agenda(found: YearAgenda) -> Iterator[Table | Paragraph]:
    if not found.shown:
        yield Paragraph((Text(f"Voor {_span(found)} is niets gepland."),))
        return
    yield Table(
        "agenda",
        f"{TITLE} {_span(found)}, per {found.by_label.lower()}",
        (Column(found.by_label, 1), *(Column(str(year), 2) for year in found.years)),
        tuple(
            (Cell(group.title), *(Cell(_told(group.year(year))) for year in found.years))
            for group in found.shown
        ),
    )


def _told(cell: InYear) -> str:
    return "; ".join(cell.lines) or NOTHING


def _objectives(found: YearAgenda) -> Iterator[Table | Paragraph]:
    if not found.objectives:
        yield Paragraph((Text("Er zijn nog geen doelstellingen."),))
        return
    yield Table(
        "doelstellingen",
        AIMS,
        (Column("Doelstelling", 4), Column("Jaar", 1), Column("Onderdeel", 2), Column("Stand", 3)),
        tuple(
            tuple(map(Cell, (each.details.text, str(each.year), each.details.part, _state(each))))
            for each in found.objectives
        ),
    )


def _state(each: ObjectiveInfo) -> str:
    return f"{each.state_label}. {each.details.words}" if each.details.words else each.state_label


def _aim(each: ObjectiveInfo) -> tuple[book.Scalar, ...]:
    return (
        each.year,
        each.details.part,
        each.details.text,
        each.priority_label,
        each.state_label,
        each.details.words,
        "; ".join(name for _, name in each.points) or None,
        "ja" if each.fictief else "nee",
    )


def _lines(found: YearAgenda) -> Iterator[tuple[book.Scalar, ...]]:
    for group in found.groups:
        for year in sorted(group.by_year):
            cell = group.year(year)
            for aim in cell.objectives:
                made_up = "ja" if aim.fictief else "nee"
                yield (
                    *(group.title, year, "Doelstelling", aim.details.text),
                    *(aim.priority_label, aim.state_label, made_up),
                )
            for each in cell.points:
                made_up = "ja" if each.point.fictief else "nee"
                yield (
                    *(group.title, year, each.point.kind_label, each.point.called),
                    *(each.priority, each.words, made_up),
                )
