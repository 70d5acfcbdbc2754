"""A test client that goes through Meetlat as a user does, and inspects every page on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from tests.support import admission, inspection
from tests.support.page import Page, Values, as_list

LONGEST_WAY = 8
REDIRECTS = frozenset({301, 302, 303, 307, 308})
HTMX = {"HX-Request": "true"}
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_sound: set[int] = set()
"""Pages that were inspected before and found right, but for the token of the session."""


class BadPage(AssertionError):
    """A page that any user could have seen is not right; lists all that is wrong."""


class Client:
    """Somebody at a browser without JavaScript.

    Redirects are followed; `page` is the last answer. Every method takes the status that is expected, 200
    unless told otherwise, and fails with what the page says when it is another one.
    """

    def __init__(self, app: Flask, before: Callable[[], None] = lambda: None) -> None:
        """`before` runs before every request: it puts what the test itself changed where others see it."""
        self.app = app
        self._browser = app.test_client()
        self._before = before
        self._page: Page | None = None
        self._onward = ""

    @property
    def page(self) -> Page:
        """The last answer."""
        if self._page is None and self._onward:
            self.get(self._onward)
        assert self._page is not None, "nothing has been asked yet"
        return self._page

    def get(self, path: str, *, status: int = 200, headers: dict[str, str] | None = None) -> Page:
        """Go to an address."""
        return self._go("GET", path, None, status, headers)

    def post(
        self,
        path: str,
        data: Values | None = None,
        *,
        status: int = 200,
        token: bool = True,
        headers: dict[str, str] | None = None,
    ) -> Page:
        """Send something as no form on a page would; with the token of this session unless told otherwise."""
        sent = {name: as_list(value) for name, value in (data or {}).items()}
        if token and "csrf_token" not in sent:
            sent["csrf_token"] = [self.token()]
        return self._go("POST", path, sent, status, headers)

    def htmx(
        self, path: str, data: Values | None = None, *, status: int = 200, target: str | None = None
    ) -> Page:
        """Send what htmx sends, and get what it gets: a part of a page."""
        return self.post(path, data, status=status, headers=HTMX | ({"HX-Target": target} if target else {}))

    def ask(
        self,
        method: str,
        path: str,
        data: Values | None = None,
        *,
        headers: dict[str, str] | None = None,
    ) -> Page:
        """Send something once and take whatever comes: no redirect is followed, and nothing is inspected."""
        sent = {name: as_list(value) for name, value in (data or {}).items()}
        return Page(self._request(method, path, sent, headers), path.partition("#")[0], [path])

    def click(self, text: str, *, status: int = 200) -> Page:
        """Follow the link with this text on the page."""
        return self.get(self.page.link(text), status=status)

    def submit(
        self,
        values: Values | None = None,
        *,
        button: str | None = None,
        action: str | None = None,
        status: int = 200,
    ) -> Page:
        """Fill in and send the form on the page that has this button or action; else the only one in `main`.

        What is not filled in goes as it stands. Only what the form offers can be filled in.
        """
        form = self.page.form(button, action)
        sent = form.filled(values or {}, button)
        if form.method == "GET":
            return self._go("GET", form.target(button), sent, status, None)
        parts = form.element.get("enctype") == "multipart/form-data"
        return self._go("POST", form.target(button), sent, status, None, parts=parts)

    def login(self, email: str, password: str) -> Page:
        """Log in, and give the page that one comes to; fails when that does not work."""
        self.admit(email, password)
        return self.page

    def admit(self, email: str, password: str) -> None:
        """Log in; `page` is where that leads, and is asked for only when a test looks at it."""
        self._before()
        found = admission.cookies(self.app, email, password, self._browser.environ_base)
        if found is None:
            self.log_in_by_form(email, password)
            return
        for name, value in found.items():
            self._browser.set_cookie(name, value)
        self._page, self._onward = None, "/"

    def log_in_by_form(self, email: str, password: str) -> None:
        """Log in through the form. The page to log in is inspected by the tests that are about it."""
        with self._browser.get("/inloggen") as response:
            token = TOKEN.search(response.text)
        assert token, f"no way to log in:\n{response.text[:500]}"
        sent = {"email": email, "password": password, "csrf_token": token[1]}
        response = self._request("POST", "/inloggen", {name: [value] for name, value in sent.items()}, None)
        onward = response.headers.get("Location", "")
        assert onward, f"logging in as {email} was refused: {response.status}"
        assert "/inloggen" not in onward, f"logging in as {email} leads to {onward}"
        self._page, self._onward = None, _local(onward)

    def logout(self) -> Page:
        """Log out with the button at the top of the page."""
        return self.submit(button="Uitloggen")

    def token(self) -> str:
        """The token against forgery of this session, from the last page or a new one."""
        if self._page is not None and self._page.is_html and self._page.token:
            return self._page.token
        with self._browser.get("/toegankelijkheid") as response:
            found = Page(response, "/toegankelijkheid").token
        if found is None:
            with self._browser.get("/inloggen") as response:
                found = Page(response, "/inloggen").token
        return found or ""

    def session(self) -> dict[str, object]:
        """What is in the session cookie."""
        with self._browser.session_transaction() as found:
            return dict(found)

    def forget(self) -> None:
        """Throw the cookies away, as a browser that was closed."""
        self._browser = self.app.test_client()

    def _go(
        self,
        method: str,
        path: str,
        data: dict[str, list[str]] | None,
        status: int,
        headers: dict[str, str] | None,
        *,
        parts: bool = False,
    ) -> Page:
        visited: list[str] = []
        while True:
            visited.append(path)
            assert len(visited) <= LONGEST_WAY, f"redirected in circles: {visited}"
            response = self._request(method, path, data, headers, parts=parts)
            onward = response.headers.get("Location")
            if (
                not (response.status_code in {301, 302, 303, 307, 308} and onward)
                or status == response.status_code
            ):
                break
            if response.status_code not in {307, 308}:
                method, data = "GET", None
            path = _local(urljoin(path, onward))
        page = Page(response, path.partition("#")[0], visited)
        self._page = page
        if page.status != status:
            raise AssertionError(f"{method} {path} answered {page.status}, not {status}:\n{page.summary()}")
        self._inspect(page, fragment=bool(headers and headers.get("HX-Request")))
        return page

    def _request(
        self,
        method: str,
        path: str,
        data: dict[str, list[str]] | None,
        headers: dict[str, str] | None,
        *,
        parts: bool = False,
    ) -> TestResponse:
        self._before()
        path = path.partition("#")[0]
        if method == "GET":
            return self._browser.get(path, query_string=MultiDict(data) if data else None, headers=headers)
        sent = MultiDict(data or {})
        if parts or any(isinstance(value, tuple) for value in sent.values()):  # in memory, and no further
            found = [
                (name, FileStorage(*value) if isinstance(value, tuple) else value)
                for name, value in sent.items(multi=True)
            ]
            boundary, body = encode_multipart(MultiDict(found))
            kind = f'multipart/form-data; boundary="{boundary}"'
            return self._browser.open(path, method=method, data=body, content_type=kind, headers=headers)
        return self._browser.open(path, method=method, data=sent, headers=headers)

    def _inspect(self, page: Page, fragment: bool) -> None:
        if not page.is_html or not page.data or "Location" in page.headers:
            return
        same = _without_token(page.html)
        if same in _sound:
            return
        if page.html.lstrip()[:9].lower() == "<!doctype":
            root, in_html = page.parsed
            found = in_html + inspection.faults(
                root, csrf=bool(self.app.config.get("WTF_CSRF_ENABLED", True))
            )
        else:
            found = inspection.fragment_faults(page.html)
            if not fragment:
                found.insert(0, "a whole page was asked, and a part of one came")
        if found:
            lines = "\n".join(f"  - {fault}" for fault in found)
            raise BadPage(f"{page.url} is not right:\n{lines}")
        _sound.add(same)


def _without_token(html: str) -> int:
    found = TOKEN.search(html)
    return hash(html.replace(found[1], "") if found else html)


def _local(address: str) -> str:
    parts = urlsplit(address)
    assert parts.hostname in {None, "localhost", "127.0.0.1"}, f"redirected away from Meetlat, to {address}"
    return parts.path + (f"?{parts.query}" if parts.query else "")
