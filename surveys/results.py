"""From answers to results: the only place that calls the arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import scoring
from scoring.compare import FactorComparison, Judged, common_questions
from scoring.model import Given, Value
from surveys.instruments import Instrument


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: a canonical value, or `onbekend` or `nvt` in `special`, or neither: open.

    `note` is the explanation, of which a blank one is none; `document` says that there is evidence.
    """

    value: Value = None
    special: str | None = None
    note: str | None = None
    document: bool = False


Answers = Mapping[str, Answer]
"""One unit's answers by the code of the question; an open question may be left out."""


def score(instrument: Instrument, units: Mapping[str, Answers]) -> scoring.Results:
    """Score units by name, each of which counts for the national picture."""
    return scoring.score(instrument.plan, _given(units))


def why(instrument: Instrument, answers: Answers) -> dict[str, scoring.Why]:
    """Explain every factor of one unit."""
    return scoring.why(instrument.plan, _plain(answers))


def compare(
    earlier: Instrument,
    earlier_units: Mapping[str, Answers],
    later: Instrument,
    later_units: Mapping[str, Answers],
    judged: Judged | None = None,
) -> scoring.Comparison:
    """Compare two measurements with (versions of) the same instrument, on the units that are in both.

    `judged`, by unit and factor, has the levels that inspectors gave: earlier and later, None without one.
    """
    return scoring.compare(earlier.plan, _given(earlier_units), later.plan, _given(later_units), judged)


@dataclass(frozen=True, slots=True)
class Common:
    """What two versions have in common in a factor: the questions, their share of the weight (0..1).

    `enough` says whether the factor can be compared at all.
    """

    questions: tuple[str, ...]
    share: float
    enough: bool


def common(earlier: Instrument, later: Instrument, factor: str) -> Common:
    """Say what two versions of an instrument have in common in a factor, as `compare` reckons it."""
    codes, share = common_questions(earlier.plan, later.plan, factor)
    return Common(tuple(codes), share, FactorComparison(share, {}, {}).enough)


def asked(instrument: Instrument, answers: Answers) -> dict[str, str]:
    """Say for each question of one unit whether it is `asked`, `undetermined` or `not_asked`."""
    return scoring.asked(instrument.plan, _plain(answers))


def required(instrument: Instrument, answers: Answers) -> dict[str, scoring.Required]:
    """Say for each asked question whether a note and a document must go with the answer that it has."""
    return scoring.required(instrument.plan, _plain(answers))


def checks(instrument: Instrument, answers: Answers) -> list[str]:
    """Give the codes of the checks that hold for one unit: answers that do not sit well together."""
    return scoring.checks(instrument.plan, _plain(answers))


def affected(instrument: Instrument, question: str) -> list[str]:
    """Give the questions whose being asked depends on this one, directly or not, in order."""
    return scoring.affected(instrument.plan, question)


def _given(units: Mapping[str, Answers]) -> dict[str, dict[str, Given]]:
    return {name: _plain(answers) for name, answers in units.items()}


def _plain(answers: Answers) -> dict[str, Given]:
    return {
        code: Given(answer.value, answer.special, bool(answer.note and answer.note.strip()), answer.document)
        for code, answer in answers.items()
    }
