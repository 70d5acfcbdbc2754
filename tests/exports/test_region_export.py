"""A dossier as a file: what the report says is what the cells hold."""

from __future__ import annotations

import csv
from datetime import UTC, datetime

import pytest
from openpyxl.workbook import Workbook
from sqlalchemy.orm import Session

from exports import region
from exports.formats import FORMATS
from surveys import answers, reports
from surveys.acting import By
from surveys.answers import Content
from surveys.reports import RegionReport
from tests import filled
from tests.exports.conftest import NASTY, Rounds, differ
from tests.support import workbook


@pytest.fixture
def report(session: Session, rounds: Rounds) -> RegionReport:
    return reports.region(session, rounds.dossiers["VR01"])


@pytest.fixture
def made(report: RegionReport, files: dict[str, bytes]) -> Workbook:
    if "region" not in files:
        files["region"] = region.workbook(report)
    return workbook.read(files["region"])


def test_it_has_the_sheets_in_order_each_marked_as_made_up(made: Workbook) -> None:
    assert made.sheetnames == [
        "Leeswijzer",
        "Samenvatting",
        "Antwoorden",
        "Afwijkende standpunten",
        "Scores",
        "Begrippen",
        "Verantwoording",
    ]
    for sheet in made:
        assert "FICTIEVE GEGEVENS" in str(sheet["A3"].value), sheet.title
        assert sheet.oddFooter.center.text == "FICTIEVE GEGEVENS"
        assert workbook.heading_row(sheet) == 4


def test_its_name_says_what_it_is(report: RegionReport) -> None:
    assert region.filename(report) == "meetlat-eind-2013-vr01-fictief.xlsx"
    assert region.filename(report, "csv") == "meetlat-eind-2013-vr01-fictief.csv"


def test_the_answers_are_those_of_the_report(made: Workbook, report: RegionReport) -> None:
    rows = workbook.table(made["Antwoorden"])
    questions = [row for factor in report.factors for row in factor.questions]
    assert [row["Code"] for row in rows] == [row.question.code for row in questions]
    assert [row["Score"] for row in rows] == [row.score for row in questions]
    found = {row["Code"]: row for row in rows}
    assert found["1.1-01"]["Antwoord"] == "Ja"
    assert found["1.1-01"]["Gewicht"] == 3
    assert found["1.1-01"]["Antwoord 2009"] == "Nee"
    assert found["1.1-02"]["Antwoord"] == 2.5
    assert found["1.1-02"]["Toelichting"].startswith("- eerst dit\n- dan dat")
    assert found["1.1-03"]["Documenten"] == "Een document, blz. 1"
    assert found["1.1-99"]["Antwoord"] == NASTY
    assert found["1.1-99"]["Toelichting"] == "@daar"
    assert found["1.1-99"]["Gewicht"] is None
    assert found["2.1-01"]["Antwoord"] == "De brandweer; De politie"
    assert found["2.1-02"]["Antwoord"] == datetime(2012, 5, 1)


def test_a_number_keeps_its_unit_and_a_text_its_first_sign(made: Workbook) -> None:
    cells = {row[1].value: row[3] for row in made["Antwoorden"].iter_rows(min_row=5)}
    assert cells["1.1-02"].number_format == 'General" dagen per week"'
    assert cells["2.1-02"].is_date
    assert (cells["1.1-99"].data_type, cells["1.1-99"].quotePrefix) == ("s", True)


def test_the_summary_has_scores_levels_and_change_over_time(made: Workbook, report: RegionReport) -> None:
    first, second = workbook.table(made["Samenvatting"])
    assert (first["KSF"], first["Score 2009"], first["Score 2013"]) == ("1.1", 0.0, 1.0)
    assert (first["Niveau 2009"], first["Niveau 2013"]) == ("Voldoet niet", "Voldoet")
    assert (first["Ontwikkeling 2013"], second["Ontwikkeling 2013"]) == ("Verbeterd", "Verbeterd")
    assert [row["Score 2013"] for row in (first, second)] == [row.score.score for row in report.factors]


def test_the_chart_shows_the_scores_of_the_summary(made: Workbook) -> None:
    columns = ["'Samenvatting'!$D$5:$D$6", "'Samenvatting'!$E$5:$E$6"]
    assert workbook.references(made["Samenvatting"]) == [("'Samenvatting'!$B$5:$B$6", columns)]


def test_the_parts_add_up_to_the_score(made: Workbook, report: RegionReport) -> None:
    rows = workbook.table(made["Scores"])
    for factor in report.factors:
        parts = [row["Bijdrage"] for row in rows if str(row["Code"]).startswith(f"{factor.factor.code}-")]
        total = next(row for row in rows if row["Code"] == factor.factor.code)
        assert sum(filter(None, parts)) == pytest.approx(total["Score"])
        assert total["Antwoord of niveau"] == factor.level_label
        assert "Daarom is het niveau" in total["Uitleg"]
        assert (total["Ondergrens"], total["Bovengrens"]) == (factor.score.low, factor.score.high)


def test_a_must_says_whether_it_is_met(session: Session, rounds: Rounds) -> None:
    weak = workbook.read(region.workbook(reports.region(session, rounds.dossiers["VR02"])))
    rows = {row["Code"]: row for row in workbook.table(weak["Scores"])}
    assert rows["1.1-01"]["Voorwaarde"] == "Niet voldaan"
    assert "Gemiste voorwaarden: 1.1-01." in rows["1.1"]["Uitleg"]
    assert rows["1.1-02"]["Stand"] == "Niet aan de orde"


def test_the_account_says_which_questionnaire_who_and_when(made: Workbook, report: RegionReport) -> None:
    found = {row["Gegeven"]: row["Waarde"] for row in workbook.table(made["Verantwoording"])}
    assert found["SHA-256 van de tekst"] == report.instrument.sha256
    assert found["Versie"] == "1.1"
    assert found["Fictief"] == "Ja: de antwoorden zijn verzonnen"
    assert found["Ingeleverd op"] == datetime(2013, 3, 4, 13, 0)
    signed = [name for name in found if name.startswith("Akkoord van")]
    assert len(signed) == 2
    assert all(isinstance(found[name], datetime) for name in signed)
    assert any(name.startswith("Ingevuld door") for name in found)


def test_an_unfinished_dossier_can_be_exported_and_says_so(session: Session, rounds: Rounds) -> None:
    made = workbook.read(region.workbook(reports.region(session, rounds.dossiers["VR03"])))
    guide = " ".join(str(row["Uitleg"]) for row in workbook.table(made["Leeswijzer"]))
    assert "nog niet ingeleverd" in guide
    found = {row["Gegeven"]: row["Waarde"] for row in workbook.table(made["Verantwoording"])}
    assert found["Ingeleverd op"] == "Nog niet ingeleverd"
    rows = {row["Code"]: row for row in workbook.table(made["Antwoorden"])}
    assert rows["1.1-03"]["Antwoord"] is None
    assert rows["1.1-03"]["Stand"] == "Niet beantwoord"


def test_a_score_near_a_threshold_is_shown_on_its_own_side() -> None:
    from exports import parts

    assert parts.figure(0.6999, [0.5, 0.7]).format == "0.0000"
    assert parts.figure(0.7, [0.5, 0.7]).format == "0.00"
    assert parts.figure(0.6999).format == "0.00"
    assert parts.figure(0.6999).value == 0.6999


def test_as_csv_it_is_the_answers(report: RegionReport) -> None:
    content = FORMATS["csv"].write(region.book(report)).decode("utf-8-sig")
    rows = {row["Code"]: row for row in csv.DictReader(content.splitlines(keepends=True), delimiter=";")}
    assert rows["1.1-02"]["Antwoord"] == "2,5"
    assert rows["1.1-99"]["Antwoord"] == f"'{NASTY}"
    assert rows["2.1-02"]["Antwoord"] == "2012-05-01"
    assert {row["fictief"] for row in rows.values()} == {"ja"}


def test_the_same_report_gives_the_same_bytes(report: RegionReport) -> None:
    assert region.workbook(report) == region.workbook(report)
    assert report.made_at.tzinfo is UTC


def test_a_divergent_view_has_a_sheet_of_its_own_and_changes_no_other(
    session: Session, rounds: Rounds, made: Workbook
) -> None:
    dossier = rounds.dossiers["VR01"]
    assert workbook.table(made["Afwijkende standpunten"]) == []
    assert "er zijn er geen" in made["Afwijkende standpunten"]["A1"].value
    differ(session, dossier, "contactpersoon", "1.1-02", Content(0.5, note="=Zie het rooster"))
    differ(session, dossier, "ovr", "2.1-02", Content("2013-01-01", note="Er is een nieuw plan."))
    found = workbook.read(region.workbook(reports.region(session, dossier)))
    first, second = workbook.table(found["Afwijkende standpunten"])
    assert (first["KSF"], first["Code"], first["Gezamenlijk antwoord"]) == ("1.1", "1.1-02", 2.5)
    assert (first["Rol"], first["Afwijkend standpunt"]) == ("Contactpersoon", "0,5 dagen per week")
    assert first["Reden"] == "=Zie het rooster"
    assert first["Door"].startswith("Contactpersoon")
    assert (second["Code"], second["Afwijkend standpunt"]) == ("2.1-02", "1 januari 2013")
    for name in ("Samenvatting", "Antwoorden", "Scores"):
        assert workbook.table(found[name]) == workbook.table(made[name])


def test_a_view_that_the_joint_answer_caught_up_with_says_so(session: Session, rounds: Rounds) -> None:
    dossier = rounds.dossiers["VR03"]
    differ(session, dossier, "contactpersoon", "1.1-01", Content("nee", note="Er is niemand."))
    filled.fill(session, dossier, {})
    by = By.through(filled.signers(session, dossier)[0], filled.AT)
    answers.save(session, dossier, "1.1-01", Content("nee", note="Klopt."), by=by, seen_version=1)
    made = workbook.read(region.workbook(reports.region(session, dossier)))
    (row,) = workbook.table(made["Afwijkende standpunten"])
    assert row["Stand"] == "Nu gelijk aan het gezamenlijke antwoord"
