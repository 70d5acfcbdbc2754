"""Talking to an OpenID Connect provider, by Authlib: where it is, what it vouches for, and nothing else.

Authlib makes and checks state, nonce and PKCE, and checks the signature and claims of the ID token. What it
leaves to its user stands here: only the configured issuer is asked, over TLS, without following it elsewhere
and without waiting long; and what comes back is held to be what was asked.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.base_client import MismatchingStateError, OAuthError
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from authlib.integrations.requests_client import OAuth2Session
from flask import request, session
from joserfc.errors import JoseError
from requests import RequestException, Response

from app.config import LOOPBACK, SingleSignOn
from app.sign_on_failures import Failure
from app.trail import CODE
from surveys.identities import LONGEST

NAME = "organisatie"
"""What Authlib calls the one provider that there is, in the session."""
TIMEOUT = (3, 5)
"""Seconds to wait for a connection, and for each answer."""
PAUSE = 15
"""Seconds in which a provider that was not there is not asked again: who waits for it holds up others."""
METADATA_LIVES = 60 * 60
"""Seconds after which the provider is asked again where it is and what it signs with."""
STATE_LIVES = 15 * 60
"""Seconds that somebody may take to log in over there."""
LEEWAY = 30
"""Seconds that the provider's clock may differ from ours."""
SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""How a token may be signed: with a key that the provider alone has."""
REQUIRED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
CLIENT_AUTHENTICATION = ("client_secret_basic", "client_secret_post")

FACTORS = (
    frozenset({"kba", "pin", "pwd"}),
    frozenset({"hwk", "otp", "pop", "sc", "sms", "swk", "tel"}),
    frozenset({"face", "fpt", "iris", "retina", "vbm"}),
)
"""How somebody showed who they are (RFC 8176): by what they know, what they have, and what they are."""


def second_factor(methods: object) -> bool:
    """Whether the methods of a token (`amr`) are of two kinds, or are said to be."""
    if not isinstance(methods, list):
        return False
    said = {each for each in methods if isinstance(each, str)}
    return "mfa" in said or sum(not said.isdisjoint(kind) for kind in FACTORS) > 1


@dataclass(frozen=True)
class Visit:
    """Somebody who comes back from the provider.

    `kept` is what `Provider.send` was given; `token` is for asking the provider more in this request, and is
    kept nowhere.
    """

    claims: Mapping[str, Any]
    kept: Mapping[str, Any]
    token: Mapping[str, Any]

    @property
    def subject(self) -> str:
        """Who it is, by the provider's own mark."""
        return str(self.claims["sub"])

    @property
    def second_factor(self) -> bool:
        """Whether the provider says that it asked more than one factor."""
        return second_factor(self.claims.get("amr"))

    @property
    def logged_in_anew(self) -> bool:
        """Whether the provider says that they logged in there since we sent them."""
        at = self.claims.get("auth_time")
        return isinstance(at, int | float) and at >= self.kept["began"] - LEEWAY


class Transport(OAuth2Session):  # type: ignore[misc]  # Authlib has no types
    """How the provider is asked: never somewhere else than where we meant to, and never for long."""

    def request(self, method: str, url: str, **more: Any) -> Response:
        """Ask it. Raises Failure for an answer that sends us elsewhere."""
        answer: Response = super().request(method, url, **more, allow_redirects=False, timeout=TIMEOUT)
        if HTTPStatus.MULTIPLE_CHOICES <= answer.status_code < HTTPStatus.BAD_REQUEST:
            raise Failure("unusable", "redirect")
        return answer


class Provider(FlaskOAuth2App):  # type: ignore[misc]
    """The provider of the settings."""

    client_cls = Transport

    def __init__(self, settings: SingleSignOn) -> None:
        super().__init__(
            FlaskIntegration(NAME),
            NAME,
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            # leeway: an access token is used at once, and may be given for no more than a minute
            client_kwargs={"scope": "openid email", "code_challenge_method": "S256", "leeway": 0},
            server_metadata_url=settings.issuer.rstrip("/") + "/.well-known/openid-configuration",
        )
        self.issuer = settings.issuer
        self._good_until = self._away_until = 0.0

    def load_server_metadata(self) -> dict[str, Any]:
        """What the provider says of itself, checked; asked once an hour.

        Raises Failure, and what Requests raises.
        """
        if time.monotonic() < self._away_until:
            raise Failure("unreachable", "it was not there just now")
        if time.monotonic() >= self._good_until:
            try:
                with self._get_session() as asking:
                    answer = asking.request("GET", self._server_metadata_url, withhold_token=True)
                answer.raise_for_status()
            except RequestException:
                self._away_until = time.monotonic() + PAUSE
                raise
            self.server_metadata = checked(answer.json(), self.issuer)
            self._good_until = time.monotonic() + METADATA_LIVES
        return self.server_metadata

    def send(self, callback: str, kept: Mapping[str, Any], **asked: Any) -> str:
        """The address at which somebody logs in, to come back at `callback`.

        What is kept for then waits in the session, once and for one log-in at a time. Raises Failure.
        """
        for key in [key for key in session if key.startswith(f"_state_{NAME}_")]:
            del session[key]
        with failures():
            made = self.create_authorization_url(callback, **asked)
        address: str = made.pop("url")
        self.save_authorize_data(redirect_uri=callback, kept={**kept, "began": time.time()}, **made)
        return address

    def purpose(self) -> Mapping[str, Any]:
        """What was kept for whoever comes back with this request; nothing when they were not sent."""
        found = self.framework.get_state_data(session, request.args.get("state", ""))
        kept: Mapping[str, Any] = (found or {}).get("kept", {})
        return kept

    def receive(self) -> Visit:
        """Whoever comes back with this request, checked. Works once. Raises Failure."""
        kept = self.purpose()
        try:
            if not kept or time.time() > kept["began"] + STATE_LIVES:
                raise Failure("outdated", "state")
            with failures():
                return self._visit(kept)
        finally:
            self.framework.clear_state_data(session, request.args.get("state", ""))

    def _visit(self, kept: Mapping[str, Any]) -> Visit:
        metadata = self.load_server_metadata()
        named = request.args.get("iss")
        if named != self.issuer and (named is not None or metadata["names_itself"]):
            raise Failure("unusable", "another issuer answered")  # RFC 9207
        if "error" in request.args:
            code = request.args["error"]
            raise Failure("denied", code if CODE.fullmatch(code) else "")
        token = self.authorize_access_token(
            leeway=LEEWAY,
            claims_options={
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self.client_id},
            },
        )
        claims = token.get("userinfo")
        if claims is None:
            raise Failure("unusable", "no ID token")
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST:
            raise Failure("unusable", "subject")
        return Visit(claims, kept, token)

    def verified_email(self, visit: Visit) -> str | None:
        """The address of mail that the provider knows to be theirs; None when it vouches for none.

        Raises Failure.
        """
        told = visit.claims
        with failures():
            if "email" not in told and "userinfo_endpoint" in self.load_server_metadata():
                told = self.userinfo(token=visit.token)
                if told.get("sub") != visit.subject:
                    raise Failure("unusable", "userinfo of somebody else")
        email = told.get("email")
        return email if isinstance(email, str) and told.get("email_verified") is True else None


def checked(document: Any, issuer: str) -> dict[str, Any]:
    """Of what a provider says of itself, what we use. Raises Failure for what can't be trusted or used."""
    if not isinstance(document, dict) or document.get("issuer") != issuer:
        raise Failure("unusable", "the discovery document is not of MEETLAT_OIDC_ISSUER")
    names = [*REQUIRED, *(["userinfo_endpoint"] if "userinfo_endpoint" in document else [])]
    found = {name: document.get(name) for name in names}
    for name, address in found.items():
        if not _safe(address, issuer):
            raise Failure("unusable", name)
    said = _words(document.get("id_token_signing_alg_values_supported", ["RS256"]))
    signed_by = [each for each in SIGNED_BY if each in said]
    ways = _words(document.get("token_endpoint_auth_methods_supported", CLIENT_AUTHENTICATION[:1]))
    way = next((each for each in CLIENT_AUTHENTICATION if each in ways), None)
    if not signed_by or way is None:
        raise Failure("unusable", "no way to sign or to authenticate that we know")
    return {
        **found,
        "issuer": issuer,
        "id_token_signing_alg_values_supported": signed_by,
        "token_endpoint_auth_method": way,
        "names_itself": document.get("authorization_response_iss_parameter_supported") is True,
    }


def _words(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list | tuple) else []


def _safe(address: object, issuer: str) -> bool:
    """Whether an address is one over TLS; on this machine only if the issuer itself is there."""
    try:
        parts = urlsplit(address) if isinstance(address, str) else None
        host = parts.hostname if parts else None
    except ValueError:
        return False
    if parts is None or not host or "@" in parts.netloc:
        return False
    if urlsplit(issuer).scheme == "http":
        return parts.scheme in {"http", "https"} and host in LOOPBACK
    return parts.scheme == "https"


@contextmanager
def failures() -> Iterator[None]:
    """Make a Failure of whatever goes wrong with asking the provider or with what it answers."""
    try:
        yield
    except MismatchingStateError as error:
        raise Failure("outdated", "state") from error
    except OAuthError as error:
        raise Failure("outdated" if error.error == "invalid_grant" else "unusable", error.error) from error
    except JoseError as error:
        raise Failure("unusable", f"ID token: {error.error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # no such answer was expected
        raise Failure("unusable", type(error).__name__) from error
    except RequestException as error:
        raise Failure("unreachable", type(error).__name__) from error
