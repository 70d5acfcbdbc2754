"""Where uploaded files are kept: by what is in them, each content once.

One small interface, `FileStore`; the one there is keeps them in a folder, which several servers may share.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

PIECE = 1024 * 1024
"""So many bytes are read at once."""
NAME = re.compile(r"[0-9a-f]{64}")


class FileDamaged(Exception):
    """What is kept under a name is not what was put there, or is gone. The argument is its SHA-256."""


class FileStore(Protocol):
    """Keeps bytes under their SHA-256 (hex)."""

    def put(self, content: bytes) -> str:
        """Keep bytes, durably, and give their SHA-256. Putting the same again changes nothing."""
        ...

    def read(self, sha256: str) -> bytes:
        """Give the bytes back, after checking that they are the same. Raises FileDamaged."""
        ...

    def remove(self, sha256: str) -> None:
        """Remove a file, if it is there."""
        ...

    def names(self) -> Iterator[str]:
        """The SHA-256 of every file that is kept."""
        ...


class Folder:
    """A folder with files under their SHA-256: `ab/abcd…`. It is made when the first file comes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def put(self, content: bytes) -> str:
        """Keep bytes. Two servers that put the same at once each replace it by the same."""
        sha256 = hashlib.sha256(content).hexdigest()
        self.put_pieces(sha256, [content])
        return sha256

    def put_pieces(self, sha256: str, pieces: Iterable[bytes]) -> None:
        """Keep what comes in pieces, under a hash that the caller has checked."""
        place = self._place(sha256)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=place.parent)
        try:
            with open(descriptor, "wb") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(place)
            _sync(place.parent)
        finally:
            Path(name).unlink(missing_ok=True)

    def pieces(self, sha256: str) -> Iterator[bytes]:
        """The pieces of a file, unchecked: for who computes its hash anyway. Raises FileNotFoundError."""
        with self._place(sha256).open("rb") as file:
            while piece := file.read(PIECE):
                yield piece

    def read(self, sha256: str) -> bytes:
        """Give a file back. Raises FileDamaged when it is gone or is not what was put."""
        try:
            content = self._place(sha256).read_bytes()
        except OSError as error:
            raise FileDamaged(sha256) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise FileDamaged(sha256)
        return content

    def remove(self, sha256: str) -> None:
        """Remove a file, if it is there."""
        self._place(sha256).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """The SHA-256 of every file that is kept; what else lies in the folder is left out."""
        if self.path.is_dir():
            yield from (each.name for each in sorted(self.path.glob("??/*")) if NAME.fullmatch(each.name))

    def empty(self) -> bool:
        """Whether there is no file at all, of ours or of anybody's."""
        return not any(each.is_file() for each in self.path.rglob("*"))

    def _place(self, sha256: str) -> Path:
        if not NAME.fullmatch(sha256):
            raise ValueError("a file is known by its SHA-256 in hex")
        return self.path / sha256[:2] / sha256


def _sync(folder: Path) -> None:
    """Make a new name in a folder durable too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
