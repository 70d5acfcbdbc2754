"""`meetlat check`: every fault that is planted behind Meetlat's back is found, and named for what it is."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import checking, evidence, log, told
from surveys.acting import By
from surveys.filestore import Folder
from surveys.judging import About
from surveys.models import (
    Assignment,
    Base,
    Dossier,
    JudgementVersion,
    LogEntry,
    Measurement,
    PackedAnswers,
    Person,
    Point,
    PointVersion,
    ReportVersion,
    StoredFile,
)
from tests import factories, filled
from tests.judge import conftest as judged
from tests.support import cli, files, stages
from tests.support.cli import Ran

Run = Callable[[], Ran]
PAPER = files.pdf()
CHANGED = re.compile(r"^(?:UPDATE|INSERT INTO|DELETE FROM) (\w+)")


def _make(session: Session) -> None:
    """A confirmed judgement, a point with a measure under it, a report, and the row of a file."""
    world = factories.World(session)
    by = By.through(world.assignments["ovr.vr01"], filled.AT)
    dossier = world.dossiers["VR01"]
    with TemporaryDirectory() as folder:  # the bytes are for each test to put where it looks
        paper = evidence.look_at("plan.pdf", PAPER, largest=len(PAPER))
        evidence.add(session, Folder(Path(folder)), dossier, "Het plan", paper, by=by)
    filled.submit(session, dossier, filled.STRONG)
    _judge(session, dossier, world.assignments["inspecteur"])
    above = _point(session, None)
    _point(session, above.id)
    _report(session, world.measurement, world.assignments["inspecteur"])
    session.execute(sa.delete(PackedAnswers))  # need not be there: tests/picture has the check of it


def _judge(session: Session, dossier: Dossier, first: Assignment) -> None:
    """A judgement in three steps: written, offered, confirmed by somebody else."""
    writer = By.through(first, judged.AT)
    second = By.through(factories.inspector(session, "inspecteur.twee"), judged.AT)
    judged.advance(session, dossier, writer)
    judged.confirm(session, About.of(dossier, "1.1"), writer, second)


def _report(session: Session, measurement: Measurement, maker: Assignment) -> None:
    made = ReportVersion(
        measurement_id=measurement.id,
        number=1,
        state="concept",
        content="{}",
        basis="[]",
        sha256=_sha256("{}\n[]"),
        made_by_id=maker.person_id,
        made_as_id=maker.id,
        made_at=filled.AT,
    )
    session.add(made)
    session.flush()
    by = By.through(maker, filled.AT)
    about = {"measurement": measurement.id, "sha256": made.sha256}
    log.write(session, "report.freeze", by, "report_version", made.id, **about)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _point(session: Session, parent: int | None) -> Point:
    words = {"kind": "maatregel", "title": "Een punt", "text": "Een punt.", "addressee": "Iemand"}
    made = Point(**words, parent_id=parent, place=1, version=1, at=filled.AT)
    session.add(made)
    session.flush()
    session.add(PointVersion(point_id=made.id, version=1, content={}, at=filled.AT))
    return made


with_checked = stages.declare("checked", _make)


@pytest.fixture
def store(with_checked: None, tmp_path: Path) -> Folder:
    """The file store, with the one file that there is."""
    made = Folder(tmp_path / "data" / "files")
    made.put(PAPER)
    return made


@pytest.fixture
def run(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """The command, on this test's database."""
    monkeypatch.setenv("MEETLAT_DATABASE_URL", database_url)
    monkeypatch.setenv("MEETLAT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MEETLAT_SECRET_KEY", "een geheim dat alleen deze test kent en lang genoeg is")
    return lambda: cli.run(capsys, "check")


def plant(url: str, *statements: str) -> None:
    """Change a database as no user of Meetlat can: around its triggers and its rules."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
            found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in found.all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
            for name in {CHANGED.findall(statement)[0] for statement in statements}:
                _drop_rules(connection, Base.metadata.tables[name])
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def _drop_rules(connection: sa.Connection, table: sa.Table) -> None:
    for rule in table.constraints:
        if isinstance(rule, sa.CheckConstraint):
            connection.exec_driver_sql(f"ALTER TABLE {table.name} DROP CONSTRAINT IF EXISTS {rule.name}")


REWRITTEN = _sha256("[]\n[]")
"""The right checksum of another report."""
FAULTS: tuple[dict[str, set[str]], ...] = (
    {
        "UPDATE answer SET version = 2": {"versies"},
        "UPDATE signature SET dossier_id = (SELECT max(id) FROM dossier)": {"handtekening"},
        "UPDATE dossier SET state = 'afgesloten'": {"verloop-dossier"},
        "UPDATE submission SET snapshot = snapshot || ' '": {"inlevering"},
        "UPDATE instrument SET text = text || ' '": {"vragenlijst"},
        "DELETE FROM document_file": {"bestand-ongebruikt"},
        "UPDATE assignment SET role = 'keizer' WHERE role = 'waarnemer'": {"rol"},
        "UPDATE point SET removed = true WHERE parent_id IS NULL": {"punt"},
        "UPDATE log_entry SET subject_id = 999999 WHERE subject = 'dossier'": {"logboek"},
        "UPDATE measurement SET period_until = '2001-01-01'": {"regel"},
        "UPDATE judgement SET motivation = 'Dit schreef niemand.'": {"oordeel"},
        "UPDATE unit_name SET unit_id = 999999 WHERE unit_id = (SELECT max(id) FROM unit)": {"verwijzing"},
    },
    {
        "UPDATE answer SET note = 'Dit stond er nooit.'": {"antwoord"},
        "UPDATE signed_answer SET version = 9": {"handtekening", "verwijzing"},
        "UPDATE dossier_transition SET from_state = 'bezocht' WHERE to_state = 'ingediend'": {
            "verloop-dossier"
        },
        "UPDATE measurement SET state = 'onbekend'": {"verloop-meting"},
        "UPDATE report_version SET basis = '[1]'": {"rapportversie"},
        "UPDATE assignment SET valid_until = '1999-01-01'": {"periode", "regel"},
        "UPDATE point SET version = 7": {"versies"},
        "DELETE FROM log_entry WHERE action = 'judgement.offer'": {"oordeel-logboek"},
    },
    {
        "UPDATE answer_version SET new = '{}'": {"antwoord"},
        "UPDATE answer_version SET old = '[]'": {"verloop-antwoord"},
        "UPDATE answer SET person_id = (SELECT max(id) FROM person)": {"wie"},
        "INSERT INTO assignment (person_id, role, unit_id, valid_from, created_at)"
        " SELECT person_id, role, unit_id, '2013-01-01', created_at FROM assignment WHERE role = 'ovr'": {
            "periode"
        },
        "DELETE FROM dossier_transition": {"verloop-dossier"},
        "UPDATE judgement SET level = 'voldoet_niet'": {"oordeel"},
        f"UPDATE report_version SET content = '[]', sha256 = '{REWRITTEN}'": {"rapport-logboek"},
    },
)
"""What somebody with the database in hand could do, and by which checks that must be found.

Those of one row are done to one database; no two of them are found by the same check.
"""


def broken(session: Session, store: Folder) -> set[str]:
    """The names of the checks that find something."""
    return {result.check.name for result in checking.run(session, store) if result.count}


@pytest.mark.parametrize("faults", FAULTS, ids=("first", "second", "third"))
def test_every_fault_is_found_by_its_name_and_nothing_else_is(
    store: Folder, session: Session, database_url: str, faults: dict[str, set[str]]
) -> None:
    plant(database_url, *faults)
    wanted = Counter(name for names in faults.values() for name in names)
    assert broken(session, store) == set(wanted)
    assert max(wanted.values()) == 1


def test_a_level_that_was_changed_with_all_its_versions_is_not_what_the_log_says(
    store: Folder, session: Session, database_url: str
) -> None:
    content = session.scalars(select(JudgementVersion.content)).first()
    rewritten = json.dumps(content | {"level": "voldoet_niet"})
    session.rollback()
    plant(
        database_url,
        "UPDATE judgement SET level = 'voldoet_niet'",
        f"UPDATE judgement_version SET content = '{rewritten}'",
    )
    assert broken(session, store) == {"oordeel-logboek"}


def test_what_came_out_of_an_archive_has_no_lines_and_needs_none(
    store: Folder, session: Session, database_url: str
) -> None:
    plant(database_url, "DELETE FROM log_entry WHERE subject IN ('judgement', 'report_version')")
    assert broken(session, store) == {"oordeel-logboek", "rapport-logboek"}
    measurement = session.scalars(select(Measurement)).one()
    log.write(session, told.IMPORTED, By.system(filled.AT), "measurement", measurement.id)
    assert broken(session, store) == set()


def test_a_file_that_is_gone_or_changed_is_found(store: Folder, session: Session) -> None:
    (sha256,) = store.names()
    store.put_pieces(sha256, [b"iets anders"])
    assert broken(session, store) == {"bestand-beschadigd"}
    store.remove(sha256)
    assert broken(session, store) == {"bestand-ontbreekt"}


def test_a_file_that_nobody_knows_is_found(store: Folder, session: Session) -> None:
    name = store.put(b"van niemand")
    (found,) = [result for result in checking.run(session, store) if result.count]
    assert (found.check.name, found.examples) == ("bestand-onbekend", (f"bestand {name}",))


def test_every_check_is_shown_to_find_something() -> None:
    elsewhere = {
        "bestand-beschadigd",
        "bestand-ontbreekt",
        "bestand-onbekend",
        "opslag",
        "vernietigd",
        "ingepakt",
    }
    found = {name for faults in FAULTS for names in faults.values() for name in names}
    assert {check.name for check in checking.CHECKS} == found | elsewhere


def test_a_damaged_sqlite_file_is_found(store: Folder, session: Session, database_url: str) -> None:
    if session.get_bind().dialect.name != "sqlite":
        return
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_log_entry_at")
        connection.exec_driver_sql("CREATE INDEX ix_log_entry_at ON log_entry (at) WHERE id < 2")
        connection.exec_driver_sql("PRAGMA writable_schema=ON")
        connection.exec_driver_sql(
            "UPDATE sqlite_master SET sql = replace(sql, ' WHERE id < 2', '') WHERE name = 'ix_log_entry_at'"
        )
    engine.dispose()
    assert broken(session, store) == {"opslag"}


def test_a_sound_database_ends_with_zero(run: Run, store: Folder) -> None:
    ran = run()
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("goed  ") == len(checking.CHECKS)
    assert ran.out.endswith(f"Alle {len(checking.CHECKS)} controles kloppen.\n")


def test_what_is_wrong_is_counted_in_a_line_and_ends_with_one(
    run: Run, store: Folder, database_url: str
) -> None:
    plant(database_url, "UPDATE judgement SET motivation = 'Dit stond er nooit.'")
    ran = run()
    assert (ran.code, ran.err) == (1, "")
    assert (
        "FOUT  oordeel            Niet waar: Elk oordeel zegt wat zijn laatste versie zegt. Aantal: 1 ("
        in ran.out
    )
    assert "Dit stond er nooit" not in ran.out
    assert ran.out.endswith(f"1 van de {len(checking.CHECKS)} controles vinden iets.\n")


def test_many_faults_are_counted_and_a_few_named(store: Folder, session: Session, database_url: str) -> None:
    plant(database_url, "UPDATE log_entry SET subject_id = 999999 WHERE subject IN ('answer', 'assignment')")
    (found,) = [result for result in checking.run(session, store) if result.count]
    lost = session.scalars(select(LogEntry.id).where(LogEntry.subject_id == 999999)).all()
    assert found.count == len(lost) > checking.SHOWN
    assert len(found.examples) == checking.SHOWN
    assert set(found.examples) <= {f"regel {number}" for number in lost}


def test_checking_changes_nothing_and_waits_for_nobody(
    run: Run, store: Folder, session: Session, database_url: str
) -> None:
    session.execute(sa.update(Person).values(name=Person.name))  # a writer that has not committed yet
    assert run().code == 0
    session.commit()
    assert session.scalar(select(sa.func.count()).select_from(StoredFile)) == 1


@pytest.mark.example
def test_the_example_is_sound(run: Run) -> None:
    ran = run()
    assert (ran.code, ran.err) == (0, "")
