"""Saving answers: versions, refusals, history, and signatures that end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import answers, measurements, signing
from surveys.acting import By
from surveys.answers import Content, Reference, Save
from surveys.errors import (
    DossierNotOpen,
    InvalidValue,
    MeasurementClosed,
    NotAllowed,
    StaleAnswer,
    UnknownQuestion,
)
from surveys.models import AnswerVersion, Document, LogEntry, Signature
from tests import factories
from tests.factories import OPENED, World


def by(world: World, key: str = "ovr.vr01", minutes: int = 0) -> By:
    return By.through(world.assignments[key], OPENED + timedelta(minutes=minutes))


def test_a_first_save_makes_version_one_and_begins_the_dossier(session: Session, world: World) -> None:
    dossier = world.dossiers["VR01"]
    saved = answers.save(session, dossier, "1.1-01", Content("ja"), by=by(world), seen_version=0)
    assert saved.changed
    assert saved.answer is not None
    assert (saved.answer.version, saved.answer.value, saved.answer.special) == (1, "ja", None)
    assert dossier.state == "in_invulling"


def test_every_save_is_kept_with_who_did_it_in_which_role_and_when(session: Session, world: World) -> None:
    dossier = world.dossiers["VR01"]
    answers.save(session, dossier, "1.1-01", Content("ja"), by=by(world), seen_version=0)
    later = by(world, "contactpersoon.vr01", minutes=5)
    answers.save(session, dossier, "1.1-01", Content("nee", note="Vacature"), by=later, seen_version=1)
    first, second = session.scalars(select(AnswerVersion).order_by(AnswerVersion.version))
    assert first.old is None
    assert first.new["value"] == "ja"
    assert second.old == {"value": "ja", "special": None, "note": None, "documents": []}
    assert second.new == {"value": "nee", "special": None, "note": "Vacature", "documents": []}
    assert (second.person_id, second.assignment_id) == (later.person_id, later.assignment_id)
    assert second.at - first.at == timedelta(minutes=5)


def test_a_save_on_an_outdated_version_is_refused_and_holds_both(session: Session, world: World) -> None:
    dossier = world.dossiers["VR01"]
    answers.save(session, dossier, "1.1-01", Content("ja"), by=by(world), seen_version=0)
    with pytest.raises(StaleAnswer) as refused:
        answers.save(session, dossier, "1.1-01", Content("nee"), by=by(world), seen_version=0)
    assert refused.value.mine.value == "nee"
    assert refused.value.theirs is not None
    assert refused.value.theirs.value == "ja"


def test_the_same_content_again_changes_nothing_whatever_version_was_seen(
    session: Session, world: World
) -> None:
    dossier = world.dossiers["VR01"]
    content = Content(["politie", "brandweer"], note=" Zie plan. ")
    answers.save(session, dossier, "2.1-01", content, by=by(world), seen_version=0)
    again = answers.save(session, dossier, "2.1-01", content, by=by(world), seen_version=0)
    assert not again.changed
    assert again.answer is not None
    assert (again.answer.version, again.answer.note) == (1, "Zie plan.")
    assert len(session.scalars(select(AnswerVersion)).all()) == 1


def test_one_bad_answer_among_several_saves_none(session: Session, world: World) -> None:
    dossier = world.dossiers["VR01"]
    saves = {"1.1-01": Save(Content("ja"), 0), "1.1-02": Save(Content(7), 0)}
    with pytest.raises(InvalidValue):
        answers.save_all(session, dossier, saves, by=by(world))
    assert answers.joint(session, dossier) == {}


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("1.1-01", Content("misschien")),
        ("1.1-01", Content(special="nvt", note="Geen")),
        ("1.1-01", Content("ja", special="onbekend")),
        ("1.1-01", Content(special="weg")),
        ("1.1-02", Content("drie")),
        ("1.1-02", Content(2.25)),
        ("1.1-99", Content("x" * 201)),
        ("2.1-01", Content(["niemand", "politie"])),
        ("2.1-01", Content([])),
        ("2.1-02", Content("31 februari")),
        ("2.1-02", Content(special="onbekend")),
        ("1.1-01", Content("ja", note="x" * 4001)),
        ("1.1-01", Content("ja", documents=(Reference("", "12"),))),
        ("1.1-01", Content("ja", documents=(Reference("x" * 301),))),
    ],
)
def test_what_a_question_cannot_have_is_refused(
    session: Session, world: World, code: str, content: Content
) -> None:
    with pytest.raises(InvalidValue):
        answers.save(session, world.dossiers["VR01"], code, content, by=by(world), seen_version=0)


def test_a_question_that_the_list_lacks_is_refused_by_name(session: Session, world: World) -> None:
    with pytest.raises(UnknownQuestion, match=r"9\.9-01"):
        answers.save(session, world.dossiers["VR01"], "9.9-01", Content("ja"), by=by(world), seen_version=0)


def test_nobody_saves_without_an_assignment(session: Session, world: World) -> None:
    with pytest.raises(NotAllowed):
        answers.save(
            session, world.dossiers["VR01"], "1.1-01", Content("ja"), by=By.system(OPENED), seen_version=0
        )


def test_a_closed_measurement_takes_no_answers(session: Session, world: World) -> None:
    measurements.go_to(session, world.measurement, "landelijk_beeld", By.system(OPENED))
    with pytest.raises(MeasurementClosed, match="Proefmeting"):
        answers.save(session, world.dossiers["VR01"], "1.1-01", Content("ja"), by=by(world), seen_version=0)


def test_one_document_serves_several_questions_each_with_its_page(session: Session, world: World) -> None:
    dossier = world.dossiers["VR01"]
    answers.save(
        session, dossier, "1.1-03", Content("vast", documents=(Reference("Convenant", "blz. 3"),)),
        by=by(world), seen_version=0,
    )  # fmt: skip
    answers.save(
        session, dossier, "1.1-01", Content("ja", documents=(Reference("Convenant", "blz. 9"),)),
        by=by(world), seen_version=0,
    )  # fmt: skip
    assert len(session.scalars(select(Document)).all()) == 1
    kept = {code: answers.content_of(row).documents for code, row in answers.joint(session, dossier).items()}
    assert kept == {
        "1.1-03": (Reference("Convenant", "blz. 3"),),
        "1.1-01": (Reference("Convenant", "blz. 9"),),
    }


def test_documents_can_be_reordered_and_taken_away(session: Session, world: World) -> None:
    dossier = world.dossiers["VR01"]
    a, b = Reference("A", "1"), Reference("B", None)
    for version, documents in enumerate([(a, b), (b, a), (b,), ()]):
        content = Content("ja", documents=documents)
        answers.save(session, dossier, "1.1-01", content, by=by(world), seen_version=version)
        session.expire_all()
        assert answers.content_of(answers.joint(session, dossier)["1.1-01"]).documents == documents


def test_the_log_tells_of_a_save_without_a_word_of_the_answer(session: Session, world: World) -> None:
    content = Content("nee", note="Jan van Dijk is weg")
    answers.save(session, world.dossiers["VR01"], "1.1-01", content, by=by(world), seen_version=0)
    entry = session.scalars(select(LogEntry).where(LogEntry.action == "answer.save")).one()
    assert entry.detail == {"question": "1.1-01", "version": 1}
    assert entry.person_id == world.person("ovr.vr01").id


def complete(session: Session, world: World) -> None:
    """Fill in all that signing asks for."""
    contents = {
        "1.1-01": Content("ja"),
        "1.1-02": Content(3),
        "1.1-03": Content("wissel"),
        "2.1-01": Content(["brandweer"]),
        "2.1-02": Content("2012-05-01"),
    }
    saves = {code: Save(content, 0) for code, content in contents.items()}
    answers.save_all(session, world.dossiers["VR01"], saves, by=by(world))


def test_a_change_after_a_signature_ends_it_and_says_whose(session: Session, world: World) -> None:
    dossier = world.dossiers["VR01"]
    complete(session, world)
    signing.sign(session, dossier, by=by(world))
    saved = answers.save(
        session, dossier, "1.1-03", Content("geen"), by=by(world, "contactpersoon.vr01", 9), seen_version=1
    )
    assert [signature.role for signature in saved.voided] == ["ovr"]
    assert signing.standing(session, dossier) == {}
    assert saved.voided[0].voided_at == OPENED + timedelta(minutes=9)


def test_after_submitting_nobody_changes_anything(session: Session, world: World) -> None:
    dossier = world.dossiers["VR01"]
    complete(session, world)
    signing.sign(session, dossier, by=by(world))
    signing.sign(session, dossier, by=by(world, "contactpersoon.vr01"))
    signing.submit(session, dossier, by=by(world))
    with pytest.raises(DossierNotOpen):
        answers.save(session, dossier, "1.1-01", Content("nee"), by=by(world), seen_version=1)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ovr.vr01", "contactpersoon.vr01"]),
        st.sampled_from(["look", "save", "sign"]),
        st.sampled_from(["vast", "wissel", "geen"]),
    ),
    max_size=14,
)


@given(steps=STEPS)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_two_people_do_no_saved_answer_is_lost_and_no_signature_covers_a_later_change(
    session: Session, steps: list[tuple[str, str, str]]
) -> None:
    with session.begin_nested() as savepoint:
        world = factories.world(session)
        dossier = world.dossiers["VR01"]
        complete(session, world)
        seen = dict.fromkeys(["ovr.vr01", "contactpersoon.vr01"], 1)
        acknowledged = ["wissel"]
        for who, what, value in steps:
            row = answers.joint(session, dossier)["1.1-03"]
            if what == "look":
                seen[who] = row.version
            elif what == "sign" and by(world, who).role not in signing.standing(session, dossier):
                documents = answers.content_of(row).documents
                if row.value != "vast" or documents:
                    signing.sign(session, dossier, by=by(world, who))
            elif what == "save":
                content = Content(value, documents=(Reference("Kaart"),) if value == "vast" else ())
                try:
                    saved = answers.save(
                        session, dossier, "1.1-03", content, by=by(world, who), seen_version=seen[who]
                    )
                except StaleAnswer:
                    assert seen[who] != row.version
                    continue
                assert saved.answer is not None
                seen[who] = saved.answer.version
                if saved.changed:
                    acknowledged.append(value)
            row = answers.joint(session, dossier)["1.1-03"]
            kept = session.scalars(
                select(AnswerVersion).where(AnswerVersion.answer_id == row.id).order_by(AnswerVersion.version)
            )
            assert [version.new["value"] for version in kept] == acknowledged
            for signature in session.scalars(select(Signature).where(Signature.voided_at.is_(None))):
                assert {covered.version for covered in signature.covers if covered.answer_id == row.id} == {
                    row.version
                }
        savepoint.rollback()
