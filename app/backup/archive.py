"""The file that a backup is: a zip with rows as JSON, evidence files, and a manifest with their checksums.

    tables/<name>.jsonl   one JSON object a row, values by the names of the columns
    files/<sha256>        one evidence file, by the hash of what is in it
    manifest.json         of which schema it is; per table its rows, size and SHA-256, per file its size
    manifest.sha256       the SHA-256 of the manifest, and so of everything

Nothing in it is extracted by name: names must be exactly those that the manifest leads to expect.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any, cast

FORMAT = "meetlat-backup"
VERSION = 1
MANIFEST, SEAL = "manifest.json", "manifest.sha256"
LONGEST_MANIFEST = 64 * 1024 * 1024
"""Bytes: room for some hundred thousand files."""
LONGEST_ROW = 64 * 1024 * 1024
"""Bytes that one row may take: the most that is held in memory at once."""
PIECE = 1024 * 1024
MOST_SHOWN = 20
"""Faults that are told; of more, their number."""
_HASH = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError, KeyError),
)
"""What reading a spoilt zip raises."""


class BackupFault(Exception):
    """A backup can't be made, is not in order, or may not be put here.

    `lines` says in Dutch what is wrong and what to do, a line each.
    """

    def __init__(self, *lines: str) -> None:
        shown = list(lines[:MOST_SHOWN])
        if len(lines) > MOST_SHOWN:
            shown.append(f"En nog {len(lines) - MOST_SHOWN} fouten.")
        super().__init__("\n".join(shown))
        self.lines = tuple(shown)


@dataclass(frozen=True)
class Part:
    """A table as it is in a backup: its number of rows, its bytes, and their SHA-256."""

    rows: int
    size: int
    sha256: str


@dataclass(frozen=True)
class Contents:
    """What is in a backup. `files` has the size of each by its SHA-256; `seal` is the manifest's SHA-256."""

    made_at: datetime
    revision: str
    tables: Mapping[str, Part]
    files: Mapping[str, int]
    seal: str = field(default="", compare=False)

    @property
    def rows(self) -> int:
        """The rows of all tables together."""
        return sum(part.rows for part in self.tables.values())

    @property
    def size(self) -> int:
        """The bytes of everything, unpacked."""
        return sum(part.size for part in self.tables.values()) + sum(self.files.values())


class Writer:
    """Writes a backup piece by piece, within `with`. Without the manifest that `close` adds, it is none."""

    def __init__(self, file: IO[bytes]) -> None:
        """`file` is open for writing, and stays open."""
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self._tables: dict[str, Part] = {}
        self._files: dict[str, int] = {}

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def table(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write a table, from rows whose values JSON has. Raises BackupFault for a row that is too long."""
        count = size = 0
        digest = hashlib.sha256()
        with self._zip.open(f"tables/{name}.jsonl", "w", force_zip64=True) as out:
            for row in rows:
                line = json.dumps(row, separators=(",", ":"), allow_nan=False).encode("ascii") + b"\n"
                if len(line) > LONGEST_ROW:
                    raise BackupFault(f"tabel {name}: rij {count + 1} is te groot voor een reservekopie.")
                digest.update(line)
                out.write(line)
                count, size = count + 1, size + len(line)
        self._tables[name] = Part(count, size, digest.hexdigest())

    def file(self, sha256: str, pieces: Iterable[bytes]) -> tuple[str, int]:
        """Write an evidence file; give the SHA-256 and size of what really came."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(f"files/{sha256}", "w", force_zip64=True) as out:
            for piece in pieces:
                digest.update(piece)
                out.write(piece)
                size += len(piece)
        self._files[sha256] = size
        return digest.hexdigest(), size

    def close(self, made_at: datetime, revision: str) -> Contents:
        """Write the manifest and end the zip; `revision` is that of the schema."""
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "made_at": made_at.isoformat(),
            "revision": revision,
            "tables": {
                name: {"rows": part.rows, "size": part.size, "sha256": part.sha256}
                for name, part in self._tables.items()
            },
            "files": self._files,
        }
        text = json.dumps(manifest, indent=1).encode("ascii")
        seal = hashlib.sha256(text).hexdigest()
        self._zip.writestr(MANIFEST, text)
        self._zip.writestr(SEAL, seal + "\n")
        self._zip.close()
        return Contents(made_at, revision, self._tables, self._files, seal)


class Reader:
    """Reads a backup, and trusts nothing in it. Closes what it opened at the end of `with`."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        """`path` is what the backup is called, and `file` what is in it; the file is closed at the end.

        Raises BackupFault when it is no backup, or not one that is whole as far as its list goes.
        """
        self.path, self._file = path, file
        try:
            self._zip = zipfile.ZipFile(file)
        except _BROKEN as error:
            file.close()
            raise _foreign(path) from error
        try:
            self.contents = self._manifest()
            self._same_names()
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()
        self._file.close()

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """The rows of a table. Raises BackupFault at the first thing that is not as the manifest says."""
        part = self.contents.tables[table]
        where = f"{self.path}: tabel {table}"
        digest, size, count = hashlib.sha256(), 0, 0
        with self._open(f"tables/{table}.jsonl", where) as out:
            while line := out.readline(LONGEST_ROW + 1):
                size, count = size + len(line), count + 1
                if len(line) > LONGEST_ROW:
                    raise BackupFault(f"{where}, rij {count} is te groot.")
                if size > part.size:
                    raise BackupFault(f"{where} is groter dan de inhoudsopgave zegt.")
                digest.update(line)
                yield _row(line, f"{where}, rij {count}")
        if digest.hexdigest() != part.sha256:
            raise BackupFault(f"{where} is beschadigd of gewijzigd: de controlesom klopt niet.")
        if count != part.rows:
            raise BackupFault(f"{where} heeft {count} rijen, en volgens de inhoudsopgave {part.rows}.")

    def file(self, sha256: str) -> Iterator[bytes]:
        """The pieces of an evidence file. Raises BackupFault when they are not what the manifest says."""
        where = f"{self.path}: bestand {sha256}"
        digest, size = hashlib.sha256(), 0
        with self._open(f"files/{sha256}", where) as out:
            while piece := out.read(PIECE):
                size += len(piece)
                if size > self.contents.files[sha256]:
                    raise BackupFault(f"{where} is groter dan de inhoudsopgave zegt.")
                digest.update(piece)
                yield piece
        if digest.hexdigest() != sha256 or size != self.contents.files[sha256]:
            raise BackupFault(f"{where} is beschadigd of gewijzigd: de controlesom klopt niet.")

    @contextmanager
    def _open(self, name: str, where: str) -> Iterator[IO[bytes]]:
        try:
            with self._zip.open(name) as raw, io.BufferedReader(cast(io.RawIOBase, raw), PIECE) as out:
                yield out
        except _BROKEN as error:
            raise BackupFault(f"{where} is beschadigd.") from error

    def _manifest(self) -> Contents:
        entries = {entry.filename: entry for entry in self._zip.infolist()}
        if MANIFEST not in entries or SEAL not in entries:
            raise _foreign(self.path)
        damaged = BackupFault(f"{self.path}: de inhoudsopgave is beschadigd of gewijzigd.")
        if entries[MANIFEST].file_size > LONGEST_MANIFEST or entries[SEAL].file_size > len("0" * 64 + "\n"):
            raise damaged
        try:
            text, seal = self._zip.read(MANIFEST), self._zip.read(SEAL).decode("ascii").strip()
            if hashlib.sha256(text).hexdigest() != seal:
                raise damaged
            found = json.loads(text)
        except (*_BROKEN, RecursionError) as error:
            raise damaged from error
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise _foreign(self.path)
        if found.get("version") != VERSION:
            raise BackupFault(
                f"{self.path}: deze reservekopie heeft een vorm die deze Meetlat niet kent."
                " Gebruik de versie van Meetlat die haar maakte, of een nieuwere."
            )
        try:
            return _contents(found, seal)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise damaged from error

    def _same_names(self) -> None:
        """Hold the zip to its manifest: exactly these names, once each, of these sizes, none over another."""
        expected = {f"tables/{name}.jsonl": part.size for name, part in self.contents.tables.items()}
        expected |= {f"files/{sha256}": size for sha256, size in self.contents.files.items()}
        entries = self._zip.infolist()
        faults = []
        seen = {MANIFEST, SEAL}
        for entry in entries:
            if entry.filename in {MANIFEST, SEAL}:
                continue
            if entry.filename not in expected or entry.filename in seen:
                faults.append(f"{self.path}: hierin hoort niet {entry.filename[:100]!a}.")
            elif entry.file_size != expected[entry.filename]:
                faults.append(f"{self.path}: {entry.filename} is niet zo groot als de inhoudsopgave zegt.")
            seen.add(entry.filename)
        faults += [f"{self.path}: {name} ontbreekt." for name in sorted(set(expected) - seen)]
        if sum(entry.compress_size for entry in entries) > self._file.seek(0, os.SEEK_END):
            faults.append(f"{self.path}: de delen van dit bestand overlappen elkaar.")
        if faults:
            raise BackupFault(*faults)


def _contents(found: dict[str, Any], seal: str) -> Contents:
    """Take a manifest apart. Raises KeyError, TypeError, ValueError or AttributeError for a wrong one."""
    made_at = datetime.fromisoformat(found["made_at"])
    tables = {
        _named(_NAME, name): Part(_count(of["rows"]), _count(of["size"]), _named(_HASH, of["sha256"]))
        for name, of in found["tables"].items()
    }
    files = {_named(_HASH, sha256): _count(size) for sha256, size in found["files"].items()}
    if made_at.tzinfo is None or not isinstance(found["revision"], str):
        raise ValueError
    return Contents(made_at, found["revision"], tables, files, seal)


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError
    return value


def _named(pattern: re.Pattern[str], value: str) -> str:
    if not pattern.fullmatch(value):
        raise ValueError
    return value


def _refuse(constant: str) -> None:
    raise ValueError(constant)


_JSON = json.JSONDecoder(parse_constant=_refuse)


def _row(line: bytes, where: str) -> dict[str, Any]:
    try:
        row = _JSON.decode(line.decode("ascii"))
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise BackupFault(f"{where} is niet te lezen.")
    return row


def _foreign(path: Path) -> BackupFault:
    return BackupFault(f"{path}: dit is geen (hele) reservekopie van Meetlat. Kies een ander bestand.")
