"""Committees: the proposed agenda, what came of it, decisions that stand at their point, and the lists."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from surveys.acting import By
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.follow_up import agendas, committees, deciding, planning
from surveys.follow_up.agendas import Recorded
from surveys.follow_up.committees import CommitteeDetails, MeetingDetails, MeetingInfo
from surveys.follow_up.deciding import Asked, Taken
from surveys.models import LogEntry
from tests.factories import World
from tests.follow_up.conftest import AT, Login, MakePoint, acting
from tests.support import readback
from tests.support.client import Client

TODAY = AT.date()
ASKED = Asked("bijsturen", "Gaan wij door?", "De commandant", date(2014, 5, 1))


def plan(session: Session, by: By, day: date = TODAY, **about: str) -> MeetingInfo:
    """A committee with a meeting on a day."""
    committee = committees.add(session, CommitteeDetails("Veiligheidsberaad", **about), by=by)
    return again(session, committees.plan(session, committee.id, MeetingDetails(day), by=by).id)


def again(session: Session, number: int) -> MeetingInfo:
    found = committees.find_meeting(session, number)
    assert found is not None
    return found


def called(session: Session, meeting: MeetingInfo) -> list[str]:
    return [item.called for item in agendas.items(session, meeting.id)]


def test_the_agenda_is_proposed_out_of_what_slips_expires_and_needs_a_decision(
    session: Session, world: World, make_point: MakePoint
) -> None:
    by = acting(world)
    slips = make_point("Slipt", classes={"spoor": "cultuur"})
    days = dict.fromkeys(("prepared_on", "begun_on"))
    planning.plan(
        session, slips.id, {**days, "done_on": date(2014, 5, 1)}, reason=None, note=None, by=by, seen=0
    )
    later = {**days, "done_on": date(2014, 6, 1)}
    planning.plan(session, slips.id, later, reason="realiteit", note=None, by=by, seen=1)
    expires = make_point("Loopt af", due_on=date(2014, 3, 20), classes={"spoor": "cultuur"})
    make_point("Later", due_on=date(2014, 9, 1), classes={"spoor": "cultuur"})
    undecided = make_point("Vraagt", classes={"spoor": "cultuur"})
    deciding.ask(session, undecided.id, ASKED, by=by)
    make_point("Elders", due_on=date(2014, 3, 20), classes={"spoor": "systeem"})
    meeting = plan(session, by, scheme="spoor", code="cultuur")

    found = agendas.proposals(session, meeting, TODAY)
    assert [(each.point.title, each.reason) for each in found] == [
        ("Slipt", "schuift"),
        ("Loopt af", "termijn"),
        ("Vraagt", "besluit"),
    ]
    assert [each.why for each in found] == [
        "31 dagen later dan eerst gepland.",
        "Termijn van het punt: 20 maart 2014 (besturen veiligheidsregio's).",
        "Besluit nodig van De commandant voor 1 mei 2014: Gaan wij door?",
    ]
    # once the next meeting is known, a term that passes after it can wait for it
    committees.plan(session, meeting.committee.id, MeetingDetails(date(2014, 3, 18)), by=by)
    assert [each.point.title for each in agendas.proposals(session, meeting, TODAY)] == ["Slipt", "Vraagt"]

    assert agendas.take_over(session, meeting.id, {slips.id, undecided.id, expires.id}, by=by) == 2
    assert agendas.proposals(session, meeting, TODAY) == []
    own = agendas.add_own(session, meeting.id, "Rondvraag", None, None, by=by)
    agendas.move(session, meeting.id, own.id, "up", by=by)
    assert called(session, meeting) == ["Slipt", "Rondvraag", "Vraagt"]
    agendas.move(session, meeting.id, agendas.items(session, meeting.id)[0].id, "up", by=by)
    agendas.remove(session, meeting.id, own.id, by=by)
    assert called(session, meeting) == ["Slipt", "Vraagt"]
    with pytest.raises(Refused, match="staat al op de agenda"):
        agendas.add_own(session, meeting.id, None, None, slips.id, by=by)
    with pytest.raises(Refused, match="Niet allebei"):
        agendas.add_own(session, meeting.id, "Iets", None, expires.id, by=by)
    with pytest.raises(NotAllowed):
        agendas.take_over(session, meeting.id, {expires.id}, by=acting(world, "ovr.vr01"))


def test_a_decision_of_a_meeting_stands_at_its_point_and_held_minutes_stay_as_they_are(
    session: Session, world: World, make_point: MakePoint
) -> None:
    by, point, other = acting(world), make_point("Besluit hierover"), make_point("Blijft liggen")
    meeting = plan(session, by)
    item = agendas.add_own(session, meeting.id, None, None, point.id, by=by)
    agendas.add_own(session, meeting.id, None, None, other.id, by=by)
    waits = agendas.add_own(session, meeting.id, "Rondvraag", "Kort", None, by=by)
    with pytest.raises(Refused, match="Een besluit hoort bij een punt"):
        agendas.ask(session, meeting.id, waits.id, ASKED, None, by=by)
    with pytest.raises(Refused, match="Leg het besluit vast"):
        agendas.record(session, meeting.id, item.id, Recorded("besluit"), by=by, seen_version=1)
    asked = agendas.ask(session, meeting.id, item.id, ASKED, None, by=by)
    taken = Taken("Ja, met meer mensen.", "De commandant", TODAY)
    agendas.ask(session, meeting.id, item.id, Asked("anders", "Wie?", "De staf"), taken, by=by)
    with pytest.raises(ChangedMeanwhile):
        agendas.record(session, meeting.id, item.id, Recorded("besproken"), by=by, seen_version=1)
    assert {(each.question, each.open) for each in deciding.of_points(session, [point.id])[point.id]} == {
        ("Gaan wij door?", True),
        ("Wie?", False),
    }
    with pytest.raises(Refused, match="blijft op de agenda"):
        agendas.remove(session, meeting.id, item.id, by=by)
    with pytest.raises(Refused, match="kan niet worden verwijderd"):
        committees.cancel(session, meeting.id, by=by, seen_version=1)

    with pytest.raises(Refused, match="nog geen volgende vergadering"):
        agendas.pass_on(session, meeting.id, by=by)
    after = again(
        session,
        committees.plan(session, meeting.committee.id, MeetingDetails(date(2014, 4, 1)), by=by).id,
    )
    committees.settle(session, meeting.id, by=by, seen_version=1)
    frozen = agendas.items(session, meeting.id)
    assert [each.outcome for each in frozen] == ["besluit", "doorgeschoven", "doorgeschoven"]
    for change in (
        lambda: agendas.remove(session, meeting.id, waits.id, by=by),
        lambda: agendas.record(session, meeting.id, waits.id, Recorded("besproken"), by=by, seen_version=2),
        lambda: committees.replan(session, meeting.id, MeetingDetails(TODAY, "09:00"), by=by, seen_version=2),
    ):
        with pytest.raises(Refused, match="Heropen het eerst, met de reden"):
            change()
    assert agendas.pass_on(session, meeting.id, by=by)[1] == 2
    assert called(session, after) == ["Blijft liggen", "Rondvraag"]
    assert agendas.items(session, meeting.id) == frozen
    with pytest.raises(Refused, match="niets om door te schuiven"):
        agendas.pass_on(session, meeting.id, by=by)

    # asked in one meeting and taken in the next: it is on the list of both
    again_on = agendas.add_own(session, after.id, None, None, point.id, by=by)
    version = asked.version
    agendas.take(session, after.id, again_on.id, asked.id, taken, by=by, seen_version=version)
    every = agendas.decisions(session, committees.meetings(session, meeting.committee.id))
    assert [(each.decision.question, len(each.meetings), each.state) for each in every] == [
        ("Wie?", 1, "genomen"),
        ("Gaan wij door?", 2, "genomen"),
    ]
    assert agendas.decisions(session, [after], "open") == []
    committees.reopen(session, meeting.id, "Een naam klopte niet.", by=by, seen_version=2)
    assert again(session, meeting.id).reopened == "Een naam klopte niet."
    line = session.query(LogEntry).filter_by(action="meeting.reopen").one()
    assert (line.subject_id, line.detail) == (meeting.id, {"version": 3})


@pytest.mark.parametrize(
    ("begins", "ends", "why"),
    [
        ("half tien", None, "een tijd in zoals"),
        (None, "11:00", "hoe laat"),
        ("9.30", "9:30", "latere eindtijd"),
    ],
)
def test_times_that_can_not_be_are_refused(
    session: Session, world: World, begins: str | None, ends: str | None, why: str
) -> None:
    meeting = plan(session, acting(world))
    with pytest.raises(Refused, match=why):
        committees.replan(
            session, meeting.id, MeetingDetails(TODAY, begins, ends), by=acting(world), seen_version=1
        )


def test_pages_make_a_committee_a_meeting_and_its_minutes(
    client: Client, login: Login, session: Session, world: World, make_point: MakePoint
) -> None:
    point = make_point("Oefen samen", due_on=date(2014, 2, 1), fictief=True)
    login("inspecteur")
    client.get("/opvolging/overleg/nieuw")
    assert client.submit({"name": " "}, status=422).has("Vul in hoe het overleg heet.")
    page = client.submit({"name": "Veiligheidscomité", "members": "SG\nCDS"})
    assert page.h1 == "Veiligheidscomité"
    client.click("Vergadering plannen")
    page = client.submit(
        {"held_on": "2014-03-03", "begins": "kwart over", "location": "Den Haag"}, status=422
    )
    assert page.one("#location")["value"] == "Den Haag"
    assert client.submit({"held_on": "   "}, status=422).has("Vul de datum van de vergadering in.")
    client.submit({"held_on": "2014-03-03"}, status=422)
    page = client.submit({"begins": "9.30"})
    assert page.has("09:30 uur")
    assert page.has("De termijn van 1 februari 2014 is voorbij")
    page = client.submit(button="Gekozen punten op de agenda zetten")
    assert page.has("1 punt staat op de agenda.")
    assert page.has("Fictieve gegevens")
    client.click("Bespreken en besluiten: Oefen samen")
    values = {"which": "nieuw", "kind": "bijsturen", "question": "Gaan wij door?", "decided": "Ja, in mei."}
    page = client.submit({**values, "taken_on": ""}, button="Besluit vastleggen", status=422)
    assert page.has("Vul de dag in waarop het besluit is genomen.")
    page = client.submit({"taken_on": "2014-03-03"}, button="Besluit vastleggen")
    assert page.has("Besluit genomen")
    assert client.get(f"/opvolging/punten/{point.id}").has("Ja, in mei.")
    client.get("/opvolging/overleg")
    client.click("Veiligheidscomité")
    page = client.click("Besluitenlijst van alle vergaderingen (1)")
    assert page.has("Gaan wij door?")
    assert client.get(f"{page.url}?stand=open").has("Er zijn geen besluiten.")
    pdf = client.ask("GET", f"{page.url}/bestand?vorm=pdf")
    assert "besluitenlijst-veiligheidscomit" in pdf.headers["Content-Disposition"]
    assert "fictief" in pdf.headers["Content-Disposition"]
    [table] = readback.pdf(pdf.data).tables("Wie wat voor welke dag doet")
    assert table.rows[1][1:3] == ("Gaan wij door?", "Veiligheidscomité")

    [meeting] = committees.meetings(session)
    address = f"/opvolging/vergaderingen/{meeting.id}"
    item = f"{address}/onderwerpen/{agendas.items(session, meeting.id)[0].id}"
    form = client.get(item).form("Onderwerp bewaren")
    late = form.filled({"said": "Toch anders"}, "Onderwerp bewaren")
    client.get(f"{address}/vaststellen")
    client.submit(button="Verslag vaststellen")
    assert client.page.has("Gehouden, verslag vastgesteld")
    page = client.post(item, late, status=422)
    assert page.has("Heropen het eerst")
    assert page.one("#said").text_content.strip() == "Toch anders"
    assert not client.get(item).all("#said")
    minutes = readback.pdf(client.ask("GET", f"{address}/bestand?vorm=pdf").data)
    assert minutes.tables("Wat er is gezegd en wat ermee is gebeurd")[0].rows[1][3] == "Besluit genomen"


def test_what_was_typed_about_something_that_a_colleague_took_away_is_not_lost(
    client: Client, login: Login, session: Session, world: World
) -> None:
    by = acting(world)
    meeting = plan(session, by)
    item = agendas.add_own(session, meeting.id, "Brief", None, None, by=by)
    number, committee = item.id, committees.add(session, CommitteeDetails("Werkgroep"), by=by)
    session.commit()
    login("inspecteur")
    address = f"/opvolging/vergaderingen/{meeting.id}/onderwerpen/{number}"
    client.get(address)
    agendas.remove(session, meeting.id, number, by=by)
    session.commit()
    page = client.submit(
        {"outcome": "besproken", "said": "Lang verhaal"}, button="Onderwerp bewaren", status=409
    )
    assert page.has("intussen van de agenda gehaald")
    assert client.ask("GET", address).status == 404
    client.submit({"subject": "Brief"})
    [again] = agendas.items(session, meeting.id)
    assert again.note == "Lang verhaal"

    client.get(f"/opvolging/overleg/{committee.id}/wijzigen")
    committees.remove(session, committee.id, by=by, seen_version=1)
    session.commit()
    page = client.submit({"members": "SG"}, status=409)
    assert page.has("intussen verwijderd")
    assert client.submit().has("SG")
    client.get(f"/opvolging/overleg/{committee.id}/wijzigen", status=404)


def test_a_late_form_about_something_taken_off_the_agenda_does_not_reach_what_came_after_it(
    client: Client, login: Login, session: Session, world: World
) -> None:
    login("inspecteur")
    meeting = plan(session, acting(world))
    session.commit()
    page = f"/opvolging/vergaderingen/{meeting.id}"
    client.get(f"{page}/onderwerpen/nieuw")
    client.submit({"subject": "Brief"})
    [gone] = agendas.items(session, meeting.id)
    late = f"{page}/onderwerpen/{gone.id}"
    said = {"outcome": "besproken", "said": "Over de brief", "versie": str(gone.version)}
    client.post(f"{late}/weghalen")
    client.get(f"{page}/onderwerpen/nieuw")
    client.submit({"subject": "Rondvraag"})
    [added] = agendas.items(session, meeting.id)

    client.get(late, status=404)
    assert client.post(late, said, status=409).has("intussen van de agenda gehaald")
    client.post(f"{late}/plaats", {"naar": "omhoog"}, status=422)
    client.post(f"{late}/weghalen")
    session.expire_all()
    assert agendas.items(session, meeting.id) == [added]
    lines = session.scalars(
        select(LogEntry).where(LogEntry.action.like("meeting.item_%")).order_by(LogEntry.id)
    )
    assert [(each.action, each.detail["item"]) for each in lines] == [
        ("meeting.item_add", gone.id),
        ("meeting.item_remove", gone.id),
        ("meeting.item_add", added.id),
    ]
    assert gone.id != added.id


@pytest.mark.parametrize("held_on", ["2014-03-20", ""], ids=["good", "with a fault"])
def test_what_was_typed_for_a_meeting_that_a_colleague_cancelled_is_kept_as_a_new_one(
    client: Client, login: Login, session: Session, world: World, held_on: str
) -> None:
    by = acting(world)
    meeting = plan(session, by)
    session.commit()
    login("inspecteur")
    address = f"/opvolging/vergaderingen/{meeting.id}/wijzigen"
    client.get(address)
    committees.cancel(session, meeting.id, by=by, seen_version=1)
    session.commit()

    page = client.submit({"held_on": held_on, "note": "Neem de kaart mee"}, status=409)
    assert page.has("Een collega heeft deze vergadering intussen verwijderd.")
    assert page.one("#note").text_content == "Neem de kaart mee"
    client.submit({"held_on": "2014-03-20"}, button="Vergadering bewaren")
    [kept] = committees.meetings(session, meeting.committee.id)
    assert kept.id != meeting.id
    assert (kept.held_on, kept.details.note) == (date(2014, 3, 20), "Neem de kaart mee")
    client.get(address, status=404)


def test_lists_take_as_many_queries_however_long_they_are(
    session: Session, world: World, make_point: MakePoint
) -> None:
    by, units = acting(world), {code: each.id for code, each in world.units.items()}

    def meet(code: str) -> None:
        unit = units[code]
        committee = committees.add(session, CommitteeDetails(code, unit_id=unit), by=by)
        meeting = committees.plan(session, committee.id, MeetingDetails(TODAY), by=by)
        point = make_point(code, unit_id=unit, due_on=date(2014, 1, 1))
        item = agendas.add_own(session, meeting.id, None, None, point.id, by=by)
        agendas.ask(session, meeting.id, item.id, ASKED, None, by=by)
        session.commit()

    def asked() -> int:
        session.expire_all()
        count: list[str] = []

        def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
            count.append(statement)

        event.listen(session.get_bind(), "before_cursor_execute", note)
        found = committees.meetings(session)
        assert agendas.decisions(session, found)
        assert agendas.items(session, found[0].id)
        agendas.proposals(session, found[0], TODAY)
        event.remove(session.get_bind(), "before_cursor_execute", note)
        return len(count)

    meet("VR01")
    few = asked()
    meet("VR02")
    meet("RMC-NOORD")
    assert asked() == few
