"""A real OpenID Connect provider (oidc-provider, run by node), and somebody who logs in there."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import urljoin

import requests

from app.config import SingleSignOn
from app.single_sign_on import CALLBACK
from assets.install import node

SCRIPT = Path(__file__).with_name("provider.mjs")
CLIENT_ID, CLIENT_SECRET = "meetlat", "a secret that only tests use"
PATIENCE = 10
"""Seconds to wait for an answer of the provider."""
NAME = "SSO-Rijk"
"""What the button calls it."""


@dataclass(frozen=True)
class Provider:
    """A provider that runs at `issuer`."""

    issuer: str

    @property
    def settings(self) -> SingleSignOn:
        """What Meetlat must know to log people in there."""
        return SingleSignOn(self.issuer, CLIENT_ID, CLIENT_SECRET, NAME)

    def log_in(self, address: str, **claims: Any) -> str:
        """Go to an address to log in, say who you are (`sub` and other claims), and come back.

        Gives the address that a browser is then sent to: Meetlat's, with a code.
        """
        return self._answer(address, {"claims": json.dumps(claims)})

    def refuse(self, address: str) -> str:
        """Go there, and refuse to log in."""
        return self._answer(address, {"denied": "1"})

    def renew_keys(self, kid: str) -> None:
        """Let it sign with another key, under this name."""
        requests.post(f"{self.issuer}/keys", params={"kid": kid}, timeout=PATIENCE).raise_for_status()

    def _answer(self, address: str, form: dict[str, str]) -> str:
        with requests.Session() as browser:
            page = browser.get(address, timeout=PATIENCE)
            page.raise_for_status()
            target = re.search(r'action="([^"]+)"', page.text)
            assert target, f"the provider asks nobody to log in:\n{page.text}"
            onward, sent = urljoin(page.url, target[1]), form
            while onward.startswith(self.issuer):
                method = "POST" if sent else "GET"
                answer = browser.request(method, onward, data=sent, allow_redirects=False, timeout=PATIENCE)
                assert answer.is_redirect, f"{answer.status_code}:\n{answer.text}"
                onward, sent = urljoin(onward, answer.headers["Location"]), {}
        return onward


@contextmanager
def running() -> Iterator[Provider]:
    """Start a provider, and end it. What it said on its standard error is told when it does not start."""
    known = {"clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET, "callback": CALLBACK}
    with (
        TemporaryFile() as errors,
        subprocess.Popen(
            [node(), str(SCRIPT), json.dumps(known)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        assert process.stdin
        assert process.stdout
        port = process.stdout.readline().strip()
        if not port:
            errors.seek(0)
            raise RuntimeError(f"the provider did not start:\n{errors.read().decode()}")
        try:
            yield Provider(f"http://localhost:{port}")
        finally:
            process.kill()
