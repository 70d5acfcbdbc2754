"""What differs between two versions of a report: section by section, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from exports.document import Document, Figure, Heading, Table, lines, outline, plain
from surveys.difference import Piece, words


@dataclass(frozen=True)
class Change:
    """A text that differs: `pieces` has what stayed, what is gone and what is new."""

    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Changed:
    """A section with what differs in it."""

    title: str
    changes: tuple[Change, ...]


def difference(old: Document, new: Document) -> tuple[Changed, ...]:
    """The sections that differ, in the order of the new version; those that are gone come last."""
    before, after = _sections(old), _sections(new)
    found = []
    for key in [*after, *(key for key in before if key not in after)]:
        title = (after.get(key) or before[key])[0]
        changes = _changes(before.get(key, ("", ()))[1], after.get(key, ("", ()))[1])
        if changes:
            found.append(Changed(title, changes))
    return tuple(found)


def _sections(document: Document) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    made = outline(document)
    return {heading.section.key: (heading.title, _texts(heading, made.numbers)) for heading in made.headings}


def _texts(heading: Heading, numbers: Mapping[str, str]) -> tuple[str, ...]:
    found = [heading.section.title]
    for block in heading.section.blocks:
        found += [plain(line, numbers) for line in lines(block)]
        if isinstance(block, Figure):
            found.append(block.caption)
        table = block.table if isinstance(block, Figure) else block
        if isinstance(table, Table):
            found += [table.caption, *(" | ".join(cell.text for cell in row) for row in table.rows)]
    return tuple(found)


def _changes(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[Change, ...]:
    """The texts that differ; one that replaces another is laid on top of it."""
    found = []
    for step, i, j, m, n in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if step == "equal":
            continue
        gone, new = list(before[i:j]), list(after[m:n])
        for place in range(max(len(gone), len(new))):
            pair = (gone[place] if place < len(gone) else "", new[place] if place < len(new) else "")
            found.append(Change(words(*pair)))
    return tuple(found)
