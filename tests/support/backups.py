"""What tests of backups compare and spoil: rows, files, and what is in the zip."""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app import database
from app.backup.tables import LEFT_OUT
from surveys.filestore import Folder
from surveys.models import (
    Base,
    StoredFile,
)

Members = dict[str, bytes]

AT = datetime(2026, 3, 29, 0, 59, 59, 123456, tzinfo=UTC)
"""With microseconds, an hour before the clock changes."""
EVIDENCE = (b"%PDF-1.7 een plattegrond", bytes(range(256)) * 9000)


def stored(content: bytes, files: Folder) -> StoredFile:
    """A file that is kept, and its row."""
    sha256 = hashlib.sha256(content).hexdigest()
    files.put_pieces(sha256, [content])
    return StoredFile(sha256=sha256, size=len(content), kind="pdf", stored_at=AT)


def everything(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables that a backup holds, and for JSON whether it is absent in the database too."""
    engine = database.standalone_engine(url)
    found = {}
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in LEFT_OUT:
                absent = [column.is_(None) for column in table.columns if isinstance(column.type, sa.JSON)]
                rows = connection.execute(sa.select(table, *absent).order_by(*table.primary_key))
                found[table.name] = [tuple(row) for row in rows]
    engine.dispose()
    return found


def contents(files: Folder) -> dict[str, bytes]:
    """Every file in a file store, by its path there."""
    return {
        str(path.relative_to(files.path)): path.read_bytes()
        for path in files.path.rglob("*")
        if path.is_file()
    }


def members(path: Path) -> Members:
    """What is in a zip."""
    with zipfile.ZipFile(path) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def pack(path: Path, found: Members) -> None:
    """Make a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in found.items():
            zipped.writestr(name, content)


def seal(found: Members, **changes: object) -> None:
    """Make the manifest fit to what there is, as somebody would who wants to deceive."""
    manifest = json.loads(found["manifest.json"])
    manifest["tables"] = {
        name.removeprefix("tables/").removesuffix(".jsonl"): {
            "rows": content.count(b"\n"),
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        for name, content in found.items()
        if name.startswith("tables/")
    }
    manifest["files"] = {name[6:]: len(found[name]) for name in found if name.startswith("files/")}
    manifest |= changes
    found["manifest.json"] = json.dumps(manifest).encode()
    found["manifest.sha256"] = hashlib.sha256(found["manifest.json"]).hexdigest().encode()


def rows_of(found: Members, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in found[f"tables/{table}.jsonl"].splitlines()]


def put_rows(found: Members, table: str, rows: list[dict[str, Any]]) -> None:
    found[f"tables/{table}.jsonl"] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
