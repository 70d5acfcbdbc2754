"""`meetlat retention`: terms, archiving a measurement after its term, and destroying it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import select

from app import archive
from app.cli.archive import told, write
from app.cli.context import Wrong, application
from app.cli.user import DAY
from app.extensions import db
from app.retention import archiving
from exports.wording import day as in_words
from surveys import people, retention
from surveys.acting import By, today
from surveys.models import Measurement
from surveys.permissions import holders

_MEASUREMENT = click.argument("measurement", metavar="METING")
_FILE = click.argument("file", metavar="BESTAND", type=click.Path(path_type=Path))
_BY = click.option("--by", "email", required=True, metavar="E-MAIL", help="De beheerder die dit doet.")


@click.group(name="retention")
def retention_() -> None:
    """Bewaartermijnen: tonen, instellen, archiveren en vernietigen."""


@retention_.command(name="list")
def list_() -> None:
    """Toon van elke meting hoe zij staat, tot wanneer zij wordt bewaard, en waarom."""
    with application(reading=True):
        for each in retention.every(db.session(), today()):
            until = in_words(each.until) if each.until else "onbekend"
            ground = each.term.ground if each.term else "geen grond"
            click.echo(f"{each.measurement.code}  {retention.STATES[each.state]}  tot {until}  {ground}")


@retention_.command(name="set")
@_MEASUREMENT
@click.option("--until", type=DAY, metavar="DATUM", help="De eerste dag waarop de meting weg mag.")
@click.option("--years", type=click.IntRange(0, retention.MOST_YEARS), metavar="JAREN", help="Na publicatie.")
@click.option("--ground", required=True, metavar="TEKST", help="De grond, zoals de selectielijst.")
@_BY
def set_(measurement: str, until: datetime | None, years: int | None, ground: str, email: str) -> None:
    """Stel in tot wanneer een meting wordt bewaard: --until of --years."""
    with application():
        row, by = _find(measurement), _administrator(email)
        day = until.date() if until else None
        retention.set_term(db.session(), row, keep_until=day, years=years, ground=ground, by=by)
        db.session.commit()
        click.echo(f"{row.code}: de bewaartermijn is ingesteld.")


@retention_.command(name="archive")
@_MEASUREMENT
@_FILE
@click.option("--place", required=True, metavar="TEKST", help="Waar het archief wordt bewaard.")
@click.option("--overschrijven", "overwrite", is_flag=True, help="Vervang het bestand als het al bestaat.")
@_BY
def archive_(measurement: str, file: Path, place: str, overwrite: bool, email: str) -> None:
    """Schrijf het archief van een meting, lees het na, en leg vast waar het wordt bewaard."""
    if file.exists() and not overwrite:
        raise Wrong(f"BESTAND: {file} bestaat al. Kies een andere naam, of gebruik --overschrijven.")
    with application(), told(file):
        number, by = _find(measurement).id, _administrator(email)
        db.session.rollback()
        with archive.one_moment(db.engine) as session:
            row = session.get_one(Measurement, number)
            contents = retention.contents_of(session, row)
            content = archive.make(session, row, archiving.store())
        write(file, content)
        archive.read(file)  # what was written can be read
        sha256 = hashlib.sha256(content).hexdigest()
        retention.keep_archive(
            db.session(),
            db.session.get_one(Measurement, number),
            sha256=sha256,
            size=len(content),
            contents=contents,
            place=place,
            by=by,
        )
        db.session.commit()
    click.echo(f"{file}: geschreven, nagelezen en vastgelegd. Kenmerk (SHA-256): {sha256}")


@retention_.command()
@_FILE
def verify(file: Path) -> None:
    """Controleer of een archief heel is en te lezen, en geef zijn kenmerk. Dit vraagt geen database."""
    with told(file):
        found = archive.read(file)
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    click.echo(f"{file}: in orde, het archief van {found.name} ({found.code})")
    click.echo(f"Kenmerk (SHA-256): {sha256}")


@retention_.command()
@_MEASUREMENT
@click.option("--code", required=True, metavar="METING", help="De code van de meting nog een keer.")
@_BY
def destroy(measurement: str, code: str, email: str) -> None:
    """Vernietig een meting na haar termijn. Dit kan niet ongedaan worden gemaakt."""
    with application():
        row = _find(measurement)
        name = row.name
        made = retention.destroy(db.session(), row, code=code, by=_administrator(email))
        rows = sum(each["count"] for each in made.gone.values())
        db.session.commit()
        archiving.clear_away()
        click.echo(f"{name} is vernietigd ({rows} rijen). Archief: {made.archive.sha256}")


def _find(code: str) -> Measurement:
    """The measurement with this code, destroyed or not. Raises Wrong."""
    found = db.session.scalar(select(Measurement).where(Measurement.code == code))
    if found is None:
        raise Wrong(f"METING: er is geen meting met de code {code}.")
    return found


def _administrator(email: str) -> By:
    """Act as somebody who may do this today. Raises Wrong for anybody else."""
    person = people.by_email(db.session(), email)
    held = holders(person.assignments, retention.PERMISSION, None, today()) if person else []
    if person is None or not person.active or not held:
        raise Wrong(f"--by: {email} is nu geen beheerder.")
    return By.through(held[0])
