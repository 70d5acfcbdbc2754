"""What goes to and from a browser for passkeys (WebAuthn), checked by py_webauthn.

A passkey is asked to verify its owner (a fingerprint, a face, a PIN), so it is two factors in one. It belongs
to the name of a host, and an address in digits is none: there are no passkeys then.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import webauthn
from flask import current_app, request, session
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    options_to_json,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.config import Settings
from surveys import second_factor
from surveys.acting import now
from surveys.models import Passkey, Person
from surveys.second_factor import Key

PATIENCE: Final = timedelta(minutes=5)
"""So long after its page was shown a passkey can be made or used."""
CHALLENGE: Final = "passkey_challenge"
NAME: Final = "Meetlat"
LONGEST: Final = 20_000
"""No browser says more for a passkey."""
MALFORMED: Final = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading raises when what was sent is not what a browser sends."""


Found = TypeVar("Found")


class NotVerified(Exception):
    """What was sent for a passkey does not hold."""


@dataclass(frozen=True)
class Challenge:
    """What a browser was asked to sign, when (seconds of the epoch), and the handle of a passkey to make."""

    value: bytes
    at: float
    handle: str


def available() -> bool:
    """Whether passkeys work at the address that was asked for."""
    return elsewhere() is None


def elsewhere() -> str | None:
    """The address at which passkeys work when this is not it; empty when they work nowhere; None: here."""
    host = _host()
    if _is_in_digits(host):
        return ""
    asked = urlsplit(request.host_url)
    if asked.hostname == host:
        return None
    return _origin_of(asked.scheme, host, asked.port)


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def _host() -> str:
    """The name that passkeys belong to."""
    public = _settings().public_url
    return (urlsplit(public).hostname or "") if public else "localhost"


def _origin() -> str:
    """Where a browser says that it is."""
    asked = urlsplit((_settings().public_url if _settings().https else None) or request.host_url)
    return _origin_of(asked.scheme, asked.hostname or "", asked.port)


def _origin_of(scheme: str, host: str, port: int | None) -> str:
    usual = port in {None, {"http": 80, "https": 443}[scheme]}
    return f"{scheme}://{host}" + ("" if usual else f":{port}")


def _is_in_digits(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def options_to_make(person: Person, known: Sequence[Passkey]) -> str:
    """What a browser is asked in order to make a passkey, as JSON."""
    challenge = _new_challenge(second_factor.handle_of(known))
    return options_to_json(
        webauthn.generate_registration_options(
            rp_id=_host(),
            rp_name=NAME,
            user_id=base64url_to_bytes(challenge.handle),
            user_name=person.email,
            user_display_name=person.name,
            challenge=challenge.value,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_described(known),
        )
    )


def options_to_use(known: Sequence[Passkey] = ()) -> str:
    """What a browser is asked in order to use one of these passkeys, or any; as JSON."""
    return options_to_json(
        webauthn.generate_authentication_options(
            rp_id=_host(),
            challenge=_new_challenge().value,
            allow_credentials=_described(known),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def _described(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(each.credential_id),
            transports=[AuthenticatorTransport(name) for name in each.transports],
        )
        for each in known
    ]


def made(sent: str) -> Key:
    """The passkey that a browser made when it was asked to. Raises NotVerified."""
    challenge = _challenge()

    def read() -> Key:
        credential = parse_registration_credential_json(_object(sent))
        verified = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge.value,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
        return Key(
            credential_id=bytes_to_base64url(verified.credential_id),
            public_key=bytes_to_base64url(verified.credential_public_key),
            sign_count=verified.sign_count,
            handle=challenge.handle,
            transports=tuple(each.value for each in credential.response.transports or ()),
        )

    return _read(read)


def used(sent: str, find: Callable[[str], Passkey | None]) -> tuple[Passkey, int]:
    """The passkey that a browser used when it was asked to, and how often it was used, as its device says.

    `find` gives a passkey by its id. Raises NotVerified.
    """
    challenge = _challenge()

    def read() -> tuple[Passkey, int]:
        credential = parse_authentication_credential_json(_object(sent))
        passkey = find(bytes_to_base64url(credential.raw_id))
        if passkey is None:
            raise NotVerified("it is not known")
        # the cookie can be copied: what was asked before the passkey was last used is answered already
        if passkey.used_at is not None and challenge.at <= passkey.used_at.timestamp():
            raise NotVerified("it was asked too long ago")
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge.value,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
        return passkey, verified.new_sign_count

    return _read(read)


def _read(read: Callable[[], Found]) -> Found:
    try:
        return read()
    except MALFORMED as error:
        raise NotVerified(str(error)) from error


def _object(sent: str) -> str:
    if not 0 < len(sent) <= LONGEST:
        raise NotVerified("nothing was sent, or far too much")
    return sent


def _new_challenge(handle: str = "") -> Challenge:
    """Something to sign that nobody signed before; the cookie keeps it."""
    found = Challenge(secrets.token_bytes(32), now().timestamp(), handle)
    session[CHALLENGE] = {"value": bytes_to_base64url(found.value), "at": found.at, "handle": handle}
    return found


def _challenge() -> Challenge:
    """What the browser was asked last, once. Raises NotVerified when that was nothing, or is too long ago."""
    kept: dict[str, Any] | None = session.pop(CHALLENGE, None)
    if kept is None or now().timestamp() - kept["at"] > PATIENCE.total_seconds():
        raise NotVerified("nothing was asked, or too long ago")
    return Challenge(base64url_to_bytes(kept["value"]), kept["at"], kept["handle"])
