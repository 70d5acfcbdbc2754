"""A workbook that somebody fills in with LibreOffice: it comes back whole, and greys what it must.

`make check-office` runs these; the pages as they print are in screenshots/exports.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from exports import answersheet
from exports.greying import Greying
from surveys import instruments, results
from surveys.answers import Content, Reference
from surveys.instruments import Instrument, Question
from surveys.offline import layout, reader
from tests import factories, strategies
from tests.support import answersheet as sheets
from tests.support import office

pytestmark = pytest.mark.office

IMAGES = Path(__file__).resolve().parents[2] / "screenshots" / "exports"
BUILTIN = {path.stem: instruments.load(path) for path in instruments.builtin()}
LARGEST = BUILTIN["icms-veiligheidsregio-2013.1"]
STATEMENTS = 60
"""So many lines go in one procedure: a longer one is more than Basic holds."""
DAY_ZERO = date(1899, 12, 30)


def some_value(question: Question, chance: random.Random) -> Any:
    """A value that a question can have."""
    codes = list(question.labels)
    if question.type in ("yes_no", "choice"):
        return chance.choice(codes)
    if question.type == "multi":
        together = [option.code for option in question.options if not option.exclusive]
        if not together:
            return [chance.choice(codes)]
        chosen = chance.sample(together, chance.randint(1, len(together)))
        return [code for code in codes if code in chosen]
    if question.type == "number":
        assert question.min is not None
        assert question.max is not None
        assert question.step is not None
        steps = int((question.max - question.min) / question.step)
        number = question.min + chance.randint(0, steps) * question.step
        return int(number) if number == int(number) else float(number)
    if question.type == "date":
        return date(2013, chance.randint(1, 12), chance.randint(1, 28)).isoformat()
    return '=1+1; "aanhaling" & <teken>\nen een tweede regel, € 5 _x0041_'


def some_contents(instrument: Instrument, seed: int) -> dict[str, Content]:
    """Answers of all kinds to most questions."""
    chance = random.Random(seed)
    found = {}
    for code, question in instrument.questions.items():
        special = chance.choice([None] * 5 + list(layout.specials(question)))
        value = None if special else some_value(question, chance)
        note = chance.choice([None, "Uitleg.", "-5% of +3?", "@daar\n'hier'", "01-02"])
        documents = (Reference("=Plan 2013", "blz. 4-6"), Reference("Besluit"))
        # a workbook without answers has room for so many
        room = chance.choice([0, 0, min(layout.document_rows(question, 0), len(documents))])
        documents = documents[:room]
        if chance.random() < 0.9:
            found[code] = Content(value, special, note, documents)
    return found


def basic(text: str) -> str:
    """A text as Basic writes it."""
    return " & Chr(10) & ".join('"' + line.replace('"', '""') + '"' for line in text.split("\n"))


def type_in(file: Path, target: Path, instrument: Instrument, contents: Mapping[str, Content]) -> None:
    """Open a workbook in LibreOffice, type answers into its cells, and save it as another file."""
    book = load_workbook(file)
    lines = []
    for code, content in contents.items():
        for sheet, cell, value in sheets.entries(book, instrument, code, content):
            if value is None:
                continue
            at = f"doc.Sheets.getByName({basic(sheet)}).getCellRangeByName({basic(cell)})"
            if isinstance(value, date):
                lines.append(f"{at}.setValue({(value - DAY_ZERO).days})")
            elif isinstance(value, int | float):
                lines.append(f"{at}.setValue({value!r})")
            else:
                lines.append(f"{at}.setString({basic(value)})")
    parts = [lines[start : start + STATEMENTS] for start in range(0, len(lines), STATEMENTS)]
    program = "".join(
        f"Sub Part{number}(doc As Object)\n" + "\n".join(part) + "\nEnd Sub\n"
        for number, part in enumerate(parts)
    )
    calls = "\n".join(f"Part{number}(doc)" for number in range(len(parts)))
    program += f"""
Sub Fill
Dim how(0) As New com.sun.star.beans.PropertyValue
how(0).Name = "Hidden"
how(0).Value = True
Dim doc As Object
doc = StarDesktop.loadComponentFromURL({basic(file.as_uri())}, "_blank", 0, how())
{calls}
Dim form(0) As New com.sun.star.beans.PropertyValue
form(0).Name = "FilterName"
form(0).Value = "Calc MS Excel 2007 XML"
doc.storeToURL({basic(target.as_uri())}, form())
doc.close(True)
End Sub
"""
    office.run(program, "Fill")
    assert target.exists(), "LibreOffice saved nothing"


@pytest.mark.parametrize("instrument", [factories.tiny(), LARGEST], ids=lambda made: made.code)
def test_what_is_typed_in_libreoffice_comes_back_whole(instrument: Instrument, tmp_path: Path) -> None:
    contents = some_contents(instrument, seed=1)
    blank, filled = tmp_path / "leeg.xlsx", tmp_path / "gevuld.xlsx"
    blank.write_bytes(answersheet.workbook(sheets.source(instrument)))
    type_in(blank, filled, instrument, contents)
    found = reader.read(filled.read_bytes(), sheets.belongs(instrument))
    assert found.faults == ()
    assert {code: offer.content for code, offer in found.offers.items()} == contents


@pytest.mark.parametrize("name", BUILTIN)
def test_a_filled_in_workbook_saved_again_is_still_that_workbook(name: str, tmp_path: Path) -> None:
    instrument = BUILTIN[name]
    contents = some_contents(instrument, seed=2)
    versions = {code: number for number, code in enumerate(contents, start=1)}
    file = tmp_path / "gevuld.xlsx"
    file.write_bytes(answersheet.workbook(sheets.source(instrument, contents, versions)))
    open_document = office.convert(file, "ods", tmp_path / "ods")
    for again in (
        office.convert(file, "xlsx", tmp_path / "again"),
        office.convert(open_document, "xlsx", tmp_path / "by-way-of-ods"),
    ):
        found = reader.read(again.read_bytes(), sheets.belongs(instrument))
        assert found.faults == ()
        assert {code: offer.content for code, offer in found.offers.items()} == contents
        assert {code: offer.seen_version for code, offer in found.offers.items()} == versions
        book = load_workbook(again)
        plan = next(iter(layout.sheet_names(instrument).values()))
        assert book[plan].protection.sheet
        assert book[plan].data_validations.dataValidation
        assert book[layout.DATA].sheet_state != "visible"


def greyed(instrument: Instrument, contents: Mapping[str, Content], folder: Path) -> dict[str, bool]:
    """What LibreOffice makes of each formula that greys a question."""
    book = load_workbook(BytesIO(answersheet.workbook(sheets.source(instrument, contents))))
    data, rules = book[layout.DATA], {}
    documents = {
        code: data.cell(row, 3).value
        for row, code in enumerate(instrument.questions, start=layout.DATA_HEAD + 1)
    }
    expected = layout.lay_out(instrument, documents)
    for code, (plan, rows) in expected.places.items():
        for area, found in book[plan.name].conditional_formatting._cf_rules.items():
            if str(area.sqref).startswith(f"A{rows[0].number}:"):
                rules[code] = found[0].formula[0]
    scratch = book.create_sheet("Toets")
    for number, formula in enumerate(rules.values(), start=1):
        scratch.cell(number, 1).value = f"={formula}"
    file = folder / "toets.xlsx"
    book.save(file)
    again = load_workbook(office.convert(file, "xlsx", folder / "uit"), data_only=True)["Toets"]
    return {code: again.cell(number, 1).value for number, code in enumerate(rules, start=1)}


def not_asked(instrument: Instrument, contents: Mapping[str, Content]) -> dict[str, bool]:
    """What the arithmetic says, of the questions that depend on another."""
    asked = results.asked(instrument, {code: content.given for code, content in contents.items()})
    return {
        code: asked[code] == "not_asked"
        for code, question in instrument.questions.items()
        if question.when is not None
    }


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ["icms-veiligheidsregio-2013.1", "icms-rmc-2013.1"])
def test_what_is_not_asked_is_greyed_in_libreoffice(name: str, seed: int, tmp_path: Path) -> None:
    instrument = BUILTIN[name]
    contents = some_contents(instrument, seed)
    assert greyed(instrument, contents, tmp_path) == not_asked(instrument, contents)


@given(st.data())
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_whatever_the_condition_it_is_greyed(tmp_path: Path, data: st.DataObject) -> None:
    made = strategies.instrument().filter(
        lambda found: sum("when" in question for question in strategies.questions(found)) > 1
    )
    instrument = strategies.read(data.draw(made))
    contents = some_contents(instrument, data.draw(st.integers(0, 1000)))
    assert greyed(instrument, contents, tmp_path) == not_asked(instrument, contents)


def test_it_prints_on_a4_and_is_marked_as_made_up(tmp_path: Path) -> None:
    file = tmp_path / "invullen.xlsx"
    file.write_bytes(answersheet.workbook(sheets.source(LARGEST, some_contents(LARGEST, seed=3))))
    pdf = office.convert(file, "pdf", tmp_path)
    assert "(A4)" in office.paper(pdf)
    pages = office.pages(pdf)
    for number, page in enumerate(pages, start=1):
        footer = page.strip().splitlines()[-1]
        assert "FICTIEVE GEGEVENS" in footer
        assert footer.endswith(f"Bladzijde {number} van {len(pages)}")
    assert not any("Lijsten" in page or "sha256" in page for page in pages), "hidden sheets stay hidden"
    assert len(office.draw(pdf, IMAGES)) == len(pages)


def test_a_condition_that_names_no_question_greys_nothing() -> None:
    tiny = factories.tiny()
    formulas = Greying(layout.lay_out(tiny, {}), lambda question: tuple(layout.choices(question)))
    assert [code for code, each in tiny.questions.items() if formulas.formula(each)] == ["1.1-02"]
