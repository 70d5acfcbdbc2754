"""The letter Opvolging in Beeld: field by field the table of the source, as data and in every format."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exports.document import faults, from_json, to_json
from exports.documents import DOCUMENTS
from exports.follow_up import in_beeld as layout
from exports.follow_up import in_beeld_sheet
from surveys.acting import By
from surveys.example import in_beeld as example
from surveys.follow_up import origins, points, registering, schemes, standing
from surveys.follow_up.in_beeld import InBeeld, in_beeld
from surveys.follow_up.origins import OriginDetails
from surveys.follow_up.points import Details
from surveys.follow_up.schemes import Value
from surveys.models import Letter
from tests.support import readback, stages
from tests.support.readback import solid

SOURCE: Final[dict[str, Any]] = json.loads((Path(__file__).parent / "in_beeld_2026.json").read_text("utf-8"))
"""The ten fields and the heading as they stand in the letter of 23 April 2026, white space collapsed."""
FIELDS: Final[dict[str, Any]] = SOURCE["fields"]
FULL: Final = ("SEA-thema:", "Overkoepelende toelichting SEA-thema:", "Toelichting evaluatie:")
COLUMNS: Final = ("Aanbevelingen/bevindingen:", "Toelichting status opvolging:")
AT: Final = datetime.fromisoformat("2026-04-24T10:00:00+00:00")


with_letter = stages.declare("letter", lambda session: example.fill(session, By.system(AT)), on="empty")


@pytest.fixture
def found(with_letter: None, session: Session) -> InBeeld:
    """The letter of the example data."""
    made = in_beeld(session, session.scalars(select(Letter)).one().id)
    assert made is not None
    return made


def one_spaced(text: str) -> str:
    return " ".join(text.split())


def as_printed() -> Iterator[tuple[str, ...]]:
    """The table of the source row by row, as it is printed."""
    about = [name for name in FIELDS if name not in (*FULL, *COLUMNS)]
    yield from ((f"{name} {FIELDS[name]}",) for name in FULL[:2])
    yield tuple(about)
    yield tuple(FIELDS[name] for name in about)
    yield (f"{FULL[2]} {FIELDS[FULL[2]]}",)
    yield COLUMNS
    yield from zip(*(FIELDS[name] for name in COLUMNS), strict=True)


def test_the_data_of_the_letter_are_those_of_the_source(found: InBeeld) -> None:
    [study] = found.studies
    assert study.theme is not None
    assert study.theme.note is not None
    fields = {
        layout.THEME: study.theme.title,
        layout.THEME_NOTE: one_spaced(study.theme.note),
        **dict(layout.about(study)),
        layout.EXPLANATION: one_spaced(study.study.explanation or ""),
        layout.ADVICE: [one_spaced(each.advice) for each in study.followed],
        layout.STATE: [one_spaced(each.state) for each in study.followed],
    }

    assert list(fields.items()) == list(FIELDS.items())
    assert len(fields) == 10
    assert dict(layout.heading(found.letter)) == SOURCE["heading"]
    assert found.complete
    assert found.fictief
    assert [each.point.number for each in study.left_out] == ["5", "6", "7", "8", "9", "10"]
    assert {each.why for each in study.left_out} == {"Richtinggevend, nog niet overgenomen"}


@pytest.mark.parametrize("form", DOCUMENTS)
def test_a_text_file_has_the_table_of_the_source(found: InBeeld, form: str) -> None:
    document = layout.document(found)
    assert faults(document) == []
    assert from_json(to_json(document)) == document

    read = readback.READERS[form](DOCUMENTS[form].write(document))

    [head] = read.tables("Briefkop")
    assert dict(head.rows) == SOURCE["heading"]  # type: ignore[arg-type]
    [table] = read.tables(f"Opvolging in Beeld: {FIELDS['Titel onderzoek']}")
    # a PDF breaks words off at the end of a line: there the text is compared without its spaces
    spaced = solid if form == "pdf" else one_spaced
    expected = [tuple(map(spaced, row)) for row in as_printed()]
    assert [tuple(map(spaced, row)) for row in table.rows] == expected
    assert any("Fictieve gegevens" in page for page in read.pages)


def test_the_workbook_has_the_table_of_the_source(found: InBeeld) -> None:
    content = in_beeld_sheet.write(found)
    [sheet] = openpyxl.load_workbook(BytesIO(content)).worksheets

    rows = [tuple(str(cell) for cell in row if cell is not None) for row in sheet.values]
    filled = [tuple(map(one_spaced, row)) for row in rows if row]
    assert filled[0] == ("Opvolging in Beeld",)
    assert filled[1][0].startswith("FICTIEVE GEGEVENS")
    assert dict(filled[2:5]) == SOURCE["heading"]  # type: ignore[arg-type]
    assert filled[5:] == list(as_printed())
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert all(cell.alignment.wrap_text for row in sheet["A7:E9"] for cell in row[:1])
    assert content == in_beeld_sheet.write(found)


def test_text_that_looks_like_a_formula_stays_text(session: Session, found: InBeeld) -> None:
    by = By.system(AT)
    [study] = found.studies
    changed = study.origin.details
    risky = OriginDetails(
        **{**vars(changed), "title": "=1+1", "study": type(changed.study)(kind="@nu", articles="-2")}
    )
    origins.change(session, study.origin.info.id, risky, by=by, seen_version=study.origin.version)
    again = in_beeld(session, found.letter.id)
    assert again is not None

    [sheet] = openpyxl.load_workbook(BytesIO(in_beeld_sheet.write(again))).worksheets
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value is not None}
    for text in ("=1+1", "@nu", "-2"):
        assert cells[text].data_type == "s"
        assert cells[text].quotePrefix


def test_what_is_missing_is_named_and_makes_the_letter_a_concept(session: Session, found: InBeeld) -> None:
    by = By.system(AT)
    [study] = found.studies
    bare = OriginDetails("evaluatie", study.title)
    origins.change(session, study.origin.info.id, bare, by=by, seen_version=study.origin.version)
    added = registering.add(
        session,
        Details("bevinding", "Nieuw", "Een nieuwe bevinding.", "Defensie", origin_id=study.origin.info.id),
        by=by,
    )
    taken = study.left_out[0].point
    registering.respond(
        session,
        taken.id,
        points.Response("deels", "Het kabinet", None),
        by=by,
        seen_version=taken.version,
    )
    standing.say(session, taken.id, "eigen", "nog_niet_gestart", None, "Directie", AT.date(), by=by)
    schemes.keep(session, "sea", Value("personeel", "Personeel"), by=by)

    def now() -> Any:
        read = in_beeld(session, found.letter.id)
        assert read is not None
        return read

    [seen] = now().studies
    assert seen.missing == (
        "Het SEA-thema is niet gekozen.",
        "Het type onderzoek is niet ingevuld.",
        "Het jaar van afronding is niet ingevuld.",
        "De tekst bij de begrotingsartikelen is niet ingevuld.",
        "De budgettaire grondslag is niet ingevuld.",
        "De toelichting bij de evaluatie is niet ingevuld.",
        "Bij de stand van aanbeveling 5 staat geen toelichting.",
        "Van bevinding 6 is niet ingevuld hoe zij ervoor staat.",
    )
    assert [each.point.id for each in seen.followed][-2:] == [taken.id, added.id]
    assert [each.state for each in seen.followed][-2:] == ["Nog niet gestart:", ""]
    assert layout.document(now()).state.startswith("Concept")
    assert "Budgettaire grondslag" in [part.head for row in layout.rows(seen) for part in row]

    themed = OriginDetails("evaluatie", study.title, study=type(seen.study)(theme="personeel"))
    origins.change(session, seen.origin.info.id, themed, by=by, seen_version=seen.origin.version)
    assert now().studies[0].missing[0] == (
        "Het SEA-thema ‘Personeel’ heeft nog geen overkoepelende toelichting."
    )
