"""Working lists, labels, searching, and what opens from the national picture, in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browser import Visitor

pytestmark = pytest.mark.example

LISTS = "/lijsten/eindmeting-2013"
PICTURE = "/landelijk/eindmeting-2013"
PAGES = {
    "lists-ready": f"{LISTS}/lijst?klaar=piketregio",
    "lists-search": f"{LISTS}/zoeken?vraag=geen+%22andere+regio%22",
    "picture-changes": f"{PICTURE}/ontwikkeling?soort=verslechterd",
    "picture-answer": f"{PICTURE}/eenheid/VR17/vraag/4.2-02",
    "picture-question-table": f"{PICTURE}/vraag/4.2-08?sorteer=antwoord",
    "picture-factor-table": f"{PICTURE}/factor/4.2?sorteer=score",
}


@pytest.fixture
def inspector(visitor: Visitor) -> Visitor:
    visitor.login("inspecteur1")
    return visitor


def test_every_page_that_opens_is_accessible_wide_and_narrow(inspector: Visitor) -> None:
    for name, path in PAGES.items():
        inspector.go(path)
        inspector.look(name)


def test_a_list_is_made_from_an_answer_and_kept(inspector: Visitor) -> None:
    page = inspector.go(f"{PICTURE}/vraag/4.2-02")
    page.locator("#antwoord-onduidelijk summary").click()
    page.locator("#antwoord-onduidelijk").get_by_role("link", name="Maak hier een werklijst van").click()
    page.get_by_label("Waar gaat de regel over?").select_option("note")
    page.get_by_label("Van welke vraag, factor of controle?").select_option("4.2-08")
    page.get_by_role("button", name="Regel toevoegen").click()
    page.get_by_label("Als een van de regels geldt").check()
    inspector.look("lists-make")
    inspector.watch.allow(422)
    page.get_by_role("button", name="Opslaan", exact=True).click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    inspector.look("lists-make-faults")
    page.get_by_label("Naam van de werklijst").fill("Meldkamer of piketregio")
    page.get_by_role("button", name="Opslaan", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Meldkamer of piketregio")
    inspector.look("lists-list")
    inspector.go(f"{LISTS}/")
    expect(page.get_by_role("link", name="Meldkamer of piketregio")).to_be_visible()
    inspector.look("lists-lists")


def test_explanations_are_labelled_by_keyboard_and_counted(inspector: Visitor) -> None:
    page = inspector.go(f"{LISTS}/labels/1.2-04")
    for name in ("Brandweer", "Explosieven"):
        page.get_by_label("Nieuw label").fill(name)
        page.get_by_role("button", name="Toevoegen").click()
    first = page.locator(".explanation").first
    first.get_by_label("Brandweer").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")  # the form's own button
    expect(page.get_by_role("status").filter(has_text="De labels van 1 toelichting")).to_be_visible()
    expect(page.locator(".explanation").first.get_by_label("Explosieven")).to_be_checked()
    inspector.look("lists-labels")
    page.get_by_role("link", name="Wijzigen van Brandweer").click()
    expect(page.get_by_label("Naam")).to_have_value("Brandweer")
    inspector.look("lists-label")
    inspector.go(f"{PICTURE}/vraag/1.2-04")
    page.locator("summary", has_text="Brandweer: 1 van de 25").click()
    inspector.look("picture-question-labels")
