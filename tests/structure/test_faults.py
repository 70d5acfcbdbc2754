"""The harness of faults (`make faults`) finds what it looks for: what is lost, half or told too early."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from surveys import answers
from surveys.acting import By
from surveys.answers import Content
from surveys.models import Answer, Dossier
from tests.factories import World
from tests.faults import checking, syncs
from tests.faults.checking import Checker
from tests.faults.respondents import Ledger, Save

WRITE = "7  pwrite64(5</srv/meetlat.sqlite-wal>, ..., 4096, 32) = 4096"
SYNC = "7  fdatasync(5</srv/meetlat.sqlite-wal>) = 0"
BEGUN, ENDED = SYNC.replace(") = 0", " <unfinished ...>"), "7  <... fdatasync resumed>) = 0"
OTHER = "7  fdatasync(6</srv/elsewhere>) = 0"
ANSWER = '8  sendto(9<socket:[1]>, "HTTP/1.1 200 OK\\r\\nSer"..., 512, 0, NULL, 0) = 512'


@pytest.mark.parametrize(
    ("calls", "durable"),
    [
        ([WRITE, SYNC, ANSWER], True),
        ([WRITE, BEGUN, ENDED, ANSWER], True),
        ([WRITE, ANSWER], False),
        ([WRITE, BEGUN, ANSWER, ENDED], False),
        ([WRITE, SYNC, WRITE, ANSWER], False),
        ([WRITE, OTHER, ANSWER], False),
        ([ANSWER], False),
    ],
)
def test_an_answer_may_leave_when_all_that_was_written_is_on_the_disk(
    calls: list[str], durable: bool
) -> None:
    assert syncs.count(1, calls).durable is durable


@pytest.fixture
def kept(world: World, session: Session, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Checker:
    """Looks at a dossier with an answer that was saved twice."""
    monkeypatch.setattr(checking, "MEASUREMENT", "proefmeting")
    for seen, note in enumerate(("Eerst", "Daarna")):
        content = Content("nee", note=note)
        by = By.through(world.assignments["ovr.vr01"])
        answers.save(session, world.dossiers["VR01"], "1.1-01", content, by=by, seen_version=seen)
    session.commit()
    return Checker(database_url)


def promised(text: str, question: str = "1.1-01") -> Ledger:
    """What was acknowledged: one save."""
    ledger = Ledger()
    ledger.saved({text: Save("VR01", question, "autosave")})
    return ledger


@pytest.mark.parametrize("text", ["Eerst", "Daarna"])
def test_a_save_that_is_kept_or_was_followed_by_another_is_not_lost(kept: Checker, text: str) -> None:
    assert kept.examine(promised(text)).lines == []


@pytest.mark.parametrize("ledger", [promised("Iets anders"), promised("Daarna", "1.1-02")])
def test_a_save_that_is_nowhere_is_lost(kept: Checker, ledger: Ledger) -> None:
    assert len(kept.examine(ledger).lost) == 1


def test_an_agreement_that_is_nowhere_is_lost(kept: Checker) -> None:
    ledger = Ledger()
    ledger.signed("VR01", "ovr.vr01@voorbeeld.nl")
    assert len(kept.examine(ledger).lost) == 1


def test_an_answer_without_its_version_is_half(kept: Checker, session: Session) -> None:
    session.execute(sa.update(Answer).values(version=3))
    session.commit()
    assert len(kept.examine(Ledger()).half) == 1


def test_a_state_that_no_transition_led_to_is_impossible(kept: Checker, session: Session) -> None:
    session.execute(sa.update(Dossier).where(Dossier.state == "in_invulling").values(state="bezocht"))
    session.commit()
    found = kept.examine(Ledger()).impossible
    assert any("is bezocht after" in line for line in found)
    assert any("nothing was handed in" in line for line in found)
