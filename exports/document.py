"""A text with tables and figures, before it is a file: what a report lays out and a format writes.

A `Document` is data alone: no format, no query, no clock. Two equal documents give the same JSON
(`to_json`), and a document that was kept as JSON is the same one years later (`from_json`). Figures hold what
they show (`Drawing`), not a picture of it: `exports.charts` draws them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Final, Literal

from surveys.reports.levels import Rank

_LATER: Final = {"later": True}
"""Marks a field that came later. It is left out of the JSON while it has its default, so that a document that
was kept before is still the same one.
"""

FORM: Final = 1
"""The version of this form, kept in the JSON. What an older one lacks, `from_json` fills in or refuses."""


@dataclass(frozen=True, slots=True)
class Text:
    """Some words. `fact` is the key of the count that they tell, for who may look behind it; files leave it.

    `link`: an address that the words lead to.
    """

    text: str
    strong: bool = False
    emphasis: bool = False
    link: str | None = None
    fact: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote, at the place where its number goes. Notes are numbered through the whole document."""

    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """`words` and the number of a section, table or figure of this document: `paragraaf 3.5`."""

    key: str
    words: str = ""


Span = Text | Note | Reference
Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. `aid` is small print beside a score, `source` says where something comes from, `lead`
    opens a chapter. `key` names the passage, for who edits it; files leave it.
    """

    line: Line
    kind: Literal["plain", "lead", "aid", "source"] = "plain"
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Items:
    """A list of points, numbered or not."""

    items: tuple[Line, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What a table's cell says; `rank` is that of the level that it names, for its colours."""

    text: str
    rank: Rank | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its share of the width, and where its text stands."""

    title: str
    share: float = 1
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption. The first `heads` cells of each row are headings of that row.

    `source`: where the figures come from, under the table.
    """

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    heads: int = 1
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a row of a grid: what it is called (`head`), what it says, how many columns it takes.

    One that only has a head is a heading: of the columns below it in a row of nothing else, else of its row.
    """

    text: str = ""
    head: str = ""
    span: int = 1

    @property
    def heading(self) -> bool:
        """Whether it is a heading alone."""
        return bool(self.head) and not self.text


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as a form prescribes it: its rows are divided in different ways, `shares` is the finest one.

    It is numbered with the tables.
    """

    key: str
    caption: str
    shares: tuple[float, ...]
    rows: tuple[tuple[Part, ...], ...]


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of a legend: its words, and the rank whose colours it has (None: one of a range)."""

    label: str
    rank: Rank | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is about, and a count for each key of the legend. Bars of a `group` stand together."""

    label: str
    counts: tuple[int, ...]
    group: str = ""


@dataclass(frozen=True, slots=True)
class StackedBars:
    """Bars of counts that add up to `total`: how many units stand at each level."""

    keys: tuple[Key, ...]
    bars: tuple[Bar, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Panels:
    """Small panels with the same axes: one for each factor, with a stacked bar for each measurement."""

    keys: tuple[Key, ...]
    panels: tuple[tuple[str, tuple[Bar, ...]], ...]
    total: int


@dataclass(frozen=True, slots=True)
class Heatmap:
    """Rows by columns: each cell has the letters and rank of a level, or None where there is nothing."""

    keys: tuple[Key, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """One region of a tile map: row and column (from 1), its short name, and which key it belongs to."""

    row: int
    column: int
    label: str
    key: int


@dataclass(frozen=True, slots=True)
class TileMap:
    """The regions of the country as tiles."""

    keys: tuple[Key, ...]
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Years:
    """Counts per year and kind; None where the figure is not known, which stays open in the chart."""

    keys: tuple[Key, ...]
    years: tuple[int, ...]
    counts: tuple[tuple[float | None, ...], ...]
    unit: str


@dataclass(frozen=True, slots=True)
class PlannedBar:
    """What is planned of one point: for each phase the ISO day planned now, planned first, and really reached
    (None: not known).

    `slip` is by how many days the end slips; `signals` what is to be noticed, as pairs of a mark (`slip`,
    `late`, `clash`, or nothing) and words.
    """

    label: str
    now: tuple[str | None, ...]
    first: tuple[str | None, ...]
    actual: tuple[str | None, ...]
    slip: int | None = None
    signals: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Lane:
    """The bars of one track, under its title."""

    title: str
    bars: tuple[PlannedBar, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """What is planned by track, as seen on a day (ISO); `phases` are the names of the phases, in order."""

    phases: tuple[str, ...]
    lanes: tuple[Lane, ...]
    day: str


Drawing = StackedBars | Panels | Heatmap | TileMap | Years | Timeline


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with a caption, what can be seen in it in words (`alternative`), and its numbers in a table."""

    key: str
    caption: str
    alternative: str
    drawing: Drawing
    table: Table
    source: str | None = None


Block = Paragraph | Items | Table | Grid | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """A part with a heading. `counting`: it has a number, or is a lettered appendix, or has only its title.

    A section within one that has no number has none either.
    """

    key: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    counting: Literal["number", "appendix", "none"] = "number"


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. `state` says how definite it is, `dated` (ISO) to which day its data go.

    `publishers` are the organisations behind it, `subject` describes it for a catalogue. A `fictief` document
    is marked on every page. One of a few pages has no `opening` (a title page and a table of contents): it
    begins with its first heading.
    """

    title: str
    subtitle: str
    subject: str
    publishers: tuple[str, ...]
    state: str
    dated: str
    fictief: bool
    sections: tuple[Section, ...]
    language: str = "nl-NL"
    opening: bool = field(default=True, metadata=_LATER)


@dataclass(frozen=True, slots=True)
class Heading:
    """A section where it stands: its number as text ("3.1.2", "A" or ""), and its level (1 for a chapter)."""

    section: Section
    number: str
    level: int

    @property
    def title(self) -> str:
        """Its title with its number before it, as it is shown."""
        if not self.number:
            return self.section.title
        if self.section.counting == "appendix":
            return f"Bijlage {self.number} {self.section.title}"
        return f"{self.number} {self.section.title}"


@dataclass(frozen=True)
class Outline:
    """How a document is numbered: every heading in order, and the number of whatever has a key.

    `numbers` has the keys of sections, tables and figures. Raises nothing: a reference to a key that does not
    exist is a fault of the layout, found by `check`.
    """

    headings: tuple[Heading, ...]
    numbers: Mapping[str, str] = field(default_factory=dict)


def outline(document: Document) -> Outline:
    """Number a document: sections by level, appendices by letter, tables and figures one after the other."""
    headings: list[Heading] = []
    numbers: dict[str, str] = {}
    seen = {"table": 0, "figure": 0}

    def walk(sections: tuple[Section, ...], level: int, prefix: str | None) -> None:
        count, letter = 0, 0
        for section in sections:
            number = ""
            if section.counting == "appendix":
                letter += 1
                number = _letters(letter)
            elif section.counting == "number" and prefix is not None:
                count += 1
                number = f"{prefix}{count}"
            headings.append(Heading(section, number, level))
            numbers[section.key] = number
            for block in section.blocks:
                if isinstance(block, Table | Grid | Figure):
                    kind = "figure" if isinstance(block, Figure) else "table"
                    seen[kind] += 1
                    numbers[block.key] = str(seen[kind])
            below = f"{number}." if number and section.counting == "number" else None
            walk(section.sections, level + 1, below)

    walk(document.sections, 1, "")
    return Outline(tuple(headings), numbers)


def _letters(place: int) -> str:
    """The letter of an appendix by its place, from 1; after Z come AA, AB and so on.

    >>> _letters(1), _letters(26), _letters(27), _letters(703)
    ('A', 'Z', 'AA', 'AAA')
    """
    before, letter = divmod(place - 1, 26)
    return (_letters(before) if before else "") + chr(ord("A") + letter)


def lines(block: Block) -> Iterator[Line]:
    """The running text of a block."""
    if isinstance(block, Paragraph):
        yield block.line
    elif isinstance(block, Items):
        yield from block.items


def blocks(document: Document) -> Iterator[Block]:
    """Every block, in order."""
    for heading in outline(document).headings:
        yield from heading.section.blocks


def plain(line: Line, numbers: Mapping[str, str]) -> str:
    """The words of a line, its references filled in, its notes left out."""
    words = []
    for span in line:
        if isinstance(span, Text):
            words.append(span.text)
        elif isinstance(span, Reference):
            words.append(shown(span, numbers))
    return "".join(words)


def shown(reference: Reference, numbers: Mapping[str, str]) -> str:
    """A reference as it is read: its words, and the number of what it is about."""
    return " ".join(filter(None, (reference.words, numbers.get(reference.key, "?"))))


def faults(document: Document) -> list[str]:
    """What is wrong with the layout of a document: an empty list for a good one. For tests and freezing.

    Keys that are used twice, references to nothing, figures without words, rows that do not fit their table.
    """
    found: list[str] = []
    keys: set[str] = set()
    numbers = outline(document).numbers

    def taken(key: str) -> None:
        if key in keys:
            found.append(f"{key}: used twice")
        keys.add(key)

    for heading in outline(document).headings:
        taken(heading.section.key)
        if not heading.section.title.strip():
            found.append(f"{heading.section.key}: no title")
        for block in heading.section.blocks:
            for line in lines(block):
                found += [
                    f"{heading.section.key}: refers to {span.key}, which is not there"
                    for span in line
                    if isinstance(span, Reference) and not numbers.get(span.key)
                ]
            if isinstance(block, Figure) and not block.alternative.strip():
                found.append(f"{block.key}: no alternative text")
            table = block.table if isinstance(block, Figure) else block
            if isinstance(table, Table):
                taken(table.key)
                found += [
                    f"{table.key}: row {place} has {len(row)} cells for {len(table.columns)} columns"
                    for place, row in enumerate(table.rows, 1)
                    if len(row) != len(table.columns)
                ]
            if isinstance(block, Grid):
                found += _grid_faults(block)
            if isinstance(block, Grid | Figure):
                taken(block.key)
    return found


def heads_columns(row: tuple[Part, ...]) -> bool:
    """Whether a row of a grid has the headings of the columns below it."""
    return len(row) > 1 and all(part.heading for part in row)


def _grid_faults(grid: Grid) -> list[str]:
    widths = (sum(part.span for part in row) for row in grid.rows)
    return [
        f"{grid.key}: row {place} takes {width} of {len(grid.shares)} columns"
        for place, width in enumerate(widths, 1)
        if width != len(grid.shares)
    ]


_KINDS: Final[dict[str, type]] = {
    each.__name__: each
    for each in (
        *(
            Text,
            Note,
            Reference,
            Paragraph,
            Items,
            Cell,
            Column,
            Table,
            Part,
            Grid,
            Key,
            Bar,
            StackedBars,
            Panels,
            Heatmap,
        ),
        *(Tile, TileMap, Years, PlannedBar, Lane, Timeline, Figure, Section, Document),
    )
}


def to_json(document: Document) -> str:
    """A document as canonical JSON: the same document gives the same characters."""
    return json.dumps(
        {"form": FORM, "document": _plain(document)},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def from_json(text: str) -> Document:
    """The document that `to_json` wrote. Raises ValueError for another text."""
    try:
        kept = json.loads(text)
        if kept["form"] != FORM:
            raise ValueError(f"a document of form {kept['form']}, and this is {FORM}")
        document = _built(kept["document"])
    except (KeyError, TypeError) as error:
        raise ValueError("not a document") from error
    if not isinstance(document, Document):
        raise ValueError("not a document")
    return document


def fingerprint(document: Document) -> str:
    """The SHA-256, in hex, of a document."""
    return hashlib.sha256(to_json(document).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        kept = {
            each.name: _plain(getattr(value, each.name))
            for each in fields(value)
            if not each.metadata.get("later") or getattr(value, each.name) != each.default
        }
        return {"is": type(value).__name__, **kept}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _built(value: Any) -> Any:
    if isinstance(value, dict):
        values = {name: _built(each) for name, each in value.items() if name != "is"}
        return _KINDS[value["is"]](**values)
    if isinstance(value, list):
        return tuple(_built(each) for each in value)
    return value
