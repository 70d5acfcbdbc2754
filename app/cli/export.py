"""`meetlat export`: a dossier or the national picture as a file; the end of its name says in which format."""

from __future__ import annotations

from pathlib import Path

import click

from app import explained
from app.cli import archive
from app.cli.context import Wrong, application
from app.cli.files import format_of, save
from app.cli.reports import find_measurement, national_reports
from app.extensions import db
from exports import dictionary as data_dictionary
from exports import national as national_export
from exports import region as region_export
from exports.formats import FORMATS
from surveys import figures, overview, reports
from surveys.acting import now
from surveys.measurements import instrument_of
from surveys.reports import MeasurementInfo
from surveys.reports.judgements import judgements


@click.group()
def export() -> None:
    """Schrijf een dossier of het landelijke beeld naar een bestand (.xlsx, .ods of .csv)."""


export.add_command(archive.export_)


@export.command()
@click.argument("measurement", metavar="METING")
@click.argument("unit", metavar="EENHEID")
@click.argument("file", metavar="BESTAND", type=click.Path(path_type=Path))
def region(measurement: str, unit: str, file: Path) -> None:
    """Schrijf het dossier van één eenheid: antwoorden en scores, zoals ze nu zijn."""
    form = format_of(file, FORMATS)
    with application(reading=True):
        found = find_measurement(measurement)
        dossier = overview.dossier_by_codes(db.session(), measurement, unit)
        if dossier is None:
            raise Wrong(f"EENHEID: de meting {found.name} heeft geen dossier van {unit}.")
        book = region_export.book(reports.region(db.session(), dossier), terms=explained.glossary())
        save(form.write(book), file, book.title, fictief=book.fictief)


@export.command()
@click.argument("measurement", metavar="METING")
@click.argument("file", metavar="BESTAND", type=click.Path(path_type=Path))
def national(measurement: str, file: Path) -> None:
    """Schrijf het landelijke beeld van een meting: al haar vragenlijsten en oordelen in één bestand."""
    form = format_of(file, FORMATS)
    with application(reading=True):
        found = find_measurement(measurement)
        pictures = [report for report in national_reports(found) if report.total]
        if not pictures:
            raise Wrong(f"METING: de meting {found.name} heeft nog geen dossiers.")
        book = national_export.book(
            *pictures,
            judgements=judgements(db.session(), found),
            series=figures.listed(db.session()),
            terms=explained.glossary(),
        )
        save(form.write(book), file, book.title, fictief=book.fictief)


@export.command()
@click.argument("measurement", metavar="METING")
@click.argument("file", metavar="BESTAND", type=click.Path(path_type=Path))
def dictionary(measurement: str, file: Path) -> None:
    """Schrijf het gegevenswoordenboek: wat de kolommen en codes van een meting betekenen."""
    form = format_of(file, FORMATS)
    with application(reading=True):
        found = find_measurement(measurement)
        instruments = [instrument_of(pin.instrument) for pin in found.pins]
        book = data_dictionary.book(MeasurementInfo.of(found), instruments, now(), explained.glossary())
        save(form.write(book), file, book.title, fictief=book.fictief)
