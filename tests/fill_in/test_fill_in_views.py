"""A divergent view on one question: recorded on a page of its own, seen wherever the answer is."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from surveys import answers, filling, signing, views
from surveys.answers import Content
from surveys.errors import StaleAnswer
from surveys.models import JOINT, Answer
from tests import factories, filled
from tests.fill_in.conftest import HOME, factories_by

PAGE = f"{HOME}/vraag/1.1-01/standpunt"
FACTOR = f"{HOME}/factor/1.1"
NEE = {"vraag-1-1-01-answer": "nee", "vraag-1-1-01-note": "Er is niemand."}
SAVE = "Afwijkend standpunt opslaan"


@pytest.fixture
def standing(session, world):
    """The views that stand in VR01: role and answer."""

    def find():
        session.rollback()
        rows = [(row.party, row.value) for row in views.standing(session, world.dossiers["VR01"])]
        session.rollback()
        return rows

    return find


@pytest.fixture
def viewed(session, world, fill):
    """The joint answer of VR01 is yes; the contact person says no."""
    dossier = fill("ovr.vr01", {"1.1-01": Content("ja")})
    by = factories_by(world, "contactpersoon.vr01")
    views.differ(session, dossier, "1.1-01", Content("nee", note="Er is niemand."), by=by, seen_version=0)
    session.commit()
    return dossier


def test_who_sees_it_differently_records_it_and_the_other_reads_it(client, login, someone, fill, standing):
    fill("ovr.vr01", {"1.1-01": Content("ja")})
    login("contactpersoon.vr01")
    client.get(FACTOR)
    page = client.click("Ik zie dit anders: afwijkend standpunt bij vraag 1.1-01")
    assert page.url == PAGE
    page = client.submit(NEE, button=SAVE)
    assert page.url == FACTOR
    assert page.has("Uw afwijkende standpunt is opgeslagen.")
    assert standing() == [("contactpersoon", "nee")]
    other = someone("ovr.vr01").get(FACTOR)
    shown = other.text("#vraag-1-1-01 .view")
    for words in (
        "Afwijkend standpunt: Contactpersoon",
        "Nee",
        "Er is niemand.",
        "telt niet mee in de score",
    ):
        assert words in shown
    assert "Contactpersoon Regio 1 (Contactpersoon)" in shown


def test_what_can_not_be_is_shown_again_as_it_was_typed(client, login, fill, standing):
    fill("ovr.vr01", {"1.1-01": Content("ja")})
    login("contactpersoon.vr01")
    client.get(PAGE)
    page = client.submit({"vraag-1-1-01-answer": "nee"}, button=SAVE, status=422)
    assert "Schrijf op waarom" in page.text("#vraag-1-1-01-note-error")
    page = client.submit({"vraag-1-1-01-answer": "ja", "vraag-1-1-01-note": "Tóch."}, button=SAVE, status=422)
    assert "gelijk aan het gezamenlijke antwoord" in page.text("[data-error-summary]")
    form = page.form(SAVE)
    assert form.values["vraag-1-1-01-answer"] == ["ja"]
    assert form.values["vraag-1-1-01-note"] == ["Tóch."]
    assert standing() == []


def test_a_number_that_is_none_is_shown_again(client, login, fill, standing):
    fill("ovr.vr01", {"1.1-01": Content("ja"), "1.1-02": Content(3)})
    login("contactpersoon.vr01")
    client.get(f"{HOME}/vraag/1.1-02/standpunt")
    typed = {"vraag-1-1-02-answer": "veel", "vraag-1-1-02-note": "Zie rooster."}
    page = client.submit(typed, button=SAVE, status=422)
    assert page.form(SAVE).values["vraag-1-1-02-answer"] == ["veel"]
    page = client.submit({"vraag-1-1-02-answer": "0,5"}, button=SAVE)
    assert standing() == [("contactpersoon", 0.5)]


def test_an_older_tab_is_told_and_both_are_shown(client, login, someone, viewed, standing):
    login("contactpersoon.vr01")
    client.get(PAGE)
    second = someone("contactpersoon.vr01")
    second.get(PAGE)
    second.submit({"vraag-1-1-01-note": "Al een jaar niemand."}, button=SAVE)
    typed = {"vraag-1-1-01-answer": "onbekend", "vraag-1-1-01-note": "Ik twijfel."}
    page = client.submit(typed, button=SAVE, status=409)
    assert page.has("Al een jaar niemand.")
    assert page.form("Opslaan wat ik heb ingevuld").values["vraag-1-1-01-note"] == ["Ik twijfel."]
    assert standing() == [("contactpersoon", "nee")]
    client.submit(button="Opslaan wat ik heb ingevuld")
    assert client.page.has("Ik twijfel.")


def test_what_is_withdrawn_meanwhile_is_said(client, login, someone, viewed):
    login("contactpersoon.vr01")
    client.get(PAGE)
    second = someone("contactpersoon.vr01")
    second.get(PAGE)
    second.submit(button="Standpunt intrekken")
    page = client.submit({"vraag-1-1-01-note": "Ik twijfel."}, button=SAVE, status=409)
    assert page.has("intussen ingetrokken")
    client.submit(button="Opslaan wat ik heb ingevuld")
    assert client.page.has("Ik twijfel.")


def test_withdrawing_from_an_older_tab_is_refused(client, login, someone, viewed, standing):
    login("contactpersoon.vr01")
    client.get(PAGE)
    second = someone("contactpersoon.vr01")
    second.get(PAGE)
    second.submit({"vraag-1-1-01-note": "Al een jaar niemand."}, button=SAVE)
    page = client.submit(button="Standpunt intrekken", status=409)
    assert page.has("Al een jaar niemand.")
    assert standing() == [("contactpersoon", "nee")]


def test_a_withdrawn_view_is_gone_from_the_pages_and_stays_in_the_history(client, login, viewed, standing):
    login("contactpersoon.vr01")
    client.get(FACTOR)
    client.click("Standpunt wijzigen of intrekken bij vraag 1.1-01")
    page = client.submit(button="Standpunt intrekken")
    assert page.has("Het afwijkende standpunt is ingetrokken.")
    assert page.all(".view") == []
    assert standing() == []
    page = client.get(f"{HOME}/vraag/1.1-01/geschiedenis")
    assert page.has("Afwijkend standpunt: Contactpersoon")
    assert page.has("Ingetrokken")
    assert page.has("Er is niemand.")


def test_a_second_view_of_the_same_role_begins_where_the_first_ended(client, login, viewed, standing):
    login("contactpersoon.vr01")
    client.get(PAGE)
    client.submit(button="Standpunt intrekken")
    client.get(PAGE)
    client.submit(NEE, button=SAVE)
    assert standing() == [("contactpersoon", "nee")]


def test_a_view_that_has_become_the_joint_answer_says_so(client, login, viewed, fill):
    fill("ovr.vr01", {"1.1-01": Content("nee", note="Vacature.")})
    login("contactpersoon.vr01")
    assert "Het gezamenlijke antwoord is nu hetzelfde" in client.get(FACTOR).text("#vraag-1-1-01 .view")
    assert client.get(PAGE).has("U kunt uw standpunt intrekken.")


def test_the_check_page_lists_the_views_and_the_overview_counts_them(client, login, viewed):
    login("ovr.vr01")
    assert client.get(f"{HOME}/").has("Bij 1 vraag is een afwijkend standpunt vastgelegd.")
    page = client.get(f"{HOME}/controle")
    assert page.has("Afwijkende standpunten")
    assert page.has("samen: Ja; Contactpersoon: Nee")
    assert "Er is niemand." in page.text("#antwoord-vraag-1-1-01 .view")


def test_from_the_check_page_one_changes_a_view_and_comes_back(client, login, viewed, standing):
    login("contactpersoon.vr01")
    client.get(f"{HOME}/controle")
    client.click("Standpunt wijzigen of intrekken bij vraag 1.1-01")
    page = client.submit({"vraag-1-1-01-note": "Nog steeds niemand."}, button=SAVE)
    assert page.url == f"{HOME}/controle"
    assert "Nog steeds niemand." in page.text("#antwoord-vraag-1-1-01 .view")


def test_a_view_ends_the_agreement_and_says_so_beforehand(client, login, session, world, fill):
    dossier = world.dossiers["VR01"]
    filled.fill(session, dossier, filled.STRONG)
    signing.sign(session, dossier, by=factories_by(world, "ovr.vr01"))
    session.commit()
    login("contactpersoon.vr01")
    assert client.get(PAGE).has("moet iedereen opnieuw akkoord geven")
    page = client.submit(NEE, button=SAVE)
    assert page.has("Een akkoord dat er al was, geldt daardoor niet meer.")
    session.rollback()
    assert signing.standing(session, dossier) == {}


def test_who_signs_must_have_seen_the_view(client, login, session, world, someone):
    dossier = world.dossiers["VR01"]
    filled.fill(session, dossier, filled.STRONG)
    session.commit()
    login("ovr.vr01")
    client.get(f"{HOME}/controle")
    other = someone("contactpersoon.vr01")
    other.get(PAGE)
    other.submit(NEE, button=SAVE)
    page = client.submit({"gelezen": "ja"}, button="Akkoord geven", status=409)
    assert page.has("Er is intussen een antwoord gewijzigd.")
    client.submit({"gelezen": "ja"}, button="Akkoord geven")
    assert client.page.has("U hebt akkoord gegeven.")


def test_the_inspector_sees_the_view_on_every_page_and_can_not_record_one(client, login, viewed):
    login("inspecteur")
    for path in (FACTOR, f"{HOME}/controle", f"{HOME}/vraag/1.1-01/geschiedenis"):
        assert client.get(path).has("Er is niemand."), path
    page = client.get("/landelijk/proefmeting/eenheid/VR01")
    assert "niet meegeteld in de score" in page.text("#vraag-1\\.1-01 .view")
    client.get(PAGE, status=403)
    client.post(PAGE, {**NEE, "vraag-1-1-01-version": "0"}, status=403)


@pytest.mark.parametrize("who", ["waarnemer.vr01", "ovr.vr02", "rmc.noord", "beheerder"])
def test_others_record_none(client, login, world, standing, who):
    login(who)
    client.get(PAGE, status=403)
    client.post(PAGE, {**NEE, "vraag-1-1-01-version": "0"}, status=403)
    assert standing() == []


def test_nobody_records_a_view_in_a_role_that_is_not_his(client, login, world, standing):
    login("contactpersoon.vr01")
    client.get(f"{PAGE}?rol=ovr", status=403)
    client.post(PAGE, {**NEE, "vraag-1-1-01-version": "0", "rol": "ovr"}, status=403)
    client.post(PAGE, {**NEE, "vraag-1-1-01-version": "0", "rol": ""}, status=200)
    assert standing() == [("contactpersoon", "nee")]


def test_who_holds_both_roles_chooses_one(client, login, session, world, standing):
    factories.assignment(session, "contactpersoon", unit=world.units["VR01"], whose=world.person("ovr.vr01"))
    login("ovr.vr01")
    page = client.get(PAGE)
    assert page.has("Dit is het standpunt van de rol Officier Veiligheidsregio.")
    client.click("Naar het standpunt van de rol Contactpersoon")
    client.submit(NEE, button=SAVE)
    assert standing() == [("contactpersoon", "nee")]


def test_after_closing_what_was_typed_is_shown_and_not_saved(client, login, session, world, standing):
    dossier = world.dossiers["VR01"]
    filled.fill(session, dossier, filled.STRONG)
    login("contactpersoon.vr01")
    client.get(PAGE)
    for key in ("ovr.vr01", "contactpersoon.vr01"):
        signing.sign(session, dossier, by=factories_by(world, key))
    signing.submit(session, dossier, by=factories_by(world, "ovr.vr01"))
    page = client.submit(NEE, button=SAVE, status=409)
    assert page.has("Er is niemand.")
    assert page.has("Het is niet opgeslagen.")
    assert page.all("main form") == []
    assert standing() == []
    assert client.get(PAGE).all("main form") == []


def test_an_unknown_question_is_not_found_and_no_form_is_refused(client, login, world):
    login("ovr.vr01")
    client.get(f"{HOME}/vraag/9.9-99/standpunt", status=404)
    client.post(f"{HOME}/vraag/9.9-99/standpunt", status=404)
    client.post(PAGE, status=400)


def test_documents_that_no_field_offers_are_not_kept(client, login, session, world, standing):
    login("ovr.vr01")
    sent = {**NEE, "vraag-1-1-01-version": "0", "vraag-1-1-01-documents-0-title": "Een stuk"}
    client.post(PAGE, sent)
    session.rollback()
    row = session.scalar(select(Answer).where(Answer.party != JOINT))
    assert row.documents == []


def test_a_view_is_not_scored_in_what_the_inspector_looks_at(client, login, session, world):
    dossier = world.dossiers["VR01"]
    filled.submit(session, dossier, filled.STRONG)
    login("inspecteur")
    before = client.get("/landelijk/proefmeting/vraag/1.1-01").text("main")
    dossier.state = "in_invulling"
    by = factories_by(world, "contactpersoon.vr01")
    views.differ(session, dossier, "1.1-01", Content("nee", note="Nee."), by=by, seen_version=0)
    dossier.state = "ingediend"
    assert client.get("/landelijk/proefmeting/vraag/1.1-01").text("main") == before


def test_the_verb_that_saves_joint_answers_does_not_see_views(session, world, viewed):
    with pytest.raises(StaleAnswer):
        answers.save(
            session, viewed, "1.1-01", Content("nee"), by=factories_by(world, "ovr.vr01"), seen_version=0
        )
    assert filling.read(session, viewed).question("1.1-01").version == 1


def test_who_signs_alone_is_not_offered_what_needs_two(client, login, world):
    login("rmc.noord")
    page = client.get("/dossier/proefmeting/RMC-NOORD/factor/1.1")
    assert not page.has("afwijkend standpunt")
    assert not page.has("een vraag aan de ander")
