"""The page of the log: searching it, paging, the same as a file, and what was verified."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import answers, log, reading_log, sealing
from surveys.acting import By
from surveys.answers import Content
from surveys.models import LogEntry
from surveys.reading_log import Search
from surveys.sealing import Broken
from tests.factories import World
from tests.support.client import Client
from tests.support.counting import selected

PAGE = "/beheer/logboek"
AT = datetime(2013, 3, 5, 9, 30, tzinfo=UTC)


@pytest.fixture
def beheerder(world: World, login: Callable[[str], None]) -> By:
    """The beheerder, logged in."""
    login("beheerder")
    return By.through(world.assignments["beheerder"], AT)


@pytest.fixture
def answered(session: Session, world: World) -> LogEntry:
    """The line of an answer of VR01 in the trial measurement."""
    by = By.through(world.assignments["ovr.vr01"], AT, remote="192.0.2.7")
    answers.save(session, world.dossiers["VR01"], "1.1-01", Content("ja"), by=by, seen_version=0)
    session.commit()
    return session.scalars(select(LogEntry).where(LogEntry.action == "answer.save")).one()


def found(session: Session, **asked: object) -> list[tuple[str, int | None]]:
    """The subjects of the lines that a search finds."""
    search = Search(**asked)  # type: ignore[arg-type]
    return [(row.subject, row.subject_id) for row in reading_log.find(session, search).rows]


def test_a_line_tells_who_did_what_about_what(client: Client, answered: LogEntry, beheerder: By) -> None:
    number = answered.id
    page = client.get(f"{PAGE}?actie=answer")
    [row] = page.all("main tbody tr")
    text = row.text_content
    for part in ("05-03-2013 10:30 uur", "Antwoord: opgeslagen", "Ovr Regio 1", "192.0.2.7", "vraag: 1.1-01"):
        assert part in text
    assert f"regel {number}" in text


def test_it_is_narrowed_by_person_action_subject_and_period(
    session: Session, world: World, answered: LogEntry
) -> None:
    line = ("answer", answered.subject_id)
    assert found(session, person="regio 1 OVR", subject="answer") == [line]
    assert found(session, person="ovr.vr01@", subject="answer") == [line]
    assert found(session, person="niemand") == found(session, person="100%") == []
    assert found(session, action="answer") == found(session, subject="answer") == [line]
    assert found(session, action="answ") == []
    day = AT.date()
    assert found(session, first=day, last=day, subject="answer") == [line]
    assert line not in found(session, last=day - timedelta(days=1))
    assert found(session, first=day + timedelta(days=1), subject="answer") == []


def test_a_day_is_that_of_the_netherlands(session: Session) -> None:
    late = datetime(2013, 3, 5, 23, 30, tzinfo=UTC)  # the 6th, half past midnight
    log.write(session, "x", By.system(late), "dossier", 7)
    session.flush()
    next_day = late.date() + timedelta(days=1)
    assert found(session, last=late.date(), subject="dossier") == []
    assert found(session, first=next_day, last=next_day) == [("dossier", 7)]


def test_it_is_narrowed_by_unit_and_measurement_with_all_that_belongs_to_them(
    session: Session, world: World, answered: LogEntry
) -> None:
    one, two = world.units["VR01"].id, world.units["VR02"].id
    measurement = world.measurement.id
    line = ("answer", answered.subject_id)
    assert line in found(session, unit_id=one)
    assert ("unit", one) in found(session, unit_id=one)
    assert line not in found(session, unit_id=two)
    assert line in found(session, measurement_id=measurement)
    assert ("measurement", measurement) in found(session, measurement_id=measurement)
    assert found(session, measurement_id=measurement + 1) == []
    both = found(session, unit_id=one, measurement_id=measurement)
    assert line in both
    assert ("dossier", world.dossiers["VR02"].id) not in both
    assert not {("unit", one), ("measurement", measurement)} & set(both)


def test_the_newest_come_first_and_older_ones_on_further_pages(
    client: Client, session: Session, beheerder: By
) -> None:
    for number in range(reading_log.PAGE * 2):
        log.write(session, "measurement.x", By.system(AT), "measurement", number)
    first = client.get(f"{PAGE}?actie=measurement&onderwerp=measurement")
    seen = [row.text_content for row in first.all("main tbody th")]
    assert len(seen) == reading_log.PAGE
    while client.page.has("Oudere regels"):
        page = client.click("Oudere regels")
        seen += [row.text_content for row in page.all("main tbody th")]
        assert page.has("Naar de nieuwste regels")
    numbers = [int(text.rpartition(" ")[2]) for text in seen]
    assert numbers == sorted(set(numbers), reverse=True)
    assert len(numbers) >= reading_log.PAGE * 2


def test_more_lines_take_no_more_questions(
    app: Flask, client: Client, session: Session, world: World, beheerder: By
) -> None:
    by = By.through(world.assignments["inspecteur"], AT)
    about = (("unit", world.units["VR01"].id), ("dossier", world.dossiers["VR02"].id))
    client.get(PAGE)
    with selected(app) as few:
        client.get(PAGE)
    for subject, number in about * 10:
        log.write(session, "x.y", by, subject, number)
    with selected(app) as many:
        page = client.get(PAGE)
    assert page.has("(VR02, ")
    assert len(many) == len(few), "\n".join(many)


def test_what_cannot_be_searched_for_is_said_at_its_field(client: Client, beheerder: By) -> None:
    page = client.get(f"{PAGE}?van=gisteren", status=422)
    assert page.has("Vul een datum in zoals 21-11-2026.")
    page = client.get(f"{PAGE}?van=2026-01-02&tot=2026-01-01", status=422)
    assert page.has("De periode eindigt voor zij begint.")
    client.get(f"{PAGE}/bestand?van=gisteren", status=422)
    client.get(f"{PAGE}?actie=bestaat-niet", status=422)
    client.get(f"{PAGE}?voor=99999999999999999999999")
    client.get(f"{PAGE}?voor=x&meting=&eenheid=")


def test_the_file_has_the_lines_of_the_search(client: Client, answered: LogEntry, beheerder: By) -> None:
    line = f"{answered.id};2013-03-05 10:30;answer.save;{answered.person_id};Ovr Regio 1;"
    page = client.get(f"{PAGE}/bestand?vorm=csv&actie=answer")
    head, *rows = page.data.decode("utf-8-sig").splitlines()
    assert head.startswith("Regel;Moment;Actie;Persoon;Naam")
    assert len(rows) == 1
    assert rows[0].startswith(line)


def test_a_file_has_so_many_lines_and_no_more(session: Session) -> None:
    for number in range(7):
        log.write(session, "x", By.system(AT), "x", number)
    session.flush()
    rows = list(reading_log.every(session, Search(subject="x"), most=5, at_once=2))
    assert len(rows) == 5
    assert [row.id for row in rows] == sorted((row.id for row in rows), reverse=True)


def test_the_page_tells_what_the_last_verification_found(
    client: Client, session: Session, beheerder: By
) -> None:
    assert client.get(PAGE).has("Het logboek is nog niet gecontroleerd")
    sealing.seal(session, AT)
    sealing.record(session, sealing.verify(session), By.system(AT))
    assert client.get(PAGE).has("alles klopte tot en met het zegel van 5 maart 2013, 10:30 uur")
    broken = sealing.Verdict(0, 0, None, Broken("changed", 1, 3), 0, None)
    sealing.record(session, broken, By.system(AT))
    assert client.get(PAGE).has("klopte het logboek niet")


@pytest.mark.parametrize("who", ["ovr.vr01", "inspecteur"])
def test_nobody_else_may_see_it(client: Client, world: World, login: Callable[[str], None], who: str) -> None:
    login(who)
    client.get(PAGE, status=403)
    client.get(f"{PAGE}/bestand", status=403)
