"""Conditions in plain Dutch."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scoring.model import Condition
from surveys import conditions, instruments
from surveys.instruments import Question
from tests import factories

INSTRUMENT = factories.tiny()
CHOICE, MULTI, NUMBER = (INSTRUMENT.questions[code] for code in ("1.1-03", "2.1-01", "1.1-02"))


@pytest.mark.parametrize(
    ("question", "keys", "words"),
    [
        (CHOICE, {"in_": {"geen"}}, "‘Er is geen werkplek’"),
        (CHOICE, {"in_": {"geen", "vast"}}, "‘Op een vaste werkplek’ of ‘Er is geen werkplek’"),
        (CHOICE, {"not_in": {"geen"}}, "elk antwoord behalve ‘Er is geen werkplek’"),
        (MULTI, {"any_of": {"politie", "brandweer"}}, "‘De brandweer’ of ‘De politie’"),
        (MULTI, {"all_of": {"politie", "brandweer"}}, "‘De brandweer’ en ‘De politie’"),
        (MULTI, {"none_of": {"niemand"}}, "elk antwoord behalve ‘Niemand’"),
        (NUMBER, {"at_least": 2}, "2 of meer"),
        (NUMBER, {"above": 0.5}, "meer dan 0,5"),
        (NUMBER, {"at_most": 2.0}, "2 of minder"),
        (NUMBER, {"at_most": 0}, "0"),
        (NUMBER, {"below": 2}, "minder dan 2"),
        (NUMBER, {"above": 1, "below": 3}, "meer dan 1 en minder dan 3"),
    ],
)
def test_a_condition_says_what_the_answer_must_be(question: Question, keys, words: str) -> None:
    codes = {name: frozenset(value) if isinstance(value, set) else value for name, value in keys.items()}
    assert conditions.say(Condition(question.code, **codes), question) == words


def test_what_is_never_required_says_nothing() -> None:
    assert conditions.required(None, NUMBER, INSTRUMENT) is None


def test_not_applying_always_asks_an_explanation() -> None:
    said = conditions.required(None, CHOICE, INSTRUMENT, also_na=True)
    assert said == "Verplicht bij ‘Niet van toepassing’."
    own = Condition(CHOICE.code, in_=frozenset({"geen"}))
    said = conditions.required(own, CHOICE, INSTRUMENT, also_na=True)
    assert said == "Verplicht bij ‘Er is geen werkplek’, en bij ‘Niet van toepassing’."


def test_always_leaves_room_for_not_knowing_where_that_is_an_answer() -> None:
    said = conditions.required("always", CHOICE, INSTRUMENT)
    assert said == "Altijd verplicht, behalve bij ‘Weet ik niet’."
    sure = replace(CHOICE, allow_unknown=False)
    assert conditions.required("always", sure, INSTRUMENT) == "Altijd verplicht."


def test_a_condition_on_another_question_names_it() -> None:
    other = Condition("1.1-01", in_=frozenset({"ja"}))
    assert conditions.required(other, CHOICE, INSTRUMENT) == (
        "Verplicht als het antwoord op vraag 1.1-01 is: ‘Ja’."
    )


def test_why_a_question_is_not_asked() -> None:
    assert conditions.asked(NUMBER, INSTRUMENT, undetermined=False) == (
        "Niet aan de orde: u krijgt deze vraag alleen als het antwoord op vraag 1.1-01 is: ‘Ja’."
    )
    assert conditions.asked(NUMBER, INSTRUMENT, undetermined=True) == (
        "Hangt af van vraag 1.1-01: u krijgt deze vraag alleen als het antwoord daarop is: ‘Ja’."
    )


@pytest.mark.parametrize("path", instruments.builtin(), ids=lambda path: path.stem)
def test_every_condition_of_our_questionnaires_can_be_said(path) -> None:
    instrument = instruments.load(path)
    for question in instrument.questions.values():
        for when in (question.note_when, question.evidence_when):
            said = conditions.required(when, question, instrument, also_na=True)
            assert (said is None) == (when is None and not question.allow_na)
        if question.when is not None:
            assert question.when.question in conditions.asked(question, instrument, undetermined=True)
