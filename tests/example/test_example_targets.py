"""What the report of 2013 counts: every published statement comes out of the example answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from exports import wording
from scoring import Results
from scoring.results import NationalStatement
from surveys import example, results
from surveys.instruments import Instrument
from surveys.results import Answer

FINAL = "eindmeting-2013"
KINDS = {"icms-veiligheidsregio": "veiligheidsregio", "icms-rmc": "rmc"}
TARGETS: list[dict[str, Any]] = json.loads((example.HERE / "targets.json").read_text("utf-8"))
BY_ID = {target["id"]: target for target in TARGETS}

# the report counts these among all regions, the question only reaches those with LCMS
ASKED_OF_FEWER = {"P129", "P130"}

Loaded = tuple[Instrument, dict[str, dict[str, Answer]]]
Load = Callable[..., Loaded]
Scored = Callable[..., Results]


def counted(scored: Scored, target: dict[str, Any]) -> NationalStatement:
    return scored(FINAL, KINDS[target["instrument"]]).national.statements[target["statement"]]


def test_there_is_a_statement_for_each_of_the_159_targets() -> None:
    assert len(TARGETS) == 159
    named = {(target["instrument"], target["statement"]) for target in TARGETS}
    lists = example.pinned(FINAL).values()
    assert named == {(found.code, code) for found in lists for code in found.statements}
    assert len(named) == 159


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target["id"])
def test_a_published_statement_comes_out(target: dict[str, Any], load: Load, scored: Scored) -> None:
    instrument, answers = load(FINAL, KINDS[target["instrument"]])
    found = counted(scored, target)
    assert target["lo"] <= found.n <= target["hi"]
    assert found.n == len(found.units)
    if target["of"] is not None and target["id"] not in ASKED_OF_FEWER:
        assert found.of == target["of"]
    text = instrument.statements[target["statement"]].text
    assert wording.sentence(text, found.n, found.of, len(answers), instrument.unit_noun)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target["id"])
def test_a_word_of_the_report_is_a_word_and_a_number_a_number(target: dict[str, Any], load: Load) -> None:
    text = load(FINAL, KINDS[target["instrument"]])[0].statements[target["statement"]].text
    if target["kind"] == "woord":
        assert "elwoord}" in text
    if target["kind"] in ("exact", "alle"):
        assert "antal}" in text


def test_the_denominators_that_the_report_leaves_open(scored: Scored) -> None:
    of = {id_: counted(scored, BY_ID[id_]).of for id_ in ("P041", "P053", "P084", "P129", "P130", "P180")}
    with_agreements = 25 - counted(scored, BY_ID["P040"]).n
    not_a_member = 25 - counted(scored, BY_ID["P049"]).n
    no_feedback = 25 - counted(scored, BY_ID["P083"]).n
    lcms = counted(scored, BY_ID["P128"]).n
    assert of == {
        "P041": with_agreements,
        "P053": not_a_member,
        "P084": no_feedback,
        "P129": lcms,
        "P130": lcms,
        "P180": 2,
    }


def test_either_of_two_questions_is_enough_for_being_told_at_grip_2(load: Load) -> None:
    target = BY_ID["P098"]
    instrument, answers = load(FINAL)
    main = instrument.statements[target["statement"]].count
    other = target["or"]
    met = [
        unit
        for unit, given in answers.items()
        if given["2.1-09"].value in ("grip1", "grip2") or given[other["question"]].value in other["in"]
    ]
    assert main.question == "2.1-09"
    assert target["lo"] <= len(met) <= target["hi"]


@pytest.mark.parametrize(
    "target", [t for t in TARGETS if "same_units_as" in t], ids=lambda target: target["id"]
)
def test_two_statements_that_speak_of_the_same_regions(target: dict[str, Any], scored: Scored) -> None:
    other = BY_ID[target["same_units_as"]]
    assert set(counted(scored, target).units) == set(counted(scored, other).units)


def test_a_permanent_member_of_moto_shares_in_every_evaluation_that_runs_there(load: Load) -> None:
    """P157 (report §3.6.1): permanent member, and evaluations through MOTO, then always; and it occurs."""
    held = [
        given["6.1-04"].value
        for given in load(FINAL)[1].values()
        if given["5.1-04"].value == "vast" and given["6.1-02"].value == "ja"
    ]
    assert held
    assert set(held) == {"altijd"}


def test_without_permanent_membership_of_moto_only_deployments_are_shared(load: Load) -> None:
    """P158 (report §3.6.1): no permanent member, then never without a deployment; and it occurs."""
    held = [given["6.1-04"].value for given in load(FINAL)[1].values() if given["5.1-04"].value != "vast"]
    assert held
    assert set(held) == {"nooit"}


def test_the_six_regions_on_call_by_themselves_are_the_southern_ones(load: Load) -> None:
    own = {unit for unit, given in load(FINAL)[1].items() if given["2.1-11"].value == "regio"}
    assert own == {"VR19", "VR20", "VR21", "VR22", "VR23", "VR24"}


@pytest.mark.parametrize("measurement", ["tussenmeting-2009", FINAL])
def test_an_rmc_counts_the_regions_where_it_has_a_fixed_place(measurement: str, load: Load) -> None:
    day = next(found.first for found in example.measurements() if found.code == measurement)
    areas: dict[str, list[str]] = {}
    for link in example.links():
        if link.valid_from <= day and (link.valid_until is None or day < link.valid_until):
            areas.setdefault(link.parent, []).append(link.unit)
    regions = load(measurement)[1]
    for rmc, given in load(measurement, "rmc")[1].items():
        fixed = [unit for unit in areas[rmc] if regions[unit]["4.1-03"].value in ("beide", "gbt", "rbt")]
        assert given["R4.1-03"].value == len(fixed), rmc


def _others(instrument: Instrument, code: str, value: Any) -> list[Any]:
    """Other values that the question can have."""
    question = instrument.questions[code]
    if question.type == "yes_no":
        return [option for option in ("ja", "nee") if option != value]
    if question.type == "choice":
        return [option.code for option in question.options if option.code != value]
    if question.type == "multi":
        return [[option.code] for option in question.options if [option.code] != value]
    assert question.min is not None
    assert question.max is not None
    return [number for number in (question.min, 1, 2, question.max) if number != value]


def _holds(condition: Any, value: Any) -> bool:
    """Whether a condition of a statement holds: written out here, apart from the arithmetic."""
    chosen = value if isinstance(value, list) else [value]
    wanted = {
        "in_": lambda codes: value in codes,
        "not_in": lambda codes: value not in codes,
        "any_of": lambda codes: any(code in chosen for code in codes),
        "all_of": lambda codes: all(code in chosen for code in codes),
        "none_of": lambda codes: not any(code in chosen for code in codes),
        "at_least": lambda limit: value >= limit,
        "above": lambda limit: value > limit,
        "at_most": lambda limit: value <= limit,
        "below": lambda limit: value < limit,
    }
    given = {key: getattr(condition, key) for key in wanted if getattr(condition, key) is not None}
    return all(wanted[key](limit) for key, limit in given.items())


def _questions() -> list[tuple[str, str]]:
    found = []
    for kind, instrument in example.pinned(FINAL).items():
        codes = {statement.count.question: None for statement in instrument.statements.values()}
        found += [(kind, code) for code in codes if code]
    return found


@pytest.mark.parametrize(("kind", "code"), _questions())
def test_one_answer_changes_exactly_the_statements_that_count_it_by_one(
    kind: str, code: str, load: Load, scored: Scored
) -> None:
    instrument, answers = load(FINAL, kind)
    before = scored(FINAL, kind).national.statements
    unit = next(unit for unit, given in answers.items() if code in given)
    old = answers[unit][code].value
    depends = set(results.affected(instrument, code)) - {code}
    moved = set()
    for value in _others(instrument, code, old):
        changed = {**answers, unit: {**answers[unit], code: Answer(value)}}
        after = results.score(instrument, changed).national.statements
        for statement in instrument.statements.values():
            about = statement.count.question
            if about in depends:
                continue
            step = after[statement.code].n - before[statement.code].n
            expected = 0
            if about == code:
                expected = _holds(statement.count, value) - _holds(statement.count, old)
            assert step == expected, (statement.code, old, value)
            assert after[statement.code].of == before[statement.code].of
            if step:
                moved.add(statement.code)
    counting = {found.code for found in instrument.statements.values() if found.count.question == code}
    assert moved, "some other answer of this unit is counted differently"
    assert moved <= counting
