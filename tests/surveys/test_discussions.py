"""Talking about a question: what is said stays, and a thread says for whom it waits."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import standalone_engine
from surveys import discussions, filling, questionnaire, signing
from surveys.acting import By
from surveys.discussions import Said
from surveys.errors import DossierNotOpen, InvalidMessage, NotAllowed, UnknownQuestion, UnreadMessages
from surveys.models import Assignment, Discussion, DiscussionMessage, Dossier, LogEntry
from tests import filled
from tests.factories import OPENED, World

CODE = "1.1-01"


def by(world: World, key: str = "ovr.vr01", minutes: int = 0) -> By:
    return By.through(world.assignments[key], OPENED + timedelta(minutes=minutes))


@pytest.fixture
def say(session: Session, world: World):
    """Say something about 1.1-01 in VR01: `say("Klopt dit?", "ovr.vr01", asks="contactpersoon")`."""

    def speak(text: str = "Klopt dit?", key: str = "ovr.vr01", *, asks: str | None = None) -> Said:
        return discussions.say(session, world.dossiers["VR01"], CODE, text, by=by(world, key), asks=asks)

    return speak


def thread(session: Session, world: World) -> questionnaire.Thread:
    found = filling.read(session, world.dossiers["VR01"]).question(CODE).thread
    assert found is not None
    return found


def test_what_is_said_stays_in_order_with_who_said_it_in_which_role(
    session: Session, world: World, say
) -> None:
    say(" Klopt dit?\r\nIk twijfel. ")
    say("Ja.", "contactpersoon.vr01")
    say("Ik kijk mee.", "waarnemer.vr01")
    found = thread(session, world)
    assert [(each.text, each.by.name, each.by.role) for each in found.messages] == [
        ("Klopt dit?\nIk twijfel.", world.person("ovr.vr01").name, "Officier Veiligheidsregio"),
        ("Ja.", world.person("contactpersoon.vr01").name, "Contactpersoon"),
        ("Ik kijk mee.", world.person("waarnemer.vr01").name, "Waarnemer"),
    ]
    assert (found.waits_for, found.settled) == (None, False)


def test_a_question_waits_until_that_role_says_something(session: Session, world: World, say) -> None:
    say(asks="contactpersoon")
    assert thread(session, world).waits_for == "contactpersoon"
    say("En dit?")
    say("Ik weet het ook niet.", "waarnemer.vr01")
    assert thread(session, world).waits_for == "contactpersoon"
    say("Ja, het klopt.", "contactpersoon.vr01")
    assert thread(session, world).waits_for is None


def test_an_answer_can_be_a_question_back(session: Session, world: World, say) -> None:
    say(asks="contactpersoon")
    say("Hoezo?", "contactpersoon.vr01", asks="ovr")
    assert thread(session, world).waits_for == "ovr"


def test_settling_closes_and_a_new_message_opens_again(session: Session, world: World, say) -> None:
    dossier = world.dossiers["VR01"]
    say(asks="contactpersoon")
    said = discussions.settle(session, dossier, CODE, by=by(world), seen=1, text="Opgelost.")
    assert said.changed
    found = thread(session, world)
    assert (found.settled, found.waits_for) == (True, None)
    assert (found.latest.text, found.latest.settles) == ("Opgelost.", True)
    assert filling.read(session, dossier).talked_about == ()
    assert not discussions.settle(session, dossier, CODE, by=by(world), seen=1).changed
    say("Toch niet.", "contactpersoon.vr01")
    assert not thread(session, world).settled
    assert len(filling.read(session, dossier).talked_about) == 1


def test_nobody_closes_what_he_has_not_read(session: Session, world: World, say) -> None:
    say()
    say("Wacht even.", "contactpersoon.vr01")
    with pytest.raises(UnreadMessages):
        discussions.settle(session, world.dossiers["VR01"], CODE, by=by(world), seen=1)
    assert not thread(session, world).settled


def test_where_nothing_was_said_there_is_nothing_to_close(session: Session, world: World) -> None:
    said = discussions.settle(session, world.dossiers["VR01"], CODE, by=by(world), seen=0)
    assert (said.discussion, said.changed) == (None, False)


def test_a_double_click_says_it_once(session: Session, world: World, say) -> None:
    assert say().changed
    assert not say().changed
    assert len(thread(session, world).messages) == 1
    assert say("Klopt dit?", "contactpersoon.vr01").changed  # somebody else may say the same
    assert say(asks="contactpersoon").changed  # and it may become a question
    assert not say(asks="contactpersoon").changed


@pytest.mark.parametrize("text", ["", "  \r\n ", "\x00", "x" * (discussions.MESSAGE_LENGTH + 1)])
def test_a_message_has_a_text_that_fits(session: Session, say, text: str) -> None:
    with pytest.raises(InvalidMessage) as refused:
        say(text)
    assert refused.value.part == "text"
    assert session.scalars(select(Discussion)).all() == []


def test_a_message_of_the_longest_length_fits(session: Session, world: World, say) -> None:
    say("x" * discussions.MESSAGE_LENGTH)
    assert len(thread(session, world).latest.text) == discussions.MESSAGE_LENGTH


@pytest.mark.parametrize("asks", ["ovr", "waarnemer", "rmc", "inspecteur", "niets", ""])
def test_only_another_role_that_signs_can_be_asked(say, asks: str) -> None:
    with pytest.raises(InvalidMessage) as refused:
        say(asks=asks)
    assert refused.value.part == "asks"


@pytest.mark.parametrize("key", ["ovr.vr02", "inspecteur", "beheerder", "rmc.noord"])
def test_others_take_no_part(session: Session, world: World, say, key: str) -> None:
    say()
    with pytest.raises(NotAllowed):
        say("Ik ook.", key)
    with pytest.raises(NotAllowed):
        discussions.settle(session, world.dossiers["VR01"], CODE, by=by(world, key), seen=1)


def test_an_unknown_question_has_no_thread(session: Session, world: World) -> None:
    with pytest.raises(UnknownQuestion):
        discussions.say(session, world.dossiers["VR01"], "9.9-99", "Hallo", by=by(world))


def test_after_handing_in_nothing_is_added(session: Session, world: World, say) -> None:
    say()
    filled.submit(session, world.dossiers["VR01"], filled.STRONG)
    with pytest.raises(DossierNotOpen):
        say("Te laat.")
    with pytest.raises(DossierNotOpen):
        discussions.settle(session, world.dossiers["VR01"], CODE, by=by(world), seen=1)


def test_talking_ends_no_signature_and_blocks_none(session: Session, world: World, say) -> None:
    dossier = world.dossiers["VR01"]
    filled.fill(session, dossier, filled.STRONG)
    signing.sign(session, dossier, by=by(world))
    say(asks="contactpersoon")
    assert set(signing.standing(session, dossier)) == {"ovr"}
    signing.sign(session, dossier, by=by(world, "contactpersoon.vr01"))


def test_what_waits_is_counted_for_the_role_of_the_own_unit(session: Session, world: World, say) -> None:
    first, second = world.dossiers["VR01"], world.dossiers["VR02"]
    say(asks="contactpersoon")
    discussions.say(session, first, "1.1-03", "En dit?", by=by(world), asks="contactpersoon")
    discussions.say(session, second, CODE, "En daar?", by=by(world, "ovr.vr02"), asks="contactpersoon")
    ours = {first.unit_id: {"contactpersoon"}}
    assert discussions.waiting(session, [first, second], ours) == {first.id: 2}
    assert discussions.waiting(session, [first, second], {first.unit_id: {"ovr"}}) == {}


def test_the_log_says_which_question_and_not_what(session: Session, world: World, say) -> None:
    say("Een geheim.", asks="contactpersoon")
    discussions.settle(session, world.dossiers["VR01"], CODE, by=by(world), seen=1)
    rows = session.scalars(select(LogEntry).where(LogEntry.subject == "discussion").order_by(LogEntry.id))
    assert [(row.action, row.detail) for row in rows] == [
        ("discussion.say", {"question": CODE, "asks": "contactpersoon"}),
        ("discussion.settle", {"question": CODE}),
    ]


def test_two_who_speak_at_once_are_both_heard(session: Session, world: World, database_url: str) -> None:
    number = world.dossiers["VR01"].id
    held = [world.assignments[key].id for key in ("ovr.vr01", "contactpersoon.vr01")]
    session.rollback()
    start = Barrier(2)
    failed: list[Exception] = []

    def speak(assignment_id: int) -> None:
        engine = standalone_engine(database_url)
        try:
            with Session(engine) as own:
                start.wait()
                who = By.through(own.get_one(Assignment, assignment_id))
                discussions.say(own, own.get_one(Dossier, number), CODE, "Tegelijk.", by=who)
                own.commit()
        except Exception as error:
            failed.append(error)
        finally:
            engine.dispose()

    threads = [Thread(target=speak, args=(assignment_id,)) for assignment_id in held]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []
    assert len(session.scalars(select(Discussion)).all()) == 1
    said = session.scalars(select(DiscussionMessage.assignment_id)).all()
    assert sorted(said) == sorted(held)
