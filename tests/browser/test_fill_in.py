"""Filling in at a real browser: saving by itself, questions that appear, two people, no connection."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy.orm import Session

from surveys import answers, measurements
from surveys.acting import By
from surveys.answers import Content, Save
from tests import factories
from tests.factories import World
from tests.support.browser import Visitor

HOME = "/dossier/proefmeting/VR01"
FIRST, SECOND = f"{HOME}/factor/1.1", f"{HOME}/factor/2.1"
SAVED = re.compile(r"Opgeslagen om \d\d:\d\d uur\.")


@pytest.fixture
def save(session: Session, world: World) -> Callable[..., None]:
    """Give answers in VR01 by the verbs, as somebody else would."""

    def give(key: str, contents: dict[str, Content]) -> None:
        session.expire_all()
        dossier = world.dossiers["VR01"]
        kept = answers.joint(session, dossier)
        saves = {
            code: Save(content, kept[code].version if code in kept else 0)
            for code, content in contents.items()
        }
        answers.save_all(session, dossier, saves, by=By.through(world.assignments[key]))
        session.commit()

    return give


@pytest.fixture
def kept(session: Session, world: World) -> Callable[[str], Content]:
    """What is kept as an answer of VR01."""

    def find(code: str) -> Content:
        session.rollback()
        found = answers.content_of(answers.joint(session, world.dossiers["VR01"]).get(code))
        session.rollback()  # on SQLite even looking holds the database for itself
        return found

    return find


@pytest.fixture
def page(visitor: Visitor, world: World) -> Page:
    """The first factor, open for the OVR of VR01."""
    visitor.login("ovr.vr01")
    return visitor.go(FIRST)


def eventually(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until something holds, ten seconds at most."""
    for _ in range(50):
        if holds():
            return
        page.wait_for_timeout(200)
    raise AssertionError("it did not come to hold")


def status(page: Page):
    return page.locator("#opslaan")


def note(page: Page, code: str = "1.1-01"):
    return page.get_by_label(f"Toelichting bij vraag {code}")


def test_a_choice_is_saved_at_once_and_the_question_it_calls_for_appears(page: Page, kept) -> None:
    expect(page.locator("#vraag-1-1-02")).to_contain_text("Hangt af van vraag 1.1-01")
    page.locator("#vraag-1-1-01").get_by_label("Ja").check()
    expect(page.get_by_label("Hoeveel dagen per week is de contactpersoon er?")).to_be_visible()
    expect(status(page)).to_have_text(re.compile(SAVED.pattern + " Vraag 1.1-02 is erbij gekomen."))
    expect(page.locator("#vraag-1-1-01").get_by_label("Ja")).to_be_focused()
    assert kept("1.1-01") == Content("ja")
    page.get_by_label("Hoeveel dagen per week is de contactpersoon er?").fill("2,5")
    page.locator("#vraag-1-1-01").get_by_label("Nee").check()
    expect(page.locator("#vraag-1-1-02")).to_contain_text("Niet aan de orde")
    expect(page.locator("#vraag-1-1-01-state")).to_contain_text("hoort nog een toelichting")
    assert kept("1.1-02") == Content(2.5)


def stop_the_clock(page: Page) -> None:
    """Let timers run only when the test says so."""
    page.clock.install()
    page.reload()
    page.clock.pause_at(datetime.now() + timedelta(seconds=1))


def test_a_text_is_saved_two_seconds_after_the_last_key(page: Page, kept) -> None:
    stop_the_clock(page)
    note(page).press_sequentially("Vacature")
    page.clock.run_for(1900)
    assert kept("1.1-01") == Content()
    with page.expect_response("**/vraag/*"):
        page.clock.run_for(200)
    page.clock.resume()
    expect(status(page)).to_have_text(SAVED)
    assert kept("1.1-01") == Content(note="Vacature")
    expect(note(page)).to_be_focused()


def test_a_text_is_saved_on_leaving_the_field(page: Page, kept) -> None:
    stop_the_clock(page)
    note(page).fill("Vacature")
    with page.expect_response("**/vraag/*"):
        note(page).press("Tab")
    page.clock.resume()
    expect(status(page)).to_have_text(SAVED)
    assert kept("1.1-01") == Content(note="Vacature")


def test_typing_on_while_a_save_is_under_way_loses_nothing(page: Page, kept) -> None:
    def slowly(route):
        page.wait_for_timeout(700)
        route.continue_()

    page.route("**/vraag/*", slowly)
    page.locator("#vraag-1-1-01").get_by_label("Nee").check()
    note(page).press_sequentially("Een zin die doorgaat terwijl er wordt opgeslagen.", delay=30)
    note(page).blur()
    whole = "Een zin die doorgaat terwijl er wordt opgeslagen."
    eventually(page, lambda: kept("1.1-01") == Content("nee", note=whole))
    expect(note(page)).to_have_value(whole)
    expect(status(page)).to_have_text(SAVED)


def test_the_save_button_waits_for_a_save_that_is_under_way(page: Page, kept) -> None:
    def slowly(route):
        page.wait_for_timeout(600)
        route.continue_()

    page.route("**/vraag/*", slowly)
    page.locator("#vraag-1-1-01").get_by_label("Nee").check()
    note(page).fill("Later getypt")
    page.get_by_role("button", name="Opslaan en terug naar overzicht").click()
    page.wait_for_url(f"**{HOME}/")
    assert kept("1.1-01") == Content("nee", note="Later getypt")


def test_without_a_connection_the_text_stays_and_is_saved_when_it_is_back(
    visitor: Visitor, page: Page, kept
) -> None:
    visitor.watch.allow(offline=True)
    page.context.set_offline(True)
    note(page).fill("Zonder verbinding")
    note(page).blur()
    expect(status(page)).to_have_text("Geen verbinding. Sluit dit scherm niet.")
    page.get_by_role("button", name="Opslaan en verder").click()
    expect(note(page)).to_have_value("Zonder verbinding")
    page.context.set_offline(False)
    expect(status(page)).to_have_text(SAVED, timeout=15_000)
    assert kept("1.1-01") == Content(note="Zonder verbinding")


def test_a_server_that_fails_is_tried_again(visitor: Visitor, page: Page, kept) -> None:
    visitor.watch.allow(503)
    failures = iter([True, False])
    page.route(
        "**/vraag/*",
        lambda route: route.fulfill(status=503, body="") if next(failures, False) else route.continue_(),
    )
    note(page).fill("Nog een keer")
    note(page).blur()
    expect(status(page)).to_have_text(
        "Opslaan is niet gelukt. Uw tekst staat nog op dit scherm. We proberen het opnieuw."
    )
    expect(status(page)).to_have_text(SAVED, timeout=15_000)
    assert kept("1.1-01") == Content(note="Nog een keer")


def test_a_save_whose_answer_was_lost_does_not_stand_in_the_way_of_what_was_typed_since(
    visitor: Visitor, page: Page, kept
) -> None:
    visitor.watch.allow(502)
    losses = iter([True])

    def lose(route: Route) -> None:
        """The first save is taken, and the server goes down before its answer gets through."""
        if next(losses, False):
            route.fetch()
            route.fulfill(status=502, body="")
        else:
            route.continue_()

    page.route("**/vraag/*", lose)
    note(page).fill("Dit kwam aan")
    note(page).blur()
    expect(status(page)).to_have_attribute("data-kind", "failed")
    note(page).fill("Dit kwam aan, en dit ook")
    eventually(page, lambda: kept("1.1-01") == Content(note="Dit kwam aan, en dit ook"))
    expect(status(page)).to_have_text(SAVED)
    expect(page.locator(".conflict")).to_have_count(0)


@pytest.mark.apart
def test_leaving_with_unsaved_text_warns(page: Page) -> None:
    page.route("**/vraag/*", lambda route: None)  # no answer, ever
    note(page).fill("Nog niet opgeslagen")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="Zo werkt het").first.click()
    page.wait_for_url("**/zo-werkt-het")
    assert asked == ["beforeunload"]


@pytest.mark.apart
def test_leaving_when_all_is_saved_does_not_warn(page: Page) -> None:
    note(page).fill("Opgeslagen")
    note(page).blur()
    expect(status(page)).to_have_text(SAVED)
    page.on("dialog", lambda dialog: pytest.fail("warned about nothing"))
    page.get_by_role("link", name="Zo werkt het").first.click()
    page.wait_for_url("**/zo-werkt-het")


def test_somebody_whose_log_in_is_gone_keeps_the_text_and_goes_on_after_logging_in(
    visitor: Visitor, page: Page, kept
) -> None:
    visitor.watch.allow(400, 401)
    page.context.clear_cookies()
    note(page).fill("Een lang verhaal")
    note(page).blur()
    expect(status(page)).to_contain_text("U bent uitgelogd. Uw tekst staat nog op dit scherm.")
    assert kept("1.1-01") == Content()
    with page.context.expect_page() as opened:
        status(page).get_by_role("link").click()
    tab = opened.value
    tab.get_by_label("E-mailadres").fill("ovr.vr01@voorbeeld.nl")
    tab.get_by_label("Wachtwoord", exact=True).fill(factories.PASSWORD)
    tab.get_by_role("button", name="Inloggen").click()
    tab.get_by_role("button", name="Uitloggen").wait_for()
    tab.close()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(status(page)).to_have_text(SAVED, timeout=15_000)
    assert kept("1.1-01") == Content(note="Een lang verhaal")


def test_two_people_at_one_question_see_both_answers(visitor: Visitor, page: Page, save, kept) -> None:
    visitor.watch.allow(409)
    # the page must not hear of the other answer before this one is given
    page.route("**/aanwezig?*", lambda route: route.fulfill(status=200, body=""))
    save("contactpersoon.vr01", {"1.1-01": Content("ja", note="Van de contactpersoon")})
    page.locator("#vraag-1-1-01").get_by_label("Nee").check()
    conflict = page.locator("#vraag-1-1-01-conflict")
    expect(conflict).to_contain_text("Kies welk antwoord blijft staan.")
    expect(conflict).to_contain_text("Van de contactpersoon")
    visitor.look("invullen-conflict")
    conflict.get_by_role("button", name="Mijn antwoord houden").click()
    expect(page.get_by_text("Uw antwoorden zijn opgeslagen.")).to_be_visible()
    assert kept("1.1-01") == Content("nee")


def test_an_answer_that_somebody_else_gives_is_not_undone_by_a_page_that_lies_open(
    page: Page, save, kept
) -> None:
    save("contactpersoon.vr01", {"1.1-03": Content("geen")})
    yes = page.locator("#vraag-1-1-01").get_by_label("Ja")
    yes.click()  # and not check(): what is saved may have replaced the very button by then
    expect(yes).to_be_checked()
    expect(status(page)).to_contain_text(SAVED)
    page.get_by_role("button", name="Opslaan en terug naar overzicht").click()
    page.wait_for_url(f"**{HOME}/")
    assert kept("1.1-03") == Content("geen")


def test_the_buttons_of_a_question_work_in_place(page: Page, kept) -> None:
    group = page.locator("#vraag-1-1-03")
    expect(group.get_by_role("button", name="Antwoord wissen")).to_be_hidden()
    group.get_by_label("Er is geen werkplek").check()
    expect(status(page)).to_have_text(SAVED)
    group.get_by_role("button", name="Antwoord wissen").click()
    expect(group.locator("input:checked")).to_have_count(0)
    group.get_by_label("Titel van document 1").fill("Plattegrond")
    group.get_by_role("button", name="Nog een document toevoegen").click()
    expect(group.get_by_label("Titel van document 2")).to_be_focused()
    group.get_by_label("Titel van document 2").fill("Foto")
    group.get_by_label("Bladzijde in document 2").fill("blz. 2")
    group.get_by_label("Bladzijde in document 2").blur()
    page.get_by_role("button", name="Opslaan en terug naar overzicht").click()
    page.wait_for_url(f"**{HOME}/")
    content = kept("1.1-03")
    assert content.value is None
    assert [(ref.title, ref.page) for ref in content.documents] == [("Plattegrond", None), ("Foto", "blz. 2")]


def test_a_choice_that_stands_alone_ends_the_others(page: Page, visitor: Visitor, kept) -> None:
    visitor.go(SECOND)
    page.get_by_label("De politie").check()
    page.get_by_label("Niemand").check()
    expect(page.get_by_label("De politie")).not_to_be_checked()
    page.get_by_label("De brandweer").check()
    expect(page.get_by_label("Niemand")).not_to_be_checked()
    expect(status(page)).to_have_text(SAVED)
    eventually(page, lambda: kept("2.1-01") == Content(["brandweer"]))


def test_errors_take_the_focus_and_lead_to_their_field(page: Page, visitor: Visitor, save) -> None:
    save("ovr.vr01", {"1.1-01": Content("ja")})
    visitor.go(FIRST)
    visitor.watch.allow(422)
    page.get_by_label("Hoeveel dagen per week is de contactpersoon er?").fill("drie")
    page.get_by_role("button", name="Opslaan en verder").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Fout: "))
    visitor.look("invullen-fout")
    summary.get_by_role("link").click()
    field = page.get_by_label("Hoeveel dagen per week is de contactpersoon er?")
    expect(field).to_be_focused()
    expect(field).to_have_value("drie")


def test_an_earlier_explanation_is_taken_over_in_place(
    page: Page, visitor: Visitor, session: Session, world: World, kept
) -> None:
    then = factories.measurement(session, factories.tiny(), code="toen", year=2009, kind="tussen")
    dossier = factories.dossier(session, then, world.units["VR01"])
    by = By.through(world.assignments["ovr.vr01"])
    answers.save(
        session, dossier, "1.1-01", Content("nee", note="Er was een vacature."), by=by, seen_version=0
    )
    dossier.state = "ingediend"
    session.commit()
    visitor.go(FIRST)
    page.locator("#vraag-1-1-01 summary").click()
    page.get_by_role("button", name="Toelichting van 2009 overnemen en aanpassen").click()
    expect(note(page)).to_have_value("Er was een vacature.")
    expect(note(page)).to_be_focused()
    visitor.look("invullen-eerder")
    expect(status(page)).to_have_text(SAVED)
    assert kept("1.1-01") == Content(note="Er was een vacature.")


def test_the_pages_are_in_order_empty_half_filled_in_and_after(
    page: Page, visitor: Visitor, session: Session, world: World, save
) -> None:
    visitor.look("invullen-leeg")
    save(
        "ovr.vr01",
        {
            "1.1-01": Content("ja", note="Sinds 2011, drie dagen per week."),
            "1.1-03": Content("vast", documents=(answers.Reference("Plattegrond", "blz. 3"),)),
            "2.1-01": Content(["politie"]),
        },
    )
    for name, path in {
        "takenlijst": "/",
        "invullen": "/factor/1.1",
        "controle": "/controle",
        "geschiedenis": "/vraag/1.1-01/geschiedenis",
    }.items():
        visitor.go(HOME + path)
        visitor.look(f"invullen-{name}" if name != "invullen" else name)
    visitor.watch.allow(422)
    visitor.go(f"{HOME}/controle")
    page.get_by_role("button", name="Akkoord geven").click()
    visitor.look("controle-fout")
    measurements.go_to(session, world.measurement, "gepubliceerd", By.system())
    session.commit()
    visitor.go(FIRST)
    visitor.look("invullen-alleen-kijken")
