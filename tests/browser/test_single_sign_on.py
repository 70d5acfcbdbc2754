"""Logging in at an organisation, in a real browser and at a real provider on another site."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.config import Settings
from surveys import identities
from surveys.acting import By
from tests.factories import World
from tests.support.browser import Visitor
from tests.support.databases import settings_for
from tests.support.provider.starting import NAME, Provider, running

# what a page of another site keeps in a tab, nobody takes away
pytestmark = pytest.mark.apart


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """A real provider."""
    with running() as found:
        yield found


@pytest.fixture
def settings(database_url: str, tmp_path: Path, provider: Provider) -> Settings:
    """Meetlat with this provider."""
    return replace(settings_for(database_url, tmp_path), single_sign_on=provider.settings)


def log_in_there(visitor: Visitor, subject: str) -> None:
    visitor.page.get_by_label("Wie bent u?").fill(json.dumps({"sub": subject}))
    visitor.page.get_by_role("button", name="Inloggen").click()


def test_somebody_links_an_account_and_logs_in_with_it(
    world: World, session: Session, visitor: Visitor, provider: Provider
) -> None:
    page = visitor.login("ovr.vr01")
    visitor.go("/inloggen/organisatie/koppelen")
    visitor.look("koppelen")
    page.get_by_role("button", name="Account koppelen").click()
    visitor.look("koppelen-verder")
    page.get_by_role("link", name=f"Verder naar {NAME}").click()
    log_in_there(visitor, "ovr")
    page.get_by_text(f"U kunt voortaan ook inloggen met {NAME}.").wait_for()
    visitor.look("gekoppeld")
    visitor.logout()
    page.get_by_role("link", name=f"Inloggen met {NAME}").wait_for()
    visitor.look("inloggen-organisatie")
    page.get_by_role("link", name=f"Inloggen met {NAME}").click()
    # over there one is still logged in, as the log-in page says
    page.get_by_role("button", name="Uitloggen").wait_for()
    assert page.url == f"{visitor.address}/"
    assert [row.subject for row in world.person("ovr.vr01").identities] == ["ovr"]
    # there is a request elsewhere after all, and only there
    visitor.watch.faults[:] = [each for each in visitor.watch.faults if provider.issuer not in each]


def test_the_beheerder_sees_what_is_linked(
    world: World, session: Session, visitor: Visitor, provider: Provider
) -> None:
    person = world.person("ovr.vr01")
    identities.link(session, person, provider.issuer, "x", By.system(), how="password")
    session.commit()
    visitor.login("beheerder")
    visitor.go(f"/beheer/mensen/{person.id}").get_by_text("Accounts van de organisatie").first.wait_for()
    visitor.look("persoon-gekoppeld")
