"""Two people at once: both answers are shown, and nothing anybody typed is lost or overwritten unseen."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from surveys.answers import Content, Reference
from surveys.models import Answer, AnswerVersion
from tests.fill_in.conftest import HOME

FIRST = f"{HOME}/factor/1.1"
NEXT = "Opslaan en verder"


@pytest.fixture
def conflict(login, client, fill):
    """The OVR sends an answer after the contact person changed it: the page that comes of it."""
    fill("ovr.vr01", {"1.1-01": Content("ja")})
    login("ovr.vr01")
    client.get(FIRST)
    fill("contactpersoon.vr01", {"1.1-01": Content("nee", note="Hun toelichting")})
    return client.submit(
        {
            "vraag-1-1-01-answer": "ja",
            "vraag-1-1-01-note": "Mijn toelichting",
            "vraag-1-1-03-answer": "wissel",
        },
        button=NEXT,
        status=409,
    )


def test_both_answers_are_shown_and_the_rest_of_the_page_is_saved(conflict, kept):
    assert conflict.title.startswith("Fout: ")
    shown = conflict.text("#vraag-1-1-01-conflict")
    assert "Contactpersoon Regio 1 heeft dit antwoord om" in shown
    assert "Hun toelichting" in shown
    assert "Mijn toelichting" in shown
    assert conflict.form(NEXT).values["vraag-1-1-01-note"] == ["Mijn toelichting"]
    assert conflict.one(".errors a")["href"] == "#vraag-1-1-01-conflict"
    assert kept("1.1-01") == Content("nee", note="Hun toelichting")
    assert kept("1.1-03") == Content("wissel")


def test_mine_replaces_theirs_when_i_say_so(conflict, client, kept):
    client.submit({}, button="Mijn antwoord houden")
    assert kept("1.1-01") == Content("ja", note="Mijn toelichting")


def test_theirs_stays_when_i_say_so(conflict, client, kept):
    page = client.submit({}, button="Antwoord van Contactpersoon Regio 1 houden")
    assert kept("1.1-01") == Content("nee", note="Hun toelichting")
    assert page.form(NEXT).values["vraag-1-1-01-note"] == ["Hun toelichting"]


def test_both_texts_can_be_put_together_and_edited(conflict, client, kept):
    page = client.submit({}, button="Samenvoegen")
    both = "Mijn toelichting\n\nHun toelichting"
    assert page.form(NEXT).values["vraag-1-1-01-note"] == [both]
    assert page.has("Nog niet opgeslagen.")
    assert kept("1.1-01") == Content("nee", note="Hun toelichting")
    client.submit({"vraag-1-1-01-note": "Samen"}, button=NEXT)
    assert kept("1.1-01") == Content("ja", note="Samen")


def test_saving_without_choosing_asks_again(conflict, client, kept):
    client.submit({}, button=NEXT, status=409)
    assert kept("1.1-01") == Content("nee", note="Hun toelichting")


def test_a_third_change_is_not_overwritten_either(conflict, client, fill, kept):
    fill("contactpersoon.vr01", {"1.1-01": Content("nee", note="Nog later")})
    page = client.submit({}, button="Mijn antwoord houden", status=409)
    assert "Nog later" in page.text("#vraag-1-1-01-conflict")
    assert kept("1.1-01") == Content("nee", note="Nog later")


def test_what_i_did_not_touch_neither_conflicts_nor_undoes_a_change(login, client, fill, kept):
    fill("ovr.vr01", {"1.1-01": Content("ja"), "1.1-03": Content("geen")})
    login("ovr.vr01")
    client.get(FIRST)
    fill("contactpersoon.vr01", {"1.1-01": Content("nee", note="Later"), "1.1-99": Content("Nieuw")})
    client.submit({"vraag-1-1-03-answer": "wissel"}, button=NEXT)
    assert kept("1.1-01") == Content("nee", note="Later")
    assert kept("1.1-99") == Content("Nieuw")
    assert kept("1.1-03") == Content("wissel")


def test_the_same_answer_from_both_is_no_conflict(login, client, fill, kept):
    login("ovr.vr01")
    client.get(FIRST)
    fill("contactpersoon.vr01", {"1.1-01": Content("ja")})
    client.submit({"vraag-1-1-01-answer": "ja"}, button=NEXT)
    assert kept("1.1-01") == Content("ja")


def test_a_first_answer_of_both_conflicts(login, client, fill):
    login("ovr.vr01")
    client.get(FIRST)
    fill("contactpersoon.vr01", {"1.1-01": Content("ja")})
    page = client.submit({"vraag-1-1-01-answer": "nee"}, button=NEXT, status=409)
    assert "Ja" in page.text("#vraag-1-1-01-conflict")


def test_a_question_that_is_no_longer_asked_keeps_what_was_typed_and_could_not_be_saved(login, client, fill):
    fill("ovr.vr01", {"1.1-01": Content("ja"), "1.1-02": Content(1)})
    login("ovr.vr01")
    client.get(FIRST)
    page = client.submit(
        {"vraag-1-1-01-answer": "nee", "vraag-1-1-02-answer": "veel"}, button=NEXT, status=422
    )
    assert page.form(NEXT).values["vraag-1-1-02-answer"] == ["veel"]


def test_putting_together_shows_the_answer_of_the_other_and_drops_no_document(login, client, fill, kept):
    mine = [f"Mijn stuk {number}" for number in range(20)]
    theirs = tuple(Reference(f"Hun stuk {number}", "blz. 1") for number in range(20))
    login("ovr.vr01")
    client.get(FIRST)
    sent = client.page.form(NEXT).filled({"vraag-1-1-03-answer": "wissel"}, NEXT)
    sent |= {f"vraag-1-1-03-documents-{number}-title": [title] for number, title in enumerate(mine)}
    fill("contactpersoon.vr01", {"1.1-03": Content("geen", documents=theirs)})
    client.post(FIRST, sent, status=409)
    page = client.submit({}, button="Samenvoegen")
    titles = [
        found["value"] for found in page.all("#vraag-1-1-03 input[name$='-title']") if found.get("value")
    ]
    assert titles == mine + [each.title for each in theirs]
    assert "Er is geen werkplek" in page.text("#vraag-1-1-03 .conflict")
    page = client.submit({}, button=NEXT, status=422)
    assert page.has("Noem hoogstens 20 documenten bij een vraag.")
    assert len([f for f in page.all("#vraag-1-1-03 input[name$='-title']") if f.get("value")]) == 40
    assert kept("1.1-03") == Content("geen", documents=theirs)


@pytest.mark.parametrize("theirs", [None, Content("ja", note="Van de ander")], ids=["none yet", "changed"])
def test_a_note_whose_version_got_lost_is_not_lost(login, client, fill, kept, theirs):
    if theirs:
        fill("contactpersoon.vr01", {"1.1-01": theirs})
    login("ovr.vr01")
    client.get(FIRST)
    sent = client.page.form(NEXT).filled({"vraag-1-1-01-note": "Mijn verhaal"}, NEXT)
    del sent["vraag-1-1-01-version"]
    page = client.post(FIRST, sent, status=409 if theirs else 200)
    if theirs:
        assert kept("1.1-01") == theirs
        assert "Mijn verhaal" in page.text("#vraag-1-1-01-conflict")
        assert "Van de ander" in page.text("#vraag-1-1-01-conflict")
    else:
        assert kept("1.1-01") == Content(note="Mijn verhaal")


def test_a_page_that_lay_open_for_long_conflicts_and_goes_over_nothing(login, client, fill, kept):
    login("ovr.vr01")
    client.get(FIRST)
    old = client.page.form(NEXT).filled({"vraag-1-1-01-note": "Uit een oud venster"}, NEXT)
    for number in range(3):
        fill("contactpersoon.vr01", {"1.1-01": Content("ja", note=f"Versie {number}")})
    page = client.post(FIRST, old, status=409)
    assert "Uit een oud venster" in page.text("#vraag-1-1-01-conflict")
    assert kept("1.1-01") == Content("ja", note="Versie 2")


def test_a_choice_that_is_sent_twice_is_made_once(conflict, client, kept, session):
    sent = client.page.form("Mijn antwoord houden").filled({}, "Mijn antwoord houden")
    for _ in range(2):
        client.post(FIRST, sent)
    assert kept("1.1-01") == Content("ja", note="Mijn toelichting")
    rows = session.scalars(select(AnswerVersion).join(Answer).where(Answer.question == "1.1-01")).all()
    assert len(rows) == 3


def test_a_browser_keeps_no_fields_of_a_page_that_it_asks_anew(world, login, client):
    login("ovr.vr01")
    page = client.get(FIRST)
    # else it would put an old answer beside a new version, and the next save would go over the other's
    assert page.one("form[data-autosave]")["autocomplete"] == "off"
    assert page.headers["Cache-Control"] == "no-store"
