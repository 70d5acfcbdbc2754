"""The statements that an application sends to its database meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from app.extensions import db


@contextmanager
def counted(app: Flask, beginning: str = "") -> Iterator[list[str]]:
    """All of them, or those that begin with a word in capitals."""
    found: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        # SQLite alone says aloud that a transaction begins
        if statement != "BEGIN" and statement.lstrip().upper().startswith(beginning):
            found.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def selected(app: Flask) -> Iterator[list[str]]:
    """Those that only read."""
    with counted(app, "SELECT") as found:
        yield found
