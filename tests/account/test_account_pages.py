"""Logging in, logging out and passwords: in every state plain Dutch, and nothing betrayed."""

from __future__ import annotations

import re
import runpy
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from itsdangerous import TimestampSigner
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import account_forms, accounts, mail, passwords
from surveys import people
from surveys.acting import By
from surveys.models import LogEntry, Person
from tests import factories
from tests.factories import PASSWORD, World
from tests.support.client import Client
from tests.support.page import Page

Login = Callable[[str], None]
EMAIL = "ovr.vr01@voorbeeld.nl"
OTHER = "drie blauwe wolken"
WRONG = "E-mailadres of wachtwoord klopt niet. Controleer ze allebei."
ENGLISH = frozenset(
    "the your you invalid password passwords required field please must expired missing error failed token"
    " login not this and with user disabled match provided email".split()
)


def assert_dutch(page: Page) -> None:
    """Fail on a word that is English and no Dutch."""
    words = set(re.findall(r"[a-z]+", page.text("main").lower().replace("e-mail", ""))) | set(
        re.findall(r"[a-z]+", page.title.lower())
    )
    assert not words & ENGLISH, page.summary()


def link_for(app: Flask, person: Person) -> str:
    """A one-time link for somebody, as a path."""
    with app.test_request_context():
        return accounts.password_link(person, "")


def try_to_log_in(client: Client, email: str, password: str) -> Page:
    client.get("/inloggen")
    return client.submit({"email": email, "password": password})


def actions(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(LogEntry.action).order_by(LogEntry.id)))


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let time pass for what is signed: sessions and links."""

    def pass_by(passed: timedelta) -> None:
        at = time.time() + passed.total_seconds()
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: int(at))

    return pass_by


class Post:
    """Where mail goes instead of to a server; at once, so that a test can look."""

    def __init__(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: list[tuple[str, str, str]] = []
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_url="smtp://localhost")
        monkeypatch.setattr(mail, "send", lambda _, *message: self.sent.append(message))
        monkeypatch.setattr(mail, "Thread", AtOnce)


class AtOnce:
    """A thread that runs when it is started."""

    def __init__(self, target: Callable[..., None], args: tuple[Any, ...]) -> None:
        self.target, self.args = target, args

    def start(self) -> None:
        self.target(*self.args)


@pytest.fixture
def post(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Post:
    """A mail server."""
    return Post(app, monkeypatch)


# logging in


def test_the_log_in_page_says_what_meetlat_is(client: Client) -> None:
    page = client.get("/inloggen")
    assert page.has("Met Meetlat geven veiligheidsregio’s en Defensie aan hoe ver zij zijn")
    assert_dutch(page)


def test_who_logs_in_comes_where_he_wanted_to_be(client: Client, world: World) -> None:
    page = client.get("/dossier/proefmeting/VR01/?x=1&y=2")
    assert page.url.startswith("/inloggen?next=")
    page = client.submit({"email": f" {EMAIL.upper()} ", "password": PASSWORD})
    assert page.url == "/dossier/proefmeting/VR01/?x=1&y=2"


def test_logging_in_and_out_is_logged(client: Client, world: World, login: Login, session: Session) -> None:
    login("ovr.vr01")
    client.logout()
    entries = session.scalars(select(LogEntry).order_by(LogEntry.id.desc()).limit(2)).all()
    assert [entry.action for entry in entries] == ["logout", "login.success"]
    assert {entry.person_id for entry in entries} == {world.person("ovr.vr01").id}


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("", "", ["Vul uw e-mailadres in.", "Vul uw wachtwoord in."]),
        (EMAIL, "", ["Vul uw wachtwoord in."]),
        ("   ", PASSWORD, ["Vul uw e-mailadres in."]),
        (EMAIL, "verkeerd", [WRONG]),
        ("niemand@voorbeeld.nl", PASSWORD, [WRONG]),
        ("geen adres", PASSWORD, [WRONG]),
        ("a" * 3000 + "@voorbeeld.nl", PASSWORD, [WRONG]),
        (EMAIL, "x" * 5000, [WRONG]),
        (EMAIL, "nul\0teken", [WRONG]),
    ],
)
def test_a_refused_log_in_says_what_to_do(
    client: Client, world: World, email: str, password: str, said: list[str]
) -> None:
    page = try_to_log_in(client, email, password)
    assert page.texts("[data-error-summary] a") == said
    assert page.title == "Fout: Inloggen – Meetlat"
    assert page.form().values.get("email", [""]) == [email]
    assert "password" not in page.form().values or page.form().values["password"] == [""]
    assert_dutch(page)


def test_an_address_without_an_account_gives_the_very_same_page(client: Client, world: World) -> None:
    known = try_to_log_in(client, EMAIL, "verkeerd").text("main")
    unknown = try_to_log_in(client, "niemand@voorbeeld.nl", "verkeerd").text("main")
    assert known == unknown


def test_an_invited_person_without_a_password_is_refused_like_anybody(
    client: Client, world: World, session: Session
) -> None:
    people.invite(session, name="Bert", email="bert@voorbeeld.nl", by=By.system())
    assert try_to_log_in(client, "bert@voorbeeld.nl", "").texts("[data-error-summary] a") == [
        "Vul uw wachtwoord in."
    ]
    assert try_to_log_in(client, "bert@voorbeeld.nl", "iets").texts("[data-error-summary] a") == [WRONG]


def test_a_disabled_account_hears_so_only_with_the_right_password(
    client: Client, world: World, session: Session
) -> None:
    people.disable(session, world.person("ovr.vr01"), By.system())
    assert try_to_log_in(client, EMAIL, "verkeerd").texts("[data-error-summary] a") == [WRONG]
    page = try_to_log_in(client, EMAIL, PASSWORD)
    assert page.texts("[data-error-summary] a") == [account_forms.MESSAGES["DISABLED_ACCOUNT"][0]]
    assert_dutch(page)


def test_nobody_is_remembered_beyond_the_session(client: Client, world: World) -> None:
    client.get("/inloggen")
    token = client.page.token
    page = client.post(
        "/inloggen",
        {"email": EMAIL, "password": PASSWORD, "remember": "y", "csrf_token": token or ""},
        status=302,
    )
    assert "remember_token" not in str(page.headers.getlist("Set-Cookie"))


def test_who_is_logged_in_does_not_log_in_again(client: Client, world: World, login: Login) -> None:
    login("ovr.vr01")
    assert client.get("/inloggen").url == "/"


def test_logging_out_is_a_post(client: Client, world: World, login: Login) -> None:
    login("ovr.vr01")
    client.get("/uitloggen", status=405)
    page = client.logout()
    assert page.url == "/inloggen"
    assert not page.has("U bent uitgelogd")
    assert client.get("/").url.startswith("/inloggen")


# a session that ends


def test_after_an_hour_without_a_request_the_log_in_page_tells_why(
    client: Client, world: World, login: Login, later: Callable[[timedelta], None]
) -> None:
    login("ovr.vr01")
    later(accounts.IDLE - timedelta(minutes=1))
    assert client.get("/").url == "/"
    later(accounts.IDLE * 2 - timedelta(minutes=2))
    assert client.get("/").url == "/"
    later(accounts.IDLE * 4)
    page = client.get("/dossier/proefmeting/VR01/")
    assert page.has("U bent uitgelogd omdat u 60 minuten niets hebt gedaan.")
    assert_dutch(page)
    assert client.submit({"email": EMAIL, "password": PASSWORD}).url == "/dossier/proefmeting/VR01/"


def test_a_stranger_is_not_told_that_he_was_logged_out(client: Client) -> None:
    assert not client.get("/").has("U bent uitgelogd")


def test_a_session_that_something_else_ended_is_told_too(
    client: Client, world: World, login: Login, session: Session
) -> None:
    login("ovr.vr01")
    people.disable(session, world.person("ovr.vr01"), By.system())
    page = client.get("/")
    assert page.has("U bent uitgelogd. Log in om verder te gaan.")
    assert not page.has("minuten")


# the lock


@pytest.mark.parametrize("email", [EMAIL, "niemand@voorbeeld.nl"])
def test_five_failures_lock_the_address_until_the_time_is_over(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    at = datetime(2026, 11, 21, 13, 20, tzinfo=UTC)
    monkeypatch.setattr(account_forms, "now", lambda: at)
    for _ in range(people.FREE_FAILURES):
        assert try_to_log_in(client, email, "verkeerd").texts("[data-error-summary] a") == [WRONG]
    page = try_to_log_in(client, email, PASSWORD)
    assert page.texts("[data-error-summary] a") == [
        "Er is te vaak een verkeerd wachtwoord ingevuld. U kunt weer inloggen om 14:35 uur."
    ]
    assert_dutch(page)
    # other people are not kept out
    client.login("ovr.vr02@voorbeeld.nl", PASSWORD)
    client.logout()
    monkeypatch.setattr(account_forms, "now", lambda: at + people.LOCKED)
    page = try_to_log_in(client, email, PASSWORD)
    assert page.url == ("/" if email == EMAIL else "/inloggen")


def test_failures_are_logged_with_who_it_was_about_and_no_address(
    client: Client, world: World, session: Session
) -> None:
    try_to_log_in(client, EMAIL, "verkeerd")
    try_to_log_in(client, "niemand@voorbeeld.nl", "verkeerd")
    session.rollback()
    entries = session.scalars(
        select(LogEntry).where(LogEntry.action == "login.failure").order_by(LogEntry.id)
    ).all()
    assert [entry.subject_id for entry in entries] == [world.person("ovr.vr01").id, None]
    assert all(entry.detail is None and entry.person_id is None for entry in entries)
    assert {entry.remote for entry in entries} == {"127.0.0.1"}


# a forgotten password


def test_without_mail_the_page_sends_to_the_beheerder(client: Client, world: World) -> None:
    client.get("/inloggen")
    page = client.click("Wachtwoord vergeten?")
    assert page.has("Vraag de beheerder van Meetlat om een link.")
    assert_dutch(page)
    assert client.post("/wachtwoord", {"email": EMAIL}).has("Deze Meetlat verstuurt geen e-mail.")


@pytest.mark.parametrize(
    ("email", "said"), [("", "Vul uw e-mailadres in."), ("x", "zoals naam@voorbeeld.nl.")]
)
def test_what_is_no_address_is_said_at_once(
    client: Client, world: World, post: Post, email: str, said: str
) -> None:
    client.get("/wachtwoord")
    page = client.submit({"email": email})
    assert said in page.text("#email-error")
    assert page.title.startswith("Fout: ")
    assert post.sent == []
    assert_dutch(page)


def test_the_mail_has_a_link_that_sets_a_password(
    client: Client, world: World, post: Post, session: Session
) -> None:
    client.get("/wachtwoord")
    page = client.submit({"email": EMAIL.upper()})
    assert page.has("Is dit adres bij ons bekend?")
    assert_dutch(page)
    [(recipient, subject, body)] = post.sent
    assert (recipient, subject) == (EMAIL, "Kies een wachtwoord voor Meetlat")
    found = re.search(r"http://localhost(/wachtwoord/\S+)", body)
    assert found
    assert_dutch(client.get(found[1]))
    client.submit({"password": OTHER, "password_confirm": OTHER})
    assert client.page.has("Uw wachtwoord is ingesteld. U kunt nu inloggen.")
    client.login(EMAIL, OTHER)
    assert "password.set" in actions(session)


def test_the_answer_is_the_same_for_an_address_that_nobody_has_or_that_is_disabled(
    client: Client, world: World, post: Post, session: Session
) -> None:
    people.disable(session, world.person("ovr.vr02"), By.system())
    said = []
    for email in (EMAIL, "niemand@voorbeeld.nl", "ovr.vr02@voorbeeld.nl"):
        client.get("/wachtwoord")
        page = client.submit({"email": email})
        said.append((page.text("main"), page.status, page.visited))
    assert said[0] == said[1] == said[2]
    assert [recipient for recipient, *_ in post.sent] == [EMAIL]


def test_mail_that_fails_says_nothing_about_the_address(
    client: Client,
    world: World,
    post: Post,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(EMAIL)

    monkeypatch.setattr(mail, "send", refuse)
    client.get("/wachtwoord")
    assert client.submit({"email": EMAIL}).has("Is dit adres bij ons bekend?")
    assert "mail was not sent" in caplog.text
    assert EMAIL not in caplog.text


# choosing a password


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        (
            "",
            "",
            {
                "password": "Kies een wachtwoord.",
                "password_confirm": "Typ het nieuwe wachtwoord nog een keer.",
            },
        ),
        (OTHER, "", {"password_confirm": "Typ het nieuwe wachtwoord nog een keer."}),
        (OTHER, OTHER + "x", {"password_confirm": "De twee wachtwoorden zijn niet gelijk."}),
        ("kort", "kort", {"password": "Kies een wachtwoord van 12 tot en met 128 tekens."}),
        ("vier\0gele fietsen", "vier\0gele fietsen", {"password": "een teken dat niet kan"}),
        ("x9" * 65, "x9" * 65, {"password": "Kies een wachtwoord van 12 tot en met 128 tekens."}),
        ("a" * 20, "a" * 20, {"password": "ten minste 5 verschillende tekens."}),
        ("mijn ovr.vr01 is goed", "mijn ovr.vr01 is goed", {"password": "uw e-mailadres niet in staat"}),
        ("Veiligheidsregio1", "Veiligheidsregio1", {"password": "te makkelijk te raden"}),
    ],
)
def test_a_password_that_will_not_do_is_refused_at_its_field(
    app: Flask, client: Client, world: World, password: str, again: str, said: dict[str, str]
) -> None:
    client.get(link_for(app, world.person("ovr.vr01")))
    page = client.submit({"password": password, "password_confirm": again})
    for field, words in said.items():
        assert words in page.text(f"#{field}-error")
    assert len(page.all("[data-error-summary] a")) == len(said)
    assert page.title.startswith("Fout: ")
    assert_dutch(page)


@pytest.mark.parametrize(
    "password",
    [
        "password123456",
        "P@ssw0rd!P@ssw0rd!",
        "qwertyuiop1234",
        "Wachtwoord2026!",
        "Welkom01Welkom01",
        "meetlatmeetlat1",
        "Defensie-2026",
        "Amstelland-2026",
        "regiotwee2026",
    ],
)
def test_a_password_that_is_known_or_has_words_of_this_world_is_too_easy(
    app: Flask, world: World, session: Session, password: str
) -> None:
    world.units["VR02"].names[0].name = "Amsterdam-Amstelland"
    user = Person(name="Regio Twee", email="iemand@voorbeeld.nl")
    session.commit()
    with app.app_context():
        wrong, _ = passwords.Passwords(app).validate(password, False, user=user)
    assert wrong
    assert "te makkelijk te raden" in wrong[0]


@pytest.mark.parametrize(
    "password",
    [
        OTHER,
        PASSWORD,
        "ikhouvanjou12",
        "paard batterij nietje juist",
        "Xk7#vw92!qpLz",
        "漢字かな交じり文のひみつ",
    ],
)
def test_a_few_words_that_have_nothing_to_do_with_each_other_will_do(app: Flask, password: str) -> None:
    user = Person(name="Ovr Regio 1", email=EMAIL)
    with app.app_context():
        assert passwords.Passwords(app).validate(password, False, user=user)[0] is None


def test_what_makes_a_password_strong_may_be_long_and_is_judged_soon() -> None:
    hard = '4@8({[</369&#!|1$+7%2"*4' * 6
    assert passwords.strength(hard[: passwords.LONGEST_PASSWORD], []) == 4
    assert passwords.strength("1a2s3d4f5g6h" * 10, []) < passwords.STRENGTH


def test_a_link_works_once(app: Flask, client: Client, world: World) -> None:
    link = link_for(app, world.person("ovr.vr01"))
    client.get(link)
    client.submit({"password": OTHER, "password_confirm": OTHER})
    page = client.get(link)
    assert page.has("Deze link werkt niet (meer). Vraag een nieuwe link.")
    assert_dutch(page)
    page = client.post(link, {"password": PASSWORD, "password_confirm": PASSWORD})
    assert page.has("Deze link werkt niet (meer). Vraag een nieuwe link.")
    client.login(EMAIL, OTHER)


def test_a_link_works_for_seven_days(
    app: Flask, client: Client, world: World, later: Callable[[timedelta], None]
) -> None:
    link = link_for(app, world.person("ovr.vr01"))
    later(timedelta(days=7) - timedelta(minutes=1))
    assert client.get(link).h1 == "Kies een wachtwoord"
    later(timedelta(days=7, minutes=1))
    page = client.get(link)
    assert page.has("Deze link is verlopen. Vraag een nieuwe link.")
    assert_dutch(page)


@pytest.mark.parametrize("token", ["x", "a.b.c", "%00", "é"])
def test_a_link_that_was_never_given_does_not_work(client: Client, world: World, token: str) -> None:
    assert client.get(f"/wachtwoord/{token}").has("Deze link werkt niet (meer).")


def test_a_link_from_before_an_account_was_disabled_is_dead(
    app: Flask, client: Client, world: World, session: Session
) -> None:
    link = link_for(app, world.person("ovr.vr01"))
    people.disable(session, world.person("ovr.vr01"), By.system())
    assert client.get(link).has("Deze link werkt niet (meer).")


def test_a_new_password_ends_a_lock_and_every_other_session(
    app: Flask, client: Client, world: World, session: Session
) -> None:
    other = Client(app, before=session.commit)
    other.login(EMAIL, PASSWORD)
    for _ in range(people.FREE_FAILURES):
        people.record_failure(session, EMAIL, datetime.now(UTC))
    client.get(link_for(app, world.person("ovr.vr01")))
    client.submit({"password": OTHER, "password_confirm": OTHER})
    client.login(EMAIL, OTHER)
    assert other.get("/").url.startswith("/inloggen")


# changing a password


def test_a_password_is_changed_and_the_other_sessions_end(
    app: Flask, client: Client, world: World, login: Login, session: Session
) -> None:
    other = Client(app, before=session.commit)
    other.login(EMAIL, PASSWORD)
    login("ovr.vr01")
    client.click("Wachtwoord wijzigen")
    assert_dutch(client.page)
    page = client.submit({"password": PASSWORD, "new_password": OTHER, "new_password_confirm": OTHER})
    assert page.has("Uw wachtwoord is gewijzigd.")
    assert client.get("/").url == "/"
    assert other.get("/").url.startswith("/inloggen")
    assert actions(session)[-1] == "password.set"


@pytest.mark.parametrize(
    ("now", "new", "again", "said"),
    [
        ("", OTHER, OTHER, {"password": "Vul uw huidige wachtwoord in."}),
        ("x" * 5000, OTHER, OTHER, {"password": "Het huidige wachtwoord klopt niet."}),
        ("verkeerd", OTHER, OTHER, {"password": "Het huidige wachtwoord klopt niet. Typ het opnieuw."}),
        (PASSWORD, PASSWORD, PASSWORD, {"new_password": "Kies een ander wachtwoord dan u nu heeft."}),
        (
            PASSWORD,
            OTHER,
            "anders",
            {"new_password_confirm": "De twee nieuwe wachtwoorden zijn niet gelijk."},
        ),
        (PASSWORD, "kort", "kort", {"new_password": "Kies een wachtwoord van 12 tot en met 128 tekens."}),
        (
            "",
            "",
            "",
            {
                "password": "Vul uw huidige wachtwoord in.",
                "new_password": "Kies een nieuw wachtwoord.",
                "new_password_confirm": "Typ het nieuwe wachtwoord nog een keer.",
            },
        ),
    ],
)
def test_a_refused_change_says_why_at_its_field(
    client: Client, world: World, login: Login, now: str, new: str, again: str, said: dict[str, str]
) -> None:
    login("ovr.vr01")
    client.get("/wachtwoord-wijzigen")
    page = client.submit({"password": now, "new_password": new, "new_password_confirm": again})
    for field, words in said.items():
        assert words in page.text(f"#{field}-error")
    assert len(page.all("[data-error-summary] a")) == len(said)
    assert_dutch(page)


def test_the_words_about_passwords_on_the_pages_are_the_rule(
    app: Flask, client: Client, world: World
) -> None:
    page = client.get(link_for(app, world.person("ovr.vr01")))
    assert page.has(f"Ten minste {passwords.SHORTEST_PASSWORD} tekens.")
    assert timedelta(days=7) == accounts.LINK_LIVES


def test_a_person_has_the_cost_of_hashing_that_factories_use(
    app: Flask, client: Client, world: World, login: Login, session: Session
) -> None:
    before = world.person("ovr.vr01").password
    login("ovr.vr01")
    session.rollback()
    assert session.scalars(select(Person.password).where(Person.email == EMAIL)).one() == before
    assert _cost(before) == _cost(factories.password_hash())


def test_guessing_a_password_costs_what_owasp_asks_at_least() -> None:
    in_use = runpy.run_path(accounts.__file__)["HASHING"]  # tests themselves hash for less
    assert in_use["argon2__memory_cost"] >= 19 * 1024
    assert in_use["argon2__rounds"] >= 2


def _cost(hashed: str | None) -> list[str]:
    assert hashed is not None
    return hashed.split("$")[:4]
