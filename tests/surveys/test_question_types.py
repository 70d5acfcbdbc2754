"""What each type of question takes, from a form and from a file, and how it is shown."""

from __future__ import annotations

import pytest

from surveys.errors import InvalidValue
from surveys.instruments import Question
from surveys.questions import TYPES, check_special, show_answer
from tests import examples, strategies

INSTRUMENT = strategies.read(examples.example())


@pytest.mark.parametrize(
    ("code", "value", "canonical"),
    [
        ("V1", "ja", "ja"),
        ("V2", 3.0, 3),
        ("V2", 2.5, 2.5),
        ("V2", 0, 0),
        ("V2", -0.0, 0),
        ("V3", "geen", "geen"),
        ("V4", ["geen"], ["geen"]),
        ("V5", "", ""),
        ("V5", "x" * 10, "x" * 10),
        ("V6", "2026-02-28", "2026-02-28"),
    ],
)
def test_a_value_that_fits_comes_back_in_its_canonical_form(
    code: str, value: object, canonical: object
) -> None:
    question = INSTRUMENT.questions[code]
    found = TYPES[question.type].check(question, value)
    assert found == canonical
    assert type(found) is type(canonical)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("V1", "Ja"),
        ("V1", True),
        ("V1", ["ja"]),
        ("V1", {}),
        ("V2", "3"),
        ("V2", True),
        ("V2", float("nan")),
        ("V2", float("inf")),
        ("V2", 5.5),
        ("V2", -0.5),
        ("V2", 0.3),
        ("V2", 10**400),
        ("V3", "anders"),
        ("V3", None),
        ("V4", []),
        ("V4", "geen"),
        ("V4", ["reservist", "reservist"]),
        ("V4", ["reservist", "geen"]),
        ("V4", [["geen"]]),
        ("V4", ("geen",)),
        ("V5", "x" * 11),
        ("V5", 5),
        ("V6", "2026-02-30"),
        ("V6", "20260201"),
        ("V6", "2026-W05-1"),
        ("V6", 2026),
    ],
)
def test_a_value_that_does_not_fit_is_refused(code: str, value: object) -> None:
    question = INSTRUMENT.questions[code]
    with pytest.raises(InvalidValue):
        TYPES[question.type].check(question, value)


def test_steps_are_counted_on_decimal_digits() -> None:
    data = examples.example()
    examples.question(data, "V2").update(min=-1, max=1, step=0.1)
    data["checks"] = []
    question = strategies.read(data).questions["V2"]
    assert TYPES["number"].check(question, 0.3) == 0.3
    assert TYPES["number"].check(question, -0.7) == -0.7
    with pytest.raises(InvalidValue):
        TYPES["number"].check(question, 0.1 + 0.2)


@pytest.mark.parametrize(
    ("code", "raw", "value"),
    [
        ("V1", ["ja"], "ja"),
        ("V1", [], None),
        ("V1", [""], None),
        ("V2", ["2,5"], 2.5),
        ("V2", ["2.5"], 2.5),
        ("V2", [" 3 "], 3),
        ("V2", [""], None),
        ("V4", ["geen"], ["geen"]),
        ("V4", [], None),
        ("V5", ["  hoi \r\n"], "hoi"),
        ("V5", ["   "], None),
        ("V6", ["2026-11-21"], "2026-11-21"),
        ("V6", ["3-2-2026"], "2026-02-03"),
        ("V6", ["3", "2", "2026"], "2026-02-03"),
        ("V6", [""], None),
    ],
)
def test_what_a_form_sends_is_read(code: str, raw: list[str], value: object) -> None:
    question = INSTRUMENT.questions[code]
    assert TYPES[question.type].parse(question, raw) == value


@pytest.mark.parametrize("raw", ["1.000,5", "1e3", "drie", "nan", "2,", "٣"])
def test_what_is_no_number_to_a_reader_is_refused_from_a_form(raw: str) -> None:
    with pytest.raises(InvalidValue, match="bijvoorbeeld 3 of 2,5"):
        TYPES["number"].parse(INSTRUMENT.questions["V2"], [raw])


def number(**bounds: object) -> Question:
    """A question for a number, with these bounds and step."""
    data = examples.example()
    examples.question(data, "V2").update(bounds)
    data["checks"] = []
    return strategies.read(data).questions["V2"]


@pytest.mark.parametrize("step", [1, 0.5])
@pytest.mark.parametrize("raw", ["1.000", "12.500", "+1.000"])
def test_a_point_for_thousands_is_not_taken_for_decimals(raw: str, step: float) -> None:
    with pytest.raises(InvalidValue, match="zonder punt") as caught:
        TYPES["number"].parse(number(min=0, max=20000, step=step), [raw])
    assert f"Vul dan {raw.replace('.', '')} in" in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "step", "value"),
    [("1000", 1, 1000), ("1,000", 1, 1), ("1.0", 1, 1), ("1.000", 0.001, 1), ("1.125", 0.001, 1.125)],
)
def test_what_can_be_read_in_one_way_is_taken(raw: str, step: float, value: float) -> None:
    assert TYPES["number"].parse(number(min=0, max=20000, step=step), [raw]) == value


@pytest.mark.parametrize(
    ("bounds", "value", "words"),
    [
        ({"min": 0, "max": 5, "step": 1}, 2.5, "Vul een heel getal in van 0 tot en met 5."),
        ({"min": 0, "max": 5, "step": 0.5}, 0.3, "Vul een getal in van 0 tot en met 5, in stappen van 0,5."),
        ({"min": 1, "max": 9, "step": 2}, 4, "Vul een getal in van 1 tot en met 9, in stappen van 2."),
        (
            {"min": 0.5, "max": 9.5, "step": 1},
            4,
            "Vul een getal in van 0,5 tot en met 9,5, in stappen van 1.",
        ),
        ({"min": 0, "max": 5, "step": 1}, 6, "Vul een getal in van 0 tot en met 5."),
    ],
)
def test_a_number_that_does_not_fit_is_refused_in_plain_words(
    bounds: dict[str, float], value: float, words: str
) -> None:
    with pytest.raises(InvalidValue) as caught:
        TYPES["number"].check(number(**bounds), value)
    assert str(caught.value) == words


@pytest.mark.parametrize(
    ("code", "value", "special", "shown"),
    [
        ("V1", "ja", None, "Ja"),
        ("V2", 2.5, None, "2,5 dagen per week"),
        ("V2", 3, None, "3 dagen per week"),
        ("V3", "wissel", None, "Een wisselende"),
        ("V4", ["reservist"], None, "Een reservist"),
        ("V6", "2026-02-03", None, "3 februari 2026"),
        ("V1", None, "onbekend", "Weet ik niet"),
        ("V4", None, "nvt", "Niet van toepassing"),
        ("V1", None, None, ""),
    ],
)
def test_an_answer_is_shown_in_dutch(code: str, value: object, special: str | None, shown: str) -> None:
    assert show_answer(INSTRUMENT.questions[code], value, special) == shown  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "special"), [("V1", "nvt"), ("V6", "onbekend"), ("V1", "later"), ("V1", None), ("V1", [])]
)
def test_a_special_answer_that_is_not_allowed_is_refused(code: str, special: object) -> None:
    with pytest.raises(InvalidValue):
        check_special(INSTRUMENT.questions[code], special)


def test_a_special_answer_that_is_allowed_comes_back() -> None:
    assert check_special(INSTRUMENT.questions["V1"], "onbekend") == "onbekend"
    assert check_special(INSTRUMENT.questions["V4"], "nvt") == "nvt"
