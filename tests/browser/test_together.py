"""Two people, two windows, a session that ends and a connection that drops, at real browsers."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from itsdangerous import TimestampSigner
from playwright.sync_api import Page, Route, expect
from sqlalchemy.orm import Session

from surveys import answers, presence
from surveys.answers import Content
from tests import factories
from tests.factories import World
from tests.support.browser import Visitor

HOME = "/dossier/proefmeting/VR01"
FIRST = f"{HOME}/factor/1.1"
SAVED = re.compile(r"Opgeslagen om \d\d:\d\d uur\.")
SOON = 20_000
"""Milliseconds of patience for what another does; how often a page looks has a test of its own."""


@pytest.fixture
def kept(session: Session, world: World) -> Callable[[str], Content]:
    """What is kept as an answer of VR01."""

    def find(code: str) -> Content:
        session.rollback()
        found = answers.content_of(answers.joint(session, world.dossiers["VR01"]).get(code))
        session.rollback()
        return found

    return find


@pytest.fixture
def ovr(visit, world: World) -> Visitor:
    """The OVR of VR01, with the first factor open."""
    visitor = visit()
    visitor.login("ovr.vr01")
    visitor.go(FIRST)
    return visitor


@pytest.fixture
def other(visit, world: World) -> Visitor:
    """The contact person of VR01, logged in."""
    visitor = visit()
    visitor.login("contactpersoon.vr01")
    return visitor


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let time go by at the server, for sessions."""
    shift = 0.0

    def go_to(minutes: float) -> None:
        nonlocal shift
        shift = minutes * 60

    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: int(time.time() + shift))
    return go_to


def status(page: Page):
    return page.locator("#opslaan")


def note(page: Page, code: str = "1.1-01"):
    return page.get_by_label(f"Toelichting bij vraag {code}")


def answer(page: Page, code: str, label: str) -> None:
    page.locator(f"[data-question='{code}']").get_by_label(label, exact=True).check()
    expect(status(page)).to_contain_text("Opgeslagen om")


def test_a_page_that_is_seen_looks_within_five_seconds_again(ovr: Visitor) -> None:
    page = ovr.page
    page.clock.install()
    with page.expect_response("**/aanwezig?*"):
        page.reload()
    page.clock.pause_at(time.time() + 60)
    for _ in range(3):
        with page.expect_response("**/aanwezig?*"):
            for _ in range(5):
                page.clock.run_for(1000)
    page.clock.resume()


def test_two_people_see_each_other(ovr: Visitor, other: Visitor) -> None:
    expect(ovr.page.locator("#aanwezig")).to_be_empty()
    other.go(FIRST)
    company = ovr.page.locator("#aanwezig")
    expect(company).to_have_text(
        "Contactpersoon Regio 1 (Contactpersoon) is nu ook op deze pagina.", timeout=SOON
    )
    expect(other.page.locator("#aanwezig")).to_contain_text("is nu ook op deze pagina", timeout=SOON)
    note(other.page, "1.1-03").focus()
    expect(ovr.page.locator("#vraag-1-1-03-hier")).to_have_text(
        "Contactpersoon Regio 1 werkt nu ook aan deze vraag.", timeout=SOON
    )
    expect(company).to_contain_text("bij vraag 1.1-03")
    ovr.look("presence")
    other.go(f"{HOME}/factor/2.1")
    expect(company).to_contain_text("bij factor 2.1", timeout=SOON)
    expect(ovr.page.locator("#vraag-1-1-03-hier")).to_be_empty()


def test_who_goes_away_is_gone_after_a_while(
    ovr: Visitor, other: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    other.go(FIRST)
    expect(ovr.page.locator("#aanwezig")).to_contain_text("op deze pagina", timeout=SOON)
    other.page.goto("about:blank")
    # how long the last sign counts is held in tests/surveys; here only more than the four seconds between two
    assert timedelta(seconds=20) > presence.LASTS
    monkeypatch.setattr(presence, "LASTS", timedelta(seconds=5))
    expect(ovr.page.locator("#aanwezig")).to_be_empty(timeout=30_000)


def test_an_answer_of_the_other_appears_without_a_page_load(ovr: Visitor, other: Visitor) -> None:
    ovr.page.evaluate("window.stays = true")
    other.go(FIRST)
    answer(other.page, "1.1-01", "Ja")
    block = ovr.page.locator("#vraag-1-1-01")
    expect(block.get_by_label("Ja", exact=True)).to_be_checked(timeout=SOON)
    expect(block.locator(".question__changed")).to_contain_text(
        "Contactpersoon Regio 1 heeft vraag 1.1-01 om"
    )
    expect(ovr.page.get_by_label("Hoeveel dagen per week is de contactpersoon er?")).to_be_visible()
    assert ovr.page.evaluate("window.stays")
    ovr.look("presence-changed")


def test_what_somebody_is_typing_is_not_taken_away(ovr: Visitor, other: Visitor, kept) -> None:
    ovr.watch.allow(409)
    ovr.page.route("**/vraag/*", lambda route: route.abort())
    ovr.watch.allow(offline=True)
    note(ovr.page).press_sequentially("Ik ben nog bezig")
    other.go(FIRST)
    note(other.page).fill("Van de ander")
    note(other.page).blur()
    expect(status(other.page)).to_have_text(SAVED)
    block = ovr.page.locator("#vraag-1-1-01")
    expect(block.locator(".question__changed")).to_contain_text("heeft vraag 1.1-01", timeout=SOON)
    expect(note(ovr.page)).to_have_value("Ik ben nog bezig")
    expect(note(ovr.page)).to_be_focused()
    ovr.page.unroute("**/vraag/*")
    note(ovr.page).press_sequentially("!")
    note(ovr.page).blur()
    conflict = ovr.page.locator("#vraag-1-1-01-conflict")
    expect(conflict).to_contain_text("Van de ander", timeout=15_000)
    expect(conflict).to_contain_text("Ik ben nog bezig!")
    assert kept("1.1-01") == Content(note="Van de ander")


@pytest.fixture
def conflict(ovr: Visitor, other: Visitor):
    """Both change one answer: the OVR looks away, so that nothing new comes in meanwhile."""
    ovr.watch.allow(409)
    ovr.page.route("**/aanwezig?*", lambda route: route.fulfill(status=200, body=""))
    other.go(FIRST)
    answer(other.page, "1.1-01", "Ja")
    note(other.page).fill("Van de ander")
    note(other.page).blur()
    expect(other.page.locator("#vraag-1-1-01-version")).to_have_value("2")
    note(ovr.page).fill("Van mij")
    ovr.page.locator("#vraag-1-1-01").get_by_label("Nee", exact=True).check()
    shown = ovr.page.locator("#vraag-1-1-01-conflict")
    expect(shown).to_contain_text("Van de ander")
    expect(shown).to_contain_text("Van mij")
    expect(shown.get_by_text("Nee", exact=True)).to_be_visible()
    return shown


def test_a_conflict_can_end_with_mine(conflict, ovr: Visitor, other: Visitor, kept) -> None:
    ovr.look("conflict")
    conflict.get_by_role("button", name="Mijn antwoord houden").dblclick()
    expect(ovr.page.get_by_text("Uw antwoorden zijn opgeslagen.")).to_be_visible()
    assert kept("1.1-01") == Content("nee", note="Van mij")
    expect(note(other.page)).to_have_value("Van mij", timeout=SOON)


def test_a_conflict_can_end_with_theirs(conflict, ovr: Visitor, kept) -> None:
    conflict.get_by_role("button", name="Antwoord van Contactpersoon Regio 1 houden").click()
    expect(note(ovr.page)).to_have_value("Van de ander")
    assert kept("1.1-01") == Content("ja", note="Van de ander")


def test_a_conflict_can_end_with_both(conflict, ovr: Visitor, kept) -> None:
    conflict.get_by_role("button", name="Samenvoegen").click()
    expect(note(ovr.page)).to_have_value("Van mij\n\nVan de ander")
    expect(ovr.page.locator("#vraag-1-1-01")).to_contain_text("Antwoord van Contactpersoon Regio 1")
    ovr.look("conflict-merge")
    note(ovr.page).fill("Van ons allebei")
    note(ovr.page).blur()
    expect(status(ovr.page)).to_have_text(SAVED)
    assert kept("1.1-01") == Content("nee", note="Van ons allebei")


def test_going_back_shows_what_is_kept_now(ovr: Visitor, other: Visitor, kept) -> None:
    note(ovr.page).fill("Van mij")
    note(ovr.page).blur()
    expect(status(ovr.page)).to_have_text(SAVED)
    ovr.go(f"{HOME}/")
    other.go(FIRST)
    note(other.page).fill("Van de ander")
    note(other.page).blur()
    expect(status(other.page)).to_have_text(SAVED)
    ovr.page.go_back()
    expect(note(ovr.page)).to_have_value("Van de ander", timeout=SOON)
    ovr.page.get_by_role("button", name="Opslaan en verder").click()
    ovr.page.wait_for_url("**/factor/2.1")
    assert kept("1.1-01") == Content(note="Van de ander")


def test_two_windows_of_one_person_keep_each_other_up_to_date(ovr: Visitor, kept) -> None:
    second = ovr.page.context.new_page()
    second.goto(ovr.address + FIRST)
    expect(ovr.page.locator("#aanwezig")).to_contain_text("ook in een ander venster", timeout=SOON)
    answer(second, "1.1-03", "Er is geen werkplek")
    block = ovr.page.locator("#vraag-1-1-03")
    expect(block.get_by_label("Er is geen werkplek")).to_be_checked(timeout=SOON)
    expect(block).to_contain_text("in een ander venster gewijzigd, onder uw naam")
    second.close()


def test_a_connection_that_drops_is_told_and_caught_up_with(ovr: Visitor, other: Visitor, kept) -> None:
    ovr.watch.allow(offline=True)
    ovr.page.context.set_offline(True)
    expect(status(ovr.page)).to_contain_text("Geen verbinding. Sluit dit scherm niet.")
    note(ovr.page).fill("Getypt zonder verbinding")
    note(ovr.page).blur()
    other.go(FIRST)
    answer(other.page, "1.1-03", "Er is geen werkplek")
    expect(status(ovr.page)).to_contain_text("Geen verbinding.")
    assert kept("1.1-01") == Content()
    ovr.page.context.set_offline(False)
    expect(status(ovr.page)).to_have_text(SAVED, timeout=15_000)
    expect(ovr.page.locator("#vraag-1-1-03").get_by_label("Er is geen werkplek")).to_be_checked(timeout=SOON)
    assert kept("1.1-01") == Content(note="Getypt zonder verbinding")
    assert kept("1.1-03") == Content("geen")


def test_a_connection_that_drops_while_nothing_is_unsaved_says_when_it_is_back(ovr: Visitor) -> None:
    ovr.watch.allow(offline=True)
    ovr.page.context.set_offline(True)
    expect(status(ovr.page)).to_contain_text("Geen verbinding.")
    ovr.page.context.set_offline(False)
    expect(status(ovr.page)).to_have_text("Er is weer verbinding. Alles is opgeslagen.", timeout=15_000)


def test_two_minutes_before_the_end_a_button_keeps_somebody_logged_in(
    clock, visitor: Visitor, world: World
) -> None:
    visitor.login("ovr.vr01")
    page = visitor.go(FIRST)
    box = page.locator("#sessie")
    expect(box).to_be_hidden()
    clock(58.5)
    expect(box).to_contain_text("U wordt over 2 minuten uitgelogd", timeout=SOON)
    expect(box).to_contain_text("Wat u hebt ingevuld, is opgeslagen.")
    expect(box.get_by_role("button", name="Ingelogd blijven")).to_be_focused()
    visitor.look("session-warning")
    page.keyboard.press("Enter")
    expect(box).to_be_hidden()
    clock(100)
    note(page).fill("Nog ingelogd")
    note(page).blur()
    expect(status(page)).to_have_text(SAVED)


def test_what_is_not_saved_is_saved_before_the_warning(clock, visitor: Visitor, world: World, kept) -> None:
    visitor.login("ovr.vr01")
    page = visitor.go(f"{HOME}/")
    page.clock.install()
    page.goto(visitor.address + FIRST)
    page.clock.pause_at(time.time() + 60)
    note(page).press_sequentially("Nog niet opgeslagen")
    assert kept("1.1-01") == Content()
    page.evaluate("window.dispatchEvent(new Event('meetlat:almost'))")
    expect(status(page)).to_have_text(SAVED)
    assert kept("1.1-01") == Content(note="Nog niet opgeslagen")


def test_another_window_that_stays_logged_in_takes_the_warning_away(
    clock, visitor: Visitor, world: World
) -> None:
    visitor.login("ovr.vr01")
    page = visitor.go(FIRST)
    clock(58.5)
    expect(page.locator("#sessie")).to_be_visible(timeout=SOON)
    second = page.context.new_page()
    second.goto(visitor.address + "/")
    expect(page.locator("#sessie")).to_be_hidden(timeout=15_000)
    second.close()


def log_in_on(page: Page) -> None:
    page.get_by_label("E-mailadres").fill("ovr.vr01@voorbeeld.nl")
    page.get_by_label("Wachtwoord", exact=True).fill(factories.PASSWORD)
    page.get_by_role("button", name="Inloggen").click()


def test_after_the_end_somebody_logs_in_and_is_at_the_same_question(
    clock, visitor: Visitor, world: World
) -> None:
    visitor.watch.allow(401)
    visitor.login("ovr.vr01")
    page = visitor.go(FIRST)
    note(page, "1.1-03").fill("Bewaard")
    note(page, "1.1-03").blur()
    expect(status(page)).to_have_text(SAVED)
    clock(61)
    box = page.locator("#sessie")
    expect(box).to_contain_text("Uw antwoorden zijn bewaard. Log opnieuw in", timeout=SOON)
    visitor.look("session-ended")
    box.get_by_role("link", name="Opnieuw inloggen").click()
    log_in_on(page)
    page.wait_for_url("**/factor/1.1#vraag-1-1-03")
    expect(note(page, "1.1-03")).to_have_value("Bewaard")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_what_is_sent_after_the_end_is_saved_after_logging_in_again(
    clock, visit, world: World, kept, javascript: bool
) -> None:
    visitor = visit(javascript=javascript)
    visitor.login("ovr.vr01")
    page = visitor.go(FIRST)
    if javascript:  # a page of which nothing got through since
        visitor.watch.allow(offline=True)
        page.route("**/aanwezig?*", lambda route: route.fulfill(status=200, body=""))
        page.route("**/vraag/*", lambda route: route.abort())
        page.evaluate("document.addEventListener('input', event => event.stopImmediatePropagation(), true)")
    clock(61)
    note(page).fill("Te laat verstuurd")
    page.get_by_role("button", name="Opslaan en verder").click()
    expect(page.get_by_text("Wat u had ingevuld, is bewaard.")).to_be_visible()
    page.unroute_all()
    log_in_on(page)
    expect(page.get_by_text("Wat u had ingevuld, is alsnog opgeslagen.")).to_be_visible()
    expect(note(page)).to_have_value("Te laat verstuurd")
    assert page.url.endswith("/factor/1.1#vraag-1-1-01")
    assert kept("1.1-01") == Content(note="Te laat verstuurd")
    if javascript:
        visitor.look("replayed")


def test_somebody_else_who_logs_in_there_sees_nothing_and_the_owner_finds_it(
    clock, visit, world: World, kept
) -> None:
    visitor = visit(javascript=False)
    visitor.login("ovr.vr01")
    page = visitor.go(FIRST)
    clock(61)
    note(page).fill("Alleen voor mij")
    page.get_by_role("button", name="Opslaan en verder").click()
    page.get_by_label("E-mailadres").fill("contactpersoon.vr01@voorbeeld.nl")
    page.get_by_label("Wachtwoord", exact=True).fill(factories.PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Start")
    expect(page.get_by_text("Er wacht nog iets")).to_have_count(0)
    assert "Alleen voor mij" not in page.content()
    owner = visit()
    owner.log_in_by_form("ovr.vr01")
    expect(owner.page.get_by_role("heading", name="Er wacht nog iets dat u had ingevuld")).to_be_visible()
    owner.look("held")
    owner.page.get_by_role("button", name="Alsnog opslaan").click()
    expect(note(owner.page)).to_have_value("Alleen voor mij")
    assert kept("1.1-01") == Content(note="Alleen voor mij")


def test_a_choice_between_two_answers_does_not_go_over_a_third(
    conflict, ovr: Visitor, other: Visitor, kept
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    ovr.page.route("**/vraag/*", hold)
    note(ovr.page).fill("Van mij, en meer")
    note(ovr.page).blur()  # a save is under way
    note(other.page).fill("Van de ander, nog later")
    note(other.page).blur()
    expect(other.page.locator("#vraag-1-1-01-version")).to_have_value("3")
    conflict.get_by_role("button", name="Mijn antwoord houden").click()
    ovr.page.unroute("**/vraag/*")
    for route in held:
        route.continue_()
    expect(conflict).to_contain_text("Van de ander, nog later")
    expect(status(ovr.page)).to_contain_text("Kies welk antwoord blijft staan.")
    assert kept("1.1-01") == Content("ja", note="Van de ander, nog later")
    conflict.get_by_role("button", name="Mijn antwoord houden").click()
    expect(ovr.page.get_by_text("Uw antwoorden zijn opgeslagen.")).to_be_visible()
    assert kept("1.1-01") == Content("nee", note="Van mij, en meer")
