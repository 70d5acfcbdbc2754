"""Long work in a browser: its page follows it by itself, until the file is there."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from app.tasks import Context, run_now, task
from app.tasks.registry import KINDS
from surveys import tasks
from surveys.acting import By
from tests.factories import World
from tests.support.browser import Visitor
from tests.support.tabs import PATIENCE


@pytest.fixture
def halfway() -> Iterator[threading.Event]:
    """One kind of work, that waits halfway until it may go on."""
    go_on = threading.Event()

    @task("test", title="Alle rapporten in één zip", permission="picture.export")
    def make(context: Context) -> bytes:
        context.progress(1, 2, "Rapport 1 van 2: Regio 1")
        go_on.wait(PATIENCE / 1000)
        return b"de rapporten"

    yield go_on
    go_on.set()
    KINDS.pop("test", None)


def test_the_page_follows_the_work_until_the_file_can_be_downloaded(
    visitor: Visitor, app: Flask, world: World, session: Session, halfway: threading.Event
) -> None:
    by = By.through(world.assignments["inspecteur"])
    number = tasks.ask(session, kind="test", arguments={}, key="0" * 64, by=by, filename="rapporten.zip").id
    session.commit()

    def work() -> None:
        with app.app_context():
            run_now(number)

    visitor.login("inspecteur")
    page = visitor.go(f"/taken/{number}")
    expect(page.get_by_text("Wacht op zijn beurt")).to_be_visible()
    worker = threading.Thread(target=work)
    worker.start()
    expect(page.get_by_text("1 van 2 (50%)")).to_be_visible()
    visitor.look("task-running")
    halfway.set()
    worker.join()
    with page.expect_download() as download:
        page.get_by_role("link", name="Bestand downloaden").click()
    assert download.value.path().read_bytes() == b"de rapporten"
    visitor.look("task-done")
    visitor.go("/taken")
    visitor.look("tasks")
