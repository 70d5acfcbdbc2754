"""The rules between a region and its commander: the file, all its faults at once, and what they find."""

from __future__ import annotations

import pytest

from surveys import between, instruments, results
from surveys.errors import InstrumentFaults
from surveys.instruments import Instrument, pairs
from surveys.reports.source import DossierInfo, Filled, MeasurementInfo, UnitInfo

LOADED = {(found.code, found.version): found for found in map(instruments.load, instruments.builtin())}
REGION, RMC = LOADED["icms-veiligheidsregio", "2013.1"], LOADED["icms-rmc", "2013.1"]
INFO = MeasurementInfo("proef", "Proef", "eind", 2013, True)
COMMANDER = "RMC-N"
Values = dict[str, dict[str, object] | None]
"""By unit what it answered; None: it did not submit."""


def unit(code: str) -> UnitInfo:
    return UnitInfo(code, f"Eenheid {code}", code, "soort", None)


def filled(instrument: Instrument, values: Values) -> Filled:
    return Filled(
        INFO,
        instrument,
        {
            code: DossierInfo(place, unit(code), "uitgezet" if given is None else "ingediend")
            for place, (code, given) in enumerate(values.items())
        },
        {
            code: {question: results.Answer(value=value) for question, value in given.items()}  # type: ignore[arg-type]
            for code, given in values.items()
            if given is not None
        },
    )


def found(regions: Values, commander: dict[str, object] | None) -> dict[str, list[str]]:
    """Which rules were found, and on whose sheets."""
    parents = {code: unit(COMMANDER) for code in regions if code != "ELDERS"}
    rows = between.findings(filled(REGION, regions), filled(RMC, {COMMANDER: commander}), parents)
    sheets: dict[str, list[str]] = {}
    for row in rows:
        on = row.region or row.commander
        assert on is not None
        sheets.setdefault(row.rule.code, []).append(on.code)
    return sheets


def test_the_rules_cover_every_check_between_two_units_and_fit_the_questionnaires() -> None:
    (pair,) = pairs.builtin()
    assert {rule.code for rule in pair.rules} == {"C5", "C8", "C10", "C11", "C12a", "C12b", "C15", "C16"}
    assert pairs.misfits(pair, REGION, RMC) == []


def test_a_rule_that_an_older_questionnaire_has_no_question_for_is_passed_over() -> None:
    old, older = LOADED["icms-veiligheidsregio", "2006.1"], LOADED["icms-rmc", "2006.1"]
    regions = filled(old, {"A": {"4.2-01": "nee", "1.2-04": "ja"}})
    commanders = filled(older, {COMMANDER: {"R4.2-02": "alle", "R4.1-03": 3}})
    codes = {row.rule.code for row in between.findings(regions, commanders, {"A": unit(COMMANDER)})}
    assert codes == {"C10"}


@pytest.mark.parametrize(
    ("values", "commander", "sheets"),
    [
        ({"A": {"4.2-01": "nee"}, "B": {"4.2-01": "eigen"}}, {"R4.2-02": "alle"}, {"C10": ["A", COMMANDER]}),
        ({"A": {"4.2-01": "nee"}}, {"R4.2-02": "piket"}, {}),
        ({"A": {"1.2-04": "ja"}}, {"R1.2-02": "volledig"}, {"C8": ["A", COMMANDER]}),
        ({"A": {"1.2-04": "ja"}}, {"R1.2-02": "deels"}, {}),
        ({"A": {"2.1-06": ["risico"]}}, {}, {"C12a": ["A"]}),
        ({"A": {"2.1-06": ["geen"]}}, None, {"C12b": ["A"]}),
    ],
)
def test_one_region_beside_its_commander(
    values: Values, commander: dict[str, object] | None, sheets: dict[str, list[str]]
) -> None:
    assert found(values, commander) == sheets


@pytest.mark.parametrize(
    ("answers", "said", "on"),
    [
        (["gbt", "rbt", "niet"], 2, []),
        (["gbt", "rbt", "niet"], 1, ["A", "B", COMMANDER]),  # more say so than the commander counts
        (["gbt", "niet", "niet"], 2, ["B", "C", COMMANDER]),  # fewer do, whatever the others meant
        (["gbt", "niet", None], 2, []),  # the third may be the second
        (["gbt", "niet", None], 3, ["B", COMMANDER]),  # even the third can't make it three
        (["gbt", "rbt", None], 1, ["A", "B", COMMANDER]),
    ],
)
def test_a_number_of_regions(answers: list[str | None], said: int, on: list[str]) -> None:
    values: Values = {
        code: None if answer is None else {"4.1-03": answer}
        for code, answer in zip("ABC", answers, strict=True)
    }
    assert found(values, {"R4.1-03": said}) == ({"C5": on} if on else {})


@pytest.mark.parametrize(
    ("answers", "said", "on"),
    [
        (["regio", "regio"], "regio", []),
        (["regio", "brigade"], "regio", ["B", COMMANDER]),
        (["regio", "brigade"], "beide", []),
        (["regio", "regio"], "beide", ["A", "B", COMMANDER]),  # it does not differ at all
        (["regio", None], "beide", []),  # the other may differ
        (["regio", "brigade"], "deels", ["A", "B", COMMANDER]),
        (["regio", "geen"], "deels", []),
        (["geen", "regio"], "geen", ["B", COMMANDER]),
    ],
)
def test_all_regions_of_an_area_together(answers: list[str | None], said: str, on: list[str]) -> None:
    values: Values = {
        code: None if answer is None else {"2.1-11": answer}
        for code, answer in zip("AB", answers, strict=True)
    }
    assert found(values, {"R2.1-01": said}) == ({"C15": on} if on else {})


def test_a_question_that_is_not_asked_and_a_region_elsewhere_do_not_count() -> None:
    asked = {"2.1-11": "brigade", "4.2-08": "alle"}
    not_asked = {"2.1-11": "regio", "4.2-08": "geen"}  # an answer of before the condition changed
    regions: Values = {"A": asked, "B": not_asked, "ELDERS": {"2.1-11": "brigade", "4.2-08": "geen"}}
    assert "C11" not in found(regions, {"R4.2-03": "alle"})
    assert found({"A": asked, "B": not_asked}, {"R4.2-03": "nee"})["C11"] == ["A", COMMANDER]


def test_a_file_is_refused_with_everything_that_is_wrong_with_it() -> None:
    text = """
region = "a"
kleur = "rood"
[[rules]]
code = "X1"
kind = "both"
text = "Tekst"
region = [{question = "1"}]
[[rules]]
code = "X1"
kind = "together"
text = "Tekst"
region_question = "1"
commander_question = "2"
fits = [{answer = "ja"}, {answer = "ja", some = ["a"]}]
region = [{question = "1", in = ["a"]}]
[[rules]]
kind = "anders"
"""
    with pytest.raises(InstrumentFaults) as refused:
        pairs.parse(text, "regels.toml")
    assert refused.value.faults == [
        "regels.toml: onbekende sleutel 'kleur'",
        "regels.toml: commander ontbreekt",
        "regels.toml: X1: commander ontbreekt bij kind both",
        "regels.toml: X1: region 1: is leeg",
        "regels.toml: X1: region hoort niet bij kind together",
        "regels.toml: X1: fits 1: only of some ontbreekt",
        "regels.toml: X1: fits 2: some: moet een lijst van lijsten van codes zijn",
        "regels.toml: X1: fits 2: dit antwoord staat er twee keer in",
        "regels.toml: X1: deze code staat er twee keer in",
        "regels.toml: rule 3: kind: 'anders' is onbekend; kies uit: both, question, count, together",
        "regels.toml: rule 3: code ontbreekt",
        "regels.toml: rule 3: text ontbreekt",
    ]


def test_rules_that_do_not_fit_the_questionnaires_say_where() -> None:
    text = """
region = "a"
commander = "b"
[[rules]]
code = "X1"
kind = "both"
text = "Tekst"
region = [{question = "4.2-01", in = ["weg"]}]
commander = [{question = "R9.9-99", in = ["ja"]}]
[[rules]]
code = "X2"
kind = "count"
text = "Tekst"
region = [{question = "4.2-01", in = ["nee"]}]
commander_question = "R4.2-02"
[[rules]]
code = "X3"
kind = "together"
text = "Tekst"
region_question = "2.2-07"
commander_question = "R2.2-01"
fits = [{answer = "ja", only = ["misschien"]}, {answer = "nooit", only = ["ja"]}]
"""
    assert pairs.misfits(pairs.parse(text, "regels.toml"), REGION, RMC) == [
        "X1: 'weg' is geen antwoord op vraag 4.2-01",
        "X1: onbekende vraag 'R9.9-99'",
        "X2: vraag R4.2-02 vraagt geen getal",
        "X3: 'misschien' is geen antwoord op vraag 2.2-07",
        "X3: 'nooit' is geen antwoord op vraag R2.2-01",
        "X3: het antwoord 'wisselend' op vraag R2.2-01 ontbreekt in fits",
        "X3: het antwoord 'nee' op vraag R2.2-01 ontbreekt in fits",
    ]
