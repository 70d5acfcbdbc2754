"""No page asks anything of another place: the browser refuses it, and every test here would see it."""

from __future__ import annotations

from flask import Flask

from tests.factories import World
from tests.support.browser import Visitor
from tests.support.tabs import served

PICTURE = """async address => {
  const picture = document.createElement("img");
  const over = new Promise(done => { picture.onload = picture.onerror = done; });
  picture.src = address;
  document.body.append(picture);
  await over;
}"""
CODE = """() => {
  const code = document.createElement("script");
  code.textContent = "document.title = 'ingebroken'";
  document.body.append(code);
}"""


def told(visitor: Visitor) -> list[str]:
    """The faults that were seen so far, which are then forgotten."""
    visitor.page.evaluate("() => new Promise(done => setTimeout(done))")
    found = list(visitor.watch.faults)
    visitor.watch.faults.clear()
    return found


def test_a_picture_from_elsewhere_is_refused_and_seen(world: World, visitor: Visitor) -> None:
    visitor.go("/inloggen")
    assert told(visitor) == []
    visitor.page.evaluate(PICTURE, "http://127.0.0.2:9/teller.png")
    found = told(visitor)
    assert any("Content Security Policy" in fault for fault in found), found


def test_what_the_policy_would_let_through_is_seen_all_the_same(
    world: World, visitor: Visitor, app: Flask
) -> None:
    with served(app) as other:
        visitor.go("/inloggen")
        visitor.page.goto(f"{other}/inloggen")
        found = told(visitor)
    assert [fault for fault in found if fault.startswith(f"elsewhere: GET {other}/inloggen")]


def test_code_in_a_page_does_not_run_and_is_seen(world: World, visitor: Visitor) -> None:
    visitor.go("/inloggen")
    visitor.page.evaluate(CODE)
    assert visitor.page.title() != "ingebroken"
    found = told(visitor)
    assert any("Content Security Policy" in fault for fault in found), found
