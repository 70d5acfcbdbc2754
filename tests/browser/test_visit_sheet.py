"""The points to raise at a visit in a browser: accessible, narrow, on two pages of paper; and the sources."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import overview, visit_sheet
from surveys.acting import By
from surveys.models import Assignment
from tests.support import files
from tests.support.browser import Visitor

pytestmark = pytest.mark.example

LONGEST = "VR17"
"""The region with the most points in the example data."""
SHEET = f"/bezoek/eindmeting-2013/{LONGEST}/gesprekspunten"
SOURCES = "/bezoek/eindmeting-2013/bronnen"
MOST_PAGES = 2
OWN_POINTS = 20


def test_the_points_of_a_region_are_looked_at_treated_and_narrowed(visitor: Visitor) -> None:
    visitor.login("inspecteur1")
    page = visitor.go(SHEET)
    visitor.look("visit-sheet")
    page.get_by_label("Wat wilt u bespreken?").fill("Hoe loopt de opvolging van de vorige OVR?")
    page.get_by_label("Waar gaat het over?").select_option("1.1")
    page.get_by_role("button", name="Punt toevoegen").click()
    expect(page.get_by_text("Uw punt is toegevoegd.")).to_be_visible()
    point = page.locator("#punt-own-1")
    point.get_by_text("Toewijzen of noteren").click()
    point.get_by_role("button", name="Punt laten vervallen").click(no_wait_after=True)
    visitor.watch.allow(422)
    expect(page.locator("[data-error-summary]")).to_contain_text("Noteer waarom dit punt vervalt.")
    visitor.look("visit-sheet-refused")
    point.get_by_label("Notitie").fill("Al besproken bij de vorige meting.")
    point.get_by_role("button", name="Punt laten vervallen").click()
    expect(page.get_by_text("Het punt is vervallen.")).to_be_visible()
    page.get_by_role("link", name=re.compile("Vervallen")).click()
    expect(page.get_by_text("Al besproken bij de vorige meting.").first).to_be_visible()
    visitor.look("visit-sheet-dropped")


def test_the_longest_sheet_fits_on_two_pages_also_with_what_inspectors_add(
    visitor: Visitor, session: Session
) -> None:
    visitor.login("inspecteur1")
    page = visitor.go(f"{SHEET}/afdrukken")
    visitor.look("visit-sheet-print")
    page.emulate_media(media="print")
    expect(page.get_by_text("Druk deze pagina af")).to_be_hidden()
    expect(page.get_by_text("FICTIEF:")).to_be_visible()
    printed = page.pdf(path=str(Path("screenshots") / "visit-sheet.pdf"), prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", printed)) == MOST_PAGES
    by = By.through(session.scalars(select(Assignment).where(Assignment.role == "inspecteur")).first())
    dossier = overview.dossier_by_codes(session, "eindmeting-2013", LONGEST)
    for number in range(OWN_POINTS):
        visit_sheet.add(
            session, dossier, f"Eigen punt {number}: {'hoe gaat dat nu, en wie weet dat? ' * 4}", "4.1", by=by
        )
    session.commit()
    page.reload()
    printed = page.pdf(path=str(Path("screenshots") / "visit-sheet-full.pdf"), prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", printed)) == MOST_PAGES


def test_a_source_is_recorded_with_a_file_and_cited(visitor: Visitor, tmp_path: Path) -> None:
    visitor.login("inspecteur1")
    page = visitor.go(SOURCES)
    page.get_by_role("link", name="Bron toevoegen").click()
    visitor.look("visit-source-new")
    page.get_by_label("Titel").fill("Voorbeeldrapport bijstand 2012")
    page.get_by_label("Soort").select_option("extern")
    page.get_by_label("Herkomst").fill("Een verzonnen bureau")
    page.get_by_label("Datum van het stuk").fill("2012-06-01")
    file = tmp_path / "rapport.pdf"
    file.write_bytes(files.pdf())
    page.get_by_label("Bestand", exact=False).set_input_files(file)
    page.get_by_role("button", name="Bron bewaren").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Voorbeeldrapport bijstand 2012")
    page.get_by_label("Bij welk dossier").select_option(LONGEST)
    page.get_by_label("Factor").select_option("4.1")
    page.get_by_label("Bladzijde").fill("12")
    page.get_by_role("button", name="Aanhalen").click()
    expect(page.get_by_text("De verwijzing is bewaard.")).to_be_visible()
    visitor.look("visit-source")
    page.get_by_role("link", name="Wijzigen", exact=True).click()
    visitor.look("visit-source-change")
    visitor.go(SOURCES)
    visitor.look("visit-sources")
