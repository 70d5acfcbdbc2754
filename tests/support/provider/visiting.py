"""Going to the organisation and coming back, as a browser does between Meetlat and a provider."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Flask

from app import identity_provider
from app.sign_on_failures import Failure
from tests.support.client import Client
from tests.support.page import Page
from tests.support.provider.starting import NAME, Provider

START = "/inloggen/organisatie"
EMAIL = "nieuw@voorbeeld.nl"
KEEN = {"sub": "nieuw-1", "email": EMAIL, "email_verified": True}
"""What the organisation says of somebody who was invited at that address."""


def sent_to(client: Client, path: str = START) -> str:
    """Where somebody is sent who wants to log in at the organisation."""
    page = client.ask("GET", path)
    assert page.status == 303, page.summary()
    return str(page.headers["Location"])


def asked(address: str) -> dict[str, str]:
    """What an address asks: its parameters."""
    return {name: value for name, [value] in parse_qs(urlsplit(address).query).items()}


def local(address: str) -> str:
    """An address of Meetlat as a path; fails for any other."""
    parts = urlsplit(address)
    assert parts.netloc == "localhost"
    return f"{parts.path}?{parts.query}"


def changed(address: str, **new: str | None) -> str:
    """The address back with other parameters; None leaves one out."""
    kept = {name: value for name, value in (asked(address) | new).items() if value is not None}
    return f"{urlsplit(address).path}?{urlencode(kept)}"


def log_in(client: Client, provider: Provider, path: str = START, **claims: Any) -> Page:
    """Go to the organisation, log in there, and come back."""
    return client.get(local(provider.log_in(sent_to(client, path), **claims)))


def said(page: Page) -> list[str]:
    """What a page says went wrong, or well."""
    return page.texts(".utrecht-alert p")


def failure(reason: str) -> str:
    """What somebody reads for whom it failed for this reason."""
    return Failure(reason).told(NAME)


def logged_in(client: Client) -> bool:
    """Whether somebody is."""
    return bool(client.get("/toegankelijkheid").texts("form[action='/uitloggen'] button"))


def with_issuer(app: Flask, issuer: str) -> None:
    """Let the application use another provider."""
    settings = replace(app.config["SETTINGS"].single_sign_on, issuer=issuer)
    app.extensions["single_sign_on"] = identity_provider.Provider(settings)


def free_port() -> int:
    """A port on this machine where nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
