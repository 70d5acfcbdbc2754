"""Visits in a browser: planned, held, and their report written, on pages that anybody can use."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browser import Visitor

pytestmark = pytest.mark.example

AGENDA = "/bezoek/tussenmeting-2009/bezoeken"
LONG = (
    "De OVR en de contactpersoon spreken elkaar elke week. Zij hebben samen een jaarplan gemaakt, dat door"
    " de directie is vastgesteld en elk kwartaal wordt besproken."
)


def test_a_visit_is_planned_held_and_written_down(visitor: Visitor) -> None:
    visitor.login("inspecteur1")
    page = visitor.go(AGENDA)
    visitor.look("visits-agenda")
    page.get_by_role("link", name="Bezoek plannen aan Drenthe").click()
    visitor.look("visits-new")
    page.get_by_label("Datum").fill("2009-06-03")
    page.get_by_label("Plaats").fill("Assen")
    page.get_by_role("button", name="Plannen").click()
    expect(page.get_by_text("Het gesprek is gepland.")).to_be_visible()
    visitor.look("visits-planned")
    page.get_by_role("button", name="Het gesprek is gehouden").click()
    expect(page.get_by_text("Vastgelegd dat het gesprek is gehouden.")).to_be_visible()
    page.get_by_label("Gaat over").select_option("1.1")
    page.get_by_label("Tekst").fill(LONG)
    page.get_by_role("button", name="Passage toevoegen").click()
    expect(page.locator(".passage__text")).to_contain_text("jaarplan")
    page.locator("summary", has_text="Wijzigen").click()
    page.locator("li.passage").get_by_label("Tekst").fill(LONG.replace("elke week", "elke maand"))
    visitor.look("visits-report")
    page.get_by_role("button", name="Passage opslaan").click()
    expect(page.get_by_text("elke maand").first).to_be_visible()
    page.get_by_role("link", name="Alle versies van het verslag").click()
    expect(page.get_by_text("elke week")).to_be_visible()
    visitor.look("visits-versions")
    page.goto(page.url.split("/bezoek/")[0] + "/bezoek/tussenmeting-2009/VR03/verslagen")
    visitor.look("visits-dossier")


@pytest.mark.apart
def test_a_text_that_is_not_saved_is_not_left_unnoticed(visitor: Visitor) -> None:
    visitor.login("inspecteur1")
    page = visitor.go(f"{AGENDA}/nieuw")
    page.get_by_label("Met wie").fill("Directie Operaties")
    page.get_by_label("Datum").fill("2009-06-03")
    page.get_by_role("button", name="Plannen").click()
    page.get_by_role("button", name="Het gesprek is gehouden").click()
    page.get_by_label("Tekst").fill("Nog niet opgeslagen")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="Metingen").first.click()
    page.wait_for_url("**/metingen/")
    assert asked == ["beforeunload"]
