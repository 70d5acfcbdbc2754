"""The points to raise at a visit as a file."""

from __future__ import annotations

from collections.abc import Iterable

from exports.book import MOMENT, TEXT, Book, Column, Sheet
from exports.formats import FORMATS
from exports.text import file_name
from surveys.visit_sheet import Line
from surveys.visit_sheet import Sheet as Points

POINTS = (
    Column("Factor", 10, TEXT),
    Column("Vragen", 18, TEXT),
    Column("Soort", 26),
    Column("Vraag", 50),
    Column("Punt", 60),
    Column("Meer", 50),
    Column("Toegewezen aan", 24),
    Column("Notitie", 50),
    Column("Vervallen", 10),
    Column("Bijgewerkt door", 24),
    Column("Bijgewerkt", 26, MOMENT),
)


def book(points: Points, which: str, lines: Iterable[Line]) -> Book:
    """Lay out the points as they are shown; `which` says in Dutch which those are."""
    rows = [
        (
            line.point.factor,
            ", ".join(line.point.questions),
            line.point.label,
            line.point.subject,
            line.point.text,
            line.point.detail,
            line.assigned_name,
            line.remark,
            "ja" if line.dropped else "nee",
            line.by,
            line.at,
        )
        for line in lines
    ]
    title = f"Gesprekspunten {points.unit.name}, {points.measurement.name}"
    return Book(
        title=title,
        subject=f"{which}: {len(rows)}.",
        fictief=points.measurement.fictief,
        made_at=points.made_at,
        sheets=(Sheet("Gesprekspunten", title, POINTS, rows, frozen=2),),
        table="Gesprekspunten",
    )


def filename(points: Points, format: str) -> str:
    """Name the file, and say in it that the data is made up when it is. `format` is a key of FORMATS."""
    fictief = "fictief" if points.measurement.fictief else ""
    name = file_name("meetlat", points.measurement.code, points.unit.code, "gesprekspunten", fictief)
    return name + FORMATS[format].suffix
