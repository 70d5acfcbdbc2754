"""The rule of effect: which figures are put beside each other, and what that says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.follow_up.effect import (
    CAVEAT,
    COUNTED,
    DECIMALS,
    EFFECTS,
    ENTERED,
    SCORED,
    WORKS,
    Course,
    Effect,
    Pair,
    Value,
    amount,
    effect,
    rounded,
    sentence,
    shown,
    since,
    together,
    verdict,
)

DAY = date(2014, 3, 3)
CAUSES = ("door ", "dankzij", "veroorza", "gevolg van", "leidde")
"""What no sentence may say: figures do not tell why they moved."""

days = st.dates(date(2010, 1, 1), date(2020, 12, 31))
figures = st.floats(0, 1, allow_nan=False)
courses = st.builds(
    Course,
    recorded_on=days,
    begun_on=st.none() | days,
    done_on=st.none() | days,
).filter(lambda each: not (each.begun_on and each.done_on and each.done_on < each.begun_on))


def value(on: date, figure: float, of: int | None = None) -> Value:
    return Value(on, figure, of, f"stand van {on.year}", None, reading_id=1)


@st.composite
def series(draw: st.DrawFn) -> list[Value]:
    found = draw(st.lists(days, unique=True, max_size=6))
    return [value(on, draw(figures)) for on in sorted(found)]


def as_they_are(was: Value, now: Value) -> Pair:
    return was, now


def refused(was: Value, now: Value) -> Pair:
    return "de vraag is anders gesteld."


def of(values: list[Value], course: Course, baseline: Value | None = None, higher: bool = True) -> Effect:
    return effect(values, baseline, course, as_they_are, higher_is_better=higher, decimals=2)


@given(series(), courses, st.none() | st.builds(value, days, figures))
def test_the_figures_lie_before_and_after_the_point(
    values: list[Value], course: Course, baseline: Value | None
) -> None:
    found = of(values, course, baseline)

    earlier = [each for each in values if each.on <= course.start]
    too_late = baseline is not None and course.done_on is not None and baseline.on > course.done_on
    assert found.before == (earlier[-1] if earlier else None if too_late else baseline)
    if course.done_on is None:
        assert found.at_completion is None
        assert not found.done
        new = values[-1] if values and values[-1].on > since(found.before, course) else None
        assert found.after == new
        return
    assert course.start <= course.done_on
    assert found.at_completion == max(
        (each for each in values if each.on <= course.done_on), key=lambda each: each.on, default=None
    )
    assert found.after == min(
        (each for each in values if each.on > max(course.done_on, since(found.before, course))),
        key=lambda each: each.on,
        default=None,
    )


@given(series(), courses)
def test_which_way_is_better_turns_improved_and_worse_around(values: list[Value], course: Course) -> None:
    up, down = of(values, course), of(values, course, higher=False)

    turned = {"verbeterd": "verslechterd", "verslechterd": "verbeterd"}
    assert down.verdict == turned.get(up.verdict, up.verdict)
    assert (up.verdict == "nog_niet_gemeten") == (up.before is None or up.after is None)


@given(figures, figures)
def test_two_figures_are_the_same_exactly_when_people_see_the_same(before: float, after: float) -> None:
    same = shown(before, SCORED) == shown(after, SCORED)

    assert (verdict(before, after, True, DECIMALS[SCORED]) == "gelijk") == same


@given(series(), courses, st.sampled_from([COUNTED, SCORED, ENTERED]), st.booleans())
def test_no_sentence_says_why_a_figure_moved(
    values: list[Value], course: Course, kind: str, comparable: bool
) -> None:
    pair = as_they_are if comparable else refused
    found = effect(values, None, course, pair, higher_is_better=True, decimals=DECIMALS[kind])

    words = f"{sentence(found, kind)} {CAVEAT} {found.label}"
    assert not any(cause in words.lower() for cause in CAUSES)
    for side in (found.before, found.after):
        assert side is None or amount(side, kind) in words


def test_figures_that_cannot_be_compared_say_why() -> None:
    values = [value(DAY - timedelta(9), 12, 25), value(DAY + timedelta(9), 19, 25)]
    found = effect(values, None, Course(DAY, DAY, DAY), refused, higher_is_better=True, decimals=0)

    assert found.verdict == "niet_vergelijkbaar"
    assert sentence(found, COUNTED) == (
        "Niet te vergelijken: de vraag is anders gesteld. Gemeten: 12 van de 25 (stand van 2014) en"
        " 19 van de 25 (stand van 2014)."
    )


def test_a_count_is_told_before_and_after() -> None:
    values = [value(date(2013, 4, 26), 12, 25), value(date(2026, 6, 1), 19, 25)]

    done = of(values, Course(DAY, DAY, date(2020, 1, 1)))
    busy = of(values, Course(DAY, DAY, None))

    assert done.verdict == busy.verdict == "verbeterd"
    assert done.at_completion == values[0]
    assert sentence(done, COUNTED) == (
        "Na de uitvoering telt de stand van 2026 er 19 van de 25; daarvoor waren het er 12 (stand van 2013)."
    )
    assert sentence(busy, COUNTED).startswith("Het punt is nog niet uitgevoerd. Tot nu toe telt")


def test_what_was_filled_in_counts_only_where_nothing_was_measured() -> None:
    typed, old, new = value(DAY, 0.5), value(DAY, 0.4), value(DAY + timedelta(1), 0.5)

    assert of([old, new], Course(DAY, None, None), typed).verdict == "verbeterd"
    assert of([new], Course(DAY, None, None), typed).verdict == "gelijk"
    assert of([new], Course(DAY, None, None)).verdict == "nog_niet_gemeten"
    later = value(new.on, 0.3)  # filled in of the very same day: that figure is not new beside it
    assert of([new], Course(DAY, None, None), later).verdict == "nog_niet_gemeten"


def test_a_point_that_was_done_before_it_was_recorded_began_that_day_at_the_latest() -> None:
    values = [value(date(2013, 1, 1), 0.2), value(date(2013, 9, 1), 0.6)]

    found = of(values, Course(DAY, None, date(2013, 5, 1)))

    assert (found.before, found.after, found.verdict) == (values[0], values[1], "verbeterd")


@pytest.mark.parametrize(
    ("figure", "kind", "words"),
    [
        (0.125, SCORED, "0,13"),
        (0.1 + 0.2 - 0.3, SCORED, "0,00"),
        (-0.001, ENTERED, "0"),
        (1250.5, ENTERED, "1250,5"),
        (19.0, COUNTED, "19"),
    ],
)
def test_figures_in_dutch(figure: float, kind: str, words: str) -> None:
    assert shown(figure, kind) == words


def test_halves_go_away_from_zero() -> None:
    assert [str(rounded(each, 0)) for each in (0.5, 1.5, -0.5)] == ["1", "2", "-1"]


@given(st.lists(st.sampled_from(list(EFFECTS)), max_size=5))
def test_indicators_together_say_what_those_that_moved_say(verdicts: list[str]) -> None:
    found = together(verdicts)

    assert found in WORKS
    assert (found == "geen") == (not verdicts)
    assert (found == "wisselend") == ({"verbeterd", "verslechterd"} <= set(verdicts))
    if found == "gelijk":
        assert not {"verbeterd", "verslechterd"} & set(verdicts)
