"""What the tests in a browser look at besides what they test: accessibility, faults, and how it looks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import ConsoleMessage, Page, Request, Response

from tests.support import admission

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "screenshots"
WIDE, NARROW = {"width": 1366, "height": 900}, {"width": 320, "height": 720}
AXE = f"""((WeakMap, WeakSet) => {{
{AXE_SCRIPT};
{{
  const Color = axe.commons.color.Color, parse = Color.prototype.parseString, known = new Map();
  Color.prototype.parseString = function (text) {{
    if (!known.has(text)) {{
      const {{r, g, b, alpha}} = parse.call(new Color(), text);
      known.set(text, {{r, g, b, alpha}});
    }}
    return Object.assign(this, known.get(text));
  }};
}}
}})(class {{
  #key = Symbol();
  get(of) {{ return of?.[this.#key]; }}
  has(of) {{ return Object(of) === of && this.#key in of; }}
  set(of, value) {{ of[this.#key] = value; return this; }}
}}, class {{
  #key = Symbol();
  has(of) {{ return Object(of) === of && this.#key in of; }}
  add(of) {{ of[this.#key] = true; return this; }}
}});"""
"""axe, made to do the same work in two thirds of the time on a large page.

It reads each colour once: a page has a dozen, but axe reads that of each text and of all that lies behind it
anew. And it keeps what belongs to an object with the object itself: it makes tens of thousands of colours,
and writes down each of their parts in a weak map, which is slow to fill and slow to clear up. What it finds
is the same (tests/browser/test_accessibility_check.py)."""
AXE_AT = "/axe-for-tests.js"
"""Where a served application has it, besides what it has itself. The browser fetches it once for all looks
in a tab; sent along with each, it would be packed and unpacked four times on its way to the page."""
LOOK = """async source => {
  if (document.readyState !== "complete") await new Promise(done => {
    addEventListener("load", done, {once: true});
  });
  if (source && !window.axe?.run && navigator.onLine) await new Promise(done => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = script.onerror = done;
    document.head.append(script);
    script.remove();
  });
  return window.axe?.run
    ? axe.run({resultTypes: ["violations"]}).then(found => found.violations)
    : null;
}"""
"""What axe finds on the page, once the whole of that has loaded; nothing at all without axe."""
MISTAKE = 400
"""The lowest HTTP status that says that something was refused or failed."""


class Watch:
    """Everything that goes wrong in a tab: errors of scripts and of the content policy, failed requests, and
    any request at all to another place than Meetlat.

    A test that provokes a refusal says so first: `watch.allow(409)`.
    """

    def __init__(self, page: Page, address: str) -> None:
        """`page`: the tab to watch from now on; `address`: where Meetlat is served."""
        self.faults: list[str] = []
        self._home = (f"{address}/", "data:", "blob:", "about:")
        self._allowed: set[int] = set()
        self._offline = False
        self._page = page
        self._listening: dict[str, Callable[..., None]] = {
            "console": self._console,
            "pageerror": lambda error: self.faults.append(f"script: {error}"),
            "request": self._asked,
            "requestfailed": self._failed,
            "response": self._response,
        }
        for event, listener in self._listening.items():
            page.on(event, listener)  # type: ignore[call-overload]

    def stop(self) -> None:
        """Watch no more."""
        for event, listener in self._listening.items():
            self._page.remove_listener(event, listener)

    def allow(self, *statuses: int, offline: bool = False) -> None:
        """Expect these HTTP statuses from now on, or no connection at all."""
        self._allowed |= set(statuses)
        self._offline |= offline

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        refused = "Failed to load resource" in message.text or "Response Status Error" in message.text
        sent_error = "htmx:sendError" in message.text or "htmx:afterRequest" in message.text
        if (refused and (self._allowed or self._offline)) or (sent_error and self._offline):
            return  # the response itself is looked at below
        self.faults.append(f"console: {message.text} ({message.location.get('url')})")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(self._home):
            self.faults.append(f"elsewhere: {request.method} {request.url}")

    def _failed(self, request: Request) -> None:
        # a request that is given up because the page is left is no fault
        if not self._offline and request.failure != "net::ERR_ABORTED":
            self.faults.append(f"request: {request.method} {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= MISTAKE and response.status not in self._allowed:
            self.faults.append(f"response: {response.status} {response.request.method} {response.url}")


def check_axe(page: Page, address: str | None = None) -> None:
    """Fail for anything on the page, as it is now, that axe calls a violation of accessibility.

    `address`: where an application is `served`; a page of it fetches axe from there.
    """
    ours = address is not None and page.url.startswith(f"{address}/")
    found = page.evaluate(LOOK, f"{address}{AXE_AT}" if ours else None)
    if found is None:
        page.evaluate(AXE)
        found = page.evaluate(LOOK)
    lines = [
        f"  - {fault['id']} ({fault['impact']}): {fault['help']}\n"
        + "\n".join(f"      {node['html'][:160]}" for node in fault["nodes"][:5])
        for fault in found
    ]
    assert not found, f"{page.url} has {len(found)} violations:\n" + "\n".join(lines)


def check_reflow(page: Page) -> None:
    """Fail when a narrow screen must be scrolled sideways, except for tables and maps (WCAG 1.4.10)."""
    page.set_viewport_size(NARROW)
    sticking_out = page.evaluate(
        """() => {
          const edge = document.documentElement.clientWidth + 1;
          const exempt = "table, [data-wide], .visually-hidden, [class*=sr-only]";
          return [...document.body.querySelectorAll("*")]
            .filter(e => e.getBoundingClientRect().right > edge && !e.closest(exempt))
            .filter(e => !e.querySelector("table, [data-wide]"))
            .slice(0, 5).map(e => e.outerHTML.slice(0, 160));
        }"""
    )
    page.set_viewport_size(WIDE)
    assert not sticking_out, f"{page.url} sticks out at 320 px:\n" + "\n".join(sticking_out)


def screenshots(page: Page, name: str) -> list[Path]:
    """Keep how the page looks now, wide and narrow, under screenshots/ (which git ignores)."""
    made = []
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        made.append(SCREENSHOTS / f"{name}-{size['width']}.png")
        page.screenshot(path=made[-1], full_page=True)
    return made


class Visitor:
    """Somebody at a real browser: the tab, and the usual ways around."""

    def __init__(self, page: Page, app: Flask, address: str, password: str, *, pictures: bool) -> None:
        """`address`: where the application is served; `password`: that of everybody there."""
        self.page, self.address, self._password, self._pictures = page, address, password, pictures
        self._app = app
        self.watch = Watch(page, address)
        page.set_viewport_size(WIDE)

    def go(self, path: str) -> Page:
        """Open a page of Meetlat."""
        self.page.goto(self.address + path)
        return self.page

    def login(self, name: str) -> Page:
        """Be logged in as somebody: the part before the @ of an address at voorbeeld.nl. Opens no page."""
        email = f"{name}@voorbeeld.nl"
        found = admission.cookies(self._app, email, self._password, {"REMOTE_ADDR": "127.0.0.1"})
        assert found is not None, f"{email} is asked for more than a password"
        self.page.context.add_cookies(
            [{"name": name, "value": value, "url": self.address} for name, value in found.items()]
        )
        return self.page

    def log_in_by_form(self, name: str) -> Page:
        """Log in as somebody on the page for it; gives the page that one comes to."""
        self.go("/inloggen")
        self.page.get_by_label("E-mailadres").fill(f"{name}@voorbeeld.nl")
        self.page.get_by_label("Wachtwoord", exact=True).fill(self._password)
        self.page.get_by_role("button", name="Inloggen").click()
        self.page.get_by_role("button", name="Uitloggen").wait_for()
        return self.page

    def logout(self) -> None:
        """Log out."""
        self.page.get_by_role("button", name="Uitloggen").click()
        self.page.get_by_role("button", name="Inloggen").wait_for()

    def look(self, name: str) -> None:
        """Look at the page as it is now: axe, width, and pictures with --screenshots."""
        check_axe(self.page, self.address)
        check_reflow(self.page)
        if self._pictures:
            screenshots(self.page, name)
