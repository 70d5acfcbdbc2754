"""The files of the units' reports: who may have which, and all of them in one zip."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.extensions import db
from app.report.regions import KIND
from app.tasks import run_now
from app.tasks.registry import KINDS
from surveys import measurements, tasks
from surveys.judging import Draft
from surveys.models import Task
from tests import factories
from tests.judge.conftest import Bench, confirm
from tests.report.conftest import Login
from tests.support.client import Client

BASE = "/rapport/proefmeting"
ALL = f"{BASE}/regios"
NAMES = [f"meetlat-proefmeting-{code}-rapport-fictief.html" for code in ("vr01", "vr02")]


@pytest.fixture
def inspector(session: Session, bench: Bench, login: Login) -> Bench:
    """The bench with a judgement of VR01, and an inspector logged in."""
    measurements.go_to(session, bench.world.measurement, "bezoeken", bench.by("one"))
    draft = Draft("voldoet_deels", "Gezien de stukken.", "Het contact is kwetsbaar.")
    confirm(session, bench.about("VR01"), bench.by("one"), bench.by("two", 1), draft)
    measurements.go_to(session, bench.world.measurement, "rapport_concept", bench.by("one"))
    session.commit()
    login("inspecteur")
    return bench


@pytest.fixture
def ordered(client: Client, session: Session) -> Callable[[], Task]:
    """Ask for all reports as web pages, by the form."""

    def order() -> Task:
        client.get(ALL)
        page = client.submit({"vorm": "html"}, button="Alle rapporten als zip")
        session.expire_all()
        task = session.get_one(Task, int(page.url.rpartition("/")[2]))
        session.commit()
        return task

    return order


@pytest.fixture
def run(app: Flask, session: Session) -> Callable[[Task], Task]:
    """Have a task made now."""

    def run(task: Task) -> Task:
        number = task.id
        session.commit()
        with app.app_context():
            run_now(number)
        session.refresh(task)
        session.commit()
        return task

    return run


class Watched:
    """What a kind is told to report to; it can be told to stop at the report of a place."""

    def __init__(self, key: str, stop_at: int | None = None) -> None:
        self.key, self.said, self._stop_at = key, list[tuple[int, int, str]](), stop_at

    def progress(self, done: int, total: int, message: str) -> None:
        self.said.append((done, total, message))
        if done == self._stop_at:
            raise tasks.Cancelled(1)


def watching(session: Session, task: Task, **how: int) -> tuple[Watched, dict[str, Any]]:
    """What its kind is called with for a task, so that nothing more of it has to be read meanwhile."""
    found = Watched(task.key, **how), task.arguments
    session.commit()
    return found


def test_inspectors_find_every_report_on_its_pages_with_what_is_not_published(
    inspector: Bench, client: Client
) -> None:
    page = client.get("/landelijk/proefmeting/eenheid/VR01")
    path = page.link("Word, rapport van Regio 1")
    assert path == f"{BASE}/regio/VR01/bestand?vorm=docx"
    page = client.click("Rapporten van alle eenheden")
    assert page.h1 == "Rapporten per eenheid"
    assert [row.split()[:2] for row in page.texts("tbody th")] == [
        ["Regio", "1"],
        ["Regio", "2"],
        ["RMC", "Noord"],
    ]
    assert page.has("Uitgezet (nog niet in de zip)")
    file = client.ask("GET", page.link("webpagina (HTML), rapport van Regio 1"))
    assert file.headers["Content-Disposition"] == f"attachment; filename={NAMES[0]}"
    assert b"Het contact is kwetsbaar." in file.data
    assert b"Regio 2" not in file.data
    client.get(f"{BASE}/regio/VR01/bestand?vorm=exe", status=404)
    client.get(f"{BASE}/regio/VR99/bestand", status=404)


def test_the_unit_has_its_own_report_without_what_is_not_published_and_no_other(
    inspector: Bench, client: Client, login: Login, session: Session
) -> None:
    login("waarnemer.vr01")
    page = client.get("/dossier/proefmeting/VR01/")
    path = page.link("webpagina (HTML), rapport van Regio 1")
    early = client.ask("GET", path).html
    assert "Op een vaste werkplek" in early
    for hidden in ("kwetsbaar", "Oordeel van de inspectie", "Eén van de twee"):
        assert hidden not in early, hidden
    client.get(f"{BASE}/eigen/VR02/bestand?vorm=html", status=403)
    client.get(f"{BASE}/regio/VR01/bestand?vorm=html", status=403)
    client.get(ALL, status=403)
    client.post(ALL, {"vorm": "html"}, status=403)

    measurements.go_to(session, inspector.world.measurement, "gepubliceerd", inspector.by("one", 9))
    published = client.ask("GET", path).html
    assert "Het contact is kwetsbaar." in published
    assert "Eén van de twee" in published
    assert "Gezien de stukken." not in published


def test_all_reports_come_in_one_zip_that_is_the_same_every_time(
    inspector: Bench,
    client: Client,
    app: Flask,
    ordered: Callable[[], Task],
    run: Callable[[Task], Task],
    session: Session,
) -> None:
    task = run(ordered())
    assert task.state == "done"
    assert task.filename == "meetlat-proefmeting-rapporten-html-fictief.zip"
    client.get(f"/taken/{task.id}")
    content = client.click("Bestand downloaden").data
    with ZipFile(BytesIO(content)) as found:
        assert found.namelist() == NAMES
        assert {each.date_time for each in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        alone = client.ask("GET", f"{BASE}/regio/VR01/bestand?vorm=html")
        assert found.read(NAMES[0]) == alone.data

    watched, arguments = watching(session, task)
    with app.app_context():
        shutil.rmtree(app.config["SETTINGS"].data_dir / "cache")
        again = KINDS[KIND].make(watched, **arguments)
        db.session.remove()
    assert again == content
    assert watched.said == [(0, 2, "Rapport 1 van 2: Regio 1"), (1, 2, "Rapport 2 van 2: Regio 2")]


def test_who_asks_for_the_same_joins_until_something_changes(
    inspector: Bench,
    login: Login,
    session: Session,
    ordered: Callable[[], Task],
    run: Callable[[Task], Task],
) -> None:
    first = ordered()
    login("inspecteur.twee")
    assert ordered().id == first.id
    run(first)
    assert ordered().id == first.id

    measurements.go_to(session, inspector.world.measurement, "rapport_vast", inspector.by("one", 9))
    session.commit()
    assert ordered().id != first.id


def test_cancelling_stops_before_the_next_report_and_leaves_no_file(
    inspector: Bench, client: Client, app: Flask, session: Session, ordered: Callable[[], Task]
) -> None:
    task = ordered()
    watched, arguments = watching(session, task, stop_at=1)
    with app.app_context():
        with pytest.raises(tasks.Cancelled):
            KINDS[KIND].make(watched, **arguments)
        db.session.remove()
    assert len(watched.said) == 2
    kept = list((app.config["SETTINGS"].data_dir / "cache").glob("??/*"))
    assert len(kept) == 1
    client.get(f"/taken/{task.id}")
    assert client.submit(button="Annuleren").has("Deze taak is geannuleerd")
    assert ordered().id != task.id


def test_a_change_after_somebody_asked_is_refused_and_they_are_told_where_to_ask_again(
    inspector: Bench,
    client: Client,
    session: Session,
    ordered: Callable[[], Task],
    run: Callable[[Task], Task],
) -> None:
    task = ordered()
    measurements.go_to(session, inspector.world.measurement, "rapport_vast", inspector.by("one", 9))
    run(task)
    assert task.state == "failed"
    assert client.get(f"/taken/{task.id}").has("De gegevens zijn gewijzigd nadat u hierom vroeg.")
    assert run(ordered()).state == "done"


def test_there_is_no_zip_of_another_format_or_before_anybody_handed_in(
    client: Client, login: Login, session: Session, bench: Bench
) -> None:
    login("inspecteur")
    client.post(ALL, {"vorm": "exe"}, status=404)
    factories.measurement(session, code="leeg", year=2014)
    page = client.get("/rapport/leeg/regios")
    assert page.has("Nog geen eenheid heeft ingeleverd.")
    assert page.has("De vragenlijst is nog aan niemand gestuurd.")
    client.post("/rapport/leeg/regios", {"vorm": "html"}, status=422)
    assert session.scalars(select(Task)).all() == []
