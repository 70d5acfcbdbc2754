"""What no browser sends by itself: it is refused in words, and keeps nobody else waiting."""

from __future__ import annotations

import pytest

HOME = "/dossier/proefmeting/VR01"


@pytest.mark.parametrize(
    "path", ["/dossier/%00/VR01/", "/dossier/proefmeting/%00/", "/beheer/mensen?zoek=%00"]
)
def test_a_null_character_in_an_address_is_refused(world, login, client, path) -> None:
    login("ovr.vr01")
    assert client.get(path, status=400).has("Deze aanvraag klopt niet")


def test_a_null_character_in_a_log_in_is_refused(world, client) -> None:
    client.post("/inloggen", {"email": "a\x00@b.nl", "password": "x"}, status=400)


def test_an_endless_number_is_refused_at_once(world, login, client) -> None:
    login("ovr.vr01")
    client.get(f"{HOME}/factor/1.1")
    client.submit({"vraag-1-1-01-answer": "ja"}, button="Opslaan en verder")
    client.get(f"{HOME}/factor/1.1")
    page = client.submit(
        {"vraag-1-1-02-answer": "5," + "0" * 400_000 + "1"}, button="Opslaan en verder", status=422
    )
    assert page.has("Vul een getal in van hoogstens 40 tekens.")


@pytest.mark.parametrize("count", [21, 22, 300])
def test_more_documents_than_an_answer_may_have_are_refused(world, login, client, count) -> None:
    login("ovr.vr01")
    sent = {"vraag-1-1-03-version": "0", "vraag-1-1-03-answer": "vast", "vraag-1-1-03-documents-²-title": "x"}
    sent |= {f"vraag-1-1-03-documents-{number}-title": f"Document {number}" for number in range(count)}
    page = client.post(f"{HOME}/vraag/1.1-03", sent, status=422)
    assert page.has("Noem hoogstens 20 documenten bij een vraag.")
    assert "Document 20" in page.html
