"""Priority, capacity and money in a browser: from the page of a point and of a study to their overviews."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browser import Visitor

pytestmark = pytest.mark.example


def test_what_is_short_and_what_does_not_add_up_can_be_seen(visitor: Visitor) -> None:
    visitor.login("inspecteur1")
    page = visitor.go("/opvolging/capaciteit")
    visitor.look("capacity")
    page.get_by_role("link", name="Meldingssysteem voor voorvallen aanpassen").first.click()
    page.get_by_role("link", name="Onderdeel toevoegen").click()
    page.get_by_label("Of een ander onderdeel").fill("Commando Zeestrijdkrachten")
    page.get_by_label("Jaar").fill("2026")
    page.get_by_label("Mensen nodig").fill("1,5")
    page.get_by_role("button", name="Regel bewaren").click()
    expect(page.get_by_text("3 fte tekort").first).to_be_visible()

    visitor.go("/opvolging/jaaragenda?vanaf=2025")
    visitor.look("year-agenda")
    visitor.go("/opvolging/evaluatieagenda")
    expect(page.get_by_role("heading", name="Te laat")).to_be_visible()
    visitor.look("evaluation-agenda")
    visitor.go("/opvolging/geld")
    page.get_by_role("link", name="Periodieke Rapportage Mensen (Veiligheid)").first.click()
    expect(page.get_by_text("Dat is 82% van het totaal van € 80,79 miljoen (2025).")).to_be_visible()
    visitor.look("study-money")
