"""The example dossiers: complete where submitted, coherent over time, and plainly made up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import pytest

from scoring import Results
from surveys import example, questions, results
from surveys.instruments import Instrument
from surveys.results import Answer

SUBMITTED = ["nulmeting-2006", "tussenmeting-2009", "eindmeting-2013"]
OPEN = "vervolgmeting-2026"
KINDS = ["veiligheidsregio", "rmc"]
OTHERS = {"vms-2026": "defensieonderdeel", "inzet-2026": "inzetpartij"}
"""Measurements of other kinds of units, each with one questionnaire; all their dossiers are complete."""
ALL = [*SUBMITTED, OPEN, *OTHERS]
COMPLETE = [*[(code, kind) for code in SUBMITTED for kind in KINDS], *OTHERS.items()]

# an illustrative score per factor for the two earlier years: made up too, and only a mark to steer by
TREND = {
    "1.1": (0.40, 0.68),
    "1.2": (0.35, 0.72),
    "2.1": (0.25, 0.50),
    "2.2": (0.45, 0.92),
    "3.1": (0.50, 0.92),
    "3.2": (0.45, 0.92),
    "4.1": (0.40, 0.75),
    "4.2": (0.25, 0.50),
    "4.3": (0.45, 0.82),
    "5.1": (0.25, 0.55),
    "6.1": (0.35, 0.65),
}

Load = Callable[..., tuple[Instrument, dict[str, dict[str, Answer]]]]
Scored = Callable[..., Results]


@pytest.mark.parametrize(("measurement", "kind"), [*COMPLETE, *[(OPEN, kind) for kind in KINDS]])
def test_every_answer_is_one_that_its_question_can_have(measurement: str, kind: str, load: Load) -> None:
    instrument, answers = load(measurement, kind)
    for unit, given in answers.items():
        for code, answer in given.items():
            question = instrument.questions[code]
            assert (answer.value is None) != (answer.special is None), (unit, code)
            if answer.value is not None:
                assert questions.TYPES[question.type].check(question, answer.value) == answer.value
            if answer.special == "onbekend":
                assert question.allow_unknown, (unit, code)
            if answer.special == "nvt":
                assert question.allow_na, (unit, code)
                assert answer.note, (unit, code)


@pytest.mark.parametrize(("measurement", "kind"), COMPLETE)
def test_a_submitted_dossier_lacks_nothing(measurement: str, kind: str, load: Load, scored: Scored) -> None:
    instrument, answers = load(measurement, kind)
    assert set(answers) == {unit.code for unit in example.units() if unit.kind == kind}
    for unit, given in answers.items():
        assert scored(measurement, kind).units[unit].incomplete == ()
        for code, state in results.asked(instrument, given).items():
            if state == "asked" and instrument.questions[code].type != "text":
                assert code in given, f"{unit} {code} is open"
            if state == "not_asked":
                assert code not in given, f"{unit} {code} is answered but not asked"


@pytest.mark.parametrize("year", [0, 1])
@pytest.mark.parametrize("factor", TREND)
def test_the_earlier_means_lie_near_the_illustrative_scores(factor: str, year: int, scored: Scored) -> None:
    found = scored(SUBMITTED[year]).national.factors[factor]
    assert found.mean == pytest.approx(TREND[factor][year], abs=0.05)
    assert found.n >= 20, "enough regions have a level for a national proposal"


def test_only_factor_4_1_falls_short_nationally_in_2013(scored: Scored) -> None:
    proposals = {code: found.proposal for code, found in scored(SUBMITTED[2]).national.factors.items()}
    assert proposals.pop("4.1") == "voldoet_deels"
    assert set(proposals.values()) == {"voldoet"}


def test_the_earlier_years_hold_unknown_answers_and_missed_musts(scored: Scored) -> None:
    for measurement in SUBMITTED[:2]:
        found = scored(measurement)
        assert sum(question.unknown for question in found.national.questions.values()) >= 10
        assert any(factor.missed_musts for unit in found.units.values() for factor in unit.factors.values())


def test_regions_mostly_improve_but_not_all_and_4_1_falls_after_2009(load: Load) -> None:
    changes = [results.compare(*load(a), *load(b)) for a, b in pairwise(SUBMITTED)]
    for found in changes:
        assert found.counts["verbeterd"] > found.counts["verslechterd"] > 0
    fell = changes[1].factors["4.1"].counts
    assert fell["verslechterd"] > fell["verbeterd"]


def test_the_versions_are_comparable_in_part(load: Load) -> None:
    later = results.compare(*load(SUBMITTED[1]), *load(SUBMITTED[2])).factors
    assert later["3.1"].common == 1
    assert 0.5 < later["2.1"].common < 1
    assert later["4.2"].common < 0.5
    assert later["4.2"].counts["niet_vergelijkbaar"] == 25
    assert (later["4.1"].counts["niet_vergelijkbaar"], later["5.1"].counts["niet_vergelijkbaar"]) == (0, 0)
    whole = results.compare(*load(SUBMITTED[0]), *load(SUBMITTED[2])).factors
    assert whole["5.1"].common < 0.5


def test_the_open_measurement_has_something_for_everybody_to_do(load: Load) -> None:
    instrument, answers = load(OPEN)
    assert set(answers) == {"VR01", "VR04", "VR09", "VR13", "VR17", "VR22"}
    assert set(load(OPEN, "rmc")[1]) == {"RMC-NOORD"}
    found = results.score(instrument, answers).units

    def lacking(unit: str) -> set[str]:
        asked = results.asked(instrument, answers[unit])
        return {
            code
            for code, state in asked.items()
            if state == "asked" and code not in answers[unit] and instrument.questions[code].type != "text"
        }

    assert lacking("VR13") == set()
    assert found["VR13"].incomplete == ()
    assert 1 <= len(lacking("VR01")) <= 8
    assert {instrument.questions[code].factor for code in lacking("VR17")} == {"1.1"}
    assert not {code for code in answers["VR17"] if code.startswith("1.1")}
    assert found["VR17"].incomplete == ()
    assert found["VR04"].incomplete, "somebody forgot an explanation or a document"


def test_explanations_and_references_are_varied_and_plainly_made_up() -> None:
    for measurement in ALL:
        notes: Counter[str] = Counter()
        for unit, given in example.answers(measurement).items():
            for code, answer in given.items():
                if answer.note:
                    notes[answer.note] += 1
                    assert answer.note == " ".join(answer.note.split()), (unit, code)
                    assert not set("{}") & set(answer.note), (unit, code)
                    assert answer.note[0].isupper() or answer.note.startswith("'s "), answer.note
                    assert answer.note.endswith("."), answer.note
                for title, page in answer.documents:
                    assert title.endswith(" (fictief)"), (unit, code)
                    assert page, (unit, code)
        assert max(notes.values()) <= 4
        assert len(notes) >= 0.9 * notes.total()


def test_no_explanation_names_anybody() -> None:
    surnames = {person.name.split()[-1] for person in example.people()}
    for measurement in ALL:
        for given in example.answers(measurement).values():
            for answer in given.values():
                assert not surnames & set((answer.note or "").replace(".", " ").split())


def test_everybody_has_an_account_at_an_address_that_goes_nowhere() -> None:
    people = example.people()
    assert len({person.email for person in people}) == len({person.name for person in people}) == len(people)
    assert all(person.email.endswith("@voorbeeld.nl") for person in people)
    assert Counter(person.role for person in people) == {
        "ovr": 25,
        "contactpersoon": 25,
        "rmc": 3,
        "commandant": 10,
        "veiligheidsadviseur": 7,
        "risicofunctionaris": 3,
        "inspecteur": 2,
        "beheerder": 1,
    }
    places = {unit.code for unit in example.units()} | {found.code for found in example.organisations()}
    assert {person.place for person in people} == places
    emails = {person.email for person in people}
    assert {email for email, _ in example.shown_accounts()} <= emails


def test_every_region_belongs_to_one_rmc_at_any_time() -> None:
    regions = [unit.code for unit in example.units() if unit.kind == "veiligheidsregio"]
    rmcs = {unit.code for unit in example.units() if unit.kind == "rmc"}
    for region in regions:
        chain = [link for link in example.links() if link.unit == region]
        assert {link.parent for link in chain} <= rmcs
        assert chain[0].valid_from == date(2006, 1, 1)
        assert chain[-1].valid_until is None
        for one, following in pairwise(chain):
            assert one.valid_until == following.valid_from


def test_tiles_do_not_overlap() -> None:
    tiles = [unit.tile for unit in example.units() if unit.tile]
    assert len(set(tiles)) == len(tiles) == 25


def test_measurements_follow_one_another() -> None:
    rounds = example.measurements()
    assert [found.code for found in rounds] == ALL
    for found in rounds:
        assert found.first <= found.sent_out < found.due_on <= found.last
        # the last to begin still needs some two weeks for all factors and both signatures
        assert found.sent_out + timedelta(days=found.spread_days + 15) <= found.last
    assert [found.submitted for found in rounds] == [True, True, True, False, True, False]
