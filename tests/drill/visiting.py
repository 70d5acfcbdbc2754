"""Somebody at a browser somewhere else, who comes in over https."""

from __future__ import annotations

import http.client
import re
import ssl
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from tests.drill.serving import Failed
from tests.support.databases import PASSWORD

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """An answer: its status, its headers, the text of its page, and the cookies as they were set."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def cookies(self) -> list[str]:
        """The lines that set cookies."""
        return self.headers.get_all("Set-Cookie") or []


@dataclass
class Visitor:
    """`port`: where nginx listens; `address`: where this one asks from."""

    port: int
    certificate: Path
    address: str = "127.0.0.2"
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """Ask once; redirects are not followed."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        link = http.client.HTTPSConnection(
            "localhost", self.port, context=context, source_address=(self.address, 0), timeout=60
        )
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        here = f"https://localhost:{self.port}/"
        try:
            link.request(method, path, body, {"Cookie": cookies, "Referer": here, **(headers or {})})
            response = link.getresponse()
            answer = Answer(response.status, response.headers, response.read().decode(errors="replace"))
        finally:
            link.close()
        for line in answer.cookies:
            self.cookies.update({name: each.value for name, each in SimpleCookie(line).items()})
        return answer

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """Go to a page."""
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, values: dict[str, str], token_from: str) -> Answer:
        """Send a form that stands on the page `token_from`."""
        found = TOKEN.search(self.get(token_from).text)
        if found is None:
            raise Failed(f"there is no form on {token_from}")
        body = urlencode({"csrf_token": found[1], **values}).encode()
        return self.ask("POST", path, body, {"Content-Type": FORM})

    def log_in(self, email: str) -> Answer:
        """Log in. Raises Failed when that is refused."""
        answer = self.post("/inloggen", {"email": email, "password": PASSWORD}, "/inloggen")
        if answer.status not in {302, 303}:
            raise Failed(f"logging in as {email} is answered with {answer.status}")
        return answer
