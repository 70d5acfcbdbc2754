"""Follow-up in a browser: from a recommendation of a report to a point that is evaluated and closed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import answers, measurements, signing
from surveys.acting import By
from surveys.answers import Content, Save
from surveys.follow_up import points
from surveys.follow_up.points import PointInfo
from surveys.models import Answer, Assignment, Dossier, Measurement, Unit
from tests.support.browser import Visitor

pytestmark = pytest.mark.example

REPORT = "/rapport/eindmeting-2013/aanbevelingen"
UNITS = ("VR02", "VR06", "VR13")
COUNTED = "4.2-S09"
"""Counts the regions whose OVR lacks access to another region's system; VR13 is one of them in 2013."""


def save(page: Page, button: str, **fields: str) -> None:
    """Fill in fields by their ids and press a button."""
    for name, value in fields.items():
        page.locator(f"#{name}").fill(value)
    page.get_by_role("button", name=button, exact=True).click()


def told(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words).first).to_be_visible()


def add_measure(page: Page, title: str) -> str:
    """Add a measure under the point of the page; gives its address."""
    page.get_by_role("link", name="Maatregel toevoegen").click()
    save(page, "Punt bewaren", title=title, text=f"{title} in de hele regio.")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return page.url


def plan(page: Page, address: str, begun: str, done: str) -> None:
    page.goto(f"{address}/planning")
    save(page, "Planning bewaren", begun_on=begun, done_on=done)


def next_measurement(session: Session) -> None:
    """The measurement of 2026 comes in: VR13 answers that its OVR has access everywhere, and hands in."""
    measurement = session.scalars(select(Measurement).where(Measurement.code == "vervolgmeting-2026")).one()
    unit = session.scalars(select(Unit).where(Unit.code == "VR13")).one()
    dossier = session.scalars(
        select(Dossier).where(Dossier.measurement_id == measurement.id, Dossier.unit_id == unit.id)
    ).one()
    held = {row.role: row for row in session.scalars(select(Assignment).where(Assignment.unit_id == unit.id))}
    by = By.through(held["contactpersoon"], datetime(2026, 11, 20, 9, tzinfo=UTC))
    seen = session.scalars(
        select(Answer.version).where(Answer.dossier_id == dossier.id, Answer.question == "4.2-08")
    ).one()
    answers.save_all(session, dossier, {"4.2-08": Save(Content("alle"), seen)}, by=by)
    for role in ("contactpersoon", "ovr"):
        signing.sign(session, dossier, by=By.through(held[role], datetime(2026, 11, 20, 10, tzinfo=UTC)))
    signing.submit(session, dossier, by=by)
    measurements.go_to(session, measurement, "landelijk_beeld", By.system())
    session.commit()


def test_a_recommendation_is_followed_until_its_effect_is_seen_and_it_is_closed(
    visitor: Visitor, session: Session
) -> None:
    visitor.login("inspecteur1")
    page = visitor.go(REPORT)
    page.get_by_role("row", name="netcentrische").get_by_role("link", name="Opvolgen").click()
    for code in UNITS:
        page.get_by_label(code).check()
    visitor.look("follow-up-born")
    page.get_by_role("button", name="Punten maken voor de gekozen eenheden").click()
    told(page, "3 punten")
    made = {each.unit.code: each for each in listed(session) if each.unit and each.unit.code in UNITS}
    assert set(made) == set(UNITS)
    point = visitor.go(f"/opvolging/punten/{made['VR13'].id}").url

    first = add_measure(page, "Vraag rechten aan")
    plan(page, first, "2014-03-01", "2014-06-30")
    page.goto(point)
    second = add_measure(page, "Oefen met het systeem")
    plan(page, second, "2014-07-15", "2014-12-31")
    page.goto(f"{second}/afhankelijkheden")
    page.get_by_label("Ander punt").select_option(label=first_option(page, "Vraag rechten aan"))
    page.get_by_label("Wacht op", exact=True).check()
    save(page, "Afhankelijkheid bewaren")
    visitor.look("follow-up-dependencies")

    # an indicator that the next measurement fills
    page.goto(point)
    page.get_by_role("link", name="Indicator toevoegen").click()
    choice = page.locator("option", has_text=COUNTED).first.get_attribute("value")
    assert choice is not None
    box = page.locator("select").filter(has=page.locator(f'option[value="{choice}"]'))
    box.select_option(choice)
    box.locator("xpath=ancestor::form").get_by_role("button").click()
    page.get_by_role("button", name="Neem 1 van de 1 (eindmeting 2013) over").click()
    page.get_by_label("Outcome").check()
    page.get_by_label("Lager").check()
    visitor.look("follow-up-indicator-new")
    save(page, "Indicator bewaren", title="De OVR mist geen toegang", target="0", moment="vervolgmeting 2026")
    expect(page.get_by_text("Nog niet gemeten").first).to_be_visible()

    # the first measure slips, and takes the second along
    page.goto(f"{first}/planning")
    page.get_by_label("Realiteit").check()
    save(page, "Planning bewaren", done_on="2014-09-30")
    expect(page.get_by_text("Met deze planning botsen andere punten")).to_be_visible()
    expect(page.get_by_label("Oefen met het systeem")).to_be_checked()
    visitor.look("follow-up-slip")
    save(page, "Planning bewaren")
    page.goto(second)
    expect(page.get_by_text("loopt uit").first).to_be_visible()
    expect(page.get_by_text("Schuift mee met ‘Vraag rechten aan’.")).to_have_count(1)
    for address, begun, done in (
        (first, "2014-03-03", "2014-09-25"),
        (second, "2014-10-06", "2015-03-20"),
        (point, "2014-03-03", "2015-03-20"),
    ):
        page.goto(f"{address}/fasen")
        save(page, "Fasen bewaren", begun_on=begun, done_on=done)
        told(page, "De fasen zijn bewaard.")

    next_measurement(session)
    page.goto(point)
    expect(page.get_by_text("Verbeterd").first).to_be_visible()
    expect(page.get_by_role("cell", name="0 van de 1 (vervolgmeting 2026)")).to_be_visible()
    visitor.look("follow-up-effect")

    # evaluated and closed, the measures before the point
    for address in (first, second, point):
        page.goto(f"{address}/evaluatie")
        page.get_by_label("Ja", exact=True).nth(0).check()
        page.get_by_label("Ja", exact=True).nth(1).check()
        save(
            page,
            "Evaluatie bewaren",
            words="De OVR kan overal bij het systeem.",
            evaluator="Inspectie",
            evaluated_on="2026-11-20",
        )
        page.goto(f"{address}/afsluiten")
        page.get_by_label("Afgesloten", exact=True).check()
        if address == point:
            visitor.look("follow-up-close")
        save(page, "Punt afsluiten", closed_on="2026-11-20", outcome="Klaar.", decider="Inspectie")
        told(page, "afgesloten")
    expect(page.get_by_role("link", name="Punt heropenen")).to_be_visible()
    expect(page.get_by_text("ontbreekt")).to_have_count(0)
    visitor.look("follow-up-closed")


def listed(session: Session) -> list[PointInfo]:
    """All points; nothing of the test holds the database afterwards."""
    found = points.listed(session)
    session.rollback()
    return found


def first_option(page: Page, words: str) -> str:
    """The whole text of the option that holds these words."""
    return page.locator("option", has_text=words).first.inner_text()


def test_the_pages_of_follow_up_are_accessible_wide_and_narrow(visitor: Visitor, session: Session) -> None:
    found = listed(session)
    measure = next(each for each in found if each.title.startswith("Oefenen met het netcentrische"))
    agenda = next(each for each in found if each.kind == "agendapunt")
    visitor.login("inspecteur1")
    for name, path in {
        "register": "",
        "register-narrowed": "?spoor=systeem&sorteer=titel",
        "steering": "sturing",
        "planning": "planning",
        "terms": "termijnen",
        "progress": "voortgang",
        "sources": "bronnen",
        "source": "bronnen/1",
        "letters": "brieven",
        "letter": "brieven/1",
        "schemes": "indelingen",
        "outcomes": "meting/eindmeting-2013",
        "measure": f"punten/{measure.id}",
        "agenda-point": f"punten/{agenda.id}",
        "point-change": f"punten/{measure.id}/wijzigen",
        "plan": f"punten/{measure.id}/planning",
        "history": f"punten/{measure.id}/geschiedenis",
        "decision-new": f"punten/{agenda.id}/besluiten/nieuw",
        "say": f"punten/{agenda.id}/stand",
    }.items():
        visitor.go(f"/opvolging/{path}")
        visitor.look(f"follow-up-{name}")
    visitor.go(f"/opvolging/punten/{measure.id}/planning")
    visitor.watch.allow(422)
    save(visitor.page, "Planning bewaren", begun_on="2015-01-01", done_on="2014-01-01")
    expect(visitor.page.locator("[data-error-summary]")).to_be_focused()
    visitor.look("follow-up-plan-refused")


def test_a_region_reports_progress_that_an_inspector_confirms(visitor: Visitor, session: Session) -> None:
    visitor.login("contact.vr17")
    page = visitor.go("/")
    page.get_by_role("link", name="Toegang voor de OVR tot het netcentrische systeem").click()
    page.get_by_role("link", name="Oefenen met het netcentrische systeem (fictief)").first.click()
    visitor.look("follow-up-unit-point")
    page.get_by_role("link", name="Voortgang melden").click()
    page.get_by_label("Afgerond").check()
    save(page, "Voortgang melden", words="Alle oefeningen zijn gehouden.", since="2016-11-30")
    expect(page.get_by_text("Wacht op oordeel").first).to_be_visible()
    visitor.go("/opvolging/eenheid/VR17")
    visitor.look("follow-up-unit")
    visitor.logout()

    visitor.login("inspecteur2")
    page = visitor.go("/opvolging/voortgang")
    visitor.look("follow-up-progress-waiting")
    page.get_by_role("row", name="Afgerond").get_by_role("link").click()
    page.get_by_label("Ja, dit klopt").check()
    visitor.look("follow-up-verdict")
    page.get_by_role("button", name="Oordeel bewaren").click()
    told(page, "Uw oordeel is bewaard.")
