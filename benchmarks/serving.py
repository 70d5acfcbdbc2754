"""How quickly Meetlat answers: pages and saves of 1, 8 and 50 respondents at once, start-up, memory.

The real `meetlat serve`, on SQLite and on PostgreSQL with nothing turned off, with the example data. Beside
every figure stands its floor, measured in the same run: an empty Flask view on the very same server, and the
commit of one row that waits for the same disk.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url

from app import database
from benchmarks.tables import (
    Times,
    figure,
    heading,
    megabytes,
    memory,
    milliseconds,
    ratio,
    say,
    table,
    watch,
)
from benchmarks.visitors import ASKS, Crowd, Run
from tests.faults.crashing import CrashingServer
from tests.faults.serving import MEETLAT, NoAnswer, Server
from tests.support import folders
from tests.support.databases import ROOT, PostgresDatabases, SqliteDatabases

SIZES: Final = (1, 8, 50)
"""So many respondents at once."""
SECONDS: Final = 3.0
"""So long each of them goes on."""
COMMITS: Final = 500
LIMESURVEY: Final = 2.6
"""What LimeSurvey 6.4 saves in a second for eight respondents (docs/benchmarks.md)."""
STARTS: Final = 5
HELPS: Final = 8
SAVE, EMPTY = "save of an answer", "empty view"
PACED: Final = "save of an answer, each after a pause"
PAUSE: Final = 2.0
"""Seconds between two saves of one respondent on average: quicker than anybody fills in."""
PACED_SECONDS: Final = 10.0
WAIT: Final = 30.0


def main() -> None:
    """Measure everything, and print the tables."""
    with tempfile.TemporaryDirectory(prefix="meetlat-bench-", dir=folders.open_to_all()) as name:
        folder = Path(name)
        folder.chmod(0o755)
        say("Serving: making the example data ...")
        url = SqliteDatabases(folder, "bench").make("example")
        _served("SQLite, one worker of eight threads", url, folder, workers=1)
        _start_up(url, folder)
        with _postgres(folder) as other:
            _served("PostgreSQL, two workers of eight threads", other, folder, workers=2)


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL that waits for the disk, with the example data; its address."""
    say("Serving: starting PostgreSQL ...")
    data = Path(tempfile.mkdtemp(prefix="meetlat-bench-pg-", dir=folders.open_to_all()))  # on the disk
    server = CrashingServer(data)
    try:
        if unsafe := server.unsafe():
            raise RuntimeError(f"this PostgreSQL does not wait for the disk: {', '.join(unsafe)}")
        made = PostgresDatabases(server, folder, "bench")
        url = made.make("example")
        made.leave()
        yield url
    finally:
        server.stop()


# --- pages and saves


@dataclass(frozen=True)
class Served:
    """One row: what was asked, by how many at once, and what came of it."""

    what: str
    size: int
    run: Run

    @property
    def times(self) -> Times:
        """How long each request took."""
        return Times(self.run.taken)

    @property
    def a_second(self) -> float:
        """How many requests were answered in a second."""
        return len(self.run.taken) / (self.run.ended - self.run.began)


def _served(title: str, url: str, folder: Path, workers: int) -> None:
    say(f"Serving: {title} ...")
    server = Server(url, folder)
    empty = _empty(folder, workers)
    try:
        server.start()
        empty.start()
        idle = _memory(server)
        crowd = Crowd(server.port, empty.port, SIZES[-1])
        commits = Times(tuple(_commits(url, folder)))
        rows = [Served(what, size, crowd.run(what, size, SECONDS)) for what in ASKS for size in SIZES]
        rows.append(Served(PACED, SIZES[-1], crowd.run(SAVE, SIZES[-1], PACED_SECONDS, PAUSE)))
        crowd.leave()
        after = _memory(server)
    finally:
        server.stop()
        empty.stop()
    heading(f"Pages and saves: {title}")
    _print_served(rows, commits)
    _print_reach(rows, commits)
    _print_memory(idle, after)


def _empty(folder: Path, workers: int) -> Server:
    """The server with nothing on it."""
    return Server(
        f"sqlite:///{folder / 'none.sqlite'}",
        folder,
        command=(sys.executable, "-m", "benchmarks.empty", str(workers)),
    )


def _print_served(rows: Sequence[Served], commits: Times) -> None:
    floors = {row.size: row for row in rows if row.what == EMPTY}
    lines = []
    for row in rows:
        if not row.run.taken:
            raise RuntimeError(f"{row.what}: nothing was answered: {row.run.refused[:1]}")
        times, floor = row.times, floors[row.size].times
        figures = [milliseconds(each) for each in (times.median, times.p95, times.p99)]
        over = {EMPTY: "floor", PACED: "–"}.get(row.what) or ratio(times.median, floor.median)
        refused = str(len(row.run.refused)) if row.run.refused else "–"
        lines.append([row.what, str(row.size), *figures, figure(row.a_second), over, refused])
        for text in row.run.refused[:1]:
            say(f"{row.what}: {text}")
    one = [milliseconds(each) for each in (commits.median, commits.p95, commits.p99)]
    lines.append(["commit of one row", "1", *one, figure(1 / commits.median), "floor", "–"])
    columns = ["what", "at once", "median (ms)", "p95", "p99", "a second", "to the empty view", "failed"]
    table(columns, lines)


def _print_reach(rows: Sequence[Served], commits: Times) -> None:
    found = {(row.what, row.size): row for row in rows}
    one, many = found[SAVE, SIZES[0]].times, found[SAVE, SIZES[-1]].times
    paced = found[PACED, SIZES[-1]].times
    floor = found[EMPTY, SIZES[0]].times.median + commits.median
    table(
        ["what", "figure", "floor", "ratio", "reach"],
        [
            [
                "save of an answer, one respondent, to the empty view and the commit",
                f"{milliseconds(one.median)} ms",
                f"{milliseconds(floor)} ms",
                ratio(one.median, floor),
                "2.5 ×",
            ],
            [
                f"p99 of a save with {SIZES[-1]}, to the median with one",
                f"{milliseconds(many.p99)} ms",
                f"{milliseconds(one.median)} ms",
                ratio(many.p99, one.median),
                "10 ×",
            ],
            [
                f"the same where each pauses {PAUSE:.0f} seconds between saves",
                f"{milliseconds(paced.p99)} ms",
                f"{milliseconds(one.median)} ms",
                ratio(paced.p99, one.median),
                "10 ×",
            ],
            [
                f"saves a second with {SIZES[1]}, to those of LimeSurvey",
                figure(found[SAVE, SIZES[1]].a_second),
                figure(LIMESURVEY),
                ratio(found[SAVE, SIZES[1]].a_second, LIMESURVEY),
                "100 ×",
            ],
        ],
    )


def _commits(url: str, folder: Path) -> list[float]:
    """How long it takes to commit one row, waiting for the disk, on the disk of the database, as it does."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        connection = sqlite3.connect(folder / "floor.sqlite", isolation_level=None)
        for pragma in database.SQLITE:
            connection.execute(f"PRAGMA {pragma}")
        with closing(connection):
            return _inserts(connection)
    place = make_conninfo(host=str(address.query["host"]), user="postgres", dbname=address.database)
    with psycopg.connect(place, autocommit=True) as link:
        return _inserts(link)


def _inserts(link: sqlite3.Connection | psycopg.Connection[Any]) -> list[float]:
    """How long each of many single rows takes, every one a transaction of its own."""
    link.execute("CREATE TABLE floor (word TEXT)")
    found = []
    for _ in range(COMMITS):
        with watch() as taken:
            link.execute("INSERT INTO floor VALUES ('one row')")
        found.append(taken.seconds)
    return found


# --- memory


def _memory(server: Server) -> dict[int, tuple[int, int, int]]:
    """The memory of each process of a server, the one that watches over the others first."""
    return {process: memory(process) for process in sorted(server.processes())}


def _print_memory(idle: dict[int, tuple[int, int, int]], after: dict[int, tuple[int, int, int]]) -> None:
    rows = []
    for number, (process, before) in enumerate(idle.items()):
        name = f"worker {number}" if number else "the process that watches over them"
        then = after.get(process, (0, 0, 0))
        rows.append([name, *(megabytes(each) for each in (*before[:2], *then))])
    table(["memory (MB)", "PSS idle", "RSS idle", "PSS after", "RSS after", "peak"], rows)


# --- start-up


def _start_up(url: str, folder: Path) -> None:
    say("Serving: starting up ...")
    served = Times(tuple(_until_answer(Server(url, folder)) for _ in range(STARTS)))
    empty = Times(tuple(_until_answer(_empty(folder, 1)) for _ in range(STARTS)))
    helped = Times(tuple(_until_done(*MEETLAT, "score", "--help") for _ in range(HELPS)))
    python = Times(tuple(_until_done(sys.executable, "-c", "pass") for _ in range(HELPS)))
    heading("Start-up")
    rows = []
    for name, times, floor in (
        ("`meetlat serve` until its first answer", served, empty),
        ("an empty Flask application on the same server", empty, empty),
        ("`meetlat score --help`", helped, python),
        ("`python -c pass`", python, python),
    ):
        over = "floor" if times is floor else ratio(times.median, floor.median)
        rows.append([name, milliseconds(times.median), milliseconds(times.quantile(1)), over])
    table(["what", "median (ms)", "longest", "ratio"], rows)


def _until_answer(server: Server) -> float:
    """How long a server takes from its start until its first page."""
    began = time.perf_counter()
    server.launch()
    try:
        while not server.answers():
            if server.ended() is not None or time.perf_counter() - began > WAIT:
                raise NoAnswer(server.last_words())
            time.sleep(0.005)
        return time.perf_counter() - began
    finally:
        server.stop()


def _until_done(*command: str) -> float:
    with watch() as taken:
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return taken.seconds


if __name__ == "__main__":
    main()
