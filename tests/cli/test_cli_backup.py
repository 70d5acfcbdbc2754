"""`meetlat backup`, `verify` and `restore`: what was there comes back whole, and nothing else goes in."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import backup, create_app, database
from app.backup import BackupFault, archive, checking
from app.backup.files import Files
from app.backup.tables import LEFT_OUT
from surveys import answers, example
from surveys.acting import By
from surveys.answers import Content
from surveys.models import (
    Answer,
    AnswerUpload,
    Base,
    Discussion,
    DiscussionMessage,
    Document,
    DocumentFile,
    DossierTransition,
    HeldPost,
    LogEntry,
    LoginThrottle,
    Person,
    Presence,
    ReturnedQuestion,
    StoredFile,
    UnitLink,
)
from tests import factories, filled
from tests.factories import World
from tests.support import cli
from tests.support.cli import Ran
from tests.support.client import Client
from tests.support.databases import PASSWORD, Databases, settings_for

Run = Callable[..., Ran]
Members = dict[str, bytes]

AT = datetime(2026, 3, 29, 0, 59, 59, 123456, tzinfo=UTC)
"""With microseconds, an hour before the clock changes."""
EVIDENCE = (b"%PDF-1.7 een plattegrond", bytes(range(256)) * 9000)


@pytest.fixture
def environment(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of the Meetlat that is backed up."""
    monkeypatch.setenv("MEETLAT_DATABASE_URL", database_url)
    monkeypatch.setenv("MEETLAT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MEETLAT_SECRET_KEY", "een geheim dat alleen deze test kent en lang genoeg is")


@pytest.fixture
def run(environment: None, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line."""
    return lambda *args: cli.run(capsys, *args)


@pytest.fixture
def files(environment: None, tmp_path: Path) -> Files:
    """The file store of the Meetlat that is backed up."""
    return Files(tmp_path / "data" / "files")


@pytest.fixture
def full(session: Session, world: World, files: Files) -> World:
    """A world with rows in every table, awkward values among them, and two evidence files."""
    filled.submit(session, world.dossiers["VR01"], filled.STRONG)
    filled.submit(session, world.dossiers["RMC-NOORD"], filled.UNSURE)
    dossier, by = world.dossiers["VR02"], world.assignments["ovr.vr02"]
    who = {"person_id": by.person_id, "assignment_id": by.id, "at": AT}
    awkward = 'Één "regel"\nen nog een; \u2028 ’s-Hertogenbosch 🚒 \\u0041 null'
    saved = answers.save(
        session, dossier, "1.1-01", Content("nee", note=awkward), by=By.through(by, AT), seen_version=0
    )
    answers.save(session, dossier, "1.1-02", Content(2.5), by=By.through(by, AT), seen_version=0)
    answers.save(session, dossier, "1.1-01", Content("ja"), by=By.through(by, AT), seen_version=1)
    assert saved is not None
    transition = DossierTransition(dossier_id=dossier.id, from_state="a", to_state="b", reason=awkward, at=AT)
    thread = Discussion(dossier_id=dossier.id, question="1.1-01", waits_for="contactpersoon")
    session.add_all([transition, thread])
    session.flush()
    session.add_all(
        [
            ReturnedQuestion(transition_id=transition.id, question="1.1-01"),
            DiscussionMessage(discussion_id=thread.id, text=awkward, settles=False, **who),
            DiscussionMessage(discussion_id=thread.id, text="", settles=True, **who),
            HeldPost(
                key="k" * 64, person_id=by.person_id, dossier_id=dossier.id, endpoint="x", at=AT,
                arguments={}, fields=[["a", "1"], ["a", "\ud800 \u0001"]],
            ),
            AnswerUpload(dossier_id=dossier.id, filename="é.xlsx", answers={"1.1": {"value": None}}, **who),
            LoginThrottle(key="f" * 64, failures=3, last_failure_at=AT, locked_until=None),
            LogEntry(at=AT, action="x", subject="x", detail={"diep": [1, 2.5, 1e-9, None, True, {}]}),
            Presence(tab="t", dossier_id=1, person_id=1, assignment_id=1, seen_at=AT),
            UnitLink(
                unit_id=world.units["VR01"].id, parent_id=world.units["RMC-NOORD"].id,
                valid_from=factories.LONG_AGO,
            ),
        ]
    )  # fmt: skip
    for number, content in enumerate(EVIDENCE):
        document = Document(dossier_id=dossier.id, title=f"D{number}", added_by_id=by.person_id, added_at=AT)
        session.add_all([document, stored(content, files)])
        session.flush()
        kept = session.scalars(sa.select(StoredFile).order_by(StoredFile.id.desc())).first()
        assert kept is not None
        session.add(DocumentFile(document_id=document.id, file_id=kept.id, filename="een bestand.pdf", **who))
    session.commit()
    return world


def stored(content: bytes, files: Files) -> StoredFile:
    """A file that is kept, and its row."""
    sha256 = hashlib.sha256(content).hexdigest()
    files.put(sha256, [content])
    return StoredFile(sha256=sha256, size=len(content), kind="pdf", stored_at=AT)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on the database that is backed up."""
    made = database.standalone_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def made(engine: Engine, full: World, files: Files, tmp_path: Path) -> Path:
    """A backup of `full`."""
    backup.make(engine, files, tmp_path / "kopie.zip")
    return tmp_path / "kopie.zip"


@pytest.fixture
def place(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty, migrated database of the kind that is tested, which commands use once it is asked for."""
    url = databases.make("empty")
    monkeypatch.setenv("MEETLAT_DATABASE_URL", url)
    monkeypatch.setenv("MEETLAT_DATA_DIR", str(tmp_path / "elsewhere"))
    yield url
    databases.drop(url)


def everything(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables that a backup holds, and for JSON whether it is absent in the database too."""
    engine = database.standalone_engine(url)
    found = {}
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in LEFT_OUT:
                absent = [column.is_(None) for column in table.columns if isinstance(column.type, sa.JSON)]
                rows = connection.execute(sa.select(table, *absent).order_by(*table.primary_key))
                found[table.name] = [tuple(row) for row in rows]
    engine.dispose()
    return found


def contents(files: Files) -> dict[str, bytes]:
    """Every file in a file store, by its path there."""
    return {
        str(path.relative_to(files.path)): path.read_bytes()
        for path in files.path.rglob("*")
        if path.is_file()
    }


def members(path: Path) -> Members:
    """What is in a zip."""
    with zipfile.ZipFile(path) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def pack(path: Path, found: Members) -> None:
    """Make a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in found.items():
            zipped.writestr(name, content)


def seal(found: Members, **changes: object) -> None:
    """Make the manifest fit to what there is, as somebody would who wants to deceive."""
    manifest = json.loads(found["manifest.json"])
    manifest["tables"] = {
        name.removeprefix("tables/").removesuffix(".jsonl"): {
            "rows": content.count(b"\n"),
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        for name, content in found.items()
        if name.startswith("tables/")
    }
    manifest["files"] = {name[6:]: len(found[name]) for name in found if name.startswith("files/")}
    manifest |= changes
    found["manifest.json"] = json.dumps(manifest).encode()
    found["manifest.sha256"] = hashlib.sha256(found["manifest.json"]).hexdigest().encode()


def rows_of(found: Members, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in found[f"tables/{table}.jsonl"].splitlines()]


def put_rows(found: Members, table: str, rows: list[dict[str, Any]]) -> None:
    found[f"tables/{table}.jsonl"] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)


# What comes back


def test_every_table_has_rows_to_compare(full: World, database_url: str) -> None:
    assert [name for name, rows in everything(database_url).items() if not rows] == []


def test_everything_comes_back_as_it_was(
    run: Run, full: World, files: Files, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    kept = everything(database_url)
    ran = run("backup", tmp_path / "kopie.zip")
    assert (ran.code, ran.err) == (0, "")
    assert "2 bestanden" in ran.out
    place = request.getfixturevalue("place")
    ran = run("restore", tmp_path / "kopie.zip")
    assert (ran.code, ran.err) == (0, "")
    assert everything(place) == kept
    back = contents(Files(tmp_path / "elsewhere" / "files"))
    assert back == contents(files)
    assert sorted(back.values()) == sorted(EVIDENCE)


def test_a_backup_goes_to_another_kind_of_database_and_back(
    made: Path, files: Files, database_url: str, place: str, tmp_path: Path
) -> None:
    kept = everything(database_url)
    between, there = f"sqlite:///{tmp_path}/tussen.sqlite", Files(tmp_path / "tussen")
    first = backup.restore(made, between, there)
    assert everything(between) == kept
    engine = database.standalone_engine(between)
    second = backup.make(engine, there, tmp_path / "tweede.zip")
    engine.dispose()
    assert (second.tables, second.files) == (first.tables, first.files)
    backup.restore(tmp_path / "tweede.zip", place, Files(tmp_path / "last"))
    assert everything(place) == kept


@pytest.mark.example
def test_the_example_comes_back_and_people_log_in(
    database_url: str, engine: Engine, place: str, tmp_path: Path
) -> None:
    backup.make(engine, Files(tmp_path / "geen"), tmp_path / "kopie.zip")
    backup.restore(tmp_path / "kopie.zip", place, Files(tmp_path / "files"))
    kept = everything(database_url)
    assert everything(place) == kept
    assert len(kept["answer_version"]) > 1000
    app = create_app(settings_for(place, tmp_path))
    client = Client(app, before=lambda: None)
    client.login(example.SHOWN_ACCOUNTS[0][0], PASSWORD)
    assert client.page.has("Uitloggen")
    with app.app_context():
        from app.extensions import db

        db.session.remove()
        db.engine.dispose()


def test_what_is_added_afterwards_gets_new_numbers(made: Path, place: str, tmp_path: Path) -> None:
    backup.restore(made, place, Files(tmp_path / "elsewhere" / "files"))
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


def test_a_backup_of_before_an_upgrade_comes_back_upgraded(
    database_url: str, world: World, session: Session, engine: Engine, place: str, tmp_path: Path
) -> None:
    filled.submit(session, world.dossiers["VR01"], filled.STRONG)
    session.commit()
    kept = everything(database_url)
    database.downgrade(database_url, "001")
    old = backup.make(engine, Files(tmp_path / "geen"), tmp_path / "oud.zip")
    assert old.revision == "001"
    assert "stored_file" not in old.tables
    assert backup.check(tmp_path / "oud.zip") == old
    backup.restore(tmp_path / "oud.zip", place, Files(tmp_path / "files"))
    assert everything(place) == kept
    fresh = database.standalone_engine(place)
    assert database.is_current(fresh)
    fresh.dispose()


def test_a_database_without_tables_will_do(made: Path, place: str, database_url: str, tmp_path: Path) -> None:
    database.downgrade(place)
    backup.restore(made, place, Files(tmp_path / "elsewhere" / "files"))
    assert everything(place) == everything(database_url)


# Making one


def test_whoever_writes_meanwhile_is_wholly_in_or_wholly_out(
    full: World, session: Session, engine: Engine, files: Files, tmp_path: Path
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
    full: World, session: Session, engine: Engine, files: Files, tmp_path: Path
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
    run: Run, full: World, files: Files, tmp_path: Path, content: bytes | None, words: str
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


# Looking one over


def test_verify_tells_what_is_in_it(run: Run, made: Path, database_url: str) -> None:
    kept = everything(database_url)
    ran = run("verify", made)
    assert (ran.code, ran.err) == (0, "")
    lines = [line.split() for line in ran.out.splitlines()]
    assert ["stored_file", "2"] in lines
    told = [line for line in lines if line[0] in {*kept, "presence"}]
    assert told == [[name, str(len(rows))] for name, rows in sorted(kept.items())]
    assert "versie van de database: 002" in ran.out
    assert ran.out.splitlines()[-1].startswith(f"{made}: in orde")


def test_verify_tells_every_part_that_is_spoilt(run: Run, made: Path) -> None:
    found = members(made)
    found["tables/unit.jsonl"] = found["tables/unit.jsonl"].replace(b"VR01", b"VR09")
    found["tables/organisation.jsonl"] = found["tables/organisation.jsonl"].replace(b"INSP", b"insp")
    pack(made, found)
    ran = run("verify", made)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) >= 2
    assert "tabel unit is beschadigd of gewijzigd" in ran.err
    assert "tabel organisation is beschadigd of gewijzigd" in ran.err


def spoil_table(found: Members) -> None:
    found["tables/person.jsonl"] = found["tables/person.jsonl"].replace(b"Ovr", b"Rvo")


def spoil_file(found: Members) -> None:
    name = next(name for name in found if name.startswith("files/"))
    found[name] = found[name][:-1] + b"!"


def spoil_manifest(found: Members) -> None:
    found["manifest.json"] = found["manifest.json"].replace(b'"rows": 1,', b'"rows": 2,', 1)


def drop_member(found: Members) -> None:
    del found["tables/unit.jsonl"]


def drop_row(found: Members) -> None:
    first, rest = found["tables/unit.jsonl"].split(b"\n", 1)
    found["tables/unit.jsonl"] = rest + b" " * (len(first) + 1)


def add_path(found: Members) -> None:
    found["../../etc/cron.d/meetlat"] = b"* * * * * root true"


def add_file(found: Members) -> None:
    found["files/" + "0" * 64] = b"nog een"


def add_file_row(found: Members) -> None:
    add_file(found)
    sha256 = hashlib.sha256(b"nog een").hexdigest()
    found[f"files/{sha256}"] = found.pop("files/" + "0" * 64)
    seal(found)


def foreign_format(found: Members) -> None:
    seal(found, format="iets anders")


def newer_format(found: Members) -> None:
    seal(found, version=2)


def newer_schema(found: Members) -> None:
    seal(found, revision="999")


def no_moment(found: Members) -> None:
    seal(found, made_at="gisteren")


def unknown_table(found: Members) -> None:
    found["tables/geheim.jsonl"] = b"{}\n"
    seal(found)


def wrong_table_name(found: Members) -> None:
    found["tables/../../x.jsonl"] = b"{}\n"
    seal(found)


def missing_table(found: Members) -> None:
    del found["tables/presence_x.jsonl" if "tables/presence_x.jsonl" in found else "tables/held_post.jsonl"]
    seal(found)


def change_row(table: str, **changes: object) -> Callable[[Members], None]:
    def change(found: Members) -> None:
        rows = rows_of(found, table)
        rows[-1] |= changes
        put_rows(found, table, rows)
        seal(found)

    return change


def missing_column(found: Members) -> None:
    rows = rows_of(found, "unit")
    del rows[0]["code"]
    put_rows(found, "unit", rows)
    seal(found)


def no_json(found: Members) -> None:
    found["tables/unit.jsonl"] += b"{geen json}\n"
    seal(found)


def deep_json(found: Members) -> None:
    found["tables/unit.jsonl"] += b"[" * 200_000 + b"\n"
    seal(found)


def long_row(found: Members) -> None:
    found["tables/unit.jsonl"] += b" " * (archive.LONGEST_ROW + 1) + b"\n"
    seal(found)


def other_size(found: Members) -> None:
    manifest = json.loads(found["manifest.json"])
    manifest["tables"]["unit"]["size"] += 1
    found["manifest.json"] = json.dumps(manifest).encode()
    found["manifest.sha256"] = hashlib.sha256(found["manifest.json"]).hexdigest().encode()


SPOILT = [
    (spoil_table, "tabel person is beschadigd of gewijzigd"),
    (spoil_file, "is beschadigd of gewijzigd: de controlesom klopt niet"),
    (spoil_manifest, "de inhoudsopgave is beschadigd of gewijzigd"),
    (drop_member, "tables/unit.jsonl ontbreekt"),
    (drop_row, "tabel unit, rij"),
    (add_path, "hierin hoort niet '../../etc/cron.d/meetlat'"),
    (add_file, "hierin hoort niet 'files/000"),
    (add_file_row, "ontbreekt bij de tabel stored_file"),
    (foreign_format, "geen (hele) reservekopie"),
    (newer_format, "een vorm die deze Meetlat niet kent"),
    (newer_schema, "van een nieuwere Meetlat dan deze"),
    (no_moment, "de inhoudsopgave is beschadigd"),
    (unknown_table, "de tabel geheim is onbekend"),
    (wrong_table_name, "de inhoudsopgave is beschadigd"),
    (missing_table, "de tabel held_post ontbreekt"),
    (change_row("unit", geheim=1), "de kolom 'geheim' is onbekend"),
    (missing_column, "de kolom code ontbreekt"),
    (change_row("person", active="ja"), "active heeft een waarde die daar niet past"),
    (change_row("person", id=2**70), "id heeft een waarde die daar niet past"),
    (change_row("person", created_at="2013-02-01T09:00:00"), "created_at heeft een waarde"),
    (change_row("assignment", valid_from="1 mei"), "valid_from heeft een waarde"),
    (change_row("person", name=None), "de database weigert dit (NOT NULL"),
    (change_row("person", id=1), "de database weigert dit (UNIQUE"),
    (change_row("answer", dossier_id=4711), "tabel answer verwijst naar een rij in dossier die er niet is"),
    (change_row("stored_file", size=3), "is niet zo groot als in de tabel stored_file staat"),
    (no_json, "is niet te lezen"),
    (deep_json, "is niet te lezen"),
    (long_row, "is te groot"),
    (other_size, "tables/unit.jsonl is niet zo groot als de inhoudsopgave zegt"),
]


@pytest.mark.parametrize(("spoil", "words"), SPOILT)
def test_a_spoilt_backup_is_refused_by_verify_and_restore(
    run: Run, made: Path, place: str, tmp_path: Path, spoil: Callable[[Members], None], words: str
) -> None:
    found = members(made)
    spoil(found)
    pack(made, found)
    for command in ("verify", "restore"):
        ran = run(command, made)
        assert (ran.code, ran.out) == (2, "")
        assert words in ran.err
        assert ran.err.startswith(str(made))
        assert len(ran.err.splitlines()) == 1
    assert not any(everything(place).values())
    assert contents(Files(tmp_path / "elsewhere" / "files")) == {}


def as_text(content: bytes) -> bytes:
    return b"geen zip"


def as_nothing(content: bytes) -> bytes:
    return b""


def as_half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def as_other_zip(content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        zipped.writestr("word/document.xml", "<w/>")
    return made.getvalue()


def as_torn(content: bytes) -> bytes:
    """A byte of the compressed rows changed."""
    at = content.index(b"tables/answer.jsonl") + 60
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (as_text, "geen (hele) reservekopie"),
        (as_nothing, "geen (hele) reservekopie"),
        (as_half, "geen (hele) reservekopie"),
        (as_other_zip, "geen (hele) reservekopie"),
        (as_torn, "tabel answer"),
    ],
)
def test_a_file_that_is_no_whole_backup_is_refused(
    run: Run, made: Path, change: Callable[[bytes], bytes], words: str
) -> None:
    made.write_bytes(change(made.read_bytes()))
    ran = run("verify", made)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert len(ran.err.splitlines()) == 1


def test_parts_with_the_same_name_are_refused(run: Run, made: Path) -> None:
    with zipfile.ZipFile(made, "a") as zipped, pytest.warns(UserWarning, match="Duplicate name"):
        zipped.writestr("tables/unit.jsonl", zipped.read("tables/unit.jsonl"))
    ran = run("verify", made)
    assert ran.code == 2
    assert "hierin hoort niet 'tables/unit.jsonl'" in ran.err


def test_a_backup_for_which_there_is_no_room_is_refused(
    run: Run, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = checking.shutil.disk_usage(made.parent)._replace(free=1000)
    monkeypatch.setattr(checking.shutil, "disk_usage", lambda folder: room)
    ran = run("verify", made)
    assert ran.code == 2
    assert "TMPDIR" in ran.err


def test_a_file_that_is_not_there_is_told(run: Run, tmp_path: Path) -> None:
    for name in ("weg.zip", "."):
        ran = run("verify", tmp_path / name)
        assert ran.code == 2
        assert "kan niet worden gelezen" in ran.err


# Putting one back


def test_a_database_with_rows_is_refused_and_left_as_it_is(run: Run, made: Path, database_url: str) -> None:
    kept = everything(database_url)
    ran = run("restore", made)
    assert (ran.code, ran.out) == (2, "")
    assert "MEETLAT_DATA_DIR" in ran.err
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


def test_a_file_store_with_files_is_refused(run: Run, made: Path, place: str, tmp_path: Path) -> None:
    there = Files(tmp_path / "elsewhere" / "files")
    there.put("1" * 64, [b"van een ander"])
    ran = run("restore", made)
    assert (ran.code, ran.out) == (2, "")
    assert "staan al bestanden" in ran.err
    assert not any(everything(place).values())
    assert list(contents(there).values()) == [b"van een ander"]


def test_restoring_that_is_broken_off_leaves_nothing_and_can_be_done_again(
    made: Path, place: str, database_url: str, tmp_path: Path
) -> None:
    there = Files(tmp_path / "elsewhere" / "files")
    seen = []

    def stop(step: str) -> None:
        seen.append(step)
        if step == "signed_answer":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup.restore(made, place, there, tell=stop)
    assert {"check", "files", "answer"} <= set(seen)
    assert not any(everything(place).values())
    assert contents(there) == {}
    backup.restore(made, place, there)
    assert everything(place) == everything(database_url)


def test_what_the_new_database_refuses_is_told_without_the_row(
    made: Path, place: str, tmp_path: Path
) -> None:
    """SQLite holds text of any length, and PostgreSQL does not: only there is it refused."""
    found = members(made)
    change_row("person", name="Anna" * 100)(found)
    pack(made, found)
    there = Files(tmp_path / "elsewhere" / "files")
    if place.startswith("sqlite"):
        backup.restore(made, place, there)
        assert any("AnnaAnna" in str(row) for row in everything(place)["person"])
        return
    with pytest.raises(
        BackupFault, match=r"tabel person, rij 1 tot en met \d+: de database weigert"
    ) as caught:
        backup.restore(made, place, there)
    assert "Anna" not in str(caught.value)
    assert not any(everything(place).values())
    assert contents(there) == {}
