"""Files that can be made again, kept by what they were made from: who asks again has them at once.

A file is kept under a key, the SHA-256 of all that its content depends on. The SHA-256 of the content itself
stands before it, so that a damaged file is seen and made again. Several servers may share the folder.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, cast
from weakref import WeakValueDictionary

from flask import Flask, current_app

BOUND: Final = 1024**3
"""So many bytes are kept; what was not used for longest goes first."""
KEY: Final = re.compile(r"[0-9a-f]{64}")
DIGEST: Final = 32
"""The bytes of a SHA-256."""
logger = logging.getLogger(__name__)


class Cache:
    """A folder with files under their key: `ab/abcd…`. It is made when the first file comes."""

    def __init__(self, path: Path, bound: int = BOUND) -> None:
        self._path, self._bound = path, bound
        self._turns: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()
        self._turning = threading.Lock()

    def get(self, key: str) -> bytes | None:
        """Give what is kept under a key; None when there is nothing, or it is damaged."""
        place = self._place(key)
        try:
            whole = place.read_bytes()
        except OSError:
            return None
        with suppress(OSError):  # a folder that can only be read gives what it has
            os.utime(place)
        digest, content = whole[:DIGEST], whole[DIGEST:]
        if hashlib.sha256(content).digest() == digest:
            return content
        logger.warning("damaged file in the cache", extra={"key": key})
        with suppress(OSError):
            place.unlink()
        return None

    def put(self, key: str, content: bytes) -> None:
        """Keep bytes under a key, instead of what was there; then keep to the bound. Raises OSError."""
        place = self._place(key)
        # each by itself: `parents` would leave the outer one open to others
        for folder in (self._path, place.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
        # not made durable: a file that a power failure damages is made again
        descriptor, name = tempfile.mkstemp(dir=place.parent)
        try:
            with open(descriptor, "wb") as file:
                file.write(hashlib.sha256(content).digest())
                file.write(content)
            Path(name).replace(place)
        finally:
            Path(name).unlink(missing_ok=True)
        self._shrink(place)

    def made(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Give what is kept under a key, and make and keep it when there is nothing.

        In one process a key is made once at a time: who asks meanwhile waits and gets the same. What can't be
        kept is given nevertheless. Raises whatever `make` does.
        """
        with self._turn(key):
            content = self.get(key)
            if content is None:
                content = make()
                self._try_put(key, content)
            return content

    def clear(self) -> None:
        """Remove everything that is kept: it can be made again, unless what it was made from is gone."""
        for each in self._path.glob("??/*"):
            each.unlink(missing_ok=True)

    def _try_put(self, key: str, content: bytes) -> None:
        try:
            self.put(key, content)
        except OSError:
            logger.exception("nothing can be kept in the cache")

    def _turn(self, key: str) -> threading.Lock:
        """The lock of a key, which is gone as soon as nobody needs it."""
        with self._turning:
            return self._turns.setdefault(key, threading.Lock())

    def _shrink(self, newest: Path) -> None:
        """Remove what was not used for longest until the rest fits; another server may do so too."""
        found = []
        for each in self._path.glob("??/*"):
            try:
                about = each.stat()
            except FileNotFoundError:
                continue
            found.append((about.st_mtime_ns, about.st_size, each))
        total = sum(size for _, size, _ in found)
        for _, size, each in sorted(found):
            if total <= self._bound:
                break
            if each != newest:
                each.unlink(missing_ok=True)
                total -= size

    def _place(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise ValueError("a file in the cache is known by a SHA-256 in hex")
        return self._path / key[:2] / key


def init_app(app: Flask) -> None:
    """Give the application its cache: what one server made is there for all that share its files."""
    app.extensions["cache"] = Cache(app.config["SETTINGS"].cache)


def current() -> Cache:
    """The cache of the present application."""
    return cast(Cache, current_app.extensions["cache"])
