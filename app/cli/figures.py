"""`meetlat figures`: every statement of a measurement's questionnaires, with its count and its words."""

from __future__ import annotations

import json

import click

from app.cli.context import application
from app.cli.reports import find_measurement, national_reports
from exports.book import FICTIEF
from exports.figures import as_json, figures_of

HEADINGS = ("code", "factor", "onderwerp", "vraag", "telt", "n", "van", "tekst")


@click.command()
@click.argument("measurement", metavar="METING")
@click.option("--json", "as_document", is_flag=True, help="Als JSON, met codes in plaats van woorden.")
def figures(measurement: str, as_document: bool) -> None:
    """Toon alle bevindingen van een meting: aantallen en zinnen, van al haar vragenlijsten.

    Zonder --json een regel per bevinding, met tabs ertussen; regels met # zijn uitleg.
    """
    with application(reading=True):
        found = find_measurement(measurement)
        pictures = national_reports(found)
    if as_document:
        rows = [row for picture in pictures for row in as_json(picture)]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    click.echo(f"# {found.name}{f' ({FICTIEF.lower()})' if found.fictief else ''}")
    for picture in pictures:
        click.echo(f"# {picture.instrument.title}: {picture.submitted} van de {picture.total} ingeleverd")
    click.echo("\t".join(HEADINGS))
    for picture in pictures:
        for row in figures_of(picture):
            cells = (
                row.code,
                row.factor,
                row.topic or "",
                row.question.code,
                row.meaning,
                row.n,
                row.of,
                row.text or "",
            )
            click.echo("\t".join(str(cell) for cell in cells))
