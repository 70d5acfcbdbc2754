"""A word that is explained where it stands, in a browser: by mouse, by keyboard, and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser import Visitor

pytestmark = pytest.mark.example

UNIT = "/landelijk/eindmeting-2013/eenheid/VR17"
EDGE = 320


def word(page: Page) -> tuple[Locator, Locator]:
    """The word Dekking above a column, and what it means."""
    return page.get_by_role("button", name="Dekking"), page.locator("#begrip-dekking")


def test_a_word_opens_and_closes_by_keyboard(visitor: Visitor) -> None:
    visitor.login("inspecteur1")
    name, meaning = word(visitor.go(UNIT))
    expect(meaning).to_be_hidden()
    name.focus()
    visitor.page.keyboard.press("Enter")
    expect(meaning).to_be_visible()
    expect(meaning).to_contain_text("Welk deel van de vragen die gelden is beantwoord")
    visitor.look("in-place-open")

    visitor.page.keyboard.press("Tab")
    expect(meaning.get_by_role("link")).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    expect(name).to_be_focused()


def test_a_word_opens_by_a_click_and_closes_by_one_elsewhere(visit: Callable[..., Visitor]) -> None:
    visitor = visit(javascript=False)
    visitor.login("inspecteur1")
    page = visitor.go(UNIT)
    name, meaning = word(page)
    name.click()
    expect(meaning).to_be_visible()
    page.get_by_role("button", name="Score", exact=True).click()
    expect(meaning).to_be_hidden()
    expect(page.locator("#begrip-score")).to_be_visible()
    page.get_by_role("heading", level=1).click()
    expect(page.locator("[popover]:popover-open")).to_have_count(0)


@pytest.mark.parametrize("width", [1366, EDGE])
def test_the_meaning_stands_at_its_word_within_the_screen(visitor: Visitor, width: int) -> None:
    visitor.login("inspecteur1")
    visitor.page.set_viewport_size({"width": width, "height": 700})
    for path in (UNIT, "/landelijk/eindmeting-2013/", "/opvolging/"):
        page = visitor.go(path)
        for name in page.locator(".word__name").all():
            name.click()
            meaning = page.locator("[popover]:popover-open")
            place, its = name.bounding_box(), meaning.bounding_box()
            assert place is not None
            assert its is not None
            assert its["x"] >= 0
            assert its["x"] + its["width"] <= width
            apart = max(its["y"] - place["y"] - place["height"], place["y"] - its["y"] - its["height"])
            assert 0 <= apart < place["height"], f"{name.inner_text()} on {path}"


def test_on_paper_a_word_is_only_a_word(visitor: Visitor) -> None:
    visitor.login("inspecteur1")
    name, meaning = word(visitor.go(UNIT))
    name.click()
    visitor.page.emulate_media(media="print")
    expect(meaning).to_be_hidden()
    expect(name).to_be_visible()
    expect(name).to_have_css("text-decoration-line", "none")
