"""The package around a workbook: what the writing library can't set, and the same bytes every time."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree
from openpyxl.packaging.core import DocumentProperties

PROPERTIES: Final = "docProps/core.xml"
SHEET: Final = "xl/worksheets/sheet{}.xml"
"""The part of a sheet, by its number from 1."""
ROWS_END: Final = b"</sheetData>"
DRAWINGS: Final = re.compile(r"xl/drawings/drawing(\d+)\.xml")
_NAME: Final = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}cNvPr"
_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def literal(text: str) -> str:
    """Give a text such that Excel shows it as it is: it reads `_x0041_` as the character of that number.

    >>> literal("naam_x0041_b")
    'naam_x005F_x0041_b'
    """
    return _ESCAPED.sub("_x005F_", text)


def settle(
    package: bytes, properties: DocumentProperties, made: datetime, texts: Sequence[tuple[str, str]]
) -> bytes:
    """Pack a workbook again: its properties as given (saving sets the clock), one date on every part.

    `texts` has for each chart, in order, its title and what stands for it where it can't be seen.
    """
    out = BytesIO()
    settle_with(BytesIO(package), {}, properties, made, texts, out)
    return out.getvalue()


def settle_with(
    around: IO[bytes],
    bodies: Mapping[str, IO[bytes]],
    properties: DocumentProperties,
    made: datetime,
    texts: Sequence[tuple[str, str]],
    out: IO[bytes],
) -> None:
    """Do the same, and put into the parts of sheets the rows that were written apart, by the parts' names."""
    when = made.timetuple()[:6]
    with ZipFile(around) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content, body = old.read(name), bodies.get(name)
            if name == PROPERTIES:
                tree: Any = properties.to_tree()
                content = etree.tostring(tree, encoding="UTF-8")
            elif drawing := DRAWINGS.fullmatch(name):
                content = _described(content, *texts[int(drawing[1]) - 1])
            part = ZipInfo(name, when)
            part.compress_type = ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            with new.open(part, "w", force_zip64=body is not None) as packed:
                _fill(packed, content, body)


def _fill(packed: IO[bytes], content: bytes, body: IO[bytes] | None) -> None:
    """Write a part; of a sheet with its rows at the end of the ones that it has."""
    if body is None:
        packed.write(content)
        return
    before, end, after = content.partition(ROWS_END)
    packed.write(before)
    body.seek(0)
    shutil.copyfileobj(body, packed)
    packed.write(end + after)


def _described(drawing: bytes, title: str, text: str) -> bytes:
    tree: Any = etree.fromstring(drawing)
    for shape in tree.iter(_NAME):
        shape.set("name", title)
        shape.set("descr", text)
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))
