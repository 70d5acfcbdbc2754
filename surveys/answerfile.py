"""Answers from a JSON file: everything that is wrong with it at once, or what was answered.

The form of the file is told in docs/method.md. A fault is one line, `FILE: UNIT: QUESTION: reason`,
without the parts that it does not belong to.
"""

from __future__ import annotations

import json
from typing import Any

from surveys import textfile
from surveys.errors import AnswerFaults, InvalidValue
from surveys.instruments import Instrument, Question
from surveys.questions import SPECIALS, TYPES, check_special
from surveys.results import Answer

Units = dict[str, dict[str, Answer]]
"""Answers by the name of the unit and the code of the question."""


class _Object(tuple[tuple[str, Any], ...]):
    """A JSON object as the pairs that it was written as, so that a key that comes twice is seen."""

    __slots__ = ()


def load(path: str, instrument: Instrument | None) -> Units:
    """Read answers to an instrument; without one only the form of the file is looked at.

    Raises AnswerFaults with everything that is wrong, also when the file cannot be read.
    """
    try:
        document = json.loads(textfile.read(path), object_pairs_hook=_Object)
    except textfile.Unreadable as error:
        raise AnswerFaults([fault(path, None, None, str(error))]) from error
    except json.JSONDecodeError as error:
        reason = f"is geen geldige JSON (regel {error.lineno}, teken {error.colno}: {error.msg})"
        raise AnswerFaults([fault(path, None, None, reason)]) from error
    except (ValueError, RecursionError) as error:
        raise AnswerFaults([fault(path, None, None, f"is geen bruikbare JSON ({error})")]) from error
    reading = _Reading(path, instrument)
    units = reading.document(document)
    if reading.faults:
        raise AnswerFaults(reading.faults)
    return units


def fault(path: str, unit: str | None, question: str | None, reason: str) -> str:
    """Write one fault, on one line whatever the names hold."""
    line = ": ".join(part for part in (path, unit, question, reason) if part is not None)
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)


class _Reading:
    """One walk through the file."""

    def __init__(self, path: str, instrument: Instrument | None) -> None:
        self.path = path
        self.instrument = instrument
        self.faults: list[str] = []

    def add(self, reason: str, unit: str | None = None, question: str | None = None) -> None:
        self.faults.append(fault(self.path, unit, question, reason))

    def document(self, document: object) -> Units:
        if not isinstance(document, _Object):
            self.add('moet een object zijn: {"units": {…}}')
            return {}
        units: Units = {}
        keys = [key for key, _ in document]
        if "units" not in keys:
            self.add("units ontbreekt")
        for place, (key, value) in enumerate(document):
            if key != "units":
                self.add(f"onbekende sleutel {key!r}")
            elif key in keys[:place]:
                self.add("units staat er twee keer in")
            if key == "units" and not isinstance(value, _Object):
                self.add("units moet een object zijn, met de antwoorden van elke eenheid")
            elif key == "units":
                units |= self.units(value)
        return units

    def units(self, pairs: _Object) -> Units:
        units: Units = {}
        for name, answers in pairs:
            if name in units:
                self.add("deze eenheid staat er twee keer in", name)
            units[name] = {}
            if not isinstance(answers, _Object):
                self.add("moet een object zijn, met een antwoord bij elke vraag", name)
                continue
            for code, answer in answers:
                if code in units[name]:
                    self.add("deze vraag staat er twee keer in", name, code)
                units[name][code] = self.answer(name, code, answer)
        return units

    def answer(self, unit: str, code: str, pairs: object) -> Answer:
        question = self.instrument.questions.get(code) if self.instrument else None
        if self.instrument and question is None:
            self.add("onbekende vraag", unit, code)
        if not isinstance(pairs, _Object):
            self.add("een antwoord moet een object zijn, met value of special", unit, code)
            return Answer()
        fields: dict[str, Any] = {}
        for key, value in pairs:
            if key not in ("value", "special", "note", "document"):
                self.add(f"onbekende sleutel {key!r}", unit, code)
            elif key in fields:
                self.add(f"{key} staat er twee keer in", unit, code)
            fields[key] = value
        if "value" in fields and "special" in fields:
            self.add("value en special gaan niet samen", unit, code)
        note, document = fields.get("note", ""), fields.get("document", False)
        if not isinstance(note, str):
            self.add("note moet tekst zijn", unit, code)
        if not isinstance(document, bool):
            self.add("document moet true zijn", unit, code)
        try:
            value = _value(fields, question)
        except InvalidValue as error:
            self.add(f"value: {error}", unit, code)
            value = None
        try:
            special = _special(fields, question)
        except InvalidValue as error:
            self.add(f"special: {error}", unit, code)
            special = None
        return Answer(value, special, note, document)


def _value(fields: dict[str, Any], question: Question | None) -> Any:
    if "value" not in fields:
        return None
    if fields["value"] is None:
        raise InvalidValue("Mag niet null zijn: laat value weg als er nog geen antwoord is.")
    return TYPES[question.type].check(question, fields["value"]) if question else fields["value"]


def _special(fields: dict[str, Any], question: Question | None) -> str | None:
    if "special" not in fields:
        return None
    if question:
        return check_special(question, fields["special"])
    if fields["special"] not in tuple(SPECIALS):
        raise InvalidValue(f"Kies uit {' of '.join(SPECIALS)}.")
    return str(fields["special"])
