"""The database as the application uses it: SQLite made strict and durable, the schema brought up to date."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import has_request_context, request
from sqlalchemy import Engine, create_engine, event, make_url

MIGRATIONS = Path(__file__).parent.parent / "migrations"
READING = frozenset({"GET", "HEAD", "OPTIONS"})
PATIENCE = 30
"""Seconds to wait for another writer before giving up."""
TURN = "turn"
"""By what a connection knows that it is its turn to write."""
SQLITE = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
"""What every connection to SQLite is told first."""
_reading: ContextVar[bool] = ContextVar("reading", default=False)
_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def reading() -> Iterator[None]:
    """Say that what happens within only reads: on SQLite it then leaves the write lock to others."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """Say that what begins within may write, also while a page is asked for: see `prepare`."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def engine_options(database_url: str) -> dict[str, Any]:
    """What SQLAlchemy's engine for this database is made with."""
    # a statement that fails is logged, and what it was given may be an answer or an address
    shared: dict[str, Any] = {"hide_parameters": True}
    if database_url.startswith("sqlite"):
        return {**shared, "connect_args": {"timeout": PATIENCE}}
    return {**shared, "pool_pre_ping": True, "connect_args": {"options": "-c timezone=UTC"}}


def prepare(engine: Engine) -> Engine:
    """Make SQLite keep to foreign keys, lose nothing, and take its write lock in time.

    A transaction that reads first and writes later can't be retried by SQLite when another one wrote
    meanwhile; so whatever may write begins as a writer. Only a reading request, or what is done within
    `reading()`, begins as a reader.
    """
    if engine.dialect.name != "sqlite":
        return engine

    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        for pragma in SQLITE:
            connection.execute(f"PRAGMA {pragma}")

    turns = _Turns()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        asked = has_request_context() and request.method in READING and not _writing.get()
        if _reading.get() or asked:
            connection.exec_driver_sql("BEGIN")
            return
        turns.take(connection.info)
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except BaseException:
            turns.give(connection.info)
            raise

    def end(connection: Any) -> None:
        if not connection.invalidated:  # then it was given already, and there is nothing to ask
            turns.give(connection.info)

    for ending in ("commit", "rollback"):
        event.listen(engine, ending, end)
    for ending in ("checkin", "invalidate", "close"):  # whatever else became of it
        event.listen(engine, ending, lambda _, record, *more: turns.give(record.info))
    return engine


class _Turns:
    """Lets one writer of this process at a time go to SQLite.

    SQLite has whoever finds it busy sleep, longer each time, and come back: among eight threads that save it
    then idles most of the time, and the unlucky wait for seconds. A lock wakes the next at once. What it
    protects is time: SQLite's own lock still sees to everything else.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def take(self, connection: MutableMapping[Any, Any]) -> None:
        """Wait until it is this connection's turn; after `PATIENCE` SQLite may say so itself."""
        connection[TURN] = self._lock.acquire(timeout=PATIENCE)

    def give(self, connection: MutableMapping[Any, Any]) -> None:
        """Give the turn to the next, if this connection has it."""
        if connection.pop(TURN, False):
            self._lock.release()


@cache
def migrations() -> ScriptDirectory:
    """All migrations. They are read once, for they don't change while a process lives."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


def is_current(engine: Engine) -> bool:
    """Whether the schema is that of the newest migration."""
    with engine.connect() as connection:
        found = set(MigrationContext.configure(connection).get_current_heads())
    return found == set(migrations().get_heads())


def upgrade(database_url: str, revision: str = "head") -> None:
    """Bring the schema up to a revision. A SQLite file that is not there yet is made for its owner alone."""
    url = make_url(database_url)
    if url.drivername == "sqlite" and url.database:
        # whether the file can be used is for SQLite to say
        with suppress(OSError):
            os.close(os.open(url.database, os.O_RDWR | os.O_CREAT, 0o600))
    _migrate(database_url, revision, lambda now, _: migrations()._upgrade_revs(revision, now))


def downgrade(database_url: str, revision: str = "base") -> None:
    """Bring the schema back to a revision."""
    _migrate(database_url, revision, lambda now, _: migrations()._downgrade_revs(revision, now))


def _migrate(database_url: str, revision: str, steps: Callable[[Any, Any], Any]) -> None:
    """What Alembic's commands `upgrade` and `downgrade` do, but for reading all migrations again."""
    config = Config(attributes={"database_url": database_url})
    with EnvironmentContext(config, migrations(), fn=steps, destination_rev=revision):
        migrations().run_env()


def standalone_engine(database_url: str) -> Engine:
    """An engine outside the application: for migrations and checks."""
    return prepare(create_engine(database_url, **engine_options(database_url)))
