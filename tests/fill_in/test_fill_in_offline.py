"""A workbook is taken away, filled in, uploaded, looked at, and taken over: all of it or nothing."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import select

from surveys.answers import Content, Reference
from surveys.models import AnswerUpload, Signature
from tests import factories, filled
from tests.fill_in.conftest import COMPLETE, HOME
from tests.support import answersheet

OFFLINE = f"{HOME}/zonder-meetlat"
SHEET = f"{OFFLINE}/werkboek"
INSTRUMENT = factories.tiny()


def upload(client, content, *, status=200, name="ingevuld.xlsx", path=OFFLINE):
    """Send a workbook as the form on the page does."""
    file = (BytesIO(content), name)
    client._before()
    with client._browser.post(
        path, data={"csrf_token": client.token(), "werkboek": file}, content_type="multipart/form-data"
    ) as answer:
        location, found = answer.headers.get("Location"), answer.status_code
        text = answer.get_data(as_text=True)
    if found == 303:
        assert status == 200, text
        return client.get(location)
    assert found == status, text
    return text


@pytest.fixture
def ovr(login, client, world):
    """The OVR of VR01, who has an answer already."""
    login("ovr.vr01")
    return client


def sheet(client):
    return client.get(SHEET).data


def test_a_workbook_comes_back_and_is_taken_over_after_it_was_looked_at(ovr, kept, fill, session):
    fill("ovr.vr01", {"1.1-01": Content("nee", note="Vacature.")})
    assert ovr.get(f"{HOME}/").link("Invullen zonder Meetlat") == OFFLINE
    page = ovr.get(OFFLINE)
    assert page.link("Werkboek ophalen") == SHEET
    answer = ovr.get(SHEET)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "fictieve" in answer.headers["Content-Disposition"]
    given = {
        **COMPLETE,
        "1.1-01": Content("ja"),
        "1.1-99": Content("=1+1"),
        "1.1-03": Content("vast", documents=(Reference("Plan", "blz. 3"), Reference("Kaart"))),
    }
    page = upload(ovr, answersheet.fill(answer.data, INSTRUMENT, given))
    assert page.h1 == "Werkboek bekijken en overnemen"
    assert page.has("Er veranderen 6 antwoorden.")
    assert "ingevuld.xlsx" in page.html
    assert "Nee" in page.text("#vraag-1-1-01 .columns > div:first-child")
    assert "Ja" in page.text("#vraag-1-1-01 .columns > div:last-child")
    assert kept("1.1-01") == Content("nee", note="Vacature."), "nothing is applied before it is confirmed"
    page = ovr.submit(button="Overnemen")
    assert page.has("Er zijn 6 antwoorden overgenomen.")
    # an empty cell leaves what stands: the note of the first question
    assert kept("1.1-01") == Content("ja", note="Vacature.")
    assert {code: kept(code) for code in given if code != "1.1-01"} == {
        code: content for code, content in given.items() if code != "1.1-01"
    }


def test_a_workbook_that_was_not_changed_changes_nothing_even_after_others_did(ovr, fill, kept):
    fill("ovr.vr01", COMPLETE)
    content = sheet(ovr)
    fill("contactpersoon.vr01", {"1.1-02": Content(4)})
    page = upload(ovr, content)
    assert page.has("In het werkboek staat niets anders dan in Meetlat.")
    assert not page.has("Overnemen")
    assert kept("1.1-02") == Content(4)


@pytest.fixture
def conflicting(ovr, fill):
    """Two answers changed in a workbook, one of them by somebody else meanwhile."""
    fill("ovr.vr01", COMPLETE)
    changed = {"1.1-02": Content(1), "1.1-03": Content("geen")}
    content = answersheet.fill(sheet(ovr), INSTRUMENT, changed)
    fill("contactpersoon.vr01", {"1.1-02": Content(5, note="Elke dag.")})
    page = upload(ovr, content)
    assert page.has("Dit antwoord is in Meetlat gewijzigd nadat het werkboek is gemaakt.")
    now = page.text("#vraag-1-1-02 .columns > div:first-child")
    assert "5 dagen per week" in now
    assert "Elke dag." in now
    assert "Contactpersoon Regio 1" in now
    assert "1 dagen per week" in page.text("#vraag-1-1-02 .columns > div:last-child")
    return ovr


def test_a_conflict_is_not_decided_by_itself(conflicting, kept):
    page = conflicting.submit(button="Overnemen", status=422)
    assert page.has("Vraag 1.1-02: kies welk antwoord blijft staan.")
    assert kept("1.1-02") == Content(5, note="Elke dag.")
    assert kept("1.1-03") == Content("wissel"), "nothing is taken over, also what does not conflict"


@pytest.mark.parametrize(
    ("choice", "stands"),
    [("mijn", Content(1, note="Elke dag.")), ("hun", Content(5, note="Elke dag."))],
)
def test_the_answer_that_was_chosen_stays(conflicting, kept, choice, stands):
    conflicting.submit({"keuze-vraag-1-1-02": choice}, button="Overnemen")
    assert kept("1.1-02") == stands
    assert kept("1.1-03") == Content("geen")


def test_a_change_after_the_preview_refuses_all_and_keeps_the_choices(conflicting, fill, kept):
    fill("contactpersoon.vr01", {"1.1-03": Content("vast")})
    page = conflicting.submit({"keuze-vraag-1-1-02": "mijn"}, button="Overnemen", status=409)
    assert page.has("Er is intussen een antwoord gewijzigd. Er is niets overgenomen.")
    assert kept("1.1-02").value == 5
    assert kept("1.1-03").value == "vast"
    assert page.form("Overnemen").values["keuze-vraag-1-1-02"] == ["mijn"]
    conflicting.submit({"keuze-vraag-1-1-03": "hun"}, button="Overnemen")
    assert (kept("1.1-02").value, kept("1.1-03").value) == (1, "vast")


def test_the_agreement_that_ends_is_told_beforehand_and_ends(ovr, session, world, kept):
    filled.fill(session, world.dossiers["VR01"], filled.STRONG)
    from surveys import signing

    signing.sign(session, world.dossiers["VR01"], by=answersheet_by(world, "contactpersoon.vr01"))
    session.commit()
    content = answersheet.fill(sheet(ovr), INSTRUMENT, {"1.1-02": Content(4)})
    page = upload(ovr, content)
    assert page.has("Als u dit overneemt, vervalt het akkoord van Contactpersoon Regio 1.")
    ovr.submit(button="Overnemen")
    session.rollback()
    session.expire_all()
    assert session.scalars(select(Signature)).one().voided_at is not None


def answersheet_by(world, key):
    from surveys.acting import By

    return By.through(world.assignments[key])


def test_a_fault_is_told_by_sheet_and_cell_and_nothing_can_be_taken_over(ovr, kept, session):
    content = sheet(ovr)
    name, row = answersheet.place(content, INSTRUMENT, "1.1-02")
    spoiled = answersheet.fill(content, INSTRUMENT, {"1.1-01": Content("ja")})
    spoiled = answersheet.change(spoiled, lambda book: book[name].__setitem__(f"C{row}", "veel"))
    page = upload(ovr, spoiled)
    assert page.has(f"Blad {name}, cel C{row}: vul een getal in, bijvoorbeeld 3 of 2,5. Er staat: veel")
    assert page.has("Vraag 1.1-01"), "what is right is shown"
    path = page.url
    ovr.post(path, {"stand": "wat dan ook"}, status=409)
    assert kept("1.1-01") == Content()


def test_a_workbook_of_another_dossier_is_refused_on_the_page(ovr, session, someone):
    other = someone("ovr.vr02")
    content = other.get("/dossier/proefmeting/VR02/zonder-meetlat/werkboek").data
    page = upload(ovr, content, status=422)
    assert "Blad Meetlat, cel B6: dit werkboek hoort bij een andere eenheid (VR02; hier hoort VR01)." in page
    session.rollback()
    assert session.scalars(select(AnswerUpload)).all() == []


def test_what_is_no_workbook_is_refused_on_the_page(ovr):
    assert "Dit is geen Excel-werkboek" in upload(ovr, b"naam;antwoord\n", status=422, name="lijst.csv")
    assert ovr.post(OFFLINE, {}, status=422).has("Kies het ingevulde werkboek.")


def test_an_upload_is_its_uploaders_alone(ovr, someone, session):
    content = answersheet.fill(sheet(ovr), INSTRUMENT, {"1.1-01": Content("ja")})
    path = upload(ovr, content).url
    for key in ("contactpersoon.vr01", "waarnemer.vr01"):
        other = someone(key)
        other.get(path, status=404)
        other.post(path, {"stand": ""}, status=404)
    stranger = someone("ovr.vr02")
    stranger.get(path, status=403)
    # also by way of one's own dossier
    stranger.get(path.replace("VR01", "VR02"), status=404)
    someone("inspecteur").get(path, status=403)
    ovr.get(f"{OFFLINE}/999999999999", status=404)


def test_sent_twice_it_is_taken_over_once(ovr, session):
    content = answersheet.fill(sheet(ovr), INSTRUMENT, {"1.1-01": Content("ja")})
    page = upload(ovr, content)
    path, seen = page.url, page.form("Overnemen").values["stand"]
    ovr.submit(button="Overnemen")
    assert ovr.post(path, {"stand": seen}, status=409).has("Dit werkboek is al overgenomen.")
    session.rollback()
    kept = session.scalars(select(AnswerUpload)).one()
    assert kept.answers == {"answers": {}, "faults": []}


def test_after_handing_in_nothing_is_taken_and_the_upload_stays(ovr, session, world, kept):
    content = answersheet.fill(sheet(ovr), INSTRUMENT, {"1.1-01": Content("nee")})
    page = upload(ovr, content)
    path, seen = page.url, page.form("Overnemen").values["stand"]
    session.rollback()
    filled.submit(session, world.dossiers["VR01"], filled.STRONG)
    session.commit()
    page = ovr.post(path, {"stand": seen}, status=409)
    assert page.has("De vragenlijst is al ingeleverd")
    assert "Nee" in page.text("#vraag-1-1-01 .columns > div:last-child")
    assert kept("1.1-01").value == "ja"
    assert "is al ingeleverd" in upload(ovr, content, status=409)


def test_who_may_only_look_gets_the_workbook_and_no_form(login, client, world):
    login("inspecteur")
    assert client.get(f"{HOME}/").link("Afdrukken") == OFFLINE
    page = client.get(OFFLINE)
    assert page.h1 == "Afdrukken"
    assert not page.all("input[type=file]")
    assert client.get(SHEET).data.startswith(b"PK")


def test_the_questionnaire_on_paper_blank_and_filled_in(ovr, fill):
    fill("ovr.vr01", {**COMPLETE, "2.1-01": Content(["brandweer", "politie"], note="Elk kwartaal.")})
    blank = ovr.get(f"{HOME}/afdrukken?leeg=1")
    assert blank.has("Fictieve gegevens")
    assert not blank.all(".paper__box--ticked")
    assert not blank.has("Elk kwartaal.")
    assert blank.has("Hangt af van vraag 1.1-01")
    assert len(blank.all(".paper__question")) == len(INSTRUMENT.questions)
    assert len(blank.all(".paper__factor")) == len(INSTRUMENT.factors)
    paper = ovr.get(f"{HOME}/afdrukken")
    assert paper.texts(".paper__boxes li:has(.paper__box--ticked) strong") == [
        "Ja",
        "Op een wisselende werkplek",
        "De brandweer",
        "De politie",
    ]
    assert paper.has("3 dagen per week")
    assert paper.has("Elk kwartaal.")
