"""The points to raise at a visit: collected by themselves, and what inspectors do with them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.visit.sheet import anchor
from surveys import dossiers, people, visit_sheet
from surveys.acting import By
from surveys.answers import Content, Reference, Save, save_all
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.models import Dossier, LogEntry, VisitPoint
from surveys.views import differ
from surveys.visit_sheet import Sheet, Treatment
from tests import factories, filled
from tests.factories import World
from tests.support import stages
from tests.support.client import Client
from tests.support.counting import selected
from tests.support.page import Page

PATH = "/bezoek/proefmeting/VR01/gesprekspunten"
QUERIES = 25
"""What the page takes at most, logging in and furniture included, for however many units and points."""
DOUBTFUL = {
    "1.1-01": Content("ja"),
    "1.1-02": Content(special="onbekend", note="Dat houden wij niet bij."),
    "1.1-03": Content("vast", documents=(Reference("Plattegrond", "blz. 2"),)),
    "2.1-01": Content(["brandweer"]),
    "2.1-02": Content("2012-05-01"),
}


def _make(session: Session) -> None:
    filled.submit(session, World(session).dossiers["VR01"], DOUBTFUL)


with_doubts = stages.declare("doubts", _make)


@pytest.fixture
def doubtful(with_doubts: None, world: World) -> Dossier:
    """VR01, which handed in with doubts."""
    return world.dossiers["VR01"]


def read(session: Session, dossier: Dossier) -> Sheet:
    return visit_sheet.sheet(session, dossier)


def texts(session: Session, dossier: Dossier) -> dict[str, str]:
    return {line.point.key: line.point.text for line in read(session, dossier).lines}


def inspector(world: World) -> By:
    return By.through(world.assignments["inspecteur"], filled.AT)


def earlier(session: Session, world: World, given: dict[str, Content]) -> Dossier:
    """What VR01 handed in in a measurement before this one."""
    before = factories.measurement(session, factories.tiny(), code="eerder", year=2009, kind="tussen")
    made = factories.dossier(session, before, world.units["VR01"])
    filled.submit(session, made, given)
    return made


def test_a_questionnaire_that_was_not_handed_in_has_no_points(session: Session, world: World) -> None:
    filled.fill(session, world.dossiers["VR01"], filled.WEAK)
    assert read(session, world.dossiers["VR01"]).lines == ()


def test_missed_musts_unknown_answers_and_documents_are_points(session: Session, world: World) -> None:
    filled.submit(session, world.dossiers["VR01"], filled.WEAK)
    assert texts(session, world.dossiers["VR01"]) == {"must:1.1-01": "Nee."}
    filled.submit(session, world.dossiers["VR02"], DOUBTFUL)
    assert texts(session, world.dossiers["VR02"]) == {
        "unknown:1.1-02": "Nog te beantwoorden.",
        "reference:1.1": "1.1-03: Plattegrond, blz. 2.",
    }


def test_a_must_that_nobody_could_answer_says_so_once(session: Session, world: World) -> None:
    given = {**filled.WEAK, "1.1-01": Content(special="onbekend")}
    filled.submit(session, world.dossiers["VR01"], given)
    assert texts(session, world.dossiers["VR01"]) == {
        "unknown:1.1-01": "Nog te beantwoorden. Deze vraag is een must."
    }


def test_open_musts_and_missing_documents_are_points_where_a_questionnaire_came_in_without(
    session: Session, world: World
) -> None:
    dossier = world.dossiers["VR01"]
    filled.fill(session, dossier, {"1.1-03": Content("vast")})
    dossier.state = "ingediend"  # as when an older one is brought over
    session.flush()
    assert texts(session, dossier) == {
        "open_must:1.1-01": "Deze must is niet beantwoord.",
        "document:1.1-03": "Gevraagd: Plattegrond.",
    }


def test_checks_that_fired_and_divergent_views_are_points(session: Session, world: World) -> None:
    dossier = world.dossiers["VR01"]
    given = {**filled.STRONG, "1.1-03": Content("geen")}
    filled.fill(session, dossier, given)
    contact = By.through(world.assignments["contactpersoon.vr01"], filled.AT)
    differ(session, dossier, "1.1-02", Content(1, note="Hij is er zelden."), by=contact, seen_version=0)
    filled.submit(session, dossier, {})
    lines = {line.point.key: line.point for line in read(session, dossier).lines}
    assert lines["check:C1"].text == "De contactpersoon is er vaak, maar heeft geen werkplek."
    assert lines["check:C1"].questions == ("1.1-02", "1.1-03")
    view = lines["view:1.1-02:contactpersoon"]
    assert view.text == "Contactpersoon: 1 dagen per week. Samen: 3 dagen per week."
    assert view.detail == "Hij is er zelden."
    assert len(lines) == 2


def test_what_differs_from_the_previous_measurement_is_a_point_and_a_fall_as_well(
    session: Session, world: World
) -> None:
    earlier(session, world, filled.STRONG)
    now = {**filled.WEAK, "1.1-03": Content("wissel", note="Sinds de verhuizing.")}
    filled.submit(session, world.dossiers["VR01"], now)
    sheet = read(session, world.dossiers["VR01"])
    found = {line.point.key: line.point for line in sheet.lines}
    assert [key for key in found if not key.startswith("reference")] == [
        "must:1.1-01",
        "fall:1.1",
        "difference:1.1-01",
        "difference:1.1-03",
        "fall:2.1",
        "difference:2.1-01",
    ]
    assert found["fall:2.1"].text.endswith("van ‘Voldoet’ (2009) naar ‘Voldoet niet’.")
    assert found["difference:1.1-03"].text == "2009: Op een vaste werkplek. Nu: Op een wisselende werkplek."
    assert found["difference:2.1-01"].text.endswith("Nu: Niemand. Zonder toelichting.")
    assert found["difference:2.1-01"].kind == "worse"
    assert [group.factor.code for group in sheet.groups() if group.factor] == ["1.1", "2.1"]


def test_an_improvement_is_a_difference_and_no_fall(session: Session, world: World) -> None:
    earlier(session, world, filled.WEAK)
    filled.submit(session, world.dossiers["VR01"], filled.STRONG)
    lines = read(session, world.dossiers["VR01"]).lines
    kinds = {line.point.key: line.point.kind for line in lines if line.point.kind != "reference"}
    assert kinds == {
        "difference:1.1-01": "difference",
        "difference:1.1-03": "difference",
        "difference:2.1-01": "difference",
    }


def test_a_measurement_that_a_region_skipped_is_not_compared_with(session: Session, world: World) -> None:
    before = factories.measurement(session, factories.tiny(), code="eerder", year=2009, kind="tussen")
    filled.submit(session, factories.dossier(session, before, world.units["VR02"]), filled.STRONG)
    filled.submit(session, world.dossiers["VR01"], filled.WEAK)
    assert list(texts(session, world.dossiers["VR01"])) == ["must:1.1-01"]


def test_one_of_few_is_a_point_and_one_of_many_is_not(session: Session, world: World) -> None:
    for number in range(3, 9):
        unit = factories.region(session, number)
        filled.submit(session, factories.dossier(session, world.measurement, unit), filled.WEAK)
    filled.submit(session, world.dossiers["VR01"], DOUBTFUL)
    filled.submit(session, world.dossiers["VR02"], filled.WEAK)
    found = texts(session, world.dossiers["VR01"])
    assert found["few:2.1-S01"] == "Regio 1 betrekt de brandweer bij de plannen. Dat geldt voor 1 van de 8."
    assert found["few:1.1-01:ja"] == "Ja. Dat geldt voor 1 van de 8."
    assert not [key for key in texts(session, world.dossiers["VR02"]) if key.startswith("few")]


def test_points_come_and_go_with_the_answers_and_what_was_noted_stays(
    session: Session, world: World, doubtful: Dossier
) -> None:
    dossier, by = doubtful, inspector(world)
    point = read(session, dossier).line("unknown:1.1-02")
    assert point is not None
    visit_sheet.treat(
        session, dossier, point.point, Treatment(None, "Twee dagen.", False), by=by, seen_version=0
    )
    dossiers.move(session, dossier, "in_invulling", by, "Graag aanvullen.")
    contact = By.through(world.assignments["contactpersoon.vr01"], filled.AT)
    save_all(session, dossier, {"1.1-02": Save(Content(0.5), 1)}, by=contact)
    filled.submit(session, dossier, {})
    sheet = read(session, dossier)
    assert "unknown:1.1-02" not in {line.point.key for line in sheet.lines}
    (gone,) = sheet.gone
    assert (gone.point.key, gone.remark, gone.standing) == ("unknown:1.1-02", "Twee dagen.", False)
    assert gone.point.subject == "Hoeveel dagen per week is de contactpersoon er?"


def test_a_point_is_assigned_noted_dropped_with_a_reason_and_put_back(
    session: Session, world: World, doubtful: Dossier
) -> None:
    dossier, by = doubtful, inspector(world)
    point = read(session, dossier).lines[0].point
    me = world.person("inspecteur").id
    row = visit_sheet.treat(session, dossier, point, Treatment(me, None, False), by=by, seen_version=0)
    with pytest.raises(Refused, match="waarom"):
        visit_sheet.treat(session, dossier, point, Treatment(me, " ", True), by=by, seen_version=1)
    visit_sheet.treat(session, dossier, point, Treatment(me, "Al bekend.", True), by=by, seen_version=1)
    sheet = read(session, dossier)
    assert [line.point.key for line in sheet.shown("vervallen", me)] == [point.key]
    assert point.key not in {line.point.key for line in sheet.shown("mijn", me)}
    visit_sheet.treat(session, dossier, point, Treatment(me, "Al bekend.", False), by=by, seen_version=2)
    sheet = read(session, dossier)
    assert [line.point.key for line in sheet.shown("mijn", me)] == [point.key]
    assert point.key not in {line.point.key for line in sheet.shown("open", me)}
    assert row.version == 3
    logged = session.scalars(select(LogEntry).where(LogEntry.action == "visit_point.save")).all()
    assert [entry.detail["version"] for entry in logged] == [1, 2, 3]
    assert "bekend" not in str([entry.detail for entry in logged])


def test_two_inspectors_at_one_point_lose_nothing(session: Session, world: World, doubtful: Dossier) -> None:
    dossier, by = doubtful, inspector(world)
    point = read(session, dossier).lines[0].point
    visit_sheet.treat(session, dossier, point, Treatment(None, "Van de een.", False), by=by, seen_version=0)
    with pytest.raises(ChangedMeanwhile):
        visit_sheet.treat(
            session, dossier, point, Treatment(None, "Van de ander.", False), by=by, seen_version=0
        )
    visit_sheet.treat(session, dossier, point, Treatment(None, "Van de een.", False), by=by, seen_version=0)
    assert read(session, dossier).lines[0].remark == "Van de een."


def test_only_inspectors_act_and_only_they_are_assigned(
    session: Session, world: World, doubtful: Dossier
) -> None:
    dossier = doubtful
    point = read(session, dossier).lines[0].point
    ovr = By.through(world.assignments["ovr.vr01"], filled.AT)
    with pytest.raises(NotAllowed):
        visit_sheet.treat(session, dossier, point, Treatment(None, "x", False), by=ovr, seen_version=0)
    with pytest.raises(NotAllowed):
        visit_sheet.add(session, dossier, "x", None, by=ovr)
    for key in ("ovr.vr01", "beheerder"):
        done = Treatment(world.person(key).id, None, False)
        with pytest.raises(Refused, match="inspecteur"):
            visit_sheet.treat(session, dossier, point, done, by=inspector(world), seen_version=0)
    people.disable(session, world.person("inspecteur"), By.system(filled.AT))
    assert read(session, dossier).inspectors == ()


# The page


@pytest.fixture
def visiting(doubtful: Dossier, world: World, login: Callable[[str], None]) -> World:
    """VR01 handed in with doubts, and an inspector is logged in."""
    login("inspecteur")
    return world


def send(client: Client, key: str, *, status: int = 200, **values: str) -> Page:
    """Send the form of a point as its page has it, with other values."""
    sent = {
        "punt": client.page.one(f"#{anchor(key)} input[name=punt]")["value"],
        "versie": client.page.one(f"#{anchor(key)} input[name=versie]")["value"],
        "notitie": "",
        "inspecteur": "",
        **values,
    }
    return client.post(f"{PATH}/punt", sent, status=status)


def test_the_page_shows_points_with_links_to_the_answers(visiting: World, client: Client) -> None:
    page = client.get(PATH)
    assert page.has("Weet ik niet")
    assert page.has("Dat houden wij niet bij.")
    assert page.link("1.1-02").endswith("#vraag-1.1-02")
    client.click("1.1-02")
    assert client.page.h1.startswith("Regio 1")


def test_a_refused_note_and_a_conflict_keep_what_was_typed(
    visiting: World, client: Client, session: Session
) -> None:
    client.get(PATH)
    page = send(
        client,
        "unknown:1.1-02",
        status=422,
        doen="vervallen",
        inspecteur=str(visiting.person("inspecteur").id),
    )
    assert page.has("Noteer waarom dit punt vervalt.")
    page = send(client, "unknown:1.1-02", doen="bewaren", notitie="Van mij.")
    assert page.has("Van mij.")
    page = send(client, "unknown:1.1-02", status=409, doen="bewaren", notitie="Van een ander.", versie="0")
    assert page.has("Een collega was u voor")
    assert page.has("notitie: Van mij.")
    assert "Van een ander." in page.text("#punt-unknown-1-1-02-notitie")
    send(client, "unknown:1.1-02", doen="bewaren", notitie="Van ons beiden.")
    session.expire_all()
    assert session.scalars(select(VisitPoint.remark)).all() == ["Van ons beiden."]


def test_an_own_point_is_added_changed_and_narrowed(visiting: World, client: Client) -> None:
    client.get(PATH)
    page = client.submit({"tekst": " ", "factor": "2.1"}, button="Punt toevoegen", status=422)
    assert page.has("Schrijf op wat u wilt bespreken.")
    page = client.submit({"tekst": "Hoe bevalt het?"}, button="Punt toevoegen")
    assert page.has("Hoe bevalt het?")
    send(
        client,
        "own:1",
        doen="bewaren",
        tekst="Hoe bevalt het nu?",
        inspecteur=str(visiting.person("inspecteur").id),
    )
    page = client.get(f"{PATH}?toon=mijn")
    assert page.has("Hoe bevalt het nu?")
    assert not page.has("Dat houden wij niet bij.")
    assert client.get(f"{PATH}?toon=onzin").has("Dat houden wij niet bij.")
    client.post(PATH, {"tekst": "Nog iets", "factor": "9.9"}, status=422)
    client.post(f"{PATH}/punt", {"punt": "own:9", "notitie": "x"}, status=404)


def test_a_note_at_a_point_that_just_went_away_is_not_lost(visiting: World, client: Client) -> None:
    note = {"punt": "unknown:1.1-01", "notitie": "Hij belt mij terug."}
    page = client.post(f"{PATH}/punt", note, status=409)
    assert page.has("volgt intussen niet meer uit de antwoorden")
    assert client.submit(button="Punt toevoegen").has("Hij belt mij terug.")
    client.post(f"{PATH}/punt", {"punt": "unknown:1.1-01"}, status=404)
    client.post(f"{PATH}/punt", {"punt": "onzin:1", "notitie": "x"}, status=404)


def test_a_point_of_another_dossier_is_not_touched(visiting: World, client: Client, session: Session) -> None:
    visit_sheet.add(session, visiting.dossiers["VR02"], "Van de buren", None, by=inspector(visiting))
    client.post(f"{PATH}/punt", {"punt": "own:1", "tekst": "Anders", "versie": "1"}, status=404)
    session.expire_all()
    assert session.scalars(select(VisitPoint.text)).all() == ["Van de buren"]


def test_the_dossier_is_taken_up_once(visiting: World, client: Client, session: Session) -> None:
    client.get(PATH)
    assert client.submit(button="In analyse nemen").has("Het dossier staat nu op ‘In analyse’.")
    assert not client.page.has("In analyse nemen")
    assert client.post(f"{PATH}/in-analyse").has("intussen veranderd")
    session.expire_all()
    assert visiting.dossiers["VR01"].state == "in_analyse"


def test_the_points_are_printed_and_a_file_as_they_are_shown(visiting: World, client: Client) -> None:
    client.get(PATH)
    send(client, "unknown:1.1-02", doen="vervallen", notitie="=1+1")
    page = client.get(f"{PATH}/afdrukken")
    assert page.has("Plattegrond, blz. 2")
    assert not page.has("Dat houden wij niet bij.")
    assert "FICTIEF" in page.text(".paper__head")
    rows = list(
        csv.reader(
            io.StringIO(client.get(f"{PATH}/bestand?vorm=csv&toon=vervallen").data.decode("utf-8-sig")),
            delimiter=";",
        )
    )
    assert rows[1][rows[0].index("Vragen")] == "1.1-02"
    assert rows[1][rows[0].index("Notitie")] != "=1+1"  # nothing that a spreadsheet would calculate
    assert rows[1][rows[0].index("fictief")] == "ja"
    assert len(rows) == 2
    assert client.get(f"{PATH}/bestand").data[:2] == b"PK"


@pytest.mark.parametrize("who", ["ovr.vr01", "contactpersoon.vr01", "waarnemer.vr01", "beheerder"])
def test_nobody_else_sees_any_of_it(
    visiting: World, client: Client, login: Callable[[str], None], who: str
) -> None:
    client.logout()
    login(who)
    for path in (PATH, f"{PATH}/afdrukken", f"{PATH}/bestand"):
        client.get(path, status=403)
    for path in (PATH, f"{PATH}/punt", f"{PATH}/in-analyse"):
        client.post(path, {"punt": "own:1", "tekst": "x"}, status=403)
    if who != "beheerder":
        assert not client.get("/dossier/proefmeting/VR01/").has("Gesprekspunten")


def test_more_units_and_points_take_no_more_queries(
    visiting: World, client: Client, session: Session, app: Flask
) -> None:
    earlier(session, visiting, filled.STRONG)
    visit_sheet.add(session, visiting.dossiers["VR01"], "Eén", None, by=inspector(visiting))
    client.get(PATH)
    with selected(app) as few:
        client.get(PATH)
    for number in range(3, 9):
        unit = factories.region(session, number)
        filled.submit(session, factories.dossier(session, visiting.measurement, unit), filled.WEAK)
        visit_sheet.add(session, visiting.dossiers["VR01"], f"Punt {number}", "1.1", by=inspector(visiting))
        whose = factories.person(session, f"Inspecteur {number}")
        factories.assignment(session, "inspecteur", whose=whose)
    with selected(app) as many:
        client.get(PATH)
    assert len(many) == len(few)
    assert len(many) <= QUERIES
