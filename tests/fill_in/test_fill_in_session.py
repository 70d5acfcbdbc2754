"""A session that ended while somebody filled in: what was sent waits for that person, and is sent again."""

from __future__ import annotations

import time
from datetime import timedelta
from io import BytesIO

import pytest
from itsdangerous import TimestampSigner
from sqlalchemy import func, select

from surveys import holding, measurements
from surveys.acting import By, now
from surveys.answers import Content
from surveys.models import AnswerVersion, Assignment, HeldPost, LogEntry, Person
from tests.factories import PASSWORD
from tests.fill_in.conftest import HOME

FIRST = f"{HOME}/factor/1.1"
NEXT = "Opslaan en verder"
SAVED = "Wat u had ingevuld, is alsnog opgeslagen."
NOTHING = "Er staat voor u niets meer klaar om alsnog op te slaan."

pytestmark = pytest.mark.usefixtures("world")

TYPED = {"vraag-1-1-01-answer": "nee", "vraag-1-1-01-note": "Een heel lang verhaal"}


@pytest.fixture
def clock(monkeypatch):
    """Let time go by for sessions: `clock(minutes)` after the start."""
    shift = 0

    def go_to(minutes):
        nonlocal shift
        shift = minutes * 60

    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: int(time.time()) + shift)
    return go_to


@pytest.fixture
def typed(login, client, clock):
    """The OVR fills in a page, is away for two hours, and then sends it: the page that comes of it."""
    login("ovr.vr01")
    client.get(FIRST)
    clock(120)
    return client.submit(TYPED, button=NEXT)


def log_in(client, name):
    return client.submit({"email": f"{name}@voorbeeld.nl", "password": PASSWORD}, button="Inloggen")


def held(session):
    session.rollback()
    return session.scalar(select(func.count()).select_from(HeldPost))


def test_who_was_logged_out_is_told_that_it_is_kept(typed, session, kept):
    assert typed.h1 == "Inloggen bij Meetlat"
    assert typed.has("U was uitgelogd. Wat u had ingevuld, is bewaard.")
    assert "Een heel lang verhaal" not in typed.html
    assert kept("1.1-01") == Content()
    assert held(session) == 1


def test_after_logging_in_it_is_saved_and_the_same_question_shown(typed, client, session, kept):
    page = log_in(client, "ovr.vr01")
    assert page.has(SAVED)
    assert page.visited[-1] == FIRST
    assert page.one("#vraag-1-1-01-note").text_content == "Een heel lang verhaal"
    assert kept("1.1-01") == Content("nee", note="Een heel lang verhaal")
    assert held(session) == 0
    row = session.scalars(select(AnswerVersion)).one()
    assert row.person_id == session.scalar(select(Person.id).where(Person.email == "ovr.vr01@voorbeeld.nl"))


def test_the_way_back_ends_at_the_question_that_was_changed(login, client, clock):
    login("ovr.vr01")
    client.get(FIRST)
    clock(120)
    client.submit({"vraag-1-1-03-answer": "wissel"}, button=NEXT)
    page = client.post(
        "/inloggen",
        {
            "email": "ovr.vr01@voorbeeld.nl",
            "password": PASSWORD,
            "next": client.page.form("Inloggen").values["next"][0],
        },
        status=302,
    )
    onward = client.get(page.headers["Location"], status=303)
    assert onward.headers["Location"] == f"{FIRST}#vraag-1-1-03"


def test_a_wrong_password_first_loses_nothing(typed, client, kept):
    client.submit({"email": "ovr.vr01@voorbeeld.nl", "password": "verkeerd"}, button="Inloggen")
    assert log_in(client, "ovr.vr01").has(SAVED)
    assert kept("1.1-01").note == "Een heel lang verhaal"


@pytest.mark.parametrize("who", ["contactpersoon.vr01", "rmc.noord", "beheerder"])
def test_somebody_else_who_logs_in_there_sees_nothing_of_it(typed, client, session, kept, who):
    page = log_in(client, who)
    assert page.h1 == "Start"
    assert page.has(NOTHING)
    assert "Een heel lang verhaal" not in page.html
    assert not page.has("Er wacht nog iets")
    assert kept("1.1-01") == Content()
    assert held(session) == 1


def test_it_waits_for_its_owner_on_another_machine(typed, someone, kept, session):
    other = someone("ovr.vr01")
    for path in ("/", f"{HOME}/"):
        assert other.get(path).has("Er wacht nog iets dat u had ingevuld")
    page = other.submit(
        button=next(iter(b for b in other.page.form(action="/alsnog").buttons if "opslaan" in b))
    )
    assert page.has(SAVED)
    assert kept("1.1-01") == Content("nee", note="Een heel lang verhaal")
    assert held(session) == 0
    assert not other.get("/").has("Er wacht nog iets")


def test_its_owner_can_throw_it_away(typed, someone, kept, session):
    other = someone("ovr.vr01")
    page = other.get("/")
    other.submit(button=next(b for b in page.form(action="/alsnog").buttons if "Weggooien" in b))
    assert other.page.has("Wat u had ingevuld, is weggegooid.")
    assert kept("1.1-01") == Content()
    assert held(session) == 0


def test_nobody_else_can_save_or_throw_away_what_waits(typed, someone, session, kept):
    [post] = session.scalars(select(HeldPost))
    post_id = post.id
    other = someone("contactpersoon.vr01")
    for action in ("opslaan", "weg"):
        assert other.post("/alsnog", {"welke": str(post_id), "doen": action}).has(NOTHING)
    for wrong in ("", "x", "²", "9" * 30):
        assert other.post("/alsnog", {"welke": wrong, "doen": "weg"}).has(NOTHING)
    assert held(session) == 1
    assert kept("1.1-01") == Content()


def test_a_conflict_shows_both_and_waits_until_it_is_settled(typed, client, fill, kept, session, someone):
    fill("contactpersoon.vr01", {"1.1-01": Content("ja", note="Van de ander")})
    page = client.submit(
        {"email": "ovr.vr01@voorbeeld.nl", "password": PASSWORD}, button="Inloggen", status=409
    )
    conflict = page.text("#vraag-1-1-01-conflict")
    assert "Een heel lang verhaal" in conflict
    assert "Van de ander" in conflict
    assert page.has("Dit vulde u in toen u was uitgelogd.")
    assert kept("1.1-01") == Content("ja", note="Van de ander")
    assert held(session) == 1  # a browser that is closed now loses nothing
    client.submit({}, button="Mijn antwoord houden")
    assert kept("1.1-01") == Content("nee", note="Een heel lang verhaal")
    assert held(session) == 0


def test_what_can_not_be_is_shown_as_it_was_typed(login, client, clock, fill, session):
    fill("ovr.vr01", {"1.1-01": Content("ja")})
    login("ovr.vr01")
    client.get(FIRST)
    clock(120)
    client.submit({"vraag-1-1-02-answer": "een stuk of drie"}, button=NEXT)
    page = client.submit(
        {"email": "ovr.vr01@voorbeeld.nl", "password": PASSWORD}, button="Inloggen", status=422
    )
    assert page.one("#vraag-1-1-02-answer")["value"] == "een stuk of drie"
    client.submit({"vraag-1-1-02-answer": "3"}, button=NEXT)
    assert held(session) == 0


def test_a_questionnaire_that_closed_meanwhile_shows_what_was_typed(typed, client, session, world, kept):
    measurements.go_to(session, world.measurement, "landelijk_beeld", By.system())
    page = client.submit(
        {"email": "ovr.vr01@voorbeeld.nl", "password": PASSWORD}, button="Inloggen", status=409
    )
    assert page.has("Een heel lang verhaal")
    assert kept("1.1-01") == Content()


def test_who_lost_the_role_meanwhile_saves_nothing(typed, client, session, world, kept):
    row = session.get(Assignment, world.assignments["ovr.vr01"].id)
    row.valid_until = now().date() - timedelta(days=1)
    page = client.submit(
        {"email": "ovr.vr01@voorbeeld.nl", "password": PASSWORD}, button="Inloggen", status=403
    )
    assert page.h1 == "Dit kan niet meer worden opgeslagen"
    assert page.has("Vraag 1.1-01")
    assert page.has("Een heel lang verhaal")
    assert page.has("Nee")
    assert kept("1.1-01") == Content()
    assert held(session) == 1
    assert client.submit(button="Weggooien").has("Wat u had ingevuld, is weggegooid.")
    assert held(session) == 0


def test_sending_it_again_twice_is_harmless(typed, client, session, kept):
    [next_page] = client.page.form("Inloggen").values["next"]
    log_in(client, "ovr.vr01")
    page = client.get(next_page)
    assert page.h1 == "Start"
    assert page.has(NOTHING)
    assert session.scalar(select(func.count()).select_from(AnswerVersion)) == 1


def test_the_same_post_twice_waits_once_and_another_beside_it(login, client, clock, session, kept, app):
    login("ovr.vr01")
    client.get(FIRST)
    first = client.page.form(NEXT).filled(TYPED, NEXT)
    second = client.page.form(NEXT).filled({"vraag-1-1-03-answer": "wissel"}, NEXT)
    clock(120)
    for sent in (first, first, second):
        client.post(FIRST, sent)
    assert held(session) == 2
    assert log_in(client, "ovr.vr01").has(SAVED)
    assert kept("1.1-03") == Content("wissel")
    assert kept("1.1-01") == Content()
    page = client.get("/")
    client.submit(button=next(b for b in page.form(action="/alsnog").buttons if "opslaan" in b))
    assert kept("1.1-01") == Content("nee", note="Een heel lang verhaal")
    assert kept("1.1-03") == Content("wissel")
    assert held(session) == 0


def test_a_page_of_an_earlier_session_is_saved_when_the_same_person_logged_in_again(login, client, kept):
    login("ovr.vr01")
    client.get(FIRST)
    sent = client.page.form(NEXT).filled(TYPED, NEXT)
    client.logout()
    login("ovr.vr01")
    page = client.post(FIRST, sent)
    assert page.has(SAVED)
    assert kept("1.1-01") == Content("nee", note="Een heel lang verhaal")


def test_a_page_of_somebody_else_is_not_saved_under_ones_own_name(login, client, session, kept, someone):
    login("ovr.vr01")
    client.get(FIRST)
    sent = client.page.form(NEXT).filled(TYPED, NEXT)
    client.logout()
    login("contactpersoon.vr01")
    page = client.post(FIRST, sent)
    assert page.has(NOTHING)
    assert "Een heel lang verhaal" not in page.html
    assert kept("1.1-01") == Content()
    assert someone("ovr.vr01").get("/").has("Er wacht nog iets dat u had ingevuld")


def spoil(text):
    return text[:-4] + ("AAAA" if text[-4:] != "AAAA" else "BBBB")


@pytest.mark.parametrize("spoiled", ["", "onzin", None], ids=["none", "nonsense", "changed"])
def test_a_pass_that_was_not_given_keeps_nothing(login, client, session, spoiled):
    login("ovr.vr01")
    client.get(FIRST)
    sent = client.page.form(NEXT).filled(TYPED, NEXT)
    sent["pas"] = [spoil(sent["pas"][0]) if spoiled is None else spoiled]
    client.forget()
    client.post(FIRST, sent, status=400)
    assert held(session) == 0


def test_a_pass_of_another_dossier_keeps_nothing(login, client, session):
    login("ovr.vr01")
    client.get(FIRST)
    sent = client.page.form(NEXT).filled(TYPED, NEXT)
    client.forget()
    client.post("/dossier/proefmeting/VR02/factor/1.1", sent, status=400)
    client.post("/dossier/proefmeting/VR99/factor/1.1", sent, status=400)
    assert held(session) == 0


def test_a_pass_gives_no_way_in_and_no_other_site_can_use_it(login, client, session, kept):
    login("ovr.vr01")
    client.get(FIRST)
    sent = client.page.form(NEXT).filled(TYPED, NEXT)
    sent["csrf_token"] = ["vals"]
    # that it was refused is logged
    changes = select(func.count()).select_from(LogEntry).where(LogEntry.action.not_like("access.%"))
    before = session.scalar(changes)
    for headers in (
        {"Origin": "https://elders.voorbeeld"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        client.post(FIRST, sent, headers=headers, status=400)
    for path in (f"{HOME}/akkoord", f"{HOME}/indienen", "/uitloggen"):
        client.post(path, sent, status=400)
    session.rollback()
    assert session.scalar(changes) == before
    assert kept("1.1-01") == Content()
    assert held(session) == 0


def test_a_pass_that_is_too_old_keeps_nothing(login, client, session, clock):
    login("ovr.vr01")
    client.get(FIRST)
    sent = client.page.form(NEXT).filled(TYPED, NEXT)
    clock(31 * 24 * 60)
    client.post(FIRST, sent, status=400)
    assert held(session) == 0


def test_a_null_character_in_what_waits_is_left_out(login, client, clock, kept):
    login("ovr.vr01")
    client.get(FIRST)
    sent = client.page.form(NEXT).filled({**TYPED, "vraag-1-1-01-note": "een\x00twee"}, NEXT)
    clock(120)
    client.post(FIRST, sent)
    log_in(client, "ovr.vr01")
    assert kept("1.1-01") == Content("nee", note="eentwee")


def test_a_chosen_file_does_not_wait_and_that_is_said(login, client, clock, kept):
    login("ovr.vr01")
    client.get(FIRST)
    sent = client.page.form(NEXT).filled(TYPED, NEXT)
    clock(120)
    file = (BytesIO(b"%PDF-1.7"), "plan.pdf")
    answer = client._browser.post(FIRST, data={**sent, "een-bestand": file})
    client.get(answer.headers["Location"])
    page = log_in(client, "ovr.vr01")
    assert page.has(SAVED)
    assert page.has("Een bestand dat u had gekozen, kon niet worden bewaard. Kies het opnieuw.")
    assert kept("1.1-01") == Content("nee", note="Een heel lang verhaal")


def test_a_message_in_a_thread_waits_too(login, client, clock, session):
    login("ovr.vr01")
    client.get(f"{HOME}/vraag/1.1-01/overleg")
    button = next(b for b in client.page.form(action=None).buttons)
    clock(120)
    client.submit({"bericht": "Weet jij dit nog?"}, button=button)
    assert held(session) == 1
    page = log_in(client, "ovr.vr01")
    assert page.has(SAVED)
    assert page.has("Weet jij dit nog?")
    assert held(session) == 0


def test_the_reason_of_a_return_waits_too(login, client, clock, session, world, fill):
    dossier = fill("ovr.vr01", {"1.1-01": Content("ja")})
    dossier.state = "ingediend"
    login("inspecteur")
    client.get(f"{HOME}/terugsturen")
    clock(120)
    client.submit({"reden": "Een lange reden", "vragen": "1.1-01"}, button="Terugsturen")
    assert held(session) == 1
    assert log_in(client, "inspecteur").has("Een lange reden")
    assert held(session) == 0


def test_a_script_that_saves_keeps_its_text_itself(login, client, clock, session):
    login("ovr.vr01")
    client.get(FIRST)
    sent = client.page.form(NEXT).filled(TYPED, NEXT)
    clock(120)
    client.htmx(f"{HOME}/vraag/1.1-01", sent, status=401)
    assert held(session) == 0


def test_a_held_page_is_kept_for_a_week_and_twenty_for_a_person(session, world):
    dossier, person = world.dossiers["VR01"], world.assignments["ovr.vr01"].person
    start = now()

    def hold(number, at):
        return holding.hold(
            session,
            dossier,
            person,
            endpoint="fill_in.save_factor",
            arguments={},
            fields=[("a", str(number))],
            files=0,
            by=By.system(at),
        )

    keys = [hold(number, start) for number in range(22)]
    assert len(holding.waiting(session, person.id, start)) == 20
    assert holding.by_key(session, keys[1], person.id, start) is None
    assert holding.by_key(session, keys[2], person.id, start).fields == [["a", "2"]]
    assert holding.by_key(session, keys[2], person.id + 1, start) is None
    later = start + timedelta(days=7, minutes=1)
    assert holding.by_key(session, keys[2], person.id, later) is None
    assert holding.waiting(session, person.id, later) == ()
    hold(99, later)
    assert session.scalar(select(func.count()).select_from(HeldPost)) == 1
    assert all(key not in row.key for key in keys for row in session.scalars(select(HeldPost)))


def test_the_words_of_a_held_page_stay_out_of_the_log(typed, session):
    session.rollback()
    [entry] = session.scalars(select(LogEntry).where(LogEntry.action == "post.hold"))
    assert entry.person_id is None
    assert set(entry.detail) == {"dossier"}
