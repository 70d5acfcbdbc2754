"""What a stolen session must not do asks who is there: which views ask, and that nothing typed is lost."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, request
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.auth import SIGNED_IN, fresh_of, permission_of, requires
from app.confirming import FIELD, FRESH, JUDGING, Way, add_way
from surveys import holding, people
from surveys.acting import By, now
from surveys.models import Assignment, HeldPost, LogEntry, LoginSession, Person
from tests.factories import PASSWORD, World
from tests.support import stale
from tests.support.client import Client

Login = Callable[[str], None]
FACTOR = "/oordeel/proefmeting/VR01/factor/1.1"

SENSITIVE = {"dossier.judge": JUDGING, "measurement.judge": JUDGING, "people.manage": FRESH}
"""Permissions of which every post asks, and how long ago will do."""
NOT_ASKED: dict[str, str] = {}
"""Views that post with such a permission and do not ask, each with the reason."""
POSTS_BESIDES = {
    "measure.step": "steps of a measurement, among them those to a report that stands and is published",
    "measure.invite_person": "gives somebody an account, and a link to it",
    "measure.new_link": "a link to somebody's account",
    "measure.new_links": "links to many accounts",
    "measure.links_file": "the same as a file",
    "retention.archive": "everything of a measurement in one file",
    "retention.destroy": "takes away what can't be made again",
    "report.confirm": "publishing",
    "report.sign": "publishing",
    "report.present": "publishing",
    "report.publish": "publishing",
    "follow_up.settle_yearly": "what was told to the Tweede Kamer stands for good",
    "follow_up.make_calendar": "an address that reads terms and meetings for a year, without logging in",
    "follow_up.make_unit_calendar": "the same of the terms of a unit",
}
"""Views with another permission whose posts ask, and why."""
FILES = {
    "picture.excel": "the answers and judgements of everybody",
    "report.file": "the national report before it is public",
    "report.version_file": "the same, as it was frozen",
    "report.version_basis": "the answers of everybody, word for word",
    "tasks.download": "what is too large to make at once: the reports of all units",
    "manage.logbook_file": "who did what, from where, for years",
}
"""Files that ask, and why."""


@pytest.fixture(params=["inspecteur", "beheerder"])
def who(request: pytest.FixtureRequest, world: World, login: Login, session: Session) -> str:
    """Somebody who logged in a while ago."""
    login(request.param)
    stale.make(session)
    found: str = request.param
    return found


def marked(app: Flask, method: str) -> Iterator[Rule]:
    """The addresses that ask, with this method."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        if method in (rule.methods or ()) and fresh_of(app, rule.endpoint) is not None:
            yield rule


def path_of(app: Flask, rule: Rule) -> str:
    """An address by this rule: of the unit and measurement that are there, else of anything."""
    known = {"meting": "proefmeting", "eenheid": "VR01", "factor": "1.1", "stap": "close"}
    values = {name: known.get(name, 1) for name in rule.arguments}
    with app.test_request_context():
        _, path = rule.build(values)  # type: ignore[misc]
    return str(path)


def actions(session: Session) -> list[str]:
    session.rollback()
    found = list(session.scalars(select(LogEntry.action).order_by(LogEntry.id)))
    session.rollback()  # nothing of ours is in the way of what the application writes
    return found


# which views


def test_every_post_with_a_sensitive_permission_asks(app: Flask) -> None:
    found = {
        rule.endpoint: (permission, fresh_of(app, rule.endpoint))
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and (permission := permission_of(app, rule.endpoint)) in SENSITIVE
    }
    assert len(found) > 15
    wrong = {name for name, (permission, within) in found.items() if within != SENSITIVE[str(permission)]}
    assert wrong == set(NOT_ASKED), "mark it: @requires(..., fresh=True); or say why not"


def test_what_else_asks_is_named_here(app: Flask) -> None:
    posts = {
        rule.endpoint
        for rule in marked(app, "POST")
        if permission_of(app, rule.endpoint) not in {*SENSITIVE, SIGNED_IN}
    }
    assert posts == set(POSTS_BESIDES)
    files = {rule.endpoint for rule in marked(app, "GET") if "POST" not in (rule.methods or ())}
    assert files == set(FILES)


# asked again


def test_every_post_that_asks_keeps_what_was_typed(
    app: Flask, client: Client, session: Session, who: str
) -> None:
    token, before = client.token(), actions(session)
    typed = {"reason": ["Een heel\nlang verhaal", "en <nog> een"], "doen": "bevestigen"}
    asked = 0
    for rule in marked(app, "POST"):
        path = f"{path_of(app, rule)}?x=1"
        with client._browser.post(path, data={**typed, "csrf_token": token}) as answer:
            assert answer.status_code in {403, 422}, path
            if answer.status_code == 403:
                continue  # not for this person
        page = client.post(path, typed, status=422)
        assert page.h1 == stale.ASKED, path
        form = page.form("Bevestigen en doorgaan")
        assert form.action == path
        assert {name: form.values[name] for name in typed} == {**typed, "doen": ["bevestigen"]}
        asked += 1
    assert asked > 5
    assert [each for each in actions(session)[len(before) :] if not each.startswith("access.")] == []


def test_every_page_and_file_that_asks_leads_to_the_question(app: Flask, client: Client, who: str) -> None:
    for rule in marked(app, "GET"):
        page = client.ask("GET", path_of(app, rule))
        assert page.status == 403 or page.headers["Location"].startswith("/bevestigen?next="), rule.rule


@pytest.mark.parametrize(("ago", "asked"), [(FRESH * 0.9, False), (FRESH * 1.1, True)])
def test_who_showed_it_recently_is_not_asked(
    world: World, client: Client, login: Login, session: Session, ago: object, asked: bool
) -> None:
    login("beheerder")
    stale.make(session, ago)  # type: ignore[arg-type]
    assert (client.get("/beheer/mensen/uitnodigen").h1 == stale.ASKED) == asked


def test_acting_does_not_make_it_more_recent(
    world: World, client: Client, login: Login, session: Session
) -> None:
    login("beheerder")
    session.rollback()
    before = session.scalars(select(LoginSession.authenticated_at)).one()
    client.post(f"/beheer/mensen/{world.person('ovr.vr01').id}/deblokkeren")
    session.rollback()
    assert session.scalars(select(LoginSession.authenticated_at)).one() == before


def test_who_may_not_do_it_is_not_asked_for_a_password(
    world: World, client: Client, login: Login, session: Session
) -> None:
    login("ovr.vr01")
    stale.make(session)
    client.get("/beheer/mensen/uitnodigen", status=403)
    client.post(FACTOR, {"niveau": "voldoet"}, status=403)


# going on


@pytest.fixture
def typed(world: World, client: Client, login: Login, session: Session) -> Client:
    """The beheerder gave somebody a role, and was asked who is there."""
    login("beheerder")
    client.get(f"/beheer/mensen/{world.person('ovr.vr01').id}/rol")
    stale.make(session)
    unit = world.units["VR02"].id
    client.submit({"role": "waarnemer", "scope": f"unit-{unit}", "valid_from": "2026-02-01"}, status=422)
    return client


def roles(session: Session) -> list[str]:
    session.rollback()
    of = Person.email == "ovr.vr01@voorbeeld.nl"
    return sorted(session.scalars(select(Assignment.role).join(Assignment.person).where(of)))


def test_with_the_password_it_goes_through_and_is_asked_no_more(typed: Client, session: Session) -> None:
    assert roles(session) == ["ovr"]
    page = stale.confirm(typed)
    assert page.has("De rol is toegevoegd.")
    assert roles(session) == ["ovr", "waarnemer"]
    assert actions(session)[-2:] == ["session.confirm", "assignment.give"]
    assert typed.get("/beheer/mensen/uitnodigen").h1 != stale.ASKED


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "Vul uw wachtwoord in."),
        ("verkeerd", "Dit wachtwoord klopt niet. Typ het opnieuw."),
        ("x" * 5000, "Dit wachtwoord klopt niet. Typ het opnieuw."),
        ("nul\0teken", "Dit wachtwoord klopt niet. Typ het opnieuw."),
    ],
)
def test_a_wrong_password_says_so_and_still_holds_what_was_typed(
    typed: Client, session: Session, password: str, said: str
) -> None:
    page = stale.confirm(typed, password, status=422)
    assert page.texts("[data-error-summary] a") == [said]
    assert page.title == "Fout: Bevestig dat u het bent – Meetlat"
    assert page.form("Bevestigen en doorgaan").values["valid_from"] == ["2026-02-01"]
    assert FIELD not in page.form("Bevestigen en doorgaan").values or not page.one(f"#{FIELD}").get("value")
    assert roles(session) == ["ovr"]
    stale.confirm(typed)
    assert roles(session) == ["ovr", "waarnemer"]


def test_guessing_is_counted_with_guesses_at_the_log_in_page(
    typed: Client, world: World, session: Session
) -> None:
    for _ in range(people.FREE_FAILURES):
        stale.confirm(typed, "verkeerd", status=422)
    page = stale.confirm(typed, status=422)
    assert "Er is te vaak een verkeerd wachtwoord ingevuld." in page.text("[data-error-summary]")
    assert roles(session) == ["ovr"]
    assert actions(session).count("session.refuse") == people.FREE_FAILURES
    assert people.locked_until(session, world.person("beheerder").email, now())
    session.rollback()


def test_a_page_leads_to_the_question_and_back(
    world: World, client: Client, login: Login, session: Session
) -> None:
    login("beheerder")
    stale.make(session)
    client.get("/beheer/mensen/uitnodigen?x=1")
    page = stale.confirm(client, "verkeerd", status=422)
    assert page.texts("[data-error-summary] a") == ["Dit wachtwoord klopt niet. Typ het opnieuw."]
    assert stale.confirm(client).url == "/beheer/mensen/uitnodigen?x=1"


def test_a_file_is_offered_after_the_question_with_the_way_back(
    world: World, client: Client, login: Login, session: Session
) -> None:
    login("inspecteur")
    stale.make(session)
    client.get(
        "/landelijk/proefmeting/excel?vorm=csv",
        headers={"Referer": "http://localhost/landelijk/proefmeting/"},
    )
    page = stale.confirm(client)
    assert page.h1 == "Haal het bestand op"
    assert page.link("Terug naar waar u was") == "/landelijk/proefmeting/"
    assert page.link("Bestand ophalen") == "/landelijk/proefmeting/excel?vorm=csv"
    with client._browser.get(page.link("Bestand ophalen")) as file:
        assert file.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("elsewhere", ["https://kwaad.voorbeeld.nl/", "//kwaad.voorbeeld.nl", "/\\kwaad"])
def test_the_question_leads_nowhere_else(world: World, client: Client, login: Login, elsewhere: str) -> None:
    login("beheerder")
    client.post("/bevestigen", {FIELD: PASSWORD, "next": elsewhere})
    assert client.page.url == "/"


# what a form can hold, and who sends it


def echo(app: Flask) -> None:
    """Add an address that asks, and says what it was sent."""

    @app.route("/echo", methods=["POST"])
    @requires(SIGNED_IN, fresh=True)
    def echo() -> dict[str, object]:
        return {"form": request.form.to_dict(flat=False), "values": [*request.values]}


def test_a_file_must_be_chosen_again_and_the_rest_is_kept(
    app: Flask, world: World, client: Client, login: Login, session: Session
) -> None:
    echo(app)
    login("ovr.vr01")
    stale.make(session)
    sent: Any = {"uitleg": "Een verhaal", "bijlage": [(io.BytesIO(b"x"), "plan <van> nu.pdf")]}
    page = client.post("/echo", sent, status=422)
    assert page.has("Kies plan <van> nu.pdf opnieuw")
    form = page.form("Bevestigen en doorgaan")
    assert form.element.get("enctype") == "multipart/form-data"
    assert form.values["uitleg"] == ["Een verhaal"]
    assert page.one("input[type=file]")["name"] == "bijlage"


def test_the_view_never_sees_the_password(
    app: Flask, world: World, client: Client, login: Login, session: Session
) -> None:
    echo(app)
    login("ovr.vr01")
    for _ in ("asked", "not asked any more"):
        got = client.post("/echo", {"uitleg": ["a", "b"], FIELD: PASSWORD}).json
        assert {name for name in got["form"] if name != "csrf_token"} == {"uitleg"}
        assert got["form"]["uitleg"] == ["a", "b"]
        assert FIELD not in got["values"]


def test_a_script_that_swaps_parts_of_pages_takes_the_whole_page(
    world: World, client: Client, login: Login, session: Session
) -> None:
    login("beheerder")
    stale.make(session)
    path = f"/beheer/mensen/{world.person('ovr.vr01').id}/deblokkeren"
    page = client.htmx(path, {"reden": "Een verhaal"}, status=422)
    assert page.headers["HX-Retarget"] == "body"
    assert page.form("Bevestigen en doorgaan").values["reden"] == ["Een verhaal"]
    asked = client.ask("GET", "/beheer/mensen/uitnodigen", headers={"HX-Request": "true"})
    assert asked.headers["HX-Redirect"].startswith("/bevestigen?next=")


def test_a_post_that_waited_for_its_sender_is_no_way_around_the_question(
    world: World, client: Client, login: Login, session: Session
) -> None:
    holding.hold(
        session,
        world.dossiers["VR01"],
        world.person("inspecteur"),
        endpoint="judge.judge",
        arguments={"meting": "proefmeting", "eenheid": "VR01", "factor": "1.1"},
        fields=[("doen", "bevestigen")],
        files=0,
        by=By.system(),
    )
    login("inspecteur")
    stale.make(session)
    [post] = session.scalars(select(HeldPost))
    page = client.post("/alsnog", {"welke": str(post.id)}, status=422)
    assert page.h1 == stale.ASKED
    assert stale.confirm(client, status=409).h1 != stale.ASKED


def test_who_has_no_password_is_offered_another_way_and_the_form_waits(
    app: Flask, world: World, client: Client, login: Login, session: Session
) -> None:
    echo(app)
    add_way(app, Way("Bevestigen met uw sleutel", "home.start", lambda person: person.password is None))
    login("ovr.vr01")
    stale.make(session)
    assert not client.post("/echo", {"uitleg": "Een verhaal"}, status=422).has("Bevestigen met uw sleutel")
    session.execute(update(Person).values(password=None))
    page = client.post("/echo", {"uitleg": "Een verhaal"}, status=422)
    assert page.has("Bevestigen met uw sleutel (opent een nieuw tabblad)")
    assert not page.all(f"#{FIELD}")
    session.execute(update(LoginSession).values(authenticated_at=now()))  # what that way does
    got = client.ask("POST", "/echo", page.form("Doorgaan").values).json
    assert got["form"]["uitleg"] == ["Een verhaal"]
