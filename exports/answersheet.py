"""The questionnaire as a workbook to fill in without Meetlat, with the answers that there are.

`surveys.offline.layout` says what stands where. Only cells for answers can be changed; the sheets are
protected without a password, against slips and not against people.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidation

from exports import palette
from exports.book import DAY, FICTIEF, TEXT
from exports.errors import TooLarge
from exports.excel.heights import BOLD, height
from exports.excel.limits import MAX_TEXT
from exports.excel.package import literal, settle
from exports.excel.rows import FIRST_DAY
from exports.excel.styles import FONT, GRID, POINTS, fill_of
from exports.excel.writer import A4
from exports.greying import Greying
from exports.text import file_name, risky
from surveys.acting import AMSTERDAM
from surveys.answers import NOTE_LENGTH, PAGE_LENGTH, TITLE_LENGTH, Content
from surveys.instruments import Question
from surveys.offline import layout
from surveys.offline.layout import Row, SheetPlan
from surveys.offline.package import column_letter
from surveys.offline.source import Source
from surveys.questions import comma, day

WIDTHS: Final = {
    layout.CODE: 10,
    layout.QUESTION: 58,
    layout.ANSWER: 34,
    layout.NOTE: 42,
    layout.TITLE: 30,
    layout.PAGE: 12,
    layout.KEY: 14,
}
"""In characters."""
LAST: Final = layout.PAGE
"""The last column that is shown and printed."""
GUIDE_WIDTH: Final = 86
OFF: Final = "D5DBE0"
"""The fill of a question that is not asked."""
ENTRY: Final = "EAF4FB"
"""The fill of a cell to fill in."""
LONGEST_MESSAGE: Final = 250
"""Of what a program says at a wrong value; Excel takes 255."""


def workbook(source: Source) -> bytes:
    """Give the workbook. Raises TooLarge when an answer does not fit in a cell."""
    return _Writer(source).write()


def filename(source: Source, ending: str = "xlsx") -> str:
    """A name for the file that says whose it is."""
    mark = FICTIEF.split()[0] if source.fictief else ""
    return f"{file_name('meetlat-invullen', source.measurement, source.unit, mark)}.{ending}"


class _Writer:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.instrument = source.instrument
        documents = {
            code: layout.document_rows(question, len(source.contents.get(code, Content()).documents))
            for code, question in self.instrument.questions.items()
        }
        self.expected = layout.lay_out(self.instrument, documents)
        self.documents = documents
        self.book: Any = Workbook()
        self.lists: dict[tuple[str, ...], str] = {}
        self.greying = Greying(self.expected, self._list_of)

    def write(self) -> bytes:
        self._guide(self.book.active)
        sheets = [(plan, self.book.create_sheet(plan.name)) for plan in self.expected.sheets]
        self._data(self.book.create_sheet(layout.DATA))
        self.list_sheet: Any = self.book.create_sheet(layout.LISTS)
        for plan, sheet in sheets:
            self._theme(plan, sheet)
        for hidden in (layout.DATA, layout.LISTS):
            self.book[hidden].sheet_state = "veryHidden"
            self.book[hidden].protection.sheet = True
        self.book.security.lockStructure = True
        return self._package()

    def _package(self) -> bytes:
        source = self.source
        made = source.made_at.astimezone(UTC).replace(microsecond=0)
        title = f"{source.unit_name}, {source.measurement_name}"
        properties = self.book.properties
        properties.title = f"{title} ({FICTIEF.lower()})" if source.fictief else title
        properties.subject = self.instrument.title
        properties.keywords = "Meetlat, fictief" if source.fictief else "Meetlat"
        properties.category = FICTIEF if source.fictief else None
        properties.creator = properties.lastModifiedBy = "Meetlat"
        properties.language = "nl-NL"
        properties.created = made.replace(tzinfo=None)
        out = BytesIO()
        self.book.save(out)
        properties.modified = properties.created
        return settle(out.getvalue(), properties, made, [])

    # the sheets

    def _guide(self, sheet: Any) -> None:
        sheet.title = layout.GUIDE
        sheet.column_dimensions["A"].width = GUIDE_WIDTH
        self._set_up(sheet, "portrait")
        for number, (text, look) in enumerate(guide(self.source), start=1):
            cell = sheet.cell(number, 1)
            _put(cell, text)
            cell.font = _FONTS[look]
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if look == "warning":
                cell.fill = fill_of(palette.WARNING)
            sheet.row_dimensions[number].height = height([text], [GUIDE_WIDTH * 0.9]) + 4

    def _data(self, sheet: Any) -> None:
        instrument, source = self.instrument, self.source
        values = (
            str(layout.FORMAT),
            instrument.code,
            instrument.version,
            instrument.sha256,
            source.measurement,
            source.unit,
            source.made_at.astimezone(UTC).replace(microsecond=0).isoformat(),
        )
        for number, (name, value) in enumerate(zip(layout.DATA_ROWS, values, strict=True), start=1):
            _put(sheet.cell(number, 1), name)
            _put(sheet.cell(number, 2), value)
        for column, name in enumerate(("vraag", "antwoord", "bewijsstukken"), start=1):
            _put(sheet.cell(layout.DATA_HEAD, column), name)
        for number, code in enumerate(instrument.questions, start=layout.DATA_HEAD + 1):
            _put(sheet.cell(number, 1), code)
            sheet.cell(number, 2).value = source.versions.get(code, 0)
            sheet.cell(number, 3).value = self.documents[code]

    def _theme(self, plan: SheetPlan, sheet: Any) -> None:
        self._set_up(sheet, "landscape")
        for column, width in WIDTHS.items():
            sheet.column_dimensions[column_letter(column)].width = width
        sheet.column_dimensions[column_letter(layout.KEY)].hidden = True
        sheet.freeze_panes = f"B{layout.HEAD + 1}"
        sheet.print_title_rows = f"{layout.HEAD}:{layout.HEAD}"
        source = self.source
        above = [
            (f"Thema {plan.theme.code}: {plan.theme.title}", "title"),
            (f"{source.unit_name}, {source.measurement_name}. Vul alleen de lichte cellen in.", "muted"),
            (_warning(source) or "", "warning"),
        ]
        for number, (text, look) in enumerate(above, start=1):
            if text:
                _put(sheet.cell(number, 1), text)
                sheet.cell(number, 1).font = _FONTS[look]
            for column in range(1, LAST + 1):
                if text and look == "warning":
                    sheet.cell(number, column).fill = fill_of(palette.WARNING)
        for column, text in layout.HEADINGS.items():
            cell = sheet.cell(layout.HEAD, column)
            _put(cell, text)
            cell.font, cell.fill, cell.border = _FONTS["head"], fill_of(palette.HEAD), GRID
        validations = _Validations(sheet)
        for row in plan.rows:
            self._row(sheet, row, validations)
        for code, rows in plan.blocks.items():
            formula = self.greying.formula(self.instrument.questions[code])
            if formula:
                area = f"A{rows[0].number}:{column_letter(LAST)}{rows[-1].number}"
                make: Any = FormulaRule
                rule = make(
                    formula=[formula],
                    fill=PatternFill("solid", bgColor=OFF, fgColor=OFF),
                    font=Font(color=palette.MUTED, italic=True),
                )
                sheet.conditional_formatting.add(area, rule)

    def _set_up(self, sheet: Any, orientation: str) -> None:
        source = self.source
        sheet.sheet_view.showGridLines = False
        sheet.page_setup.paperSize, sheet.page_setup.orientation = A4, orientation
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.5, 0.7, 0.3
        name = f"{source.unit_name}, {source.measurement_name}"[:80]
        sheet.oddFooter.left.text = f"{name} | {sheet.title}".replace("&", "&&")
        sheet.oddFooter.center.text = FICTIEF.upper() if source.fictief else None
        sheet.oddFooter.right.text = "Bladzijde &P van &N"
        if source.fictief:
            sheet.sheet_properties.tabColor = palette.WARNING.fill
        protection = sheet.protection
        protection.sheet = True
        # what helps to read may be changed; False means that it is not forbidden
        protection.formatColumns = protection.formatRows = False

    # the rows

    def _row(self, sheet: Any, row: Row, validations: _Validations) -> None:
        number = row.number
        _put(sheet.cell(number, layout.KEY), row.key)
        code, text = sheet.cell(number, layout.CODE), sheet.cell(number, layout.QUESTION)
        _put(code, row.code or None)
        _put(text, row.label or None)
        code.number_format = TEXT
        for column in range(1, LAST + 1):
            sheet.cell(number, column).border = GRID
            sheet.cell(number, column).alignment = _WRAPPED
        if row.question is None:
            _put(text, row.label)
            for column in range(1, LAST + 1):
                sheet.cell(number, column).fill = fill_of(palette.GROUP)
            code.font = text.font = _FONTS["strong"]
            sheet.row_dimensions[number].height = height([row.label], [WIDTHS[layout.QUESTION] * BOLD])
            return
        code.font = _FONTS["strong" if row.head else "plain"]
        text.font = _FONTS["plain"]
        if not row.head:
            text.alignment = _INDENTED
        content = self.source.contents.get(row.question.code, Content())
        self._answer(sheet, row, row.question, content, validations)
        if row.head:
            note = self._entry(sheet, number, layout.NOTE, content.note)
            validations.length(note, NOTE_LENGTH, "De toelichting")
        if row.document:
            given = content.documents[row.document - 1] if row.document <= len(content.documents) else None
            title = self._entry(sheet, number, layout.TITLE, given.title if given else None)
            page = self._entry(sheet, number, layout.PAGE, given.page if given else None)
            validations.length(title, TITLE_LENGTH, "De titel")
            validations.length(page, PAGE_LENGTH, "De bladzijde")
        shown = [sheet.cell(number, column).value for column in range(1, LAST + 1)]
        values = [value if isinstance(value, str) else None for value in shown]
        sheet.row_dimensions[number].height = height(
            values, [WIDTHS[column] for column in range(1, LAST + 1)]
        )

    def _answer(
        self, sheet: Any, row: Row, question: Question, content: Content, validations: _Validations
    ) -> None:
        slot = row.slot
        if slot is None:
            return
        if slot.kind == "option":
            given = content.value if isinstance(content.value, list) else []
            marked = slot.code in given or slot.code == content.special
            cell = self._entry(sheet, row.number, layout.ANSWER, layout.MARK if marked else None)
            cell.alignment = _CENTRED
            validations.list(cell, self._list((layout.MARK,)), "Zet een x of laat de cel leeg.")
            return
        if slot.kind == "special" or question.type in ("yes_no", "choice"):
            labels = _list_at(question)
            code = content.special or (content.value if slot.kind == "value" else None)
            cell = self._entry(sheet, row.number, layout.ANSWER, labels.get(str(code)) if code else None)
            validations.list(cell, self._list(tuple(labels.values())), "Kies een antwoord uit de lijst.")
            return
        value = content.value
        if question.type == "number":
            cell = self._entry(sheet, row.number, layout.ANSWER, value, "General")
            validations.number(cell, question)
        elif question.type == "date":
            moment = date.fromisoformat(str(value)) if value is not None else None
            if moment is not None and moment < FIRST_DAY:
                cell = self._entry(sheet, row.number, layout.ANSWER, f"{moment:%d-%m-}{moment.year:04}", DAY)
            else:
                cell = self._entry(sheet, row.number, layout.ANSWER, moment, DAY)
            validations.day(cell)
        else:
            cell = self._entry(sheet, row.number, layout.ANSWER, value)
            validations.length(cell, question.max_length or MAX_TEXT, "Het antwoord")
        cell.alignment = _LEFT

    def _entry(self, sheet: Any, row: int, column: int, value: Any, format: str = TEXT) -> Any:
        """A cell to fill in, with what there is."""
        cell = sheet.cell(row, column)
        cell.number_format = format
        if isinstance(value, str):
            _put(cell, layout.plain(value) or None)
        else:
            cell.value = value
        cell.number_format = format  # a day brings its own
        cell.font, cell.border, cell.alignment = _FONTS["plain"], GRID, _WRAPPED
        cell.fill = PatternFill("solid", fgColor=ENTRY)
        cell.protection = Protection(locked=False)
        return cell

    # the lists to choose from

    def _list(self, labels: tuple[str, ...]) -> str:
        """The column on the hidden sheet that has a list: made when it is asked for first."""
        if labels not in self.lists:
            column = len(self.lists) + 1
            for number, label in enumerate(labels, start=1):
                _put(self.list_sheet.cell(number, column), label)
            self.lists[labels] = column_letter(column)
        return f"{layout.LISTS}!${self.lists[labels]}$1:${self.lists[labels]}${len(labels)}"

    def _list_of(self, question: Question) -> tuple[str, ...]:
        labels = tuple(_list_at(question).values())
        self._list(labels)
        column = self.lists[labels]
        return tuple(f"{layout.LISTS}!${column}${number}" for number in range(1, len(labels) + 1))


def _list_at(question: Question) -> dict[str, str]:
    """What there is to choose at a question, by code: for a number or text only what it can be instead."""
    if question.type in ("yes_no", "choice", "multi"):
        return layout.choices(question)
    return layout.specials(question)


class _Validations:
    """What a program holds an entry against while somebody types; Meetlat holds it against more."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.made: dict[tuple[str, ...], Any] = {}

    def _add(self, cell: Any, key: tuple[str, ...], message: str, **rule: Any) -> None:
        if key not in self.made:
            made: Any = DataValidation(allow_blank=True, showErrorMessage=True, **rule)
            made.errorTitle, made.error = "Dit kan hier niet", message[:LONGEST_MESSAGE]
            self.made[key] = made
            self.sheet.add_data_validation(made)
        self.made[key].add(cell.coordinate)

    def list(self, cell: Any, where: str, message: str) -> None:
        self._add(cell, ("list", where), message, type="list", formula1=where)

    def number(self, cell: Any, question: Question) -> None:
        assert question.min is not None
        assert question.max is not None
        low, high = f"{question.min:f}", f"{question.max:f}"
        message = f"Vul een getal in van {comma(question.min)} tot en met {comma(question.max)}."
        key = ("number", low, high)
        self._add(cell, key, message, type="decimal", operator="between", formula1=low, formula2=high)

    def day(self, cell: Any) -> None:
        message = "Vul een datum in, bijvoorbeeld 21-11-2026."
        self._add(cell, ("date",), message, type="date", operator="greaterThanOrEqual", formula1="1")

    def length(self, cell: Any, most: int, what: str) -> None:
        message = f"{what} mag hoogstens {most} tekens lang zijn."
        key = ("length", str(most), what)
        self._add(cell, key, message, type="textLength", operator="lessThanOrEqual", formula1=str(most))


def _warning(source: Source) -> str | None:
    return f"{FICTIEF.upper()}. Deze antwoorden zijn verzonnen, als voorbeeld." if source.fictief else None


def guide(source: Source) -> Iterable[tuple[str, str]]:
    """The lines of the first sheet, each with its look."""
    made = source.made_at.astimezone(AMSTERDAM)
    yield f"Vragenlijst van {source.unit_name}", "title"
    yield f"{source.measurement_name}: {source.instrument.title}", "strong"
    yield f"Gemaakt op {day(made.date())} om {made:%H:%M} uur, met de antwoorden van dat moment.", "muted"
    if warning := _warning(source):
        yield warning, "warning"
    yield "Zo vult u dit werkboek in", "strong"
    for number, line in enumerate(
        (
            "Elk thema heeft een eigen blad. Vul alleen de lichte cellen in; de andere zijn beveiligd.",
            "Kies waar dat kan een antwoord uit de lijst: klik op de cel en dan op het pijltje.",
            "Zijn er meer antwoorden mogelijk? Zet een x bij elk antwoord dat klopt.",
            "Weet u het niet, of is de vraag niet van toepassing? Kies dat. Het staat er alleen als het kan.",
            "Is een vraag grijs? Dan hoeft u die niet te beantwoorden.",
            "Schrijf een toelichting in de kolom daarvoor, en noem bewijsstukken met hun titel en bladzijde."
            " De bestanden zelf voegt u in Meetlat toe.",
            "Laat alle bladen, rijen en codes staan. Gebruik geen formules en voeg geen cellen samen.",
            "Sla het werkboek op als Excel-werkboek (.xlsx).",
        ),
        start=1,
    ):
        yield f"{number}. {line}", "plain"
    yield "Zo brengt u de antwoorden in Meetlat", "strong"
    yield (
        "Ga in Meetlat naar de vragenlijst, kies ‘Invullen zonder Meetlat’ en upload het werkboek."
        " Meetlat laat eerst zien wat er verandert. Er wordt pas iets overgenomen als u dat bevestigt.",
        "plain",
    )
    yield (
        "Een lege cel laat staan wat er in Meetlat staat. Wilt u iets weghalen? Doe dat in Meetlat zelf. Bij"
        " vragen met meer antwoorden, en bij bewijsstukken, komt wat u invult in de plaats van wat er stond.",
        "plain",
    )
    yield (
        "Heeft iemand een antwoord in Meetlat gewijzigd nadat dit werkboek is gemaakt? Dan ziet u beide"
        " antwoorden en kiest u welk blijft staan.",
        "plain",
    )


def _put(cell: Any, text: str | None) -> None:
    """Write text as text, whatever it begins with."""
    if text is None:
        cell.value = None
        return
    shown = literal(layout.plain(text))
    if len(shown.encode("utf-16-le")) // 2 > MAX_TEXT:
        raise TooLarge(f"een tekst heeft meer dan {MAX_TEXT} tekens")
    cell.value = shown
    cell.data_type = "s"  # after the value, which openpyxl takes for a formula when it starts with =
    cell.quotePrefix = risky(shown)


_FONTS: Final = {
    "plain": Font(name=FONT, size=POINTS, color=palette.INK),
    "strong": Font(name=FONT, size=POINTS, color=palette.INK, bold=True),
    "muted": Font(name=FONT, size=POINTS, color=palette.MUTED),
    "title": Font(name=FONT, size=14, color=palette.INK, bold=True),
    "warning": Font(name=FONT, size=11, color=palette.INK, bold=True),
    "head": Font(name=FONT, size=POINTS, color=palette.HEAD.text, bold=True),
}
_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")
_INDENTED: Final = Alignment(wrap_text=True, vertical="top", indent=2)
_CENTRED: Final = Alignment(horizontal="center", vertical="top")
_LEFT: Final = Alignment(wrap_text=True, horizontal="left", vertical="top")
