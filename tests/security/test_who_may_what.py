"""Every address, tried by somebody in every role, on the own unit and on another: as the table says.

The addresses come from the application itself, so a new one is tried without being added here.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.auth import OPEN, SIGNED_IN, permission_of
from app.extensions import csrf
from surveys import units
from surveys.acting import By, today
from surveys.models import LogEntry
from surveys.permissions import PERMISSIONS, holders
from tests import factories
from tests.factories import OPENED, PASSWORD, World
from tests.security.asking import Asker
from tests.support.client import Client

WHO = (
    "niemand",
    "zonder.rol",
    "vroeger",
    "ovr.vr01",
    "contactpersoon.vr01",
    "waarnemer.vr01",
    "rmc.noord",
    "inspecteur",
    "beheerder",
)
ELSEWHERE = frozenset({"niemand", "zonder.rol", "vroeger", "beheerder"})
"""Who belongs to no unit today: to them one unit is like another, so they are tried on one."""
UNITS = ("VR02", "RMC-NOORD", "VR01")
FIRST = "VR01"
"""The unit whose people those with a unit are."""
METHODS = ("GET", "POST")
LEAVES = {"security.logout"}
"""What ends the session; tried last."""
EXPIRED = "Dit formulier is verlopen"
"""How the refusal of a form without the right token begins."""


FOLLOW_UP = (
    *("aanbeveling", "indicator", "waarde", "besluit", "brief"),
    *("melding", "bestand", "vermelding", "afhankelijkheid"),
    *("bevinding", "signaal", "les", "moment"),
    *("overleg", "vergadering", "onderwerp", "adres"),
    *("inzet", "doelstelling", "post", "opgave", "besparing", "evaluatie"),
)
"""What addresses of follow-up call the things that they are about."""


@pytest.fixture
def samples(world: World, session: Session) -> dict[str, str]:
    """A value for each name that an address can have between < and >, `eenheid` excepted.

    What is sent there is empty, so nothing that the rest needs changes; the ids are of things nobody uses.
    """
    spare = factories.person(session, "Reserve", "reserve@voorbeeld.nl")
    row = factories.assignment(session, "waarnemer", unit=world.units["VR02"], whose=spare)
    link = units.link(
        session,
        world.units["VR02"],
        world.units["RMC-NOORD"],
        valid_from=date(2011, 1, 1),
        by=By.system(OPENED),
    )
    factories.person(session, "Zonder Rol", "zonder.rol@voorbeeld.nl")
    factories.assignment(
        session,
        "ovr",
        unit=world.units["VR01"],
        whose=factories.person(session, "Vroeger", "vroeger@voorbeeld.nl"),
        valid_until=date(2001, 1, 1),
    )
    session.commit()
    return {
        "meting": "proefmeting",
        "factor": "1.1",
        "code": "1.1-01",
        "person_id": str(spare.id),
        "assignment_id": str(row.id),
        "link_id": str(link.id),
        "passkey_id": "1",
        "token": "niets",
        "filename": "meetlat.svg",
        "upload": "1",
        "document": "1",
        "stap": "close",
        "nummer": "1",
        "bron": "1",
        "verwijzing": "1",
        "lijst": "1",
        "offer": "1",
        "label_id": "1",
        "identity_id": "1",
        "gesprek": "1",
        "passage": "1",
        "sleutel": "factoren",
        "tekst": "voorwoord",
        "ander": "0",
        "indeling": "spoor",
        "waarde_code": "cultuur",
        **dict.fromkeys(FOLLOW_UP, "1"),
        "woord": "dekking",
        "begrip": "woord-dekking",
    }


def addresses(app: Flask, samples: dict[str, str], unit: str) -> list[tuple[Rule, str, str]]:
    """Every address with every method: rule, method, path. What logs out comes last.

    What names no unit is the same for all of them, so it is only there for the first. All are there at once:
    a request made within the context below would share it, and take who asked before it for who asks.
    """
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint in LEAVES, rule.rule))
    if unit != FIRST:
        rules = [rule for rule in rules if "eenheid" in rule.arguments]
    found: list[tuple[Rule, str, str]] = []
    with app.test_request_context():
        for rule in rules:
            known = {**samples, "eenheid": unit}
            missing = rule.arguments - known.keys()
            assert not missing, f"{rule.rule}: give {', '.join(missing)} a sample in tests/security"
            _, path = rule.build({name: _converted(known[name]) for name in rule.arguments})  # type: ignore[misc]
            found += [(rule, method, path) for method in METHODS if method in (rule.methods or ())]
    return found


def _converted(value: str) -> str | int:
    return int(value) if value.isdigit() else value


@pytest.mark.parametrize("who", WHO)
def test_an_address_lets_in_exactly_whom_the_table_lets_in(
    app: Flask,
    plain_refusals: None,
    blank_pages: Callable[[], AbstractContextManager[None]],
    world: World,
    session: Session,
    samples: dict[str, str],
    who: str,
) -> None:
    assignments = [world.assignments[who]] if who in world.assignments else []
    allowed = {
        (permission, code): bool(holders(assignments, permission, unit and unit.id, today()))
        for permission in PERMISSIONS
        for code, unit in [*world.units.items(), (None, None)]
    }
    session.commit()  # nothing of ours is in the way of what the application writes
    browser = asker(app, who)
    wrong = []
    for unit in UNITS if who not in ELSEWHERE else (FIRST,):
        # the pages of one unit are drawn, and what logs out comes last
        with nullcontext() if unit == FIRST else blank_pages():
            for rule, method, path in addresses(app, samples, unit):
                permission = permission_of(app, rule.endpoint)
                assert permission is not None
                about = unit if permission.startswith(("dossier.", "unit.")) else None
                if permission == OPEN:
                    expected = "in"
                elif who == "niemand":
                    expected = "login"
                elif permission == SIGNED_IN or allowed[permission, about]:
                    expected = "in"
                else:
                    expected = "denied"
                answer = browser.ask(method, path, sent(method, browser))
                to_login = answer.headers.get("Location", "").startswith("/inloggen?next=")
                found = "login" if to_login else {403: "denied"}.get(answer.status, "in")
                if found != expected or answer.status >= 500:
                    wrong.append(f"{method} {path} ({permission}): {answer.status}, expected {expected}")
    assert not wrong, "\n".join([f"{who}:", *wrong])


def asker(app: Flask, who: str) -> Asker:
    """A browser of somebody, or of nobody."""
    client = Client(app)
    if who != "niemand":
        client.admit(f"{who}@voorbeeld.nl", PASSWORD)
    return Asker(client)


def sent(method: str, browser: Asker) -> dict[str, str] | None:
    """What goes along: nothing but the token of the session."""
    return {"csrf_token": browser.token} if method == "POST" else None


@pytest.mark.parametrize("who", ["niemand", "ovr.vr01", "beheerder"])
def test_nothing_is_taken_without_the_token_of_the_session(
    app: Flask, plain_refusals: None, world: World, session: Session, samples: dict[str, str], who: str
) -> None:
    session.commit()
    browser = asker(app, who)
    before = _changes(session)
    paths = [path for _, method, path in addresses(app, samples, "VR01") if method == "POST"]
    assert len(paths) > 15
    for path, form in itertools.product(paths, ({}, {"csrf_token": ""}, {"csrf_token": "niet echt"})):
        answer = browser.ask("POST", path, form)
        assert (answer.status, answer.text.partition("\n")[0]) == (400, EXPIRED), path
    assert _changes(session) == before


def _changes(session: Session) -> int | None:
    """How many lines the log has about something that changed."""
    refused = LogEntry.action.startswith("access.")
    found = session.scalar(select(func.count()).select_from(LogEntry).where(~refused))
    session.rollback()  # nothing of ours is in the way of what the application writes
    return found


def test_no_view_is_exempt_from_the_token(app: Flask) -> None:
    assert not csrf._exempt_views
    assert not csrf._exempt_blueprints


def test_an_address_that_says_nothing_is_denied(app: Flask, client: Client, world: World) -> None:
    app.add_url_rule("/vergeten", view_func=lambda: "geheim", endpoint="forgotten")
    client.login("beheerder@voorbeeld.nl", PASSWORD)
    client.get("/vergeten", status=403)


def test_a_dossier_that_does_not_exist_is_not_found_and_says_nothing_more(
    client: Client, world: World
) -> None:
    client.login("ovr.vr01@voorbeeld.nl", PASSWORD)
    client.get("/dossier/proefmeting/VR99/", status=404)
    client.get("/dossier/geen/VR01/", status=404)
