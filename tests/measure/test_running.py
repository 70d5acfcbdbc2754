"""Running a measurement: preparing, comparing versions, sending out and going on, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from surveys import measurements, running, versions
from surveys.acting import By, today
from surveys.errors import NotAllowed, Refused
from surveys.models import Dossier, LogEntry, Measurement, MeasurementTransition
from tests import factories, filled
from tests.factories import World
from tests.support.client import Client
from tests.support.page import Page

NEW = {
    "code": "vervolg-2014",
    "name": "Vervolgmeting",
    "year": "2014",
    "first": "2014-01-01",
    "last": "2014-12-31",
    "question": "Is het beter geworden?",
    "scope": "Alleen de regio's.",
    "discussed_with": "De directies van Defensie.",
}
LATER = date(2099, 1, 1)


@pytest.fixture
def inspector(world: World, login: Callable[[str], None]) -> World:
    login("inspecteur")
    return world


def actions(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(LogEntry.action).order_by(LogEntry.id)))


def measurement(session: Session, code: str = "vervolg-2014") -> Measurement:
    session.rollback()
    return session.scalars(select(Measurement).where(Measurement.code == code)).one()


def create(client: Client, **changed: str) -> Page:
    client.get("/metingen/nieuw?vorige=proefmeting")
    return client.submit({**NEW, **changed}, button="Meting maken")


def by(world: World, who: str = "inspecteur") -> By:
    return By.through(world.assignments[who])


def go(client: Client, step: str, reason: str = "", status: int = 200) -> Page:
    client.get(f"/metingen/vervolg-2014/stap/{step}")
    return client.submit({"reason": reason}, action=f"/metingen/vervolg-2014/stap/{step}", status=status)


def test_the_list_shows_every_measurement_with_its_state(inspector: World, client: Client) -> None:
    page = client.get("/metingen/")
    assert page.texts("tbody tr")
    assert page.has("Proefmeting")
    assert page.has("Uitvraag")


def test_a_measurement_takes_over_the_questionnaires_of_the_previous_one(
    inspector: World, client: Client, session: Session
) -> None:
    page = create(client)
    assert page.has("De meting Vervolgmeting is gemaakt.")
    made = measurement(session)
    earlier = measurement(session, "proefmeting")
    assert {pin.instrument_id for pin in made.pins} == {pin.instrument_id for pin in earlier.pins}
    assert (made.state, made.fictief, made.kind) == ("voorbereiding", True, "eind")
    assert (made.question, made.scope) == (NEW["question"], NEW["scope"])
    assert actions(session)[-1] == "measurement.create"


def test_what_is_wrong_is_said_and_what_was_typed_stays(
    inspector: World, client: Client, session: Session
) -> None:
    client.get("/metingen/nieuw")
    page = client.submit({**NEW, "code": "Niet Goed", "year": "ooit"}, button="Meting maken", status=422)
    assert page.has("Gebruik alleen kleine letters")
    assert page.has("Is het beter geworden?")
    page = client.submit({"code": "nieuw", "year": "2014"}, button="Meting maken", status=422)
    assert page.has("Gebruik voor de code alleen kleine letters")
    assert "Gebruik voor de code" in page.text("#code-error")
    page = client.submit({"code": "proefmeting"}, button="Meting maken", status=422)
    assert "Er is al een meting met de code proefmeting" in page.text("#code-error")
    page = client.submit({"code": "goed", "last": "2013-01-01"}, button="Meting maken", status=422)
    assert "ligt voor de eerste dag" in page.text("#last-error")
    session.rollback()
    assert session.scalars(select(Measurement.code)).all() == ["proefmeting"]


def test_while_it_is_prepared_everything_but_the_code_can_change(
    inspector: World, client: Client, session: Session
) -> None:
    newer = measurements.add_instrument(session, factories.tiny(version="2.0"), By.system())
    session.commit()
    create(client)
    page = client.get("/metingen/vervolg-2014/wijzigen")
    first = page.texts("select[name=pin_0] option")
    place = "pin_0" if any("Versie 2.0" in text for text in first) else "pin_1"
    client.submit({"name": "Anders", place: str(newer.id)}, button="Opslaan")
    made = measurement(session)
    assert made.name == "Anders"
    assert {pin.unit_kind: pin.instrument.version for pin in made.pins} == {
        "veiligheidsregio": "2.0",
        "rmc": "1.1",
    }
    assert actions(session)[-1] == "measurement.change"


def test_a_questionnaire_can_be_left_out(inspector: World, client: Client, session: Session) -> None:
    create(client)
    client.get("/metingen/vervolg-2014/wijzigen")
    client.submit({"pin_0": "", "pin_1": ""}, button="Opslaan")
    assert measurement(session).pins == []
    assert client.get("/metingen/vervolg-2014/stap/fix").has("De meting heeft nog geen vragenlijst")


def test_nothing_changes_once_the_questionnaires_stand(
    inspector: World, client: Client, session: Session
) -> None:
    create(client)
    go(client, "fix")
    client.get("/metingen/vervolg-2014/wijzigen")
    page = client.submit({"name": "Te laat"}, button="Opslaan", status=422)
    assert page.has("is niet meer in voorbereiding")
    assert measurement(session).name == "Vervolgmeting"


def test_the_whole_way_with_its_refusals_is_kept(inspector: World, client: Client, session: Session) -> None:
    create(client, question="")
    assert go_refused(client, "fix").has("Vul eerst de onderzoeksvraag en de afbakening in")
    client.get("/metingen/vervolg-2014/wijzigen")
    client.submit({"question": "Is het beter?"}, button="Opslaan")
    go(client, "fix")
    assert go_refused(client, "open").has("De vragenlijst is nog aan niemand gestuurd")

    page = client.get("/metingen/vervolg-2014/uitzetten")
    assert page.has("VR01 Regio 1")
    assert page.has("RMC-NOORD")
    page = client.submit({"due_on": "2000-01-01"}, button="Uitzetten", status=422)
    assert page.has("De termijn ligt voor vandaag")
    region = inspector.units["VR01"].id
    page = client.submit({"due_on": LATER.isoformat(), "units": [str(region)]}, button="Uitzetten")
    assert page.has("1 vragenlijst is uitgezet.")
    session.rollback()
    sent = session.scalars(select(Dossier).join(Measurement).where(Measurement.code == NEW["code"])).one()
    assert (sent.unit.code, sent.due_on, sent.state) == ("VR01", LATER, "uitgezet")
    assert not client.get("/metingen/vervolg-2014/uitzetten").has("VR01 Regio 1")
    assert go_refused(client, "prepare").has("De vragenlijst is al uitgezet")

    go(client, "open")
    assert client.get("/metingen/vervolg-2014/stap/visit").has(
        "1 van de 1 vragenlijsten is nog niet ingeleverd"
    )
    go(client, "visit")
    assert go(client, "reopen", status=422).has("Geef een reden op")
    go(client, "reopen", "Een regio is te laat.")
    go(client, "visit")
    assert go_refused(client, "close").has("Er is nog geen enkele vragenlijst ingeleverd")

    session.rollback()
    filled.submit(session, session.get_one(Dossier, sent.id), filled.STRONG)
    session.commit()
    assert client.get("/metingen/vervolg-2014/stap/close").has("Alle 1 vragenlijsten zijn ingeleverd")
    page = go(client, "close")
    assert page.has("Een regio is te laat.")
    session.rollback()
    taken = session.scalars(select(MeasurementTransition).order_by(MeasurementTransition.id)).all()
    assert [row.to_state for row in taken] == [
        "vragenlijst_vast", "uitvraag", "bezoeken", "uitvraag", "bezoeken", "landelijk_beeld",
    ]  # fmt: skip
    assert {row.person_id for row in taken} == {inspector.person("inspecteur").id}
    assert actions(session).count("measurement.state") == len(taken) + 1  # the one of the world itself


def test_closing_names_who_is_not_in_and_says_so_to_them(
    inspector: World, client: Client, session: Session, login: Callable[[str], None]
) -> None:
    filled.submit(session, inspector.dossiers["VR01"], filled.STRONG)
    running.take(session, inspector.measurement, "bezoeken", by(inspector))
    page = client.get("/metingen/proefmeting/stap/close")
    assert page.has("Let op: 2 van de 3 vragenlijsten zijn nog niet ingeleverd.")
    assert page.texts(".units a") == ["VR02 Regio 2", "RMC-NOORD RMC Noord"]
    assert page.link("VR02 Regio 2") == "/dossier/proefmeting/VR02/"
    client.submit(action="/metingen/proefmeting/stap/close")
    session.rollback()
    session.expire_all()
    assert inspector.measurement.state == "landelijk_beeld"
    client.logout()
    login("ovr.vr02")
    page = client.get("/dossier/proefmeting/VR02/factor/1.1")
    assert page.has("De meting Proefmeting is gesloten. U kunt de antwoorden nog wel bekijken.")
    assert not page.all("[name^=answer], form.questions")


def go_refused(client: Client, step: str) -> Page:
    """A step whose page offers no button says why; sent anyway, it is refused in the same words."""
    page = client.get(f"/metingen/vervolg-2014/stap/{step}")
    assert not page.texts("main form")
    client.post(f"/metingen/vervolg-2014/stap/{step}", {"reason": "Toch."}, status=422)
    return client.page


def test_a_step_of_another_state_is_refused(inspector: World, client: Client) -> None:
    page = client.post("/metingen/proefmeting/stap/publish", {"reason": ""}, status=422)
    assert page.has("Deze stap kan nu niet")
    client.get("/metingen/proefmeting/stap/verzonnen", status=404)
    client.get("/metingen/bestaat-niet/", status=404)


def test_how_a_measurement_went_can_not_be_changed(world: World, session: Session) -> None:
    running.take(session, world.measurement, "bezoeken", by(world))
    session.commit()
    row = session.scalars(select(MeasurementTransition)).one()
    row.reason = "Iets anders"
    with pytest.raises(DatabaseError):
        session.flush()


def test_another_role_runs_nothing(world: World, session: Session) -> None:
    with pytest.raises(NotAllowed):
        running.take(session, world.measurement, "bezoeken", by(world, "ovr.vr01"))
    with pytest.raises(NotAllowed):
        running.send_out(session, world.measurement, [], LATER, today(), by(world, "beheerder"))


def test_a_unit_that_is_gone_or_has_its_questionnaire_gets_none(world: World, session: Session) -> None:
    gone = factories.region(session, 3)
    gone.valid_until = today() - timedelta(days=1)
    session.flush()
    assert running.candidates(session, world.measurement, today()) == []
    for unit in (gone, world.units["VR01"]):
        with pytest.raises(Refused, match="heeft al een vragenlijst in deze meting, of bestaat niet meer"):
            running.send_out(session, world.measurement, [unit], LATER, today(), by(world))


def test_the_steps_know_only_states_that_exist_and_names_stand_once() -> None:
    assert {state for pair in running.STEPS for state in pair} == set(measurements.STATES)
    names = [step.name for step in running.STEPS.values()]
    assert len(set(names)) == len(names)


def changed() -> versions.VersionDiff:
    """The tiny questionnaire beside one with other words, another score, a question more and one less."""
    text = factories.tiny_text(version="2.0")
    for old, new in (
        ('text = "Is er een vaste contactpersoon?"', 'text = "Heeft u een contactpersoon?"'),
        (
            'label = "Op een wisselende werkplek",  score = 0.8',
            'label = "Op wisselplekken", score = 0.7',
        ),
        ('code = "1.1-99"', 'code = "1.1-98"'),
        ("weight = 3", "weight = 2"),
    ):
        assert old in text
        text = text.replace(old, new)
    return versions.compare(factories.tiny(), factories.instruments.parse(text, "later.toml"))


def test_per_question_it_says_what_differs_and_what_stays_comparable() -> None:
    diff = changed()
    rows = {row.code: row for factor in diff.factors for row in factor.questions}
    assert {code: row.status for code, row in rows.items()} == {
        "1.1-01": "gewijzigd",
        "1.1-02": "gelijk",
        "1.1-03": "gewijzigd",
        "1.1-98": "nieuw",
        "1.1-99": "vervallen",
        "2.1-01": "gelijk",
        "2.1-02": "gelijk",
    }
    assert [each.what for each in rows["1.1-01"].changes] == ["tekst", "gewicht"]
    assert (rows["1.1-01"].changes[1].was, rows["1.1-01"].changes[1].now) == ("3", "2")
    assert [each.what for each in rows["1.1-03"].changes] == ["keuzes", "score"]
    assert {code for code, row in rows.items() if row.common} == {"1.1-02", "2.1-01"}
    assert diff.counts == {"gelijk": 3, "gewijzigd": 2, "nieuw": 1, "vervallen": 1}
    # of factor 1.1 only the question with weight 1 out of 5 is scored in the same way
    assert [(f.code, f.comparable, f.percentage) for f in diff.factors] == [
        ("1.1", False, 20),
        ("2.1", True, 100),
    ]


def test_other_words_alone_leave_a_question_comparable() -> None:
    text = factories.tiny_text(version="2.0").replace("Wie praten mee", "Wie denken mee")
    diff = versions.compare(factories.tiny(), factories.instruments.parse(text, "later.toml"))
    row = next(row for factor in diff.factors for row in factor.questions if row.code == "2.1-01")
    assert (row.status, row.common) == ("gewijzigd", True)


def test_the_page_of_differences_names_both_versions(
    inspector: World, client: Client, session: Session
) -> None:
    create(client)
    page = client.get("/metingen/vervolg-2014/verschillen")
    assert page.has("Versie 1.1 naast versie 1.1 van de meting Proefmeting")
    assert page.has("Het is dezelfde versie: alles is gelijk.")
    assert page.has("2 van de 2 factoren zijn vergelijkbaar")
    page = client.get("/metingen/proefmeting/verschillen")
    assert page.has("Er is geen eerdere meting met deze vragenlijst")


def test_inspectors_have_measurements_in_the_navigation_and_others_do_not(
    world: World, client: Client, login: Callable[[str], None]
) -> None:
    login("inspecteur")
    assert "Metingen" in client.page.texts("nav[aria-label=Hoofdmenu] a")
    client.logout()
    login("ovr.vr01")
    assert "Metingen" not in client.page.texts("nav[aria-label=Hoofdmenu] a")
