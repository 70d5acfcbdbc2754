"""The national picture of a measurement as a file: levels, counts, findings, change, and all answers.

A measurement with several questionnaires (regions and commanders) is one file: each has sheets of its own,
and the sheets for other programs hold all units together.
"""

from __future__ import annotations

from collections.abc import Sequence

from exports import (
    dictionary,
    figure_series,
    glossary,
    national_data,
    national_judgements,
    national_sheets,
    parts,
)
from exports.book import TEXT, Book, Cell, Look, Sheet, named
from exports.formats import FORMATS
from exports.labels import capital
from exports.parts import Row
from exports.text import file_name
from surveys import figures
from surveys.figures import SeriesInfo
from surveys.glossary import SHIPPED, Glossary
from surveys.reports import NationalReport
from surveys.reports.judgements import Judgements


def workbook(
    *reports: NationalReport, judgements: Judgements | None = None, series: Sequence[SeriesInfo] = ()
) -> bytes:
    """Give the Excel workbook of one or more questionnaires of a measurement; further as `book`.

    Raises exports.errors.TooLarge beyond Excel's limits.
    """
    return FORMATS["xlsx"].write(book(*reports, judgements=judgements, series=series))


def filename(*reports: NationalReport, format: str = "xlsx") -> str:
    """Name the file, and say in it that the data is made up when it is. `format` is a key of FORMATS.

    One questionnaire alone is named by who fills it in.
    """
    measurement = reports[0].measurement
    kind = reports[0].instrument.unit if len(reports) == 1 else ""
    fictief = "fictief" if measurement.fictief else ""
    return file_name("meetlat", measurement.code, "landelijk", kind, fictief) + FORMATS[format].suffix


def book(
    *reports: NationalReport,
    judgements: Judgements | None = None,
    series: Sequence[SeriesInfo] = (),
    terms: Glossary = SHIPPED,
) -> Book:
    """Lay out the national picture. Where one table must do, it is that of all answers: `Data`.

    `judgements` are for a file that inspectors get: they have sheets of their own, and change no other.
    `series` are figures from elsewhere; made-up ones are left out of a file that is not made up. `terms`
    explains words and abbreviations.
    """
    measurement = reports[0].measurement
    shown = figures.fitting(series, measurement.fictief, [each.instrument for each in reports])
    sheets: list[Sheet] = [_guide(reports, bool(shown), judgements is not None)]
    if judgements is not None:
        sheets += national_judgements.sheets(judgements)
    for place, report in enumerate(reports):
        sheets += national_sheets.sheets(report, f"{_kind(report)} " if place else "")
    data = national_data.data(reports)
    sheets += [national_data.scores(reports), data, national_data.views(reports)]
    if shown:
        sheets.append(figure_series.sheet(shown))
    sheets += [
        dictionary.sheet([report.instrument for report in reports]),
        glossary.sheet(terms),
        _account(reports),
    ]
    return Book(
        title=f"Landelijk beeld, {measurement.name}",
        subject=" ".join(_submitted(report) for report in reports),
        fictief=measurement.fictief,
        made_at=max(report.made_at for report in reports),
        sheets=named(sheets),
        table=data.name,
    )


def _kind(report: NationalReport) -> str:
    return report.instrument.unit.upper()


def _submitted(report: NationalReport) -> str:
    return f"{capital(report.instrument.unit_noun[1])}: {national_sheets.submitted(report)}."


def _guide(reports: Sequence[NationalReport], with_series: bool, with_judgements: bool) -> Sheet:
    first = reports[0]
    rows: list[Row] = [
        ("Dit bestand", f"Het landelijke beeld van de meting ‘{first.measurement.name}’."),
        *((f"Ingeleverd: {report.instrument.unit_noun[1]}", _counts(report)) for report in reports),
        *(national_judgements.GUIDE_ROWS if with_judgements else []),
        (
            "Blad Niveaus",
            "Per meting een blad: het niveau van elke eenheid op elke kritische succesfactor (KSF).",
        ),
        (
            "Blad Landelijk",
            "Per factor hoeveel eenheden op elk niveau staan, het gemiddelde, de spreiding en het voorstel"
            " voor het landelijke niveau, met een grafiek.",
        ),
        ("Blad Ontwikkeling", "Per eenheid en factor: beter, gelijk of slechter dan in de vorige meting."),
        (
            "Blad Vragen",
            "Per vraag hoeveel eenheden haar beantwoordden, en hoe vaak elk antwoord is gegeven."
            " Bij een vraag met meer antwoorden kan dat samen meer zijn dan het aantal eenheden.",
        ),
        (
            "Blad Bevindingen",
            "Per bevinding hoeveel eenheden eraan voldoen (n), van hoeveel die de vraag beantwoordden,"
            " de zin in woorden, en welke eenheden het zijn.",
        ),
        ("Blad Scores", "Een rij per meting, eenheid en factor: om te filteren en voor draaitabellen."),
        (
            "Blad Data",
            "Een rij per eenheid en vraag, voor andere programma's. De kolom ‘waarde’ heeft de code van"
            " het antwoord; meer codes staan achter elkaar met een puntkomma ertussen. ‘onbekend’ is:"
            " weet ik niet; ‘nvt’ is: niet van toepassing. De kolom is leeg als er geen antwoord is"
            " of als de vraag niet aan de orde is.",
        ),
        (
            "Blad Afwijkende standpunten",
            "Een rij per standpunt dat afwijkt van het gezamenlijke antwoord, voor andere programma's."
            " De kolom ‘rol’ heeft de code van de rol. Deze standpunten tellen nergens in mee.",
        ),
        *([figure_series.GUIDE_ROW] if with_series else []),
        dictionary.GUIDE_ROW,
        glossary.GUIDE_ROW,
        *parts.level_rows(first.instrument),
        parts.CHANGE_ROW,
    ]
    if len(reports) > 1:
        prefixes = ", ".join(f"‘{_kind(report)}’" for report in reports[1:])
        rows.insert(
            1,
            (
                "Twee vragenlijsten",
                f"Bladen waarvan de naam begint met {prefixes} gaan over die vragenlijst; de andere over"
                f" de {first.instrument.unit_noun[1]}. Scores en Data hebben alle eenheden samen.",
            ),
        )
    return parts.guide("Leeswijzer", rows, first.measurement.fictief)


def _counts(report: NationalReport) -> str:
    return (
        f"{capital(national_sheets.submitted(report))}. Alleen zij tellen mee in de aantallen en gemiddelden."
    )


def _account(reports: Sequence[NationalReport]) -> Sheet:
    first = reports[0]
    rows: list[Row] = parts.measurement_rows(first.measurement)
    for report in reports:
        rows.append(
            (Cell(capital(report.instrument.unit_noun[1]), look=Look.GROUP), Cell(None, look=Look.GROUP))
        )
        rows += parts.instrument_rows(report.instrument)
        rows.append(("Ingeleverd", national_sheets.submitted(report)))
        rows += [
            (f"Nog niet ingeleverd: {info.unit.code}", f"{info.unit.name} ({info.state_label.lower()})")
            for info in report.dossiers.values()
            if not info.submitted
        ]
        rows += _rules(report)
        if report.previous:
            rows.append(("Vergeleken met", report.previous.name))
        rows += [
            (f"Versie in {each.measurement.name}", Cell(each.instrument.version, TEXT))
            for each in national_sheets.rounds(report)[:-1]
        ]
    rows += parts.making_rows(first.made_at)
    return parts.account("Verantwoording", rows)


def _rules(report: NationalReport) -> list[Row]:
    rules = report.instrument.rules
    top = report.instrument.levels[-1].label
    return [
        ("Niveau van een eenheid: minste dekking", Cell(rules.min_coverage, "0.00")),
        ("Aandachtspunt: gemiddelde onder", Cell(rules.attention_below, "0.00")),
        ("Landelijk niveau: minste deel met een niveau", Cell(rules.min_units, "0.00")),
        (f"Landelijk ‘{top}’: minste deel per voorwaarde", Cell(rules.must_share, "0.00")),
        (f"Landelijk ‘{top}’: grootste deel op laagste niveau", Cell(rules.max_failing_share, "0.00")),
    ]
