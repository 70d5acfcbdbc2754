"""Terms of points in order of day, and reminding the units that they are for."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import mail
from surveys.acting import By, today
from surveys.errors import NotAllowed, Refused
from surveys.follow_up import deciding, planning, standing, terms
from surveys.follow_up.deciding import Asked
from surveys.follow_up.terms import Counts, Term
from surveys.models import LogEntry, PointReminder
from tests.factories import World
from tests.follow_up.conftest import AT, Login, MakePoint, acting
from tests.support import cli
from tests.support.cli import Ran
from tests.support.client import Client

DAY = AT.date()
PATH = "/opvolging/termijnen"
SIGNERS = ["ovr.vr01@voorbeeld.nl", "contactpersoon.vr01@voorbeeld.nl"]
Run = Callable[..., Ran]
Letters = list[tuple[str, str, str]]


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> Letters:
    """What would be sent by mail."""
    sent: Letters = []
    monkeypatch.setattr(mail, "send", lambda _, *letter: sent.append(letter))
    return sent


@pytest.fixture
def by_mail(app: Flask) -> None:
    """Mail is set."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_url="smtp://localhost")


@pytest.fixture
def run(
    database_url: str,
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """The command line on the database of the test, with mail."""
    monkeypatch.setenv("MEETLAT_DATABASE_URL", database_url)
    monkeypatch.setenv("MEETLAT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MEETLAT_SECRET_KEY", "a key that only these tests use, and no other")
    monkeypatch.setenv("MEETLAT_SMTP_URL", "smtp://localhost")
    monkeypatch.setenv("MEETLAT_PUBLIC_URL", "https://meetlat.voorbeeld.nl")

    def run(*args: object) -> Ran:
        session.rollback()  # what the test looked at must not hold the database
        return cli.run(capsys, "followup", "remind", *args)

    return run


def kept(session: Session) -> list[PointReminder]:
    session.rollback()
    return list(session.scalars(select(PointReminder).order_by(PointReminder.id)))


def test_terms_of_points_decisions_and_late_phases_are_in_order_of_day(
    session: Session, world: World, make_point: MakePoint
) -> None:
    by = acting(world)
    words = make_point("Beleidskader", due_words="niet eerder dan in 2027")
    late = make_point("Te laat", due_on=DAY - timedelta(1))
    soon = make_point("Bijna", due_on=DAY + timedelta(7), remind_days=7)
    later = make_point("Later", due_on=DAY + timedelta(8), remind_days=7)
    deciding.ask(session, late.id, Asked("anders", "Wat?", "CDS", DAY), by=by)
    days = {"prepared_on": DAY - timedelta(9), "begun_on": DAY + timedelta(5), "done_on": None}
    planning.plan(session, words.id, days, reason=None, note=None, by=by, seen=0)
    done = make_point("Klaar", due_on=DAY - timedelta(1))
    standing.say(session, done.id, "eigen", "afgerond", None, "CLAS", DAY, by=by)
    closed = make_point("Dicht", due_on=DAY - timedelta(1))
    taken = deciding.Taken("Weg.", "CDS", DAY)
    deciding.close(session, closed.id, "geschrapt", DAY, decision=taken, by=by, seen_version=1)
    found = terms.terms(session, DAY)

    def told(term: Term) -> tuple[str, str, str]:
        return term.point.title, term.group, term.distance

    assert [told(each) for each in found] == [
        (words.title, "voorbij", "9 dagen voorbij"),
        (late.title, "voorbij", "gisteren"),
        (late.title, "binnenkort", "vandaag"),
        (soon.title, "binnenkort", "over 7 dagen"),
        (later.title, "later", "over 8 dagen"),
        (words.title, "woorden", ""),
    ]
    assert found[0].what == "Gepland: voorbereid"
    assert found[2].who == "CDS"
    assert terms.counts(session, DAY) == Counts(soon=2, passed=2)


def test_a_reminder_by_hand_mails_a_link_to_who_reports_and_nothing_of_the_point(
    client: Client,
    login: Login,
    session: Session,
    world: World,
    make_point: MakePoint,
    letters: Letters,
    by_mail: None,
) -> None:
    unit = world.units["VR01"]
    point = make_point("Geheim punt", unit_id=unit.id, due_on=today() + timedelta(3), owner="J. Jansen")
    login("inspecteur")
    client.get(PATH)
    client.click("Herinnering sturen over Geheim punt")
    page = client.submit(button="Herinnering sturen")
    assert page.url == PATH
    assert page.has("De herinnering is verstuurd naar 2 personen.")
    assert page.has("1 keer herinnerd")
    assert [to for to, _, _ in letters] == SIGNERS
    for _, subject, body in letters:
        assert f"/opvolging/eenheid/VR01/{point.id}" in body
        assert "Geheim" not in subject + body
        assert "Jansen" not in subject + body
    [row] = kept(session)
    assert (row.point_id, row.told, row.due_on, row.person_id) == (
        point.id,
        2,
        point.due_on,
        world.person("inspecteur").id,
    )
    last = session.scalars(select(LogEntry).order_by(LogEntry.id.desc()).limit(1)).one()
    assert (last.action, last.detail) == ("point.remind", {"reminder": row.id, "told": 2})


def test_without_mail_or_when_it_fails_it_gives_the_link_to_pass_on(
    client: Client,
    login: Login,
    session: Session,
    world: World,
    make_point: MakePoint,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    point = make_point(unit_id=world.units["VR01"].id, due_on=today())
    place = f"/opvolging/punten/{point.id}/herinneren"
    login("inspecteur")
    page = client.get(place)
    assert page.has("Meetlat kan hier geen e-mail versturen.")
    assert page.has(f"/opvolging/eenheid/VR01/{point.id}")
    client.post(place, status=422)
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_url="smtp://localhost")

    def refuse(*_: object) -> None:
        raise smtplib.SMTPServerDisconnected("no")

    monkeypatch.setattr(mail, "send", refuse)
    client.get(place)
    page = client.submit(button="Herinnering sturen", status=422)
    assert page.has("De mailserver werkt niet mee: 0 van de 2 e-mails zijn verstuurd.")
    assert kept(session) == []
    other = make_point("Voor Defensie", due_on=today())
    assert client.get(f"/opvolging/punten/{other.id}/herinneren").has("niet voor een eenheid in Meetlat")


def test_only_who_may_keeps_a_reminder_and_only_of_a_day(
    session: Session, world: World, make_point: MakePoint
) -> None:
    point, dateless = make_point(due_on=DAY), make_point()
    with pytest.raises(NotAllowed):
        terms.remind(session, point.id, 1, by=acting(world, "ovr.vr01"))
    with pytest.raises(Refused, match="geen termijn met een datum"):
        terms.remind(session, dateless.id, 1, by=acting(world))
    with pytest.raises(Refused, match="niemand"):
        terms.remind(session, point.id, 0, by=By.system())


def test_the_command_reminds_once_before_and_once_after_and_never_twice(
    run: Run, session: Session, world: World, make_point: MakePoint, letters: Letters
) -> None:
    unit, due_on = world.units["VR01"].id, date(2014, 10, 1)
    point = make_point(unit_id=unit, due_on=due_on, remind_days=14)
    make_point("Zonder eenheid", due_on=due_on)
    make_point("In woorden", unit_id=unit, due_words="niet eerder dan in 2027")

    def on(day: str) -> tuple[int, str]:
        ran = run("--dag", day)
        assert (ran.code, ran.err) == (0, "")
        return len(letters), ran.out.splitlines()[-1]

    assert on("2014-09-16") == (0, "0 van de 0 herinneringen verstuurd.")
    assert on("2014-09-17") == (2, "1 van de 1 herinneringen verstuurd.")
    assert letters[0][0] == SIGNERS[0]
    assert f"https://meetlat.voorbeeld.nl/opvolging/eenheid/VR01/{point.id}" in letters[0][2]
    assert on("2014-09-18") == (2, "0 van de 0 herinneringen verstuurd.")
    assert on("2014-10-01") == (2, "0 van de 0 herinneringen verstuurd.")
    assert on("2014-10-02") == (4, "1 van de 1 herinneringen verstuurd.")
    assert on("2014-10-03") == (4, "0 van de 0 herinneringen verstuurd.")
    assert [(row.due_on, row.told, row.person_id) for row in kept(session)] == [(due_on, 2, None)] * 2


def test_the_command_without_mail_gives_the_links_and_keeps_nothing(
    run: Run, session: Session, world: World, make_point: MakePoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = make_point(unit_id=world.units["VR01"].id, due_on=date(2014, 10, 1))
    monkeypatch.delenv("MEETLAT_SMTP_URL")
    ran = run("--dag", "2014-10-01")
    assert ran.code == 2
    assert "e-mail is niet ingesteld" in ran.err
    assert f"https://meetlat.voorbeeld.nl/opvolging/eenheid/VR01/{point.id}" in ran.out
    assert kept(session) == []
