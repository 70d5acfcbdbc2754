"""`meetlat check`: whether everything in the database and among its files fits together."""

from __future__ import annotations

import click

from app.cli.context import application, settings
from app.extensions import db
from surveys import checking
from surveys.checking import Result
from surveys.filestore import Folder


@click.command()
def check() -> int:
    """Controleer of alles in de database en bij de bestanden klopt. Er wijzigt niets.

    Eindigt met 0 als alles klopt, en met 1 als er iets niet klopt.
    """
    found = settings()
    wrong = 0
    with application(found, reading=True):
        _hold_still()
        for result in checking.run(db.session(), Folder(found.files)):
            wrong += bool(result.count)
            click.echo(_line(result))
    number = len(checking.CHECKS)
    click.echo(
        f"{wrong} van de {number} controles vinden iets." if wrong else f"Alle {number} controles kloppen."
    )
    return 1 if wrong else 0


def _hold_still() -> None:
    """See one state of the database from beginning to end; on SQLite a transaction does so by itself."""
    if db.engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        db.session().connection(execution_options=options)


def _line(result: Result) -> str:
    if not result.count:
        return f"goed  {result.check.name:18} {result.check.rule}."
    more = ", …" if result.count > len(result.examples) else ""
    where = f"{', '.join(result.examples)}{more}"
    return f"FOUT  {result.check.name:18} Niet waar: {result.check.rule}. Aantal: {result.count} ({where})"
