"""One round: a fresh database with the example data, a server, respondents, and faults of one kind."""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tests.faults.checking import Checker
from tests.faults.crashing import CrashingServer
from tests.faults.proxy import Proxy
from tests.faults.respondents import Crowd, Ledger
from tests.faults.serving import CLOCKED, PATIENCE, Server
from tests.faults.surroundings import Clock, Disk, disk
from tests.support import folders
from tests.support.databases import PostgresDatabases, SqliteDatabases


@dataclass
class Result:
    """What came of a round."""

    faults: int = 0
    acknowledged: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    silent: int = 0
    lost: int = 0
    half: int = 0
    impossible: int = 0
    lines: list[str] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)

    @property
    def sound(self) -> bool:
        """Whether everything that was promised was kept."""
        return not (self.silent or self.lost or self.half or self.impossible)


class Trial:
    """What a fault works on. What only some kinds need is made when it is asked for."""

    def __init__(self, chance: random.Random, postgres: CrashingServer | None) -> None:
        """`postgres`: the server that the database is on; without it, SQLite."""
        self.chance, self._postgres = chance, postgres
        self.folder = Path(tempfile.mkdtemp(prefix="meetlat-faults-", dir=folders.open_to_all()))
        self.ledger, self.result = Ledger(), Result()
        self.server: Server
        self.crowd: Crowd

    @cached_property
    def disk(self) -> Disk:
        """A disk for the database alone."""
        place = self.folder / "disk"
        place.mkdir()
        made = disk(place)
        self.remark(f"made by {made.told}")
        return made

    @cached_property
    def clock(self) -> Clock:
        """The clock that the server lives by."""
        return Clock(self.folder)

    @cached_property
    def proxy(self) -> Proxy:
        """What the respondents reach the server through."""
        return Proxy(self.server.port)

    @property
    def postgres(self) -> CrashingServer:
        """The database server."""
        assert self._postgres is not None
        return self._postgres

    def load(self) -> None:
        """Let the respondents save for a moment."""
        time.sleep(self.chance.uniform(0.05, 1))

    def remark(self, text: str) -> None:
        """Note something to tell at the end."""
        self.result.remarks[text] += 1

    def run(self, kind: str, fault: Callable[[Trial], None], faults: int) -> Result:
        """Serve, save, make so many faults, and look after each of them."""
        url = self._database(kind)
        checker = Checker(url)
        timed = {"command": CLOCKED, "environ": self.clock.environ()} if "clock" in kind else {}
        self.server = Server(url, self.folder, **timed)
        try:
            self.server.start()
            self.crowd = Crowd(
                self.proxy.port if "cut" in kind else self.server.port, self.chance, self.ledger
            )
            self._look(checker, "at the start")
            for number in range(1, faults + 1):
                fault(self)
                self.result.faults += 1
                self._look(checker, f"after fault {number}")
            self.crowd.finish()
            self._look(checker, "at the end", quiet=True)
        finally:
            self._end()
            self.result.acknowledged = len(self.ledger.saves) + self.ledger.signatures.total()
            self.result.refused = self.ledger.refused
        return self.result

    def _database(self, kind: str) -> str:
        if self._postgres is None:
            place = self.disk.folder if "disk" in kind else self.folder
            return SqliteDatabases(place, "faults").make("example")
        made = PostgresDatabases(self._postgres, self._postgres.folder, self.folder.name[-8:].lower())
        url = made.make("example")
        self._postgres.leave()
        return url

    def _look(self, checker: Checker, when: str, *, quiet: bool = False) -> None:
        """Wait until the server acknowledges again, unless all is quiet, and check what must hold."""
        if not quiet and not self.crowd.served(PATIENCE):
            self.result.silent += 1
            self.result.lines.append(f"{when}: nothing is acknowledged any more: {self.server.last_words()}")
        if not quiet and not self.crowd.alive:
            self.result.silent += 1
            self.result.lines.append(f"{when}: a respondent could go no further; see above")
        found = checker.examine(self.ledger)
        self.result.lost = max(self.result.lost, len(found.lost))
        self.result.half = max(self.result.half, len(found.half))
        self.result.impossible = max(self.result.impossible, len(found.impossible))
        self.result.lines += [f"{when}: {line}" for line in found.lines[:10]]

    def _end(self) -> None:
        if "crowd" in vars(self):
            self.crowd.finish()
        self.server.kill()
        if "proxy" in vars(self):
            self.proxy.close()
        if "disk" in vars(self):
            self.disk.close()
        shutil.rmtree(self.folder, ignore_errors=True)
