"""Whoever watches Meetlat hears whether it lives and can serve, and nothing else."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app, database, health
from app.config import Settings
from app.extensions import db
from tests.factories import World
from tests.support.client import Client

GOOD = {"status": "klaar", "database": "goed", "bestanden": "goed"}


def asked(app: Flask, path: str) -> tuple[int, dict[str, str]]:
    """The status of an answer, and what is in it."""
    with app.test_client() as client:
        answer = client.get(path)
        return answer.status_code, answer.get_json()


def test_a_server_that_can_serve_says_so(app: Flask) -> None:
    assert asked(app, "/gezond") == (200, {"status": "goed"})
    assert asked(app, "/klaar") == (200, GOOD)


def test_without_a_database_it_lives_and_is_not_ready(settings: Settings, tmp_path: Path) -> None:
    if settings.database_url.startswith("sqlite"):
        nowhere = f"sqlite:///{tmp_path}/no/such/folder.sqlite"
    else:
        nowhere = "postgresql+psycopg://geheim:wachtwoord@127.0.0.1:1/meetlat"
    app = create_app(replace(settings, database_url=nowhere))
    assert asked(app, "/gezond") == (200, {"status": "goed"})
    status, told = asked(app, "/klaar")
    assert status == 503
    assert told == {"status": "niet klaar", "database": "niet te bereiken", "bestanden": "goed"}


def test_a_schema_of_another_version_is_not_ready(app: Flask, database_url: str) -> None:
    database.downgrade(database_url, "-1")
    status, told = asked(app, "/klaar")
    assert (status, told["database"]) == (503, "andere versie dan deze Meetlat")


def test_a_place_for_files_that_cannot_be_written_is_not_ready(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"no folder")
    status, told = asked(app, "/klaar")
    assert (status, told["bestanden"], told["database"]) == (503, "niet te beschrijven", "goed")


def test_a_full_disk_is_not_ready(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = health.ROOM * settings.upload_mb * 1024 * 1024
    for free, told in ((needed - 1, "vol"), (needed, "goed")):
        monkeypatch.setattr(health.shutil, "disk_usage", lambda _, free=free: SimpleNamespace(free=free))
        assert asked(app, "/klaar")[1]["bestanden"] == told


def test_looking_leaves_nothing_behind(app: Flask, settings: Settings) -> None:
    asked(app, "/klaar")
    assert os.listdir(settings.files) == []


def test_what_hangs_is_told_in_time_and_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.01)
    looks: list[str] = []
    on = threading.Event()

    def look() -> str:
        looks.append("look")
        on.wait(60)
        return health.GOOD

    part = health.Part(look)
    assert [part.state(), part.state(), part.state()] == [health.SILENT] * 3
    assert looks == ["look"]
    on.set()
    monkeypatch.setattr(health, "PATIENCE", 60)
    assert part.state() == health.GOOD


def test_a_look_that_breaks_is_no_good_sign(caplog: pytest.LogCaptureFixture) -> None:
    part = health.Part(lambda: health.GOOD)
    assert part.state() == health.GOOD
    part = health.Part(lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    assert part.state() == health.BROKEN
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("path", ["/gezond", "/klaar"])
def test_the_watching_is_not_in_the_access_log(
    app: Flask, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    caplog.set_level(logging.INFO, "meetlat.access")
    asked(app, path)
    assert caplog.records == []


def test_living_needs_no_database_and_gives_no_cookie(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        monkeypatch.setattr(db.engine, "connect", None)
    with app.test_client() as client:
        answer = client.get("/gezond")
    assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (200, [])


def test_who_is_logged_in_stays_as_long_as_before(
    client: Client, login: Callable[[str], None], world: World, session: Session
) -> None:
    login("ovr.vr01")
    assert "Set-Cookie" not in client.ask("GET", "/klaar").headers
