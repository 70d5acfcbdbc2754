"""The workbook to fill in, as whoever opens it finds it: what goes where, what is greyed, what prints."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from exports import answersheet
from exports.errors import TooLarge
from exports.greying import Greying
from scoring.model import Condition
from surveys import instruments
from surveys.answers import Content, Reference
from surveys.offline import layout
from tests import factories, strategies
from tests.support import answersheet as sheets

TINY = factories.tiny()
FIRST, SECOND = "1 Bekendheid", "2 Plannen"
GIVEN = {
    "1.1-01": Content("ja", note="=1+1"),
    "1.1-03": Content("vast", documents=(Reference("Plan", "blz. 2"),)),
}


@pytest.fixture(scope="module")
def book() -> Any:
    return load_workbook(BytesIO(answersheet.workbook(sheets.source(TINY, GIVEN))))


def test_every_theme_has_a_sheet_after_the_instructions(book: Any) -> None:
    assert book.sheetnames == ["Lees mij", FIRST, SECOND, "Meetlat", "Lijsten"]
    states = [sheet.sheet_state for sheet in book]
    assert states == ["visible", "visible", "visible", "veryHidden", "veryHidden"]
    guide = " ".join(str(cell.value) for row in book["Lees mij"].iter_rows() for cell in row if cell.value)
    for words in ("Regio 1", "Proefmeting", "2 mei 2013 om 11:30 uur", "FICTIEVE GEGEVENS", "lege cel"):
        assert words in guide


def test_only_answer_cells_can_be_changed(book: Any) -> None:
    assert book.security.lockStructure
    open_cells = {}
    for sheet in book:
        assert sheet.protection.sheet, sheet.title
        assert not sheet.protection.password
        open_cells[sheet.title] = {
            cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked
        }
    assert open_cells["Meetlat"] == open_cells["Lijsten"] == open_cells["Lees mij"] == set()
    assert {cell for cell in open_cells[FIRST] if cell.startswith("C")} == {
        "C6",
        "C7",
        "C8",
        "C9",
        "C12",
        "C13",
    }
    assert {cell for cell in open_cells[FIRST] if cell.startswith("D")} == {"D6", "D7", "D9", "D12"}
    assert not {cell for cell in open_cells[FIRST] if cell[0] in "ABG"}
    assert book[FIRST].column_dimensions["G"].hidden
    assert book[FIRST].freeze_panes == "B5"


def test_what_can_be_chosen_is_a_list_of_labels(book: Any) -> None:
    found = {}
    for sheet in (book[FIRST], book[SECOND]):
        for rule in sheet.data_validations.dataValidation:
            for place in str(rule.sqref).split():
                if rule.type == "list":
                    area = rule.formula1.replace("Lijsten!", "").replace("$", "")
                    labels = [cell.value for row in book["Lijsten"][area] for cell in row]
                    found[sheet.title, place] = labels
    assert found[FIRST, "C6"] == ["Ja", "Nee", "Weet ik niet"]
    assert found[FIRST, "C8"] == ["Weet ik niet"]
    assert found[FIRST, "C9"] == [
        "Op een vaste werkplek",
        "Op een wisselende werkplek",
        "Er is geen werkplek",
        "Weet ik niet",
        "Niet van toepassing",
    ]
    marks = [(place, labels) for (title, place), labels in found.items() if title == SECOND]
    assert marks == [(f"C{row}", ["x"]) for row in range(7, 11)]


def test_numbers_days_and_lengths_are_held_while_typing(book: Any) -> None:
    rules = {
        rule.type: rule for rule in book[FIRST].data_validations.dataValidation if rule.type != "textLength"
    }
    number = rules["decimal"]
    assert (str(number.sqref), number.formula1, number.formula2) == ("C7", "0", "5")
    lengths = {
        rule.formula1: str(rule.sqref)
        for rule in book[FIRST].data_validations.dataValidation
        if rule.type == "textLength"
    }
    assert lengths["200"] == "C12"
    assert "D6" in lengths["4000"]
    (day,) = [rule for rule in book[SECOND].data_validations.dataValidation if rule.type == "date"]
    assert str(day.sqref) == "C11"


def test_answers_that_there_are_stand_in_it_and_text_stays_text(book: Any) -> None:
    sheet = book[FIRST]
    assert (sheet["C6"].value, sheet["D6"].value, sheet["D6"].data_type) == ("Ja", "=1+1", "s")
    assert (sheet["C9"].value, sheet["E9"].value, sheet["F9"].value) == (
        "Op een vaste werkplek",
        "Plan",
        "blz. 2",
    )
    assert sheet["C7"].value is None
    assert sheet["D6"].quotePrefix


def test_a_question_that_is_not_asked_is_greyed_and_an_uncertain_one_is_not(book: Any) -> None:
    rules = {
        str(area.sqref): [rule.formula for rule in rules]
        for area, rules in book[FIRST].conditional_formatting._cf_rules.items()
    }
    # 1.1-02 is asked with Ja, the first of the labels: only Nee (the second) says that it is not
    (place,) = {row[0].row for row in book[FIRST].iter_rows() if row[0].value == "1.1-02"}
    lists = {
        tuple(cell.value for cell in column if cell.value): column[0].column_letter
        for column in book["Lijsten"].iter_cols()
    }
    nee = f"Lijsten!${lists['Ja', 'Nee', 'Weet ik niet']}$2"
    assert rules == {f"A{place}:F{place + 1}": [[f"'{FIRST}'!$C$6={nee}"]]}


def test_every_condition_of_the_questionnaires_can_be_greyed() -> None:
    for path in instruments.builtin():
        instrument = instruments.load(path)
        content = answersheet.workbook(sheets.source(instrument))
        read = load_workbook(BytesIO(content))
        greyed = sum(len(sheet.conditional_formatting) for sheet in read)
        assert greyed == sum(question.when is not None for question in instrument.questions.values()), (
            path.name
        )


def test_it_prints_on_a4_with_what_it_is_on_every_page(book: Any) -> None:
    for name in (FIRST, SECOND):
        sheet = book[name]
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == "$4:$4"
        assert sheet.oddFooter.center.text == "FICTIEVE GEGEVENS"
        assert sheet.oddFooter.left.text == f"Regio 1, Proefmeting | {name}"
    assert book.properties.category == "Fictieve gegevens"
    assert answersheet.filename(sheets.source(TINY)) == "meetlat-invullen-proefmeting-vr01-fictieve.xlsx"


def test_two_of_the_same_are_the_same_bytes() -> None:
    source = sheets.source(TINY, GIVEN)
    assert answersheet.workbook(source) == answersheet.workbook(source)


def test_a_question_with_documents_keeps_room_for_one_more() -> None:
    many = tuple(Reference(f"Plan {number}") for number in range(6))
    read = load_workbook(
        BytesIO(answersheet.workbook(sheets.source(TINY, {"1.1-01": Content(documents=many)})))
    )
    titles = [read[FIRST].cell(row, layout.TITLE).value for row in range(6, 13)]
    assert titles == [*(ref.title for ref in many), None]


def test_labels_that_look_alike_lead_back_to_one_code() -> None:
    data = {
        "code": "gelijk",
        "version": "1",
        "title": "Gelijk",
        "unit": "eenheid",
        "unit_noun": ["eenheid", "eenheden"],
        "roles": ["ovr"],
        "min_coverage": 0.5,
        "attention_below": 0.5,
        "min_units": 1,
        "must_share": 0.5,
        "max_failing_share": 0.5,
        "levels": [
            {"code": "laag", "label": "Laag", "from": 0.0},
            {"code": "hoog", "label": "Hoog", "from": 0.5},
        ],
    }
    question = {
        "code": "1",
        "type": "choice",
        "text": "Welke?",
        "allow_na": True,
        "options": [
            {"code": "a", "label": "Samen", "score": 1},
            {"code": "b", "label": "samen ", "score": 0},
            {"code": "c", "label": "Niet van toepassing", "score": 0},
            {"code": "d", "label": "Apart, of =1+1", "score": 0},
        ],
    }
    factor = {"code": "1", "title": "F", "criterion": "Goed.", "questions": [question]}
    data["themes"] = [{"code": "1", "title": "Meetlat [*?]: 'alles'", "factors": [factor]}]
    instrument = strategies.read(data)
    assert layout.choices(instrument.questions["1"]) == {
        "a": "Samen (a)",
        "b": "samen (b)",
        "c": "Niet van toepassing (c)",
        "d": "Apart, of =1+1",
        "onbekend": "Weet ik niet",
        "nvt": "Niet van toepassing (nvt)",
    }
    from surveys.offline import reader

    for content in (Content("b"), Content(special="nvt"), Content("d")):
        written = answersheet.workbook(sheets.source(instrument, {"1": content}))
        assert reader.read(written, sheets.belongs(instrument)).offers["1"].content == content


def test_an_answer_that_no_cell_can_hold_is_told() -> None:
    long = Content("a" * 40_000)
    with pytest.raises(TooLarge):
        answersheet.workbook(sheets.source(TINY, {"1.1-99": long}))


def test_a_chain_of_conditions_is_greyed_as_far_as_it_is_certain() -> None:
    formula = Greying(
        layout.lay_out(TINY, {}), lambda question: tuple("abc"[: len(layout.choices(question))])
    )
    question = TINY.questions["1.1-02"]
    assert question.when == Condition("1.1-01", in_=frozenset({"ja"}))
    assert formula.formula(question) == f"'{FIRST}'!$C$6=b"
    assert formula.formula(TINY.questions["1.1-01"]) is None
