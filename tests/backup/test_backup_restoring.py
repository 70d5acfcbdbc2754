"""`meetlat restore`: everything comes back as it was, into an empty place only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import backup, create_app, database
from app.backup import BackupFault
from surveys import example
from surveys.acting import By
from surveys.filestore import Folder
from surveys.follow_up import agendas, committees
from surveys.follow_up.committees import CommitteeDetails, MeetingDetails
from surveys.models import (
    Answer,
    LogEntry,
    Person,
)
from tests import factories, filled
from tests.backup.conftest import tables_with_rows
from tests.factories import World
from tests.support.backups import (
    AT,
    EVIDENCE,
    contents,
    everything,
    members,
    pack,
    put_rows,
    rows_of,
    seal,
)
from tests.support.cli import Ran
from tests.support.client import Client
from tests.support.databases import PASSWORD, settings_for

Run = Callable[..., Ran]


def test_every_table_has_rows_to_compare(full: World, database_url: str) -> None:
    assert [name for name, rows in everything(database_url).items() if not rows] == []


def test_everything_comes_back_as_it_was(
    run: Run, full: World, files: Folder, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    kept = everything(database_url)
    ran = run("backup", tmp_path / "kopie.zip")
    assert (ran.code, ran.err) == (0, "")
    assert "2 bestanden" in ran.out
    place = request.getfixturevalue("place")
    ran = run("restore", tmp_path / "kopie.zip")
    assert (ran.code, ran.err) == (0, "")
    assert everything(place) == kept
    back = contents(Folder(tmp_path / "elsewhere" / "files"))
    assert back == contents(files)
    assert sorted(back.values()) == sorted(EVIDENCE)


def test_a_backup_goes_to_another_kind_of_database_and_back(
    made: Path, files: Folder, database_url: str, place: str, tmp_path: Path
) -> None:
    kept = everything(database_url)
    between, there = f"sqlite:///{tmp_path}/tussen.sqlite", Folder(tmp_path / "tussen")
    first = backup.restore(made, between, there)
    assert everything(between) == kept
    engine = database.standalone_engine(between)
    second = backup.make(engine, there, tmp_path / "tweede.zip")
    engine.dispose()
    assert (second.tables, second.files) == (first.tables, first.files)
    backup.restore(tmp_path / "tweede.zip", place, Folder(tmp_path / "last"))
    assert everything(place) == kept


@pytest.mark.example
def test_the_example_comes_back_and_people_log_in(
    database_url: str, engine: Engine, place: str, tmp_path: Path
) -> None:
    backup.make(engine, Folder(tmp_path / "geen"), tmp_path / "kopie.zip")
    backup.restore(tmp_path / "kopie.zip", place, Folder(tmp_path / "files"))
    kept = everything(database_url)
    assert everything(place) == kept
    assert len(kept["answer_version"]) > 1000
    app = create_app(settings_for(place, tmp_path))
    client = Client(app, before=lambda: None)
    client.login(example.shown_accounts()[0][0], PASSWORD)
    assert client.page.has("Uitloggen")
    with app.app_context():
        from app.extensions import db

        db.session.remove()
        db.engine.dispose()


def test_what_is_added_afterwards_gets_new_numbers(made: Path, place: str, tmp_path: Path) -> None:
    backup.restore(made, place, Folder(tmp_path / "elsewhere" / "files"))
    engine = database.standalone_engine(place)
    with Session(engine) as session:
        highest = session.scalar(sa.select(sa.func.max(Person.id)))
        added = factories.person(session)
        answer = session.scalars(sa.select(Answer)).first()
        log = LogEntry(at=AT, action="x", subject="x")
        session.add(log)
        session.commit()
        assert highest is not None
        assert answer is not None
        assert added.id == highest + 1
        assert log.id == session.scalar(sa.select(sa.func.max(LogEntry.id)))
    engine.dispose()


@pytest.mark.parametrize("revision", ["head", "017"])
def test_the_number_of_what_was_taken_away_before_the_backup_is_not_given_after_restoring(
    database_url: str,
    world: World,
    session: Session,
    engine: Engine,
    place: str,
    tmp_path: Path,
    revision: str,
) -> None:
    by = By.through(world.assignments["inspecteur"], AT)
    committee = committees.add(session, CommitteeDetails("Veiligheidsberaad"), by=by)
    meeting = committees.plan(session, committee.id, MeetingDetails(AT.date()), by=by).id
    stays = agendas.add_own(session, meeting, "Opening", None, None, by=by).id
    gone = agendas.add_own(session, meeting, "Brief", None, None, by=by).id
    agendas.remove(session, meeting, gone, by=by)
    session.commit()
    if revision != "head":
        database.downgrade(database_url, revision)
    backup.make(engine, Folder(tmp_path / "geen"), tmp_path / "kopie.zip")
    backup.restore(tmp_path / "kopie.zip", place, Folder(tmp_path / "files"))
    there = database.standalone_engine(place)
    with Session(there) as restored:
        added = agendas.add_own(restored, meeting, "Rondvraag", None, None, by=by).id
        assert stays < gone < added
        restored.rollback()
    there.dispose()


def test_a_backup_of_before_an_upgrade_comes_back_upgraded(
    database_url: str, world: World, session: Session, engine: Engine, place: str, tmp_path: Path
) -> None:
    filled.submit(session, world.dossiers["VR01"], filled.STRONG)
    session.commit()
    kept = everything(database_url)
    database.downgrade(database_url, "001")
    old = backup.make(engine, Folder(tmp_path / "geen"), tmp_path / "oud.zip")
    assert old.revision == "001"
    assert "stored_file" not in old.tables
    assert backup.check(tmp_path / "oud.zip") == old
    backup.restore(tmp_path / "oud.zip", place, Folder(tmp_path / "files"))
    assert everything(place) == kept
    fresh = database.standalone_engine(place)
    assert database.is_current(fresh)
    fresh.dispose()


def test_a_database_without_tables_will_do(made: Path, place: str, database_url: str, tmp_path: Path) -> None:
    database.downgrade(place)
    backup.restore(made, place, Folder(tmp_path / "elsewhere" / "files"))
    assert everything(place) == everything(database_url)


def test_a_database_with_rows_is_refused_and_left_as_it_is(run: Run, made: Path, database_url: str) -> None:
    kept = everything(database_url)
    ran = run("restore", made)
    assert (ran.code, ran.out) == (2, "")
    assert "MEETLAT_FILES_DIR" in ran.err
    assert everything(database_url) == kept


def test_one_row_is_enough_to_refuse(run: Run, made: Path, place: str) -> None:
    engine = database.standalone_engine(place)
    with Session(engine) as session:
        factories.organisation(session)
        session.commit()
    engine.dispose()
    kept = everything(place)
    ran = run("restore", made)
    assert (ran.code, ran.out) == (2, "")
    assert "De database is niet leeg" in ran.err
    assert everything(place) == kept


def test_a_database_of_somebody_else_is_refused(run: Run, made: Path, place: str) -> None:
    database.downgrade(place)
    engine = database.standalone_engine(place)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE voorraad (aantal INTEGER)")
    ran = run("restore", made)
    assert (ran.code, ran.out) == (2, "")
    assert "niet van Meetlat" in ran.err
    assert sorted(sa.inspect(engine).get_table_names()) == ["alembic_version", "voorraad"]
    engine.dispose()


def test_a_database_of_a_newer_meetlat_is_refused(run: Run, made: Path, place: str) -> None:
    engine = database.standalone_engine(place)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '999'")
    engine.dispose()
    ran = run("restore", made)
    assert ran.code == 2
    assert "nieuwere Meetlat" in ran.err


def test_a_file_store_with_files_is_refused(
    run: Run, made: Path, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Folder(tmp_path / "gedeeld")
    monkeypatch.setenv("MEETLAT_FILES_DIR", str(there.path))
    there.put(b"van een ander")
    ran = run("restore", made)
    assert (ran.code, ran.out) == (2, "")
    assert "staan al bestanden" in ran.err
    assert not tables_with_rows(place)
    assert list(contents(there).values()) == [b"van een ander"]


def test_restoring_that_is_broken_off_leaves_nothing_and_can_be_done_again(
    made: Path, place: str, database_url: str, tmp_path: Path
) -> None:
    there = Folder(tmp_path / "elsewhere" / "files")
    seen = []

    def stop(step: str) -> None:
        seen.append(step)
        if step == "signed_answer":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup.restore(made, place, there, tell=stop)
    assert {"check", "files", "answer"} <= set(seen)
    assert not tables_with_rows(place)
    assert contents(there) == {}
    backup.restore(made, place, there)
    assert everything(place) == everything(database_url)


def test_what_the_new_database_refuses_is_told_without_the_row(
    made: Path, place: str, tmp_path: Path
) -> None:
    """SQLite holds text of any length, and PostgreSQL does not: only there is it refused."""
    found = members(made)
    people = rows_of(found, "person")
    people[-1]["name"] = "Anna" * 100
    put_rows(found, "person", people)
    seal(found)
    pack(made, found)
    there = Folder(tmp_path / "elsewhere" / "files")
    if place.startswith("sqlite"):
        backup.restore(made, place, there)
        assert any("AnnaAnna" in str(row) for row in everything(place)["person"])
        return
    with pytest.raises(
        BackupFault, match=r"tabel person, rij 1 tot en met \d+: de database weigert"
    ) as caught:
        backup.restore(made, place, there)
    assert "Anna" not in str(caught.value)
    assert not tables_with_rows(place)
    assert contents(there) == {}
