"""Meetlat as it stands on a server, tried from outside: `make drill`.

nginx (with docs/nginx.conf and a certificate of its own), one and then two servers with two workers each,
PostgreSQL, the example data. Each step prints what it saw; the first thing that does not hold ends the drill
with 1. Needs nginx and openssl.
"""

from __future__ import annotations

import http.client
import re
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.database import upgrade
from tests.drill.costs import measuring, sealing
from tests.drill.serving import Failed, Meetlat, Nginx, until
from tests.drill.sharing import losing, sharing
from tests.drill.standing import DATABASE, INSPECTOR, Drill, hold
from tests.drill.visiting import Visitor
from tests.faults.crashing import CrashingServer
from tests.support import databases

MEASUREMENT = "eindmeting-2013"
FORGED = {"X-Forwarded-For": "203.0.113.9", "X-Request-ID": "forged-by-a-client", "X-Forwarded-Proto": "http"}
HEADERS = {
    "Strict-Transport-Security": "max-age=31536000",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
}
RESTARTS = 3
VISITORS = 4
PAGES = ("/", f"/landelijk/{MEASUREMENT}/", "/gezond")


def coming_in(drill: Drill) -> None:
    """Over https: log in, and what protects that."""
    link = http.client.HTTPConnection("localhost", drill.nginx.plain)
    link.request("GET", "/inloggen")
    moved = link.getresponse()
    onward = str(moved.headers["Location"])
    link.close()
    hold(moved.status == 301 and onward.startswith("https://"), "http leads to https")
    visitor = drill.visitor()
    page = visitor.get("/inloggen")
    for name, wanted in HEADERS.items():
        hold(wanted in page.headers.get(name, ""), f"{name}: {page.headers.get(name, '')[:60]}")
    answer = visitor.log_in(INSPECTOR)
    cookie = next(line for line in answer.cookies if line.startswith("__Host-meetlat="))
    rest = cookie.partition(";")[2].lower()
    wanted = {"secure", "httponly", "path=/", "samesite=lax"}
    hold(wanted <= {part.strip() for part in rest.split(";")} and "domain" not in rest, f"cookie:{rest}")
    hold(visitor.get("/").status == 200, "an inspector is in")


def believing(drill: Drill) -> None:
    """What a client says about itself is not believed; what nginx says is."""
    visitor = drill.visitor()
    answer = visitor.get("/toegankelijkheid", headers=FORGED)
    number = answer.headers["X-Request-Id"]
    hold(re.fullmatch(r"[0-9a-f]{32}", number) is not None, f"nginx numbers the request: {number}")
    logged = any(line.get("request") == number for line in drill.meetlat.lines())
    hold(logged, "and the technical log has that number")
    visitor.log_in(INSPECTOR)
    remote = drill.query(
        "SELECT remote FROM log_entry WHERE action = 'login.success' ORDER BY id DESC LIMIT 1"
    )
    hold(remote == visitor.address, f"the log has where somebody really came from: {remote}")


def limiting(drill: Drill) -> None:
    """What is too large is refused: by Meetlat in words, and beyond all bounds by nginx."""
    visitor = drill.visitor()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = visitor.ask("POST", "/inloggen", b"email=" + b"x" * 3 * 1024**2, kind)
    told = "Wat u stuurt is te groot" in answer.text
    hold(answer.status == 413 and told, "3 MB to a page that takes no files: 413, in words of Meetlat")
    try:
        status = visitor.ask("POST", "/inloggen", b"x" * 70 * 1024**2, kind).status
    except (ConnectionError, TimeoutError) as error:  # nginx need not read what it refuses
        status = 413 if isinstance(error, ConnectionError) else 0
    hold(status == 413, "70 MB: refused by nginx")


def keeping_quiet(drill: Drill) -> None:
    """What nginx says by itself is guarded as our pages are, and what it keeps has no key and no word."""
    visitor, key = drill.visitor(), "a-key-that-nobody-was-given"
    visitor.get(f"/wachtwoord/{key}?zoek=jansen")
    visitor.get(f"/opvolging/agenda/{key}.ics")
    answer = visitor.get("/inloggen", headers={"X-Long": "x" * 40_000})
    hold(answer.status == 400 and "Dit kan zo niet" in answer.text, "a header without end: refused by nginx")
    for name in sorted(HEADERS.keys() - {"Permissions-Policy"}):
        hold(HEADERS[name] in answer.headers.get(name, ""), f"{name} on a page of nginx")
    kept = (drill.nginx.folder / "meetlat.log").read_text(encoding="utf-8")
    hold("GET /wachtwoord/- " in kept, "the log of nginx has who asked for a link")
    hold("GET /opvolging/agenda/- " in kept, "and who asked for a calendar")
    hold(key not in kept and "jansen" not in kept, "and neither its key nor what was searched for")


def counting(drill: Drill) -> None:
    """The figures of two workers are added up, on their own port alone."""
    name = 'meetlat_requests_total{endpoint="health.alive",status="2xx"}'
    before = drill.figure(name)
    for _ in range(40):
        drill.visitor().get("/gezond")
    after = drill.figure(name)
    hold(after - before == 40, f"40 requests are 40 in the figures of {len(drill.meetlat.workers())} workers")
    hold(drill.visitor().get("/metrics").status == 404, "over https there are no figures")
    hold(drill.figure('meetlat_logins_total{outcome="success"}') >= 2, "log-ins are counted")
    told = drill.visitor().get("/klaar")
    hold(told.status == 200, f"/klaar: {told.text.strip()}")


@dataclass
class Load:
    """Visitors who keep asking, and what they were answered."""

    drill: Drill
    answered: int = 0
    failures: list[str] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(default_factory=list)

    def begin(self) -> None:
        """Let them in, and let them ask."""
        visitors = [self.drill.visitor() for _ in range(VISITORS)]
        for visitor in visitors:
            visitor.log_in(INSPECTOR)
        self._threads = [threading.Thread(target=self._ask, args=(each,)) for each in visitors]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Let them finish."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, visitor: Visitor) -> None:
        number = 0
        while not self._over.is_set():
            page = PAGES[number % len(PAGES)]
            number += 1
            try:
                status = visitor.get(page).status
            except OSError as error:
                status = 0
                self._tell(f"{page}: {error}")
            if status != 200:
                self._tell(f"{page}: {status}")
            with self._lock:
                self.answered += 1

    def _tell(self, failure: str) -> None:
        with self._lock:
            self.failures.append(failure)


def restarting(drill: Drill) -> None:
    """Workers are replaced under load, and nobody notices."""
    load = Load(drill)
    load.begin()
    for _ in range(RESTARTS):
        before = drill.meetlat.workers()
        time.sleep(1)
        drill.meetlat.signal(signal.SIGHUP)
        until("new workers", lambda before=before: _replaced(drill, before))
    time.sleep(1)
    load.end()
    told = f"{load.answered} requests during {RESTARTS} graceful restarts, {len(load.failures)} failed"
    hold(not load.failures, f"{told} {load.failures[:3] or ''}")


def _replaced(drill: Drill, before: set[int]) -> bool:
    now = drill.meetlat.workers()
    return len(now) == 2 and not now & before


def stopping(drill: Drill) -> None:
    """SIGTERM: a request that runs gets its answer, and work in the background goes back."""
    visitor = drill.visitor()
    visitor.log_in(INSPECTOR)
    page = f"/rapport/{MEASUREMENT}/regios"
    asked = visitor.post(page, {"vorm": "pdf"}, page)
    hold(asked.status == 303, f"a long task was asked for: {asked.headers['Location']}")
    state = "SELECT state FROM task ORDER BY id DESC LIMIT 1"
    until("the task runs", lambda: drill.query(state) == "running")
    body = b"email=iemand%40voorbeeld.nl&password=langzaam"
    with socket.create_connection(("127.0.0.1", drill.meetlat.port), timeout=60) as slow:
        head = (
            "POST /inloggen HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        slow.sendall(head.encode() + body[:10])
        time.sleep(1)
        drill.meetlat.signal(signal.SIGTERM)
        time.sleep(2)
        slow.sendall(body[10:])
        answer = b"".join(iter(lambda: slow.recv(65536), b""))
    first = answer.partition(b"\r\n")[0].decode()
    # without a token the form is refused, in a whole page: what counts is that it was answered
    hold(
        first.startswith("HTTP/1.1 400") and b"</html>" in answer,
        f"asked before SIGTERM, finished after: {first}",
    )
    hold(drill.meetlat.ended() == 0, "the server ended with 0")
    found, attempts = drill.query(state), drill.query("SELECT attempts FROM task ORDER BY id DESC LIMIT 1")
    hold(
        found == "waiting" and attempts == 0,
        f"the task that ran is {found} again, with {attempts} attempts used",
    )
    drill.meetlat.start()
    until("the task runs again", lambda: drill.query(state) in {"running", "done"})
    page = visitor.get(str(asked.headers["Location"]))
    hold(page.status == 200, "after the start it is taken up again, and the visitor is still in")


def putting_back(drill: Drill) -> None:
    """A backup while it serves, into SQLite, and from there into PostgreSQL again; each is sound."""
    print(f"  {drill.meetlat.run('check').splitlines()[-1]} (PostgreSQL, while it serves)", flush=True)
    drill.database.execute("CREATE DATABASE again TEMPLATE template0")
    places = [
        (f"sqlite:///{drill.folder}/again.sqlite", "into SQLite"),
        (drill.database.url("again"), "and from there into PostgreSQL"),
    ]
    source = drill.meetlat
    for number, (url, what) in enumerate(places):
        file = str(drill.folder / f"backup-{number}.zip")
        print(f"  {source.run('backup', file).splitlines()[0]}", flush=True)
        place = Meetlat(url, drill.folder / f"again-{number}", f"https://localhost:{drill.nginx.port}")
        place.run("restore", file)
        hold(place.run("check").endswith("controles kloppen.\n"), f"restored {what}: every check holds")
        source = place


def standing(drill: Drill) -> None:
    """What was restored serves: the same people, the same passwords."""
    again = Meetlat(
        f"sqlite:///{drill.folder}/again.sqlite",
        drill.folder / "again-0",
        f"https://localhost:{drill.nginx.port}",
    )
    again.start()
    drill.nginx.lead(again.port)
    try:
        visitor = drill.visitor()
        visitor.log_in(INSPECTOR)
        hold(
            visitor.get(f"/landelijk/{MEASUREMENT}/").status == 200,
            "the restored Meetlat on SQLite serves behind nginx",
        )
    finally:
        again.stop()


STEPS: tuple[Callable[[Drill], None], ...] = (
    *(coming_in, believing, limiting, keeping_quiet, counting),
    *(restarting, stopping, sharing, losing, measuring),
    *(putting_back, standing),
)


def main(names: list[str]) -> int:
    """Set everything up, take the steps with these names (or all), and take it down; how it ended."""
    steps = [step for step in STEPS if step.__name__ in names or not names]
    for program in ("nginx", "openssl"):
        if shutil.which(program) is None:
            print(
                f"{program} is not installed; on Debian: apt-get install nginx-light openssl", file=sys.stderr
            )
            return 2
    folder = Path(tempfile.mkdtemp(prefix="meetlat-drill-"))
    folder.chmod(0o755)
    database = CrashingServer()
    nginx = Nginx(folder / "nginx")
    database.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0")
    meetlat, second = (
        Meetlat(
            database.url(DATABASE),
            folder / name,
            f"https://localhost:{nginx.port}",
            files=folder / "files",
        )
        for name in ("one", "two")
    )
    drill = Drill(folder, database, meetlat, second, nginx)
    began = time.monotonic()
    try:
        print("the example data go into PostgreSQL", flush=True)
        upgrade(database.url(DATABASE))
        databases.copy_rows(f"sqlite:///{databases.example_file()}", database.url(DATABASE))
        drill.sealing = sealing(database.url(DATABASE))
        meetlat.start()
        nginx.start(meetlat.port)
        for step in steps:
            print((step.__doc__ or "").partition("\n")[0], flush=True)
            step(drill)
    except Failed as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        for each in (meetlat, second):
            print(each.last_words(), file=sys.stderr)
        return 1
    finally:
        nginx.stop()
        meetlat.stop()
        second.stop()
        database.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"everything holds ({time.monotonic() - began:.0f} seconds)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
