"""A page as a user without JavaScript has it: what it says, where its links go, what its forms send."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any
from urllib.parse import urljoin

from lxml.cssselect import CSSSelector
from lxml.etree import _Element as Element
from werkzeug.test import TestResponse

from tests.support import inspection

Values = Mapping[str, str | Sequence[str]]


BUTTONS = frozenset({"submit", "button", "reset", "image"})


def as_list(value: str | Sequence[str]) -> list[str]:
    """One or several values of a field as a list."""
    return [value] if isinstance(value, str) else list(value)


_selector = cache(CSSSelector)


class NotThere(AssertionError):
    """The page has no such thing; says what it has."""


@dataclass
class Page:
    """An answer of the application. `url`: where it was found, after redirects, as a path."""

    response: TestResponse
    url: str
    visited: list[str] = field(default_factory=list)
    """The paths on the way, the first asked and each redirect."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    @property
    def headers(self) -> Any:
        """The HTTP headers."""
        return self.response.headers

    @property
    def data(self) -> bytes:
        """The body as it came."""
        return self.response.data

    @property
    def html(self) -> str:
        """The body as text."""
        return self.response.get_data(as_text=True)

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.html)

    @property
    def is_html(self) -> bool:
        """Whether this is a page and no file."""
        return self.response.mimetype == "text/html"

    @property
    def root(self) -> Element:
        """The page as a tree (lxml)."""
        return self.parsed[0]

    @cached_property
    def parsed(self) -> tuple[Element, list[str]]:
        """The page as a tree, and the faults in its HTML."""
        return inspection.parse(self.html)

    @property
    def title(self) -> str:
        """What stands in the tab."""
        return self.one("title", within="html").text_content

    @property
    def h1(self) -> str:
        """The heading of the page."""
        return self.text("h1")

    def all(self, selector: str, within: str = "body") -> list[Found]:
        """The elements that a CSS selector finds."""
        scope = self.root if within == "html" else self.root.find("body")
        return [Found(element) for element in _selector(selector)(scope)]

    def one(self, selector: str, within: str = "body") -> Found:
        """The one element that a CSS selector finds. NotThere when there are none or several."""
        found = self.all(selector, within)
        if len(found) != 1:
            raise NotThere(f"{len(found)} elements match {selector!r} on {self.url}:\n{self.summary()}")
        return found[0]

    def text(self, selector: str = "main") -> str:
        """The text of the one element that a CSS selector finds, as one line."""
        return self.one(selector).text_content

    def texts(self, selector: str) -> list[str]:
        """The texts of all elements that a CSS selector finds."""
        return [found.text_content for found in self.all(selector)]

    def has(self, words: str) -> bool:
        """Whether these words stand in the body, whatever the layout."""
        return " ".join(words.split()) in self.text("body")

    def link(self, text: str) -> str:
        """Where the link with this text goes, as a path."""
        links = {found.text_content: found["href"] for found in self.all("a[href]")}
        if text not in links:
            raise NotThere(f"no link {text!r} on {self.url}; there are: {', '.join(map(repr, links))}")
        return urljoin(self.url, links[text])

    def form(self, button: str | None = None, action: str | None = None) -> Form:
        """The form with this button or action; without either, the only form in the main part."""
        forms = [Form(element, self.url) for element in self.root.find("body").iter("form")]
        if button is not None:
            forms = [item for item in forms if button in item.buttons]
        if action is not None:
            forms = [item for item in forms if item.action == action]
        if button is None and action is None:
            forms = [item for item in forms if next(item.element.iterancestors("main"), None) is not None]
        if len(forms) != 1:
            raise NotThere(
                f"{len(forms)} forms with button {button!r}, action {action!r} on {self.url}:\n"
                + self.summary()
            )
        return forms[0]

    @property
    def token(self) -> str | None:
        """The token against forgery on this page."""
        found = self.root.xpath("//input[@name='csrf_token']/@value")
        return str(found[0]) if found else None

    def summary(self) -> str:
        """What the page says, for the message of a test that fails."""
        if not self.is_html:
            return f"{self.status} {self.response.mimetype}, {len(self.data)} bytes"
        return f"{self.status} {self.url}\n{inspection.words(self.root.find('body'))[:1500]}"


@dataclass(frozen=True)
class Found:
    """An element of a page."""

    element: Element

    @property
    def text_content(self) -> str:
        """Its text, as one line."""
        return inspection.words(self.element)

    def __getitem__(self, name: str) -> str:
        """An attribute. KeyError when it has none."""
        return str(self.element.attrib[name])

    def get(self, name: str) -> str | None:
        """An attribute, or None."""
        return self.element.get(name)


class Form:
    """A form: what is in its fields now, and what may be filled in."""

    def __init__(self, element: Element, url: str) -> None:
        """`url`: the page that it stands on."""
        self.element, self._url = element, url
        self._page = element.getroottree().getroot()

    @property
    def action(self) -> str:
        """Where it goes, as a path."""
        return urljoin(self._url, self.element.get("action") or self._url)

    @property
    def method(self) -> str:
        """GET or POST."""
        return (self.element.get("method") or "get").upper()

    @property
    def buttons(self) -> dict[str, Element]:
        """Its buttons that send it, by their text."""
        found = self._owned("button[not(@type) or @type='submit']") + self._owned("input[@type='submit']")
        return {inspection.words(item) or item.get("value", ""): item for item in found}

    @property
    def values(self) -> dict[str, list[str]]:
        """What it would send as it stands, without a button; fields in the order of the page."""
        found: dict[str, list[str]] = {}
        for control in self._controls():
            found.setdefault(control.get("name"), []).extend(_sent(control))
        return {name: values for name, values in found.items() if values}

    def filled(self, values: Values, button: str | None = None) -> dict[str, list[str]]:
        """What it sends after filling in these values. NotThere for a field or choice that it does not offer.

        A list fills in several choices, or several fields of one name. An empty list empties.
        """
        sent = self.values
        for name, value in values.items():
            wanted = as_list(value)
            self._offered(name, wanted)
            sent[name] = wanted
        if button is not None:
            if button not in self.buttons:
                raise NotThere(
                    f"no button {button!r} in the form to {self.action}; there are: {list(self.buttons)}"
                )
            pressed = self.buttons[button]
            if pressed.get("name"):
                sent[pressed.get("name")] = [pressed.get("value", "")]
        return {name: found for name, found in sent.items() if found}

    def target(self, button: str | None = None) -> str:
        """Where it goes with this button."""
        other = self.buttons[button].get("formaction") if button is not None else None
        return urljoin(self._url, other) if other else self.action

    def _owned(self, path: str) -> list[Element]:
        """Elements in the form, and those elsewhere that say they belong to it."""
        found = self.element.xpath(f".//{path}")
        if self.element.get("id"):
            found += self._page.xpath(f"//{path}[@form=$i]", i=self.element.get("id"))
        return list(found)

    def _controls(self, name: str | None = None) -> list[Element]:
        found = [item for tag in ("input", "select", "textarea") for item in self._owned(f"{tag}[@name]")]
        found = [item for item in found if name in (None, item.get("name")) and item.get("disabled") is None]
        kept = [item for item in found if item.get("type") not in BUTTONS]
        return sorted(kept, key=self._order.__getitem__)

    @cached_property
    def _order(self) -> dict[Element, int]:
        """The place of each element on the page."""
        return {element: place for place, element in enumerate(self._page.iter())}

    def _offered(self, name: str, values: list[str]) -> None:
        controls = self._controls(name)
        if not controls:
            names = sorted({item.get("name") for item in self._controls()})
            raise NotThere(f"no field {name!r} in the form to {self.action}; there are: {names}")
        choices = [choice for item in controls for choice in _choices(item)]
        if None not in choices and not set(values) <= set(choices):
            raise NotThere(f"field {name!r} does not offer {values}; it offers: {choices}")


def _choices(control: Element) -> list[str | None]:
    """What a field can be set to; None when anything goes."""
    if control.tag == "select":
        return [_option(item) for item in control.iter("option")]
    if control.get("type") in {"radio", "checkbox"}:
        return [control.get("value", "on")]
    return [None]


def _option(option: Element) -> str:
    return str(option.get("value", inspection.words(option)))


def _sent(control: Element) -> list[str]:
    """What a field sends as it stands."""
    if control.tag == "textarea":
        return ["".join(control.itertext()).removeprefix("\n")]
    if control.tag == "select":
        chosen = [_option(item) for item in control.iter("option") if item.get("selected") is not None]
        first = [_option(item) for item in control.iter("option")][:1]
        return chosen or ([] if control.get("multiple") is not None else first)
    if control.get("type") in {"radio", "checkbox"}:
        return [control.get("value", "on")] if control.get("checked") is not None else []
    return [control.get("value", "")]
