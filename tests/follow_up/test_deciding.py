"""Decisions about a point, its evaluation, closing it and opening it again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.acting import today
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.follow_up import deciding, points, registering, whole
from surveys.follow_up.deciding import Asked, DecisionInfo, Taken
from surveys.follow_up.points import Evaluation, PointInfo
from surveys.models import LogEntry, Point
from tests.factories import World
from tests.follow_up.conftest import AT, Login, MakePoint, acting
from tests.support.client import Client

DAY = AT.date()
ASKED = Asked("bijsturen", "Moet er meer geoefend worden?", "het Veiligheidscomité", DAY)
EVALUATION = Evaluation("ja", "deels", "Uit het gesprek blijkt het.", "de Auditdienst", DAY)
TAKEN = Taken("Het kan dicht.", "de commandant", DAY)


def sent(point: Point, page: str) -> str:
    return f"/opvolging/punten/{point.id}/{page}"


def decisions(session: Session, point: Point) -> tuple[DecisionInfo, ...]:
    session.rollback()
    return deciding.of_points(session, [point.id])[point.id]


def found(session: Session, number: int) -> PointInfo:
    session.rollback()
    info = points.find(session, number)
    assert info is not None
    return info


def logged(session: Session, point: Point) -> list[str]:
    rows = select(LogEntry.action).where(LogEntry.subject == "point", LogEntry.subject_id == point.id)
    return list(session.scalars(rows.order_by(LogEntry.id)))


def test_a_decision_is_asked_taken_and_removed(
    client: Client, login: Login, session: Session, make_point: MakePoint
) -> None:
    point = make_point(owner="de commandant")
    login("inspecteur")
    client.get(sent(point, "besluiten/nieuw"))
    client.submit({"kind": "", "question": " ", "decider": ""}, button="Besluit vragen", status=422)
    for words in ("Kies wat voor besluit dit is.", "Vul in wat er besloten moet worden."):
        assert client.page.has(words)
    page = client.submit(
        {"kind": "bijsturen", "question": "Moet het anders?", "decider": "CDS", "due_on": "21-11-2014"},
        button="Besluit vragen",
    )
    assert page.url.startswith(f"/opvolging/punten/{point.id}")
    assert page.has("Het besluit is gevraagd.")
    [each] = decisions(session, point)
    assert (each.open, each.label, each.due_on) == (True, "Bijsturen", date(2014, 11, 21))
    client.get(sent(point, f"besluiten/{each.id}"))
    ahead = (today() + timedelta(days=1)).isoformat()
    client.submit({"outcome": "Ja.", "taken_on": ahead}, button="Besluit vastleggen", status=422)
    assert client.page.has("Het besluit ligt in de toekomst.")
    client.submit({"outcome": "Ja, meer.", "taken_on": "2014-10-01"}, button="Besluit vastleggen")
    [each] = decisions(session, point)
    assert (each.open, each.outcome, each.taken_on) == (False, "Ja, meer.", date(2014, 10, 1))
    client.get(sent(point, f"besluiten/{each.id}/verwijderen"))
    client.submit(button="Besluit verwijderen")
    assert decisions(session, point) == ()
    assert logged(session, point)[1:] == [
        "point.ask_decision",
        "point.take_decision",
        "point.remove_decision",
    ]


def test_whoever_was_first_at_a_decision_is_shown_and_nothing_typed_is_lost(
    client: Client, login: Login, session: Session, world: World, make_point: MakePoint
) -> None:
    point = make_point()
    row = deciding.ask(session, point.id, ASKED, by=acting(world))
    session.commit()
    place = sent(point, f"besluiten/{row.id}")
    login("inspecteur")
    client.get(place)
    deciding.take(session, point.id, row.id, DAY, "Mijn collega zegt ja.", by=acting(world), seen_version=1)
    session.commit()
    page = client.submit(
        {"outcome": "Ik zeg nee.", "taken_on": "2014-01-01"}, button="Besluit vastleggen", status=409
    )
    assert page.has("Mijn collega zegt ja.")
    assert "Ik zeg nee." in page.texts("textarea")
    client.submit(button="Besluit vastleggen")
    assert decisions(session, point)[0].outcome == "Ik zeg nee."
    client.get(place)
    deciding.remove(session, point.id, row.id, by=acting(world), seen_version=3)
    session.commit()
    page = client.submit({"question": "Een andere vraag?"}, button="Vraag bewaren", status=409)
    assert page.has("Een collega heeft dit besluit intussen verwijderd.")
    client.submit(button="Besluit vragen")
    assert [each.question for each in decisions(session, point)] == ["Een andere vraag?"]


def test_open_decisions_come_first_by_day_and_the_same_again_changes_nothing(
    session: Session, world: World, make_point: MakePoint
) -> None:
    point, by = make_point(), acting(world)
    taken = deciding.ask(session, point.id, ASKED, by=by)
    deciding.take(session, point.id, taken.id, DAY, "Ja.", by=by, seen_version=1)
    late = deciding.ask(session, point.id, Asked("anders", "Wat?", "CDS", DAY + timedelta(9)), by=by)
    dateless = deciding.ask(session, point.id, Asked("anders", "Wat?", "CDS"), by=by)
    soon = deciding.ask(session, point.id, ASKED, by=by)
    ids = [each.id for each in deciding.of_points(session, [point.id])[point.id]]
    assert ids == [soon.id, late.id, dateless.id, taken.id]
    assert deciding.change(session, point.id, soon.id, ASKED, by=by, seen_version=7).version == 1
    with pytest.raises(ChangedMeanwhile):
        deciding.change(session, point.id, soon.id, Asked("anders", "Wat?", "CDS"), by=by, seen_version=7)
    with pytest.raises(NotAllowed):
        deciding.ask(session, point.id, ASKED, by=acting(world, "ovr.vr01"))
    other = make_point("Iets anders")
    with pytest.raises(Refused, match="intussen verwijderd"):
        deciding.remove(session, other.id, soon.id, by=by, seen_version=1)


def test_closing_is_refused_with_all_that_is_missing_until_it_is_there(
    client: Client, login: Login, session: Session, world: World, make_point: MakePoint
) -> None:
    point = make_point()
    measure = make_point("Plan een oefening", kind="maatregel", parent_id=point.id)
    login("inspecteur")
    client.get(sent(point, "afsluiten"))
    client.submit({"closed_as": "afgesloten"}, button="Punt afsluiten", status=422)
    for words in (
        "Afsluiten kan nog niet. Er ontbreekt: een evaluatie",
        "een genomen besluit van de soort ‘Afsluiten’",
        "het afsluiten van wat er nog onder staat: Plan een oefening.",
    ):
        assert client.page.has(words)
    by = acting(world)
    deciding.close(session, measure.id, "geschrapt", DAY, decision=TAKEN, by=by, seen_version=1)
    session.commit()
    client.get(sent(point, "evaluatie"))
    client.submit({"budget_enough": "ja", "words": ""}, button="Evaluatie bewaren", status=422)
    assert client.page.has("Kies of het werkte.")
    page = client.submit(
        {"worked": "deels", "words": "Men oefent.", "evaluator": "de Auditdienst"},
        button="Evaluatie bewaren",
    )
    assert page.has("Men oefent.")
    client.get(sent(point, "afsluiten"))
    page = client.submit(
        {"closed_as": "afgesloten", "outcome": "Het kan dicht.", "decider": ""},
        button="Punt afsluiten",
        status=422,
    )
    assert page.has("Vul in wie dit heeft besloten.")
    page = client.submit({"decider": "de commandant"}, button="Punt afsluiten")
    assert page.has("Het punt is afgesloten.")
    assert found(session, point.id).closed_as == "afgesloten"
    [each] = decisions(session, point)
    assert (each.kind, each.outcome, each.open) == ("afsluiten", "Het kan dicht.", False)
    with pytest.raises(Refused, match="Dit punt is afgesloten"):
        deciding.ask(session, point.id, ASKED, by=by)


def test_a_point_goes_on_in_its_successor_and_not_in_a_circle(
    client: Client, login: Login, session: Session, world: World, make_point: MakePoint
) -> None:
    old, new, by = make_point("Plan van 2018"), make_point("Agenda voor Veiligheid"), acting(world)
    with pytest.raises(Refused, match="de opvolger"):
        deciding.close(session, old.id, "doorgezet", DAY, decision=TAKEN, by=by, seen_version=1)
    with pytest.raises(Refused, match="zichzelf"):
        deciding.close(session, old.id, "doorgezet", DAY, successor_id=old.id, by=by, seen_version=1)
    login("inspecteur")
    client.get(sent(old, "afsluiten"))
    client.submit({"closed_as": "doorgezet"}, button="Punt afsluiten", status=422)
    assert client.page.has("Kies het punt waarin dit punt verdergaat.")
    page = client.submit(
        {"successor": str(new.id), "outcome": "Het gaat op in de agenda.", "decider": "de minister"},
        button="Punt afsluiten",
    )
    assert page.has("Gaat verder in: Agenda voor Veiligheid")
    assert client.get(f"/opvolging/punten/{new.id}").has("Komt voort uit: Plan van 2018")
    session.rollback()
    with pytest.raises(Refused, match="zichzelf"):
        deciding.close(session, new.id, "doorgezet", DAY, successor_id=old.id, by=by, seen_version=1)
    sheet = whole.sheet(session, DAY, new.id)
    assert sheet is not None
    assert [each.id for each in sheet.predecessors] == [old.id]


def test_a_later_decision_to_scrap_is_enough_to_scrap(
    session: Session, world: World, make_point: MakePoint
) -> None:
    point, by = make_point(nature="richtinggevend"), acting(world)
    with pytest.raises(Refused, match="Er ontbreekt: een genomen besluit"):
        deciding.close(session, point.id, "geschrapt", DAY, by=by, seen_version=1)
    registering.decide_later(
        session, point.id, points.Later("schrappen", "de minister", DAY), by=by, seen_version=1
    )
    assert deciding.to_close(session, point.id)["geschrapt"] == ()
    deciding.close(session, point.id, "geschrapt", DAY, by=by, seen_version=2)
    session.commit()
    assert found(session, point.id).closed_as == "geschrapt"


def test_a_closed_point_opens_again_with_its_reason(
    client: Client, login: Login, session: Session, world: World, make_point: MakePoint
) -> None:
    point, by = make_point(), acting(world)
    measure = make_point("Plan een oefening", kind="maatregel", parent_id=point.id)
    deciding.evaluate(session, point.id, EVALUATION, by=by, seen_version=1)
    for each, version in ((measure, 1), (point, 2)):
        deciding.close(session, each.id, "geschrapt", DAY, decision=TAKEN, by=by, seen_version=version)
    with pytest.raises(Refused, match="Heropen dat eerst"):
        deciding.reopen(session, measure.id, TAKEN, by=by, seen_version=2)
    session.commit()
    login("inspecteur")
    client.get(sent(point, "heropenen"))
    client.submit({"outcome": ""}, button="Punt heropenen", status=422)
    assert client.page.has("Leg uit waarom het punt weer open moet.")
    page = client.submit({"outcome": "Het ging toch mis.", "decider": "IVD"}, button="Punt heropenen")
    assert page.has("Het punt is weer open.")
    info = found(session, point.id)
    assert info.is_open
    assert info.evaluation == EVALUATION
    reasons = [(each.kind, each.outcome) for each in decisions(session, point) if each.kind == "anders"]
    assert reasons == [("anders", "Het ging toch mis.")]
    assert logged(session, point)[-2:] == ["point.take_decision", "point.reopen"]
    assert points.history(session, point.id)[0].content["closed_on"] is None
    assert "een genomen besluit" in deciding.to_close(session, point.id)["geschrapt"][0]  # a new one
    with pytest.raises(Refused, match="niet afgesloten"):
        deciding.reopen(session, point.id, TAKEN, by=by, seen_version=info.version)


def test_whoever_changed_the_point_first_is_shown_at_the_evaluation(
    client: Client, login: Login, session: Session, world: World, make_point: MakePoint
) -> None:
    point = make_point()
    login("inspecteur")
    client.get(sent(point, "evaluatie"))
    deciding.evaluate(session, point.id, EVALUATION, by=acting(world), seen_version=1)
    session.commit()
    mine = {"budget_enough": "nee", "worked": "nee", "words": "Ik zag niets.", "evaluator": "IVD"}
    page = client.submit(mine, button="Evaluatie bewaren", status=409)
    assert page.has("Uit het gesprek blijkt het.")
    assert "Ik zag niets." in page.text("textarea")
    client.submit(button="Evaluatie bewaren")
    info = found(session, point.id)
    assert info.evaluation is not None
    assert info.evaluation.words == "Ik zag niets."
