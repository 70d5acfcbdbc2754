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


def progress(instrument: Instrument, answers: Mapping[str, results.Answer]) -> Progress:
    """Work out how far a questionnaire is.

    A question that is not asked, or not yet known to be asked, lacks nothing. *Weet ik niet* is an answer.
    A required explanation or document is lacking only where the answer calls for it.
    """
    asked = results.asked(instrument, answers)
    needs = results.required(instrument, answers)
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
            if not answered:
                continue
            need = needs[question.code]
            if need.note and not (answer.note or "").strip():
                points.append(Point(question, Lack.NOTE))
            if need.document and not answer.document:
                points.append(Point(question, Lack.DOCUMENT))
        factors.append(FactorProgress(factor, total, done, begun, tuple(points)))
    holding = results.checks(instrument, answers)
    fired = tuple(check.code for check in instrument.checks if check.code in holding)
    return Progress(tuple(factors), fired)
