"""Who gets in: the own unit, inspectors to look, nobody else."""

from __future__ import annotations

import pytest

from surveys.answers import Content
from tests.fill_in.conftest import HOME

PAGES = ("/", "/factor/1.1", "/controle", "/vraag/1.1-01/geschiedenis", "/excel")
POSTS = ("/factor/1.1", "/vraag/1.1-01", "/akkoord", "/indienen")


@pytest.mark.parametrize("who", ["ovr.vr02", "contactpersoon.vr02", "rmc.noord", "beheerder"])
def test_others_see_and_change_nothing(login, client, who, kept):
    login(who)
    for path in PAGES:
        client.get(HOME + path, status=403)
    for path in POSTS:
        client.post(HOME + path, {"vraag-1-1-01-version": "0", "vraag-1-1-01-answer": "ja"}, status=403)
    assert kept("1.1-01") == Content()


def test_an_inspector_looks_and_changes_nothing(login, client, kept):
    login("inspecteur")
    for path in PAGES:
        page = client.get(HOME + path)
        if page.is_html:
            assert page.all("main form") == []
    for path in POSTS:
        client.post(HOME + path, {"vraag-1-1-01-version": "0", "vraag-1-1-01-answer": "ja"}, status=403)
    assert kept("1.1-01") == Content()


def test_a_dossier_that_is_not_there_is_not_found(login, client, world):
    login("ovr.vr01")
    client.get("/dossier/proefmeting/VR99/", status=404)
    client.get("/dossier/niets/VR01/", status=404)


def test_a_made_up_measurement_says_so_on_every_page(login, client, world):
    login("ovr.vr01")
    for path in PAGES[:-1]:
        assert client.get(HOME + path).has("Fictieve gegevens")
