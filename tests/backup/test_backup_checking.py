"""`meetlat verify`: tells what is in a backup, and finds everything that is wrong with one."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app import database
from app.backup import archive, checking
from surveys.filestore import Folder
from tests.backup.conftest import tables_with_rows
from tests.factories import World
from tests.support.backups import (
    Members,
    contents,
    everything,
    members,
    pack,
    put_rows,
    rows_of,
    seal,
)
from tests.support.cli import Ran

Run = Callable[..., Ran]


def test_verify_tells_what_is_in_it(run: Run, full: World, made: Path, database_url: str) -> None:
    kept = everything(database_url)
    ran = run("verify", made)
    assert (ran.code, ran.err) == (0, "")
    lines = [line.split() for line in ran.out.splitlines()]
    assert ["stored_file", "2"] in lines
    told = [line for line in lines if line[0] in {*kept, "presence"}]
    assert told == [[name, str(len(rows))] for name, rows in sorted(kept.items())]
    newest = database.migrations().get_current_head()
    assert f"versie van de database: {newest}\n" in ran.out
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
    del found["tables/held_post.jsonl"]
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
    run: Run,
    made: Path,
    place: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[Members], None],
    words: str,
) -> None:
    monkeypatch.setattr(archive, "LONGEST_ROW", 1_000_000)  # to pack a row of 64 MB takes a second
    found = members(made)
    spoil(found)
    pack(made, found)
    for command in ("verify", "restore"):
        ran = run(command, made)
        assert (ran.code, ran.out) == (2, "")
        assert words in ran.err
        assert ran.err.startswith(str(made))
        assert len(ran.err.splitlines()) == 1
    assert not tables_with_rows(place)
    assert contents(Folder(tmp_path / "elsewhere" / "files")) == {}


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
