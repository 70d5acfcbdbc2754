"""A report and findings that are offered, reacted to and settled, by two people at two browsers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect
from sqlalchemy.orm import Session

from surveys import offering
from surveys.acting import today
from tests import offered
from tests.factories import World
from tests.support.browser import Visitor

BETTER = "De contactpersoon is er vier dagen per week.\nHij heeft een vaste werkplek."


def test_a_report_is_verified_with_one_change(
    visit: Callable[[], Visitor], world: World, session: Session
) -> None:
    bench = offered.make(session, world)
    interview = bench.report()
    report = f"/bezoek/proefmeting/verslag/{interview.id}"
    session.commit()
    inspector, ovr = visit(), visit()

    inspector.login("inspecteur")
    page = inspector.go(report)
    page.get_by_role("link", name="Verificatie").click()
    page.get_by_label("Reageren kan tot en met").fill((today() + timedelta(days=7)).isoformat())
    page.get_by_label("Begeleidende tekst").fill("Graag uw blik op het verslag.")
    inspector.look("offer-report-new")
    page.get_by_role("button", name="Ter verificatie aanbieden").click()
    expect(page.get_by_text("Aangeboden. De respondenten")).to_be_visible()

    ovr.log_in_by_form("ovr.vr01")
    expect(ovr.page.get_by_text("3 te doen")).to_be_visible()
    ovr.look("react-start")
    ovr.page.get_by_role("link", name="Verslag ter verificatie").click()
    ovr.look("react-open")
    contact = ovr.page.get_by_role("region", name="1.1 Elkaar kennen")
    contact.get_by_label("Ik stel een wijziging voor").check()
    ovr.watch.allow(422)
    contact.get_by_role("button", name="Opslaan").click()
    expect(ovr.page.locator("[data-error-summary]")).to_contain_text("Uw voorstel is gelijk aan de tekst.")
    ovr.look("react-refused")
    contact.get_by_label("Zo moet de tekst worden").fill(BETTER)
    contact.get_by_label("Opmerking").fill("Sinds maart.")
    ovr.page.get_by_role("button", name="Alles wat nog open is, klopt").click()
    expect(ovr.page.get_by_text("Uw 3 reacties zijn opgeslagen.")).to_be_visible()
    ovr.look("react-said")

    page.reload()
    expect(page.get_by_text("Sinds maart.")).to_be_visible()
    inspector.look("offer-report-settling")
    page.get_by_label("Overgenomen", exact=True).check()
    page.get_by_role("button", name="Afhandelen").click()
    expect(page.get_by_text("De reactie is afgehandeld.")).to_be_visible()
    session.rollback()
    offer = offering.find(session, offering.of_interview(session, interview)[0])
    assert offer is not None
    offering.agree_with_rest(session, offer, by=bench.by("contactpersoon.vr01"))
    session.commit()
    page.reload()
    inspector.look("offer-report-closing")
    page.get_by_role("button", name="Sluiten", exact=True).click()
    expect(page.get_by_text("Gesloten met reacties")).to_be_visible()
    inspector.look("offer-report-closed")

    ovr.page.reload()
    expect(ovr.page.get_by_text("Gesloten met reacties")).to_be_visible()
    expect(ovr.page.get_by_text("Overgenomen", exact=True)).to_be_visible()
    ovr.look("react-closed")
    ovr.go("/dossier/proefmeting/VR01/")
    ovr.look("react-overview")


def test_findings_are_heard_and_the_log_tells_it(
    visit: Callable[[], Visitor], world: World, session: Session
) -> None:
    bench = offered.make(session, world)
    bench.judged()
    session.commit()
    inspector, ovr = visit(), visit()

    inspector.login("inspecteur")
    page = inspector.go("/wederhoor/proefmeting/")
    page.get_by_role("link", name="VR01").click()
    page.get_by_label("Reageren kan tot en met").fill((today() + timedelta(days=7)).isoformat())
    inspector.look("hearing-new")
    page.get_by_role("button", name="Aanbieden voor wederhoor").click()

    ovr.log_in_by_form("ovr.vr01")
    ovr.page.get_by_role("link", name="Bevindingen voor wederhoor").click()
    finding = ovr.page.get_by_role("region", name="1.1 Elkaar kennen")
    finding.get_by_label("Ik stel een wijziging voor").check()
    finding.get_by_label("Zo moet de tekst worden").fill("De regio heeft twee vaste contactpersonen.")
    finding.get_by_role("button", name="Opslaan").click()
    expect(ovr.page.get_by_text("Uw reactie is opgeslagen.")).to_be_visible()
    ovr.look("hearing-react")

    page.reload()
    page.get_by_label("Niet overgenomen").check()
    inspector.watch.allow(422)
    page.get_by_role("button", name="Afhandelen").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("Schrijf op waarom.")
    inspector.look("hearing-refused")
    page.get_by_label("Waarom").first.fill("Bij het bezoek was er een contactpersoon.")
    page.get_by_role("button", name="Afhandelen").click()
    expect(page.get_by_text("De reactie is afgehandeld.")).to_be_visible()
    inspector.look("hearing-dossier")
    inspector.go("/wederhoor/proefmeting/")
    inspector.look("hearing-board")
    page.get_by_role("link", name="Logboek").click()
    expect(page.get_by_text("Bij het bezoek was er een contactpersoon.")).to_be_visible()
    inspector.look("hearing-log")
