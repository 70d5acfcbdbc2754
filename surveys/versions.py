"""Two versions of a questionnaire side by side: per question what changed, and what stays comparable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from math import floor
from typing import Literal

from surveys import results
from surveys.instruments import Factor, Instrument, Question

Status = Literal["gelijk", "gewijzigd", "nieuw", "vervallen"]
STATUSES: tuple[Status, ...] = ("gelijk", "gewijzigd", "nieuw", "vervallen")


@dataclass(frozen=True)
class Change:
    """One thing that differs; `was` and `now` say how, where that fits in words."""

    what: str
    was: str | None = None
    now: str | None = None


@dataclass(frozen=True)
class QuestionDiff:
    """A question in two versions. `common`: its scores can be compared (scored, and in the same way)."""

    code: str
    text: str
    status: Status
    changes: tuple[Change, ...]
    scored: bool
    common: bool


@dataclass(frozen=True)
class FactorDiff:
    """A factor in two versions; a factor that only one of them has is `nieuw` or `vervallen`."""

    code: str
    title: str
    status: Status
    changes: tuple[Change, ...]
    questions: tuple[QuestionDiff, ...]
    common: results.Common | None

    @property
    def comparable(self) -> bool:
        """Whether its levels can be compared."""
        return self.common is not None and self.common.enough

    @property
    def percentage(self) -> int:
        """The share of the weight that is in common, in whole percents, rounded down: 49,9 is not half."""
        return floor(self.common.share * 100 + 1e-9) if self.common else 0


@dataclass(frozen=True)
class VersionDiff:
    """An earlier and a later version, factor by factor in the order of the later; gone ones come last.

    `changes` are about the questionnaire as a whole.
    """

    earlier: Instrument
    later: Instrument
    changes: tuple[Change, ...]
    factors: tuple[FactorDiff, ...]

    @property
    def counts(self) -> dict[Status, int]:
        """How many questions have each status."""
        found = Counter(question.status for factor in self.factors for question in factor.questions)
        return {status: found[status] for status in STATUSES}

    @property
    def same(self) -> bool:
        """Whether the two are one and the same version."""
        return self.earlier.sha256 == self.later.sha256

    @property
    def comparable(self) -> tuple[FactorDiff, ...]:
        """The factors whose levels can be compared."""
        return tuple(factor for factor in self.factors if factor.comparable)


def _options(question: Question) -> str:
    return "; ".join(f"{option.code}: {option.label}" for option in question.options) or "geen"


def _weight(question: Question) -> str:
    return f"{question.weight:g}".replace(".", ",")


Picks = Callable[[Question], object]
_PARTS: tuple[tuple[str, Picks, Callable[[Question], str] | None], ...] = (
    ("tekst", lambda q: q.text, lambda q: q.text),
    ("uitleg", lambda q: (q.help, q.best), None),
    ("soort vraag", lambda q: q.type, None),
    ("onderwerp", lambda q: q.topic, lambda q: q.topic or "geen"),
    ("factor", lambda q: q.factor, lambda q: q.factor),
    ("keuzes", lambda q: [(o.code, o.label, o.exclusive) for o in q.options], _options),
    ("wat u kunt invullen", lambda q: (q.unit, q.min, q.max, q.step, q.max_length), None),
    (
        "score",
        lambda q: (q.scored, q.combine, q.bands, {(o.code, o.score) for o in q.options}),
        None,
    ),
    ("gewicht", lambda q: q.weight, _weight),
    ("must", lambda q: q.must, None),
    ("voorwaarde om de vraag te stellen", lambda q: q.when, None),
    ("toelichting", lambda q: (q.note_when, q.note_hint), None),
    ("bewijsstuk", lambda q: (q.evidence, q.evidence_when), None),
    ("weet ik niet of niet van toepassing", lambda q: (q.allow_unknown, q.allow_na), None),
)
"""What can differ in a question: its Dutch name, what is compared, and how it is said if it can be."""


def compare(earlier: Instrument, later: Instrument) -> VersionDiff:
    """Put two versions of an instrument side by side."""
    factors = [_factor(earlier, later, factor) for factor in later.factors.values()]
    gone = [_gone(earlier, later, factor) for factor in earlier.factors.values()]
    return VersionDiff(
        earlier, later, tuple(_whole(earlier, later)), tuple(factors + [each for each in gone if each])
    )


def _whole(earlier: Instrument, later: Instrument) -> list[Change]:
    pairs = (
        ("titel", earlier.title, later.title),
        ("wie tekent", earlier.roles, later.roles),
        ("niveaus", earlier.levels, later.levels),
        ("regels voor het oordeel", earlier.rules, later.rules),
        ("controles", earlier.checks, later.checks),
        ("uitspraken", tuple(earlier.statements.values()), tuple(later.statements.values())),
    )
    return [Change(what) for what, was, now in pairs if was != now]


def _factor(earlier: Instrument, later: Instrument, factor: Factor) -> FactorDiff:
    before = earlier.factors.get(factor.code)
    common = results.common(earlier, later, factor.code) if before else None
    shared = set(common.questions) if common else set()
    rows = [_question(earlier.questions.get(q.code), q, shared) for q in factor.questions]
    if before is not None:
        rows += [_removed(q) for q in before.questions if q.code not in later.questions]
    changes = _about(before, factor) if before else ()
    altered = changes or any(row.status != "gelijk" for row in rows)
    status: Status = "nieuw" if before is None else "gewijzigd" if altered else "gelijk"
    return FactorDiff(factor.code, factor.title, status, changes, tuple(rows), common)


def _about(before: Factor, factor: Factor) -> tuple[Change, ...]:
    found = []
    if before.title != factor.title:
        found.append(Change("naam", before.title, factor.title))
    if before.criterion != factor.criterion:
        found.append(Change("criterium", before.criterion, factor.criterion))
    if before.weight != factor.weight:
        found.append(Change("gewicht"))
    return tuple(found)


def _gone(earlier: Instrument, later: Instrument, factor: Factor) -> FactorDiff | None:
    """A factor that the later version lacks; a question of it that moved stands at its new factor."""
    if factor.code in later.factors:
        return None
    rows = tuple(_removed(q) for q in factor.questions if q.code not in later.questions)
    return FactorDiff(factor.code, factor.title, "vervallen", (), rows, None)


def _question(before: Question | None, now: Question, common: set[str]) -> QuestionDiff:
    if before is None:
        return QuestionDiff(now.code, now.text, "nieuw", (), now.scored, False)
    changes = tuple(
        Change(what, say(before) if say else None, say(now) if say else None)
        for what, pick, say in _PARTS
        if pick(before) != pick(now)
    )
    status: Status = "gewijzigd" if changes else "gelijk"
    return QuestionDiff(now.code, now.text, status, changes, now.scored, now.code in common)


def _removed(question: Question) -> QuestionDiff:
    return QuestionDiff(question.code, question.text, "vervallen", (), question.scored, False)
