"""Asking for long work, and who runs it: joined, held by one worker, cancelled, and never lost."""

from __future__ import annotations

import hashlib
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import standalone_engine
from surveys import tasks
from surveys.acting import By
from surveys.errors import NotAllowed
from surveys.models import LogEntry, Task
from surveys.tasks import Cancelled
from tests.factories import World

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def key(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def ask(session: Session, world: World, word: str = "a", who: str = "inspecteur") -> Task:
    by = By.through(world.assignments[who], at=AT)
    return tasks.ask(
        session, kind="test", arguments={"word": word}, key=key(word), by=by, filename=f"{word}.txt"
    )


def logged(session: Session) -> list[tuple[str, int | None, object]]:
    rows = session.scalars(select(LogEntry).where(LogEntry.subject == "task").order_by(LogEntry.id))
    return [(row.action, row.person_id, row.detail) for row in rows]


def test_who_asks_for_the_same_joins_and_who_asks_again_later_starts_anew(
    session: Session, world: World
) -> None:
    first = ask(session, world)
    assert (first.state, first.arguments, first.filename) == ("waiting", {"word": "a"}, "a.txt")
    assert ask(session, world, who="beheerder") is first
    hold = tasks.claim(session, AT)
    assert hold is not None
    assert ask(session, world) is first
    assert tasks.finished(session, first.key) is None
    tasks.finish(session, hold, key("result"), AT)
    assert tasks.finished(session, first.key) is first
    assert ask(session, world).id != first.id
    me = world.assignments["inspecteur"].person_id
    assert [row.key for row in tasks.of_person(session, me, 9)] == [first.key] * 2
    assert logged(session) == [
        ("task.ask", me, {"kind": "test"}),
        ("task.done", None, {"kind": "test"}),
        ("task.ask", me, {"kind": "test"}),
    ]


def test_nobody_and_another_key_ask_for_nothing(session: Session, world: World) -> None:
    by = By.through(world.assignments["inspecteur"])
    with pytest.raises(ValueError, match="SHA-256"):
        tasks.ask(session, kind="test", arguments={}, key="../../etc", by=by)
    with pytest.raises(ValueError, match="somebody"):
        tasks.ask(session, kind="test", arguments={}, key=key("a"), by=By.system())


def test_the_oldest_is_claimed_first_and_says_how_far_it_is(session: Session, world: World) -> None:
    one, two = ask(session, world, "a"), ask(session, world, "b")
    two.asked_at = AT - timedelta(minutes=5)
    assert tasks.due(session, AT)
    holds = [tasks.claim(session, AT) for _ in range(3)]
    assert [hold and hold.task_id for hold in holds] == [two.id, one.id, None]
    assert not tasks.due(session, AT)
    assert holds[0]
    tasks.progress(session, holds[0], 3, 25, "Rapport van VR03", AT + timedelta(seconds=9))
    found = tasks.find(session, two.id)
    assert found is not None
    assert (found.done, found.total, found.message) == (3, 25, "Rapport van VR03")
    assert found.heard_at == AT + timedelta(seconds=9)


def test_a_cancelled_task_is_heard_of_no_more(session: Session, world: World) -> None:
    waiting, running = ask(session, world, "a"), ask(session, world, "b")
    hold = tasks.claim(session, AT, running.id)
    assert hold
    with pytest.raises(NotAllowed):
        tasks.cancel(session, running, By.through(world.assignments["beheerder"]))
    by = By.through(world.assignments["inspecteur"])
    for task in (waiting, running, running):
        tasks.cancel(session, task, by)
        assert task.state == "cancelled"
    assert tasks.claim(session, AT) is None
    for said in (
        lambda: tasks.progress(session, hold, 1, 2, "Verder", AT),
        lambda: tasks.heard(session, hold, AT),
        lambda: tasks.finish(session, hold, key("result"), AT),
        lambda: tasks.fail(session, hold, "Mislukt", AT),
        lambda: tasks.release(session, hold),
    ):
        with pytest.raises(Cancelled):
            said()
    session.refresh(running)
    assert (running.state, running.result) == ("cancelled", None)
    assert [action for action, *_ in logged(session)].count("task.cancel") == 2


def test_what_its_worker_lost_is_taken_up_again_three_times_at_most(session: Session, world: World) -> None:
    task = ask(session, world)
    at = AT
    holds = []
    for turn in range(1, tasks.ATTEMPTS + 1):
        hold = tasks.claim(session, at)
        assert hold
        assert task.attempts == turn
        tasks.progress(session, hold, 1, 2, "Halverwege", at)
        holds.append(hold)
        assert tasks.stalled(session, at + tasks.SILENT) == []
        at += tasks.SILENT + timedelta(seconds=1)
        assert tasks.due(session, at)
        assert tasks.stalled(session, at) == [task]
    assert (task.state, task.message) == ("failed", tasks.TOO_OFTEN)
    assert logged(session)[-1] == ("task.fail", None, {"kind": "test"})
    for hold in holds:
        with pytest.raises(Cancelled):
            tasks.finish(session, hold, key("result"), at)


def test_a_clock_that_was_set_back_keeps_no_task_lost(session: Session, world: World) -> None:
    task = ask(session, world)
    hold = tasks.claim(session, AT)
    assert hold
    back = AT - timedelta(days=1)
    assert tasks.stalled(session, AT - tasks.SILENT) == []
    tasks.heard(session, hold, back)
    assert tasks.stalled(session, back) == [], "who lives and says so keeps it"
    tasks.heard(session, hold, AT)
    assert tasks.due(session, back)
    assert tasks.stalled(session, back) == [task]
    assert task.state == "waiting"


def test_a_worker_that_was_thought_lost_does_not_finish_what_another_one_runs(
    session: Session, world: World
) -> None:
    task = ask(session, world)
    lost = tasks.claim(session, AT)
    later = AT + 2 * tasks.SILENT
    tasks.stalled(session, later)
    held = tasks.claim(session, later)
    assert lost
    assert held
    with pytest.raises(Cancelled):
        tasks.finish(session, lost, key("old"), later)
    tasks.finish(session, held, key("new"), later)
    assert (task.state, task.result) == ("done", key("new"))


def test_what_a_stopping_server_gives_back_is_no_attempt(session: Session, world: World) -> None:
    task = ask(session, world)
    hold = tasks.claim(session, AT)
    assert hold
    tasks.progress(session, hold, 1, 2, "Halverwege", AT)
    tasks.release(session, hold)
    session.refresh(task)
    assert (task.state, task.attempts, task.done, task.message) == ("waiting", 0, 0, None)


def test_of_workers_at_the_same_moment_one_gets_a_task(
    session: Session, world: World, database_url: str
) -> None:
    asked = {ask(session, world, str(number)).id for number in range(12)}
    session.commit()
    barrier = threading.Barrier(4)
    taken: list[int] = []

    def work() -> None:
        engine = standalone_engine(database_url)
        barrier.wait(timeout=60)
        # a worker that finds none tries again: on PostgreSQL it passes over what another one is taking
        while len(taken) < len(asked):
            with Session(engine) as own, own.begin():
                hold = tasks.claim(own, datetime.now(UTC))
            if hold:
                taken.append(hold.task_id)
        engine.dispose()

    _together(work, 4)
    assert sorted(taken) == sorted(asked)


def test_of_people_at_the_same_moment_one_asks_and_the_rest_join(
    session: Session, world: World, database_url: str
) -> None:
    by = By.through(world.assignments["inspecteur"])
    session.commit()
    barrier = threading.Barrier(4)
    got: list[int] = []

    def work() -> None:
        engine = standalone_engine(database_url)
        for turn in range(4):
            barrier.wait(timeout=60)
            with Session(engine) as own, own.begin():
                got.append(tasks.ask(own, kind="test", arguments={}, key=key(f"turn {turn}"), by=by).id)
        engine.dispose()

    _together(work, 4)
    assert len(got) == 16
    assert len(set(got)) == 4
    assert len(session.scalars(select(Task)).all()) == 4


def _together(work, count: int) -> None:
    threads = [threading.Thread(target=work, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads)
