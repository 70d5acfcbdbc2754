"""What LibreOffice makes of the letter Opvolging in Beeld: all ten fields are on paper, in every format.

`make check-office` runs these; the images of all pages are in screenshots/exports.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from exports.documents import DOCUMENTS
from exports.follow_up import in_beeld as layout
from exports.follow_up import in_beeld_sheet
from surveys.acting import By
from surveys.example import in_beeld as example
from surveys.follow_up.in_beeld import InBeeld, in_beeld
from tests.support import office

pytestmark = pytest.mark.office

ROOT = Path(__file__).resolve().parents[2]
SOURCE = json.loads((ROOT / "tests" / "follow_up" / "in_beeld_2026.json").read_text("utf-8"))
FIELDS: dict[str, str | list[str]] = SOURCE["fields"]


@pytest.fixture
def found(session: Session) -> InBeeld:
    """The letter of the example data."""
    letter = example.fill(session, By.system(datetime(2026, 4, 24, 10, tzinfo=UTC)))
    made = in_beeld(session, letter.id)
    assert made is not None
    return made


def written(found: InBeeld, form: str) -> bytes:
    return in_beeld_sheet.write(found) if form == "xlsx" else DOCUMENTS[form].write(layout.document(found))


def words(*texts: str) -> set[str]:
    return set(re.findall(r"\w+", " ".join(texts)))


@pytest.mark.parametrize("form", ["docx", "odt", "xlsx"])
def test_it_prints_with_all_ten_fields_on_it(found: InBeeld, form: str, tmp_path: Path) -> None:
    file = tmp_path / f"opvolging-in-beeld-{form}.{form}"
    file.write_bytes(written(found, form))
    pdf = office.convert(file, "pdf", tmp_path / "pdf")
    pages = office.pages(pdf)

    # columns stand beside each other on paper, so what they say is looked for word by word
    for head, said in FIELDS.items():
        assert words(head, *([said] if isinstance(said, str) else said)) <= words(*pages)
    assert len(office.draw(pdf, ROOT / "screenshots" / "exports")) == len(pages) == 2
    assert all("FICTIEVE GEGEVENS" in page.upper() for page in pages)
