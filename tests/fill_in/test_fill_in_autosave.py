"""Saving one answer as htmx does: what comes back, and what does not."""

from __future__ import annotations

import pytest
from flask import Flask

from surveys import measurements
from surveys.acting import By
from surveys.answers import Content
from tests.fill_in.conftest import COMPLETE, HOME

ANSWER = f"{HOME}/vraag/1.1-01"


@pytest.fixture(autouse=True)
def _in(login, world):
    login("ovr.vr01")


def send(client, code="1.1-01", status=200, **fields):
    anchor = "vraag-" + code.replace(".", "-")
    data = {f"{anchor}-version": "0"} | {f"{anchor}-{name}": value for name, value in fields.items()}
    return client.htmx(f"{HOME}/vraag/{code}", data, status=status)


def places(page):
    """The places on the page that the answer fills."""
    return {found["id"] for found in page.all("[hx-swap-oob]")}


def test_a_saved_answer_gives_status_version_and_the_questions_that_depend_on_it(client, kept):
    page = send(client, answer="ja")
    assert kept("1.1-01") == Content("ja")
    assert page.text("#opslaan").startswith("Opgeslagen om ")
    assert "Vraag 1.1-02 is erbij gekomen." in page.text("#opslaan")
    assert page.one("#vraag-1-1-01-version")["value"] == "1"
    assert page.one("#vraag-1-1-02")["data-state"] == "asked"
    assert page.one("#vraag-1-1-02-answer")
    assert places(page) == {
        "opslaan",
        "vraag-1-1-01-wacht",
        "vraag-1-1-01-version",
        "vraag-1-1-01-conflict",
        "vraag-1-1-01-state",
        "vraag-1-1-02",
    }


def test_a_question_that_is_no_longer_asked_comes_back_as_one_line(client):
    send(client, answer="ja")
    page = send(client, answer="nee", version="1")
    assert page.one("#vraag-1-1-02")["data-state"] == "not_asked"
    assert "Bij dit antwoord hoort nog een toelichting." in page.text("#vraag-1-1-01-state")


def test_the_field_that_is_being_filled_in_is_not_sent_back(client):
    page = send(client, answer="ja")
    assert page.all("#vraag-1-1-01-answer") == []
    assert page.all("#vraag-1-1-01-note") == []


def test_what_can_not_be_is_told_and_not_saved(client, fill, kept):
    fill("ovr.vr01", {"1.1-01": Content("ja")})
    page = send(client, "1.1-02", answer="drie", status=422)
    assert kept("1.1-02") == Content()
    assert page.text("#opslaan").startswith("Niet opgeslagen. Vraag 1.1-02: Vul een getal in")
    assert "Vul een getal in" in page.text("#vraag-1-1-02-state")
    assert "vraag-1-1-02-version" not in places(page)


def test_an_answer_that_somebody_else_changed_shows_both_and_keeps_the_seen_version(client, fill, kept):
    fill("contactpersoon.vr01", {"1.1-01": Content("ja", note="Van ons")})
    page = send(client, answer="nee", note="Van mij", status=409)
    assert kept("1.1-01") == Content("ja", note="Van ons")
    conflict = page.text("#vraag-1-1-01-conflict")
    assert "Van ons" in conflict
    assert "Van mij" in conflict
    assert page.one("[name=vraag-1-1-01-theirs]")["value"] == "1"
    assert "vraag-1-1-01-version" not in places(page)


def test_the_same_save_twice_makes_one_version(client):
    send(client, answer="ja")
    page = send(client, answer="ja")
    assert page.one("#vraag-1-1-01-version")["value"] == "1"


def test_a_change_after_a_signature_says_that_it_ended(client, someone, fill):
    fill("ovr.vr01", COMPLETE)
    client.get(f"{HOME}/controle")
    client.submit({"gelezen": "ja"}, button="Akkoord geven")
    page = send(client, "1.1-03", answer="geen", version="1")
    assert "Het akkoord dat was gegeven, geldt niet meer." in page.text("#opslaan")
    assert "Er is na uw akkoord iets gewijzigd. Geef opnieuw akkoord." in page.text("#meldingen")


def test_a_closed_measurement_is_told_without_taking_the_text_away(client, session, world):
    measurements.go_to(session, world.measurement, "landelijk_beeld", By.system())
    page = send(client, answer="ja", status=409)
    assert places(page) == {"opslaan"}
    assert "Uw tekst staat nog op dit scherm." in page.text("#opslaan")


def test_without_htmx_the_same_address_goes_back_to_the_question(client, kept):
    client.post(ANSWER, {"vraag-1-1-01-version": "0", "vraag-1-1-01-answer": "ja"})
    assert client.page.url == f"{HOME}/factor/1.1"
    assert kept("1.1-01") == Content("ja")
    page = client.post(
        f"{HOME}/vraag/1.1-02", {"vraag-1-1-02-version": "0", "vraag-1-1-02-answer": "drie"}, status=422
    )
    assert page.one("#vraag-1-1-02-answer")["value"] == "drie"


def test_a_post_without_the_question_is_refused(client):
    client.htmx(ANSWER, {}, status=400)


def test_somebody_who_is_logged_out_gets_401_and_no_page_to_swap_in(client, app: Flask):
    client.get(f"{HOME}/factor/1.1")
    token = client.token()
    client.forget()
    page = client.htmx(ANSWER, {"csrf_token": token, "vraag-1-1-01-version": "0"}, status=401)
    assert page.headers["HX-Redirect"].startswith("/inloggen")
    assert page.data == b""


def test_a_note_on_a_server_that_can_not_keep_a_zero_byte_is_saved_without_it(client, kept):
    send(client, answer="ja", note="een\x00twee")
    assert kept("1.1-01") == Content("ja", note="eentwee")
