"""What a document says about itself, and how its tables and pictures are given their room."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exports import imprint
from exports.document import Column, Grid, Part, Table
from tests.exports.sample_document import SAMPLE


@pytest.mark.parametrize(
    ("names", "told"),
    [((), ""), (("Een",), "Een"), (("Een", "Twee"), "Een en Twee"), (tuple("ABC"), "A, B en C")],
)
def test_publishers_are_told_as_one_name(names: tuple[str, ...], told: str) -> None:
    assert imprint.publishers(replace(SAMPLE, publishers=names)) == told


def test_only_made_up_data_is_marked() -> None:
    assert imprint.mark(SAMPLE) == "Fictieve gegevens"
    assert imprint.mark(replace(SAMPLE, fictief=False)) == ""


@pytest.mark.parametrize(
    ("size", "fitted"),
    [((160, 80), (160, 80)), ((320, 100), (160, 50)), ((160, 400), (80, 200)), ((10, 10), (10, 10))],
)
def test_a_picture_that_is_too_large_is_made_smaller_as_a_whole(
    size: tuple[float, float], fitted: tuple[float, float]
) -> None:
    assert imprint.fitted(size, (160, 200)) == pytest.approx(fitted)


def test_columns_share_the_whole_width() -> None:
    columns = tuple(Column(str(share), share) for share in (1, 1, 1, 0.5))
    widths = imprint.shares(Table("t", "Tabel", columns, ()), 1000)
    assert widths == [286, 285, 286, 143]
    assert sum(widths) == 1000


@pytest.mark.parametrize(
    ("row", "rows", "low"),
    [
        ((Part(head="kop"), Part("kort")), 30, True),
        ((Part(head="kop"), Part("kort")), 31, False),
        ((Part(head="kop"), Part("regel\n" * 15)), 2, False),
        ((Part(head="kop"), Part("x" * 1500)), 1, True),
        ((Part("x" * 1500), Part("kort")), 1, False),
        ((Part("x" * 2900, "kop", 2),), 1, True),
    ],
)
def test_a_table_of_about_half_a_page_is_low(row: tuple[Part, ...], rows: int, low: bool) -> None:
    assert imprint.low(Grid("vorm", "Een vorm", (1, 3), (row,) * rows)) is low
