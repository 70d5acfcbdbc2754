"""Terms: a measurement goes as a whole, after its archive, before two pairs of eyes, and leaves a record."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import cache, database
from app.archive.gathering import gather
from app.archive.layout import owned
from app.retention.words import NOUNS
from app.tasks.worker import run_now
from surveys import answers, checking, evidence, overview, retention, running, sealing
from surveys.acting import By
from surveys.answers import Content
from surveys.errors import MeasurementDestroyed, Refused
from surveys.filestore import Folder
from surveys.measurements import DESTROYED
from surveys.models import (
    Base,
    Destruction,
    KeptArchive,
    LogEntry,
    Measurement,
    Point,
    RetentionTerm,
    StoredFile,
    Task,
)
from surveys.reading_log import words
from tests import factories, filled
from tests.backup.conftest import environment, files, full, run
from tests.backup.whole import with_full
from tests.factories import World
from tests.support.backups import everything
from tests.support.cli import Ran
from tests.support.client import Client
from tests.support.files import pdf

__all__ = ["environment", "files", "full", "run", "with_full"]

Run = Callable[..., Ran]
PAGE = "/beheer/bewaartermijnen"
LONG_AGO = date(2012, 1, 1)
AT = datetime(2013, 6, 1, 9, 0, tzinfo=UTC)
MIGRATION = Path(database.MIGRATIONS) / "versions" / "011_retention.py"


@pytest.fixture
def second(world: World, session: Session) -> By:
    """Another beheerder."""
    whose = factories.person(session, "Tweede Beheerder", "beheerder.twee@voorbeeld.nl")
    held = factories.assignment(session, "beheerder", whose=whose)
    session.commit()
    return By.through(held, AT)


@pytest.fixture
def first(world: World) -> By:
    """The beheerder."""
    return By.through(world.assignments["beheerder"], AT)


def archived(session: Session, measurement: Measurement, by: By, keep_until: date = LONG_AGO) -> KeptArchive:
    """A measurement whose term is over and whose archive is kept elsewhere."""
    retention.set_term(session, measurement, keep_until=keep_until, years=None, ground="Lijst 12", by=by)
    return retention.keep_archive(
        session,
        measurement,
        sha256="a" * 64,
        size=12,
        contents=retention.contents_of(session, measurement),
        place="e-depot 7",
        by=by,
    )


def paths_to_measurements() -> set[str]:
    """Every table that refers to a measurement, or to a row that does."""
    found = {"measurement"}
    for table in Base.metadata.sorted_tables:
        if any(key.column.table.name in found for key in table.foreign_keys):
            found.add(table.name)
    return found - {"measurement"}


def test_of_every_table_it_is_known_whether_it_goes() -> None:
    of_points = {name for name in paths_to_measurements() if _leads_to(name, {"point", "origin"})}
    known = retention.OWNERS.keys() | retention.STAYS | of_points
    assert paths_to_measurements() | {"presence"} == known
    assert owned() - {"measurement"} <= retention.OWNERS.keys()
    assert NOUNS.keys() == retention.OWNERS.keys()
    for name, (column, owner) in retention.OWNERS.items():
        keys = Base.metadata.tables[name].c[column].foreign_keys
        assert name == "presence" or owner in {key.column.table.name for key in keys}


def _leads_to(name: str, above: set[str]) -> bool:
    keys = Base.metadata.tables[name].foreign_keys
    parents = {key.column.table.name for key in keys} - {name}
    return name in above or any(_leads_to(parent, above) for parent in parents)


def test_all_of_it_goes_and_nothing_of_anybody_else(
    session: Session, full: World, files: Folder, database_url: str, first: By, second: By
) -> None:
    other = factories.measurement(session, code="andere", year=2020)
    stays = factories.dossier(session, other, full.units["VR01"])
    filled.submit(session, stays, filled.WEAK)
    point = session.scalars(select(Point).order_by(Point.id)).first()
    mine = session.scalars(select(Measurement).where(Measurement.code == "proefmeting")).one()
    task = session.scalars(select(Task)).one()
    task.arguments = {"measurement": mine.id}
    by = By.through(full.assignments["ovr.vr02"], AT)
    paper = evidence.look_at("plan.pdf", pdf(), largest=10**6)
    evidence.add(session, files, full.dossiers["VR02"], "Alleen hier", paper, by=by)
    archived(session, mine, first)
    session.commit()
    before = everything(database_url)
    shas = set(files.names())

    made = retention.destroy(session, mine, code="proefmeting", by=second)
    session.commit()
    evidence.sweep(session, files)
    session.commit()
    after = everything(database_url)

    for name in retention.OWNERS.keys() & before.keys():
        table = Base.metadata.tables[name]
        assert session.scalar(select(sa.func.count()).where(retention.rows_of(table, mine))) == 0, name
        assert len(before[name]) - len(after[name]) == made.gone.get(name, {"count": 0})["count"], name
        assert [row for row in after[name] if row not in before[name]] == [], name
    changed = {name for name in before.keys() - retention.OWNERS.keys() if before[name] != after[name]}
    assert changed <= {"measurement", "destruction", "task", "log_entry", "stored_file", "point"}
    assert point is not None
    session.expire_all()
    assert point.recommendation_id is None
    assert (made.ground, made.archive.sha256, made.person_id) == ("Lijst 12", "a" * 64, second.person_id)
    assert (mine.state, mine.name, mine.question) == (DESTROYED, "Proefmeting", None)
    named = set(session.scalars(select(StoredFile.sha256)))
    assert set(files.names()) == named < shas
    assert list(retention.half_destroyed(session)) == []


def test_what_is_broken_off_leaves_everything(
    session: Session, full: World, database_url: str, first: By, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = session.scalars(select(Measurement).where(Measurement.code == "proefmeting")).one()
    archived(session, mine, first)
    session.commit()
    before = everything(database_url)
    delete = retention._delete

    def breaks(session: Session, table: sa.Table, *rest: Any) -> None:
        if table.name == "answer":
            raise OSError("the power went")
        delete(session, table, *rest)

    monkeypatch.setattr(retention, "_delete", breaks)
    with pytest.raises(OSError, match="power"):
        retention.destroy(session, mine, code="proefmeting", by=first)
    session.rollback()
    assert everything(database_url) == before


def append_only() -> list[str]:
    """The append-only tables with rows of a measurement."""
    spec = importlib.util.spec_from_file_location("retention_migration", MIGRATION)
    assert spec is not None
    assert spec.loader is not None
    migration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)
    return [*migration.OWNED]


def test_the_database_lets_nothing_go_without_a_record(session: Session, full: World, first: By) -> None:
    tables = append_only()
    for name in [*tables, "retention_term", "kept_archive", "destruction"]:
        asked = [f"DELETE FROM {name}"]
        if session.get_bind().dialect.name == "postgresql":
            asked.append(f"TRUNCATE {name} CASCADE")
        for each in asked:
            assert session.scalar(sa.text(f"SELECT count(*) FROM {name}")), name
            with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
                session.execute(sa.text(each))
    other = factories.measurement(session, code="andere", year=2020)
    kept = archived(session, other, first)
    session.add(Destruction(measurement_id=other.id, archive_id=kept.id, ground="x", gone={}, at=AT))
    session.flush()  # a record of another measurement opens nothing
    for name in tables:
        with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
            session.execute(sa.text(f"DELETE FROM {name}"))


def test_there_is_no_record_without_an_archive_of_the_same_measurement(
    session: Session, world: World, first: By
) -> None:
    kept = archived(session, factories.measurement(session, code="andere", year=2020), first)
    session.add(
        Destruction(measurement_id=world.measurement.id, archive_id=kept.id, ground="x", gone={}, at=AT)
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_noting_an_archive_down_changes_no_archive(session: Session, world: World, first: By) -> None:
    number = world.measurement.id
    before = gather(session.connection(), number)
    archived(session, world.measurement, first)
    assert gather(session.connection(), number) == before


def test_each_thing_that_stands_in_the_way_is_named(
    session: Session, world: World, first: By, second: By
) -> None:
    row, kept = world.measurement, {"sha256": "a" * 64, "size": 1, "place": "e-depot", "by": first}

    def refused(by: By = first, code: str = "proefmeting") -> str:
        with pytest.raises(Refused) as caught:
            retention.destroy(session, row, code=code, by=by)
        return str(caught.value)

    def term(**given: Any) -> RetentionTerm:
        return retention.set_term(
            session, row, **{"keep_until": None, "years": None, "ground": "x", "by": first} | given
        )

    assert "geen bewaartermijn" in refused()
    for wrong in (
        {}, {"years": 1, "keep_until": LONG_AGO}, {"years": 101}, {"years": 1, "ground": " "},
    ):  # fmt: skip
        with pytest.raises(Refused):
            term(**wrong)
    term(years=5)
    assert "nog niet gepubliceerd" in refused()
    term(keep_until=date(2013, 6, 2))
    assert "loopt nog, tot 02-06-2013" in refused()
    contents = retention.contents_of(session, row)
    with pytest.raises(Refused, match="loopt nog"):
        retention.keep_archive(session, row, contents=contents, **kept)
    term(keep_until=date(2013, 6, 1))
    assert "Maak eerst het archief" in refused()
    with pytest.raises(Refused, match="gewijzigd"):
        retention.keep_archive(session, row, contents="c" * 64, **kept)
    retention.keep_archive(session, row, contents=contents, **kept)
    assert "andere beheerder" in refused(first)
    assert "Typ de code" in refused(second, "andere")
    by = By.through(world.assignments["ovr.vr01"], AT)
    answers.save(session, world.dossiers["VR01"], "1.1-01", Content("ja"), by=by, seen_version=0)
    assert "gewijzigd nadat het archief" in refused(second)
    second_account = session.get_one(type(world.person("beheerder")), second.person_id)
    second_account.active = False
    session.flush()
    assert "gewijzigd nadat het archief" in refused(first)  # the only beheerder may: nobody else can


def test_a_term_in_years_begins_with_the_publication(session: Session, world: World, first: By) -> None:
    row = world.measurement
    for old, new in running.STEPS:
        if new == "gepubliceerd":
            session.add(
                running.MeasurementTransition(
                    measurement_id=row.id,
                    from_state=old,
                    to_state=new,
                    at=datetime(2012, 2, 28, 23, 30, tzinfo=UTC),
                )
            )
    retention.set_term(session, row, keep_until=None, years=1, ground="x", by=first)
    kept = retention.of(session, row, date(2013, 2, 28))
    assert (kept.until, kept.state) == (date(2013, 3, 1), "loopt")
    assert retention.of(session, row, date(2013, 3, 1)).state == "verstreken"


def test_the_whole_way_on_the_pages(
    session: Session, world: World, app: Flask, client: Client, login: Callable[[str], None], second: By,
    run: Run, tmp_path: Path,
) -> None:  # fmt: skip
    filled.submit(session, world.dossiers["VR01"], filled.STRONG)
    session.commit()
    login("beheerder")
    one = f"{PAGE}/proefmeting"
    assert client.get(PAGE).has("Geen termijn")
    client.get(one)
    client.submit({"ground": "Lijst 12"}, button="Bewaartermijn opslaan", status=422)
    client.submit({"keep_until": "2012-01-01"}, button="Bewaartermijn opslaan")
    assert client.get("/").has("1 meting wacht op archiveren")
    client.get(one)
    client.submit(button="Archief maken")
    task = session.scalars(select(Task)).one()
    number, key = task.id, task.key
    session.commit()
    with app.app_context():
        assert run_now(number).state == "done"
    file = tmp_path / "archief.json"
    file.write_bytes(client.get(f"/taken/{number}/bestand").data)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    ran = run("retention", "verify", file)
    assert (ran.code, sha256 in ran.out) == (0, True)
    client.get(one)
    store = "Vastleggen dat het archief veilig is"
    assert client.submit({"place": "e-depot 7", "sha256": "a" * 64}, button=store, status=422).has(
        "niet het kenmerk"
    )
    client.submit({"sha256": sha256}, button=store)
    assert client.get(f"{one}/vernietigen").has("Vernietigen doet een andere beheerder")

    client.logout()
    login("beheerder.twee")
    client.get(f"{one}/vernietigen")
    page = client.submit({"code": "proef"}, button="Meting vernietigen", status=422)
    assert page.one("#code")["value"] == "proef"
    page = client.submit({"code": "proefmeting"}, button="Meting vernietigen")
    assert page.has("Deze meting is vernietigd op")
    assert page.has("e-depot 7")
    with app.app_context():
        assert cache.current().get(key) is None

    client.logout()
    login("inspecteur")
    assert not client.get("/metingen").has("Proefmeting")
    for path in ("/metingen/proefmeting", "/metingen/proefmeting/respons"):
        assert client.get(path, status=410).h1 == "Deze meting is vernietigd"
    client.logout()
    login("ovr.vr01")
    assert not client.get("/").has("Proefmeting")
    client.get("/dossier/proefmeting/VR01", status=410)

    session.expire_all()
    with pytest.raises(MeasurementDestroyed):
        overview.measurement_by_code(session, "proefmeting")
    assert overview.code_taken(session, "proefmeting")
    wrong = [each for each in checking.run(session, Folder(tmp_path / "none")) if each.count]
    assert wrong == []
    sealing.seal(session, AT)
    assert sealing.verify(session).broken is None
    told = session.scalars(select(LogEntry.action).where(LogEntry.action.like("retention.%"))).all()
    assert told == ["retention.set", "retention.archive", "retention.destroy"]
    assert [words(each) for each in told] == [
        "Bewaartermijn: ingesteld", "Bewaartermijn: archief elders bewaard", "Bewaartermijn: vernietigd",
    ]  # fmt: skip


def test_half_of_a_destruction_is_found(session: Session, world: World, first: By) -> None:
    world.measurement.state = DESTROYED
    session.flush()
    found = {each.check.name: each.examples for each in checking.run(session, Folder(Path("/none")))}
    assert found["vernietigd"] == (f"meting {world.measurement.id}",)


def test_the_command_line_goes_the_whole_way(
    run: Run, session: Session, world: World, tmp_path: Path
) -> None:
    session.commit()
    file, by = tmp_path / "archief.json", ("--by", "beheerder@voorbeeld.nl")
    assert (
        "geen beheerder"
        in run(
            "retention",
            "set",
            "proefmeting",
            "--until",
            "2012-01-01",
            "--ground",
            "x",
            "--by",
            "ovr.vr01@voorbeeld.nl",
        ).err
    )
    assert (
        run("retention", "set", "proefmeting", "--until", "2012-01-01", "--ground", "Lijst 12", *by).code == 0
    )
    assert "Verstreken" in run("retention", "list").out
    ran = run("retention", "archive", "proefmeting", file, "--place", "e-depot", *by)
    assert (ran.code, hashlib.sha256(file.read_bytes()).hexdigest() in ran.out) == (0, True)
    assert "bestaat al" in run("retention", "archive", "proefmeting", file, "--place", "x", *by).err
    assert "Typ de code" in run("retention", "destroy", "proefmeting", "--code", "proef", *by).err
    ran = run("retention", "destroy", "proefmeting", "--code", "proefmeting", *by)
    assert (ran.code, "is vernietigd" in ran.out) == (0, True)
    assert run("export", "measurement", "proefmeting", tmp_path / "weg.json").code == 2
    assert "vernietigd, omdat" in run("export", "measurement", "proefmeting", tmp_path / "weg.json").err
