"""What the server stands on, and what can be done to it: its disk and its clock."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.faults.serving import PATIENCE, Server

SIZE = 64 * 1024 * 1024
"""Of the disk that is made to be filled: room for the example data and a round of saves."""
LIBRARIES = ("/usr/lib", "/usr/lib64", "/usr/local/lib")


class SmallDisk:
    """A file system of its own, in memory, that can be filled and made read-only."""

    told = "a file system of its own (tmpfs)"

    def __init__(self, folder: Path) -> None:
        """Mount it there. Raises CalledProcessError where mounting is not allowed."""
        self.folder = folder
        self._ballast = folder / "ballast"
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder], check=True, capture_output=True
        )

    def fill(self, server: Server) -> None:
        """Leave no byte."""
        with suppress(OSError), self._ballast.open("ab", buffering=0) as file:
            for size in (1024 * 1024, 4096):
                with suppress(OSError):
                    while file.write(bytes(size)):
                        pass

    def free(self, server: Server) -> None:
        """Make room again."""
        self._ballast.unlink(missing_ok=True)

    def freeze(self) -> None:
        """Take no more writes. Nobody may have a file open for writing."""
        self._remount("ro")

    def thaw(self) -> None:
        """Take writes again."""
        self._remount("rw")

    def close(self) -> None:
        """Take it away, with what is on it."""
        subprocess.run(["umount", "--lazy", self.folder], check=False, capture_output=True)

    def _remount(self, how: str) -> None:
        until = time.monotonic() + PATIENCE
        command = ["mount", "-o", f"remount,{how}", str(self.folder)]
        # a process that was killed may hold its files for a moment after it is gone
        while subprocess.run(command, check=False, capture_output=True).returncode != 0:
            if time.monotonic() > until:
                raise OSError(f"{self.folder} can't be mounted {how}")
            time.sleep(0.05)


class LimitedFolder:
    """The same where nothing can be mounted: no file may grow, and nobody may write."""

    told = "a limit on the size of files, and rights, as nothing can be mounted here"

    def __init__(self, folder: Path) -> None:
        """`folder`: where the database is."""
        self.folder = folder

    def fill(self, server: Server) -> None:
        """Refuse every byte beyond the first: the write fails, as on a disk that is full."""
        self._limit(server, 1)

    def free(self, server: Server) -> None:
        """Let files grow again."""
        self._limit(server, resource.RLIM_INFINITY)

    def freeze(self) -> None:
        """Take the right to write. Raises OSError for root, whom rights do not hold back."""
        if os.geteuid() == 0:
            raise OSError("nothing can be mounted, and root writes anywhere: use --without 'disk read-only'")
        self._rights(0o400, 0o500)

    def thaw(self) -> None:
        """Give it back."""
        self._rights(0o600, 0o700)

    def close(self) -> None:
        """Leave nothing behind that can't be removed."""
        self.thaw()

    def _limit(self, server: Server, size: int) -> None:
        for pid in server.processes():
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def _rights(self, file: int, folder: int) -> None:
        self.folder.chmod(0o700)
        for path in self.folder.iterdir():
            path.chmod(file)
        self.folder.chmod(folder)


Disk = SmallDisk | LimitedFolder


def disk(folder: Path) -> Disk:
    """The best that this machine allows."""
    try:
        return SmallDisk(folder)
    except (OSError, subprocess.CalledProcessError):
        return LimitedFolder(folder)


class Clock:
    """The time of day of one server, which jumps when told to. What measures durations goes on evenly."""

    def __init__(self, folder: Path) -> None:
        """It begins on time."""
        self._file = folder / "clock"
        self.set(0)

    def environ(self) -> dict[str, str]:
        """What a process is started with to live by this clock."""
        return {
            "LD_PRELOAD": str(libfaketime()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    def set(self, seconds: int) -> None:
        """Be so many seconds ahead; less than nothing: behind."""
        part = self._file.with_suffix(".part")
        part.write_text(f"{seconds:+d}\n")
        os.replace(part, self._file)


def libfaketime() -> Path | None:
    """Where the library is that changes what a program takes for the time."""
    return next(_libraries(), None)


def _libraries() -> Iterator[Path]:
    for folder in LIBRARIES:
        for pattern in ("faketime/libfaketimeMT.so.1", "*/faketime/libfaketimeMT.so.1"):
            yield from Path(folder).glob(pattern)
