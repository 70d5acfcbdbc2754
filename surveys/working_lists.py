"""Working lists: what an inspector keeps asking of the dossiers, as data that is checked before it is used.

A definition has rows (a question, what is asked of it, with which values), of which all or one must hold, and
the questions whose answers stand beside each unit. `surveys.listing` looks up the units.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from scoring.model import Condition
from surveys.errors import ListFaults
from surveys.instruments import Instrument, Question
from surveys.reports.levels import marks
from surveys.reports.question import STATES as NOT_ANSWERED

JOINS = {"alle": "alle regels gelden", "een": "een van de regels geldt"}
STATES = {f"~{code}": label for code, label in {"value": "Ingevuld", **NOT_ANSWERED}.items()}
"""What became of a question, as a value to choose; no code of an option begins with a tilde."""
MUSTS = {"missed": "Niet vervuld", "open": "Nog open"}
NONE_YET = "geen"
"""Stands among the levels of judgements for: there is none yet."""
NOUNS = {"question": "vraag", "factor": "factor", "check": "controle"}
WITHOUT_VALUES = ("with", "without", "differs")
ROWS = 20
"""The most rows of a list."""
LONGEST = 20
"""The most characters of a number."""
COLUMNS = 12
"""The most questions whose answers stand beside a unit."""

_HAS = {"with": "is er", "without": "is er niet"}
_IN = {"in": "is een van", "not_in": "is geen van"}
_MULTI = {"any_of": "bevat een van", "all_of": "bevat alle", "none_of": "bevat geen van"}
LIMITS = {"at_least": "minstens", "above": "meer dan", "at_most": "hoogstens", "below": "minder dan"}
"""The operators that take one number."""
WITH_STATES = frozenset({"in", "any_of"})
"""The operators on an answer that also take what it can be instead of a value."""


@dataclass(frozen=True)
class Kind:
    """What a row can be about: `about` is question, factor or check; `any_about`: also none in particular."""

    label: str
    about: str
    operators: Mapping[str, str]
    any_about: bool = False


KINDS: dict[str, Kind] = {
    "answer": Kind("Antwoord", "question", {**_IN, **_MULTI, **LIMITS}),
    "note": Kind("Toelichting", "question", _HAS),
    "document": Kind("Bewijsstuk", "question", _HAS),
    "must": Kind("Voorwaarde", "question", {"in": "is"}),
    "view": Kind("Afwijkend standpunt", "question", _HAS, any_about=True),
    "label": Kind("Label", "question", {"any_of": "is een van", "none_of": "is geen van"}),
    "check": Kind("Controle", "check", {"with": "geeft een gesprekspunt", "without": "geeft geen punt"}),
    "level": Kind("Niveau volgens de score", "factor", _IN),
    "judgement": Kind("Oordeel", "factor", {**_IN, "differs": "wijkt af van het voorstel"}),
}
"""What can be asked of a dossier, by its code."""


@dataclass(frozen=True)
class Row:
    """One line: what it is about (a code; empty: whichever), what is asked of it, and with which values."""

    kind: str
    about: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Definition:
    """Which units of a kind, and the codes of the questions whose answers are shown beside them."""

    unit: str
    join: str = "alle"
    rows: tuple[Row, ...] = ()
    columns: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The shape in which it is kept."""
        rows = [
            {"kind": row.kind, "about": row.about, "operator": row.operator, "values": list(row.values)}
            for row in self.rows
        ]
        return {"unit": self.unit, "join": self.join, "rows": rows, "columns": list(self.columns)}


Labels = Mapping[str, Mapping[str, str]]
"""The labels of each question: question -> id (as text) -> name."""


@dataclass(frozen=True)
class Vocabulary:
    """What a definition can speak of: a questionnaire, and the labels of its questions."""

    instrument: Instrument
    labels: Labels

    def operators(self, row: Row) -> dict[str, str]:
        """What can be asked of what a row is about, by code."""
        kind = KINDS[row.kind]
        if row.kind != "answer":
            return dict(kind.operators)
        question = self.instrument.questions.get(row.about)
        if question is None:
            return {}
        if question.type == "multi":
            return dict(_MULTI)
        if question.type == "number":
            return {**LIMITS, "in": _IN["in"]}
        return dict(_IN) if question.options else {"in": _IN["in"]}

    def choices(self, row: Row) -> dict[str, str]:
        """What a row can name as values, with Dutch names; a number is not among them."""
        question = self.instrument.questions.get(row.about)
        levels = {code: mark.label for code, mark in marks(self.instrument).items()}
        if row.kind == "answer" and question is not None:
            return {**question.labels, **STATES}
        found: dict[str, Callable[[], dict[str, str]]] = {
            "must": lambda: dict(MUSTS),
            "label": lambda: dict(self.labels.get(row.about, {})),
            "level": lambda: levels,
            "judgement": lambda: levels | {NONE_YET: "Nog geen oordeel"},
        }
        return found[row.kind]() if row.kind in found else {}

    def abouts(self, kind: str) -> set[str]:
        """The codes that a row of a kind can be about."""
        found: dict[str, Iterable[str]] = {
            "question": self.instrument.questions,
            "factor": self.instrument.factors,
            "check": [check.code for check in self.instrument.checks],
        }
        return {*found[KINDS[kind].about], *([""] if KINDS[kind].any_about else [])}

    def say(self, row: Row) -> str:
        """A row in words: Antwoord bij vraag 1.1-01 is een van: ‘Ja’."""
        kind = KINDS[row.kind]
        place = "" if kind.about == "check" else f"bij {NOUNS[kind.about]} "
        words = self.operators(row).get(row.operator, row.operator)
        start = f"{kind.label} {place if row.about else ''}{row.about} {words}".replace("  ", " ")
        if row.operator in LIMITS:
            return f"{start} {row.values[0].replace('.', ',')}"
        choices = self.choices(row)
        values = ", ".join(f"‘{choices.get(value, value)}’" for value in row.values)
        return f"{start}: {values}" if values else start

    def parse(self, data: object) -> Definition:
        """Read a definition from plain data. Raises ListFaults with everything that is wrong with it."""
        faults: list[tuple[int | None, str]] = []
        if not isinstance(data, dict):
            raise ListFaults([(None, "Dit is geen werklijst.")])
        unit = data.get("unit")
        if unit != self.instrument.unit:
            faults.append((None, "De werklijst gaat over een ander soort eenheid dan deze vragenlijst."))
        join = data.get("join")
        if not isinstance(join, str) or join not in JOINS:
            faults.append((None, "Kies of alle regels moeten gelden, of een van de regels."))
        rows = _rows(data.get("rows"))
        if not rows:
            faults.append((None, "Voeg ten minste één regel toe."))
        if len(rows) > ROWS:
            faults.append((None, f"Een werklijst heeft hoogstens {ROWS} regels."))
        for number, row in enumerate(rows[:ROWS]):
            faults += [(number, f"Regel {number + 1}: {fault}") for fault in self._faults(row)]
        columns = _texts(data.get("columns"))
        if len(columns) > COLUMNS:
            faults.append((None, f"Kies hoogstens {COLUMNS} vragen om te tonen."))
        strange = [code for code in columns if code not in self.instrument.questions]
        if strange:
            faults.append((None, f"Vraag {', '.join(strange)} staat niet in deze vragenlijst."))
        if faults:
            raise ListFaults(faults)
        ordered = tuple(code for code in self.instrument.questions if code in columns)
        return Definition(str(unit), str(join), tuple(map(self._canonical, rows)), ordered)

    def _faults(self, row: Row) -> list[str]:
        if row.kind not in KINDS:
            return ["kies waar de regel over gaat."]
        if row.about not in self.abouts(row.kind):
            noun = NOUNS[KINDS[row.kind].about]
            return [f"kies bij ‘{KINDS[row.kind].label}’ een {noun} uit deze vragenlijst."]
        if row.operator not in self.operators(row):
            return ["kies wat er moet gelden."]
        if row.operator in LIMITS:
            good = len(row.values) == 1 and _number(row.values[0]) is not None
            return [] if good else ["vul een getal in."]
        if row.operator in WITHOUT_VALUES:
            return []
        choices = self.choices(row)
        if row.kind == "label" and any(value not in choices for value in row.values):
            return ["het label bestaat niet meer. Kies een ander label."]
        takes_states = row.kind != "answer" or row.operator in WITH_STATES
        if not takes_states and any(value in STATES for value in row.values):
            words = self.operators(row)[row.operator]
            return [f"bij ‘{words}’ kunt u alleen antwoorden kiezen, en niet wat er in plaats daarvan kwam."]
        if not row.values or any(value not in choices for value in row.values):
            return ["kies een of meer waarden."]
        return []

    def _canonical(self, row: Row) -> Row:
        if row.operator in LIMITS:
            number = _number(row.values[0])
            assert number is not None
            return replace(row, values=(repr(int(number) if number == int(number) else number),))
        if row.operator in WITHOUT_VALUES:
            return replace(row, values=())
        return replace(row, values=tuple(code for code in self.choices(row) if code in row.values))


def suggested_columns(instrument: Instrument, rows: Iterable[Row]) -> tuple[str, ...]:
    """The questions that rows are about: what somebody who makes a list wants to see with it."""
    named = {row.about for row in rows}
    return tuple(code for code in instrument.questions if code in named)[:COLUMNS]


def rows_of(condition: Condition) -> tuple[Row, ...]:
    """A condition of the instrument language as rows that must all hold."""
    codes = {
        "in": condition.in_,
        "not_in": condition.not_in,
        "any_of": condition.any_of,
        "all_of": condition.all_of,
        "none_of": condition.none_of,
    }
    limits = {operator: getattr(condition, operator) for operator in LIMITS}
    return (
        *(
            Row("answer", condition.question, key, tuple(sorted(found)))
            for key, found in codes.items()
            if found
        ),
        *(
            Row("answer", condition.question, key, (repr(limit),))
            for key, limit in limits.items()
            if limit is not None
        ),
    )


@dataclass(frozen=True)
class Ready:
    """A list that comes with Meetlat; `definition` is plain data, for `Vocabulary.parse`."""

    code: str
    name: str
    definition: Mapping[str, Any]


@cache
def ready_made() -> tuple[Ready, ...]:
    """The lists that come with Meetlat, as data; which of them fit depends on the questionnaire."""
    with (Path(__file__).parent / "ready_lists.toml").open("rb") as file:
        data = tomllib.load(file)
    return tuple(Ready(each["code"], each["name"], each["definition"]) for each in data["lists"])


def operator_of(question: Question) -> str:
    """What a row about a question's answer asks first: whether it is (or has) one of some values."""
    return "any_of" if question.type == "multi" else "in"


def _rows(data: object) -> list[Row]:
    if not isinstance(data, list):
        return []
    found = []
    for each in data:
        kept = each if isinstance(each, dict) else {}
        kind, about, operator = (str(kept.get(key) or "") for key in ("kind", "about", "operator"))
        found.append(Row(kind, about, operator, tuple(_texts(kept.get("values")))))
    return found


def _texts(data: object) -> list[str]:
    return [each for each in data if isinstance(each, str)] if isinstance(data, list | tuple) else []


def _number(text: str) -> float | None:
    if len(text) > LONGEST or not re.fullmatch(r"\s*-?[0-9]+([.,][0-9]+)?\s*", text):
        return None
    number = float(text.strip().replace(",", "."))
    return number if math.isfinite(number) else None
