"""Putting a backup into an empty place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa

from app import database
from app.backup import tables
from app.backup.archive import BackupFault, Contents, Reader
from app.backup.checking import check, fill
from app.backup.encryption import Identity, read
from surveys import log
from surveys.filestore import Folder

_ELSEWHERE = "Een reservekopie komt alleen op een lege plek; kies een andere met"


def _nothing(step: str) -> None:
    pass


def restore(
    path: Path,
    database_url: str,
    files: Folder,
    tell: Callable[[str], None] = _nothing,
    *,
    keys: Sequence[Identity] = (),
) -> Contents:
    """Put a backup into a database without rows and a file store without files, then bring it up to date.

    Everything is checked before anything is written; rows come in one transaction, after the files. Raises
    BackupFault, and then there are no rows and no files. `tell` hears what comes next: "check", the name of a
    table, or "files". `keys`: what an encrypted backup is read with.
    """
    engine = database.standalone_engine(database_url)
    try:
        _no_files(files)
        _no_rows(engine)
        tell("check")
        check(path, keys=keys)
        with read(path, keys) as reader:
            _schema(engine, database_url, reader.contents.revision)
            tell("files")
            done: list[str] = []
            try:
                for sha256 in reader.contents.files:
                    done.append(sha256)
                    files.put_pieces(sha256, reader.file(sha256))
                _rows(engine, reader, tell)
            except BaseException:
                for sha256 in done:
                    files.remove(sha256)
                raise
            database.upgrade(database_url)
            return reader.contents
    finally:
        engine.dispose()


def _no_files(files: Folder) -> None:
    if not files.empty():
        raise BackupFault(f"In de map {files.path} staan al bestanden. {_ELSEWHERE} MEETLAT_FILES_DIR.")


def _no_rows(engine: sa.Engine) -> None:
    """Refuse a database with rows, with somebody else's tables, or of a newer Meetlat. Leaves it as it is."""
    url = engine.url
    if engine.dialect.name == "sqlite" and url.database and not Path(url.database).exists():
        return  # to look would be to make it
    with database.reading(), engine.connect() as connection:
        names = set(sa.inspect(connection).get_table_names())
        if not names - {"alembic_version"}:
            return
        revision = tables.revision(connection)
        if revision is None:
            raise BackupFault(
                f"In de database staan tabellen die niet van Meetlat zijn. {_ELSEWHERE} MEETLAT_DATABASE_URL."
            )
        if not tables.known(revision):
            raise BackupFault("De database is van een nieuwere Meetlat dan deze. Werk Meetlat eerst bij.")
        _empty(connection, tables.read(connection))


def _empty(connection: sa.Connection, found: list[tables.Table]) -> None:
    for table in found:
        if connection.scalar(sa.select(sa.exists(sa.select(sa.literal(1)).select_from(table.clause)))):
            raise BackupFault(f"De database is niet leeg. {_ELSEWHERE} MEETLAT_DATABASE_URL.")


def _schema(engine: sa.Engine, database_url: str, revision: str) -> None:
    """Give an empty database the schema of the backup, whatever it has now."""
    if engine.dialect.name == "sqlite" and engine.url.database and not Path(engine.url.database).exists():
        present = None
    else:
        with database.reading(), engine.connect() as connection:
            present = tables.revision(connection)
    if present == revision:
        return
    if present is not None:
        database.downgrade(database_url)
    database.upgrade(database_url, revision)


def _rows(engine: sa.Engine, reader: Reader, tell: Callable[[str], None]) -> None:
    """Put in all rows in one transaction, and let nobody else write until it ends."""
    with engine.begin() as connection:
        found = tables.read(connection)
        if connection.dialect.name == "postgresql":
            names = ", ".join(f'"{table.name}"' for table in found)
            connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
        _empty(connection, found)
        for table in found:
            tell(table.name)
            fill(connection, table, reader)
        _number_on(connection, found)


def _number_on(connection: sa.Connection, found: list[tables.Table]) -> None:
    """Let tables number on after the highest number in use, and the highest that the log names."""
    named = log.highest(connection)
    if connection.dialect.name == "sqlite":
        _sqlite_on(connection, {table.name: named[table.name] for table in found if named[table.name]})
        return
    for table in found:
        for column in table.numbered:
            connection.exec_driver_sql(
                f"""SELECT setval(pg_get_serial_sequence('"{table.name}"', '{column}'), greatest("""
                f"""{named[table.name]}, (SELECT max("{column}") FROM "{table.name}")) + 1, false)"""
            )


def _sqlite_on(connection: sa.Connection, named: Mapping[str, int]) -> None:
    """SQLite sees to what is in use. Before migration 018 it keeps no numbers: that one sees to them."""
    if not sa.inspect(connection).has_table("sqlite_sequence"):
        return
    sequence = sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))
    in_use = dict(connection.execute(sa.select(sequence.c.name, sequence.c.seq)).all())
    for name, number in named.items():
        if number > in_use.get(name, 0):
            connection.execute(sequence.delete().where(sequence.c.name == name))
            connection.execute(sequence.insert(), {"name": name, "seq": number})
