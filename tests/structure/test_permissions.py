"""Every address says who may come there; what says nothing is a mistake, and is denied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app import create_app
from app.auth import LIBRARY_VIEWS, OPEN, SIGNED_IN, permission_of, requires
from app.config import Settings
from surveys.dossiers import TRANSITIONS
from surveys.permissions import PERMISSIONS
from tests.factories import World
from tests.support.client import Client

OPEN_TO_ALL = {
    "static",
    "security.login",
    "security.forgot_password",
    "security.reset_password",
    "second_factor.code",
    "second_factor.recovery",
    "passkeys.log_in",
    "passkeys.step",
    "single_sign_on.start",
    "single_sign_on.accept",
    "single_sign_on.back",
    "home.how_it_works",
    "follow_up.calendar_feed",
    "home.glossary",
    "home.accessibility",
    "health.alive",
    "health.ready",
}
"""What anybody may see without logging in. Longer only after thinking twice."""


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, list[Rule]]:
    """The application, whose database is never opened, and its addresses."""
    folder = tmp_path_factory.mktemp("routes")
    app = create_app(Settings(f"sqlite:///{folder}/none.sqlite", folder, "k" * 32, testing=True))
    return app, list(app.url_map.iter_rules())


def test_every_address_says_what_it_needs(routes: tuple[Flask, list[Rule]]) -> None:
    app, rules = routes
    silent = sorted(rule.endpoint for rule in rules if permission_of(app, rule.endpoint) is None)
    assert not silent, (
        f"{', '.join(silent)}: nobody may come here, for it does not say who may. Put @requires(…) right"
        " under the route, with OPEN, SIGNED_IN or a permission of surveys/permissions.py. Is it a view of a"
        " library? Then give it a row in LIBRARY_VIEWS of app/auth.py, or leave it out of the application."
    )


def test_what_is_needed_is_known(routes: tuple[Flask, list[Rule]]) -> None:
    app, rules = routes
    needed = {permission_of(app, rule.endpoint) for rule in rules}
    assert needed <= PERMISSIONS | {OPEN, SIGNED_IN}
    with pytest.raises(KeyError):
        requires("dossier.anwser")


def test_only_these_are_open_to_all(routes: tuple[Flask, list[Rule]]) -> None:
    app, rules = routes
    found = {rule.endpoint for rule in rules if permission_of(app, rule.endpoint) == OPEN}
    assert found == OPEN_TO_ALL, "if this is meant, say so in OPEN_TO_ALL"


def test_the_table_of_library_views_has_no_rows_without_a_view(routes: tuple[Flask, list[Rule]]) -> None:
    app, _ = routes
    assert set(LIBRARY_VIEWS) <= set(app.view_functions)


def test_a_permission_about_a_dossier_has_the_dossier_in_its_address(
    routes: tuple[Flask, list[Rule]],
) -> None:
    app, rules = routes
    for rule in rules:
        if (permission_of(app, rule.endpoint) or "").startswith("dossier."):
            assert {"meting", "eenheid"} <= rule.arguments, f"{rule.rule}: whose dossier is it?"


def test_a_permission_about_a_unit_has_the_unit_in_its_address(routes: tuple[Flask, list[Rule]]) -> None:
    app, rules = routes
    for rule in rules:
        if (permission_of(app, rule.endpoint) or "").startswith("unit."):
            assert "eenheid" in rule.arguments, f"{rule.rule}: whose unit is it?"


def test_every_permission_is_asked_for_somewhere(routes: tuple[Flask, list[Rule]]) -> None:
    app, rules = routes
    asked = {permission_of(app, rule.endpoint) for rule in rules}
    asked |= {step.permission for step in TRANSITIONS.values()}
    assert asked >= PERMISSIONS, "a permission that nothing asks for gives a false idea of who may what"


def test_an_address_that_says_nothing_is_denied_even_to_who_is_logged_in(
    app: Flask, login: Callable[[str], object], client: Client, world: World
) -> None:
    app.add_url_rule("/vergeten", view_func=lambda: "geheim", endpoint="forgotten")
    login("beheerder")
    assert not client.get("/vergeten", status=403).has("geheim")


def test_views_ask_for_no_roles_of_their_own() -> None:
    root = Path(__file__).resolve().parents[2] / "app"
    for path in root.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for word in ("roles_required", "roles_accepted", "has_role(", "login_required", "auth_required"):
            assert word not in text, f"{path.name}: rights come from surveys/permissions.py alone, not {word}"
