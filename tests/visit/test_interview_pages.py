"""The pages of visits: the list of a measurement, planning, holding, writing a report, and who may."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import interviews
from surveys.acting import By
from surveys.interviews import Attending, Details
from surveys.models import Interview, Passage
from tests import factories, filled
from tests.factories import World
from tests.support.client import Client
from tests.support.counting import counted

AGENDA = "/bezoek/proefmeting/bezoeken"
UNIT = "/bezoek/proefmeting/VR01/verslagen"
QUERIES = 12
"""What the list takes at most, logging in and furniture included, for however many visits and units."""


@pytest.fixture
def inspector(with_handed_in: None, world: World, login: Callable[[str], None]) -> World:
    login("inspecteur")
    return world


def plan(client: Client, day: str = "2013-06-03", **more: str) -> None:
    client.get(f"{UNIT}/nieuw")
    client.submit({"held_on": day, "place": "Assen", **more}, button="Plannen")


def only(session: Session) -> Interview:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Interview)).one()


def report(session: Session) -> str:
    return f"/bezoek/proefmeting/verslag/{only(session).id}"


def write(client: Client, text: str, factor: str = "1.1") -> None:
    client.submit({"factor": factor, "text": text}, button="Passage toevoegen")


def test_a_unit_that_handed_in_waits_for_a_visit(client: Client, inspector: World) -> None:
    client.get(AGENDA)
    assert client.page.has("Nog geen bezoek (1)")
    assert client.page.has("Bezoek plannen")


def test_a_visit_is_planned_with_who_will_be_there(
    client: Client, session: Session, inspector: World
) -> None:
    plan(client, **{"naam-3": "P. de Boer", "functie-3": "brandweer", "kant-3": "anders"})
    assert client.page.has("Het gesprek is gepland")
    made = only(session)
    assert (made.held_on, made.place, made.state) == (date(2013, 6, 3), "Assen", "gepland")
    sides = [each.side for each in made.attendees]
    assert sides == ["defensie", "regio", "inspectie", "anders"]
    assert made.attendees[-1].name == "P. de Boer"


def test_what_is_not_good_keeps_what_was_typed(client: Client, inspector: World) -> None:
    client.get(f"{UNIT}/nieuw")
    client.submit(
        {"held_on": "morgen", "place": "Assen", "naam-4": "P. de Boer"}, button="Plannen", status=422
    )
    assert client.page.has("Vul een datum in zoals 21-11-2026")
    assert client.page.one("#place").get("value") == "Assen"
    assert "P. de Boer" in client.page.html


def test_a_visit_that_was_held_gets_a_report(client: Client, session: Session, inspector: World) -> None:
    plan(client)
    client.submit(button="Het gesprek is gehouden")
    assert client.page.has("Verslag in concept")
    write(client, "Er is een vaste contactpersoon.")
    write(client, "In het algemeen gaat het goed.", "")
    texts = client.page.text()
    assert texts.index("In het algemeen gaat het goed.") < texts.index("Er is een vaste contactpersoon.")
    session.rollback()
    assert inspector.dossiers["VR01"].state == "bezocht"


def test_an_empty_passage_says_so_at_its_field(client: Client, session: Session, inspector: World) -> None:
    plan(client)
    client.submit(button="Het gesprek is gehouden")
    client.submit({"text": "  "}, button="Passage toevoegen", status=422)
    assert client.page.has("De passage is leeg")


def test_two_inspectors_never_overwrite_each_other(
    client: Client, session: Session, inspector: World
) -> None:
    plan(client)
    client.submit(button="Het gesprek is gehouden")
    write(client, "Oud")
    client.get(report(session))
    other = By.through(factories.inspector(session, "inspecteur.twee"), filled.AT)
    row = session.scalars(select(Passage)).one()
    interviews.write_passage(session, row, text="Van de collega", factor="1.1", by=other, seen_version=1)
    session.commit()
    client.submit({"text": "Van mij"}, button="Passage opslaan", status=409)
    assert client.page.has("Van de collega")
    assert client.page.has("Een collega was u voor")
    assert "Van mij" in client.page.html
    client.submit({"text": "Samen"}, button="Passage opslaan")
    client.get(f"{report(session)}/versies")
    assert all(client.page.has(text) for text in ("Oud", "Van de collega", "Samen"))


def test_a_passage_that_is_taken_out_stays_among_the_versions(
    client: Client, session: Session, inspector: World
) -> None:
    plan(client)
    client.submit(button="Het gesprek is gehouden")
    write(client, "Weg ermee")
    client.submit(button="Weghalen")
    assert not client.page.has("Weg ermee")
    client.get(f"{report(session)}/versies")
    assert client.page.has("Weggehaald. Weg ermee")


def test_what_does_not_go_on_says_why(client: Client, session: Session, inspector: World) -> None:
    plan(client)
    client.submit({"reden": ""}, button="Gesprek laten vervallen", status=422)
    assert client.page.has("Geef een reden op")
    client.submit({"reden": "Storm"}, button="Gesprek laten vervallen")
    assert client.page.has("Vervallen: Storm")


def test_a_change_over_a_colleagues_shows_both(client: Client, session: Session, inspector: World) -> None:
    plan(client)
    client.get(f"{report(session)}/wijzigen")
    by = By.through(inspector.assignments["inspecteur"], filled.AT)
    details = Details("bezoek", date(2013, 7, 1), "Emmen", (Attending("regio", "Q. Collega"),))
    interviews.change(session, only(session), details, seen_version=1, by=by)
    session.commit()
    client.submit({"place": "Zwolle"}, button="Opslaan", status=409)
    assert client.page.has("Emmen")
    assert client.page.has("Q. Collega")
    assert client.page.one("#place").get("value") == "Zwolle"
    client.submit({"place": "Zwolle"}, button="Opslaan")
    assert only(session).place == "Zwolle"


def test_a_conversation_without_a_questionnaire(client: Client, session: Session, inspector: World) -> None:
    client.get(f"{AGENDA}/nieuw")
    client.submit({"held_on": "2013-06-04"}, button="Plannen", status=422)
    assert client.page.has("Vul in met wie het gesprek is")
    client.submit({"subject": "Directie Operaties", "held_on": "2013-06-04"}, button="Plannen")
    client.submit(button="Het gesprek is gehouden")
    write(client, "Het beleid is bekend.")
    client.get(AGENDA)
    assert client.page.has("Directie Operaties")


def test_the_list_sorts_narrows_and_is_a_file_as_shown(
    client: Client, session: Session, inspector: World
) -> None:
    plan(client)
    filled.submit(session, inspector.dossiers["VR02"], filled.WEAK)
    session.commit()
    client.get(f"{AGENDA}?stand=gepland")
    file = client.ask("GET", f"{AGENDA}/bestand?stand=gepland&vorm=csv").html
    rows = [row for row in csv.reader(io.StringIO(file.lstrip("\ufeff")), delimiter=";") if "Gepland" in row]
    assert len(rows) == 1
    assert "Assen" in rows[0]
    everything = client.ask("GET", f"{AGENDA}/bestand?vorm=csv").html
    assert "Nog geen bezoek" in everything
    client.get(f"{AGENDA}?sorteer=met&omlaag=ja")
    assert client.page.has("Sorteer op")


def test_the_list_takes_the_same_queries_for_more_visits(
    client: Client, app: Flask, session: Session, inspector: World
) -> None:
    with counted(app) as before:
        client.get(AGENDA)
    filled.submit(session, inspector.dossiers["VR02"], filled.WEAK)
    by = By.through(inspector.assignments["inspecteur"], filled.AT)
    people = tuple(Attending("regio", f"Persoon {number}") for number in range(5))
    for code in ("VR01", "VR01", "VR02"):
        details = Details("bezoek", date(2013, 6, 3), "Assen", people)
        interviews.plan(session, inspector.measurement, inspector.dossiers[code], details, by=by)
    session.commit()
    with counted(app) as after:
        client.get(AGENDA)
    assert len(before) <= QUERIES
    assert len(after) <= len(before) + 2  # who was there, and the dossiers of visits


def test_respondents_see_nothing_of_it(
    client: Client, session: Session, inspector: World, login: Callable[[str], None]
) -> None:
    plan(client)
    place = report(session)
    client.post("/uitloggen")
    login("ovr.vr01")
    for address in (AGENDA, UNIT, f"{UNIT}/nieuw", place, f"{place}/versies", f"{place}/wijzigen"):
        client.get(address, status=403)
    client.post(f"{place}/gehouden", status=403)
    assert only(session).state == "gepland"


def test_a_report_of_another_measurement_is_not_found(client: Client, inspector: World) -> None:
    client.get("/bezoek/proefmeting/verslag/9999", status=404)
