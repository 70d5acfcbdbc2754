"""Judging asks who is there after half a day; what was typed goes along."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.confirming import FRESH, JUDGING
from surveys.models import Judgement
from tests.judge.conftest import Bench
from tests.support import stale
from tests.support.client import Client

FACTOR = "/oordeel/proefmeting/VR01/factor/1.1"
TYPED = {
    "niveau": "voldoet_deels",
    "bevinding": "Er is contact.\nMaar niet 's nachts.",
    "motivering": "Zij <vertrekt>.",
}


def test_a_judgement_that_was_typed_goes_through_after_the_password(
    bench: Bench, client: Client, login: Callable[[str], None], session: Session
) -> None:
    login("inspecteur")
    client.get(FACTOR)
    stale.make(session)
    client.submit(TYPED, button="Voorleggen", status=422)
    assert stale.confirm(client, "verkeerd", status=422).has("Dit wachtwoord klopt niet.")
    assert stale.confirm(client).has("voorgelegd aan een andere inspecteur")
    row = session.scalars(select(Judgement)).one()
    assert (row.level, row.motivation) == (TYPED["niveau"], TYPED["motivering"])
    assert row.finding == TYPED["bevinding"]


def test_who_judges_for_hours_is_not_asked_each_half_hour(
    bench: Bench, client: Client, login: Callable[[str], None], session: Session
) -> None:
    login("inspecteur")
    client.get(FACTOR)
    stale.make(session, JUDGING - timedelta(minutes=1))
    assert JUDGING > FRESH
    assert client.submit(TYPED, button="Voorleggen").has("voorgelegd aan een andere inspecteur")
