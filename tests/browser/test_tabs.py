"""What one test leaves in a tab, the next does not find there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from flask import Flask, request
from playwright.sync_api import Browser, Page, expect

from tests.support.tabs import Place, Tabs, served

HERE = Path(__file__).parent
KEPT = """() => [document.cookie, localStorage.length, sessionStorage.length, window.name, navigator.onLine,
  matchMedia("print").matches]"""
NOTHING = ["", 0, 0, "", True, False]
OWN_TABS = {"test_accessibility_check.py", "test_tabs.py"}
"""Files whose tests make tabs and close them."""
ASKS = "addEventListener('beforeunload', event => event.preventDefault())"


def app() -> Flask:
    """One whose only page says what cookie came along, and asks before it is left."""
    made = Flask("proef")
    made.add_url_rule(
        "/", view_func=lambda: f'<title>Proef</title><button onclick="{ASKS}">{request.cookies}</button>'
    )
    return made


def leave_traces(page: Page, address: str) -> None:
    """Change whatever can be changed in a tab without taking it over."""
    page.goto(address)
    page.context.add_cookies([{"name": "wie", "value": "ik", "url": address}])
    page.evaluate("() => { localStorage.a = sessionStorage.a = window.name = document.cookie = 'a=b'; }")
    page.evaluate("address => { window.open(address); }", address)
    page.route("**/*", lambda route: route.abort())
    page.emulate_media(media="print")
    page.get_by_role("button").click()
    page.context.set_offline(True)
    assert page.evaluate(KEPT) == ["wie=ik; a=b", 1, 1, "a=b", False, True]


def test_a_tab_is_as_good_as_new_for_the_next(browser: Browser) -> None:
    with served(app()) as address:
        tabs = Tabs(browser, address)
        page = tabs.take()
        leave_traces(page, address)
        tabs.give_back(page)
        again = tabs.take()
        assert again is page
        again.goto(address)
        expect(again.get_by_role("button")).to_have_text("ImmutableMultiDict([])")
        assert again.evaluate(KEPT) == NOTHING
        assert again.context.pages == [again]
        again.context.close()


def test_a_tab_with_another_clock_or_one_that_was_closed_is_not_given_to_the_next(browser: Browser) -> None:
    with served(app()) as address:
        tabs = Tabs(browser, address)
        changed, closed, left = tabs.take(), tabs.take(), tabs.take()
        changed.clock.install()
        changed.goto(address)
        closed.close()
        left.goto("about:blank")
        for page in (changed, closed, left):
            tabs.give_back(page)
        assert tabs.take() is left
        other = tabs.take()
        assert other not in {changed, closed}
        for page in (left, other):
            page.context.close()


def test_who_listens_to_a_tab_has_it_apart() -> None:
    # a listener stays where it was put, and can't be found there
    listening = [
        f"{path.name}: {node.name}"
        for path in HERE.glob("test_*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and path.name not in OWN_TABS
        and re.search(r"\b(page|context)\.(on|once|expose_\w+|add_init_script)\(", ast.unparse(node))
        and not any("apart" in ast.unparse(each) for each in node.decorator_list)
    ]
    assert not listening, "mark these `apart`"


def test_an_address_answers_for_one_application_at_a_time(browser: Browser) -> None:
    place = Place()
    page = browser.new_page()
    try:
        for _ in range(2):
            with place.serving(app()) as address:
                answer = page.goto(address)
                assert answer is not None
                assert answer.status == 200
            answer = page.goto(place.address)
            assert answer is not None
            assert answer.status == 503
    finally:
        page.close()
        place.close()
