"""The checks between a region and the commander of its area: what their answers say of the same thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from scoring.model import Condition
from surveys import questions, results
from surveys.instruments import Check, Instrument, pairs
from surveys.instruments.pairs import Pair, Rule
from surveys.reports.source import Filled, UnitInfo

NOT_ASKED = frozenset({"not_asked", "undetermined"})
"""The states of a question that is not asked, or not yet known to be."""


@dataclass(frozen=True)
class Said:
    """What a unit answered to the question that a rule is about; `shown` in Dutch."""

    unit: UnitInfo
    shown: str


@dataclass(frozen=True)
class Finding:
    """That a rule applies to a region (`region`) or, without one, to its commander (`commander`).

    `others` has what the other side answered: for a region its commander, for a commander the regions that
    do not fit. `counted` is how many regions of the area meet the rule, where they are counted.
    """

    rule: Rule
    region: UnitInfo | None
    commander: UnitInfo | None
    others: tuple[Said, ...]
    counted: int | None = None


@dataclass(frozen=True)
class _Side:
    """The units of one questionnaire: the rules whose conditions hold for each, states of questions."""

    filled: Filled
    holding: Mapping[str, frozenset[str]]
    states: Mapping[str, Mapping[str, str]]

    def shown(self, unit: str, codes: Iterable[str]) -> str:
        """What a unit answered to some questions, in Dutch."""
        found = []
        for code in codes:
            question = self.filled.instrument.questions[code]
            answer = self.filled.answers[unit].get(code, results.Answer())
            words = questions.show_answer(question, answer.value, answer.special) or "geen antwoord"
            found.append(words)
        return "; ".join(found)

    def value(self, unit: str, code: str) -> str | int | float | None:
        """The single value that a unit gave to a question; None without one, or where it isn't asked."""
        if self.states[unit][code] in NOT_ASKED:
            return None
        value = self.filled.answers[unit].get(code, results.Answer()).value
        return None if isinstance(value, list) else value


def findings(regions: Filled, commanders: Filled | None, parents: Mapping[str, UnitInfo]) -> list[Finding]:
    """Everything that the rules find among the submitted units of a measurement.

    `parents` has to which unit each belongs, by the code of the unit. Rules that name what one of the two
    questionnaires lacks, in this version, are passed over. Without commanders only what concerns a region
    alone is found.
    """
    pair = next(
        (
            each
            for each in pairs.builtin()
            if each.region == regions.instrument.code
            and (commanders is None or each.commander == commanders.instrument.code)
        ),
        None,
    )
    if pair is None:
        return []
    usable = _usable(pair, regions.instrument, commanders.instrument if commanders else None)
    mine = _side(regions, {rule.code: rule.region for rule in usable})
    theirs = (
        _side(commanders, {rule.code: rule.commander for rule in usable}) if commanders is not None else None
    )
    areas = {
        code: [unit for unit in regions.dossiers if unit in parents and parents[unit].code == code]
        for code in (commanders.answers if commanders else ())
    }
    found: list[Finding] = []
    for rule in usable:
        if rule.kind == "question" and not rule.commander:
            found += [_alone(rule, regions, unit) for unit in regions.answers if _holds(rule, mine, unit)]
            continue
        if theirs is None:
            continue
        for commander, units in areas.items():
            if rule.kind == "count":
                found += _count(rule, mine, theirs, commander, units)
            elif rule.kind == "together":
                found += _together(rule, mine, theirs, commander, units)
            else:
                found += _both(rule, mine, theirs, commander, units)
    return found


def _usable(pair: Pair, region: Instrument, commander: Instrument | None) -> list[Rule]:
    if commander is None:
        return [rule for rule in pair.rules if set(rule.region_questions) <= region.questions.keys()]
    wrong = {line.partition(":")[0] for line in pairs.misfits(pair, region, commander)}
    return [rule for rule in pair.rules if rule.code not in wrong]


def _side(filled: Filled, conditions: Mapping[str, tuple[Condition, ...]]) -> _Side:
    # a rule's conditions are judged as those of a check are: by the arithmetic, on asked questions alone
    checks = tuple(Check(code, every, "") for code, every in conditions.items() if every)
    judged = replace(filled.instrument, checks=checks)
    # as plain answers: those that are kept packed were laid out for the questionnaire without these checks
    scored = results.score(judged, dict(filled.answers)).units
    return _Side(
        filled,
        {unit: frozenset(found.checks) for unit, found in scored.items()},
        {unit: found.states for unit, found in scored.items()},
    )


def _holds(rule: Rule, side: _Side, unit: str) -> bool:
    return rule.code in side.holding[unit]


def _unit(filled: Filled, code: str) -> UnitInfo:
    return filled.dossiers[code].unit


def _alone(rule: Rule, regions: Filled, unit: str) -> Finding:
    return Finding(rule, _unit(regions, unit), None, ())


def _both(rule: Rule, mine: _Side, theirs: _Side, commander: str, units: list[str]) -> list[Finding]:
    if not _holds(rule, theirs, commander):
        return []
    wrong = [unit for unit in units if unit in mine.filled.answers and _holds(rule, mine, unit)]
    return _told(rule, mine, theirs, commander, wrong)


def _count(rule: Rule, mine: _Side, theirs: _Side, commander: str, units: list[str]) -> list[Finding]:
    """Too many say so, or too few could: those regions are told that can explain the difference."""
    assert rule.commander_question is not None
    said = theirs.value(commander, rule.commander_question)
    if not isinstance(said, int | float):
        return []
    known = [unit for unit in units if unit in mine.filled.answers and _answered(rule, mine, unit)]
    meeting = [unit for unit in known if _holds(rule, mine, unit)]
    if len(meeting) > said:
        return _told(rule, mine, theirs, commander, meeting, len(meeting))
    if len(meeting) + len(units) - len(known) < said:
        others = [unit for unit in known if unit not in meeting]
        return _told(rule, mine, theirs, commander, others, len(meeting))
    return []


def _together(rule: Rule, mine: _Side, theirs: _Side, commander: str, units: list[str]) -> list[Finding]:
    assert rule.commander_question is not None
    assert rule.region_question is not None
    said = theirs.value(commander, rule.commander_question)
    fit = (rule.fits or {}).get(said) if isinstance(said, str) else None
    if fit is None:
        return []
    code = rule.region_question
    applies = [
        unit for unit in units if unit not in mine.filled.answers or mine.states[unit][code] != "not_asked"
    ]
    values = {
        unit: mine.value(unit, code)
        for unit in applies
        if unit in mine.filled.answers and mine.value(unit, code) is not None
    }
    wrong = [unit for unit, value in values.items() if fit.only is not None and value not in fit.only]
    # only when all of them answered is it certain that none gave the answer that must occur
    certain = bool(values) and len(values) == len(applies)
    if certain and not wrong and any(codes.isdisjoint(values.values()) for codes in fit.some):
        wrong = list(values)
    return _told(rule, mine, theirs, commander, wrong)


def _answered(rule: Rule, side: _Side, unit: str) -> bool:
    """Whether it is known if a unit meets the rule: every question has a value, or is not asked."""
    given, states = side.filled.answers[unit], side.states[unit]
    return all(
        states[code] == "not_asked" or (code in given and given[code].value is not None)
        for code in rule.region_questions
    )


def _told(
    rule: Rule, mine: _Side, theirs: _Side, commander: str, wrong: list[str], counted: int | None = None
) -> list[Finding]:
    """The same finding on the sheets of the regions that it is about, and on that of their commander."""
    if not wrong:
        return []
    above = Said(_unit(theirs.filled, commander), theirs.shown(commander, rule.commander_questions))
    below = tuple(Said(_unit(mine.filled, unit), mine.shown(unit, rule.region_questions)) for unit in wrong)
    return [
        *(Finding(rule, each.unit, None, (above,), counted) for each in below),
        Finding(rule, None, above.unit, below, counted),
    ]
