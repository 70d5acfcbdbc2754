"""A Meetlat with rows in every table, a backup of it, and an empty place to put that."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from app import backup, database
from app.backup import tables
from surveys.filestore import Folder
from surveys.models import Base
from tests.backup.whole import with_full
from tests.factories import World
from tests.support import cli
from tests.support.backups import EVIDENCE
from tests.support.cli import Ran
from tests.support.databases import Databases

READ: dict[tuple[object, ...], list[tables.Table]] = {}
__all__ = ["with_full"]

Run = Callable[..., Ran]


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
def files(environment: None, tmp_path: Path) -> Folder:
    """The file store of the Meetlat that is backed up."""
    return Folder(tmp_path / "data" / "files")


@pytest.fixture
def full(with_full: None, world: World, files: Folder, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world with rows in every table, awkward values among them, and two evidence files."""
    kept = Folder(tmp_path_factory.getbasetemp() / "evidence")
    if not kept.path.exists():
        for content in EVIDENCE:
            kept.put(content)
    shutil.copytree(kept.path, files.path)
    return world


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on the database that is backed up."""
    made = database.standalone_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def backups() -> dict[str, bytes]:
    """The backup of `full` on each kind of database, once it was made."""
    return {}


@pytest.fixture
def made(
    engine: Engine, full: World, files: Folder, tmp_path: Path, backups: dict[str, bytes], database_kind: str
) -> Path:
    """A backup of `full`."""
    path = tmp_path / "kopie.zip"
    if database_kind in backups:
        path.write_bytes(backups[database_kind])
        path.chmod(0o600)
    else:
        backup.make(engine, files, path)
        backups[database_kind] = path.read_bytes()
    return path


@pytest.fixture(scope="session")
def newest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest schema."""
    path = tmp_path_factory.mktemp("schema") / "newest.sqlite"
    database.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(autouse=True)
def _one_schema(monkeypatch: pytest.MonkeyPatch, newest: Path) -> None:
    """Copy the newest schema into a SQLite file that is not there yet, and read the same tables once."""
    upgrade, read = database.upgrade, tables.read
    head = database.migrations().get_current_head()

    def upgraded(url: str, revision: str = "head") -> None:
        path = Path(sa.make_url(url).database or "") if url.startswith("sqlite:///") else None
        if path is None or path.exists() or revision not in {"head", head}:
            return upgrade(url, revision)
        shutil.copyfile(newest, path)
        path.chmod(0o600)
        return None

    def known(connection: sa.Connection) -> list[tables.Table]:
        names = frozenset(sa.inspect(connection).get_table_names())
        key = connection.dialect.name, tables.revision(connection), names
        if key not in READ:
            READ[key] = read(connection)
        return READ[key]

    monkeypatch.setattr(database, "upgrade", upgraded)
    monkeypatch.setattr(tables, "read", known)


def tables_with_rows(url: str) -> set[str]:
    """The tables that a backup holds, and that are not empty."""
    names = [table.name for table in Base.metadata.sorted_tables if table.name not in tables.LEFT_OUT]
    question = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names)
    engine = database.standalone_engine(url)
    with engine.connect() as connection:
        found = set(connection.scalars(sa.text(question)))
    engine.dispose()
    return found


@pytest.fixture
def place(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty, migrated database of the kind that is tested, which commands use once it is asked for."""
    url = databases.make("empty")
    monkeypatch.setenv("MEETLAT_DATABASE_URL", url)
    monkeypatch.setenv("MEETLAT_DATA_DIR", str(tmp_path / "elsewhere"))
    yield url
    databases.drop(url)
