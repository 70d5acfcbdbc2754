"""Logging in at a real browser."""

from __future__ import annotations

from tests.factories import World
from tests.support.browser import Visitor


def test_somebody_logs_in_looks_round_and_logs_out(world: World, visitor: Visitor) -> None:
    visitor.go("/inloggen")
    visitor.look("inloggen")
    visitor.login("ovr.vr01")
    visitor.look("begin")
    visitor.logout()


def test_a_wrong_password_is_told_at_the_top_and_in_the_title(world: World, visitor: Visitor) -> None:
    page = visitor.go("/inloggen")
    page.get_by_label("E-mailadres").fill("ovr.vr01@voorbeeld.nl")
    page.get_by_label("Wachtwoord", exact=True).fill("een heel ander wachtwoord")
    page.get_by_role("button", name="Inloggen").click()
    page.get_by_role("heading", name="Er is iets nog niet goed ingevuld").wait_for()
    assert page.title().startswith("Fout: ")
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    visitor.look("inloggen-fout")


def test_the_pages_that_explain_are_in_order(world: World, visitor: Visitor) -> None:
    for path in ("/zo-werkt-het", "/begrippen", "/toegankelijkheid"):
        visitor.go(path)
        visitor.look(path.strip("/"))
    visitor.watch.allow(404)
    visitor.go("/bestaat-niet")
    visitor.look("bestaat-niet")
