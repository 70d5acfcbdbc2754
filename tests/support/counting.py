"""The statements that an application sends to its database meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from app.extensions import db
from tests.support.client import Client


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


def asked(app: Flask, client: Client, addresses: Iterable[str]) -> dict[str, list[str]]:
    """What each page reads from the database."""
    found = {}
    for address in addresses:
        with selected(app) as found[address]:
            client.get(address)
    return found


def counts(statements: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How often each page asks."""
    return {address: len(each) for address, each in statements.items()}
