"""Figures for Prometheus: counted when asked for, on a port of their own, and about nobody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import Client as Wsgi

from app import create_app, metrics, second_factor
from app.config import ConfigError, Settings, SingleSignOn, load
from app.extensions import db
from surveys import log
from surveys.acting import By
from surveys.models import Task
from tests import filled
from tests.factories import PASSWORD, World
from tests.support.client import Client
from tests.support.provider.visiting import START, free_port
from tests.support.second_step import Clock, Telephone, given

PORT, FIGURES = 5000, 9100


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application, counting; the organisation where people could log in as well is away."""
    away = SingleSignOn(f"http://127.0.0.1:{free_port()}", "meetlat", "geheim", "Voorbeeld")
    made = create_app(replace(settings, metrics_port=FIGURES, single_sign_on=away))
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


def on_port(app: Flask, port: int, path: str = "/metrics") -> tuple[int, str]:
    """What the server answers on one of its ports."""
    answer = Wsgi(metrics.beside(app)).get(path, base_url=f"http://localhost:{port}")
    return answer.status_code, answer.text


def figure(app: Flask, line: str) -> float | None:
    """One figure, as it is called in the text; None when it is not there."""
    found = re.search(rf"^{re.escape(line)} (\S+)$", on_port(app, FIGURES)[1], re.M)
    return float(found[1]) if found else None


def test_the_port_for_people_has_no_figures(app: Flask) -> None:
    assert on_port(app, PORT)[0] == 404
    status, text = on_port(app, FIGURES)
    assert status == 200
    assert "meetlat_database_up 1.0" in text


def test_what_is_sent_does_not_choose_the_port(app: Flask) -> None:
    headers = {"Host": f"localhost:{FIGURES}", "X-Forwarded-Port": str(FIGURES)}
    answer = Wsgi(metrics.beside(app)).get("/metrics", base_url=f"http://localhost:{PORT}", headers=headers)
    assert answer.status_code == 404


def test_without_the_setting_nothing_is_counted(settings: Settings) -> None:
    app = create_app(settings)
    assert metrics.beside(app) is app
    assert metrics.EXTENSION not in app.extensions


def test_requests_are_counted_by_endpoint_and_status(app: Flask) -> None:
    with app.test_client() as client:
        for path in ("/gezond", "/gezond", "/bestaat-niet"):
            client.get(path)
    assert figure(app, 'meetlat_requests_total{endpoint="health.alive",status="2xx"}') == 2
    assert figure(app, 'meetlat_requests_total{endpoint="none",status="4xx"}') == 1
    assert figure(app, 'meetlat_request_seconds_count{endpoint="health.alive"}') == 2


def test_log_ins_are_counted_by_how_they_end(app: Flask, client: Client, world: World) -> None:
    client.get("/inloggen")
    client.submit({"email": "ovr.vr01@voorbeeld.nl", "password": "niet dit"}, button="Inloggen")
    client.log_in_by_form("ovr.vr01@voorbeeld.nl", PASSWORD)
    assert figure(app, 'meetlat_logins_total{outcome="failed"}') == 1
    assert figure(app, 'meetlat_logins_total{outcome="success"}') == 1


def log_ins(app: Flask) -> dict[str, float]:
    """How log-ins ended so far, and how often."""
    found = re.findall(r'^meetlat_logins_total\{outcome="(\w+)"\} (\S+)$', on_port(app, FIGURES)[1], re.M)
    return {outcome: float(times) for outcome, times in found}


@pytest.fixture
def telephone(world: World, session: Session) -> Telephone:
    """The telephone of the OVR, who set up a second step yesterday."""
    found, _ = given(session, world.person("ovr.vr01"), Clock())
    session.commit()
    return found


def test_a_log_in_is_counted_when_its_second_step_is_taken(
    app: Flask, client: Client, telephone: Telephone
) -> None:
    client.log_in_by_form("ovr.vr01@voorbeeld.nl", PASSWORD)
    assert log_ins(app) == {}
    client.submit({"code": telephone.code(5)}, button="Verder", status=422)
    assert log_ins(app) == {"failed": 1}
    client.click("Hebt u de app niet bij de hand? Gebruik een herstelcode")
    client.submit({"code": "geen herstelcode"}, button="Verder", status=422)
    assert log_ins(app) == {"failed": 2}
    client.get("/tweede-stap")
    client.submit({"code": telephone.code()}, button="Verder")
    assert log_ins(app) == {"failed": 2, "success": 1}


def test_who_has_yet_to_set_up_a_second_step_is_counted_after_that(
    app: Flask, client: Client, world: World, session: Session
) -> None:
    world.person("inspecteur").example = False
    session.commit()
    client.log_in_by_form("inspecteur@voorbeeld.nl", PASSWORD)
    telephone = Telephone.scan(client.page, Clock())
    assert log_ins(app) == {}
    client.submit({"code": telephone.code()}, button="Instellen")
    assert log_ins(app) == {"success": 1}


def test_who_takes_too_long_for_the_second_step_failed(
    app: Flask, client: Client, telephone: Telephone, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.log_in_by_form("ovr.vr01@voorbeeld.nl", PASSWORD)
    assert client.page.h1 == "Nog één stap: een code"
    monkeypatch.setattr(second_factor, "PATIENCE", timedelta(0))
    client.submit({"code": telephone.code()}, button="Verder")
    assert log_ins(app) == {"failed": 1}


def test_a_passkey_that_is_none_is_a_log_in_that_failed(app: Flask, client: Client, world: World) -> None:
    client.get("/inloggen/passkey")
    assert log_ins(app) == {}
    client.submit(button="Passkey gebruiken", status=422)
    assert log_ins(app) == {"failed": 1}


def test_a_log_in_at_an_organisation_that_is_away_failed(app: Flask, client: Client, world: World) -> None:
    assert client.get(START).h1 == "Inloggen bij Meetlat"
    assert log_ins(app) == {"failed": 1}


def test_choosing_another_password_is_no_log_in(app: Flask, client: Client, world: World) -> None:
    client.log_in_by_form("ovr.vr01@voorbeeld.nl", PASSWORD)
    client.get("/wachtwoord-wijzigen")
    chosen = "zes rode sokken aan de lijn"
    client.submit({"password": PASSWORD, "new_password": chosen, "new_password_confirm": chosen})
    assert client.page.url == "/"
    assert log_ins(app) == {"success": 1}


def test_saves_are_counted_by_what_became_of_them(app: Flask, client: Client, world: World) -> None:
    client.admit("ovr.vr01@voorbeeld.nl", PASSWORD)
    page = "/dossier/proefmeting/VR01/factor/1.1"
    client.get(page)
    client.submit({"vraag-1-1-01-answer": "ja"}, button="Opslaan")
    client.submit({"vraag-1-1-02-answer": "veel"}, button="Opslaan", status=422)
    assert figure(app, 'meetlat_saves_total{outcome="saved"}') == 1
    assert figure(app, 'meetlat_saves_total{outcome="refused"}') == 1


def test_background_work_and_the_log_are_read_when_somebody_looks(
    app: Flask, world: World, session: Session
) -> None:
    inspector = world.assignments["inspecteur"]
    for number, state in enumerate(("waiting", "failed", "failed", "done")):
        task = Task(kind="x", key=f"{number}" * 64, arguments={}, state=state, asked_at=filled.AT)
        task.person_id, task.assignment_id = inspector.person_id, inspector.id
        session.add(task)
    session.commit()
    assert [figure(app, f'meetlat_tasks{{state="{state}"}}') for state in metrics.TASK_STATES] == [1, 0, 2]
    before = figure(app, "meetlat_log_unsealed")
    log.write(session, "logout", By.system(), "person", None)
    session.commit()
    assert figure(app, "meetlat_log_unsealed") == (before or 0) + 1


def test_a_database_that_is_gone_is_a_figure(settings: Settings, tmp_path: Path) -> None:
    nowhere = f"sqlite:///{tmp_path}/no/such/folder.sqlite"
    app = create_app(replace(settings, database_url=nowhere, metrics_port=FIGURES))
    status, text = on_port(app, FIGURES)
    assert (status, "meetlat_database_up 0.0" in text) == (200, True)


def test_the_figures_are_about_nobody(
    app: Flask, client: Client, login: Callable[[str], None], world: World
) -> None:
    login("ovr.vr01")
    client.get("/dossier/proefmeting/VR01")
    text = on_port(app, FIGURES)[1].lower()
    for word in ("ovr.vr01", "voorbeeld.nl", "vr01", "proefmeting", "127.0.0.1"):
        assert word not in text


def test_a_connection_in_use_is_seen(app: Flask) -> None:
    with app.app_context(), db.engine.connect():
        assert figure(app, "meetlat_database_connections_used") == 1
    assert figure(app, "meetlat_database_connections_used") == 0


@pytest.mark.parametrize("value", ["", "0", "-1", "65536", "9100.0", "poort", "９１００"])
def test_a_port_that_is_none_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(ConfigError, match="MEETLAT_METRICS_PORT"):
        load({"MEETLAT_DATA_DIR": str(tmp_path), "MEETLAT_METRICS_PORT": value})
    assert load({"MEETLAT_DATA_DIR": str(tmp_path), "MEETLAT_METRICS_PORT": "9100"}).metrics_port == 9100


def test_a_new_server_begins_to_count_from_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(metrics.FOLDER, "")
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "counter_12.db").write_bytes(b"of before")
    metrics.share(tmp_path / "metrics")
    assert list((tmp_path / "metrics").iterdir()) == []
