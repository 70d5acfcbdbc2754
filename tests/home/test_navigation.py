"""The main navigation: what somebody may see, and where they are."""

from __future__ import annotations

import pytest

BEHEERDER = ("Start", "Mensen", "Eenheden", "Reeksen", "Bewaartermijnen", "Logboek", "Zo werkt het")
NOWHERE = dict.fromkeys(BEHEERDER)


def items(page) -> dict[str, str | None]:
    """The labels, each with what it says about being current."""
    return {link.text_content: link.get("aria-current") for link in page.all("nav.nav a")}


@pytest.mark.parametrize(
    ("name", "path", "expected"),
    [
        ("ovr.vr01", "/", {"Start": "page", "Zo werkt het": None}),
        ("ovr.vr01", "/dossier/proefmeting/VR01/", {"Start": "true", "Zo werkt het": None}),
        (
            "inspecteur",
            "/landelijk/proefmeting/",
            {"Start": "true", "Metingen": None, "Opvolging": None, "Zo werkt het": None},
        ),
        (
            "inspecteur",
            "/opvolging/sturing",
            {"Start": None, "Metingen": None, "Opvolging": "true", "Zo werkt het": None},
        ),
        (
            "beheerder",
            "/beheer/mensen/uitnodigen",
            {**NOWHERE, "Mensen": "true"},
        ),
        (
            "beheerder",
            "/beheer/eenheden",
            {**NOWHERE, "Eenheden": "page"},
        ),
    ],
)
def test_it_shows_what_one_may_see_and_where_one_is(world, login, client, name, path, expected) -> None:
    login(name)
    assert items(client.get(path)) == expected


def test_somebody_who_is_not_logged_in_has_none(client) -> None:
    assert items(client.get("/zo-werkt-het")) == {}
