"""All units of one measurement together: levels, proposals, counts per question, and statements."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from itertools import compress
from typing import Final, Literal

import numpy as np

from scoring.columns import NA, UNKNOWN, Floats
from scoring.factors import NO_LEVEL, Factors
from scoring.lazily import Lazily
from scoring.model import NOT_JUDGED, Factor, Statement
from scoring.plan import Plan
from scoring.results import (
    Grounds,
    MustShare,
    National,
    NationalFactor,
    NationalQuestion,
    NationalStatement,
    NumberFigures,
    Share,
)
from scoring.rounding import compared
from scoring.sheet import MET, NONE, NOT_ASKED, OPEN, Sheet

HALF: Final = 0.5
"""With more than this share of the units at the lowest level, that is the proposal."""


def national(sheet: Sheet, found: Factors) -> National:
    """Sum up all units of a sheet; `found` has their factors."""
    plan = sheet.plan
    return National(
        units=len(sheet.units),
        factors={factor.code: _factor(sheet, found, factor, at) for at, factor in enumerate(plan.factors)},
        questions=Lazily(plan.place, partial(_question, sheet)),
        statements=Lazily(
            {statement.code: place for place, statement in enumerate(plan.statements)},
            lambda place: _statement(sheet, plan.statements[place]),
        ),
    )


def _factor(sheet: Sheet, found: Factors, factor: Factor, column: int) -> NationalFactor:
    levels = found.level[:, column]
    scores = found.score[levels != NO_LEVEL, column]
    counts = [int(np.count_nonzero(levels == place)) for place in range(len(sheet.plan.levels))]
    musts = {}
    for code in factor.questions:
        must = sheet.must[:, sheet.plan.place[code]]
        if sheet.plan.question(code).must is not None:
            musts[code] = MustShare(int(np.count_nonzero(must == MET)), int(np.count_nonzero(must != NONE)))
    q1, median, q3 = quartiles(scores)
    proposal, grounds = _proposal(sheet.plan, len(sheet.units), scores, counts[0], musts)
    return NationalFactor(
        levels={
            **{level.code: count for level, count in zip(sheet.plan.levels, counts, strict=True)},
            NOT_JUDGED: len(sheet.units) - len(scores),
        },
        n=len(scores),
        mean=_mean(scores),
        median=median,
        min=float(scores.min()) if scores.size else None,
        max=float(scores.max()) if scores.size else None,
        q1=q1,
        q3=q3,
        proposal=proposal,
        grounds=grounds,
        musts=musts,
    )


def _proposal(
    plan: Plan, units: int, scores: Floats, failing: int, musts: Mapping[str, MustShare]
) -> tuple[str, Grounds]:
    """Propose a level for all units together, and say on what grounds.

    The top level asks for the mean, for every must to be met widely enough and for few units at the lowest
    level. A lower one asks for the mean alone, unless most of the units are at the lowest level.
    """
    rules, (*lower, top) = plan.rules, plan.levels
    mean = compared(scores.mean()) if scores.size else None
    reached = [level.code for level in plan.levels if mean is not None and level.from_ <= mean]
    with_level = _at_least(scores.size, units, rules.min_units)
    widely = {code: _at_least(must.met, must.of, rules.must_share) for code, must in musts.items()}
    few = _at_most(failing, scores.size, rules.max_failing_share)
    mean_met = mean is not None and bool(mean >= top.from_)
    rule: Literal["too_few", "top", "majority", "mean"]
    if mean is None or not with_level.met:
        rule, proposal = "too_few", NOT_JUDGED
    elif mean_met and few.met and all(must.met for must in widely.values()):
        rule, proposal = "top", top.code
    elif few.share is not None and compared(few.share) > HALF:
        rule, proposal = "majority", lower[0].code
    else:
        rule, proposal = "mean", [level.code for level in lower if level.from_ <= mean][-1]
    return proposal, Grounds(
        rule=rule,
        with_level=with_level,
        mean_limit=top.from_,
        mean_met=mean_met,
        by_mean=reached[-1] if reached else None,
        musts=widely,
        failing=few,
    )


def _at_least(n: int, of: int, limit: float) -> Share:
    share = n / of if of else None
    return Share(n, of, share, limit, share is None or bool(compared(share) >= limit))


def _at_most(n: int, of: int, limit: float) -> Share:
    share = n / of if of else None
    return Share(n, of, share, limit, share is None or bool(compared(share) <= limit))


def _question(sheet: Sheet, place: int) -> NationalQuestion:
    question, column, state = sheet.plan.questions[place], sheet.columns[place], sheet.state[:, place]
    valued = sheet.valued(place)
    n = int(np.count_nonzero(valued))
    not_asked = int(np.count_nonzero(state == NOT_ASKED))
    kind = column.kind[state >= OPEN]  # of those that are asked
    unknown, nvt = int(np.count_nonzero(kind == UNKNOWN)), int(np.count_nonzero(kind == NA))
    counts: dict[str, int] | None = None
    numbers = None
    if question.type == "number":
        values = column.number[valued]
        different, times = (each.tolist() for each in np.unique(values, return_counts=True))
        counts = {shortest(value): n for value, n in zip(different, times, strict=True)}
        numbers = NumberFigures(
            mean=_mean(values),
            median=quartiles(values)[1],
            min=float(values.min()) if n else None,
            max=float(values.max()) if n else None,
        )
    elif question.options:
        chosen = column.chosen[valued].sum(axis=0)
        counts = {option.code: int(times) for option, times in zip(question.options, chosen, strict=True)}
    points = sheet.points[:, place]
    mean_score = _mean(points[~np.isnan(points)])
    return NationalQuestion(
        n=n,
        unknown=unknown,
        open=len(sheet.units) - n - unknown - nvt - not_asked,
        nvt=nvt,
        not_asked=not_asked,
        scored=question.scored,
        counts=counts,
        numbers=numbers,
        mean_score=mean_score,
        attention=mean_score is not None and bool(compared(mean_score) < sheet.plan.rules.attention_below),
    )


def _statement(sheet: Sheet, statement: Statement) -> NationalStatement:
    meets = sheet.holds(statement.count)
    valued = sheet.valued(sheet.plan.place[statement.count.question])
    units, others = (tuple(compress(sheet.units, rows.tolist())) for rows in (meets, valued & ~meets))
    return NationalStatement(n=len(units), of=len(units) + len(others), units=units, others=others)


def quartiles(figures: Floats) -> tuple[float | None, float | None, float | None]:
    """Give the first quartile, the median and the third: linear, at 1 + (n - 1) p in the sorted figures."""
    if not figures.size:
        return None, None, None
    first, middle, third = np.quantile(figures, [0.25, 0.5, 0.75], method="linear")
    return float(first), float(middle), float(third)


def shortest(number: float) -> str:
    """Give a number in its shortest decimals: "3", "0.5".

    >>> shortest(3.0), shortest(0.5), shortest(1e-7), shortest(20.0)
    ('3', '0.5', '0.0000001', '20')
    """
    text = f"{Decimal(repr(number + 0.0)):f}"  # 0.0 takes the sign off a zero
    return text.rstrip("0").rstrip(".") if "." in text else text


def _mean(figures: Floats) -> float | None:
    return float(figures.mean()) if figures.size else None
