"""Signals and risk inventories: each leads to a point or says why not; units see what became of theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from surveys.acting import today
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.follow_up import points, registering, signals
from surveys.follow_up.points import Details
from surveys.follow_up.signals import Handling, SignalDetails, SignalInfo
from surveys.models import LogEntry, SignalPoint, SignalStep
from tests.factories import World
from tests.follow_up.conftest import AT, acting
from tests.support import counting

DAY = AT.date()
TEXT = "Een trap zonder leuning."
HANDLING = Handling("rie", "hoog", "Stafofficier", date(2014, 4, 1))
DETAILS = SignalDetails(TEXT, "Arbodienst", DAY, HANDLING)
BORN = Details("maatregel", "Plaats een leuning", TEXT, "de commandant")
UNIT = "/opvolging/eenheid/VR01/meldingen"


@pytest.fixture
def by(world):
    return acting(world)


def info(session: Session, number: int) -> SignalInfo:
    found = signals.find(session, number)
    assert found is not None
    return found


def add(session: Session, world: World, **changed: object) -> int:
    return signals.add(session, replace(DETAILS, **changed), by=acting(world)).id  # type: ignore[arg-type]


def test_a_risk_inventory_brings_several_points_and_joins_one_that_was_there(
    session, world, by, make_point
) -> None:
    there = make_point("Er was al iets")
    number = add(session, world, unit_id=world.units["VR01"].id)
    born = replace(BORN, unit_id=world.units["VR01"].id)
    first = signals.make_point(session, number, born, more=True, by=by, seen_version=1)
    assert info(session, number).is_open
    signals.join(session, number, there.id, more=True, by=by, seen_version=2)
    with pytest.raises(Refused, match="hoort al bij dit punt"):
        signals.join(session, number, there.id, by=by, seen_version=3)
    last = signals.make_point(session, number, BORN, by=by, seen_version=3)

    found = info(session, number)
    assert found.state == "met_punt"
    assert {(each.point_id, each.how) for each in found.links} == {
        (first, "gemaakt"),
        (there.id, "gevoegd"),
        (last, "gemaakt"),
    }
    assert [each.state for each in found.steps] == ["open", "met_punt"]
    assert [each.id for each in signals.of_point(session, there.id)] == [number]
    with pytest.raises(Refused, match="al afgehandeld"):
        signals.make_point(session, number, BORN, by=by, seen_version=4)
    lines = session.scalars(select(LogEntry).where(LogEntry.subject == "signal").order_by(LogEntry.id)).all()
    assert [each.action for each in lines] == [
        *("signal.add", "signal.link", "signal.link", "signal.link", "signal.state")
    ]
    assert TEXT not in str([each.detail for each in lines])


def test_a_signal_without_a_point_needs_a_reason_and_can_be_opened_again(session, world, by) -> None:
    number = add(session, world)
    with pytest.raises(Refused, match="waarom er geen opvolgpunt nodig is"):
        signals.settle(session, number, " ", by=by, seen_version=1)
    signals.settle(session, number, "Al hersteld.", by=by, seen_version=1)
    assert info(session, number).state == "zonder_punt"
    with pytest.raises(ChangedMeanwhile):
        signals.reopen(session, number, "Toch niet.", by=by, seen_version=1)
    with pytest.raises(Refused, match="waarom u de melding heropent"):
        signals.reopen(session, number, "", by=by, seen_version=2)
    signals.reopen(session, number, "Toch niet.", by=by, seen_version=2)
    made = signals.make_point(session, number, BORN, more=True, by=by, seen_version=3)
    signals.settle(session, number, None, by=by, seen_version=4)
    assert [each.state for each in info(session, number).steps] == [
        *("open", "zonder_punt", "open", "met_punt")
    ]
    assert not info(session, number).lost
    registering.remove(session, made, by=by, seen_version=1)
    assert info(session, number).lost, "the only point that it led to is gone"


def test_what_is_past_its_term_stands_on_top_and_is_counted(session, world, by) -> None:
    late = add(session, world, handling=replace(HANDLING, due_on=date(2014, 3, 4)), text="Laat")
    settled = add(session, world, text="Klaar")
    signals.settle(session, settled, "Klaar.", by=by, seen_version=1)
    later = add(session, world, handling=replace(HANDLING, due_on=None), text="Zonder termijn")
    soon = add(session, world, text="Binnenkort")
    day = date(2014, 3, 5)
    assert [each.id for each in signals.listed(session, day)] == [late, soon, later, settled]
    counts = signals.counts(session, day)
    assert (counts.open, counts.passed) == (3, 1)
    handled = replace(HANDLING, due_on=date(2014, 3, 20))
    signals.handle(session, late, handled, by=by, seen_version=1)
    assert signals.counts(session, day).passed == 0
    same = signals.handle(session, late, handled, by=by, seen_version=1)
    assert same.version == 2, "what is the same already changes nothing"


def test_a_signal_that_can_not_be_is_refused(session, world) -> None:
    refused = (
        ({"text": " "}, "Schrijf op wat er is gemeld"),
        ({"text": "x" * 10_001}, "10000 tekens"),
        ({"sender": ""}, "van wie de melding komt"),
        ({"received_on": date(2100, 1, 1)}, "toekomst"),
        ({"unit_id": 999}, "Kies een eenheid"),
        ({"handling": Handling("x", "hoog")}, "een soort uit de lijst"),
        ({"handling": Handling("rie", "")}, "hoe dringend"),
    )
    for changed, why in refused:
        with pytest.raises(Refused, match=why):
            add(session, world, **changed)


def test_units_see_what_they_reported_and_nothing_of_what_others_said_of_them(session, world, by) -> None:
    vr01 = world.units["VR01"]
    made = signals.report(session, vr01, "Wij missen een lijn.", "hoog", by=acting(world, "ovr.vr01"))
    add(session, world, unit_id=vr01.id, text="Een klokkenluider over regio 1.")
    assert [each.id for each in signals.of_unit(session, vr01.id)] == [made.id]
    assert (made.sender, made.received_on, made.by_unit) == (vr01.name, DAY, True)
    for who, unit in (("ovr.vr02", "VR01"), ("waarnemer.vr01", "VR01"), ("inspecteur", "VR01")):
        with pytest.raises(NotAllowed):
            signals.report(session, world.units[unit], "Iets.", "hoog", by=acting(world, who))
    with pytest.raises(NotAllowed):
        signals.settle(session, made.id, "Klaar.", by=acting(world, "ovr.vr01"), seen_version=1)


def test_what_became_of_a_signal_can_not_be_rewritten(session, world, by) -> None:
    number = add(session, world)
    signals.make_point(session, number, BORN, by=by, seen_version=1)
    session.commit()
    for model in (SignalStep, SignalPoint):
        for change in (update(model).values(person_id=None), delete(model)):
            with pytest.raises(DBAPIError, match="append-only"):
                session.execute(change)
            session.rollback()


def test_a_made_up_signal_makes_made_up_points_and_joins_no_real_one(session, world, by, make_point) -> None:
    real = make_point("Echt")
    number = add(session, world, fictief=True)
    with pytest.raises(Refused, match="gaan niet samen"):
        signals.join(session, number, real.id, by=by, seen_version=1)
    made = signals.make_point(session, number, BORN, by=by, seen_version=1)
    found = points.find(session, made)
    assert found is not None
    assert found.fictief


def test_pages_take_a_report_of_a_unit_to_a_point_and_show_the_unit_what_became_of_it(
    client, login, session, world, make_point
) -> None:
    login("ovr.vr01")
    client.get("/")
    client.click("Meldingen van Regio 1")
    client.click("Iets melden")
    page = client.submit({"text": "Wij missen een lijn."}, status=422)
    assert page.has("Kies hoe dringend het is.")
    assert "Wij missen een lijn." in page.one("#text").text_content
    assert client.submit({"urgency": "hoog"}).has("In behandeling")

    login("inspecteur")
    assert client.get("/").has("Meldingen: 1 open")
    assert client.get("/opvolging/").has("1 open melding")
    client.get("/opvolging/meldingen")
    client.click("Wij missen een lijn.")
    client.click("Behandeling wijzigen")
    client.submit({"handler": "Bureau verbindingen", "due_on": "2014-05-01"})
    assert client.page.has("De termijn is voorbij")
    client.click("Punt maken")
    client.submit({"kind": "maatregel", "title": "Leg een lijn aan"})
    assert client.page.has("Afgehandeld met een punt")
    client.click("Leg een lijn aan")
    assert client.page.has("Kwam uit melding")

    login("ovr.vr01")
    assert client.get(UNIT).has("Wie handelt het af: Bureau verbindingen")
    client.click("Leg een lijn aan")
    assert client.page.h1 == "Leg een lijn aan"
    login("ovr.vr02")
    assert not client.get("/opvolging/eenheid/VR02/meldingen").has("Wij missen een lijn.")
    client.get(UNIT, status=403)
    client.get(f"{UNIT}/nieuw", status=403)


def test_pages_of_inspectors_add_join_settle_and_reopen(client, login, session, world, make_point) -> None:
    make_point("Er was al iets")
    login("inspecteur")
    client.get("/opvolging/meldingen/nieuw")
    given = {"kind": "rie", "text": TEXT, "sender": "Arbodienst", "received_on": str(today())}
    assert client.submit(given, status=422).has("Kies hoe dringend het is.")
    client.submit({"urgency": "laag"})
    client.click("Aan een punt toevoegen")
    assert client.submit(status=422).has("Kies een punt.")
    choice = next(each.get("value") for each in client.page.all("#point option") if each.get("value"))
    client.submit({"point": choice, "more": "y"})
    assert client.page.has("bestond al; melding toegevoegd")
    client.click("Afhandelen")
    assert client.submit().has("Afgehandeld met een punt")
    client.click("Heropenen")
    assert client.submit(status=422).has("Schrijf op waarom u de melding heropent.")
    client.submit({"words": "Er kwam nog iets."})
    [found] = signals.listed(session, today())
    client.get(f"/opvolging/meldingen/{found.id}/behandeling")
    signals.handle(session, found.id, HANDLING, by=acting(world), seen_version=found.version)
    session.commit()
    page = client.submit({"handler": "Ik"}, status=409)
    assert page.has("Stafofficier")
    assert page.one("#handler")["value"] == "Ik"
    client.submit()
    for asked, many in (("soort=rie", 1), ("stand=zonder_punt", 0), ("zoek=leuning+arbo", 1), ("zoek=x", 0)):
        assert len(client.get(f"/opvolging/meldingen?{asked}").all("main tbody tr")) == many
    client.get("/opvolging/meldingen/999", status=404)


def test_the_list_costs_the_same_number_of_queries_however_many_signals(
    app, client, login, session, world, by
) -> None:
    def queries() -> int:
        with counting.selected(app) as asked:
            client.get("/opvolging/meldingen")
        return len(asked)

    def one() -> None:
        number = add(session, world, unit_id=world.units["VR01"].id)
        signals.make_point(session, number, BORN, by=by, seen_version=1)
        session.commit()

    one()
    login("inspecteur")
    client.get("/opvolging/meldingen")
    before = queries()
    for _ in range(4):
        one()
    assert queries() == before
