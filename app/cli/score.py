"""`meetlat score` and `meetlat compare`: from files to figures, without a database."""

from __future__ import annotations

import click

from exports import scorefile
from surveys import answerfile, instruments, results
from surveys.answerfile import Units
from surveys.errors import Faults
from surveys.instruments import Instrument


class WrongInput(click.ClickException):
    """Everything that is wrong with what was given, a line each; exit code 2."""

    exit_code = 2

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(dict.fromkeys(lines)))

    def show(self, file: object = None) -> None:
        """Print the lines on standard error, with nothing around them."""
        click.echo(self.message, err=True)


@click.command()
@click.option("--instrument", "toml", required=True, metavar="BESTAND", help="De vragenlijst (TOML).")
@click.option("--answers", "json", required=True, metavar="BESTAND", help="De antwoorden (JSON).")
@click.option("--why", "unit", metavar="EENHEID", help="Leg ook de scores van deze eenheid uit.")
def score(toml: str, json: str, unit: str | None) -> None:
    """Reken antwoorden uit: per eenheid en landelijk, als JSON."""
    faults: list[str] = []
    instrument, units = _read(toml, json, faults)
    if unit is not None and units is not None and unit not in units:
        faults.append(answerfile.fault(json, unit, None, "deze eenheid staat niet in het bestand"))
    if faults or instrument is None or units is None:
        raise WrongInput(faults)
    why = None if unit is None else results.why(instrument, units[unit])
    document = scorefile.scores(instrument, results.score(instrument, units), why)
    click.echo(scorefile.write(document), nl=False)


@click.command()
@click.option("--earlier", required=True, nargs=2, metavar="VRAGENLIJST ANTWOORDEN", help="De eerste meting.")
@click.option("--later", required=True, nargs=2, metavar="VRAGENLIJST ANTWOORDEN", help="De tweede meting.")
def compare(earlier: tuple[str, str], later: tuple[str, str]) -> None:
    """Vergelijk twee metingen met (versies van) dezelfde vragenlijst, als JSON."""
    faults: list[str] = []
    old, old_units = _read(*earlier, faults)
    new, new_units = _read(*later, faults)
    if old is not None and new is not None and old.code != new.code:
        reason = f"is een andere vragenlijst ({new.code}) dan die van de eerste meting ({old.code})"
        faults.append(answerfile.fault(later[0], None, None, reason))
    if faults or old is None or old_units is None or new is None or new_units is None:
        raise WrongInput(faults)
    found = results.compare(old, old_units, new, new_units)
    click.echo(scorefile.write(scorefile.comparison(found)), nl=False)


def _read(toml: str, json: str, faults: list[str]) -> tuple[Instrument | None, Units | None]:
    """Read an instrument and answers to it; what is wrong is added to `faults`.

    Of the answers to a bad instrument the form is still looked at.
    """
    instrument: Instrument | None = None
    units: Units | None = None
    try:
        instrument = instruments.load(toml)
    except Faults as error:
        faults += error.faults
    try:
        units = answerfile.load(json, instrument)
    except Faults as error:
        faults += error.faults
    return instrument, units
