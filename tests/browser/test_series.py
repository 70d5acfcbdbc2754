"""The beheerder's series of figures in a browser: made row by row, refused at its cell, and changed."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.factories import World
from tests.support.browser import Visitor

LIST = "/beheer/reeksen"


def test_a_series_is_made_corrected_and_changed(visitor: Visitor, world: World) -> None:
    visitor.login("beheerder")
    page = visitor.go(LIST)
    page.get_by_role("link", name="Reeks toevoegen").click()
    page.get_by_label("Titel").fill("Aanvragen om hulp")
    page.get_by_label("Eerste jaar").fill("2011")
    page.get_by_label("Laatste jaar").fill("2012")
    page.get_by_role("button", name="Jaren tonen").click()
    page.get_by_label("Code").fill("hulp")
    page.get_by_label("Wat wordt er geteld?").fill("aanvragen")
    page.get_by_label("Bron", exact=True).fill("ministerie van Defensie")
    page.get_by_label("Naam van soort 1").fill("Brand")
    page.locator("#rij-0-getal-2011").fill("-3")
    page.locator("#rij-0-getal-2012").fill("ruim 40")
    page.locator("summary").filter(has_text="van rij 1, 2012").click()
    page.locator("#rij-0-bron-2012").fill("Jaarverslag, blz. 4")

    visitor.watch.allow(422)
    # Enter saves, and takes no row away
    page.get_by_label("Titel").press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    visitor.look("series-refused")
    page.locator("[data-error-summary] a").first.click()
    wrong = page.get_by_label("Brand, 2011", exact=True)
    expect(wrong).to_be_focused()
    wrong.fill("1500")
    page.get_by_role("button", name="Reeks bewaren").click()
    expect(page.get_by_role("status").filter(has_text="is toegevoegd")).to_be_visible()
    rows = page.locator("table").first.locator("tbody tr")
    expect(rows.first.locator("th, td")).to_have_text(["Brand", "1.500", "ruim 40"])
    visitor.look("series-one")

    page.get_by_role("link", name="Reeks wijzigen").click()
    page.get_by_role("button", name="Rij toevoegen").click()
    expect(page.get_by_label("Naam van soort 2")).to_be_focused()
    page.keyboard.type("Water")
    page.get_by_role("button", name="Reeks bewaren").click()
    expect(rows.nth(1).locator("th, td")).to_have_text(["Water", "onbekend", "onbekend"])
    page.get_by_role("link", name="Reeks verwijderen").click()
    visitor.look("series-remove")
    visitor.go(LIST)
    visitor.look("series")
