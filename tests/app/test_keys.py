"""Keys: one for each purpose, and the one before still counts for what it signed."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from itsdangerous import BadSignature
from sqlalchemy.orm import Session

from app import create_app, keys
from app.config import Settings
from app.extensions import db
from tests.factories import PASSWORD, World
from tests.support.client import Client

OLD, NEW = "a key that was leaked, or just has its age", "the key that came in its place today"
PURPOSES = (keys.SESSIONS, keys.FORMS, keys.LINKS, keys.PASSES, keys.SHEETS, keys.HEADS)
EMAIL = "ovr.vr01@voorbeeld.nl"
Make = Callable[..., Flask]


@pytest.fixture
def make(settings: Settings) -> Iterator[Make]:
    """Make the application with other keys, on the same database."""
    made: list[Flask] = []

    def make(key: str, old: str | None = None) -> Flask:
        made.append(create_app(replace(settings, secret_key=key, secret_key_old=old)))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def carried(client: Client, app: Flask) -> Client:
    """The same browser, at another server."""
    cookie = client._browser.get_cookie("meetlat")
    assert cookie is not None
    other = Client(app)
    other._browser.set_cookie("meetlat", cookie.value)
    return other


def test_every_purpose_has_a_key_of_its_own(settings: Settings) -> None:
    renewed = replace(settings, secret_key=NEW, secret_key_old=OLD)
    found = [key for purpose in PURPOSES for key in keys.of(renewed, purpose)]
    assert len(set(found)) == len(found) == 2 * len(PURPOSES)
    assert all(len(key) == 64 for key in found)


def test_what_was_signed_for_one_purpose_counts_for_no_other(settings: Settings) -> None:
    for purpose, other in itertools.permutations(PURPOSES, 2):
        with pytest.raises(BadSignature):
            keys.signer(settings, other).loads(keys.signer(settings, purpose).dumps("x"))


def test_what_the_key_before_signed_counts_and_the_new_one_signs(settings: Settings) -> None:
    old, new = replace(settings, secret_key=OLD), replace(settings, secret_key=NEW)
    both = replace(new, secret_key_old=OLD)
    signed = keys.signer(old, keys.LINKS).dumps("x")
    assert keys.signer(both, keys.LINKS).loads(signed) == "x"
    assert keys.signer(new, keys.LINKS).loads(keys.signer(both, keys.LINKS).dumps("x")) == "x"
    with pytest.raises(BadSignature):
        keys.signer(new, keys.LINKS).loads(signed)


def test_sessions_links_and_passes_are_signed_with_sha_256(app: Flask) -> None:
    with app.app_context():
        signers = [
            app.session_interface.get_signing_serializer(app),  # type: ignore[attr-defined]
            app.extensions["security"].reset_serializer,
            keys.signer(app.config["SETTINGS"], keys.PASSES),
        ]
    for each in signers:
        assert each.make_signer(each.salt).digest_method is hashlib.sha256


def test_with_the_key_before_beside_the_new_one_nobody_is_put_out(
    make: Make, world: World, session: Session
) -> None:
    session.commit()
    client = Client(make(OLD), before=session.commit)
    client.login(EMAIL, PASSWORD)
    client = carried(client, make(NEW, OLD))
    assert client.get("/").h1 == "Start"
    assert carried(client, make(NEW)).get("/").h1 == "Start", "the request before signed it anew"


def test_with_another_key_alone_everybody_logs_in_anew(make: Make, world: World, session: Session) -> None:
    session.commit()
    client = Client(make(OLD), before=session.commit)
    client.login(EMAIL, PASSWORD)
    assert carried(client, make(NEW)).get("/").url.startswith("/inloggen")
