"""What the commands that write a file share: its format by the end of its name, writing it, telling of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, TypeVar

import click

from app.cli.context import Wrong
from exports.book import FICTIEF
from exports.documents import DOCUMENTS
from exports.formats import FORMATS


class HasSuffix(Protocol):
    """A format, as far as the name of a file goes."""

    @property
    def suffix(self) -> str:
        """The end of its file names, with its dot."""


Form = TypeVar("Form", bound=HasSuffix)

_MAKERS = (
    (frozenset({".json"}), "Een archief maakt u met: meetlat export measurement"),
    (frozenset(form.suffix for form in DOCUMENTS.values()), "Een rapport maakt u met: meetlat report"),
    (
        frozenset(form.suffix for form in FORMATS.values()),
        "Tabellen maakt u met: meetlat export national, of meetlat export region",
    ),
)
"""Which command makes a file, by the end of its name."""


def format_of(file: Path, formats: Mapping[str, Form]) -> Form:
    """The format that the name of a file asks for.

    Raises Wrong when it is none of these: with those that are, and the command that makes such a file.
    """
    asked = file.suffix.lower()
    found = next((form for form in formats.values() if form.suffix == asked), None)
    if found is None:
        *most, last = [form.suffix for form in formats.values()]
        elsewhere = "".join(f" {command}" for suffixes, command in _MAKERS if asked in suffixes)
        raise Wrong(f"BESTAND: {file} eindigt niet op {', '.join(most)} of {last}.{elsewhere}")
    return found


def save(content: bytes, file: Path, title: str, *, fictief: bool) -> None:
    """Write a file, and tell what is in it and whether that is made up. Raises Wrong when it can't."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Wrong(f"BESTAND: {file} kan niet worden geschreven ({error.strerror}).") from error
    click.echo(f"{file}: {title}{f' ({FICTIEF.lower()})' if fictief else ''}")
