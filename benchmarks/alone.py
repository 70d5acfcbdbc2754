"""One measurement in a process of its own: what it takes is its own, and nothing was done before it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support import folders
from tests.support.postgres import Server

ROOT = Path(__file__).parents[1]


def alone(module: str, *words: object, settings: Mapping[str, str] | None = None) -> Any:
    """Run `python -m MODULE WORDS`, with settings in its environment, and give what it tells."""
    ran = subprocess.run(
        [sys.executable, "-m", module, *map(str, words)],
        env=os.environ | dict(settings or {}),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(ran.stdout)


def tell(found: object) -> None:
    """Tell what was measured to whoever ran this process."""
    sys.stdout.write(json.dumps(found))


@contextmanager
def databases() -> Iterator[Mapping[str, str]]:
    """A folder for SQLite and a server of PostgreSQL: the beginnings of addresses, by the database's name."""
    with tempfile.TemporaryDirectory(prefix="meetlat-bench-", dir=folders.open_to_all()) as folder:
        server = Server()
        try:
            yield {"SQLite": f"sqlite:///{folder}/{{}}.sqlite", "PostgreSQL": server.url("{}")}
        finally:
            server.stop()
