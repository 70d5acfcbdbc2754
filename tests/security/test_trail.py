"""What is refused and what leaves as a file is in the log: by whom and where, and no word of what it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import trail
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
