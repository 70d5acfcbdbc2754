"""`meetlat export`: a dossier or the national picture as a file; the end of its name says in which format."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.context import Wrong, application
from app.cli.reports import find_measurement, national_reports
from app.extensions import db
from exports import national as national_export
from exports import region as region_export
from exports.book import FICTIEF, Book
from exports.formats import FORMATS, Format
from surveys import overview, reports


@click.group()
def export() -> None:
    """Schrijf een dossier of het landelijke beeld naar een bestand (.xlsx of .csv)."""


@export.command()
@click.argument("measurement", metavar="METING")
@click.argument("unit", metavar="EENHEID")
@click.argument("file", metavar="BESTAND", type=click.Path(path_type=Path))
def region(measurement: str, unit: str, file: Path) -> None:
    """Schrijf het dossier van één eenheid: antwoorden en scores, zoals ze nu zijn."""
    form = _format(file)
    with application(reading=True):
        found = find_measurement(measurement)
        dossier = overview.dossier_by_codes(db.session(), measurement, unit)
        if dossier is None:
            raise Wrong(f"EENHEID: de meting {found.name} heeft geen dossier van {unit}.")
        _write(region_export.book(reports.region(db.session(), dossier)), form, file)


@export.command()
@click.argument("measurement", metavar="METING")
@click.argument("file", metavar="BESTAND", type=click.Path(path_type=Path))
def national(measurement: str, file: Path) -> None:
    """Schrijf het landelijke beeld van een meting: al haar vragenlijsten in één bestand."""
    form = _format(file)
    with application(reading=True):
        found = find_measurement(measurement)
        pictures = [report for report in national_reports(found) if report.total]
        if not pictures:
            raise Wrong(f"METING: de meting {found.name} heeft nog geen dossiers.")
        _write(national_export.book(*pictures), form, file)


def _format(file: Path) -> Format:
    found = next((form for form in FORMATS.values() if form.suffix == file.suffix.lower()), None)
    if found is None:
        endings = " of ".join(form.suffix for form in FORMATS.values())
        raise Wrong(f"BESTAND: {file} eindigt niet op {endings}.")
    return found


def _write(book: Book, form: Format, file: Path) -> None:
    content = form.write(book)
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Wrong(f"BESTAND: {file} kan niet worden geschreven ({error.strerror}).") from error
    click.echo(f"{file}: {book.title}{f' ({FICTIEF.lower()})' if book.fictief else ''}")
