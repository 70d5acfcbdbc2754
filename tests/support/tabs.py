"""Where tests in a browser happen: one address for one application after the other, and tabs that a test
leaves to the next.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import Flask
from playwright.sync_api import Browser, Dialog, Error, Page
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.support.browser import AXE, AXE_AT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATIENCE = 10_000
"""Milliseconds that something may take to show: the machine may be busy."""
EMPTY_AT = "/empty-for-tests"
"""Where a served application has a page with nothing on it, for a tab between two tests."""
EMPTY = b"<!doctype html><title>Leeg</title>"


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing: the application has its own log."""


class Place:
    """An address on this machine where one application is served after the other.

    What a browser keeps of one test's style sheet, script and axe, compiled, it need not make anew for the
    next: they are at the same address.
    """

    def __init__(self) -> None:
        """Nothing is served yet."""
        self._app: Flask | None = None
        self._asking = 0
        self._change = threading.Condition()
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=_Silent)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def serving(self, app: Flask) -> Iterator[str]:
        """Serve an application for a while; gives the address. What was asked is answered before it ends."""
        self._app = app
        try:
            yield self.address
        finally:
            with self._change:
                self._app = None
                answered = self._change.wait_for(lambda: not self._asking, PATIENCE / 1000)
            assert answered, "a request takes longer than the test that made it"

    def close(self) -> None:
        """Serve nothing any more."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """What the application says, read to its end; or one of two things that it doesn't have."""
        if environ["PATH_INFO"] in _OURS:
            kind, sent = _OURS[environ["PATH_INFO"]]
            start_response("200 OK", [*_ALWAYS, ("Content-Type", kind), ("Content-Length", str(len(sent)))])
            return [sent]
        with self._change:
            app, self._asking = self._app, self._asking + 1
        try:
            if app is None:
                start_response("503 Service Unavailable", [])
                return []
            parts = app(environ, start_response)
            try:
                return [b"".join(parts)]
            finally:
                getattr(parts, "close", bool)()
        finally:
            with self._change:
                self._asking -= 1
                self._change.notify_all()


_OURS = {
    AXE_AT: ("text/javascript; charset=utf-8", AXE.encode()),
    EMPTY_AT: ("text/html; charset=utf-8", EMPTY),
}
_ALWAYS = [
    ("Cache-Control", "public, max-age=31536000, immutable"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application on this machine for a while, at an address of its own; gives that."""
    place = Place()
    try:
        with place.serving(app) as address:
            yield address
    finally:
        place.close()


class Tabs:
    """Tabs that one test leaves to the next, empty as a new one; each is a browser session of its own.

    A new one costs a process, in which every script is read and compiled from nothing: a third of what a test
    takes. What can't be taken away again (another clock, listeners of the test) needs a tab that is `apart`.
    """

    def __init__(self, browser: Browser, address: str) -> None:
        """`address`: where everything is served that they show."""
        self._browser, self._address = browser, address
        self._free: list[Page] = []

    def new(self, *, javascript: bool = True) -> Page:
        """One that nobody had, for the caller to close."""
        context = self._browser.new_context(
            locale="nl-NL", timezone_id="Europe/Amsterdam", java_script_enabled=javascript
        )
        context.set_default_timeout(PATIENCE)
        return context.new_page()

    def take(self) -> Page:
        """One that is as good as new."""
        return self._free.pop() if self._free else self.new()

    def give_back(self, page: Page) -> None:
        """Leave a tab to the next test, if all that was done in it can be undone."""
        try:
            kept = self._empty(page)
        except Error:  # it was closed, or its page does not answer
            kept = False
        if kept:
            self._free.append(page)
        else:
            page.context.close()

    def _empty(self, page: Page) -> bool:
        """Whether a tab is now as it was when it was new."""
        for other in page.context.pages:
            if other is not page:
                other.close()
        if not page.evaluate(UNTOUCHED):
            return False
        page.unroute_all(behavior="ignoreErrors")
        page.context.set_offline(False)
        page.context.clear_permissions()
        page.emulate_media(media="null")
        page.on("dialog", _leave)  # it may ask about what was not saved
        page.goto(self._address + EMPTY_AT)
        page.remove_listener("dialog", _leave)
        page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); window.name = ''; }")
        page.context.clear_cookies()
        return True


UNTOUCHED = r"() => [setTimeout, fetch, Date].every(each => /\[native code\]/.test(String(each)))"
"""Whether a page still has the browser's own clock and connection."""


def _leave(dialog: Dialog) -> None:
    dialog.accept()
