"""Steps of two people at the very same moment: each is done or refused in words, and nothing is lost."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Sequence

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.answers import Content
from surveys.filestore import Folder
from surveys.models import AnswerVersion, Document, DocumentFile, StoredFile
from tests import factories
from tests.factories import World
from tests.support import answersheet, files
from tests.support.client import Client
from tests.support.page import Page

HOME = "/dossier/proefmeting/VR01"
PAPERS = f"{HOME}/documenten"
PEOPLE = ("ovr.vr01", "contactpersoon.vr01")


@pytest.fixture
def people(app: Flask, session: Session, world: World) -> list[Client]:
    """The two of VR01, each logged in."""
    session.commit()
    made = []
    for name in PEOPLE:
        client = Client(app)
        client.login(f"{name}@voorbeeld.nl", factories.PASSWORD)
        made.append(client)
    return made


def at_once(steps: Sequence[Callable[[], Page]]) -> list[Page]:
    """Take the steps at the same moment; gives what each was answered."""
    barrier, answers = threading.Barrier(len(steps)), {}

    def work(place: int, step: Callable[[], Page]) -> None:
        barrier.wait(timeout=60)
        answers[place] = step()

    threads = [threading.Thread(target=work, args=each, daemon=True) for each in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert sorted(answers) == list(range(len(steps)))
    return [answers[place] for place in sorted(answers)]


def sent(person: Client, path: str, content: bytes, **values: str) -> Callable[[], Page]:
    """A step that sends a file."""
    data = {"csrf_token": [person.token()], **{name: [text] for name, text in values.items()}}
    return lambda: person.ask("POST", path, {**data, "bestand": [(io.BytesIO(content), "plan.pdf")]})


def test_the_same_file_at_once_becomes_one(people: list[Client], session: Session, app: Flask) -> None:
    for turn in range(4):
        content = files.pdf(f"beurt {turn}")
        answers = at_once([sent(each, PAPERS, content, titel=f"Plan {turn}") for each in people])
        assert [each.status for each in answers] == [303, 303]
    assert len(session.scalars(select(StoredFile)).all()) == 4
    assert len(session.scalars(select(DocumentFile)).all()) == 4
    assert len(list(Folder(app.config["SETTINGS"].files).names())) == 4


def test_a_file_that_is_removed_while_another_document_takes_it_stays_whole(
    people: list[Client], session: Session
) -> None:
    content = files.pdf()
    for turn in range(4):
        assert sent(people[0], PAPERS, content, titel=f"Oud {turn}")().status == 303
        old = session.scalars(select(Document.id).where(Document.title == f"Oud {turn}")).one()
        session.rollback()
        token = {"csrf_token": [people[0].token()]}
        gone, taken = at_once(
            [
                lambda old=old, token=token: people[0].ask("POST", f"{PAPERS}/{old}/verwijderen", token),
                sent(people[1], PAPERS, content, titel=f"Nieuw {turn}"),
            ]
        )
        assert (gone.status, taken.status) == (303, 303)
        filed = session.scalars(select(DocumentFile.document_id)).all()
        session.rollback()
        for document in filed:
            answer = people[1].ask("GET", f"{PAPERS}/{document}/bestand")
            assert answer.status == 200
            assert answer.data == content
            assert (
                people[1]
                .ask("POST", f"{PAPERS}/{document}/verwijderen", {"csrf_token": [people[1].token()]})
                .status
                == 303
            )
        session.rollback()


def test_a_double_click_saves_once(people: list[Client], session: Session) -> None:
    person = people[0]
    page = person.ask("GET", f"{HOME}/factor/1.1")
    values = page.form(action=f"{HOME}/factor/1.1").values | {"vraag-1-1-01-note": ["Tweemaal gedrukt"]}
    twice = at_once([lambda: person.ask("POST", f"{HOME}/factor/1.1", values)] * 2)
    assert [each.status for each in twice] == [303, 303]
    assert len(session.scalars(select(AnswerVersion)).all()) == 1


def test_what_both_say_about_a_question_at_once_is_all_kept(people: list[Client], session: Session) -> None:
    path = f"{HOME}/vraag/1.1-01/overleg"
    steps, said = [], []
    for turn in range(3):
        steps = []
        for place, person in enumerate(people):
            page = person.ask("GET", path)
            assert page.status == 200
            form = page.form(action=path)
            field = next(each["name"] for each in page.all("main textarea"))
            words = f"Bericht {turn} van {place}"
            values = form.values | {field: [words]}
            said.append(words)
            steps.append(lambda person=person, values=values: person.ask("POST", path, values))
        answers = at_once(steps)
        for place, answer in enumerate(answers):
            assert answer.status in {303, 409}, answer.summary()
            assert answer.status == 303 or f"Bericht {turn} van {place}" in answer.html
    page = people[0].ask("GET", path)
    assert [words for words in said if not page.has(words)] == []


def test_a_workbook_that_is_applied_twice_at_once_is_taken_over_once(
    people: list[Client], session: Session
) -> None:
    person, path = people[0], f"{HOME}/zonder-meetlat"
    taken = person.ask("GET", f"{path}/werkboek").data
    taken = answersheet.fill(taken, factories.tiny(), {"1.1-01": Content("ja", note="Op papier")})
    token = {"csrf_token": [person.token()]}
    answer = person.ask("POST", path, {**token, "werkboek": [(io.BytesIO(taken), "terug.xlsx")]})
    assert answer.status == 303, answer.summary()
    preview = answer.headers["Location"]
    values = person.ask("GET", preview).form(action=preview).values
    twice = at_once([lambda: person.ask("POST", preview, values)] * 2)
    assert sorted(each.status for each in twice) == [303, 409]
    [row] = session.scalars(select(AnswerVersion)).all()
    assert row.new["note"] == "Op papier"
