"""Results as the JSON documents of `meetlat score` and `meetlat compare`; null where there is no figure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from exports import wording
from scoring import Comparison, FactorScore, NationalFactor, NationalQuestion, Results, UnitScore, Why
from surveys.instruments import Instrument

Document = dict[str, Any]
"""What JSON can hold."""


def scores(instrument: Instrument, results: Results, why: Mapping[str, Why] | None = None) -> Document:
    """Lay out the results of one measurement; `why`, by factor, explains those of one unit."""
    national = results.national
    document: Document = {
        "instrument": {"code": instrument.code, "version": instrument.version},
        "units": {name: _unit(unit) for name, unit in results.units.items()},
        "national": {
            "units": national.units,
            "factors": {code: _national_factor(factor) for code, factor in national.factors.items()},
            "questions": {code: _question(question) for code, question in national.questions.items()},
            "statements": {
                code: {
                    "n": count.n,
                    "of": count.of,
                    "text": wording.sentence(
                        instrument.statements[code].text,
                        count.n,
                        count.of,
                        national.units,
                        instrument.unit_noun,
                    ),
                }
                for code, count in national.statements.items()
            },
        },
    }
    if why is not None:
        document["why"] = {code: _why(instrument, factor) for code, factor in why.items()}
    return document


def comparison(found: Comparison) -> Document:
    """Lay out two measurements compared."""
    return {
        "factors": {
            code: {
                "common": factor.common,
                "units": {
                    name: {
                        "shared": unit.shared,
                        "delta": unit.delta,
                        "change": unit.change,
                        "musts_gained": list(unit.musts_gained),
                        "musts_lost": list(unit.musts_lost),
                    }
                    for name, unit in factor.units.items()
                },
                "counts": dict(factor.counts),
            }
            for code, factor in found.factors.items()
        },
        "units": {name: dict(counts) for name, counts in found.units.items()},
        "counts": dict(found.counts),
        "only_earlier": list(found.only_earlier),
        "only_later": list(found.only_later),
    }


def write(document: Document) -> bytes:
    """Write a document as JSON in UTF-8, ending in a newline."""
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    # half of a surrogate pair, which JSON can hold in a unit's name, is escaped as JSON does
    return f"{text}\n".encode("utf-8", "backslashreplace")


def _unit(unit: UnitScore) -> Document:
    return {
        "factors": {code: _factor(factor) for code, factor in unit.factors.items()},
        "themes": {code: asdict(theme) for code, theme in unit.themes.items()},
        "checks": list(unit.checks),
        "incomplete": list(unit.incomplete),
    }


def _factor(factor: FactorScore) -> Document:
    return {
        "score": factor.score,
        "low": factor.low,
        "high": factor.high,
        "coverage": factor.coverage,
        "level": factor.level,
        "reason": factor.reason,
        "missed_musts": list(factor.missed_musts),
        "open_musts": list(factor.open_musts),
    }


def _national_factor(factor: NationalFactor) -> Document:
    return {
        "levels": dict(factor.levels),
        "n": factor.n,
        "mean": factor.mean,
        "median": factor.median,
        "min": factor.min,
        "max": factor.max,
        "q1": factor.q1,
        "q3": factor.q3,
        "proposal": factor.proposal,
    }


def _question(question: NationalQuestion) -> Document:
    document: Document = {
        "n": question.n,
        "unknown": question.unknown,
        "open": question.open,
        "nvt": question.nvt,
        "not_asked": question.not_asked,
    }
    if question.counts is not None:
        document["counts"] = dict(question.counts)
    if question.numbers is not None:
        document |= asdict(question.numbers)
    if question.scored:
        document["mean_score"] = question.mean_score
        document["attention"] = question.attention
    return document


def _why(instrument: Instrument, why: Why) -> Document:
    return {
        "rows": [asdict(row) for row in why.rows],
        "A": why.answered,
        "W": why.total,
        "score": why.score,
        "level_rule": wording.level_rule(instrument, why),
    }
