"""`meetlat export` and `meetlat figures`: what is in the database, as files and as lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests import factories, filled
from tests.support import cli, stages, workbook
from tests.support.cli import Ran

Run = Callable[..., Ran]


def _make(session: Session) -> None:
    world = factories.World(session)
    filled.submit(session, world.dossiers["VR01"], filled.STRONG)
    filled.submit(session, world.dossiers["RMC-NOORD"], filled.WEAK)
    factories.measurement(session, factories.tiny(), code="zonder-dossiers")


with_two_kinds_in = stages.declare("two_kinds_in", _make)


@pytest.fixture
def run(
    with_two_kinds_in: None,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """The command line on a database with one measurement, in which VR01 and the commander have handed in."""
    monkeypatch.setenv("MEETLAT_DATABASE_URL", database_url)
    monkeypatch.setenv("MEETLAT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MEETLAT_SECRET_KEY", "een geheim dat alleen deze test kent en lang genoeg is")
    return lambda *args: cli.run(capsys, *args)


def test_a_dossier_becomes_a_workbook(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "vr01.xlsx"
    ran = run("export", "region", "proefmeting", "VR01", file)
    assert (ran.code, ran.err) == (0, "")
    assert str(file) in ran.out
    assert "fictieve gegevens" in ran.out
    rows = {row["Code"]: row for row in workbook.table(workbook.read(file.read_bytes())["Antwoorden"])}
    assert rows["1.1-02"]["Antwoord"] == 3


def test_the_end_of_the_name_decides_on_the_format(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "vr01.CSV"
    assert run("export", "region", "proefmeting", "VR01", file).code == 0
    assert file.read_bytes().startswith(b"\xef\xbb\xbfKSF;Code;Vraag")


def test_the_national_picture_has_both_questionnaires(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "landelijk.xlsx"
    assert run("export", "national", "proefmeting", file).code == 0
    made = workbook.read(file.read_bytes())
    assert {"Niveaus 2013", "RMC Niveaus 2013"} <= set(made.sheetnames)
    assert {row["eenheid"] for row in workbook.table(made["Data"])} == {"VR01", "RMC-NOORD"}


def test_the_dictionary_explains_both_questionnaires_in_any_format(run: Run, tmp_path: Path) -> None:
    table, sheets = tmp_path / "woorden.csv", tmp_path / "woorden.ods"
    assert run("export", "dictionary", "proefmeting", table).code == 0
    lines = table.read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("soort;vragenlijst;ksf;bij;naam;betekenis")
    assert {line.split(";")[1] for line in lines if line.startswith("vraag;")} == {
        "klein-veiligheidsregio 1.1",
        "klein-rmc 1.1",
    }
    assert run("export", "dictionary", "proefmeting", sheets).code == 0
    assert sheets.read_bytes()[38:].startswith(b"application/vnd.oasis.opendocument.spreadsheet")


def test_figures_are_lines_with_tabs(run: Run) -> None:
    ran = run("figures", "proefmeting")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "# Proefmeting (fictieve gegevens)"
    assert "1 van de 2 ingeleverd" in lines[1]
    assert lines[3].split("\t") == ["code", "factor", "onderwerp", "vraag", "telt", "n", "van", "tekst"]
    assert lines[4].split("\t") == [
        "2.1-S01",
        "2.1",
        "",
        "2.1-01",
        "‘De brandweer’",
        "1",
        "1",
        "De enige veiligheidsregio betrekt de brandweer bij de plannen.",
    ]


def test_figures_as_json_have_codes(run: Run) -> None:
    ran = run("figures", "proefmeting", "--json")
    assert (ran.code, ran.err) == (0, "")
    region, commander = json.loads(ran.out)
    assert region == {
        "code": "2.1-S01",
        "factor": "2.1",
        "topic": None,
        "question": "2.1-01",
        "condition": {"any_of": ["brandweer"]},
        "n": 1,
        "of": 1,
        "text": "De enige veiligheidsregio betrekt de brandweer bij de plannen.",
        "fictief": True,
    }
    assert (commander["n"], commander["of"], commander["text"]) == (0, 1, None)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["figures", "geen-meting"], "geen meting met de code geen-meting (wel: "),
        (["export", "national", "geen-meting", "{}/a.xlsx"], "geen meting met de code geen-meting"),
        (["export", "region", "proefmeting", "VR99", "{}/a.xlsx"], "geen dossier van VR99"),
        (["export", "national", "zonder-dossiers", "{}/a.xlsx"], "nog geen dossiers"),
        (["export", "national", "proefmeting", "{}/a.odt"], "eindigt niet op .xlsx, .ods of .csv"),
        (["export", "region", "proefmeting", "VR01", "{}/weg/a.xlsx"], "kan niet worden geschreven"),
        (["export", "region", "proefmeting", "VR01"], "BESTAND"),
        (["figures"], "METING"),
    ],
    ids=["figures", "measurement", "unit", "no dossiers", "format", "folder", "no file", "no measurement"],
)
def test_wrong_input_gives_one_line_and_exit_code_2(
    run: Run, tmp_path: Path, args: list[str], words: str
) -> None:
    ran = run(*[arg.format(tmp_path) for arg in args])
    assert ran.code == 2
    assert ran.out == ""
    assert len(ran.err.splitlines()) == 1
    assert words in ran.err


def test_a_database_that_is_not_set_up_is_told_in_one_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEETLAT_DATABASE_URL", f"sqlite:///{tmp_path}/leeg.sqlite")
    ran = run("figures", "proefmeting")
    assert ran.code == 2
    assert "meetlat init" in ran.err
    assert len(ran.err.splitlines()) == 1
