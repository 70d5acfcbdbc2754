"""The style sheet of an OpenDocument text: what LOOKS says, the page, the lists, the header and footer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from exports import imprint, palette
from exports.document import Document
from exports.looks import CAPTION_GAP, FONT, LINK, LOOKS, MARGIN, PAGE, WIDTH, Look
from exports.markup import Node
from exports.odt.parts import (
    JUMP_STYLE,
    LINK_STYLE,
    LIST_STYLES,
    NOTE_STYLE,
    TEXT_STYLES,
    VERSION,
    encoded,
    node,
    paragraph,
    span,
    style_name,
    words,
)
from surveys.reports.levels import Rank

CAPTION_ABOVE: Final = "Bijschrift_20_boven"
"""A caption that stays with the table below it."""

_LEVELS: Final = 10
"""How many levels of headings the format has."""


def sheet(document: Document) -> Node:
    """The whole part of the file that has the styles."""
    return node(
        "office:document-styles",
        {"office:version": VERSION},
        fonts(),
        node("office:styles", {}, *_styles(document.language)),
        node("office:automatic-styles", {}, _layout()),
        node("office:master-styles", {}, _master(document)),
    )


def fonts() -> Node:
    """The fonts that the styles name, and of what kind they are for who doesn't have them."""
    face = {
        "style:name": FONT,
        "svg:font-family": FONT,
        "style:font-family-generic": "swiss",
        "style:font-pitch": "variable",
    }
    return node("office:font-face-decls", {}, node("style:font-face", face))


def rank_style(rank: Rank) -> str:
    """The name of the style of words on the colour of a level."""
    return f"Niveau_20_{rank}"


def _styles(language: str) -> Iterator[Node]:
    yield _default(language)
    yield node("style:style", {"style:name": "Standard", "style:family": "paragraph", "style:class": "text"})
    for key, look in LOOKS.items():
        yield _paragraph_style(key, look)
    yield _style(
        CAPTION_ABOVE,
        "paragraph",
        node(
            "style:paragraph-properties",
            {
                "fo:keep-with-next": "always",
                "fo:margin-top": f"{LOOKS['caption'].above:g}pt",
                "fo:margin-bottom": f"{CAPTION_GAP}pt",
            },
        ),
        parent=style_name("caption"),
    )
    bold, italic = {"fo:font-weight": "bold"}, {"fo:font-style": "italic"}
    underlined = {
        "style:text-underline-style": "solid",
        "style:text-underline-width": "auto",
        "style:text-underline-color": "font-color",
    }
    for name, properties in {
        TEXT_STYLES["strong"]: bold,
        TEXT_STYLES["emphasis"]: italic,
        TEXT_STYLES["strong-emphasis"]: bold | italic,
        LINK_STYLE: {"fo:color": f"#{LINK}", **underlined},
        JUMP_STYLE: {"style:text-underline-style": "none"},
        NOTE_STYLE: {"style:text-position": "super 60%"},
        **{rank_style(rank): {"fo:color": f"#{shade.text}"} for rank, shade in palette.RANKS.items()},
    }.items():
        yield _style(name, "text", node("style:text-properties", properties))
    yield from _lists()
    levels = range(1, _LEVELS + 1)
    yield node(
        "text:outline-style",
        {"style:name": "Outline"},
        *(
            node("text:outline-level-style", {"text:level": str(level), "style:num-format": ""})
            for level in levels
        ),
    )
    yield node(
        "text:notes-configuration",
        {
            "text:note-class": "footnote",
            "text:default-style-name": style_name("note"),
            "text:citation-style-name": NOTE_STYLE,
            "text:citation-body-style-name": NOTE_STYLE,
            "style:num-format": "1",
            "text:start-value": "0",
            "text:footnotes-position": "page",
            "text:start-numbering-at": "document",
        },
    )


def _style(name: str, family: str, *properties: Node, parent: str = "") -> Node:
    attributes = {"style:name": name, "style:family": family}
    if "_20_" in name:
        attributes["style:display-name"] = name.replace("_20_", " ")
    if parent:
        attributes["style:parent-style-name"] = parent
    return node("style:style", attributes, *properties)


def _default(language: str) -> Node:
    code, _, country = language.partition("-")
    return node(
        "style:default-style",
        {"style:family": "paragraph"},
        node(
            "style:paragraph-properties", {"style:tab-stop-distance": "12.5mm", "style:writing-mode": "page"}
        ),
        node(
            "style:text-properties",
            {
                "style:font-name": FONT,
                "fo:font-size": "10pt",
                "fo:language": code,
                "fo:country": country or "none",
            },
        ),
    )


def _paragraph_style(key: str, look: Look) -> Node:
    style = _style(encoded(look.odf or look.name), "paragraph", *_properties(key, look), parent="Standard")
    if look.level:
        style.set(node.name("style:default-outline-level"), str(look.level))
        style.set(node.name("style:next-style-name"), style_name("plain"))
    if key in LIST_STYLES:
        style.set(node.name("style:list-style-name"), LIST_STYLES[key])
    return style


def _properties(key: str, look: Look) -> Sequence[Node]:
    place = {
        "fo:margin-top": f"{look.above:g}pt",
        "fo:margin-bottom": "0pt",
        "fo:text-align": "end" if look.right else "start",
    }
    if key not in LIST_STYLES:
        place["fo:margin-left"] = f"{look.indent:g}pt"
    if look.keep:
        place["fo:keep-with-next"] = "always"
    if look.breaks:
        place["fo:break-before"] = "page"
    if look.fill:
        place["fo:background-color"] = f"#{look.fill}"
    properties = node("style:paragraph-properties", place)
    if look.edge:
        stop = {"style:position": f"{WIDTH - look.indent * 25.4 / 72:.2f}mm", "style:type": "right"}
        if look.edge == "dotted":
            stop |= {"style:leader-style": "dotted", "style:leader-text": "."}
        properties.append(node("style:tab-stops", {}, node("style:tab-stop", stop)))
    text = {
        "fo:font-size": f"{look.size:g}pt",
        "fo:font-weight": "bold" if look.strong else "normal",
        "fo:font-style": "italic" if look.emphasis else "normal",
        "fo:color": f"#{look.color}",
    }
    return properties, node("style:text-properties", text)


def _lists() -> Iterator[Node]:
    levels = {
        "bullet": node("text:list-level-style-bullet", {"text:level": "1", "text:bullet-char": "•"}),
        "step": node(
            "text:list-level-style-number",
            {"text:level": "1", "style:num-format": "1", "style:num-suffix": ".", "text:start-value": "1"},
        ),
    }
    for key, level in levels.items():
        place = {"fo:margin-left": "6.35mm", "fo:text-indent": "-6.35mm", "text:label-followed-by": "listtab"}
        level.append(
            node(
                "style:list-level-properties",
                {"text:list-level-position-and-space-mode": "label-alignment"},
                node("style:list-level-label-alignment", place),
            )
        )
        name = LIST_STYLES[key]
        display = name.replace("_20_", " ")
        yield node("text:list-style", {"style:name": name, "style:display-name": display}, level)


def _layout() -> Node:
    """A4, with the header and footer inside its margins."""
    width, height = PAGE
    strip = MARGIN / 2
    sides = {f"fo:margin-{side}": f"{MARGIN}mm" for side in ("left", "right")}
    ends = {f"fo:margin-{side}": f"{strip:g}mm" for side in ("top", "bottom")}
    size = {"fo:page-width": f"{width}mm", "fo:page-height": f"{height}mm"}
    return node(
        "style:page-layout",
        {"style:name": "A4"},
        node(
            "style:page-layout-properties",
            {**size, **sides, **ends, "style:print-orientation": "portrait"},
        ),
        *(
            node(
                f"style:{area}-style",
                {},
                node("style:header-footer-properties", {"svg:height": f"{strip:g}mm", inner: "6mm"}),
            )
            for area, inner in {"header": "fo:margin-bottom", "footer": "fo:margin-top"}.items()
        ),
    )


def _master(document: Document) -> Node:
    mark = imprint.mark(document)
    before, between = imprint.PAGE
    header = paragraph("header", *words(document.title))
    if mark:
        header.extend([node("text:tab"), span(TEXT_STYLES["strong"], mark)])
    footer = paragraph(
        "footer",
        *words(document.state),
        node("text:tab"),
        *words(before.rstrip()),
        node("text:s"),
        node("text:page-number", {"text:select-page": "current"}),
        between,
        node("text:page-count"),
    )
    return node(
        "style:master-page",
        {"style:name": "Standard", "style:page-layout-name": "A4"},
        node("style:header", {}, header),
        node("style:footer", {}, footer),
    )
