"""The room Begrippen: looking, adding, changing, the history, and choosing among meanings."""

from __future__ import annotations

from sqlalchemy.orm import Session

from surveys import definitions
from surveys.definitions import Details
from tests.factories import PASSWORD, World
from tests.follow_up.conftest import acting
from tests.support.client import Client


def enter(client: Client, who: str = "inspecteur") -> None:
    client.forget()
    client.admit(f"{who}@voorbeeld.nl", PASSWORD)


def test_the_list_is_searched_and_shown_by_letter(client: Client, session: Session, world: World) -> None:
    definitions.add(session, Details("woord", "Zorgplicht", "Wat Defensie moet."), by=acting(world))
    page = client.get("/begrippen")
    assert page.has("Dekking")
    assert not page.has("Zorgplicht"), "what inspectors keep is for who is logged in"
    enter(client, "ovr.vr01")
    page = client.get("/begrippen?zoek=ZÓRGPLICHT")
    assert page.has("1 begrip")
    assert page.one("#letter-Z").text_content == "Z"
    assert not page.has("Begrip toevoegen")
    page = client.click("Zorgplicht")
    assert page.has("Wat Defensie moet.")
    assert not page.has("Begrip wijzigen")
    assert client.get("/begrippen?zoek=bestaatniet").has("Geen begrip past bij wat u zoekt.")
    assert client.get("/begrippen?toon=afkortingen").has("Officier Veiligheidsregio")
    client.get("/begrippen/term/bestaatniet", status=404)


def test_a_definition_is_added_changed_and_retired_and_its_history_stays(
    client: Client, session: Session, world: World
) -> None:
    enter(client)
    client.get("/begrippen/nieuw")
    values = {"kind": "woord", "term": "Zorgplicht", "meaning": ""}
    page = client.submit(values, status=422)
    assert page.has("Vul de betekenis in.")
    assert page.one("#term")["value"] == "Zorgplicht"
    assert client.submit({"meaning": "Wat Defensie moet."}).h1 == "Zorgplicht"
    client.click("Begrip wijzigen: Zorgplicht, Meetlat")
    page = client.submit({"meaning": "Wat een werkgever moet.", "used_since": "2018-03-01"})
    assert page.has("‘Zorgplicht’ is gewijzigd.")
    [change, *_] = page.all("tbody tr")
    assert "Wat Defensie moet." in change.text_content
    assert "Wat een werkgever moet." in change.text_content
    client.click("Begrip wijzigen: Zorgplicht, Meetlat")
    assert client.submit({"retired": "y"}).has("vervallen")
    assert client.get("/begrippen?zoek=zorgplicht").has("Geen begrip past")
    assert client.get("/begrippen?toon=vervallen").has("Zorgplicht")


def test_both_are_shown_when_a_colleague_was_first(client: Client, session: Session, world: World) -> None:
    enter(client)
    client.get("/begrippen/wijzigen/woord-dekking")
    theirs = Details("woord", "Dekking", "Van een collega.")
    definitions.change(session, "woord-dekking", theirs, by=acting(world), seen_version=0)
    session.commit()
    page = client.submit({"meaning": "Van mij."}, status=409)
    assert page.has("Van een collega.")
    assert page.one("#meaning").text_content.strip() == "Van mij."
    assert client.submit().has("Van mij.")


def test_two_meanings_are_flagged_until_one_is_chosen(client: Client, session: Session, world: World) -> None:
    theirs = Details("woord", "Dekkingen", "Bescherming.", source="Een brief")
    made = definitions.add(session, theirs, by=acting(world))
    enter(client)
    assert client.get("/begrippen").has("Eén begrip heeft meer betekenissen")
    client.click("Bekijk dit begrip")
    page = client.click("Dekking")
    assert page.has("Dit begrip heeft meer betekenissen")
    client.click("Kies welke betekenis geldt")
    assert client.submit(status=422).has("Kies een betekenis.")
    assert client.submit({"holds": "beide"}, status=422).has("Schrijf op waarom beide betekenissen gelden.")
    definitions.change(
        session, made.ref, Details("woord", "Dekkingen", "Beschutting.", source="Een brief"),
        by=acting(world), seen_version=1,
    )  # fmt: skip
    session.commit()
    page = client.submit({"holds": made.ref}, status=409)
    assert page.has("Beschutting.")
    page = client.submit({"holds": made.ref})
    assert page.has("Gekozen: ‘Beschutting.’")
    assert page.has("niet gekozen")
    assert not client.get("/begrippen").has("meer betekenissen, terwijl")
