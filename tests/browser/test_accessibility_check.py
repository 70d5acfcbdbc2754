"""What looking at a page finds: faults that were put there on purpose, in a browser, without Meetlat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.support.browser import AXE, AXE_AT, check_axe
from tests.support.tabs import served

FAULTS = {
    "color-contrast": '<p style="color: #999">Grijs op wit.</p>',
    "link-in-text-block": '<p>Lees <a href="#x" style="color: #222; text-decoration: none">dit</a>.</p>',
    "label": '<input type="text">',
    "button-name": "<button></button>",
    "image-alt": '<img src="data:,">',
    "list": "<ul><p>Geen punt.</p></ul>",
    "aria-valid-attr": '<p aria-labeld="x">Een verschrijving.</p>',
    "region": "</main><p>Buiten alles.</p><main hidden>",
}
"""By the rule of axe that finds it."""
TINTS = (
    "#777",
    "rgb(119 119 119 / 80%)",
    "hsl(0.5turn 50% 40%)",
    "oklch(60% 0.1 200)",
    "color(display-p3 1 0 0)",
)
COLOURED = "".join(
    f'<section aria-label="{number}{n}" style="background: {behind}; opacity: {opacity}">'
    f'<p style="color: {tint}; text-shadow: {shadow}">Met <b style="color: {behind}">kleur</b>.</p></section>'
    for number, behind in enumerate(TINTS)
    for n, (tint, opacity, shadow) in enumerate(
        zip(
            TINTS,
            ("1", "0.5", "1", "0.9", "1"),
            ("none", "none", "0 0 1px #000", "none", "none"),
            strict=True,
        )
    )
)


RUN = """axe.run({resultTypes: ["violations", "incomplete", "passes"]}).then(found =>
  ["violations", "incomplete", "passes"].map(kind => found[kind].map(rule =>
    [rule.id, rule.nodes.map(node => [node.html, node.any.map(check => check.data)])])))"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab with nothing in it."""
    with browser.new_context() as context:
        yield context.new_page()


def show(page: Page, body: str) -> None:
    """Put this on a page that is sound but for that."""
    page.set_content(
        '<!doctype html><html lang="nl"><head><title>Proef</title></head><body style="background: #fff">'
        f"<main><h1>Proef</h1><p>Zwart op wit.</p>{body}</main></body></html>"
    )


def test_a_sound_page_is_let_through(page: Page) -> None:
    show(page, "")
    check_axe(page)


@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_on_a_page_is_found(page: Page, rule: str) -> None:
    show(page, FAULTS[rule])
    with pytest.raises(AssertionError, match=rule):
        check_axe(page)


def test_what_makes_it_fast_changes_no_result(page: Page) -> None:
    def found(script: str) -> Any:
        show(page, COLOURED + "".join(FAULTS.values()))
        page.evaluate(script)
        return page.evaluate(RUN)

    alone = found(AXE_SCRIPT)
    contrasts = [nodes for kind in alone for rule, nodes in kind if rule == "color-contrast"]
    assert len(contrasts) > 1, "some can be read and some can't"
    assert set(FAULTS) <= {rule for rule, _ in alone[0]}
    assert found(AXE) == alone


def test_a_page_of_ours_fetches_axe_once_and_one_without_a_connection_is_given_it(page: Page) -> None:
    app = Flask("proef")
    fault = f"<!doctype html><html lang=nl><title>Proef</title><main><h1>Proef</h1>{FAULTS['label']}</main>"
    app.add_url_rule("/", view_func=lambda: (fault, {"Content-Security-Policy": "script-src 'self'"}))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with served(app) as address:
        for offline in (False, False, True):
            if not asked or offline:
                page.goto(f"{address}/")
            page.context.set_offline(offline)
            with pytest.raises(AssertionError, match="label"):
                check_axe(page, address)
    assert asked == [f"{address}/", f"{address}{AXE_AT}", f"{address}/"]
    assert page.locator("script").count() == 0
