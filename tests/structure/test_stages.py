"""What tests begin with: a test gets the stage that holds everything its fixtures ask for."""

from __future__ import annotations

import pytest

from tests.support import stages
from tests.support.stages import Stage


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"world": "empty", "visited": "world", "judged": "visited", "listed": "world"}
    made = {name: Stage(lambda session: None, on) for name, on in found.items()}
    monkeypatch.setattr(stages, "STAGES", made)


@pytest.mark.parametrize(
    ("fixtures", "expected"),
    [
        (["session", "client"], "empty"),
        (["with_world", "session"], "world"),
        (["with_world", "with_judged", "session"], "judged"),
        (["with_judged", "with_visited", "with_world"], "judged"),
        (["with_listed"], "listed"),
        (["with_nothing_that_is_declared"], "empty"),
    ],
)
def test_a_test_gets_the_stage_that_builds_on_all_that_it_asks_for(
    fixtures: list[str], expected: str
) -> None:
    assert stages.asked(fixtures) == expected


def test_stages_that_do_not_build_on_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match=r"judged.*listed"):
        stages.asked(["with_judged", "with_listed"])


def test_a_stage_is_declared_once() -> None:
    with pytest.raises(ValueError, match="world"):
        stages.declare("world", lambda session: None)
