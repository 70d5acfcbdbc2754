"""The style sheet of a Word file: what LOOKS says, instead of the hundred styles that a new file has."""

from __future__ import annotations

from typing import Any, Final

from exports import palette
from exports.looks import CAPTION_GAP, FONT, LINK, LOOKS, WIDTH, Look
from exports.markup import Node
from exports.word.parts import LINK_STYLE, NOTE_STYLE, node, style_id, value

TWIPS: Final = 1440 / 25.4
"""How many of the units in which Word measures go into a millimetre."""

TABLE_STYLE: Final = "Rapporttabel"
BULLETS: Final = 1
STEPS: Final = 2
"""The numbers of the list definitions, which are those of the lists that the styles have."""

_LIST_LOOKS: Final = {"bullet": BULLETS, "step": STEPS}
_HANGING: Final = 360


def set_up(document: Any, language: str) -> None:
    """Give a new python-docx document our styles and list definitions, and nothing else."""
    sheet = document.styles.element
    for old in [*sheet.findall(node.name("w:docDefaults")), *sheet.findall(node.name("w:style"))]:
        sheet.remove(old)
    sheet.insert(0, _defaults(language))
    sheet.extend(
        [
            *(_paragraph_style(key, look) for key, look in LOOKS.items()),
            _character_style("Default Paragraph Font", "DefaultParagraphFont", default=True),
            _character_style(LINK_STYLE, LINK_STYLE, value("w:color", LINK), value("w:u", "single")),
            _character_style("footnote reference", NOTE_STYLE, value("w:vertAlign", "superscript")),
            *_table_styles(),
        ]
    )
    definitions = document.part.numbering_part.element
    for old in list(definitions):
        definitions.remove(old)
    definitions.extend(
        [
            _list_definition(BULLETS, "bullet", "•"),
            _list_definition(STEPS, "decimal", "%1."),
            listing(BULLETS, BULLETS),
            listing(STEPS, STEPS),
        ]
    )


def listing(number: int, definition: int, *, restarts: bool = False) -> Node:
    """A list, by its number, of one of the two definitions; it may start at one again."""
    start = node("w:lvlOverride", {"w:ilvl": "0"}, value("w:startOverride", 1))
    return node(
        "w:num",
        {"w:numId": str(number)},
        value("w:abstractNumId", definition),
        *([start] if restarts else []),
    )


def caption_above() -> tuple[Node, ...]:
    """The properties of a caption that stands above what it is about, and stays with it."""
    above, below = round(LOOKS["caption"].above * 20), round(CAPTION_GAP * 20)
    return node("w:keepNext"), node("w:spacing", {"w:before": str(above), "w:after": str(below)})


def shading(shade: palette.Shade) -> Node:
    """The background of a cell; a hatch is thin lines on white."""
    if shade.hatched:
        return node("w:shd", {"w:val": "thinDiagStripe", "w:color": shade.fill, "w:fill": "FFFFFF"})
    return _fill(shade.fill)


def _fill(color: str) -> Node:
    return node("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": color})


def _defaults(language: str) -> Node:
    fonts = {f"w:{script}": FONT for script in ("ascii", "hAnsi", "eastAsia", "cs")}
    return node(
        "w:docDefaults",
        {},
        node(
            "w:rPrDefault",
            {},
            node(
                "w:rPr",
                {},
                node("w:rFonts", fonts),
                node("w:lang", {"w:val": language, "w:eastAsia": language, "w:bidi": language}),
            ),
        ),
        node("w:pPrDefault"),
    )


def _paragraph_style(key: str, look: Look) -> Node:
    default = key == "plain"
    style = node(
        "w:style",
        {"w:type": "paragraph", "w:styleId": style_id(key), **({"w:default": "1"} if default else {})},
        value("w:name", look.word or look.name),
    )
    if not look.word:
        style.set(node.name("w:customStyle"), "1")
    if not default:
        style.append(value("w:basedOn", style_id("plain")))
    if look.level:
        style.append(value("w:next", style_id("plain")))
    style.append(node("w:qFormat"))
    style.append(_paragraph_properties(key, look))
    style.append(_text_properties(look))
    return style


def _paragraph_properties(key: str, look: Look) -> Node:
    made = node("w:pPr")
    made.append(value("w:keepNext", int(look.keep)))
    if look.breaks:
        made.append(node("w:pageBreakBefore"))
    if key in _LIST_LOOKS:
        made.append(node("w:numPr", {}, value("w:numId", _LIST_LOOKS[key])))
    if look.fill:
        made.append(_fill(look.fill))
    if look.edge:
        leader = "dot" if look.edge == "dotted" else "none"
        stop = {"w:val": "right", "w:leader": leader, "w:pos": str(round(WIDTH * TWIPS))}
        made.append(node("w:tabs", {}, node("w:tab", stop)))
    made.append(node("w:spacing", {"w:before": str(round(look.above * 20)), "w:after": "0"}))
    if key not in _LIST_LOOKS:
        made.append(node("w:ind", {"w:left": str(round(look.indent * 20))}))
    made.append(value("w:jc", "right" if look.right else "left"))
    if look.level:
        made.append(value("w:outlineLvl", look.level - 1))
    return made


def _text_properties(look: Look) -> Node:
    return node(
        "w:rPr",
        {},
        value("w:b", int(look.strong)),
        value("w:i", int(look.emphasis)),
        value("w:color", look.color),
        value("w:sz", round(look.size * 2)),
        value("w:szCs", round(look.size * 2)),
    )


def _character_style(name: str, key: str, *properties: Node, default: bool = False) -> Node:
    return node(
        "w:style",
        {"w:type": "character", "w:styleId": key, **({"w:default": "1"} if default else {})},
        value("w:name", name),
        *([node("w:rPr", {}, *properties)] if properties else []),
    )


def _table_styles() -> list[Node]:
    margins = node(
        "w:tblCellMar",
        {},
        *(
            node(f"w:{side}", {"w:w": str(width), "w:type": "dxa"})
            for side, width in {"top": 40, "left": 85, "bottom": 40, "right": 85}.items()
        ),
    )
    borders = node(
        "w:tblBorders",
        {},
        *(
            node(f"w:{side}", {"w:val": "single", "w:sz": "4", "w:space": "0", "w:color": palette.LINE})
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        ),
    )
    return [
        node(
            "w:style",
            {"w:type": "table", "w:default": "1", "w:styleId": "TableNormal"},
            value("w:name", "Normal Table"),
        ),
        node(
            "w:style",
            {"w:type": "table", "w:customStyle": "1", "w:styleId": TABLE_STYLE},
            value("w:name", TABLE_STYLE),
            value("w:basedOn", "TableNormal"),
            node("w:tblPr", {}, borders, margins),
        ),
    ]


def _list_definition(number: int, format: str, sign: str) -> Node:
    return node(
        "w:abstractNum",
        {"w:abstractNumId": str(number)},
        value("w:multiLevelType", "singleLevel"),
        node(
            "w:lvl",
            {"w:ilvl": "0"},
            value("w:start", 1),
            value("w:numFmt", format),
            value("w:lvlText", sign),
            value("w:lvlJc", "left"),
            node("w:pPr", {}, node("w:ind", {"w:left": str(_HANGING), "w:hanging": str(_HANGING)})),
        ),
    )
