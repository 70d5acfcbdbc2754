"""The real server as a process of its own, that can be killed, frozen in time and watched."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.support import databases

PATIENCE = 60
"""Seconds within which a server must answer."""
MEETLAT = (str(Path(sys.executable).with_name("meetlat")),)
CLOCKED = (sys.executable, "-m", "tests.faults.clocked")
"""The same server, fit for a clock that jumps."""
CARELESS = (sys.executable, "-m", "tests.faults.careless")
"""The same server, told to let SQLite skip waiting for the disk: what the harness must find out."""


class NoAnswer(Exception):
    """The server does not answer; says what it wrote last."""


class Server:
    """`meetlat serve` on a port and a database of its own, in a process group of its own."""

    def __init__(
        self,
        url: str,
        folder: Path,
        *,
        before: Sequence[str] = (),
        command: Sequence[str] = MEETLAT,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """`before`: a program that starts it; `environ`: what it finds in its environment besides."""
        self.port = free_port()
        self.log = folder / f"server-{self.port}.log"
        self._command = [*before, *command, "serve", "--port", str(self.port)]
        self._environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MEETLAT_")},
            "MEETLAT_DATABASE_URL": url,
            "MEETLAT_DATA_DIR": str(folder),
            "MEETLAT_SECRET_KEY": "a key that only the harness of faults uses",
            "MEETLAT_DEMO_PASSWORD": databases.PASSWORD,
            **(environ or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        """Start it without waiting until it answers."""
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                cwd=databases.ROOT,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def start(self) -> None:
        """Start it and wait until it answers. Raises NoAnswer."""
        self.launch()
        self.wait()

    def wait(self) -> None:
        """Wait until it answers. Raises NoAnswer."""
        until = time.monotonic() + PATIENCE
        while not self.answers():
            if self.ended() is not None or time.monotonic() > until:
                raise NoAnswer(self.last_words())
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether it shows the page to log in."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            link.request("GET", "/inloggen")
            return link.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            link.close()

    def ended(self) -> int | None:
        """The code that it ended with; None while it runs."""
        assert self._process is not None
        return self._process.poll()

    def kill(self) -> None:
        """End all its processes at once, as a power cut would end them (kill -9)."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop, and insist when it does not."""
        self._end(signal.SIGTERM)
        self._end(signal.SIGKILL)

    def processes(self) -> list[int]:
        """The numbers of all its processes."""
        assert self._process is not None
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                state, _, group = path.read_text().rpartition(")")[2].split()[:3]
                if state != "Z" and int(group) == self._process.pid:
                    found.append(int(path.parent.name))
        return found

    def last_words(self) -> str:
        """The end of what it wrote."""
        return self.log.read_text(errors="replace")[-600:].strip()

    def _end(self, kind: signal.Signals) -> None:
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, kind)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=PATIENCE)
        # its workers outlive it for a moment
        until = time.monotonic() + PATIENCE
        while self.processes() and time.monotonic() < until:
            time.sleep(0.01)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
