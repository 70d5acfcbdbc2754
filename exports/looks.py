"""How text looks in text documents: one table of paragraph styles, for Word and OpenDocument alike.

Space stands above paragraphs and never below them, so that whatever follows a table stands clear of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from exports import palette

FONT: Final = "Arial"
PAGE: Final = (210, 297)
MARGIN: Final = 25
"""Of A4, in millimetres."""

WIDTH: Final = PAGE[0] - 2 * MARGIN
"""How wide text is, in millimetres."""

PICTURE: Final = (WIDTH, 200)
"""The room for a picture, with its caption below it on the same page."""

CAPTION_GAP: Final = 3
"""Between a caption and the table below it, in points."""

LINK: Final = "0B4F82"


@dataclass(frozen=True, slots=True)
class Look:
    """A paragraph style: sizes in points. `word` and `odf` are its name where the format has one of its own.

    `level`: of a heading, from 1. `keep`: stays with what follows. `breaks`: starts a page.
    `edge`: the tab stop for what stands at the right edge.
    """

    name: str
    word: str = ""
    odf: str = ""
    size: float = 10
    strong: bool = False
    emphasis: bool = False
    color: str = palette.INK
    fill: str | None = None
    above: float = 0
    indent: float = 0
    level: int = 0
    keep: bool = False
    breaks: bool = False
    right: bool = False
    edge: Literal["", "plain", "dotted"] = ""


def _headings() -> dict[str, Look]:
    sizes = (18, 14, 12, 11, 10, 10)
    return {
        f"heading-{level}": Look(
            f"Kop {level}",
            word=f"heading {level}",
            odf=f"Heading {level}",
            size=size,
            strong=True,
            emphasis=level == len(sizes),
            above=0 if level == 1 else 18 - 2 * level,
            level=level,
            keep=True,
            breaks=level == 1,
        )
        for level, size in enumerate(sizes, 1)
    }


def _contents() -> dict[str, Look]:
    return {
        f"contents-{level}": Look(
            f"Inhoud {level}",
            word=f"toc {level}",
            odf=f"Contents {level}",
            strong=level == 1,
            above=8 if level == 1 else 2,
            indent=14 * (level - 1),
            edge="dotted",
        )
        for level in (1, 2, 3)
    }


LOOKS: Final[dict[str, Look]] = {
    "plain": Look("Tekst", word="Normal", odf="Text body", above=6),
    "lead": Look("Inleidende alinea", size=11.5, color=palette.MUTED, above=6),
    "aid": Look("Hulptekst", size=9, emphasis=True, color=palette.MUTED, above=6),
    "source": Look("Bronregel", size=8, color=palette.MUTED, above=4),
    "title": Look("Titel", word="Title", odf="Title", size=30, strong=True, above=150),
    "subtitle": Look("Ondertitel", word="Subtitle", odf="Subtitle", size=16, color=palette.MUTED, above=10),
    "mark": Look(
        "Fictief", size=14, strong=True, color=palette.WARNING.text, fill=palette.WARNING.fill, above=30
    ),
    "imprint": Look("Titelgegevens", size=11, above=8),
    "contents": Look(
        "Kop van inhoud",
        word="TOC Heading",
        odf="Contents Heading",
        size=18,
        strong=True,
        keep=True,
        breaks=True,
    ),
    **_contents(),
    **_headings(),
    "caption": Look("Bijschrift", word="caption", odf="Caption", size=9, strong=True, above=8),
    "figure": Look("Figuur", above=12, keep=True),
    "head": Look("Tabelkop", size=8.5, strong=True, color=palette.HEAD.text, keep=True),
    "head-right": Look(
        "Tabelkop rechts", size=8.5, strong=True, color=palette.HEAD.text, keep=True, right=True
    ),
    "row": Look("Rijkop", size=8.5, strong=True),
    "row-right": Look("Rijkop rechts", size=8.5, strong=True, right=True),
    "cell": Look("Tabeltekst", size=8.5),
    "cell-right": Look("Tabeltekst rechts", size=8.5, right=True),
    "bullet": Look("Opsomming", word="List Bullet", odf="List 1", above=3),
    "step": Look("Genummerde opsomming", word="List Number", odf="Numbering 1", above=3),
    "note": Look("Voetnoot", word="footnote text", odf="Footnote", size=8),
    "header": Look("Koptekst", word="header", odf="Header", size=8, color=palette.MUTED, edge="plain"),
    "footer": Look("Voettekst", word="footer", odf="Footer", size=8, color=palette.MUTED, edge="plain"),
}
"""Every style by what it is for."""


def dress(kind: Literal["head", "row", "cell"], align: Literal["left", "right"]) -> str:
    """The key of the style of a table's cell."""
    return kind if align == "left" else f"{kind}-right"
