"""What nobody knew: answered after all, or with why it stays unknown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import correcting
from surveys.acting import By
from surveys.answers import Content
from surveys.correcting import Unanswered
from surveys.errors import InvalidValue, NotAllowed, NotNow, StaleText
from surveys.models import LogEntry
from tests.support.client import Client
from tests.visited import Visited

PATH = "/bezoek/proefmeting/VR01/onbekend"
ONE, TWO = "reden-1.1-02", "reden-2.1-01"


def note(visited: Visited, reason: str, minutes: int = 0, **more: str) -> None:
    by = replace(visited.one, at=visited.one.at + timedelta(minutes=minutes))
    correcting.note_unanswered(visited.session, visited.dossier, "1.1-02", reason, by=by, **more)


def only(visited: Visited) -> Unanswered:
    (found,) = correcting.unanswered(visited.session, visited.dossier)
    return found


def test_an_unknown_answer_waits_for_an_answer_or_a_reason(visited: Visited) -> None:
    assert (only(visited).question.code, only(visited).settled) == ("1.1-02", False)
    note(visited, "Niemand houdt dit bij.")
    assert (only(visited).reason, only(visited).settled) == ("Niemand houdt dit bij.", True)
    note(visited, "Ook de brigade weet het niet.")
    assert only(visited).reason == "Ook de brigade weet het niet."
    lines = visited.session.scalars(select(LogEntry).where(LogEntry.action == "unanswered.note")).all()
    assert [line.detail for line in lines] == [{"question": "1.1-02"}] * 2


def test_an_answer_takes_it_from_the_list(visited: Visited) -> None:
    visited.correct("1.1-02", Content(3))
    assert correcting.unanswered(visited.session, visited.dossier) == ()
    with pytest.raises(NotNow, match="niet meer op ‘Weet ik niet’"):
        note(visited, "Te laat.")


def test_what_is_not_asked_needs_no_reason(visited: Visited) -> None:
    visited.correct("1.1-01", Content("nee", note="Vacature."))
    assert correcting.unanswered(visited.session, visited.dossier) == ()


def test_a_later_correction_makes_the_note_no_longer_count(visited: Visited) -> None:
    note(visited, "Niemand houdt dit bij.")
    visited.correct("1.1-02", Content(3), minutes=5)
    visited.correct("1.1-02", Content(special="onbekend"), minutes=10)
    assert (only(visited).settled, only(visited).outdated) == (False, True)
    note(visited, "Niemand houdt dit bij.", 15)
    assert only(visited).settled


def test_a_note_needs_a_reason_an_inspector_and_the_right_moment(session: Session, visited: Visited) -> None:
    with pytest.raises(InvalidValue):
        note(visited, "  ")
    by = By.through(visited.world.assignments["ovr.vr01"])
    with pytest.raises(NotAllowed):
        correcting.note_unanswered(session, visited.dossier, "1.1-02", "Ik.", by=by)
    with pytest.raises(NotNow, match="stand nu: uitgezet"):
        correcting.note_unanswered(session, visited.world.dossiers["VR02"], "1.1-02", "Nee.", by=visited.one)


def test_a_colleagues_note_is_not_overwritten_unseen(visited: Visited) -> None:
    seen = only(visited).seen
    note(visited, "Van de een.", seen=seen)
    with pytest.raises(StaleText) as refusal:
        note(visited, "Van de ander.", seen=seen)
    assert (refusal.value.mine, refusal.value.theirs) == ("Van de ander.", "Van de een.")


def test_several_reasons_are_saved_at_once_and_one_holds_up_no_other(
    client: Client, session: Session, visited: Visited, login: Callable[[str], None]
) -> None:
    visited.correct("2.1-01", Content(special="onbekend"))
    session.commit()
    login("inspecteur")
    client.get(PATH)
    assert client.page.has("Nog te doen: 2")
    client.submit({ONE: "x" * 4001, TWO: "Dat weet de politie."}, button="Redenen opslaan", status=422)
    assert "x" * 4001 in client.page.html
    assert client.page.has("Nog te doen: 1")
    client.submit({ONE: "Kort."}, button="Redenen opslaan")
    assert client.page.has("Alles is klaar")
    client.submit(button="Redenen opslaan")
    assert client.page.has("Er is niets gewijzigd")


def test_nothing_that_was_typed_is_lost(
    client: Client, session: Session, visited: Visited, login: Callable[[str], None]
) -> None:
    visited.correct("2.1-01", Content(special="onbekend"))
    session.commit()
    login("inspecteur")
    client.get(PATH)
    note(visited, "Van de collega.")
    visited.correct("2.1-01", Content(["politie"]))
    session.commit()
    client.submit({ONE: "Van mij.", TWO: "Ook van mij."}, button="Redenen opslaan", status=409)
    for text in ("Van de collega.", "Van mij.", "Ook van mij.", "Een collega was u voor"):
        assert text in client.page.html
    client.submit(button="Redenen opslaan")
    session.rollback()
    assert only(visited).reason == "Van mij."


def test_respondents_see_nothing_of_it(
    client: Client, visited: Visited, login: Callable[[str], None]
) -> None:
    login("contactpersoon.vr01")
    client.get(PATH, status=403)
    client.post(PATH, {ONE: "Ik."}, status=403)
    assert only(visited).reason is None
