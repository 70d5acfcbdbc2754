"""Headers, cookies, hosts, limits, error pages, redirects and logs: the ground rules of the web."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask, abort
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import create_app, errors
from app.auth import OPEN, requires
from app.config import Settings
from app.extensions import db
from app.headers import POLICY
from app.logs import JsonFormatter
from surveys.models import LogEntry, Person
from tests.factories import PASSWORD, World
from tests.support.client import Client

Login = Callable[[str], None]
EMAIL = "ovr.vr01@voorbeeld.nl"
PUBLIC = "https://meetlat.voorbeeld.nl"
TRACES = ("Traceback", "File ", "Error(", "Exception", "werkzeug", "sqlalchemy", "/work", ".py")


@pytest.fixture
def make(settings: Settings) -> Iterator[Callable[..., Flask]]:
    """Make the application with other settings."""
    made: list[Flask] = []

    def make(**changes: object) -> Flask:
        made.append(create_app(replace(settings, **changes)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def https(make: Callable[..., Flask]) -> Flask:
    """The application as people reach it over https, behind a proxy."""
    return make(public_url=PUBLIC)


# headers and cookies


def directives(policy: str) -> dict[str, list[str]]:
    return {name: values for name, *values in (part.split() for part in policy.split(";"))}


def test_the_policy_lets_no_inline_code_and_nothing_from_elsewhere_run() -> None:
    found = directives(POLICY)
    assert found["default-src"] == ["'none'"]
    for name in ("script-src", "style-src", "connect-src", "form-action"):
        assert found[name] == ["'self'"]
    for name in ("base-uri", "frame-ancestors"):
        assert found[name] == ["'none'"]
    assert "unsafe" not in POLICY
    assert "*" not in POLICY
    assert "http" not in POLICY


@pytest.mark.parametrize("path", ["/inloggen", "/", "/bestaat-niet", "/static/meetlat.svg", "/zo-werkt-het"])
def test_every_answer_bears_the_headers(app: Flask, path: str) -> None:
    with app.test_client().get(path) as answer:
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        for name in ("Opener", "Resource"):
            assert answer.headers[f"Cross-Origin-{name}-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Embedder-Policy"] == "require-corp"
        refused = answer.headers["Permissions-Policy"].split(", ")
        assert {"camera=()", "geolocation=()", "microphone=()"} <= set(refused)
        assert all(feature.endswith("=()") for feature in refused)
        assert "Server" not in answer.headers
        assert "Strict-Transport-Security" not in answer.headers


def test_no_cache_keeps_the_pages_of_somebody_who_is_logged_in(
    client: Client, world: World, login: Login
) -> None:
    login("ovr.vr01")
    for page in (client.page, client.get("/dossier/proefmeting/VR01/"), client.get("/xyz", status=404)):
        assert page.headers["Cache-Control"] == "no-store"


def test_logging_out_has_the_browser_forget_pages(client: Client, login: Login, world: World) -> None:
    login("ovr.vr01")
    assert "Clear-Site-Data" not in client.get("/").headers
    answer = client.ask("POST", "/uitloggen", {"csrf_token": client.token()})
    assert (answer.status, answer.headers["Clear-Site-Data"]) == (302, '"cache"')


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(app: Flask) -> None:
    [cookie] = app.test_client().get("/inloggen").headers.getlist("Set-Cookie")
    name, *flags = [part.strip() for part in cookie.split(";")]
    assert name.startswith("meetlat=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(flags)
    assert "Secure" not in flags


def log_in_over_https(app: Flask) -> list[str]:
    """Log in behind the proxy; gives all cookies that were set."""
    browser = app.test_client()
    proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7", "Referer": f"{PUBLIC}/inloggen"}
    first = browser.get("/inloggen", base_url=PUBLIC, headers=proxied)
    token = first.get_data(as_text=True).partition('name="csrf_token" value="')[2].partition('"')[0]
    second = browser.post(
        "/inloggen",
        base_url=PUBLIC,
        headers=proxied,
        data={"email": EMAIL, "password": PASSWORD, "csrf_token": token},
    )
    assert second.headers["Location"] == "/"
    return first.headers.getlist("Set-Cookie") + second.headers.getlist("Set-Cookie")


def test_over_https_cookies_are_bound_to_this_host_and_to_https(https: Flask, world: World) -> None:
    cookies = log_in_over_https(https)
    assert len(cookies) >= 3
    for cookie in cookies:
        name, *flags = [part.strip() for part in cookie.split(";")]
        assert name.startswith("__Host-meetlat")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(flags)
        assert not any(flag.lower().startswith("domain") for flag in flags)


def test_over_https_the_browser_is_told_to_stay_there(https: Flask) -> None:
    answer = https.test_client().get("/inloggen", base_url=PUBLIC, headers={"X-Forwarded-Proto": "https"})
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_behind_the_proxy_the_log_has_the_address_of_the_visitor(
    https: Flask, world: World, session: Session
) -> None:
    log_in_over_https(https)
    session.rollback()
    entry = session.scalars(select(LogEntry).where(LogEntry.action == "login.success")).one()
    assert entry.remote == "192.0.2.7"


def test_without_a_proxy_nobody_says_who_he_is(
    app: Flask, client: Client, world: World, session: Session
) -> None:
    client.get("/inloggen", headers={"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Host": "kwaad.voorbeeld"})
    client.submit({"email": EMAIL, "password": PASSWORD})
    session.rollback()
    entry = session.scalars(select(LogEntry).where(LogEntry.action == "login.success")).one()
    assert entry.remote == "127.0.0.1"


# hosts


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.1:5000"])
def test_without_https_this_machine_is_served(app: Flask, host: str) -> None:
    assert app.test_client().get("/inloggen", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["meetlat.voorbeeld.nl", "192.0.2.1", "localhost.kwaad.nl", "127.0.0.1.kwaad.nl"]
)
@pytest.mark.parametrize("path", ["/inloggen", "/", "/static/meetlat.svg", "/bestaat-niet"])
def test_without_https_another_host_is_refused(app: Flask, host: str, path: str) -> None:
    answer = app.test_client().get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert "Dit adres klopt niet" in answer.get_data(as_text=True)
    assert not any(word in answer.get_data(as_text=True) for word in TRACES)
    assert answer.headers["Content-Security-Policy"] == POLICY


def test_over_https_only_the_own_host_is_served(https: Flask) -> None:
    browser = https.test_client()
    assert browser.get("/inloggen", headers={"Host": "meetlat.voorbeeld.nl"}).status_code == 200
    for host in ("kwaad.voorbeeld", "localhost", "x.meetlat.voorbeeld.nl"):
        assert browser.get("/inloggen", headers={"Host": host}).status_code == 400


# error pages


@pytest.fixture
def failing(app: Flask) -> Flask:
    """The application with addresses that go wrong."""

    @requires(OPEN)
    def fail(status: int) -> str:
        if status == 500:
            raise RuntimeError(f"een geheim: {EMAIL}")
        if status == 503:
            raise OperationalError("SELECT geheim", {}, Exception("database is locked"))
        abort(status)

    app.add_url_rule("/mis/<int:status>", "fail", fail)
    return app


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 413, 429, 500, 503])
def test_what_goes_wrong_gets_a_page_in_dutch_without_traces(
    failing: Flask, client: Client, status: int
) -> None:
    page = client.get(f"/mis/{status}", status=status)
    title, text = errors.PAGES[status]
    assert page.h1 == title
    assert page.has(text)
    assert not any(word in page.html for word in (*TRACES, "geheim", EMAIL))


@pytest.mark.parametrize("status", [401, 406, 415, 501])
def test_what_has_no_page_of_its_own_gets_one_in_dutch_too(
    failing: Flask, client: Client, status: int
) -> None:
    page = client.get(f"/mis/{status}", status=status)
    assert page.h1 in {errors.PAGES[400][0], errors.PAGES[500][0]}


def test_a_mistake_of_ours_has_its_number_on_the_page_and_its_trace_in_the_log(
    failing: Flask, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    page = client.get("/mis/500", status=500)
    number = page.headers["X-Request-Id"]
    assert page.has(number)
    [record] = [record for record in caplog.records if record.name == "app.errors"]
    line = json.loads(JsonFormatter().format(record))
    assert "RuntimeError" in line["trace"]
    assert (line["level"], line["endpoint"]) == ("error", "fail")
    assert "/mis/500" not in json.dumps(line)


def test_an_address_that_does_not_exist_says_so_to_anybody(client: Client) -> None:
    client.get("/bestaat-niet", status=404)


def test_what_is_too_big_is_refused_with_a_page(client: Client, world: World, login: Login) -> None:
    login("ovr.vr01")
    page = client.post(
        "/dossier/proefmeting/VR01/vraag/1.1-01", {"note": "x" * (3 * 1024 * 1024)}, status=413
    )
    assert page.h1 == errors.PAGES[413][0]


def test_who_searches_without_end_waits_and_reads_on_meanwhile(
    make: Callable[..., Flask], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make(testing=False)
    monkeypatch.setattr(app.view_functions["lists.search"], "limit", "2 per minute")
    client = Client(app)
    client.login("inspecteur@voorbeeld.nl", PASSWORD)
    for _ in range(2):
        client.get("/lijsten/proefmeting/zoeken?vraag=contact")
    assert client.get("/lijsten/proefmeting/zoeken", status=429).h1 == errors.PAGES[429][0]
    assert client.get("/").status == 200


def test_too_many_attempts_get_a_page_and_others_go_on(make: Callable[..., Flask], world: World) -> None:
    client = Client(make(testing=False))
    client.get("/inloggen")
    for _ in range(30):
        client.post("/inloggen", {"email": "", "password": ""})
    page = client.post("/inloggen", {"email": "", "password": ""}, status=429)
    assert page.h1 == errors.PAGES[429][0]
    assert client.get("/inloggen").status == 200


def test_the_library_takes_forms_and_no_json(app: Flask, client: Client, world: World) -> None:
    client.get("/inloggen")
    answer = client._browser.post(
        "/inloggen", json={"email": ["x"], "password": {}}, headers={"X-CSRFToken": client.token()}
    )
    assert answer.status_code == 415
    assert answer.mimetype == "text/html"


def test_the_library_answers_pages_also_to_who_wants_json(client: Client, world: World) -> None:
    page = client.get("/inloggen", headers={"Accept": "application/json"})
    assert page.h1 == "Inloggen bij Meetlat"


# redirects

ELSEWHERE = [
    "https://kwaad.voorbeeld/",
    "//kwaad.voorbeeld/",
    "///kwaad.voorbeeld/",
    "/\\kwaad.voorbeeld/",
    "\\\\kwaad.voorbeeld/",
    "/\t/kwaad.voorbeeld/",
    " //kwaad.voorbeeld/",
    "https:kwaad.voorbeeld",
    "javascript:alert(1)",
    "http://localhost@kwaad.voorbeeld/",
    "http://localhost.kwaad.voorbeeld/",
    "%2F%2Fkwaad.voorbeeld",
]


def leads_home(location: str) -> bool:
    """Whether a browser that follows this stays here: no scheme, no host, nothing it takes for one."""
    parts = urlsplit(location)
    return not parts.scheme and not parts.netloc and not set(location) & {"\\", "\t", " "}


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize("where", ["form", "address"])
def test_logging_in_leads_nowhere_else(client: Client, world: World, target: str, where: str) -> None:
    client.get("/inloggen")
    sent = {"email": EMAIL, "password": PASSWORD, "csrf_token": client.page.token or ""}
    if where == "form":
        answer = client._browser.post("/inloggen", data={**sent, "next": target})
    else:
        answer = client._browser.post("/inloggen", data=sent, query_string={"next": target})
    assert answer.status_code == 302
    location = answer.headers["Location"]
    assert leads_home(location), location


@pytest.mark.parametrize("target", [*ELSEWHERE, "http://localhost//kwaad.voorbeeld/"])
def test_a_post_of_somebody_who_is_logged_out_leads_nowhere_else(
    app: Flask, client: Client, target: str
) -> None:
    client.get("/inloggen")
    answer = client._browser.post(
        "/dossier/proefmeting/VR01/indienen",
        data={"csrf_token": client.page.token or ""},
        headers={"Referer": target.replace("\t", "")},
    )
    assert answer.status_code == 302
    assert answer.headers["Location"] in {"/inloggen?next=/", "/inloggen?next=%2F"}


def test_a_script_that_saves_while_logged_out_is_told_and_not_redirected(
    client: Client, world: World
) -> None:
    client.get("/inloggen")
    page = client.htmx("/dossier/proefmeting/VR01/vraag/1.1-01", {"value": "ja"}, status=401)
    assert page.headers["HX-Redirect"].startswith("/inloggen")


# logs


def test_the_technical_log_has_no_address_no_name_and_no_answer(
    client: Client, world: World, caplog: pytest.LogCaptureFixture, session: Session
) -> None:
    caplog.set_level(logging.INFO)
    secret = "een heel bijzondere toelichting"
    client.get("/inloggen")
    client.submit({"email": EMAIL, "password": "verkeerd wachtwoord"})
    client.login(EMAIL, PASSWORD)
    client.get("/dossier/proefmeting/VR01/factor/1.1")
    client.post("/dossier/proefmeting/VR01/factor/1.1", {"1.1-99": secret, "1.1-99-note": secret})
    client.get(f"/beheer/mensen?zoek={EMAIL}", status=403)
    lines = [JsonFormatter().format(record) for record in caplog.records]
    assert len(lines) > 5
    session.rollback()
    names = session.scalars(select(Person.name)).all()
    for line in lines:
        assert json.loads(line)["message"]
        for word in (EMAIL, "voorbeeld.nl", secret, PASSWORD, "verkeerd wachtwoord", *names):
            assert word not in line


def test_the_log_of_who_did_what_holds_ids_and_codes_alone(
    client: Client, world: World, login: Login, session: Session
) -> None:
    login("ovr.vr01")
    client.get("/dossier/proefmeting/VR01/factor/1.1")
    client.logout()
    login("beheerder")
    client.get(f"/beheer/mensen/{world.person('ovr.vr01').id}/gegevens")
    client.submit({"name": "Een Nieuwe Naam"})
    session.rollback()
    words = {
        word.lower()
        for person in session.scalars(select(Person))
        for word in (person.email, person.name)
        if len(word) > 3
    }
    for entry in session.scalars(select(LogEntry)):
        for value in (entry.detail or {}).values():
            assert str(value).lower() not in words - {"inspecteur", "beheerder"}


def test_a_broken_statement_is_logged_without_what_was_in_it(app: Flask) -> None:
    with app.app_context():
        assert db.engine.hide_parameters


def test_the_settings_of_flask_that_show_too_much_are_off(app: Flask, tmp_path: Path) -> None:
    assert not app.debug
    assert app.config["SESSION_COOKIE_HTTPONLY"]
    assert app.config["PROPAGATE_EXCEPTIONS"] is False
