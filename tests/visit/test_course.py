"""The last steps of a dossier with what is in their way, and everything that happened with it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from surveys import answers, correcting, course, judging, offering, signing
from surveys.acting import By
from surveys.answers import Content
from surveys.course import KINDS
from surveys.errors import NotAllowed, NotNow, TransitionRefused
from surveys.interviews import cancel, plan
from surveys.judging import About, Draft
from surveys.models import Dossier, Reminder, TermChange
from tests import filled, offered
from tests.factories import World
from tests.judge.conftest import write
from tests.support.client import Client
from tests.support.counting import selected
from tests.support.story import story, tells
from tests.visit.test_interviews import DETAILS
from tests.visited import Visited

PATH = "/bezoek/proefmeting/VR01/verloop"
QUERIES = 21
"""What the page takes at most, logging in and furniture included, for however much happened."""
READS = 12
"""What the verb takes: one for each kind of record."""


def ready(visited: Visited) -> Dossier:
    visited.report_verified()
    correcting.note_unanswered(
        visited.session, visited.dossier, "1.1-02", "Niemand weet het.", by=visited.one
    )
    return visited.dossier


def test_verifying_waits_for_the_report_and_for_what_is_unknown(session: Session, visited: Visited) -> None:
    assert len(course.in_the_way(session, visited.dossier)) == 2
    with pytest.raises(NotNow, match=r"verslag in concept.*Vraag 1\.1-02"):
        course.verify(session, visited.dossier, visited.one)
    visited.report_verified()
    (left,) = course.in_the_way(session, visited.dossier)
    assert "1.1-02" in left
    visited.correct("1.1-02", Content(3))
    course.verify(session, visited.dossier, visited.one)
    assert visited.dossier.state == "geverifieerd"


def test_a_reason_for_what_stays_unknown_is_enough(session: Session, visited: Visited) -> None:
    course.verify(session, ready(visited), visited.one)
    assert visited.dossier.state == "geverifieerd"


def test_a_conversation_that_is_still_planned_is_in_the_way_until_it_is_taken_back(
    session: Session, visited: Visited
) -> None:
    dossier = ready(visited)
    again = plan(session, visited.world.measurement, dossier, DETAILS, by=visited.one)
    assert "gepland" in course.in_the_way(session, dossier)[0]
    cancel(session, again, "Niet nodig.", by=visited.one)
    assert course.in_the_way(session, dossier) == ()


def test_only_inspectors_verify_and_only_what_was_visited(session: Session, visited: Visited) -> None:
    dossier = ready(visited)
    with pytest.raises(NotAllowed):
        course.verify(session, dossier, By.through(visited.world.assignments["ovr.vr01"]))
    with pytest.raises(TransitionRefused):
        course.verify(session, visited.world.dossiers["VR02"], visited.one)
    with pytest.raises(TransitionRefused):
        course.close(session, dossier, visited.one)


def test_a_dossier_is_not_closed_while_a_hearing_runs(session: Session, world: World) -> None:
    made = offered.make(session, world)
    offer = made.hearing()
    judging.finish(session, made.dossier, by=made.by("inspecteur"))
    with pytest.raises(NotNow, match="wederhoor loopt nog"):
        course.close(session, made.dossier, made.by("inspecteur"))
    offer.closed_at, offer.closed_as = made.at, "geen_reactie"
    offer.closed_by_id = made.by("inspecteur").person_id
    course.close(session, made.dossier, made.by("inspecteur"))
    assert made.dossier.state == "afgesloten"
    kinds = {each.kind for each in course.course(session, made.dossier)}
    assert kinds >= {"wederhoor", "oordeel", "stand", "inlevering"}


def test_the_course_tells_everything_newest_first(session: Session, world: World) -> None:
    made = offered.make(session, world)
    inspector = made.by("inspecteur")
    who = {"person_id": inspector.person_id, "assignment_id": inspector.assignment_id, "at": inspector.at}
    to = made.by("ovr.vr01").person_id
    session.add_all(
        [
            Reminder(dossier_id=made.dossier.id, to_id=to, text="Denkt u eraan?", channel="kopie", **who),
            TermChange(dossier_id=made.dossier.id, new=date(2013, 6, 1), reason="Vakantie.", **who),
        ]
    )
    offer = made.verification()
    reaction = made.says(offer, 1, "ovr.vr01", "Hij is er vier dagen.")
    later = made.by("inspecteur", 5)
    offering.settle(session, reaction, "overgenomen", seen_version=made.version(reaction), by=later)
    correcting.correct(
        session, made.dossier, "1.1-02", Content(4), "Zie de reactie.", by=later, seen_version=1
    )
    found = course.course(session, made.dossier)
    assert [each.at for each in found] == sorted((each.at for each in found), reverse=True)
    told = [each.what for each in found]
    assert told[0] == "Voorstel bij de tekst over factor 1.1 overgenomen"
    for words in (
        "Antwoord op vraag 1.1-02 aangepast: was 3 dagen per week, werd 4 dagen per week",
        "Reactie op de tekst over factor 1.1: een wijziging voorgesteld",
        "Herinnering gekopieerd voor Ovr Regio 1",
        "Inleveren kan tot en met 01-06-2013",
        "Bezoek gehouden",
        "Bezoek gepland",
        "Bezocht",
        "Inlevering 1 bewaard zoals zij was",
        "Ingeleverd",
        "Begonnen met invullen",
        "Uitgezet",
    ):
        assert words in told
    assert told.count("Akkoord gegeven") == 2
    correction = next(each for each in found if each.kind == "antwoord")
    assert (correction.text, correction.who, correction.role) == (
        "Zie de reactie.",
        "Inspecteur",
        "Inspecteur",
    )
    assert set(KINDS) - {each.kind for each in found} == {"oordeel", "wederhoor"}
    tells(
        story(session),
        ("ovr.vr01", "answer.save", "answer VR01 1.1-01"),
        ("ovr.vr01", "signature.give", "signature VR01 ovr"),
        ("ovr.vr01", "dossier.submit", "dossier VR01"),
        ("inspecteur", "interview.plan", "interview VR01"),
        ("inspecteur", "passage.add", "passage VR01 1.1"),
        ("ovr.vr01", "offer.react", "reaction VR01 verificatie 1.1"),
        ("inspecteur", "offer.settle", "settlement VR01 verificatie 1.1"),
        ("inspecteur", "answer.correct", "answer VR01 1.1-02"),
    )


def test_an_agreement_that_ended_says_by_which_answer(session: Session, world: World) -> None:
    dossier = world.dossiers["VR02"]
    filled.fill(session, dossier, filled.STRONG)
    ovr, contact = (By.through(each, filled.AT) for each in filled.signers(session, dossier))
    signing.sign(session, dossier, by=ovr)
    later = replace(contact, at=filled.AT + timedelta(minutes=1))
    answers.save(session, dossier, "1.1-02", Content(4), by=later, seen_version=1)
    ended = course.course(session, dossier)[0]
    assert ended.what == (
        "Akkoord van Ovr Regio 2 (Officier Veiligheidsregio) vervallen,"
        " want het antwoord op vraag 1.1-02 is gewijzigd"
    )
    assert ended.who == "Contactpersoon Regio 2"


def test_an_inspector_verifies_on_the_page(
    client: Client, session: Session, visited: Visited, login: Callable[[str], None]
) -> None:
    login("inspecteur")
    client.get(PATH)
    assert client.page.has("Dit moet nog gebeuren")
    assert "Dossier geverifieerd" not in client.page.html
    client.post(f"{PATH}/verifieren", status=409)
    assert client.page.has("nog niet geverifieerd (stand: verslag in concept)")
    client.post(f"{PATH}/afsluiten", status=409)
    ready(visited)
    session.commit()
    client.get(PATH)
    client.submit(button="Dossier geverifieerd")
    assert client.page.has("Het dossier staat nu op ‘Geverifieerd’")
    session.refresh(visited.dossier)
    assert visited.dossier.state == "geverifieerd"


def test_the_page_and_the_file_show_one_kind_as_asked(
    client: Client, session: Session, visited: Visited, login: Callable[[str], None]
) -> None:
    visited.correct("1.1-02", Content(3))
    session.commit()
    login("inspecteur")
    client.get(f"{PATH}?soort=antwoord")
    assert len(client.page.all("tbody tr")) == 1
    client.get(f"{PATH}?soort=bezoek&volgorde=oud")
    assert [row.startswith("Bezoek gepland") for row in client.page.texts("tbody th")] == [True, False]
    file = client.ask("GET", f"{PATH}/bestand?vorm=csv&soort=antwoord").html
    rows = [row for row in csv.reader(io.StringIO(file.lstrip("\ufeff")), delimiter=";") if len(row) > 4]
    assert [row[3] for row in rows[1:]] == ["Antwoorden na het gesprek"]


def test_the_queries_do_not_grow_with_what_happened(
    client: Client, app: Flask, session: Session, visited: Visited, login: Callable[[str], None]
) -> None:
    login("inspecteur")
    with selected(app) as few:
        client.get(PATH)
    for number in range(4):
        visited.correct("1.1-02", Content(number), minutes=number)
    again = plan(session, visited.world.measurement, visited.dossier, DETAILS, by=visited.two)
    cancel(session, again, "Storm.", by=visited.two)
    write(session, About.of(visited.dossier, "1.1"), visited.two, Draft("voldoet", "Gezien."))
    session.commit()
    with selected(app) as many:
        client.get(PATH)
    assert len(course.READERS) == READS
    assert len(many) == len(few) <= QUERIES, "\n".join(many)


def test_respondents_see_nothing_of_it(
    client: Client, visited: Visited, login: Callable[[str], None]
) -> None:
    login("ovr.vr01")
    client.get(PATH, status=403)
    client.get(f"{PATH}/bestand", status=403)
    for step in ("verifieren", "afsluiten"):
        client.post(f"{PATH}/{step}", status=403)
