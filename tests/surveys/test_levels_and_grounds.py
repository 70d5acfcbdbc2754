"""How levels are marked, and what a national proposal is said to rest on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from surveys import results
from surveys.reports.factor import proposal_of
from surveys.reports.levels import high_to_low, letters_of, marks, rank_of
from tests import factories, strategies

WORDS = st.lists(st.sampled_from(["goed", "Goud", "heel", "niet", "te", "zwak"]), min_size=1, max_size=3)


@given(st.lists(WORDS.map(" ".join), min_size=2, max_size=5, unique_by=str.casefold))
def test_different_labels_get_different_letters(labels: list[str]) -> None:
    assert len(set(letters_of(labels))) == len(labels)


@given(st.integers(2, 9))
def test_the_rank_rises_with_the_level(count: int) -> None:
    order = ["failing", "partly", "between", "top"]
    ranks = [order.index(rank_of(place, count)) for place in range(count)]

    assert ranks == sorted(ranks)
    assert (ranks[0], ranks[-1]) == (0, 3)
    assert ranks.count(0) == ranks.count(3) == 1


def test_levels_are_shown_from_high_to_low_and_none_last() -> None:
    shown = high_to_low(marks(factories.tiny()))

    assert [mark.letters for mark in shown] == ["V", "VD", "VN", "NTB"]
    assert [mark.rank for mark in shown] == ["top", "partly", "failing", "none"]


@given(strategies.measured())
def test_the_grounds_of_a_proposal_agree_with_it(measured: tuple[strategies.Data, strategies.Data]) -> None:
    instrument = strategies.read(measured[0])
    units = strategies.answers(measured[1], instrument)
    national = results.score(instrument, units).national

    for figures in national.factors.values():
        found = proposal_of(instrument, figures)
        musts = all(ground.share.met for ground in found.musts)
        everything = bool(
            figures.n and found.with_level.met and found.mean_met and musts and found.failing.met
        )

        assert found.mark.code == figures.proposal
        assert everything == (found.rule == "top")
        assert (found.rule == "too_few") == (not figures.n or not found.with_level.met)
        if found.rule == "majority":
            assert found.mark == found.lowest
        if found.rule == "mean" and found.by_mean != found.top:
            assert found.mark == found.by_mean


@given(strategies.measured())
def test_the_points_of_a_unit_are_those_of_the_explanation(
    measured: tuple[strategies.Data, strategies.Data],
) -> None:
    instrument = strategies.read(measured[0])
    units = strategies.answers(measured[1], instrument)
    scored = results.score(instrument, units).units

    for unit, given_answers in units.items():
        assert set(scored[unit].points) == set(instrument.questions)
        for why in results.why(instrument, given_answers).values():
            assert {row.code: row.s for row in why.rows} == {
                row.code: scored[unit].points[row.code] for row in why.rows
            }
