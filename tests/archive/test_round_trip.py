"""A measurement goes out as JSON, into another Meetlat, and out again: the same, byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import database
from app.archive import making
from app.archive.gathering import Rows, gather
from surveys.filestore import Folder
from surveys.models import (
    Answer,
    Dossier,
    Interview,
    LogEntry,
    Measurement,
    Person,
    Reminder,
    Unit,
    WorkingList,
)
from tests import factories, filled
from tests.archive.conftest import Opened
from tests.factories import World
from tests.support.backups import AT, EVIDENCE, contents, everything
from tests.support.cli import Ran

Run = Callable[..., Ran]
Place = Callable[[str, str], Folder]


@pytest.fixture
def use(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Place:
    """Have commands use a database, with a file store of its own."""

    def change(url: str, folder: str) -> Folder:
        monkeypatch.setenv("MEETLAT_DATABASE_URL", url)
        monkeypatch.setenv("MEETLAT_DATA_DIR", str(tmp_path / folder))
        return Folder(tmp_path / folder / "files")

    return change


def exported(run: Run, path: Path, *more: str, code: str = "proefmeting") -> bytes:
    ran = run("export", "measurement", code, path, *more)
    assert (ran.code, ran.err) == (0, "")
    return path.read_bytes()


def test_it_comes_out_as_it_went_in_whatever_the_database(
    run: Run, use: Place, session: Session, full: World, place: str, database_url: str, tmp_path: Path
) -> None:
    removed = {"subject": "source", "subject_id": 4711, "at": AT}
    session.add_all(
        [
            LogEntry(
                action="source.cite", detail={"dossier": full.dossiers["VR01"].id, "file": 99}, **removed
            ),
            LogEntry(action="source.remove", detail={"file": 99}, **removed),
            LogEntry(
                action="x", subject="dossier", subject_id=full.dossiers["VR02"].id, remote="10.1.2.3", at=AT
            ),
        ]
    )
    session.commit()
    use(database_url, "data")
    first = exported(run, tmp_path / "a.json")
    assert exported(run, tmp_path / "again.json") == first
    between = f"sqlite:///{tmp_path}/tussen.sqlite"
    for number, (url, folder) in enumerate([(between, "between"), (place, "last")]):
        files = use(url, folder)
        assert run("init", f"ovr.vr0{number + 1}@voorbeeld.nl", "--naam", f"Ovr Regio {number + 1}").code == 0
        ran = run("import", tmp_path / "a.json")
        assert (ran.code, ran.err) == (0, "")
        assert "Proefmeting (fictieve gegevens) overgenomen" in ran.out
        assert "wijken af" not in ran.out  # the scores as they are here are those of the archive
        # nobody gets a role unseen: the archive brings this beheerder the one for a region
        assert f"kregen er een rol uit het archief bij: ovr.vr0{number + 1}@voorbeeld.nl. " in ran.out
        assert sorted(contents(files).values()) == sorted(EVIDENCE)
        (tmp_path / "a.json").write_bytes(exported(run, tmp_path / "b.json", "--overschrijven"))
        assert (tmp_path / "b.json").read_bytes() == first
    engine = database.standalone_engine(place)
    with Session(engine) as there:
        look_at(there)
    engine.dispose()
    found = Opened(first)
    lines = found.rows("log_entry")
    assert [line["detail"]["dossier"] for line in lines if line["action"] == "source.cite"] == [1]
    assert {line["subject_id"] for line in lines if line["action"] == "source.cite"} == {None}
    assert not any(line["action"] in {"source.remove", "measurement.import"} for line in lines)
    assert found.rows("working_list")[0]["definition"]["rows"][0]["values"] == ["1", "0", "~value"]
    assert found.part("afgeleid")["content"][1]["units"]["VR01"]["factors"]["1.1"]["level"] == "voldoet"
    assert found.head["fictief"] is True
    for secret in (b"argon2", b"fs_uniquifier", b"10.1.2.3", b"password"):
        assert secret not in first


def look_at(there: Session) -> None:
    """What was put in: tied together, and with accounts that nobody can use."""
    measurement = there.scalars(sa.select(Measurement)).one()
    dossiers = there.scalars(sa.select(Dossier)).all()
    assert {row.unit.code for row in dossiers} == {"VR01", "VR02", "RMC-NOORD"}
    answer = there.scalars(
        sa.select(Answer).join(Dossier).join(Unit).where(Unit.code == "VR02", Answer.question == "1.1-01")
    ).one()
    assert (answer.value, [each.new["value"] for each in answer.versions]) == ("ja", ["nee", "ja"])
    assert answer.person.email == "ovr.vr02@voorbeeld.nl"
    assert there.scalars(sa.select(Interview)).one().passages[0].text.startswith("Één")
    assert there.scalars(sa.select(Reminder)).one().to.email == "ovr.vr02@voorbeeld.nl"
    people = there.scalars(sa.select(Person)).all()
    assert len({row.fs_uniquifier for row in people}) == len(people) > 1
    assert {row.password for row in people} == {None}
    assert [row.email for row in people if row.active] == ["ovr.vr02@voorbeeld.nl"]  # who was there already
    line = there.scalars(sa.select(LogEntry).where(LogEntry.action == "measurement.import")).one()
    assert (line.subject, line.subject_id) == ("measurement", measurement.id)
    label = there.scalars(sa.select(WorkingList)).one().definition["rows"][0]["values"][0]
    assert there.scalar(sa.text("SELECT name FROM label WHERE id = :id"), {"id": int(label)}) == "Wake Up"


def test_measurements_come_one_after_the_other(
    run: Run, use: Place, session: Session, full: World, place: str, database_url: str, tmp_path: Path
) -> None:
    later = factories.measurement(session, code="tweede", year=2026)
    second = factories.dossier(session, later, full.units["VR01"])
    filled.submit(session, second, filled.WEAK)
    session.commit()
    use(database_url, "data")
    codes = ("proefmeting", "tweede")
    kept = [exported(run, tmp_path / f"{code}.json", code=code) for code in codes]
    use(place, "elsewhere")
    for code in codes:
        ran = run("import", tmp_path / f"{code}.json")
        assert (ran.code, ran.err) == (0, "")
    again = [exported(run, tmp_path / f"{code}-2.json", code=code) for code in codes]
    assert again == kept
    assert run("import", tmp_path / "tweede.json").err.endswith(
        "de meting 'tweede' is er al. Er is niets gewijzigd.\n"
    )


def test_what_is_saved_while_it_is_made_is_in_no_part_of_it(
    run: Run, use: Place, full: World, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(database_url, "data")
    before = exported(run, tmp_path / "before.json")

    def gather_and_save(connection: sa.Connection, number: int) -> Rows:
        found = gather(connection, number)
        engine = database.standalone_engine(database_url)
        with Session(engine) as other:
            other.execute(sa.update(Answer).values(value=sa.null(), special="onbekend"))
            other.commit()
        engine.dispose()
        return found

    with monkeypatch.context() as patched:
        patched.setattr(making, "gather", gather_and_save)
        assert exported(run, tmp_path / "meanwhile.json") == before
    after = Opened(exported(run, tmp_path / "after.json"))
    assert after.part("afgeleid") != Opened(before).part("afgeleid"), "the scores are others now"


def test_an_archive_without_files_wants_them_in_place_first(
    run: Run, use: Place, full: World, place: str, database_url: str, tmp_path: Path
) -> None:
    use(database_url, "data")
    bare = exported(run, tmp_path / "kaal.json", "--zonder-bestanden")
    assert set(Opened(bare).part("bestanden")["content"].values()) == {None}
    files = use(place, "elsewhere")
    ran = run("import", tmp_path / "kaal.json")
    assert ran.code == 2
    assert "is zonder bestanden gemaakt, en 2 ervan zijn hier niet" in ran.err
    for content in EVIDENCE:
        files.put(content)
    assert run("import", tmp_path / "kaal.json").code == 0
    assert exported(run, tmp_path / "weer.json", "--zonder-bestanden") == bare
    assert len(Opened(exported(run, tmp_path / "heel.json")).part("bestanden")["content"]) == 2


def change_name(found: Opened) -> None:
    found.rows("unit")[0]["tile_row"] = 7
    found.rows("unit")[0]["tile_column"] = 7


def break_rule(found: Opened) -> None:
    found.rows("judgement")[0]["state"] = "onzin"


def repeat_answer(found: Opened) -> None:
    rows: list[dict[str, Any]] = found.rows("answer")
    rows[1]["question"] = rows[0]["question"]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (change_name, "unit 'RMC-NOORD' is hier al, met een andere waarde bij tile_"),
        (break_rule, "judgement: de database weigert dit ("),
        (repeat_answer, "answer: de database weigert dit ("),
    ],
)
def test_what_can_not_come_leaves_everything_as_it_was(
    run: Run,
    made: Path,
    session: Session,
    place: str,
    tmp_path: Path,
    spoil: Callable[[Opened], None],
    words: str,
) -> None:
    engine = database.standalone_engine(place)
    with Session(engine) as there:
        factories.command(there)
        there.commit()
    engine.dispose()
    kept = everything(place)
    found = Opened(made.read_bytes())
    spoil(found)
    made.write_bytes(found.sealed())
    ran = run("import", made)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert len(ran.err.splitlines()) == 1
    assert everything(place) == kept
    assert contents(Folder(tmp_path / "elsewhere" / "files")) == {}


def test_what_can_not_be_written_is_told(
    run: Run, made: Path, files: Folder, full: World, tmp_path: Path
) -> None:
    kept = made.read_bytes()
    for path, words in (
        (made, "bestaat al"),
        (tmp_path / "meting.xml", "eindigt niet op .json"),
        (tmp_path / "weg" / "meting.json", "kan niet worden gebruikt"),
    ):
        ran = run("export", "measurement", "proefmeting", path)
        assert (ran.code, ran.out) == (2, "")
        assert words in ran.err
    assert "geen meting met de code geen" in run("export", "measurement", "geen", tmp_path / "x.json").err
    files.remove(next(files.names()))
    ran = run("export", "measurement", "proefmeting", made, "--overschrijven")
    assert ran.code == 2
    assert "ontbreekt of is beschadigd" in ran.err
    assert made.read_bytes() == kept
