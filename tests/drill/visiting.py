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
    """An answer: its status, its headers, what it holds, and the cookies as they were set."""

    status: int
    headers: http.client.HTTPMessage
    content: bytes

    @property
    def text(self) -> str:
        """The text of its page."""
        return self.content.decode(errors="replace")

    @property
    def cookies(self) -> list[str]:
        """The lines that set cookies."""
        return self.headers.get_all("Set-Cookie") or []


@dataclass
class Visitor:
    """`port`: where nginx listens; `address`: where this one asks from.

    `server`: the port of one server of Meetlat, to ask as nginx does instead of through it.
    """

    port: int
    certificate: Path
    address: str = "127.0.0.2"
    cookies: dict[str, str] = field(default_factory=dict)
    server: int | None = None

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """Ask once; redirects are not followed."""
        link = self._link()
        told = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        told["Referer"] = f"https://localhost:{self.port}/"
        if self.server is not None:
            told |= {"Host": f"localhost:{self.port}", "X-Forwarded-For": self.address}
            told["X-Forwarded-Proto"] = "https"
        try:
            link.request(method, path, body, told | (headers or {}))
            response = link.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        finally:
            link.close()
        for line in answer.cookies:
            self.cookies.update({name: each.value for name, each in SimpleCookie(line).items()})
        return answer

    def _link(self) -> http.client.HTTPConnection:
        if self.server is not None:
            return http.client.HTTPConnection("127.0.0.1", self.server, timeout=60)
        context = ssl.create_default_context(cafile=str(self.certificate))
        return http.client.HTTPSConnection(
            "localhost", self.port, context=context, source_address=(self.address, 0), timeout=60
        )

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """Go to a page."""
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, values: dict[str, str], token_from: str) -> Answer:
        """Send a form that stands on the page `token_from`."""
        return self.send(path, values, self.get(token_from))

    def send(self, path: str, values: dict[str, str], page: Answer) -> Answer:
        """Send a form that stands on a page. Raises Failed when it has none."""
        found = TOKEN.search(page.text)
        if found is None:
            raise Failed(f"there is no form to send to {path}")
        body = urlencode({"csrf_token": found[1], **values}).encode()
        return self.ask("POST", path, body, {"Content-Type": FORM})

    def log_in(self, email: str) -> Answer:
        """Log in. Raises Failed when that is refused."""
        answer = self.post("/inloggen", {"email": email, "password": PASSWORD}, "/inloggen")
        if answer.status not in {302, 303}:
            raise Failed(f"logging in as {email} is answered with {answer.status}")
        return answer
