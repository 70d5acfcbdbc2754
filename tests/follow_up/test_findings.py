"""Interim findings: shared before the report, answered by the unit, and settled."""

from __future__ import annotations

import io
from datetime import date

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from surveys import evidence
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.filestore import Folder
from surveys.follow_up import findings, points
from surveys.follow_up.findings import FindingDetails, FindingInfo
from surveys.follow_up.points import Details
from surveys.models import InterimReply, InterimStep, LogEntry
from tests.factories import World
from tests.follow_up.conftest import acting
from tests.support import counting, files

DAY = date(2014, 3, 1)
TEXT = "Het rooster van oefeningen ontbreekt."
UNIT = "/opvolging/eenheid/VR01/bevindingen"
OTHERS = "/opvolging/eenheid/VR02/bevindingen"


@pytest.fixture
def by(world):
    return acting(world)


@pytest.fixture
def shared(session: Session, world: World, by) -> int:
    """A finding that was shared with VR01."""
    row = findings.add(session, world.dossiers["VR01"], FindingDetails(TEXT, "1.1", "1.1-01"), by=by)
    findings.share(session, row.id, by=by, seen_version=1)
    session.commit()
    return row.id


def info(session: Session, number: int) -> FindingInfo:
    found = findings.find(session, number)
    assert found is not None
    return found


def answer(session, world, number, words="Er is nu een rooster.", who="ovr.vr01", unit="VR01", on=DAY):
    return findings.reply(session, world.units[unit], number, words, on, by=acting(world, who))


def test_a_unit_sees_a_finding_once_it_is_shared_and_others_never_do(session, world, by) -> None:
    vr01, vr02 = world.units["VR01"].id, world.units["VR02"].id
    row = findings.add(session, world.dossiers["VR01"], FindingDetails(TEXT), by=by)
    assert findings.of_unit(session, vr01) == []
    findings.change(session, row.id, FindingDetails("Anders.", "1.1"), by=by, seen_version=1)
    with pytest.raises(ChangedMeanwhile):
        findings.share(session, row.id, by=by, seen_version=1)
    findings.share(session, row.id, by=by, seen_version=2)

    [seen] = findings.of_unit(session, vr01)
    assert (seen.text, seen.state, seen.waits_for) == ("Anders.", "gedeeld", "Wacht op de eenheid")
    assert findings.of_unit(session, vr02) == []
    assert findings.waiting(session, [vr01, vr02]) == {vr01: 1, vr02: 0}
    with pytest.raises(Refused, match="al gedeeld"):
        findings.change(session, row.id, FindingDetails("Nog anders."), by=by, seen_version=3)
    findings.withdraw(session, row.id, "Dit klopte niet.", by=by, seen_version=3)
    [seen] = findings.of_unit(session, vr01)
    assert [(each.kind, each.words) for each in seen.steps] == [
        ("gedeeld", None),
        ("ingetrokken", "Dit klopte niet."),
    ]
    with pytest.raises(Refused, match="ingetrokken"):
        answer(session, world, row.id)


def test_an_answer_is_looked_at_and_the_finding_becomes_a_point_of_the_unit(session, world, by, shared):
    with pytest.raises(Refused, match="nog niets geantwoord"):
        findings.look(session, shared, True, None, by=by, seen_version=2)
    answer(session, world, shared)
    assert info(session, shared).waits_for == "Nog te beoordelen"
    with pytest.raises(Refused, match="wat u nog niet zag"):
        findings.look(session, shared, False, " ", by=by, seen_version=2)
    findings.look(session, shared, False, "Nog geen data.", by=by, seen_version=2)
    assert info(session, shared).waits_for == "Af te handelen"
    details = Details("bevinding", "Maak een rooster", TEXT, "Regio 1")
    number = findings.make_point(session, shared, details, by=by, seen_version=3)

    point = points.find(session, number)
    assert point is not None
    assert (point.unit_id, point.fictief) == (world.units["VR01"].id, world.measurement.fictief)
    found = findings.of_point(session, number)
    assert found is not None
    assert (found.id, found.state, found.waits_for) == (shared, "afgehandeld", "")
    with pytest.raises(Refused, match="afgehandeld"):
        findings.close(session, shared, "Klaar.", by=by, seen_version=4)
    told = session.scalars(
        select(LogEntry).where(LogEntry.subject == "interim_finding").order_by(LogEntry.id)
    ).all()
    assert [row.action.removeprefix("interim.") for row in told] == ["add", "step", "reply", "step", "step"]
    assert TEXT not in str([row.detail for row in told])


def test_a_finding_that_can_not_be_is_refused(session, world, by) -> None:
    refused = (
        (FindingDetails(" "), "Schrijf de bevinding op"),
        (FindingDetails("x" * 10_001), "10000 tekens"),
        (FindingDetails(TEXT, "9.9"), "Kies een factor"),
        (FindingDetails(TEXT, None, "9.9-99"), "Vraag 9.9-99 staat niet"),
    )
    for details, why in refused:
        with pytest.raises(Refused, match=why):
            findings.add(session, world.dossiers["VR01"], details, by=by)


def test_who_may_not_is_refused_and_nothing_is_shared_after_the_report(session, world, by, shared) -> None:
    dossier = world.dossiers["VR01"]
    with pytest.raises(NotAllowed):
        findings.add(session, dossier, FindingDetails(TEXT), by=acting(world, "ovr.vr01"))
    for who, unit in (("ovr.vr02", "VR02"), ("ovr.vr02", "VR01"), ("waarnemer.vr01", "VR01")):
        with pytest.raises(NotAllowed):
            answer(session, world, shared, who=who, unit=unit)
    with pytest.raises(Refused, match="toekomst"):
        answer(session, world, shared, on=date(2100, 1, 1))
    concept = findings.add(session, dossier, FindingDetails(TEXT), by=by)
    with pytest.raises(NotAllowed):
        answer(session, world, concept.id)
    world.measurement.state = "rapport_vast"
    session.flush()
    with pytest.raises(Refused, match="rapport van deze meting staat vast"):
        findings.share(session, concept.id, by=by, seen_version=1)
    with pytest.raises(Refused, match="rapport van deze meting staat vast"):
        findings.add(session, dossier, FindingDetails(TEXT), by=by)


def test_what_was_done_and_answered_can_not_be_changed(session, world, shared) -> None:
    answer(session, world, shared)
    session.commit()
    for model in (InterimStep, InterimReply):
        for change in (update(model).values(words="Anders."), delete(model)):
            with pytest.raises(DBAPIError, match="append-only"):
                session.execute(change)
            session.rollback()


def test_pages_lead_from_writing_to_an_answer_with_a_file_and_a_point(client, login, session, world) -> None:
    login("inspecteur")
    client.get("/opvolging/bevindingen/proefmeting/VR01")
    client.click("Bevinding opschrijven")
    page = client.submit({"text": TEXT, "question": "9.9-99"}, status=422)
    assert page.has("Vraag 9.9-99 staat niet in deze vragenlijst")
    assert TEXT in page.one("#text").text_content
    client.submit({"question": "1.1-01", "factor": "1.1"})
    client.click("Delen met de eenheid")
    page = client.submit(button="Bevinding delen")
    assert page.has("De bevinding is gedeeld.")
    assert page.has("Geef zelf door dat er een bevinding is")

    login("waarnemer.vr01")
    page = client.get(UNIT)
    assert page.has(TEXT)
    assert not page.has("Schrijven wat u verbeterde")
    login("ovr.vr01")
    client.get("/")
    client.click("1 tussentijdse bevinding voor Regio 1")
    client.click("Schrijven wat u verbeterde")
    wrong = {
        "words": "Er is een rooster.",
        "improved_on": "2999-01-01",
        "file": [(io.BytesIO(b"MZ"), "x.exe")],
    }
    page = client.submit(wrong, status=422)
    assert page.has("x.exe")
    assert "Er is een rooster." in page.one("#words").text_content
    right = {"improved_on": "2014-03-01", "file": [(io.BytesIO(files.pdf()), "rooster.pdf")]}
    page = client.submit(right)
    assert page.has("Uw antwoord is bewaard.")
    assert client.ask("GET", page.link("rooster.pdf")).data == files.pdf()
    [number] = [each.id for each in findings.listed(session)]

    login("ovr.vr02")
    assert not client.get(OTHERS).has(TEXT)
    client.get(f"{OTHERS}/{number}/antwoord", status=404)
    client.get(f"{OTHERS}/{number}/bestanden/1", status=404)
    client.get(UNIT, status=403)

    login("inspecteur")
    assert client.get("/opvolging/bevindingen").has("Nog te beoordelen")
    client.get(f"/opvolging/bevinding/{number}")
    assert client.ask("GET", client.page.link("rooster.pdf")).data == files.pdf()
    client.click("Verbetering beoordelen")
    assert client.submit({"improved": "nee"}, status=422).has("Schrijf op wat u nog niet zag.")
    client.submit({"improved": "ja", "words": "Gezien."})
    client.click("Opvolgpunt maken")
    page = client.submit({"title": "Houd het rooster bij"})
    assert page.has("Van de bevinding is een opvolgpunt gemaakt.")
    client.click("Bekijk het opvolgpunt dat ervan is gemaakt")
    assert client.page.has("Kwam uit bevinding")
    login("ovr.vr01")
    page = client.get(UNIT)
    assert page.has("Gezien.")
    client.click("Bekijk het opvolgpunt dat hiervan is gemaakt")
    assert client.page.h1 == "Houd het rooster bij"


def test_a_page_shows_what_a_colleague_did_meanwhile(client, login, session, world, by) -> None:
    row = findings.add(session, world.dossiers["VR01"], FindingDetails(TEXT), by=by)
    session.commit()
    login("inspecteur")
    client.get(f"/opvolging/bevinding/{row.id}/wijzigen")
    findings.change(session, row.id, FindingDetails("Van een collega."), by=by, seen_version=1)
    session.commit()
    page = client.submit({"text": "Van mij."}, status=409)
    assert page.has("Van een collega.")
    assert "Van mij." in page.one("#text").text_content
    assert client.submit().has("De bevinding is gewijzigd.")
    client.get(f"/opvolging/bevinding/{row.id}/niets", status=404)
    client.get("/opvolging/bevinding/9999", status=404)


def test_files_of_answers_are_not_swept_away(app, session, world, shared) -> None:
    store = Folder(app.config["SETTINGS"].files)
    upload = evidence.look_at("rooster.pdf", files.pdf(), largest=10**6)
    unit, by = world.units["VR01"], acting(world, "ovr.vr01")
    made = findings.reply(session, unit, shared, "Klaar.", DAY, upload, store=store, by=by)
    session.commit()
    assert evidence.sweep(session, store) == 0
    session.commit()
    assert findings.download(session, store, shared, made.id)[2] == files.pdf()
    with pytest.raises(KeyError):
        findings.download(session, store, shared + 1, made.id)


def test_the_lists_cost_the_same_number_of_queries_however_many_findings(
    app, client, login, session, world, by, shared
) -> None:
    def queries(who: str, path: str) -> int:
        login(who)
        client.get(path)
        with counting.selected(app) as asked:
            client.get(path)
        return len(asked)

    answer(session, world, shared)
    session.commit()
    pages = {"inspecteur": "/opvolging/bevindingen", "ovr.vr01": UNIT}
    before = {who: queries(who, path) for who, path in pages.items()}
    for _ in range(4):
        row = findings.add(session, world.dossiers["VR01"], FindingDetails(TEXT), by=by)
        findings.share(session, row.id, by=by, seen_version=1)
        answer(session, world, row.id)
    session.commit()
    assert {who: queries(who, path) for who, path in pages.items()} == before
