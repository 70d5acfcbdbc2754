"""A provider that is not there or says what it should not; what its methods count for; the settings of it."""

from __future__ import annotations

import hmac
import json
import socket
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy.orm import Session

from app import create_app, identity_provider, sign_on_failures
from app.config import SINGLE_SIGN_ON, ConfigError, Settings, SingleSignOn, load
from app.extensions import db
from app.identity_provider import FACTORS, SIGNED_BY, Transport, checked, second_factor
from app.sign_on_failures import TEXTS, Failure
from surveys.models import Person
from tests import factories
from tests.factories import PASSWORD, World
from tests.support.client import Client
from tests.support.databases import settings_for
from tests.support.page import Page
from tests.support.provider.starting import Provider
from tests.support.provider.visiting import (
    KEEN,
    START,
    asked,
    failure,
    free_port,
    logged_in,
    said,
    sent_to,
    with_issuer,
)


@pytest.fixture
def settings(database_url: str, tmp_path: Path, provider: Provider) -> Settings:
    """Meetlat with this provider."""
    return replace(settings_for(database_url, tmp_path), single_sign_on=provider.settings)


def test_a_provider_that_is_down_keeps_nobody_out_who_has_a_password(
    app: Flask, client: Client, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with_issuer(app, f"http://127.0.0.1:{free_port()}")
    page = client.get(START)
    assert (page.url, said(page)) == ("/inloggen?next=/", [failure("unreachable")])
    [line] = [each for each in caplog.records if "organisation" in each.message]
    assert (line.reason, line.detail, line.exc_info) == ("unreachable", "ConnectionError", None)  # type: ignore[attr-defined]
    client.submit({"email": "ovr.vr01@voorbeeld.nl", "password": PASSWORD})
    assert logged_in(client)


def test_a_provider_that_does_not_answer_is_not_waited_for(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_provider, "TIMEOUT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with_issuer(app, f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert said(client.get(START)) == [failure("unreachable")]
        # while it is not there, others are told so at once
        monkeypatch.setattr(Transport, "request", lambda *_, **__: pytest.fail("asked again"))
        assert said(client.get(START)) == [failure("unreachable")]


ISSUER = "https://inloggen.voorbeeld.nl"
DISCOVERED = f"{ISSUER}/.well-known/openid-configuration"
DISCOVERY = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
}
KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": "k", "alg": "RS256", "use": "sig"}) for _ in range(2))


class Scripted:
    """A provider that answers what it is told to; instead of the network."""

    def __init__(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        with_issuer(app, ISSUER)
        self.answers: dict[str, Any] = {
            DISCOVERED: DISCOVERY,
            f"{ISSUER}/keys": {"keys": [KEY.as_dict(private=False)]},
        }
        self.status: dict[str, int] = {}
        monkeypatch.setattr(requests.Session, "request", self._answer)

    def _answer(self, method: str, url: str, **more: Any) -> requests.Response:
        assert more["timeout"]
        assert more["allow_redirects"] is False
        answer = requests.Response()
        answer.status_code, answer.url = self.status.get(url, 200), url
        answer.headers["Location"] = "http://169.254.169.254/"
        said = self.answers[url]
        answer._content = said if isinstance(said, bytes) else json.dumps(said).encode()
        return answer

    def token(self, **claims: Any) -> None:
        """Give out this, besides an access token."""
        self.answers[f"{ISSUER}/token"] = {"access_token": "a", "token_type": "Bearer", **claims}


@pytest.fixture
def scripted(app: Flask, monkeypatch: pytest.MonkeyPatch, provider: Provider) -> Scripted:
    """A provider that says what a test has it say."""
    return Scripted(app, monkeypatch)


def right(nonce: str) -> dict[str, Any]:
    at = int(time.time())
    return {"iss": ISSUER, "aud": "meetlat", "sub": "x", "iat": at, "exp": at + 60, "nonce": nonce, **KEEN}


def without(claims: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {each: value for each, value in claims.items() if each != name}


def signed(claims: Mapping[str, Any], key: Any = KEY) -> str:
    return jwt.encode({"alg": "RS256", "kid": "k"}, dict(claims), key)


def forged(claims: Mapping[str, Any], alg: str) -> str:
    """A token that anybody can make: not signed, or signed with the public key as if it were a secret."""
    parts = ({"alg": alg, "kid": "k"}, claims)
    head, body = (urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=") for each in parts)
    digest = hmac.digest(KEY.as_pem(private=False), head + b"." + body, "sha256")
    return b".".join([head, body, urlsafe_b64encode(digest).rstrip(b"=") if alg != "none" else b""]).decode()


def arrive(client: Client, scripted: Scripted, make: Callable[[dict[str, Any]], dict[str, Any]]) -> Page:
    """Log in with what the provider makes of a right ID token."""
    asks = asked(sent_to(client))
    scripted.token(**make(right(asks["nonce"])))
    return client.get(f"{START}/terug?{urlencode({'state': asks['state'], 'code': 'c'})}")


def test_a_right_token_is_taken(client: Client, scripted: Scripted, invited: Person) -> None:
    arrive(client, scripted, lambda claims: {"id_token": signed(claims)})
    assert logged_in(client)


AGO = 3600
WRONG: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "another issuer": lambda good: {"id_token": signed(good | {"iss": "https://elders.nl"})},
    "for somebody else": lambda good: {"id_token": signed(good | {"aud": "elders"})},
    "for somebody else, by way of us": lambda good: {
        "id_token": signed(good | {"aud": "elders", "azp": "meetlat"})
    },
    "for several, by way of another": lambda good: {
        "id_token": signed(good | {"aud": ["meetlat", "elders"], "azp": "elders"})
    },
    "expired": lambda good: {"id_token": signed(good | {"exp": good["iat"] - 40})},
    "of tomorrow": lambda good: {"id_token": signed(good | {"iat": good["iat"] + 24 * AGO})},
    "not valid yet": lambda good: {"id_token": signed(good | {"nbf": good["iat"] + AGO})},
    "without an end": lambda good: {"id_token": signed(without(good, "exp"))},
    "without a nonce": lambda good: {"id_token": signed(without(good, "nonce"))},
    "of nobody": lambda good: {"id_token": signed(without(good, "sub"))},
    "of an empty name": lambda good: {"id_token": signed(good | {"sub": ""})},
    "of a number": lambda good: {"id_token": signed(good | {"sub": 12})},
    "of an endless name": lambda good: {"id_token": signed(good | {"sub": "x" * 256})},
    "another access token": lambda good: {"id_token": signed(good | {"at_hash": "anders"})},
    "signed by another": lambda good: {"id_token": signed(good, OTHER_KEY)},
    "signed with what all know": lambda good: {"id_token": forged(good, "HS256")},
    "not signed": lambda good: {"id_token": forged(good, "none")},
    "without its signature": lambda good: {"id_token": signed(good).rpartition(".")[0] + "."},
    "no token": lambda good: {"id_token": "geen.token.hier"},
    "a token of another kind": lambda good: {"id_token": 7},
    "none at all": lambda good: {},
}


def test_a_wrong_token_is_refused(client: Client, scripted: Scripted, invited: Person) -> None:
    scripted.answers[DISCOVERED] = DISCOVERY | {
        "id_token_signing_alg_values_supported": ["none", "HS256", "RS256"]
    }
    for name, make in WRONG.items():
        assert said(arrive(client, scripted, make)) == [failure("unusable")], name
    assert not logged_in(client)


@pytest.mark.parametrize("name", ["token", "keys", "me", ".well-known/openid-configuration"])
def test_an_answer_that_is_none_lets_nobody_in(
    app: Flask, client: Client, scripted: Scripted, invited: Person, name: str
) -> None:
    scripted.answers |= {
        DISCOVERED: DISCOVERY | {"userinfo_endpoint": f"{ISSUER}/me"},
        f"{ISSUER}/me": KEEN,
    }
    where, right_ones = f"{ISSUER}/{name}", dict(scripted.answers)
    wrong = [(200, each) for each in (b"<html>", b"\xff", [], None)]
    for status, answer in [*wrong, (502, b"Bad gateway"), (302, "the right one")]:
        scripted.answers, scripted.status = dict(right_ones), {}
        with_issuer(app, ISSUER)
        asks = asked(sent_to(client))
        scripted.token(id_token=signed(without(right(asks["nonce"]), "email")))
        if where == DISCOVERED:
            with_issuer(app, ISSUER)
        scripted.status[where] = status
        if status != 302:
            scripted.answers[where] = answer
        page = client.get(f"{START}/terug?{urlencode({'state': asks['state'], 'code': 'c'})}")
        assert said(page) == [failure("unreachable" if status == 502 else "unusable")], (status, answer)
    assert not logged_in(client)


def test_what_the_provider_tells_of_another_person_is_not_believed(
    client: Client, scripted: Scripted, invited: Person
) -> None:
    scripted.answers[DISCOVERED] = DISCOVERY | {"userinfo_endpoint": f"{ISSUER}/me"}
    scripted.answers[f"{ISSUER}/me"] = KEEN | {"sub": "een ander"}
    page = arrive(client, scripted, lambda good: {"id_token": signed(without(good, "email"))})
    assert said(page) == [failure("unusable")]


@pytest.mark.parametrize(
    "name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"]
)
@pytest.mark.parametrize(
    "address",
    [
        "http://inloggen.voorbeeld.nl/x",
        "http://127.0.0.1/x",
        "https://u@x.nl/",
        "file:///x",
        "https://[",
        "",
        7,
    ],
)
def test_no_address_is_asked_that_is_not_safe(name: str, address: object) -> None:
    with pytest.raises(Failure, match=name):
        checked(DISCOVERY | {name: address}, ISSUER)


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": f"{ISSUER}/"},
        {"issuer": None},
        {"id_token_signing_alg_values_supported": ["none", "HS256"]},
        {"id_token_signing_alg_values_supported": "RS256"},
        {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
    ],
)
def test_a_provider_that_is_another_or_that_we_can_not_trust_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Failure, match="unusable"):
        checked(DISCOVERY | wrong, ISSUER)


def test_a_secret_goes_in_the_body_where_the_provider_wants_it_there() -> None:
    for ways, way in ((["client_secret_post"], "client_secret_post"), (None, "client_secret_basic")):
        more = {} if ways is None else {"token_endpoint_auth_methods_supported": ways}
        assert checked(DISCOVERY | more, ISSUER)["token_endpoint_auth_method"] == way


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from([ISSUER, *SIGNED_BY]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(
    ANYTHING | st.fixed_dictionaries({}, optional=dict.fromkeys([*DISCOVERY, "userinfo_endpoint"], ANYTHING))
)
def test_whatever_a_provider_says_of_itself_it_is_used_or_refused(document: Any) -> None:
    try:
        found = checked(document, ISSUER)
    except Failure:
        return
    assert found["issuer"] == ISSUER
    assert all(found[name].startswith("https://") for name in DISCOVERY if name != "issuer")


# a second factor over there


METHODS = sorted(set().union(*FACTORS) | {"user", "geo", "rba", "mca", "wia", "x"})


@given(st.lists(st.sampled_from(METHODS), max_size=4))
def test_two_factors_are_of_two_kinds(methods: list[str]) -> None:
    kinds = {place for place, kind in enumerate(FACTORS) for each in methods if each in kind}
    assert second_factor(methods) == (len(kinds) > 1)
    assert second_factor([*methods, "mfa"])


@pytest.mark.parametrize("amr", [None, "mfa", {"mfa": True}, [["mfa"]], [1, None]])
def test_what_is_no_list_of_methods_says_nothing(amr: object) -> None:
    assert not second_factor(amr)


# settings


FULL = dict(zip(SINGLE_SIGN_ON, (ISSUER, "meetlat", "geheim", "Rijksaccount"), strict=True))


def test_the_settings_are_read(tmp_path: Path) -> None:
    found = load({"MEETLAT_DATA_DIR": str(tmp_path), **FULL})
    assert found.single_sign_on == SingleSignOn(ISSUER, "meetlat", "geheim", "Rijksaccount")
    assert load({"MEETLAT_DATA_DIR": str(tmp_path)}).single_sign_on is None


@pytest.mark.parametrize("missing", SINGLE_SIGN_ON)
def test_all_settings_are_given_or_none(tmp_path: Path, missing: str) -> None:
    given = {name: value for name, value in FULL.items() if name != missing}
    with pytest.raises(ConfigError, match=f"^{missing}: ontbreekt"):
        load({"MEETLAT_DATA_DIR": str(tmp_path), **given})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            (SINGLE_SIGN_ON[0], value)
            for value in ("", "inloggen.nl", "ftp://x.nl", "http://x.nl", "https://")
        ),
        *((SINGLE_SIGN_ON[0], f"{ISSUER}{more}") for more in ("?x=1", "#x", ":poort", "/" + "x" * 300)),
        (SINGLE_SIGN_ON[0], "https://u:p@x.nl"),
        *((SINGLE_SIGN_ON[1], value) for value in ("", " ", "é", "a\nb")),
        *((SINGLE_SIGN_ON[2], value) for value in ("", " ", "é", "a\nb")),
        *((SINGLE_SIGN_ON[3], value) for value in ("", " ", "a\nb", "x" * 61)),
    ],
)
def test_a_wrong_setting_is_refused_in_one_line(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=rf"^{name}: .*\.$") as caught:
        load({"MEETLAT_DATA_DIR": str(tmp_path), **FULL, name: value})
    assert "\n" not in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_without_settings_there_is_nothing_of_it(
    database_url: str, tmp_path: Path, session: Session, provider: Provider
) -> None:
    world = factories.world(session)
    app = create_app(settings_for(database_url, tmp_path))
    client = Client(app, before=session.commit)
    assert "organisatie" not in client.get("/inloggen").html
    for path in ("", "/terug", "/uitnodiging/x"):
        client.get(f"{START}{path}", status=404)
    client.login(world.person("ovr.vr01").email, PASSWORD)
    for path in ("/bevestigen", "/koppelen"):
        client.get(f"{START}{path}", status=404)
    assert START not in client.get("/wachtwoord-wijzigen").html
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_every_failure_has_words_that_say_what_to_do() -> None:
    source = Path(sign_on_failures.__file__).parent
    used = "".join(
        (source / name).read_text("utf-8") for name in ("single_sign_on.py", "identity_provider.py")
    )
    for reason in TEXTS:
        assert f'"{reason}"' in used
        told = failure(reason)
        assert told.endswith(".")
        assert "{" not in told
