"""`meetlat log`: sealing, verifying and the head that is kept elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import keys
from surveys import reading_log, sealing
from surveys.acting import now
from surveys.models import LogEntry, LogSeal
from tests.factories import World
from tests.support import cli
from tests.support.cli import Ran

Run = Callable[..., Ran]
KEY = "a key that only these tests use, and no other"


@pytest.fixture
def run(
    database_url: str,
    world: World,
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """The command line on a database with a log, of which nothing is sealed."""
    monkeypatch.setenv("MEETLAT_DATABASE_URL", database_url)
    monkeypatch.setenv("MEETLAT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MEETLAT_SECRET_KEY", KEY)

    def run(*args: object) -> Ran:
        session.rollback()  # what the test looked at must not hold the database
        return cli.run(capsys, *args)

    return run


def tamper(session: Session, statement: sa.Executable) -> None:
    """Go around the triggers, as who has the database itself can."""
    if session.get_bind().dialect.name == "sqlite":
        for table in ("log_entry", "log_seal"):
            for verb in ("update", "delete"):
                session.execute(sa.text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))
    else:
        for table in ("log_entry", "log_seal"):
            session.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    session.execute(statement)
    session.commit()


def test_what_is_sealed_is_verified_and_a_verification_is_in_the_log(run: Run, session: Session) -> None:
    lines = session.scalars(select(sa.func.count()).select_from(LogEntry)).one()
    ran = run("log", "verify")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "Er is nog niets verzegeld.")
    assert ran.out.splitlines()[1].startswith(f"Nog niet verzegeld: {lines} regels, de oudste van ")
    assert run("log", "seal").out == f"{lines + 1} regels verzegeld, in 1 zegel.\n"
    assert run("log", "seal").out == "0 regels verzegeld, in 0 zegels.\n"
    ran = run("log", "verify")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("In orde tot en met zegel 1 van ")
    assert "Nog niet verzegeld: 0 regels." in ran.out
    standing = reading_log.standing(session)
    assert (standing.holds, standing.held_until) == (True, session.scalar(select(LogSeal.sealed_at)))


def test_the_first_place_that_is_broken_is_named(run: Run, session: Session) -> None:
    run("log", "seal")
    tamper(session, sa.update(LogEntry).where(LogEntry.id == 2).values(action="x"))
    ran = run("log", "verify")
    assert ran.code == 1
    assert ran.out.splitlines()[0] == "NIET IN ORDE: zegel 1: regel 2 is gewijzigd."
    assert not reading_log.standing(session).holds


def test_a_head_is_one_line_and_finds_a_log_that_was_rewritten(
    run: Run, session: Session, tmp_path: Path
) -> None:
    run("log", "seal")
    kept = tmp_path / "kop.json"
    kept.write_text(run("log", "head").out)
    assert kept.read_text().count("\n") == 1
    assert json.loads(kept.read_text())["number"] == 1
    assert run("log", "verify", "--head", kept).code == 0
    tamper(session, sa.update(LogEntry).where(LogEntry.id == 2).values(action="x"))
    tamper(session, sa.delete(LogSeal))
    run("log", "seal")
    assert run("log", "verify").code == 0
    ran = run("log", "verify", "--head", kept)
    assert ran.code == 1
    assert ran.out.startswith("NIET IN ORDE: zegel 1: dit zegel is niet dat van de bewaarde kop")


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", None])
def test_what_is_no_head_is_wrong_input(run: Run, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "kop.json"
    if content is not None:
        file.write_bytes(content)
    ran = run("log", "verify", "--head", file)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)


def test_a_head_of_another_key_is_wrong_input(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kop.json"
    kept.write_text(run("log", "head").out)
    monkeypatch.setenv("MEETLAT_SECRET_KEY", "another key that only this test uses")
    ran = run("log", "verify", "--head", kept)
    assert (ran.code, ran.out) == (2, "")
    assert "handtekening" in ran.err


@pytest.mark.parametrize("signed_with", [keys.derived(KEY, keys.HEADS), KEY])
@pytest.mark.parametrize("renewed", [False, True])
def test_a_head_of_before_counts_before_and_after_the_key_is_renewed(
    run: Run,
    tmp_path: Path,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    signed_with: str,
    renewed: bool,
) -> None:
    run("log", "seal")
    kept = tmp_path / "kop.json"
    kept.write_text(sealing.head(session, signed_with, now()).as_json())
    if renewed:
        monkeypatch.setenv("MEETLAT_SECRET_KEY", "another key that only this test uses")
        monkeypatch.setenv("MEETLAT_SECRET_KEY_OLD", KEY)
    ran = run("log", "verify", "--head", kept)
    assert (ran.code, ran.err) == (0, "")
