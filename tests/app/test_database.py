"""The database as the application opens it: for its owner alone, and readers out of the way of writers."""

from __future__ import annotations

import os
import runpy
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import database
from app.extensions import db
from surveys import filling
from surveys.models import Organisation
from tests.factories import World
from tests.support.client import Client


def test_a_new_sqlite_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "nieuw.sqlite"
    before = os.umask(0o022)
    try:
        database.upgrade(f"sqlite:///{path}")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_sqlite_has_confirmed_survives_a_failure_of_the_power(tmp_path: Path) -> None:
    in_use = runpy.run_path(database.__file__)["standalone_engine"]  # tests themselves do not wait for it
    engine = in_use(f"sqlite:///{tmp_path / 'nieuw.sqlite'}")
    with engine.connect() as connection:
        found = {
            pragma: connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()
            for pragma in ("journal_mode", "synchronous", "foreign_keys")
        }
    engine.dispose()
    full = 2
    assert found == {"journal_mode": "wal", "synchronous": full, "foreign_keys": 1}


def test_who_only_reads_lets_another_write(database_url: str, session: Session) -> None:
    engine = database.standalone_engine(database_url)
    with database.reading(), engine.connect() as reader:
        count = sa.select(sa.func.count()).select_from(Organisation)
        assert reader.scalar(count) == 0
        # a writer, in the same process but outside of what only reads
        token = database._reading.set(False)
        session.add(Organisation(code="INSP", name="Inspectie"))
        session.commit()
        database._reading.reset(token)
        if engine.dialect.name == "sqlite":
            assert reader.scalar(count) == 0  # what it read goes on as it was
    with engine.connect() as reader:
        assert reader.scalar(count) == 1
    engine.dispose()


def test_without_its_database_meetlat_says_so_in_dutch_also_to_who_is_logged_in(
    app: Flask, world: World, client: Client, login: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    login("ovr.vr01")

    def gone(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("the server closed the connection"))

    monkeypatch.setattr(app.login_manager, "_user_callback", gone)  # type: ignore[attr-defined]
    page = client.get("/", status=503)
    assert page.text("h1") == "Meetlat kan dit nu even niet"
    assert page.has("Uw wijziging is niet opgeslagen.")


def test_who_asks_while_the_database_throws_everybody_out_is_told_so(
    app: Flask, world: World, client: Client, login: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    login("ovr.vr01")
    lost = OperationalError("SELECT 1", {}, Exception("the server closed the connection"))
    over = ("rollback", "begin")

    def gone(*_: object) -> None:
        raise lost

    def thrown_out(*_: object) -> None:
        for moment in over:
            sa.event.listen(db.engine, moment, gone)
        raise lost

    monkeypatch.setattr(filling, "read", thrown_out)
    page = client.get("/dossier/proefmeting/VR01/factor/1.1", status=503)
    with app.app_context():
        for moment in over:
            sa.event.remove(db.engine, moment, gone)
    assert page.text("h1") == "Meetlat kan dit nu even niet"
