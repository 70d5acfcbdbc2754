"""Two servers on one database and one folder of files: nothing sticks to one, and either can be missed."""

from __future__ import annotations

import hashlib
import signal
import time
from collections.abc import Callable

import sqlalchemy as sa

from app import database
from surveys.models import AnswerVersion
from tests.drill.filling import PASSING, PEOPLE, Filler, Tally, Watch, finish
from tests.drill.serving import Failed, Meetlat, until
from tests.drill.standing import DATABASE, INSPECTOR, Drill, hold
from tests.drill.visiting import Visitor
from tests.faults.checking import Checker
from tests.faults.respondents import Ledger

MEASUREMENT = "eindmeting-2013"
ALIVE = 'meetlat_requests_total{endpoint="health.alive",status="2xx"}'
LOGINS = 30
"""So often one address may try to log in within a minute."""
CALM = 4.0
"""Seconds of every part in which nothing more happens."""


def sharing(drill: Drill) -> None:
    """A second server: no session, limit or file is of one of both."""
    drill.second.start()
    drill.nginx.lead(drill.meetlat.port, drill.second.port)
    servers = (drill.meetlat, drill.second)
    before = [drill.figure(ALIVE, each) for each in servers]
    for _ in range(40):
        drill.visitor().get("/gezond")
    shares = [drill.figure(ALIVE, each) - was for each, was in zip(servers, before, strict=True)]
    hold(
        sum(shares) == 40 and min(shares) >= 15,
        f"40 requests: {shares[0]:.0f} at one, {shares[1]:.0f} at the other",
    )
    visitor = drill.visitor()
    visitor.log_in(INSPECTOR)
    seen = [direct(visitor, each).get("/").status for each in servers]
    hold(seen == [200, 200], "who logged in is in at both")
    _limit(drill)
    _file(drill, visitor)


def direct(visitor: Visitor, server: Meetlat) -> Visitor:
    """The same browser, led to one server."""
    return Visitor(visitor.port, visitor.certificate, visitor.address, visitor.cookies, server.port)


def _limit(drill: Drill) -> None:
    """Tries to log in at one server count at the other."""
    guesser = drill.visitor()
    guesser.address = "127.0.2.1"
    page = guesser.get("/inloggen")
    statuses = []
    for number in range(LOGINS + 1):
        at = direct(guesser, (drill.meetlat, drill.second)[number % 2])
        statuses.append(at.send("/inloggen", {"email": "", "password": ""}, page).status)
    hold(
        statuses == [200] * LOGINS + [429],
        f"{LOGINS} tries to log in, by turns at both: the next one is refused with {statuses[-1]}",
    )


def _file(drill: Drill, visitor: Visitor) -> None:
    """What one server makes is downloaded from the other."""
    page = f"/rapport/{MEASUREMENT}/regios"
    asked = direct(visitor, drill.meetlat).post(page, {"vorm": "html"}, page)
    hold(asked.status == 303, f"a long task was asked for at one: {asked.headers['Location']}")
    address = str(asked.headers["Location"])
    state = "SELECT state FROM task ORDER BY id DESC LIMIT 1"
    until("the task is done", lambda: drill.query(state) not in {"waiting", "running"})
    files = [direct(visitor, each).get(f"{address}/bestand") for each in (drill.meetlat, drill.second)]
    found = {hashlib.sha256(each.content).hexdigest() for each in files}
    attempts = drill.query("SELECT attempts FROM task ORDER BY id DESC LIMIT 1")
    hold(
        [each.status for each in files] == [200, 200] and len(found) == 1 and attempts == 1,
        f"made once, and {len(files[0].content) / 1e6:.1f} MB are the same from both",
    )


def losing(drill: Drill) -> None:
    """Twenty people save while one server is killed and comes back, and each is replaced in good order."""
    watch, ledger = Watch(), Ledger()
    checker = Checker(drill.database.url(DATABASE))
    fillers = [Filler(drill.nginx, number, ledger, watch) for number in range(len(PEOPLE))]
    for each in fillers:
        each.start()
    until("everybody fills in", lambda: all(each.busy for each in fillers))
    first, second = drill.meetlat, drill.second
    print(f"  {Shown.HEAD}", flush=True)
    shown = Shown(watch)
    shown.during("both serve", lambda: None)
    shown.during("one is killed (kill -9)", second.kill)
    shown.during("and starts again", second.start)
    shown.during("one stops (SIGTERM)", lambda: _stop(first))
    shown.during("and starts again", first.start)
    shown.during("nginx leaves one alone", lambda: drill.nginx.lead(first.port))
    shown.during("and that one stops", lambda: _stop(second))
    shown.during("starts, and takes part", lambda: _take_part(drill))
    finish(fillers)
    tally, (saves, _) = watch.taken(), ledger.taken()
    again = ", ".join(f"{number} at try {1 + tries}" for tries, number in sorted(tally.again.items()))
    print(
        f"  {tally.requests} requests; sent again: {again or 'none'}; the longest took {tally.longest:.1f} s"
    )
    print(
        f"  errors that were seen: {', '.join(f'{what} ({n})' for what, n in tally.seen.items()) or 'none'}"
    )
    lasting = [what for what in tally.seen if what not in PASSING]
    hold(not lasting, f"all that was sent came through in the end {lasting or ''}")
    out = ledger.refused["logged out"]
    hold(out == 0, f"{out} were logged out")
    found = checker.examine(ledger)
    hold(not found.lines, f"{len(saves)} acknowledged answers, 0 lost, 0 half {found.lines[:3] or ''}")
    twice = _twice(drill, set(saves))
    hold(not twice, f"each is there exactly once {twice[:3] or ''}")
    drill.meetlat.run("log", "seal")
    hold("in orde" in (told := drill.meetlat.run("log", "verify")).lower(), told.splitlines()[0])
    hold((told := drill.meetlat.run("check")).endswith("controles kloppen.\n"), told.splitlines()[-1])


def _stop(server: Meetlat) -> None:
    server.signal(signal.SIGTERM)
    if (code := server.ended()) != 0:
        raise Failed(f"a server that was told to stop ended with {code}")


def _take_part(drill: Drill) -> None:
    drill.second.start()
    drill.nginx.lead(drill.meetlat.port, drill.second.port)


def _twice(drill: Drill, texts: set[str]) -> list[str]:
    """The texts that were saved more than once, or less."""
    engine = database.standalone_engine(drill.database.url(DATABASE))
    with engine.connect() as connection:
        notes = [new["note"] for new in connection.scalars(sa.select(AnswerVersion.new))]
    engine.dispose()
    there = [note for note in notes if note in texts]
    return sorted({note for note in there if there.count(note) > 1} | (texts - set(there)))


class Shown:
    """Prints what respondents noticed in each part."""

    HEAD = f"{'':26}{'seconds':>8}{'saves':>8}{'requests':>10}{'sent again':>12}{'errors seen':>13}"

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def during(self, what: str, happens: Callable[[], None]) -> None:
        """Let something happen, and some calm after it."""
        before, began = self._watch.taken(), time.monotonic()
        happens()
        time.sleep(CALM)
        self._line(what, time.monotonic() - began, self._watch.taken().since(before))

    def _line(self, what: str, seconds: float, part: Tally) -> None:
        again, seen = sum(part.again.values()), sum(part.seen.values())
        print(
            f"  {what:26}{seconds:8.1f}{part.saves:8}{part.requests:10}{again:12}{seen:13}",
            flush=True,
        )
