"""Databases for tests: each test gets its own, copied from one that is made once.

What is in them: `empty` (every migration applied, no rows), `example` (the fictitious example data, put in
by the same verbs as a user's), or a stage (stages.py), such as the world of `factories.world`. The processes
of a run share what is made once; the example is kept under .cache as long as nothing that goes into it
changes.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app import create_app, database
from app.config import Settings
from surveys.models import Base
from tests.support import connections, reuse, stages
from tests.support.postgres import Address
from tests.support.reuse import Start

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "tests"
PASSWORD = "voorbeeld van een wachtwoord"
"""The password of the example accounts in tests."""
ROWS_AT_ONCE = 2000
USES = 40
"""So many tests use a PostgreSQL database: rows that are taken away leave their place behind."""
TOO_LARGE = frozenset({"example"})
"""Content that the server copies in less time than it takes to look what changed."""
KEPT = 24 * 60 * 60
"""Seconds after which an example file may go: no run that uses it lasts so long."""


class Databases(Protocol):
    """Where a test gets its database from."""

    def make(self, content: str) -> str:
        """A new database with this content: `empty`, `example` or the name of a stage; its address."""

    def drop(self, url: str) -> None:
        """Remove a database that `make` made."""

    def leave(self) -> None:
        """Finish what is still under way."""


class SqliteDatabases:
    """Databases that are files in a folder."""

    def __init__(self, shared: Path, process: str) -> None:
        """`shared` is the folder of all processes of this run; `process` tells this one from others."""
        self._shared, self._process, self._numbers = shared, process, count(1)

    def make(self, content: str) -> str:
        """Copy the file that holds this content."""
        source = example_file() if content == "example" else made_file(self._shared, content)
        path = self._shared / f"test-{self._process}-{next(self._numbers)}.sqlite"
        shutil.copyfile(source, path)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        """Remove the file and what SQLite keeps beside it."""
        path = url.removeprefix("sqlite:///")
        for ending in ("", "-wal", "-shm"):
            Path(path + ending).unlink(missing_ok=True)

    def leave(self) -> None:
        """Nothing is under way."""


class PostgresDatabases:
    """Databases on one server that all processes of this run share.

    The server takes long to make and to remove one, and as long for the first connection to it. So what a
    test changed in a database is put back, and the next test with the same content gets it (reuse.py). A
    thread does so beside the tests, and removes what is not worth it.
    """

    def __init__(self, server: Address, shared: Path, process: str) -> None:
        """`process` tells the databases of this process from those of others."""
        self._server, self._shared, self._process, self._numbers = server, shared, process, count(1)
        self._beside = ThreadPoolExecutor(1, "databases")
        self._contents: dict[str, str] = {}
        self._starts: dict[str, Start] = {}
        self._uses: Counter[str] = Counter()
        self._ready: dict[str, list[Future[str | None]]] = {}
        self._dropped: list[Future[None]] = []

    def make(self, content: str) -> str:
        """A database with this content: one that was put back, or a copy that the server makes."""
        while ready := self._ready.get(content):
            found = ready.pop().result()
            if found is not None:
                return found
        url = self._beside.submit(self._copy, content).result()
        self._contents[url] = content
        return url

    def drop(self, url: str) -> None:
        """Have the database put back or removed, also when a test left a connection to it."""
        content = self._contents[url]
        self._uses[url] += 1
        if content in TOO_LARGE or self._uses[url] >= USES:
            self._dropped.append(self._beside.submit(self._drop, url))
        else:
            self._ready.setdefault(content, []).append(self._beside.submit(self._put_back, content, url))

    def leave(self) -> None:
        """Wait until everything is done, and remove what is left. Raises what went wrong with that."""
        for ready in self._ready.values():
            for each in ready:
                url = each.result()
                if url is not None:
                    self._dropped.append(self._beside.submit(self._drop, url))
        self._beside.shutdown()
        for dropped in self._dropped:
            dropped.result()

    def _copy(self, content: str) -> str:
        template = self._template(content)
        name = f"test_{self._process}_{next(self._numbers)}"
        self._server.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        url = self._server.url(name)
        if content not in TOO_LARGE and content not in self._starts:
            self._starts[content] = reuse.start(self._server.connect(name))
        return url

    def _template(self, content: str) -> str:
        """The name of the database with this content that others are copied from."""
        name = f"template_{content}"
        once(self._shared / name, lambda part: self._make_template(name, content, part))
        return name

    def _put_back(self, content: str, url: str) -> str | None:
        """Make it as it was at the start. None when that is not possible: then it is gone."""
        name = sa.make_url(url).database or ""
        same = reuse.put_back(self._server.connect(name), self._starts[content])
        if not same:
            self._drop(url)
        return url if same else None

    def _drop(self, url: str) -> None:
        name = sa.make_url(url).database or ""
        connections.kept.forget(name)
        self._server.forget(name)
        self._server.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _make_template(self, name: str, content: str, done: Path) -> None:
        url = self._server.url(name)
        self._server.execute(f"DROP DATABASE IF EXISTS {name}")
        if content == "empty":
            self._server.execute(f"CREATE DATABASE {name} TEMPLATE template0")
            database.upgrade(url)
        else:
            empty = self._template("empty")
            self._server.execute(f"CREATE DATABASE {name} TEMPLATE {empty} STRATEGY FILE_COPY")
            source = example_file() if content == "example" else made_file(self._shared, content)
            copy_rows(f"sqlite:///{source}", url)
        connections.kept.forget(name)  # nobody may be connected to a template while it is copied
        done.touch()


def made_file(shared: Path, content: str) -> Path:
    """A SQLite file with every table, and with no rows or those of a stage in them."""
    path = shared / f"{content}.sqlite"
    once(path, lambda part: _make(part, content, shared))
    return path


def _make(path: Path, content: str, shared: Path) -> None:
    url = f"sqlite:///{path}"
    if content == "empty":
        database.upgrade(url)
        return
    stage = stages.STAGES[content]
    shutil.copyfile(made_file(shared, stage.on), path)
    engine = database.standalone_engine(url)
    with Session(engine) as session:
        stage.make(session)
        session.commit()
    engine.dispose()


@cache
def example_file() -> Path:
    """A SQLite file with the example data, made when what it depends on has changed; one for a whole run."""
    path = CACHE / f"example-{_example_digest()}.sqlite"
    once(path, _fill)
    return path


def _fill(path: Path) -> None:
    from app.cli.setup import fill
    from app.extensions import db

    for old in CACHE.glob("example-*"):
        if time.time() - old.stat().st_mtime > KEPT:
            old.unlink(missing_ok=True)
    url = f"sqlite:///{path}"
    database.upgrade(url)
    settings = settings_for(url, path.parent)
    app = create_app(settings)
    with app.app_context():
        fill(settings)
        db.session.remove()
        db.engine.dispose()


def _example_digest() -> str:
    """What the example depends on: the packages that make it, and the day."""
    found = hashlib.sha256(f"{datetime.now(UTC):%Y-%m-%d}".encode())
    for package in ("scoring", "surveys", "migrations", "app/cli"):
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in {".py", ".toml", ".csv", ".json"}:
                found.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return found.hexdigest()[:16]


def settings_for(database_url: str, folder: Path) -> Settings:
    """The settings that tests run with."""
    return Settings(
        database_url=database_url,
        data_dir=folder,
        secret_key="a key that only tests use, and long enough",
        demo_password=PASSWORD,
        testing=True,
    )


def copy_rows(source_url: str, target_url: str) -> None:
    """Copy the rows of all tables from one database to another with the same, empty tables.

    The numbering of the new database then goes on after the highest number in use. Triggers don't come into
    it: what they would do for these rows, such as throw packed answers away, was done where they came from.
    """
    source, target = create_engine(source_url), create_engine(target_url)
    with source.connect() as read, target.begin() as write:
        if write.dialect.name == "postgresql":
            write.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for table in Base.metadata.sorted_tables:
            rows = read.execute(sa.select(table).order_by(*table.primary_key)).mappings()
            while some := rows.fetchmany(ROWS_AT_ONCE):
                write.execute(table.insert(), [dict(row) for row in some])
        for table in Base.metadata.sorted_tables:
            number = table.autoincrement_column
            if number is not None and write.dialect.name == "postgresql":
                _number_on(write, table.name, number.name)
    source.dispose()
    target.dispose()


def _number_on(connection: sa.Connection, table: str, column: str) -> None:
    connection.exec_driver_sql(
        f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'),"
        f" (SELECT coalesce(max({column}), 0) + 1 FROM {table}), false)"
    )


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one process at a time through."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def once(path: Path, make: Callable[[Path], None]) -> None:
    """Have a file made by whichever process comes first; the others wait. A failure leaves no half file.

    `make` gets the path to write; when that is there afterwards, it takes its place as a whole.
    """
    if path.exists():
        return
    with locked(path.with_name(path.name + ".lock")):
        if path.exists():
            return
        part = path.with_name(path.name + ".part")
        part.unlink(missing_ok=True)
        make(part)
        if part.exists():
            part.replace(path)
