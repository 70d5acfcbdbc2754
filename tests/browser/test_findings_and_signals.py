"""Interim findings and signals in a browser: from an inspector to a region and back, and the other way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Visitor

pytestmark = pytest.mark.example

FOUND = "Het rooster voor de piketdienst noemt geen vervanger."
TOLD = "De sleutel van de oefenloods is zoek."


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


def test_a_finding_is_shared_answered_and_made_a_point(visit: Callable[[], Visitor]) -> None:
    inspector, region = visit(), visit()
    inspector.login("inspecteur1")
    page = inspector.go("/opvolging/bevindingen/vervolgmeting-2026/VR17")
    follow(page, "Bevinding opschrijven")
    page.get_by_label("Wat vond u?").fill(FOUND)
    press(page, "Bevinding bewaren")
    follow(page, "Delen met de eenheid")
    press(page, "Bevinding delen")
    expect(page.get_by_text("Wacht op de eenheid", exact=False)).to_be_visible()
    address = page.url

    region.login("ovr.vr17")
    own = region.go("/")
    own.get_by_role("link", name="tussentijdse bevindingen voor").click()
    card = own.get_by_role("region").filter(has_text=FOUND)
    region.look("findings-unit")
    card.get_by_role("link", name="Schrijven wat u verbeterde").click()
    own.get_by_label("Wat hebt u verbeterd?").fill("De vervanger staat er nu in.")
    region.look("findings-reply")
    press(own, "Antwoord bewaren")
    expect(own.get_by_text("De vervanger staat er nu in.")).to_be_visible()

    page.goto(address)
    expect(page.get_by_text("De vervanger staat er nu in.")).to_be_visible()
    follow(page, "Opvolgpunt maken")
    page.get_by_label("Titel").fill("Houd het rooster volledig")
    inspector.look("findings-point")
    press(page, "Opvolgpunt maken")
    own.reload()
    follow(own, "Bekijk het opvolgpunt dat hiervan is gemaakt")
    expect(own.get_by_role("heading", level=1)).to_have_text("Houd het rooster volledig")


def test_a_region_reports_a_signal_and_sees_it_settled(visit: Callable[[], Visitor]) -> None:
    region, inspector = visit(), visit()
    region.login("ovr.vr17")
    own = region.go("/opvolging/eenheid/VR17/meldingen")
    follow(own, "Iets melden")
    own.get_by_label("Wat wilt u melden?").fill(TOLD)
    own.get_by_label("Hoe dringend is het?").select_option("hoog")
    press(own, "Melding versturen")
    expect(own.get_by_text(TOLD)).to_be_visible()

    inspector.login("inspecteur1")
    page = inspector.go("/opvolging/meldingen")
    inspector.look("signals")
    follow(page, TOLD)
    inspector.look("signal")
    follow(page, "Afhandelen zonder punt")
    page.get_by_label("Toelichting").fill("De sleutel is terug.")
    press(page, "Melding afhandelen")
    expect(page.get_by_text("Afgehandeld zonder punt").first).to_be_visible()

    own.reload()
    expect(own.get_by_text("De sleutel is terug.")).to_be_visible()
    region.look("signals-unit")


def test_lessons_and_moments_are_accessible_wide_and_narrow(visitor: Visitor) -> None:
    visitor.login("inspecteur1")
    page = visitor.go("/opvolging/lessen")
    visitor.look("lessons")
    follow(page, "Geef contactpersonen een vervanger (fictief)")
    visitor.look("lesson")
    page = visitor.go("/opvolging/evaluatiemomenten")
    visitor.look("moments")
    page.get_by_role("link", name="Standaardiseer evaluatiemomenten en methoden").click()
    follow(page, "Evaluatie vastleggen")
    visitor.look("moment-held")
