"""Signing and submitting: who, when, what exactly, and what stands in the way."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from surveys import answers, completeness, people, signing
from surveys.acting import By
from surveys.answers import Content, Reference, Save
from surveys.completeness import Lack
from surveys.errors import AlreadySigned, DossierNotOpen, Incomplete, NotAllowed, SignaturesMissing
from surveys.measurements import instrument_of
from surveys.models import SignedAnswer
from tests import factories
from tests.factories import OPENED, World

COMPLETE = {
    "1.1-01": Content("ja"),
    "1.1-02": Content(2.5),
    "1.1-03": Content("vast", documents=(Reference("Plattegrond", "blz. 2"),)),
    "2.1-01": Content(special="onbekend"),
    "2.1-02": Content("2012-05-01"),
}


def by(world: World, key: str) -> By:
    return By.through(world.assignments[key], OPENED + timedelta(hours=1))


def fill(session: Session, world: World, changes: dict[str, Content | None] | None = None) -> None:
    contents = {**COMPLETE, **(changes or {})}
    saves = {code: Save(content, 0) for code, content in contents.items() if content is not None}
    answers.save_all(session, world.dossiers["VR01"], saves, by=by(world, "waarnemer.vr01"))


def lacks(session: Session, world: World) -> list[tuple[str, Lack]]:
    dossier = world.dossiers["VR01"]
    given = answers.given(answers.joint(session, dossier))
    points = completeness.progress(instrument_of(dossier.pinned), given).points
    return [(point.question.code, point.lack) for point in points]


def test_a_signature_covers_exactly_the_versions_that_were_there(session: Session, world: World) -> None:
    fill(session, world)
    dossier = world.dossiers["VR01"]
    signature = signing.sign(session, dossier, by=by(world, "ovr.vr01"))
    rows = answers.joint(session, dossier)
    covered = {(row.answer_id, row.version) for row in signature.covers}
    assert covered == {(row.id, row.version) for row in rows.values()}
    assert all(isinstance(row, SignedAnswer) for row in signature.covers)


def test_the_latest_signature_of_a_role_is_the_one_that_stands_else_the_last_that_ended(
    session: Session, world: World
) -> None:
    dossier, ovr = world.dossiers["VR01"], by(world, "ovr.vr01")

    def latest() -> dict[str, int]:
        return {role: row.id for role, row in signing.latest(session, dossier).items()}

    fill(session, world)
    assert latest() == {}
    given = []
    for seen, words in enumerate(("Eerst.", "Daarna.")):
        given.append(signing.sign(session, dossier, by=ovr))
        session.flush()
        assert latest() == {"ovr": given[-1].id}, "it stands"
        answers.save(session, dossier, "1.1-01", Content("ja", note=words), by=ovr, seen_version=seen + 1)
        session.flush()
        session.expire_all()
        assert signing.standing(session, dossier) == {}
        assert latest() == {"ovr": given[-1].id}, "it ended last"
    again = signing.sign(session, dossier, by=ovr)
    other = signing.sign(session, dossier, by=by(world, "contactpersoon.vr01"))
    session.flush()
    assert latest() == {"ovr": again.id, "contactpersoon": other.id}


def test_an_empty_questionnaire_says_all_that_is_missing(session: Session, world: World) -> None:
    with pytest.raises(Incomplete) as refused:
        signing.sign(session, world.dossiers["VR01"], by=by(world, "ovr.vr01"))
    # 1.1-02 waits for 1.1-01, and the open text at the end may stay empty
    assert [point.question.code for point in refused.value.points] == ["1.1-01", "1.1-03", "2.1-01", "2.1-02"]


def test_a_required_explanation_and_document_are_missed(session: Session, world: World) -> None:
    contents = {
        "1.1-01": Content("nee"),
        "1.1-03": Content("vast"),
        "2.1-01": Content(["niemand"]),
        "2.1-02": Content("2012-05-01"),
    }
    saves = {code: Save(content, 0) for code, content in contents.items()}
    answers.save_all(session, world.dossiers["VR01"], saves, by=by(world, "ovr.vr01"))
    assert lacks(session, world) == [("1.1-01", Lack.NOTE), ("1.1-03", Lack.DOCUMENT)]


def test_not_applicable_needs_its_note(session: Session, world: World) -> None:
    fill(session, world, {"1.1-03": Content(special="nvt")})
    assert lacks(session, world) == [("1.1-03", Lack.NOTE)]
    answers.save(
        session, world.dossiers["VR01"], "1.1-03", Content(special="nvt", note="Werkt overal."),
        by=by(world, "ovr.vr01"), seen_version=1,
    )  # fmt: skip
    assert lacks(session, world) == []


def test_a_question_of_which_it_is_unknown_whether_it_is_asked_blocks_nothing(
    session: Session, world: World
) -> None:
    fill(session, world, {"1.1-01": Content(special="onbekend"), "1.1-02": None})
    assert lacks(session, world) == []


def test_each_role_signs_once_and_by_different_people(session: Session, world: World) -> None:
    fill(session, world)
    dossier = world.dossiers["VR01"]
    signing.sign(session, dossier, by=by(world, "ovr.vr01"))
    with pytest.raises(AlreadySigned):
        signing.sign(session, dossier, by=by(world, "ovr.vr01"))
    both = factories.assignment(
        session, "contactpersoon", unit=world.units["VR01"], whose=world.person("ovr.vr01")
    )
    with pytest.raises(AlreadySigned):
        signing.sign(session, dossier, by=By.through(both, OPENED))


@pytest.mark.parametrize("key", ["waarnemer.vr01", "inspecteur", "ovr.vr02", "rmc.noord", "beheerder"])
def test_only_the_roles_of_this_unit_sign_and_submit(session: Session, world: World, key: str) -> None:
    fill(session, world)
    with pytest.raises(NotAllowed):
        signing.sign(session, world.dossiers["VR01"], by=by(world, key))
    with pytest.raises(NotAllowed):
        signing.submit(session, world.dossiers["VR01"], by=by(world, key))


def test_submitting_waits_for_every_role(session: Session, world: World) -> None:
    fill(session, world)
    dossier = world.dossiers["VR01"]
    signing.sign(session, dossier, by=by(world, "ovr.vr01"))
    with pytest.raises(SignaturesMissing) as refused:
        signing.submit(session, dossier, by=by(world, "ovr.vr01"))
    assert refused.value.roles == ("contactpersoon",)
    assert dossier.state == "in_invulling"


def test_a_submission_keeps_the_answers_word_for_word(session: Session, world: World) -> None:
    fill(session, world)
    dossier = world.dossiers["VR01"]
    for key in ("ovr.vr01", "contactpersoon.vr01"):
        signing.sign(session, dossier, by=by(world, key))
    submission = signing.submit(session, dossier, by=by(world, "contactpersoon.vr01"))
    kept = json.loads(submission.snapshot)
    assert dossier.state == "ingediend"
    assert submission.number == 1
    assert submission.sha256 == hashlib.sha256(submission.snapshot.encode()).hexdigest()
    assert kept["instrument"]["sha256"] == dossier.pinned.sha256
    assert kept["answers"]["1.1-03"]["documents"] == [{"page": "blz. 2", "title": "Plattegrond"}]
    assert kept["answers"]["2.1-01"]["special"] == "onbekend"
    assert [row["role"] for row in kept["signatures"]] == ["contactpersoon", "ovr"]
    with pytest.raises(DossierNotOpen):
        signing.submit(session, dossier, by=by(world, "contactpersoon.vr01"))


def test_a_questionnaire_of_one_role_is_signed_by_that_role_alone(session: Session, world: World) -> None:
    dossier = world.dossiers["RMC-NOORD"]
    saves = {code: Save(content, 0) for code, content in COMPLETE.items()}
    answers.save_all(session, dossier, saves, by=by(world, "rmc.noord"))
    signing.sign(session, dossier, by=by(world, "rmc.noord"))
    signing.submit(session, dossier, by=by(world, "rmc.noord"))
    assert dossier.state == "ingediend"


def test_an_earlier_answer_keeps_the_name_of_who_gave_it_after_a_hand_over(
    session: Session, world: World
) -> None:
    fill(session, world)
    dossier = world.dossiers["VR01"]
    answers.save(
        session, dossier, "1.1-01", Content("nee", note="Vacature"), by=by(world, "ovr.vr01"), seen_version=1
    )
    successor = factories.person(session, "Nieuwe OVR")
    day = (OPENED + timedelta(days=3)).date()
    held = people.hand_over(session, world.assignments["ovr.vr01"], successor, day, By.system(OPENED))
    row = answers.joint(session, dossier)["1.1-01"]
    assert row.person is world.person("ovr.vr01")
    assert not world.assignments["ovr.vr01"].holds_on(day)
    signing.sign(session, dossier, by=By.through(held, OPENED + timedelta(days=4)))
    assert signing.standing(session, dossier)["ovr"].person is successor


CHANGES = {
    "covered": "DELETE FROM signed_answer",
    "version": "UPDATE signed_answer SET version = version",
    "gone": "DELETE FROM signature",
    "role": "UPDATE signature SET role = 'rmc'",
    "moment": "UPDATE signature SET signed_at = '2000-01-01 00:00:00+00'",
    "nothing": "UPDATE signature SET role = role",
    "void_and_more": "UPDATE signature SET role = 'rmc', voided_at = signed_at,"
    " voided_by_id = (SELECT max(id) FROM answer_version)",
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_itself_refuses_to_erase_a_signature(
    session: Session, world: World, change: str
) -> None:
    fill(session, world)
    signing.sign(session, world.dossiers["VR01"], by=by(world, "ovr.vr01"))
    session.flush()
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(CHANGES[change]))


def test_a_signature_ends_once_and_never_stands_again(session: Session, world: World) -> None:
    fill(session, world)
    signing.sign(session, world.dossiers["VR01"], by=by(world, "ovr.vr01"))
    session.flush()
    ending = "UPDATE signature SET voided_at = signed_at, voided_by_id = (SELECT max(id) FROM answer_version)"
    session.execute(text(ending))
    for change in (ending, "UPDATE signature SET voided_at = NULL, voided_by_id = NULL"):
        with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
            session.execute(text(change))
