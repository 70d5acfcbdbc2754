"""Sessions that the server knows: what ends them, how one sees them, and what a copied cookie is worth."""

from __future__ import annotations

import hashlib
import itertools
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import database, devices, sessions
from app.backup import tables
from app.extensions import db
from surveys import holding, people
from surveys import sessions as known
from surveys.acting import By, now
from surveys.models import HeldPost, LogEntry, LoginSession, Person
from tests.factories import PASSWORD, World
from tests.support import cli
from tests.support.client import Client
from tests.support.counting import counted

Login = Callable[[str], None]
EMAIL = "ovr.vr01@voorbeeld.nl"
OTHER = "drie blauwe wolken"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
OPEN_PAGE = "/toegankelijkheid"


@pytest.fixture
def elsewhere(app: Flask, session: Session) -> Client:
    """Another browser."""
    return Client(app, before=session.commit)


@pytest.fixture
def twice(login: Login, elsewhere: Client, world: World) -> Client:
    """The OVR is logged in here, and in another browser: that one."""
    elsewhere.admit(EMAIL, PASSWORD)
    login("ovr.vr01")
    return elsewhere


def rows(session: Session) -> list[LoginSession]:
    session.rollback()
    return list(session.scalars(select(LoginSession).order_by(LoginSession.id)))


def lines(session: Session, action: str) -> list[LogEntry]:
    session.rollback()
    return list(session.scalars(select(LogEntry).where(LogEntry.action == action).order_by(LogEntry.id)))


def cookie(client: Client) -> str:
    found = client._browser.get_cookie("meetlat")
    assert found is not None
    return found.value


def put_cookie(client: Client, value: str) -> None:
    client._browser.set_cookie("meetlat", value)


def change(session: Session, **values: datetime) -> None:
    """Let a session have begun or been seen at another moment."""
    session.execute(update(LoginSession).values(**values))
    session.commit()


def is_out(client: Client) -> bool:
    return client.get("/").url.startswith("/inloggen")


# beginning


def test_a_log_in_is_kept_with_what_tells_it_from_another(
    app: Flask, world: World, session: Session, client: Client
) -> None:
    client._browser.environ_base["HTTP_USER_AGENT"] = FIREFOX
    client.admit(EMAIL, PASSWORD)
    [row] = rows(session)
    assert (row.person_id, row.how, row.second_factor) == (world.person("ovr.vr01").id, "password", False)
    assert (row.device, row.address) == ("Firefox op Windows", "127.0.0.1")
    assert row.started_at == row.seen_at == row.authenticated_at
    assert row.ended_at is None
    [line] = lines(session, "login.success")
    assert line.detail == {"login_session": row.id, "how": "password"}


def test_only_the_browser_has_the_key(world: World, session: Session, client: Client, login: Login) -> None:
    login("ovr.vr01")
    key = client.session()[sessions.KEY]
    assert isinstance(key, str)
    assert len(key) >= 256 / 6
    [row] = rows(session)
    assert row.key_hash == hashlib.sha256(key.encode()).hexdigest()


@pytest.mark.parametrize("means", [["password", "authenticator"], ["webauthn"], ["oidc-mfa"], ["recovery"]])
def test_a_second_factor_is_known_by_its_means(world: World, session: Session, means: list[str]) -> None:
    row, _ = known.start(session, world.person("ovr.vr01"), how=means, address=None, device="x", at=now())
    assert (row.how, row.second_factor) == ("+".join(means), True)


def test_every_log_in_has_another_key(world: World, client: Client, login: Login) -> None:
    login("ovr.vr01")
    first = client.session()[sessions.KEY]
    client.logout()
    assert sessions.KEY not in client.session()
    login("ovr.vr01")
    assert client.session()[sessions.KEY] not in {None, first}


def test_a_key_that_somebody_put_there_before_is_worth_nothing(
    world: World, client: Client, elsewhere: Client, login: Login
) -> None:
    client.get("/inloggen")
    with client._browser.session_transaction() as found:
        found[sessions.KEY] = "een sleutel die een ander ook kent"
    login("ovr.vr01")
    assert client.session()[sessions.KEY] != "een sleutel die een ander ook kent"


def test_a_token_of_the_library_is_no_session(
    app: Flask, world: World, client: Client, session: Session
) -> None:
    with app.test_request_context():
        token = db.session.get_one(Person, world.person("beheerder").id).get_auth_token()
        db.session.rollback()
    page = client.get("/", headers={"Authentication-Token": token})
    assert page.url.startswith("/inloggen")


# ending


def test_a_cookie_that_was_copied_is_worth_nothing_after_logging_out(
    world: World, client: Client, elsewhere: Client, login: Login, session: Session
) -> None:
    login("ovr.vr01")
    copied = cookie(client)
    put_cookie(elsewhere, copied)
    assert elsewhere.get("/").url == "/"
    client.logout()
    put_cookie(elsewhere, copied)
    assert is_out(elsewhere)
    assert elsewhere.page.has("U bent uitgelogd. Log in om verder te gaan.")
    assert [row.ended_why for row in rows(session)] == ["logout"]


def test_a_session_ends_after_twelve_hours_however_busy(
    world: World, client: Client, login: Login, session: Session
) -> None:
    login("ovr.vr01")
    change(session, started_at=now() - known.LASTS + timedelta(minutes=1))
    page = client.get("/sessie", status=204, headers={"HX-Request": "true"})
    assert 0 < int(page.headers[sessions.REMAINING]) <= 60
    assert client.get("/").one("#sessie")["data-lasts"] in {str(seconds) for seconds in range(30, 61)}
    change(session, started_at=now() - known.LASTS)
    page = client.get("/dossier/proefmeting/VR01/")
    assert page.has("U bent uitgelogd omdat u 12 uur geleden bent ingelogd.")
    assert client.submit({"email": EMAIL, "password": PASSWORD}).url == "/dossier/proefmeting/VR01/"


def test_a_cookie_from_before_sessions_were_known_leads_to_the_log_in_page(
    world: World, client: Client, login: Login
) -> None:
    login("ovr.vr01")
    with client._browser.session_transaction() as found:
        del found[sessions.KEY]
    assert client.get("/").has("U bent uitgelogd. Log in om verder te gaan.")


def test_a_key_of_somebody_else_lets_nobody_in(
    world: World, client: Client, elsewhere: Client, login: Login
) -> None:
    login("ovr.vr01")
    elsewhere.admit("ovr.vr02@voorbeeld.nl", PASSWORD)
    with client._browser.session_transaction() as found:
        found[sessions.KEY] = elsewhere.session()[sessions.KEY]
    assert is_out(client)


def test_a_disabled_account_has_no_open_sessions(
    world: World, client: Client, login: Login, session: Session
) -> None:
    login("ovr.vr01")
    people.disable(session, world.person("ovr.vr01"), By.system())
    assert is_out(client)
    assert [row.ended_why for row in rows(session)] == ["disabled"]


def test_another_password_ends_the_others_and_gives_this_one_another_key(
    twice: Client, client: Client, session: Session
) -> None:
    copied = cookie(client)
    client.get("/wachtwoord-wijzigen")
    client.submit({"password": PASSWORD, "new_password": OTHER, "new_password_confirm": OTHER})
    assert client.get("/").url == "/"
    assert twice.get("/").has("U bent uitgelogd omdat uw wachtwoord is gewijzigd.")
    assert [row.ended_why for row in rows(session)] == ["password", None]
    assert [line.detail["why"] for line in lines(session, "session.end") if line.detail] == ["password"]
    put_cookie(twice, copied)
    assert is_out(twice)


def test_an_answer_that_was_typed_when_a_session_was_ended_elsewhere_is_kept(
    twice: Client, client: Client, session: Session
) -> None:
    twice.get("/dossier/proefmeting/VR01/factor/1.1")
    client.get("/sessies")
    client.submit(button="Overal uitloggen, behalve hier")
    page = twice.submit({"vraag-1-1-01-note": "Een heel lang verhaal"}, button="Opslaan en verder")
    assert page.has("Wat u had ingevuld, is bewaard.")
    [held] = session.scalars(select(HeldPost))
    assert ["vraag-1-1-01-note", "Een heel lang verhaal"] in held.fields
    assert holding.files_of(held) == 0


def test_a_backup_holds_no_sessions_that_could_come_back_to_life(app: Flask) -> None:
    with app.app_context(), database.reading(), db.engine.connect() as connection:
        kept = {table.name for table in tables.read(connection)}
    assert "person" in kept
    assert LoginSession.__tablename__ not in kept


# seeing and ending them


def test_the_page_shows_where_one_is_logged_in_and_nobody_elses(
    twice: Client, client: Client, app: Flask
) -> None:
    Client(app).admit("ovr.vr02@voorbeeld.nl", PASSWORD)
    client.get("/")
    page = client.click("Waar ingelogd")
    assert page.h1 == "Waar u bent ingelogd"
    assert len(page.all("tbody tr")) == 2
    assert page.text("tbody").count("Dit apparaat") == 1
    assert "127.0.0.1" in page.text("tbody")


def test_one_is_ended_from_the_list(twice: Client, client: Client, session: Session) -> None:
    other, own = rows(session)
    client.get("/sessies")
    page = client.submit(action=f"/sessies/{other.id}/beeindigen")
    assert len(page.all("tbody tr")) == 1
    assert not page.has("Overal uitloggen, behalve hier")
    assert twice.get("/").has("U bent uitgelogd vanaf een ander apparaat.")
    [line] = lines(session, "session.end")
    assert line.detail == {"login_session": other.id, "why": "list"}
    assert line.person_id == own.person_id
    client.post(f"/sessies/{other.id}/beeindigen", status=404)


def test_all_others_are_ended_at_once(twice: Client, client: Client, app: Flask, session: Session) -> None:
    third = Client(app, before=session.commit)
    third.admit(EMAIL, PASSWORD)
    client.get("/sessies")
    assert client.submit(button="Overal uitloggen, behalve hier").has("U bent nu alleen nog hier ingelogd.")
    assert is_out(twice)
    assert is_out(third)
    assert client.get("/").url == "/"


def test_neither_somebody_elses_nor_the_own_session_is_ended_by_its_number(
    world: World, client: Client, elsewhere: Client, login: Login, session: Session
) -> None:
    elsewhere.admit("ovr.vr02@voorbeeld.nl", PASSWORD)
    login("ovr.vr01")
    for row in rows(session):
        client.post(f"/sessies/{row.id}/beeindigen", status=404)
    assert elsewhere.get("/").url == "/"
    assert client.get("/").url == "/"


def test_the_beheerder_sees_how_many_there_are_and_ends_them(
    twice: Client, client: Client, world: World, session: Session, app: Flask
) -> None:
    beheerder = Client(app, before=session.commit)
    beheerder.admit("beheerder@voorbeeld.nl", PASSWORD)
    page = beheerder.get(f"/beheer/mensen/{world.person('ovr.vr01').id}")
    assert "op 2 plekken" in page.text(".facts")
    page = beheerder.submit(button="Overal uitloggen")
    assert "nee" in page.text(".facts")
    for each in (twice, client):
        assert each.get("/").has("De beheerder heeft u uitgelogd.")
    assert {row.ended_why for row in rows(session)} == {"administrator", None}


def test_the_command_line_logs_somebody_out(
    twice: Client,
    client: Client,
    database_url: str,
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MEETLAT_DATABASE_URL", database_url)
    monkeypatch.setenv("MEETLAT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MEETLAT_SECRET_KEY", "een geheim dat alleen deze test kent en lang genoeg is")
    session.commit()
    ran = cli.run(capsys, "user", "logout", EMAIL)
    assert (ran.code, ran.out) == (0, f"{EMAIL} was op 2 plekken ingelogd, en nu nergens.\n")
    assert is_out(twice)
    assert is_out(client)


# what it costs


def test_who_asks_and_in_which_session_is_one_query(
    app: Flask, world: World, client: Client, login: Login
) -> None:
    login("beheerder")
    client.get(OPEN_PAGE)
    with counted(app) as statements:
        client.get(OPEN_PAGE)
    about = [each for each in statements if "login_session" in each or "FROM person" in each]
    assert len(about) == 1
    assert about[0].startswith("SELECT")


def test_when_it_was_seen_is_written_once_in_a_while(
    app: Flask, world: World, client: Client, login: Login, session: Session
) -> None:
    login("ovr.vr01")
    long_ago = now() - known.SEEN_EVERY
    change(session, seen_at=long_ago)
    client.get("/sessie", status=204)
    assert rows(session)[0].seen_at == long_ago, "a page that asks by itself shows nobody"
    client.get(OPEN_PAGE)
    seen = rows(session)[0].seen_at
    assert seen > long_ago
    with counted(app) as statements:
        client.get(OPEN_PAGE)
    assert not [each for each in statements if "UPDATE" in each]
    assert rows(session)[0].seen_at == seen


def test_a_page_does_not_wait_for_somebody_who_writes(app: Flask, world: World, session: Session) -> None:
    reader = Client(app)
    reader.admit(EMAIL, PASSWORD)
    long_ago = now() - known.SEEN_EVERY
    change(session, seen_at=long_ago)
    session.execute(update(LoginSession).values(device="somebody has this row, and on SQLite everything"))
    asking = threading.Thread(target=reader.get, args=(OPEN_PAGE,), daemon=True)
    asking.start()
    asking.join(timeout=5)  # less than what the tests have a database wait
    assert not asking.is_alive()
    assert reader.page.status == 200
    session.rollback()
    assert rows(session)[0].seen_at == long_ago
    session.rollback()
    reader.get(OPEN_PAGE)
    assert rows(session)[0].seen_at > long_ago


def test_what_ended_long_ago_is_forgotten_when_somebody_logs_in(
    world: World, session: Session, login: Login
) -> None:
    person, at = world.person("ovr.vr02"), now()
    for age in (known.KEPT, known.KEPT + known.LASTS + timedelta(minutes=1)):
        row, _ = known.start(session, person, how=["password"], address=None, device="x", at=at - age)
        known.end(session, row, known.LOGOUT, By.system(at - age))
    session.commit()
    login("ovr.vr01")
    assert rows(session)[0].started_at == at - known.KEPT
    assert len(rows(session)) == 2


# what it is called


@pytest.mark.parametrize(
    ("header", "called"),
    [
        (FIREFOX, "Firefox op Windows"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
            " Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
            "Edge op Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
            " Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari op iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile"
            " Safari/537.36",
            "Chrome op Android",
        ),
        ("curl/8.0", "Onbekende browser"),
        ("", "Onbekende browser"),
    ],
)
def test_a_device_is_called_by_its_browser_and_system(header: str, called: str) -> None:
    assert devices.name(header) == called


MARKS = [mark for mark, _ in (*devices.BROWSERS, *devices.SYSTEMS)]


def test_a_device_is_never_called_by_words_of_the_header() -> None:
    words = {name for _, name in (*devices.BROWSERS, *devices.SYSTEMS)} | {"Onbekende browser"}
    for header in itertools.product(MARKS, ("<b>", " op "), [*MARKS, "é"]):
        assert set(devices.name("".join(header)).split(" op ")) <= words
