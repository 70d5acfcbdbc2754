"""Two people agree, one changes something: the other sees at once that the agreement ended."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from surveys import signing
from surveys.acting import By
from tests import filled
from tests.factories import World
from tests.support.browser import Visitor

HOME = "/dossier/proefmeting/VR01"


@pytest.fixture(autouse=True)
def complete(session: Session, world: World) -> None:
    """VR01 is filled in, and nobody has agreed yet."""
    filled.fill(session, world.dossiers["VR01"], filled.STRONG)
    session.commit()


def test_an_agreement_that_ends_is_told_on_the_page_that_lies_open(visit: Callable[[], Visitor]) -> None:
    ovr, contact = visit(), visit()
    ovr.login("ovr.vr01")
    page = ovr.go(f"{HOME}/controle")
    page.get_by_label("Ik heb de antwoorden gelezen.").check()
    page.get_by_role("button", name="Akkoord geven").click()
    page.get_by_text("U hebt akkoord gegeven.").wait_for()

    contact.login("contactpersoon.vr01")
    other = contact.go(f"{HOME}/factor/1.1")
    other.get_by_label("Er is geen werkplek").check()
    other.get_by_text("geldt niet meer: daarna is iets gewijzigd.").first.wait_for()

    # without a page load
    page.get_by_text("Er is intussen iets gewijzigd in deze vragenlijst.").wait_for()
    page.get_by_role("link", name="Laad de pagina opnieuw").click()
    page.get_by_text("Er is na uw akkoord iets gewijzigd. Geef opnieuw akkoord.").wait_for()
    ovr.look("signature-voided")
    assert page.get_by_text("Nog geen akkoord").count() == 2


def test_a_page_with_questions_tells_by_itself_that_an_agreement_ended(
    visit: Callable[[], Visitor], session: Session, world: World
) -> None:
    signing.sign(session, world.dossiers["VR01"], by=By.through(world.assignments["ovr.vr01"]))
    session.commit()
    ovr, contact = visit(), visit()
    ovr.login("ovr.vr01")
    page = ovr.go(f"{HOME}/factor/2.1")
    contact.login("contactpersoon.vr01")
    contact.go(f"{HOME}/factor/1.1").get_by_label("Er is geen werkplek").check()
    page.get_by_text("Er is na uw akkoord iets gewijzigd. Geef opnieuw akkoord.").wait_for()
