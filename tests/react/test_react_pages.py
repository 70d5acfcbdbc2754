"""Reacting on the pages: what respondents see and send, and what inspectors do with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from surveys import interviews, offering
from surveys.models import Offer, Reaction, Settlement
from tests.offered import GENERAL, PLANS, Offered
from tests.support.client import Client

OVR, CONTACT, ONE = "ovr.vr01", "contactpersoon.vr01", "inspecteur"
BETTER = "De contactpersoon is er vier dagen per week."
TEXTS = ("Algemeen", "1.1", "2.1")
Login = Callable[[str], object]


def page_of(offer: Offer, unit: str = "VR01") -> str:
    return f"/reactie/proefmeting/{unit}/{offer.id}"


def report_of(offer: Offer) -> str:
    return f"/bezoek/proefmeting/verslag/{offer.interview_id}/aanbieden"


def reactions(bench: Offered) -> list[Reaction]:
    bench.session.rollback()
    return list(bench.session.scalars(select(Reaction).order_by(Reaction.id)))


def test_what_waits_stands_on_the_first_page_and_on_the_overview(
    bench: Offered, client: Client, login: Login
) -> None:
    offer = bench.verification()
    login(OVR)
    client.get("/")
    assert client.page.has("3 te doen")
    client.click("Verslag ter verificatie: Regio 1, Proefmeting")
    assert client.page.url == page_of(offer)
    client.get("/dossier/proefmeting/VR01/")
    assert client.page.has("nog 3 te doen")
    client.forget()
    login("waarnemer.vr01")
    assert not client.get("/").has("Verslag ter verificatie")


def test_a_respondent_says_of_each_text_what_it_should_be(
    bench: Offered, client: Client, login: Login
) -> None:
    offer = bench.verification()
    ids = [each.id for each in offer.texts]
    login(OVR)
    client.get(page_of(offer))
    client.submit(
        {
            f"oordeel-{ids[0]}": "klopt",
            f"oordeel-{ids[1]}": "wijziging",
            f"tekst-{ids[1]}": BETTER,
            f"opmerking-{ids[1]}": "Sinds maart.",
        },
        button="Alles opslaan",
    )
    assert client.page.has("Uw 2 reacties zijn opgeslagen.")
    assert [(each.verdict, each.proposal, each.remark) for each in reactions(bench)] == [
        ("klopt", None, None),
        ("wijziging", BETTER, "Sinds maart."),
    ]
    client.forget()
    login(CONTACT)
    client.get(page_of(offer))
    assert client.page.has("Sinds maart.")
    assert client.page.has("Officier Veiligheidsregio: nog 1 van de 3 te doen.")


def test_one_button_agrees_with_the_rest_and_saves_what_was_typed(
    bench: Offered, client: Client, login: Login
) -> None:
    offer = bench.verification()
    ids = [each.id for each in offer.texts]
    login(OVR)
    client.get(page_of(offer))
    client.submit(
        {f"oordeel-{ids[1]}": "wijziging", f"tekst-{ids[1]}": BETTER}, button="Alles wat nog open is, klopt"
    )
    assert {each.offered_id: each.verdict for each in reactions(bench)} == {
        ids[0]: "klopt",
        ids[1]: "wijziging",
        ids[2]: "klopt",
    }
    client.get(page_of(offer))
    client.submit({}, button="Alles opslaan")
    assert client.page.has("Er was niets nieuws om op te slaan.")


def test_what_is_refused_stays_on_the_page_and_the_rest_is_saved(
    bench: Offered, client: Client, login: Login
) -> None:
    offer = bench.verification()
    ids = [each.id for each in offer.texts]
    login(OVR)
    client.get(page_of(offer))
    client.submit(
        {
            f"oordeel-{ids[0]}": "klopt",
            f"tekst-{ids[0]}": "Toch iets anders getypt.",
            f"tekst-{ids[1]}": BETTER,
            f"oordeel-{ids[2]}": "klopt",
        },
        button="Alles wat nog open is, klopt",
        status=422,
    )
    assert client.page.has("Toch iets anders getypt.")
    assert client.page.has(BETTER)
    assert client.page.has("U koos ‘Dit klopt’, maar u hebt de tekst gewijzigd.")
    assert client.page.has("Kies of de tekst klopt")
    assert client.page.has("1 reactie is wel opgeslagen.")
    assert [each.offered_id for each in reactions(bench)] == [ids[2]]


def test_what_comes_while_the_inspector_closes_is_shown_and_not_lost(
    bench: Offered, client: Client, login: Login
) -> None:
    offer = bench.verification()
    login(OVR)
    client.get(page_of(offer))
    offering.close(bench.session, offer, by=bench.late(ONE))
    client.submit(
        {f"oordeel-{offer.texts[1].id}": "wijziging", f"tekst-{offer.texts[1].id}": BETTER},
        button="Alles opslaan",
        status=409,
    )
    assert client.page.has(BETTER)
    assert client.page.has("gesloten zonder reactie")
    assert not reactions(bench)


def test_after_the_end_everybody_reads_what_was_done_and_why(
    bench: Offered, client: Client, login: Login
) -> None:
    offer = bench.verification()
    reaction = bench.says(offer, 1, OVR, BETTER)
    offering.settle(
        bench.session, reaction, "deels", "Het aantal klopt niet.", "Vaak.", seen_version=1, by=bench.by(ONE)
    )
    offering.close(bench.session, offer, by=bench.late(ONE))
    login(CONTACT)
    client.get(page_of(offer))
    assert client.page.has("Gesloten met reacties")
    assert client.page.has("Het aantal klopt niet.")
    assert client.page.has("Zo staat het nu in het verslag: Vaak.")
    assert not client.page.has("Alles opslaan")


@pytest.mark.parametrize("who", ["waarnemer.vr01", "ovr.vr02", "rmc.noord", "inspecteur", "beheerder"])
def test_who_does_not_sign_for_the_unit_does_not_come_here(
    bench: Offered, client: Client, login: Login, who: str
) -> None:
    offer = bench.verification()
    login(who)
    client.get(page_of(offer), status=403)
    client.post(page_of(offer), {"doen": "rest"}, status=403)
    assert not reactions(bench)


def test_an_offer_of_another_unit_is_not_found(bench: Offered, client: Client, login: Login) -> None:
    offer = bench.verification()
    login("ovr.vr02")
    client.get(page_of(offer, "VR02"), status=404)
    client.post(page_of(offer, "VR02"), {"doen": "rest"}, status=404)
    assert not reactions(bench)


def test_what_is_not_offered_or_was_taken_back_is_not_seen(
    bench: Offered, client: Client, login: Login
) -> None:
    interview = bench.report()
    login(OVR)
    assert not client.get("/").has("Verslag ter verificatie")
    offer = offering.offer_report(bench.session, interview, bench.due, "", by=bench.by(ONE))
    offering.withdraw(bench.session, offer, "Er ontbrak iets.", by=bench.by(ONE))
    assert not client.get("/").has("Verslag ter verificatie")
    client.get(page_of(offer))
    assert client.page.has("Er ontbrak iets.")
    assert not client.page.has(PLANS)


def test_an_inspector_offers_settles_and_closes(bench: Offered, client: Client, login: Login) -> None:
    interview = bench.report()
    login(ONE)
    client.get(f"/bezoek/proefmeting/verslag/{interview.id}/aanbieden")
    assert client.page.has(GENERAL)
    client.submit({"message": "Graag uw blik."}, button="Ter verificatie aanbieden", status=422)
    assert client.page.has("Vul een datum in")
    assert client.page.has("Graag uw blik.")
    client.submit({"due_on": bench.due.isoformat()}, button="Ter verificatie aanbieden")
    offer = bench.session.scalars(select(Offer)).one()
    assert offer.message == "Graag uw blik."
    reaction = bench.says(offer, 1, OVR, BETTER)
    for who in (OVR, CONTACT):
        offering.agree_with_rest(bench.session, offer, by=bench.by(who))
    client.get(report_of(offer))
    assert client.page.has("Handel eerst de reactie af")
    client.submit({"outcome": "niet"}, button="Afhandelen", status=422)
    assert client.page.has("Schrijf op waarom.")
    client.submit({"outcome": "overgenomen"}, button="Afhandelen")
    assert client.page.has("De reactie is afgehandeld.")
    client.submit(button="Sluiten")
    assert client.page.has("Gesloten met reacties")
    bench.session.rollback()
    bench.session.expire_all()
    assert interview.state == "geverifieerd"
    assert reaction.settlement is not None


def test_two_inspectors_on_one_reaction_both_learn_what_was_done(
    bench: Offered, client: Client, login: Login
) -> None:
    offer = bench.verification()
    reaction = bench.says(offer, 1, OVR, BETTER)
    login(ONE)
    client.get(report_of(offer))
    offering.settle(
        bench.session, reaction, "niet", "Zo is het gezegd.", seen_version=1, by=bench.by("inspecteur.twee")
    )
    client.submit({"outcome": "deels", "text": "Vaak.", "reason": "Toch."}, button="Afhandelen", status=409)
    for text in ("al afgehandeld", "Zo is het gezegd.", "Tekst: Vaak.", "Waarom: Toch."):
        assert client.page.has(text)
    bench.session.rollback()
    assert len(bench.session.scalars(select(Settlement)).all()) == 1


def test_a_text_that_a_colleague_wrote_meanwhile_stands_beside_what_was_typed(
    bench: Offered, client: Client, login: Login
) -> None:
    offer = bench.verification()
    first, _ = bench.says(offer, 1, OVR, BETTER), bench.says(offer, 1, CONTACT, "Anders.")
    login(ONE)
    client.get(report_of(offer))
    offering.settle(bench.session, first, "overgenomen", seen_version=1, by=bench.by("inspecteur.twee"))
    form = {"doen": "afhandelen", "offer": str(offer.id), "over": str(first.id + 1), "version": "1"}
    client.post(
        report_of(offer), {**form, "outcome": "deels", "text": "Mijn tekst.", "reason": "Om mij."}, status=409
    )
    for text in ("Zo staat de tekst er nu:", BETTER, "Mijn tekst.", "Om mij."):
        assert client.page.has(text)


def test_the_inspector_enters_what_a_directorate_said(bench: Offered, client: Client, login: Login) -> None:
    offer = bench.verification(unit=None)
    form = {"doen": "invoeren", "offer": str(offer.id), "over": str(offer.texts[1].id)}
    login(ONE)
    client.get(report_of(offer))
    client.post(report_of(offer), {**form, "verdict": "wijziging", "proposal": BETTER}, status=422)
    assert client.page.has("Schrijf op van wie deze reactie komt.")
    assert client.page.has(BETTER)
    client.post(
        report_of(offer),
        {**form, "verdict": "wijziging", "proposal": BETTER, "heard_from": "K. de Boer"},
    )
    assert client.page.has("K. de Boer (ingevoerd door Inspecteur)")


def test_more_time_taking_back_and_a_text_to_remind(bench: Offered, client: Client, login: Login) -> None:
    offer = bench.verification()
    login(ONE)
    client.get(report_of(offer))
    assert client.page.has("Contactpersoon: nog 3 van de 3")
    later = bench.due.replace(year=bench.due.year + 1).isoformat()
    client.submit({"due_on": later, "reason": "Vakantie."}, button="Termijn verlengen")
    assert client.page.has("De termijn is verlengd.")
    client.submit({"reason": ""}, button="Intrekken", status=422)
    client.submit({"reason": "Er ontbrak iets."}, button="Intrekken")
    assert client.page.has("eerder aangeboden, en ingetrokken")
    client.submit({"due_on": later}, button="Ter verificatie aanbieden")
    assert client.page.has("Eerder aangeboden op")


def test_an_offer_or_reaction_of_another_report_is_not_found(
    bench: Offered, client: Client, login: Login
) -> None:
    offer, other = bench.verification(), bench.verification(unit=None)
    reaction = bench.says(offer, 1, OVR, BETTER)
    login(ONE)
    form = {"doen": "afhandelen", "over": str(reaction.id), "outcome": "overgenomen", "version": "1"}
    client.get(report_of(other))
    client.post(report_of(other), {**form, "offer": str(other.id)}, status=404)
    client.post(report_of(other), {**form, "offer": str(offer.id)}, status=404)
    client.post(report_of(offer), {"doen": "iets", "offer": str(offer.id)}, status=404)
    bench.session.rollback()
    assert bench.session.scalars(select(Settlement)).all() == []


def test_what_a_colleague_wrote_meanwhile_is_not_offered_unseen(
    bench: Offered, client: Client, login: Login
) -> None:
    interview = bench.report()
    login(ONE)
    client.get(f"/bezoek/proefmeting/verslag/{interview.id}/aanbieden")
    by = bench.by("inspecteur.twee")
    interviews.add_passage(bench.session, interview, text="Nog een passage.", factor=None, by=by)
    sent = {"due_on": bench.due.isoformat(), "message": "Graag uw blik."}
    client.submit(sent, button="Ter verificatie aanbieden", status=409)
    assert client.page.has("Nog een passage.")
    assert client.page.has("Graag uw blik.")
    assert bench.session.scalars(select(Offer)).all() == []
    client.submit(sent, button="Ter verificatie aanbieden")
    assert len(bench.session.scalars(select(Offer)).one().texts) == len(TEXTS) + 1
