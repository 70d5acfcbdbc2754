"""Words of the glossary, explained where they stand on a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from surveys import definitions
from surveys.definitions import Details
from surveys.follow_up import kinds, registering
from surveys.follow_up.points import Details as PointDetails
from surveys.glossary import SHIPPED
from tests.factories import World
from tests.follow_up.conftest import acting
from tests.support.client import Client
from tests.support.counting import selected
from tests.support.page import Page

UNIT = "/landelijk/proefmeting/eenheid/VR01"
DOSSIER = "/dossier/proefmeting/VR01"
OWN = Details("woord", "Dekking", "Hoeveel er is ingevuld.")
OTHER = Details("woord", "Dekking", "Bescherming tegen vuur.", source="Een brief")


@pytest.fixture
def picture(client: Client, world: World, login: Callable[[str], object]) -> Callable[[], Page]:
    """Look at the answers and scores of a region, as an inspector."""
    login("inspecteur")
    return lambda: client.get(UNIT)


def meaning(page: Page, word: str) -> str:
    """What a page says of a word when its button is pressed."""
    [button] = [each for each in page.all(".word__name") if each.text_content == word]
    return page.one(f"#{button['popovertarget']}[popover]").text_content


def words(page: Page) -> list[str]:
    """The words that a page explains in place."""
    return page.texts(".word__name")


def test_a_word_is_explained_where_it_stands_and_leads_to_the_glossary(
    picture: Callable[[], Page], client: Client
) -> None:
    page = picture()
    assert {"Niveau", "Score", "Grenzen", "Dekking", "Gewicht"} <= set(words(page))
    assert SHIPPED.words["Dekking"] in meaning(page, "Dekking")
    assert client.click("‘Dekking’ bij de begrippen").h1 == "Dekking"


def test_a_word_is_explained_once_on_a_page(picture: Callable[[], Page]) -> None:
    page = picture()
    heads = [each for each in page.texts("dt, th") if each == "Dekking"]
    assert len(heads) > 1
    assert words(page).count("Dekking") == 1


def test_what_inspectors_change_shows_in_place_at_once(
    picture: Callable[[], Page], session: Session, world: World
) -> None:
    by = acting(world)
    assert SHIPPED.words["Dekking"] in meaning(picture(), "Dekking")
    definitions.change(session, "woord-dekking", OWN, by=by, seen_version=0)
    assert "Hoeveel er is ingevuld." in meaning(picture(), "Dekking")

    definitions.add(session, replace(OTHER, term="dekkingen"), by=by)
    told = meaning(picture(), "Dekking")
    assert "Hoeveel er is ingevuld (Meetlat); of: Bescherming tegen vuur (Een brief)" in told


def test_a_word_that_was_retired_is_plain_text(
    picture: Callable[[], Page], session: Session, world: World
) -> None:
    old = Details("woord", "Dekking", SHIPPED.words["Dekking"], retired=True)
    definitions.change(session, "woord-dekking", old, by=acting(world), seen_version=0)
    page = picture()
    assert "Dekking" in page.texts("th")
    assert "Dekking" not in words(page)
    assert "Score" in words(page)


def test_a_meaning_that_holds_signs_of_html_stays_text(
    picture: Callable[[], Page], session: Session, world: World
) -> None:
    odd = replace(OWN, meaning="<b>Veel</b> & meer")
    definitions.change(session, "woord-dekking", odd, by=acting(world), seen_version=0)
    assert "<b>Veel</b> & meer" in meaning(picture(), "Dekking")


def test_a_clash_in_a_report_is_explained_where_it_is_told(
    client: Client, session: Session, world: World, login: Callable[[str], object]
) -> None:
    login("inspecteur")
    world.measurement.question = "Wat doet de OVR?"
    other = Details("afkorting", "OVR", "Iets anders.", source="Een brief")
    definitions.add(session, other, by=acting(world))
    told = meaning(client.get("/rapport/proefmeting/nakijken"), "OVR")
    assert f"{SHIPPED.abbreviations['OVR']} (Meetlat); of: Iets anders (Een brief)" in told


def test_respondents_see_the_meaning_as_it_is_now(
    client: Client, session: Session, world: World, login: Callable[[str], object]
) -> None:
    login("ovr.vr01")
    assert SHIPPED.words["Akkoord"] in meaning(client.get(f"{DOSSIER}/controle"), "Akkoord")
    now = Details("woord", "Akkoord", "Uw handtekening.")
    definitions.change(session, "woord-akkoord", now, by=acting(world), seen_version=0)
    assert "Uw handtekening." in meaning(client.get(f"{DOSSIER}/controle"), "Akkoord")


def test_a_page_with_questions_lists_the_words_that_stand_in_them(
    client: Client, session: Session, world: World, login: Callable[[str], object]
) -> None:
    def listed(factor: str) -> dict[str, str]:
        page = client.get(f"{DOSSIER}/factor/{factor}")
        return dict(zip(page.texts(".explained dt"), page.texts(".explained dd"), strict=True))

    login("ovr.vr01")
    assert listed("1.1") == {"Contactpersoon": SHIPPED.words["Contactpersoon"]}
    assert listed("2.1") == {}

    definitions.add(session, Details("woord", "plan", "Wat is vastgesteld."), by=acting(world))
    assert listed("2.1") == {"plan": "Wat is vastgesteld."}


def test_words_in_a_question_cost_no_statement_more(
    app: Flask, client: Client, session: Session, world: World, login: Callable[[str], object]
) -> None:
    def asked() -> list[str]:
        with selected(app) as found:
            client.get(f"{DOSSIER}/factor/1.1")
        return [each for each in found if "definition" in each]

    login("ovr.vr01")
    assert len(asked()) == 1
    definitions.add(session, Details("woord", "werkplek", "Een bureau."), by=acting(world))
    asked()  # makes the glossary anew
    assert len(asked()) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Welke BRIGADE oefent?", ["Brigade"]),
        ("Hoeveel brigades en contactpersoons?", ["Brigade", "Contactpersoon"]),
        ("De brigadecommandant", []),
        ("Vanaf welk GRIP-niveau was er een waarnemer?", []),
    ],
)
def test_a_question_has_words_in_capitals_or_not_and_none_of_meetlats_own(
    text: str, found: list[str]
) -> None:
    assert list(SHIPPED.asked_in([None, text])) == found


@pytest.mark.parametrize(("nature", "label"), kinds.NATURES.items())
def test_what_kind_of_advice_a_point_is_is_explained(
    client: Client, world: World, session: Session, login: Callable[[str], object], nature: str, label: str
) -> None:
    details = PointDetails("aanbeveling", "Oefen", "Oefen samen.", addressee="besturen", nature=nature)
    made = registering.add(session, details, by=acting(world))
    login("inspecteur")
    page = client.get(f"/opvolging/punten/{made.id}")
    assert SHIPPED.words[label] in meaning(page, label)
