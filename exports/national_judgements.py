"""The sheets of the national file with what inspectors confirmed: of the country, and of each unit."""

from __future__ import annotations

from exports import parts
from exports.book import MOMENT, TEXT, Column, Sheet
from exports.labels import AID
from exports.parts import Row
from surveys.judged import Judged
from surveys.reports.judgements import Judgements

COUNTRY, UNITS = "Oordelen", "Oordelen per eenheid"
GUIDE_ROWS: list[Row] = [
    (
        f"Blad {COUNTRY}",
        "Het oordeel van de inspecties over elke factor in het hele land, naast wat de antwoorden"
        f" voorstellen. Alleen oordelen die zijn vastgesteld staan erin. {AID}",
    ),
    (f"Blad {UNITS}", "De oordelen per eenheid en factor die zijn vastgesteld, met de bevinding."),
]

_FACTOR = (Column("KSF", 6, TEXT), Column("Kritische succesfactor", 38))
_JUDGED = (
    Column("Voorstel uit de antwoorden", 20),
    Column("Oordeel", 20),
    Column("Wijkt af", 8),
    Column("Motivering", 60),
)
_MADE = (
    Column("Geschreven door", 26),
    Column("Geschreven op", 26, MOMENT),
    Column("Vastgesteld door", 26),
    Column("Vastgesteld op", 26, MOMENT),
)


def sheets(found: Judgements) -> tuple[Sheet, Sheet]:
    """Lay out both; a sheet without rows says in its title that there are none yet."""
    country: list[Row] = [
        (
            row.factor.code,
            row.factor.title,
            *_judged(row.judged),
            row.judged.finding,
            row.judged.attention,
            *_made(row.judged),
        )
        for row in found.national
    ]
    units: list[Row] = [
        (
            row.unit.code,
            row.unit.name,
            row.factor.code,
            row.factor.title,
            *_judged(row.judged),
            row.judged.finding,
            *_made(row.judged),
        )
        for row in found.units
    ]
    return (
        Sheet(
            name=COUNTRY,
            title=_title("Landelijke oordelen van de inspecties", country),
            columns=(*_FACTOR, *_JUDGED, Column("Conclusie", 60), Column("Aandachtspunten", 60), *_MADE),
            rows=country,
            frozen=2,
        ),
        Sheet(
            name=UNITS,
            title=_title("Oordelen van de inspecties per eenheid", units),
            columns=(
                Column("Code", 11, TEXT),
                Column("Eenheid", 28),
                *_FACTOR,
                *_JUDGED,
                Column("Bevinding", 60),
                *_MADE,
            ),
            rows=units,
            frozen=3,
        ),
    )


def _title(what: str, rows: list[Row]) -> str:
    return what if rows else f"{what}: er is nog niets vastgesteld"


def _judged(judged: Judged) -> Row:
    return (
        parts.level(judged.proposal),
        parts.level(judged.level),
        "ja" if judged.differs else "nee",
        judged.motivation,
    )


def _made(judged: Judged) -> Row:
    return judged.drafted_by, judged.drafted_at, judged.confirmed_by, judged.confirmed_at
