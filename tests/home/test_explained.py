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


@pytest.mark.parametrize("role", ROLES.values(), ids=lambda role: role.code)
def test_who_must_take_a_second_step_reads_so(world, login, client, role) -> None:
    page = client.get("/zo-werkt-het")
    [part] = [part for part in page.html.split("<h2 ") if f'id="{role.explained}"' in part]
    assert ("U logt in met een tweede stap" in part) is role.second_factor


def test_the_beheerder_reads_what_happens_when_the_term_of_a_measurement_is_over(
    world, login, client
) -> None:
    login("beheerder")
    assert client.get("/zo-werkt-het").has("Bewaak de bewaartermijnen.")
