"""Making a backup of a database that stays in use."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from app import database
from app.backup import tables
from app.backup.archive import BackupFault, Contents, Writer
from app.backup.encryption import Recipient, encrypting
from app.backup.tables import Table
from surveys.filestore import Folder

ROWS_AT_ONCE = 500
ATTEMPTS = 5
"""How often to begin anew when files went while they were being copied."""


def _nothing(step: str) -> None:
    pass


def make(
    engine: sa.Engine,
    files: Folder,
    target: Path,
    *,
    overwrite: bool = False,
    tell: Callable[[str], None] = _nothing,
    to: Sequence[Recipient] = (),
) -> Contents:
    """Write everything that is in the database and the file store to one file, which only its owner can read.

    The rows are those of one moment; who writes meanwhile is not held up, and is in it wholly or not at all.
    `target` appears when it is complete, or not at all. `tell` hears what comes next: the name of a table, or
    "files". With `to` only those recipients can read it.

    Raises BackupFault, and OSError when the file can't be written.
    """
    _free(target, overwrite)
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    part = Path(name)
    try:
        with open(descriptor, "wb") as file:
            for attempt in range(ATTEMPTS):
                file.seek(0)
                file.truncate()
                with encrypting(file, to) as plain:
                    made = _write(engine, files, plain, tell, last=attempt == ATTEMPTS - 1)
                if made is not None:
                    break
            file.flush()
            os.fsync(file.fileno())
        _free(target, overwrite)
        part.replace(target)
        _settle(target.parent)
    finally:
        part.unlink(missing_ok=True)
    assert made is not None
    return made


def _free(target: Path, overwrite: bool) -> None:
    if target.is_dir():
        raise BackupFault(f"{target}: dit is een map. Noem een bestand.")
    if target.exists() and not overwrite:
        raise BackupFault(f"{target}: bestaat al. Kies een andere naam, of gebruik --overschrijven.")


def _settle(folder: Path) -> None:
    """Have the disk keep the new name too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(
    engine: sa.Engine, files: Folder, file: IO[bytes], tell: Callable[[str], None], *, last: bool
) -> Contents | None:
    """Write rows and files; None when it must be done anew, because somebody removed a file meanwhile.

    Files are copied after the moment that the rows are of. What was added since is left out, as its row is.
    """
    made_at = datetime.now(UTC)
    with Writer(file) as writer:
        with _one_moment(engine) as connection:
            revision = _usable(tables.revision(connection))
            found = tables.read(connection)
            for table in found:
                tell(table.name)
                writer.table(table.name, _rows(connection, table))
            stored = _stored(connection, found)
        tell("files")
        faults = _copy(files, stored, writer)
        if not faults:
            return writer.close(made_at, revision)
    with _one_moment(engine) as connection:
        if not last and not stored.keys() <= _stored(connection, found).keys():
            return None
    raise BackupFault(*faults, "Er is geen reservekopie gemaakt. Zet deze bestanden eerst terug.")


def _usable(revision: str | None) -> str:
    """The revision, if a backup can be made of it."""
    if revision is None:
        raise BackupFault("De database is nog niet ingericht: er is niets om een reservekopie van te maken.")
    if not tables.known(revision):
        raise BackupFault("De database is van een nieuwere Meetlat. Maak de reservekopie daarmee.")
    return revision


def _copy(files: Folder, stored: dict[str, int], writer: Writer) -> list[str]:
    """Copy files into the backup; what is wrong with any."""
    faults = []
    for sha256, size in stored.items():
        try:
            if writer.file(sha256, files.pieces(sha256)) != (sha256, size):
                faults.append(f"bestand {sha256} is beschadigd: het is niet meer wat er is geplaatst.")
        except FileNotFoundError:
            faults.append(f"bestand {sha256} ontbreekt in de map {files.path}.")
    return faults


@contextmanager
def _one_moment(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection in a transaction that only reads, and sees one moment of the database throughout."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with database.reading():
            connection.begin()
        yield connection


def _rows(connection: sa.Connection, table: Table) -> Iterator[dict[str, Any]]:
    query = sa.select(table.clause).order_by(*(table.clause.c[name] for name in table.key))
    for row in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query):
        yield table.to_json(row)


def _stored(connection: sa.Connection, found: list[Table]) -> dict[str, int]:
    """The size of every stored file, by its SHA-256. A schema of before there were files has none."""
    for table in found:
        if table.name == "stored_file":
            query = sa.select(table.clause.c.sha256, table.clause.c.size).order_by(table.clause.c.sha256)
            return {row.sha256: row.size for row in connection.execute(query)}
    return {}
