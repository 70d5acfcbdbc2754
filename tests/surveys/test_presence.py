"""Who has which page open: seen for a while, told apart by person and window, and never kept."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from surveys import answers, presence
from surveys.acting import By, now
from surveys.answers import Content
from surveys.models import Presence
from surveys.presence import LASTS, Board, InDatabase, InMemory, Other, Sign
from tests.factories import World

AT = now()


@pytest.fixture
def board(session: Session) -> Board:
    """The board of the test's database."""
    return presence.board(session)


@pytest.fixture
def sign(world: World):
    """Make a sign of somebody of VR01: `sign("ovr.vr01", "1.1")`."""

    def make(who, factor=None, question=None, tab="tab1", at=AT, unit="VR01"):
        row = world.assignments[who]
        return Sign(tab, world.dossiers[unit].id, row.person_id, row.id, factor, question, at)

    return make


@pytest.fixture
def company(session, world):
    """Who is there for somebody of VR01 on a factor."""

    def find(who="ovr.vr01", factor="1.1", tab="tab1", at=AT):
        return presence.company(
            session,
            world.dossiers["VR01"],
            person_id=world.assignments[who].person_id,
            tab=tab,
            factor=factor,
            at=at,
        )

    return find


def test_each_database_keeps_it_its_own_way_and_one_has_one_board(session, board):
    kind = session.get_bind().dialect.name
    assert isinstance(board, InMemory if kind == "sqlite" else InDatabase)
    if kind == "sqlite":
        assert presence.board(session) is board


def test_somebody_else_is_seen_where_they_are(board, sign, company):
    board.note(sign("contactpersoon.vr01", "1.1", "1.1-02"))
    assert company().others == (Other("Contactpersoon Regio 1", "contactpersoon", "1.1", "1.1-02"),)
    board.note(sign("contactpersoon.vr01", "2.1", at=AT + timedelta(seconds=4)))
    assert company().others == (Other("Contactpersoon Regio 1", "contactpersoon", "2.1", None),)


def test_a_late_sign_of_the_page_before_changes_nothing(board, sign, company):
    board.note(sign("contactpersoon.vr01", "2.1", at=AT))
    board.note(sign("contactpersoon.vr01", "1.1", "1.1-02", at=AT - timedelta(seconds=1)))
    assert company().others == (Other("Contactpersoon Regio 1", "contactpersoon", "2.1", None),)


def test_a_page_that_gave_no_sign_for_a_while_is_gone(board, sign, company):
    board.note(sign("contactpersoon.vr01", "1.1"))
    assert company(at=AT + LASTS).others
    assert not company(at=AT + LASTS + timedelta(seconds=1)).others


def test_of_several_windows_the_one_on_the_same_page_counts_once(board, sign, company):
    board.note(sign("contactpersoon.vr01", "1.1", "1.1-01", "tab1"))
    board.note(sign("contactpersoon.vr01", "2.1", None, "tab2", AT + timedelta(seconds=1)))
    [other] = company(at=AT + timedelta(seconds=1)).others
    assert (other.factor, other.question) == ("1.1", "1.1-01")


def test_ones_own_other_window_is_told_apart(board, sign, company):
    board.note(sign("ovr.vr01", "1.1", tab="tab1"))
    board.note(sign("ovr.vr01", "1.1", tab=presence.ARRIVED))
    assert company() == presence.Company()
    board.note(sign("ovr.vr01", "1.1", tab="tab1"))
    board.note(sign("ovr.vr01", "1.1", tab="tab2"))
    assert company() == presence.Company(own_windows=1)
    assert company(factor="2.1").own_windows == 0


def test_a_window_that_says_its_name_is_no_longer_a_page_that_just_came(board, sign, company):
    board.note(sign("contactpersoon.vr01", "1.1", tab=presence.ARRIVED))
    assert company().others[0].factor == "1.1"
    board.note(sign("contactpersoon.vr01", "2.1", tab="tab1"))
    assert company().others[0].factor == "2.1"


def test_nobody_speaks_for_the_window_of_somebody_else(board, sign, company):
    board.note(sign("contactpersoon.vr01", "1.1", tab="tab1"))
    board.note(sign("waarnemer.vr01", "2.1", tab="tab1"))
    assert {(each.role, each.factor) for each in company().others} == {
        ("contactpersoon", "1.1"),
        ("waarnemer", "2.1"),
    }


def test_another_dossier_is_another_page(board, sign, company):
    board.note(sign("contactpersoon.vr01", "1.1", unit="VR02"))
    assert company().others == ()


def test_what_is_old_is_forgotten(board, sign, session):
    board.note(sign("contactpersoon.vr01", "1.1"))
    board.note(sign("ovr.vr01", "1.1", at=AT + timedelta(minutes=2)))
    if isinstance(board, InMemory):
        assert len(board) == 1
    else:
        assert session.scalar(select(func.count()).select_from(Presence)) == 1


def test_it_is_no_durable_write(board, sign, session):
    board.note(sign("ovr.vr01", "1.1"))
    if isinstance(board, InMemory):
        assert session.scalar(select(func.count()).select_from(Presence)) == 0
    else:
        kind = session.scalar(text("SELECT relpersistence FROM pg_class WHERE relname = 'presence'"))
        assert kind in ("u", b"u")


def test_many_at_once_are_all_noted(board, sign):
    signs = [sign("ovr.vr01", "1.1", tab=f"tab{number}") for number in range(8)]
    threads = [Thread(target=lambda mine=each: [board.note(mine) for _ in range(10)]) for each in signs]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert {each.tab for each in board.seen(signs[0].dossier_id, AT)} == {each.tab for each in signs}


def test_a_change_of_an_answer_shows_in_how_the_dossier_stands(session, world):
    dossier = world.dossiers["VR01"]
    by = By.through(world.assignments["ovr.vr01"])
    seen = [presence.stand(session, dossier), presence.stand(session, dossier)]
    assert seen[0] == seen[1]
    answers.save(session, dossier, "1.1-01", Content("ja"), by=by, seen_version=0)
    seen.append(presence.stand(session, dossier))
    answers.save(session, dossier, "1.1-01", Content("nee"), by=by, seen_version=1)
    seen.append(presence.stand(session, dossier))
    assert len(set(seen)) == 3
