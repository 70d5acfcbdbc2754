"""`python -m tests.faults`: nothing acknowledged is ever lost, tried with random faults (docs/testing.md)."""

from __future__ import annotations

import argparse
import os
import random
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.faults import kinds, syncs
from tests.faults.crashing import CrashingServer
from tests.faults.kinds import KINDS, Kind, NoFault
from tests.faults.serving import CARELESS, MEETLAT, NoAnswer
from tests.faults.surroundings import libfaketime
from tests.faults.trial import Result, Trial
from tests.support import chromium, folders
from tests.support.databases import SqliteDatabases
from tests.support.postgres import PostgresFailure

ROUND = 20
"""The most faults on one database, so that looking at all of it stays quick."""
SYNCS = "syncs"
"""The trial of the disk, beside the kinds of faults."""
COLUMNS = "{:<17} {:<9} {:>5} {:>7} {:>13} {:>8} {:>7} {:>5} {:>5} {:>11}"


def main() -> int:
    """Try everything that was asked for; 0 when every promise was kept."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no server is left behind
    asked = _arguments()
    chosen = [kind for kind in KINDS if _wanted(kind.name, asked)]
    chosen = [kind for kind in chosen if asked.database in (None, kind.database)]
    watched = _wanted(SYNCS, asked) and asked.database != "postgres"
    _install()
    if missing := _missing(chosen, watched):
        print(*missing, sep="\n", file=sys.stderr)
        return 2
    print(f"seed {asked.seed}; again: .venv/bin/python -m tests.faults --seed {asked.seed}", flush=True)
    durable = _watch() if watched else True
    sound = _try_all(chosen, asked.faults, asked.seed)
    return 0 if durable and sound else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    names = sorted({kind.name for kind in KINDS} | {SYNCS})
    parser.add_argument("--faults", type=int, default=int(os.environ.get("FAULTS") or 60))
    parser.add_argument("--seed", default=secrets.token_hex(4), help="replays the choices of a run")
    parser.add_argument("--only", choices=names, action="append", help="nothing but this kind")
    parser.add_argument("--without", choices=names, action="append", default=[], help="leave out this kind")
    parser.add_argument("--database", choices=["sqlite", "postgres"])
    return parser.parse_args()


def _wanted(name: str, asked: argparse.Namespace) -> bool:
    return (asked.only is None or name in asked.only) and name not in asked.without


def _install() -> None:
    packages = [
        name for name, there in (("strace", syncs.strace()), ("libfaketime", libfaketime())) if not there
    ]
    if packages:
        chromium.install(packages, f"{' and '.join(packages)} for the trial of faults")


def _missing(chosen: Sequence[Kind], watched: bool) -> list[str]:
    found = {(kind.name, kind.lacks()) for kind in chosen if kind.lacks()}
    if watched and not syncs.strace():
        found.add((SYNCS, "strace"))
    return [f"‘{name}’ needs {what}: install it, or use --without '{name}'." for name, what in sorted(found)]


def _watch() -> bool:
    """Count syncs, and see that the count finds out a SQLite that does not wait for the disk."""
    good, careless = _counted(MEETLAT), _counted(CARELESS)
    print(f"\nsaves one after another on SQLite, under strace: {good.saves} acknowledged, {good.syncs} syncs")
    print(
        f"  of its log, {good.early} answers before the disk had it: {'right' if good.durable else 'WRONG'}"
    )
    print(f"the same with synchronous=OFF: {careless.saves} acknowledged, {careless.syncs} syncs,")
    print(f"  {careless.early} answers too early: {'NOT found out' if careless.durable else 'found out'}")
    return good.durable and careless.saves > 0 and not careless.durable


def _counted(command: Sequence[str]) -> syncs.Synced:
    with tempfile.TemporaryDirectory(prefix="meetlat-faults-", dir=folders.open_to_all()) as name:
        folder = Path(name)
        return syncs.watch(SqliteDatabases(folder, "faults").make("example"), folder, command)


def _try_all(chosen: Sequence[Kind], faults: int, seed: str) -> bool:
    """Try these kinds of faults and print the table; whether every promise was kept."""
    began = time.monotonic()
    header = "kind of fault,database,runs,faults,acknowledged,refused,silent,lost,half,impossible"
    print("\n" + COLUMNS.format(*header.split(",")), flush=True)
    postgres = CrashingServer() if any(kind.database == "postgres" for kind in chosen) else None
    everything: list[Result] = []
    try:
        if postgres and (unsafe := postgres.unsafe()):
            print(f"PostgreSQL would lose what it acknowledged: {', '.join(unsafe)}", file=sys.stderr)
            return False
        for kind in chosen:
            results = _rounds(kind, kinds.number(kind, faults), seed, postgres)
            _print_row(kind.name, kind.database, results)
            for line in _told(results):
                print(f"    {line}", flush=True)
            everything += results
    finally:
        if postgres:
            postgres.stop()
    _print_row("together", "", everything)
    print(f"in {time.monotonic() - began:.0f} seconds")
    return all(each.sound for each in everything)


def _rounds(kind: Kind, faults: int, seed: str, postgres: CrashingServer | None) -> list[Result]:
    results = []
    for first in range(0, faults, ROUND):
        chance = random.Random(f"{seed}/{kind.name}/{kind.database}/{first}")
        trial = Trial(chance, postgres if kind.database == "postgres" else None)
        try:
            results.append(trial.run(kind.name, kind.fault, min(ROUND, faults - first)))
        except (NoAnswer, NoFault, PostgresFailure, OSError) as failure:
            trial.result.silent += 1
            trial.result.lines.append(str(failure))
            results.append(trial.result)
    return results


def _print_row(name: str, database: str, results: Sequence[Result]) -> None:
    sums = [
        sum(each.faults for each in results),
        sum(each.acknowledged for each in results),
        sum(each.refused.total() for each in results),
        sum(each.silent for each in results),
        sum(each.lost for each in results),
        sum(each.half for each in results),
        sum(each.impossible for each in results),
    ]
    print(COLUMNS.format(name, database, len(results), *sums), flush=True)


def _told(results: Sequence[Result]) -> list[str]:
    remarks = [f"{text} ({count}×)" for each in results for text, count in each.remarks.items()]
    refused = [f"{count}× {why}" for each in results for why, count in each.refused.most_common(4)]
    wrong = [line for each in results for line in each.lines]
    return [*remarks, *(["not acknowledged: " + ", ".join(refused)] if refused else []), *wrong]


if __name__ == "__main__":
    sys.exit(main())
