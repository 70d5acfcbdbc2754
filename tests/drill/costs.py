"""What an answer costs on two servers, and what that makes for more units: the figures of docs/scaling.md."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from app import database
from app.tasks import sealer
from tests.drill.filling import Filler, Watch
from tests.drill.serving import Failed, children
from tests.drill.standing import Drill
from tests.faults.respondents import OK, Fields, Ledger

MANY = 8
"""So many people at a time."""
SECONDS = 5.0
"""So long everybody does one thing."""
WARM = 2
"""So often everybody did it before: a server that runs has compiled its templates and statements long ago."""
TICK = os.sysconf("SC_CLK_TCK")
PRESENCE = re.compile(r'data-presence="([^"]+)" data-factor="([^"]+)" data-stand="([^"]*)"')
GROWING = {
    "answer": "answer",
    "answer_version": "answer_version",
    "log_entry": "log_entry",
    "log_seal": "log_entry",
}
"""The tables that grow with what is filled in, and with whose rows: a seal has a mark for each line."""
UNITS = (25, 10_000, 1_000_000)

ANSWERS = 90
"""Questions of a questionnaire that are answered: the example has 85 to 94."""
SAVES = 3
"""Saves of each: a choice, what explains it, an afterthought."""
PEAK = 0.1 * 0.2
"""What part of all saves falls in the busiest hour: a fifth of the last day, on which a tenth comes in."""
PAUSE = 30
"""Seconds between two saves of somebody who is filling in; the page is open meanwhile."""
POLL = 4
"""Seconds between two times that an open page asks who else is there (assets/js/presence.js)."""
RARER = 15
"""The same, when there are so many pages that it costs more than saving does."""
PAGES = 5
"""Saves for each page that is opened."""
BUSY = 0.6
"""How much of a processor may be in use at the peak."""


@dataclass(frozen=True)
class Cost:
    """What one request of a kind costs: milliseconds of processor, and how many came through in a second."""

    what: str
    rate: float
    app: float
    database: float
    proxy: float


@dataclass(frozen=True)
class Costs:
    """Everything that was measured."""

    save: Cost
    poll: Cost
    page: Cost
    lines: float
    """Lines of the log for each save."""
    sealing: float
    """Milliseconds to seal a thousand lines."""
    row: dict[str, float]
    """Bytes of a row with its share of the indexes, by table."""
    process: float
    """Megabytes of a process that serves, with its share of what it has together with others."""

    @property
    def kinds(self) -> tuple[Cost, ...]:
        """The costs of each kind of request."""
        return (self.save, self.poll, self.page)


def measuring(drill: Drill) -> None:
    """What a save, a sign of life and a page cost, and what that makes for more units."""
    watch, ledger = Watch(), Ledger()
    fillers = [Filler(drill.nginx, number, ledger, watch) for number in range(MANY)]
    opened = [each.open_first() for each in fillers]
    before = _rows(drill, "log_entry"), _rows(drill, "answer_version")
    saving = [_saving(each, *at) for each, at in zip(fillers, opened, strict=True)]
    save = _cost(drill, "save of an answer", saving)
    lines = (_rows(drill, "log_entry") - before[0]) / (_rows(drill, "answer_version") - before[1])
    poll = _cost(drill, "sign of life", [_polling(each) for each in fillers])
    page = _cost(drill, "page of a factor", [_opening(each) for each in fillers])
    processes = drill.meetlat.workers() | drill.second.workers()
    costs = Costs(
        *(save, poll, page, lines, drill.sealing),
        row={name: _size(drill, name) / _rows(drill, of) for name, of in GROWING.items()},
        process=sum(map(_memory, processes)) / len(processes) / 1e6,
    )
    for line in (*told(costs), "", *needed(costs)):
        print(f"  {line}".rstrip(), flush=True)


def _cost(drill: Drill, what: str, acts: list[Callable[[], None]]) -> Cost:
    """Have everybody do something over and over, and count the processor time of each part per time."""
    postmaster = _postmaster(drill)

    def work(act: Callable[[], None]) -> int:
        done = 0
        while time.monotonic() < over:
            act()
            done += 1
        return done

    with ThreadPoolExecutor(len(acts)) as pool:
        for _ in range(WARM):
            list(pool.map(lambda act: act(), acts))
        began, before = time.monotonic(), _worked(drill, postmaster)
        over = began + SECONDS
        times = sum(pool.map(work, acts))
    took, after = time.monotonic() - began, _worked(drill, postmaster)
    each = [1000 * (late - early) / times for early, late in zip(before, after, strict=True)]
    return Cost(what, times / took, *each)


def _saving(filler: Filler, fields: Fields, name: str) -> Callable[[], None]:
    def act() -> None:
        if not filler.autosave(fields, name):
            raise Failed("a save was refused")

    return act


def _polling(filler: Filler) -> Callable[[], None]:
    path = _presence(filler.page().text)
    path = _presence(filler.asked(path).text)  # once it has looked, it knows how the dossier stands

    def act() -> None:
        if filler.asked(path).status != OK:
            raise Failed("a sign of life was refused")

    return act


def _presence(page: str) -> str:
    """What a page asks for every few seconds."""
    found = PRESENCE.search(page)
    if found is None:
        raise Failed("a page no longer says where it asks who is there")
    return f"{found[1]}?{urlencode({'tab': 'drill00000', 'factor': found[2], 'stand': found[3]})}"


def _opening(filler: Filler) -> Callable[[], None]:
    def act() -> None:
        if filler.page().status != OK:
            raise Failed("a page was refused")

    return act


def sealing(url: str) -> float:
    """Seal the log of a database that nobody writes in; how many milliseconds a thousand lines took."""
    engine = database.standalone_engine(url)
    began = time.monotonic()
    lines = sum(sealer.batches(engine))
    took = time.monotonic() - began
    engine.dispose()
    return 1e6 * took / lines


def _rows(drill: Drill, table: str) -> int:
    return int(drill.query(f"SELECT count(*) FROM {table}"))


def _size(drill: Drill, table: str) -> int:
    return int(drill.query("SELECT pg_total_relation_size(to_regclass(:name))", name=table))


def _postmaster(drill: Drill) -> int:
    """The process that all others of PostgreSQL come from."""
    child = drill.query("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'")
    return int(_stat(child)[1])


def _worked(drill: Drill, postmaster: int) -> list[float]:
    """Seconds of processor up to now: of the servers, of PostgreSQL and of nginx."""
    parts = (
        drill.meetlat.processes() | drill.second.processes(),
        {postmaster, *children(postmaster)},
        drill.nginx.workers(),
    )
    # of a process itself, and of what it started that is over: a connection that was closed, for instance
    return [sum(float(word) for each in part for word in _stat(each)[11:15]) / TICK for part in parts]


def _stat(number: int) -> list[str]:
    """The fields of a process after its name."""
    try:
        return Path(f"/proc/{number}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except FileNotFoundError:  # over since we looked: its parent has its time by now
        return ["0"] * 20


def _memory(number: int) -> int:
    """The bytes that a process has for itself, with its share of what it has together with others."""
    found = re.search(r"^Pss: +(\d+) kB", Path(f"/proc/{number}/smaps_rollup").read_text(), re.M)
    return 1024 * int(found[1]) if found else 0


def told(costs: Costs) -> Iterator[str]:
    """The costs as a table."""
    yield "| request | in a second | servers (ms) | PostgreSQL (ms) | nginx (ms) |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for each in costs.kinds:
        yield f"| {each.what} | {each.rate:.0f} | {each.app:.1f} | {each.database:.1f} | {each.proxy:.1f} |"
    sizes = ", ".join(f"`{name}` {size:.0f}" for name, size in costs.row.items())
    sizes += " for each line of the log"
    yield ""
    yield f"Bytes of a row with its indexes: {sizes}."
    yield (
        f"{costs.lines:.2f} lines of the log for each save; sealing a thousand takes {costs.sealing:.0f} ms."
        f" A process that serves has {costs.process:.0f} MB."
    )


def needed(costs: Costs) -> Iterator[str]:
    """What measurements of other sizes need, as a table."""
    yield "| | " + " | ".join(f"{units:,} units" for units in UNITS) + " |"
    yield "| --- |" + " ---: |" * len(UNITS)
    needs = [_needs(costs, units) for units in UNITS]
    for name in needs[0]:
        yield f"| {name} | " + " | ".join(each[name] for each in needs) + " |"


def _needs(costs: Costs, units: int) -> dict[str, str]:
    answers = units * ANSWERS
    versions = answers * SAVES
    lines = versions * costs.lines
    rows = {"answer": answers, "answer_version": versions, "log_entry": lines}
    gigabytes = sum(rows[of] * costs.row[name] for name, of in GROWING.items()) / 1e9
    saves = versions * PEAK / 3600
    opened = saves * PAUSE
    servers, stored = _processors(costs, saves, POLL)
    servers_then, stored_then = _processors(costs, saves, RARER)
    return {
        "saves, all together": _round(versions),
        "saves a second at the peak": _round(saves),
        "pages open at the peak": _round(opened),
        "signs of life a second": _round(opened / POLL),
        "processors for the servers": _round(servers),
        "processors for PostgreSQL": _round(stored),
        f"the same, with a sign of life each {RARER} seconds": (
            f"{_round(servers_then)} and {_round(stored_then)}"
        ),
        "memory of the servers (GB)": _round(max(2, servers) * costs.process / 1000),
        "lines of the log to seal a second": _round(saves * costs.lines),
        "answers": _round(answers),
        "versions of answers": _round(versions),
        "lines of the log": _round(lines),
        "database (GB)": _round(gigabytes),
    }


def _processors(costs: Costs, saves: float, poll: float) -> tuple[float, float]:
    """How many the servers and PostgreSQL need, when so much is saved in a second and pages ask so often."""
    rates = (saves, saves * PAUSE / poll, saves / PAGES)
    each = list(zip(rates, costs.kinds, strict=True))
    app = sum(rate * cost.app for rate, cost in each)
    stored = sum(rate * cost.database for rate, cost in each)
    return app / 1000 / BUSY, stored / 1000 / BUSY


def _round(number: float) -> str:
    """In two figures: these are estimates."""
    if number >= 10:
        digits = len(str(int(number))) - 2
        return f"{int(round(number, -digits)):,}"
    return f"{number:.2g}"
