"""The data dictionary: every column and every code that stands in the data is explained in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from exports import dictionary, national
from exports.formats import FORMATS
from surveys.reports import MeasurementInfo, NationalReport
from tests import factories
from tests.support import workbook

INFO = MeasurementInfo("eind-2013", "Eindmeting", "eindmeting", 2013, fictief=True)
MADE = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
INSTRUMENTS = (factories.tiny(), factories.tiny("rmc"))


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    made = FORMATS["xlsx"].write(dictionary.book(INFO, INSTRUMENTS, MADE))
    return workbook.table(workbook.read(made)["Gegevenswoordenboek"])


def test_every_column_of_the_data_is_explained(
    pictures: list[NationalReport], rows: list[dict[str, Any]]
) -> None:
    explained = {(row["bij"], row["naam"]) for row in rows if row["soort"] == "kolom" and row["betekenis"]}
    made = workbook.read(national.workbook(*pictures))
    for name in ("Data", "Scores", "Afwijkende standpunten"):
        head = workbook.heading_row(made[name])
        titles = {(None if cell.value == "fictief" else name, cell.value) for cell in made[name][head]}
        assert titles <= explained, name


def test_every_question_has_its_answers_with_their_scores(rows: list[dict[str, Any]]) -> None:
    questions = {(row["vragenlijst"], row["naam"]): row for row in rows if row["soort"] == "vraag"}
    answers: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        if row["soort"] == "antwoord":
            answers.setdefault((row["vragenlijst"], row["bij"]), []).append(row)
    for instrument in INSTRUMENTS:
        name = f"{instrument.code} {instrument.version}"
        for question in instrument.questions.values():
            row = questions[name, question.code]
            assert (row["betekenis"], row["ksf"]) == (question.text, question.factor)
            assert row["gewicht"] == (question.weight if question.scored else None)
            found = answers.get((name, question.code), [])
            assert [each["naam"] for each in found if each["naam"]] == list(question.labels)
            if question.scored and question.options:
                assert [each["score"] for each in found] == [option.score for option in question.options]
    assert len(questions) == sum(len(each.questions) for each in INSTRUMENTS)


def test_limits_conditions_and_classes_of_numbers_are_in_words(rows: list[dict[str, Any]]) -> None:
    mine = [row for row in rows if row["vragenlijst"] == "klein-veiligheidsregio 1.1"]
    number = next(row for row in mine if row["naam"] == "1.1-02")
    assert (number["type"], number["gevraagd als"]) == ("getal", "vraag 1.1-01: ‘Ja’")
    assert number["minimum"] == 0
    assert "stappen van 0,5" in number["toegestaan"]
    assert number["toegestaan"].endswith("onbekend")
    classes = [(row["betekenis"], row["score"]) for row in mine if row["bij"] == "1.1-02"]
    assert classes == [("minder dan 1", 0.2), ("1 of meer en minder dan 2", 0.6), ("2 of meer", 1)]
    assert next(row for row in mine if row["naam"] == "1.1-01")["voorwaarde"] == "‘Ja’"


def test_as_csv_it_is_one_table_that_says_when_it_is_made_up() -> None:
    made = dictionary.book(INFO, INSTRUMENTS, MADE)
    lines = FORMATS["csv"].write(made).decode("utf-8-sig").splitlines()
    assert lines[0].split(";")[:5] == ["soort", "vragenlijst", "ksf", "bij", "naam"]
    assert lines[0].endswith(";fictief")
    assert dictionary.filename(INFO) == "meetlat-eind-2013-gegevenswoordenboek-fictief.csv"
