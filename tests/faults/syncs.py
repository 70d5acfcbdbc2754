"""Whether a save is on the disk before it is acknowledged, as the calls to the kernel tell.

Killing a process proves nothing of this: the kernel keeps what it wrote. So saves go one after another while
strace writes down what the server does. An answer may leave when nothing that was written to SQLite's log
waits for the disk, and that log went to the disk since the answer before.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.respondents import Ledger, Respondent
from tests.faults.serving import MEETLAT, Server

CALLS = "pwrite64,write,fsync,fdatasync,sendto,sendmsg"
CALL = re.compile(r"^(?P<pid>\d+) +(?P<name>\w+)\((?P<what>.*)")
RESUMED = re.compile(r"^(?P<pid>\d+) +<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)")
WAL = "-wal>"
SAVED = '"HTTP/1.1 200 '
WRITES, SYNCS, SENDS = {"pwrite64", "write"}, {"fsync", "fdatasync"}, {"sendto", "sendmsg"}
SAVES = 40


@dataclass(frozen=True)
class Synced:
    """`saves` that were acknowledged, `syncs` of the log, and how many answers left too early."""

    saves: int
    syncs: int
    early: int

    @property
    def durable(self) -> bool:
        """Whether every acknowledged save was on the disk, and there was at least one sync for each."""
        return self.saves > 0 and self.early == 0 and self.syncs >= self.saves


def strace() -> str | None:
    """Where the program is that writes calls down."""
    return shutil.which("strace")


def watch(url: str, folder: Path, command: Sequence[str] = MEETLAT) -> Synced:
    """Serve this database, save one answer after another, and count."""
    trace = folder / "trace"
    before = [strace() or "strace", "-f", "--seccomp-bpf", "-y", "-s", "20", "-o", str(trace)]
    server = Server(url, folder, before=[*before, "-e", f"trace={CALLS}"], command=command)
    ledger = Ledger()
    try:
        server.start()
        one = Respondent(server.port, "VR02", "ovr.vr02", random.Random(0), ledger)
        fields, note = one.open_first()
        begin = trace.stat().st_size
        saved = sum(one.autosave(fields, note) for _ in range(SAVES))
    finally:
        server.stop()
    with trace.open(errors="replace") as file:
        file.seek(begin)
        return count(saved, file)


def count(saves: int, lines: Iterable[str]) -> Synced:
    """Read what strace wrote while so many saves were acknowledged."""
    syncs = early = answers = since = 0
    waiting = False
    begun: dict[str, str] = {}
    for line in lines:
        if found := CALL.match(line):
            name, what = found["name"], found["what"]
            if name in SENDS and SAVED in what and answers < saves:
                answers += 1
                early += waiting or since == 0
                since = 0
            if name in WRITES and WAL in what:
                waiting = True
            if name in SYNCS and WAL in what:
                if what.rstrip().endswith("<unfinished ...>"):
                    begun[found["pid"]] = name
                else:
                    waiting, since, syncs = False, since + 1, syncs + 1
        elif (found := RESUMED.match(line)) and begun.get(found["pid"]) == found["name"]:
            del begun[found["pid"]]
            waiting, since, syncs = False, since + 1, syncs + 1
    return Synced(saves, syncs, early + saves - answers)
