"""The national picture, the first page and the pages that explain, in a browser: axe, narrow, by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Visitor

pytestmark = pytest.mark.example

PICTURE = "/landelijk/eindmeting-2013"
PAGES = {
    "picture-heatmap": f"{PICTURE}/",
    "picture-heatmap-rmc": f"{PICTURE}/?eenheden=rmc",
    "picture-heatmap-empty": "/landelijk/vervolgmeting-2026/",
    "picture-tiles": f"{PICTURE}/kaart?factor=4.1",
    "picture-factor": f"{PICTURE}/factor/4.1",
    "picture-unit": f"{PICTURE}/eenheid/VR17",
    "picture-question": f"{PICTURE}/vraag/4.1-05",
    "home-start": "/",
    "home-how": "/zo-werkt-het",
    "home-glossary": "/begrippen",
    "home-accessibility": "/toegankelijkheid",
}


@pytest.fixture
def inspector(visitor: Visitor) -> Visitor:
    visitor.login("inspecteur1")
    return visitor


def focused(page: Page) -> str:
    """Where the focus is: the address of the link that has it."""
    return str(page.evaluate("document.activeElement.getAttribute('href')"))


def test_every_page_of_an_inspector_is_accessible_wide_and_narrow(inspector: Visitor) -> None:
    for name, path in PAGES.items():
        inspector.go(path)
        inspector.look(name)


def test_everything_that_opens_on_a_factor_is_accessible_when_it_is_open(inspector: Visitor) -> None:
    page = inspector.go(f"{PICTURE}/factor/4.1")
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    inspector.look("picture-factor-open")


def test_the_heatmap_is_one_tab_stop_that_arrow_keys_walk(inspector: Visitor) -> None:
    page = inspector.go(f"{PICTURE}/")
    stops = page.locator("table[data-roving] tbody a[tabindex='0']")
    expect(stops).to_have_count(1)
    stops.focus()
    first = focused(page)
    page.keyboard.press("ArrowRight")
    second = focused(page)
    page.keyboard.press("ArrowDown")
    third = focused(page)
    assert len({first, second, third}) == 3
    page.keyboard.press("ArrowUp")
    assert focused(page) == second
    page.keyboard.press("Home")
    assert focused(page) == first
    page.keyboard.press("Control+End")
    assert "VR25" in focused(page)
    expect(stops).to_have_count(1)


def test_the_focus_stays_clear_of_the_sticky_head(inspector: Visitor) -> None:
    page = inspector.go(f"{PICTURE}/")
    page.locator("table[data-roving] tbody a[tabindex='0']").focus()
    page.keyboard.press("Control+End")
    page.keyboard.press("Control+Home")
    # the page scrolls in its own time
    page.wait_for_function(
        """() => {
          const box = document.activeElement.getBoundingClientRect();
          const top = document.elementFromPoint(box.left + box.width / 2, box.top + 2);
          return document.activeElement.contains(top);
        }"""
    )


def test_a_count_opens_the_regions_behind_it(inspector: Visitor) -> None:
    page = inspector.go(f"{PICTURE}/factor/4.1")
    statement = page.locator("details", has=page.locator("summary", has_text="3 van de 25")).first
    statement.locator("summary").click()
    expect(statement.get_by_role("link").first).to_be_visible()


def test_a_refusal_is_a_page_like_others(visitor: Visitor) -> None:
    visitor.login("ovr.vr17")
    visitor.watch.allow(403, 404)
    for name, path in (("error-403", f"{PICTURE}/"), ("error-404", "/bestaat-niet")):
        page = visitor.go(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        visitor.look(name)
