"""Where tests keep what lives for minutes."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

ROOM = 700 * 1024 * 1024
"""What the databases of a run need at most, and then some."""


def temporary(prefix: str) -> Path:
    """A new folder, in memory if the machine has room there: a disk makes every commit wait."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return Path(tempfile.mkdtemp(prefix=prefix, dir=memory if roomy else open_to_all()))


def open_to_all() -> Path:
    """A folder for temporary things that every user can enter; without one, that of this user."""
    for name in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
        path = Path(name).resolve()
        if path.is_dir() and all(folder.stat().st_mode & 0o001 for folder in [path, *path.parents]):
            return path
    return Path(tempfile.gettempdir())
