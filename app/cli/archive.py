"""`meetlat export measurement` and `meetlat import`: a whole measurement as one JSON file, and back."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import select

from app import archive
from app.archive import ArchiveFault
from app.cli.context import Wrong, application, settings
from app.cli.reports import find_measurement
from app.extensions import db
from exports.book import FICTIEF
from surveys import packed
from surveys.filestore import Folder
from surveys.models import Measurement

_FILE = click.argument("file", metavar="BESTAND", type=click.Path(path_type=Path))


@click.command(name="measurement")
@click.argument("measurement", metavar="METING")
@_FILE
@click.option("--overschrijven", "overwrite", is_flag=True, help="Vervang het bestand als het al bestaat.")
@click.option("--zonder-bestanden", "bare", is_flag=True, help="Laat de inhoud van bewijsstukken weg.")
def export_(measurement: str, file: Path, overwrite: bool, bare: bool) -> None:
    """Schrijf een hele meting naar een archief (.json), dat ook zonder Meetlat te lezen is.

    Het archief bevat persoonsgegevens en alle antwoorden. Bewaar het zo veilig als Meetlat zelf.
    """
    if file.suffix.lower() != ".json":
        raise Wrong(f"BESTAND: {file} eindigt niet op .json.")
    if file.exists() and not overwrite:
        raise Wrong(f"BESTAND: {file} bestaat al. Kies een andere naam, of gebruik --overschrijven.")
    found = settings()
    with application(found, reading=True), told(file):
        code = find_measurement(measurement).code
        db.session.rollback()  # the look-up was of another moment
        with archive.one_moment(db.engine) as session:
            kept = session.scalars(select(Measurement).where(Measurement.code == code)).one()
            content = archive.make(session, kept, Folder(found.files), with_files=not bare)
            mark = f" ({FICTIEF.lower()})" if kept.fictief else ""
            name = kept.name
        write(file, content)
    size = f"{len(content) / 10**6:.1f}".replace(".", ",")
    click.echo(f"{file}: {name}{mark}, {size} MB")


@click.command(name="import")
@_FILE
def import_(file: Path) -> None:
    """Zet een meting uit een archief (.json) in deze Meetlat: alles of niets."""
    found = settings()
    with application(found), told(file):
        checked = archive.read(file)
        with archive.load(db.session(), checked, Folder(found.files)) as loaded:
            db.session.commit()
        packed.fill_up(db.session())
    mark = f" ({FICTIEF.lower()})" if checked.fictief else ""
    click.echo(
        f"{file}: {checked.name}{mark} overgenomen ({loaded.added} rijen; {loaded.reused} waren er al)"
    )
    if loaded.entitled:
        click.echo(
            "Let op: deze mensen hadden hier al een account en kregen er een rol uit het archief bij:"
            f" {', '.join(loaded.entitled)}. Controleer hun rollen."
        )
    if not loaded.same_scores:
        click.echo("De scores wijken af van die in het archief: deze Meetlat rekent met andere regels.")


def write(file: Path, content: bytes) -> None:
    """Have the file appear when it is complete, readable for its owner alone."""
    descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".tmp", dir=file.parent)
    try:
        with open(descriptor, "wb") as part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        Path(name).replace(file)
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def told(file: Path) -> Iterator[None]:
    """Tell in one line what went wrong; exit code 2."""
    try:
        yield
    except ArchiveFault as fault:
        raise Wrong(f"{file}: {fault}") from fault
    except OSError as error:
        raise Wrong(f"{error.filename or file}: kan niet worden gebruikt ({error.strerror}).") from error
