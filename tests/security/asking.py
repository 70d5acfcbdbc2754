"""Asking an application ten thousand things: what a test client does around each of them takes a tenth of it.

A request is one that WSGI knows, made by hand, and an answer is what came. Nothing in between is left out:
the application finds every request, its session and its form as it always does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlencode

from flask import Flask
from werkzeug.datastructures import Headers, MultiDict
from werkzeug.test import EnvironBuilder
from werkzeug.urls import iri_to_uri

from tests.support.client import Client

Fields = Mapping[str, str] | MultiDict[str, str]
OVER = "max-age=0"
"""How an answer takes a cookie away."""


@dataclass(frozen=True)
class Answer:
    """What came of a request."""

    status: int
    headers: Headers
    data: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.data.decode("utf-8")

    @property
    def mimetype(self) -> str:
        """What the body is, without its encoding."""
        return self.headers.get("Content-Type", "").partition(";")[0]


class Asker:
    """Somebody's browser that keeps its cookies and follows nothing, taken over from a client."""

    def __init__(self, client: Client) -> None:
        """The one of whom `client` is; the token is that of the same session."""
        self._app: Flask = client.app
        self.token = client.token()
        browser = client._browser
        self._cookies = {each.decoded_key: each.decoded_value for each in browser._cookies.values()}
        self._always = EnvironBuilder("/", environ_base=browser.environ_base).get_environ()

    def ask(self, method: str, path: str, form: Fields | None = None) -> Answer:
        """Send something once, and give what comes."""
        place, _, query = iri_to_uri(path).partition("?")
        environ: dict[str, Any] = self._always | {
            "REQUEST_METHOD": method,
            "PATH_INFO": unquote(place).encode().decode("latin-1"),
            "QUERY_STRING": query,
            "REQUEST_URI": path,
            "RAW_URI": path,
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
        }
        body = b""
        if form is not None:
            pairs = form.items(multi=True) if isinstance(form, MultiDict) else form.items()
            body = urlencode(list(pairs)).encode("ascii")
            environ["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
            environ["CONTENT_LENGTH"] = str(len(body))
        environ["wsgi.input"] = BytesIO(body)
        begun: list[Any] = []
        parts = self._app(environ, lambda status, headers, trouble=None: begun.extend((status, headers)))
        try:
            data = b"".join(parts)
        finally:
            getattr(parts, "close", bool)()
        status, headers = begun
        self._keep(value for name, value in headers if name == "Set-Cookie")
        return Answer(int(status[:3]), Headers(headers), data)

    def _keep(self, said: Iterable[str]) -> None:
        for line in said:
            pair, _, more = line.partition(";")
            name, _, value = pair.partition("=")
            if OVER in more.lower():
                self._cookies.pop(name, None)
            else:
                self._cookies[name] = value
