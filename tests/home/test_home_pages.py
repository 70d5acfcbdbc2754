"""The first page, the pages that explain, and the error page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from surveys import admissions, log, measurements, people
from surveys.acting import By, now
from surveys.answers import Content
from surveys.roles import PARTS
from tests import factories, filled
from tests.support.client import Client

Login = Callable[[str], None]


def test_an_ovr_starts_at_the_own_questionnaire(world: factories.World, client: Client, login: Login) -> None:
    login("ovr.vr01")
    page = client.page

    assert page.h1 == "Start"
    assert page.texts(".tasks__item") == ["Proefmeting: Regio 1 Fictieve gegevens Nog niet begonnen"]
    assert page.link("Proefmeting: Regio 1") == "/dossier/proefmeting/VR01/"
    assert not page.has("Regio 2")
    assert not page.has("Metingen")


@pytest.mark.parametrize("role", ["ovr", "contactpersoon", "waarnemer"])
def test_a_questionnaire_tells_how_far_it_is(
    session: Session, world: factories.World, client: Client, login: Login, role: str
) -> None:
    filled.fill(session, world.dossiers["VR01"], {"1.1-01": Content("ja")})
    login(f"{role}.vr01")
    assert client.page.texts(".tasks__status") == ["Mee bezig"]

    filled.submit(session, world.dossiers["VR01"], {"1.1-02": Content(3)} | _rest())
    page = client.get("/")

    assert page.has("Er staat nu niets voor u klaar om in te vullen.")
    assert page.texts(".tasks__status") == ["Ingeleverd op 4 maart 2013"]


def _rest() -> dict[str, Content]:
    return {code: content for code, content in filled.STRONG.items() if code not in {"1.1-01", "1.1-02"}}


def test_a_questionnaire_of_a_closed_measurement_is_to_look_at(
    session: Session, world: factories.World, client: Client, login: Login
) -> None:
    measurements.go_to(session, world.measurement, "gepubliceerd", By.system())

    login("ovr.vr01")
    page = client.page

    assert page.texts(".tasks__status") == ["Gesloten, niet ingeleverd"]
    assert page.has("Deze kunt u bekijken, niet wijzigen.")


def test_an_inspector_sees_every_measurement_with_how_many_are_in(
    session: Session, world: factories.World, client: Client, login: Login
) -> None:
    filled.submit(session, world.dossiers["VR01"], filled.STRONG)

    login("inspecteur")
    page = client.page

    assert page.texts(".rounds__name") == [
        "Veiligheidsregio's: 1 van de 2 ingeleverd",
        "Commandanten: 0 van de 1 ingeleverd",
    ]
    assert page.has("Fictieve gegevens")
    for link in page.all(".rounds a"):
        assert client.get(link["href"]).has("ingeleverd")


def test_inspectors_see_for_a_week_what_was_done_with_accounts_that_judge(
    app: Flask, session: Session, world: factories.World, client: Client, login: Login
) -> None:
    other = Client(app, before=session.commit)
    other.admit("beheerder@voorbeeld.nl", factories.PASSWORD)
    other.post(f"/beheer/mensen/{world.person('ovr.vr02').id}/link")
    login("inspecteur")
    assert not client.page.has("Accounts van inspecteurs")

    judge = world.person("inspecteur")
    other.post(f"/beheer/mensen/{judge.id}/link")
    other.get(f"/beheer/mensen/{judge.id}/gegevens")
    other.submit({"email": "nieuw@voorbeeld.nl"})
    other.get(f"/beheer/mensen/{world.person('ovr.vr01').id}/rol")
    place = f"organisation-{world.assignments['inspecteur'].organisation_id}"
    other.submit({"role": "inspecteur", "scope": place, "valid_from": "2026-01-01"})
    by = By.through(world.assignments["beheerder"])
    log.write(session, "second_factor.reset", by, "person", judge.id)
    told = [text.partition("uur: ")[2] for text in client.get("/").texts(".utrecht-alert--warning li")]
    assert told == [
        "Beheerder haalde de tweede stap van Inspecteur weg.",
        "Beheerder gaf Ovr Regio 1 de rol van inspecteur.",
        "Beheerder wijzigde het e-mailadres van Inspecteur.",
        "Beheerder maakte een link waarmee Inspecteur een wachtwoord kiest.",
    ]
    assert not other.get("/").has("Accounts van inspecteurs")
    assert admissions.recent(session, now() + admissions.TOLD_FOR) == []


def test_a_beheerder_goes_to_people_and_units(world: factories.World, client: Client, login: Login) -> None:
    login("beheerder")
    page = client.page

    assert not page.has("Metingen")
    for text in ("Mensen en hun rollen", "Eenheden, zoals regio’s en brigades"):
        client.get(page.link(text))


def test_somebody_without_a_role_is_told_what_to_do(
    session: Session, world: factories.World, client: Client, login: Login
) -> None:
    people.end(session, world.assignments["ovr.vr01"], date(2001, 1, 1), By.system())

    login("ovr.vr01")
    page = client.page

    assert page.has("U heeft op dit moment geen rol in Meetlat.")
    assert not page.all(".tasks__item")


@pytest.mark.parametrize(
    ("who", "first"),
    [
        ("ovr.vr01", "Voor de OVR en de contactpersoon"),
        ("contactpersoon.vr01", "Voor de OVR en de contactpersoon"),
        ("rmc.noord", "Voor de RMC"),
        ("waarnemer.vr01", "Voor de waarnemer"),
        ("inspecteur", "Voor de inspecteur"),
        ("beheerder", "Voor de beheerder"),
    ],
)
def test_the_explanation_begins_with_the_own_role(
    world: factories.World, client: Client, login: Login, who: str, first: str
) -> None:
    login(who)

    headings = client.get("/zo-werkt-het").texts("h2")

    assert headings[0] == first
    assert len(headings) == len(set(headings)) == len(PARTS) + 3, "each role once, and help"


def test_what_explains_is_open_to_everybody(client: Client) -> None:
    for path in ("/zo-werkt-het", "/begrippen", "/toegankelijkheid"):
        page = client.get(path)
        assert page.h1
    assert client.get("/begrippen").has("Officier Veiligheidsregio")


def test_every_page_links_to_the_accessibility_statement(
    client: Client, world: factories.World, login: Login
) -> None:
    login("ovr.vr01")
    assert client.page.link("Toegankelijkheid") == "/toegankelijkheid"


def test_a_page_that_is_not_there_says_so(world: factories.World, client: Client, login: Login) -> None:
    page = client.get("/bestaat-niet", status=404)
    assert page.h1 == "Deze pagina bestaat niet"

    login("ovr.vr01")
    page = client.get("/bestaat-niet", status=404)
    assert page.link("Naar de startpagina") == "/"
    assert not page.has("Nummer:")
