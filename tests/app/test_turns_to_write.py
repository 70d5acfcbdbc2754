"""Writers of one process on SQLite: one after the other, and nobody keeps the turn."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import OperationalError

from app import database

PATIENT = 20
"""Seconds after which a thread that waits is taken to wait for ever."""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = database.standalone_engine(f"sqlite:///{tmp_path / 'turns.sqlite'}")
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE line (word TEXT)"))
    yield made
    made.dispose()


def beside(engine: Engine) -> threading.Thread:
    """Another thread that writes something."""

    def write() -> None:
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO line VALUES ('beside')"))

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    return thread


def test_who_wants_to_write_asks_sqlite_when_the_one_before_is_done(engine: Engine) -> None:
    asked: list[int] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement == "BEGIN IMMEDIATE":
            asked.append(threading.get_ident())

    event.listen(engine, "before_cursor_execute", note)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO line VALUES ('first')"))
        thread = beside(engine)
        thread.join(0.2)
        assert asked == [threading.get_ident()]
    thread.join(PATIENT)
    assert asked == [threading.get_ident(), thread.ident]


def _commits(connection: Connection) -> None:
    connection.commit()


def _rolls_back(connection: Connection) -> None:
    connection.rollback()


def _closes(connection: Connection) -> None:
    connection.close()


def _is_lost(connection: Connection) -> None:
    connection.invalidate()


@pytest.mark.parametrize("end", [_commits, _rolls_back, _closes, _is_lost])
def test_the_turn_goes_on_however_a_transaction_ends(
    engine: Engine, end: Callable[[Connection], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE", 10 * PATIENT)
    connection = engine.connect()
    connection.execute(text("INSERT INTO line VALUES ('first')"))
    end(connection)
    thread = beside(engine)
    thread.join(PATIENT)
    assert not thread.is_alive()
    connection.close()


def test_who_could_not_begin_gives_the_turn_to_the_next(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = database.standalone_engine(str(engine.url))
    with elsewhere.begin(), engine.connect() as connection:
        connection.connection.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(OperationalError, match="locked"):
            connection.execute(text("INSERT INTO line VALUES ('refused')"))
    elsewhere.dispose()
    monkeypatch.setattr(database, "PATIENCE", 10 * PATIENT)
    thread = beside(engine)
    thread.join(PATIENT)
    assert not thread.is_alive()


def test_who_only_reads_waits_for_nobody(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO line VALUES ('first')"))
        with database.reading(), engine.connect() as other:
            assert other.execute(text("SELECT count(*) FROM line")).scalar_one() == 0
