"""What the pages of a questionnaire show."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from surveys import answers, filling, questionnaire, signing
from surveys.acting import By
from surveys.answers import Content
from surveys.completeness import Lack
from tests import factories
from tests.factories import OPENED, World


def by(world: World, key: str = "ovr.vr01", minutes: int = 0) -> By:
    return By.through(world.assignments[key], OPENED + timedelta(minutes=minutes))


def test_factors_count_through_the_whole_questionnaire(session: Session, world: World) -> None:
    first, second = filling.read(session, world.dossiers["VR01"]).factors
    assert first.place == "Thema 1 van 2 · Factor 1 van 2"
    assert second.place == "Thema 2 van 2 · Factor 2 van 2"
    assert first.following is second.factor
    assert second.following is None


def test_a_question_knows_its_answer_who_gave_it_and_what_it_lacks(session: Session, world: World) -> None:
    dossier = world.dossiers["VR01"]
    answers.save(session, dossier, "1.1-01", Content("nee"), by=by(world), seen_version=0)
    view = filling.read(session, dossier).question("1.1-01")
    assert (view.shown, view.version, view.state) == ("Nee", 1, "asked")
    assert view.lacks == (Lack.NOTE,)
    assert view.saved is not None
    assert (view.saved.name, view.saved.role) == ("Ovr Regio 1", "Officier Veiligheidsregio")


def test_anchors_are_unique_also_where_codes_look_alike() -> None:
    text = factories.tiny_text().replace('"1.1-99"', '"1-1.01"')
    instrument = factories.instruments.parse(text, "x.toml")
    anchors = questionnaire.anchors(instrument)
    assert len(set(anchors.values())) == len(anchors)
    assert anchors["1.1-01"] == "vraag-1-1-01"


def test_only_an_answer_that_differs_from_the_last_one_is_told(session: Session, world: World) -> None:
    then = factories.measurement(session, factories.tiny(), code="toen", year=2009, kind="tussen")
    old = factories.dossier(session, then, world.units["VR01"])
    for code, content in {"1.1-01": Content("ja"), "1.1-02": Content(2), "1.1-03": Content("geen")}.items():
        answers.save(session, old, code, content, by=by(world), seen_version=0)
    old.state = "ingediend"
    now = world.dossiers["VR01"]
    for code, content in {"1.1-01": Content("ja"), "1.1-02": Content(3)}.items():
        answers.save(session, now, code, content, by=by(world), seen_version=0)
    reading = filling.read(session, now)
    assert [view.code for view in reading.different] == ["1.1-02"]
    assert reading.different[0].different_from is not None
    assert reading.different[0].different_from.shown == "2 dagen per week"
    assert [each.measurement.year for each in reading.question("1.1-03").earlier] == [2009]


def test_answers_of_another_unit_are_not_earlier_answers(session: Session, world: World) -> None:
    then = factories.measurement(session, factories.tiny(), code="toen", year=2009, kind="tussen")
    other = factories.dossier(session, then, world.units["VR02"])
    answers.save(session, other, "1.1-01", Content("ja"), by=by(world, "ovr.vr02"), seen_version=0)
    other.state = "ingediend"
    assert filling.read(session, world.dossiers["VR01"]).question("1.1-01").earlier == ()


def test_a_fingerprint_changes_with_every_version_and_only_then(session: Session, world: World) -> None:
    dossier = world.dossiers["VR01"]
    seen = [filling.read(session, dossier).fingerprint]
    for version, content in enumerate([Content("ja"), Content("nee"), Content("ja")]):
        answers.save(session, dossier, "1.1-01", content, by=by(world), seen_version=version)
        seen.append(filling.read(session, dossier).fingerprint)
    assert len(set(seen)) == len(seen)
    assert filling.read(session, dossier).fingerprint == seen[-1]


def test_a_signature_that_a_change_ended_is_shown_as_such(session: Session, world: World) -> None:
    dossier = world.dossiers["VR01"]
    complete = {
        "1.1-01": Content("ja"),
        "1.1-02": Content(3),
        "1.1-03": Content("wissel"),
        "2.1-01": Content(["brandweer"]),
        "2.1-02": Content("2013-05-01"),
    }
    for code, content in complete.items():
        answers.save(session, dossier, code, content, by=by(world), seen_version=0)
    signing.sign(session, dossier, by=by(world))
    ovr, contact = filling.read(session, dossier).signings
    assert ovr.signed is not None
    assert contact.signed is None
    answers.save(session, dossier, "1.1-02", Content(1), by=by(world, "contactpersoon.vr01"), seen_version=1)
    ovr, contact = filling.read(session, dossier).signings
    assert ovr.signed is None
    assert ovr.voided is not None
    assert contact.voided is None


def test_versions_come_newest_first_in_words(session: Session, world: World) -> None:
    dossier = world.dossiers["VR01"]
    answers.save(session, dossier, "1.1-01", Content("ja"), by=by(world), seen_version=0)
    answers.save(session, dossier, "1.1-01", Content(special="onbekend"), by=by(world), seen_version=1)
    reading = filling.read(session, dossier)
    found = filling.versions(session, dossier, reading.instrument.questions["1.1-01"])
    assert [(each.version, each.shown) for each in found] == [(2, "Weet ik niet"), (1, "Ja")]
