"""What a dossier still lacks: per question, per factor, and what stands in the way of signing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from surveys import results
from surveys.instruments import Factor, Instrument, Question


class Lack(Enum):
    """What a question still lacks."""

    ANSWER = "antwoord"
    NOTE = "toelichting"
    DOCUMENT = "bewijsstuk"


@dataclass(frozen=True)
class Point:
    """One thing that is missing, at one question."""

    question: Question
    lack: Lack


@dataclass(frozen=True)
class FactorProgress:
    """How far one factor is: questions asked now, those answered, and the points that are open."""

    factor: Factor
    asked: int
    answered: int
    begun: bool
    points: tuple[Point, ...]

    @property
    def status(self) -> str:
        """nog_niet_begonnen, mee_bezig or klaar."""
        if not self.points:
            return "klaar"
        return "mee_bezig" if self.begun else "nog_niet_begonnen"


@dataclass(frozen=True)
class Progress:
    """How far a questionnaire is, factor by factor, and the checks that fired."""

    factors: tuple[FactorProgress, ...]
    checks: tuple[str, ...]

    @property
    def points(self) -> tuple[Point, ...]:
        """All that is open: nothing here means that it can be signed."""
        return tuple(point for factor in self.factors for point in factor.points)

    @property
    def complete(self) -> bool:
        """Whether the questionnaire can be signed."""
        return not self.points


def required(question: Question) -> bool:
    """Say whether an asked question must have an answer. An open text may stay empty: it only invites."""
    return question.type != "text"


def lacks(answer: results.Answer, *, note: bool, document: bool) -> list[Lack]:
    """What an answer to an asked question lacks beside its value; nothing while it is open.

    `note` and `document` say whether these must go with it.
    """
    if answer.value is None and answer.special is None:
        return []
    missing = {
        Lack.NOTE: note and not (answer.note or "").strip(),
        Lack.DOCUMENT: document and not answer.document,
    }
    return [lack for lack, is_missing in missing.items() if is_missing]


def progress(instrument: Instrument, answers: Mapping[str, results.Answer]) -> Progress:
    """Work out how far a questionnaire is.

    A question that is not asked, or not yet known to be asked, lacks nothing. *Weet ik niet* is an answer.
    A required explanation or document is lacking only where the answer calls for it.
    """
    return progress_of(results.Standing(instrument, answers))


def progress_of(standing: results.Standing) -> Progress:
    """The same of a questionnaire of which it is known how its questions stand."""
    instrument, answers = standing.instrument, standing.answers
    asked, needs = standing.asked, standing.required
    factors = []
    for factor in instrument.factors.values():
        points: list[Point] = []
        done = total = 0
        begun = False
        for question in factor.questions:
            if asked[question.code] != "asked":
                continue
            answer = answers.get(question.code, results.Answer())
            answered = answer.value is not None or answer.special is not None
            begun = begun or answered or bool(answer.note)
            if required(question):
                total += 1
                done += answered
                if not answered:
                    points.append(Point(question, Lack.ANSWER))
            need = needs[question.code]
            found = lacks(answer, note=need.note, document=need.document)
            points += [Point(question, lack) for lack in found]
        factors.append(FactorProgress(factor, total, done, begun, tuple(points)))
    return Progress(tuple(factors), tuple(standing.checks))
