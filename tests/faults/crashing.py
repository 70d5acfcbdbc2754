"""A PostgreSQL that waits for the disk as in use, and that can be crashed and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from tests.support import postgres

# Ends the server when the pipe closes, as the one of the tests does; a line on the pipe starts it again.
WATCHED = (
    '"$@" & server=$!; while read -r _; do wait $server; "$@" & server=$!; done;'
    ' kill -QUIT $server; wait $server; rm -rf "$0"/*'
)
DEFAULTS = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
"""What an installation has by itself, and what must not be turned off."""


class CrashingServer(postgres.Server):
    """PostgreSQL as it is installed: no setting that loses what was committed."""

    def crash(self) -> None:
        """Stop it at once, without a checkpoint: it recovers from its log when it starts again."""
        self.leave()
        os.kill(self._postmaster(), signal.SIGQUIT)

    def kill_backend(self, number: int) -> None:
        """Kill one of the processes that serve connections: the server then starts all of them again.

        Returns when the server knows of it: until then it lets others in, and throws them out next.
        """
        with suppress(postgres.psycopg.OperationalError):
            self.execute("SELECT 1")
        self.leave()
        found = self._backends()
        if found:
            os.kill(found[number % len(found)], signal.SIGKILL)
        until = time.monotonic() + postgres.PATIENCE
        while any(Path(f"/proc/{pid}").exists() for pid in found) and time.monotonic() < until:
            time.sleep(0.01)

    def start_again(self) -> None:
        """Start it after a crash, and wait until it answers."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(b"again\n")
        self._process.stdin.flush()
        self.wait()

    def wait(self) -> None:
        """Wait until it answers, also when it is recovering. Raises PostgresFailure."""
        self.leave()
        self._wait(self.folder / "log")

    def unsafe(self) -> list[str]:
        """The settings that lose what was committed; empty when there are none."""
        place = {"host": str(self.socket), "user": "postgres", "dbname": "postgres"}
        with postgres.psycopg.connect(**place) as link:
            found = {name: link.execute(f"SHOW {name}".encode()).fetchone() for name in DEFAULTS}
        return [f"{name}={row}" for name, row in found.items() if row != (DEFAULTS[name],)]

    def _backends(self) -> list[int]:
        place = {"host": str(self.socket), "user": "postgres", "dbname": "postgres"}
        with postgres.psycopg.connect(**place) as link:
            rows = link.execute(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
                " AND pid <> pg_backend_pid() ORDER BY pid"
            ).fetchall()
        return [pid for (pid,) in rows]

    def _postmaster(self) -> int:
        return int((self._data / "postmaster.pid").read_text().splitlines()[0])

    def _start(self, programs: Path) -> None:
        own = self.folder / "own"
        self.socket.mkdir(parents=True)
        if self._user:
            for path in (own, self.socket, self._data):
                os.chown(path, self._user.pw_uid, self._user.pw_gid)
        own.chmod(0o700)
        words = "-U postgres -A trust -E UTF8 --no-locale".split()
        made = subprocess.run(
            [programs / "initdb", "-D", self._data, *words],
            **self._as_user(),
            capture_output=True,
            check=False,
        )
        if made.returncode != 0:
            raise postgres.PostgresFailure(f"initdb failed: {made.stderr.decode(errors='replace')}")
        log = self.folder / "log"
        place = ["-D", self._data, "-k", self.socket, "-c", "listen_addresses="]
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                ["sh", "-c", WATCHED, self._data, programs / "postgres", *place],
                **self._as_user(),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._wait(log)
