"""The pages of long work: how far it is, cancelling, the file, trying again; and who sees them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import cache
from app.tasks import Context, run_now, task
from app.tasks.registry import KINDS
from surveys import tasks
from surveys.acting import By, now
from surveys.errors import Refused
from surveys.models import Task
from tests import factories
from tests.factories import World
from tests.support.client import HTMX, Client

KEY = hashlib.sha256(b"all of it").hexdigest()


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    """One kind, that refuses when it is told to."""

    @task("test", title="Alle rapporten in één zip", permission="picture.export")
    def make(context: Context, refuse: bool) -> bytes:
        if refuse:
            raise Refused("Er is nog geen rapport. Stel het eerst vast.")
        return b"de rapporten"

    yield
    KINDS.pop("test", None)


@pytest.fixture
def asked(session: Session, world: World) -> Callable[..., Task]:
    """Ask for the file, as the inspector."""

    def ask(*, refuse: bool = False, filename: str = "rapporten 2013.zip") -> Task:
        by = By.through(world.assignments["inspecteur"])
        made = tasks.ask(
            session, kind="test", arguments={"refuse": refuse}, key=KEY, by=by, filename=filename
        )
        session.commit()
        return made

    return ask


@pytest.fixture
def ran(app: Flask, session: Session, asked: Callable[..., Task]) -> Callable[..., Task]:
    """Ask for the file, and have it made."""

    def run(**how: object) -> Task:
        made = asked(**how)
        number = made.id
        session.commit()
        with app.app_context():
            run_now(number)
        session.refresh(made)
        session.commit()
        return made

    return run


def test_the_page_says_how_far_it_is_and_asks_again_by_itself_until_it_is_over(
    client: Client, login: Callable[[str], None], session: Session, asked: Callable[..., Task]
) -> None:
    path = f"/taken/{asked().id}"
    login("inspecteur")
    page = client.get(path)
    assert page.h1 == "Alle rapporten in één zip"
    assert page.has("Wacht op zijn beurt")
    assert not page.one("progress").get("value")
    hold = tasks.claim(session, now())
    assert hold
    tasks.progress(session, hold, 3, 24, "Rapport van VR03", now())
    page = client.click("Vernieuw de stand")
    assert page.one("progress").get("value") == "12"
    assert page.has("Bezig: Rapport van VR03")
    assert page.has("3 van 24 (12%)")
    polled = page.one("#voortgang")
    assert (polled.get("hx-get"), polled.get("hx-trigger")) == (f"{path}/stand", "every 2s")

    part = client.get(f"{path}/stand", headers=HTMX)
    assert "hx-trigger" in part.html
    assert "HX-Refresh" not in part.headers
    assert "Set-Cookie" not in part.headers
    tasks.fail(session, hold, "Mislukt", now())
    part = client.get(f"{path}/stand", headers=HTMX)
    assert "hx-trigger" not in part.html
    assert part.headers["HX-Refresh"] == "true"


def test_somebody_cancels_and_tries_again(
    client: Client, login: Callable[[str], None], session: Session, asked: Callable[..., Task]
) -> None:
    first = asked()
    login("inspecteur")
    page = client.get(f"/taken/{first.id}")
    page = client.submit(button="Annuleren")
    assert page.has("Deze taak is geannuleerd")
    page = client.submit(button="Opnieuw proberen")
    assert page.has("Wacht op zijn beurt")
    assert page.url != f"/taken/{first.id}"
    page = client.post(f"/taken/{first.id}/opnieuw")
    assert session.scalar(select(func.count()).select_from(Task)) == 2
    rows = client.get("/taken").all("tbody tr")
    assert len(rows) == 2
    assert client.page.has("Geannuleerd")


def test_the_file_is_given_under_a_safe_name_and_made_again_when_it_is_gone(
    app: Flask, client: Client, login: Callable[[str], None], ran: Callable[..., Task]
) -> None:
    made = ran(filename='../rap"porten\r\n2013.zip')
    login("inspecteur")
    client.get(f"/taken/{made.id}")
    file = client.click("Bestand downloaden")
    assert file.data == b"de rapporten"
    assert file.headers["Content-Disposition"] == "attachment; filename=rapporten_2013.zip"
    with app.app_context():
        cache.current().put(KEY, b"iets anders")
    page = client.get(f"/taken/{made.id}/bestand")
    assert page.url == f"/taken/{made.id}"
    assert page.has("wordt niet meer bewaard")
    assert client.submit(button="Opnieuw maken").has("Wacht op zijn beurt")


def test_what_went_wrong_is_told_on_the_page(
    client: Client, login: Callable[[str], None], ran: Callable[..., Task]
) -> None:
    made = ran(refuse=True)
    login("inspecteur")
    page = client.get(f"/taken/{made.id}")
    assert page.has("Er is nog geen rapport. Stel het eerst vast.")
    assert page.has("Opnieuw proberen")
    assert client.get(f"/taken/{made.id}/bestand").url == f"/taken/{made.id}"


def test_only_who_may_ask_for_it_sees_it_and_only_who_asked_cancels(
    app: Flask, session: Session, world: World, login: Callable[[str], None], asked: Callable[..., Task]
) -> None:
    factories.assignment(
        session,
        "inspecteur",
        whose=factories.person(session, "Collega", "collega@voorbeeld.nl"),
    )
    made = asked()
    session.commit()
    for who in ("ovr.vr01", "beheerder"):
        client = Client(app, before=session.commit)
        client.admit(f"{who}@voorbeeld.nl", factories.PASSWORD)
        for rest in ("", "/stand", "/bestand"):
            assert not client.get(f"/taken/{made.id}{rest}", status=403).has("rapporten")
        for rest in ("/annuleren", "/opnieuw"):
            client.post(f"/taken/{made.id}{rest}", status=403)
        assert client.get("/taken").has("nog geen bestand")
        client.get(f"/taken/{made.id + 1}", status=404)
    colleague = Client(app, before=session.commit)
    colleague.admit("collega@voorbeeld.nl", factories.PASSWORD)
    page = colleague.get(f"/taken/{made.id}")
    assert not page.has("Annuleren")
    colleague.post(f"/taken/{made.id}/annuleren", status=403)
    session.refresh(made)
    assert made.state == "waiting"


def test_a_task_of_a_kind_that_is_no_more_is_shown_to_nobody(
    client: Client, login: Callable[[str], None], asked: Callable[..., Task]
) -> None:
    number = asked().id
    KINDS.pop("test")
    login("inspecteur")
    client.get(f"/taken/{number}", status=403)
    assert client.get("/taken").has("nog geen bestand")
