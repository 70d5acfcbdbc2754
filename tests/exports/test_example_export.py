"""The exports of the example data: whoever counts the rows of Data finds the figures of the other sheets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from openpyxl.workbook import Workbook
from sqlalchemy.orm import Session

from exports import national
from exports.figures import as_json
from surveys import overview, reports
from surveys.reports import NationalReport
from tests.support import workbook

pytestmark = pytest.mark.example

TESTS: dict[str, Any] = {
    "in": lambda value, wanted: value in wanted,
    "not_in": lambda value, wanted: value not in wanted,
    "any_of": lambda value, wanted: bool(set(value.split(";")) & set(wanted)),
    "all_of": lambda value, wanted: set(value.split(";")) >= set(wanted),
    "none_of": lambda value, wanted: not set(value.split(";")) & set(wanted),
    "at_least": lambda value, wanted: value >= wanted,
    "above": lambda value, wanted: value > wanted,
    "at_most": lambda value, wanted: value <= wanted,
    "below": lambda value, wanted: value < wanted,
}


@dataclass
class Exported:
    """The figures of the example, and the sheets of the workbook that was made of them."""

    pictures: list[NationalReport]
    sheets: Workbook


@pytest.fixture(scope="module")
def exports() -> dict[str, Exported]:
    """What was exported, by kind of database: making it takes longest, and nothing here changes it."""
    return {}


@pytest.fixture
def exported(session: Session, database_kind: str, exports: dict[str, Exported]) -> Exported:
    if database_kind not in exports:
        measurement = overview.measurement_by_code(session, "eindmeting-2013")
        assert measurement is not None
        pictures = [reports.national(session, measurement, pin.instrument) for pin in measurement.pins]
        exports[database_kind] = Exported(pictures, workbook.read(national.workbook(*pictures)))
    return exports[database_kind]


def test_every_finding_can_be_counted_again_from_the_data(exported: Exported) -> None:
    made = exported.sheets
    answers: dict[str, list[Any]] = {}
    for row in workbook.table(made["Data"]):
        if row["waarde"] not in (None, "onbekend", "nvt"):
            answers.setdefault(row["vraag"], []).append(row["waarde"])
    findings = [*workbook.table(made["Bevindingen"]), *workbook.table(made["RMC Bevindingen"])]
    conditions = {row["code"]: row["condition"] for picture in exported.pictures for row in as_json(picture)}
    assert len(findings) == len(conditions) > 100
    for finding in findings:
        given = answers.get(finding["Vraag"], [])
        meets = [
            value
            for value in given
            if all(TESTS[key](value, wanted) for key, wanted in conditions[finding["Code"]].items())
        ]
        assert (finding["n"], finding["van"]) == (len(meets), len(given)), finding["Code"]


def test_the_scores_of_a_factor_can_be_worked_out_again_from_the_data(exported: Exported) -> None:
    made = exported.sheets
    factors = {
        code: question.factor
        for each in exported.pictures
        for code, question in each.instrument.questions.items()
    }
    points: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for row in workbook.table(made["Data"]):
        if row["score"] is not None:
            points.setdefault((row["eenheid"], factors[row["vraag"]]), []).append(
                (row["score"], row["gewicht"])
            )
    scores = [row for row in workbook.table(made["Scores"]) if row["Meting"] == "eindmeting-2013"]
    assert len(scores) == 28 * 11
    for row in scores:
        mine = points[row["Eenheid"], row["KSF"]]
        score = sum(score * weight for score, weight in mine) / sum(weight for _, weight in mine)
        assert score == pytest.approx(row["Score"]), (row["Eenheid"], row["KSF"])
