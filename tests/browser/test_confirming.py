"""Showing anew who one is, in a real browser: what was typed goes along."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import sessions
from surveys.acting import now
from surveys.models import Judgement
from tests import factories
from tests.factories import PASSWORD
from tests.judge.conftest import bench_in
from tests.support import stale
from tests.support.browser import Visitor

FACTOR = "/oordeel/proefmeting/VR01/factor/1.1"
FINDING = "Er is contact.\nMaar niet 's nachts."


@pytest.fixture
def verified(session: Session) -> None:
    """Dossiers that can be judged, and inspectors, of whom one is logged in elsewhere too."""
    made = bench_in(session, factories.world(session))
    person = made.inspectors["one"].person
    sessions.start(
        session, person, how=["password"], address="192.0.2.7", device="Firefox op Windows", at=now()
    )
    session.commit()


def test_a_judgement_that_was_typed_waits_for_the_password(
    verified: None, visitor: Visitor, session: Session
) -> None:
    page = visitor.login("inspecteur")
    visitor.go("/sessies")
    visitor.look("sessies")
    visitor.go(FACTOR)
    page.get_by_label("Bevinding").fill(FINDING)
    stale.make(session)
    visitor.watch.allow(422)
    page.get_by_role("button", name="Opslaan", exact=True).click()
    page.get_by_role("heading", name=stale.ASKED).wait_for()
    visitor.look("bevestigen")
    page.get_by_label("Wachtwoord", exact=True).fill("verkeerd")
    page.get_by_role("button", name="Bevestigen en doorgaan").click()
    page.get_by_text("Dit wachtwoord klopt niet.").first.wait_for()
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Bevestigen en doorgaan").click()
    page.get_by_role("heading", name=stale.ASKED).wait_for(state="detached")
    assert page.get_by_label("Bevinding").input_value() == FINDING
    session.rollback()
    assert session.scalars(select(Judgement.finding)).one() == FINDING
