"""Lessons: written down, found again, shared with units and others, and handed on as a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import openpyxl
import pikepdf
import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.follow_up import lessons
from surveys.follow_up.lessons import LessonDetails
from surveys.models import LessonShare, LogEntry
from tests.follow_up.conftest import acting
from tests.support import counting, pdftext

DAY = date(2014, 3, 1)
LESSON = LessonDetails(
    "Oefen de overdracht", "Na de wissel wist niemand het.", "Schrijf het op.", "Een oefening"
)
LESSONS = "/opvolging/lessen"


def add(session, world, **changed):
    return lessons.add(session, replace(LESSON, **changed), by=acting(world))


def share(session, world, number, units=("VR01",), organisation=None, on=DAY, how="Per brief"):
    ids = [world.units[each].id for each in units]
    return lessons.share(session, number, ids, organisation, on, how, by=acting(world))


def test_a_unit_sees_a_lesson_once_it_is_shared_until_it_is_removed(session, world) -> None:
    vr01, vr02 = (world.units[each].id for each in ("VR01", "VR02"))
    row = add(session, world)
    assert lessons.of_unit(session, vr01) == []
    share(session, world, row.id, organisation="Koninklijke Landmacht")
    for _ in range(2):  # a form that is sent twice shares once
        share(session, world, row.id, how="Bij een symposium")
    [seen] = lessons.of_unit(session, vr01)
    assert seen.whom == (world.units["VR01"].name, "Koninklijke Landmacht")
    assert [each.how for each in seen.shares] == ["Per brief", "Per brief", "Bij een symposium"]
    assert lessons.of_unit(session, vr02) == []
    lessons.change(session, row.id, replace(LESSON, title="Anders"), by=acting(world), seen_version=1)
    with pytest.raises(ChangedMeanwhile):
        lessons.remove(session, row.id, by=acting(world), seen_version=1)
    lessons.remove(session, row.id, by=acting(world), seen_version=2)
    assert lessons.of_unit(session, vr01) == []
    lines = session.scalars(select(LogEntry).where(LogEntry.subject == "lesson").order_by(LogEntry.id)).all()
    assert [each.action.removeprefix("lesson.") for each in lines] == [
        *("add", "share", "share", "change", "remove")
    ]
    assert LESSON.summary not in str([each.detail for each in lines])


def test_a_lesson_that_can_not_be_is_refused(session, world) -> None:
    refused = (
        ({"title": " "}, "titel"),
        ({"summary": ""}, "Vat samen"),
        ({"advice": ""}, "wat anderen ermee kunnen"),
        ({"source": ""}, "waar de les vandaan komt"),
        ({"point_id": 999}, "Kies een punt"),
        ({"origin_id": 999}, "Kies een document"),
        ({"happened_on": date(9, 1, 1)}, "jaar 9"),
    )
    for changed, why in refused:
        with pytest.raises(Refused, match=why):
            add(session, world, **changed)


def test_sharing_with_nobody_in_the_future_or_by_others_is_refused(session, world) -> None:
    row = add(session, world)
    for given, why in (
        ({"units": ()}, "minstens één eenheid"),
        ({"on": date(2100, 1, 1)}, "toekomst"),
        ({"how": " "}, "hoe u de les deelt"),
    ):
        with pytest.raises(Refused, match=why):
            share(session, world, row.id, **given)
    with pytest.raises(NotAllowed):
        lessons.add(session, LESSON, by=acting(world, "ovr.vr01"))
    share(session, world, row.id)
    session.commit()
    session.scalars(select(LessonShare)).one().how = "Anders"
    with pytest.raises(DBAPIError, match="append-only"):
        session.flush()
    session.rollback()


def test_what_is_learnt_from_something_made_up_is_made_up(session, world, make_point) -> None:
    point = make_point(fictief=True)
    row = add(session, world, point_id=point.id)
    found = lessons.find(session, row.id)
    assert found is not None
    assert (found.fictief, found.point_title) == (True, point.title)


def test_pages_write_share_and_hand_on_a_lesson(app, client, login, session, world) -> None:
    login("inspecteur")
    client.get(LESSONS)
    client.click("Les toevoegen")
    given = {"title": LESSON.title, "summary": LESSON.summary, "advice": LESSON.advice}
    page = client.submit(given, status=422)
    assert page.has("Vul in waar de les vandaan komt.")
    assert page.one("#title")["value"] == LESSON.title
    client.submit({"source": "Een oefening", "fictief": "y", "happened_on": "2014-02-01"})
    client.click("Les delen")
    assert client.submit({"how": "In Meetlat"}, status=422).has("Kies minstens één eenheid")
    client.submit({"units": [str(world.units["VR01"].id)], "organisation": "Landmacht"})
    page = client.page
    assert page.has("Landmacht")
    name = "les-oefen-de-overdracht-fictief"
    pdf = client.get(page.link("Deze les als PDF"))
    assert f"{name}.pdf" in pdf.headers["Content-Disposition"]
    with pikepdf.open(BytesIO(pdf.data)) as opened:
        text = " ".join(" ".join(pdftext.page_texts(opened)).split())
    for words in (LESSON.title, LESSON.summary, LESSON.advice, "Een oefening (1 februari 2014)"):
        assert words in text
    assert "Landmacht" not in text, "with whom it was shared is not for who gets it"
    client.get(f"{LESSONS}?zoek=overdracht+landmacht")
    assert client.page.text("caption").startswith("1 les,")
    book = openpyxl.load_workbook(BytesIO(client.get(client.page.link("Deze lijst als Excel")).data))
    values = [cell.value for row in book["Lessen"] for cell in row]
    assert {LESSON.title, f"{world.units['VR01'].name}; Landmacht", date(2014, 2, 1)} & {
        value.date() if hasattr(value, "date") else value for value in values
    } == {LESSON.title, f"{world.units['VR01'].name}; Landmacht", date(2014, 2, 1)}
    assert client.get(f"{LESSONS}?zoek=niets").has("Geen les heeft deze woorden.")

    [found] = lessons.listed(session)
    client.get(f"{LESSONS}/{found.id}/wijzigen")
    lessons.change(
        session, found.id, replace(LESSON, advice="Van een collega."), by=acting(world), seen_version=1
    )
    session.commit()
    page = client.submit({"title": "Van mij"}, status=409)
    assert page.has("Van een collega.")
    assert client.submit().h1 == "Van mij"

    login("waarnemer.vr01")
    client.get("/opvolging/eenheid/VR01")
    assert client.click("Lessen").has("Van mij")
    assert not client.page.has("Landmacht")
    login("ovr.vr02")
    assert not client.get("/opvolging/eenheid/VR02/lessen").has("Van mij")
    client.get("/opvolging/eenheid/VR01/lessen", status=403)
    client.get(f"{LESSONS}/{found.id}", status=403)
    login("inspecteur")
    form = client.get(f"{LESSONS}/{found.id}/wijzigen").form("Les bewaren")
    late = form.filled({"title": "Nog eens"}, "Les bewaren")
    client.get(f"{LESSONS}/{found.id}/verwijderen")
    assert client.submit().has("De les is verwijderd.")
    client.get(f"{LESSONS}/{found.id}", status=404)
    page = client.post(f"{LESSONS}/{found.id}/wijzigen", late, status=409)
    assert page.has("Een collega heeft deze les intussen verwijderd.")
    assert client.submit().h1 == "Nog eens"


def test_the_list_costs_the_same_number_of_queries_however_many_lessons(
    app, client, login, session, world
) -> None:
    def one() -> None:
        share(session, world, add(session, world).id)
        session.commit()

    def queries() -> int:
        with counting.selected(app) as asked:
            client.get(LESSONS)
        return len(asked)

    one()
    login("inspecteur")
    client.get(LESSONS)
    before = queries()
    for _ in range(3):
        one()
    assert queries() == before
