"""The pages of the beheerder, and of passwords, at a real browser: with data and with errors."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts import password_link
from surveys import people, units
from surveys.acting import By
from tests import factories
from tests.factories import OPENED, World
from tests.support.browser import Visitor


@pytest.fixture
def history(world: World, session: Session) -> World:
    """A world with a past: former roles, old names, ended links; somebody is invited, disabled, locked."""
    by = By.system(OPENED)
    unit, north = world.units["VR01"], world.units["RMC-NOORD"]
    south = factories.command(session, "Zuid")
    units.rename(session, unit, name="Veiligheidsregio Eén", short="R1", valid_from=date(2012, 1, 1), by=by)
    units.link(session, unit, south, valid_from=date(2005, 1, 1), note="Afgeleid uit een brief", by=by)
    units.link(session, unit, north, valid_from=date(2011, 1, 1), by=by)
    person = world.person("ovr.vr01")
    factories.assignment(session, "waarnemer", unit=unit, whose=person, valid_until=date(2009, 1, 1))
    people.invite(session, name="Bert Bos", email="bert.bos@voorbeeld.nl", by=by)
    people.disable(session, world.person("waarnemer.vr02"), by)
    for _ in range(people.FREE_FAILURES):
        people.record_failure(session, person.email, datetime.now(UTC))
    session.commit()
    return world


def test_the_pages_about_people_are_in_order(history: World, visitor: Visitor, session: Session) -> None:
    number = history.person("ovr.vr01").id
    row = history.assignments["ovr.vr01"].id
    session.rollback()  # what was just read must not keep the server from writing
    visitor.login("beheerder")
    pages = {
        "mensen": "/beheer/mensen",
        "mensen-niemand": "/beheer/mensen?zoek=bestaat-niet",
        "persoon": f"/beheer/mensen/{number}",
        "rol-toevoegen": f"/beheer/mensen/{number}/rol",
        "rol-overdragen": f"/beheer/rollen/{row}/overdragen",
        "rol-beeindigen": f"/beheer/rollen/{row}/beeindigen",
    }
    for name, path in pages.items():
        visitor.go(path)
        visitor.look(f"beheer-{name}")


def test_a_refused_invitation_takes_the_focus_to_what_is_wrong(history: World, visitor: Visitor) -> None:
    visitor.login("beheerder")
    page = visitor.go("/beheer/mensen/uitnodigen")
    page.get_by_label("Naam").fill("Carla Cent")
    page.get_by_label("E-mailadres").fill("geen adres")
    page.get_by_label("Rol", exact=True).select_option(label="Inspecteur")
    page.get_by_label("Eenheid of organisatie").select_option(index=2)
    visitor.watch.allow(422)
    page.get_by_role("button", name="Account maken").click()
    page.get_by_role("heading", name="Er is iets nog niet goed ingevuld").wait_for()
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    visitor.look("beheer-uitnodigen-fout")
    page.locator("[data-error-summary] a").first.click()
    assert page.evaluate("document.activeElement.id") == "email"
    assert page.get_by_label("Naam").input_value() == "Carla Cent"


def test_an_invitation_gives_a_link_that_can_be_copied(history: World, visitor: Visitor) -> None:
    visitor.login("beheerder")
    page = visitor.go("/beheer/mensen/uitnodigen")
    visitor.look("beheer-uitnodigen")
    page.get_by_label("Naam").fill("Carla Cent")
    page.get_by_label("E-mailadres").fill("carla.cent@voorbeeld.nl")
    page.get_by_label("Rol", exact=True).select_option(label="Inspecteur")
    page.get_by_label("Eenheid of organisatie").select_option(label="Organisatie INSP")
    page.get_by_role("button", name="Account maken").click()
    link = page.get_by_label("Link").input_value()
    visitor.look("beheer-link")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Kopiëren").click()
    page.get_by_role("button", name="Gekopieerd").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == link


def test_the_pages_about_units_are_in_order(history: World, visitor: Visitor, session: Session) -> None:
    number = units.links_of(session, history.units["VR01"])[0].id
    session.rollback()
    visitor.login("beheerder")
    pages = {
        "eenheden": "/beheer/eenheden",
        "eenheid": "/beheer/eenheden/VR01",
        "eenheid-nieuw": "/beheer/eenheden/nieuw",
        "eenheid-naam": "/beheer/eenheden/VR01/naam",
        "eenheid-geldigheid": "/beheer/eenheden/VR01/geldigheid",
        "koppeling-nieuw": "/beheer/eenheden/VR01/koppeling",
        "koppeling": f"/beheer/koppelingen/{number}",
        "koppeling-verwijderen": f"/beheer/koppelingen/{number}/verwijderen",
    }
    for name, path in pages.items():
        visitor.go(path)
        visitor.look(f"beheer-{name}")


def test_choosing_and_changing_a_password_are_in_order(
    world: World, app: Flask, visitor: Visitor, session: Session
) -> None:
    with app.test_request_context():
        link = password_link(world.person("ovr.vr01"), "")
    session.rollback()
    page = visitor.go(link)
    page.get_by_role("button", name="Wachtwoord opslaan").click()
    visitor.look("wachtwoord-kiezen-fout")
    visitor.go("/wachtwoord")
    visitor.look("wachtwoord-vergeten")
    visitor.login("ovr.vr01")
    page = visitor.go("/wachtwoord-wijzigen")
    page.get_by_role("button", name="Wachtwoord wijzigen").click()
    visitor.look("wachtwoord-wijzigen-fout")
