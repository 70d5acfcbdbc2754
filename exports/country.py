"""The national judgements and the developments as they are shown, to save."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from exports import parts
from exports.book import MOMENT, TEXT, WHOLE, Book, Column
from exports.labels import CHANGES
from exports.plain import book, filename
from surveys.developments import Entry
from surveys.reports import MeasurementInfo
from surveys.reports.country import Country

UNWRITTEN = "Nog geen oordeel"


def country_book(measurement: MeasurementInfo, found: Country, made_at: datetime) -> Book:
    """The factors as they are shown, each with what is proposed and why, and with what was judged."""
    heads = (
        Column("KSF", 6, TEXT),
        Column("Kritische succesfactor", 44),
        Column("Thema", 30),
        Column("Voorstel (hulpmiddel bij het oordeel)", 22),
        Column("Gemiddelde", 11),
        Column("Voorwaarden", 12, WHOLE),
        Column("Voorwaarden gehaald", 12, WHOLE),
        Column("Op het laagste niveau", 12, WHOLE),
        Column("Met een niveau", 12, WHOLE),
        Column("Vergeleken met", 24),
        Column("Voorstel toen", 22),
        *(Column(label, 16, WHOLE) for label in CHANGES.values()),
        Column("Voorstel van de andere vragenlijst", 22),
        Column("Rust op beide", 10),
        Column("Aandachtspunten uit de antwoorden", 40),
        Column("Oordeel van de inspecties", 22),
        Column("Stand", 18),
        Column("Antwoorden daarna gewijzigd", 16),
        Column("Motivering", 60),
        Column("Conclusie", 60),
        Column("Aandachtspunten", 60),
        Column("Geschreven door", 26),
        Column("Geschreven op", 26, MOMENT),
        Column("Vastgesteld door", 26),
        Column("Vastgesteld op", 26, MOMENT),
    )
    rows = []
    for row in found.rows:
        each = row.judged
        rows.append(
            (
                row.factor.code,
                row.factor.title,
                row.theme,
                parts.level(row.proposal.mark),
                parts.figure(row.proposal.mean, [row.proposal.mean_limit]),
                len(row.proposal.musts),
                row.musts_met,
                row.proposal.failing.n,
                row.proposal.failing.of,
                row.since.name if row.since else None,
                parts.level(row.before),
                *(row.changes.get(kind) for kind in CHANGES),
                parts.level(row.commanders),
                "ja" if row.on_both else "nee",
                ", ".join(item.question.code for item in row.attention) or None,
                parts.level(each.level if each else None),
                each.state_label if each else UNWRITTEN,
                "ja" if row.outdated else "nee",
                each.motivation if each else None,
                each.finding if each else None,
                each.attention if each else None,
                each.drafted_by if each else None,
                each.drafted_at if each else None,
                each.confirmed_by if each else None,
                each.confirmed_at if each else None,
            )
        )
    subject = f"{len(found.rows)} van de {found.total} factoren."
    return book(measurement, "Landelijk oordeel", subject, heads, rows, made_at)


def country_filename(measurement: MeasurementInfo, format: str) -> str:
    """Name the file. `format` is a key of FORMATS."""
    return filename(measurement, "landelijk-oordeel", format)


def developments_book(
    measurement: MeasurementInfo,
    rows: Iterable[Entry],
    factors: Mapping[str, str],
    made_at: datetime,
) -> Book:
    """The developments as they are shown; `factors` has the titles."""
    heads = (
        Column("Titel", 44),
        Column("Tekst", 90),
        Column("Bron", 40),
        Column("Factoren", 50),
        Column("Bijgewerkt door", 26),
        Column("Bijgewerkt op", 26, MOMENT),
    )
    lines = [
        (
            row.title,
            row.text,
            row.origin,
            "; ".join(f"{code} {factors.get(code, '')}".strip() for code in row.factors) or None,
            row.name,
            row.at,
        )
        for row in rows
    ]
    subject = "Ontwikkelingen in de context van het onderwerp."
    return book(measurement, "Ontwikkelingen", subject, heads, lines, made_at)


def developments_filename(measurement: MeasurementInfo, format: str) -> str:
    """Name the file. `format` is a key of FORMATS."""
    return filename(measurement, "ontwikkelingen", format)
