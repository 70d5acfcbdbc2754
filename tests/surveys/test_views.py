"""Divergent views: beside the joint answer, with a reason, versioned as answers are, and counted nowhere."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import answers, filling, people, reports, returning, signing, views
from surveys.acting import By
from surveys.answers import Content, Reference, Saved
from surveys.errors import (
    AnswersChanged,
    DossierNotOpen,
    InvalidValue,
    NotAllowed,
    StaleAnswer,
    UnknownQuestion,
)
from surveys.models import JOINT, Answer, AnswerVersion, LogEntry
from tests import factories, filled
from tests.factories import OPENED, World

OTHERWISE = Content("nee", note="Er is sinds januari niemand.")


def by(world: World, key: str = "contactpersoon.vr01", minutes: int = 0) -> By:
    return By.through(world.assignments[key], OPENED + timedelta(minutes=minutes))


@pytest.fixture
def differ(session: Session, world: World):
    """Record a view in VR01: `differ("1.1-01", OTHERWISE)`."""

    def record(
        code: str = "1.1-01", content: Content = OTHERWISE, *, who: By | None = None, seen: int = 0
    ) -> Saved:
        return views.differ(
            session, world.dossiers["VR01"], code, content, by=who or by(world), seen_version=seen
        )

    return record


@pytest.fixture
def agreed(session: Session, world: World) -> None:
    """VR01 is whole, and both have agreed."""
    dossier = world.dossiers["VR01"]
    filled.fill(session, dossier, filled.STRONG)
    for key in ("ovr.vr01", "contactpersoon.vr01"):
        signing.sign(session, dossier, by=by(world, key))


def test_a_view_stands_beside_the_joint_answer_and_leaves_it_alone(
    session: Session, world: World, agreed: None, differ
) -> None:
    dossier = world.dossiers["VR01"]
    saved = differ()
    assert saved.changed
    row = views.of_role(session, dossier, "1.1-01", "contactpersoon")
    assert row is not None
    assert (row.party, row.value, row.note, row.version) == ("contactpersoon", "nee", OTHERWISE.note, 1)
    assert row.person is world.person("contactpersoon.vr01")
    assert answers.content_of(answers.joint(session, dossier)["1.1-01"]) == Content("ja")
    question = filling.read(session, dossier).question("1.1-01")
    (shown,) = question.divergent
    assert (shown.label, shown.shown, shown.agrees) == ("Contactpersoon", "Nee", False)
    assert question.shown == "Ja"


def test_nothing_that_counts_changes_by_a_view(session: Session, world: World, agreed: None, differ) -> None:
    dossier = world.dossiers["VR01"]
    signing.submit(session, dossier, by=by(world, "ovr.vr01"))
    pin = dossier.pinned

    def counted() -> list[object]:
        region = reports.region(session, dossier)
        national = reports.national(session, world.measurement, pin)
        reading = filling.read(session, dossier)
        return [
            [(row.score, row.why) for row in region.factors],
            [(row.value, row.special, row.note, row.score) for row in _questions(region)],
            national.scores,
            national.answers,
            national.national,
            national.statements,
            reading.progress,
            reading.given,
        ]

    before = counted()
    dossier.state = "in_invulling"
    differ("1.1-01", OTHERWISE)
    differ("1.1-02", Content(0, note="Nooit gezien."), who=by(world, "ovr.vr01"))
    differ("2.1-01", Content(special="onbekend", note="Dat weet ik niet."))
    dossier.state = "ingediend"
    session.flush()
    assert counted() == before
    assert [view.question.code for view in reports.region(session, dossier).views] == [
        "1.1-01",
        "1.1-02",
        "2.1-01",
    ]
    found = reports.national(session, world.measurement, pin).views
    assert [(view.role, view.shown) for view in found["VR01"]] == [
        ("contactpersoon", "Nee"),
        ("ovr", "0 dagen per week"),
        ("contactpersoon", "Weet ik niet"),
    ]


def _questions(region: reports.RegionReport) -> list[reports.QuestionRow]:
    return [row for factor in region.factors for row in factor.questions]


def test_each_role_has_its_own(session: Session, world: World, differ) -> None:
    differ()
    differ(content=Content(special="onbekend", note="Dat kan ik niet weten."), who=by(world, "ovr.vr01"))
    found = [(row.party, row.value, row.special) for row in views.standing(session, world.dossiers["VR01"])]
    assert found == [("contactpersoon", "nee", None), ("ovr", None, "onbekend")]


def test_the_same_again_changes_nothing(session: Session, differ) -> None:
    differ()
    assert not differ(seen=0).changed
    assert len(session.scalars(select(AnswerVersion)).all()) == 1


def test_another_view_on_an_outdated_version_is_refused_and_holds_both(differ) -> None:
    differ()
    other = Content(special="onbekend", note="Of toch niet.")
    with pytest.raises(StaleAnswer) as refused:
        differ(content=other, seen=0)
    assert refused.value.mine == other
    assert refused.value.theirs is not None
    assert refused.value.theirs.value == "nee"
    assert differ(content=other, seen=1).changed


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (Content(note="Alleen een reden."), "value"),
        (Content("nee"), "note"),
        (Content("nee", note="  \r\n "), "note"),
        (Content("misschien", note="Reden."), "value"),
        (Content(special="nvt", note="Reden."), "value"),
        (Content("nee", note="x" * (answers.NOTE_LENGTH + 1)), "note"),
        (Content("nee", note="Reden.", documents=(Reference("Een stuk"),)), "documents"),
        (Content("ja", note="Reden."), "value"),
    ],
)
def test_a_view_that_can_not_be_is_refused(
    session: Session, agreed: None, differ, content: Content, part: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        differ(content=content)
    assert refused.value.part == part
    assert session.scalar(select(Answer).where(Answer.party != JOINT)) is None


def test_a_view_equal_to_the_joint_answer_is_refused_in_words(agreed: None, differ) -> None:
    with pytest.raises(InvalidValue, match="gelijk aan het gezamenlijke antwoord"):
        differ(content=Content("ja", note="Dat vind ik ook."))


def test_a_view_says_so_when_the_joint_answer_becomes_the_same(
    session: Session, world: World, agreed: None, differ
) -> None:
    dossier = world.dossiers["VR01"]
    differ()
    answers.save(
        session, dossier, "1.1-01", Content("nee", note="Vacature"), by=by(world, "ovr.vr01"), seen_version=1
    )
    assert filling.read(session, dossier).question("1.1-01").divergent[0].agrees
    assert reports.region(session, dossier).views[0].agrees
    assert not differ(seen=1).changed  # and it is not in the way of sending it again


def test_an_unknown_question_has_no_view(differ) -> None:
    with pytest.raises(UnknownQuestion):
        differ("9.9-99")


@pytest.mark.parametrize("key", ["waarnemer.vr01", "contactpersoon.vr02", "inspecteur", "rmc.noord"])
def test_only_who_signs_for_this_unit_has_a_view(session: Session, world: World, differ, key: str) -> None:
    with pytest.raises(NotAllowed):
        differ(who=by(world, key))
    with pytest.raises(NotAllowed):
        views.withdraw(session, world.dossiers["VR01"], "1.1-01", by=by(world, key), seen_version=0)


def test_a_view_ends_what_both_had_agreed_to(session: Session, world: World, agreed: None, differ) -> None:
    dossier = world.dossiers["VR01"]
    saved = differ()
    assert {each.role for each in saved.voided} == {"ovr", "contactpersoon"}
    assert signing.standing(session, dossier) == {}
    signing.sign(session, dossier, by=by(world, "ovr.vr01"))
    assert not differ(seen=0).changed
    assert set(signing.standing(session, dossier)) == {"ovr"}
    withdrawn = views.withdraw(session, dossier, "1.1-01", by=by(world), seen_version=1)
    assert [each.role for each in withdrawn.voided] == ["ovr"]


def test_nobody_agrees_with_a_view_that_was_not_on_the_page(
    session: Session, world: World, agreed: None, differ
) -> None:
    dossier = world.dossiers["VR01"]
    read = filling.read(session, dossier).fingerprint
    differ()
    with pytest.raises(AnswersChanged):
        signing.sign(session, dossier, by=by(world, "ovr.vr01"), read=read)
    read = filling.read(session, dossier).fingerprint
    views.withdraw(session, dossier, "1.1-01", by=by(world), seen_version=1)
    with pytest.raises(AnswersChanged):
        signing.sign(session, dossier, by=by(world, "ovr.vr01"), read=read)
    signing.sign(session, dossier, by=by(world, "ovr.vr01"), read=filling.read(session, dossier).fingerprint)


def test_a_signature_and_a_submission_hold_the_views_as_they_were(
    session: Session, world: World, agreed: None, differ
) -> None:
    dossier = world.dossiers["VR01"]
    row = differ().answer
    assert row is not None
    for key in ("ovr.vr01", "contactpersoon.vr01"):
        signature = signing.sign(session, dossier, by=by(world, key))
        assert (row.id, 1) in {(each.answer_id, each.version) for each in signature.covers}
    snapshot = json.loads(signing.submit(session, dossier, by=by(world, "ovr.vr01")).snapshot)
    assert snapshot["views"] == [
        {
            "question": "1.1-01",
            "role": "contactpersoon",
            "value": "nee",
            "special": None,
            "note": OTHERWISE.note,
            "documents": [],
            "version": 1,
            "person": world.person("contactpersoon.vr01").id,
        }
    ]
    assert snapshot["answers"]["1.1-01"]["value"] == "ja"
    with pytest.raises(DossierNotOpen):
        differ(content=Content(special="onbekend", note="Te laat."), seen=1)
    with pytest.raises(DossierNotOpen):
        views.withdraw(session, dossier, "1.1-01", by=by(world), seen_version=1)


def test_what_is_withdrawn_is_gone_and_stays_among_the_versions(
    session: Session, world: World, differ
) -> None:
    dossier = world.dossiers["VR01"]
    differ()
    with pytest.raises(StaleAnswer):
        views.withdraw(session, dossier, "1.1-01", by=by(world), seen_version=0)
    assert views.withdraw(session, dossier, "1.1-01", by=by(world), seen_version=1).changed
    assert not views.withdraw(session, dossier, "1.1-01", by=by(world), seen_version=1).changed
    assert views.standing(session, dossier) == []
    reading = filling.read(session, dossier)
    assert reading.diverging == ()
    question = reading.question("1.1-01").question
    ((label, versions),) = filling.view_versions(session, dossier, question)
    assert label == "Contactpersoon"
    assert [(each.version, each.shown) for each in versions] == [(2, None), (1, "Nee")]
    assert filling.versions(session, dossier, question) == []
    assert differ(seen=2).changed


def test_a_view_from_after_a_return_is_marked(session: Session, world: World, agreed: None, differ) -> None:
    dossier = world.dossiers["VR01"]
    differ()
    for key in ("ovr.vr01", "contactpersoon.vr01"):
        signing.sign(session, dossier, by=by(world, key, 1))
    signing.submit(session, dossier, by=by(world, "ovr.vr01", 2))
    returning.give_back(session, dossier, "Leg uit.", ["1.1-01"], by=by(world, "inspecteur", 3))
    differ("2.1-01", Content(special="onbekend", note="Wisselt."), who=by(world, minutes=4))
    reading = filling.read(session, dossier)
    marked = {each.code: each.divergent[0].since_return for each in reading.diverging}
    assert marked == {"1.1-01": False, "2.1-01": True}


def test_a_successor_takes_the_view_of_the_role_over_and_the_first_keeps_his_name(
    session: Session, world: World, differ
) -> None:
    dossier = world.dossiers["VR01"]
    differ(who=by(world, "ovr.vr01"))
    successor = factories.person(session, "Nieuwe OVR")
    day = OPENED.date()
    held = people.hand_over(session, world.assignments["ovr.vr01"], successor, day, By.system(OPENED))
    assert views.standing(session, dossier)[0].person is world.person("ovr.vr01")
    later = By.through(held, OPENED + timedelta(days=1))
    differ(content=Content(special="onbekend", note="Ik weet het nog niet."), who=later, seen=1)
    question = filling.read(session, dossier).question("1.1-01").question
    ((_, versions),) = filling.view_versions(session, dossier, question)
    names = [each.saved.name for each in versions]
    assert names == ["Nieuwe OVR", world.person("ovr.vr01").name]


def test_the_log_says_which_question_and_not_what(session: Session, world: World, differ) -> None:
    differ()
    row = session.scalars(select(LogEntry).where(LogEntry.action == "view.save")).one()
    assert row.detail == {"question": "1.1-01", "version": 1}
    assert row.person_id == world.person("contactpersoon.vr01").id
