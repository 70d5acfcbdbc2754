"""A document as PDF: tagged for who listens (PDF/UA-1), and to be kept (PDF/A-2a).

How it looks is in `pdf.typ`. That template is the only program that typst runs: whatever a document says goes
in as JSON, so that no text can become markup. The same document gives the same bytes.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import matplotlib
import typst

from exports import charts, imprint
from exports.document import (
    Block,
    Document,
    Figure,
    Grid,
    Items,
    Line,
    Note,
    Outline,
    Paragraph,
    Reference,
    Span,
    Table,
    Text,
    heads_columns,
    outline,
    shown,
)
from exports.errors import NotTypeset
from exports.palette import HEAD, INK, LINE, MUTED, RANKS, WARNING, Shade
from exports.text import clean

STANDARDS: Final[list[typst.PDFStandard]] = ["ua-1", "a-2a"]

ROOM: Final = (160.0, 210.0)
"""What a chart can take of an A4 page with its margins, in millimetres, with its caption below it."""

_PRIVATE: Final = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
"""Code points without a meaning of their own: PDF/A-2a forbids them."""

_ENDS: Final = re.compile("[\x85\u2028\u2029]")
"""What else ends a line or a paragraph."""

_WORDS: Final = re.compile("[^<>]+")
"""What stands between the marks of a picture, and within them."""

_JOINED: Final = re.compile("[\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]")
"""Letters of flags and shades of skin, which have a sign only together with another one."""

_JOINING: Final = frozenset({"Mn", "Mc", "Me", "Cf"})
"""The categories of what changes the character before it, or ties two together."""

_FOLLOWED: Final = ("https://", "http://", "mailto:")
"""What an address begins with to become a link."""

Node = dict[str, Any]
"""A piece of the JSON that the template reads; `is` names what it is."""


def write(document: Document) -> bytes:
    """Give a document as the bytes of a PDF file.

    Raises NotTypeset when it can't be laid out as an accessible file: a figure has no words, two parts have
    the same key and something refers to them. Raises ValueError when it is dated with no ISO date.
    """
    dated = imprint.dated(document)
    try:
        return typst.compile(
            _template(),
            font_paths=_fonts(),
            sys_inputs={"data": json.dumps(_fit(_data(document)), ensure_ascii=False)},
            pdf_standards=STANDARDS,
            timestamp=datetime(dated.year, dated.month, dated.day, tzinfo=UTC),
        )
    except typst.TypstError as error:
        raise NotTypeset(error.message) from error
    except BaseException as error:
        # typst panics with what no `except Exception` catches: it would end the thread that asked
        if type(error).__name__ != "PanicException":
            raise
        raise NotTypeset(str(error)) from error


@cache
def _template() -> bytes:
    return resources.files("exports").joinpath("pdf.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """DejaVu Sans, and for signs that it lacks the other fonts of matplotlib: never those of a server."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[Path(matplotlib.get_data_path()) / "fonts" / "ttf"],
    )


def _fit(value: Any) -> Any:
    """Give the data without the characters that a PDF can't hold."""
    if isinstance(value, str):
        return _PRIVATE.sub("\ufffd", clean(_ENDS.sub("\n", value)))
    if isinstance(value, dict):
        return {key: _fit(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_fit(each) for each in value]
    return value


def _data(document: Document) -> Node:
    mark = imprint.mark(document)
    language, _, region = document.language.partition("-")
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "subject": document.subject,
        "publishers": list(document.publishers),
        "state": document.state,
        "date": imprint.date_in_words(document),
        "keywords": list(filter(None, (document.subtitle, document.state, mark))),
        "mark": mark,
        "opening": document.opening,
        "contents": {"title": imprint.CONTENTS, "depth": imprint.CONTENTS_DEPTH},
        "language": language,
        "region": region or None,
        "palette": _palette(),
        "blocks": _blocks(outline(document)),
    }


def _palette() -> Node:
    return {
        "ink": INK,
        "muted": MUTED,
        "line": LINE,
        "head": _shade(HEAD),
        "warning": _shade(WARNING),
        "ranks": {rank: _shade(shade) for rank, shade in RANKS.items()},
    }


def _shade(shade: Shade) -> Node:
    return {"fill": shade.fill, "text": shade.text, "hatched": shade.hatched}


def _blocks(found: Outline) -> list[Node]:
    """Give the headings and what stands below them, in the order of the text."""
    nodes: list[Node] = []
    for heading in found.headings:
        section = heading.section
        nodes.append({"is": "heading", "level": heading.level, "title": heading.title, "key": section.key})
        nodes += [_block(block, found) for block in section.blocks]
    return nodes


def _block(block: Block, found: Outline) -> Node:
    match block:
        case Paragraph():
            return {"is": "paragraph", "kind": block.kind, "line": _line(block.line, found)}
        case Items():
            items = [_line(line, found) for line in block.items]
            return {"is": "items", "numbered": block.numbered, "items": items}
        case Table():
            return _table(block, _caption(block, found))
        case Grid():
            return _grid(block, _caption(block, found))
        case Figure():
            return _figure(block, found)


def _caption(block: Table | Grid | Figure, found: Outline) -> str:
    return f"{imprint.label(block)} {found.numbers[block.key]}. {block.caption}"


def _line(line: Line, found: Outline) -> list[Node]:
    return [_span(span, found) for span in line]


def _span(span: Span, found: Outline) -> Node:
    match span:
        case Text():
            link = span.link if span.link and span.link.startswith(_FOLLOWED) else None
            return {
                "is": "text",
                "text": span.text,
                "strong": span.strong,
                "emphasis": span.emphasis,
                "link": link,
            }
        case Note():
            return {"is": "note", "text": span.text}
        case Reference():
            target = span.key if span.key in found.numbers else None
            return {"is": "reference", "text": shown(span, found.numbers), "target": target}


def _table(table: Table, caption: str) -> Node:
    return {
        "is": "table",
        "key": table.key,
        "caption": caption,
        "columns": [
            {"title": column.title, "share": column.share, "align": column.align} for column in table.columns
        ],
        "rows": [[{"text": cell.text, "rank": cell.rank} for cell in row] for row in table.rows],
        "heads": table.heads,
        "source": table.source,
    }


def _grid(grid: Grid, caption: str) -> Node:
    heads = [place for place, row in enumerate(grid.rows) if heads_columns(row)]
    return {
        "is": "grid",
        "key": grid.key,
        "caption": caption,
        "shares": list(grid.shares),
        "rows": [
            {
                "heads": place in heads,
                "repeat": place in heads[-1:],
                "parts": [{"text": part.text, "head": part.head, "span": part.span} for part in row],
            }
            for place, row in enumerate(grid.rows)
        ],
        "source": None,
    }


def _figure(figure: Figure, found: Outline) -> Node:
    width, _ = imprint.fitted(charts.size(figure.drawing), ROOM)
    return {
        "is": "figure",
        "key": figure.key,
        "caption": _caption(figure, found),
        "alternative": figure.alternative,
        "svg": _WORDS.sub(_apart, charts.svg(figure.drawing)),
        "width": width,
        "source": figure.source,
        "table": _table(figure.table, imprint.numbers_caption(figure, found.numbers)),
    }


def _apart(found: re.Match[str]) -> str:
    """Give words of a picture with a sign for each character: typst lacks the signs of joined ones there."""
    composed = unicodedata.normalize("NFC", _JOINED.sub("", found[0]))
    return "".join(each for each in composed if unicodedata.category(each) not in _JOINING)
