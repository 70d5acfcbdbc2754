"""When a question in a workbook is greyed: formulas that say that it is not asked, from its condition.

They say what `scoring` says: a question is not asked when the one that it depends on is not asked, or does
not apply, or has a value that does not meet the condition. While that is open, it is not known yet, and the
question stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from scoring.model import Condition
from surveys.instruments import Question
from surveys.offline import layout
from surveys.offline.layout import Layout, Row, SheetPlan
from surveys.offline.package import column_letter

LONGEST = 8000
"""Excel takes formulas up to 8192 characters; a question with a longer one is not greyed."""

ListOf = Callable[[Question], tuple[str, ...]]
"""Where the labels to choose from at a question stand: a cell for each, in the order of its choices."""


class Greying:
    """The formulas for one workbook. `list_of`: where the lists of labels stand."""

    def __init__(self, expected: Layout, list_of: ListOf) -> None:
        self.expected = expected
        self.list_of = list_of

    def formula(self, question: Question) -> str | None:
        """What is true when the question is not asked, without a = before it; None: it always is asked."""
        if question.when is None:
            return None
        found = self._not_asked(question)
        return found if len(found) <= LONGEST else None

    def _not_asked(self, question: Question) -> str:
        assert question.when is not None
        named = self.expected.instrument.questions[question.when.question]
        fails = self._fails(question.when, named)
        if named.when is None:
            return fails
        return f"OR({self._not_asked(named)},AND({self._asked(named)},{fails}))"

    def _asked(self, question: Question) -> str:
        if question.when is None:
            return "TRUE"
        named = self.expected.instrument.questions[question.when.question]
        return f"AND({self._asked(named)},{self._has_value(named)},NOT({self._fails(question.when, named)}))"

    def _fails(self, condition: Condition, named: Question) -> str:
        """That an answer does not apply, or has a value that does not meet the condition."""
        rows = self.expected.places[named.code][1]
        if named.type in ("yes_no", "choice"):
            cell = self._cell(named, rows[0])
            labels = dict(zip(layout.choices(named), self.list_of(named), strict=True))
            failing = [code for code in named.labels if not _meets(code, condition)]
            failing += [code for code in layout.specials(named) if code == "nvt"]
            return _any(f"{cell}={labels[code]}" for code in failing)
        if named.type == "multi":
            chosen = self._options(named, rows)
            not_applicable = [f'{cell}<>""' for code, cell in chosen.items() if code == "nvt"]
            marks = {code: f'{cell}<>""' for code, cell in chosen.items() if code in named.labels}
            wrong = []
            if condition.any_of is not None:
                wrong.append(f"NOT({_any(marks[code] for code in marks if code in condition.any_of)})")
            if condition.all_of is not None:
                wrong.append(f"NOT({_all(marks[code] for code in marks if code in condition.all_of)})")
            if condition.none_of is not None:
                wrong.append(_any(marks[code] for code in marks if code in condition.none_of))
            return _any([*not_applicable, _all([_any(marks.values()), _any(wrong)])])
        cell = self._cell(named, rows[0])
        not_applicable = []
        if "nvt" in layout.specials(named):
            labels = dict(zip(layout.specials(named), self.list_of(named), strict=True))
            not_applicable = [f"{self._cell(named, rows[1])}={labels['nvt']}"]
        limits = (
            ("<", condition.at_least),
            ("<=", condition.above),
            (">", condition.at_most),
            (">=", condition.below),
        )
        wrong = [f"{cell}{sign}{Decimal(repr(limit)):f}" for sign, limit in limits if limit is not None]
        return _any([*not_applicable, _all([f"ISNUMBER({cell})", _any(wrong)])])

    def _has_value(self, named: Question) -> str:
        rows = self.expected.places[named.code][1]
        if named.type in ("yes_no", "choice"):
            labels = dict(zip(layout.choices(named), self.list_of(named), strict=True))
            return _any(f"{self._cell(named, rows[0])}={labels[code]}" for code in named.labels)
        if named.type == "multi":
            cells = self._options(named, rows)
            return _any(f'{cell}<>""' for code, cell in cells.items() if code in named.labels)
        return f"ISNUMBER({self._cell(named, rows[0])})"

    def _options(self, named: Question, rows: Iterable[Row]) -> dict[str, str]:
        return {
            row.slot.code: self._cell(named, row) for row in rows if row.slot and row.slot.kind == "option"
        }

    def _cell(self, named: Question, row: Row) -> str:
        return reference(self.expected.places[named.code][0], row)


def reference(sheet: SheetPlan, row: Row) -> str:
    """The answer cell of a row, as a formula on any sheet names it."""
    name = sheet.name.replace("'", "''")
    return f"'{name}'!${column_letter(layout.ANSWER)}${row.number}"


def _meets(code: str, condition: Condition) -> bool:
    inside = condition.in_ is None or code in condition.in_
    return inside and (condition.not_in is None or code not in condition.not_in)


def _any(parts: Iterable[str]) -> str:
    found = list(parts)
    return "FALSE" if not found else found[0] if len(found) == 1 else f"OR({','.join(found)})"


def _all(parts: Iterable[str]) -> str:
    found = list(parts)
    return "TRUE" if not found else found[0] if len(found) == 1 else f"AND({','.join(found)})"
