"""What LibreOffice makes of the exports: saved again by it they hold the same, and they print well.

`make check-office` runs these, on the example data; the images of all pages are in screenshots/exports.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl.workbook import Workbook
from sqlalchemy.orm import Session

from exports import national, region
from exports.formats import FORMATS
from surveys import overview, reports
from surveys.reports.judgements import judgements
from tests.exports.conftest import Rounds
from tests.support import office, workbook

pytestmark = pytest.mark.office

IMAGES = Path(__file__).resolve().parents[2] / "screenshots" / "exports"
MEASUREMENT = "eindmeting-2013"


def prints(file: Path, book: Workbook, folder: Path) -> None:
    """Hold what comes out of the printer: A4, every sheet, every page marked as made up and numbered."""
    pdf = office.convert(file, "pdf", folder)
    assert re.search(r"Page size:\s+841\.\d+ x 595\.\d+ pts \(A4\)", office.paper(pdf))
    pages = office.pages(pdf)
    footers = [page.strip().splitlines()[-1] for page in pages]
    for number, footer in enumerate(footers, start=1):
        assert "FICTIEVE GEGEVENS" in footer
        assert footer.endswith(f"Bladzijde {number} van {len(pages)}")
    for name in book.sheetnames:
        assert any(f"| {name} " in footer for footer in footers), name
    assert len(office.draw(pdf, IMAGES)) == len(pages)


@pytest.mark.example
def test_a_dossier_saved_again_holds_the_same_and_prints_well(session: Session, tmp_path: Path) -> None:
    dossier = overview.dossier_by_codes(session, MEASUREMENT, "VR17")
    assert dossier is not None
    report = reports.region(session, dossier)
    file = tmp_path / region.filename(report)
    file.write_bytes(region.workbook(report))
    before = workbook.read(file.read_bytes())
    again = office.convert(file, "xlsx", tmp_path / "again")
    workbook.hold_same(before, workbook.read(again.read_bytes()))
    assert len(workbook.references(before["Samenvatting"])) == 1
    prints(file, before, tmp_path / "pdf")


@pytest.mark.example
def test_the_national_picture_saved_again_holds_the_same_and_prints_well(
    session: Session, tmp_path: Path
) -> None:
    measurement = overview.measurement_by_code(session, MEASUREMENT)
    assert measurement is not None
    pictures = [reports.national(session, measurement, pin.instrument) for pin in measurement.pins]
    file = tmp_path / national.filename(*pictures)
    file.write_bytes(national.workbook(*pictures))
    before = workbook.read(file.read_bytes())
    again = office.convert(file, "xlsx", tmp_path / "again")
    workbook.hold_same(before, workbook.read(again.read_bytes()))
    prints(file, before, tmp_path / "pdf")


@pytest.mark.example
def test_as_ods_they_are_the_same_sheets_with_the_same_cells(session: Session, tmp_path: Path) -> None:
    measurement = overview.measurement_by_code(session, MEASUREMENT)
    dossier = overview.dossier_by_codes(session, MEASUREMENT, "VR17")
    assert measurement is not None
    assert dossier is not None
    pictures = [reports.national(session, measurement, pin.instrument) for pin in measurement.pins]
    books = {
        "vr17": region.book(reports.region(session, dossier)),
        "landelijk": national.book(*pictures, judgements=judgements(session, measurement)),
    }
    for name, book in books.items():
        file = tmp_path / f"{name}.ods"
        file.write_bytes(FORMATS["ods"].write(book))
        before = workbook.read(FORMATS["xlsx"].write(book))
        again = office.convert(file, "xlsx", tmp_path / "again")
        workbook.hold_same(before, workbook.read(again.read_bytes()))
        prints(file, before, tmp_path / "pdf")


def test_nasty_texts_come_through_as_they_are(session: Session, rounds: Rounds, tmp_path: Path) -> None:
    file = tmp_path / "vr01.xlsx"
    file.write_bytes(region.workbook(reports.region(session, rounds.dossiers["VR01"])))
    again = workbook.read(office.convert(file, "xlsx", tmp_path / "again").read_bytes())
    rows = {row["Code"]: row for row in workbook.table(again["Antwoorden"], head=4)}
    assert rows["1.1-99"]["Antwoord"] == '=HYPERLINK("http://voorbeeld.invalid","klik")'
    assert rows["1.1-99"]["Toelichting"] == "@daar"
    cells = {row[1].value: row[3] for row in again["Antwoorden"].iter_rows(min_row=5)}
    assert cells["1.1-99"].data_type == "s"


def test_a_text_that_looks_like_an_escape_is_shown_as_it_was(
    session: Session, rounds: Rounds, tmp_path: Path
) -> None:
    file = tmp_path / "vr01.xlsx"
    file.write_bytes(region.workbook(reports.region(session, rounds.dossiers["VR01"])))
    pdf = office.convert(file, "pdf", tmp_path)
    assert "_x0041_" in "".join(office.pages(pdf))
