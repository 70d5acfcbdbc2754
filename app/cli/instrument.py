"""`meetlat instrument`: look at questionnaires."""

from __future__ import annotations

import click

from app.cli.score import WrongInput
from surveys import instruments
from surveys.errors import InstrumentFaults


@click.group()
def instrument() -> None:
    """Bekijk en beheer vragenlijsten."""


@instrument.command()
@click.argument("files", nargs=-1, required=True, metavar="BESTAND…")
def check(files: tuple[str, ...]) -> None:
    """Controleer vragenlijsten (TOML): alle fouten tegelijk, één regel per fout."""
    faults: list[str] = []
    fine: list[str] = []
    for file in files:
        try:
            found = instruments.load(file)
        except InstrumentFaults as error:
            faults += error.faults
        else:
            fine.append(f"{file}: in orde ({found.code} {found.version}, {len(found.questions)} vragen)")
    if faults:
        raise WrongInput(faults)
    for line in fine:
        click.echo(line)
