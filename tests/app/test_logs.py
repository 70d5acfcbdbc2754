"""The technical log tells where a database refused something, and never what it refused."""

from __future__ import annotations

import json
import logging
import sys
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, PendingRollbackError
from sqlalchemy.orm import Session

from app import create_app
from app.config import Settings
from app.logs import JsonFormatter
from surveys.models import Person
from tests.factories import World

SECRET = "Een Bijzondere Naam"
ADDRESS = "BIJZONDER@voorbeeld.nl"
"""Refused by the database, for its capitals."""


def line(error: BaseException) -> str:
    """What the log says of an error."""
    record = logging.LogRecord("app", logging.ERROR, __file__, 1, "it went wrong", (), None)
    record.exc_info = (type(error), error, error.__traceback__)
    return JsonFormatter().format(record)


def test_a_refusal_by_the_database_is_logged_without_what_was_refused(session: Session, world: World) -> None:
    change = sa.update(Person).where(Person.id == world.person("ovr.vr01").id)
    with pytest.raises(IntegrityError) as caught:
        session.execute(change.values(name=SECRET, email=ADDRESS))
    text = line(caught.value)
    if session.get_bind().dialect.name == "postgresql":
        assert SECRET in str(caught.value)  # so there is something to leave out
        assert "SQLSTATE 23514, constraint ck_person_email_lower" in text
    session.rollback()
    assert SECRET not in text
    assert "bijzonder" not in text.lower()
    trace = json.loads(text)["trace"]
    assert "sqlalchemy.exc.IntegrityError" in trace
    assert "test_logs.py" in trace


def test_what_follows_from_a_refusal_does_not_quote_it_either(session: Session, world: World) -> None:
    person = world.person("ovr.vr01")
    person.name, person.email = SECRET, ADDRESS
    with pytest.raises(IntegrityError):
        session.flush()
    with pytest.raises(PendingRollbackError) as caught:
        session.scalar(sa.select(Person.id))
    session.rollback()
    text = line(caught.value)
    assert SECRET not in text
    assert "PendingRollbackError" in text


def test_an_error_raised_while_handling_a_refusal_does_not_quote_it(session: Session, world: World) -> None:
    change = sa.update(Person).where(Person.id == world.person("ovr.vr01").id)
    try:
        try:
            session.execute(change.values(name=SECRET, email=ADDRESS))
        except IntegrityError as error:
            raise ValueError(str(error)) from error
    except ValueError:
        error = sys.exc_info()[1]
    session.rollback()
    assert error is not None
    assert SECRET not in line(error)


def test_any_other_error_keeps_its_words() -> None:
    with pytest.raises(ValueError, match="invalid literal") as caught:
        int("x")
    assert "invalid literal" in json.loads(line(caught.value))["trace"]


GIVEN = "b7e1-proxy.0042"
PUBLIC = "https://meetlat.voorbeeld.nl"


def numbered(settings: Settings, given: str, *, asked_by: str = "127.0.0.1", public: str | None) -> str:
    """The number that an answer bears, to a request that was given one."""
    app = create_app(replace(settings, public_url=public))
    with app.test_client() as client:
        answer = client.get(
            "/gezond",
            base_url=public or "http://localhost",
            headers={"X-Request-ID": given, "X-Forwarded-For": "192.0.2.7"},
            environ_base={"REMOTE_ADDR": asked_by},
        )
    assert answer.status_code == 200
    return answer.headers["X-Request-Id"]


def test_the_number_that_the_proxy_gave_is_kept(settings: Settings) -> None:
    assert numbered(settings, GIVEN, public=PUBLIC) == GIVEN


@pytest.mark.parametrize("given", ["", "kort", "met spatie erin", "<script>aaaa", "x" * 65, "één-twee-drie"])
def test_a_number_that_is_none_is_replaced(settings: Settings, given: str) -> None:
    found = numbered(settings, given, public=PUBLIC)
    assert found != given
    assert len(found) == 12


def test_a_number_that_no_proxy_gave_is_replaced(settings: Settings) -> None:
    assert numbered(settings, GIVEN, public=None) != GIVEN
    assert numbered(settings, GIVEN, asked_by="192.0.2.1", public=PUBLIC) != GIVEN


def test_the_number_stands_on_the_page_of_a_fault_of_ours_and_in_the_log(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(settings)
    monkeypatch.setitem(app.view_functions, "health.alive", _break)
    with app.test_client() as client:
        answer = client.get("/gezond")
    number = answer.headers["X-Request-Id"]
    assert answer.status_code == 500
    assert f"Nummer: <strong>{number}</strong>" in answer.text
    assert [record.message for record in caplog.records] == ["unexpected error"]


def _break() -> str:
    raise ZeroDivisionError


_break.permission = "open"  # type: ignore[attr-defined]
