"""What scoring gives: figures and codes, None where there is no figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class FactorScore:
    """One factor of one unit. Score, low, high and coverage are 0..1.

    `level` is a level's code or niet_te_beoordelen, and then `reason` says why: niet_van_toepassing,
    te_weinig_antwoorden or open_voorwaarde.
    """

    score: float | None
    low: float | None
    high: float | None
    coverage: float | None
    level: str
    reason: str | None
    missed_musts: tuple[str, ...]
    open_musts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThemeScore:
    """One theme of one unit: the means of its factors' figures, and no level."""

    score: float | None
    low: float | None
    high: float | None
    coverage: float | None


@dataclass(frozen=True, slots=True)
class UnitScore:
    """One unit.

    `checks` are the codes of the checks that hold, `incomplete` those of the asked questions whose answer
    lacks a required note or document. `states` says for every question whether it is `answered`, `open`,
    `undetermined`, `not_asked`, `nvt` or `unscored`: a value without a score. `points` (0..1) says what each
    question earned, None where it earned nothing.
    """

    factors: Mapping[str, FactorScore]
    themes: Mapping[str, ThemeScore]
    checks: tuple[str, ...]
    incomplete: tuple[str, ...]
    states: Mapping[str, str]
    points: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class MustShare:
    """A must over all units: met in how many, of how many to which it applies."""

    met: int
    of: int


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many (`share` 0..1, None of none), and whether that does for `limit`."""

    n: int
    of: int
    share: float | None
    limit: float
    met: bool


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a proposal rests on; `musts` by the code of the question.

    `rule` says what decided: `too_few` units with a level, the `top` reached, a `majority` at the lowest
    level, or the `mean` alone. `by_mean` is the level that the mean alone would reach, None without a mean.
    """

    rule: Literal["too_few", "top", "majority", "mean"]
    with_level: Share
    mean_limit: float
    mean_met: bool
    by_mean: str | None
    musts: Mapping[str, Share]
    failing: Share


@dataclass(frozen=True, slots=True)
class NationalFactor:
    """One factor over all units: how many at each level, and figures over the `n` that have a level."""

    levels: Mapping[str, int]
    n: int
    mean: float | None
    median: float | None
    min: float | None
    max: float | None
    q1: float | None
    q3: float | None
    proposal: str
    grounds: Grounds
    musts: Mapping[str, MustShare]


@dataclass(frozen=True, slots=True)
class NumberFigures:
    """The numbers that were answered: mean, median, least and greatest."""

    mean: float | None
    median: float | None
    min: float | None
    max: float | None


@dataclass(frozen=True, slots=True)
class NationalQuestion:
    """One question over all units; n, unknown, open, nvt and not_asked add up to the units.

    `counts` is per option, or per distinct number (its shortest decimals), and None for texts and dates;
    `numbers` is for numbers only. `mean_score` (0..1) and `attention` are for scored questions.
    """

    n: int
    unknown: int
    open: int
    nvt: int
    not_asked: int
    scored: bool
    counts: Mapping[str, int] | None
    numbers: NumberFigures | None
    mean_score: float | None
    attention: bool


@dataclass(frozen=True, slots=True)
class NationalStatement:
    """How many units meet it (`n`), of how many with a value for its question (`of`).

    `units` are the names of those that meet it, `others` of those with a value that do not.
    """

    n: int
    of: int
    units: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class National:
    """All units together; `units` is how many there are."""

    units: int
    factors: Mapping[str, NationalFactor]
    questions: Mapping[str, NationalQuestion]
    statements: Mapping[str, NationalStatement]


@dataclass(frozen=True, slots=True)
class Results:
    """One measurement with one instrument: each unit by its name, and all of them together.

    `factors` has the same factors as `units`: by the code of the factor, then the name of the unit.
    """

    units: Mapping[str, UnitScore]
    factors: Mapping[str, Mapping[str, FactorScore]]
    national: National
