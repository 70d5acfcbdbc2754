"""The archive as a JSON file: how it is written, and how one that nobody vouches for is read.

    {"head": {...}, "parts": [{"about", "content", "name", "sha256"}, ...], "sha256": "..."}

A part's SHA-256 is that of its content as `canonical` writes it; the last one is that of the head with the
names, descriptions and checksums of the parts, and so of everything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

FORMAT = "meetlat-meting"
VERSION = 1
LARGEST = 1_000_000_000
"""Bytes that an archive may have."""
MOST_VALUES = 8_000_000
"""Values that an archive may have: each takes more room in memory than in the file, all some 1.5 GB at worst.

A measurement of thirty units has some 200,000.
"""
DEEPEST = 40
"""How deep values may lie within each other. Those of Meetlat lie a dozen deep at most."""
SHOWN = 60
"""Characters of something out of a file that are shown."""


class ArchiveFault(Exception):
    """An archive can't be made, is not in order, or may not come here: one line in Dutch says which."""


@dataclass(frozen=True)
class Section:
    """A part as it is in a file: its name, what it says is in it, and its content."""

    name: str
    about: str
    content: Any

    @cached_property
    def sha256(self) -> str:
        """The checksum of the content."""
        return _sum(self.content)


@dataclass(frozen=True)
class Document:
    """A whole archive."""

    head: dict[str, Any]
    sections: tuple[Section, ...]

    @property
    def seal(self) -> str:
        """The checksum of the head and of the names, descriptions and checksums of the parts."""
        listed = [{"name": each.name, "about": each.about, "sha256": each.sha256} for each in self.sections]
        return _sum({"head": self.head, "parts": listed})


def canonical(value: Any) -> bytes:
    """JSON without a choice: keys in order, no room between, UTF-8, and only escapes that must be."""
    return _bytes(
        json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    )


def write(document: Document) -> bytes:
    """The file: the same JSON, laid out to be read by people. Raises ArchiveFault when it is too large."""
    whole = {
        "head": document.head,
        "parts": [
            {"name": each.name, "about": each.about, "sha256": each.sha256, "content": each.content}
            for each in document.sections
        ],
        "sha256": document.seal,
    }
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    content = _bytes(text + "\n")
    fitting(len(content))
    return content


def fitting(size: int) -> None:
    """Raise ArchiveFault for more bytes than an archive may have."""
    if size > LARGEST:
        raise ArchiveFault(
            f"het archief wordt {size // 10**6} MB, en mag {LARGEST // 10**6} MB zijn."
            " Laat de bestanden weg (--zonder-bestanden) en bewaar ze apart."
        )


def load(path: Path) -> Document:
    """Read a file whose every checksum fits. Raises ArchiveFault."""
    whole = _parsed(_content(path))
    if not isinstance(whole, dict) or not isinstance(whole.get("head"), dict):
        raise _foreign()
    head = whole["head"]
    if head.get("format") != FORMAT:
        raise _foreign()
    if head.get("version") != VERSION or type(head["version"]) is not int:
        raise ArchiveFault(
            "dit archief heeft een versie die deze Meetlat niet kent."
            " Gebruik de versie van Meetlat die het maakte, of een nieuwere."
        )
    if whole.keys() != {"head", "parts", "sha256"} or not isinstance(whole["parts"], list):
        raise ArchiveFault("dit archief heeft niet de delen head, parts en sha256.")
    found = Document(head, tuple(_section(part) for part in whole["parts"]))
    if found.seal != whole["sha256"]:
        raise ArchiveFault("het begin of de lijst van delen is gewijzigd: de controlesom klopt niet.")
    return found


def _section(part: Any) -> Section:
    if not isinstance(part, dict) or part.keys() != {"name", "about", "sha256", "content"}:
        raise ArchiveFault("een deel heeft niet de velden about, content, name en sha256.")
    if not isinstance(part["name"], str) or not isinstance(part["about"], str):
        raise ArchiveFault("een deel heeft een naam of beschrijving die geen tekst is.")
    found = Section(part["name"], part["about"], part["content"])
    if found.sha256 != part["sha256"]:
        raise ArchiveFault(
            f"deel {shown(part['name'])} is beschadigd of gewijzigd: de controlesom klopt niet."
        )
    return found


def shown(value: object) -> str:
    """Something out of a file for in a line: short, and without characters that would spoil it."""
    text = str(value)
    return ascii(text if len(text) <= SHOWN else text[:SHOWN] + "...")


def _content(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        raise ArchiveFault("dit is geen gewoon bestand.")
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ArchiveFault(f"dit bestand is groter dan een archief mag zijn ({LARGEST // 10**6} MB).")
    return content


def _parsed(content: bytes) -> Any:
    """Parse JSON that means one thing and fits in memory. Raises ArchiveFault."""
    if sum(content.count(mark) for mark in (b",", b"[", b"{")) > MOST_VALUES:
        raise ArchiveFault("dit bestand heeft meer waarden dan een archief kan hebben.")
    try:
        found = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_no_number,
            parse_float=_float,
        )
        _not_too_deep(found)
    except UnicodeDecodeError as error:
        raise ArchiveFault("dit bestand is geen tekst in UTF-8, en dus geen archief van Meetlat.") from error
    except json.JSONDecodeError as error:
        raise ArchiveFault(
            f"dit bestand is geen (hele) JSON: het gaat mis op regel {error.lineno}."
            " Het is afgebroken of gewijzigd."
        ) from error
    except RecursionError as error:
        raise ArchiveFault("hierin liggen waarden dieper in elkaar dan een archief kan hebben.") from error
    except ValueError as error:
        raise ArchiveFault("hierin staat een getal dat een archief niet kan hebben.") from error
    return found


def _not_too_deep(value: Any) -> None:
    """Refuse values that lie so deep in each other that writing them again would fail."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    if level:
        raise RecursionError


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ArchiveFault(f"hierin staat {shown(name)} twee keer waar dat één keer mag.")
        found[name] = value
    return found


def _no_number(constant: str) -> None:
    raise ValueError(constant)


def _float(text: str) -> float:
    found = float(text)
    if found in (float("inf"), float("-inf")):
        raise ValueError(text)
    return found


def _sum(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def _bytes(text: str) -> bytes:
    # half of a surrogate pair, which JSON can hold and UTF-8 can't, is escaped as JSON does
    return text.encode("utf-8", "backslashreplace")


def _foreign() -> ArchiveFault:
    return ArchiveFault("dit is geen archief van een meting van Meetlat. Kies een ander bestand.")
