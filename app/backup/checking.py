"""Telling whether a backup is whole: by reading all of it, and by putting its rows in a passing database."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app import database
from app.backup import tables
from app.backup.archive import BackupFault, Contents, Reader
from app.backup.encryption import Identity, read
from app.backup.tables import Table

ROWS_AT_ONCE = 500


def _nothing(step: str) -> None:
    pass


def check(path: Path, tell: Callable[[str], None] = _nothing, *, keys: Sequence[Identity] = ()) -> Contents:
    """Read a whole backup and say what is in it. Raises BackupFault with everything that is wrong with it.

    Its rows go into a SQLite database of the same schema, in a temporary folder, which holds them to every
    rule that the schema has. `tell` hears what comes next: the name of a table, or "files". `keys`: what an
    encrypted backup is read with.
    """
    with read(path, keys) as reader:
        contents = reader.contents
        if not tables.known(contents.revision):
            raise BackupFault(
                f"{path}: deze reservekopie is van een nieuwere Meetlat dan deze."
                " Werk Meetlat eerst bij, of gebruik de versie die haar maakte."
            )
        with tempfile.TemporaryDirectory(prefix="meetlat-") as folder:
            _room(Path(folder), sum(part.size for part in contents.tables.values()), path)
            faults = _rows(reader, Path(folder) / "check.sqlite", tell)
        tell("files")
        for sha256 in contents.files:
            try:
                for _piece in reader.file(sha256):
                    pass
            except BackupFault as fault:
                faults += fault.lines
    if faults:
        raise BackupFault(*faults)
    return contents


def fill(connection: sa.Connection, table: Table, reader: Reader) -> None:
    """Put the rows of one table in a database. Raises BackupFault for a row that is wrong or is refused."""
    where = f"{reader.path}: tabel {table.name}"
    numbered = enumerate(reader.rows(table.name), start=1)
    while some := list(islice(numbered, ROWS_AT_ONCE)):
        rows = [table.from_json(row, f"{where}, rij {number}") for number, row in some]
        try:
            connection.execute(table.clause.insert(), rows)
        except DBAPIError as error:
            raise BackupFault(
                f"{where}, rij {some[0][0]} tot en met {some[-1][0]}: de database weigert dit"
                f" ({rule(error)})."
            ) from error


def same_tables(found: list[Table], reader: Reader) -> None:
    """Refuse tables that the schema does not have, and a backup that lacks one. Raises BackupFault."""
    ours, theirs = {table.name for table in found}, set(reader.contents.tables)
    faults = [f"{reader.path}: de tabel {name} is onbekend." for name in sorted(theirs - ours)]
    faults += [f"{reader.path}: de tabel {name} ontbreekt." for name in sorted(ours - theirs)]
    if faults:
        raise BackupFault(*faults)


def _room(folder: Path, needed: int, path: Path) -> None:
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise BackupFault(
            f"{path}: uitgepakt is dit {needed // 10**6} MB, en de tijdelijke map heeft"
            f" {free // 10**6} MB vrij. Maak ruimte, of kies met TMPDIR een andere map."
        )


def _rows(reader: Reader, place: Path, tell: Callable[[str], None]) -> list[str]:
    """Put all rows in a new SQLite database; what is wrong with them."""
    url = f"sqlite:///{place}"
    database.upgrade(url, reader.contents.revision)
    # a plain engine: references are looked at afterwards, so that each one that leads nowhere can be told
    engine = sa.create_engine(url, hide_parameters=True)
    faults: list[str] = []
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA synchronous=OFF")
            found = tables.read(connection)
            same_tables(found, reader)
            for table in found:
                tell(table.name)
                try:
                    fill(connection, table, reader)
                except BackupFault as fault:
                    faults += fault.lines
            connection.commit()
            if not faults:  # else rows are missing that others rightly refer to
                faults += _loose_ends(connection, found, reader)
    finally:
        engine.dispose()
    return faults


def _loose_ends(connection: sa.Connection, found: list[Table], reader: Reader) -> Iterator[str]:
    for table, _, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"{reader.path}: tabel {table} verwijst naar een rij in {parent} die er niet is."
    stored = next((table.clause for table in found if table.name == "stored_file"), None)
    rows = {} if stored is None else dict(connection.execute(sa.select(stored.c.sha256, stored.c.size)).all())
    for sha256 in sorted(rows.keys() ^ reader.contents.files.keys()):
        known = "de bestanden" if sha256 in rows else "de tabel stored_file"
        yield f"{reader.path}: bestand {sha256} ontbreekt bij {known}."
    for sha256 in sorted(rows.keys() & reader.contents.files.keys()):
        if rows[sha256] != reader.contents.files[sha256]:
            yield f"{reader.path}: bestand {sha256} is niet zo groot als in de tabel stored_file staat."


def rule(error: DBAPIError) -> str:
    """Say which rule refused a row, without the row: it may hold an answer or an address."""
    diagnosis: Any = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return " ".join(filter(None, (diagnosis.sqlstate, diagnosis.constraint_name)))
    return str(error.orig)
