"""Reminders: what is open in each dossier, the text about it, sending or copying, and what is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import discussions, people, reminding, signing
from surveys.acting import By, now, today
from surveys.errors import NotAllowed, Refused
from surveys.models import LogEntry, Reminder
from tests import factories, filled
from tests.factories import World
from tests.measure.conftest import Post
from tests.support.client import Client
from tests.support.counting import selected

PATH = "/metingen/proefmeting/herinneren"
QUERIES = 17
"""What the page takes at most, for however many units."""
Log = Callable[[str], list[LogEntry]]


def by(world: World, who: str = "inspecteur") -> By:
    return By.through(world.assignments[who])


def kept(session: Session) -> list[Reminder]:
    session.rollback()
    return list(session.scalars(select(Reminder).order_by(Reminder.id)))


def work(session: Session, world: World, code: str) -> reminding.OpenWork:
    found = reminding.open_work(session, world.measurement, today())
    return next(each for each in found if each.dossier.unit.code == code)


def field(world: World, code: str = "VR01") -> str:
    return f"text_{world.dossiers[code].id}"


def test_open_work_says_what_is_open_and_who_must_act(world: World, session: Session) -> None:
    dossier = world.dossiers["VR01"]
    dossier.due_on = today() + timedelta(days=5)
    filled.fill(session, dossier, {"1.1-01": filled.WEAK["1.1-01"]})
    asker = by(world, "ovr.vr01")
    discussions.say(session, dossier, "1.1-03", "Weet u dit?", by=asker, asks="contactpersoon")
    found = work(session, world, "VR01")
    assert [(each.factor.code, each.status) for each in found.unready] == [
        ("1.1", "mee_bezig"),
        ("2.1", "nog_niet_begonnen"),
    ]
    assert [(each.role, each.questions) for each in found.waiting] == [("contactpersoon", ("1.1-03",))]
    assert found.unsigned == found.acting == ("ovr", "contactpersoon")
    assert [each.name for each in found.people] == ["Ovr Regio 1", "Contactpersoon Regio 1"]
    assert found.days == 5

    rest = {code: each for code, each in filled.WEAK.items() if code != "1.1-01"}
    filled.fill(session, dossier, rest)
    signing.sign(session, dossier, by=asker)
    found = work(session, world, "VR01")
    assert (found.unready, found.acting) == ((), ("contactpersoon",))
    assert [each.name for each in found.people] == ["Contactpersoon Regio 1"]


def test_what_is_handed_in_or_closed_needs_no_reminder(world: World, session: Session) -> None:
    filled.submit(session, world.dossiers["VR01"], filled.STRONG)
    codes = [e.dossier.unit.code for e in reminding.open_work(session, world.measurement, today())]
    assert codes == ["VR02", "RMC-NOORD"]
    who = [world.person("ovr.vr01")]
    with pytest.raises(Refused, match="Regio 1 hoeft niets meer te doen"):
        reminding.remind(session, world.dossiers["VR01"], who, "Tekst", "kopie", by=by(world))
    world.measurement.state = "landelijk_beeld"
    assert reminding.open_work(session, world.measurement, today()) == []


def test_a_reminder_without_text_or_people_or_by_another_role_is_refused(
    world: World, session: Session
) -> None:
    dossier, who = world.dossiers["VR02"], [world.person("ovr.vr02")]
    with pytest.raises(NotAllowed):
        reminding.remind(session, dossier, who, "Tekst", "kopie", by=by(world, "beheerder"))
    with pytest.raises(Refused, match="nog niemand uitgenodigd"):
        reminding.remind(session, dossier, [], "Tekst", "kopie", by=by(world))
    with pytest.raises(Refused, match="De tekst voor Regio 2 is leeg"):
        reminding.remind(session, dossier, who, "  ", "kopie", by=by(world))


def test_without_mail_the_texts_are_kept_to_copy(
    running_it: World, client: Client, session: Session, logged: Log
) -> None:
    running_it.dossiers["VR01"].due_on = today() - timedelta(days=2)
    page = client.get(PATH)
    text = page.text(f"#{field(running_it)}")
    assert "Beste Ovr Regio 1 en Contactpersoon Regio 1," in text
    assert "Die is voorbij" in text
    assert "1.1 Elkaar kennen: nog niet begonnen" in text
    assert "Nog geen akkoord: Officier Veiligheidsregio, Contactpersoon" in text
    assert "/dossier/proefmeting/VR01/" in text
    assert "Fictieve gegevens" in text
    page = client.submit(
        {"units": ["VR01"], field(running_it): "Eigen woorden."}, button="Herinneringen maken"
    )
    assert page.has("2 herinneringen zijn gemaakt.")
    assert page.has("Eigen woorden.")
    rows = kept(session)
    assert {row.to_id for row in rows} == {
        running_it.person("ovr.vr01").id,
        running_it.person("contactpersoon.vr01").id,
    }
    assert {(row.text, row.channel, row.person_id) for row in rows} == {
        ("Eigen woorden.", "kopie", running_it.person("inspecteur").id)
    }
    assert all("Eigen" not in str(row.detail) for row in logged("dossier.remind"))
    assert len(logged("dossier.remind")) == 2
    line = client.get("/metingen/proefmeting/respons").texts("tbody tr")[0]
    assert "(1×)" in line


def test_with_mail_they_are_sent_to_those_who_act_in_the_chosen_role(
    running_it: World, client: Client, session: Session, post: Post
) -> None:
    page = client.get(f"{PATH}?rol=contactpersoon")
    assert not page.has("RMC-NOORD")
    page = client.submit(button="Herinneringen versturen")
    assert page.has("2 herinneringen zijn per e-mail verstuurd.")
    assert [to for to, _, _ in post.sent] == [
        "contactpersoon.vr01@voorbeeld.nl",
        "contactpersoon.vr02@voorbeeld.nl",
    ]
    assert "Regio 1" in post.sent[0][1]
    assert {row.channel for row in kept(session)} == {"mail"}


def test_what_the_mail_server_does_not_take_is_kept_to_copy(
    running_it: World, client: Client, session: Session, post: Post
) -> None:
    post.works = False
    client.get(PATH)
    page = client.submit({"units": ["VR01"]}, button="Herinneringen versturen")
    assert page.has("2 herinneringen zijn niet verstuurd")
    assert post.tried == 1  # the second would wait for the same server
    rows = kept(session)
    assert [row.channel for row in rows] == ["mail", "mail", "kopie", "kopie"]
    assert reminding.given(session, running_it.measurement)[running_it.dossiers["VR01"].id].count == 1


def test_two_who_remind_at_once_do_not_do_it_twice(
    running_it: World, client: Client, session: Session
) -> None:
    client.get(PATH)
    who = [running_it.person("ovr.vr01")]
    reminding.remind(session, running_it.dossiers["VR01"], who, "Al gedaan.", "kopie", by=by(running_it))
    page = client.submit({field(running_it): "Mijn woorden."}, button="Herinneringen maken", status=422)
    assert page.has("Er zijn intussen herinneringen gemaakt")
    assert "Mijn woorden." in page.text(f"#{field(running_it)}")
    assert len(kept(session)) == 1
    client.submit(button="Herinneringen maken")
    assert len(kept(session)) > 1


def test_a_unit_without_people_is_named_and_can_not_be_chosen(
    running_it: World, client: Client, session: Session
) -> None:
    for role in ("ovr", "contactpersoon"):
        people.end(session, running_it.assignments[f"{role}.vr02"], today(), By.system(now()))
    page = client.get(PATH)
    assert page.link("Nog niemand uitgenodigd: nodig iemand uit").endswith("/uitnodigen/VR02")
    assert [each.get("value") for each in page.all("input[name=units]")] == ["VR01", "RMC-NOORD"]


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
        page = client.get(PATH)
    assert len(page.all("input[name=units]")) == 7
    assert len(few) == len(many)
    assert len(many) <= QUERIES, "\n".join(many)


def test_what_is_handed_in_meanwhile_does_not_give_its_text_to_another(
    running_it: World, client: Client, session: Session
) -> None:
    client.get(PATH)
    sent = {
        "units": ["VR02"],
        "seen": "0",
        field(running_it, "VR01"): "Voor Regio 1.",
        field(running_it, "VR02"): "Voor Regio 2.",
    }
    filled.submit(session, running_it.dossiers["VR01"], filled.STRONG)
    session.commit()
    client.post(PATH, sent)
    assert {(row.dossier_id, row.text) for row in kept(session)} == {
        (running_it.dossiers["VR02"].id, "Voor Regio 2.")
    }
