"""Planning: versions beside the first, what slips, what waits for what, and what moves along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.follow_up import kinds, planning, registering, timeline
from surveys.follow_up.planning import Planning
from surveys.follow_up.timeline import AFTER, APART, BESIDE, Course, Days, Link, circular, clash, follow
from surveys.models import LogEntry, PlanVersion, Point
from tests.factories import World
from tests.follow_up.conftest import AT, MakePoint, acting

DAY = AT.date()
Planner = Callable[..., None]


def days(*given: date | None) -> dict[str, date | None]:
    return dict(zip(kinds.PHASES, given, strict=True))


WHOLE = days(date(2014, 4, 1), date(2014, 5, 1), date(2014, 8, 1))


def later(planned: Days, count: int) -> Days:
    return {phase: day and day + timedelta(count) for phase, day in planned.items()}


@pytest.fixture
def plan(session: Session, world: World) -> Planner:
    """Plan a point after its last version, for a reason unless another is told."""

    def to(row: Point, planned: Days, **told: Any) -> None:
        seen = told.pop("seen", seen_of(session, row).number)
        why = told.pop("reason", "realiteit" if seen else None)
        planning.plan(
            session,
            row.id,
            planned,
            reason=why,
            note=told.pop("note", None),
            by=acting(world),
            seen=seen,
            **told,
        )
        session.commit()

    return to


@pytest.fixture
def depend(session: Session, world: World) -> Callable[..., int]:
    """Let a point wait for another, or run beside it."""

    def on(row: Point, other: Point, kind: str = AFTER) -> int:
        made = planning.depend(session, row.id, other.id, kind, None, by=acting(world))
        session.commit()
        return made.id

    return on


def seen_of(session: Session, row: Point, day: date = DAY) -> Planning:
    return planning.of_points(session, [row.id], day)[row.id]


def logged(session: Session, action: str) -> list[tuple[int | None, Any]]:
    rows = session.scalars(select(LogEntry).where(LogEntry.action == action).order_by(LogEntry.id))
    return [(row.subject_id, row.detail) for row in rows]


def test_each_change_is_a_version_beside_the_first(
    session: Session, world: World, make_point: MakePoint, plan: Planner
) -> None:
    row = make_point()
    plan(row, WHOLE)
    plan(row, WHOLE)  # the same once more
    plan(row, {**WHOLE, "done_on": date(2014, 10, 1)}, note="De werving duurde langer.")
    registering.reach(
        session, row.id, days(date(2014, 3, 3), None, None), by=acting(world), seen_version=row.version
    )
    session.commit()

    found = seen_of(session, row)
    assert [each.number for each in found.versions] == [1, 2]
    assert found.first
    assert found.first.days == WHOLE
    assert [each.reason_label for each in found.versions] == ["Eerste planning", "Realiteit"]
    assert [[shift for _, _, shift in each.days] for each in found.compared] == [
        [None, None, None],
        ["0 dagen", "0 dagen", "+61 dagen"],
    ]
    assert [phase.shift for phase in found.phases] == ["−29 dagen", "0 dagen", "+61 dagen"]
    assert (found.slip, found.reached, found.late) == (61, "prepared_on", ())
    assert found.slip_sentence == "Het einde ligt 61 dagen later dan eerst was gepland."
    assert found.signals == ("loopt uit",)
    assert found.versions[1].name == world.person("inspecteur").name
    assert logged(session, "point.plan")[-1] == (row.id, {"number": 2, "reason": "realiteit", "along": None})


def test_a_planned_day_that_passed_is_late_until_it_or_a_later_phase_is_reached(
    session: Session, world: World, make_point: MakePoint, plan: Planner
) -> None:
    row = make_point()
    plan(row, later(WHOLE, -60))
    assert seen_of(session, row).late == ("prepared_on", "begun_on")
    assert seen_of(session, row, WHOLE["begun_on"] or DAY).late == ("prepared_on", "begun_on")

    registering.reach(
        session, row.id, days(None, date(2014, 3, 2), None), by=acting(world), seen_version=row.version
    )
    assert seen_of(session, row).late == ()
    assert not seen_of(session, row).slips
    assert seen_of(session, row, date(2015, 1, 1)).signals == ("te laat",)


def test_a_point_without_a_planning_has_an_empty_one(session: Session, make_point: MakePoint) -> None:
    row = make_point()
    found = planning.of_points(session, [row.id, 999], DAY)

    assert found.keys() == {row.id, 999}
    for each in found.values():
        assert (each.versions, each.current, each.slip, each.reached, each.late) == ((), None, None, None, ())
        assert not each.slips


def test_what_cannot_be_planned_is_refused(
    session: Session, world: World, make_point: MakePoint, plan: Planner
) -> None:
    row, other = make_point(), make_point("Een ander punt")
    with pytest.raises(Refused, match="ten minste één fase"):
        plan(row, days(None, None, None))
    with pytest.raises(Refused, match="‘Uitgevoerd’ ligt voor ‘Eerste activiteiten’"):
        plan(row, {**WHOLE, "done_on": date(2014, 4, 2)})
    plan(row, WHOLE)
    with pytest.raises(Refused, match="waarom de planning verandert"):
        plan(row, later(WHOLE, 1), reason=None)
    with pytest.raises(Refused, match="een reden uit de lijst"):
        plan(row, later(WHOLE, 1), reason="zomaar")
    with pytest.raises(ChangedMeanwhile):
        plan(row, later(WHOLE, 1), seen=0, reason="realiteit")
    by = acting(world, "ovr.vr01")
    with pytest.raises(NotAllowed):
        planning.plan(session, row.id, WHOLE, reason=None, note=None, by=by, seen=1)
    session.rollback()
    assert [each.number for each in seen_of(session, row).versions] == [1]

    other.closed_on, other.closed_as = DAY, "geschrapt"
    session.commit()
    with pytest.raises(Refused, match="afgesloten"):
        plan(other, WHOLE)
    registering.remove(session, row.id, by=acting(world), seen_version=row.version)
    with pytest.raises(Refused, match="verwijderd"):
        planning.would_move(session, row.id, WHOLE)


def course(number: int = 1, planned: Days = WHOLE, *, called: str = "A", **actual: date) -> Course:
    return Course(number, called, True, planned, {**timeline.NO_DAYS, **actual})


BEGUN, DONE = date(2014, 2, 1), date(2014, 3, 1)


@pytest.mark.parametrize(
    ("kind", "mine", "other", "clashes", "said"),
    [
        (AFTER, later(WHOLE, 92), {}, False, "is volgens de planning 1 augustus 2014 klaar; dit punt begint"),
        (AFTER, later(WHOLE, 91), {}, True, "begint 31 juli 2014, maar ‘A’ is volgens de planning pas 1 aug"),
        (AFTER, WHOLE, {"done_on": DONE}, False, "is 1 maart 2014 uitgevoerd; dit punt begint 1 mei 2014."),
        (AFTER, later(WHOLE, -90), {"done_on": DONE}, True, "maar ‘A’ is pas 1 maart 2014 uitgevoerd."),
        (AFTER, days(None, None, date(2014, 7, 1)), {}, True, "begint 1 juli 2014"),
        (AFTER, timeline.NO_DAYS, {}, False, "nog geen begin gepland"),
        (BESIDE, later(WHOLE, APART), {}, False, "en is 31 dagen later klaar."),
        (BESIDE, later(WHOLE, -APART - 1), {}, True, "maar is 32 dagen eerder klaar: meer dan 31 dagen"),
        (BESIDE, WHOLE, {}, False, "op dezelfde dag klaar"),
        (BESIDE, timeline.NO_DAYS, {}, False, "nog geen einde gepland"),
    ],
)
def test_how_two_points_fit_is_said_in_a_sentence(
    kind: str, mine: Days, other: dict[str, date], clashes: bool, said: str
) -> None:
    one, two = course(1, mine), course(2, **other)

    assert clash(kind, one, two) is clashes
    words = timeline.words(kind, one, two, DAY)
    assert said in words
    assert words.count(".") == 1


def test_that_a_predecessor_is_overdue_is_said_before_it_clashes() -> None:
    words = timeline.words(AFTER, course(1, later(WHOLE, 200)), course(2), date(2014, 8, 2))

    assert words.startswith("‘A’ had volgens de planning 1 augustus 2014 klaar moeten zijn; dit punt begint")


def test_a_point_that_began_clashes_while_what_it_waits_for_is_not_done_or_not_planned() -> None:
    began = course(begun_on=BEGUN)

    assert clash(AFTER, began, course(2))
    assert timeline.words(AFTER, began, course(2), DAY) == (
        "Dit punt is al begonnen op 1 februari 2014, terwijl ‘A’ nog niet is uitgevoerd."
    )
    assert clash(AFTER, course(), course(2, timeline.NO_DAYS))
    assert not clash(AFTER, began, course(2, done_on=BEGUN))


def test_a_point_depends_on_no_point_twice_nor_on_itself_nor_in_a_circle(
    session: Session, world: World, make_point: MakePoint, depend: Callable[..., int]
) -> None:
    a, b, c, d = (make_point(name) for name in ("Punt A", "Punt B", "Punt C", "Punt D"))
    first = depend(b, a)
    depend(c, b)
    depend(d, c, BESIDE)
    for mine, other, kind, said in (
        (a, a, AFTER, "niet van zichzelf"),
        (b, a, BESIDE, "al een afhankelijkheid"),
        (a, b, AFTER, "al een afhankelijkheid"),
        (a, c, AFTER, "‘Punt C’ wacht zelf op dit punt"),
        (a, d, AFTER, "‘Punt D’ wacht zelf op dit punt"),
        (a, c, BESIDE, "kunnen niet gelijk oplopen"),
        (a, c, "later", "Kies of dit punt"),
    ):
        with pytest.raises(Refused, match=said):
            depend(mine, other, kind)
        session.rollback()

    assert [wait.called for wait in seen_of(session, b).waits] == ["Punt A"]
    planning.undepend(session, b.id, first, by=acting(world))
    with pytest.raises(Refused, match="intussen verwijderd"):
        planning.undepend(session, b.id, first, by=acting(world))
    assert seen_of(session, b).waits == ()
    assert logged(session, "point.depend")[0] == (b.id, {"on": a.id, "kind": AFTER})
    assert logged(session, "point.undepend") == [(b.id, {"on": a.id, "kind": AFTER})]


def test_a_removed_point_holds_nobody_up(
    session: Session, world: World, make_point: MakePoint, plan: Planner, depend: Callable[..., int]
) -> None:
    a, b = make_point("Punt A"), make_point("Punt B")
    plan(a, WHOLE)
    plan(b, WHOLE)
    depend(b, a)
    assert seen_of(session, b).signals == ("botst",)

    registering.remove(session, a.id, by=acting(world), seen_version=a.version)
    assert seen_of(session, b).waits == ()
    with pytest.raises(Refused, match="verwijderd"):
        depend(b, a)


def test_dependents_move_along_through_chains_all_at_once(
    session: Session, make_point: MakePoint, plan: Planner, depend: Callable[..., int]
) -> None:
    a, b, c, free = (make_point(name) for name in ("Punt A", "Punt B", "Punt C", "Los punt"))
    plan(a, WHOLE)
    plan(b, later(WHOLE, 92))
    plan(c, later(WHOLE, 184))
    plan(free, WHOLE)
    depend(b, a)
    depend(c, b)

    slipped = {**WHOLE, "done_on": date(2014, 8, 31)}
    moved = planning.would_move(session, a.id, slipped)
    assert [(each.called, each.becomes) for each in moved] == [
        ("Punt B", later(WHOLE, 122)),
        ("Punt C", later(WHOLE, 214)),
    ]
    assert moved[0].was == later(WHOLE, 92)
    assert moved[0].phases[2] == ("Uitgevoerd", date(2014, 11, 1), date(2014, 12, 1))

    plan(a, slipped, reason="prioriteit", along=[each.point_id for each in moved])

    assert seen_of(session, b).days == later(WHOLE, 122)
    assert not seen_of(session, b).clashes
    last = seen_of(session, c).versions[-1]
    assert (last.number, last.reason, last.note) == (2, "realiteit", "Schuift mee met ‘Punt A’.")
    assert seen_of(session, free).number == 1
    assert planning.would_move(session, a.id, slipped) == ()
    assert logged(session, "point.plan")[-2:] == [
        (each.id, {"number": 2, "reason": "realiteit", "along": a.id}) for each in (b, c)
    ]


def test_who_stays_behind_clashes_and_holds_back_what_waits_for_it(
    session: Session, make_point: MakePoint, plan: Planner, depend: Callable[..., int]
) -> None:
    a, b, c = (make_point(name) for name in ("Punt A", "Punt B", "Punt C"))
    for place, row in enumerate((a, b, c)):
        plan(row, later(WHOLE, 92 * place))
    depend(b, a)
    depend(c, b)

    plan(a, later(WHOLE, 30), along=[c.id])

    assert seen_of(session, b).signals == ("botst",)
    assert [seen_of(session, row).number for row in (a, b, c)] == [2, 1, 1]


def test_nothing_is_kept_when_one_of_them_is_refused(
    session: Session, make_point: MakePoint, plan: Planner, depend: Callable[..., int]
) -> None:
    a, b = make_point("Punt A"), make_point("Punt B")
    plan(a, WHOLE)
    plan(b, later(WHOLE, 92))
    depend(b, a)

    with pytest.raises(Refused, match="waarom"):
        plan(a, later(WHOLE, 30), reason=None, along=[b.id])
    session.rollback()
    assert len(list(session.scalars(select(PlanVersion)))) == 2


def test_many_points_cost_as_many_queries_as_one(
    session: Session, make_point: MakePoint, plan: Planner, depend: Callable[..., int]
) -> None:
    made = [make_point(f"Punt {number}") for number in range(4)]
    for place, row in enumerate(made):
        plan(row, later(WHOLE, place))
        if place:
            depend(row, made[place - 1], BESIDE)
    ids = [row.id for row in made]

    def counted(read: Callable[[], object]) -> int:
        asked: list[str] = []

        def note(*told: Any) -> None:
            asked.append(told[2])

        event.listen(session.get_bind(), "before_cursor_execute", note)
        try:
            read()
        finally:
            event.remove(session.get_bind(), "before_cursor_execute", note)
        return len(asked)

    assert counted(lambda: planning.of_points(session, ids, DAY)) == 3
    assert counted(lambda: planning.would_move(session, ids[0], later(WHOLE, 90))) == 3


# whatever the network looks like

_STEPS = st.integers(0, 200)
_MOSTLY = st.sampled_from([True, True, True, False])


@st.composite
def networks(draw: st.DrawFn, *, free: bool = True) -> tuple[dict[int, Course], list[Link], int, int]:
    """Points with whole plannings, what they depend on without circles, and how much later the first gets.

    `free`: all can move; else some began, were done or closed, or lack some days.
    """
    count = draw(st.integers(2, 5))
    courses = {}
    for place in range(count):
        start, first, second = draw(_STEPS), draw(_STEPS), draw(_STEPS)
        begin = date(2014, 1, 1) + timedelta(start)
        planned = days(begin, begin + timedelta(first), begin + timedelta(first + second))
        made = course(place, planned)
        if not free:
            lacking = dict.fromkeys(draw(st.sets(st.sampled_from(list(kinds.PHASES)), max_size=2)))
            reached = list(kinds.PHASES)[: draw(st.sampled_from([0, 1, 1, 2, 3]))]
            actual = {**timeline.NO_DAYS, **{phase: planned[phase] for phase in reached}}
            made = replace(made, planned={**planned, **lacking}, actual=actual, is_open=draw(_MOSTLY))
        courses[place] = made
    pairs = [(one, two) for one in range(count) for two in range(count) if one != two]
    once = st.lists(st.sampled_from(pairs), min_size=1, max_size=8, unique_by=frozenset)
    linked: list[Link] = []
    for one, two in draw(once):
        found = Link(one, two, draw(st.sampled_from([AFTER, BESIDE])))
        if not circular([*linked, found]):
            linked.append(found)
    return courses, linked, draw(_STEPS), draw(_STEPS)


def changed(courses: Mapping[int, Course], begin: int, end: int) -> dict[int, Course]:
    """The same with the first point some days later, its end still later."""
    planned = later(courses[0].planned, begin)
    done = planned["done_on"]
    planned = {**planned, "done_on": done and done + timedelta(end)}
    return {**courses, 0: replace(courses[0], planned=planned)}


def moved(courses: Mapping[int, Course], becoming: Mapping[int, Days]) -> dict[int, Course]:
    return {
        each: replace(found, planned=becoming.get(each, found.planned)) for each, found in courses.items()
    }


def clashing(courses: Mapping[int, Course], linked: Sequence[Link]) -> set[Link]:
    return {each for each in linked if clash(each.kind, courses[each.point_id], courses[each.on_id])}


@given(networks())
def test_after_moving_along_nothing_clashes_that_did_not_before(
    made: tuple[dict[int, Course], list[Link], int, int],
) -> None:
    courses, linked, begin, end = made
    slipped = changed(courses, begin, end)

    after = moved(slipped, follow(slipped, linked, 0))

    assert clashing(after, linked) <= clashing(courses, linked)


@given(networks(free=False), st.none() | st.sets(st.integers(0, 4)))
def test_points_that_may_move_only_move_later_in_order_and_once(
    made: tuple[dict[int, Course], list[Link], int, int], may: set[int] | None
) -> None:
    courses, linked, begin, end = made
    slipped = changed(courses, begin, end)

    becoming = follow(slipped, linked, 0, may)
    after = moved(slipped, becoming)

    assert becoming.keys() <= (courses.keys() if may is None else may) - {0}
    for number, planned in becoming.items():
        before = slipped[number]
        assert before.can_move
        assert planned != before.planned
        for phase, day in planned.items():
            was = before.planned[phase]
            assert (day is None) == (was is None)
            assert day is None or was is None or day >= was
            assert day == was or not before.actual[phase]
        known = [day for day in planned.values() if day]
        assert all(one <= two for one, two in pairwise(known))
    assert follow(after, linked, 0, may) == {}
