"""The pages on which the beheerder manages people, as a user without JavaScript goes through them."""

from __future__ import annotations

import base64
import re
import smtplib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import mail
from surveys import people
from surveys.acting import today
from surveys.models import Assignment, LogEntry, Person
from tests import factories
from tests.factories import World
from tests.support.client import Client

Login = Callable[[str], None]
NEW = {
    "name": "Bert Bos",
    "email": "bert.bos@voorbeeld.nl",
    "role": "ovr",
    "valid_from": "2026-01-01",
}


@pytest.fixture
def beheerder(world: World, login: Login) -> World:
    """The world, with its beheerder logged in."""
    login("beheerder")
    return world


def by_email(session: Session, email: str) -> Person | None:
    session.rollback()
    return session.scalar(select(Person).where(Person.email == email))


def logged(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(LogEntry)) or 0


def actions(session: Session, beginning: int = 0) -> list[str]:
    session.rollback()
    return list(session.scalars(select(LogEntry.action).order_by(LogEntry.id)))[beginning:]


def unit_choice(world: World, code: str = "VR01") -> str:
    return f"unit-{world.units[code].id}"


def test_the_list_shows_everybody_with_the_roles_of_today(beheerder: World, client: Client) -> None:
    page = client.get("/beheer/mensen")
    assert len(page.all("tbody tr")) == len(beheerder.assignments)
    assert page.has("Officier Veiligheidsregio, Regio 1")
    assert page.has("Beheerder, Organisatie INSP")
    assert not page.all(".field__error")


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"zoek": "OVR regio 2"}, ["Ovr Regio 2"]),
        ({"zoek": "rmc.noord@"}, ["Rmc RMC Noord"]),
        ({"zoek": "%"}, []),
        ({"rol": "inspecteur"}, ["Inspecteur"]),
        ({"eenheid": "VR01", "rol": "waarnemer"}, ["Waarnemer Regio 1"]),
        ({"eenheid": "VR02"}, ["Contactpersoon Regio 2", "Ovr Regio 2", "Waarnemer Regio 2"]),
        ({"stand": "uitgezet"}, []),
    ],
)
def test_the_list_can_be_narrowed(
    beheerder: World, client: Client, values: dict[str, str], found: list[str]
) -> None:
    client.get("/beheer/mensen")
    page = client.submit(values)
    assert page.texts("tbody th") == found
    assert page.has("Toon iedereen")


def test_a_made_up_filter_narrows_nothing(beheerder: World, client: Client) -> None:
    page = client.get("/beheer/mensen?rol=koning&stand=x&eenheid=XX")
    assert len(page.all("tbody tr")) == len(beheerder.assignments)


def test_the_number_of_queries_does_not_grow_with_the_people(
    app: Flask, beheerder: World, client: Client, session: Session
) -> None:
    from sqlalchemy import event

    from app.extensions import db

    counted = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *_: counted.append(1))
    client.get("/beheer/mensen")
    few = len(counted)
    for number in range(10):
        factories.assignment(
            session, "ovr", unit=factories.region(session, 50 + number), whose=factories.person(session)
        )
    counted.clear()
    client.get("/beheer/mensen")
    assert len(counted) == few


def test_an_invited_person_chooses_a_password_with_the_link_and_logs_in(
    beheerder: World, client: Client, session: Session
) -> None:
    before = logged(session)
    client.get("/beheer/mensen")
    client.click("Iemand uitnodigen")
    page = client.submit({**NEW, "scope": unit_choice(beheerder)})
    assert page.has("Bert Bos heeft nu een account.")
    link = page.text("textarea#link")
    assert link.startswith("http://localhost/wachtwoord/")
    assert actions(session, before) == ["person.invite", "assignment.give", "password.link"]

    client.logout()
    client.get(link.removeprefix("http://localhost"))
    client.submit({"password": "een heel goed wachtwoord", "password_confirm": "een heel goed wachtwoord"})
    client.login("bert.bos@voorbeeld.nl", "een heel goed wachtwoord")
    assert client.page.has("Bert Bos")


def test_a_link_is_shown_once(beheerder: World, client: Client) -> None:
    person = beheerder.person("ovr.vr01")
    client.get(f"/beheer/mensen/{person.id}/link")
    page = client.submit()
    assert page.all("textarea#link")
    again = client.get(f"/beheer/mensen/{person.id}/link")
    assert not again.all("textarea#link")


def test_a_link_travels_in_no_cookie_and_is_kept_by_no_cache(beheerder: World, client: Client) -> None:
    page = client.post(f"/beheer/mensen/{beheerder.person('ovr.vr01').id}/link")
    key = page.text("textarea#link").rpartition("/")[2]
    assert page.headers["Cache-Control"] == "no-store"
    cookies = " ".join(page.headers.getlist("Set-Cookie"))
    kept = [base64.urlsafe_b64decode(part + "===") for part in re.findall(r"[\w-]{20,}", cookies)]
    assert kept
    assert not any(key.encode() in each for each in [cookies.encode(), *kept])


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"name": " "}, "name", "Vul een naam in."),
        ({"name": "x" * 201}, "name", "De naam is te lang. Kort de naam in."),
        ({"email": ""}, "email", "Vul een e-mailadres in."),
        ({"email": "geen adres"}, "email", "Vul een e-mailadres in zoals naam@voorbeeld.nl."),
        ({"email": "OVR.vr01@voorbeeld.nl"}, "email", "Er is al een account met het e-mailadres"),
        ({"role": ""}, "role", "Kies een rol."),
        ({"scope": ""}, "scope", "Kies een eenheid of organisatie."),
        ({"role": "inspecteur"}, "scope", "Kies bij de rol Inspecteur een organisatie."),
        ({"valid_from": ""}, "valid_from", "Vul een begindatum in."),
        ({"valid_from": "gisteren"}, "valid_from", "Vul een datum in zoals 21-11-2026."),
        ({"valid_from": "31-02-2026"}, "valid_from", "Vul een datum in zoals 21-11-2026."),
        ({"valid_until": "2025-12-31"}, "valid_until", "Vul een dag in die na de begindatum ligt."),
    ],
)
def test_a_refused_invitation_says_why_at_the_field_and_keeps_what_was_typed(
    beheerder: World, client: Client, session: Session, change: dict[str, str], field: str, words: str
) -> None:
    before = logged(session)
    sent = {**NEW, "scope": unit_choice(beheerder), **change}
    client.get("/beheer/mensen/uitnodigen")
    page = client.submit(sent, status=422)
    assert page.title.startswith("Fout: ")
    assert words in page.text(f"#{field}-error")
    assert page.one("[data-error-summary] a")["href"] == f"#{field}"
    kept = page.form().values
    assert all(kept.get(name, [""]) == [value] for name, value in sent.items())
    assert logged(session) == before
    assert by_email(session, NEW["email"]) is None


def test_what_the_lists_do_not_offer_is_refused_in_dutch(beheerder: World, client: Client) -> None:
    page = client.post(
        "/beheer/mensen/uitnodigen", {**NEW, "role": "koning", "scope": "unit-9999"}, status=422
    )
    assert page.texts(".field__error") == ["Fout: Maak een keuze uit de lijst."] * 2


def test_a_date_can_be_typed_the_dutch_way(beheerder: World, client: Client, session: Session) -> None:
    client.get("/beheer/mensen/uitnodigen")
    client.submit({**NEW, "scope": unit_choice(beheerder), "valid_from": "1-2-2026"})
    made = by_email(session, NEW["email"])
    assert made is not None
    assert made.assignments[0].valid_from == date(2026, 2, 1)


def test_the_page_of_a_person_tells_what_holds_now_what_comes_and_what_was(
    beheerder: World, client: Client, session: Session
) -> None:
    person, unit = beheerder.person("ovr.vr01"), beheerder.units["VR02"]
    factories.assignment(
        session, "waarnemer", unit=unit, whose=person, valid_from=today() + timedelta(days=5)
    )
    factories.assignment(session, "contactpersoon", unit=unit, whose=person, valid_until=date(2005, 1, 1))
    page = client.get(f"/beheer/mensen/{person.id}")
    assert page.texts("h3") == ["Rollen van nu", "Rollen die nog ingaan", "Rollen van vroeger"]
    assert page.texts("tbody th") == ["Officier Veiligheidsregio", "Waarnemer", "Contactpersoon"]
    assert page.has("vanaf 1 januari 2000 tot 1 januari 2005")


def test_a_name_and_address_change(beheerder: World, client: Client, session: Session) -> None:
    before = logged(session)
    client.get(f"/beheer/mensen/{beheerder.person('ovr.vr01').id}")
    client.click("Naam of e-mailadres wijzigen")
    page = client.submit({"name": "Carla Cent", "email": "Carla@Voorbeeld.nl"})
    assert page.h1 == "Carla Cent"
    assert by_email(session, "carla@voorbeeld.nl") is not None
    assert actions(session, before) == ["person.change"]


def test_a_taken_address_is_refused_at_its_field(beheerder: World, client: Client) -> None:
    client.get(f"/beheer/mensen/{beheerder.person('ovr.vr01').id}/gegevens")
    page = client.submit({"email": "ovr.vr02@voorbeeld.nl"}, status=422)
    assert "al een account" in page.text("#email-error")
    assert page.form().values["email"] == ["ovr.vr02@voorbeeld.nl"]


def test_a_second_role_is_added_and_the_same_one_twice_is_refused(
    beheerder: World, client: Client, session: Session
) -> None:
    before = logged(session)
    client.get(f"/beheer/mensen/{beheerder.person('ovr.vr01').id}")
    client.click("Rol toevoegen")
    role = {"role": "waarnemer", "scope": unit_choice(beheerder, "VR02")}
    assert client.submit(role).has("De rol is toegevoegd.")
    assert actions(session, before) == ["assignment.give"]
    client.click("Rol toevoegen")
    assert "heeft deze rol daar al" in client.submit(role, status=422).text("#role-error")


def test_a_beheerder_gives_no_role_to_the_own_account_and_no_judging_to_another_beheerder(
    beheerder: World, client: Client, session: Session
) -> None:
    before = logged(session)
    inspectorate = f"organisation-{factories.organisation(session).id}"
    role = {"role": "inspecteur", "scope": inspectorate}
    client.get(f"/beheer/mensen/{beheerder.person('beheerder').id}/rol")
    assert "U kunt uzelf geen rol geven." in client.submit(role, status=422).text("#role-error")
    client.get(f"/beheer/mensen/{beheerder.person('inspecteur').id}/rol")
    page = client.submit(role | {"role": "beheerder"}, status=422)
    assert "niet tegelijk beheerder en inspecteur" in page.text("#role-error")
    assert logged(session) == before


def test_a_role_that_ends_today_is_gone_at_once(
    beheerder: World, client: Client, session: Session, app: Flask
) -> None:
    other = Client(app, before=session.commit)
    other.login("ovr.vr01@voorbeeld.nl", factories.PASSWORD)
    other.get("/dossier/proefmeting/VR01/")
    client.get(f"/beheer/mensen/{beheerder.person('ovr.vr01').id}")
    client.click("Beëindigen van Officier Veiligheidsregio, Regio 1")
    page = client.submit()
    assert page.has("De einddatum van de rol is opgeslagen.")
    assert page.has("Rollen van vroeger")
    other.get("/dossier/proefmeting/VR01/", status=403)


def test_an_end_before_the_beginning_is_refused(beheerder: World, client: Client) -> None:
    client.get(f"/beheer/rollen/{beheerder.assignments['ovr.vr01'].id}/beeindigen")
    page = client.submit({"day": "1999-12-31"}, status=422)
    assert "voor de begindatum" in page.text("#day-error")
    assert page.form().values["day"] == ["1999-12-31"]


def test_the_last_beheerder_keeps_the_role_and_the_account(beheerder: World, client: Client) -> None:
    client.get(f"/beheer/rollen/{beheerder.assignments['beheerder'].id}/beeindigen")
    assert "laatste beheerder" in client.submit(status=422).text("#day-error")
    client.get(f"/beheer/mensen/{beheerder.person('beheerder').id}")
    page = client.submit(button="Account uitzetten", status=422)
    assert "U kunt uw eigen account niet uitzetten." in page.text("[data-error-summary]")


def test_a_role_goes_to_somebody_who_has_an_account(
    beheerder: World, client: Client, session: Session
) -> None:
    before = logged(session)
    to = beheerder.person("waarnemer.vr01")
    client.get(f"/beheer/mensen/{beheerder.person('ovr.vr01').id}")
    client.click("Overdragen van Officier Veiligheidsregio, Regio 1")
    page = client.submit({"to": str(to.id)})
    assert page.h1 == to.name
    assert page.texts("tbody th") == ["Waarnemer", "Officier Veiligheidsregio"]
    assert actions(session, before) == ["assignment.give", "assignment.end", "assignment.hand_over"]


def test_a_role_goes_to_somebody_new_who_gets_a_link(
    beheerder: World, client: Client, session: Session
) -> None:
    client.get(f"/beheer/rollen/{beheerder.assignments['ovr.vr01'].id}/overdragen")
    page = client.submit({"name": "Bert Bos", "email": "bert.bos@voorbeeld.nl", "day": "2026-01-01"})
    assert page.all("textarea#link")
    made = by_email(session, "bert.bos@voorbeeld.nl")
    assert made is not None
    assert [(row.role, row.unit_id, row.valid_from) for row in made.assignments] == [
        ("ovr", beheerder.units["VR01"].id, date(2026, 1, 1))
    ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "to"),
        ({"name": "Bert"}, "email"),
        ({"email": "bert@voorbeeld.nl"}, "name"),
        ({"name": "Bert", "email": "ovr.vr02@voorbeeld.nl"}, "email"),
        ({"name": "Bert", "email": "bert@voorbeeld.nl", "day": ""}, "day"),
        ({"name": "Bert", "email": "bert@voorbeeld.nl", "day": "1999-01-01"}, "day"),
    ],
)
def test_a_refused_hand_over_changes_nothing_and_keeps_what_was_typed(
    beheerder: World, client: Client, session: Session, values: dict[str, str], field: str
) -> None:
    before = logged(session)
    row = beheerder.assignments["ovr.vr01"]
    client.get(f"/beheer/rollen/{row.id}/overdragen")
    page = client.submit(values, status=422)
    assert page.all(f"#{field}-error")
    assert all(page.form().values.get(name, [""]) == [value] for name, value in values.items())
    assert logged(session) == before
    assert session.get(Assignment, row.id).valid_until is None  # type: ignore[union-attr]


def test_both_a_known_and_a_new_person_is_one_too_many(beheerder: World, client: Client) -> None:
    client.get(f"/beheer/rollen/{beheerder.assignments['ovr.vr01'].id}/overdragen")
    values = {"to": str(beheerder.person("ovr.vr02").id), "name": "Bert", "email": "bert@voorbeeld.nl"}
    assert "Niet allebei." in client.submit(values, status=422).text("#to-error")


def test_a_disabled_account_can_not_log_in_gets_no_link_and_can_come_back(
    beheerder: World, client: Client, session: Session, app: Flask
) -> None:
    before = logged(session)
    person = beheerder.person("ovr.vr01")
    client.get(f"/beheer/mensen/{person.id}")
    page = client.submit(button="Account uitzetten")
    assert page.has("kan niet meer inloggen.")
    assert page.has("Uitgezet")
    assert client.post(f"/beheer/mensen/{person.id}/link", status=422).has("Zet het eerst weer aan.")
    client.get(f"/beheer/mensen/{person.id}")
    client.submit(button="Account aanzetten")
    assert actions(session, before) == ["person.disable", "person.enable"]
    Client(app, before=session.commit).login("ovr.vr01@voorbeeld.nl", factories.PASSWORD)


def test_a_lock_is_shown_and_can_be_lifted(beheerder: World, client: Client, session: Session) -> None:
    person = beheerder.person("ovr.vr01")
    assert not client.get(f"/beheer/mensen/{person.id}").has("geblokkeerd")
    for _ in range(people.FREE_FAILURES):
        people.record_failure(session, person.email, datetime.now(UTC))
    assert client.get(f"/beheer/mensen/{person.id}").has("Inloggen is geblokkeerd tot")
    page = client.submit(button="Blokkade opheffen")
    assert not page.has("geblokkeerd")
    assert actions(session)[-1] == "person.unlock"


@pytest.mark.parametrize("path", ["mensen/999999", "mensen/99999999999999999999", "rollen/999999/beeindigen"])
def test_what_does_not_exist_is_not_found(beheerder: World, client: Client, path: str) -> None:
    client.get(f"/beheer/{path}", status=404)


class Server:
    """A mail server that keeps what it gets, or is not there."""

    sent: list[tuple[str, str]]

    def __init__(self, monkeypatch: pytest.MonkeyPatch, app: Flask, works: bool = True) -> None:
        self.sent = []
        settings = replace(app.config["SETTINGS"], smtp_url="smtp://localhost")
        app.config["SETTINGS"] = settings

        def send(_: object, recipient: str, subject: str, body: str) -> None:
            if not works:
                raise smtplib.SMTPRecipientsRefused({recipient: (550, b"no")})
            self.sent.append((recipient, body))

        monkeypatch.setattr(mail, "send", send)


def test_where_mail_is_set_the_link_goes_by_mail_too(
    beheerder: World, client: Client, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(monkeypatch, app)
    client.get("/beheer/mensen/uitnodigen")
    page = client.submit({**NEW, "scope": unit_choice(beheerder)})
    assert page.has("De link is ook per e-mail verstuurd naar bert.bos@voorbeeld.nl.")
    [(recipient, body)] = server.sent
    assert recipient == "bert.bos@voorbeeld.nl"
    assert page.text("textarea#link") in body
    assert body.startswith("Beste Bert Bos,")
    assert "Met deze link kiest u een wachtwoord" in body


def test_the_link_of_an_inspector_goes_to_that_inspector_alone(
    beheerder: World, client: Client, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(monkeypatch, app)
    page = client.post(f"/beheer/mensen/{beheerder.person('inspecteur').id}/link")
    [(recipient, body)] = server.sent
    [link] = re.findall(r"http://localhost/wachtwoord/\S+", body)
    assert recipient == "inspecteur@voorbeeld.nl"
    assert link not in page.html
    assert page.has("De link is per e-mail verstuurd naar inspecteur@voorbeeld.nl, en staat niet op deze")


def test_who_gets_a_role_or_another_address_is_told_by_mail(
    beheerder: World, client: Client, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(monkeypatch, app)
    person = beheerder.person("ovr.vr01")
    client.get(f"/beheer/mensen/{person.id}/rol")
    client.submit({"role": "waarnemer", "scope": unit_choice(beheerder, "VR02"), "valid_from": "2026-01-02"})
    client.get(f"/beheer/mensen/{person.id}/gegevens")
    client.submit({"name": "Carla Cent", "email": "carla@voorbeeld.nl"})
    client.get(f"/beheer/mensen/{person.id}/gegevens")
    client.submit({"name": "Carla de Cent"})
    [given, moved] = server.sent
    assert given[0] == moved[0] == "ovr.vr01@voorbeeld.nl"
    assert "Waarnemer, Regio 2, vanaf 2 januari 2026." in given[1]
    assert "heeft het e-mailadres van uw account bij Meetlat gewijzigd" in moved[1]


def test_mail_that_can_not_be_sent_is_told_and_the_link_is_there_anyway(
    beheerder: World, client: Client, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    Server(monkeypatch, app, works=False)
    client.get(f"/beheer/mensen/{beheerder.person('ovr.vr01').id}/link")
    page = client.submit()
    assert page.has("De e-mail met de link kon niet worden verstuurd. Geef de link zelf door.")
    assert page.all("textarea#link")
