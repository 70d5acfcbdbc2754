"""Why a factor scores what it scores: a row for each question, and the rule that set the level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from scoring.factors import FactorScores, factors, highest
from scoring.model import Factor, Given, Value
from scoring.plan import Plan
from scoring.results import FactorScore
from scoring.rounding import plain
from scoring.sheet import ANSWERED, MET, MISSED, PENDING, STATES, Answers, Sheet, of_one

MUSTS = {MET: "met", MISSED: "missed", PENDING: "open"}


@dataclass(frozen=True, slots=True)
class Row:
    """One question. Points `s`, weight `w`, `share` (w/A) and `part` (w s/A) are None unless it is answered.

    `answer` is what was given, also where it does not count: the value, else `onbekend` or `nvt`, else None.
    `must` is met, missed, open or None.
    """

    code: str
    answer: Value
    state: str
    s: float | None
    w: float | None
    share: float | None
    part: float | None
    must: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """What set the level; `exports.wording` has a sentence for each kind.

    not_applicable: there is nothing to score. too_few: there is no score, or coverage is below `threshold`.
    open_must: the musts `codes` are open; met, the level would be `level`, missed, it would be `other`.
    top: the highest level is reached. score: the score is below `threshold`, where the next level, `other`,
    begins. musts: the score alone would give `other`, but the musts `codes` are missed.
    """

    kind: Literal["not_applicable", "too_few", "open_must", "top", "score", "musts"]
    level: str | None = None
    other: str | None = None
    threshold: float | None = None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """One factor of one unit: its rows, A, W and score as docs/method.md has them, and the rule."""

    rows: tuple[Row, ...]
    answered: float
    total: float
    score: float | None
    rule: Rule
    outcome: FactorScore


def why(plan: Plan, answers: Answers) -> dict[str, Why]:
    """Explain every factor of one unit; the parts of a factor's rows add up to its score."""
    sheet = of_one(plan, answers)
    found = factors(sheet)
    outcomes = FactorScores(sheet, found).of(0)
    explained = {}
    for column, factor in enumerate(plan.factors):
        answered = float(found.answered[0, column])
        outcome = outcomes[factor.code]
        explained[factor.code] = Why(
            rows=_rows(sheet, factor, answers, answered),
            answered=answered,
            total=float(found.total[0, column]),
            score=outcome.score,
            rule=_rule(plan, outcome),
            outcome=outcome,
        )
    return explained


def _rows(sheet: Sheet, factor: Factor, answers: Answers, answered: float) -> tuple[Row, ...]:
    rows = []
    for code in factor.questions:
        question, place = sheet.plan.question(code), sheet.plan.place[code]
        if not question.scored and question.must is None:
            continue
        given = answers.get(code) or Given()
        state = int(sheet.state[0, place])
        points = plain(sheet.points[0, place])
        counts = state == ANSWERED and points is not None
        rows.append(
            Row(
                code=code,
                answer=given.special if given.value is None else given.value,
                state=STATES[state],
                s=points,
                w=question.weight if counts else None,
                share=question.weight / answered if counts else None,
                part=question.weight * points / answered if counts and points is not None else None,
                must=MUSTS.get(int(sheet.must[0, place])),
            )
        )
    return tuple(rows)


def _rule(plan: Plan, outcome: FactorScore) -> Rule:
    if outcome.reason == "niet_van_toepassing":
        return Rule("not_applicable")
    if outcome.reason == "te_weinig_antwoorden" or outcome.score is None:
        return Rule("too_few", threshold=plan.rules.min_coverage)
    missed, pending = len(outcome.missed_musts), len(outcome.open_musts)
    best = _reached(plan, outcome.score, missed)
    if outcome.reason == "open_voorwaarde":
        worst = _reached(plan, outcome.score, missed + pending)
        return Rule("open_must", plan.levels[best].code, plan.levels[worst].code, codes=outcome.open_musts)
    if best == len(plan.levels) - 1:
        return Rule("top", outcome.level)
    alone = _reached(plan, outcome.score, 0)
    if alone > best:
        return Rule("musts", outcome.level, plan.levels[alone].code, codes=outcome.missed_musts)
    following = plan.levels[best + 1]
    return Rule("score", outcome.level, following.code, threshold=following.from_)


def _reached(plan: Plan, score: float, missed: int) -> int:
    return int(highest(plan.levels, np.array([score]), np.array([missed]))[0])
