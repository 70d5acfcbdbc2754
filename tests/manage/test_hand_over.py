"""A change of person: the role goes on, the answers keep the name of who gave them, the access ends."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from surveys import answers, filling, signing, views
from surveys.acting import By, today
from surveys.answers import Content
from surveys.models import Assignment
from tests import factories, filled
from tests.factories import World
from tests.support.client import Client

HOME = "/dossier/proefmeting/VR01"
NEW = {"name": "Nieuwe Naam", "email": "nieuw@voorbeeld.nl"}
CHOSEN = "zeven groene tenten"


@pytest.fixture
def handed_over(client: Client, app: Flask, session: Session, world: World) -> Client:
    """VR01 is whole, the OVR signed and sees one question differently; then somebody new takes over.

    Gives the successor at a browser, logged in through the one-time link.
    """
    dossier = world.dossiers["VR01"]
    filled.fill(session, dossier, filled.STRONG)
    by = By.through(world.assignments["ovr.vr01"])
    views.differ(session, dossier, "1.1-01", Content("nee", note="Het wisselt."), by=by, seen_version=0)
    signing.sign(session, dossier, by=by)
    session.commit()
    client.login("beheerder@voorbeeld.nl", factories.PASSWORD)
    client.get(f"/beheer/mensen/{world.person('ovr.vr01').id}")
    client.click("Overdragen van Officier Veiligheidsregio, Regio 1")
    page = client.submit(NEW)
    assert page.has("De rol is overgedragen aan Nieuwe Naam.")
    link = re.sub(r"^https?://[^/]+", "", page.text("textarea#link"))
    successor = Client(app, before=session.commit)
    successor.get(link)
    successor.submit({"password": CHOSEN, "password_confirm": CHOSEN})
    successor.login(NEW["email"], CHOSEN)
    return successor


def test_the_successor_opens_answers_and_signs(handed_over: Client, session: Session, world: World) -> None:
    assert handed_over.get("/").has("Officier Veiligheidsregio, Regio 1")
    handed_over.get(f"{HOME}/factor/1.1")
    handed_over.submit({"vraag-1-1-02-answer": "2"}, button="Opslaan en verder")
    session.rollback()
    rows = answers.joint(session, world.dossiers["VR01"])
    assert (rows["1.1-02"].value, rows["1.1-02"].person.name) == (2, "Nieuwe Naam")
    session.rollback()
    handed_over.get(f"{HOME}/controle")
    handed_over.submit({"gelezen": "ja"}, button="Akkoord geven")
    assert handed_over.page.has("Nieuwe Naam gaf akkoord op")


def test_earlier_answers_and_views_keep_the_old_name_and_role(
    handed_over: Client, session: Session, world: World
) -> None:
    old = f"{world.person('ovr.vr01').name} (Officier Veiligheidsregio)"
    session.rollback()
    page = handed_over.get(f"{HOME}/factor/1.1")
    assert f"Opgeslagen door {old}" in page.text("#vraag-1-1-01-state")
    assert old in page.text("#vraag-1-1-01 .view")
    rows = handed_over.get(f"{HOME}/vraag/1.1-01/geschiedenis").texts("tbody tr")
    assert [old in row for row in rows] == [True, True]


def test_the_successor_may_change_the_view_of_the_role_and_both_names_stay(
    handed_over: Client, session: Session, world: World
) -> None:
    handed_over.get(f"{HOME}/vraag/1.1-01/standpunt")
    handed_over.submit({"vraag-1-1-01-note": "Het wisselt nog steeds."}, button="Afwijkend standpunt opslaan")
    page = handed_over.get(f"{HOME}/vraag/1.1-01/geschiedenis")
    table = " ".join(page.texts("h2 + table tbody td"))
    assert "Nieuwe Naam (Officier Veiligheidsregio)" in table
    assert world.person("ovr.vr01").name in table


def test_the_old_one_is_out_at_once(handed_over: Client, app: Flask, session: Session, world: World) -> None:
    old = Client(app, before=session.commit)
    old.login("ovr.vr01@voorbeeld.nl", factories.PASSWORD)
    for path in ("/", "/factor/1.1", "/controle", "/vraag/1.1-01/standpunt", "/vraag/1.1-01/overleg"):
        old.get(HOME + path, status=403)
    old.post(f"{HOME}/vraag/1.1-01", {"vraag-1-1-01-version": "1", "vraag-1-1-01-answer": "nee"}, status=403)
    old.post(f"{HOME}/akkoord", {"gelezen": "ja"}, status=403)


def test_the_agreement_of_the_old_one_stands_and_the_successor_is_told(
    handed_over: Client, session: Session, world: World
) -> None:
    name = world.person("ovr.vr01").name
    session.rollback()
    page = handed_over.get(f"{HOME}/controle")
    assert page.has(f"{name} gaf akkoord op")
    assert page.has(f"In uw rol (Officier Veiligheidsregio) gaf {name} al akkoord")
    assert "Akkoord geven" not in page.texts("main button")
    session.rollback()
    assert signing.standing(session, world.dossiers["VR01"])["ovr"].person.name == name


def test_a_hand_over_from_a_later_day_leaves_the_access_until_then(
    client: Client, app: Flask, session: Session, world: World
) -> None:
    day = today() + timedelta(days=7)
    to = factories.person(session, "Later Iemand", "later@voorbeeld.nl")
    client.login("beheerder@voorbeeld.nl", factories.PASSWORD)
    client.get(f"/beheer/rollen/{world.assignments['ovr.vr01'].id}/overdragen")
    client.submit({"to": str(to.id), "day": day.isoformat()})
    session.rollback()
    session.expire_all()
    old = session.get_one(Assignment, world.assignments["ovr.vr01"].id)
    (new,) = session.get_one(type(to), to.id).assignments
    for moment, holder in ((day - timedelta(days=1), old), (day, new)):
        assert [row for row in (old, new) if row.holds_on(moment)] == [holder]
    session.rollback()
    later = Client(app, before=session.commit)
    later.login("later@voorbeeld.nl", factories.PASSWORD)
    later.get(f"{HOME}/", status=403)
    first = Client(app, before=session.commit)
    first.login("ovr.vr01@voorbeeld.nl", factories.PASSWORD)
    first.get(f"{HOME}/factor/1.1")


def test_a_stand_in_answers_but_neither_signs_hands_in_nor_differs(
    client: Client, session: Session, world: World
) -> None:
    client.login("waarnemer.vr01@voorbeeld.nl", factories.PASSWORD)
    client.get(f"{HOME}/factor/1.1")
    client.submit({"vraag-1-1-01-answer": "ja"}, button="Opslaan en verder")
    session.rollback()
    found = filling.read(session, world.dossiers["VR01"]).question("1.1-01")
    assert found.saved is not None
    assert (found.shown, found.saved.role) == ("Ja", "Waarnemer")
    session.rollback()
    client.post(f"{HOME}/akkoord", {"gelezen": "ja"}, status=403)
    client.post(f"{HOME}/indienen", status=403)
    client.get(f"{HOME}/vraag/1.1-01/standpunt", status=403)
