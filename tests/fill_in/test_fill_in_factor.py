"""The page of a factor without JavaScript: every type, conditions, what can't be, and nothing lost."""

from __future__ import annotations

import pytest

from surveys import answers, measurements
from surveys.acting import By
from surveys.answers import Content, Reference
from surveys.models import AnswerVersion
from tests import factories
from tests.fill_in.conftest import HOME

FIRST, SECOND = f"{HOME}/factor/1.1", f"{HOME}/factor/2.1"
NEXT, BACK = "Opslaan en verder", "Opslaan en terug naar overzicht"


@pytest.fixture(autouse=True)
def _in(login, world):
    login("ovr.vr01")


def test_a_whole_factor_of_every_type_is_saved_and_shown_again(client, kept):
    client.get(FIRST)
    client.submit({"vraag-1-1-01-answer": "ja"}, button=NEXT)
    client.submit(
        {
            "vraag-1-1-02-answer": "2,5",
            "vraag-1-1-03-answer": "vast",
            "vraag-1-1-03-note": "Kamer 12",
            "vraag-1-1-03-documents-0-title": "Plattegrond",
            "vraag-1-1-03-documents-0-page": "blz. 3",
            "vraag-1-1-99-answer": "Alles\ngoed",
        },
        button=NEXT,
    )
    assert client.page.url == SECOND
    client.submit(
        {"vraag-2-1-01-answer": ["politie", "brandweer"], "vraag-2-1-02-answer": "1-5-2013"}, button=NEXT
    )
    assert client.page.url == f"{HOME}/controle"
    assert kept("1.1-02") == Content(2.5)
    assert kept("1.1-03") == Content("vast", note="Kamer 12", documents=(Reference("Plattegrond", "blz. 3"),))
    assert kept("1.1-99") == Content("Alles\ngoed")
    assert kept("2.1-01") == Content(["brandweer", "politie"])
    assert kept("2.1-02") == Content("2013-05-01")
    client.get(FIRST)
    shown = client.page.form(NEXT).values
    assert shown["vraag-1-1-02-answer"] == ["2,5"]
    assert shown["vraag-1-1-03-answer"] == ["vast"]
    assert shown["vraag-1-1-03-documents-0-title"] == ["Plattegrond"]
    client.get(SECOND)
    assert client.page.form(NEXT).values["vraag-2-1-02-answer"] == ["01-05-2013"]


def test_the_title_says_where_in_the_questionnaire_one_is(client):
    page = client.get(SECOND)
    assert page.title == "Samen plannen maken – Thema 2 van 2 · Factor 2 van 2 – Meetlat"
    assert page.has("Thema 2 van 2 · Factor 2 van 2")


def test_nothing_is_chosen_beforehand_and_not_knowing_is_offered_where_it_is_allowed(client):
    page = client.get(FIRST)
    assert page.all("input[checked]") == []
    offered = [box["value"] for box in page.all("#vraag-1-1-03 input[type=radio]")]
    assert offered == ["vast", "wissel", "geen", "onbekend", "nvt"]
    page = client.get(SECOND)
    assert page.all("#vraag-2-1-02 input[type=checkbox]") == []


@pytest.mark.parametrize(("typed", "value"), [("3", 3), ("0,5", 0.5), ("0.5", 0.5), (" 2 ", 2)])
def test_a_number_may_have_a_comma_or_a_point(client, fill, kept, typed, value):
    fill("ovr.vr01", {"1.1-01": Content("ja")})
    client.get(FIRST)
    client.submit({"vraag-1-1-02-answer": typed}, button=NEXT)
    assert kept("1.1-02") == Content(value)


def test_not_knowing_and_not_applying_are_saved_as_such(client, fill, kept):
    fill("ovr.vr01", {"1.1-01": Content("ja")})
    client.get(FIRST)
    client.submit(
        {"vraag-1-1-02-onbekend": "y", "vraag-1-1-03-answer": "nvt", "vraag-1-1-03-note": "Wij delen"},
        button=NEXT,
    )
    assert kept("1.1-02") == Content(special="onbekend")
    assert kept("1.1-03") == Content(special="nvt", note="Wij delen")
    page = client.get(FIRST)
    assert page.form(NEXT).values["vraag-1-1-02-onbekend"] == ["y"]


def test_a_question_appears_after_a_save_and_the_page_says_so(client):
    page = client.get(FIRST)
    assert "Hangt af van vraag 1.1-01" in page.text("#vraag-1-1-02")
    page = client.submit({"vraag-1-1-01-answer": "ja"}, button=NEXT)
    assert page.url == FIRST
    assert page.has("Door uw antwoorden is er een vraag bij gekomen: 1.1-02.")
    assert page.one("#vraag-1-1-02-answer")
    client.submit({"vraag-1-1-01-answer": "nee"}, button=NEXT)
    page = client.get(FIRST)
    assert "Niet aan de orde" in page.text("#vraag-1-1-02")
    assert page.text("#vraag-1-1-02").endswith("alleen als het antwoord op vraag 1.1-01 is: ‘Ja’.")


def test_an_answer_that_is_not_asked_now_comes_back_when_it_is(client, fill, kept):
    fill("ovr.vr01", {"1.1-01": Content("ja"), "1.1-02": Content(4)})
    client.get(FIRST)
    client.submit({"vraag-1-1-01-answer": "nee"}, button=BACK)
    assert kept("1.1-02") == Content(4)
    client.get(FIRST)
    client.submit({"vraag-1-1-01-answer": "ja"}, button=NEXT)
    assert client.get(FIRST).form(NEXT).values["vraag-1-1-02-answer"] == ["4"]


def test_what_can_not_be_is_shown_as_it_was_typed_while_the_rest_is_saved(client, fill, kept):
    fill("ovr.vr01", {"1.1-01": Content("ja"), "1.1-02": Content(4)})
    client.get(FIRST)
    page = client.submit(
        {"vraag-1-1-02-answer": "drie ", "vraag-1-1-02-note": "Ongeveer", "vraag-1-1-03-answer": "wissel"},
        button=NEXT,
        status=422,
    )
    assert page.title.startswith("Fout: ")
    assert kept("1.1-02") == Content(4)
    assert kept("1.1-03") == Content("wissel")
    sent = page.form(NEXT).values
    assert sent["vraag-1-1-02-answer"] == ["drie "]
    assert sent["vraag-1-1-02-note"] == ["Ongeveer"]
    link = page.one(".errors a")
    assert link["href"] == "#vraag-1-1-02-answer"
    assert link.text_content == "Vraag 1.1-02: Vul een getal in, bijvoorbeeld 3 of 2,5."
    assert page.text("#vraag-1-1-02-answer-error") == "Fout: Vul een getal in, bijvoorbeeld 3 of 2,5."
    client.submit({"vraag-1-1-02-answer": "3"}, button=NEXT)
    assert kept("1.1-02") == Content(3, note="Ongeveer")


def test_several_mistakes_are_all_told_and_each_keeps_its_text(client, fill):
    fill("ovr.vr01", {"1.1-01": Content("ja")})
    client.get(FIRST)
    long = "a" * 4001
    page = client.submit(
        {
            "vraag-1-1-02-answer": "9",
            "vraag-1-1-02-note": long,
            "vraag-1-1-03-documents-0-page": "blz. 2",
            "vraag-1-1-99-answer": "b" * 201,
        },
        button=NEXT,
        status=422,
    )
    targets = [link["href"] for link in page.all(".errors a")]
    assert targets == [
        "#vraag-1-1-02-answer",
        "#vraag-1-1-02-note",
        "#vraag-1-1-03-documents-0-title",
        "#vraag-1-1-99-answer",
    ]
    for target in targets:
        assert page.one(target)
    sent = page.form(NEXT).values
    assert sent["vraag-1-1-02-note"] == [long]
    assert sent["vraag-1-1-99-answer"] == ["b" * 201]
    assert sent["vraag-1-1-03-documents-0-page"] == ["blz. 2"]


def test_a_date_that_does_not_exist_is_refused(client, kept):
    client.get(SECOND)
    page = client.submit({"vraag-2-1-02-answer": "31-02-2013"}, button=NEXT, status=422)
    assert page.form(NEXT).values["vraag-2-1-02-answer"] == ["31-02-2013"]
    assert kept("2.1-02") == Content()


def test_an_option_that_stands_alone_does_not_go_with_another(client, kept):
    client.get(SECOND)
    page = client.submit({"vraag-2-1-01-answer": ["politie", "niemand"]}, button=NEXT, status=422)
    assert page.form(NEXT).values["vraag-2-1-01-answer"] == ["politie", "niemand"]
    page = client.submit({"vraag-2-1-01-answer": ["politie", "onbekend"]}, button=NEXT, status=422)
    assert page.has("Geef een antwoord, of kies ‘Weet ik niet’: niet allebei.")
    assert kept("2.1-01") == Content()


def test_saving_does_not_wait_for_what_is_missing(client, kept):
    client.get(FIRST)
    client.submit({"vraag-1-1-01-answer": "nee", "vraag-1-1-03-answer": "vast"}, button=BACK)
    assert client.page.url == f"{HOME}/"
    page = client.get(FIRST)
    assert kept("1.1-01") == Content("nee")
    assert "Bij dit antwoord hoort nog een toelichting." in page.text("#vraag-1-1-01-state")
    assert "Bij dit antwoord hoort nog een bewijsstuk." in page.text("#vraag-1-1-03-state")


def test_when_an_explanation_or_document_is_required_is_told_in_words(client):
    page = client.get(FIRST)
    hint = page.text("#vraag-1-1-01-note-hint")
    assert hint == "Waarom is er geen contactpersoon? Verplicht bij ‘Nee’."
    assert page.text("#vraag-1-1-03-note-hint") == "Verplicht bij ‘Niet van toepassing’."
    assert page.text("#vraag-1-1-03-documents-hint").endswith("Verplicht bij ‘Op een vaste werkplek’.")


def test_an_answer_can_be_emptied_again_and_keeps_its_explanation(client, fill, kept):
    fill("ovr.vr01", {"1.1-01": Content("nee", note="Vacature")})
    client.get(FIRST)
    page = client.submit({}, button="Antwoord wissen bij vraag 1.1-01")
    assert page.url == FIRST
    assert kept("1.1-01") == Content(note="Vacature")
    assert page.all("#vraag-1-1-01 input[checked]") == []


def test_a_text_can_be_emptied(client, fill, kept):
    fill("ovr.vr01", {"1.1-99": Content("Iets"), "2.1-01": Content(["politie"])})
    client.get(FIRST)
    client.submit({"vraag-1-1-99-answer": ""}, button=NEXT)
    client.submit({"vraag-2-1-01-answer": []}, button=NEXT)
    assert kept("1.1-99") == Content()
    assert kept("2.1-01") == Content()


def test_another_document_can_be_named_by_a_button(client, kept):
    client.get(FIRST)
    more = "Nog een document toevoegen bij vraag 1.1-03"
    client.submit({"vraag-1-1-03-documents-0-title": "Plattegrond"}, button=more)
    client.submit(
        {"vraag-1-1-03-documents-1-title": "Foto", "vraag-1-1-03-documents-1-page": "2"}, button=more
    )
    assert kept("1.1-03").documents == (Reference("Plattegrond"), Reference("Foto", "2"))
    assert client.page.one("#vraag-1-1-03-documents-2-title")
    client.submit({"vraag-1-1-03-documents-0-title": ""}, button=NEXT)
    assert kept("1.1-03").documents == (Reference("Foto", "2"),)


def test_enter_in_a_field_saves_and_does_nothing_else(client):
    page = client.get(FIRST)
    first = next(iter(page.form(NEXT).buttons.values()))
    assert (first.get("name"), first.get("value")) == ("doen", "blijf")


def test_sending_a_page_twice_saves_once(client, session):
    client.get(FIRST)
    form = client.page.form(NEXT)
    sent = form.filled({"vraag-1-1-01-answer": "nee", "vraag-1-1-01-note": "Vacature"}, NEXT)
    client.post(FIRST, sent)
    client.post(FIRST, sent)
    session.rollback()
    assert session.query(AnswerVersion).count() == 1


def test_coming_from_the_check_page_one_returns_there(client, fill):
    fill("ovr.vr01", {"1.1-01": Content("ja")})
    client.get(f"{HOME}/controle")
    client.click("Wijzigen van het antwoord op vraag 1.1-01")
    assert client.page.url == f"{FIRST}?terug=controle"
    client.submit({"vraag-1-1-01-answer": "nee"}, button="Opslaan en terug naar de controle")
    assert client.page.url == f"{HOME}/controle"


def test_what_is_typed_after_the_measurement_closed_is_shown_and_not_lost(client, session, world, kept):
    client.get(FIRST)
    measurements.go_to(session, world.measurement, "landelijk_beeld", By.system())
    page = client.submit(
        {"vraag-1-1-01-answer": "nee", "vraag-1-1-01-note": "Een lang verhaal"}, button=NEXT, status=409
    )
    assert kept("1.1-01") == Content()
    assert page.has("Een lang verhaal")
    assert page.has("Het is niet opgeslagen.")
    assert page.all("main form") == []


def test_earlier_answers_stand_below_and_their_explanation_can_be_taken_over(client, session, world, kept):
    earlier = _earlier_measurement(session, world)
    page = client.get(FIRST)
    details = page.one("#vraag-1-1-01 details")
    assert details.get("open") is None
    assert "Antwoord in 2009: Nee" in details.text_content
    assert "Toelichting in 2009: Er was een vacature." in details.text_content
    assert page.form(NEXT).values["vraag-1-1-01-note"] == [""]
    page = client.submit(
        {"vraag-1-1-01-answer": "nee", "vraag-1-1-01-note": "Nu wel", "vraag-1-1-03-answer": "geen"},
        button="Toelichting van 2009 overnemen en aanpassen bij vraag 1.1-01",
    )
    assert page.form(NEXT).values["vraag-1-1-01-note"] == ["Nu wel\n\nEr was een vacature."]
    assert page.form(NEXT).values["vraag-1-1-01-answer"] == ["nee"]
    assert kept("1.1-01") == Content()
    assert kept("1.1-03") == Content("geen")
    client.submit({}, button=NEXT)
    assert kept("1.1-01") == Content("nee", note="Nu wel\n\nEr was een vacature.")
    assert earlier.state == "ingediend"


def _earlier_measurement(session, world):
    """2009, in which VR01 answered and submitted."""
    then = factories.measurement(session, factories.tiny(), code="toen", year=2009, kind="tussen")
    dossier = factories.dossier(session, then, world.units["VR01"])
    by = By.through(world.assignments["ovr.vr01"])
    answers.save(
        session, dossier, "1.1-01", Content("nee", note="Er was een vacature."), by=by, seen_version=0
    )
    dossier.state = "ingediend"
    session.commit()
    return dossier


def test_an_unknown_factor_or_question_is_not_found(client):
    client.get(f"{HOME}/factor/9.9", status=404)
    client.get(f"{HOME}/vraag/9.9-01/geschiedenis", status=404)
    client.post(f"{HOME}/vraag/9.9-01", {}, status=404)
