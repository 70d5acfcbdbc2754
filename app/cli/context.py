"""What the commands that need the database share: the application, and errors in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask
from sqlalchemy.exc import OperationalError

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
def application(found: Settings | None = None) -> Iterator[Flask]:
    """The application on its database, whose schema must be up to date.

    Refusals of the verbs come out as one line on standard error, with exit code 2.
    """
    app = create_app(found or settings())
    with app.app_context():
        try:
            if not database.is_current(db.engine):
                raise Wrong("De database is nog niet ingericht of te oud. Draai eerst: meetlat init")
            yield app
        except MeetlatError as error:
            raise Wrong(str(error)) from error
        except OperationalError as error:
            raise Wrong(unreachable(error)) from error
        finally:
            db.session.remove()
            db.engine.dispose()


def unreachable(error: OperationalError) -> str:
    """One line about a database that does not answer, without its address: that may hold a password."""
    reason = " ".join(str(error.orig).split())
    return f"MEETLAT_DATABASE_URL: de database is niet te bereiken ({reason})."
