"""The pages of planning: planning a point, what moves along, what was reached, and the overview."""

from __future__ import annotations

import io
from datetime import date, timedelta

import openpyxl
import pytest
from flask import Flask
from lxml import etree
from sqlalchemy.orm import Session

from exports.follow_up import timeline as figure
from surveys.acting import By, now, today
from surveys.follow_up import planning, registering, schedule
from surveys.follow_up.register import Asked
from surveys.models import Point
from tests.factories import World
from tests.follow_up.conftest import Login, MakePoint, acting
from tests.support.client import Client
from tests.support.counting import selected

WHOLE = {"prepared_on": date(2014, 4, 1), "begun_on": date(2014, 5, 1), "done_on": date(2014, 8, 1)}
OVERVIEW = "/opvolging/planning"


@pytest.fixture
def pair(session: Session, world: World, make_point: MakePoint, login: Login) -> tuple[Point, Point]:
    """Two planned points of which the second begins when the first is done; an inspector is logged in."""
    first = make_point("Maak een plan", number="1", classes={"spoor": "strategie"}, fictief=True)
    second = make_point(
        "Oefen het plan", number="2", kind="maatregel", classes={"spoor": "cultuur"}, fictief=True
    )
    for row, later in ((first, 0), (second, 92)):
        planned = {phase: day + timedelta(later) for phase, day in WHOLE.items()}
        planning.plan(session, row.id, planned, reason=None, note=None, by=acting(world), seen=0)
    planning.depend(session, second.id, first.id, "eerst", "Eerst het plan.", by=acting(world))
    session.commit()
    login("inspecteur")
    return first, second


def days_of(session: Session, row: Point) -> tuple[int, date | None]:
    found = planning.of_points(session, [row.id], today())[row.id]
    return found.number, found.days["done_on"]


def texts_of(svg: str) -> dict[str, list[str]]:
    """The texts in a picture, by the kind of element that they stand in."""
    root = etree.XML(svg)
    assert root.get("role") == "img"
    found: dict[str, list[str]] = {}
    for node in root.iter(f"{{{root.nsmap[None]}}}*"):
        found.setdefault(etree.QName(node).localname, []).append(node.text or "")
    return found


def test_a_first_planning_asks_for_no_reason(
    make_point: MakePoint, login: Login, client: Client, session: Session
) -> None:
    row = make_point("Maak een plan")
    login("inspecteur")
    page = client.get(f"/opvolging/punten/{row.id}/planning")

    assert page.h1 == "Planning maken"
    assert not page.has("Waarom verandert")
    page = client.submit(button="Planning bewaren", status=422)
    assert page.has("Vul bij ten minste één fase een datum in.")
    page = client.submit(
        {"begun_on": "2014-05-01", "done_on": "2014-04-01"}, button="Planning bewaren", status=422
    )
    assert page.has("‘Uitgevoerd’ ligt voor ‘Eerste activiteiten’. Zet de data in volgorde.")
    assert page.one("#begun_on")["value"] == "2014-05-01"
    page = client.submit({"done_on": "morgen"}, button="Planning bewaren", status=422)
    assert page.has("Vul een datum in zoals 21-11-2026.")
    page = client.submit({"done_on": "2014-06-01"}, button="Planning bewaren")
    assert page.has("De planning is bewaard.")
    assert days_of(session, row) == (1, date(2014, 6, 1))


def test_what_would_clash_is_shown_first_and_moves_along_when_it_is_ticked(
    pair: tuple[Point, Point], client: Client, session: Session
) -> None:
    first, second = pair
    client.get(f"/opvolging/punten/{first.id}/planning")
    page = client.submit({"done_on": "2014-08-31"}, button="Planning bewaren", status=422)
    assert page.has("Kies waarom de planning verandert.")

    page = client.submit({"reason": "prioriteit", "note": "Brand ging voor."}, button="Planning bewaren")
    assert page.has("Met deze planning botsen andere punten")
    assert page.has("1 november 2014 wordt 1 december 2014")
    assert page.one(f"#mee-{second.id}").get("checked") is not None
    assert days_of(session, first) == (1, date(2014, 8, 1))

    # another day asks again; the same day is kept
    page = client.submit({"done_on": "2014-09-10"}, button="Planning bewaren")
    assert page.has("1 november 2014 wordt 11 december 2014")
    page = client.submit(button="Planning bewaren")
    assert page.has("De planning is bewaard. 1 ander punt schoof mee.")
    assert page.has("Het einde ligt 40 dagen later dan eerst was gepland.")
    assert days_of(session, first) == (2, date(2014, 9, 10))
    assert days_of(session, second) == (2, date(2014, 12, 11))
    assert client.get(f"/opvolging/punten/{second.id}").has("Schuift mee met ‘Maak een plan’.")


def test_what_is_not_ticked_stays_and_clashes(
    pair: tuple[Point, Point], client: Client, session: Session
) -> None:
    first, second = pair
    client.get(f"/opvolging/punten/{first.id}/planning")
    client.submit({"done_on": "2014-08-31", "reason": "realiteit"}, button="Planning bewaren")
    client.submit({"mee": []}, button="Planning bewaren")

    assert days_of(session, first) == (2, date(2014, 8, 31))
    assert days_of(session, second) == (1, date(2014, 11, 1))
    page = client.get(f"/opvolging/punten/{second.id}")
    assert page.has("Dit punt begint 1 augustus 2014, maar ‘1 Maak een plan’ is volgens de planning pas")


def test_a_colleague_who_planned_first_is_shown_beside_what_was_typed(
    pair: tuple[Point, Point], client: Client, session: Session, world: World
) -> None:
    first, _ = pair
    at = f"/opvolging/punten/{first.id}/planning"
    client.get(at)
    theirs = {**WHOLE, "done_on": date(2014, 7, 15)}
    planning.plan(
        session, first.id, theirs, reason="actualiteit", note="Nieuwe wet.", by=acting(world), seen=1
    )
    session.commit()

    page = client.submit({"done_on": "2014-07-20", "reason": "realiteit"}, status=409)
    assert page.has("Zo heeft uw collega het gepland")
    assert page.has("15 juli 2014")
    assert page.has("Nieuwe wet.")
    assert page.one("#done_on")["value"] == "2014-07-20"
    client.submit(button="Planning bewaren")
    assert days_of(session, first) == (3, date(2014, 7, 20))


def test_a_point_that_begins_without_an_indicator_is_warned_of_but_kept(
    pair: tuple[Point, Point], client: Client, session: Session, world: World
) -> None:
    first, _ = pair
    client.get(f"/opvolging/punten/{first.id}/fasen")
    ahead = (today() + timedelta(3)).isoformat()
    assert client.submit({"done_on": ahead}, status=422).has("ligt in de toekomst")
    client.get(f"/opvolging/punten/{first.id}/fasen")
    page = client.submit({"begun_on": "2014-05-20"}, button="Fasen bewaren")
    assert page.has("De fasen zijn bewaard.")
    assert page.has("Dit punt loopt zonder beoogd effect")
    assert page.has("+19 dagen")

    client.get(f"/opvolging/punten/{first.id}/fasen")
    session.expire_all()
    days = {"prepared_on": None, "begun_on": date(2014, 5, 21), "done_on": None}
    by = acting(world, at=now())
    registering.reach(session, first.id, days, by=by, seen_version=first.version)
    session.commit()
    page = client.submit({"begun_on": "2014-05-22"}, status=409)
    assert page.has("21 mei 2014")
    assert page.one("#begun_on")["value"] == "2014-05-22"


def test_dependencies_are_added_and_taken_away(
    pair: tuple[Point, Point], client: Client, session: Session
) -> None:
    first, second = pair
    page = client.get(f"/opvolging/punten/{first.id}/afhankelijkheden")
    assert page.has("2 Oefen het plan (wacht op dit punt)")
    page = client.submit({"on": str(second.id), "kind": "eerst"}, status=422)
    assert page.has("al een afhankelijkheid vastgelegd")
    assert page.one("input[value=eerst]").get("checked") is not None

    client.get(f"/opvolging/punten/{second.id}/afhankelijkheden")
    page = client.click("Verwijderen: 1 Maak een plan")
    assert page.has("Eerst het plan.")
    page = client.submit(button="Afhankelijkheid verwijderen")
    assert page.has("De afhankelijkheid is verwijderd.")
    page = client.submit({"on": str(first.id), "kind": "gelijk", "note": "Samen klaar."})
    assert page.has("De afhankelijkheid is bewaard.")
    assert page.has("maar is 92 dagen later klaar: meer dan 31 dagen verschil.")
    assert planning.of_points(session, [second.id], today())[second.id].waits[0].note == "Samen klaar."
    client.get(f"/opvolging/punten/{second.id}/afhankelijkheden/999/verwijderen", status=404)


def test_a_closed_point_is_not_planned(pair: tuple[Point, Point], client: Client, session: Session) -> None:
    first, _ = pair
    client.get(f"/opvolging/punten/{first.id}/planning")
    first.closed_on, first.closed_as = date(2014, 4, 1), "geschrapt"
    session.commit()

    assert "afgesloten" in client.submit({"done_on": "2014-07-01", "reason": "realiteit"}, status=422).text()
    for page in ("planning", "fasen", "afhankelijkheden"):
        found = client.get(f"/opvolging/punten/{first.id}/{page}")
        assert found.has("Dit punt is afgesloten.")
        assert not found.all("main form")


def test_the_overview_draws_the_open_points_by_track_and_says_the_same_in_tables(
    pair: tuple[Point, Point], client: Client, make_point: MakePoint, session: Session, app: Flask
) -> None:
    first, _ = pair
    make_point("Zonder planning")
    page = client.get(OVERVIEW)

    assert page.has("2 punten met een planning")
    assert page.has("Nog zonder planning: 1.")
    assert page.has("Fictieve gegevens")
    drawn = texts_of(figure.svg(schedule.schedule(session, today(), Asked())))
    assert drawn["title"] == ["Planning per punt"]
    assert drawn["desc"][0].endswith("De tabel onder de figuur geeft dezelfde gegevens.")
    names = {"Strategie", "1 Maak een plan", "Cultuur", "2 Oefen het plan"}
    assert [text for text in drawn["text"] if text in names] == [
        "Strategie",
        "1 Maak een plan",
        "Cultuur",
        "2 Oefen het plan",
    ]
    assert all(f">{text}</text>" in page.html for text in names)
    assert drawn["text"].count("te laat") == 2
    assert page.texts("main h3") == ["Strategie", "Cultuur"]
    assert page.texts("tbody tr")[0].startswith("1 Maak een plan 01-04-2014 te laat 01-05-2014")

    page = client.get(f"{OVERVIEW}?spoor=cultuur&soort=maatregel")
    assert page.texts("main h3") == ["Cultuur"]
    assert client.get(f"{OVERVIEW}?eenheid=VR01").has("Geen open punt met een planning past")

    first.closed_on, first.closed_as = date(2014, 4, 1), "geschrapt"
    session.commit()
    assert client.get(OVERVIEW).texts("main h3") == ["Cultuur"]

    with selected(app) as few:
        client.get(OVERVIEW)
    for row in (make_point("Nog <b>een</b>"), make_point("En nog een")):
        planning.plan(session, row.id, WHOLE, reason=None, note=None, by=By.system(), seen=0)
    session.commit()
    with selected(app) as many:
        page = client.get(OVERVIEW)
    assert page.has("Zonder spoor")
    assert "Nog &lt;b&gt;een&lt;/b&gt;</text>" in page.html
    assert len(many) == len(few)


def test_the_overview_is_a_file_too(pair: tuple[Point, Point], client: Client) -> None:
    client.get(f"{OVERVIEW}?spoor=strategie")
    answer = client.click("Deze planning als Excel")

    assert "meetlat-opvolging-planning-fictief.xlsx" in answer.headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    cells = [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any("FICTIEVE GEGEVENS" in str(value).upper() for value in cells)
    assert "1 Maak een plan" in cells
    assert "2 Oefen het plan" not in cells
    assert "Voorbereid, Eerste activiteiten, Uitgevoerd" in cells
    written = client.get(f"{OVERVIEW}/bestand?vorm=csv").data.decode("utf-8-sig")
    assert "Uitgevoerd: eerst gepland" not in cells, "what is printed has no more columns than can be read"
    assert "Uitgevoerd: eerst gepland" in written
    assert "1 augustus 2014 klaar moeten zijn; dit punt begint 1 augustus 2014." in written
