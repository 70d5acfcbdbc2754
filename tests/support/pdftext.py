"""What a PDF says, read back: the text of its pages, and its structure as a screen reader goes through it.

For files with fonts in two-byte codes that have a ToUnicode table, as the PDFs of `exports` are. Text within
charts is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Matrix, Name, Page, Pdf

LINE = 6
"""How many points lower a run of text stands when it is on a new line, and not merely a note's number."""

ASIDE = ("Lbl", "Note")
"""What a text is read without: the numbers of its notes and points, and the notes themselves."""


@dataclass(frozen=True)
class Run:
    """Some text in a row, how high it stands, and the mark by which a structure element finds it."""

    text: str
    y: float
    mark: int | None


@dataclass(frozen=True)
class Element:
    """A structure element: what it is (`P`, `H1`, `TH`), its own and lower text, and what else it has."""

    tag: str
    text: str
    alternative: str | None
    raw: Dictionary = field(repr=False, compare=False)
    parts: tuple[Element, ...] = field(repr=False)

    def below(self) -> Iterator[Element]:
        """Itself and every element within it, in reading order."""
        yield self
        for part in self.parts:
            yield from part.below()


def page_texts(pdf: Pdf) -> list[str]:
    """The text of each page, headers and footers too."""
    return [_joined(_runs(page)) for page in pdf.pages]


def structure(pdf: Pdf) -> Element:
    """The root of the structure tree, with all that is below it."""
    runs = {page.objgen: _runs(page) for page in pdf.pages}

    def read(node: Dictionary, page: tuple[int, int] | None) -> tuple[Element, list[Run]]:
        page = node.Pg.objgen if "/Pg" in node else page
        found: list[Run] = []
        parts: list[Element] = []
        kids = node.get("/K", Array())
        for kid in kids if isinstance(kids, Array) else [kids]:
            if isinstance(kid, int):
                found += _marked(runs[page], kid)
            elif kid.get("/Type") == Name.MCR:
                found += _marked(runs[kid.Pg.objgen if "/Pg" in kid else page], kid.MCID)
            elif kid.get("/Type") != Name.OBJR:
                part, lower = read(kid, page)
                parts.append(part)
                found += [] if part.tag in ASIDE else lower
        alternative = str(node.Alt) if "/Alt" in node else None
        tag = str(node.get("/S", "/StructTreeRoot")).removeprefix("/")
        return Element(tag, _joined(found), alternative, node, tuple(parts)), found

    return read(pdf.Root.StructTreeRoot, None)[0]


def outline_titles(pdf: Pdf) -> list[tuple[int, str]]:
    """The bookmarks in order: how deep each stands (1 for a chapter), and its words."""

    def walk(items: list[pikepdf.OutlineItem], depth: int) -> Iterator[tuple[int, str]]:
        for item in items:
            yield depth, item.title
            yield from walk(item.children, depth + 1)

    with pdf.open_outline() as outline:
        return list(walk(outline.root, 1))


def fonts(pdf: Pdf) -> list[Dictionary]:
    """The descriptor of every font in the file, also those within charts."""
    return [
        each.FontDescriptor
        for each in pdf.objects
        if isinstance(each, Dictionary) and each.get("/Type") == Name.Font and "/FontDescriptor" in each
    ]


def _marked(runs: list[Run], mark: int) -> list[Run]:
    return [run for run in runs if run.mark == mark]


def _joined(runs: list[Run]) -> str:
    """The text of some runs on one line, with a word that was broken off in one piece again."""
    text, y = "", 0.0
    for run in runs:
        text += " " * (abs(run.y - y) > LINE) + run.text
        y = run.y
    return " ".join(text.replace("\u200b", "").split()).replace("\u00ad ", "")


def _runs(page: Page) -> list[Run]:
    tables = {name: _table(font) for name, font in page.resources.get("/Font", Dictionary()).items()}
    found: list[Run] = []
    place, kept = Matrix(), []
    line = Matrix()
    table: dict[int, str] = {}
    marks: list[tuple[int | None, bool]] = [(None, False)]
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "q":
                kept.append(place)
            case "Q":
                place = kept.pop()
            case "cm":
                place = Matrix(*map(float, operands)) @ place
            case "BDC" | "BMC":
                inside = operands[-1] if isinstance(operands[-1], Dictionary) else Dictionary()
                mark, replaced = marks[-1]
                if "/ActualText" in inside:
                    found.append(Run(str(inside.ActualText), place.f, mark))
                marks.append((inside.get("/MCID", mark), replaced or "/ActualText" in inside))
            case "EMC":
                marks.pop()
            case "Tf":
                table = tables[str(operands[0])]
            case "Tm":
                line = Matrix(*map(float, operands))
            case "Tj" | "TJ" if not marks[-1][1]:
                text = "".join(table[code] for code in _codes(operands[0]))
                found.append(Run(text, (line @ place).f, marks[-1][0]))
    return found


def _codes(shown: pikepdf.Object) -> Iterator[int]:
    for each in shown if isinstance(shown, Array) else [shown]:
        if isinstance(each, pikepdf.String):
            yield from (
                high << 8 | low for high, low in zip(bytes(each)[::2], bytes(each)[1::2], strict=True)
            )


def _table(font: Dictionary) -> dict[int, str]:
    """Which characters a font's codes stand for."""
    pairs = re.findall(rb"<([0-9A-F]{4})>\s*<([0-9A-F]+)>", font.ToUnicode.read_bytes())
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}
