"""Cells and rows that the exports of a region and of the country have in common."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from exports import wording
from exports.book import FICTIEF, Cell, Column, Look, Scalar, Sheet
from exports.labels import AID
from surveys.instruments import Instrument, Question
from surveys.reports import MeasurementInfo
from surveys.reports.levels import NOT_JUDGED_LABEL, Mark, marks

Row = tuple[Cell | Scalar, ...]

BOTH = (Column("Onderwerp", 30), Column("Uitleg", 100))
FACTS = (Column("Gegeven", 34), Column("Waarde", 96, align="left"))


def figure(value: float | None, limits: Iterable[float] = (), look: Look = Look.PLAIN) -> Cell:
    """A score: the whole figure, shown with two decimals, or more where two would cross one of the limits."""
    decimals = wording.decimal(value, limits).partition(",")[2]
    return Cell(value, f"0.{'0' * max(len(decimals), 2)}", look)


def level(mark: Mark | None) -> Cell:
    """A level: its whole name, in its colours."""
    return Cell(mark.label, rank=mark.rank) if mark else Cell(None)


def limits(instrument: Instrument) -> list[float]:
    """The scores at which levels begin."""
    return [each.from_ for each in instrument.levels]


def answer_format(question: Question) -> str | None:
    """The number format of a number with its unit: it stays a number."""
    unit = (question.unit or "").replace('"', "")
    return f'General" {unit}"' if unit else None


def guide(title: str, rows: Iterable[Row], fictief: bool) -> Sheet:
    """The first sheet: what is in the file, and how to read it."""
    warning: list[Row] = []
    if fictief:
        warning = [
            (
                Cell(FICTIEF, look=Look.STRONG),
                "Alle antwoorden in dit bestand zijn verzonnen, als voorbeeld."
                " Zij zeggen niets over de werkelijkheid.",
            )
        ]
    return Sheet("Leeswijzer", title, BOTH, [*warning, *rows], filtered=False)


def account(title: str, rows: Iterable[Row]) -> Sheet:
    """The last sheet: where the figures come from."""
    return Sheet("Verantwoording", title, FACTS, list(rows), filtered=False)


def level_rows(instrument: Instrument) -> list[Row]:
    """What each level of an instrument takes, and what it looks like."""
    rows: list[Row] = [
        (
            "Scores en niveaus",
            f"Een score ligt tussen 0 en 1. {AID} Cellen tonen twee decimalen; het hele getal staat eronder.",
        )
    ]
    found = marks(instrument)
    for each in reversed(instrument.levels):
        at_most = "voorwaarde" if each.missed_musts == 1 else "voorwaarden"
        musts = (
            f", en hoogstens {wording.number(each.missed_musts)} gemiste {at_most}"
            if each.missed_musts
            else ""
        )
        if each.missed_musts == 0:
            musts = ", en geen gemiste voorwaarden"
        rows.append((level(found[each.code]), f"Score vanaf {wording.decimal(each.from_)}{musts}."))
    coverage = wording.decimal(instrument.rules.min_coverage)
    rows.append(
        (
            Cell(NOT_JUDGED_LABEL, rank="none"),
            "Er is geen niveau: niets is van toepassing, de antwoorden tellen voor minder dan"
            f" {coverage} van het gewicht, of een open voorwaarde maakt verschil.",
        )
    )
    return rows


CHANGE_ROW: Row = (
    "Ontwikkeling",
    "Verbeterd of verslechterd: het niveau ging omhoog of omlaag, of de score veranderde meer dan 0,05."
    " Dat telt alleen vragen die in beide metingen gelijk zijn en beide keren een score hebben."
    " Zijn dat er te weinig, dan staat er: niet vergelijkbaar.",
)


def measurement_rows(measurement: MeasurementInfo) -> list[Row]:
    """Which measurement it is, and whether it is made up."""
    return [
        ("Meting", measurement.name),
        ("Code van de meting", Cell(measurement.code, "@")),
        ("Jaar", Cell(measurement.year, "0")),
        ("Fictief", "Ja: de antwoorden zijn verzonnen" if measurement.fictief else "Nee"),
    ]


def instrument_rows(instrument: Instrument) -> list[Row]:
    """Which questionnaire it is, to the letter."""
    return [
        ("Vragenlijst", instrument.title),
        ("Code van de vragenlijst", Cell(instrument.code, "@")),
        ("Versie", Cell(instrument.version, "@")),
        ("SHA-256 van de tekst", Cell(instrument.sha256, "@")),
    ]


def making_rows(made_at: datetime) -> list[Row]:
    """When the file was made, and with which words."""
    return [
        ("Gemaakt op", Cell(made_at, "[$-413]d mmmm yyyy hh:mm")),
        ("Versie van de woordenlijst", Cell(wording.version(), "@")),
        ("Berekening", f"Scores worden steeds opnieuw berekend uit de antwoorden. {AID}"),
    ]
