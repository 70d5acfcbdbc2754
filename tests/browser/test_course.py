"""After a visit, in a browser: correcting, what stays unknown, the course; and what respondents see of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from surveys.answers import Content, Reference
from tests import factories
from tests import visited as after
from tests.support.browser import Visitor
from tests.visited import Visited

BASE = "/bezoek/proefmeting/VR01"
LABEL = "Na het gesprek aangepast door de inspectie"


@pytest.fixture
def visited(session: Session) -> Visited:
    """A dossier after its visit, with corrections by two inspectors and something unknown left."""
    made = after.make(session, factories.world(session))
    made.correct(
        "1.1-03",
        Content("vast", documents=(Reference("Plattegrond van de kazerne", "blz. 4"),)),
        "Bij het bezoek is de vaste werkplek getoond.",
        by=made.two,
    )
    made.correct(
        "2.1-01",
        Content(["brandweer", "politie"], note="De politie is in mei aangesloten."),
        "De contactpersoon vertelde dat de politie sinds mei meepraat.",
        minutes=5,
    )
    session.commit()
    return made


def test_an_inspector_goes_from_the_visit_to_verified(visitor: Visitor, visited: Visited) -> None:
    visitor.login("inspecteur")
    page = visitor.go(f"{BASE}/verloop")
    expect(page.get_by_text("Dit moet nog gebeuren")).to_be_visible()
    visitor.look("course")
    page.get_by_role("link", name="Wat onbekend is").click()
    visitor.look("unknowns")
    page.get_by_role("link", name="Alsnog een antwoord invullen").click()
    visitor.look("correct")
    page.get_by_label("Hoeveel dagen per week").fill("3")
    page.get_by_label("Weet ik niet").uncheck()
    visitor.watch.allow(422)
    page.get_by_role("button", name="Antwoord aanpassen").click()
    expect(page.get_by_role("alert")).to_contain_text("Schrijf waarom")
    visitor.look("correct-refused")
    page.get_by_label("Waarom past u dit antwoord aan?").fill("Verteld door de contactpersoon.")
    page.get_by_role("button", name="Antwoord aanpassen").click()
    expect(page.get_by_role("status").filter(has_text="Het antwoord is aangepast")).to_be_visible()
    visitor.look("corrected")
    visited.report_verified()
    visited.session.commit()
    page = visitor.go(f"{BASE}/verloop")
    page.get_by_role("button", name="Dossier geverifieerd").click()
    expect(page.get_by_text("Het dossier staat nu op ‘Geverifieerd’")).to_be_visible()
    visitor.look("course-verified")
    visitor.go("/landelijk/proefmeting/eenheid/VR01")
    visitor.look("unit-corrected")


def test_a_colleague_who_was_first_is_seen_and_nothing_is_lost(visitor: Visitor, visited: Visited) -> None:
    visitor.login("inspecteur")
    page = visitor.go(f"{BASE}/antwoord/1.1-02")
    visited.correct("1.1-02", Content(2), "Van de collega.", by=visited.two, minutes=9)
    visited.session.commit()
    page.get_by_label("Hoeveel dagen per week").fill("4")
    page.get_by_label("Weet ik niet").uncheck()
    page.get_by_label("Waarom past u dit antwoord aan?").fill("Van mij.")
    visitor.watch.allow(409)
    page.get_by_role("button", name="Antwoord aanpassen").click()
    expect(page.get_by_text("Een collega was u voor")).to_be_visible()
    expect(page.get_by_label("Hoeveel dagen per week")).to_have_value("4")
    visitor.look("correct-conflict")


def test_respondents_see_what_was_corrected(visitor: Visitor, visited: Visited) -> None:
    visitor.login("contactpersoon.vr01")
    for name, path in {
        "start-corrected": "/",
        "overview-corrected": "/dossier/proefmeting/VR01/",
        "factor-corrected": "/dossier/proefmeting/VR01/factor/2.1",
    }.items():
        page = visitor.go(path)
        expect(page.get_by_text(LABEL).first).to_be_visible()
        visitor.look(name)
