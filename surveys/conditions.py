"""Conditions in plain Dutch: when something is required, and when a question is asked."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from scoring.model import Condition, When
from surveys.instruments import Instrument, Question
from surveys.questions import SPECIALS, comma


def say(condition: Condition, question: Question) -> str:
    """Say what an answer must be to meet a condition: ‘Nee’; ‘Deels’ of ‘Nee’; minder dan 2.

    `question` is the one that the condition names.
    """
    parts = []
    for codes in (condition.in_, condition.any_of):
        if codes is not None:
            parts.append(_labels(question, codes, "of"))
    if condition.all_of is not None:
        parts.append(_labels(question, condition.all_of, "en"))
    for codes in (condition.not_in, condition.none_of):
        if codes is not None:
            parts.append(f"elk antwoord behalve {_labels(question, codes, 'of')}")
    return " en ".join([*parts, *_limits(condition, question)])


def required(when: When, question: Question, instrument: Instrument, *, also_na: bool = False) -> str | None:
    """Say in a sentence when a note or document is required: Verplicht bij ‘Nee’. None: never.

    `also_na`: also with *niet van toepassing*, where the question allows it.
    """
    na = f"‘{SPECIALS['nvt']}’" if also_na and question.allow_na else None
    if when is None:
        return f"Verplicht bij {na}." if na else None
    if when == "always":
        return f"Altijd verplicht{', behalve bij ‘Weet ik niet’' if question.allow_unknown else ''}."
    named = instrument.questions[when.question]
    if named.code == question.code:
        return f"Verplicht bij {say(when, named)}{f', en bij {na}' if na else ''}."
    other = f"Verplicht als het antwoord op vraag {named.code} is: {say(when, named)}."
    return f"{other} Ook verplicht bij {na}." if na else other


def asked(question: Question, instrument: Instrument, *, undetermined: bool) -> str:
    """Say why a question is not asked, or why that is not known yet."""
    assert question.when is not None
    named = instrument.questions[question.when.question]
    only_if, wanted = "u krijgt deze vraag alleen als het antwoord", say(question.when, named)
    if undetermined:
        return f"Hangt af van vraag {named.code}: {only_if} daarop is: {wanted}."
    return f"Niet aan de orde: {only_if} op vraag {named.code} is: {wanted}."


def _labels(question: Question, codes: Iterable[str], last: str) -> str:
    chosen = set(codes)
    labels = [f"‘{label}’" for code, label in question.labels.items() if code in chosen]
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} {last} {labels[-1]}"


def _limits(condition: Condition, question: Question) -> list[str]:
    said = []
    if condition.at_least is not None:
        said.append(f"{_number(condition.at_least)} of meer")
    if condition.above is not None:
        said.append(f"meer dan {_number(condition.above)}")
    if condition.at_most is not None:
        alone = question.min is not None and question.min == _decimal(condition.at_most)
        said.append(_number(condition.at_most) if alone else f"{_number(condition.at_most)} of minder")
    if condition.below is not None:
        said.append(f"minder dan {_number(condition.below)}")
    return said


def _number(number: float) -> str:
    return comma(_decimal(number))


def _decimal(number: float) -> Decimal:
    return Decimal(repr(number))
