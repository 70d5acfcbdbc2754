"""What is refused and what leaves as a file is in the log: by whom and where, and no word of what it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from flask import Flask, abort
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import mail, trail
from app.auth import OPEN, requires
from surveys import people
from surveys.acting import now
from surveys.models import LogEntry
from tests.factories import World
from tests.support.client import Client

OTHERS = "/dossier/proefmeting/VR02/"
FILE = "/dossier/proefmeting/VR01/excel?vorm=csv"


def lines(session: Session, *actions: str) -> Sequence[LogEntry]:
    session.rollback()
    asked = select(LogEntry).where(LogEntry.action.in_(actions)).order_by(LogEntry.id)
    found = session.scalars(asked).all()
    for each in found:
        session.expunge(each)
    session.rollback()  # nothing of ours is in the way of the next request
    return found


def test_access_that_is_refused_is_in_the_log_with_the_dossier_that_it_was_about(
    client: Client, login: Callable[[str], None], world: World, session: Session
) -> None:
    login("ovr.vr01")
    client.get(OTHERS, status=403)
    [line] = lines(session, trail.DENIED)
    me = world.assignments["ovr.vr01"].person_id
    assert (line.person_id, line.subject, line.subject_id) == (me, "dossier", world.dossiers["VR02"].id)
    assert line.remote == "127.0.0.1"
    assert line.detail == {
        "view": "fill_in.overview",
        "method": "GET",
        "meting": "proefmeting",
        "eenheid": "VR02",
    }


def test_the_same_person_is_told_of_once_a_minute_and_another_apart(
    app: Flask, client: Client, login: Callable[[str], None], world: World, session: Session
) -> None:
    login("ovr.vr01")
    for _ in range(3):
        client.get(OTHERS, status=403)
        client.get("/beheer/mensen", status=403)
    assert len(lines(session, trail.DENIED)) == 1
    other = Client(app)
    other.admit("ovr.vr02@voorbeeld.nl", "vier gele fietsen")
    other.get("/beheer/mensen", status=403)
    assert len(lines(session, trail.DENIED)) == 2


def test_a_minute_later_it_is_told_again(
    client: Client,
    login: Callable[[str], None],
    world: World,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    login("ovr.vr01")
    client.get(OTHERS, status=403)
    monkeypatch.setattr(trail, "ONCE_IN", trail.ONCE_IN * 0)
    client.get(OTHERS, status=403)
    assert len(lines(session, trail.DENIED)) == 2


def test_a_form_without_the_token_of_its_session_is_in_the_log(
    client: Client, world: World, session: Session
) -> None:
    for _ in range(3):
        client.post("/inloggen", {"email": "a@voorbeeld.nl"}, token=False, status=400)
    [line] = lines(session, trail.FORGED)
    assert (line.person_id, line.subject) == (None, "view")
    assert line.detail == {"view": "security.login", "method": "POST"}


def test_a_key_in_an_address_and_what_is_no_code_stay_out(
    client: Client, world: World, session: Session
) -> None:
    client.post("/wachtwoord/geheim", {}, token=False, status=400)
    [line] = lines(session, trail.FORGED)
    assert line.detail == {"view": "security.reset_password", "method": "POST"}


def test_words_in_an_address_stay_out(
    client: Client, login: Callable[[str], None], world: World, session: Session
) -> None:
    login("ovr.vr01")
    client.get("/metingen/Jan Jansen/", status=403)
    [line] = lines(session, trail.DENIED)
    assert "Jan" not in str(line.detail)


def test_a_file_that_goes_out_is_in_the_log(
    client: Client, login: Callable[[str], None], world: World, session: Session
) -> None:
    login("ovr.vr01")
    for _ in range(2):
        assert client.get(FILE).status == 200
    found = lines(session, trail.FILE)
    assert [(line.subject, line.subject_id) for line in found] == [("dossier", world.dossiers["VR01"].id)] * 2
    assert found[0].assignment_id == world.assignments["ovr.vr01"].id
    assert found[0].detail["vorm"] == "csv"


@pytest.mark.parametrize("path", [FILE, "/dossier/proefmeting/VR01/zonder-meetlat/werkboek"])
def test_who_had_very_many_files_waits_before_the_next_one(
    app: Flask,
    client: Client,
    login: Callable[[str], None],
    world: World,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
) -> None:
    app.config["RATELIMIT_ENABLED"] = True  # the limiter itself was told before that it is off
    monkeypatch.setattr(trail, "MOST_FILES", 2)
    login("ovr.vr01")
    for _ in range(2):
        assert client.get(path).status == 200
    page = client.get(path, status=429)
    assert page.has("Wacht een paar minuten en probeer het dan opnieuw.")
    assert "Content-Disposition" not in page.headers
    assert len(lines(session, trail.FILE)) == 2
    monkeypatch.setattr(trail, "FILES_IN", trail.FILES_IN * 0)
    assert client.get(path).status == 200


def test_without_its_line_no_file_goes_out(
    client: Client,
    login: Callable[[str], None],
    world: World,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    login("ovr.vr01")

    def full(*_: object) -> None:
        raise SQLAlchemyError("disk full")

    monkeypatch.setattr(trail, "_write", full)
    assert client.get(FILE, status=500).h1 == "Er ging iets mis bij ons"
    assert client.get(OTHERS, status=403).status == 403, "and what is refused stays refused"
    assert not lines(session, trail.FILE, trail.DENIED)


def test_a_page_leaves_no_line_of_its_own(
    client: Client, login: Callable[[str], None], world: World, session: Session
) -> None:
    login("ovr.vr01")
    before = session.scalars(select(LogEntry.id)).all()
    client.get("/dossier/proefmeting/VR01/")
    session.rollback()
    assert session.scalars(select(LogEntry.id)).all() == before


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/dossier/proefmeting/VR01/documenten/999999/bestand", {"document": 999999}),
        ("/dossier/proefmeting/VR01/factor/9.9", {"factor": "9.9"}),
        ("/dossier/proefmeting/VR99/", {"eenheid": "VR99"}),
    ],
)
def test_what_is_not_there_within_the_own_address_leaves_a_line(
    client: Client,
    login: Callable[[str], None],
    world: World,
    session: Session,
    path: str,
    told: dict[str, object],
) -> None:
    login("ovr.vr01")
    for _ in range(2):
        client.get(path, status=404)
    [line] = lines(session, trail.MISSING)
    assert line.person_id == world.assignments["ovr.vr01"].person_id
    assert line.detail.items() >= told.items()


def test_an_address_that_no_page_has_leaves_none(
    client: Client, login: Callable[[str], None], world: World, session: Session
) -> None:
    client.get("/dossier/proefmeting/VR01/factor/9.9")
    login("ovr.vr01")
    client.get("/bestaat/niet", status=404)
    client.get("/static/build/niets.js", status=404)
    assert not lines(session, trail.MISSING)


def test_trying_a_locked_address_leaves_a_line_a_minute(
    client: Client, world: World, session: Session
) -> None:
    me = world.person("ovr.vr01")
    for email in (me.email, "niemand@voorbeeld.nl"):
        for _ in range(people.FREE_FAILURES):
            people.record_failure(session, email, now())
        for _ in range(3):
            client.post("/inloggen", {"email": email, "password": "nog een poging"})
    told = lines(session, trail.LOCKED)
    assert [(line.subject, line.subject_id, line.person_id) for line in told] == [
        ("person", me.id, None),
        ("person", None, None),
    ]


@pytest.mark.parametrize("typed", ["niet mijn wachtwoord", "nul\x00teken"])
def test_a_wrong_old_password_leaves_a_line(
    client: Client, login: Callable[[str], None], world: World, session: Session, typed: str
) -> None:
    login("ovr.vr01")
    new = "drie blauwe wolken"
    for _ in range(2):
        client.post(
            "/wachtwoord-wijzigen",
            {"password": typed, "new_password": new, "new_password_confirm": new},
        )
    [line] = lines(session, trail.WRONG_PASSWORD)
    me = world.person("ovr.vr01").id
    assert (line.person_id, line.subject_id, line.remote) == (me, me, "127.0.0.1")


def test_asking_for_a_link_leaves_a_line_for_whoever_it_is_asked(
    app: Flask, client: Client, world: World, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_url="smtp://localhost")
    monkeypatch.setattr(mail.Mailer, "attempt", lambda *_: None)
    me = world.person("ovr.vr01")
    for email in (me.email, me.email, "niemand@voorbeeld.nl"):
        client.post("/wachtwoord", {"email": email})
    assert [line.subject_id for line in lines(session, trail.LINK_ASKED)] == [me.id, None]


def test_a_limit_that_was_reached_leaves_a_line(
    app: Flask, client: Client, world: World, session: Session
) -> None:
    app.add_url_rule("/te-vaak", view_func=requires(OPEN)(lambda: abort(429)), endpoint="often")
    for _ in range(2):
        client.get("/te-vaak", status=429)
    [line] = lines(session, trail.LIMITED)
    assert line.detail == {"view": "often", "method": "GET"}
