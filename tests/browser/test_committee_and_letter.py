"""A committee and the letter of the year in a browser: from an agenda to what the next letter tells."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from surveys.acting import today
from tests.support.browser import Visitor

pytestmark = pytest.mark.example

TITLE = "Leerpunten onderling bespreken"
"""A point out of the letter of 2018, about which the letters of the example are."""
QUESTION = "Wie organiseert het overleg over leerpunten?"


def save(page: Page, button: str, **fields: str) -> None:
    """Fill in fields by their ids and press a button."""
    for name, value in fields.items():
        page.locator(f"#{name}").fill(value)
    page.get_by_role("button", name=button, exact=True).click()


def told(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words).first).to_be_visible()


def settle(page: Page) -> None:
    page.get_by_role("link", name="Brief vaststellen").click()
    page.get_by_role("button", name="Brief vaststellen").click()
    told(page, "De brief is vastgesteld.")


def test_a_second_click_while_the_page_waits_adds_nothing(visitor: Visitor) -> None:
    visitor.login("inspecteur1")
    page = visitor.go("/opvolging/overleg/nieuw")
    page.locator("#name").fill("Werkgroep dubbel")
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST":
            held.append(route)
        else:
            route.continue_()

    page.route("**/overleg/nieuw", hold)
    save = page.get_by_role("button", name="Overleg bewaren")
    save.scroll_into_view_if_needed()
    box = save.bounding_box()
    assert box is not None
    at = box["x"] + 5, box["y"] + 5
    with page.expect_request("**/overleg/nieuw"):
        page.mouse.click(*at)
    page.mouse.click(*at)  # with the mouse itself: what looks for a button waits until the next page has come
    with page.expect_navigation():
        held[0].continue_()
    assert len(held) == 1
    expect(page.get_by_role("heading", level=1)).to_have_text("Werkgroep dubbel")
    page = visitor.go("/opvolging/overleg")
    expect(page.get_by_role("link", name="Werkgroep dubbel")).to_have_count(1)


def test_a_committee_takes_over_its_agenda_and_a_decision_stands_on_the_list_and_at_the_point(
    visitor: Visitor,
) -> None:
    visitor.login("inspecteur1")
    page = visitor.go("/opvolging/overleg")
    visitor.look("committees")
    page.get_by_role("link", name="Veiligheidscomité (fictief)").click()
    visitor.look("committee")
    page.get_by_role("link", name="Vergadering plannen").click()
    day = today().isoformat()
    save(page, "Vergadering bewaren", held_on=day, begins="09:30", ends="11:00", location="Utrecht")
    first = page.locator("input[name=punt]").first
    expect(first).to_be_checked()
    visitor.look("meeting-proposed")
    # all but the first are left for another time
    for box in page.locator("input[name=punt]").all()[1:]:
        box.uncheck()
    page.get_by_role("button", name="Gekozen punten op de agenda zetten").click()
    told(page, "1 punt staat op de agenda.")
    page.get_by_role("link", name="Onderwerp toevoegen").click()
    save(page, "Op de agenda zetten", subject="Rondvraag")
    page.get_by_role("button", name="Omhoog").click()
    expect(page.locator("tbody").first.get_by_role("rowheader").first).to_contain_text("Rondvraag")

    page.emulate_media(media="print")
    expect(page.get_by_role("rowheader", name="Rondvraag")).to_be_visible()
    for apart in ("Voorstel voor de agenda", "Volgorde", "Downloaden"):
        expect(page.get_by_text(apart, exact=True).filter(visible=True)).to_have_count(0)
    page.emulate_media(media="screen")

    page.get_by_role("link", name="Bespreken en besluiten").nth(1).click()
    visitor.look("agenda-item")
    point = page.get_by_role("heading", level=1).inner_text()
    page.get_by_label("Een nieuwe vraag").check()
    page.locator("#kind").select_option("bijsturen")
    save(page, "Besluit vastleggen", question=QUESTION, decided="De brigade, elk kwartaal.", taken_on=day)
    told(page, "Het besluit is vastgelegd.")
    visitor.look("meeting")
    page.get_by_role("link", name="Veiligheidscomité (fictief)").first.click()
    page.get_by_role("link", name="Besluitenlijst van alle vergaderingen").click()
    row = page.get_by_role("row", name=QUESTION)
    expect(row).to_contain_text("De brigade, elk kwartaal.")
    visitor.look("decision-list")
    row.get_by_role("link", name=point).click()
    expect(page.get_by_role("cell", name="De brigade, elk kwartaal.")).to_be_visible()

    visitor.go("/opvolging/agenda")
    page.get_by_role("button", name="Geheim adres maken").click()
    expect(page.locator("code")).to_contain_text(".ics")
    visitor.look("calendar")


def test_the_next_letter_shows_exactly_the_change_since_the_settled_one(visitor: Visitor) -> None:
    visitor.login("inspecteur1")
    page = visitor.go("/opvolging/jaarbrieven")
    visitor.look("yearly-letters")
    page.get_by_role("link", name="Jaarbrief toevoegen").click()
    page.locator("#about").select_option(label="Spoor: Systeem")
    save(page, "Brief bewaren", subject="Voortgang systeem", introduction="Elk jaar een brief.")
    told(page, "De brief is toegevoegd als concept.")
    settle(page)
    visitor.look("yearly-settled")

    page = visitor.go("/opvolging/")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="Stand vastleggen").first.click()
    page.get_by_label("De uitvoerende kant").check()
    page.locator("#status").select_option("afgerond")
    yesterday = (today() - timedelta(1)).isoformat()
    save(page, "Stand bewaren", said_by="Defensie", said_on=yesterday, words="Elk kwartaal besproken.")

    page = visitor.go("/opvolging/jaarbrieven/nieuw")
    page.locator("#about").select_option(label="Spoor: Systeem")
    save(page, "Brief bewaren", subject="Voortgang systeem, een jaar later")
    changes = page.get_by_role("table", name="Wat anders is dan in de vorige brief")
    expect(changes.locator("tbody tr")).to_have_count(1)
    expect(changes.locator("tbody tr")).to_contain_text(TITLE)
    expect(changes.locator("tbody tr td").last).to_have_text("Afgerond")
    visitor.look("yearly-draft")
