"""The technical log tells where a database refused something, and never what it refused."""

from __future__ import annotations

import json
import logging
import sys

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, PendingRollbackError
from sqlalchemy.orm import Session

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
