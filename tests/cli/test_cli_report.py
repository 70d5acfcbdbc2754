"""`meetlat report`: the report as it is now, as a version was, and of one unit, as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from exports.document import to_json
from exports.documents import DOCUMENTS
from exports.report.national import report
from surveys import report_texts, report_versions
from surveys.reports.whole import whole
from tests import factories
from tests.judge.conftest import bench_in
from tests.support import cli, stages
from tests.support.cli import Ran

Run = Callable[..., Ran]

STARTS = {".pdf": b"%PDF-", ".docx": b"PK\x03\x04", ".odt": b"PK\x03\x04", ".html": b"<!doctype html>"}


def _make(session: Session) -> None:
    bench = bench_in(session, factories.World(session))
    row = bench.world.measurement

    def write(text: str, seen: int) -> None:
        report_texts.write(session, row, "voorwoord", text, by=bench.by("one"), seen_version=seen)

    write("Zo was het.", 0)
    content = to_json(report(whole(session, row)).document)
    report_versions.freeze(session, row, content=content, basis="{}", remark=None, by=bench.by("one", 1))
    write("Zo is het nu.", 1)
    factories.measurement(session, factories.tiny(), code="zonder-dossiers")


with_frozen = stages.declare("frozen", _make)


@pytest.fixture
def run(
    with_frozen: None,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """The command line on a report of which version 1 was frozen, and of which the preface then changed."""
    monkeypatch.setenv("MEETLAT_DATABASE_URL", database_url)
    monkeypatch.setenv("MEETLAT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MEETLAT_SECRET_KEY", "een geheim dat alleen deze test kent en lang genoeg is")
    return lambda *args: cli.run(capsys, *args)


def test_the_end_of_the_name_decides_on_the_format(run: Run, tmp_path: Path) -> None:
    for suffix, start in STARTS.items():
        file = tmp_path / f"rapport{suffix.upper()}"
        ran = run("report", "proefmeting", file)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out == f"{file}: Rapport Proefmeting (fictieve gegevens)\n"
        assert file.read_bytes().startswith(start)
    assert set(STARTS) == {form.suffix for form in DOCUMENTS.values()}


def test_a_version_is_written_as_it_was_frozen_and_the_draft_as_it_is_now(run: Run, tmp_path: Path) -> None:
    now, then = tmp_path / "nu.html", tmp_path / "toen.html"
    assert run("report", "proefmeting", now).code == 0
    assert run("report", "proefmeting", then, "--versie", "1").code == 0
    assert "Zo is het nu." in now.read_text("utf-8")
    assert "Zo was het." in then.read_text("utf-8")
    assert "Concept, versie 1" in then.read_text("utf-8")
    assert "Zo is het nu." not in then.read_text("utf-8")


def test_the_report_of_one_unit(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "vr01.html"
    ran = run("report", "proefmeting", file, "--regio", "VR01")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("Regio 1 (fictieve gegevens)\n")
    assert "uitgave voor inspecteurs" in file.read_text("utf-8")


def test_wrong_input_gives_one_line_and_exit_code_2(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    for args, words in (
        ([tmp_path / "a.txt"], "eindigt niet op .pdf, .docx, .odt of .html."),
        ([tmp_path / "a.xlsx"], "Tabellen maakt u met: meetlat export national"),
        ([tmp_path / "a.json"], "Een archief maakt u met: meetlat export measurement"),
        ([tmp_path / "weg" / "a.html"], "a.html kan niet worden geschreven"),
        ([file, "--versie", "2"], "heeft geen versie 2 (wel: 1)"),
        ([file, "--versie", "één"], "heeft geen versie één (wel: 1)"),
        ([file, "--regio", "VR99"], "geen dossier van VR99"),
        ([file, "--regio", "VR01", "--versie", "1"], "gaan niet samen"),
        ([], "'BESTAND' ontbreekt"),
    ):
        refused(run("report", "proefmeting", *args), words)
    assert not list(tmp_path.glob("a.*"))


def test_a_measurement_that_has_no_report_is_told_in_one_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    refused(run("report", "geen-meting", file), "geen meting met de code geen-meting (wel: ")
    refused(run("report", "zonder-dossiers", file), "heeft nog geen dossiers")
    refused(run("report", "zonder-dossiers", file, "--versie", "1"), "geen versie 1 (wel: nog geen)")


def test_who_asks_for_a_report_or_archive_as_tables_is_told_which_command_makes_it(
    run: Run, tmp_path: Path
) -> None:
    for command in (["national", "proefmeting"], ["region", "proefmeting", "VR01"]):
        ran = run("export", *command, tmp_path / "a.pdf")
        refused(ran, "eindigt niet op .xlsx, .ods of .csv. Een rapport maakt u met: meetlat report")
        ran = run("export", *command, tmp_path / "a.json")
        refused(ran, "Een archief maakt u met: meetlat export measurement")


def refused(ran: Ran, words: str) -> None:
    """Expect one line on standard error with these words, and exit code 2."""
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1
    assert words in ran.err
