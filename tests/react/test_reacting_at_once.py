"""Steps of two people at the very same moment: one is done, the other one is refused in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import Offer, Reaction, Settlement
from tests import factories
from tests.integration.test_at_the_same_moment import at_once
from tests.offered import Offered
from tests.support.client import Client
from tests.support.page import Page

BETTER = "De contactpersoon is er vier dagen per week."


@pytest.fixture
def people(app: Flask, bench: Offered) -> dict[str, Client]:
    """Two inspectors and the OVR, each logged in."""
    bench.session.commit()
    made = {}
    for name in ("inspecteur", "inspecteur.twee", "ovr.vr01"):
        made[name] = Client(app)
        made[name].login(f"{name}@voorbeeld.nl", factories.PASSWORD)
    return made


def sends(person: Client, path: str, **values: str) -> Callable[[], Page]:
    data = {"csrf_token": [person.token()], **{name: [text] for name, text in values.items()}}
    return lambda: person.ask("POST", path, data)


def report_of(offer: Offer) -> str:
    return f"/bezoek/proefmeting/verslag/{offer.interview_id}/aanbieden"


def test_two_inspectors_settle_one_reaction_once(
    bench: Offered, people: dict[str, Client], session: Session
) -> None:
    offer = bench.verification()
    reaction = bench.says(offer, 1, "ovr.vr01", BETTER)
    path, about = report_of(offer), {"offer": str(offer.id), "over": str(reaction.id), "version": "1"}
    session.commit()
    answers = at_once(
        [
            sends(people[who], path, doen="afhandelen", outcome="niet", reason=f"Van {who}.", **about)
            for who in ("inspecteur", "inspecteur.twee")
        ]
    )
    assert sorted(each.status for each in answers) == [303, 409]
    refused = next(each for each in answers if each.status == 409)
    assert refused.has("al afgehandeld")
    assert len(session.scalars(select(Settlement)).all()) == 1


def test_a_reaction_at_the_moment_of_closing_is_saved_or_shown(
    bench: Offered, people: dict[str, Client], session: Session
) -> None:
    offer = bench.verification()
    for who in ("ovr.vr01", "contactpersoon.vr01"):
        for place in range(len(offer.texts)):
            bench.says(offer, place, who)
    number, text, path = offer.id, offer.texts[1].id, report_of(offer)
    session.commit()
    closed, said = at_once(
        [
            sends(people["inspecteur"], path, doen="sluiten", offer=str(number), over="0"),
            sends(
                people["ovr.vr01"],
                f"/reactie/proefmeting/VR01/{number}",
                **{"doen": "alles", f"oordeel-{text}": "wijziging", f"tekst-{text}": BETTER},
            ),
        ]
    )
    assert sorted((closed.status, said.status)) == [303, 409]
    proposed = session.scalars(select(Reaction).where(Reaction.proposal == BETTER)).all()
    session.expire_all()
    again = session.get(Offer, number)
    assert again is not None
    assert (again.closed_at is None) == bool(proposed) == (said.status == 303)
    if not proposed:
        assert said.has(BETTER)


def test_a_double_click_reacts_once(bench: Offered, people: dict[str, Client], session: Session) -> None:
    offer = bench.verification()
    text, number = offer.texts[1].id, offer.id
    session.commit()
    sent = sends(
        people["ovr.vr01"],
        f"/reactie/proefmeting/VR01/{number}",
        **{"doen": "alles", f"oordeel-{text}": "wijziging", f"tekst-{text}": BETTER},
    )
    assert [each.status for each in at_once([sent, sent])] == [303, 303]
    assert len(session.scalars(select(Reaction)).all()) == 1
