"""Moments of evaluation: planned by a template, held with its questions, and overdue among the terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from surveys.acting import today
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.follow_up import evaluating, terms
from surveys.follow_up.evaluating import MomentDetails, MomentInfo, Template
from tests.follow_up.conftest import AT, acting

DAY = AT.date()
OWN = Template("kort", "Korte evaluatie", 7, ("Wat ging goed?", "Wat kan beter?"))
MOMENTS = "/opvolging/evaluatiemomenten"


@pytest.fixture
def by(world):
    return acting(world)


@pytest.fixture
def moment(session, make_point, by) -> int:
    """A moment of the template `kort` about a point, on the day of the tests."""
    evaluating.keep_template(session, OWN, by=by, seen_version=None)
    made = evaluating.plan(session, MomentDetails("kort", DAY, make_point().id), by=by)
    session.commit()
    return made.id


def info(session, number) -> MomentInfo:
    found = evaluating.find(session, number)
    assert found is not None
    return found


def test_a_moment_keeps_the_questions_that_it_was_planned_with(session, by, moment) -> None:
    changed = replace(OWN, questions=("Iets anders?",))
    evaluating.keep_template(session, changed, by=by, seen_version=1)
    answers = ["Alles.", " "]
    with pytest.raises(Refused, match="minstens één vraag"):
        evaluating.hold(session, moment, ["", " "], DAY, "De inspectie", by=by, seen_version=1)
    with pytest.raises(Refused, match="toekomst"):
        evaluating.hold(session, moment, answers, date(2100, 1, 1), "Wij", by=by, seen_version=1)
    evaluating.hold(session, moment, answers, DAY, "De inspectie", by=by, seen_version=1)

    found = info(session, moment)
    assert (found.questions, found.answers) == (OWN.questions, ("Alles.", None))
    assert (found.state, found.held_on, found.held_by) == ("gehouden", DAY, "De inspectie")
    with pytest.raises(Refused, match="kan niet meer wijzigen"):
        evaluating.lapse(session, moment, by=by, seen_version=2)


def test_what_comes_with_meetlat_can_be_changed_and_retired(session, by, make_point) -> None:
    known = evaluating.templates(session)
    assert {"fir", "fer"} <= known.keys()
    with pytest.raises(Refused, match="bestaat al"):
        evaluating.keep_template(session, known["fir"], by=by, seen_version=None)
    retired = replace(known["fir"], retired=True)
    evaluating.keep_template(session, retired, by=by, seen_version=0)
    with pytest.raises(ChangedMeanwhile):
        evaluating.keep_template(session, retired, by=by, seen_version=0)
    assert evaluating.templates(session)["fir"].retired
    with pytest.raises(Refused, match="Kies een methode"):
        evaluating.plan(session, MomentDetails("fir", DAY, make_point().id), by=by)
    with pytest.raises(Refused, match="wat er wordt geëvalueerd"):
        evaluating.plan(session, MomentDetails("fer", DAY), by=by)


def test_a_template_that_can_not_be_is_refused(session, by) -> None:
    refused = (
        ({"code": "Met Hoofdletter"}, "kleine letters"),
        ({"code": "nieuw"}, "bestaat al"),
        ({"name": " "}, "naam"),
        ({"days": -1}, "0 tot en met"),
        ({"questions": (" ",)}, "1 tot en met 20 vragen"),
        ({"questions": ("x?",) * 21}, "1 tot en met 20 vragen"),
    )
    for changed, why in refused:
        with pytest.raises(Refused, match=why):
            evaluating.keep_template(session, replace(OWN, **changed), by=by, seen_version=None)


def test_a_moment_that_was_not_held_is_among_the_terms_until_it_is_moved_or_lapses(
    session, world, by, moment
) -> None:
    def waiting(day: date) -> list[tuple[str, str]]:
        return [(each.what, each.group) for each in terms.terms(session, day)]

    later = DAY + timedelta(days=1)
    assert waiting(later) == [("Evaluatiemoment: Korte evaluatie", "voorbij")]
    assert info(session, moment).overdue(later)
    evaluating.move(session, moment, DAY + timedelta(days=400), by=by, seen_version=1)
    assert waiting(later) == [("Evaluatiemoment: Korte evaluatie", "later")]
    evaluating.lapse(session, moment, by=by, seen_version=2)
    assert waiting(later) == []
    with pytest.raises(NotAllowed):
        evaluating.plan(session, MomentDetails("fer", DAY, about="x"), by=acting(world, "ovr.vr01"))


def test_pages_plan_from_a_point_hold_and_change_a_method(client, login, session, make_point, by) -> None:
    point = make_point("Oefen samen")
    login("inspecteur")
    client.get(f"/opvolging/punten/{point.id}")
    client.click("Evaluatiemoment plannen")
    assert client.submit({"planned_on": "2014-02-01"}, status=422).has("Kies een methode.")
    assert client.submit({"template": "fir"}).h1 == "Oefen samen"
    assert client.get("/opvolging/termijnen").has("Evaluatiemoment: First Impressions Report (FIR)")
    client.get(MOMENTS)
    client.click("Oefen samen")
    assert client.page.has("De dag is voorbij")
    client.click("Evaluatie vastleggen")
    page = client.submit({"answer_1": "De briefing."}, status=422)
    assert page.one("#answer_1").text_content.strip() == "De briefing."
    client.submit({"held_by": "Inspectie"})
    assert client.page.has("De briefing.")
    assert client.page.has("Niet beantwoord")

    client.get("/opvolging/evaluatiemethoden/nieuw")
    client.submit({"code": "kort", "name": "Kort", "days": "7", "questions": "Wat ging goed?\nWat niet?"})
    client.click("Kort")
    [kept] = [each for each in evaluating.templates(session).values() if each.code == "kort"]
    evaluating.keep_template(session, replace(kept, days=8), by=by, seen_version=1)
    session.commit()
    page = client.submit({"name": "Korter"}, status=409)
    assert page.has("8 dagen")
    assert client.submit().has("Korter")
    client.get(f"{MOMENTS}/nieuw?methode=kort")
    assert client.page.one("#planned_on")["value"] == str(today() + timedelta(days=7))
    client.submit({"about": "Een oefening"})
    client.click("Een oefening")
    client.click("Verzetten")
    client.submit({"planned_on": "2030-01-01"})
    assert client.page.has("1 januari 2030")
    client.click("Laten vervallen")
    assert client.submit().has("Vervallen")
    client.get(f"{MOMENTS}/999", status=404)
    client.get("/opvolging/evaluatiemethoden/niets", status=404)
