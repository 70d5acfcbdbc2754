"""A book as an OpenDocument spreadsheet: the same cells, looks, marks and charts as the Excel file.

The parts are text that is put together here: libraries that build a tree take minutes for what takes a
second this way. Text stays text, whatever it begins with. Two files of the same book are the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from typing import IO, Final
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from exports import odf_charts, palette
from exports.book import (
    FICTIEF,
    FICTIEF_COLUMN,
    SHARE,
    TEXT,
    Book,
    Cell,
    Column,
    Look,
    Scalar,
    Sheet,
    marked,
    value_of,
)
from exports.excel import limits
from exports.excel.heights import BOLD, height
from exports.excel.rows import FIRST_DAY
from exports.excel.styles import DRESSES, FONT, HEAD, POINTS, SUBTITLE, TITLE, WARNING, Dress
from exports.excel.writer import FICTIEF_WIDTH, TALL, TITLE_LENGTH
from exports.odf_numbers import number_style
from exports.text import clean, risky
from surveys.acting import AMSTERDAM
from surveys.questions import day

MEDIA_TYPE: Final = "application/vnd.oasis.opendocument.spreadsheet"
DAY_FORMAT: Final = "yyyy-mm-dd"
MOMENT_FORMAT: Final = "yyyy-mm-dd hh:mm"
"""How a day and a moment are shown where nothing else is asked."""

SPACES: Final = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "number": "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "config": "urn:oasis:names:tc:opendocument:xmlns:config:1.0",
    "chart": "urn:oasis:names:tc:opendocument:xmlns:chart:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
}
"""The namespaces of the format, by the prefixes that are used here."""

_DECLARED: Final = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items())
PAGES: Final = "A4"
ONE_PAGE: Final = "A4-one"
"""The layouts of a printed sheet: as many pages as it takes, or one."""

_HEADER: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ODF: Final = 'office:version="1.3"'

_GAPS: Final = re.compile(r"^ +| +$| {2,}|\t")
"""White space that an XML reader would fold into one space, or into none."""

_RGB: Final = slice(2, None)
"""Where a colour of a dress has its RRGGBB."""


def save(book: Book, out: IO[bytes]) -> None:
    """Write the spreadsheet, which is made as a whole. Raises as `write` does."""
    out.write(write(book))


def write(book: Book) -> bytes:
    """Give the spreadsheet. Raises TooLarge beyond what Excel can hold, which opens these files as well."""
    limits.check(book)
    limits.check_texts(book)
    made = book.made_at.astimezone(UTC)
    out = BytesIO()
    with ZipFile(out, "w") as package:
        # first and as it is, so that a program knows the kind of file from its first bytes
        parts = [("mimetype", MEDIA_TYPE), *_parts(book, made)]
        for name, content in parts:
            part = ZipInfo(name, made.timetuple()[:6])
            part.compress_type = ZIP_STORED if name == "mimetype" else ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            package.writestr(part, content)
    return out.getvalue()


def _parts(book: Book, made: datetime) -> Iterator[tuple[str, str]]:
    sheets = [_SheetWriter(book, sheet, number) for number, sheet in enumerate(book.sheets, start=1)]
    wardrobe = _Wardrobe()
    written = [each.write(wardrobe) for each in sheets]
    charts = {each.folder: chart for each in sheets if (chart := each.drawn())}
    yield "content.xml", _content(written, [each.range for each in sheets if each.range], wardrobe)
    yield "styles.xml", _styles(book)
    yield "meta.xml", _meta(book, made)
    yield "settings.xml", _settings(sheets)
    for folder, chart in charts.items():
        yield f"{folder}/content.xml", _document(chart)
    yield "META-INF/manifest.xml", _manifest(charts)


def _content(tables: Iterable[str], ranges: Sequence[str], wardrobe: _Wardrobe) -> str:
    filters = "".join(
        f'<table:database-range table:name="__Anonymous_Sheet_DB__{number}"'
        f' table:target-range-address={quoteattr(each)} table:display-filter-buttons="true"/>'
        for number, each in enumerate(ranges)
    )
    return _document(
        f"<office:automatic-styles>{''.join(wardrobe.styles)}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{''.join(tables)}"
        f"{f'<table:database-ranges>{filters}</table:database-ranges>' if filters else ''}"
        "</office:spreadsheet></office:body>"
    )


def _document(content: str) -> str:
    return f"{_HEADER}<office:document-content {_DECLARED} {_ODF}>{content}</office:document-content>"


class _Wardrobe:
    """The styles that cells, columns, rows and sheets ask for, each made once; `styles` has them in order."""

    def __init__(self) -> None:
        self.styles: list[str] = []
        self._names: dict[tuple[object, ...], str] = {}

    def cell(self, dress: object, format: str | None, align: str | None) -> str:
        """The name of the style of a cell."""
        key = ("ce", dress, format, align)
        if key not in self._names:
            data = f' style:data-style-name="{self._number(format)}"' if format else ""
            self._names[key] = self._add("ce", "table-cell", data, _look(DRESSES[dress], align))
        return self._names[key]

    def column(self, width: float) -> str:
        """The name of the style of a column as wide as so many characters."""
        # eight pixels a character and five around them: with less, text takes more lines than rows have
        inches = (width * 8 + 5) / 96
        return self._sized("co", "table-column", f'style:column-width="{inches:.4f}in"')

    def row(self, points: float) -> str:
        """The name of the style of a row of a height."""
        size = f'style:row-height="{points:g}pt" style:use-optimal-row-height="false"'
        return self._sized("ro", "table-row", size)

    def page_break(self) -> str:
        """The name of the style of a row that begins a page."""
        return self._sized("ro", "table-row", 'fo:break-before="page"')

    def table(self, number: int, fictief: bool) -> str:
        """The name of the style of a sheet, with its own page: what is in its footer differs."""
        color = f' table:tab-color="#{palette.WARNING.fill}"' if fictief else ""
        properties = f'<style:table-properties table:display="true"{color}/>'
        return self._add("ta", "table", f' style:master-page-name="Blad{number}"', properties)

    def _sized(self, prefix: str, family: str, size: str) -> str:
        key = (prefix, size)
        if key not in self._names:
            self._names[key] = self._add(prefix, family, "", f"<style:{family}-properties {size}/>")
        return self._names[key]

    def _number(self, format: str) -> str:
        key = ("n", format)
        if key not in self._names:
            name = f"n{len(self._names)}"
            self.styles.append(number_style(name, format))
            self._names[key] = name
        return self._names[key]

    def _add(self, prefix: str, family: str, attributes: str, properties: str) -> str:
        name = f"{prefix}{len(self.styles)}"
        self.styles.append(
            f'<style:style style:name="{name}" style:family="{family}"{attributes}>{properties}</style:style>'
        )
        return name


def _look(dress: Dress, align: str | None) -> str:
    """What a dress looks like; `align` is where its figures stand when not on the side of their kind."""
    font = dress.font
    cell = [f'style:vertical-align="{dress.vertical}"', f'fo:wrap-option="{_wrapped(dress)}"']
    # there are no hatched cells here: a level that there is none of has a dashed line around it instead
    hatched = dress.fill is not None and dress.fill.fill_type != "solid"
    if dress.fill is not None and not hatched:
        cell.append(f'fo:background-color="#{dress.fill.fgColor.rgb[_RGB]}"')
    if hatched:
        cell.append(f'fo:border="1pt dashed #{palette.MUTED}"')
    elif dress.inside:
        cell.append(f'fo:border="0.5pt solid #{palette.LINE}"')
    if align:
        cell.append('style:text-align-source="fix"')
    indent = ' fo:margin-left="0.1in"' if align and dress.inside else ""
    paragraph = f'<style:paragraph-properties fo:text-align="start"{indent}/>' if align else ""
    text = [f'fo:font-size="{font.sz:g}pt"']
    if font.color is not None:
        text.append(f'fo:color="#{font.color.rgb[_RGB]}"')
    if font.b:
        text.append('fo:font-weight="bold"')
    if font.i:
        text.append('fo:font-style="italic"')
    return (
        f"<style:table-cell-properties {' '.join(cell)}/>{paragraph}<style:text-properties {' '.join(text)}/>"
    )


def _wrapped(dress: Dress) -> str:
    return "wrap" if dress.inside else "no-wrap"


class _SheetWriter:
    """One sheet, `number` of its book. `head` is the row of its headings, `range` where it is filtered (None:
    it is not), `folder` where its chart is kept.
    """

    def __init__(self, book: Book, sheet: Sheet, number: int) -> None:
        self.book, self.sheet, self.number = book, sheet, number
        self.folder = f"Object {number}"
        self.titles, self.rows = marked(sheet, book.fictief and sheet.tidy)
        self.columns = [*sheet.columns, Column(FICTIEF_COLUMN, FICTIEF_WIDTH)][: len(self.titles)]
        self.head = limits.headings(sheet, book)
        self.last = self.head + len(sheet.rows)
        self.name = "'" + sheet.name.replace("'", "''") + "'"
        self.chart = sheet.chart if sheet.rows else None
        self.one_page = _on_one_page(sheet)
        self.range = None
        if sheet.filtered and sheet.rows:
            corner = f"{_letters(len(self.titles))}{self.last}"
            self.range = f"{self.name}.A{self.head}:{self.name}.{corner}"

    def drawn(self) -> str | None:
        """What is in the document of its chart; None where it has none."""
        if self.chart is None:
            return None
        letters = [_letters(place) for place in range(1, len(self.titles) + 1)]
        return odf_charts.draw(self.chart, self.name, letters, (self.head, self.last), self._width)

    @property
    def _width(self) -> float:
        return sum(column.width for column in self.columns)

    def write(self, wardrobe: _Wardrobe) -> str:
        """Give the table."""
        out = [
            f"<table:table table:name={quoteattr(self.sheet.name)}"
            f' table:style-name="{wardrobe.table(self.number, self.book.fictief)}">'
        ]
        out += [
            f'<table:table-column table:style-name="{wardrobe.column(column.width)}"/>'
            for column in self.columns
        ]
        out += self._above(wardrobe)
        widths = [column.width for column in self.columns]
        high = height(self.titles, [width * BOLD for width in widths])
        titles = "".join(_cell(wardrobe, title, HEAD) for title in self.titles)
        out.append(f"<table:table-header-rows>{_row(wardrobe, high, titles)}</table:table-header-rows>")
        for cells in self.rows:
            high = height(map(value_of, cells), widths)
            body = (_body(wardrobe, cell, column) for cell, column in zip(cells, self.columns, strict=True))
            out.append(_row(wardrobe, high, "".join(body)))
        if self.chart is not None:
            out.append("<table:table-row><table:table-cell/></table:table-row>" * 2)
            drawing = odf_charts.frame(self.chart, self.folder, self._width)
            style = "" if self.one_page else f' table:style-name="{wardrobe.page_break()}"'
            out.append(
                f"<table:table-row{style}><table:table-cell>{drawing}</table:table-cell></table:table-row>"
            )
        out.append("</table:table>")
        return "".join(out)

    def _above(self, wardrobe: _Wardrobe) -> Iterator[str]:
        """The lines above a table that is for people, as the Excel file has them."""
        if self.sheet.tidy:
            return
        yield f"<table:table-row>{_cell(wardrobe, self.sheet.title, TITLE)}</table:table-row>"
        yield f"<table:table-row>{_cell(wardrobe, self.book.title, SUBTITLE)}</table:table-row>"
        if self.book.fictief:
            text = f"{FICTIEF.upper()}. Deze antwoorden zijn verzonnen, als voorbeeld."
            rest = _cell(wardrobe, None, WARNING) * (len(self.titles) - 1)
            yield f"<table:table-row>{_cell(wardrobe, text, WARNING)}{rest}</table:table-row>"


def _on_one_page(sheet: Sheet) -> bool:
    """Whether a table and its chart are printed on one page, as from the Excel file."""
    return sheet.chart is not None and len(sheet.rows) < TALL


def _row(wardrobe: _Wardrobe, high: float, cells: str) -> str:
    return f'<table:table-row table:style-name="{wardrobe.row(high)}">{cells}</table:table-row>'


def _body(wardrobe: _Wardrobe, cell: Cell | Scalar, column: Column) -> str:
    if isinstance(cell, Cell):
        dress = cell.rank or cell.look
        return _cell(wardrobe, cell.value, dress, cell.format or column.format, column.align)
    return _cell(wardrobe, cell, Look.PLAIN, column.format, column.align)


def _cell(
    wardrobe: _Wardrobe, value: Scalar, dress: object, format: str | None = None, align: str | None = None
) -> str:
    if isinstance(value, date) and not isinstance(value, datetime) and value < FIRST_DAY:
        value = day(value)  # this format has such days, and Excel, which opens it, has not
    if isinstance(value, str) and value:
        # a program that is told that it is text leaves it alone, also when somebody edits it
        style = wardrobe.cell(dress, TEXT if risky(value) else format, "left")
        lines = "".join(f"<text:p>{_spaced(line)}</text:p>" for line in clean(value).split("\n"))
        typed = 'office:value-type="string"'
        return f'<table:table-cell table:style-name="{style}" {typed}>{lines}</table:table-cell>'
    if isinstance(value, datetime):
        moment = value.astimezone(AMSTERDAM).replace(tzinfo=None, microsecond=0)
        format, typed = format or MOMENT_FORMAT, f'"date" office:date-value="{moment.isoformat()}"'
    elif isinstance(value, date):
        format, typed = format or DAY_FORMAT, f'"date" office:date-value="{value.isoformat()}"'
    elif value is None or isinstance(value, str):
        return f'<table:table-cell table:style-name="{wardrobe.cell(dress, format, align)}"/>'
    else:
        kind = "percentage" if format == SHARE else "float"
        typed = f'"{kind}" office:value="{value!r}"'
    style = wardrobe.cell(dress, format, align)
    return f'<table:table-cell table:style-name="{style}" office:value-type={typed}/>'


def _spaced(line: str) -> str:
    """A line of text as XML, with all of its white space."""
    if "  " not in line and "\t" not in line and line == line.strip(" "):
        return escape(line)
    out, place = [], 0
    for gap in _GAPS.finditer(line):
        space = "<text:tab/>" if gap[0] == "\t" else f'<text:s text:c="{len(gap[0])}"/>'
        out += [escape(line[place : gap.start()]), space]
        place = gap.end()
    return "".join([*out, escape(line[place:])])


def _letters(column: int) -> str:
    """The letters of a column, counted from 1.

    >>> _letters(1), _letters(26), _letters(27), _letters(16384)
    ('A', 'Z', 'AA', 'XFD')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _styles(book: Book) -> str:
    """What all cells have in common, and the page of each sheet: A4 on its side, with a footer."""
    pages = "".join(_page(book, sheet, number) for number, sheet in enumerate(book.sheets, start=1))
    return (
        f"{_HEADER}<office:document-styles {_DECLARED} {_ODF}>"
        "<office:font-face-decls>"
        f'<style:font-face style:name="{FONT}" svg:font-family="{FONT}" style:font-family-generic="swiss"/>'
        "</office:font-face-decls><office:styles>"
        '<style:default-style style:family="table-cell">'
        f'<style:text-properties style:font-name="{FONT}" fo:font-size="{POINTS}pt"'
        ' fo:language="nl" fo:country="NL"/></style:default-style>'
        '<style:style style:name="Default" style:family="table-cell"/>'
        "</office:styles><office:automatic-styles>"
        f"{_layout(PAGES, 0)}{_layout(ONE_PAGE, 1)}"
        f"</office:automatic-styles><office:master-styles>{pages}</office:master-styles>"
        "</office:document-styles>"
    )


def _layout(name: str, high: int) -> str:
    """A4 on its side, on which a sheet is one page wide and so many pages high (0: as many as it takes)."""
    return (
        f'<style:page-layout style:name="{name}"><style:page-layout-properties fo:page-width="297mm"'
        ' fo:page-height="210mm" style:print-orientation="landscape" fo:margin-top="0.5in"'
        ' fo:margin-bottom="0.3in" fo:margin-left="0.4in" fo:margin-right="0.4in"'
        f' style:scale-to-X="1" style:scale-to-Y="{high}" style:first-page-number="continue"/>'
        '<style:footer-style><style:header-footer-properties fo:min-height="0.4in" fo:margin-top="0.15in"/>'
        "</style:footer-style></style:page-layout>"
    )


def _page(book: Book, sheet: Sheet, number: int) -> str:
    what = escape(clean(f"{book.title[:TITLE_LENGTH]} | {sheet.name}"))
    mark = FICTIEF.upper() if book.fictief else ""
    layout = ONE_PAGE if _on_one_page(sheet) else PAGES
    return (
        f'<style:master-page style:name="Blad{number}" style:page-layout-name="{layout}">'
        '<style:header style:display="false"/><style:footer>'
        f"<style:region-left><text:p>{what}</text:p></style:region-left>"
        f"<style:region-center><text:p>{mark}</text:p></style:region-center>"
        "<style:region-right><text:p>Bladzijde <text:page-number>1</text:page-number> van"
        " <text:page-count>1</text:page-count></text:p></style:region-right>"
        "</style:footer></style:master-page>"
    )


def _meta(book: Book, made: datetime) -> str:
    when = made.strftime("%Y-%m-%dT%H:%M:%SZ")
    title, mark = book.title, ""
    if book.fictief:
        title = f"{title} ({FICTIEF.lower()})"
        mark = (
            "<meta:keyword>fictief</meta:keyword>"
            f'<meta:user-defined meta:name="Soort">{FICTIEF}</meta:user-defined>'
        )
    return (
        f"{_HEADER}<office:document-meta {_DECLARED} {_ODF}><office:meta>"
        "<meta:generator>Meetlat</meta:generator>"
        f"<dc:title>{escape(clean(title))}</dc:title><dc:subject>{escape(clean(book.subject))}</dc:subject>"
        f"<meta:keyword>Meetlat</meta:keyword>{mark}"
        "<meta:initial-creator>Meetlat</meta:initial-creator><dc:creator>Meetlat</dc:creator>"
        f"<meta:creation-date>{when}</meta:creation-date><dc:date>{when}</dc:date>"
        "<dc:language>nl-NL</dc:language></office:meta></office:document-meta>"
    )


def _settings(sheets: Sequence[_SheetWriter]) -> str:
    """What stays in view of each sheet: its first columns and its headings."""
    views = "".join(_view(each) for each in sheets)
    return (
        f"{_HEADER}<office:document-settings {_DECLARED} {_ODF}><office:settings>"
        '<config:config-item-set config:name="ooo:view-settings">'
        '<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>'
        f"{_item('ViewId', 'string', 'view1')}"
        f'<config:config-item-map-named config:name="Tables">{views}</config:config-item-map-named>'
        f"{_item('ActiveTable', 'string', sheets[0].sheet.name if sheets else '')}"
        f"{_item('ShowGrid', 'boolean', 'false')}"
        "</config:config-item-map-entry></config:config-item-map-indexed></config:config-item-set>"
        "</office:settings></office:document-settings>"
    )


def _view(each: _SheetWriter) -> str:
    frozen, fixed = each.sheet.frozen, 2
    return (
        f"<config:config-item-map-entry config:name={quoteattr(each.sheet.name)}>"
        f"{_item('HorizontalSplitMode', 'short', fixed if frozen else 0)}"
        f"{_item('VerticalSplitMode', 'short', fixed)}"
        f"{_item('HorizontalSplitPosition', 'int', frozen)}"
        f"{_item('VerticalSplitPosition', 'int', each.head)}"
        # the pane at the bottom right, or at the bottom where nothing is beside it
        f"{_item('ActiveSplitRange', 'short', 3 if frozen else 2)}"
        f"{_item('PositionRight', 'int', frozen)}"
        f"{_item('PositionBottom', 'int', each.head)}"
        f"{_item('ShowGrid', 'boolean', 'false')}"
        "</config:config-item-map-entry>"
    )


def _item(name: str, kind: str, value: object) -> str:
    named = f'config:name="{name}" config:type="{kind}"'
    return f"<config:config-item {named}>{escape(str(value))}</config:config-item>"


def _manifest(folders: Iterable[str]) -> str:
    parts = dict.fromkeys(("content.xml", "styles.xml", "meta.xml", "settings.xml"), "text/xml")
    for folder in folders:
        parts |= {f"{folder}/": odf_charts.MEDIA_TYPE, f"{folder}/content.xml": "text/xml"}
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'
        for name, kind in parts.items()
    )
    return (
        f"{_HEADER}<manifest:manifest"
        ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MEDIA_TYPE}"'
        f' manifest:version="1.3"/>{entries}</manifest:manifest>'
    )
