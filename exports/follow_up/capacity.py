"""Priority and capacity as it is shown, to save."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final

from exports.book import WHOLE, Book, Cell, Column, Look, Scalar, Sheet
from exports.formats import FORMATS
from exports.text import file_name
from surveys.follow_up.means import TENTHS, Means
from surveys.follow_up.shortage import Resourced, Shortage

TITLE: Final = "Prioriteit en capaciteit"
ALL: Final = "Alle regels"
PEOPLE: Final = "0.0"
_MEANS: Final = (
    Column("Mensen nodig (fte)", 12, PEOPLE),
    Column("Mensen toegewezen (fte)", 12, PEOPLE),
    Column("Tekort aan mensen (fte)", 12, PEOPLE),
    Column("Verschil in mensen", 20),
    Column("Budget nodig (euro)", 16, WHOLE),
    Column("Budget toegewezen (euro)", 16, WHOLE),
    Column("Tekort aan budget (euro)", 16, WHOLE),
    Column("Verschil in budget", 24),
)
"""A shortage below zero is what is left over; the words beside it say so."""
_POINT: Final = (Column("Punt", 40), Column("Prioriteit", 10))
_PARTS: Final = (Column("Onderdeel", 36), Column("Jaar", 8, WHOLE))
_TRACKS: Final = (Column("Spoor", 24),)
_FICTIEF: Final = Column("Fictief punt", 8)
Line = tuple[Cell | Scalar, ...]


def capacity_book(found: Shortage, made_at: datetime) -> Book:
    """What comes first and is short, then all of it by part, point and track, and every row."""
    year = f" in {found.year}" if found.year else ""
    return Book(
        title=TITLE,
        subject=f"Wat nodig, toegewezen en tekort is{year}. Onder nul is wat over is.",
        fictief=found.fictief,
        made_at=made_at,
        sheets=(
            Sheet(
                "Hoog met tekort",
                "Hoge prioriteit met een tekort",
                (*_POINT, *_MEANS, _FICTIEF),
                [_urgent(each) for each in found.urgent],
                frozen=1,
            ),
            _summed(found, "Per onderdeel", "per onderdeel en jaar", _PARTS, _parts(found)),
            _summed(found, "Per punt", "per punt", _POINT, _points(found)),
            _summed(found, "Per spoor", "per spoor", _TRACKS, _tracks(found)),
            Sheet(ALL, f"{TITLE}: alle regels", _ROWS, list(_rows(found)), frozen=1),
        ),
        table=ALL,
    )


_ROWS: Final = (
    *_POINT,
    Column("Waarom deze prioriteit", 40),
    Column("Spoor", 16),
    Column("Bron", 34),
    Column("Soort bron", 22),
    Column("Onderdeel", 30),
    Column("Jaar", 8, WHOLE),
    *_MEANS,
    Column("Waarom gewijzigd", 16),
    Column("Toelichting", 40),
    _FICTIEF,
)


def capacity_filename(found: Shortage, format: str) -> str:
    """Name the file, and say in it that the data is made up when it is. `format` is a key of FORMATS."""
    parts = ("meetlat", "capaciteit", str(found.year or ""), "fictief" if found.fictief else "")
    return file_name(*parts) + FORMATS[format].suffix


def _summed(found: Shortage, name: str, what: str, first: tuple[Column, ...], rows: Iterable[Line]) -> Sheet:
    """A table that adds up to all of it together, in its last row."""
    last: Line = ("Totaal", *(None for _ in first[1:]), *_means(found.total))
    return Sheet(name, f"{TITLE} {what}", (*first, *_MEANS), [*rows, last], frozen=1, filtered=False)


def _parts(found: Shortage) -> Iterator[Line]:
    for (part, year), means in found.by_part.items():
        yield (part, year, *_means(means))


def _points(found: Shortage) -> Iterator[Line]:
    for each in found.found:
        yield (each.point.called, _priority(each), *_means(each.means))


def _tracks(found: Shortage) -> Iterator[Line]:
    for track, means in found.by_track.items():
        yield (track, *_means(means))


def _means(means: Means) -> Line:
    look = Look.STRONG if means.short else Look.PLAIN
    return (
        Cell(_fte(means.people_needed), PEOPLE),
        Cell(_fte(means.people_assigned), PEOPLE),
        Cell(_fte(means.people_gap), PEOPLE, look),
        Cell(means.people_words, look=look),
        Cell(means.budget_needed, WHOLE),
        Cell(means.budget_assigned, WHOLE),
        Cell(means.budget_gap, WHOLE, look),
        Cell(means.budget_words, look=look),
    )


def _fte(tenths: int) -> float:
    return float(Decimal(tenths) / TENTHS)


def _urgent(each: Resourced) -> Line:
    made_up = "ja" if each.point.fictief else "nee"
    return (each.point.called, _priority(each), *_means(each.means), made_up)


def _priority(each: Resourced) -> str | None:
    return each.priority.label if each.priority else None


def _rows(found: Shortage) -> Iterator[Line]:
    for each in found.found:
        point, origin = each.point, each.point.origin
        for row in each.capacities:
            yield (
                point.called,
                _priority(each),
                each.priority.reason if each.priority else None,
                each.track,
                origin.title if origin else None,
                origin.kind_label if origin else None,
                row.now.part,
                row.now.year,
                *_means(row.now.means),
                row.now.reason_label,
                row.now.note,
                "ja" if point.fictief else "nee",
            )
