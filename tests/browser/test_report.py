"""The report in a browser: from a sentence to what it counts, passages with live counts, and its versions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from surveys import measurements, recommending, report_texts
from surveys.recommending import Details
from tests.factories import World
from tests.judge.conftest import Bench, bench_in
from tests.report.conftest import judge
from tests.report.test_report_pages import change_an_answer
from tests.support.browser import Visitor

BASE = "/rapport/proefmeting"
PASSAGE = f"{BASE}/tekst/factor:2.1:onderwerp:"
WRONG = "In [vier veiligheidsregio's](2.1-S01) praat de brandweer mee."
RIGHT = "In [één van de twee veiligheidsregio's](2.1-S01) praat de brandweer mee."
RENEWED = "In [alle twee veiligheidsregio's](2.1-S01) praat de brandweer mee."
POINT = "Geef elke contactpersoon een werkplek."


@pytest.fixture
def bench(session: Session, world: World) -> Bench:
    """A report in concept in whose way nothing stands, with a recommendation in it."""
    made = bench_in(session, world)
    one = made.by("one")
    world.measurement.question = "Is het contact goed?"
    world.measurement.scope = "Alleen het contact."
    measurements.go_to(session, world.measurement, "landelijk_beeld", one)
    judge(session, made)
    measurements.go_to(session, world.measurement, "rapport_concept", one)
    details = Details("de besturen van de veiligheidsregio’s", "Praat ook met de politie.", "2.1")
    recommending.add(session, world.measurement, details, by=one)
    # the tiny questionnaire counts nothing for this topic, so nothing writes itself
    topic = "factor:1.1:onderwerp:Contact"
    report_texts.write(session, world.measurement, topic, "Men kent elkaar.", by=one, seen_version=0)
    session.commit()
    return made


def save(page: Page, text: str) -> None:
    page.get_by_label("Tekst", exact=True).fill(text)
    page.get_by_role("button", name="Tekst bewaren").click()


def test_every_page_of_the_report_is_accessible_wide_and_narrow(visitor: Visitor, bench: Bench) -> None:
    visitor.login("inspecteur.twee")
    for name, path in {
        "report": BASE,
        "report-check": f"{BASE}/nakijken",
        "report-facts": f"{BASE}/tellingen",
        "report-recommendation-new": f"{BASE}/aanbevelingen/nieuw",
        "report-recommendation-remove": f"{BASE}/aanbevelingen/1/verwijderen",
        "report-freeze": f"{BASE}/versies/nieuw",
    }.items():
        visitor.go(path)
        visitor.look(name)


def test_a_passage_is_written_with_a_count_that_stays_right(
    visitor: Visitor, bench: Bench, session: Session
) -> None:
    visitor.login("inspecteur")
    page = visitor.go(f"{BASE}/lezen")
    heading = page.get_by_role("heading", level=1)
    visitor.look("report-read")

    page.get_by_role("link", name="Eén van de twee veiligheidsregio's").first.click()
    expect(heading).to_have_text("Telling 2.1-S01")
    expect(page.get_by_role("link", name="Regio 1")).to_be_visible()
    visitor.look("report-fact")
    page.go_back()
    expect(heading).to_have_text("Rapport lezen")
    page.locator(f'a[href$="{PASSAGE}"]').click()

    visitor.watch.allow(422)
    save(page, WRONG)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    written = page.get_by_label("Tekst", exact=True)
    expect(written).to_have_value(WRONG)
    visitor.look("report-passage-refused")
    page.locator("[data-error-summary] a").click()
    expect(written).to_be_focused()
    save(page, RIGHT)
    expect(page.get_by_role("status").filter(has_text="De tekst is bewaard.")).to_be_visible()

    change_an_answer(session, bench)
    page.reload()
    outdated = page.get_by_text("Deze tekst is verouderd")
    expect(outdated).to_be_visible()
    visitor.look("report-passage-outdated")
    page.get_by_role("button", name="Nieuwe aantallen in de tekst zetten").click()
    expect(written).to_have_value(RENEWED)
    page.get_by_role("button", name="Tekst bewaren").click()
    expect(page.get_by_role("status").filter(has_text="De tekst is bewaard.")).to_be_visible()
    expect(outdated).to_have_count(0)


def test_a_passage_is_written_without_a_script(visit: Callable[..., Visitor], bench: Bench) -> None:
    visitor = visit(javascript=False)
    visitor.login("inspecteur")
    page = visitor.go(PASSAGE)
    visitor.watch.allow(422)
    save(page, WRONG)
    expect(page.get_by_label("Tekst", exact=True)).to_have_value(WRONG)
    page.locator("[data-error-summary] a").click()
    assert page.url.endswith("#text")
    save(page, RIGHT)
    expect(page.get_by_text("De tekst is bewaard.")).to_be_visible()
    page = visitor.go(f"{BASE}/lezen")
    expect(page.get_by_text("In één van de twee veiligheidsregio's praat de brandweer mee.")).to_be_visible()


def test_a_version_is_frozen_by_one_compared_and_confirmed_by_another(
    visit: Callable[..., Visitor], bench: Bench
) -> None:
    first = visit()
    first.login("inspecteur")
    page = first.go(f"{BASE}/versies/nieuw")
    page.get_by_role("button", name="Versie vastleggen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Versie 1")

    first.go(f"{BASE}/aanbevelingen").get_by_role("link", name="Aanbeveling toevoegen").click()
    page.get_by_label("Aan wie").fill("de minister van Defensie")
    page.get_by_label("Aanbeveling", exact=True).fill(POINT)
    page.get_by_role("button", name="Aanbeveling bewaren").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    first.look("report-recommendations")
    page.locator("tbody tr").nth(1).get_by_role("button", name="Omhoog").click()
    expect(page.locator("tbody tr").first).to_contain_text(POINT)

    first.go(f"{BASE}/versies/1").get_by_role("link", name="Verschil met nu").click()
    expect(page.locator("ins").filter(has_text=POINT).first).to_be_visible()
    first.look("report-difference")
    page = first.go(f"{BASE}/versies/nieuw")
    page.get_by_label("Waarvoor is deze versie?").fill("Ter vaststelling")
    page.get_by_role("button", name="Versie vastleggen").click()
    expect(page.get_by_text("U hebt deze versie zelf vastgelegd.")).to_be_visible()

    second = visit()
    second.login("inspecteur.twee")
    page = second.go(f"{BASE}/versies/2")
    second.watch.allow(422)
    page.get_by_role("button", name="Versie vaststellen").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    second.look("report-version-refused")
    page.get_by_label("Ik heb de punten bij ‘Nakijken’ gezien.").check()
    page.get_by_role("button", name="Versie vaststellen").click()
    expect(page.get_by_role("status").filter(has_text="Versie 2 is vastgesteld.")).to_be_visible()
    second.look("report-version-confirmed")
    page.get_by_role("link", name="Lezen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Versie 2 lezen")
    second.look("report-version-read")
