"""The second step of logging in at a real browser: setting it up, and a passkey of Chromium's own making."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import CDPSession, Page
from sqlalchemy.orm import Session

from tests.factories import PASSWORD, World
from tests.support.browser import Visitor
from tests.support.second_step import Clock, Telephone
from tests.support.tabs import Tabs

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def inspector(
    tabs: Tabs,
    app: Flask,
    site: str,
    world: World,
    session: Session,
    pytestconfig: pytest.Config,
) -> Iterator[Visitor]:
    """An inspector who did not come with example data, at a browser, at an address that has passkeys."""
    world.person("inspecteur").example = False
    session.commit()
    page = tabs.new()
    address = site.replace("127.0.0.1", "localhost")
    visitor = Visitor(page, app, address, PASSWORD, pictures=pytestconfig.getoption("--screenshots"))
    yield visitor
    page.context.close()
    assert not visitor.watch.faults, "\n".join(visitor.watch.faults)


@pytest.fixture
def device(inspector: Visitor) -> tuple[CDPSession, str]:
    """The device that keeps passkeys: what it is told goes through its number."""
    told = inspector.page.context.new_cdp_session(inspector.page)
    told.send("WebAuthn.enable")
    made = told.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return told, made["authenticatorId"]


def heading(page: Page, words: str) -> None:
    """Wait for a page by its heading."""
    page.get_by_role("heading", name=words, level=1).wait_for()


def test_an_inspector_sets_it_up_and_then_logs_in_with_a_passkey(
    inspector: Visitor, device: tuple[CDPSession, str]
) -> None:
    page = inspector.log_in_by_form("inspecteur")
    heading(page, "Tweede stap instellen")
    inspector.look("tweede-stap-instellen")
    telephone = Telephone.typed(page.locator(".typed-out").inner_text(), Clock())
    page.get_by_label("Code van 6 cijfers").fill(telephone.code())
    page.get_by_role("button", name="Instellen").click()
    heading(page, "Uw herstelcodes")
    inspector.look("herstelcodes")
    page.get_by_role("button", name="Ik heb de codes bewaard").click()

    page.get_by_role("link", name="Inloggen beveiligen").click()
    page.get_by_role("link", name="Passkey toevoegen").click()
    inspector.look("passkey-toevoegen")
    page.get_by_label("Naam van de passkey").fill("Werktelefoon")
    page.get_by_role("button", name="Passkey maken").click()
    page.get_by_role("rowheader", name="Werktelefoon").wait_for()
    inspector.look("inloggen-beveiligen")
    inspector.logout()

    page.get_by_role("link", name="Inloggen met een passkey").click()
    inspector.look("inloggen-met-passkey")
    told, number = device
    told.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": False})
    page.get_by_role("button", name="Passkey gebruiken").click()
    page.get_by_text("Uw apparaat heeft geen passkey gegeven.").wait_for()
    told.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": True})
    page.get_by_role("button", name="Passkey gebruiken").click()
    inspector.logout()

    page.get_by_label("E-mailadres").fill("inspecteur@voorbeeld.nl")
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    heading(page, "Nog één stap: een code")
    inspector.look("tweede-stap")
    page.get_by_role("link", name="Uw passkey gebruiken").click()
    page.get_by_role("button", name="Passkey gebruiken").click()
    page.get_by_role("button", name="Uitloggen").wait_for()
