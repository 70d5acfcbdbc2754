"""The question types: one table, a type is one class and one row.

A type reads what a form sends (`parse`), says whether a question can have a value and gives its canonical
form (`check`), and shows it in Dutch (`show`). Canonical values: the code of a yes_no or choice; a list of
codes in the order of the options for a multi; a whole number as int, any other as float; text; YYYY-MM-DD.
"""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from scoring.model import Value
from surveys.errors import InvalidValue
from surveys.instruments import Question

SPECIALS = {"onbekend": "Weet ik niet", "nvt": "Niet van toepassing"}
"""What an answer can be instead of a value, with its label."""

LONGEST_NUMBER = 40
"""The most characters of a number that is filled in."""

_MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)


class QuestionType(ABC):
    """What every type can do; it holds nothing itself."""

    @abstractmethod
    def parse(self, question: Question, raw: Sequence[str]) -> Value:
        """Read the strings that a form sends for this question; None when it was left empty.

        Raises InvalidValue, with a Dutch text for the person who filled it in.
        """

    @abstractmethod
    def check(self, question: Question, value: object) -> Value:
        """Give the canonical form of a value. Raises InvalidValue when the question cannot have it."""

    @abstractmethod
    def show(self, question: Question, value: Value) -> str:
        """Give a canonical value in Dutch, with labels instead of codes."""


class Choice(QuestionType):
    """One option, by its code; yes_no is a choice between `ja` and `nee`."""

    def parse(self, question: Question, raw: Sequence[str]) -> Value:
        given = [code for code in raw if code]
        return self.check(question, given[0]) if given else None

    def check(self, question: Question, value: object) -> Value:
        if not isinstance(value, str) or value not in question.labels:
            raise InvalidValue(f"Kies één van de antwoorden: {', '.join(question.labels)}.")
        return value

    def show(self, question: Question, value: Value) -> str:
        return question.labels[str(value)]


class Multi(QuestionType):
    """One or more options, by their codes; an exclusive one stands alone."""

    def parse(self, question: Question, raw: Sequence[str]) -> Value:
        given = [code for code in raw if code]
        return self.check(question, given) if given else None

    def check(self, question: Question, value: object) -> Value:
        if not isinstance(value, list) or not value:
            raise InvalidValue("Kies één of meer antwoorden.")
        if not all(isinstance(code, str) and code in question.labels for code in value):
            raise InvalidValue(f"Kies alleen uit deze antwoorden: {', '.join(question.labels)}.")
        if len(set(value)) < len(value):
            raise InvalidValue("Kies elk antwoord hoogstens één keer.")
        for option in question.options:
            if option.exclusive and option.code in value and len(value) > 1:
                raise InvalidValue(
                    f'Kies "{option.label}" alleen, of niet: het gaat niet samen met een ander antwoord.'
                )
        return [code for code in question.labels if code in value]

    def show(self, question: Question, value: Value) -> str:
        assert isinstance(value, list)
        return "; ".join(question.labels[code] for code in value)


class Number(QuestionType):
    """A number from `min` up to and including `max`, `min` plus a whole number of steps."""

    def parse(self, question: Question, raw: Sequence[str]) -> Value:
        given = "".join(raw).strip()
        if not given:
            return None
        if len(given) > LONGEST_NUMBER:  # working with endless digits would keep everybody waiting
            raise InvalidValue(f"Vul een getal in van hoogstens {LONGEST_NUMBER} tekens.")
        try:
            if not re.fullmatch(r"[+-]?[0-9]+([.,][0-9]+)?", given):
                raise InvalidOperation
            number = Decimal(given.replace(",", "."))
        except InvalidOperation:
            raise InvalidValue("Vul een getal in, bijvoorbeeld 3 of 2,5.") from None
        assert question.step is not None
        if question.step * 100 % 1 == 0 and re.fullmatch(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}", given):
            # 1.000 is a thousand to who writes it, and one to a computer; nothing here has three decimals
            whole = given.replace(".", "")
            raise InvalidValue(f"Schrijf het getal zonder punt. Bedoelt u {whole}? Vul dan {whole} in.")
        return self._fit(question, number)

    def check(self, question: Question, value: object) -> Value:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InvalidValue("Vul een getal in.")
        if isinstance(value, float) and not math.isfinite(value):
            raise InvalidValue("Vul een getal in.")
        return self._fit(question, _exact(value))

    def _fit(self, question: Question, number: Decimal) -> Value:
        assert question.min is not None
        assert question.max is not None
        assert question.step is not None
        low, high = comma(question.min), comma(question.max)
        if not question.min <= number <= question.max:
            raise InvalidValue(f"Vul een getal in van {low} tot en met {high}.")
        # Fractions, as a Decimal quotient is cut off at 28 digits
        steps = (Fraction(number) - Fraction(question.min)) / Fraction(question.step)
        if steps.denominator != 1:
            if question.step == 1 and question.min % 1 == 0:
                raise InvalidValue(f"Vul een heel getal in van {low} tot en met {high}.")
            step = comma(question.step)
            raise InvalidValue(f"Vul een getal in van {low} tot en met {high}, in stappen van {step}.")
        return int(number) if number == number.to_integral_value() else float(number)

    def show(self, question: Question, value: Value) -> str:
        assert isinstance(value, int | float)
        shown = comma(_exact(value))
        return f"{shown} {question.unit}" if question.unit else shown


class Text(QuestionType):
    """Free text of a limited length."""

    def parse(self, question: Question, raw: Sequence[str]) -> Value:
        given = "".join(raw).replace("\r\n", "\n").strip()
        return self.check(question, given) if given else None

    def check(self, question: Question, value: object) -> Value:
        if not isinstance(value, str):
            raise InvalidValue("Vul tekst in.")
        assert question.max_length is not None
        if len(value) > question.max_length:
            raise InvalidValue(f"Vul hoogstens {question.max_length} tekens in. Nu zijn het er {len(value)}.")
        return value

    def show(self, question: Question, value: Value) -> str:
        return str(value)


class Date(QuestionType):
    """A day, as YYYY-MM-DD."""

    def parse(self, question: Question, raw: Sequence[str]) -> Value:
        given = [part.strip() for part in raw if part.strip()]
        if not given:
            return None
        if match := re.fullmatch(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})", "-".join(given)):
            day, month, year = match.groups()
            return self.check(question, f"{year}-{month:0>2}-{day:0>2}")
        return self.check(question, "".join(given))

    def check(self, question: Question, value: object) -> Value:
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            try:
                return date.fromisoformat(value).isoformat()
            except ValueError:
                pass
        raise InvalidValue("Vul een datum in die bestaat, bijvoorbeeld 21-11-2026.")

    def show(self, question: Question, value: Value) -> str:
        return day(date.fromisoformat(str(value)))


TYPES: dict[str, QuestionType] = {
    "yes_no": Choice(),
    "choice": Choice(),
    "multi": Multi(),
    "number": Number(),
    "text": Text(),
    "date": Date(),
}
"""Every question type by its code."""


def check_special(question: Question, special: object) -> str:
    """Give `onbekend` or `nvt` when the question allows it; raises InvalidValue otherwise."""
    if special == "onbekend" and question.allow_unknown:
        return "onbekend"
    if special == "nvt" and question.allow_na:
        return "nvt"
    if isinstance(special, str) and special in SPECIALS:
        raise InvalidValue(f'"{SPECIALS[special]}" ({special}) is bij deze vraag niet mogelijk.')
    raise InvalidValue(f"Kies uit {' of '.join(SPECIALS)}.")


def show_answer(question: Question, value: Value, special: str | None) -> str:
    """Give an answer in Dutch: its value, what it is instead, or an empty text when it is open."""
    if special is not None:
        return SPECIALS[special]
    return "" if value is None else TYPES[question.type].show(question, value)


def day(value: date) -> str:
    """Give a day in Dutch: 3 februari 2026."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def comma(number: Decimal) -> str:
    """Give a number in Dutch, with all its digits and no more: 2,5."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def _exact(value: float) -> Decimal:
    """The decimal digits of a number as they are written."""
    return Decimal(repr(value))
