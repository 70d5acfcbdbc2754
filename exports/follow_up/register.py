"""The register of points as it is shown, to save."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from exports.book import DAY, MOMENT, TEXT, Book, Cell, Column, Scalar, Sheet
from exports.formats import FORMATS
from exports.text import file_name
from surveys.follow_up import kinds
from surveys.follow_up.points import PointInfo
from surveys.follow_up.register import Register, Row

SHORT: Final = "Register"
WHOLE: Final = "Alle gegevens"
TITLE: Final = "Register van opvolgpunten"


def register_book(found: Register, made_at: datetime) -> Book:
    """The points that are shown, in their order: what is printed and read first, then all that is known."""
    heads = (
        Column("Nummer", 10, TEXT),
        Column("Soort", 14),
        Column("Titel", 44),
        Column("Tekst", 70),
        Column("Staat onder", 36),
        Column("Geadresseerde", 32),
        Column("Eenheid", 32),
        Column("Bron", 40),
        *(Column(scheme.title, 30) for scheme in found.schemes.values()),
        Column("Reactie", 22),
        Column("Gereageerd door", 26),
        Column("Gereageerd op", 20, DAY),
        Column("No regret of richtinggevend", 18),
        Column("Vervolgbesluit", 18),
        Column("Verantwoordelijke", 26),
        Column("Uitvoerder", 26),
        Column("Toezichthouder", 26),
        Column("Termijn", 20, DAY),
        Column("Termijn in woorden", 30),
        Column("Stand", 20),
        Column("Toelichting op de stand", 50),
        Column("Stand volgens de toezichthouder", 24),
        Column("Toelichting van de toezichthouder", 50),
        *(Column(f"{label}: werkelijk", 20, DAY) for label in kinds.PHASES.values()),
        Column("Verankerd in procedure", 36),
        Column("Versie of datum van de procedure", 20, TEXT),
        Column("Vindplaats van de procedure", 36),
        Column("Restrisico aanvaard door", 30),
        Column("Restrisico aanvaard op", 20, DAY),
        Column("Restrisico in woorden", 50),
        Column("Afgesloten op", 20, DAY),
        Column("Afgesloten als", 22),
        Column("Fictief punt", 10),
        Column("Bijgewerkt op", 26, MOMENT),
    )
    return Book(
        title=TITLE,
        subject=f"{len(found.rows)} van de {found.total} punten.",
        fictief=found.fictief,
        made_at=made_at,
        sheets=(
            Sheet(SHORT, TITLE, _HEADS, [_short(row) for row in found.rows], frozen=1),
            Sheet(WHOLE, TITLE, heads, [_line(found, row) for row in found.rows], frozen=1),
        ),
        table=WHOLE,
    )


_HEADS: Final = (
    Column("Nummer", 9, TEXT),
    Column("Soort", 13),
    Column("Titel", 44),
    Column("Voor wie", 26),
    Column("Bron", 30),
    Column("Stand", 15),
    Column("Toezichthouder zegt anders", 16),
    Column("Termijn", 17, DAY),
    Column("Termijn in woorden", 20),
    Column("Afgesloten op", 17, DAY),
    Column("Fictief punt", 8),
)
"""As many columns as can be read when they are printed beside each other."""


def _short(row: Row) -> tuple[Cell | Scalar, ...]:
    point = row.point
    return (
        point.number,
        point.kind_label,
        point.title,
        row.whom,
        point.origin.title if point.origin else None,
        row.standing.label,
        row.supervisor_differs,
        point.due_on,
        point.due_words,
        point.closed_on,
        _made_up(point),
    )


def register_filename(found: Register, format: str) -> str:
    """Name the file, and say in it that the data is made up when it is. `format` is a key of FORMATS."""
    return file_name("meetlat", "opvolging", "fictief" if found.fictief else "") + FORMATS[format].suffix


def _line(found: Register, row: Row) -> tuple[Cell | Scalar, ...]:
    point, own, supervisor = row.point, row.standing.own, row.standing.supervisor
    return (
        point.number,
        point.kind_label,
        point.title,
        point.text,
        row.above.called if row.above else None,
        point.addressee,
        point.unit.name if point.unit else None,
        point.origin.title if point.origin else None,
        *(found.class_of(point, scheme) for scheme in found.schemes),
        point.response.label if point.response else None,
        point.response.by if point.response else None,
        point.response.on if point.response else None,
        kinds.NATURES[point.nature] if point.nature else None,
        point.later.label if point.later else None,
        point.owner,
        point.executor,
        point.supervisor,
        point.due_on,
        point.due_words,
        row.standing.label,
        own.words if own else None,
        supervisor.label if supervisor else None,
        supervisor.words if supervisor else None,
        *(point.actual[phase] for phase in kinds.PHASES),
        *((point.anchor.title, point.anchor.version, point.anchor.place) if point.anchor else (None,) * 3),
        *((point.risk.level, point.risk.on, point.risk.words) if point.risk else (None,) * 3),
        point.closed_on,
        kinds.CLOSINGS[point.closed_as] if point.closed_as else None,
        _made_up(point),
        point.at,
    )


def _made_up(point: PointInfo) -> str:
    return "ja" if point.fictief else "nee"
