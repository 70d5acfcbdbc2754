"""What is around the text in a Word file: the page, its header and footer, settings and properties."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any, Final

from docx.shared import Mm

from exports import imprint
from exports.document import Document
from exports.looks import MARGIN, PAGE
from exports.markup import Node
from exports.text import clean
from exports.word import footnotes
from exports.word.parts import field, node, paragraph, run, value

_LEFT_OUT: Final = ("w:proofState", "w:savePreviewPicture", "w:rsids")
"""Settings of the template that are about somebody's earlier work on it."""

_MODE: Final = "15"
"""The mode of Word since 2013; in an older one it says that it is being compatible."""

_LONGEST: Final = 255
"""How many characters a property can have."""


def put_around(file: Any, document: Document) -> None:
    """Set all of this in a new python-docx document. Raises ValueError when its day is no ISO date."""
    _set_page(file.sections[0], document)
    _set_settings(file.settings.element, document.language)
    _set_properties(file.core_properties, document)
    _leave_template(file.part)


def _set_page(section: Any, document: Document) -> None:
    section.page_width, section.page_height = (Mm(side) for side in PAGE)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(MARGIN)
    section.header_distance = section.footer_distance = Mm(MARGIN / 2)
    mark = imprint.mark(document)
    before, between = imprint.PAGE
    marked = [run(f"\t{mark}", node("w:b"))] if mark else []
    _fill(section.header, paragraph("header", run(document.title), *marked))
    pages = [*field("PAGE"), run(between), *field("NUMPAGES")]
    _fill(section.footer, paragraph("footer", run(f"{document.state}\t{before}"), *pages))


def _fill(area: Any, line: Node) -> None:
    """Put one line into a header or a footer, in place of the empty one that it starts with."""
    area.is_linked_to_previous = False
    for old in area.paragraphs:
        area._element.remove(old._element)
    area._element.append(line)


def _set_settings(settings: Any, language: str) -> None:
    for name in _LEFT_OUT:
        for old in settings.findall(node.name(name)):
            settings.remove(old)
    for name, attribute, content in (
        ("w:zoom", "w:percent", "100"),
        ("w:themeFontLang", "w:val", language),
        ("w:decimalSymbol", "w:val", ","),
        ("w:listSeparator", "w:val", ";"),
    ):
        found = settings.find(node.name(name))
        found.attrib.clear()
        found.set(node.name(attribute), content)
    compatible = settings.find(node.name("w:compat"))
    mode = compatible.find(f"{node.name('w:compatSetting')}[@{node.name('w:name')}='compatibilityMode']")
    mode.set(node.name("w:val"), _MODE)
    compatible.addprevious(value("w:updateFields", "true"))
    compatible.addprevious(footnotes.separators())


def _set_properties(properties: Any, document: Document) -> None:
    properties.title = _short(document.title)
    properties.subject = _short(document.subject)
    properties.author = properties.last_modified_by = _short(imprint.publishers(document))
    properties.language = document.language
    properties.content_status = _short(document.state)
    properties.category = imprint.mark(document)
    properties.comments = properties.keywords = ""
    made = datetime.combine(imprint.dated(document), time(), UTC)
    properties.created = properties.modified = made


def _short(text: str) -> str:
    return clean(text)[:_LONGEST]


def _leave_template(part: Any) -> None:
    """Drop what the template brings along and no reader needs: a thumbnail, data of another program."""
    for relations in (part.rels, part.package.rels):
        for key, relation in list(relations.items()):
            if relation.reltype.endswith(("/thumbnail", "/customXml", "/stylesWithEffects")):
                del relations[key]
