"""`python -m benchmarks`: measure every part of docs/benchmarks.md, or those that are named; print tables.

Nothing here passes or fails: every table has a floor of the same run beside its figures.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sqlite3
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Final

import click

from benchmarks.tables import KILO, MEGA, say

PARTS: Final = ("serving", "scoring", "picture", "exports")
"""The modules here that measure something, in the order in which they do."""


def main() -> None:
    """Print on what this was measured, and the tables of each part that was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"any of: {', '.join(PARTS)}")
    asked = parser.parse_args().parts
    for unknown in sorted(set(asked) - set(PARTS)):
        parser.error(f"there is no part {unknown}: choose from {', '.join(PARTS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no server is left behind
    click.echo(_machine())
    began = time.monotonic()
    for part in PARTS:
        if not asked or part in asked:
            sys.stdout.flush()
            import_module(f"benchmarks.{part}").main()
    say(f"Measured in {time.monotonic() - began:.0f} seconds; the load of the machine is now {_load()}.")


def _machine() -> str:
    """On what is measured, and how busy that is."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "?")
    meminfo = Path("/proc/meminfo").read_text().split()
    memory = int(meminfo[1]) * KILO / MEGA / 1000
    return (
        f"On {datetime.now(UTC):%d %B %Y} with Python {platform.python_version()} on Linux"
        f" {platform.release()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores of {model} with"
        f" {memory:.0f} GB; the load of the machine before was {_load()}."
    )


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    main()
