"""An inspector returns a questionnaire; the respondents complete it and hand it in again."""

from __future__ import annotations

import pytest

from surveys.models import Dossier
from tests.fill_in.conftest import HOME
from tests.filled import with_handed_in

__all__ = ["with_handed_in"]

WHY = "Bij vraag 1.1-03 ontbreekt waarom."
RETURN = f"{HOME}/terugsturen"


@pytest.fixture
def submitted(with_handed_in, world):
    """The dossier of VR01, handed in."""
    return world.dossiers["VR01"]


@pytest.fixture
def inspector(login, client, submitted):
    login("inspecteur")
    return client


def give_back(inspector, **expected):
    inspector.get(RETURN)
    return inspector.submit({"reden": WHY, "vragen": ["1.1-03"]}, button="Terugsturen", **expected)


def test_the_whole_way_back_and_in_again(inspector, someone, session):
    assert inspector.get(f"{HOME}/").link("Terugsturen") == RETURN
    page = give_back(inspector)
    assert page.has("De vragenlijst is teruggestuurd.")

    ovr, contact = someone("ovr.vr01"), someone("contactpersoon.vr01")
    assert ovr.get("/").has("Teruggestuurd voor aanvulling")
    page = ovr.get(f"{HOME}/")
    assert page.has(WHY)
    assert page.link("1.1-03") == f"{HOME}/factor/1.1#vraag-1-1-03"
    page = ovr.get(f"{HOME}/factor/1.1")
    assert page.has("De vragenlijst is voor deze vraag teruggestuurd.")
    ovr.submit({"vraag-1-1-03-answer": "wissel", "vraag-1-1-03-note": "Er is er geen vrij."})
    page = ovr.get(f"{HOME}/factor/1.1")
    assert "Op een vaste werkplek" in page.text("#vraag-1-1-03-ingeleverd")
    for person in (ovr, contact):
        person.get(f"{HOME}/controle")
        person.submit({"gelezen": "ja"}, button="Akkoord geven")
    ovr.get(f"{HOME}/controle")
    ovr.submit({}, button="Vragenlijst inleveren")

    page = inspector.get(f"{HOME}/controle")
    assert page.texts("#gewijzigd + table td") == [
        "Op een vaste werkplek",
        "Op een wisselende werkplek",
    ]
    assert inspector.get(f"{HOME}/").texts(".way__steps strong") == [
        "Uitgezet",
        "Begonnen met invullen",
        "Ingeleverd",
        "Teruggestuurd",
        "Ingeleverd",
    ]


@pytest.mark.parametrize(
    ("sent", "target"),
    [
        ({"reden": "", "vragen": ["1.1-03"]}, "#reden"),
        ({"reden": "x" * 2001, "vragen": ["1.1-03"]}, "#reden"),
        ({"reden": WHY, "vragen": []}, "#vragen"),
        ({"reden": "", "vragen": []}, "#reden"),
        ({"reden": WHY, "vragen": ["9.9-99"]}, "#vragen"),
    ],
)
def test_what_lacks_is_told_and_what_was_typed_stays(inspector, session, submitted, sent, target):
    inspector.get(RETURN)
    page = inspector.post(RETURN, sent, status=422)
    assert page.title.startswith("Fout: ")
    assert page.one(".errors a")["href"] == target
    assert page.text("#reden") == sent["reden"]
    picked = [box["value"] for box in page.all("input[type=checkbox][checked]")]
    assert picked == [code for code in sent["vragen"] if code != "9.9-99"]
    session.rollback()
    session.expire_all()
    assert session.get(Dossier, submitted.id).state == "ingediend"


def test_a_second_press_is_refused_with_words(inspector, session, submitted):
    give_back(inspector)
    page = inspector.post(RETURN, {"reden": WHY, "vragen": ["1.1-03"]}, status=409)
    assert page.has(
        "Alleen een vragenlijst die net is ingeleverd kan worden teruggestuurd (stand nu: in invulling)."
    )
    assert page.text("#reden") == WHY


def test_what_was_not_handed_in_offers_no_return(inspector):
    page = inspector.get("/dossier/proefmeting/VR02/terugsturen")
    assert page.all("main form") == []
    assert page.has("kan nu niet worden teruggestuurd")


@pytest.mark.parametrize(
    "who", ["ovr.vr01", "contactpersoon.vr01", "waarnemer.vr01", "beheerder", "ovr.vr02"]
)
def test_nobody_else_returns_anything(someone, session, submitted, who):
    person = someone(who)
    person.get(RETURN, status=403)
    person.post(RETURN, {"reden": WHY, "vragen": ["1.1-03"]}, status=403)
    session.rollback()
    session.expire_all()
    assert session.get(Dossier, submitted.id).state == "ingediend"
