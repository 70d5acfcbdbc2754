"""`meetlat backup`: of one moment, while others write, and whole or not at all."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import backup, database
from surveys import answers
from surveys.acting import By
from surveys.answers import Content
from surveys.filestore import Folder
from tests.factories import World
from tests.support.backups import (
    AT,
    contents,
    stored,
)
from tests.support.cli import Ran

Run = Callable[..., Ran]


def test_whoever_writes_meanwhile_is_wholly_in_or_wholly_out(
    full: World, session: Session, engine: Engine, files: Folder, tmp_path: Path
) -> None:
    dossier, by = full.dossiers["VR02"], By.through(full.assignments["ovr.vr02"], AT + timedelta(days=1))
    before = backup.make(engine, files, tmp_path / "eerst.zip")
    steps: list[str] = []

    def write(step: str) -> None:
        """Save an answer in the middle of it: once before any table was read, and once between two."""
        steps.append(step)
        if len(steps) == 1:
            answers.save(session, dossier, "2.1-01", Content(["politie"]), by=by, seen_version=0)
            session.commit()
        if step == "answer_version":
            answers.save(session, dossier, "2.1-02", Content("2012-05-01"), by=by, seen_version=0)
            session.add(stored(b"pas gekomen", files))
            session.commit()

    during = backup.make(engine, files, tmp_path / "tijdens.zip", tell=write)
    after = backup.make(engine, files, tmp_path / "daarna.zip")
    assert steps.index("answer") < steps.index("answer_version") < steps.index("files")
    assert (during.tables, during.files) == (before.tables, before.files)
    assert after.tables["answer"].rows == before.tables["answer"].rows + 2
    assert after.tables["answer_version"].rows == before.tables["answer_version"].rows + 2
    assert len(after.files) == len(before.files) + 1
    for name in ("eerst", "tijdens", "daarna"):
        backup.check(tmp_path / f"{name}.zip")


def test_a_file_that_is_removed_meanwhile_is_left_out_with_its_row(
    full: World, session: Session, engine: Engine, files: Folder, tmp_path: Path
) -> None:
    extra = stored(b"wordt weggehaald", files)
    session.add(extra)
    session.commit()
    sha256, steps = extra.sha256, []

    def remove(step: str) -> None:
        steps.append(step)
        if step == "files" and steps.count("files") == 1:
            session.delete(extra)
            session.commit()
            files.remove(sha256)

    found = backup.make(engine, files, tmp_path / "kopie.zip", tell=remove)
    assert steps.count("files") == 2
    assert sha256 not in found.files
    assert backup.check(tmp_path / "kopie.zip") == found


@pytest.mark.parametrize(("content", "words"), [(None, "ontbreekt"), (b"anders", "is beschadigd")])
def test_a_file_that_is_missing_or_damaged_gives_no_backup(
    run: Run, full: World, files: Folder, tmp_path: Path, content: bytes | None, words: str
) -> None:
    kept, target = next(iter(contents(files))), tmp_path / "kopie.zip"
    target.write_bytes(b"de vorige")
    (files.path / kept).unlink()
    if content is not None:
        (files.path / kept).write_bytes(content)
    ran = run("backup", target, "--overschrijven")
    assert (ran.code, ran.out) == (2, "")
    assert f"{Path(kept).name} {words}" in ran.err
    assert "geen reservekopie gemaakt" in ran.err
    assert target.read_bytes() == b"de vorige"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_backup_is_for_its_owner_and_replaces_nothing_unasked(
    run: Run, full: World, tmp_path: Path
) -> None:
    target = tmp_path / "kopie.zip"
    assert run("backup", target).code == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    first = target.read_bytes()
    ran = run("backup", target)
    assert ran.code == 2
    assert "bestaat al" in ran.err
    assert target.read_bytes() == first
    assert run("backup", target, "--overschrijven").code == 0
    assert target.read_bytes() != first
    assert run("verify", target).code == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "is een map"), ("weg/kopie.zip", "kan niet worden gebruikt")],
    ids=["folder", "gone"],
)
def test_a_backup_that_cannot_be_written_is_told(
    run: Run, full: World, tmp_path: Path, name: str, words: str
) -> None:
    ran = run("backup", tmp_path / name)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert len(ran.err.splitlines()) == 1


def test_an_empty_or_newer_database_is_not_backed_up(run: Run, database_url: str, tmp_path: Path) -> None:
    engine = database.standalone_engine(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '999'")
    assert "nieuwere Meetlat" in run("backup", tmp_path / "a.zip").err
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")
    ran = run("backup", tmp_path / "a.zip")
    assert "nog niet ingericht" in ran.err
    assert ran.code == 2
    assert not (tmp_path / "a.zip").exists()
    engine.dispose()


def test_a_database_file_that_is_not_there_is_not_made(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEETLAT_DATABASE_URL", f"sqlite:///{tmp_path}/geen.sqlite")
    ran = run("backup", tmp_path / "a.zip")
    assert ran.code == 2
    assert "nog niet ingericht" in ran.err
    assert not (tmp_path / "geen.sqlite").exists()
