"""What an open page asks every few seconds: who is there, what changed. Asking keeps nobody logged in."""

from __future__ import annotations

import time
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from itsdangerous import TimestampSigner
from sqlalchemy import func, select

from surveys import measurements
from surveys.acting import By
from surveys.answers import Content
from surveys.models import LogEntry, Presence
from tests.fill_in.conftest import COMPLETE, HOME

FIRST = f"{HOME}/factor/1.1"
HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.usefixtures("world")


class Window:
    """An open page that keeps asking, as assets/js/presence.js does."""

    def __init__(self, client, path=FIRST, tab="aaaaaaaaaa"):
        self.client, self.tab, self.page = client, tab, client.get(path)
        place = self.page.one("#aanwezig")
        self.address, self.factor, self.stand = place["data-presence"], place.get("data-factor"), ""
        self.seen = {
            block["data-question"]: [self._version(block), block["data-state"], block["data-rest"]]
            for block in self.page.all("[data-question]")
        }

    @staticmethod
    def _version(block):
        found = block.element.xpath(".//input[contains(@name, '-version')]/@value")
        return found[0] if found else block["data-version"]

    def ask(self, question=None, **headers):
        """Ask, and remember what came as the script does."""

        query = [("tab", self.tab), ("stand", self.stand)]
        query += [("factor", self.factor)] if self.factor else []
        query += [("vraag", question)] if question else []
        query += [("gezien", ":".join([code, *rest])) for code, rest in self.seen.items()]
        page = self.client.get(f"{self.address}?{urlencode(query)}", headers=HTMX | headers)
        self.stand = page.one("#aanwezig")["data-stand"]
        for block in page.all("[data-question]"):
            self.seen[block["data-question"]] = [
                self._version(block),
                block["data-state"],
                block["data-rest"],
            ]
        return page


@pytest.fixture
def ovr(login, client):
    """The OVR, with the first factor open."""
    login("ovr.vr01")
    return Window(client)


@pytest.fixture
def other(someone):
    """The contact person, with the first factor open."""
    return Window(someone("contactpersoon.vr01"), tab="bbbbbbbbbb")


def here(page):
    return page.text("#aanwezig")


def test_who_is_alone_reads_nothing(ovr):
    assert here(ovr.ask()) == ""


def test_two_people_see_each_other_and_at_which_question(ovr, other):
    other.ask("1.1-03")
    page = ovr.ask()
    assert here(page) == "Contactpersoon Regio 1 (Contactpersoon) is nu ook op deze pagina, bij vraag 1.1-03."
    assert page.text("#vraag-1-1-03-hier") == "Contactpersoon Regio 1 werkt nu ook aan deze vraag."
    assert page.text("#vraag-1-1-01-hier") == ""
    other.ask("1.1-01")
    page = ovr.ask()
    assert page.text("#vraag-1-1-03-hier") == ""
    assert "Contactpersoon Regio 1" in page.text("#vraag-1-1-01-hier")


def test_without_a_script_the_page_says_who_was_there_just_now(ovr, other, client):
    other.ask("1.1-03")
    page = client.get(FIRST)
    assert "is nu ook op deze pagina, bij vraag 1.1-03." in here(page)
    assert "werkt nu ook aan deze vraag" in page.text("#vraag-1-1-03-hier")


def test_who_has_no_script_is_seen_when_the_page_comes(ovr, someone):
    someone("waarnemer.vr01").get(FIRST)
    assert "is nu ook op deze pagina." in here(ovr.ask())


def test_who_is_elsewhere_in_the_questionnaire_is_shown_there(ovr, someone):
    Window(someone("contactpersoon.vr01"), f"{HOME}/factor/2.1", "cccccccccc").ask()
    assert here(ovr.ask()).endswith("is nu ook in deze vragenlijst, bij factor 2.1.")


@pytest.mark.parametrize("path", [f"{HOME}/", f"{HOME}/controle"])
def test_the_other_pages_say_who_is_there_and_that_something_changed(login, client, other, fill, path):
    login("ovr.vr01")
    window = Window(client, path)
    other.ask()
    assert here(window.ask()).endswith("is nu ook in deze vragenlijst, bij factor 1.1.")
    fill("contactpersoon.vr01", {"1.1-01": Content("ja")})
    for _ in range(2):  # it goes on being so
        assert "Er is intussen iets gewijzigd in deze vragenlijst." in here(window.ask())


def test_ones_own_other_window_is_named(ovr, someone):
    Window(someone("ovr.vr01"), tab="dddddddddd").ask()
    assert "U hebt deze pagina ook in een ander venster" in here(ovr.ask())


def test_an_answer_that_somebody_else_changed_comes_with_who_did(ovr, other, fill):
    ovr.ask()
    fill("contactpersoon.vr01", {"1.1-01": Content("ja", note="Van de ander")})
    page = ovr.ask()
    assert [block["data-question"] for block in page.all("[data-question]")] == ["1.1-01", "1.1-02"]
    assert page.one("#vraag-1-1-01-note").text_content == "Van de ander"
    assert page.one("#vraag-1-1-01-version")["value"] == "1"
    assert page.text(".question__changed").startswith("Contactpersoon Regio 1 heeft vraag 1.1-01 om ")
    assert page.one("#vraag-1-1-02")["data-state"] == "asked"
    assert ovr.ask().all("[data-question]") == []


def test_what_the_page_already_has_does_not_come_again(ovr, fill):
    fill("contactpersoon.vr01", {"1.1-03": Content("geen")})
    ovr.seen["1.1-03"][0] = "1"
    page = ovr.ask()
    assert page.all("[data-question]") == []


def test_a_change_by_oneself_in_another_window_says_so(ovr, fill):
    fill("ovr.vr01", {"1.1-03": Content("geen")})
    assert "in een ander venster gewijzigd, onder uw naam" in ovr.ask().text(".question__changed")


def test_a_closed_measurement_is_told_and_takes_no_field_away(ovr, session, world, fill):
    ovr.ask()
    fill("contactpersoon.vr01", {"1.1-01": Content("ja")})
    measurements.go_to(session, world.measurement, "landelijk_beeld", By.system())
    page = ovr.ask()
    assert page.all("[data-question]") == []
    assert "is gesloten" in page.text("#meldingen")


def test_an_agreement_that_ended_is_told(ovr, client, fill):
    fill("ovr.vr01", COMPLETE)
    client.get(f"{HOME}/controle")
    client.submit({"gelezen": "ja"}, button="Akkoord geven")
    ovr.ask()
    fill("contactpersoon.vr01", {"1.1-03": Content("geen")})
    assert "Geef opnieuw akkoord." in ovr.ask().text("#meldingen")


def test_asking_sends_no_cookie_and_writes_nothing(ovr, session):
    before = session.scalar(select(func.count()).select_from(LogEntry))
    page = ovr.ask("1.1-01")
    assert "Set-Cookie" not in page.headers
    session.rollback()
    assert session.scalar(select(func.count()).select_from(LogEntry)) == before
    if session.get_bind().dialect.name == "sqlite":
        assert session.scalar(select(func.count()).select_from(Presence)) == 0


@pytest.fixture
def clock(monkeypatch):
    """Let time go by for sessions: `clock(minutes)` after the start."""
    shift = 0

    def go_to(minutes):
        nonlocal shift
        shift = minutes * 60

    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: int(time.time()) + shift)
    return go_to


def test_a_page_that_keeps_asking_is_logged_out_all_the_same(ovr, client, clock):
    left = [int(ovr.ask().headers["Meetlat-Session"])]
    for minutes in (20, 40, 58):
        clock(minutes)
        left.append(int(ovr.ask().headers["Meetlat-Session"]))
    expected = [3600, 2400, 1200, 120]
    assert all(0 <= want - found < 30 for want, found in zip(expected, left, strict=True))
    clock(61)
    page = client.get(f"{ovr.address}?tab=aaaaaaaaaa", headers=HTMX, status=401)
    assert page.data == b""
    assert client.get(FIRST).h1 == "Inloggen bij Meetlat"


def test_any_other_request_does_extend_the_session(ovr, client, clock):
    clock(58)
    assert client.get("/sessie", headers=HTMX, status=204).headers["Meetlat-Session"] in {"119", "120", "118"}
    page = client.post("/sessie", headers=HTMX, status=204)
    assert page.headers["Meetlat-Session"] == "3600"
    assert "Set-Cookie" in page.headers
    clock(100)
    assert client.get(FIRST).h1 == "Elkaar kennen"


def test_the_page_knows_when_the_session_ends(app, login, client):

    app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(minutes=10)
    login("ovr.vr01")
    box = client.get(FIRST).one("#sessie")
    assert (box["data-lasts"], box["data-warned"]) == ("600", "120")


def test_staying_logged_in_works_without_a_script_too(ovr, client):
    assert client.post("/sessie").h1 == "Start"
    client.post("/sessie", token=False, status=400)


@pytest.mark.parametrize("tab", ["", "kort", "x" * 33, "met spatie en", "a:bbbbbbbbb"])
def test_a_window_without_a_proper_name_is_refused(ovr, client, tab):
    client.get(f"{ovr.address}?tab={tab}", headers=HTMX, status=400)


def test_what_is_no_place_in_the_questionnaire_is_no_place(ovr, other):
    other.factor = "9.9"
    other.ask("1.1-01")
    assert here(ovr.ask()).endswith("is nu ook in deze vragenlijst.")
    other.factor = "1.1"
    other.ask("2.1-01")
    assert here(ovr.ask()).endswith("is nu ook op deze pagina.")


def test_an_inspector_has_nothing_to_ask(login, client):
    login("inspecteur")
    page = client.get(FIRST)
    assert page.all("#aanwezig") == []
    client.get(f"{HOME}/aanwezig?tab=aaaaaaaaaa", status=403)
