"""The planning as sheets to print: what is drawn, over how many sheets, and always the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from lxml import etree

from exports import charts
from exports.charts import raster, timeline, vector
from exports.charts.shapes import Box, Picture, Words
from exports.document import Document, Figure, Lane, PlannedBar, Section, Table, Timeline, from_json, to_json
from exports.follow_up import timeline as planning
from surveys.follow_up.schedule import Schedule

DAY = date(2026, 11, 22)
PHASES = ("Voorbereid", "Eerste activiteiten", "Uitgevoerd")
BAR = PlannedBar(
    "1 Oefen het plan",
    now=("2026-02-01", "2026-04-01", "2026-12-01"),
    first=("2026-02-01", "2026-03-01", "2026-10-01"),
    actual=("2026-02-03", None, None),
    slip=61,
    signals=(("slip", "+61 dagen"), ("late", "te laat")),
)
LONG = "Een maatregel met een heel lange naam die over veel meer regels gaat dan er op een blad passen " * 3


def many(count: int, **changes: object) -> Timeline:
    """So many bars in four tracks, fewer where there are not enough."""
    lanes: list[Lane] = []
    for place, title in enumerate(("Strategie", "Structuur", "Systeem", "Cultuur")):
        numbers = range(place, count, 4)
        if numbers:
            bars = tuple(replace(BAR, label=f"{number} Maatregel", **changes) for number in numbers)
            lanes.append(Lane(title, bars))
    return Timeline(PHASES, tuple(lanes), DAY.isoformat())


def sheets(drawing: Timeline) -> tuple[Picture, ...]:
    return timeline.sheets(drawing, "Planning: fictieve gegevens", "Stand op 22 november 2026")


def texts(picture: Picture) -> list[str]:
    return [shape.text for shape in picture.shapes if isinstance(shape, Words)]


def test_a_sheet_says_what_slips_in_words_and_hatches_it() -> None:
    [sheet] = sheets(many(1))
    said = texts(sheet)
    for words in (
        "Planning: fictieve gegevens",
        "Strategie",
        "0 Maatregel",
        "+61 dagen",
        "te laat",
        "vandaag",
    ):
        assert words in said
    assert said[-1] == "Blad 1 van 1"
    assert sheet.printed == (297, 210)

    planned = len([shape for shape in sheet.shapes if isinstance(shape, Box)])
    [bare] = sheets(many(1, slip=0, first=BAR.now, signals=BAR.signals[1:]))
    assert len([shape for shape in bare.shapes if isinstance(shape, Box)]) == planned - 1, "no hatched box"
    [less] = sheets(many(1, now=(None, None, "2026-12-01")))
    assert len([shape for shape in less.shapes if isinstance(shape, Box)]) == planned - 2, "two bars fewer"


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (16, 2), (120, 8)])
def test_every_point_is_on_one_sheet_however_many_there_are(count: int, pages: int) -> None:
    found = sheets(many(count))
    assert len(found) == pages
    said = Counter(text for sheet in found for text in texts(sheet))
    assert all(said[f"{number} Maatregel"] == 1 for number in range(count))
    assert [texts(sheet)[-1] for sheet in found] == [f"Blad {n} van {pages}" for n in range(1, pages + 1)]
    assert bool(said["Er zijn geen punten met een planning."]) is (count == 0)
    assert bool([text for text in said if text.endswith("(vervolg)")]) is (count > 1)
    assert all(shape.y < 186 for sheet in found for shape in sheet.shapes if isinstance(shape, Box))


@pytest.mark.parametrize(
    "bar",
    [
        replace(BAR, label=LONG),
        replace(BAR, now=(None, None, None), first=(None, None, None), actual=(None, None, None), slip=None),
        replace(BAR, now=("1900-01-01", None, "2199-12-31"), slip=None),
    ],
    ids=["a long title", "no days", "days far apart"],
)
def test_words_stay_on_the_sheet_and_never_cover_each_other(bar: PlannedBar) -> None:
    lane = Lane("Strategie", (bar, BAR))
    [sheet] = sheets(Timeline(PHASES, (lane,), DAY.isoformat()))
    covered = [(shape.text, shape.bounds) for shape in sheet.shapes if isinstance(shape, Words)]
    for place, (text, a) in enumerate(covered):
        assert -10 <= a[0] <= a[2] <= 287, text
        for other, b in covered[place + 1 :]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (text, other)


def test_the_same_planning_gives_the_same_bytes_and_the_pdf_says_what_it_shows() -> None:
    made, again = (raster.write_pdf(sheets(many(1)) * 2, "Planning (fictief)", "Eén punt.") for _ in range(2))
    assert made == again
    assert len(re.findall(rb"/Type /Page\b", made)) == 2
    assert b"/Title (Planning \\(fictief\\))" in made
    assert b"Date" not in made.split(b"/Title")[1].split(b">>")[0]


def test_more_sheets_than_one_come_in_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = Schedule((), 0, DAY, (), {})
    one = planning.printed(nothing, "svg")
    assert (one.name, one.media_type) == ("meetlat-opvolging-planningskaart.svg", "image/svg+xml")
    monkeypatch.setattr(planning, "drawing", lambda found: many(16))
    two = planning.printed(nothing, "svg")
    assert two == planning.printed(nothing, "svg")
    with zipfile.ZipFile(io.BytesIO(two.content)) as package:
        names = package.namelist()
        root = etree.fromstring(package.read(names[1]))
    assert names == [f"meetlat-opvolging-planningskaart-{n}.svg" for n in (1, 2)]
    assert (root.get("width"), root.get("height")) == ("297mm", "210mm")


def test_it_is_a_figure_of_a_document_too() -> None:
    drawing = many(3)
    figure = Figure("planning", "Planning", "Drie punten.", drawing, Table("tabel", "Planning", (), ()))
    document = Document(
        "Brief", "", "", (), "Concept", "2026-11-22", True, (Section("een", "Een", (figure,)),)
    )
    assert from_json(to_json(document)) == document
    assert charts.svg(drawing) == vector.write(timeline.picture(drawing))
    assert charts.size(drawing)[0] == 160
    later = replace(drawing, day=(DAY + timedelta(5000)).isoformat())
    assert any(text.startswith("vandaag: ") for text in texts(timeline.picture(later)))
