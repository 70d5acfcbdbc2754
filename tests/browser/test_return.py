"""Returning a questionnaire, as it looks to the inspector and to who fills in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from tests import filled
from tests.factories import World
from tests.support.browser import Visitor

HOME = "/dossier/proefmeting/VR01"


@pytest.fixture(autouse=True)
def submitted(session: Session, world: World) -> None:
    """The dossier of VR01 is handed in."""
    filled.submit(session, world.dossiers["VR01"], filled.STRONG)
    session.commit()


def test_a_questionnaire_goes_back_and_shows_what_changed(visit: Callable[[], Visitor]) -> None:
    inspector, ovr = visit(), visit()
    inspector.watch.allow(422)
    inspector.login("inspecteur")
    page = inspector.go(f"{HOME}/terugsturen?vraag=1.1-03")
    page.get_by_role("button", name="Terugsturen").click()
    assert page.get_by_role("alert").get_by_role("link").get_attribute("href") == "#reden"
    inspector.look("return-form")
    page.get_by_label("Waarom stuurt u de vragenlijst terug?").fill("Er staat niet bij welke werkplek.")
    page.get_by_role("button", name="Terugsturen").click()
    page.get_by_text("De invullers kunnen weer wijzigen.").wait_for()

    ovr.login("ovr.vr01")
    page = ovr.go(f"{HOME}/")
    page.get_by_text("Er staat niet bij welke werkplek.").first.wait_for()
    page.get_by_text("Verloop").click()
    ovr.look("returned-overview")
    page.get_by_role("link", name="1.1-03").first.click()
    page.get_by_label("Op een wisselende werkplek").check()
    page.get_by_text("Opgeslagen om").wait_for()
    page.reload()
    page.locator("#vraag-1-1-03-ingeleverd").get_by_text("Op een vaste werkplek").wait_for()
    ovr.look("returned-factor")
    ovr.go(f"{HOME}/controle")
    ovr.look("returned-check")
