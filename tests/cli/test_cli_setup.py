"""`meetlat init`, `demo`, `instrument add|list` and `serve`: making a Meetlat, and refusing to spoil one."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import create_app, database
from app.config import load
from app.extensions import db
from surveys import example, instruments
from surveys.models import Dossier, InstrumentText, Measurement, Organisation, Person, Unit
from tests.support import cli
from tests.support.cli import Ran
from tests.support.client import Client

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
RMC_LIST = next(path for path in instruments.builtin() if path.name == "icms-rmc-2013.1.toml")

Run = Callable[..., Ran]


@pytest.fixture
def run(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """The command line on an empty database."""
    monkeypatch.setenv("MEETLAT_DATABASE_URL", database_url)
    monkeypatch.setenv("MEETLAT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MEETLAT_SECRET_KEY", "een geheim dat alleen deze test kent en lang genoeg is")
    return lambda *args: cli.run(capsys, *args)


def test_init_makes_an_empty_meetlat_with_a_link_that_works_once(run: Run, session: Session) -> None:
    ran = run("init", "baas@voorbeeld.nl", "--naam", "De Baas")
    assert (ran.code, ran.err) == (0, "")
    assert session.scalars(select(Unit)).all() == []
    assert session.scalars(select(Person.email)).all() == ["baas@voorbeeld.nl"]
    assert set(session.scalars(select(Organisation.code))) == {"INSP", "AFD"}
    session.rollback()
    found = re.search(r"http://127\.0\.0\.1:5000(/wachtwoord/\S+)", ran.out)
    assert found, ran.out
    app = create_app(load())
    client = Client(app, before=session.commit)
    client.get(found[1])
    words = "een lang genoeg wachtwoord"
    client.submit({"password": words, "password_confirm": words})
    assert client.login("baas@voorbeeld.nl", words).h1 == "Tweede stap instellen"
    client.logout()
    assert client.get(found[1]).has("Deze link werkt niet (meer).")
    with app.app_context():
        db.engine.dispose()


def test_init_again_changes_nothing(run: Run, session: Session) -> None:
    run("init", "baas@voorbeeld.nl")
    again = run("init", "ander@voorbeeld.nl")
    assert again.code == 0
    assert "al ingericht" in again.out
    assert "/wachtwoord/" not in again.out
    assert session.scalars(select(Person.email)).all() == ["baas@voorbeeld.nl"]


def test_init_brings_the_units_when_asked(run: Run, session: Session) -> None:
    assert run("init", "baas@voorbeeld.nl", "--met-eenheden").code == 0
    assert len(session.scalars(select(Unit)).all()) == len(example.units())
    assert session.scalars(select(Measurement)).all() == []


def test_init_refuses_what_is_no_address(run: Run, session: Session) -> None:
    ran = run("init", "baas")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "Vul een e-mailadres in zoals naam@voorbeeld.nl.\n"
    assert session.scalars(select(Person)).all() == []


def test_demo_refuses_a_database_that_holds_other_data(run: Run, session: Session) -> None:
    run("init", "baas@voorbeeld.nl")
    ran = run("demo")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Deze database bevat al gegevens.")
    assert session.scalars(select(Dossier)).all() == []


def test_an_instrument_is_added_once_and_listed(run: Run, session: Session, tmp_path: Path) -> None:
    assert run("instrument", "add", RMC_LIST).code == 0
    assert run("instrument", "add", RMC_LIST).code == 0
    assert len(session.scalars(select(InstrumentText)).all()) == 1
    session.rollback()  # on SQLite even looking holds the database for itself
    ran = run("instrument", "list")
    assert re.fullmatch(r"icms-rmc 2013\.1  rmc  [0-9a-f]{12}  nog niet gebruikt\n", ran.out)


def test_another_text_under_the_same_version_is_refused(run: Run, tmp_path: Path) -> None:
    run("instrument", "add", RMC_LIST)
    changed = tmp_path / "anders.toml"
    changed.write_text(RMC_LIST.read_text("utf-8") + "# een opmerking erbij\n", "utf-8")
    ran = run("instrument", "add", changed)
    assert (ran.code, ran.out) == (2, "")
    assert "met een andere tekst" in ran.err


def test_a_command_on_a_database_without_tables_says_what_to_do(
    run: Run, database_url: str, session: Session
) -> None:
    session.rollback()
    database.downgrade(database_url)
    ran = run("figures", "eindmeting-2013")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "De database is nog niet ingericht of te oud. Draai eerst: meetlat init\n"


@pytest.mark.parametrize("command", [["init"], ["demo"], ["instrument", "list"], ["user", "list"], ["serve"]])
def test_a_file_that_is_no_database_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    path = tmp_path / "brief.txt"
    path.write_text("Dit is een gewone tekst, en geen database. " * 50)
    before = path.read_bytes()
    monkeypatch.setenv("MEETLAT_DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setenv("MEETLAT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MEETLAT_SECRET_KEY", "een geheim dat alleen deze test kent en lang genoeg is")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PORT", str(probe.getsockname()[1]))
    ran = cli.run(capsys, *command)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == ("MEETLAT_DATABASE_URL: dit bestand is geen SQLite-database. Kies een ander bestand.\n")
    assert path.read_bytes() == before


def test_a_command_that_reports_leaves_the_write_lock_to_others(
    run: Run, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading: list[bool] = []

    def look(_: object) -> list[object]:
        # the command has its transaction open, and somebody else commits
        assert db.session.scalar(select(Organisation.id)) is None
        reading.append(database._reading.get())
        token = database._reading.set(False)
        session.add(Organisation(code="INSP", name="Inspectie"))
        session.commit()
        database._reading.reset(token)
        return []

    monkeypatch.setattr("surveys.measurements.instruments", look)
    assert run("instrument", "list").code == 0
    assert reading == [True]
    assert not database._reading.get()


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "80 "])
def test_serve_refuses_what_is_no_port(run: Run, monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    ran = run("serve")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("PORT: ")


def test_serve_refuses_a_port_that_is_taken(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = run("serve", "--port", str(taken.getsockname()[1]))
    assert (ran.code, ran.out) == (2, "")
    assert "Kies een andere" in ran.err


def test_serve_answers_and_stops_when_told(run: Run, tmp_path: Path) -> None:
    run("init", "baas@voorbeeld.nl")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from app.cli import main; main(['serve'])"]
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PORT": str(port)}, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == f"Meetlat draait op http://127.0.0.1:{port}\n"
        assert "Inloggen bij Meetlat" in _page(f"http://127.0.0.1:{port}/inloggen")
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE) == 0


def _page(address: str) -> str:
    for _ in range(PATIENCE):
        try:
            with urllib.request.urlopen(address) as answer:
                return str(answer.read().decode())
        except urllib.error.URLError:
            time.sleep(1)
    raise AssertionError(f"{address} does not answer")


@pytest.mark.parametrize("args", [["figures"], ["user", "disable"], ["score", "--instrument"], []])
def test_an_argument_that_is_no_text_is_refused_in_one_line(run: Run, args: list[str]) -> None:
    ran = run(*args, "naam\udcff")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "meetlat: een argument is geen tekst in UTF-8. Verbeter de tekens die dat niet zijn.\n"
    )


def test_a_setting_that_is_no_text_is_named_and_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEETLAT_PUBLIC_URL", "http://\udcff")
    ran = run("user", "list")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("meetlat: MEETLAT_PUBLIC_URL is geen tekst in UTF-8.")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that only Linux has")
def test_output_that_cannot_be_written_ends_in_one_line() -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        ran = subprocess.run(
            [sys.executable, "-c", "from app.cli import main; main(['--help'])"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=ROOT,
        )
    assert ran.returncode == 2
    assert ran.stderr == "De uitvoer kan niet worden geschreven (No space left on device).\n"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_kept_example_password_that_cannot_be_read_is_refused_in_one_line(
    run: Run, tmp_path: Path, content: bytes | None
) -> None:
    kept = tmp_path / "data" / "demo_password"
    kept.parent.mkdir()
    kept.mkdir() if content is None else kept.write_bytes(content)
    ran = run("demo")
    assert ran.code == 2
    assert ran.err.startswith(f"MEETLAT_DEMO_PASSWORD: het bestand {kept} is niet als tekst te lezen.")
