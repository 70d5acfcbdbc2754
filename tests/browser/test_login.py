"""Logging in at a real browser."""

from __future__ import annotations

from tests.factories import World
from tests.support.browser import Visitor


def test_somebody_logs_in_looks_round_and_logs_out(world: World, visitor: Visitor) -> None:
    visitor.go("/inloggen")
    visitor.look("inloggen")
    visitor.log_in_by_form("ovr.vr01")
    visitor.look("begin")
    visitor.logout()


def test_what_was_read_is_gone_from_the_screen_once_somebody_is_logged_out(
    world: World, visitor: Visitor
) -> None:
    visitor.watch.allow(401)
    page = visitor.login("beheerder")
    visitor.go("/beheer/mensen")
    visitor.logout()
    page.go_back()
    page.get_by_role("button", name="Inloggen").wait_for()
    assert not page.get_by_text("ovr.vr01").count()

    visitor.login("beheerder")
    visitor.go("/beheer/mensen")
    page.context.clear_cookies()
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    page.wait_for_url("**/inloggen?next=*mensen*")

    visitor.login("beheerder")
    visitor.go("/beheer/mensen/uitnodigen").get_by_label("Naam").fill("Bert Bos")
    page.context.clear_cookies()
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    page.get_by_text("U bent uitgelogd. Log opnieuw in").wait_for()
    assert page.get_by_label("Naam").input_value() == "Bert Bos"


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
