"""What filling in costs the database: so many statements, however many answers there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from app.extensions import db
from surveys import saved
from surveys.answers import Content
from tests.factories import World
from tests.fill_in.conftest import COMPLETE, HOME
from tests.support.client import Client

SAVE = [
    "SELECT login_session",  # who asks, with the person and what that person is
    "SELECT dossier",
    "SELECT dossier",  # held until the save is done
    "SELECT answer",
    "SELECT signature",
    "UPDATE answer",
    "UPDATE dossier",
    "INSERT answer_version",
    "INSERT log_entry",
    "SELECT dossier_transition",
]
"""Everything that the save of one answer asks of the database."""
TASK_LIST, FACTOR = 16, 13
"""How many statements these pages take; most are about what the dossier was before and who is there."""


@pytest.fixture(autouse=True)
def _in(login: Callable[[str], Client], world: World) -> None:
    login("ovr.vr01")


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """What goes to the database meanwhile: the first word and the table of each statement.

    Not who is there, which SQLite serves from memory.
    """
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        words = statement.replace("(", " ").split()
        if words[0] in {"SELECT", "UPDATE", "INSERT", "DELETE", "SAVEPOINT", "RELEASE"}:
            before = {"SELECT": "FROM", "DELETE": "FROM", "INSERT": "INTO", "UPDATE": "UPDATE"}.get(words[0])
            table = words[words.index(before) + 1] if before else ""
            if table != "presence":
                found.append(f"{words[0]} {table}".strip())

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def save(client: Client, token: str, code: str, version: int, note: str) -> str:
    """Save another note with an answer, as htmx does."""
    anchor = "vraag-" + code.replace(".", "-")
    fields = {
        "csrf_token": token,
        f"{anchor}-version": str(version),
        f"{anchor}-answer": str(COMPLETE[code].value),
        f"{anchor}-note": note,
    }
    page = client.htmx(f"{HOME}/vraag/{code}", fields)
    assert page.one(f"#{anchor}-version")["value"] == str(version + 1)
    return page.html


@pytest.mark.parametrize("code", ["1.1-01", "1.1-02", "1.1-03"])
def test_a_save_asks_these_statements_whatever_the_question_and_however_many_answers(
    app: Flask, client: Client, fill: Callable[..., object], code: str
) -> None:
    fill("ovr.vr01", {each: COMPLETE[each] for each in ("1.1-01", code)})
    token = client.token()
    save(client, token, code, 1, "Eerst")  # what is read once for each process
    with statements(app) as few:
        save(client, token, code, 2, "Daarna")
    fill("ovr.vr01", {each: COMPLETE[each] for each in COMPLETE if each not in ("1.1-01", code)})
    with statements(app) as many:
        save(client, token, code, 3, "Ten slotte")
    assert sorted(few) == sorted(many) == sorted(SAVE)


def test_a_page_asks_as_many_statements_however_many_answers(
    app: Flask, client: Client, fill: Callable[..., object]
) -> None:
    counts = []
    for contents in ({"1.1-01": COMPLETE["1.1-01"]}, {**COMPLETE, "1.1-01": Content("ja", note="Meer")}):
        fill("ovr.vr01", contents)
        client.get(f"{HOME}/")
        with statements(app) as overview:
            client.get(f"{HOME}/")
        with statements(app) as factor:
            client.get(f"{HOME}/factor/1.1")
        counts.append((len(overview), len(factor)))
    assert counts == [(TASK_LIST, FACTOR)] * 2


def test_what_a_save_gives_without_reading_the_dossier_is_what_it_gives_after_reading_it(
    client: Client, fill: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill("ovr.vr01", COMPLETE)
    small = save(client, client.token(), "1.1-03", 1, "Eerst")
    monkeypatch.setattr(saved, "alone", lambda *args, **kwargs: None)
    whole = save(client, client.token(), "1.1-03", 2, "Daarna")
    assert _plain(small).replace('value="2"', "") == _plain(whole).replace('value="3"', "")


def _plain(page: str) -> str:
    """A page without spaces, and without the moment that it tells."""
    words = " ".join(page.split()).replace("> <", "><")
    return " ".join(word for word in words.split(" ") if word[:1].isdigit() is False)
