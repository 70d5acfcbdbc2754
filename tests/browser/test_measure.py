"""Running a measurement in a browser: axe, narrow, and as it looks with the example data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.browser import Visitor

pytestmark = pytest.mark.example

PAGES = {
    "measure-list": "/metingen/",
    "measure-new": "/metingen/nieuw?vorige=eindmeting-2013",
    "monitor": "/metingen/vervolgmeting-2026/respons",
    "measure-diff": "/metingen/eindmeting-2013/verschillen",
    "measure-invite": "/metingen/vervolgmeting-2026/uitnodigen",
    "measure-invite-person": "/metingen/vervolgmeting-2026/uitnodigen/VR10",
    "measure-remind": "/metingen/vervolgmeting-2026/herinneren",
    "measure-terms": "/metingen/vervolgmeting-2026/termijn",
    "measure-instruments": "/metingen/vragenlijsten",
    "measure-four-eyes": "/metingen/vervolgmeting-2026/vier-ogen",
    "measure-step": "/metingen/vervolgmeting-2026/stap/visit",
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


def test_the_response_stands_on_one_screen_of_a_laptop(visitor: Visitor) -> None:
    visitor.login("inspecteur1")
    page = visitor.go("/metingen/vervolgmeting-2026/respons")
    page.set_viewport_size({"width": 1366, "height": 768})
    table = page.get_by_role("region", name="Tabel van alle vragenlijsten")
    box, map_box = table.bounding_box(), page.locator(".monitor__map svg").bounding_box()
    assert box
    assert map_box
    assert map_box["x"] + map_box["width"] <= box["x"]
    assert max(box["y"] + box["height"], map_box["y"] + map_box["height"]) <= 768
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert table.evaluate("each => each.scrollWidth <= each.clientWidth")


def test_reminders_terms_and_links_are_made(visitor: Visitor) -> None:
    visitor.login("inspecteur1")
    page = visitor.go("/metingen/vervolgmeting-2026/herinneren")
    page.locator("summary").first.click()
    visitor.look("measure-remind-open")
    page.get_by_role("button", name="Herinneringen maken").click()
    expect(page.get_by_role("status").filter(has_text="gemaakt")).to_be_visible()
    page.locator("summary").first.click()
    visitor.look("measure-reminders")
    page = visitor.go("/metingen/vervolgmeting-2026/termijn")
    page.get_by_label("Nieuwe termijn").fill("2099-03-01")
    page.get_by_label("Reden").fill("De zomer zat ertussen.")
    page.get_by_role("button", name="Termijn wijzigen").click()
    expect(page.get_by_role("status").filter(has_text="gewijzigd")).to_be_visible()
    visitor.look("measure-terms-changed")
    page = visitor.go("/metingen/vervolgmeting-2026/uitnodigen")
    page.get_by_role("link", name="Persoon toevoegen").first.click()
    page.get_by_label("Naam").fill("Nieuw Persoon")
    page.get_by_label("E-mailadres").fill("nieuw.persoon@voorbeeld.nl")
    page.get_by_label("Rol").select_option("waarnemer")
    page.get_by_role("button", name="Toevoegen").click()
    expect(page.get_by_label("Link voor Nieuw Persoon")).to_have_value(re.compile("/wachtwoord/"))
    visitor.look("measure-links")
    visitor.go("/metingen/vervolgmeting-2026/respons")
    visitor.look("monitor-reminded")


def test_a_questionnaire_is_seen_as_an_example_and_its_faults_in_place(
    visitor: Visitor, tmp_path: Path
) -> None:
    visitor.login("inspecteur1")
    page = visitor.go("/metingen/vragenlijsten")
    page.get_by_role("link", name="Voorbeeld").first.click()
    visitor.look("measure-example")
    page = visitor.go("/metingen/vragenlijsten")
    page.get_by_role("button", name="Vergelijken").first.click()
    visitor.look("measure-instrument-diff")
    page = visitor.go("/metingen/vragenlijsten")
    wrong = tmp_path / "fout.toml"
    wrong.write_text('code = "proef"\nversion = "1"\n', encoding="utf-8")
    page.get_by_label("Bestand").set_input_files(wrong)
    visitor.watch.allow(422)
    page.get_by_role("button", name="Controleren").click()
    expect(page.get_by_role("alert").filter(has_text="fouten in de vragenlijst")).to_be_visible()
    visitor.look("measure-instrument-faults")
