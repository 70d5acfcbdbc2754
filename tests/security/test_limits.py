"""Rate limits: counted by all servers together, told by a mark on the view, and never what fails."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, request
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from limits import parse, parse_many
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import accounts, create_app, errors, limits
from app.config import Settings
from app.extensions import db, limiter
from app.limits import InDatabase
from surveys.models import RateWindow
from tests.factories import PASSWORD, World
from tests.support.client import Client

MINUTE = 60
LOGIN = 30
"""So often one address may try to log in within a minute."""
BEGAN = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Clock:
    """The time, as far as limits know it."""

    def __init__(self) -> None:
        self.at = BEGAN

    def __call__(self) -> datetime:
        return self.at

    def go(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(limits, "now", made)
    return made


@pytest.fixture
def storage(app: Flask) -> Iterator[InDatabase]:
    """The storage, in the application's context."""
    with app.app_context():
        yield InDatabase()


@pytest.fixture
def server(settings: Settings) -> Iterator[Callable[..., Flask]]:
    """Make another server of the same Meetlat, with its limits on."""
    made: list[Flask] = []

    def make(**changes: object) -> Flask:
        made.append(create_app(replace(settings, testing=False, **changes)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def guess(client: Client, times: int, *, status: int = 200) -> None:
    for _ in range(times):
        client.post("/inloggen", {"email": "", "password": ""}, status=status)


# counting


def test_tries_are_counted_within_a_window_and_from_nothing_in_the_next(
    storage: InDatabase, clock: Clock
) -> None:
    assert [storage.incr("a", MINUTE), storage.incr("a", MINUTE, 3), storage.incr("b", MINUTE)] == [1, 4, 1]
    assert storage.get("a") == 4
    assert storage.get_expiry("a") == (BEGAN + timedelta(minutes=1)).timestamp()
    clock.go(59)
    assert storage.incr("a", MINUTE) == 5
    clock.go(1)
    assert storage.get("a") == 0
    assert storage.incr("a", MINUTE) == 1


def test_clocks_may_differ_and_one_that_was_set_back_locks_nobody_out(
    storage: InDatabase, clock: Clock
) -> None:
    storage.incr("a", MINUTE, LOGIN)
    clock.go(-MINUTE)
    assert storage.incr("a", MINUTE) == LOGIN + 1
    clock.go(-1)
    assert storage.incr("a", MINUTE) == 1


Tries = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(1, 3), st.sampled_from([-90, -30, -1, 0, 0, 1, 20, 60, 61])),
    max_size=10,
)


@hypothesis(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(Tries)
def test_what_is_counted_is_what_was_tried_since_the_window_began(
    storage: InDatabase, clock: Clock, tries: list[tuple[str, int, int]]
) -> None:
    storage.reset()
    windows: dict[str, tuple[datetime, int]] = {}
    for key, amount, later in tries:
        clock.go(later)
        begun, before = windows.get(key, (clock.at, 0))
        if not -MINUTE <= (clock.at - begun).total_seconds() < MINUTE:
            begun, before = clock.at, 0
        windows[key] = (begun, before + amount)
        assert storage.incr(key, MINUTE, amount) == before + amount


def test_the_library_counts_tests_tells_and_forgets_with_it(storage: InDatabase, clock: Clock) -> None:
    strategy, limit = FixedWindowRateLimiter(storage), parse("2 per minute")
    assert [strategy.hit(limit, "x") for _ in range(3)] == [True, True, False]
    assert not strategy.test(limit, "x")
    assert strategy.test(limit, "y")
    assert strategy.get_window_stats(limit, "x") == ((BEGAN + timedelta(minutes=1)).timestamp(), 0)
    strategy.clear(limit, "x")
    assert strategy.hit(limit, "x")
    assert storage.reset() == 1


def test_no_try_is_lost_when_many_come_at_once(app: Flask) -> None:
    storage = InDatabase()

    def count(_: int) -> int:
        with app.app_context():
            return storage.incr("a", MINUTE)

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(count, range(60))) == list(range(1, 61))


def test_windows_that_are_over_are_taken_away_now_and_then(
    app: Flask, session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SWEEP", 0.0)
    storage = InDatabase()
    with app.app_context():
        storage.incr("over", MINUTE)
        storage.incr("long", 2 * MINUTE)
        clock.go(MINUTE)
        storage.incr("new", MINUTE)
    assert set(session.scalars(select(RateWindow.key))) == {"long", "new"}


# on pages


def test_two_servers_share_a_limit(server: Callable[..., Flask], world: World) -> None:
    one, other = Client(server()), Client(server())
    one.get("/inloggen")
    other.get("/inloggen")
    guess(one, LOGIN // 2)
    guess(other, LOGIN // 2)
    for client in (one, other):
        guess(client, 1, status=429)
        assert client.page.h1 == errors.PAGES[429][0]


def test_one_address_does_not_use_up_the_tries_of_another(server: Callable[..., Flask], world: World) -> None:
    app = server()
    client = Client(app)
    client.get("/inloggen")
    guess(client, LOGIN)
    app.wsgi_app = at_address("203.0.113.9", app.wsgi_app)  # type: ignore[method-assign]
    guess(client, 1)


def at_address(address: str, wsgi: Callable[..., object]) -> Callable[..., object]:
    return lambda environ, start: wsgi({**environ, "REMOTE_ADDR": address}, start)


def test_a_limit_holds_for_posts_alone(server: Callable[..., Flask], session: Session, world: World) -> None:
    client = Client(server())
    for _ in range(LOGIN + 1):
        client.get("/inloggen")
    assert session.scalars(select(RateWindow)).all() == []


def test_showing_anew_who_one_is_can_be_tried_as_often_as_logging_in(
    server: Callable[..., Flask], session: Session, world: World
) -> None:
    client = Client(server(), before=session.commit)
    client.log_in_by_form("ovr.vr01@voorbeeld.nl", PASSWORD)
    client.get("/bevestigen")
    for _ in range(LOGIN):
        client.post("/bevestigen", status=422)
    client.post("/bevestigen", status=429)
    assert client.page.h1 == errors.PAGES[429][0]


def test_who_is_logged_in_is_counted_before_anything_is_read_or_locked(
    server: Callable[..., Flask], session: Session, world: World
) -> None:
    client = Client(server(), before=session.commit)
    client.log_in_by_form("ovr.vr01@voorbeeld.nl", PASSWORD)
    client.get("/wachtwoord-wijzigen")
    wrong = {"password": "niet goed", "new_password": "x", "new_password_confirm": "y"}
    client.post("/wachtwoord-wijzigen", wrong)
    counted = {row.key.split("/")[2]: row.hits for row in session.scalars(select(RateWindow))}
    assert counted == {"security.login": 1, "security.change_password": 1}


def test_every_limit_can_be_read_and_those_of_the_library_stand(app: Flask) -> None:
    told = {name: limit for name, view in app.view_functions.items() if (limit := getattr(view, "limit", ""))}
    assert accounts.LIMITS.items() <= told.items()
    for limit in told.values():
        assert parse_many(limit)


def test_a_view_of_ours_is_limited_by_a_mark(server: Callable[..., Flask], session: Session) -> None:
    app = server()
    with app.test_request_context("/inloggen", method="POST"):
        app.view_functions["security.login"] = limits.limited("7 per day")(lambda: "")
        assert (request.endpoint, limits.limit_of_view()) == ("security.login", "7 per day")
    with app.test_request_context("/inloggen", method="GET"):
        assert limits.limit_of_view() == ""
    with app.test_request_context("/bestaat-niet", method="POST"):
        assert limits.limit_of_view() == ""


def test_an_address_is_neither_kept_nor_told_in_the_technical_log(
    server: Callable[..., Flask], session: Session, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    client = Client(server())
    client.get("/inloggen")
    guess(client, LOGIN)
    guess(client, 1, status=429)
    keys = list(session.scalars(select(RateWindow.key)))
    assert len(keys) == 1
    assert any("exceeded" in record.getMessage() for record in caplog.records)
    assert "127.0.0.1" not in keys[0] + caplog.text


def test_without_the_key_an_address_can_not_be_looked_up(server: Callable[..., Flask]) -> None:
    told = set()
    for secret in ("een geheim dat lang is", "een ander geheim dat lang is"):
        with server(secret_key=secret).test_request_context("/inloggen"):
            told.add(limits.asker())
    assert len(told) == 2


# without the database


def test_when_the_database_does_not_count_the_process_does(
    server: Callable[..., Flask], session: Session, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "_storage_dead", False)  # and is put back afterwards
    client = Client(server())
    client.get("/inloggen")
    session.execute(text("ALTER TABLE rate_window RENAME TO away"))
    session.commit()
    guess(client, LOGIN)
    guess(client, 1, status=429)
    assert client.get("/inloggen").status == 200


def test_whether_it_counts_again_is_told(storage: InDatabase, session: Session) -> None:
    assert storage.check()
    session.execute(text("ALTER TABLE rate_window RENAME TO away"))
    session.commit()
    assert not storage.check()
    session.execute(text("ALTER TABLE away RENAME TO rate_window"))
    session.commit()
    assert storage.check()
