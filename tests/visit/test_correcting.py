"""Answers corrected by an inspector after the submission: who, why, and that nothing else changes by it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import answers, correcting, judging, reports, signing
from surveys.acting import By
from surveys.answers import Content, Reference
from surveys.errors import InvalidValue, NotAllowed, NotNow, StaleAnswer, UnknownQuestion
from surveys.judging import About, Draft
from surveys.models import AnswerVersion, LogEntry, Signature, SignedAnswer, Submission
from tests.judge.conftest import write
from tests.support.client import Client
from tests.visited import WHY, Visited

PATH = "/bezoek/proefmeting/VR01/antwoord/1.1-02"
LABEL = "Na het gesprek aangepast door de inspectie"
FIELD = "vraag-1-1-02-answer"
UNKNOWN = "vraag-1-1-02-onbekend"


def level(session: Session, visited: Visited) -> str:
    report = reports.region(session, visited.dossier)
    return next(row.level_label for row in report.factors if row.factor.code == "1.1")


def test_a_correction_is_a_new_version_with_its_reason(session: Session, visited: Visited) -> None:
    visited.correct("1.1-02", Content(3))
    (found,) = correcting.corrections(session, visited.dossier)
    assert (found.code, found.shown_old, found.shown_new) == ("1.1-02", "Weet ik niet", "3 dagen per week")
    assert (found.reason, found.name, found.role) == (WHY, "Inspecteur", "Inspecteur")
    assert visited.version("1.1-02") == 2
    line = session.scalars(select(LogEntry).where(LogEntry.action == "answer.correct")).one()
    assert line.detail == {"question": "1.1-02", "version": 2}


def test_scores_follow_and_signatures_stand(session: Session, visited: Visited) -> None:
    before = level(session, visited)
    signed = signing.standing(session, visited.dossier)
    visited.correct("1.1-02", Content(3))
    assert (before, level(session, visited)) == ("Niet te beoordelen", "Voldoet")
    assert signing.standing(session, visited.dossier) == signed
    assert set(signed) == {"ovr", "contactpersoon"}


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    made=st.lists(
        st.tuples(
            st.sampled_from(["1.1-01", "1.1-02", "2.1-02"]),
            st.sampled_from([Content(), Content(note="Gehoord."), Content(special="onbekend")]),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_no_correction_changes_what_was_submitted_or_signed(
    session: Session, visited: Visited, made: list[tuple[str, Content]]
) -> None:
    def kept() -> tuple[object, ...]:
        session.expire_all()
        submission = session.scalars(select(Submission)).one()
        signed = session.execute(
            select(Signature.voided_at, SignedAnswer.answer_id, SignedAnswer.version, AnswerVersion.new)
            .join(SignedAnswer, SignedAnswer.signature_id == Signature.id)
            .join(
                AnswerVersion,
                (AnswerVersion.answer_id == SignedAnswer.answer_id)
                & (AnswerVersion.version == SignedAnswer.version),
            )
            .order_by(Signature.id, SignedAnswer.answer_id)
        )
        return submission.snapshot, submission.sha256, [tuple(row) for row in signed]

    before = kept()
    changed = 0
    for code, content in made:
        if code == "2.1-02" and content.special:  # that question knows no "weet ik niet"
            with pytest.raises(InvalidValue):
                visited.correct(code, content)
        else:
            changed += visited.correct(code, content).changed
    assert kept() == before
    assert len(correcting.corrections(session, visited.dossier)) == changed
    session.rollback()


def test_what_is_said_already_changes_nothing(session: Session, visited: Visited) -> None:
    assert not visited.correct("1.1-01", Content("ja"), "").changed
    assert correcting.corrections(session, visited.dossier) == ()


@pytest.mark.parametrize("reason", ["", " \n ", "x" * 4001])
def test_without_a_good_reason_nothing_is_corrected(visited: Visited, reason: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        visited.correct("1.1-02", Content(3), reason)
    assert refusal.value.part == "reason"
    assert visited.version("1.1-02") == 1


def test_a_correction_is_checked_as_any_answer(visited: Visited) -> None:
    with pytest.raises(InvalidValue, match="5"):
        visited.correct("1.1-02", Content(9))
    with pytest.raises(UnknownQuestion):
        visited.correct("9.9-99", Content(1))


def test_a_colleagues_correction_is_not_overwritten_unseen(visited: Visited) -> None:
    visited.correct("1.1-02", Content(3), by=visited.two)
    with pytest.raises(StaleAnswer) as refusal:
        visited.correct("1.1-02", Content(4), seen=1)
    assert refusal.value.mine == Content(4)
    assert refusal.value.theirs is not None
    assert refusal.value.theirs.value == 3


def test_a_verified_dossier_gets_no_question_that_nobody_knows(session: Session, visited: Visited) -> None:
    visited.correct("1.1-02", Content(3))
    visited.dossier.state = "geverifieerd"
    session.flush()
    with pytest.raises(InvalidValue, match=r"vraag 1\.1-02 onbekend"):
        visited.correct("1.1-02", Content(special="onbekend"))
    assert visited.version("1.1-02") == 2
    visited.correct("1.1-02", Content(4))
    assert visited.version("1.1-02") == 3


def test_only_inspectors_correct_and_only_after_the_submission(session: Session, visited: Visited) -> None:
    with pytest.raises(NotAllowed):
        visited.correct("1.1-02", Content(3), by=By.through(visited.world.assignments["ovr.vr01"]))
    other = visited.world.dossiers["VR02"]
    with pytest.raises(NotNow, match="stand nu: uitgezet"):
        correcting.correct(session, other, "1.1-01", Content("ja"), WHY, by=visited.one, seen_version=0)


def test_a_judgement_that_rests_on_it_must_be_looked_at_again(session: Session, visited: Visited) -> None:
    about = About.of(visited.dossier, "1.1")
    row = write(session, about, visited.one, Draft("voldoet", "Gezien bij het bezoek."))
    visited.correct("1.1-02", Content(0))
    assert judging.ground(session, about).basis != row.basis


def test_an_inspector_corrects_on_the_page(
    client: Client, session: Session, visited: Visited, login: Callable[[str], None]
) -> None:
    login("inspecteur")
    client.get("/landelijk/proefmeting/eenheid/VR01")
    client.get(client.page.link("Aanpassen na het gesprek van het antwoord op vraag 1.1-02"))
    assert client.page.has("Zoals ingeleverd")
    client.submit({FIELD: "drie", UNKNOWN: [], "reden": WHY}, button="Antwoord aanpassen", status=422)
    assert client.page.one(f"#{FIELD}").get("value") == "drie"
    assert client.page.has(WHY)
    client.submit({FIELD: "3", "reden": ""}, button="Antwoord aanpassen", status=422)
    assert client.page.summary
    client.submit({"reden": WHY}, button="Antwoord aanpassen")
    assert client.page.has("Het antwoord is aangepast")
    assert client.page.has(LABEL)
    client.get("/landelijk/proefmeting/eenheid/VR01")
    assert client.page.has(LABEL)
    assert client.page.has(WHY)


def test_after_a_conflict_both_are_shown_and_nothing_is_lost(
    client: Client, session: Session, visited: Visited, login: Callable[[str], None]
) -> None:
    login("inspecteur")
    client.get(PATH)
    visited.correct("1.1-02", Content(2, note="Van de collega."), by=visited.two)
    session.commit()
    client.submit({FIELD: "4", UNKNOWN: [], "reden": "Van mij."}, button="Antwoord aanpassen", status=409)
    assert client.page.has("Een collega was u voor")
    assert client.page.has("Van de collega.")
    assert client.page.one(f"#{FIELD}").get("value") == "4"
    client.submit(button="Antwoord aanpassen")
    session.rollback()
    assert [each.new.value for each in correcting.corrections(session, visited.dossier)] == [4, 2]


def test_when_it_is_too_late_what_was_typed_stays(
    client: Client, session: Session, visited: Visited, login: Callable[[str], None]
) -> None:
    login("inspecteur")
    other = PATH.replace("VR01", "VR02")
    client.get(other)
    assert client.page.has("De stand is nu: uitgezet")
    client.post(other, {FIELD: "4", "reden": "Gehoord."}, status=409)
    assert client.page.has("Gehoord.")
    client.get(PATH.replace("1.1-02", "9.9"), status=404)


def test_another_document_gets_a_row(client: Client, visited: Visited, login: Callable[[str], None]) -> None:
    login("inspecteur")
    client.get(PATH.replace("1.1-02", "1.1-03"))
    client.submit({"vraag-1-1-03-documents-0-title": "Plattegrond"}, button="Nog een document")
    assert client.page.one("#vraag-1-1-03-documents-0-title").get("value") == "Plattegrond"
    client.submit(
        {
            "vraag-1-1-03-answer": "vast",
            "vraag-1-1-03-documents-1-title": "Foto",
            "reden": "Gezien bij het bezoek.",
        },
        button="Antwoord aanpassen",
    )
    rows = answers.joint(visited.session, visited.dossier)
    visited.session.rollback()
    assert answers.content_of(rows["1.1-03"]).documents == (Reference("Plattegrond"), Reference("Foto"))


def test_respondents_see_what_was_corrected_newest_first(
    client: Client, session: Session, visited: Visited, login: Callable[[str], None]
) -> None:
    visited.correct("1.1-02", Content(3), "De eerste reden.")
    visited.correct("2.1-01", Content(["politie"]), "De tweede reden.", minutes=5)
    session.commit()
    login("contactpersoon.vr01")
    for path in ("/", "/dossier/proefmeting/VR01/"):
        text = client.get(path).text()
        assert LABEL in text
        assert text.index("De tweede reden.") < text.index("De eerste reden.")
        assert "Weet ik niet" in text
        assert "3 dagen per week" in text
    for path in ("factor/1.1", "controle", "afdrukken", "vraag/1.1-02/geschiedenis"):
        client.get(f"/dossier/proefmeting/VR01/{path}")
        assert client.page.has(LABEL)
        assert client.page.has("De eerste reden.")


def test_the_file_of_the_dossier_says_what_was_corrected(
    client: Client, visited: Visited, login: Callable[[str], None]
) -> None:
    visited.correct("1.1-02", Content(3))
    visited.session.commit()
    login("contactpersoon.vr01")
    file = client.ask("GET", "/dossier/proefmeting/VR01/excel?vorm=csv").html
    rows = list(csv.reader(io.StringIO(file.lstrip("\ufeff")), delimiter=";"))
    head = next(row for row in rows if LABEL in row)
    told = {row[head.index("Code")]: row[head.index(LABEL)] for row in rows if len(row) == len(head)}
    assert told["1.1-02"] == (
        f"03-06-2013: was Weet ik niet, werd 3 dagen per week. Reden: {WHY} (Inspecteur, Inspecteur)"
    )
    assert told["1.1-01"] == ""


def test_respondents_correct_nothing(client: Client, visited: Visited, login: Callable[[str], None]) -> None:
    login("ovr.vr01")
    client.get(PATH, status=403)
    client.post(PATH, {FIELD: "4", "reden": WHY}, status=403)
    assert visited.version("1.1-02") == 1
