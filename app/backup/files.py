"""The file store, as backups use it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

PIECE = 1024 * 1024


class Files:
    """A folder with files under their SHA-256: `ab/abcd…`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def _place(self, sha256: str) -> Path:
        return self.path / sha256[:2] / sha256

    def read(self, sha256: str) -> Iterator[bytes]:
        """The pieces of a file. Raises FileNotFoundError."""
        with self._place(sha256).open("rb") as file:
            while piece := file.read(PIECE):
                yield piece

    def empty(self) -> bool:
        """Whether there is no file at all."""
        return not any(each.is_file() for each in self.path.rglob("*"))

    def put(self, sha256: str, pieces: Iterable[bytes]) -> None:
        """Keep a file, durably."""
        place = self._place(sha256)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=place.parent)
        try:
            with open(descriptor, "wb") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(place)
        finally:
            Path(name).unlink(missing_ok=True)

    def remove(self, sha256: str) -> None:
        """Remove a file, if it is there."""
        self._place(sha256).unlink(missing_ok=True)
