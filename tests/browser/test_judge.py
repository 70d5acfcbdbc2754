"""Judging in a browser: every page with judgements in it, the keyboard, focus, and nothing typed is lost."""

from __future__ import annotations

from datetime import date
from itertools import cycle

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import judging, units
from surveys.acting import By
from surveys.answers import Content
from surveys.judging import About, Draft
from surveys.models import Assignment, Dossier, Interview, Measurement, Passage
from tests import factories, filled
from tests.factories import World
from tests.judge.conftest import Bench, advance, bench_in, confirm, correct, write
from tests.support.browser import Visitor

FACTOR = "/oordeel/proefmeting/VR01/factor/1.1"


@pytest.fixture
def bench(session: Session) -> Bench:
    """Four regions with judgements in every state, a visit, and answers that were corrected."""
    world: World = factories.world(session, 4)
    made = bench_in(session, world)
    one, two = made.by("one"), made.by("two")
    for code in ("VR03", "VR04"):
        filled.submit(session, world.dossiers[code], filled.STRONG if code == "VR03" else filled.UNSURE)
        advance(session, world.dossiers[code], one)
        units.link(
            session,
            world.units[code],
            world.units["RMC-NOORD"],
            valid_from=factories.LONG_AGO,
            by=By.system(factories.OPENED),
        )
    visit = Interview(
        measurement_id=world.measurement.id,
        dossier_id=world.dossiers["VR01"].id,
        kind="bezoek",
        held_on=date(2013, 5, 1),
        state="geverifieerd",
        version=1,
        person_id=one.person_id,
        assignment_id=one.assignment_id,
        at=one.at,
    )
    session.add(visit)
    session.flush()
    text = "De contactpersoon is drie dagen per week bij de regio. Zij kent de crisisorganisatie goed."
    session.add(Passage(interview_id=visit.id, factor="1.1", position=1, text=text, version=1))
    lower = Draft("voldoet_deels", "De contactpersoon vertrekt; er is geen opvolger.", "Er is goed contact.")
    row = write(session, made.about("VR01"), one, lower)
    judging.offer(session, made.about("VR01"), by=one, seen_version=row.version)
    correct(session, world.dossiers["VR01"], "1.1-02", Content(4), "Bleek bij het bezoek.", two)
    confirm(session, made.about("VR03"), one, two)
    confirm(session, made.about("VR01", "2.1"), two, one)
    write(session, made.about("VR02"), one, Draft("voldoet_niet"))
    row = write(session, made.about("VR02", "2.1"), one)
    judging.offer(session, made.about("VR02", "2.1"), by=one, seen_version=row.version)
    judging.give_back(
        session, made.about("VR02", "2.1"), "Noem de politie.", by=two, seen_version=row.version
    )
    session.commit()
    return made


def test_every_page_of_judging_is_accessible_wide_and_narrow(visitor: Visitor, bench: Bench) -> None:
    visitor.login("inspecteur.twee")
    for name, path in {
        "judge-board": "/oordeel/proefmeting/",
        "judge-dossier": "/oordeel/proefmeting/VR01",
        "judge-factor": FACTOR,
        "judge-returned": "/oordeel/proefmeting/VR02/factor/2.1",
        "judge-confirmed": "/oordeel/proefmeting/VR01/factor/2.1",
        "judge-calibration": "/oordeel/proefmeting/ijking",
        "judge-unit": "/landelijk/proefmeting/eenheid/VR01",
    }.items():
        visitor.go(path)
        visitor.look(name)


def test_the_second_looks_at_what_changed_and_confirms(visitor: Visitor, bench: Bench) -> None:
    visitor.login("inspecteur.twee")
    page = visitor.go(FACTOR)
    page.get_by_label("Ik heb de gewijzigde antwoorden bekeken").check()
    page.get_by_role("button", name="Bevestigen").click()
    expect(page.get_by_role("status").filter(has_text="vastgesteld")).to_be_visible()
    # the focus is at the judgement, and not at the top of the page
    expect(page.locator("#oordeel")).to_be_focused()


def test_single_keys_lead_on_outside_a_field_and_can_be_switched_off(visitor: Visitor, bench: Bench) -> None:
    visitor.login("inspecteur")
    page = visitor.go("/oordeel/proefmeting/VR02/factor/1.1")
    heading = page.get_by_role("heading", level=1)
    page.get_by_label("Motivering").press("j")
    expect(page.get_by_label("Motivering")).to_have_value("j")
    page.get_by_label("Motivering").fill("")
    page.locator("#oordeel").focus()
    for key, leads_to in (
        ("j", "2.1 Samen plannen maken: Regio 2"),
        ("k", "1.1 Elkaar kennen: Regio 2"),
        ("l", "1.1 Elkaar kennen: Regio 3"),
        ("h", "1.1 Elkaar kennen: Regio 2"),
    ):
        page.keyboard.press(key)
        expect(heading).to_have_text(leads_to)
        page.wait_for_load_state()  # the heading is there before the script listens
    page.get_by_label("Sneltoetsen gebruiken").uncheck()
    page.locator("#oordeel").focus()
    page.keyboard.press("j")
    page.reload()
    expect(heading).to_have_text("1.1 Elkaar kennen: Regio 2")
    expect(page.get_by_label("Sneltoetsen gebruiken")).not_to_be_checked()


@pytest.mark.apart
def test_leaving_with_something_unsaved_asks_first(visitor: Visitor, bench: Bench) -> None:
    visitor.login("inspecteur")
    page = visitor.go("/oordeel/proefmeting/VR02/factor/1.1")
    page.get_by_label("Bevinding").fill("Nog niet bewaard.")
    asked: list[str] = []

    def stay(dialog) -> None:  # type: ignore[no-untyped-def]
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator("#oordeel").focus()
    page.keyboard.press("l")
    expect(page.get_by_label("Bevinding")).to_have_value("Nog niet bewaard.")
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("status").filter(has_text="opgeslagen als concept")).to_be_visible()
    assert asked == ["beforeunload"]


def test_the_form_stays_beside_the_evidence(visitor: Visitor, bench: Bench) -> None:
    visitor.login("inspecteur")
    page = visitor.go("/oordeel/proefmeting/VR02/factor/1.1")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.locator("#eerder").scroll_into_view_if_needed()
    page.mouse.wheel(0, 2000)
    expect(page.get_by_role("button", name="Voorleggen")).to_be_in_viewport()
    evidence, form = page.locator(".judge__evidence").bounding_box(), page.locator("#oordeel").bounding_box()
    assert evidence is not None
    assert form is not None
    assert form["x"] >= evidence["x"] + evidence["width"]


@pytest.mark.example
def test_the_board_of_all_units_and_factors_fits_a_wide_screen(visitor: Visitor, session: Session) -> None:
    found = session.scalar(select(Measurement).where(Measurement.code == "tussenmeting-2009"))
    assert found is not None
    hands = session.scalars(select(Assignment).where(Assignment.role == "inspecteur")).all()
    one, two = (By.through(each) for each in hands[:2])
    of_it = session.scalars(select(Dossier).where(Dossier.measurement_id == found.id))
    # one judgement makes its row and its column as wide as they get
    for dossier, factor in zip(of_it, cycle(("2.1", "3.1", "4.3", "5.1", "6.1")), strict=False):
        advance(session, dossier, one)
        about = About.of(dossier, factor)
        row = write(session, about, one, Draft("voldoet_deels", "Voorbeeld."))
        judging.offer(session, about, by=one, seen_version=row.version)
    session.commit()
    assert two.person_id != one.person_id
    visitor.login("inspecteur2")
    page = visitor.go("/oordeel/tussenmeting-2009/")
    page.set_viewport_size({"width": 1366, "height": 768})
    expect(page.get_by_role("row")).to_have_count(29)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    visitor.look("judge-board-full")
