"""`meetlat report`: the report of a measurement, or of one unit, as a file that people read."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.context import Wrong, application
from app.cli.files import format_of, save
from app.cli.reports import find_measurement
from app.extensions import db
from app.report.files import frozen
from exports.document import Document
from exports.documents import DOCUMENTS
from exports.report import national, region
from surveys import overview, report_versions
from surveys.models import Measurement
from surveys.reports.region_whole import FOR_INSPECTORS, Reader
from surveys.reports.whole import whole


@click.command()
@click.argument("measurement", metavar="METING")
@click.argument("file", metavar="BESTAND", type=click.Path(path_type=Path))
@click.option("--versie", "version", metavar="NUMMER", help="Een vastgelegde versie van het rapport.")
@click.option("--regio", "unit", metavar="EENHEID", help="Het rapport van één eenheid, voor inspecteurs.")
def report(measurement: str, file: Path, version: str | None, unit: str | None) -> None:
    """Schrijf het rapport van een meting, zoals het nu is, naar een bestand (.pdf, .docx, .odt of .html)."""
    form = format_of(file, DOCUMENTS)
    if version is not None and unit is not None:
        raise Wrong("--versie en --regio gaan niet samen: alleen van het landelijke rapport zijn er versies.")
    with application(reading=True):
        found = find_measurement(measurement)
        if unit is not None:
            document = _of_unit(found, unit)
        elif version is not None:
            document = _version(found, version)
        else:
            document = _draft(found)
        save(form.write(document), file, document.title, fictief=document.fictief)


def _draft(measurement: Measurement) -> Document:
    made = whole(db.session(), measurement)
    if not made.pictures or not made.main.total:
        raise Wrong(f"METING: de meting {measurement.name} heeft nog geen dossiers.")
    return national.report(made).document


def _version(measurement: Measurement, asked: str) -> Document:
    versions = report_versions.listed(db.session(), measurement)
    found = next((each for each in versions if str(each.number) == asked), None)
    if found is None:
        known = ", ".join(str(each.number) for each in reversed(versions)) or "nog geen"
        raise Wrong(f"--versie: het rapport van {measurement.name} heeft geen versie {asked} (wel: {known}).")
    return frozen(measurement, found)


def _of_unit(measurement: Measurement, code: str) -> Document:
    dossier = overview.dossier_by_codes(db.session(), measurement.code, code)
    if dossier is None:
        raise Wrong(f"--regio: de meting {measurement.name} heeft geen dossier van {code}.")
    return region.document(Reader(db.session(), measurement).read(dossier, FOR_INSPECTORS))
