"""Which keys each table of an instrument has, what may stand in them, and which are required.

The tables below are the shape of the file. What the keys mean together is the business of `check`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scoring.model import RESERVED
from surveys.roles import SIGNERS

Table = dict[str, Any]
"""A table as TOML gives it."""

Complaint = str | None
"""What is wrong with a value, in Dutch; None when nothing is."""

_LARGEST = 2**63


@dataclass(frozen=True)
class Key:
    """One key: what may stand in it, and whether it must be there."""

    accepts: Callable[[object], Complaint]
    required: bool = False


def text(value: object) -> Complaint:
    """Accept any text."""
    return None if isinstance(value, str) else "moet tekst zijn"


def code(value: object) -> Complaint:
    """Accept a text that can be a code."""
    if not isinstance(value, str) or not value.strip():
        return "moet tekst zijn, en niet leeg"
    return f"{value!r} is geen code: dit woord heeft een eigen betekenis" if value in RESERVED else None


def texts(value: object) -> Complaint:
    """Accept a list of texts."""
    good = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return None if good else "moet een lijst van teksten zijn"


def roles(value: object) -> Complaint:
    """Accept a list of roles that sign, none twice."""
    if complaint := texts(value):
        return complaint
    assert isinstance(value, list)
    for item in value:
        if item not in SIGNERS:
            known = ", ".join(sorted(SIGNERS))
            return f"{item!r} is geen rol die een vragenlijst ondertekent; kies uit: {known}"
    return "bevat een rol twee keer" if len(set(value)) < len(value) else None


def noun(value: object) -> Complaint:
    """Accept a singular and a plural."""
    match value:
        case [str(), str()]:
            return None
    return "moet een lijst van twee teksten zijn: enkelvoud en meervoud"


def flag(value: object) -> Complaint:
    """Accept true and false."""
    return None if isinstance(value, bool) else "moet true of false zijn"


def number(value: object) -> Complaint:
    """Accept a finite number. TOML's whole numbers have 64 bits; true and false are no numbers."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "moet een getal zijn"
    small = abs(value) < _LARGEST if isinstance(value, int) else math.isfinite(value)
    return None if small else "moet een eindig getal zijn van gewone grootte"


def share(value: object) -> Complaint:
    """Accept a score or a share: 0 to 1."""
    return number(value) or (None if 0 <= value <= 1 else "moet tussen 0 en 1 liggen")  # type: ignore[operator]


def above_zero(value: object) -> Complaint:
    """Accept a weight or a step."""
    return number(value) or (None if value > 0 else "moet groter zijn dan 0")  # type: ignore[operator]


def whole(value: object) -> Complaint:
    """Accept a count: a whole number, 0 or more."""
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST
    return None if good else "moet een heel getal zijn, 0 of meer"


def length(value: object) -> Complaint:
    """Accept a number of characters: a whole number, 1 or more."""
    return whole(value) or ("moet 1 of meer zijn" if value == 0 else None)


def table(value: object) -> Complaint:
    """Accept a table."""
    return None if isinstance(value, dict) else "moet een tabel zijn"


def tables(value: object) -> Complaint:
    """Accept a list of tables that is not empty."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return "moet een lijst van tabellen zijn"
    return None if value else "is leeg"


def maybe_tables(value: object) -> Complaint:
    """Accept a list of tables."""
    return None if value == [] else tables(value)


def table_or_always(value: object) -> Complaint:
    """Accept a condition, or the word always."""
    return None if isinstance(value, dict) or value == "always" else 'moet een voorwaarde zijn, of "always"'


def codes(value: object) -> Complaint:
    """Accept a list of texts that is not empty."""
    return texts(value) or (None if value else "is leeg")


def one_of(*words: str) -> Callable[[object], Complaint]:
    """Accept one of these words."""

    def accepts(value: object) -> Complaint:
        if not isinstance(value, str):
            return "moet tekst zijn"
        return None if value in words else f"{value!r} is onbekend; kies uit: {', '.join(words)}"

    return accepts


INSTRUMENT = {
    "code": Key(code, required=True),
    "version": Key(text, required=True),
    "title": Key(text, required=True),
    "unit": Key(text, required=True),
    "unit_noun": Key(noun, required=True),
    "roles": Key(roles, required=True),
    "min_coverage": Key(share, required=True),
    "attention_below": Key(share, required=True),
    "min_units": Key(share, required=True),
    "must_share": Key(share, required=True),
    "max_failing_share": Key(share, required=True),
    "levels": Key(tables, required=True),
    "themes": Key(tables, required=True),
    "checks": Key(maybe_tables),
    "unit_article": Key(one_of("de", "het")),
    "figures": Key(texts),
}
LEVEL = {
    "code": Key(code, required=True),
    "label": Key(text, required=True),
    "from": Key(share, required=True),
    "missed_musts": Key(whole),
}
THEME = {
    "code": Key(code, required=True),
    "title": Key(text, required=True),
    "factors": Key(tables, required=True),
}
FACTOR = {
    "code": Key(code, required=True),
    "title": Key(text, required=True),
    "criterion": Key(text, required=True),
    "weight": Key(above_zero),
    "topics": Key(texts),
    "questions": Key(tables, required=True),
    "statements": Key(maybe_tables),
}
QUESTION = {
    "code": Key(code, required=True),
    "topic": Key(text),
    "type": Key(one_of("yes_no", "choice", "multi", "number", "text", "date"), required=True),
    "text": Key(text, required=True),
    "help": Key(text),
    "best": Key(text),
    "weight": Key(above_zero),
    "scored": Key(flag),
    "when": Key(table),
    "must": Key(table),
    "note_when": Key(table_or_always),
    "note_hint": Key(text),
    "evidence": Key(text),
    "evidence_when": Key(table_or_always),
    "allow_unknown": Key(flag),
    "allow_na": Key(flag),
}
"""The keys that every question has, whatever its type."""

BY_TYPE = {
    "yes_no": {"scores": Key(table)},
    "choice": {"options": Key(tables, required=True)},
    "multi": {"options": Key(tables, required=True), "combine": Key(one_of("sum", "max"))},
    "number": {
        "unit": Key(text),
        "min": Key(number, required=True),
        "max": Key(number, required=True),
        "step": Key(above_zero),
        "bands": Key(maybe_tables),
    },
    "text": {"max_length": Key(length)},
    "date": {},
}
"""The keys that a question of one type has as well."""

SCORES = {"ja": Key(share, required=True), "nee": Key(share, required=True)}
OPTION = {
    "code": Key(code, required=True),
    "label": Key(text, required=True),
    "score": Key(share),
    "exclusive": Key(flag),
}
BAND = {"below": Key(number), "upto": Key(number), "score": Key(share, required=True)}
STATEMENT = {
    "code": Key(code, required=True),
    "topic": Key(text),
    "count": Key(table, required=True),
    "text": Key(text, required=True),
}
CHECK = {
    "code": Key(code, required=True),
    "all": Key(tables, required=True),
    "text": Key(text, required=True),
}

CONDITION = {"question": Key(text)}
BY_KIND = {
    "choice": {"in": Key(codes), "not_in": Key(codes)},
    "multi": {"any_of": Key(codes), "all_of": Key(codes), "none_of": Key(codes)},
    "number": {key: Key(number) for key in ("at_least", "above", "at_most", "below")},
}
"""The keys of a condition, by the kind of question that it is about."""

KIND = {"yes_no": "choice", "choice": "choice", "multi": "multi", "number": "number"}
"""The kind of condition that a type takes; the types that are left out take none."""
