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
from playwright.sync_api import Browser

from tests import factories
from tests.support import chromium
from tests.support.browser import SCREENSHOTS, Visitor, served
from tests.support.databases import PASSWORD

PATIENCE = 10_000
"""Milliseconds that something may take to show: the machine may be busy."""


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


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The address of Meetlat, served on the test's database."""
    SCREENSHOTS.mkdir(exist_ok=True)  # what tests print goes there too
    with served(app) as address:
        yield address


@pytest.fixture
def visit(
    browser: Browser, app: Flask, site: str, request: pytest.FixtureRequest
) -> Iterator[Callable[[], Visitor]]:
    """Makes visitors, each with a browser session of their own."""
    password = PASSWORD if request.node.get_closest_marker("example") else factories.PASSWORD
    visitors: list[Visitor] = []

    def make(*, javascript: bool = True) -> Visitor:
        context = browser.new_context(
            locale="nl-NL", timezone_id="Europe/Amsterdam", java_script_enabled=javascript
        )
        context.set_default_timeout(PATIENCE)
        pictures = request.config.getoption("--screenshots")
        visitors.append(Visitor(context.new_page(), app, site, password, pictures=pictures))
        return visitors[-1]

    yield make
    faults = [fault for visitor in visitors for fault in visitor.watch.faults]
    for visitor in visitors:
        visitor.page.context.close()
    assert not faults, "in the browser:\n" + "\n".join(f"  - {fault}" for fault in faults)


@pytest.fixture
def visitor(visit: Callable[[], Visitor]) -> Visitor:
    """Somebody at a browser."""
    return visit()
