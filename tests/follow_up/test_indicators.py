"""Indicators: keeping them, and the figures that measurements give them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from surveys import measurements, results
from surveys.acting import By
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.follow_up import askable, indicators
from surveys.follow_up.indicators import Details, IndicatorInfo, ReadingDetails
from surveys.models import Indicator, LogEntry, Point
from tests import factories, filled
from tests.factories import World
from tests.follow_up.conftest import MakePoint, acting
from tests.follow_up.rounds import (
    COUNT,
    FACTOR,
    MIDDLING,
    QUESTION,
    REGIONS,
    SERIES,
    TODAY,
    do,
    first_round,
    later_round,
    version,
)


def only(session: Session, point: Point) -> IndicatorInfo:
    (found,) = indicators.of_points(session, [point.id], TODAY)[point.id]
    return found


def add(session: Session, world: World, point: Point, details: Details = COUNT) -> Indicator:
    return indicators.add(session, point.id, details, by=acting(world))


@contextmanager
def counting(session: Session) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        asked.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def queries(asked: list[str]) -> list[str]:
    return [each for each in asked if each.startswith("SELECT")]


def test_an_indicator_fills_itself_when_the_next_measurement_is_in(
    session: Session, world: World, make_point: MakePoint
) -> None:
    point = make_point(fictief=True)
    add(session, world, point, replace(COUNT, baseline=1, baseline_on=date(2013, 12, 31), target=2))
    assert only(session, point).values == ()

    first_round(session, world)
    do(session, world, point, date(2014, 4, 1), date(2015, 1, 1))
    found = only(session, point)
    assert [(each.value, each.of, each.label) for each in found.values] == [(1, 2, "proefmeting")]
    assert found.effect.verdict == "nog_niet_gemeten"
    assert not found.measured
    assert found.effect.at_completion == found.values[0]

    later = factories.measurement(session, factories.tiny(), code="vervolgmeting-2016", year=2016)
    for unit in ("VR01", "VR02"):
        filled.submit(session, factories.dossier(session, later, world.units[unit]), filled.STRONG)
    assert only(session, point).effect.verdict == "nog_niet_gemeten"  # it is still being answered
    measurements.go_to(session, later, "landelijk_beeld", acting(world))

    found = only(session, point)
    assert found.effect.verdict == "verbeterd"
    assert found.measured
    assert found.reached
    assert found.sentence == (
        "Na de uitvoering telt de vervolgmeting-2016 er 2 van de 2; daarvoor waren het er 1 (proefmeting)."
    )


def test_figures_are_taken_over_the_units_that_are_in_both(
    session: Session, world: World, make_point: MakePoint
) -> None:
    point = make_point(fictief=True)
    for details in (COUNT, QUESTION, FACTOR):
        add(session, world, point, details)
    first_round(session, world)
    later_round(session, world, {"VR01": MIDDLING})
    do(session, world, point, date(2014, 4, 1))

    count, question, factor = indicators.of_points(session, [point.id], TODAY)[point.id]

    assert count.effect.before
    assert count.effect.after
    assert (count.values[0].of, count.effect.before.of, count.effect.after.of) == (2, 1, 1)
    assert (count.effect.before.value, count.effect.verdict) == (1, "gelijk")
    assert (question.values[0].value, question.effect.verdict) == (0.5, "gelijk")
    assert factor.effect.before
    assert factor.effect.after
    assert (factor.effect.before.value, factor.effect.verdict) == (1.0, "verslechterd")


def test_a_factor_changes_as_much_as_the_comparison_of_scores_says(
    session: Session, world: World, make_point: MakePoint
) -> None:
    """1.1-03 scores otherwise in the new version, so it takes no part."""
    point = make_point(fictief=True, unit_id=world.units["VR01"].id)
    add(session, world, point, FACTOR)
    first_round(session, world)
    new = version(("score = 0.8", "score = 0.7"))
    later_round(session, world, {"VR01": MIDDLING}, new)
    do(session, world, point, date(2014, 4, 1))

    found = only(session, point).effect

    plain = {code: results.Answer(value=each.value) for code, each in filled.STRONG.items()}
    then = {code: results.Answer(value=each.value) for code, each in MIDDLING.items()}
    delta = results.compare(factories.tiny(), {"VR01": plain}, new, {"VR01": then}).factors["1.1"]
    assert found.before
    assert found.after
    assert found.after.value - found.before.value == pytest.approx(delta.units["VR01"].delta)
    assert (found.before.value, found.after.value) == (1.0, pytest.approx(3.6 / 4))


@pytest.mark.parametrize(
    ("details", "change", "reason"),
    [
        (
            COUNT,
            ('any_of = ["brandweer"]', 'any_of = ["politie"]'),
            "telt in de twee vragenlijsten iets anders",
        ),
        (
            COUNT,
            ("Wie praten mee over", "Wie beslissen over"),
            "vraag 2.1-01 is in de twee vragenlijsten anders",
        ),
        (
            QUESTION,
            ("weight = 3", "weight = 2"),
            "vraag 1.1-01 telt in de twee vragenlijsten niet op dezelfde",
        ),
        (
            FACTOR,
            ("weight = 3", "weight = 2"),
            "van factor 1.1 is in de twee vragenlijsten te weinig hetzelfde",
        ),
    ],
)
def test_other_questions_are_not_compared_and_the_reason_is_said(
    session: Session,
    world: World,
    make_point: MakePoint,
    details: Details,
    change: tuple[str, str],
    reason: str,
) -> None:
    point = make_point(fictief=True)
    add(session, world, point, details)
    first_round(session, world)
    later_round(session, world, {"VR01": MIDDLING}, version(change))

    found = only(session, point)

    assert found.effect.verdict == "niet_vergelijkbaar"
    assert found.effect.why
    assert reason in found.effect.why
    assert reason in found.sentence
    assert [each.comparable for each in found.values] == [True, False]


def test_a_count_of_a_question_that_others_are_asked_is_not_compared(
    session: Session, world: World, make_point: MakePoint
) -> None:
    """2.1-01 is asked of fewer units once it waits for 1.1-01."""
    point = make_point(fictief=True)
    add(session, world, point)
    first_round(session, world)
    new = version(
        (
            'text = "Wie praten mee over de plannen?"',
            'text = "Wie praten mee over de plannen?"\nwhen = {question = "1.1-01", in = ["ja"]}',
        )
    )
    later_round(session, world, {"VR01": MIDDLING}, new)

    assert only(session, point).effect.why == (
        "vraag 2.1-01 is in de twee metingen aan een andere groep gesteld."
    )


def test_the_point_of_a_unit_has_the_figures_of_that_unit(
    session: Session, world: World, make_point: MakePoint
) -> None:
    point = make_point(fictief=True, unit_id=world.units["VR02"].id)
    for details in (COUNT, QUESTION, FACTOR):
        add(session, world, point, details)
    first_round(session, world)
    later_round(session, world, {"VR01": filled.WEAK, "VR02": MIDDLING})
    do(session, world, point, date(2014, 4, 1), date(2015, 1, 1))

    count, question, factor = indicators.of_points(session, [point.id], TODAY)[point.id]

    assert [(each.value, each.of) for each in count.values] == [(0, 1), (1, 1)]
    assert [each.value for each in question.values] == [0, 1]
    assert {each.effect.verdict for each in (count, question, factor)} == {"verbeterd"}


def test_real_points_are_not_measured_by_made_up_measurements(
    session: Session, world: World, make_point: MakePoint
) -> None:
    point = make_point(fictief=False)
    add(session, world, point)
    first_round(session, world)

    assert only(session, point).values == ()


def test_what_is_entered_by_hand_counts_until_it_is_withdrawn(
    session: Session, world: World, make_point: MakePoint
) -> None:
    point, by = make_point(), replace(acting(world), at=datetime(2016, 5, 1, tzinfo=UTC))
    row = add(session, world, point, replace(SERIES, baseline=4, target=10, moment="jaarlijks"))
    entered = [
        indicators.read(
            session, point.id, row.id, ReadingDetails(on, figure, "toezicht", "Jaarverslag"), by=by
        )
        for on, figure in ((date(2014, 3, 1), 5.0), (date(2015, 3, 1), 7.5), (date(2016, 3, 1), 3.0))
    ]

    assert only(session, point).effect.verdict == "verslechterd"
    indicators.withdraw(session, point.id, row.id, entered[-1].id, by=by)

    found = only(session, point)
    assert found.effect.verdict == "verbeterd"
    assert found.ready
    assert [each.withdrawn for each in found.readings] == [False, False, True]
    assert found.sentence.endswith("7,5 (stand van 1-3-2015); daarvoor was die 5 (stand van 1-3-2014).")
    lines = session.scalars(select(LogEntry).where(LogEntry.action == "point.indicator.withdraw")).all()
    assert [line.detail for line in lines] == [{"indicator": row.id, "reading": entered[-1].id}]


def test_however_many_points_cost_the_same(session: Session, world: World, make_point: MakePoint) -> None:
    first_round(session, world)
    one, *more = [make_point(f"Punt {number}", fictief=True) for number in range(4)]
    ids = [point.id for point in (one, *more)]
    add(session, world, one)
    session.commit()
    by = acting(world)
    session.expunge_all()
    with counting(session) as alone:
        indicators.of_points(session, ids[:1], TODAY)
    for number in ids[1:]:
        for details in (COUNT, QUESTION, FACTOR, SERIES):
            indicators.add(session, number, details, by=by)
    session.commit()
    session.expunge_all()

    with counting(session) as together:
        found = indicators.of_points(session, ids, TODAY)

    assert [len(found[number]) for number in ids] == [1, 4, 4, 4]
    assert len(queries(together)) == len(queries(alone))


def test_what_is_missing_is_said_and_a_passed_moment_too(
    session: Session, world: World, make_point: MakePoint
) -> None:
    point = make_point()
    row = add(session, world, point)
    assert only(session, point).missing == ("een nulwaarde", "een streefwaarde", "een meetmoment")

    full = replace(COUNT, baseline=12, target=20, due_on=date(2016, 12, 31))
    indicators.change(session, point.id, row.id, full, by=acting(world), seen_version=1)

    found = only(session, point)
    assert found.ready
    assert found.overdue
    assert found.version == 2
    assert found.named == "Telling 2.1-S01: … betrekken de brandweer bij de plannen."


@pytest.mark.parametrize(
    ("details", "words"),
    [
        (replace(COUNT, level="effect"), "Kies output, outcome of impact uit de lijst."),
        (replace(COUNT, code="9.9-S99"), "staat in geen enkele vragenlijst"),
        (replace(QUESTION, code="2.1-02"), "staat in geen enkele vragenlijst"),
        (replace(QUESTION, target=75), "van 0 tot en met 1"),
        (replace(COUNT, baseline=1.5), "Vul een heel getal in"),
        (replace(SERIES, baseline=float("inf")), "te groot"),
        (replace(SERIES, title=" "), "Vul in waaraan het effect te zien is."),
    ],
)
def test_what_cannot_be_is_refused(
    session: Session, world: World, make_point: MakePoint, details: Details, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        add(session, world, make_point(), details)


def test_who_may_and_who_was_first(session: Session, world: World, make_point: MakePoint) -> None:
    point, commander = make_point(), make_point(unit_id=world.units["RMC-NOORD"].id)
    with pytest.raises(NotAllowed):
        indicators.add(session, point.id, COUNT, by=By.through(world.assignments["ovr.vr01"]))
    with pytest.raises(Refused, match="gaat niet naar de eenheid"):
        add(session, world, commander)
    row = add(session, world, point)
    change = replace(COUNT, target=2)
    indicators.change(session, point.id, row.id, change, by=acting(world), seen_version=1)
    indicators.change(session, point.id, row.id, change, by=acting(world), seen_version=1)  # the same already

    with pytest.raises(ChangedMeanwhile):
        indicators.change(session, point.id, row.id, COUNT, by=acting(world), seen_version=1)
    reading = ReadingDetails(date(2014, 1, 1), 1, "anders", "Eigen telling")
    with pytest.raises(Refused, match="uit de metingen"):
        indicators.read(session, point.id, row.id, reading, by=acting(world))
    indicators.remove(session, point.id, row.id, by=acting(world), seen_version=2)
    with pytest.raises(Refused, match="intussen verwijderd"):
        indicators.remove(session, point.id, row.id, by=acting(world), seen_version=3)
    assert indicators.find(session, point.id, row.id, TODAY) is None


def test_questionnaires_offer_what_measures_a_question(session: Session, world: World) -> None:
    found = askable.questionnaires(session)

    offered = askable.about(found, [(REGIONS, "2.1-01"), (REGIONS, "1.1-02")])
    assert [(each.source, each.code) for each in offered] == [
        ("vraag", "1.1-02"),
        ("uitspraak", "2.1-S01"),
        ("vraag", "2.1-01"),
    ]
