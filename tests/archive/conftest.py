"""The full world of the tests of backups, its archive, and a place to put that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.archive.document import canonical
from tests.backup.conftest import environment, files, full, place, run
from tests.backup.whole import with_full
from tests.factories import World
from tests.support.cli import Ran

__all__ = ["environment", "files", "full", "place", "run", "with_full"]

Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def archives(database_kind: str) -> list[bytes]:
    """The archive of the measurement of `full` on this kind of database, once it was made."""
    return []


@pytest.fixture
def made(run: Run, full: World, tmp_path: Path, archives: list[bytes]) -> Path:
    """The archive of the measurement of `full`."""
    path = tmp_path / "meting.json"
    if archives:
        path.write_bytes(archives[0])
    else:
        ran = run("export", "measurement", "proefmeting", path)
        assert (ran.code, ran.err) == (0, "")
        archives.append(path.read_bytes())
    return path


class Opened:
    """An archive to look into and to spoil."""

    def __init__(self, content: bytes) -> None:
        self.whole: dict[str, Any] = json.loads(content)

    @property
    def head(self) -> dict[str, Any]:
        """The head."""
        return self.whole["head"]  # type: ignore[no-any-return]

    def part(self, name: str) -> dict[str, Any]:
        """A part, by its name."""
        return next(part for part in self.whole["parts"] if part["name"] == name)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table, in whatever part."""
        found = (part["content"] for part in self.whole["parts"])
        return next(content[table] for content in found if isinstance(content, dict) and table in content)

    def sealed(self) -> bytes:
        """The file with checksums that fit, as somebody would make them who wants to deceive."""
        for part in self.whole["parts"]:
            part["sha256"] = _sum(part["content"])
        listed = [{name: part[name] for name in ("name", "about", "sha256")} for part in self.whole["parts"]]
        self.whole["sha256"] = _sum({"head": self.head, "parts": listed})
        return self.written()

    def written(self) -> bytes:
        """The file as it is, whether its checksums fit or not."""
        return json.dumps(self.whole, ensure_ascii=False).encode()


def _sum(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()
