"""Points: their rules, how the register narrows and orders them, their history, where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from surveys import recommending
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.follow_up import asking, history, kinds, mentions, points, register, registering, schemes
from surveys.follow_up.mentions import MentionDetails
from surveys.follow_up.points import Details, Later, PointInfo, Response
from surveys.follow_up.register import NONE, OPEN, SORTS, Asked, Row
from surveys.follow_up.standing import Said, Standing
from surveys.models import LogEntry, PointVersion, Recommendation
from tests.follow_up.conftest import AT, acting


def info(number: int, **more: object) -> PointInfo:
    """A point that is in no database."""
    empty: dict[str, object] = dict.fromkeys(
        ("number", "unit", "unit_id", "parent_id", "origin", "recommendation_id", "owner", "executor")
    )
    empty |= dict.fromkeys(("supervisor", "due_on", "due_words", "nature", "later", "response", "evaluation"))
    empty |= dict.fromkeys(("closed_on", "closed_as", "successor_id", "name"))
    given = {
        **empty,
        "id": number,
        "kind": "aanbeveling",
        "title": f"Punt {number}",
        "text": "Doe iets.",
        "addressee": "het bestuur",
        "remind_days": 30,
        "actual": dict.fromkeys(kinds.PHASES),
        "classes": {},
        "questions": (),
        "place": number,
        "fictief": True,
        "version": 1,
        "at": AT,
        **more,
    }
    return PointInfo(**given)  # type: ignore[arg-type]


def stands(status: str | None) -> Standing:
    """How a point stands when its own side said one thing, or nothing."""
    if status is None:
        return Standing()
    said = Said(1, 1, "eigen", status, None, "X", AT.date(), None, None, AT, (), None)
    return Standing(said, None, (said,))


@st.composite
def registers(draw: st.DrawFn) -> tuple[list[PointInfo], dict[int, Standing]]:
    """Some points, each perhaps under an earlier one, and how they stand."""
    found = []
    for number in range(1, draw(st.integers(0, 12)) + 1):
        parent = draw(st.none() | st.integers(1, number - 1)) if number > 1 else None
        taken = draw(st.none() | st.sampled_from(list(kinds.RESPONSES)))
        closed = draw(st.booleans())
        spoor = draw(st.none() | st.sampled_from(["systeem", "cultuur"]))
        found.append(
            info(
                number,
                kind=draw(st.sampled_from(list(kinds.KINDS))),
                parent_id=parent,
                nature=draw(st.none() | st.sampled_from(list(kinds.NATURES))),
                response=Response(taken, "X", None) if taken else None,
                closed_on=AT.date() if closed else None,
                classes={"spoor": spoor} if spoor else {},
            )
        )
    states = {each.id: stands(draw(st.none() | st.sampled_from(list(kinds.STATUSES)))) for each in found}
    return draw(st.permutations(found)), states


def asks() -> dict[str, list[Asked]]:
    """Every way to narrow the register by one thing, each with all its answers."""
    return {
        "soort": [Asked(kind=each) for each in kinds.KINDS],
        "stand": [Asked(status=each) for each in kinds.STATUSES],
        "reactie": [Asked(response=each) for each in (*kinds.RESPONSES, NONE)],
        "aard": [Asked(nature=each) for each in (*kinds.NATURES, NONE)],
        "loopt": [Asked(openness=each) for each in OPEN],
        "spoor": [Asked(classes={"spoor": each}) for each in ("systeem", "cultuur", NONE)],
    }


@given(registers())
def test_the_answers_of_each_filter_part_the_register(
    made: tuple[list[PointInfo], dict[int, Standing]],
) -> None:
    every, states = made

    for name, answers in asks().items():
        found = [each.id for asked in answers for each in register.narrowed(every, states, asked, None, {})]
        assert sorted(found) == sorted(each.id for each in every), name


@given(registers(), st.sets(st.integers(1, 12)))
def test_each_point_stands_once_and_below_the_nearest_one_above_it_that_is_shown(
    made: tuple[list[PointInfo], dict[int, Standing]], hidden: set[int]
) -> None:
    every, states = made
    by_id = {each.id: each for each in every}
    shown = [each for each in every if each.id not in hidden]
    rows = register.in_order(
        every, [Row(each, states[each.id], by_id.get(each.parent_id or 0)) for each in shown]
    )

    assert sorted(row.point.id for row in rows) == sorted(each.id for each in shown)
    trail: list[int] = []
    for row in rows:
        trail = trail[: row.depth]
        above = [each for each in _up(row.point, by_id) if each not in hidden]
        assert trail == list(reversed(above))
        assert row.apart == (row.point.parent_id is not None and row.point.parent_id in hidden)
        trail.append(row.point.id)


def _up(point: PointInfo, by_id: Mapping[int, PointInfo]) -> list[int]:
    """What a point stands under, the nearest first."""
    found = []
    while point.parent_id is not None:
        point = by_id[point.parent_id]
        found.append(point.id)
    return found


def test_the_register_searches_every_text_whatever_the_accents_and_finds_documents_that_mention_a_point(
    session, world, make_point
):
    origin = registering.origin_of(session, world.measurement, by=acting(world))
    born = make_point("Oefen samen", origin_id=origin.id, owner="Coördinator CBRN", number="A13-4")
    said = make_point("Deel informatie")
    make_point("Evalueer vast")
    mentions.add(session, said.id, MentionDetails(origin.id, "2"), by=acting(world))

    def titles(**asked):
        found = register.register(session, Asked(**asked))
        assert found.total == 3
        return [row.point.title for row in found.rows]

    assert titles(text="coordinator") == ["Oefen samen"]
    assert titles(text="a13-4 OEFEN") == ["Oefen samen"]
    assert titles(text="oefen evalueer") == []
    assert titles(origin=str(origin.id)) == ["Oefen samen", "Deel informatie"]
    assert titles(measurement="proefmeting") == ["Oefen samen", "Deel informatie"]
    assert titles(measurement="proefmeting", text="deel") == ["Deel informatie"]
    assert titles(origin=NONE) == ["Deel informatie", "Evalueer vast"]
    assert titles(origin="999") == []
    assert born.id != said.id


def test_sorting_puts_numbers_and_terms_in_order_and_points_without_one_last(session, make_point):
    for number, due in (("10", None), ("2", date(2015, 1, 1)), (None, date(2014, 1, 1))):
        make_point(f"Nummer {number}", number=number, due_on=due)

    def sorted_by(sort, down=False):
        found = register.register(session, Asked(sort=sort, down=down))
        return [row.point.number for row in found.rows]

    assert sorted_by("nummer") == ["2", "10", None]
    assert sorted_by("nummer", down=True) == [None, "10", "2"]
    assert sorted_by("termijn") == [None, "2", "10"]
    for sort in SORTS:
        assert sorted(map(str, sorted_by(sort))) == ["10", "2", "None"]


def test_only_who_manages_follow_up_changes_points(session, world, make_point):
    point = make_point()
    details = Details.of(PointInfo.of(point))

    for who in ("ovr.vr01", "rmc.noord", "beheerder"):
        by = acting(world, who)
        for step in (
            lambda by=by: registering.add(session, details, by=by),
            lambda by=by: registering.change(session, point.id, details, by=by, seen_version=1),
            lambda by=by: registering.remove(session, point.id, by=by, seen_version=1),
            lambda by=by: registering.respond(session, point.id, None, by=by, seen_version=1),
        ):
            with pytest.raises(NotAllowed):
                step()


def test_a_point_is_kept_as_it_was_at_each_version_and_the_log_names_no_text(session, world, make_point):
    point = make_point("Eerste titel")
    by = acting(world)
    details = Details.of(PointInfo.of(point))
    registering.change(session, point.id, replace(details, title="  Eerste   titel "), by=by, seen_version=1)
    assert point.version == 1, "what is the same already stays"
    registering.change(session, point.id, replace(details, title="Tweede titel"), by=by, seen_version=1)

    with pytest.raises(ChangedMeanwhile):
        registering.change(session, point.id, replace(details, title="Derde titel"), by=by, seen_version=1)
    kept = session.scalars(select(PointVersion).where(PointVersion.point_id == point.id))
    assert [(each.version, each.content["title"]) for each in kept] == [
        (1, "Eerste titel"),
        (2, "Tweede titel"),
    ]
    logged = session.scalars(
        select(LogEntry).where(LogEntry.subject == "point", LogEntry.subject_id == point.id)
    ).all()
    assert [each.action for each in logged] == ["point.add", "point.change"]
    assert "titel" not in str([each.detail for each in logged])


def test_a_point_never_stands_under_itself_and_stays_while_something_stands_under_it(
    session, world, make_point
):
    by = acting(world)
    top = make_point("Boven")
    middle = make_point("Midden", kind="maatregel", parent_id=top.id)
    low = make_point("Onder", kind="maatregel", parent_id=middle.id)
    details = Details.of(PointInfo.of(top))

    with pytest.raises(Refused, match="niet onder zichzelf"):
        registering.change(session, top.id, replace(details, parent_id=low.id), by=by, seen_version=1)
    with pytest.raises(Refused, match="staan nog maatregelen"):
        registering.remove(session, middle.id, by=by, seen_version=1)
    registering.remove(session, low.id, by=by, seen_version=1)
    registering.remove(session, middle.id, by=by, seen_version=1)
    assert [each.title for each in points.listed(session)] == ["Boven"]
    with pytest.raises(Refused, match="intussen verwijderd"):
        registering.remove(session, low.id, by=by, seen_version=2)


def test_the_history_holds_exactly_what_changed(session, world, make_point):
    by = acting(world)
    unit = world.units["VR01"]
    point = make_point("Oefen samen", text="Oefen een keer per jaar.", nature="richtinggevend")
    details = Details.of(PointInfo.of(point))
    for version, changed in enumerate(
        (
            {"unit_id": unit.id, "due_on": date(2014, 12, 1)},
            {"text": "Oefen twee keer per jaar.", "classes": {"spoor": "cultuur", "ksf": "1.1"}},
            {"unit_id": None, "questions": (("klein-rmc", "1.1-01"),)},
        ),
        start=1,
    ):
        details = replace(details, **changed)
        registering.change(session, point.id, details, by=by, seen_version=version)
    registering.respond(
        session, point.id, Response("deels", "De minister", date(2014, 5, 1)), by=by, seen_version=4
    )
    registering.decide_later(
        session, point.id, Later("aanpassen", "De minister", None), by=by, seen_version=5
    )

    steps = history.steps(session, point.id)

    assert [each.number for each in steps] == [6, 5, 4, 3, 2, 1]
    told = [{each.label: (each.was, each.now) for each in step.changes} for step in steps]
    assert told[0] == {"Vervolgbesluit": ("", "Aanpassen"), "Vervolgbesluit van": ("", "De minister")}
    assert told[1] == {
        "Reactie": ("", "Deels overgenomen"),
        "Gereageerd door": ("", "De minister"),
        "Gereageerd op": ("", "1 mei 2014"),
    }
    assert told[2] == {"Eenheid": ("Regio 1", ""), "Vragen die het meten": ("", "1.1-01 (klein-rmc)")}
    assert told[3] == {
        "Tekst": ("Oefen een keer per jaar.", "Oefen twee keer per jaar."),
        "Indeling": ("", "Spoor: Cultuur; Kritische succesfactor: 1.1 Elkaar kennen"),
    }
    assert [(each.kind, each.text) for each in steps[3].changes[0].pieces if each.kind != "same"] == [
        ("gone", "een"),
        ("new", "twee"),
    ]
    assert told[4] == {"Eenheid": ("", "Regio 1"), "Termijn": ("", "1 december 2014")}
    assert told[5]["Soort"] == ("", "Aanbeveling")
    assert all(was == "" for was, _ in told[5].values())
    assert steps[0].name == "Inspecteur"
    assert dict(history.latest(session, point.id))["Tekst"] == "Oefen twee keer per jaar."


def test_everything_that_a_version_holds_has_a_name_in_the_history(session, make_point):
    point = make_point()

    held = points.history(session, point.id)[0].content

    assert held.keys() - history.LABELS.keys() == {"place", "recommendation_id"}


def test_questions_are_read_as_people_type_them(session, world):
    assert asking.read(session, "") == ()
    typed = "klein-rmc:1.1-01, klein-veiligheidsregio:2.1-01  klein-rmc:1.1-01"
    pairs = (("klein-rmc", "1.1-01"), ("klein-veiligheidsregio", "2.1-01"))
    assert asking.read(session, typed) == pairs
    assert asking.read(session, asking.shown(session, pairs)) == pairs
    with pytest.raises(Refused, match=r"klein-rmc:1\.1-01 of klein-veiligheidsregio:1\.1-01"):
        asking.read(session, "1.1-01")
    with pytest.raises(Refused, match=r"Vraag 9\.9-99 staat in geen enkele vragenlijst"):
        asking.read(session, "9.9-99")
    with pytest.raises(Refused, match="staat niet in de vragenlijst klein-rmx"):
        asking.read(session, "klein-rmx:1.1-01")


def test_a_recommendation_becomes_one_point_for_each_unit_and_never_two(session, world):
    by = acting(world)
    row = recommending.add(
        session,
        world.measurement,
        recommending.Details("de besturen", "Betrek Defensie. En oefen samen.", "1.1"),
        by=by,
    )
    first, second = (world.units[code].id for code in ("VR01", "VR02"))
    recommendation = session.get_one(Recommendation, row.id)

    def make(*ids):
        made = registering.from_recommendation(session, world.measurement, recommendation, ids, by=by)
        return [each.unit_id for each in made]

    assert make(first, first) == [first]
    schemes.keep(session, "ksf", schemes.Value("1.1", "Elkaar kennen", retired=True), by=by)
    assert make(first, second) == [second]
    assert make() == [None]
    assert make() == []
    found = points.of_recommendations(session, [row.id, 999])
    assert [each.unit_id for each in found[row.id]] == [first, second, None]
    assert found[999] == ()
    point = found[row.id][0]
    assert (point.title, point.text) == ("Betrek Defensie", "Betrek Defensie. En oefen samen.")
    assert point.origin is not None
    assert point.origin.measurement is not None
    assert point.origin.measurement.code == "proefmeting"
    assert (point.number, point.classes, point.fictief) == ("1", {"ksf": "1.1"}, True)
    assert found[row.id][1].classes == {}, "a factor that is chosen no more is left out"
    recommending.remove(session, world.measurement, row.id, by=by, seen_version=1)
    with pytest.raises(Refused, match="intussen verwijderd"):
        make(first)
