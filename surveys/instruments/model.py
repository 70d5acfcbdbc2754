"""An instrument as people see it: codes and texts, frozen. Its `plan` is what the arithmetic sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal

import scoring
from scoring import model
from scoring.model import Band, Condition, Rules, Type, When

YES_NO = {"ja": "Ja", "nee": "Nee"}
"""The options of every yes_no question, with their labels."""


@dataclass(frozen=True, slots=True)
class Level:
    """A level: its share of the points (0..1) and the number of missed musts it bears (None: any)."""

    code: str
    label: str
    from_: float
    missed_musts: int | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; `score` is 0..1 or None, `exclusive` that it cannot go with another."""

    code: str
    label: str
    score: float | None = None
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question, with every default filled in. A yes_no has the options `ja` and `nee`.

    `min`, `max` and `step` are exact decimals (numbers only); `max_length` is in characters (text only).
    `scored` says that the question takes part in the score of its factor.
    """

    code: str
    factor: str
    type: Type
    text: str
    topic: str | None = None
    help: str | None = None
    best: str | None = None
    weight: float = 1.0
    scored: bool = False
    options: tuple[Option, ...] = ()
    combine: Literal["sum", "max"] | None = None
    bands: tuple[Band, ...] = ()
    unit: str | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    step: Decimal | None = None
    max_length: int | None = None
    when: Condition | None = None
    must: Condition | None = None
    note_when: When = None
    note_hint: str | None = None
    evidence: str | None = None
    evidence_when: When = None
    allow_unknown: bool = True
    allow_na: bool = False

    @property
    def labels(self) -> dict[str, str]:
        """The label of each option by its code, in order."""
        return {option.code: option.label for option in self.options}


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the findings, and what it counts."""

    code: str
    factor: str
    text: str
    count: Condition
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor (KSF) with what it asks for, its questions and its statements in order."""

    code: str
    theme: str
    title: str
    criterion: str
    questions: tuple[Question, ...]
    weight: float = 1.0
    topics: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme and its factors in order."""

    code: str
    title: str
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """Answers that do not sit well together, and the point that this raises."""

    code: str
    all: tuple[Condition, ...]
    text: str


@dataclass(frozen=True)
class Instrument:
    """One version of a questionnaire; `text` is the TOML it came from, `sha256` that text's hash in hex.

    `figures` has the codes of the series of figures that belong in its report; None: all that there are.
    """

    code: str
    version: str
    title: str
    unit: str
    unit_noun: tuple[str, str]
    roles: tuple[str, ...]
    rules: Rules
    levels: tuple[Level, ...]
    themes: tuple[Theme, ...]
    checks: tuple[Check, ...]
    text: str = field(repr=False)
    sha256: str
    unit_article: Literal["de", "het"] = "de"
    figures: tuple[str, ...] | None = None

    @property
    def the_unit(self) -> str:
        """A unit with its article: de veiligheidsregio, het zwembad."""
        return f"{self.unit_article} {self.unit_noun[0]}"

    @property
    def this_unit(self) -> str:
        """A unit that is pointed at: deze veiligheidsregio, dit zwembad."""
        return f"{'deze' if self.unit_article == 'de' else 'dit'} {self.unit_noun[0]}"

    @property
    def other_unit(self) -> str:
        """A unit beside this one: andere veiligheidsregio, ander zwembad."""
        return f"{'andere' if self.unit_article == 'de' else 'ander'} {self.unit_noun[0]}"

    @cached_property
    def factors(self) -> Mapping[str, Factor]:
        """Every factor by its code, in order."""
        return {factor.code: factor for theme in self.themes for factor in theme.factors}

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Every question by its code, in order."""
        return {question.code: question for factor in self.factors.values() for question in factor.questions}

    @cached_property
    def statements(self) -> Mapping[str, Statement]:
        """Every statement by its code, in order."""
        return {item.code: item for factor in self.factors.values() for item in factor.statements}

    @cached_property
    def plan(self) -> scoring.Plan:
        """The same instrument without its texts, compiled for the arithmetic."""
        return scoring.compile(
            levels=[model.Level(level.code, level.from_, level.missed_musts) for level in self.levels],
            rules=self.rules,
            themes=[theme.code for theme in self.themes],
            factors=[
                model.Factor(
                    factor.code, factor.theme, factor.weight, tuple(q.code for q in factor.questions)
                )
                for factor in self.factors.values()
            ],
            questions=[_plain(question) for question in self.questions.values()],
            statements=[model.Statement(s.code, s.factor, s.count) for s in self.statements.values()],
            checks=[model.Check(check.code, check.all) for check in self.checks],
        )


def _plain(question: Question) -> model.Question:
    return model.Question(
        code=question.code,
        factor=question.factor,
        type=question.type,
        weight=question.weight,
        scored=question.scored,
        options=tuple(model.Option(o.code, o.score, o.exclusive) for o in question.options),
        combine=question.combine or "sum",
        bands=question.bands,
        when=question.when,
        must=question.must,
        note_when=question.note_when,
        evidence_when=question.evidence_when,
    )
