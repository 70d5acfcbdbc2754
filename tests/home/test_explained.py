"""*Zo werkt het* explains every role of the table, the own one first."""

from __future__ import annotations

import pytest

from surveys.permissions import ROLES


@pytest.mark.parametrize("role", ROLES.values(), ids=lambda role: role.code)
def test_every_role_is_explained(client, role) -> None:
    assert client.get("/zo-werkt-het").one(f"#{role.explained}").text_content.startswith("Voor de ")


def test_the_own_role_comes_first(world, login, client) -> None:
    login("beheerder")
    sections = client.get("/zo-werkt-het").all("main h2[id]")
    assert sections[0]["id"] == "beheerder"
