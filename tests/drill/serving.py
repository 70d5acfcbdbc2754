"""Meetlat and nginx as processes of their own, as they stand on a server."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.databases import PASSWORD, ROOT

WORDS = 2000
"""So many characters at the end of a log tell what went wrong."""
PATIENCE = 60
"""Seconds within which anything here must be done."""
MEETLAT = str(Path(sys.executable).with_name("meetlat"))


class Failed(Exception):
    """The drill shows that something does not hold; says what."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(what: str, done: Callable[[], bool]) -> None:
    """Wait until something is so. Raises Failed."""
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            raise Failed(f"not within {PATIENCE} seconds: {what}")
        time.sleep(0.05)


class Meetlat:
    """`meetlat` on one database, with the settings of a server behind a proxy."""

    def __init__(self, database_url: str, folder: Path, public_url: str, files: Path | None = None) -> None:
        """`folder`: its data directory; `files`: where the files are that several servers share."""
        folder.mkdir(exist_ok=True)
        self.port, self.figures, self.log = free_port(), free_port(), folder / "meetlat.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MEETLAT_")},
            "MEETLAT_DATABASE_URL": database_url,
            "MEETLAT_DATA_DIR": str(folder),
            "MEETLAT_FILES_DIR": str(files or folder / "files"),
            "MEETLAT_SECRET_KEY": "a key that only the drill uses, and long enough",
            "MEETLAT_DEMO_PASSWORD": PASSWORD,
            "MEETLAT_PUBLIC_URL": public_url,
            "MEETLAT_METRICS_PORT": str(self.figures),
        }

    def run(self, *words: str) -> str:
        """Run a command to its end; what it says. Raises Failed when it does not end well."""
        ran = subprocess.run(
            [MEETLAT, *words], cwd=ROOT, env=self._environ, capture_output=True, text=True, check=False
        )
        if ran.returncode != 0:
            raise Failed(f"meetlat {' '.join(words)} ended with {ran.returncode}: {ran.stdout}{ran.stderr}")
        return ran.stdout

    def start(self) -> None:
        """Serve, and wait until somebody can come in."""
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [MEETLAT, "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=self._environ,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        until("Meetlat listens", lambda: listens(self.port))

    def workers(self) -> set[int]:
        """The processes that serve."""
        assert self._process is not None
        return children(self._process.pid)

    def signal(self, number: signal.Signals) -> None:
        """Send the server a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def processes(self) -> set[int]:
        """All its processes: those that serve, and the one that watches over them."""
        assert self._process is not None
        return {self._process.pid, *self.workers()}

    def kill(self) -> None:
        """End all its processes at once, as a machine ends that fails (kill -9)."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self.ended()

    def ended(self) -> int:
        """Wait until it ends; with which code."""
        assert self._process is not None
        return self._process.wait(timeout=PATIENCE)

    def stop(self) -> None:
        """End it, if it still serves."""
        if self._process is not None and self._process.poll() is None:
            self.signal(signal.SIGTERM)
            self.ended()

    def last_words(self) -> str:
        """The end of its technical log."""
        return self.log.read_text(encoding="utf-8")[-WORDS:] if self.log.exists() else ""

    def lines(self) -> list[dict[str, Any]]:
        """The lines of its technical log."""
        text = self.log.read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


class Nginx:
    """nginx with the configuration of docs/nginx.conf, on ports and with a certificate of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.port, self.plain = folder, free_port(), free_port()
        self.certificate = folder / "certificate.pem"
        self._certify()

    def start(self, *to: int) -> None:
        """Start it before the servers on these ports, and wait until it listens."""
        self._configure(to)
        self._run()
        until("nginx listens", lambda: listens(self.port))

    def lead(self, *to: int) -> None:
        """Lead to the servers on these ports from now on, without refusing anybody meanwhile."""
        before = self.workers()
        self._configure(to)
        self._run("-s", "reload")
        until("nginx leads there", lambda: not self.workers() & before)

    def workers(self) -> set[int]:
        """Its processes that take requests."""
        return children(int((self.folder / "nginx.pid").read_text(encoding="ascii")))

    def stop(self) -> None:
        """End it."""
        if (self.folder / "nginx.pid").exists():
            self._run("-s", "quit")

    def _run(self, *words: str) -> None:
        place = ["-p", str(self.folder), "-c", "nginx.conf", "-e", str(self.folder / "error.log")]
        subprocess.run(["nginx", *place, *words], check=True)

    def _certify(self) -> None:
        names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        files = ["-keyout", str(self.folder / "key.pem"), "-out", str(self.certificate)]
        kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]
        subprocess.run(["openssl", "req", *kind, *names, *files], check=True, capture_output=True)

    def _configure(self, to: tuple[int, ...]) -> None:
        text = (ROOT / "docs" / "nginx.conf").read_text(encoding="utf-8")
        server = re.search(r"^ *server 127\.0\.0\.1:5000[^\n]*\n", text, re.M)
        if server is None:
            raise Failed("docs/nginx.conf no longer has a line for a server")
        lines = [server[0].replace(":5000", f":{port}") for port in to]
        text = text.replace(server[0], "".join(lines))
        for ours, theirs in {
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "listen 80": f"listen 127.0.0.1:{self.plain}",
            "meetlat.example.nl": "localhost",
            "/etc/ssl/meetlat/fullchain.pem": str(self.certificate),
            "/etc/ssl/meetlat/privkey.pem": str(self.folder / "key.pem"),
            "/var/log/nginx": str(self.folder),
        }.items():
            if ours not in text:
                raise Failed(f"docs/nginx.conf no longer has {ours!r}")
            text = text.replace(ours, theirs)
        passing = [
            f"{name} {self.folder};"
            for name in (
                *("client_body_temp_path", "proxy_temp_path", "fastcgi_temp_path"),
                *("uwsgi_temp_path", "scgi_temp_path"),
            )
        ]
        user = ["user root;"] if os.geteuid() == 0 else []  # or its workers can't enter our folder
        whole = [*user, "pid nginx.pid;", "events {}", "http {", "access_log off;", *passing, text, "}"]
        (self.folder / "nginx.conf").write_text("\n".join(whole), encoding="utf-8")


def children(number: int) -> set[int]:
    """The processes that a process started, and that are still there."""
    found = Path(f"/proc/{number}/task/{number}/children").read_text(encoding="ascii")
    return {int(word) for word in found.split()}


def listens(port: int) -> bool:
    """Whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
