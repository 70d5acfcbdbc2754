"""Counts, rules and figures in Dutch words."""

from __future__ import annotations

from datetime import date

import pytest

from exports import wording
from surveys import results
from surveys.results import Answer
from tests import examples, strategies

NOUN = ("veiligheidsregio", "veiligheidsregio's")


@pytest.mark.parametrize(
    ("n", "of", "units", "words"),
    [
        (0, 0, 25, None),
        (0, 1, 25, None),
        (0, 1, 1, None),
        (25, 25, 25, "Alle 25 veiligheidsregio's hebben"),
        (1, 1, 1, "De enige veiligheidsregio heeft"),
        (7, 7, 25, "Alle zeven veiligheidsregio's die hierop antwoordden hebben"),
        (1, 1, 25, "De enige veiligheidsregio die hierop antwoordde heeft"),
        (0, 25, 25, "Geen van de 25 veiligheidsregio's heeft"),
        (0, 7, 25, "Geen van de zeven veiligheidsregio's die hierop antwoordden heeft"),
        (1, 25, 25, "Eén van de 25 veiligheidsregio's heeft"),
        (1, 2, 25, "Eén van de twee veiligheidsregio's die hierop antwoordden heeft"),
        (6, 25, 25, "Zes van de 25 veiligheidsregio's hebben"),
        (5, 19, 25, "Vijf van de negentien veiligheidsregio's die hierop antwoordden hebben"),
        (23, 25, 25, "Drieëntwintig van de 25 veiligheidsregio's hebben"),
        (20, 20, 20, "Alle twintig veiligheidsregio's hebben"),
        (21, 21, 21, "Alle 21 veiligheidsregio's hebben"),
    ],
)
def test_a_count_is_told_in_words(n: int, of: int, units: int, words: str | None) -> None:
    expected = None if words is None else f"{words} er een."
    assert wording.sentence("{Aantal} {heeft|hebben} er een.", n, of, units, NOUN) == expected


@pytest.mark.parametrize(
    ("n", "of", "units", "words"),
    [
        (25, 25, 25, "alle 25 veiligheidsregio's zijn"),
        (1, 25, 25, "één van de 25 veiligheidsregio's is"),
        (0, 25, 25, "geen van de 25 veiligheidsregio's is"),
        (23, 25, 25, "vrijwel alle veiligheidsregio's (23 van de 25) zijn"),
        (18, 19, 25, "vrijwel alle veiligheidsregio's die hierop antwoordden (18 van de negentien) zijn"),
        (22, 25, 25, "vrijwel alle veiligheidsregio's (22 van de 25) zijn"),
        (21, 25, 25, "de overgrote meerderheid van de veiligheidsregio's (21 van de 25) is"),
        (19, 25, 25, "de overgrote meerderheid van de veiligheidsregio's (19 van de 25) is"),
        (18, 25, 25, "ruim twee derde van de veiligheidsregio's (18 van de 25) is"),
        (67, 100, 100, "ruim twee derde van de veiligheidsregio's (67 van de 100) is"),
        (2, 3, 3, "de meeste veiligheidsregio's (2 van de drie) zijn"),
        (13, 25, 25, "de meeste veiligheidsregio's (13 van de 25) zijn"),
        (5, 10, 10, "de helft van de veiligheidsregio's (5 van de tien) is"),
        (6, 25, 25, "een deel van de veiligheidsregio's (6 van de 25) is"),
        (5, 25, 25, "enkele veiligheidsregio's (5 van de 25) zijn"),
        (2, 25, 25, "enkele veiligheidsregio's (2 van de 25) zijn"),
    ],
)
def test_a_count_is_told_with_a_quantifier(n: int, of: int, units: int, words: str) -> None:
    assert wording.sentence("Bij {telwoord} {is|zijn}.", n, of, units, NOUN) == f"Bij {words}."


def test_a_quantifier_at_the_start_of_a_sentence_has_a_capital() -> None:
    assert (
        wording.sentence("{Telwoord}.", 6, 25, 25, NOUN)
        == "Een deel van de veiligheidsregio's (6 van de 25)."
    )
    assert wording.sentence("{Telwoord}.", 1, 25, 25, NOUN) == "Eén van de 25 veiligheidsregio's."


def test_a_sentence_without_a_count_follows_it_all_the_same() -> None:
    assert wording.sentence("Dat {kan|kunnen}.", 1, 25, 25, NOUN) == "Dat kan."


def test_the_words_have_a_version() -> None:
    assert wording.version()


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (21, "eenentwintig"),
        (22, "tweeëntwintig"),
        (24, "vierentwintig"),
        (100, "honderd"),
        (342, "driehonderdtweeënveertig"),
        (1000, "duizend"),
        (1001, "duizend een"),
        (1100, "elfhonderd"),
        (2500, "tweeduizend vijfhonderd"),
        (100_000, "honderdduizend"),
    ],
)
def test_a_number_is_written_in_words(n: int, words: str) -> None:
    assert wording.number(n) == words


@pytest.mark.parametrize(
    ("figure", "thresholds", "shown"),
    [
        (0.825, (), "0,83"),
        (0.285, (), "0,29"),
        (-0.125, (), "-0,13"),
        (-0.001, (), "0,00"),
        (0.6999, (0.7,), "0,6999"),
        (0.695, (0.7,), "0,695"),
        (0.694, (0.7,), "0,69"),
        (0.1 + 0.6, (0.7,), "0,70"),
        (1.0, (0.5, 0.7), "1,00"),
        (None, (), "–"),
    ],
)
def test_a_figure_has_two_decimals_or_as_many_as_it_takes(
    figure: float | None, thresholds: tuple[float, ...], shown: str
) -> None:
    assert wording.decimal(figure, thresholds) == shown


def test_a_figure_that_passes_a_limit_is_shown_past_it() -> None:
    assert wording.decimal(0.0501, above=[0.05]) == "0,0501"
    assert wording.decimal(0.05, above=[0.05]) == "0,05"


def test_a_day_is_written_in_dutch() -> None:
    assert wording.day(date(2026, 11, 21)) == "21 november 2026"


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (
            {"V1": Answer("ja"), "V2": Answer(5), "V3": Answer("vast"), "V4": Answer(["reservist"])},
            "‘Voldoet’.",
        ),
        ({"V1": Answer("nee"), "V3": Answer("vast"), "V4": Answer(["reservist"])}, "0,40"),
        (
            {"V1": Answer("ja"), "V2": Answer(5), "V3": Answer("geen"), "V4": Answer(["reservist"])},
            "genoeg voor ‘Voldoet’, maar aan voorwaarde V3 is niet voldaan",
        ),
        (
            {"V1": Answer("ja"), "V2": Answer(5), "V3": Answer("vast")},
            "Aan voorwaarde V4 is nog niet te zien",
        ),
        ({"V3": Answer("vast")}, "De antwoorden tellen voor 0,17 van het gewicht, en ten minste 0,80"),
        ({}, "Nog geen van de vragen"),
    ],
)
def test_the_rule_that_set_a_level_is_a_sentence(answers: dict[str, Answer], words: str) -> None:
    instrument = strategies.read(examples.example())
    assert words in wording.level_rule(instrument, results.why(instrument, answers)["1.1"])


def test_a_factor_that_does_not_apply_says_so() -> None:
    data = examples.example()
    for code in ("V1", "V2", "V3"):
        examples.question(data, code)["scored"] = False
    instrument = strategies.read(data)
    why = results.why(instrument, {"V4": Answer(special="nvt", note="Niet hier.")})["1.1"]
    assert why.rule.kind == "not_applicable"
    assert "van toepassing" in wording.level_rule(instrument, why)
