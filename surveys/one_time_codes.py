"""Codes that work once: those of an app (TOTP, RFC 6238), recovery codes, and the safe for a secret."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

ISSUER = "Meetlat"
STEP = 30
"""Seconds that a code of an app is shown."""
DIGITS = 6
DRIFT = 1
"""So many steps the clock of a telephone may be off, to either side."""
SECRET_BYTES = 20
NONCE_BYTES = 12

RECOVERY_CODES = 10
GROUP, GROUPS = 4, 6
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""What recovery codes are made of: nothing that is read for something else.

24 of them are 118 bits: so many that one round of hashing without a salt will do (ASVS 6.5.2).
"""

_BETWEEN = re.compile(r"[\s-]+")


class Unreadable(Exception):
    """A secret that was locked away with another key, for somebody else, or was tampered with."""


class Safe:
    """Locks secrets away, each for one person."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Keys for this purpose alone, of 32 bytes: the last one locks, each of them opens."""
        self._ciphers = [AESGCM(key) for key in keys]

    def lock(self, person_id: int, secret: bytes) -> str:
        """What to keep of a secret."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        locked = self._ciphers[-1].encrypt(nonce, secret, _owner(person_id))
        return base64.b64encode(nonce + locked).decode()

    def open(self, person_id: int, kept: str) -> bytes:
        """The secret. Raises Unreadable."""
        try:
            raw = base64.b64decode(kept, validate=True)
        except ValueError as error:
            raise Unreadable from error
        for cipher in reversed(self._ciphers):
            with suppress(InvalidTag, ValueError):  # too short to be anything is a ValueError
                return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _owner(person_id))
        raise Unreadable


def _owner(person_id: int) -> bytes:
    return f"person {person_id}".encode()


def new_secret() -> bytes:
    """A secret for an app."""
    return secrets.token_bytes(SECRET_BYTES)


def typed_out(secret: bytes) -> str:
    """A secret as somebody types it into an app: in groups of four."""
    return _grouped(base64.b32encode(secret).decode())


def address(secret: bytes, email: str) -> str:
    """A secret as an app reads it from a picture."""
    return _app(secret).get_provisioning_uri(email, ISSUER)


def code_at(secret: bytes, at: datetime) -> str:
    """The code that an app shows at a moment."""
    return _app(secret).generate(int(at.timestamp())).decode()


def step_of(secret: bytes, code: str, at: datetime, after: int = 0) -> int | None:
    """The step of which this is the code, about now and after the step `after`; None when it is of none."""
    typed = _BETWEEN.sub("", code)
    present = int(at.timestamp()) // STEP
    found = None
    for step in range(present - DRIFT, present + DRIFT + 1):
        shown = _app(secret).generate(step * STEP).decode()
        if secrets.compare_digest(shown.encode(), typed.encode()) and step > after:
            found = step
    return found


def _app(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP)  # what every app knows; most take no other digest


def new_recovery_codes() -> list[str]:
    """Codes to print or to keep in a safe place."""
    return [
        "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
        for _ in range(RECOVERY_CODES)
    ]


def digest(recovery_code: str) -> str:
    """What is kept of a recovery code, however it was typed."""
    return hashlib.sha256(_BETWEEN.sub("", recovery_code).lower().encode()).hexdigest()


def _grouped(text: str) -> str:
    return " ".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))
