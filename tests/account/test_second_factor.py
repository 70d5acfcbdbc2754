"""The second step of logging in: who must take it, setting it up, taking it, losing it; what it keeps out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import accounts, mail, second_factor
from surveys import second_factor as verbs
from surveys.acting import By, now, today
from surveys.errors import Refused
from surveys.models import Authenticator, LogEntry, LoginSession, Passkey, Person, RecoveryCode
from tests import factories
from tests.factories import PASSWORD, World
from tests.support import second_step
from tests.support.client import HTMX, Client
from tests.support.page import Page
from tests.support.second_step import Clock, Telephone, given

EMAIL = "inspecteur@voorbeeld.nl"
WRONG = "Deze code klopt niet, of is al gebruikt. Typ de code die de app nu laat zien."
CODE, SET_UP = "/tweede-stap", "/tweede-stap/instellen"
OVERVIEW = "/inloggen-beveiligen"
Login = Callable[[str], None]


def log_in(client: Client, email: str = EMAIL, password: str = PASSWORD) -> Page:
    """Give a password that is right, and come to what is asked next."""
    client.admit(email, password)
    return client.page


def path(page: Page) -> str:
    return page.url.partition("?")[0]


def said(page: Page) -> list[str]:
    """What is wrong, as the page lists it at the top."""
    return page.texts("[data-error-summary] li")


def entries(session: Session, beginning: str = "second_factor.") -> list[tuple[str, dict[str, Any] | None]]:
    session.rollback()
    rows = session.scalars(select(LogEntry).order_by(LogEntry.id))
    return [(row.action, row.detail) for row in rows if row.action.startswith(beginning)]


def newest(session: Session) -> LoginSession:
    session.rollback()
    return session.scalars(select(LoginSession).order_by(LoginSession.id.desc()).limit(1)).one()


@pytest.fixture
def secured(inspector: Person, session: Session, clock: Clock) -> tuple[Telephone, list[str]]:
    """The telephone and recovery codes of the inspector, who set up the second step yesterday."""
    found = given(session, inspector, clock)
    session.commit()
    return found


# setting it up


def test_who_must_have_one_sets_it_up_at_the_first_log_in(
    client: Client, inspector: Person, session: Session, clock: Clock
) -> None:
    page = log_in(client)
    assert path(page) == SET_UP
    assert page.has("Voor uw rol is dit verplicht.")
    assert len(page.all(".qr-frame svg[role=img] path")) == 2
    telephone = Telephone.scan(page, clock)
    page = client.submit({"code": telephone.code()}, button="Instellen")
    assert path(page) == "/tweede-stap/herstelcodes"
    codes = page.texts(".recovery-codes li")
    assert len(set(codes)) == 10
    page = client.submit(button="Ik heb de codes bewaard")
    assert page.url == "/"
    assert (newest(session).how, newest(session).second_factor) == ("password+authenticator", True)
    assert entries(session) == [("second_factor.set_up", None)]


def test_what_was_asked_for_comes_after_setting_it_up(
    client: Client, inspector: Person, clock: Clock
) -> None:
    client.get("/metingen/")
    page = client.submit({"email": EMAIL, "password": PASSWORD}, button="Inloggen")
    telephone = Telephone.scan(page, clock)
    client.submit({"code": telephone.code()}, button="Instellen")
    assert client.submit(button="Ik heb de codes bewaard").url == "/metingen/"


def test_what_was_typed_by_who_became_an_inspector_meanwhile_is_saved_after_setting_it_up(
    client: Client, world: World, session: Session, login: Login, clock: Clock
) -> None:
    login("ovr.vr01")
    client.get("/dossier/proefmeting/VR01/factor/1.1")
    person = world.person("ovr.vr01")
    person.example = False
    factories.assignment(session, "inspecteur", whose=person)
    session.commit()
    page = client.submit({"vraag-1-1-01-note": "Een heel lang verhaal"}, button="Opslaan")
    assert path(page) == SET_UP
    client.submit({"code": Telephone.scan(page, clock).code()}, button="Instellen")
    page = client.submit(button="Ik heb de codes bewaard")
    assert page.has("Wat u had ingevuld, is alsnog opgeslagen.")
    assert page.one("#vraag-1-1-01-note").text_content == "Een heel lang verhaal"


def test_a_wrong_code_is_refused_at_its_field_and_the_same_secret_stays(
    client: Client, inspector: Person, session: Session, clock: Clock
) -> None:
    telephone = Telephone.scan(log_in(client), clock)
    typed = {"": "Typ de 6 cijfers die de app nu laat zien.", telephone.code(5): "Deze code klopt niet."}
    for code, words in typed.items():
        page = client.submit({"code": code}, button="Instellen", status=422)
        assert len(said(page)) == 1
        assert said(page)[0].startswith(words)
        assert page.title.startswith("Fout: ")
        assert Telephone.scan(page, clock).secret == telephone.secret
    session.rollback()
    assert session.scalars(select(Authenticator)).all() == []
    assert path(client.get("/")) == SET_UP


def test_recovery_codes_are_a_file_too_and_shown_until_they_are_kept(
    client: Client, inspector: Person, clock: Clock
) -> None:
    telephone = Telephone.scan(log_in(client), clock)
    codes = client.submit({"code": telephone.code()}, button="Instellen").texts(".recovery-codes li")
    file = client.ask("GET", "/tweede-stap/herstelcodes.txt")
    assert file.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert all(code in file.html for code in codes)
    assert codes[0] not in str(client.session())
    assert client.get("/tweede-stap/herstelcodes").texts(".recovery-codes li") == codes
    client.submit(button="Ik heb de codes bewaard")
    assert path(client.get("/tweede-stap/herstelcodes")) == OVERVIEW
    assert path(client.get("/tweede-stap/herstelcodes.txt")) == OVERVIEW


def test_the_secret_is_not_in_the_database_nor_readable_in_the_cookie(
    client: Client, inspector: Person, session: Session, clock: Clock
) -> None:
    page = log_in(client)
    telephone = Telephone.scan(page, clock)
    typed = page.text(".typed-out").replace(" ", "")
    assert typed not in str(client.session())
    codes = client.submit({"code": telephone.code()}, button="Instellen").texts(".recovery-codes li")
    session.rollback()
    kept = session.scalars(select(Authenticator.secret)).one()
    assert typed not in kept
    digests = session.scalars(select(RecoveryCode.digest)).all()
    assert len(digests) == 10
    assert not {code.replace("-", "") for code in codes} & set(digests)


def test_a_page_to_set_it_up_that_lost_its_cookie_begins_anew(
    client: Client, inspector: Person, clock: Clock
) -> None:
    telephone = Telephone.scan(log_in(client), clock)
    with client._browser.session_transaction() as cookie:
        cookie.pop("new_authenticator")
    page = client.submit({"code": telephone.code()}, button="Instellen", status=422)
    assert said(page) == ["Deze pagina was te oud. Scan de afbeelding die er nu staat."]
    assert Telephone.scan(page, clock).secret != telephone.secret


# who must


def test_the_made_up_need_none(client: Client, world: World, login: Login) -> None:
    login("inspecteur")
    assert client.page.url == "/"
    page = client.get(OVERVIEW)
    assert page.has("U logt nu in met alleen uw wachtwoord.")
    assert page.link("Tweede stap instellen")


def test_who_inspects_or_administers_must(world: World) -> None:
    expected = {"inspecteur": True, "beheerder": True, "ovr.vr01": False, "rmc.noord": False}
    for key, asked in expected.items():
        person = world.person(key)
        assert not verbs.is_mandatory(person, today())
        person.example = False
        assert verbs.is_mandatory(person, today()) is asked
        assert not verbs.is_mandatory(person, factories.LONG_AGO - timedelta(days=1))


def test_a_role_that_asks_for_it_does_so_at_once(
    client: Client, world: World, session: Session, login: Login
) -> None:
    person = world.person("ovr.vr01")
    person.example = False
    login("ovr.vr01")
    assert client.page.url == "/"
    factories.assignment(session, "inspecteur", whose=person)
    assert path(client.get("/")) == SET_UP
    answer = client.ask("GET", "/", headers=HTMX)
    assert answer.status == 401
    assert answer.headers["HX-Redirect"].startswith(SET_UP)


def test_who_has_yet_to_set_it_up_is_offered_nothing_else(client: Client, inspector: Person) -> None:
    log_in(client)
    for address in (SET_UP, "/toegankelijkheid"):
        page = client.get(address)
        assert not page.all("nav")
        assert page.texts(".top__who a, .top__who button") == ["Uitloggen"]


# taking it


def test_the_password_alone_opens_nothing(
    client: Client, inspector: Person, secured: tuple[Telephone, list[str]]
) -> None:
    page = log_in(client)
    assert (path(page), page.h1) == (CODE, "Nog één stap: een code")
    assert not page.all(".nav")
    assert path(client.get("/")) == "/inloggen"
    assert path(client.get(OVERVIEW)) == "/inloggen"


def test_a_code_lets_in_whose_clock_is_half_a_minute_off(
    client: Client, session: Session, secured: tuple[Telephone, list[str]]
) -> None:
    for steps in (-1, 0, 1):
        log_in(client)
        assert client.submit({"code": secured[0].code(steps)}, button="Verder").url == "/"
        assert newest(session).how == "password+authenticator"
        assert entries(session, "login.")[-1][0] == "login.success"
        client.logout()
        secured[0].clock.move(minutes=2)


def test_who_logs_in_comes_where_he_wanted_to_be_and_nowhere_else(
    client: Client, secured: tuple[Telephone, list[str]]
) -> None:
    client.get("/metingen/?x=1")
    client.submit({"email": EMAIL, "password": PASSWORD}, button="Inloggen")
    assert client.submit({"code": secured[0].code()}, button="Verder").url == "/metingen/?x=1"
    client.logout()
    secured[0].clock.move(minutes=1)
    log_in(client)
    client.get(f"{CODE}?next=//elders.nl/")
    assert client.submit({"code": secured[0].code()}, button="Verder").url == "/"


def test_a_code_works_once_and_so_do_those_before_it(
    client: Client, secured: tuple[Telephone, list[str]]
) -> None:
    telephone = secured[0]
    log_in(client)
    client.submit({"code": telephone.code()}, button="Verder")
    client.logout()
    log_in(client)
    for used in (telephone.code(), telephone.code(-1)):
        page = client.submit({"code": used}, button="Verder", status=422)
        assert said(page) == [WRONG]
    assert client.submit({"code": telephone.code(1)}, button="Verder").url == "/"


def test_the_code_that_set_it_up_is_used_up_too(client: Client, inspector: Person, clock: Clock) -> None:
    telephone = Telephone.scan(log_in(client), clock)
    client.submit({"code": telephone.code()}, button="Instellen")
    client.logout()
    log_in(client)
    client.submit({"code": telephone.code()}, button="Verder", status=422)


def test_nothing_typed_is_no_wrong_code(
    client: Client, session: Session, secured: tuple[Telephone, list[str]]
) -> None:
    log_in(client)
    page = client.submit({"code": " "}, button="Verder", status=422)
    assert said(page) == ["Typ de 6 cijfers die de app nu laat zien."]
    assert entries(session) == [("second_factor.set_up", None)]


def test_wrong_codes_lock_as_wrong_passwords_do_and_a_right_password_forgets_none(
    client: Client, session: Session, secured: tuple[Telephone, list[str]]
) -> None:
    telephone = secured[0]
    log_in(client)
    for attempt in range(5):
        if attempt == 3:
            log_in(client)  # the password is right, and takes back nothing
        client.submit({"code": telephone.code(5)}, button="Verder", status=422)
        assert said(client.page) == [WRONG]
    page = client.submit({"code": telephone.code()}, button="Verder", status=422)
    assert said(page)[0].startswith("Er is te vaak een verkeerd wachtwoord of een verkeerde code ingevuld.")
    assert entries(session)[1:] == [("second_factor.failure", {"how": "authenticator"})] * 5
    client.get("/tweede-stap/herstelcode")
    page = client.submit({"code": secured[1][0]}, button="Verder", status=422)
    assert said(page)[0].startswith("Er is te vaak")
    client.forget()
    page = second_step.log_in(client, EMAIL, PASSWORD)
    assert said(page)[0].startswith("Er is te vaak een verkeerd wachtwoord ingevuld.")


def test_wrong_passwords_and_wrong_codes_count_together(
    client: Client, secured: tuple[Telephone, list[str]]
) -> None:
    for _ in range(4):
        second_step.log_in(client, EMAIL, "verkeerd")
    log_in(client)
    client.submit({"code": secured[0].code(5)}, button="Verder", status=422)
    page = client.submit({"code": secured[0].code()}, button="Verder", status=422)
    assert said(page)[0].startswith("Er is te vaak")


def test_a_right_code_forgets_the_failures(
    client: Client, session: Session, secured: tuple[Telephone, list[str]]
) -> None:
    telephone = secured[0]
    log_in(client)
    for _ in range(4):
        client.submit({"code": telephone.code(5)}, button="Verder", status=422)
    client.submit({"code": telephone.code()}, button="Verder")
    client.logout()
    second_step.log_in(client, EMAIL, "verkeerd")
    assert path(log_in(client)) == CODE


def test_who_waits_too_long_begins_again(client: Client, secured: tuple[Telephone, list[str]]) -> None:
    log_in(client)
    secured[0].clock.move(minutes=11)
    page = client.submit({"code": secured[0].code()}, button="Verder")
    assert path(page) == "/inloggen"
    assert page.has("U kunt niet meer verder met deze stap. Log opnieuw in.")


def test_nobody_takes_the_step_without_a_password(
    client: Client, secured: tuple[Telephone, list[str]]
) -> None:
    for address in (CODE, "/tweede-stap/herstelcode", "/tweede-stap/passkey"):
        assert path(client.get(address)) == "/inloggen"
        assert path(client.post(address, {"code": secured[0].code()})) == "/inloggen"


def test_who_was_disabled_meanwhile_does_not_get_in(
    client: Client, inspector: Person, session: Session, secured: tuple[Telephone, list[str]]
) -> None:
    log_in(client)
    inspector.active = False
    assert path(client.submit({"code": secured[0].code()}, button="Verder")) == "/inloggen"


def test_who_came_in_by_another_way_takes_the_step_as_well(
    client: Client, inspector: Person, session: Session, login: Login, secured: tuple[Telephone, list[str]]
) -> None:
    for how in ("oidc", "oidc-mfa"):
        set_up_at, inspector.second_factor_since = inspector.second_factor_since, None
        login("inspecteur")  # the library asks for nothing more
        row = newest(session)
        row.how, row.second_factor = how, how == "oidc-mfa"
        inspector.second_factor_since = set_up_at
        assert path(client.get(SET_UP)) == CODE
        assert path(client.get("/metingen/")) == CODE
        page = client.submit({"code": secured[0].code()}, button="Verder")
        assert page.url == "/metingen/"
        assert (newest(session).how, newest(session).second_factor) == (f"{how}+authenticator", True)
        assert newest(session).id != row.id
        client.logout()
        secured[0].clock.move(minutes=1)


def test_who_took_a_second_step_at_an_organisation_need_set_up_none_here(
    client: Client, world: World, inspector: Person, session: Session, login: Login, clock: Clock
) -> None:
    login("inspecteur")
    row = newest(session)
    row.how, row.second_factor = "oidc-mfa", True
    assert client.get("/metingen/").url == "/metingen/"
    telephone = Telephone.scan(client.get(SET_UP), clock)  # but may
    client.submit({"code": telephone.code()}, button="Instellen")
    assert client.submit(button="Ik heb de codes bewaard").url == "/"
    assert newest(session).how == "oidc-mfa+authenticator"


def test_a_new_password_leaves_the_second_step_and_the_failures(
    client: Client, app: Flask, inspector: Person, secured: tuple[Telephone, list[str]]
) -> None:
    log_in(client)
    for _ in range(4):
        client.submit({"code": secured[0].code(5)}, button="Verder", status=422)
    client.forget()
    with app.test_request_context():
        link = accounts.password_link(inspector, "")
    client.get(link)
    page = client.submit({"password": "drie blauwe wolken", "password_confirm": "drie blauwe wolken"})
    assert path(page) == "/inloggen"
    assert path(log_in(client, password="drie blauwe wolken")) == CODE
    client.submit({"code": secured[0].code(5)}, button="Verder", status=422)
    page = client.submit({"code": secured[0].code()}, button="Verder", status=422)
    assert said(page)[0].startswith("Er is te vaak")


RENEWED = "een heel nieuwe sleutel van dertig"


def test_with_another_secret_key_recovery_codes_still_let_in(
    client: Client, app: Flask, secured: tuple[Telephone, list[str]]
) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], secret_key=RENEWED)
    log_in(client)
    page = client.submit({"code": secured[0].code()}, button="Verder", status=422)
    assert said(page)[0].startswith("Meetlat kan de codes van uw app niet meer controleren.")
    client.click("Hebt u de app niet bij de hand? Gebruik een herstelcode")
    assert client.submit({"code": secured[1][0]}, button="Verder").url == "/"


def test_while_the_old_secret_key_is_known_secrets_move_to_the_new_one(
    client: Client, app: Flask, secured: tuple[Telephone, list[str]]
) -> None:
    given_before = app.config["SETTINGS"]
    for old in (given_before.secret_key, None):
        app.config["SETTINGS"] = replace(given_before, secret_key=RENEWED, secret_key_old=old)
        log_in(client)
        assert client.submit({"code": secured[0].code()}, button="Verder").url == "/"
        client.logout()
        secured[0].clock.move(minutes=1)


# recovery codes


def test_a_recovery_code_lets_in_once(
    client: Client, session: Session, secured: tuple[Telephone, list[str]]
) -> None:
    codes = secured[1]
    log_in(client)
    client.click("Hebt u de app niet bij de hand? Gebruik een herstelcode")
    page = client.submit({"code": codes[0].upper().replace("-", " ")}, button="Verder")
    assert page.url == "/"
    assert page.has("U hebt een herstelcode gebruikt. Er zijn er nog 9 over.")
    assert newest(session).how == "password+recovery"
    assert entries(session)[-1] == ("second_factor.recover", {"left": 9})
    assert client.get(OVERVIEW).has("U hebt nog 9 herstelcodes.")
    client.logout()
    log_in(client)
    client.get("/tweede-stap/herstelcode")
    page = client.submit({"code": codes[0]}, button="Verder", status=422)
    assert said(page) == ["Deze herstelcode klopt niet, of is al gebruikt. Probeer een andere."]
    assert entries(session)[-1] == ("second_factor.failure", {"how": "recovery"})


def test_a_recovery_code_of_somebody_else_lets_nobody_in(
    client: Client, world: World, session: Session, clock: Clock, secured: tuple[Telephone, list[str]]
) -> None:
    _, codes = given(session, world.person("beheerder"), clock)
    log_in(client)
    client.get("/tweede-stap/herstelcode")
    client.submit({"code": codes[0]}, button="Verder", status=422)
    client.submit({"code": ""}, button="Verder", status=422)
    session.rollback()
    assert len(session.scalars(select(RecoveryCode)).all()) == 20


def test_new_recovery_codes_take_the_place_of_the_old_ones(
    client: Client, inspector: Person, session: Session, secured: tuple[Telephone, list[str]]
) -> None:
    by = By(inspector.id, None, None, None, now())
    for code in secured[1][3:]:
        assert verbs.take_recovery_code(session, inspector, code, by)
    log_in(client)
    client.submit({"code": secured[0].code()}, button="Verder")
    assert client.get(OVERVIEW).has("U hebt nog 3 herstelcodes. Maak nieuwe")
    codes = client.submit(button="Nieuwe herstelcodes maken").texts(".recovery-codes li")
    assert len(codes) == 10
    assert client.submit(button="Ik heb de codes bewaard").url == OVERVIEW
    session.rollback()
    assert not verbs.take_recovery_code(session, inspector, secured[1][0], by)
    assert verbs.take_recovery_code(session, inspector, codes[0], by)


# changing and turning it off


def test_another_telephone_takes_the_place_of_the_old_one(
    client: Client, session: Session, secured: tuple[Telephone, list[str]]
) -> None:
    old = secured[0]
    log_in(client)
    client.submit({"code": old.code()}, button="Verder")
    client.get(OVERVIEW)
    new = Telephone.scan(client.click("Andere telefoon instellen"), old.clock)
    client.submit({"code": new.code()}, button="Instellen")
    client.logout()
    old.clock.move(minutes=1)
    log_in(client)
    client.submit({"code": old.code()}, button="Verder", status=422)
    assert client.submit({"code": new.code()}, button="Verder").url == "/"


def test_who_need_not_have_it_turns_it_on_and_off(
    client: Client, world: World, session: Session, login: Login, clock: Clock
) -> None:
    login("ovr.vr01")
    page = client.click("Inloggen beveiligen")
    assert not page.has("koppelen")  # no organisation is set here
    telephone = Telephone.scan(client.click("Tweede stap instellen"), clock)
    client.submit({"code": telephone.code()}, button="Instellen")
    assert client.submit(button="Ik heb de codes bewaard").url == OVERVIEW
    client.click("Tweede stap uitzetten")
    page = client.submit(button="Tweede stap uitzetten")
    assert page.has("De tweede stap is uitgezet.")
    assert entries(session)[-1][0] == "second_factor.turn_off"
    assert not session.scalars(select(RecoveryCode)).all()
    assert not session.scalars(select(Authenticator)).all()
    client.logout()
    assert log_in(client, "ovr.vr01@voorbeeld.nl").url == "/"


def test_who_must_have_it_can_t_turn_it_off(
    client: Client, session: Session, secured: tuple[Telephone, list[str]]
) -> None:
    log_in(client)
    client.submit({"code": secured[0].code()}, button="Verder")
    assert client.get(OVERVIEW).has("U kunt die niet uitzetten.")
    page = client.post(f"{OVERVIEW}/uitzetten", status=422)
    assert said(page)[0].startswith("Voor uw rol is de tweede stap verplicht.")
    session.rollback()
    assert len(session.scalars(select(Authenticator)).all()) == 1


def test_what_changes_it_asks_the_password_again_after_a_while(
    client: Client, session: Session, secured: tuple[Telephone, list[str]]
) -> None:
    log_in(client)
    client.submit({"code": secured[0].code()}, button="Verder")
    newest(session).authenticated_at = now() - timedelta(minutes=31)
    kept = select(RecoveryCode.digest).order_by(RecoveryCode.digest)
    before = session.scalars(kept).all()
    for address in (SET_UP, f"{OVERVIEW}/uitzetten", f"{OVERVIEW}/passkey"):
        assert client.get(address).all("input[type=password]"), address
    posted = ("herstelcodes", "uitzetten", "passkey", "passkey/1/verwijderen")
    for address in (SET_UP, *(f"{OVERVIEW}/{each}" for each in posted)):
        assert client.post(address, status=422).all("input[type=password]"), address
    session.rollback()
    assert session.scalars(kept).all() == before


def test_without_it_nothing_can_be_renewed_or_turned_off(client: Client, world: World, login: Login) -> None:
    login("ovr.vr01")
    for address in ("herstelcodes", "uitzetten"):
        page = client.post(f"{OVERVIEW}/{address}", status=422)
        assert said(page) == ["Stel eerst de tweede stap in."]
    assert path(client.get(f"{OVERVIEW}/passkey")) == OVERVIEW


# losing it


def test_a_beheerder_takes_it_away_from_who_lost_it(
    client: Client,
    app: Flask,
    inspector: Person,
    session: Session,
    login: Login,
    secured: tuple[Telephone, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_url="smtp://localhost")
    letters: list[tuple[str, str, str]] = []
    monkeypatch.setattr(mail, "send", lambda _, *letter: letters.append(letter))
    theirs = Client(app, before=session.commit)
    log_in(theirs)
    theirs.submit({"code": secured[0].code()}, button="Verder")
    login("beheerder")
    page = client.get(f"/beheer/mensen/{inspector.id}")
    assert page.has("Is Inspecteur de telefoon en de herstelcodes kwijt?")
    page = client.submit(button="Tweede stap weghalen")
    assert page.has("De tweede stap van Inspecteur is weggehaald.")
    assert page.has("Nog niet ingesteld. Voor deze rol is dat verplicht")
    assert [letter[:2] for letter in letters] == [(EMAIL, "Uw tweede stap bij Meetlat is weggehaald")]
    assert entries(session)[-1][0] == "second_factor.reset"
    assert path(theirs.get("/")) == "/inloggen"
    assert path(log_in(theirs)) == SET_UP


def test_nobody_takes_away_his_own(client: Client, world: World, session: Session, clock: Clock) -> None:
    person = world.person("beheerder")
    telephone, _ = given(session, person, clock)
    log_in(client, "beheerder@voorbeeld.nl")
    client.submit({"code": telephone.code()}, button="Verder")
    page = client.get(f"/beheer/mensen/{person.id}")
    assert page.has("Uw eigen tweede stap kunt u niet weghalen.")
    page = client.post(f"/beheer/mensen/{person.id}/tweede-stap/weghalen", status=422)
    assert said(page) == ["U kunt uw eigen tweede stap niet weghalen. Vraag een andere beheerder."]


def test_what_is_not_there_can_t_be_taken_away(session: Session, world: World) -> None:
    with pytest.raises(Refused, match="heeft geen tweede stap ingesteld"):
        verbs.reset(session, world.person("ovr.vr01"), By.system())


def test_taking_it_away_takes_all_of_it(
    session: Session, inspector: Person, secured: tuple[Telephone, list[str]]
) -> None:
    verbs.add_passkey(session, inspector, "Sleutel", verbs.Key("a", "b", 0, "c"), By.system())
    verbs.reset(session, inspector, By.system())
    for table in (Authenticator, RecoveryCode, Passkey):
        assert session.scalars(select(table)).all() == []
    assert inspector.second_factor_since is None


# the guard

FREE = frozenset({"security.logout", "session.left", "session.extend"})
SETTING_UP = FREE | {"second_factor.set_up", "session.confirm"}


def test_the_views_that_the_guard_names_are_there(app: Flask) -> None:
    assert second_factor.ALWAYS | {second_factor.CONFIRM} == FREE | {"session.confirm"}
    assert app.view_functions.keys() >= SETTING_UP
    marked = {
        name for name, view in app.view_functions.items() if getattr(view, "sets_up_second_step", False)
    }
    assert marked == {"second_factor.set_up"}
