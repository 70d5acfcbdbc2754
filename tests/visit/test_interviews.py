"""Visits and interviews: planned, held, and their reports in passages of which every version stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from surveys import interviews
from surveys.acting import By
from surveys.errors import ChangedMeanwhile, NotAllowed, NotNow, Refused, StaleText, UnknownFactor
from surveys.interviews import Attending, Details
from surveys.models import Interview, LogEntry, Passage, PassageVersion
from tests import factories
from tests.factories import World

AT = datetime(2013, 6, 1, 9, 0, tzinfo=UTC)
DAY = date(2013, 6, 3)
DETAILS = Details("bezoek", DAY, "Assen", (Attending("regio", "A. Jansen", "contactpersoon"),))


@dataclass
class Visits:
    """A region that handed in, and two inspectors."""

    session: Session
    world: World
    one: By
    two: By

    def plan(self, details: Details = DETAILS) -> Interview:
        dossier = self.world.dossiers["VR01"]
        return interviews.plan(self.session, self.world.measurement, dossier, details, by=self.one)

    def held(self) -> Interview:
        made = self.plan()
        interviews.hold(self.session, made, today=DAY, by=self.one)
        return made

    def say(self, interview: Interview, text: str, factor: str | None = "1.1") -> Passage:
        return interviews.add_passage(self.session, interview, text=text, factor=factor, by=self.one)


@pytest.fixture
def visits(with_handed_in: None, session: Session, world: World) -> Visits:
    second = factories.inspector(session, "inspecteur.twee")
    return Visits(
        session,
        world,
        By.through(world.assignments["inspecteur"], AT),
        By.through(second, AT + timedelta(minutes=1)),
    )


def logged(session: Session, action: str) -> list[LogEntry]:
    return list(session.scalars(select(LogEntry).where(LogEntry.action == action).order_by(LogEntry.id)))


def test_a_visit_that_was_held_brings_the_dossier_on(visits: Visits) -> None:
    made = visits.plan()
    assert (made.state, visits.world.dossiers["VR01"].state) == ("gepland", "ingediend")
    interviews.hold(visits.session, made, today=DAY, by=visits.one)
    assert (made.state, visits.world.dossiers["VR01"].state) == ("concept", "bezocht")
    assert [each.detail for each in logged(visits.session, "interview.state")] == [
        {"old": "gepland", "new": "concept", "dossier": visits.world.dossiers["VR01"].id}
    ]


def test_a_second_conversation_leaves_the_state_of_the_dossier(visits: Visits) -> None:
    visits.held()
    visits.held()
    assert visits.world.dossiers["VR01"].state == "bezocht"


def test_a_day_that_is_to_come_was_not_held(visits: Visits) -> None:
    made = visits.plan()
    with pytest.raises(Refused, match="moet nog komen"):
        interviews.hold(visits.session, made, today=DAY - timedelta(days=1), by=visits.one)
    assert made.state == "gepland"


def test_without_anybody_there_was_no_visit(visits: Visits) -> None:
    made = visits.plan(Details("bezoek", DAY))
    with pytest.raises(Refused, match="wie erbij waren"):
        interviews.hold(visits.session, made, today=DAY, by=visits.one)


def test_a_questionnaire_that_is_not_in_is_not_visited(visits: Visits) -> None:
    with pytest.raises(Refused, match="nog niet ingeleverd"):
        interviews.plan(
            visits.session, visits.world.measurement, visits.world.dossiers["VR02"], DETAILS, by=visits.one
        )


def test_a_conversation_without_a_questionnaire_says_with_whom(visits: Visits) -> None:
    with pytest.raises(Refused, match="met wie"):
        interviews.plan(visits.session, visits.world.measurement, None, DETAILS, by=visits.one)
    details = Details("gesprek", DAY, "Den Haag", DETAILS.attendees, subject="Directie Operaties")
    made = interviews.plan(visits.session, visits.world.measurement, None, details, by=visits.one)
    assert (made.subject, made.dossier) == ("Directie Operaties", None)
    assert set(interviews.factors(made)) >= {"1.1"}


@pytest.mark.parametrize(
    ("details", "words"),
    [
        (Details("borrel", DAY), "soort"),
        (Details("bezoek", DAY, "x" * 201), "plaats"),
        (Details("bezoek", DAY, "", (Attending("maan", "A"),)), "voor wie"),
        (Details("bezoek", DAY, "", (Attending("regio", " "),)), "een naam"),
        (Details("bezoek", DAY, "", (Attending("regio", "A" * 201),)), "200 tekens"),
        (Details("bezoek", DAY, "", (Attending("regio", "A"),) * 31), "30 mensen"),
    ],
)
def test_what_can_not_be_planned_says_why(visits: Visits, details: Details, words: str) -> None:
    with pytest.raises(Refused, match=words):
        visits.plan(details)


def test_a_respondent_plans_nothing(visits: Visits) -> None:
    ovr = By.through(visits.world.assignments["ovr.vr01"], AT)
    with pytest.raises(NotAllowed):
        interviews.plan(
            visits.session, visits.world.measurement, visits.world.dossiers["VR01"], DETAILS, by=ovr
        )


def test_a_change_on_what_a_colleague_changed_is_refused(visits: Visits) -> None:
    made = visits.plan()
    interviews.change(visits.session, made, Details("bezoek", DAY, "Emmen"), seen_version=1, by=visits.two)
    with pytest.raises(ChangedMeanwhile):
        interviews.change(visits.session, made, DETAILS, seen_version=1, by=visits.one)
    assert (made.place, made.attendees) == ("Emmen", [])


def test_what_was_taken_back_keeps_its_reason(visits: Visits) -> None:
    made = visits.plan()
    with pytest.raises(Refused, match="reden"):
        interviews.cancel(visits.session, made, "  ", by=visits.one)
    interviews.cancel(visits.session, made, "Ziek", by=visits.one)
    assert (made.state, made.remark) == ("vervallen", "Ziek")
    assert interviews.report_state(visits.session, visits.world.dossiers["VR01"]) is None
    with pytest.raises(NotNow):
        interviews.hold(visits.session, made, today=DAY, by=visits.one)


def test_the_report_follows_the_questionnaire(visits: Visits) -> None:
    made = visits.held()
    visits.say(made, "Over twee", "2.1")
    visits.say(made, "Over een", "1.1")
    visits.say(made, "In het algemeen", None)
    visits.session.expire_all()
    assert [each.text for each in interviews.standing(made)] == ["In het algemeen", "Over een", "Over twee"]
    found = interviews.passages(visits.session, visits.world.dossiers["VR01"])
    assert [each.text for each in found["1.1"]] == ["Over een"]
    assert not found["1.1"][0].verified


def test_passages_change_places_within_their_factor(visits: Visits) -> None:
    made = visits.held()
    first, second = visits.say(made, "Eerst"), visits.say(made, "Dan")
    interviews.move_passage(visits.session, second, -1, by=visits.one)
    assert [each.text for each in interviews.standing(made)] == ["Dan", "Eerst"]
    interviews.move_passage(visits.session, first, 1, by=visits.one)
    assert [each.text for each in interviews.standing(made)] == ["Dan", "Eerst"]


def test_an_old_page_overwrites_nothing(visits: Visits) -> None:
    passage = visits.say(visits.held(), "Oud")
    interviews.write_passage(
        visits.session, passage, text="Van de collega", factor="1.1", by=visits.two, seen_version=1
    )
    with pytest.raises(StaleText) as refusal:
        interviews.write_passage(
            visits.session, passage, text="Van mij", factor="1.1", by=visits.one, seen_version=1
        )
    assert (refusal.value.mine, refusal.value.theirs) == ("Van mij", "Van de collega")
    with pytest.raises(StaleText):
        interviews.remove_passage(visits.session, passage, seen_version=1, by=visits.one)
    assert passage.text == "Van de collega"


@pytest.mark.parametrize(("text", "words"), [("  \r\n", "leeg"), ("x" * 10_001, "10001 tekens")])
def test_a_passage_says_something_and_not_too_much(visits: Visits, text: str, words: str) -> None:
    made = visits.held()
    with pytest.raises(Refused, match=words):
        visits.say(made, text)


def test_a_passage_is_about_a_factor_that_exists(visits: Visits) -> None:
    made = visits.held()
    with pytest.raises(UnknownFactor):
        visits.say(made, "Tekst", "9.9")


def test_a_report_that_is_not_a_draft_is_not_written(visits: Visits) -> None:
    planned = visits.plan()
    with pytest.raises(NotNow, match="gepland"):
        visits.say(planned, "Te vroeg")
    made = visits.held()
    passage = visits.say(made, "Tekst")
    interviews.go(visits.session, made, "ter_verificatie", visits.one)
    for act in (
        lambda: visits.say(made, "Te laat"),
        lambda: interviews.remove_passage(visits.session, passage, seen_version=1, by=visits.one),
        lambda: interviews.move_passage(visits.session, passage, 1, by=visits.one),
        lambda: interviews.change(visits.session, made, DETAILS, seen_version=made.version, by=visits.one),
    ):
        with pytest.raises(NotNow):
            act()


def test_versions_are_never_changed(visits: Visits) -> None:
    visits.say(visits.held(), "Tekst")
    visits.session.commit()
    row = visits.session.scalars(select(PassageVersion)).one()
    row.text = "Iets anders"
    with pytest.raises(DBAPIError, match="append-only"):
        visits.session.flush()
    visits.session.rollback()


STEP = st.tuples(
    st.sampled_from(["add", "write", "remove", "up", "down"]), st.integers(0, 5), st.text("ab é", max_size=4)
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=14))
def test_whatever_is_written_every_text_stays_findable(
    visits: Visits, steps: list[tuple[str, int, str]]
) -> None:
    made = visits.held()
    kept: list[str] = []
    for verb, place, text in steps:
        rows = interviews.standing(made)
        if verb == "add" and text.strip():
            kept.append(visits.say(made, text).text)
        if not rows:
            continue
        row = rows[place % len(rows)]
        if verb == "write" and text.strip():
            interviews.write_passage(
                visits.session, row, text=text, factor=row.factor, by=visits.two, seen_version=row.version
            )
            kept.append(row.text)
        elif verb == "remove":
            interviews.remove_passage(visits.session, row, seen_version=row.version, by=visits.one)
        elif verb in {"up", "down"}:
            interviews.move_passage(visits.session, row, -1 if verb == "up" else 1, by=visits.one)
        visits.session.expire(made, ["passages"])
    found = interviews.versions(visits.session, made)
    texts = [each.text for rows in found.values() for each in rows]
    assert set(kept) <= set(texts)
    for passage in made.passages:
        numbers = [each.version for each in found[passage.id]]
        assert numbers == list(range(1, passage.version + 1))
        assert (found[passage.id][-1].text, found[passage.id][-1].removed) == (passage.text, passage.removed)
