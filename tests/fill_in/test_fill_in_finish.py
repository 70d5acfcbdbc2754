"""Looking over, agreeing by two different people, handing in, and looking only afterwards."""

from __future__ import annotations

import pytest

from surveys import measurements
from surveys.acting import By
from surveys.answers import Content
from surveys.models import Signature, Submission
from tests import factories, filled
from tests.fill_in.conftest import COMPLETE, HOME

CHECK = f"{HOME}/controle"
AGREE, SUBMIT = "Akkoord geven", "Vragenlijst inleveren"
VOIDED = "Er is na uw akkoord iets gewijzigd. Geef opnieuw akkoord."


@pytest.fixture
def ovr(login, client, world):
    login("ovr.vr01")
    return client


@pytest.fixture
def contact(someone):
    return someone("contactpersoon.vr01")


def agree(person, **expected):
    person.get(CHECK)
    return person.submit({"gelezen": "ja"}, button=AGREE, **expected)


def test_what_is_missing_is_listed_with_links_to_it(ovr, fill):
    fill("ovr.vr01", COMPLETE | {"1.1-01": Content("nee"), "1.1-03": Content("vast"), "2.1-02": Content()})
    page = ovr.get(CHECK)
    assert page.has("Er staan nog 3 punten open.")
    assert page.link("Vraag 1.1-01: een toelichting").endswith("?terug=controle#vraag-1-1-01")
    assert page.link("Vraag 1.1-03: een bewijsstuk")
    assert page.link("Vraag 2.1-02: een antwoord").startswith(f"{HOME}/factor/2.1")


def test_answers_that_do_not_sit_well_together_are_told(ovr, fill):
    fill("ovr.vr01", COMPLETE | {"1.1-03": Content("geen")})
    assert ovr.get(CHECK).has("De contactpersoon is er vaak, maar heeft geen werkplek.")


def test_signing_what_is_incomplete_is_refused_with_what_lacks(ovr, fill, session):
    fill("ovr.vr01", {"1.1-01": Content("ja")})
    page = agree(ovr, status=422)
    assert page.title.startswith("Fout: ")
    assert page.one(".errors a")["href"] == "#ontbreekt"
    assert page.link("Vraag 1.1-02: een antwoord")
    assert session.query(Signature).count() == 0


def test_signing_without_the_tick_is_refused_at_the_box(ovr, fill, session):
    fill("ovr.vr01", COMPLETE)
    ovr.get(CHECK)
    page = ovr.submit({}, button=AGREE, status=422)
    assert page.one(".errors a")["href"] == "#gelezen"
    assert page.one("#gelezen")["aria-invalid"] == "true"
    assert session.query(Signature).count() == 0


def test_two_people_agree_and_one_hands_in(ovr, contact, fill, session, world):
    fill("ovr.vr01", COMPLETE)
    page = agree(ovr)
    assert page.has("Ovr Regio 1 gaf akkoord op")
    assert page.all(f"form[action='{HOME}/akkoord']") == []
    assert not page.has(SUBMIT)
    page = agree(contact)
    assert page.has("Contactpersoon Regio 1 gaf akkoord op")
    ovr.get(CHECK)
    page = ovr.submit({}, button=SUBMIT)
    assert page.url == f"{HOME}/"
    assert page.has("Ingeleverd op")
    session.rollback()
    session.expire_all()
    assert world.dossiers["VR01"].state == "ingediend"
    assert session.query(Submission).count() == 1


def test_signing_and_handing_in_twice_changes_nothing(ovr, contact, fill, session):
    fill("ovr.vr01", COMPLETE)
    ovr.get(CHECK)
    signed = ovr.page.form(AGREE).filled({"gelezen": "ja"}, AGREE)
    ovr.post(f"{HOME}/akkoord", signed)
    ovr.post(f"{HOME}/akkoord", signed)
    assert session.query(Signature).count() == 1
    agree(contact)
    ovr.post(f"{HOME}/indienen", {})
    ovr.post(f"{HOME}/indienen", {})
    session.rollback()
    assert session.query(Submission).count() == 1


def test_a_change_ends_the_agreement_and_every_page_says_so(ovr, fill):
    fill("ovr.vr01", COMPLETE)
    agree(ovr)
    ovr.get(f"{HOME}/factor/1.1")
    page = ovr.submit({"vraag-1-1-03-answer": "geen"}, button="Opslaan en terug naar overzicht")
    assert page.has(VOIDED)
    page = ovr.get(CHECK)
    assert page.has(VOIDED)
    assert page.has("Nog geen akkoord")
    page = agree(ovr)
    assert not page.has(VOIDED)


def test_who_did_not_agree_reads_whose_agreement_ended(ovr, contact, fill):
    fill("ovr.vr01", COMPLETE)
    agree(ovr)
    fill("contactpersoon.vr01", {"1.1-03": Content("geen")})
    page = contact.get(CHECK)
    assert not page.has(VOIDED)
    assert page.has("Het akkoord van Ovr Regio 1 (Officier Veiligheidsregio) van")


def test_saving_without_a_change_leaves_the_agreement(ovr, fill):
    fill("ovr.vr01", COMPLETE)
    agree(ovr)
    ovr.get(f"{HOME}/factor/1.1")
    page = ovr.submit({}, button="Opslaan en terug naar overzicht")
    assert not page.has(VOIDED)


def test_nobody_agrees_with_what_changed_after_it_was_read(ovr, fill, session):
    fill("ovr.vr01", COMPLETE)
    ovr.get(CHECK)
    fill("contactpersoon.vr01", {"1.1-02": Content(1)})
    page = ovr.submit({"gelezen": "ja"}, button=AGREE, status=409)
    assert page.has("Er is intussen een antwoord gewijzigd. Lees de antwoorden opnieuw, en geef dan akkoord.")
    assert session.query(Signature).count() == 0
    agree(ovr)
    session.rollback()
    assert session.query(Signature).count() == 1


def test_handing_in_without_all_agreements_is_refused(ovr, fill, session):
    fill("ovr.vr01", COMPLETE)
    agree(ovr)
    page = ovr.post(f"{HOME}/indienen", {}, status=409)
    assert page.has("Nog niet iedereen heeft akkoord gegeven.")
    assert session.query(Submission).count() == 0


def test_somebody_who_stands_in_fills_in_and_does_not_sign(someone, fill, kept):
    fill("ovr.vr01", COMPLETE)
    standin = someone("waarnemer.vr01")
    standin.get(f"{HOME}/factor/1.1")
    standin.submit({"vraag-1-1-02-answer": "1"}, button="Opslaan en verder")
    assert kept("1.1-02") == Content(1)
    page = standin.get(CHECK)
    assert page.all(f"form[action='{HOME}/akkoord']") == []
    standin.post(f"{HOME}/akkoord", {"gelezen": "ja"}, status=403)
    standin.post(f"{HOME}/indienen", {}, status=403)


@pytest.fixture
def submitted(ovr, contact, fill):
    fill("ovr.vr01", COMPLETE | {"1.1-01": Content("nee", note="Vacature")})
    agree(ovr)
    agree(contact)
    ovr.post(f"{HOME}/indienen", {})
    return ovr


def test_after_handing_in_everything_can_be_looked_at_and_nothing_changed(submitted, kept):
    for path in ("/", "/factor/1.1", "/factor/2.1", "/controle", "/vraag/1.1-01/geschiedenis"):
        page = submitted.get(HOME + path)
        assert page.all("main form") == []
        assert page.all("main input, main textarea, main button:not([popovertarget])") == []
    page = submitted.get(f"{HOME}/factor/1.1")
    assert "Vacature" in page.text("#vraag-1-1-01")
    assert "Niet aan de orde" in page.text("#vraag-1-1-02")
    page = submitted.post(
        f"{HOME}/factor/1.1",
        {"vraag-1-1-01-version": "1", "vraag-1-1-01-answer": "ja", "vraag-1-1-01-note": "Toch wel"},
        status=409,
    )
    assert page.has("De vragenlijst is al ingeleverd")
    assert page.has("Toch wel")
    assert kept("1.1-01").value == "nee"
    page = submitted.post(f"{HOME}/akkoord", {"gelezen": "ja"}, status=200)
    assert page.has("Ingeleverd op")


def test_a_closed_measurement_can_be_looked_at(ovr, fill, session, world):
    fill("ovr.vr01", COMPLETE)
    measurements.go_to(session, world.measurement, "gepubliceerd", By.system())
    page = ovr.get(f"{HOME}/factor/1.1")
    assert page.has("is gesloten")
    assert page.all("main form") == []


def test_the_history_says_who_gave_which_answer(ovr, fill):
    fill("ovr.vr01", {"1.1-01": Content("ja")})
    fill("contactpersoon.vr01", {"1.1-01": Content("nee", note="Vacature")})
    page = ovr.get(f"{HOME}/vraag/1.1-01/geschiedenis")
    newest, oldest = page.texts("main tbody tr")
    assert newest.startswith("Versie 2")
    assert "Contactpersoon Regio 1 (Contactpersoon)" in newest
    assert "Nee" in newest
    assert "Vacature" in newest
    assert "Ovr Regio 1 (Officier Veiligheidsregio)" in oldest


def test_the_task_list_says_how_far_each_factor_is(ovr, fill):
    fill(
        "ovr.vr01", {"1.1-01": Content("ja"), "2.1-01": Content(["politie"]), "2.1-02": Content("2013-05-01")}
    )
    page = ovr.get(f"{HOME}/")
    first, second = page.texts(".tasks__item")
    assert first == "1.1 Elkaar kennen 1 van 3 vragen beantwoord Mee bezig"
    assert second == "2.1 Samen plannen maken 2 van 2 vragen beantwoord Klaar"
    assert page.has("1 van de 2 factoren is klaar.")
    assert page.has("2 punten open")


def test_a_copy_in_excel_can_be_had_at_any_time(ovr):
    page = ovr.get(f"{HOME}/excel")
    assert page.data[:2] == b"PK"
    assert "attachment" in page.headers["Content-Disposition"]


def test_a_copy_beyond_excel_can_be_had_as_csv(ovr, monkeypatch):
    monkeypatch.setattr("exports.excel.limits.MAX_ROWS", 1)
    page = ovr.get(f"{HOME}/excel", status=422)
    assert page.has("Kies CSV")
    table = ovr.click("Als CSV downloaden")
    assert table.headers["Content-Type"].startswith("text/csv")
    assert "1.1-01" in table.html
    ovr.get(f"{HOME}/excel?vorm=papier", status=404)


def test_a_commander_signs_alone_and_hands_in(someone, fill, world, session):
    commander = someone("rmc.noord")
    home = "/dossier/proefmeting/RMC-NOORD"
    fill("rmc.noord", COMPLETE, world.dossiers["RMC-NOORD"])
    commander.get(f"{home}/controle")
    commander.submit({"gelezen": "ja"}, button=AGREE)
    commander.submit({}, button=SUBMIT)
    session.rollback()
    session.expire_all()
    assert world.dossiers["RMC-NOORD"].state == "ingediend"


@pytest.fixture
def both_roles(session, world):
    """The OVR of VR01, who is its contact person as well."""
    unit = world.dossiers["VR01"].unit
    whose = world.assignments["ovr.vr01"].person
    factories.assignment(session, "contactpersoon", unit=unit, whose=whose)
    session.commit()


def test_who_signs_in_two_roles_chooses_one_and_leaves_the_other(ovr, contact, fill, both_roles, session):
    fill("ovr.vr01", COMPLETE)
    page = agree(ovr, status=422)
    assert page.one(".errors a")["href"] == "#rol-ovr"
    assert session.query(Signature).count() == 0
    page = ovr.submit({"gelezen": "ja", "rol": "contactpersoon"}, button=AGREE)
    assert page.all(f"form[action='{HOME}/akkoord']") == []
    session.rollback()
    assert [row.role for row in session.query(Signature)] == ["contactpersoon"]


def test_who_signs_in_two_roles_is_offered_the_one_that_is_left(ovr, contact, fill, both_roles, session):
    fill("ovr.vr01", COMPLETE)
    agree(contact)
    page = agree(ovr)
    assert page.has("Ovr Regio 1 gaf akkoord op")
    session.rollback()
    assert {row.role for row in session.query(Signature)} == {"ovr", "contactpersoon"}


def test_a_role_that_one_does_not_hold_is_refused(ovr, fill, session):
    fill("ovr.vr01", COMPLETE)
    ovr.get(CHECK)
    sent = ovr.page.form(AGREE).filled({"gelezen": "ja"}, AGREE)
    ovr.post(f"{HOME}/akkoord", dict(sent, rol="contactpersoon"), status=403)
    assert session.query(Signature).count() == 0


def test_every_point_to_think_about_leads_to_its_question(ovr, fill, session, world):
    before = factories.measurement(session, code="voormeting", year=2009, kind="tussen")
    earlier = factories.dossier(session, before, world.units["VR01"])
    filled.submit(session, earlier, filled.STRONG)
    session.commit()
    fill(
        "ovr.vr01",
        COMPLETE
        | {
            "1.1-01": Content(special="onbekend"),
            "1.1-03": Content("geen", note="De werkplek is opgeheven."),
            "2.1-01": Content(["brandweer"]),
        },
    )
    page = ovr.get(CHECK)
    place = f"{HOME}/factor/2.1?terug=controle#vraag-2-1-01"
    assert page.texts("#weet-niet ~ ul.points li") == ["Vraag 1.1-01: Is er een vaste contactpersoon?"]
    assert page.link("toevoegen bij vraag 2.1-01") == place
    explained = {row.split(" ")[0]: row.split(" ")[-1] for row in page.texts("#anders + table tbody tr")}
    assert explained == {"1.1-01": "–", "1.1-03": "Ja", "2.1-01": "2.1-01)", "2.1-02": "2.1-02)"}
    assert page.has("Geen (toevoegen bij vraag 2.1-01)")


def test_answers_that_do_not_sit_well_lead_to_both_questions(ovr, fill):
    fill("ovr.vr01", COMPLETE | {"1.1-03": Content("geen")})
    page = ovr.get(CHECK)
    for code in ("1.1-02", "1.1-03"):
        anchor = code.replace(".", "-")
        assert page.link(f"vraag {code}") == f"{HOME}/factor/1.1?terug=controle#vraag-{anchor}"
