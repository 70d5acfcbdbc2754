"""Talking about a question on its own page; what waits for whom stands on the task list and at the start."""

from __future__ import annotations

import json
import logging
import smtplib
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from app import mail
from surveys import discussions, people, signing
from surveys.acting import By
from surveys.answers import Content
from tests import factories, filled
from tests.factories import OPENED
from tests.fill_in.conftest import HOME, factories_by

PAGE = f"{HOME}/vraag/1.1-01/overleg"
FACTOR = f"{HOME}/factor/1.1"
PLACE = "Bericht plaatsen"
CLOSE = "Overleg sluiten"
ASKED = "Wie is dat bij u?"


@pytest.fixture
def talk(session, world):
    """Say something in VR01 by the verbs: `talk("ovr.vr01", "Klopt dit?", asks="contactpersoon")`."""

    def say(key, text, *, code="1.1-01", asks=None):
        by = factories_by(world, key)
        discussions.say(session, world.dossiers["VR01"], code, text, by=by, asks=asks)
        session.commit()

    return say


@pytest.fixture
def spoken(session, world):
    """What was said in VR01 about 1.1-01."""

    def find():
        from surveys import filling

        session.rollback()
        thread = filling.read(session, world.dossiers["VR01"]).question("1.1-01").thread
        session.rollback()
        return [each.text for each in thread.messages] if thread else []

    return find


class Post:
    """A mail server that keeps what it gets, or is not there."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, app: Flask, works: bool = True) -> None:
        self.sent: list[tuple[str, str, str]] = []
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_url="smtp://localhost")

        def send(_: object, recipient: str, subject: str, body: str) -> None:
            if not works:
                raise smtplib.SMTPServerDisconnected("no")
            self.sent.append((recipient, subject, body))

        monkeypatch.setattr(mail, "send", send)


def test_a_question_waits_for_the_other_until_it_is_answered(client, login, someone, world):
    login("ovr.vr01")
    client.get(FACTOR)
    client.click("Overleg, of een vraag aan de ander over vraag 1.1-01")
    assert client.page.has("De inspectie ziet dit overleg niet.")
    page = client.submit({"bericht": ASKED, "aan": "contactpersoon"}, button=PLACE)
    assert page.url == PAGE
    assert page.has("Uw vraag aan de contactpersoon staat in het overleg.")
    assert page.has("Wacht op een antwoord van de contactpersoon.")
    assert client.get(f"{HOME}/").has("Overleg: wacht op de contactpersoon (1)")
    other = someone("contactpersoon.vr01")
    assert other.get("/").has("1 vraag aan u")
    page = other.get(f"{HOME}/")
    assert page.has("Overleg: wacht op u (1)")
    other.click("Vraag 1.1-01: Is er een vaste contactpersoon?")
    assert other.page.has(ASKED)
    other.submit({"bericht": "Dat ben ik."}, button=PLACE)
    assert not other.get("/").has("vraag aan u")
    page = client.get(FACTOR)
    assert "Dat ben ik." in page.text("#vraag-1-1-01 .messages")
    assert "Overleg over vraag 1.1-01: 2 berichten" in page.texts("#vraag-1-1-01 summary")


def test_what_waits_for_oneself_comes_first(client, login, talk):
    talk("ovr.vr01", "Los bericht.", code="1.1-01")
    talk("ovr.vr01", "En u?", code="1.1-03", asks="contactpersoon")
    talk("contactpersoon.vr01", "En u?", code="2.1-01", asks="ovr")
    login("ovr.vr01")
    rows = client.get(f"{HOME}/").texts("#overleg ~ .points li")
    assert [row.split(":")[0] for row in rows] == ["Vraag 2.1-01", "Vraag 1.1-03", "Vraag 1.1-01"]
    assert "– wacht op u" in rows[0]
    assert "– wacht op de contactpersoon" in rows[1]


def test_a_settled_thread_is_closed_until_somebody_writes_again(client, login, talk, spoken):
    talk("contactpersoon.vr01", ASKED, asks="ovr")
    login("ovr.vr01")
    client.get(PAGE)
    page = client.submit({"bericht": "Dat bent u."}, button=CLOSE)
    assert page.has("Het overleg is gesloten.")
    assert spoken() == [ASKED, "Dat bent u."]
    assert client.get(f"{HOME}/").all("#overleg") == []
    client.get(PAGE)
    client.submit({"bericht": "Toch niet."}, button=PLACE)
    assert client.get(f"{HOME}/").all("#overleg") != []


def test_who_closes_sees_first_what_came_in_meanwhile(client, login, talk, spoken):
    talk("ovr.vr01", ASKED)
    login("ovr.vr01")
    client.get(PAGE)
    talk("contactpersoon.vr01", "Wacht even.")
    page = client.submit({"bericht": "Klaar."}, button=CLOSE, status=409)
    assert page.has("Wacht even.")
    assert page.form(PLACE).values["bericht"] == ["Klaar."]
    assert spoken() == [ASKED, "Wacht even."]
    client.submit(button=CLOSE)
    assert client.page.has("Het overleg is gesloten.")


def test_a_double_click_says_it_once(client, login, world, spoken):
    login("ovr.vr01")
    for _ in range(2):
        client.post(PAGE, {"bericht": ASKED, "aan": "contactpersoon", "gezien": "0"})
    assert spoken() == [ASKED]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"bericht": "  "}, "bericht"),
        ({"bericht": "x" * (discussions.MESSAGE_LENGTH + 1)}, "bericht"),
        ({"bericht": ASKED, "aan": "ovr"}, "aan"),
        ({"bericht": ASKED, "aan": "inspecteur"}, "aan"),
        ({"bericht": ASKED, "aan": "contactpersoon", "doen": "sluiten"}, "aan"),
    ],
)
def test_what_can_not_be_is_shown_again_as_it_was_typed(client, login, world, spoken, sent, field):
    login("ovr.vr01")
    page = client.post(PAGE, sent, status=422)
    assert page.all(f"#{field}-error")
    assert page.form(PLACE).values["bericht"] == [sent["bericht"].replace("\r\n", "\n")]
    assert spoken() == []


def test_a_null_character_keeps_nobody_from_speaking(client, login, world, spoken):
    login("ovr.vr01")
    client.post(PAGE, {"bericht": "A\x00B", "aan": "contact\x00persoon"})
    assert spoken() == ["AB"]


def test_the_inspectorate_and_other_units_see_nothing_of_it(client, login, talk, someone):
    talk("ovr.vr01", ASKED)
    login("inspecteur")
    for path in (FACTOR, f"{HOME}/controle", f"{HOME}/", "/landelijk/proefmeting/eenheid/VR01"):
        page = client.get(path)
        assert not page.has(ASKED)
        assert "overleg" not in page.html.lower().replace("overlegd", "")
    for who in ("inspecteur", "ovr.vr02", "rmc.noord", "beheerder"):
        other = someone(who)
        other.get(PAGE, status=403)
        other.post(PAGE, {"bericht": "Ik ook."}, status=403)


def test_a_stand_in_talks_too_and_may_ask_either(client, login, world, spoken):
    login("waarnemer.vr01")
    client.get(PAGE)
    client.submit({"bericht": ASKED, "aan": "ovr"}, button=PLACE)
    assert client.page.has("Wacht op een antwoord van de officier Veiligheidsregio.")
    assert spoken() == [ASKED]


def test_after_handing_in_it_can_be_read_and_what_was_typed_is_not_lost(
    client, login, session, world, talk, spoken
):
    talk("ovr.vr01", ASKED, asks="contactpersoon")
    dossier = world.dossiers["VR01"]
    login("contactpersoon.vr01")
    client.get(PAGE)
    filled.submit(session, dossier, filled.STRONG)
    page = client.submit({"bericht": "Te laat bedacht."}, button=PLACE, status=409)
    assert page.has("Te laat bedacht.")
    assert page.has("Het is niet geplaatst.")
    assert page.all("main form") == []
    assert spoken() == [ASKED]
    assert client.get(PAGE).has(ASKED)
    assert not client.get("/").has("vraag aan u")


def test_open_threads_stand_on_the_check_page_and_block_nothing(client, login, session, world, talk):
    filled.fill(session, world.dossiers["VR01"], filled.STRONG)
    talk("contactpersoon.vr01", ASKED, asks="ovr")
    login("ovr.vr01")
    page = client.get(f"{HOME}/controle")
    assert page.has("Overleg dat nog open is")
    assert page.link("Vraag 1.1-01: Is er een vaste contactpersoon?") == PAGE
    client.submit({"gelezen": "ja"}, button="Akkoord geven")
    assert client.page.has("U hebt akkoord gegeven.")


def test_without_mail_the_page_says_that_it_waits_in_meetlat(client, login, world):
    login("ovr.vr01")
    assert client.get(PAGE).has("Er gaat geen e-mail uit: het bericht wacht in Meetlat.")
    page = client.submit({"bericht": ASKED, "aan": "contactpersoon"}, button=PLACE)
    assert page.has("Er gaat geen e-mail uit. De vraag wacht in Meetlat op de contactpersoon.")


def test_with_mail_who_is_asked_gets_a_link_and_no_more(client, login, session, world, app, monkeypatch):
    region = world.units["VR01"]
    also = factories.assignment(
        session, "contactpersoon", unit=region, whose=factories.person(session, "Ook", "ook@voorbeeld.nl")
    )
    gone = factories.person(session, "Weg", "weg@voorbeeld.nl")
    factories.assignment(session, "contactpersoon", unit=region, whose=gone, valid_until=date(2013, 1, 1))
    off = factories.person(session, "Uit", "uit@voorbeeld.nl")
    factories.assignment(session, "contactpersoon", unit=region, whose=off)
    people.disable(session, off, By.system(OPENED))
    session.commit()
    assert also.person.email == "ook@voorbeeld.nl"
    session.rollback()
    post = Post(monkeypatch, app)
    login("ovr.vr01")
    assert client.get(PAGE).has("De ander krijgt ook een e-mail, zonder de tekst van uw bericht.")
    page = client.submit({"bericht": ASKED, "aan": "contactpersoon"}, button=PLACE)
    assert page.has("Er is een e-mail met een link verstuurd aan de contactpersoon.")
    assert [recipient for recipient, _, _ in post.sent] == [
        "contactpersoon.vr01@voorbeeld.nl",
        "ook@voorbeeld.nl",
    ]
    for _, subject, body in post.sent:
        assert subject == "Meetlat: een vraag aan u bij vraag 1.1-01"
        assert PAGE in body
        assert ASKED not in body
        assert "Fictieve gegevens" in body
    client.post(PAGE, {"bericht": ASKED, "aan": "contactpersoon"})
    assert len(post.sent) == 2  # sent twice, said once
    client.submit({"bericht": "Los bericht."}, button=PLACE)
    assert len(post.sent) == 2


def test_a_slow_mail_server_holds_nobody_up(client, login, session, world, app, monkeypatch, talk):
    Post(monkeypatch, app)
    monkeypatch.setattr(mail, "send", lambda *_: talk("waarnemer.vr01", "Intussen."))
    login("ovr.vr01")
    client.get(PAGE)
    page = client.submit({"bericht": ASKED, "aan": "contactpersoon"}, button=PLACE)
    assert page.texts(".messages .answer__text") == [ASKED, "Intussen."]


def test_where_mail_fails_the_question_still_waits_and_the_page_says_so(
    client, login, world, app, monkeypatch, spoken, caplog
):
    Post(monkeypatch, app, works=False)
    login("ovr.vr01")
    client.get(PAGE)
    with caplog.at_level(logging.ERROR):
        page = client.submit({"bericht": ASKED, "aan": "contactpersoon"}, button=PLACE)
    assert page.has("De e-mail hierover kon niet worden verstuurd. De vraag wacht wel in Meetlat.")
    assert page.has("Wacht op een antwoord van de contactpersoon.")
    assert spoken() == [ASKED]
    (line,) = [record for record in caplog.records if record.message == "mail was not sent"]
    assert "voorbeeld" not in json.dumps(line.__dict__, default=str)


def test_where_nobody_has_the_role_the_page_says_so(client, login, session, world, app, monkeypatch):
    post = Post(monkeypatch, app)
    people.end(session, world.assignments["contactpersoon.vr01"], date(2013, 1, 1), By.system(OPENED))
    login("ovr.vr01")
    client.get(PAGE)
    page = client.submit({"bericht": ASKED, "aan": "contactpersoon"}, button=PLACE)
    assert page.has("Er is nu niemand anders in de rol van de contactpersoon.")
    assert post.sent == []


def test_talking_leaves_an_agreement_as_it_is(client, login, session, world):
    dossier = world.dossiers["VR01"]
    filled.fill(session, dossier, filled.STRONG)
    signing.sign(session, dossier, by=factories_by(world, "ovr.vr01"))
    login("contactpersoon.vr01")
    client.get(PAGE)
    client.submit({"bericht": "Mooi zo.", "aan": "ovr"}, button=PLACE)
    session.rollback()
    assert set(signing.standing(session, dossier)) == {"ovr"}


def test_a_question_that_is_not_asked_keeps_its_thread(client, login, talk, fill):
    talk("ovr.vr01", "Hoeveel dagen?", code="1.1-02", asks="contactpersoon")
    fill("ovr.vr01", {"1.1-01": Content("nee", note="Vacature.")})
    login("contactpersoon.vr01")
    client.get(f"{HOME}/")
    client.click("Vraag 1.1-02: Hoeveel dagen per week is de contactpersoon er?")
    assert client.page.has("Hoeveel dagen?")
