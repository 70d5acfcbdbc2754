"""From the text of a TOML file to a frozen Instrument, or to everything that is wrong with it."""

from __future__ import annotations

import hashlib
import re
import tomllib
from decimal import Decimal
from pathlib import Path

from scoring.model import Band, Condition, Rules, When
from surveys import textfile
from surveys.errors import InstrumentFaults
from surveys.instruments import check
from surveys.instruments.keys import Table
from surveys.instruments.model import (
    YES_NO,
    Check,
    Factor,
    Instrument,
    Level,
    Option,
    Question,
    Statement,
    Theme,
)

_MAX_LENGTH = 4000
MAX_TEXT = 500_000
"""Characters of a whole file: five times the longest questionnaire that there is."""
MAX_PARTS = 50
"""Parts of a dotted key: a questionnaire needs few, and each more costs the reader more than the last."""
_PART = re.compile(r"\s*(?:[\w-]+|\"[^\"]*\"|'[^']*')\s*")


def load(path: Path | str) -> Instrument:
    """Read an instrument from a file. Raises InstrumentFaults, also when the file cannot be read."""
    try:
        text = textfile.read(path)
    except textfile.Unreadable as error:
        raise InstrumentFaults([f"{path}: {error}"]) from error
    return parse(text, str(path))


def parse(text: str, name: str) -> Instrument:
    """Make an instrument of the text of a TOML file; `name` is what its faults are said to be in.

    Raises InstrumentFaults with every fault, one line `FILE: CODE: reason` each.
    """
    if len(text) > MAX_TEXT:
        raise InstrumentFaults([f"{name}: is te groot (hoogstens {MAX_TEXT} tekens)"])
    if _has_endless_key(text):
        raise InstrumentFaults([f"{name}: een naam heeft te veel delen met een punt ertussen"])
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise InstrumentFaults([f"{name}: is geen geldige TOML ({reason})"]) from error
    if faults := check.faults(document, name):
        raise InstrumentFaults(faults)
    return Instrument(
        code=document["code"],
        version=document["version"],
        title=document["title"],
        unit=document["unit"],
        unit_noun=(document["unit_noun"][0], document["unit_noun"][1]),
        roles=tuple(document["roles"]),
        rules=Rules(
            **{
                key: float(document[key])
                for key in ("min_coverage", "attention_below", "min_units", "must_share", "max_failing_share")
            }
        ),
        levels=tuple(
            Level(level["code"], level["label"], float(level["from"]), level.get("missed_musts"))
            for level in document["levels"]
        ),
        themes=tuple(_theme(theme) for theme in document["themes"]),
        checks=tuple(
            Check(item["code"], tuple(condition(one, "") for one in item["all"]), item["text"])
            for item in document.get("checks", ())
        ),
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        unit_article=document.get("unit_article", "de"),
        figures=tuple(document["figures"]) if "figures" in document else None,
    )


def _has_endless_key(text: str) -> bool:
    """Whether so many words are strung together by points that reading them as a key could take for ever."""
    strung = 0
    for part in text.split("."):
        strung = strung + 1 if _PART.fullmatch(part) else 0
        if strung > MAX_PARTS:
            return True
    return False


def _theme(theme: Table) -> Theme:
    factors = tuple(_factor(factor, theme["code"]) for factor in theme["factors"])
    return Theme(theme["code"], theme["title"], factors)


def _factor(factor: Table, theme: str) -> Factor:
    return Factor(
        code=factor["code"],
        theme=theme,
        title=factor["title"],
        criterion=factor["criterion"],
        questions=tuple(_question(question, factor["code"]) for question in factor["questions"]),
        weight=float(factor.get("weight", 1)),
        topics=tuple(factor.get("topics", ())),
        statements=tuple(
            Statement(
                code=item["code"],
                factor=factor["code"],
                text=item["text"],
                count=condition(item["count"], ""),
                topic=item.get("topic"),
            )
            for item in factor.get("statements", ())
        ),
    )


def _question(question: Table, factor: str) -> Question:
    code, kind = question["code"], question["type"]
    options = _options(question)
    bands = tuple(
        Band(float(band["score"]), _float(band.get("below")), _float(band.get("upto")))
        for band in question.get("bands", ())
    )
    can_score = bool(bands) or any(option.score is not None for option in options)
    is_number = kind == "number"
    return Question(
        code=code,
        factor=factor,
        type=kind,
        text=question["text"],
        topic=question.get("topic"),
        help=question.get("help"),
        best=question.get("best"),
        weight=float(question.get("weight", 1)),
        scored=can_score and question.get("scored", True),
        options=options,
        combine=question.get("combine", "sum") if kind == "multi" else None,
        bands=bands,
        unit=question.get("unit"),
        min=_decimal(question["min"]) if is_number else None,
        max=_decimal(question["max"]) if is_number else None,
        step=_decimal(question.get("step", 1)) if is_number else None,
        max_length=question.get("max_length", _MAX_LENGTH) if kind == "text" else None,
        when=condition(question["when"], code) if "when" in question else None,
        must=condition(question["must"], code) if "must" in question else None,
        note_when=_when(question.get("note_when"), code),
        note_hint=question.get("note_hint"),
        evidence=question.get("evidence"),
        evidence_when=_when(question.get("evidence_when"), code),
        allow_unknown=question.get("allow_unknown", True),
        allow_na=question.get("allow_na", False),
    )


def _options(question: Table) -> tuple[Option, ...]:
    if question["type"] == "yes_no":
        scores = question.get("scores", {"ja": 1, "nee": 0})
        return tuple(Option(code, label, float(scores[code])) for code, label in YES_NO.items())
    return tuple(
        Option(option["code"], option["label"], _float(option.get("score")), option.get("exclusive", False))
        for option in question.get("options", ())
    )


def _when(when: Table | str | None, own: str) -> When:
    if isinstance(when, dict):
        return condition(when, own)
    return "always" if when == "always" else None


def condition(table: Table, own: str) -> Condition:
    """Make a condition of its table, which is without faults.

    `own` is the question that it is about when it names none: the one that it belongs to.
    """
    codes = {
        field: frozenset(table[key])
        for key, field in (
            ("in", "in_"),
            ("not_in", "not_in"),
            ("any_of", "any_of"),
            ("all_of", "all_of"),
            ("none_of", "none_of"),
        )
        if key in table
    }
    limits = {key: float(table[key]) for key in ("at_least", "above", "at_most", "below") if key in table}
    return Condition(table.get("question", own), **codes, **limits)  # type: ignore[arg-type]


def _float(value: float | None) -> float | None:
    return None if value is None else float(value)


def _decimal(value: float) -> Decimal:
    return Decimal(repr(value))
