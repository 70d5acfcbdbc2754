"""Running a measurement in a browser: axe, narrow, and as it looks with the example data."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browser import Visitor

pytestmark = pytest.mark.example

PAGES = {
    "measure-list": "/metingen/",
    "measure-new": "/metingen/nieuw?vorige=eindmeting-2013",
    "monitor": "/metingen/vervolgmeting-2026/respons",
    "measure-diff": "/metingen/eindmeting-2013/verschillen",
}


def test_every_page_about_running_a_measurement_is_accessible_wide_and_narrow(visitor: Visitor) -> None:
    visitor.login("inspecteur1")
    for name, path in PAGES.items():
        visitor.go(path)
        visitor.look(name)


def test_a_measurement_is_made_from_the_previous_one(visitor: Visitor) -> None:
    visitor.login("inspecteur1")
    page = visitor.go("/metingen/")
    page.get_by_role("link", name="Nieuwe meting").click()
    page.get_by_label("Begin met wat er staat in").select_option("eindmeting-2013")
    page.get_by_role("button", name="Overnemen").click()
    page.get_by_label("Code").fill("proef-2030")
    page.get_by_label("Naam").fill("Proefmeting 2030")
    page.get_by_label("Jaar").fill("2030")
    page.get_by_label("Eerste dag").fill("2030-01-01")
    page.get_by_label("Laatste dag").fill("2030-12-31")
    page.get_by_label("Onderzoeksvraag").fill("Is het beter geworden?")
    page.get_by_label("Afbakening").fill("Alle regio's.")
    page.get_by_role("button", name="Meting maken").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Proefmeting 2030")
    visitor.look("measure-one")
    page.get_by_role("link", name="Vragenlijst vaststellen").click()
    page.get_by_role("button", name="Vragenlijst vaststellen").click()
    page.get_by_role("link", name="Vragenlijst uitzetten").click()
    visitor.look("measure-send-out")
    page.get_by_label("Inleveren tot en met").fill("2099-01-01")
    page.get_by_role("button", name="Uitzetten").click()
    expect(page.get_by_role("status").filter(has_text="uitgezet")).to_be_visible()
