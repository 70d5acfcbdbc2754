"""The response monitor: what it says of every dossier, narrowing, sorting, files, and its queries."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from surveys import people, signing, units
from surveys.acting import By
from tests import factories, filled
from tests.factories import World
from tests.support.client import Client
from tests.support.counting import selected
from tests.support.page import Page

PATH = "/metingen/proefmeting/respons"
QUERIES = 14
"""What the page takes at most, logging in and furniture included, for however many units."""
PAST, LATER = date(2014, 1, 1), date(2099, 1, 1)


@pytest.fixture
def inspector(world: World, session: Session, login: Callable[[str], None]) -> World:
    """VR01 submitted, VR02 begun and late, the RMC untouched; VR01 belongs to the RMC."""
    filled.submit(session, world.dossiers["VR01"], filled.STRONG)
    filled.fill(session, world.dossiers["VR02"], {"1.1-01": filled.WEAK["1.1-01"]})
    world.dossiers["VR02"].due_on = PAST
    world.dossiers["RMC-NOORD"].due_on = LATER
    by = By.system(factories.OPENED)
    people.end(session, world.assignments["ovr.vr02"], PAST, by)
    units.link(session, world.units["VR01"], world.units["RMC-NOORD"], valid_from=factories.LONG_AGO, by=by)
    session.commit()
    login("inspecteur")
    return world


def rows(page: Page) -> list[str]:
    return page.texts("tbody tr")


def codes(page: Page) -> list[str]:
    return [text.split()[0] for text in page.texts("tbody th")]


def test_every_dossier_says_how_far_it_is_and_who_must_act(inspector: World, client: Client) -> None:
    page = client.get(PATH)
    assert page.has("1 van de 3 vragenlijsten ingeleverd")
    done, begun, untouched = rows(page)
    assert "Ingeleverd" in done
    assert "5 van 5" in done
    assert "Inspectie" in done
    assert "In invulling" in begun
    assert "1 van 4" in begun
    assert "Te laat" in begun
    assert "OVR: niemand uitgenodigd" in begun
    assert "Contact: Contactpersoon Regio 2" in begun
    assert "Uitgezet" in untouched
    assert "Te laat" not in untouched
    assert "RMC: Rmc RMC Noord" in untouched


def test_who_agreed_to_a_complete_questionnaire_need_not_act_again(
    inspector: World, client: Client, session: Session
) -> None:
    dossier = inspector.dossiers["RMC-NOORD"]
    filled.fill(session, dossier, filled.STRONG)
    second = inspector.dossiers["VR02"]
    rest = {code: content for code, content in filled.WEAK.items() if code != "1.1-01"}
    filled.fill(session, second, rest)
    contact = By.through(inspector.assignments["contactpersoon.vr02"], filled.AT)
    signing.sign(session, second, by=contact)
    begun = rows(client.get(PATH))[1]
    assert "OVR: niemand uitgenodigd" in begun
    assert "Contact:" not in begun


def test_it_narrows_by_brigade_and_by_state(inspector: World, client: Client) -> None:
    assert codes(client.get(f"{PATH}?brigade=RMC-NOORD")) == ["VR01"]
    assert codes(client.get(f"{PATH}?stand=in_invulling")) == ["VR02"]
    assert codes(client.get(f"{PATH}?stand=in_invulling&brigade=RMC-NOORD")) == []
    assert len(codes(client.get(f"{PATH}?stand=onzin&brigade=onzin"))) == 3


def test_it_sorts_by_every_column_and_back(inspector: World, client: Client) -> None:
    assert codes(client.get(PATH)) == ["VR01", "VR02", "RMC-NOORD"]
    page = client.get(f"{PATH}?sorteer=open")
    assert codes(page) == ["VR01", "VR02", "RMC-NOORD"]
    assert codes(client.click("Sorteer op Open")) == ["RMC-NOORD", "VR02", "VR01"]
    assert codes(client.get(f"{PATH}?sorteer=termijn")) == ["VR02", "RMC-NOORD", "VR01"]
    assert codes(client.get(f"{PATH}?sorteer=stand")) == ["RMC-NOORD", "VR02", "VR01"]
    assert codes(client.get(f"{PATH}?sorteer=ingevuld&omlaag=ja")) == ["VR01", "VR02", "RMC-NOORD"]


def test_the_table_is_a_file_as_it_is_shown(inspector: World, client: Client) -> None:
    page = client.get(f"{PATH}/bestand?vorm=csv&stand=in_invulling")
    assert "fictief" in page.headers["Content-Disposition"]
    text = page.data.decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))
    assert [row[0] for row in found] == ["Code", "VR02"]
    assert found[1][found[0].index("fictief")] == "ja"
    assert client.get(f"{PATH}/bestand").data[:2] == b"PK"


def test_a_closed_measurement_asks_nothing_of_respondents(
    inspector: World, client: Client, session: Session
) -> None:
    inspector.measurement.state = "landelijk_beeld"
    begun = rows(client.get(PATH))[1]
    assert "niemand uitgenodigd" not in begun
    assert "Te laat" not in begun


def test_more_units_take_no_more_queries(
    inspector: World, client: Client, session: Session, app: Flask
) -> None:
    client.get(PATH)
    with selected(app) as few:
        client.get(PATH)
    by = By.system(factories.OPENED)
    for number in range(3, 8):
        unit = factories.region(session, number)
        units.link(session, unit, inspector.units["RMC-NOORD"], valid_from=factories.LONG_AGO, by=by)
        filled.submit(session, factories.dossier(session, inspector.measurement, unit), filled.STRONG)
    with selected(app) as many:
        page = client.get(PATH)
    assert len(rows(page)) == 8
    assert len(few) == len(many)
    assert len(many) <= QUERIES, "\n".join(many)
