"""What the commands that need the database share: the application, and errors in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import click
from flask import Flask
from sqlalchemy.exc import DBAPIError, OperationalError

from app import create_app, database
from app.config import ConfigError, Settings, load
from app.extensions import db
from surveys.errors import MeetlatError


class Wrong(click.ClickException):
    """Wrong input: one line on standard error, exit code 2."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        """Print the line, without click's own words around it."""
        click.echo(self.format_message(), err=True)


def settings() -> Settings:
    """The settings of the environment; Wrong when one can't be used."""
    try:
        return load()
    except ConfigError as error:
        raise Wrong(str(error)) from error


@contextmanager
def application(found: Settings | None = None, *, reading: bool = False) -> Iterator[Flask]:
    """The application on its database, whose schema must be up to date.

    With `reading` nothing may be changed, and others can go on writing meanwhile. Refusals of the verbs and
    of the database come out as one line on standard error, with exit code 2.
    """
    app = create_app(found or settings())
    with app.app_context(), database.reading() if reading else nullcontext():
        try:
            if not database.is_current(db.engine):
                raise Wrong("De database is nog niet ingericht of te oud. Draai eerst: meetlat init")
            yield app
        except MeetlatError as error:
            raise Wrong(str(error)) from error
        except DBAPIError as error:
            raise Wrong(unusable(error)) from error
        finally:
            db.session.remove()
            db.engine.dispose()


def unusable(error: DBAPIError) -> str:
    """One line about a database that does not answer or refuses, without its address and without data.

    Its address may hold a password; and the reason for a refusal may quote what was to be written.
    """
    if isinstance(error, OperationalError):
        reason = " ".join(str(error.orig).split())
        return f"MEETLAT_DATABASE_URL: de database is niet te bereiken ({reason})."
    if getattr(error.orig, "sqlite_errorname", None) == "SQLITE_NOTADB":
        return "MEETLAT_DATABASE_URL: dit bestand is geen SQLite-database. Kies een ander bestand."
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    kind = " ".join(filter(None, (type(error.orig).__name__, code)))
    return f"MEETLAT_DATABASE_URL: de database weigert dit ({kind}). Er is niets gewijzigd."
