"""The pages that compare, in a browser with the example data: axe, narrow, and the heatmap by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browser import Visitor

pytestmark = pytest.mark.example

HERE = "/vergelijken/eindmeting-2013"
PAGES = {
    "compare-level": f"{HERE}/",
    "compare-change": f"{HERE}/?met=nulmeting-2006&toon=ontwikkeling&sorteer=4.1",
    "compare-coverage": f"{HERE}/?toon=dekking",
    "compare-difference": f"{HERE}/?toon=verschil",
    "compare-all": f"{HERE}/?met=alle",
    "compare-factor": f"{HERE}/factor/4.1?met=alle",
    "compare-unit": f"{HERE}/eenheid/VR17?met=alle",
    "compare-question": f"{HERE}/vraag/4.1-05",
    "compare-small": f"{HERE}/kleine-aantallen",
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_that_compares_is_accessible_wide_and_narrow(visitor: Visitor, name: str) -> None:
    visitor.login("inspecteur1")
    page = visitor.go(PAGES[name])
    if name == "compare-question":
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    visitor.look(name)


def test_the_heatmap_of_changes_is_one_tab_stop_that_arrow_keys_walk(visitor: Visitor) -> None:
    visitor.login("inspecteur1")
    page = visitor.go(f"{HERE}/?toon=ontwikkeling")
    stops = page.locator("table[data-roving] tbody a[tabindex='0']")
    expect(stops).to_have_count(1)
    stops.focus()
    page.keyboard.press("ArrowRight")
    focused = page.locator(":focus")
    expect(focused).to_have_attribute("href", f"{HERE}/eenheid/VR01#factor-1.1")
    page.keyboard.press("ArrowDown")
    expect(focused).to_have_attribute("href", f"{HERE}/eenheid/VR02#factor-1.1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/eenheid/VR02#factor-1.1")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vergelijken")
