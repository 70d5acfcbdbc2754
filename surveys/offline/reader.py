"""Reading a workbook that was filled in without Meetlat: the answers in it, and everything that is wrong.

What makes it another workbook than the one that this dossier needs (another questionnaire or version, rows or
codes that changed) refuses it as a whole. What is wrong with an answer is told by sheet and cell beside the
answers that are right.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from scoring.model import Value
from surveys import answers
from surveys.answers import Content, Reference
from surveys.errors import AnswerSheetFaults, InvalidValue
from surveys.instruments import Question
from surveys.offline import layout
from surveys.offline.layout import Layout, Row, SheetPlan
from surveys.offline.offered import Belongs, Offer, Offered
from surveys.offline.package import Book, Cell, Sheet, coordinate, open_book
from surveys.questions import TYPES

AGAIN: Final = "Haal een nieuw werkboek uit Meetlat en vul dat in."
NOTHING: Final = Cell("empty")
MARKS: Final = frozenset({"x", "ja", "1", "✓", "✔"})
MOST_FAULTS: Final = 200
DIGITS: Final = 15
"""How many digits of a number every spreadsheet keeps."""


def read(content: bytes, belongs: Belongs) -> Offered:
    """Read a workbook for a dossier.

    Raises AnswerSheetFaults, with all reasons at once, when it is no workbook of this questionnaire, in this
    version, for this unit and measurement, or when its rows, codes or sheets were changed.
    """
    book = open_book(content)
    data = _Data(book, belongs)
    expected = layout.lay_out(belongs.instrument, data.documents)
    if faults := [*_sheets(book, expected), *_rows(book, expected)]:
        raise AnswerSheetFaults(faults[:MOST_FAULTS])
    reading = _Reading(book)
    offers = {}
    for sheet in expected.sheets:
        reading.layout_of(sheet)
        for code, rows in sheet.blocks.items():
            content_given = reading.question(sheet, rows)
            if content_given is not None:
                offers[code] = Offer(content_given, data.versions[code])
    return Offered(offers, tuple(reading.faults[:MOST_FAULTS]))


def fault(sheet: str, place: str, text: str) -> str:
    """Write one fault: where it is, what is wrong, what to do."""
    return f"Blad {sheet}, cel {place}: {text}"


class _Data:
    """What the workbook was made from, by its hidden sheet. Raises AnswerSheetFaults unless that fits."""

    def __init__(self, book: Book, belongs: Belongs) -> None:
        sheet = book.sheets.get(layout.DATA)
        if sheet is None:
            raise AnswerSheetFaults(
                [
                    f"Het verborgen blad {layout.DATA} ontbreekt: dit is geen werkboek van Meetlat, of het"
                    f" blad is weggehaald. {AGAIN}"
                ]
            )
        self.sheet = sheet
        self._belongs(belongs)
        self.versions: dict[str, int] = {}
        self.documents: dict[str, int] = {}
        faults = []
        for number, code in enumerate(belongs.instrument.questions, start=layout.DATA_HEAD + 1):
            found = self._text(number, 1)
            version, documents = self._count(number, 2), self._count(number, 3)
            if found != code or version is None or not 1 <= (documents or 0) <= layout.MOST_DOCUMENTS:
                place = coordinate(number, 1)
                faults.append(
                    fault(layout.DATA, place, f"de gegevens van vraag {code} zijn veranderd. {AGAIN}")
                )
                continue
            self.versions[code], self.documents[code] = version, documents or 1
        if faults:
            raise AnswerSheetFaults(faults[:MOST_FAULTS])

    def _belongs(self, belongs: Belongs) -> None:
        instrument = belongs.instrument
        names = [self._text(number, 1) for number in range(1, layout.DATA_HEAD)]
        if names != list(layout.DATA_ROWS):
            number = next(
                n for n, (a, b) in enumerate(zip(names, layout.DATA_ROWS, strict=True), 1) if a != b
            )
            text = f"de gegevens van dit werkboek zijn veranderd. {AGAIN}"
            raise AnswerSheetFaults([fault(layout.DATA, coordinate(number, 1), text)])
        wanted = {
            "format": (str(layout.FORMAT), "is gemaakt door een andere versie van Meetlat"),
            "vragenlijst": (instrument.code, "hoort bij een andere vragenlijst"),
            "versie": (instrument.version, "is gemaakt met een andere versie van de vragenlijst"),
            "sha256": (instrument.sha256, "is gemaakt met een andere tekst van deze vragenlijst"),
            "meting": (belongs.measurement, "hoort bij een andere meting"),
            "eenheid": (belongs.unit, "hoort bij een andere eenheid"),
        }
        for number, name in enumerate(layout.DATA_ROWS, start=1):
            if name not in wanted:
                continue
            value, wrong = wanted[name]
            found = self._text(number, 2)
            if found != value:
                shown = "" if name == "sha256" else f" ({found[:60] or 'leeg'}; hier hoort {value})"
                text = f"dit werkboek {wrong}{shown}. {AGAIN}"
                raise AnswerSheetFaults([fault(layout.DATA, coordinate(number, 2), text)])

    def _text(self, row: int, column: int) -> str:
        return _shown(self.sheet.cells.get((row, column), NOTHING))

    def _count(self, row: int, column: int) -> int | None:
        text = self._text(row, column)
        return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else None


def _sheets(book: Book, expected: Layout) -> Iterable[str]:
    names = [sheet.name for sheet in expected.sheets]
    for name in names:
        if name not in book.sheets:
            yield f"Blad {name} ontbreekt of heeft een andere naam gekregen. {AGAIN}"
    for name in book.sheets:
        if name not in names and name not in layout.OWN:
            yield f"Blad {name} hoort niet in dit werkboek, en wordt niet gelezen. Haal het weg."


def _rows(book: Book, expected: Layout) -> Iterable[str]:
    """What is wrong with the rows themselves: moved, taken away, or with another code or text."""
    for plan in expected.sheets:
        sheet = book.sheets.get(plan.name)
        if sheet is None:
            continue
        for row in plan.rows:
            found = _shown(sheet.cells.get((row.number, layout.KEY), NOTHING))
            what = f"van vraag {row.question.code}" if row.question else f"van factor {row.factor.code}"
            if found != row.key:
                text = f"hier hoort een regel {what}; de rijen zijn verplaatst of veranderd. {AGAIN}"
                yield fault(plan.name, coordinate(row.number, layout.KEY), text)
                break  # every row after it is wrong as well
            code = _shown(sheet.cells.get((row.number, layout.CODE), NOTHING))
            if code != layout.words(row.code):
                text = f"hier hoort code {row.code} te staan" if row.code else "hier hoort niets te staan"
                place = coordinate(row.number, layout.CODE)
                yield fault(plan.name, place, f"{text}, en er staat {code[:60] or 'niets'}. {AGAIN}")
            label = _shown(sheet.cells.get((row.number, layout.QUESTION), NOTHING))
            if row.question is not None and label != layout.words(row.label):
                text = f"de tekst van deze regel {what} is veranderd. {AGAIN}"
                yield fault(plan.name, coordinate(row.number, layout.QUESTION), text)


class _Reading:
    """One walk through the answers."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.faults: list[str] = []

    def add(self, sheet: SheetPlan, row: int, column: int, text: str) -> None:
        self.faults.append(fault(sheet.name, coordinate(row, column), text))

    def layout_of(self, plan: SheetPlan) -> None:
        """Find what stands where nothing can be read: merged cells, and cells that are no answer cells."""
        sheet = self.book.sheets[plan.name]
        for merged in sheet.merged:
            text = "deze cellen zijn samengevoegd. Hef dat op, en zet elk antwoord in zijn eigen cel."
            self.faults.append(fault(plan.name, merged, text))
        numbers = {row.number: row for row in plan.rows}
        for (number, column), cell in sorted(sheet.cells.items()):
            row = numbers.get(number)
            if number <= layout.HEAD or (row and column in (layout.CODE, layout.QUESTION, layout.KEY)):
                continue
            if row is None or not _is_answer_cell(row, column):
                shown = _shown(cell)[:60] or "een formule"
                text = f"hier hoort niets te staan, en er staat {shown}. Haal het daar weg."
                self.add(plan, number, column, text)

    def question(self, plan: SheetPlan, rows: tuple[Row, ...]) -> Content | None:
        """What is given at a question, checked; None when nothing is, or when something is wrong with it."""
        question, first = rows[0].question, rows[0].number
        assert question is not None
        sheet, before = self.book.sheets[plan.name], len(self.faults)
        value, special, place = self._answer(plan, sheet, rows, question)
        note = self._text(plan, sheet, first, layout.NOTE)
        documents = []
        for row in rows:
            if not row.document:
                continue
            title = self._text(plan, sheet, row.number, layout.TITLE) or ""
            page = self._text(plan, sheet, row.number, layout.PAGE)
            if page and not title:
                text = "bij een bladzijde hoort de titel van het document. Vul de titel in."
                self.add(plan, row.number, layout.TITLE, text)
            elif title:
                documents.append(Reference(title, page))
        content = Content(value, special, note, tuple(documents))
        if len(self.faults) > before or content == Content():
            return None
        try:
            return answers.checked(question, content)
        except InvalidValue as error:
            column = {"note": layout.NOTE, "documents": layout.TITLE}.get(error.part)
            where = (first, column) if column else place
            self.add(plan, where[0], where[1], _small(str(error)))
            return None

    def _answer(
        self, plan: SheetPlan, sheet: Sheet, rows: tuple[Row, ...], question: Question
    ) -> tuple[Value, str | None, tuple[int, int]]:
        """The value and special that are given, and the cell to point at."""
        labels = {layout.same(label): code for code, label in layout.choices(question).items()}
        codes: list[str] = []
        value: Value = None
        place = (rows[0].number, layout.ANSWER)
        for row in rows:
            if row.slot is None:
                continue
            at = (row.number, layout.ANSWER)
            cell = sheet.cells.get(at, NOTHING)
            if not self._usable(plan, at, cell) or cell.kind == "empty":
                continue
            text = _shown(cell)
            if row.slot.kind == "option":
                if text.casefold() not in MARKS:
                    self.add(plan, *at, f"zet een {layout.MARK} of laat de cel leeg. Er staat: {text[:60]}")
                    continue
                codes.append(row.slot.code)
            elif row.slot.kind == "special" or question.type in ("yes_no", "choice"):
                code = labels.get(layout.same(text))
                if code is None:
                    self.add(plan, *at, f"kies een antwoord uit de lijst. Er staat: {text[:60]}")
                    continue
                codes.append(code)
            else:
                value = self._value(plan, at, cell, question)
            place = at
        special = [
            code for code in codes if code in layout.specials(question) and code not in question.labels
        ]
        chosen = [code for code in codes if code not in special]
        if question.type == "multi":
            value = list(chosen) or None
        elif chosen:
            value = chosen[0]
        if special and (value is not None or len(special) > 1):
            label = layout.specials(question)[special[0]]
            self.add(plan, *place, f"‘{label}’ gaat niet samen met een ander antwoord. Kies een van beide.")
            return None, None, place
        return value, special[0] if special else None, place

    def _value(self, plan: SheetPlan, at: tuple[int, int], cell: Cell, question: Question) -> Value:
        """A number, day or text as it stands in its cell."""
        try:
            if question.type == "number":
                if cell.kind == "number" and not cell.dated:
                    return TYPES["number"].check(question, float(f"{cell.number:.{DIGITS}g}"))
                if cell.kind == "number":
                    raise InvalidValue("Vul een getal in. Er staat een datum.")
                return TYPES["number"].parse(question, [cell.text])
            if question.type == "date":
                if cell.kind == "number":
                    return TYPES["date"].check(question, self._day(cell))
                return TYPES["date"].parse(question, [cell.text])
            if cell.dated:
                raise InvalidValue("Vul tekst in. Er staat een datum: typ die als woorden.")
            return TYPES[question.type].parse(question, [layout.plain(_raw(cell))])
        except InvalidValue as error:
            self.add(plan, *at, f"{_small(str(error))} Er staat: {_shown(cell)[:60]}")
            return None

    def _day(self, cell: Cell) -> str:
        epoch = CALENDAR_MAC_1904 if self.book.from_1904 else CALENDAR_WINDOWS_1900
        try:
            found = from_excel(cell.number, epoch) if cell.dated else None
        except (ValueError, OverflowError):
            found = None
        return found.date().isoformat() if isinstance(found, datetime) else ""

    def _text(self, plan: SheetPlan, sheet: Sheet, row: int, column: int) -> str | None:
        """What stands in a cell for text; a number is the text that it was typed as."""
        cell = sheet.cells.get((row, column), NOTHING)
        if not self._usable(plan, (row, column), cell):
            return None
        if cell.dated:
            self.add(plan, row, column, "hier staat een datum. Typ die als woorden.")
            return None
        return layout.plain(_raw(cell)) or None

    def _usable(self, plan: SheetPlan, at: tuple[int, int], cell: Cell) -> bool:
        if cell.formula:
            self.add(plan, *at, "hier staat een formule. Vul het antwoord zelf in.")
        elif cell.kind in ("error", "boolean"):
            self.add(plan, *at, f"dit is geen antwoord: {_shown(cell)[:60]}. Vul het antwoord zelf in.")
        else:
            return True
        return False


def _is_answer_cell(row: Row, column: int) -> bool:
    if column == layout.ANSWER:
        return row.slot is not None
    if column == layout.NOTE:
        return row.head
    return column in (layout.TITLE, layout.PAGE) and bool(row.document)


def _raw(cell: Cell) -> str:
    """What a cell holds as text: a whole number without decimals, any other with a comma."""
    if cell.kind != "number":
        return cell.text
    number = float(f"{cell.number:.{DIGITS}g}")
    return (
        f"{number:.0f}"
        if number.is_integer() and abs(number) < 10**DIGITS
        else repr(number).replace(".", ",")
    )


def _shown(cell: Cell) -> str:
    return layout.words(
        {"1": "WAAR", "0": "ONWAAR"}.get(cell.text, cell.text) if cell.kind == "boolean" else _raw(cell)
    )


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
