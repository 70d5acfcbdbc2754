"""Opening an Excel workbook that comes from anywhere: the cells as they are, within limits.

Excel's own format is a zip of XML. Only the parts that hold cells are unpacked, so much and no more; entities
are never followed, formulas never worked out, and nothing else in the file (pictures, links, programs) is
looked at. What is no such workbook is refused with the reason.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final, Literal

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from surveys.errors import AnswerSheetFaults

MAX_FILE: Final = 2_000_000
"""The most bytes of a file."""
MAX_PART: Final = 8_000_000
MAX_UNPACKED: Final = 16_000_000
"""The most bytes of a part when it is unpacked, and of all parts that are looked at."""
MAX_PARTS: Final = 500
MAX_ELEMENTS: Final = 400_000
"""The most XML elements of a part: a workbook as Meetlat makes it has some thousands."""
MAX_ROW: Final = 1_048_576
MAX_COLUMN: Final = 16_384

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NOT_A_WORKBOOK: Final = (
    "Dit is geen Excel-werkboek (.xlsx). Lever het werkboek in dat u uit Meetlat hebt gehaald."
)
DAMAGED: Final = (
    "Het bestand is beschadigd of niet volledig. Sla het werkboek opnieuw op en probeer het nog eens."
)

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_COORDINATE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell holds. A `number` that is `dated` is shown as a day. `formula`: it is worked out."""

    kind: Literal["text", "number", "boolean", "error", "empty"]
    text: str = ""
    number: float = 0.0
    dated: bool = False
    formula: bool = False


@dataclass
class Sheet:
    """The cells of a sheet that hold something, by row and column from 1, and the ranges that are merged."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Book:
    """A workbook: its sheets by name, and whether its days count from 1904."""

    sheets: dict[str, Sheet]
    from_1904: bool


def open_book(content: bytes) -> Book:
    """Read the cells of a workbook. Raises AnswerSheetFaults with the reason when that can't be."""
    if len(content) > MAX_FILE:
        raise _refused(f"Het bestand is te groot: hoogstens {MAX_FILE // 1_000_000} MB.")
    if content.startswith(OLE):
        raise _refused(
            "Dit bestand heeft een wachtwoord of is van een oude Excel (.xls)."
            " Sla het zonder wachtwoord op als Excel-werkboek (.xlsx)."
        )
    if not content.startswith(b"PK"):
        raise _refused(NOT_A_WORKBOOK if content else "Het bestand is leeg. Kies het ingevulde werkboek.")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _Package(archive).book()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise _refused(DAMAGED) from error


def column_letter(column: int) -> str:
    """The letters of a column, counted from 1: 1 is A, 27 is AA."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def coordinate(row: int, column: int) -> str:
    """The name of a cell: (14, 3) is C14."""
    return f"{column_letter(column)}{row}"


def _refused(text: str) -> AnswerSheetFaults:
    return AnswerSheetFaults([text])


class _Package:
    """One zip, of which as much is unpacked as is allowed."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.left = MAX_UNPACKED
        infos = archive.infolist()
        self.infos = {info.filename: info for info in infos}
        if len(infos) > MAX_PARTS or len(self.infos) < len(infos):
            raise _refused("Dit bestand heeft meer onderdelen dan een werkboek van Meetlat heeft.")

    def book(self) -> Book:
        self._recognise()
        workbook = self._tree("xl/workbook.xml")
        targets = self._targets("xl/_rels/workbook.xml.rels")
        texts = self._texts(targets)
        dated = self._dated(targets)
        sheets: dict[str, Sheet] = {}
        for element in _named(workbook, "sheet"):
            name = element.get("name") or ""
            kind, target = targets.get(_relation(element), ("", ""))
            if kind != "worksheet":
                raise _refused(f"Blad {name}: dit is geen blad met cellen. Haal het weg.")
            sheets[name] = self._sheet(name, target, texts, dated)
        from_1904 = any(each.get("date1904") in ("1", "true") for each in _named(workbook, "workbookPr"))
        return Book(sheets, from_1904)

    def _recognise(self) -> None:
        names = set(self.infos)
        if "mimetype" in names and "content.xml" in names:
            raise _refused("Dit is een OpenDocument-bestand. Sla het op als Excel-werkboek (.xlsx).")
        if "xl/workbook.bin" in names:
            raise _refused("Dit is een binair Excel-bestand (.xlsb). Sla het op als Excel-werkboek (.xlsx).")
        if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
            raise _refused(NOT_A_WORKBOOK)
        types = self._part("[Content_Types].xml")
        if b"macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in names):
            raise _refused(
                "Dit werkboek bevat macro’s, kleine programma’s. Sla het op als Excel-werkboek zonder"
                " macro’s (.xlsx)."
            )

    def _part(self, name: str) -> bytes:
        info = self.infos.get(name)
        if info is None:
            raise _refused(f"{DAMAGED} (Het onderdeel {name} ontbreekt.)")
        if info.flag_bits & 1:
            raise _refused("Dit bestand heeft een wachtwoord. Sla het zonder wachtwoord op.")
        most = min(MAX_PART, self.left)
        with self.archive.open(info) as packed:
            content = packed.read(most + 1)
        if len(content) > most:
            raise _refused(
                f"Het onderdeel {name} van dit bestand is uitgepakt veel groter dan dat van een vragenlijst."
                " Het wordt niet gelezen."
            )
        self.left -= len(content)
        return content

    def _walk(self, name: str) -> Iterator[Any]:
        """Every element of a part at its end. Refuses what defines entities, and endless elements."""
        content = self._part(name)
        try:
            walk: Any = etree.iterparse(
                BytesIO(content),
                events=("start", "end"),
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=False,
            )
            count = 0
            for event, element in walk:
                if event == "start":
                    count += 1
                    if count == 1 and element.getroottree().docinfo.doctype:
                        raise _refused(f"Het onderdeel {name} van dit bestand is geen gewone XML.")
                    if count > MAX_ELEMENTS:
                        raise _refused(f"Het onderdeel {name} van dit bestand heeft te veel cellen.")
                elif isinstance(element.tag, str):
                    yield element
        except etree.XMLSyntaxError as error:
            raise _refused(f"{DAMAGED} (Het onderdeel {name} is niet te lezen.)") from error

    def _tree(self, name: str) -> Any:
        last = None
        for element in self._walk(name):
            last = element
        return last

    def _targets(self, name: str) -> dict[str, tuple[str, str]]:
        found = {}
        for element in _named(self._tree(name), "Relationship"):
            if element.get("TargetMode") == "External":
                continue
            target = element.get("Target") or ""
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            found[element.get("Id") or ""] = ((element.get("Type") or "").rsplit("/", 1)[-1], path)
        return found

    def _texts(self, targets: dict[str, tuple[str, str]]) -> list[str]:
        path = next((path for kind, path in targets.values() if kind == "sharedStrings"), None)
        if path is None:
            return []
        found = []
        for element in self._walk(path):
            if _local(element) == "si":
                found.append(_text(element))
                _forget(element)
        return found

    def _dated(self, targets: dict[str, tuple[str, str]]) -> list[bool]:
        """For each style of a cell, whether it shows a number as a day."""
        path = next((path for kind, path in targets.values() if kind == "styles"), None)
        if path is None:
            return []
        tree = self._tree(path)
        formats = {int(key): value for key, value in BUILTIN_FORMATS.items()}
        for element in _named(tree, "numFmt"):
            formats[int(element.get("numFmtId") or 0)] = element.get("formatCode") or ""
        found = []
        for styles in _named(tree, "cellXfs"):
            for element in styles:
                shown = formats.get(int(element.get("numFmtId") or 0))
                found.append(bool(shown and is_date_format(shown)))
        return found

    def _sheet(self, name: str, path: str, texts: list[str], dated: list[bool]) -> Sheet:
        sheet = Sheet(name)
        row = column = 0
        for element in self._walk(path):
            kind = _local(element)
            if kind == "c":
                # the names of rows and cells may be left out: then they follow one another
                place = element.get("r")
                if place:
                    row, column = _place(name, place)
                else:
                    above = element.getparent()
                    here = int(above.get("r") or 0) if above is not None else 0
                    row, column = (here or row or 1), column + 1
                cell = _cell(element, texts, dated)
                if cell.kind != "empty" or cell.formula:
                    sheet.cells[row, column] = cell
            elif kind == "row":
                row, column = int(element.get("r") or row) + 1, 0
                _forget(element)
            elif kind == "mergeCell":
                sheet.merged.append((element.get("ref") or "")[:20])
        return sheet


def _place(sheet: str, name: str) -> tuple[int, int]:
    match = _COORDINATE.fullmatch(name)
    column = 0
    for letter in match[1] if match else "":
        column = column * 26 + ord(letter) - 64
    row = int(match[2]) if match else 0
    if not (1 <= row <= MAX_ROW and 1 <= column <= MAX_COLUMN):
        raise _refused(f"Blad {sheet}: een cel heet {name[:20]!r}, en zo'n cel is er niet. {DAMAGED}")
    return row, column


def _cell(element: Any, texts: list[str], dated: list[bool]) -> Cell:
    kind = element.get("t") or "n"
    value, formula, inline = None, False, None
    for child in element:
        local = _local(child)
        if local == "v":
            value = child.text
        elif local == "f":
            formula = True
        elif local == "is":
            inline = child
    if kind == "inlineStr":
        return _texted(_text(inline) if inline is not None else "", formula)
    if value is None:
        return Cell("empty", formula=formula)
    if kind == "s":
        return _texted(texts[int(value)] if 0 <= int(value) < len(texts) else "", formula)
    if kind in ("str", "d"):
        return _texted(_unescaped(value), formula)
    if kind == "b":
        return Cell("boolean", text=value, formula=formula)
    if kind == "e":
        return Cell("error", text=value, formula=formula)
    style = int(element.get("s") or 0)
    is_day = style < len(dated) and dated[style]
    return Cell("number", number=float(value), dated=is_day, formula=formula)


def _texted(text: str, formula: bool) -> Cell:
    return Cell("text" if text.strip() else "empty", text=text, formula=formula)


def _text(element: Any) -> str:
    """The text of an element, with its parts that look different, without what helps to pronounce it."""
    parts = []
    for each in element.iter():
        if isinstance(each.tag, str) and _local(each) == "t" and _local(each.getparent()) != "rPh":
            parts.append(each.text or "")
    return _unescaped("".join(parts))


def _unescaped(text: str) -> str:
    """Excel writes a character that XML has no place for as _x000D_."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def _named(tree: Any, local: str) -> Iterator[Any]:
    if tree is not None:
        yield from (each for each in tree.iter() if isinstance(each.tag, str) and _local(each) == local)


def _local(element: Any) -> str:
    # both namespaces of the format, the usual and the strict one, have the same local names
    return str(etree.QName(element).localname)


def _relation(element: Any) -> str:
    return next((str(value) for key, value in element.attrib.items() if key.endswith("}id")), "")


def _forget(element: Any) -> None:
    """Let go of an element that was read, so that a large part does not stay in memory."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
