"""What must hold when somebody tries hard: regions stay apart, nobody comes between, nothing grows wild."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.tasks.registry import task
from surveys import evidence
from surveys.errors import ChangedMeanwhile, Refused
from surveys.filestore import Folder
from surveys.follow_up import (
    deciding,
    depending,
    indicators,
    letters,
    mentions,
    origins,
    planning,
    points,
    registering,
    schemes,
    standing,
    whole,
)
from surveys.follow_up.deciding import Asked, Taken
from surveys.follow_up.mentions import MentionDetails
from surveys.follow_up.origins import OriginDetails
from surveys.follow_up.points import Details, Evaluation, Later, PointInfo, Response
from surveys.follow_up.standing import Evidence
from surveys.follow_up.timeline import AFTER, BESIDE, NO_DAYS, Course, Link, circular, component, follow
from surveys.models import LogEntry, Origin, Point, PointVersion
from tests.follow_up.conftest import AT, acting
from tests.support import files

DAY = AT.date()
TAKEN = Taken("Het kan dicht.", "de commandant", DAY)
SERIES = indicators.Details("outcome", "Oefeningen", "reeks")
DOCUMENT = OriginDetails("brief", "Een brief")
VR02 = "/opvolging/eenheid/VR02"
TURNS = 4


def info(session: Session, number: int) -> PointInfo:
    found = points.find(session, number)
    assert found is not None
    return found


def change(session, by, number, seen_version=None, **details):
    now = info(session, number)
    return registering.change(
        session,
        number,
        replace(Details.of(now), **details),
        by=by,
        seen_version=seen_version or now.version,
    )


def hand_over(session, by, number, how="doorgezet", successor=None):
    return deciding.close(
        session,
        number,
        how,
        DAY,
        decision=TAKEN,
        successor_id=successor,
        by=by,
        seen_version=info(session, number).version,
    )


@pytest.fixture
def by(world):
    """Somebody of the inspectorate, read once: threads share no session."""
    return acting(world)


# --- regions


@pytest.fixture
def store(app):
    return Folder(app.config["SETTINGS"].files)


def test_a_region_that_gets_a_point_reads_nothing_that_the_one_before_it_reported(
    client, login, session, world, by, make_point, store
) -> None:
    point = make_point(unit_id=world.units["VR01"].id)
    upload = evidence.look_at("geheim.pdf", files.pdf(), largest=10**6)
    report = standing.report(
        session,
        world.units["VR01"],
        point.id,
        "onderhanden",
        "Geheim van regio 1.",
        [Evidence("Geheim verslag", upload)],
        store=store,
        by=acting(world, "ovr.vr01"),
    )
    standing.judge(session, report.id, "niet_bevestigd", "Geheim oordeel.", by=by)
    file = standing.of_points(session, [point.id])[point.id].reports[0].files[0].id
    change(session, by, point.id, unit_id=world.units["VR02"].id)
    session.commit()
    login("ovr.vr02")
    for path in (VR02, f"{VR02}/{point.id}"):
        page = client.get(path)
        assert page.has("Betrek Defensie bij oefeningen")
        for words in ("Geheim", "Regio 1", "Onderhanden", "niet bevestigd."):
            assert words not in page.html
    client.get(f"{VR02}/{point.id}/bestanden/{file}", status=404)
    login("inspecteur")
    assert client.get(f"/opvolging/punten/{point.id}").has("Geheim van regio 1.")


def test_a_region_reads_no_name_of_another_point_in_a_planning_that_moved_along(
    client, login, session, world, by, make_point
) -> None:
    theirs = make_point("Plan van regio 1", unit_id=world.units["VR01"].id)
    point = make_point(unit_id=world.units["VR02"].id)
    depending.depend(session, point.id, theirs.id, AFTER, None, by=by)
    for each, done in ((theirs, date(2014, 5, 1)), (point, date(2014, 6, 1))):
        days = {"begun_on": done, "done_on": done}
        planning.plan(session, each.id, days, reason=None, note=None, by=by, seen=0)
    later = {"done_on": date(2014, 9, 1)}
    planning.plan(session, theirs.id, later, reason="prioriteit", note=None, along=[point.id], by=by, seen=1)
    session.commit()
    login("ovr.vr02")
    page = client.get(f"{VR02}/{point.id}")
    assert page.has("Schuift mee met een ander punt.")
    assert "Plan van regio 1" not in page.html
    assert "botst" not in page.html
    login("inspecteur")
    assert client.get(f"/opvolging/punten/{point.id}").has("Schuift mee met ‘Plan van regio 1’.")


def test_what_others_do_under_a_point_of_a_region_counts_in_nothing_that_the_region_sees(
    session, world, by, make_point
) -> None:
    point = make_point(unit_id=world.units["VR01"].id)
    hidden = make_point("Van regio 2", kind="maatregel", parent_id=point.id, unit_id=world.units["VR02"].id)
    planning.plan(session, hidden.id, {"done_on": DAY}, reason=None, note=None, by=by, seen=0)
    hand_over(
        session, by, make_point("Ging hierin op", unit_id=world.units["VR02"].id).id, successor=point.id
    )
    every = whole.sheet(session, DAY, point.id)
    own = whole.sheet_for(session, DAY, point.id, world.units["VR01"])
    assert ([each.point.id for each in every.under], len(every.predecessors)) == ([hidden.id], 1)
    assert (own.under, own.predecessors) == ((), ())
    assert own.pdca.missing != every.pdca.missing
    assert whole.sheet_for(session, DAY, hidden.id, world.units["VR01"]) is None


def test_measures_go_with_their_point_to_another_region_and_never_show_figures_of_all(
    session, world, by, make_point
) -> None:
    """A measure without a unit has national figures: a region must never get to see one as its own."""
    top = make_point()
    measure = make_point("Maak een rooster", kind="maatregel", parent_id=top.id)
    part = make_point("Deel", kind="maatregel", parent_id=measure.id)
    other = make_point("Van een ander", kind="maatregel", parent_id=top.id, unit_id=world.units["VR02"].id)
    one = world.units["VR01"].id
    for unit in (one, None, one):
        change(session, by, top.id, unit_id=unit)
        assert [info(session, each.id).unit_id for each in (measure, part)] == [unit, unit]
    assert info(session, other.id).unit_id == world.units["VR02"].id
    assert {each.id for each in standing.of_unit(session, one)} == {top.id, measure.id, part.id}
    kept = session.scalars(select(PointVersion).where(PointVersion.point_id == part.id)).all()
    assert [each.content["unit_id"] for each in kept] == [None, one, None, one]


def test_nothing_about_a_unit_is_made_in_the_background() -> None:
    with pytest.raises(ValueError, match="about a unit"):
        task("unit", title="Van een regio", permission="unit.follow")


# --- at the same moment


def at_once(session: Session, *steps: Callable[[Session], object]) -> list[Exception | None]:
    """Take steps at the same moment, each with a session of its own; gives what refused each."""
    session.commit()
    barrier, answers = threading.Barrier(len(steps)), {}

    def work(place: int, step: Callable[[Session], object]) -> None:
        with Session(session.get_bind()) as own:
            barrier.wait(timeout=60)
            try:
                step(own)
                own.commit()
                answers[place] = None
            except Exception as error:
                own.rollback()
                answers[place] = error

    threads = [threading.Thread(target=work, args=each, daemon=True) for each in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    session.expire_all()
    return [answers[place] for place in range(len(steps))]


def kinds_of(found: list[Exception | None]) -> set[object]:
    return {type(each) if each else None for each in found}


def test_no_two_points_come_to_stand_under_or_go_on_in_each_other(session, world, by, make_point) -> None:
    for _ in range(TURNS):
        one, other = make_point("Een").id, make_point("Ander").id
        found = at_once(
            session,
            lambda own, a=one, b=other: change(own, by, a, parent_id=b),
            lambda own, a=one, b=other: change(own, by, b, parent_id=a),
        )
        assert kinds_of(found) == {None, Refused}
        one, other = make_point("Een").id, make_point("Ander").id
        found = at_once(
            session,
            lambda own, a=one, b=other: hand_over(own, by, a, successor=b),
            lambda own, a=one, b=other: hand_over(own, by, b, successor=a),
        )
        assert kinds_of(found) == {None, Refused}
    whole.sheets(session, DAY)


def test_of_two_links_that_make_a_circle_together_one_is_refused(session, world, by, make_point) -> None:
    for _ in range(TURNS):
        a, b, c, d = (make_point(f"Punt {n}").id for n in range(4))
        depending.depend(session, a, b, AFTER, None, by=by)
        depending.depend(session, c, d, AFTER, None, by=by)
        found = at_once(
            session,
            lambda own, one=b, other=c: depending.depend(own, one, other, AFTER, None, by=by),
            lambda own, one=d, other=a: depending.depend(own, one, other, AFTER, None, by=by),
        )
        assert kinds_of(found) == {None, Refused}
        assert not circular(depending.links(session))


def test_nothing_open_comes_to_stand_under_a_point_that_closes(session, world, by, make_point) -> None:
    for _ in range(TURNS):
        top = make_point("Boven").id
        under = Details("maatregel", "Onder", "Onder.", "iedereen", parent_id=top)
        found = at_once(
            session,
            lambda own, number=top: hand_over(own, by, number, "geschrapt"),
            lambda own, details=under: registering.add(own, details, by=by),
        )
        assert kinds_of(found) == {None, Refused}


def test_plannings_that_move_each_other_along_do_not_wait_for_ever(session, world, by, make_point) -> None:
    for _ in range(TURNS):
        one, other = make_point("Een").id, make_point("Ander").id
        depending.depend(session, one, other, BESIDE, None, by=by)
        for each in (one, other):
            planning.plan(session, each, {"done_on": DAY}, reason=None, note=None, by=by, seen=0)
        found = at_once(
            session,
            *(
                lambda own, moved=moved, along=along: planning.plan(
                    own,
                    moved,
                    {"done_on": date(2015, 1, 1)},
                    reason="prioriteit",
                    note=None,
                    along=[along],
                    by=by,
                    seen=1,
                )
                for moved, along in ((one, other), (other, one))
            ),
        )
        assert None in found
        assert kinds_of(found) <= {None, ChangedMeanwhile}
        for each in planning.of_points(session, [one, other], DAY).values():
            assert [version.number for version in each.versions] == [1, 2]


def test_of_two_who_change_the_same_one_is_told_and_nothing_is_lost(session, world, by, make_point) -> None:
    point = make_point().id
    indicator = indicators.add(session, point, SERIES, by=by).id
    decision = deciding.ask(session, point, Asked("bijsturen", "Wat nu?", "de commandant"), by=by).id
    origin = origins.add(session, DOCUMENT, by=by).id
    version = info(session, point).version
    steps: list[Callable[[Session, str], object]] = [
        lambda own, words: change(own, by, point, version, title=words),
        lambda own, words: planning.plan(
            own, point, {"done_on": date(2015, 1, len(words))}, reason=None, note=None, by=by, seen=0
        ),
        lambda own, words: indicators.change(
            own, point, indicator, replace(SERIES, title=words), by=by, seen_version=1
        ),
        lambda own, words: deciding.change(
            own, point, decision, Asked("bijsturen", words, "de commandant"), by=by, seen_version=1
        ),
        lambda own, words: origins.change(own, origin, replace(DOCUMENT, title=words), by=by, seen_version=1),
        lambda own, words: schemes.keep(own, "agendapunt", schemes.Value("jonger", words), by=by),
    ]
    for step in steps:
        found = at_once(session, lambda own, go=step: go(own, "Een"), lambda own, go=step: go(own, "Twee"))
        assert kinds_of(found) == {None, ChangedMeanwhile}


# --- rules


def test_a_point_comes_under_no_closed_one_and_not_too_deep(session, world, by, make_point) -> None:
    closed, loose = make_point("Dicht"), make_point("Los")
    hand_over(session, by, closed.id, "geschrapt")
    with pytest.raises(Refused, match="is afgesloten"):
        change(session, by, loose.id, parent_id=closed.id)
    with pytest.raises(Refused, match="is afgesloten"):
        make_point("Nieuw", parent_id=closed.id)
    session.rollback()
    deep = [make_point("Diep")]
    for n in range(registering.MOST_DEEP - 2):
        deep.append(make_point(f"Dieper {n}", parent_id=deep[-1].id))
    make_point("Op de bodem", parent_id=deep[-1].id)
    make_point("Onder los", parent_id=loose.id)
    with pytest.raises(Refused, match="meer dan 20 punten onder elkaar"):
        change(session, by, loose.id, parent_id=deep[-1].id)


def test_a_point_in_which_another_goes_on_is_not_removed(session, world, by, make_point) -> None:
    old, new = make_point("Oud"), make_point("Nieuw")
    hand_over(session, by, old.id, successor=new.id)
    with pytest.raises(Refused, match="In dit punt gaat ‘Oud’ verder"):
        registering.remove(session, new.id, by=by, seen_version=1)


def test_what_happened_today_in_the_netherlands_is_not_yet_to_come(session, world, by, make_point) -> None:
    by = acting(world, at=datetime(2014, 3, 3, 23, 30, tzinfo=UTC))
    point = make_point()
    registering.reach(session, point.id, {"begun_on": date(2014, 3, 4)}, by=by, seen_version=1)
    assert info(session, point.id).actual["begun_on"] == date(2014, 3, 4)


@pytest.mark.parametrize("far", [date.min, date(1899, 12, 31), date(2200, 1, 1), date.max])
def test_days_that_no_page_or_file_can_hold_are_refused(session, world, by, make_point, far) -> None:
    by = acting(world, at=datetime(2400, 1, 1, tzinfo=UTC))  # so that none of them is yet to come
    point = make_point(nature="richtinggevend").id
    seen = {"by": by, "seen_version": 1}
    steps = [
        lambda: change(session, by, point, due_on=far),
        lambda: registering.respond(session, point, Response("volledig", "de minister", far), **seen),
        lambda: registering.decide_later(session, point, Later("schrappen", "de minister", far), **seen),
        lambda: registering.reach(session, point, {"done_on": far}, **seen),
        lambda: planning.plan(session, point, {"done_on": far}, reason=None, note=None, by=by, seen=0),
        lambda: indicators.add(session, point, replace(SERIES, due_on=far), by=by),
        lambda: indicators.add(session, point, replace(SERIES, baseline=1.0, baseline_on=far), by=by),
        lambda: deciding.ask(session, point, Asked("bijsturen", "Wat?", "de commandant", far), by=by),
        lambda: deciding.evaluate(session, point, Evaluation("ja", "ja", "Kijk.", "de IVD", far), **seen),
        lambda: standing.say(session, point, "eigen", "onderhanden", None, "de IVD", far, by=by),
        lambda: origins.add(session, replace(DOCUMENT, dated=far), by=by),
    ]
    for step in steps:
        with session.no_autoflush, pytest.raises(Refused, match=r"jaar|toekomst"):
            step()
        session.rollback()


def test_what_would_move_out_of_time_is_refused(session, world, by, make_point) -> None:
    first, waits = make_point("Eerst"), make_point("Daarna")
    depending.depend(session, waits.id, first.id, AFTER, None, by=by)
    days = {"begun_on": date(1900, 1, 1), "done_on": date(2199, 1, 1)}
    planning.plan(session, waits.id, days, reason=None, note=None, by=by, seen=0)
    for done in (date(2190, 1, 1), date(2199, 12, 31)):
        with pytest.raises(Refused, match="De datum van wat meeschuift"):
            planning.would_move(session, first.id, {"done_on": done})


def test_chains_of_thousands_of_points_are_followed_to_their_end() -> None:
    many = 3000
    kinds = [BESIDE if n % 1000 == 500 else AFTER for n in range(many)]
    chain = [Link(n + 1, n, kind) for n, kind in enumerate(kinds)]
    assert not circular(chain)
    assert circular([*chain, Link(0, many, AFTER)])
    assert circular([*chain, Link(0, many, BESIDE)])
    assert component(chain, 1) == set(range(1, many + 1))
    day = {**NO_DAYS, "begun_on": DAY, "done_on": DAY}
    courses = {n: Course(n, str(n), True, day, NO_DAYS) for n in range(many + 1)}
    courses[0] = courses[0].later(100)
    moved = follow(courses, chain, 0)
    assert len(moved) == many
    assert min(each["done_on"] for each in moved.values()) > DAY


def test_a_baseline_from_after_the_work_is_no_figure_from_before_it(session, by, make_point) -> None:
    by = replace(by, at=datetime(2016, 1, 1, tzinfo=UTC))
    for day, verdict in ((date(2014, 5, 1), "verbeterd"), (date(2014, 7, 1), "nog_niet_gemeten")):
        point = make_point().id
        done = {"begun_on": date(2014, 4, 1), "done_on": date(2014, 6, 1)}
        registering.reach(session, point, done, by=by, seen_version=1)
        made = indicators.add(session, point, replace(SERIES, baseline=3.0, baseline_on=day), by=by)
        reading = indicators.ReadingDetails(date(2015, 1, 1), 9, "anders", "Het register")
        indicators.read(session, point, made.id, reading, by=by)
        found = indicators.of_points(session, [point], date(2016, 1, 1))[point][0]
        assert found.effect.verdict == verdict


# --- made up, and told


def test_what_hangs_on_something_made_up_is_made_up(session, world, by, make_point) -> None:
    source = origins.add(session, replace(DOCUMENT, fictief=True), by=by)
    assert make_point("Uit een verzonnen brief", origin_id=source.id).fictief
    top = make_point("Boven")
    part = make_point("Deel", parent_id=make_point("Midden", parent_id=top.id).id)
    change(session, by, top.id, fictief=True)
    assert info(session, part.id).fictief
    real = make_point("Echt")
    with pytest.raises(Refused, match="verzonnen"):
        depending.depend(session, real.id, top.id, AFTER, None, by=by)
    with pytest.raises(Refused, match="verzonnen"):
        hand_over(session, by, real.id, successor=top.id)
    session.rollback()
    plain = origins.add(session, DOCUMENT, by=by)
    make_point("Uit een echte brief", origin_id=plain.id)
    with pytest.raises(Refused, match="niet verzonnen"):
        origins.change(session, plain.id, replace(DOCUMENT, fictief=True), by=by, seen_version=1)
    session.rollback()
    assert not session.get_one(Origin, plain.id).fictief


def test_the_log_tells_who_did_what_and_repeats_no_words(session, world, by, make_point) -> None:
    words = "Zinnen voor niemand"
    origin = origins.add(session, OriginDetails("brief", words, words, words), by=by)
    point = make_point(words, text=words, owner=words, due_words=words, nature="richtinggevend")
    other = make_point(words)
    number = point.id

    def version() -> int:
        return info(session, number).version

    registering.respond(
        session, number, Response("volledig", words, DAY, words), by=by, seen_version=version()
    )
    registering.decide_later(session, number, Later("schrappen", words, DAY), by=by, seen_version=version())
    mention = mentions.add(session, number, MentionDetails(origin.id, words, words, words), by=by)
    mentions.remove(session, number, mention.id, by=by)
    planning.plan(session, number, {"done_on": DAY}, reason=None, note=words, by=by, seen=0)
    link = depending.depend(session, number, other.id, AFTER, words, by=by)
    depending.undepend(session, number, link.id, by=by)
    indicator = indicators.add(session, number, replace(SERIES, title=words, counted=words), by=by)
    reading = indicators.ReadingDetails(DAY, 3, "anders", words)
    made = indicators.read(session, number, indicator.id, reading, by=by)
    indicators.withdraw(session, number, indicator.id, made.id, by=by)
    standing.say(session, number, "toezicht", "onderhanden", words, words, DAY, by=by)
    decision = deciding.ask(session, number, Asked("bijsturen", words, words), by=by)
    deciding.take(session, number, decision.id, DAY, words, by=by, seen_version=1)
    found = Evaluation("ja", "ja", words, words, DAY)
    deciding.evaluate(session, number, found, by=by, seen_version=version())
    letters.add(session, letters.LetterDetails(DAY, words, words, (origin.id,)), by=by)
    schemes.keep(session, "agendapunt", schemes.Value("jonger", words, words), by=by)
    hand_over(session, by, number, successor=other.id)
    deciding.reopen(session, number, Taken(words, words, DAY), by=by, seen_version=version())
    session.commit()
    rows = session.scalars(select(LogEntry).where(LogEntry.at == AT)).all()
    assert len(rows) >= 22
    assert {each.assignment_id for each in rows} == {by.assignment_id}
    assert [each.action for each in rows if words in str(each.detail)] == []
    kept = session.scalars(
        select(PointVersion.version).where(PointVersion.point_id == number).order_by(PointVersion.version)
    ).all()
    assert kept == list(range(1, version() + 1))


@pytest.mark.parametrize(
    "words", ["\u0623\u0647\u0644\u0627 \u202eomgekeerd", "\U0001f469\u200d\U0001f692 brand"]
)
def test_letters_of_any_kind_are_kept_and_shown(client, login, session, make_point, words) -> None:
    point = make_point("Titel")
    login("inspecteur")
    client.get(f"/opvolging/punten/{point.id}/wijzigen")
    client.submit({"title": words}, button="Punt bewaren")
    session.expire_all()
    title = session.get_one(Point, point.id).title
    assert title.split()[0] == words.split()[0]
    assert client.get("/opvolging/").has(title)
