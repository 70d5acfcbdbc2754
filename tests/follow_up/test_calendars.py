"""Calendars: what is in them for whom, secret addresses and their end, and files that programs can read."""

from __future__ import annotations

import json
import logging
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from sqlalchemy.orm import Session

from app.follow_up.calendars import UNKNOWN
from exports.follow_up import calendar as layout
from surveys import forgetting
from surveys.acting import By, now
from surveys.errors import NotAllowed, Refused
from surveys.follow_up import calendars, committees, deciding
from surveys.follow_up.calendars import Event
from surveys.follow_up.committees import CommitteeDetails, MeetingDetails
from surveys.follow_up.deciding import Asked
from surveys.models import CalendarAddress, LogEntry
from tests.factories import World
from tests.follow_up.conftest import AT, Login, MakePoint, acting
from tests.support.client import Client

CHANGED = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
WORDS = st.text(min_size=1, max_size=200)


def entries(content: bytes) -> dict[str, dict[str, object]]:
    """What the library itself reads in a file: by UID the values of each entry."""
    found = Calendar.from_ical(content)
    return {
        str(each["uid"]): {name.lower(): each.decoded(name) for name in each} for each in found.walk("VEVENT")
    }


@settings(max_examples=30)
@given(title=WORDS, who=WORDS, place=WORDS, made_up=st.booleans())
def test_any_title_is_read_back_as_it_was_and_no_line_is_too_long(
    title: str, who: str, place: str, made_up: bool
) -> None:
    event = Event(
        "vergadering-1", 3, CHANGED, title, who, date(2026, 7, 1), made_up, "09:30", None, place, meeting_id=1
    )
    content = layout.write([event], "meetlat.example", lambda _: "https://meetlat.example/x?a=1;b,c")

    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    [found] = entries(content).values()
    kept = layout._line(f"{title} (fictief)" if made_up else title)
    assert found["summary"] == kept
    assert found["description"] == layout._line(f"Wie: {who}")
    assert found["url"] == "https://meetlat.example/x?a=1;b,c"
    assert found["dtstart"] == datetime(2026, 7, 1, 7, 30, tzinfo=UTC)
    assert found["dtend"] == datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
    assert (found["sequence"], found["last-modified"]) == (3, CHANGED)


def test_a_term_takes_the_whole_day_and_nothing_of_its_text(
    session: Session, world: World, make_point: MakePoint
) -> None:
    by = acting(world)
    point = make_point(
        "Oefen", number="4", text="GEHEIME TEKST", owner="De staf", due_on=date(2014, 10, 1), fictief=True
    )
    asked = Asked("bijsturen", "GEHEIME VRAAG", "De commandant", date(2014, 5, 1))
    decision = deciding.ask(session, point.id, asked, by=by)
    elsewhere = make_point("Van de regio", unit_id=world.units["VR01"].id, due_on=date(2014, 10, 2))
    deciding.ask(session, elsewhere.id, asked, by=by)
    make_point("Van een ander", unit_id=world.units["VR02"].id, due_on=date(2014, 10, 3))
    committee = committees.add(session, CommitteeDetails("Beraad"), by=by)
    details = MeetingDetails(date(2014, 4, 1), "09:30", "11:00", "Den Haag", "GEHEIME OPMERKING")
    meeting = committees.plan(session, committee.id, details, by=by)

    everything = calendars.events(session, world.assignments["inspecteur"], AT.date())
    content = layout.write(everything, "meetlat.example", lambda each: f"https://meetlat.example/{each.key}")
    assert b"GEHEIME" not in content
    found = entries(content)
    assert len(found) == 6
    term = found[f"punt-{point.id}@meetlat.example"]
    assert term["summary"] == "Termijn: 4 Oefen (fictief)"
    assert term["description"] == "Wie: De staf"
    assert (term["dtstart"], term["dtend"]) == (date(2014, 10, 1), date(2014, 10, 2))
    assert found[f"besluit-{decision.id}@meetlat.example"]["description"] == "Wie: De commandant"
    held = found[f"vergadering-{meeting.id}@meetlat.example"]
    assert (held["dtstart"].hour, held["dtend"].hour, held["location"]) == (7, 9, "Den Haag")

    own = calendars.events(session, world.assignments["waarnemer.vr01"], AT.date())
    assert [each.key for each in own] == [f"punt-{elsewhere.id}"]
    assert calendars.events(session, world.assignments["beheerder"], AT.date()) == []


def test_an_address_ends_with_what_it_rests_on(session: Session, world: World) -> None:
    by = By.through(world.assignments["ovr.vr01"], AT)
    token = calendars.make(session, by=by)
    row = session.query(CalendarAddress).one()
    assert token not in json.dumps([each.detail for each in session.query(LogEntry)], default=str)
    assert len(row.sha256) == 64
    assert row.sha256 not in token

    def works(at: datetime = AT) -> bool:
        return calendars.holder(session, token, at) is not None

    assert works()
    assert not works(AT + timedelta(days=366))
    assert calendars.holder(session, token + "x", AT) is None
    row.person.active = False
    assert not works()
    row.person.active = True
    row.assignment.valid_until = AT.date()
    assert not works()
    row.assignment.valid_until = None
    with pytest.raises(NotAllowed):
        calendars.withdraw(session, row.id, by=acting(world))
    calendars.withdraw(session, row.id, by=by)
    assert not works()
    for _ in range(calendars.MOST):
        calendars.make(session, by=by)
    with pytest.raises(Refused, match="al 5 adressen"):
        calendars.make(session, by=by)
    with pytest.raises(NotAllowed):
        calendars.make(session, by=acting(world, "beheerder"))
    assert "calendar_address" in forgetting.GOES


def test_an_address_is_shown_once_read_without_logging_in_and_withdrawn(
    client: Client,
    login: Login,
    session: Session,
    world: World,
    make_point: MakePoint,
    caplog: pytest.LogCaptureFixture,
) -> None:
    make_point("Oefen samen", unit_id=world.units["VR01"].id, due_on=date(2027, 10, 1))
    make_point("Van een ander", unit_id=world.units["VR02"].id, due_on=date(2027, 10, 1))
    login("contactpersoon.vr01")
    page = client.get("/opvolging/eenheid/VR01")
    page = client.click("Termijnen in uw eigen agenda")
    caplog.set_level(logging.INFO)
    page = client.submit(button="Geheim adres maken")
    address = page.one("code").text_content
    path = address.removeprefix("http://localhost")
    assert page.has("u ziet het één keer")
    assert path.startswith("/opvolging/agenda/")
    assert not client.get("/opvolging/eenheid/VR01/agenda").has(path)
    file = client.ask("GET", "/opvolging/eenheid/VR01/agenda/bestand")
    assert "attachment" in file.headers["Content-Disposition"]

    client.forget()
    feed = client.ask("GET", path)
    assert (feed.status, feed.headers["Content-Type"]) == (200, layout.MEDIA_TYPE)
    assert feed.headers["Cache-Control"] == "no-store"
    assert feed.data == file.data
    [entry] = entries(feed.data).values()
    assert entry["summary"] == "Termijn: Oefen samen"
    assert "/opvolging/eenheid/VR01/" in str(entry["url"])
    token = path.rpartition("/")[2].removesuffix(".ics")
    assert token not in caplog.text
    assert not any(token in json.dumps(each.__dict__, default=str) for each in caplog.records)

    login("contactpersoon.vr01")
    [kept] = session.query(CalendarAddress)
    client.get("/opvolging/eenheid/VR01/agenda")
    assert client.submit(action=f"/opvolging/eenheid/VR01/agenda/{kept.id}/intrekken").has(
        "Het adres werkt niet meer."
    )
    client.get("/opvolging/eenheid/VR02/agenda", status=403)
    client.forget()
    for gone in (path, "/opvolging/agenda/nooit-gemaakt.ics"):
        answer = client.ask("GET", gone)
        assert (answer.status, answer.data.decode()) == (404, UNKNOWN)
        assert answer.headers["Cache-Control"] == "no-store"


def test_inspectors_have_their_own_page_and_forget_their_addresses(
    client: Client, login: Login, session: Session, world: World
) -> None:
    login("inspecteur")
    client.get("/opvolging/agenda")
    client.submit(button="Geheim adres maken")
    [mine] = session.query(CalendarAddress)
    assert client.get("/opvolging/eenheid/VR01/agenda").url == "/opvolging/agenda"
    login("ovr.vr01")
    client.post(f"/opvolging/eenheid/VR01/agenda/{mine.id}/intrekken", status=404)
    login("inspecteur")
    assert entries(client.ask("GET", "/opvolging/agenda/bestand").data) == {}
    person = world.assignments["inspecteur"].person
    assert len(calendars.listed(session, person.id, now())) == 1
    for assignment in person.assignments:
        assignment.valid_until = assignment.valid_from
    session.flush()
    forgetting.forget(session, person, By.system())
    assert session.query(CalendarAddress).count() == 0
