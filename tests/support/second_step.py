"""What people hold in their hands for the second step of logging in: a telephone with an app, a passkey."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from sqlalchemy.orm import Session

from app import keys
from app.second_factor import SECRETS
from surveys import one_time_codes, second_factor
from surveys.acting import By, now
from surveys.models import Person
from surveys.one_time_codes import STEP, Safe
from tests.support.client import Client
from tests.support.databases import settings_for
from tests.support.page import Page

SAFE = Safe([bytes.fromhex(keys.derived(settings_for("sqlite://", Path()).secret_key, SECRETS))])
"""That of the application of tests."""
UP, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
"""What an authenticator says in its flags: somebody was there, it knew who, and it adds a new key."""


class Clock:
    """The time as the second step sees it; stands still until it is moved."""

    def __init__(self) -> None:
        self.at = now()

    def __call__(self) -> datetime:
        """The time."""
        return self.at

    def move(self, **by: float) -> None:
        """Let time pass: `clock.move(minutes=5)`."""
        self.at += timedelta(**by)


@dataclass
class Telephone:
    """An app with the secret of one account."""

    secret: bytes
    clock: Clock

    @classmethod
    def scan(cls, page: Page, clock: Clock) -> Telephone:
        """Take the secret from the page that shows it."""
        return cls.typed(page.text(".typed-out"), clock)

    @classmethod
    def typed(cls, shown: str, clock: Clock) -> Telephone:
        """Take the secret as somebody types it over."""
        return cls(base64.b32decode(re.sub(r"\s", "", shown)), clock)

    def code(self, steps: int = 0) -> str:
        """The code that it shows; of so many steps earlier or later where a number is given."""
        return one_time_codes.code_at(self.secret, self.clock.at + timedelta(seconds=steps * STEP))


def given(session: Session, person: Person, clock: Clock) -> tuple[Telephone, list[str]]:
    """Somebody who set up the second step some time ago: the telephone and the recovery codes. Flushed."""
    telephone = Telephone(one_time_codes.new_secret(), clock)
    by = By(person.id, None, None, None, clock.at - timedelta(days=1))
    code = one_time_codes.code_at(telephone.secret, by.at)
    return telephone, second_factor.set_up(session, person, telephone.secret, code, SAFE, by)


def log_in(client: Client, email: str, password: str) -> Page:
    """Give the password, and come to what is asked next."""
    client.get("/inloggen")
    return client.submit({"email": email, "password": password}, button="Inloggen")


@dataclass
class SoftwareKey:
    """An authenticator that makes one passkey, and does what it is told: also what no real one would."""

    origin: str = "http://localhost"
    host: str = "localhost"
    flags: int = UP | VERIFIED
    count: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    handle: str = ""

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: Mapping[str, Any]) -> str:
        """What a browser says when it made a passkey as it was asked to."""
        self.handle = options["user"]["id"]
        numbers = self._key.public_key().public_numbers()
        cose = _cbor(
            {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        )
        added = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cose
        attested = _cbor({"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + added})
        return self._said(
            clientDataJSON=_coded(self._client("webauthn.create", options)),
            attestationObject=_coded(attested),
            transports=["internal"],
        )

    def use(self, options: Mapping[str, Any]) -> str:
        """What a browser says when the passkey was used as it was asked to."""
        client, data = self._client("webauthn.get", options), self._data(0)
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._said(
            clientDataJSON=_coded(client),
            authenticatorData=_coded(data),
            signature=_coded(signature),
            userHandle=self.handle,
        )

    def _client(self, kind: str, options: Mapping[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _data(self, more: int) -> bytes:
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _said(self, **response: object) -> str:
        known = _coded(self.id)
        return json.dumps({"id": known, "rawId": known, "type": "public-key", "response": response})


def _coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _cbor(value: Any) -> bytes:
    """A value in CBOR (RFC 8949): as much of it as a passkey needs."""
    match value:
        case int():
            return _head(0, value) if value >= 0 else _head(1, -1 - value)
        case bytes():
            return _head(2, len(value)) + value
        case str():
            return _head(3, len(value)) + value.encode()
        case dict():
            return _head(5, len(value)) + b"".join(_cbor(key) + _cbor(each) for key, each in value.items())
    raise TypeError(value)


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    if number < 256:
        return bytes([kind << 5 | 24, number])
    return bytes([kind << 5 | 25]) + number.to_bytes(2, "big")
