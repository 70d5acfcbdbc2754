"""Two people at once: both answers are shown, and nothing anybody typed is lost or overwritten unseen."""

from __future__ import annotations

import pytest

from surveys.answers import Content
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
