"""Inviting from a measurement: who is missing, adding somebody, links, and what an inspector may not give."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import LINK_LIVES
from surveys import inviting, people
from surveys.acting import By, now, today
from surveys.errors import NotAllowed, Refused
from surveys.models import Assignment, LogEntry, Person
from tests import factories
from tests.factories import World
from tests.measure.conftest import Post
from tests.support.client import Client
from tests.support.counting import selected
from tests.support.page import Page

PATH = "/metingen/proefmeting/uitnodigen"
QUERIES = 13
"""What the page takes at most, for however many units."""
NEW = {"name": "Bert Bos", "email": "Bert.Bos@voorbeeld.nl", "role": "ovr"}
Log = Callable[[str], list[LogEntry]]


def by(world: World, who: str = "inspecteur") -> By:
    return By.through(world.assignments[who])


def person(session: Session, email: str = "bert.bos@voorbeeld.nl") -> Person | None:
    session.rollback()
    return session.scalar(select(Person).where(Person.email == email))


def line(page: Page, name: str) -> str:
    return next(text for text in page.texts("tbody tr") if name in text)


def test_the_page_says_who_is_missing_and_who_logged_in(
    running_it: World, client: Client, session: Session, login: Callable[[str], None]
) -> None:
    people.end(session, running_it.assignments["ovr.vr02"], today(), By.system(now()))
    client.logout()
    login("rmc.noord")
    client.logout()
    login("inspecteur")
    page = client.get(PATH)
    assert page.has("1 rol die akkoord geeft is nog niet bezet.")
    assert "Niemand" in line(page, "Nodig iemand uit")
    assert "als Officier Veiligheidsregio van Regio 2" in line(page, "Nodig iemand uit")
    assert "Heeft ingelogd" in line(page, "rmc.noord@voorbeeld.nl")
    assert "nog niet ingelogd" in line(page, "ovr.vr01@voorbeeld.nl")


def test_somebody_new_gets_a_role_from_today_and_a_link_that_works(
    running_it: World, client: Client, session: Session, logged: Log
) -> None:
    client.get(f"{PATH}/VR01?rol=ovr")
    page = client.submit(NEW, button="Toevoegen")
    assert page.has("Bert Bos is nu Officier Veiligheidsregio van Regio 1.")
    link = page.text("textarea")
    assert "/wachtwoord/" in link
    made = person(session)
    assert made is not None
    (role,) = made.assignments
    assert (role.role, role.unit_id, role.valid_from) == ("ovr", running_it.units["VR01"].id, today())
    assert role.created_by_id == running_it.person("inspecteur").id
    assert [row.subject_id for row in logged("password.link")] == [made.id]
    assert "Link werkt" in line(client.get(PATH), "Bert Bos")
    client.logout()
    client.get(link[link.index("/wachtwoord/") :])
    client.submit({"password": "nog vijf fietsen", "password_confirm": "nog vijf fietsen"})
    assert client.login("bert.bos@voorbeeld.nl", "nog vijf fietsen").has("Proefmeting")


@pytest.mark.parametrize("role", ["inspecteur", "beheerder", "rmc"])
def test_an_inspector_gives_roles_of_this_unit_only(
    running_it: World, client: Client, session: Session, role: str
) -> None:
    client.get(f"{PATH}/VR01")
    assert role not in [each.get("value") for each in client.page.all("select[name=role] option")]
    client.post(f"{PATH}/VR01", {**NEW, "role": role}, status=422)
    assert person(session) is None
    with pytest.raises(Refused, match="Deze rol kunt u voor deze eenheid niet geven"):
        inviting.invite(
            session,
            running_it.dossiers["VR01"],
            role,
            name="Bert Bos",
            email="bert.bos@voorbeeld.nl",
            day=today(),
            by=by(running_it),
        )


def test_another_role_invites_nobody(world: World, session: Session) -> None:
    for who in ("ovr.vr01", "beheerder"):
        with pytest.raises(NotAllowed):
            inviting.invite(
                session,
                world.dossiers["VR01"],
                "ovr",
                name="Bert",
                email="b@voorbeeld.nl",
                day=today(),
                by=by(world, who),
            )
        with pytest.raises(NotAllowed):
            inviting.record_link(session, world.person("ovr.vr01"), day=today(), by=by(world, who))


def test_an_account_that_is_there_is_used_only_for_the_same_respondent(
    running_it: World, client: Client, session: Session
) -> None:
    page = client.get(f"{PATH}/VR01")
    sent = {"name": "Iemand Anders", "email": "waarnemer.vr02@voorbeeld.nl", "role": "ovr"}
    page = client.submit(sent, button="Toevoegen", status=422)
    assert page.has("op naam van Waarnemer Regio 2")
    assert page.all("input[name=name]")[0].get("value") == "Iemand Anders"
    page = client.submit({"name": "Waarnemer Regio 2"}, button="Toevoegen")
    assert page.has("Waarnemer Regio 2 is nu Officier Veiligheidsregio van Regio 1.")
    assert not page.all("textarea")  # who has a password needs no link
    client.get(f"{PATH}/VR01")
    own = {"name": "Inspecteur", "email": "inspecteur@voorbeeld.nl", "role": "ovr"}
    assert client.submit(own, button="Toevoegen", status=422).has("van een inspecteur of beheerder")
    session.rollback()
    rows = session.scalars(select(Assignment).where(Assignment.created_by_id.is_not(None))).all()
    assert [row.person.email for row in rows] == ["waarnemer.vr02@voorbeeld.nl"]


def test_no_link_is_made_for_an_account_in_use_or_of_somebody_elsewhere(
    running_it: World, client: Client, session: Session, logged: Log
) -> None:
    number = running_it.person("ovr.vr01").id
    assert client.post(f"/metingen/proefmeting/link/{number}", status=422).has("kunt u geen link maken")
    stranger = factories.person(session, "Vreemde").id
    for other in (running_it.person("beheerder").id, stranger, 2**40):
        client.post(f"/metingen/proefmeting/link/{other}", status=404)
    assert logged("password.link") == []


def test_all_missing_links_are_made_at_once_shown_once_and_as_csv(
    running_it: World, client: Client, session: Session, logged: Log
) -> None:
    for key in ("ovr.vr01", "contactpersoon.vr02", "inspecteur"):
        running_it.person(key).password = None if key != "inspecteur" else factories.password_hash()
    page = client.get(PATH)
    assert page.has("2 personen hebben nog geen wachtwoord")
    page = client.submit(button="Alle ontbrekende links maken")
    links = page.texts("textarea")
    assert len(set(links)) == 2
    assert page.has("Contactpersoon, Regio 2")
    until = (now() + LINK_LIVES).astimezone().year
    assert page.has(str(until))
    page = client.submit(button="Opslaan als CSV")
    text = page.data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))
    assert [row[rows[0].index("Link")] for row in rows[1:]] == links
    assert "fictief" in rows[0]
    assert len(logged("password.link")) == 2
    assert not client.get(PATH).has("Alle ontbrekende links maken")
    client.post("/metingen/proefmeting/links", status=422)
    assert len(logged("password.link")) == 2
    client.post("/metingen/proefmeting/links/bestand", {"rijen": "verzonnen"}, status=400)


def test_an_expired_link_is_named_and_made_anew(
    running_it: World, client: Client, session: Session, logged: Log
) -> None:
    someone = running_it.person("ovr.vr01")
    someone.password = None
    long_ago = By.through(running_it.assignments["inspecteur"], now() - LINK_LIVES - timedelta(hours=1))
    inviting.record_link(session, someone, day=today(), by=long_ago)
    assert "Link verlopen" in line(client.get(PATH), someone.email)
    page = client.post(f"/metingen/proefmeting/link/{someone.id}")
    assert len(page.texts("textarea")) == 1
    assert "Link werkt" in line(client.get(PATH), "ovr.vr01@voorbeeld.nl")
    assert len(logged("password.link")) == 2


def test_with_mail_links_are_sent_as_well_and_what_fails_is_said(
    running_it: World, client: Client, post: Post
) -> None:
    client.get(f"{PATH}/VR01")
    page = client.submit(NEW, button="Toevoegen")
    assert page.has("ook verstuurd")
    ((to, _, body),) = post.sent
    assert to == "bert.bos@voorbeeld.nl"
    assert page.text("textarea") in body
    post.works = False
    client.get(f"{PATH}/VR02")
    page = client.submit({**NEW, "email": "c@voorbeeld.nl"}, button="Toevoegen")
    assert page.has("Niet elke e-mail kon worden verstuurd")
    assert len(page.texts("textarea")) == 1


def test_more_units_take_no_more_queries(
    running_it: World, client: Client, session: Session, app: Flask
) -> None:
    client.get(PATH)
    with selected(app) as few:
        client.get(PATH)
    for number in range(3, 7):
        unit = factories.region(session, number)
        factories.dossier(session, running_it.measurement, unit)
        factories.assignment(session, "ovr", unit=unit)
    with selected(app) as many:
        client.get(PATH)
    assert len(few) == len(many)
    assert len(many) <= QUERIES, "\n".join(many)
