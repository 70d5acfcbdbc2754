"""CSV: what a Dutch Excel opens, and no formula in it."""

from __future__ import annotations

import csv as reader
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from exports import csv
from exports.book import Book, Cell, Column, Scalar, Sheet
from exports.text import clean

MADE = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def rows_of(values: list[Scalar], *, fictief: bool = False) -> list[list[str]]:
    sheet = Sheet("Blad", "Titel", tuple(Column(str(place), 9) for place, _ in enumerate(values)), [values])
    other = Sheet("Ander", "Titel", (), [])
    content = csv.write(Book("Titel", "", fictief, MADE, (other, sheet), "Blad"))
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    return list(reader.reader(text.splitlines(keepends=True), delimiter=";"))


def test_it_has_headings_decimal_commas_and_dutch_local_time() -> None:
    moment = datetime(2013, 7, 1, 22, 30, tzinfo=UTC)
    values: list[Scalar] = [0.5, 3.0, 1e-7, date(2013, 3, 4), moment, None, 'één; "twee"\ndrie']
    assert rows_of(values) == [
        ["0", "1", "2", "3", "4", "5", "6"],
        ["0,5", "3", "0,0000001", "2013-03-04", "2013-07-02 00:30", "", 'één; "twee"\ndrie'],
    ]


def test_made_up_data_has_a_column_that_says_so() -> None:
    assert rows_of(["a"], fictief=True) == [["0", "fictief"], ["a", "ja"]]


def test_the_value_of_a_dressed_cell_counts() -> None:
    sheet = Sheet("Blad", "", (Column("a", 9),), [(Cell(0.25, "0.00"),)])
    assert csv.write(Book("", "", False, MADE, (sheet,), "Blad")).endswith(b"a\r\n0,25\r\n")


@given(st.text())
def test_no_text_can_be_taken_for_a_formula(text: str) -> None:
    field = csv.shown(text)
    assert not field.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert field.removeprefix("'") == clean(text) or field == clean(text)
