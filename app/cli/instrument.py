"""`meetlat instrument`: look at questionnaires."""

from __future__ import annotations

import click

from app.cli.score import WrongInput
from surveys import instruments
from surveys.errors import InstrumentFaults
from surveys.instruments import Instrument


@click.group()
def instrument() -> None:
    """Bekijk en beheer vragenlijsten."""


@instrument.command()
@click.argument("files", nargs=-1, required=True, metavar="BESTAND…")
def check(files: tuple[str, ...]) -> None:
    """Controleer vragenlijsten (TOML): alle fouten tegelijk, één regel per fout."""
    for file, found in zip(files, _load(files), strict=True):
        click.echo(f"{file}: in orde ({found.code} {found.version}, {len(found.questions)} vragen)")


@instrument.command()
@click.argument("files", nargs=-1, required=True, metavar="BESTAND…")
def add(files: tuple[str, ...]) -> None:
    """Zet vragenlijsten (TOML) in de database, zodat een meting ze kan gebruiken: alle, of geen."""
    from app.cli.context import application
    from app.extensions import db
    from surveys import measurements
    from surveys.acting import By

    found = _load(files)
    with application():
        for each in found:
            kept = measurements.add_instrument(db.session, each, By.system())
            click.echo(f"{kept.code} {kept.version}: staat in Meetlat (sha256 {kept.sha256})")
        db.session.commit()


@instrument.command(name="list")
def list_() -> None:
    """Toon de vragenlijsten die in de database staan, en welke metingen ze gebruiken."""
    from app.cli.context import application
    from app.extensions import db
    from surveys import measurements

    with application(reading=True):
        for kept, used_by in measurements.instruments(db.session):
            users = ", ".join(used_by) or "nog niet gebruikt"
            click.echo(f"{kept.code} {kept.version}  {kept.unit_kind}  {kept.sha256[:12]}  {users}")


def _load(files: tuple[str, ...]) -> list[Instrument]:
    """Read files, or raise WrongInput with the faults of all of them."""
    faults: list[str] = []
    found = []
    for file in files:
        try:
            found.append(instruments.load(file))
        except InstrumentFaults as error:
            faults += error.faults
    if faults:
        raise WrongInput(faults)
    return found
