"""Passkeys: made, used alone and after the password, removed; and whatever is no passkey of one's own."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import passkeys
from surveys.models import LogEntry, LoginSession, Passkey, Person
from tests.factories import PASSWORD, World
from tests.support import second_step
from tests.support.client import Client
from tests.support.page import Page
from tests.support.second_step import UP, Clock, SoftwareKey, Telephone, given

OVERVIEW = "/inloggen-beveiligen"
ADD = f"{OVERVIEW}/passkey"
ALONE, STEP = "/inloggen/passkey", "/tweede-stap/passkey"
EMAIL = "inspecteur@voorbeeld.nl"
NOT_MADE = "De passkey is niet gemaakt. Probeer het opnieuw."


def options(page: Page) -> dict[str, Any]:
    """What the page asks of a browser."""
    found: dict[str, Any] = json.loads(page.one("form[data-passkey]")["data-options"])
    return found


def said(page: Page) -> list[str]:
    return page.texts("[data-error-summary] li")


def actions(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(LogEntry.action).order_by(LogEntry.id)))


@pytest.fixture
def telephone(inspector: Person, session: Session, clock: Clock) -> Telephone:
    """That of the inspector, who set up the second step yesterday."""
    found, _ = given(session, inspector, clock)
    session.commit()
    return found


@pytest.fixture
def inside(client: Client, telephone: Telephone) -> Client:
    """The inspector, logged in with a code."""
    client.admit(EMAIL, PASSWORD)
    client.submit({"code": telephone.code()}, button="Verder")
    return client


@pytest.fixture
def key(inside: Client, clock: Clock) -> SoftwareKey:
    """A passkey of the inspector, who is logged out again."""
    made = SoftwareKey()
    inside.get(ADD)
    inside.post(ADD, {"name": "Werktelefoon", "credential": made.make(options(inside.page))})
    inside.logout()
    clock.move(seconds=1)
    return made


def use(client: Client, key: SoftwareKey, address: str = ALONE, status: int = 200) -> Page:
    """Use a passkey as the page asks."""
    asked = options(client.get(address))
    return client.post(address, {"credential": key.use(asked)}, status=status)


# making one


def test_a_passkey_is_made_under_a_name(inside: Client, session: Session) -> None:
    asked = options(inside.get(ADD))
    assert (asked["rp"]["id"], asked["user"]["name"]) == ("localhost", EMAIL)
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    page = inside.post(ADD, {"name": " Mijn  sleutel ", "credential": SoftwareKey().make(asked)})
    assert page.url == OVERVIEW
    assert page.texts("table th[scope=row]") == ["Mijn sleutel"]
    assert actions(session)[-1] == "passkey.add"
    known = options(inside.get(ADD))
    assert len(known["excludeCredentials"]) == 1
    assert known["user"]["id"] == asked["user"]["id"]


def test_a_name_that_can_t_be_is_refused_at_its_field_and_kept(inside: Client) -> None:
    asked = options(inside.get(ADD))
    inside.post(ADD, {"name": "Werktelefoon", "credential": SoftwareKey().make(asked)})
    for name, words in {
        "": "Geef de passkey een naam, zoals Werktelefoon.",
        "x" * 61: "De naam mag 60 tekens lang zijn. Kort de naam in.",
        "WERKTELEFOON": "U heeft al een passkey met deze naam. Kies een andere naam.",
    }.items():
        asked = options(inside.get(ADD))
        page = inside.post(ADD, {"name": name, "credential": SoftwareKey().make(asked)}, status=422)
        assert said(page) == [words]
        assert page.form("Passkey maken").values["name"] == [name]


ELSEWHERE: tuple[dict[str, Any], ...] = (
    {"origin": "http://elders.nl"},
    {"host": "elders.nl"},
    {"flags": UP},
    {"flags": 0},
)
"""What no browser would say here: it is elsewhere, it is for elsewhere, it did not verify its owner."""


def test_what_no_browser_would_make_here_is_refused(inside: Client, session: Session) -> None:
    for change in ELSEWHERE:
        asked = options(inside.get(ADD))
        sent = SoftwareKey(**change).make(asked)
        assert said(inside.post(ADD, {"name": "Naam", "credential": sent}, status=422)) == [NOT_MADE], change
    session.rollback()
    assert session.scalars(select(Passkey)).all() == []


def test_an_answer_counts_once_in_time_and_for_what_was_asked(inside: Client, clock: Clock) -> None:
    asked = options(inside.get(ADD))
    other = options(inside.get(ADD))
    for question, wait in ((asked, 0), (other, 0), (None, 6)):
        now_asked = question or options(inside.get(ADD))
        clock.move(minutes=wait)
        page = inside.post(ADD, {"name": "Naam", "credential": SoftwareKey().make(now_asked)}, status=422)
        assert said(page) == [NOT_MADE]


def test_a_passkey_that_is_known_already_is_not_taken_again(inside: Client) -> None:
    made = SoftwareKey()
    for name, status in (("Eerste", 200), ("Tweede", 422)):
        asked = options(inside.get(ADD))
        inside.post(ADD, {"name": name, "credential": made.make(asked)}, status=status)
    assert said(inside.page) == ["Deze passkey is al bekend. Gebruik een ander apparaat."]


def test_without_a_script_the_page_says_what_is_the_matter(inside: Client) -> None:
    assert "JavaScript" in inside.get(ADD).text("noscript")
    assert said(inside.submit({"name": "Naam"}, button="Passkey maken", status=422)) == [NOT_MADE]


# using one


def test_a_passkey_alone_logs_in(client: Client, session: Session, key: SoftwareKey) -> None:
    client.get("/metingen/")
    client.click("Inloggen met een passkey")
    assert "allowCredentials" not in options(client.page) or not options(client.page)["allowCredentials"]
    page = client.post(ALONE, {"credential": key.use(options(client.page)), "next": "/metingen/"})
    assert page.url == "/metingen/"
    session.rollback()
    row = session.scalars(select(LoginSession).order_by(LoginSession.id.desc()).limit(1)).one()
    assert (row.how, row.second_factor) == ("webauthn", True)
    assert client.get(OVERVIEW).text("table td:nth-of-type(2)") != "nog niet"


def test_a_passkey_takes_the_second_step(client: Client, session: Session, key: SoftwareKey) -> None:
    client.admit(EMAIL, PASSWORD)
    client.click("Uw passkey gebruiken")
    assert len(options(client.page)["allowCredentials"]) == 1
    assert client.post(STEP, {"credential": key.use(options(client.page))}).url == "/"
    session.rollback()
    row = session.scalars(select(LoginSession).order_by(LoginSession.id.desc()).limit(1)).one()
    assert row.how == "password+webauthn"


def test_a_passkey_of_somebody_else_does_not_take_the_second_step(
    client: Client, world: World, session: Session, clock: Clock, key: SoftwareKey
) -> None:
    telephone, _ = given(session, world.person("beheerder"), clock)
    theirs = SoftwareKey()
    client.admit("beheerder@voorbeeld.nl", PASSWORD)
    client.submit({"code": telephone.code()}, button="Verder")
    client.post(ADD, {"name": "Sleutel", "credential": theirs.make(options(client.get(ADD)))})
    client.logout()
    client.admit("beheerder@voorbeeld.nl", PASSWORD)
    page = use(client, key, STEP, status=422)
    assert said(page) == ["Deze passkey werkte niet. Probeer het opnieuw, of gebruik een code."]
    assert actions(session)[-1] == "second_factor.failure"
    clock.move(seconds=1)
    assert use(client, theirs, STEP).url == "/"


def refused(client: Client, key: SoftwareKey) -> None:
    page = use(client, key, status=422)
    assert said(page)[0].startswith("Inloggen met deze passkey lukte niet.")


def test_what_no_browser_would_say_here_lets_nobody_in(
    client: Client, session: Session, key: SoftwareKey
) -> None:
    for change in (*ELSEWHERE, {"id": b"another passkey!"}):
        spoilt = SoftwareKey(**{"id": key.id, "handle": key.handle, **change})
        spoilt._key = key._key
        refused(client, spoilt)
        assert actions(session)[-1] == "second_factor.failure", change
    assert client.get("/").url == "/inloggen?next=/"


def test_the_id_of_a_passkey_is_not_the_passkey(client: Client, key: SoftwareKey) -> None:
    refused(client, SoftwareKey(id=key.id, handle=key.handle))


def test_what_was_said_once_can_t_be_said_again_with_a_copied_cookie(
    client: Client, key: SoftwareKey, clock: Clock
) -> None:
    asked = options(client.get(ALONE))
    with client._browser.session_transaction() as cookie:
        copy = dict(cookie)
    answer = key.use(asked)
    assert client.post(ALONE, {"credential": answer}).url == "/"
    client.logout()
    clock.move(seconds=1)
    client.get(ALONE)
    with client._browser.session_transaction() as cookie:
        cookie["passkey_challenge"] = copy["passkey_challenge"]
    client.post(ALONE, {"credential": answer}, status=422)


def test_a_passkey_whose_count_goes_back_was_copied(client: Client, key: SoftwareKey, clock: Clock) -> None:
    key.count = 7
    use(client, key)
    client.logout()
    clock.move(seconds=1)
    refused(client, key)
    clock.move(seconds=1)
    key.count = 8
    assert use(client, key).url == "/"


def test_who_was_disabled_does_not_get_in(
    client: Client, inspector: Person, session: Session, key: SoftwareKey
) -> None:
    inspector.active = False
    refused(client, key)


def test_who_guesses_the_password_does_not_keep_out_who_has_a_passkey(
    client: Client, key: SoftwareKey
) -> None:
    for _ in range(5):
        second_step.log_in(client, EMAIL, "verkeerd")
    assert use(client, key).url == "/"


def test_nothing_that_is_sent_makes_it_fail(client: Client, key: SoftwareKey) -> None:
    chance = random.Random(3)
    good = key.use(options(client.get(ALONE)))
    awkward = ["", "null", "[]", "{}", "[" * 19_000, '{"id": 1}', "x" * 30_000, '{"id": "\ud7ff"}', "\0"]
    for _ in range(12):
        place = chance.randrange(len(good))
        awkward.append(good[:place] + chance.choice('0"{}[]:,\\') + good[place + 1 + chance.randrange(9) :])
    for sent in awkward:
        client.get(ALONE)
        page = client.post(ALONE, {"credential": sent}, status=400 if "\0" in sent else 422)
        assert "Traceback" not in page.html


def test_nothing_that_is_sent_makes_making_one_fail(inside: Client) -> None:
    chance = random.Random(4)
    for _ in range(12):
        good = SoftwareKey().make(options(inside.get(ADD)))
        place = chance.randrange(len(good))
        sent = good[:place] + chance.choice('AZaz09_-"{') + good[place + 1 :]
        answer = inside.ask("POST", ADD, {"name": "x", "credential": sent, "csrf_token": inside.token()})
        assert answer.status in {303, 422}  # a change may be where it does not matter


# removing one


def test_a_passkey_that_is_removed_lets_nobody_in(
    client: Client, session: Session, telephone: Telephone, clock: Clock, key: SoftwareKey
) -> None:
    use(client, key)
    client.get(OVERVIEW)
    page = client.submit(button="Verwijderen van Werktelefoon")
    assert page.has("De passkey Werktelefoon werkt niet meer.")
    assert actions(session)[-1] == "passkey.remove"
    client.logout()
    clock.move(seconds=1)
    refused(client, key)
    client.admit(EMAIL, PASSWORD)
    assert not client.page.has("Uw passkey gebruiken")


def test_nobody_removes_a_passkey_of_somebody_else(
    client: Client, world: World, session: Session, login: Callable[[str], None], key: SoftwareKey
) -> None:
    number = session.scalars(select(Passkey.id)).one()
    session.rollback()
    login("ovr.vr01")
    client.post(f"{ADD}/{number}/verwijderen", status=404)
    client.post(f"{ADD}/{2**40}/verwijderen", status=404)
    session.rollback()
    assert session.scalars(select(Passkey.id)).one() == number


# where they work


@pytest.fixture
def at(app: Flask) -> Callable[[str | None], None]:
    """Give the application another public address."""

    def move(public_url: str | None) -> None:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], public_url=public_url)
        app.config["TRUSTED_HOSTS"] = None

    return move


def test_where_they_can_t_work_the_page_says_so(app: Flask, at: Callable[[str | None], None]) -> None:
    digits = "Passkeys werken niet op een adres van cijfers"
    for public_url, asked, words in (
        (None, "http://127.0.0.1:5000", "Open Meetlat op http://localhost:5000, of gebruik codes."),
        ("http://localhost:80", "http://127.0.0.1", "Open Meetlat op http://localhost, of gebruik codes."),
        ("https://10.1.2.3", "https://10.1.2.3", digits),
        ("https://[::1]:8443", "https://[::1]:8443", digits),
    ):
        at(public_url)
        answer = app.test_client().get(ALONE, base_url=asked)
        assert words in " ".join(Page(answer, ALONE, []).text("main").split())
        assert "data-passkey" not in answer.text


def test_they_belong_to_the_public_address(app: Flask, at: Callable[[str | None], None]) -> None:
    for public_url, asked, host, origin in (
        (None, "http://localhost:5000", "localhost", "http://localhost:5000"),
        ("https://meetlat.nl", "https://meetlat.nl", "meetlat.nl", "https://meetlat.nl"),
        ("https://Meetlat.nl:443", "https://meetlat.nl", "meetlat.nl", "https://meetlat.nl"),
        ("https://meetlat.nl:8443", "https://meetlat.nl:8443", "meetlat.nl", "https://meetlat.nl:8443"),
    ):
        at(public_url)
        with app.test_request_context("/", base_url=asked):
            assert passkeys.available()
            assert (passkeys._host(), passkeys._origin()) == (host, origin)
