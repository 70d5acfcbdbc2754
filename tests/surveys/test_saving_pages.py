"""Saving a page: each answer for itself, and what was not touched is no change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.orm import Session

from surveys import answers, filling, measurements, saving
from surveys.acting import By
from surveys.answers import Content, Reference, Save
from surveys.errors import MeasurementClosed
from tests.factories import OPENED, World

OVR, CONTACT = "ovr.vr01", "contactpersoon.vr01"
CONTENTS = [Content("ja"), Content("nee"), Content("nee", note="Een"), Content(special="onbekend"), Content()]


def by(world: World, key: str = "ovr.vr01", minutes: int = 0) -> By:
    return By.through(world.assignments[key], OPENED + timedelta(minutes=minutes))


def test_one_that_can_not_be_saved_does_not_hold_up_the_others(session: Session, world: World) -> None:
    dossier = world.dossiers["VR01"]
    answers.save(session, dossier, "1.1-01", Content("ja"), by=by(world), seen_version=0)
    outcome = saving.save_page(
        session,
        dossier,
        {
            "1.1-01": Save(Content("nee"), 0),
            "1.1-02": Save(Content(9), 0),
            "1.1-03": Save(Content("vast"), 0),
            "1.1-99": Save(Content("Iets"), 0),
        },
        by=by(world),
    )
    assert outcome.changed == ["1.1-03", "1.1-99"]
    assert list(outcome.stale) == ["1.1-01"]
    assert list(outcome.invalid) == ["1.1-02"]
    assert not outcome.whole
    kept = answers.joint(session, dossier)
    assert {code: row.value for code, row in kept.items()} == {
        "1.1-01": "ja",
        "1.1-03": "vast",
        "1.1-99": "Iets",
    }


def test_what_was_left_as_it_was_seen_is_no_change(session: Session, world: World) -> None:
    dossier = world.dossiers["VR01"]
    seen = Content("nee", note="Vacature", documents=(Reference("Brief", "2"),))
    answers.save(session, dossier, "1.1-01", seen, by=by(world), seen_version=0)
    answers.save(session, dossier, "1.1-01", Content("ja"), by=by(world, CONTACT), seen_version=1)
    outcome = saving.save_page(session, dossier, {"1.1-01": Save(seen, 1)}, by=by(world))
    assert outcome.whole
    assert outcome.changed == []
    assert answers.joint(session, dossier)["1.1-01"].value == "ja"


def test_nothing_is_saved_when_the_measurement_is_closed(session: Session, world: World) -> None:
    measurements.go_to(session, world.measurement, "landelijk_beeld", By.system())
    with pytest.raises(MeasurementClosed):
        saving.save_page(session, world.dossiers["VR01"], {"1.1-01": Save(Content("ja"), 0)}, by=by(world))


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from([OVR, CONTACT]), st.sampled_from(CONTENTS), st.booleans()),
        max_size=8,
    )
)
def test_nobody_undoes_what_he_has_not_seen(session: Session, world: World, steps) -> None:
    """Two people save from pages that may lie open: only what was made on what stands takes its place."""
    dossier = world.dossiers["VR01"]
    session.rollback()  # each example begins anew
    opened = {OVR: (0, Content()), CONTACT: (0, Content())}
    for who, content, reload in steps:
        row = answers.joint(session, dossier).get("1.1-01")
        now = (row.version if row else 0, answers.content_of(row))
        if reload:
            opened[who] = now
        version, seen = opened[who]
        outcome = saving.save_page(session, dossier, {"1.1-01": Save(content, version)}, by=by(world, who))
        after = answers.content_of(answers.joint(session, dossier).get("1.1-01"))
        if content in (seen, now[1]):
            assert outcome.whole
            assert after == now[1]
        elif version == now[0]:
            assert outcome.changed == ["1.1-01"]
            assert after == content
            opened[who] = (now[0] + 1, content)
        else:
            assert list(outcome.stale) == ["1.1-01"]
            assert after == now[1]
    session.rollback()


def test_what_the_database_refuses_holds_up_no_other(
    session: Session, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should somebody come between the look and the write, then only that answer is not saved."""
    dossier = world.dossiers["VR01"]
    answers.save(session, dossier, "1.1-01", Content("ja"), by=by(world), seen_version=0)
    look, empty = answers.joint, iter([True])
    monkeypatch.setattr(answers, "joint", lambda *args: {} if next(empty, False) else look(*args))
    outcome = saving.save_page(
        session,
        dossier,
        {"1.1-01": Save(Content("nee"), 0), "1.1-03": Save(Content("vast"), 0)},
        by=by(world, CONTACT),
    )
    assert outcome.changed == ["1.1-03"]
    assert list(outcome.stale) == ["1.1-01"]
    assert outcome.stale["1.1-01"].theirs is not None
    kept = answers.joint(session, dossier)
    assert {code: row.value for code, row in kept.items()} == {"1.1-01": "ja", "1.1-03": "vast"}


PAGES = {
    "1.1-01": [Content("ja"), Content("nee", note="Een")],
    "1.1-02": [Content(2), Content(3)],
    "1.1-03": [Content("vast"), Content("geen", documents=(Reference("Foto"),))],
    "1.1-99": [Content("Iets", documents=(Reference("Brief"),)), Content("Anders")],
    "2.1-01": [
        Content(["politie"]),
        Content(["brandweer"], documents=(Reference("Brief"), Reference("Foto"))),
    ],
    "2.1-02": [Content("2013-01-01"), Content("2013-02-01")],
}


def test_saving_a_page_reads_no_more_for_each_answer_on_it(session: Session, world: World) -> None:
    """What is written may grow with the answers: a row, its version and a line in the log for each."""
    counted = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: counted.append(args[2]))

    def statements(unit: str, turn: int, codes: list[str]) -> tuple[int, int]:
        session.commit()
        dossier = world.dossiers[unit]
        saves = {code: Save(PAGES[code][turn], turn) for code in codes}
        acting = by(world, f"ovr.{unit.lower()}")
        _ = dossier.measurement, dossier.pinned, dossier.unit  # a request has read these before
        counted.clear()
        assert saving.save_page(session, dossier, saves, by=acting).changed == codes
        reads = sum(statement.startswith("SELECT") for statement in counted)
        return reads, len(counted) - reads

    for turn in (0, 1):
        one, six = statements("VR01", turn, ["2.1-01"]), statements("VR02", turn, list(PAGES))
        assert one[0] <= 7
        assert six[0] <= one[0] + 1  # the documents that are known, when one is named
        assert one[1] <= 12
        assert six[1] - one[1] <= 5 * 4


def test_a_page_reads_a_fixed_number_of_times(session: Session, world: World) -> None:
    """One answer or five: reading the questionnaire asks the database as often."""
    dossier = world.dossiers["VR01"]
    counted = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: counted.append(args[2]))

    def queries() -> int:
        session.commit()
        counted.clear()
        filling.read(session, dossier).factors  # noqa: B018
        return len(counted)

    answers.save(session, dossier, "1.1-01", Content("ja"), by=by(world), seen_version=0)
    one = queries()
    for code, content in {
        "1.1-02": Content(2),
        "1.1-03": Content("geen"),
        "2.1-01": Content(["politie"]),
    }.items():
        answers.save(session, dossier, code, content, by=by(world), seen_version=0)
    assert queries() == one
