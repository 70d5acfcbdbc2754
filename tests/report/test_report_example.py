"""The report on the example data of 2013, read back from every format: what was counted is told in it.

Nothing here comes from `exports.wording`: the words for numbers are written out, and the sentences are put
together from the text of the statement by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.database import standalone_engine
from exports.document import Document, outline
from exports.documents import DOCUMENTS
from exports.report.national import report
from surveys import example, overview
from surveys.instruments import Instrument, Statement
from surveys.reports.whole import whole
from tests.support.databases import Databases
from tests.support.readback import READERS, Part, Readback, Rows, solid

pytestmark = pytest.mark.example

MEASUREMENT = "eindmeting-2013"
KINDS = {"icms-veiligheidsregio": "veiligheidsregio", "icms-rmc": "rmc"}
MANY = {"veiligheidsregio": "veiligheidsregio's", "rmc": "regionaal militair commandanten"}
NUMBERS = {2: "twee", 3: "drie", 6: "zes", 10: "tien", 17: "zeventien", 19: "negentien"}
NUMBERS |= {22: "tweeëntwintig", 23: "drieëntwintig"}
EXACT: list[dict[str, Any]] = [
    target
    for target in json.loads((example.HERE / "targets.json").read_text("utf-8"))
    if target["kind"] == "exact"
]
ASKED_OF_FEWER = ("P130",)
"""Asked only where Defensie works in the system: of fewer than all regions."""

REQUESTS = {
    "Totaal": {2008: "23", 2012: "162"},
    "Strafrechtelijke handhaving": {2008: "10", 2012: "94"},
    "Steunverlening": {2008: "2"},
    "Wet veiligheidsregio's": {2011: "15", 2012: "3"},
}
"""What the report of 2013 says in § 2.2 (targets P005 to P007, P009 and P011)."""

CHAPTERS = [
    "Voorwoord",
    "Samenvatting, conclusies en aanbevelingen",
    "1 Inleiding",
    "2 Onderzoekskader",
    "3 Bevindingen",
    "4 Ontwikkelingen",
    "5 Opvolging van eerdere aanbevelingen",
    "Bijlage A Afkortingen",
    "Bijlage B Methode",
    "Bijlage C Tellingen",
    "Bijlage D Wederhoor",
    "Bijlage E Bronnen en verantwoording",
]


@pytest.fixture(scope="module")
def document(databases: Databases) -> Iterator[Document]:
    """The report as a document, made once from a database of its own."""
    url = databases.make("example")
    engine = standalone_engine(url)
    with Session(engine) as session:
        row = overview.measurement_by_code(session, MEASUREMENT)
        assert row is not None
        made = report(whole(session, row)).document
    engine.dispose()
    yield made
    databases.drop(url)


@cache
def read_back(form: str, document: Document) -> Readback:
    """Write a document and read it back: once for every format, and once for databases that say the same."""
    return READERS[form](DOCUMENTS[form].write(document))


@pytest.fixture(params=sorted(DOCUMENTS))
def read(document: Document, request: pytest.FixtureRequest) -> Readback:
    """The report, read back from a file of one format."""
    return read_back(request.param, document)


def test_every_exact_count_of_2013_stands_in_words_in_the_part_of_its_topic(read: Readback) -> None:
    assert len(EXACT) == 16
    for target in EXACT:
        instrument = example.pinned(MEASUREMENT)[KINDS[target["instrument"]]]
        statement = instrument.statements[target["statement"]]
        told = solid(section(read, instrument, statement).text)
        assert re.search(expected(target, instrument.unit, statement), told), (target["id"], told)


def test_the_figures_of_the_requests_stand_in_digits_in_the_text_and_under_the_chart(read: Readback) -> None:
    trends = read.under("2 Onderzoekskader", "Trends")
    caption = "Incidentele aanvragen om militaire bijstand en steunverlening: getallen per soort en jaar"
    (numbers,) = read.tables(caption)
    years = numbers.rows[0]
    assert numbers in trends.tables
    for kind, figures in REQUESTS.items():
        (line,) = [each for each in trends.paragraphs if each.startswith(f"{kind}: ")]
        row = next(row for row in numbers.rows if row[0] == kind)
        for year, figure in figures.items():
            assert re.search(rf"(: |, | en ){figure} in {year}\b", line)
            assert row[years.index(str(year))] == figure


def test_both_tables_of_starting_points_have_every_theme_with_its_factors(read: Readback) -> None:
    pairs = [
        (theme, factor)
        for theme in example.pinned(MEASUREMENT)["veiligheidsregio"].themes
        for factor in theme.factors
    ]
    bare = [(theme.title, factor.title) for theme, factor in pairs]
    with_codes = [(f"{theme.code} {theme.title}", f"{factor.code} {factor.title}") for theme, factor in pairs]
    found = read.tables("Uitgangspunten voor het onderzoek")
    assert [filled(table.rows[1:]) for table in found] == [bare, with_codes]
    assert {table.rows[0] for table in found} == {("Thema", "Kritische succesfactor")}
    assert (len(dict(bare)), len(bare)) == (6, 11)
    assert found[0] in read.under("Samenvatting, conclusies en aanbevelingen", "Het onderzoek").tables
    assert found[1] in read.under("Onderzoekskader", "Criteria, thema's en kritische succesfactoren").tables


def test_every_format_has_the_same_headings_paragraphs_and_tables(read: Readback, document: Document) -> None:
    assert read.headings == [(each.level, each.title) for each in outline(document).headings]
    assert [title for level, title in read.headings if level == 1] == CHAPTERS
    for part, other in zip(read.parts, read_back("html", document).parts, strict=True):
        assert squeezed(part) == squeezed(other)


def test_every_page_says_that_the_data_are_made_up(read: Readback) -> None:
    assert read.pages
    assert all("Fictieve gegevens" in page for page in read.pages)


def section(read: Readback, instrument: Instrument, statement: Statement) -> Part:
    """The part of the report about a statement's topic, under its factor."""
    factors = instrument.factors.values()
    factor = next(each for each in factors if statement.code in {one.code for one in each.statements})
    found = ["3 Bevindingen", factor.title, "Bevindingen"]
    return read.under(*found, statement.topic) if statement.topic else read.under(*found)


def expected(target: dict[str, Any], kind: str, statement: Statement) -> str:
    """What the report should say of a target, as a pattern without spaces."""
    n, of, many = target["lo"], target["of"], MANY[kind]
    if n == of:
        count = solid(f"alle {NUMBERS[n]} {many}")
    elif target["id"] in ASKED_OF_FEWER:
        count = solid(rf"{NUMBERS[n]} van de \w+ {many} die hierop antwoordden")
    else:
        count = solid(f"{NUMBERS[n]} van de {of} {many}")
    said = re.escape(solid(statement.text))
    said = said.replace(r"\{aantal\}", count).replace(r"\{Aantal\}", count[:1].upper() + count[1:])
    return re.sub(r"\\{\w+\\\|(\w+)\\}", r"\1", said)  # the verb is that of many


def filled(rows: Rows) -> list[tuple[str, ...]]:
    """Rows of a table whose first cell may be left empty where it says what the one above it says."""
    first, found = "", []
    for head, *cells in rows:
        first = head or first
        found.append((first, *cells))
    return found


def squeezed(part: Part) -> list[Any]:
    """All that a part says, without spaces."""
    tables = [(solid(each.caption), [[*map(solid, row)] for row in each.rows]) for each in part.tables]
    return [part.title, [*map(solid, part.paragraphs)], tables]
