"""Logging in at an organisation, at a real provider: who gets in, who does not, and whose account it is."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from flask import Flask
from itsdangerous import TimestampSigner
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import accounts, create_app, identity_provider
from app.config import Settings
from app.extensions import db
from surveys import directory, identities, inviting, people
from surveys.acting import By, now, today
from surveys.errors import Refused
from surveys.models import Identity, LogEntry, LoginSession, Person
from tests import factories
from tests.factories import World
from tests.support.client import Client
from tests.support.databases import settings_for
from tests.support.provider.starting import NAME, Provider
from tests.support.provider.visiting import (
    EMAIL,
    KEEN,
    START,
    asked,
    changed,
    failure,
    free_port,
    local,
    log_in,
    logged_in,
    said,
    sent_to,
    with_issuer,
)

Login = Callable[[str], None]


@pytest.fixture
def settings(database_url: str, tmp_path: Path, provider: Provider) -> Settings:
    """Meetlat with this provider."""
    return replace(settings_for(database_url, tmp_path), single_sign_on=provider.settings)


def lines(session: Session) -> list[tuple[str, dict[str, Any] | None]]:
    """The log: actions with their details."""
    session.rollback()
    return [(row.action, row.detail) for row in session.scalars(select(LogEntry).order_by(LogEntry.id))]


def linked(session: Session, person: Person) -> list[str]:
    """What a person can log in with elsewhere."""
    session.rollback()
    return [row.subject for row in person.identities]


# getting in


def test_who_was_invited_logs_in_at_the_organisation(
    client: Client, provider: Provider, invited: Person, session: Session
) -> None:
    client.get("/inloggen")
    assert log_in(client, provider, client.page.link(f"Inloggen met {NAME}"), **KEEN).url == "/"
    assert logged_in(client)
    [row] = invited.identities
    assert (row.issuer, row.subject, row.last_used_at is None) == (provider.issuer, "nieuw-1", False)
    how = session.scalars(select(LoginSession.how)).all()
    assert how == ["oidc"]
    actions = [action for action, _ in lines(session)]
    assert actions == ["person.invite", "identity.link", "login.success"]
    assert lines(session)[1][1] == {"identity": row.id, "how": "mail"}


def test_afterwards_the_account_counts_and_not_its_address_of_mail(
    client: Client, provider: Provider, invited: Person, session: Session
) -> None:
    log_in(client, provider, **KEEN)
    client.forget()
    log_in(client, provider, sub="nieuw-1", email="getrouwd@voorbeeld.nl", email_verified=False)
    assert logged_in(client)
    client.forget()
    page = log_in(client, provider, sub="nieuw-2", email=EMAIL, email_verified=True)
    assert said(page) == [failure("linkable")]
    assert linked(session, invited) == ["nieuw-1"]


def test_who_logs_in_comes_where_he_wanted_to_be(
    client: Client, provider: Provider, world: World, session: Session
) -> None:
    identities.link(session, world.person("ovr.vr01"), provider.issuer, "ovr", By.system(), how="password")
    page = client.get("/dossier/proefmeting/VR01/?x=1&y=2")
    page = log_in(client, provider, page.link(f"Inloggen met {NAME}"), sub="ovr")
    assert page.url == "/dossier/proefmeting/VR01/?x=1&y=2"
    assert client.ask("GET", f"{START}?next=/begrippen").headers["Location"] == "/begrippen"


def test_nobody_is_sent_elsewhere_afterwards(client: Client, provider: Provider, invited: Person) -> None:
    for onward in ("https://elders.nl/", "//elders.nl", "/\\elders.nl", "/" + "x" * 2000):
        assert log_in(client, provider, f"{START}?{urlencode({'next': onward})}", **KEEN).url == "/"
        client.logout()


def test_nothing_of_the_tokens_is_kept(client: Client, provider: Provider, invited: Person) -> None:
    address = sent_to(client)
    [kept] = [name for name in client.session() if name.startswith("_state")]
    back = provider.log_in(address, **KEEN)
    client.get(local(back))
    assert kept not in client.session()
    assert asked(back)["code"] not in json.dumps(client.session(), default=str)
    assert {name for name in client.session() if "token" in name} <= {"csrf_token"}


@pytest.mark.parametrize(
    ("amr", "how", "second"),
    [(["pwd"], "oidc", False), (None, "oidc", False), (["pwd", "otp"], "oidc-mfa", True)],
)
def test_a_second_factor_at_the_organisation_counts_as_one_here(
    client: Client,
    provider: Provider,
    invited: Person,
    session: Session,
    amr: list[str] | None,
    how: str,
    second: bool,
) -> None:
    log_in(client, provider, amr=amr, **KEEN)
    row = session.scalars(select(LoginSession)).one()
    assert (row.how, row.second_factor) == (how, second)


@pytest.mark.parametrize(
    ("own", "amr", "onward"),
    [
        (True, ["pwd"], "/tweede-stap?"),
        (True, ["pwd", "hwk"], "/tweede-stap?"),
        (False, ["pwd"], "/tweede-stap/instellen?"),
        (False, ["pwd", "hwk"], "/metingen/"),
    ],
)
def test_who_needs_a_second_step_takes_the_own_one_or_that_of_the_organisation(
    client: Client,
    provider: Provider,
    world: World,
    session: Session,
    own: bool,
    amr: list[str],
    onward: str,
) -> None:
    inspector = world.person("inspecteur")
    inspector.example, inspector.second_factor_since = False, now() if own else None
    identities.link(session, inspector, provider.issuer, "i", By.system(), how="password")
    page = log_in(client, provider, f"{START}?next=/metingen/", sub="i", amr=amr)
    assert page.url.startswith(onward)
    assert logged_in(client) != own


# not getting in


OUTSIDERS: list[tuple[dict[str, Any], str]] = [
    ({"email": "niemand@voorbeeld.nl", "email_verified": True}, "unknown"),
    ({"email": EMAIL, "email_verified": False}, "unverified"),
    ({"email": EMAIL, "email_verified": "true"}, "unverified"),
    ({"email": EMAIL}, "unverified"),
    ({"email_verified": True}, "unverified"),
    ({}, "unverified"),
    ({"email": "ovr.vr01@voorbeeld.nl", "email_verified": True}, "linkable"),
    ({"email": "rmc.noord@voorbeeld.nl", "email_verified": True}, "disabled"),
]


def test_who_is_not_invited_or_not_known_to_be_it_stays_outside(
    client: Client, provider: Provider, world: World, invited: Person, session: Session
) -> None:
    world.person("rmc.noord").active = False
    session.commit()
    for claims, reason in OUTSIDERS:
        page = log_in(client, provider, sub="vreemd", **claims)
        assert (page.url, said(page)) == ("/inloggen?next=/", [failure(reason)])
    assert not logged_in(client)
    session.rollback()
    failures = session.scalars(select(LogEntry.subject_id).where(LogEntry.action == "login.failure")).all()
    who = ["ovr.vr01", "rmc.noord"]
    assert failures == [None, *(world.person(key).id for key in who)]  # one for each in so short a time
    assert not session.scalars(select(Identity)).all()


def test_who_is_disabled_after_linking_stays_outside(
    client: Client, provider: Provider, invited: Person, session: Session
) -> None:
    log_in(client, provider, **KEEN)
    client.forget()
    people.disable(session, session.get_one(Person, invited.id), By.system())
    assert said(log_in(client, provider, **KEEN)) == [failure("disabled")]
    assert not logged_in(client)


def test_who_refuses_over_there_is_told_so(client: Client, provider: Provider, invited: Person) -> None:
    page = client.get(local(provider.refuse(sent_to(client, f"{START}?next=/begrippen"))))
    assert (page.url, said(page)) == ("/inloggen?next=/begrippen", [failure("denied")])
    assert not [name for name in client.session() if name.startswith("_state")]


def test_the_way_back_works_once(client: Client, provider: Provider, invited: Person) -> None:
    back = provider.log_in(sent_to(client), **KEEN)
    client.get(local(back))
    client.logout()
    assert said(client.get(local(back))) == [failure("outdated")]
    assert not logged_in(client)


def test_the_code_of_another_log_in_is_refused(client: Client, provider: Provider, invited: Person) -> None:
    other = asked(provider.log_in(sent_to(client), **KEEN))["code"]
    back = provider.log_in(sent_to(client), **KEEN)
    assert said(client.get(changed(back, code=other))) == [failure("outdated")]
    assert not logged_in(client)


def test_who_was_not_sent_does_not_come_back(client: Client, provider: Provider, invited: Person) -> None:
    back = provider.log_in(sent_to(client), **KEEN)
    for state in (None, "", "anders"):
        assert said(client.get(changed(back, state=state))) == [failure("outdated")]
    assert not logged_in(client)


def test_another_browser_does_not_come_back(client: Client, provider: Provider, invited: Person) -> None:
    back = provider.log_in(sent_to(client), **KEEN)
    client.forget()
    assert said(client.get(local(back))) == [failure("outdated")]
    assert not logged_in(client)


def test_who_takes_too_long_begins_anew(
    client: Client, provider: Provider, invited: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = provider.log_in(sent_to(client), **KEEN)
    monkeypatch.setattr(identity_provider, "STATE_LIVES", -1)
    assert said(client.get(local(back))) == [failure("outdated")]


def test_only_the_last_log_in_that_was_begun_is_waited_for(client: Client, provider: Provider) -> None:
    for _ in range(5):
        sent_to(client)
    assert len([name for name in client.session() if name.startswith("_state")]) == 1


def tampered(client: Client, **new: str) -> None:
    """Change what our side keeps of the log-in that is under way."""
    with client._browser.session_transaction() as kept:
        [name] = [name for name in kept if name.startswith("_state")]
        kept[name] = {**kept[name], "data": kept[name]["data"] | new}


def test_the_provider_sees_the_proof_of_who_began(
    client: Client, provider: Provider, invited: Person
) -> None:
    address = sent_to(client)
    assert asked(address)["code_challenge_method"] == "S256"
    assert len(asked(address)["code_challenge"]) == 43
    back = provider.log_in(address, **KEEN)
    tampered(client, code_verifier="v" * 64)
    assert said(client.get(local(back))) == [failure("outdated")]
    assert not logged_in(client)


def test_without_that_proof_the_provider_refuses(client: Client, provider: Provider) -> None:
    asks = asked(sent_to(client))
    del asks["code_challenge"], asks["code_challenge_method"]
    answer = requests.get(f"{provider.issuer}/auth", params=asks, allow_redirects=False, timeout=5)
    assert asked(answer.headers["Location"])["error"] == "invalid_request"
    assert said(client.get(local(answer.headers["Location"]))) == [failure("denied")]


def test_a_token_for_another_log_in_is_refused(client: Client, provider: Provider, invited: Person) -> None:
    back = provider.log_in(sent_to(client), **KEEN)
    tampered(client, nonce="a nonce that the provider never saw")
    assert said(client.get(local(back))) == [failure("unusable")]
    assert not logged_in(client)


def test_the_answer_of_another_issuer_is_refused(client: Client, provider: Provider, invited: Person) -> None:
    for issuer in (None, "", "https://elders.nl"):
        back = provider.log_in(sent_to(client), **KEEN)
        assert said(client.get(changed(back, iss=issuer))) == [failure("unusable")]
    assert not logged_in(client)


def test_the_provider_takes_another_key(
    client: Client, provider: Provider, invited: Person, app: Flask
) -> None:
    log_in(client, provider, **KEEN)
    client.forget()
    provider.renew_keys("second")
    log_in(client, provider, **KEEN)
    assert logged_in(client)


def test_a_key_that_only_goes_by_the_name_of_another_is_not_trusted(
    client: Client, provider: Provider, invited: Person
) -> None:
    log_in(client, provider, **KEEN)
    client.logout()
    used = client.app.extensions["single_sign_on"].server_metadata["jwks"]["keys"][0]["kid"]
    provider.renew_keys(used)
    assert said(log_in(client, provider, **KEEN)) == [failure("unusable")]
    assert not logged_in(client)
    provider.renew_keys("third")


def test_one_address_does_not_go_there_without_end(settings: Settings, session: Session) -> None:
    server = create_app(replace(settings, testing=False))
    client = Client(server, before=session.commit)
    for _ in range(30):
        assert client.ask("GET", START).status == 303
    page = client.get(START, status=429)
    assert page.has("Wacht een paar minuten")
    with server.app_context():
        db.session.remove()
        db.engine.dispose()


# linking


def invitation(app: Flask, person: Person) -> str:
    with app.test_request_context():
        return accounts.password_link(person, "")


def test_a_one_time_link_links_whatever_the_address_of_mail(
    app: Flask, client: Client, provider: Provider, invited: Person, session: Session
) -> None:
    link = invitation(app, invited)
    onward = client.get(link).link(f"Log voortaan in met {NAME}")
    back = provider.log_in(sent_to(client, onward), sub="nieuw-1", email="prive@voorbeeld.nl")
    client.get(local(back))
    assert logged_in(client)
    assert linked(session, invited) == ["nieuw-1"]
    assert lines(session)[-2][1] == {"identity": 1, "how": "invitation"}
    client.forget()
    page = client.get(link)
    assert "Deze link werkt niet (meer)." in page.text("main")


def test_an_account_without_a_password_is_in_use_once_it_is_linked(
    world: World, invited: Person, session: Session
) -> None:
    factories.assignment(session, "ovr", unit=world.units["VR01"], whose=invited)
    assert inviting.may_have_link(invited, today())
    identities.link(session, invited, "https://inloggen.nl", "x", By.system(), how="mail")
    assert not inviting.may_have_link(invited, today())
    assert directory.person_row(session, invited, now(), today()).state == "actief"


def test_a_link_that_was_used_meanwhile_links_nothing(
    app: Flask, client: Client, provider: Provider, invited: Person, session: Session
) -> None:
    address = sent_to(client, f"{START}/uitnodiging/{invitation(app, invited).rpartition('/')[2]}")
    back = provider.log_in(address, sub="dief")
    invited.fs_uniquifier = "a" * 32
    session.commit()
    assert said(client.get(local(back))) == [failure("link")]
    assert linked(session, invited) == []


def test_a_link_that_was_made_up_or_is_too_old_links_nothing(
    app: Flask,
    client: Client,
    provider: Provider,
    invited: Person,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as then:
        eight_days_ago = int(time.time()) - 8 * 24 * 60 * 60
        then.setattr(TimestampSigner, "get_timestamp", lambda _: eight_days_ago)
        old = invitation(app, invited).rpartition("/")[2]
    for token in ("verzonnen", old):
        back = provider.log_in(sent_to(client, f"{START}/uitnodiging/{token}"), **KEEN)
        assert said(client.get(local(back))) == [failure("link")]
    assert not logged_in(client)
    assert linked(session, invited) == []


def onward_to_link(client: Client) -> str:
    client.get("/wachtwoord-wijzigen")
    client.click(f"Koppel uw account bij {NAME}")
    client.submit(action=f"{START}/koppelen")
    return client.page.link(f"Verder naar {NAME}")


def test_who_has_a_password_links_after_logging_in_with_it(
    client: Client, provider: Provider, world: World, login: Login, session: Session
) -> None:
    login("ovr.vr01")
    page = client.get(local(provider.log_in(onward_to_link(client), sub="ovr")))
    assert said(page) == [f"U kunt voortaan ook inloggen met {NAME}."]
    assert linked(session, world.person("ovr.vr01")) == ["ovr"]
    client.logout()
    log_in(client, provider, sub="ovr")
    assert logged_in(client)


def test_the_page_about_logging_in_leads_to_linking(client: Client, world: World, login: Login) -> None:
    login("ovr.vr01")
    client.get("/inloggen-beveiligen")
    assert client.click("Account koppelen of ontkoppelen").h1 == f"Inloggen met {NAME}"


def test_what_is_linked_to_one_is_not_linked_to_another(
    client: Client, provider: Provider, world: World, login: Login, session: Session
) -> None:
    identities.link(session, world.person("rmc.noord"), provider.issuer, "x", By.system(), how="password")
    login("ovr.vr01")
    page = client.get(local(provider.log_in(onward_to_link(client), sub="x")))
    assert (page.url, said(page)) == (f"{START}/koppelen", [failure("taken")])
    assert linked(session, world.person("ovr.vr01")) == []


def test_what_one_began_to_link_is_not_linked_to_who_logged_in_meanwhile(
    client: Client, provider: Provider, world: World, login: Login, session: Session
) -> None:
    login("ovr.vr01")
    back = provider.log_in(onward_to_link(client), sub="x")
    kept = {name: value for name, value in client.session().items() if name.startswith("_state")}
    client.forget()
    login("rmc.noord")
    with client._browser.session_transaction() as found:
        found.update(kept)
    assert said(client.get(local(back))) == [failure("outdated")]
    assert not session.scalars(select(Identity)).all()


def test_a_provider_that_is_down_is_told_on_the_page_to_link(
    app: Flask, client: Client, provider: Provider, world: World, login: Login
) -> None:
    login("ovr.vr01")
    client.get(f"{START}/koppelen")
    with_issuer(app, f"http://127.0.0.1:{free_port()}")
    page = client.submit(action=f"{START}/koppelen")
    assert (page.url, said(page)) == (f"{START}/koppelen", [failure("unreachable")])


def test_the_owner_removes_a_link(
    client: Client, provider: Provider, world: World, login: Login, session: Session
) -> None:
    person = world.person("ovr.vr01")
    number = identities.link(session, person, provider.issuer, "ovr", By.system(), how="password").id
    login("ovr.vr01")
    client.get(f"{START}/koppelen")
    page = client.submit(action=f"{START}/koppelen/{number}/verwijderen")
    assert said(page) == [f"U kunt niet meer inloggen met dat account bij {NAME}."]
    assert linked(session, person) == []
    assert lines(session)[-1] == ("identity.remove", {"identity": number})
    client.logout()
    assert said(log_in(client, provider, sub="ovr")) == [failure("unverified")]


def test_nobody_removes_the_only_way_in(
    client: Client, provider: Provider, invited: Person, session: Session
) -> None:
    log_in(client, provider, **KEEN)
    client.get(f"{START}/koppelen")
    page = client.submit(action=f"{START}/koppelen/1/verwijderen", status=422)
    assert page.texts("[data-error-summary] li") == [
        "Zonder wachtwoord en zonder koppeling kunt u niet meer inloggen."
        " Vraag eerst een link aan en kies een wachtwoord."
    ]
    assert linked(session, invited) == ["nieuw-1"]


def test_nobody_removes_a_link_of_another(
    client: Client, provider: Provider, world: World, login: Login, session: Session
) -> None:
    row = identities.link(session, world.person("rmc.noord"), provider.issuer, "x", By.system(), how="mail")
    login("ovr.vr01")
    client.post(f"{START}/koppelen/{row.id}/verwijderen", status=404)
    client.forget()
    login("beheerder")
    other = world.person("ovr.vr01").id
    client.post(f"/beheer/mensen/{other}/organisatie-account/{row.id}/verwijderen", status=404)
    assert linked(session, world.person("rmc.noord")) == ["x"]


def test_the_beheerder_removes_a_link_and_whoever_is_logged_in_with_it_is_out(
    app: Flask, client: Client, provider: Provider, world: World, login: Login, session: Session
) -> None:
    person = world.person("ovr.vr01")
    row = identities.link(session, person, provider.issuer, "ovr", By.system(), how="password")
    other = Client(app, before=session.commit)
    log_in(other, provider, sub="ovr")
    login("beheerder")
    page = client.get(f"/beheer/mensen/{person.id}")
    assert provider.issuer in page.text("main")
    page = client.submit(action=f"/beheer/mensen/{person.id}/organisatie-account/{row.id}/verwijderen")
    assert said(page) == ["Het account van de organisatie is ontkoppeld."]
    assert provider.issuer not in page.text("main")
    assert not logged_in(other)


def test_an_account_leads_to_one_person_also_for_two_at_once(
    world: World, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other, issuer = world.person("ovr.vr01"), world.person("rmc.noord"), "https://inloggen.nl"
    first = identities.link(session, one, issuer, "x", By.system(), how="password")
    assert identities.link(session, one, issuer, "x", By.system(), how="mail") is first
    find, looks = identities.find, iter([False, True])
    monkeypatch.setattr(identities, "find", lambda *what: find(*what) if next(looks) else None)
    with pytest.raises(Refused, match="al gekoppeld aan iemand anders"):
        identities.link(session, other, issuer, "x", By.system(), how="password")
    assert other.identities == []


# showing anew who one is


def stale(session: Session) -> None:
    """Let whoever is logged in have shown long ago who they are."""
    session.rollback()
    row = session.scalars(select(LoginSession).order_by(LoginSession.id.desc())).first()
    assert row is not None
    row.authenticated_at = row.authenticated_at.replace(year=2020)
    session.commit()


CONFIRM = f"Opnieuw inloggen met {NAME}"


def test_who_logged_in_there_confirms_there(
    client: Client, provider: Provider, invited: Person, session: Session
) -> None:
    log_in(client, provider, **KEEN)
    stale(session)
    address = sent_to(client, client.get("/bevestigen?next=/begrippen").link(CONFIRM))
    assert {name: asked(address)[name] for name in ("prompt", "max_age")} == {
        "prompt": "login",
        "max_age": "0",
    }
    assert client.get(local(provider.log_in(address, **KEEN))).url == "/begrippen"
    assert [action for action, _ in lines(session)][-1] == "session.confirm"
    assert session.scalars(select(LoginSession)).one().authenticated_at.year > 2020


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        (KEEN | {"ts": 1_400_000_000}, "stale"),
        (KEEN | {"sub": "van niemand"}, "other"),
        (KEEN | {"sub": "van een ander"}, "other"),
    ],
)
def test_another_account_or_an_old_log_in_confirms_nothing(
    client: Client, provider: Provider, invited: Person, session: Session, claims: dict[str, Any], reason: str
) -> None:
    log_in(client, provider, **KEEN)
    other = factories.person(session)
    identities.link(session, other, provider.issuer, "van een ander", By.system(), how="password")
    session.commit()
    stale(session)
    address = sent_to(client, client.get("/bevestigen?next=/begrippen").link(CONFIRM))
    page = client.get(local(provider.log_in(address, **claims)))
    assert page.url.startswith("/bevestigen?next=")
    assert said(page) == [failure(reason)]
    assert session.scalars(select(LoginSession)).one().authenticated_at.year == 2020


def test_who_has_no_link_is_not_offered_to_confirm_there(
    client: Client, provider: Provider, world: World, login: Login
) -> None:
    login("ovr.vr01")
    assert CONFIRM not in client.get("/bevestigen?next=/begrippen").text("main")
