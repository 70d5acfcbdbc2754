"""The national picture as a file: what the report says is what the cells hold."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import datetime

import pytest
from openpyxl.workbook import Workbook
from sqlalchemy.orm import Session

from exports import national
from exports.formats import FORMATS
from surveys import measurements, reports, results
from surveys.acting import By
from surveys.answers import Content
from surveys.figures import FigureInfo, KindInfo, SeriesInfo
from surveys.judging import About, Draft
from surveys.reports import NationalReport
from surveys.reports.judgements import Judgements, judgements
from tests import factories, filled
from tests.exports.conftest import Rounds, differ
from tests.judge.conftest import advance, confirm, write
from tests.support import workbook

DATA = ["Scores", "Data", "Afwijkende standpunten"]
EXPLAINED = ["Gegevenswoordenboek", "Begrippen", "Verantwoording"]
STRICT = Draft("voldoet_niet", "Het is broos.", "Er is weinig.", "Houd vol.")
COLUMNS = ["meting", "eenheid", "vraag", "waarde", "toelichting", "score", "gewicht"]


@pytest.fixture
def made(pictures: list[NationalReport], files: dict[str, bytes]) -> Workbook:
    if "national" not in files:
        files["national"] = national.workbook(*pictures)
    return workbook.read(files["national"])


def test_it_has_the_sheets_of_both_questionnaires_each_marked_as_made_up(made: Workbook) -> None:
    regions = ["Niveaus 2013", "Niveaus 2009", "Landelijk", "Ontwikkeling", "Vragen", "Bevindingen"]
    commanders = ["RMC Niveaus 2013", "RMC Landelijk", "RMC Vragen", "RMC Bevindingen"]
    assert made.sheetnames == ["Leeswijzer", *regions, *commanders, *DATA, *EXPLAINED]
    for sheet in made:
        marked = [str(cell.value).lower() for row in sheet["A1:H3"] for cell in row]
        assert any("fictie" in text for text in marked), sheet.title


def test_its_name_says_what_it_is(pictures: list[NationalReport]) -> None:
    assert national.filename(*pictures) == "meetlat-eind-2013-landelijk-fictief.xlsx"
    assert national.filename(pictures[1], format="csv") == "meetlat-eind-2013-landelijk-rmc-fictief.csv"


def test_the_matrix_has_every_unit_and_says_who_has_not_handed_in(
    made: Workbook, pictures: list[NationalReport]
) -> None:
    assert "2 van de 3 veiligheidsregio's ingeleverd" in made["Niveaus 2013"]["A1"].value
    first, second, third = workbook.table(made["Niveaus 2013"])
    factor = "1.1 Elkaar kennen"
    assert (first["Eenheid"], first[factor], second[factor]) == ("Regio 1", "Voldoet", "Voldoet niet")
    assert third[factor] == "Niet ingeleverd (in invulling)"
    levels = [row[factor] for row in workbook.table(made["Niveaus 2009"])]
    assert levels == ["Voldoet niet", "Voldoet", "Niet te beoordelen"]


def test_the_totals_are_those_of_the_report(made: Workbook, pictures: list[NationalReport]) -> None:
    report = pictures[0]
    for row in workbook.table(made["Landelijk"]):
        figures = report.national.factors[row["KSF"]]
        assert (row["Voldoet"], row["Voldoet niet"]) == (
            figures.levels["voldoet"],
            figures.levels["voldoet_niet"],
        )
        assert (row["Met een niveau"], row["Gemiddelde"], row["Mediaan"]) == (
            figures.n,
            figures.mean,
            figures.median,
        )
        assert (row["Laagste"], row["Kwartiel 1"], row["Kwartiel 3"], row["Hoogste"]) == (
            figures.min,
            figures.q1,
            figures.q3,
            figures.max,
        )
        earlier = report.in_time[row["KSF"]][0].figures
        assert row["Gemiddelde 2009"] == earlier.mean


def test_the_chart_counts_the_levels(made: Workbook) -> None:
    ((names, series),) = workbook.references(made["Landelijk"])
    assert names == "'Landelijk'!$A$5:$A$6"
    assert series == [f"'Landelijk'!${column}$5:${column}$6" for column in "CDEF"]
    titles = [cell.value for cell in made["Landelijk"][4]][2:6]
    assert titles == ["Voldoet", "Voldoet deels", "Voldoet niet", "Niet te beoordelen"]


def test_the_change_is_that_of_the_report(made: Workbook, pictures: list[NationalReport]) -> None:
    first, second = workbook.table(made["Ontwikkeling"])
    assert (first["1.1 Elkaar kennen"], second["1.1 Elkaar kennen"]) == ("Verbeterd", "Verslechterd")
    assert (first["Aantal verbeterd"], second["Aantal verbeterd"]) == (2, 0)


def test_questions_are_counted_per_answer(made: Workbook) -> None:
    rows = workbook.table(made["Vragen"])
    total = next(row for row in rows if row["Vraag"] == "1.1-01")
    assert (total["Aantal"], total["Niet aan de orde"], total["Gemiddelde score"]) == (2, 0, 0.5)
    assert total["Aandachts-punt"] == "Ja"
    counts = {row["Code"]: row["Aantal"] for row in rows if row["Vraag"] == "1.1-01" and row["Code"]}
    assert counts == {"ja": 1, "nee": 1}
    number = next(row for row in rows if row["Vraag"] == "1.1-02")
    assert (number["Aantal"], number["Niet aan de orde"], number["Gemiddeld"]) == (1, 1, 2.5)


def test_findings_have_their_count_their_words_and_the_units_behind_them(made: Workbook) -> None:
    (row,) = workbook.table(made["Bevindingen"])
    assert (row["Code"], row["n"], row["van"]) == ("2.1-S01", 1, 2)
    assert row["In woorden"] == "Eén van de twee veiligheidsregio's betrekt de brandweer bij de plannen."
    assert row["Telt het antwoord"] == "‘De brandweer’"
    assert row["Veiligheidsregio's die eraan voldoen"] == "VR01"
    assert row["Veiligheidsregio's die er niet aan voldoen"] == "VR02"
    (commander,) = workbook.table(made["RMC Bevindingen"])
    assert commander["In woorden"] == "De enige commandant betrekt de brandweer bij de plannen."


def test_the_data_sheet_has_a_row_per_unit_and_question(
    made: Workbook, pictures: list[NationalReport]
) -> None:
    sheet = made["Data"]
    assert sheet.freeze_panes == "D2"
    assert [cell.value for cell in sheet[1]] == [*COLUMNS, "fictief"]
    rows = {(row["eenheid"], row["vraag"]): row for row in workbook.table(sheet)}
    wanted = {
        (unit, question)
        for report in pictures
        for unit in report.answers
        for question in report.instrument.questions
    }
    assert set(rows) == wanted
    assert len(list(sheet.iter_rows(min_row=2))) == len(wanted)
    assert {row["meting"] for row in rows.values()} == {"eind-2013"}


def test_the_data_sheet_has_codes_scores_and_weights(made: Workbook, pictures: list[NationalReport]) -> None:
    rows = {(row["eenheid"], row["vraag"]): row for row in workbook.table(made["Data"])}
    assert rows["VR01", "1.1-01"]["waarde"] == "ja"
    assert rows["VR01", "1.1-02"]["waarde"] == 2.5
    assert rows["VR01", "2.1-01"]["waarde"] == "brandweer;politie"
    assert rows["VR01", "2.1-02"]["waarde"] == datetime(2012, 5, 1)
    assert rows["RMC-NOORD", "1.1-02"]["waarde"] == "onbekend"
    assert rows["RMC-NOORD", "1.1-03"]["waarde"] == "nvt"
    assert rows["RMC-NOORD", "1.1-03"]["toelichting"] == "Wij werken op afstand."
    assert rows["VR02", "1.1-99"]["waarde"] is None
    ignored = rows["VR02", "1.1-02"]
    assert (ignored["waarde"], ignored["toelichting"], ignored["score"]) == (None, None, None)
    for report in pictures:
        for unit, answers in report.answers.items():
            for why in results.why(report.instrument, answers).values():
                for row in why.rows:
                    assert rows[unit, row.code]["score"] == row.s
                    question = report.instrument.questions[row.code]
                    assert rows[unit, row.code]["gewicht"] == (question.weight if question.scored else None)


def test_the_scores_sheet_has_every_measurement_unit_and_factor(
    made: Workbook, pictures: list[NationalReport]
) -> None:
    rows = workbook.table(made["Scores"])
    found = {(row["Meting"], row["Eenheid"], row["KSF"]): row for row in rows}
    assert len(found) == len(rows) == (2 + 3 + 1) * 2
    report = pictures[0]
    for unit, score in report.scores.items():
        for code, factor in score.factors.items():
            row = found["eind-2013", unit, code]
            assert (row["Score"], row["Ondergrens"], row["Dekking"]) == (
                factor.score,
                factor.low,
                factor.coverage,
            )
    unsure = found["tussen-2009", "VR03", "1.1"]
    assert (unsure["Niveau"], unsure["Reden"]) == ("Niet te beoordelen", "Te weinig antwoorden")
    assert found["eind-2013", "VR02", "1.1"]["Gemiste voorwaarden"] == "1.1-01"


def test_the_account_names_the_versions_and_who_has_not_handed_in(
    made: Workbook, pictures: list[NationalReport]
) -> None:
    rows = workbook.table(made["Verantwoording"])
    hashes = [row["Waarde"] for row in rows if row["Gegeven"] == "SHA-256 van de tekst"]
    assert hashes == [report.instrument.sha256 for report in pictures]
    found = {row["Gegeven"]: row["Waarde"] for row in rows}
    assert found["Nog niet ingeleverd: VR03"] == "Regio 3 (in invulling)"
    assert found["Versie in Tussen-2009"] == "1.0"


def test_one_questionnaire_alone_has_no_prefixes(pictures: list[NationalReport]) -> None:
    names = workbook.read(national.workbook(pictures[1])).sheetnames
    assert "Niveaus 2013" in names
    assert not [name for name in names if name.startswith("RMC")]


def test_as_csv_it_is_the_data(made: Workbook, pictures: list[NationalReport]) -> None:
    content = FORMATS["csv"].write(national.book(*pictures)).decode("utf-8-sig")
    rows = list(csv.DictReader(content.splitlines(keepends=True), delimiter=";"))
    assert list(rows[0]) == [*COLUMNS, "fictief"]
    found = {(row["eenheid"], row["vraag"]): row for row in rows}
    assert found["VR01", "1.1-02"]["waarde"] == "2,5"
    assert found["VR01", "2.1-01"]["waarde"] == "brandweer;politie"
    assert len(rows) == len(workbook.table(made["Data"]))


def test_the_same_reports_give_the_same_bytes(pictures: list[NationalReport]) -> None:
    assert national.workbook(*pictures) == national.workbook(*pictures)


def test_confirmed_judgements_have_sheets_beside_what_was_proposed(
    session: Session, rounds: Rounds, pictures: list[NationalReport]
) -> None:
    assert "Oordelen" not in workbook.read(national.workbook(*pictures)).sheetnames
    one, two = factories.inspector(session, "een"), factories.inspector(session, "twee")
    advance(session, rounds.dossiers["VR01"], By.through(one, filled.AT))
    writer, second = By.through(one, filled.AT), By.through(two, filled.AT)
    confirm(session, About.of(rounds.dossiers["VR01"], "1.1"), writer, second, STRICT)
    write(session, About.of(rounds.dossiers["VR01"], "2.1"), writer)
    measurements.go_to(session, rounds.later, "landelijk_beeld", writer)
    confirm(session, About(rounds.later, None, "2.1"), writer, second, STRICT)
    made = workbook.read(national.workbook(*pictures, judgements=judgements(session, rounds.later)))
    assert made.sheetnames[1:3] == ["Oordelen", "Oordelen per eenheid"]
    (country,) = workbook.table(made["Oordelen"])
    assert (country["KSF"], country["Oordeel"], country["Wijkt af"]) == ("2.1", "Voldoet niet", "ja")
    assert country["Voorstel uit de antwoorden"] == "Voldoet deels"
    assert (country["Motivering"], country["Conclusie"], country["Aandachtspunten"]) == (
        "Het is broos.",
        "Er is weinig.",
        "Houd vol.",
    )
    (unit,) = workbook.table(made["Oordelen per eenheid"])
    assert (unit["Code"], unit["KSF"], unit["Bevinding"]) == ("VR01", "1.1", "Er is weinig.")
    assert (unit["Voorstel uit de antwoorden"], unit["Oordeel"]) == ("Voldoet", "Voldoet niet")
    assert (unit["Geschreven door"], unit["Vastgesteld door"]) == (one.person.name, two.person.name)
    assert isinstance(unit["Vastgesteld op"], datetime)
    none = workbook.read(national.workbook(*pictures, judgements=Judgements((), ())))
    assert "er is nog niets vastgesteld" in none["Oordelen"]["A1"].value


def test_figures_from_elsewhere_say_of_every_year_what_is_known(pictures: list[NationalReport]) -> None:
    figures = {2010: FigureInfo(94, None, "blz. 3"), 2011: FigureInfo(None, "ruim 40", None)}
    kind = KindInfo("Bijstand", False, figures)
    about = {"unit": "aanvragen", "source": "Een rapport", "note": None, "years": (2010, 2011, 2012)}
    made_up = SeriesInfo(
        id=1,
        code="a",
        title="Bijstand",
        kinds=(kind,),
        fictief=True,
        version=1,
        name=None,
        at=filled.AT,
        **about,
    )
    rows = workbook.table(workbook.read(national.workbook(*pictures, series=[made_up]))["Aanvragen"])
    shown = [(row["Jaar"], row["Aantal"], row["In woorden"], row["Bron"]) for row in rows]
    assert shown == [
        (2010, 94, None, "blz. 3"),
        (2011, None, "ruim 40", "Een rapport"),
        (2012, None, "onbekend", None),
    ]
    assert {row["Fictief"] for row in rows} == {"ja"}
    real = [replace(each, measurement=replace(each.measurement, fictief=False)) for each in pictures]
    assert "Aanvragen" not in [sheet.name for sheet in national.book(*real, series=[made_up]).sheets]
    known = national.book(*real, series=[replace(made_up, fictief=False)])
    assert "Aanvragen" in [sheet.name for sheet in known.sheets]


def test_words_and_abbreviations_are_explained(made: Workbook) -> None:
    meanings = {row["Begrip"]: row["Betekenis"] for row in workbook.table(made["Begrippen"])}
    assert meanings["OVR"] == "Officier Veiligheidsregio"
    assert meanings["Score"].startswith("Een getal van 0 tot 1")


def test_the_divergent_views_of_who_handed_in_are_a_table_of_codes(
    session: Session, rounds: Rounds, made: Workbook
) -> None:
    differ(session, rounds.dossiers["VR02"], "contactpersoon", "2.1-01", Content(["politie"], note="Soms."))
    differ(session, rounds.dossiers["VR01"], "ovr", "1.1-01", Content(special="onbekend", note="Wisselt."))
    differ(session, rounds.dossiers["VR03"], "ovr", "1.1-01", Content("nee", note="Nog niet ingeleverd."))
    pictures = [reports.national(session, rounds.later, pin.instrument) for pin in rounds.later.pins]
    found = workbook.read(national.workbook(*pictures))
    sheet = found["Afwijkende standpunten"]
    header, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert header == ["meting", "eenheid", "vraag", "rol", "waarde", "reden", "fictief"]
    assert rows == [
        ["eind-2013", "VR01", "1.1-01", "ovr", "onbekend", "Wisselt.", "ja"],
        ["eind-2013", "VR02", "2.1-01", "contactpersoon", "politie", "Soms.", "ja"],
    ]
    for name in made.sheetnames:
        if name not in {"Afwijkende standpunten", "Verantwoording"}:
            assert list(found[name].values) == list(made[name].values), name
