"""What Meetlat signs with: a key for each purpose, all derived from its secret key.

Who comes by one of them can forge what is signed for that purpose, and nothing else. After the secret key was
renewed, what the one before signed still counts, for as long as that one is set (MEETLAT_SECRET_KEY_OLD).
"""

from __future__ import annotations

import hashlib
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from itsdangerous import URLSafeTimedSerializer

from app.config import Settings

SESSIONS: Final = "sessions"
FORMS: Final = "tokens of forms"
LINKS: Final = "links for a password"
PASSES: Final = "passes of forms"
SHEETS: Final = "sheets with links"
HEADS: Final = "heads of the log"
SIZE: Final = 32


def of(settings: Settings, purpose: str) -> list[str]:
    """The keys for a purpose, the oldest first: the last one signs, each of them proves."""
    secrets = [settings.secret_key_old, settings.secret_key]
    return [derived(secret, purpose) for secret in secrets if secret is not None]


def derived(secret: str, purpose: str) -> str:
    """The key for a purpose out of a secret; from one of them, nothing can be told about the others."""
    told = f"meetlat {purpose}".encode()
    return HKDF(SHA256(), length=SIZE, salt=None, info=told).derive(secret.encode()).hex()


def signer(settings: Settings, purpose: str, salt: str = "") -> URLSafeTimedSerializer:
    """What signs for a purpose, with HMAC-SHA-256; `salt` tells apart what one purpose signs."""
    return URLSafeTimedSerializer(
        list(of(settings, purpose)),
        salt=f"meetlat {purpose} {salt}",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )
