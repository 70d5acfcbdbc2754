"""The national picture rests on packed answers: they are always the answers, or they are not there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from surveys import checking, correcting, dossiers, packed, reports
from surveys.acting import By
from surveys.answers import Content
from surveys.filestore import Folder
from surveys.models import Dossier, PackedAnswers
from tests import factories, filled

AT = datetime(2013, 4, 1, tzinfo=UTC)
QUERIES = 4
"""What a picture of one measurement takes: which there are, its dossiers, their names, the views."""


def kept(session: Session) -> set[int]:
    """The dossiers whose answers are packed."""
    return set(session.scalars(sa.select(PackedAnswers.dossier_id)))


def seen(session: Session, world: factories.World) -> tuple[object, ...]:
    """What a picture says: every figure of each unit and of all together, and what they answered."""
    report = reports.national(session, world.measurement, world.measurement.pins[0].instrument)
    national = report.national
    return (
        {code: (unit.factors, unit.checks, dict(unit.states)) for code, unit in report.scores.items()},
        (national.units, national.factors, dict(national.questions), dict(national.statements)),
        {code: dict(answers) for code, answers in report.answers.items()},
        dict(report.statements),
    )


@pytest.fixture
def both(session: Session, world: factories.World) -> dict[str, Dossier]:
    """Two regions that have submitted."""
    filled.submit(session, world.dossiers["VR01"], filled.STRONG)
    filled.submit(session, world.dossiers["VR02"], filled.UNSURE)
    session.commit()
    return world.dossiers


def test_what_is_submitted_is_packed_in_the_same_step(session: Session, both: dict[str, Dossier]) -> None:
    assert kept(session) == {both["VR01"].id, both["VR02"].id}
    assert list(packed.differing(session)) == []


def test_a_picture_is_the_same_without_packed_answers(
    session: Session, world: factories.World, both: dict[str, Dossier]
) -> None:
    before = seen(session, world)
    session.execute(sa.delete(PackedAnswers).where(PackedAnswers.dossier_id == both["VR01"].id))
    assert seen(session, world) == before
    session.execute(sa.delete(PackedAnswers))
    assert seen(session, world) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE answer SET special = 'onbekend', value = NULL"
        " WHERE dossier_id = :dossier AND question = '1.1-02'",
        "UPDATE answer SET note = 'Toch wel.' WHERE dossier_id = :dossier AND question = '1.1-02'",
        "DELETE FROM answer_document WHERE answer_id IN"
        " (SELECT id FROM answer WHERE dossier_id = :dossier AND question = '1.1-03')",
        "INSERT INTO answer_document (answer_id, document_id, position) SELECT answer.id, document.id, 9"
        " FROM answer, document WHERE answer.dossier_id = :dossier AND document.dossier_id = :dossier"
        " AND answer.question = '1.1-02'",
        "INSERT INTO answer (dossier_id, question, party, version, person_id, assignment_id, saved_at)"
        " SELECT dossier_id, '1.1-99', '', 1, person_id, assignment_id, saved_at FROM answer"
        " WHERE dossier_id = :dossier AND question = '1.1-02'",
    ],
    ids=["value", "note", "document gone", "document more", "answer more"],
)
def test_whatever_changes_an_answer_unpacks_its_dossier_and_no_other(
    session: Session, both: dict[str, Dossier], statement: str
) -> None:
    session.execute(sa.text(statement), {"dossier": both["VR01"].id})
    assert kept(session) == {both["VR02"].id}


def test_a_correction_is_packed_in_the_same_step(
    session: Session, world: factories.World, both: dict[str, Dossier]
) -> None:
    dossier = both["VR01"]
    by = By.through(world.assignments["inspecteur"], AT)
    dossiers.move(session, dossier, "in_analyse", by)
    dossiers.move(session, dossier, "bezocht", by)
    before = seen(session, world)
    correcting.correct(session, dossier, "1.1-02", Content(0), "Zo gezien.", by=by, seen_version=1)
    assert kept(session) == {both["VR01"].id, both["VR02"].id}
    assert list(packed.differing(session)) == []
    assert seen(session, world) != before


def test_what_lacks_is_packed_afterwards(session: Session, both: dict[str, Dossier]) -> None:
    session.execute(sa.delete(PackedAnswers))
    assert packed.fill_up(session) == len(kept(session)) == 2
    assert packed.fill_up(session) == 0


def test_packed_answers_of_another_format_are_not_read_but_made_anew(
    session: Session, world: factories.World, both: dict[str, Dossier]
) -> None:
    before = seen(session, world)
    session.execute(sa.update(PackedAnswers).values(format=0, content=b"of long ago"))
    assert seen(session, world) == before
    assert packed.fill_up(session) == 2
    assert seen(session, world) == before


def test_the_check_names_a_dossier_whose_packed_answers_are_others(
    session: Session, both: dict[str, Dossier], tmp_path: Path
) -> None:
    content = session.get_one(PackedAnswers, both["VR02"].id).content
    session.execute(
        sa.update(PackedAnswers).where(PackedAnswers.dossier_id == both["VR01"].id).values(content=content)
    )
    found = {each.check.name: each.examples for each in checking.run(session, Folder(tmp_path))}
    assert found["ingepakt"] == (f"dossier {both['VR01'].id}",)


def test_the_number_of_queries_of_a_picture_does_not_depend_on_the_number_of_units(
    session: Session, world: factories.World
) -> None:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    def asked() -> int:
        session.commit()
        pin = world.measurement.pins[0].instrument
        reports.national(session, world.measurement, pin)  # the questionnaire is read once in a process
        statements.clear()
        sa.event.listen(session.get_bind(), "before_cursor_execute", note)
        reports.national(session, world.measurement, pin)
        sa.event.remove(session.get_bind(), "before_cursor_execute", note)
        return len(statements)

    filled.submit(session, world.dossiers["VR01"], filled.STRONG)
    one = asked()
    for number in range(3, 8):
        region = factories.region(session, number)
        filled.submit(session, factories.dossier(session, world.measurement, region), filled.WEAK)
    assert (one, asked()) == (QUERIES, QUERIES), "\n".join(statements)
