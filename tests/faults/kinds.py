"""The kinds of faults: what is done to a server that respondents are saving at."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.serving import PATIENCE
from tests.faults.surroundings import libfaketime
from tests.faults.trial import Trial

JUMPS = (-30 * 86400, -2 * 86400, -3 * 3600, -61, -1, 1, 61, 3 * 3600, 2 * 86400, 30 * 86400)
"""Seconds by which a clock jumps: from a correction to a day that was set wrong."""


class NoFault(Exception):
    """The fault could not be made; says why."""


@dataclass(frozen=True)
class Kind:
    """A kind of fault on one of the databases, and its share of all faults.

    `lacks` says what must be installed for it on this machine; nothing when all is there.
    """

    name: str
    database: str
    share: int
    fault: Callable[[Trial], None]
    lacks: Callable[[], str] = lambda: ""


def kill(trial: Trial) -> None:
    """Kill the server under load; sometimes again while it starts."""
    trial.load()
    trial.server.kill()
    if trial.chance.random() < 0.25:
        trial.server.launch()
        time.sleep(trial.chance.uniform(0, 2))
        trial.server.kill()
    trial.server.start()


def fill_disk(trial: Trial) -> None:
    """Leave no room on the disk for a moment; sometimes the server is killed then."""
    disk = trial.disk
    trial.load()
    disk.fill(trial.server)
    time.sleep(trial.chance.uniform(0.3, 1.5))
    if trial.chance.random() < 0.3:
        trial.server.kill()
        disk.free(trial.server)
        trial.server.start()
    else:
        disk.free(trial.server)


def freeze_disk(trial: Trial) -> None:
    """Start on a disk that has become read-only: it may refuse to start, or serve and save nothing."""
    trial.load()
    trial.server.kill()
    trial.disk.freeze()
    trial.server.launch()
    until = time.monotonic() + PATIENCE
    while trial.server.ended() is None and not trial.server.answers() and time.monotonic() < until:
        time.sleep(0.1)
    ended = trial.server.ended()
    if ended is None:
        if trial.crowd.served(1):
            raise NoFault("a save was acknowledged on a disk that can't be written")
        trial.remark("on a read-only disk: serves pages, saves nothing")
    else:
        last = trial.server.last_words().splitlines()[-1:]
        trial.remark(f"on a read-only disk: does not start (code {ended}): {' '.join(last)}")
    trial.server.kill()
    trial.disk.thaw()
    trial.server.start()


def jump(trial: Trial) -> None:
    """Let the clock jump, forward or back."""
    trial.load()
    trial.clock.set(trial.chance.choice(JUMPS))


def cut(trial: Trial) -> None:
    """Cut a connection halfway a save."""
    trial.load()
    if not trial.proxy.cut_next(trial.chance, PATIENCE):
        raise NoFault("no save came by to be cut")


def crash_database(trial: Trial) -> None:
    """Stop the database at once, without a checkpoint, and start it again."""
    trial.load()
    trial.postgres.crash()
    time.sleep(trial.chance.uniform(0, 1))
    trial.postgres.start_again()


def kill_backend(trial: Trial) -> None:
    """Kill a process of the database that serves a connection."""
    trial.load()
    trial.postgres.kill_backend(trial.chance.randrange(1000))
    trial.postgres.wait()


def _without_libfaketime() -> str:
    return "" if libfaketime() else "libfaketime"


KINDS = (
    Kind("kill -9", "sqlite", 12, kill),
    Kind("disk full", "sqlite", 8, fill_disk),
    Kind("disk read-only", "sqlite", 4, freeze_disk),
    Kind("clock jumps", "sqlite", 7, jump, _without_libfaketime),
    Kind("connection cut", "sqlite", 8, cut),
    Kind("kill -9", "postgres", 6, kill),
    Kind("database stopped", "postgres", 6, crash_database),
    Kind("backend killed", "postgres", 6, kill_backend),
    Kind("connection cut", "postgres", 3, cut),
)
"""All kinds, in the order in which they are tried."""
WHOLE = sum(kind.share for kind in KINDS)


def number(kind: Kind, faults: int) -> int:
    """How many of so many faults are of this kind: at least one."""
    return max(1, round(faults * kind.share / WHOLE))
