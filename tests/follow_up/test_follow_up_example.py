"""The example data of follow-up: every point that the sources name, and what can be steered of them."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from surveys.follow_up import points
from surveys.follow_up.points import PointInfo
from tests.support.client import Client
from tests.support.databases import PASSWORD
from tests.support.page import Page

pytestmark = pytest.mark.example

STEERING = "/opvolging/sturing"
LETTERS = {
    "Planning van de maatregelen uit het plan van aanpak Een veilige defensieorganisatie": {
        "strategie": 4,
        "structuur": 3,
        "systeem": 4,
        "cultuur": 5,
    },
}
"""The activities of the letter of 2018, by track."""


@pytest.fixture
def inspector(client: Client) -> Client:
    """An inspector at the example data."""
    client.login("inspecteur1@voorbeeld.nl", PASSWORD)
    return client


def listed(page: Page, heading: str) -> list[str]:
    """The names in the list of the steering page whose heading has this id."""
    return page.texts(f"#{heading} + p + table tbody th, #{heading} + p + details tbody th")


def test_every_point_that_the_sources_name_is_there(session: Session) -> None:
    found = points.listed(session)
    assert all(each.fictief for each in found), "example data is marked, whatever it tells"

    def of(number: str) -> PointInfo:
        return next(each for each in found if each.number == number and each.unit is None)

    # 004: the advices of 2009 and the recommendations of 2013
    codes = [f"A09-{place}" for place in range(1, 8)] + [f"A13-{place}" for place in range(1, 7)]
    assert all(of(code).questions for code in codes), "each has the questions that prove it"
    # 003: four without regret, of which one runs beside another, and six directional
    study = [each for each in found if each.origin and each.origin.title.startswith("Periodieke Rapportage")]
    natures = [each.nature for each in study]
    assert (natures.count("no_regret"), natures.count("richtinggevend")) == (4, 6)
    assert {each.response.taken for each in study if each.nature == "richtinggevend" and each.response} == {
        "nog_niet"
    }
    # 002: three recommendations, taken over wholly
    commander = [each for each in found if each.addressee == "Commandant NLD JFC"]
    assert [each.number for each in commander] == ["1", "2", "3"]
    assert {each.response.taken for each in commander if each.response} == {"volledig"}
    # 001: five agenda points and a request with a term
    agenda = [each.classes["agendapunt"] for each in found if each.kind == "agendapunt"]
    assert agenda == ["1", "2", "3", "4", "5"]
    [request] = [each for each in found if each.kind == "verzoek"]
    assert request.due_on is not None
    assert f"{request.due_on:%d-%m-%Y}" == "01-10-2026"
    # 000: sixteen activities in four tracks
    for title, tracks in LETTERS.items():
        told = [each.classes["spoor"] for each in found if each.origin and each.origin.title == title]
        assert {track: told.count(track) for track in tracks} == tracks


def test_the_steering_page_names_what_can_not_be_steered(inspector: Client) -> None:
    page = inspector.get(STEERING)

    without = listed(page, "zonder_indicator")
    assert any("Nieuwsbrief over veiligheid" in name for name in without)
    assert any("A13-2" in name for name in listed(page, "zonder_meting"))
    undecided = listed(page, "zonder_besluit")
    assert any("Integraal risicomanagement" in name for name in undecided)
    assert not any("werk- en leefomgeving" in name for name in undecided), "a decision is asked about it"
    assert page.has("niet vast te stellen")


def test_a_point_without_its_indicator_can_not_be_steered(inspector: Client) -> None:
    page = inspector.get(STEERING)
    assert not any("A13-4" in name for name in listed(page, "zonder_indicator"))
    inspector.click("A13-4 Zorg dat de meldkamer de militaire communicatiemiddelen herkent")
    inspector.click("Regio’s waar niet duidelijk is of de meldkamer de portofoons herkent (fictief)")
    inspector.click("Indicator verwijderen")
    inspector.submit(button="Indicator verwijderen")

    page = inspector.get(STEERING)
    assert any("A13-4" in name for name in listed(page, "zonder_indicator"))
    assert not any("A13-4" in name for name in listed(page, "zonder_meting"))
