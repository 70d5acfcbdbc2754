"""A real browser on a served Meetlat; on SQLite only, as databases differ in nothing that a browser sees.

    visitor   somebody at a browser: `visitor.login("ovr.vr17")`, `visitor.go("/")`, `visitor.page` (that of
              Playwright), `visitor.look("name")` (axe, width at 320 px; screenshots with
              --screenshots). Fails afterwards for
              every error in the console, refusal or failed request that `visitor.watch.allow(409)` did not
              announce
    visit     makes more visitors, each with a browser session of their own, for two people at once
    site      the address of the served application

They need `world`, or the mark `example`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests import factories
from tests.support import chromium
from tests.support.browser import SCREENSHOTS, Visitor
from tests.support.databases import PASSWORD
from tests.support.tabs import Place, Tabs


@pytest.fixture(scope="session")
def database_kind() -> str:
    """The browser's tests run on SQLite."""
    return "sqlite"


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Debian's Chromium, without a screen."""
    found = chromium.find()
    if found is None:
        pytest.fail(chromium.ADVICE)
    return {"executable_path": str(found), "args": chromium.FLAGS, "headless": True}


@pytest.fixture(scope="session")
def place() -> Iterator[Place]:
    """Where Meetlat is served, for one test after the other."""
    SCREENSHOTS.mkdir(exist_ok=True)  # what tests print goes there too
    found = Place()
    yield found
    found.close()


@pytest.fixture(scope="session")
def tabs(browser: Browser, place: Place) -> Tabs:
    """Tabs that one test leaves to the next."""
    return Tabs(browser, place.address)


@pytest.fixture
def site(app: Flask, place: Place) -> Iterator[str]:
    """The address of Meetlat, served on the test's database."""
    with place.serving(app) as address:
        yield address


@pytest.fixture
def visit(
    tabs: Tabs, app: Flask, site: str, request: pytest.FixtureRequest
) -> Iterator[Callable[[], Visitor]]:
    """Makes visitors, each with a browser session of their own."""
    password = PASSWORD if request.node.get_closest_marker("example") else factories.PASSWORD
    pictures = request.config.getoption("--screenshots")
    apart = request.node.get_closest_marker("apart") is not None
    visitors: list[Visitor] = []
    own: list[Page] = []

    def make(*, javascript: bool = True) -> Visitor:
        alone = apart or not javascript
        page = tabs.new(javascript=javascript) if alone else tabs.take()
        if alone:
            own.append(page)
        visitors.append(Visitor(page, app, site, password, pictures=pictures))
        return visitors[-1]

    yield make
    faults = [fault for visitor in visitors for fault in visitor.watch.faults]
    for visitor in visitors:
        visitor.watch.stop()
        if visitor.page in own:
            visitor.page.context.close()
        else:
            tabs.give_back(visitor.page)
    assert not faults, "in the browser:\n" + "\n".join(f"  - {fault}" for fault in faults)


@pytest.fixture
def visitor(visit: Callable[[], Visitor]) -> Visitor:
    """Somebody at a browser."""
    return visit()
