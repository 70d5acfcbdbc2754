"""Workbooks that come back: whole when they were filled in well, and otherwise refused by sheet and cell."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from exports import answersheet
from surveys.answers import Content, Reference
from surveys.errors import AnswerSheetFaults
from surveys.instruments import Instrument
from surveys.offline import layout, package, reader
from surveys.offline.offered import Offered
from tests import factories, strategies
from tests.support import answersheet as sheets

TINY = factories.tiny()
FIRST, SECOND = "1 Bekendheid", "2 Plannen"
GIVEN = {
    "1.1-01": Content("nee", note="Er is een vacature."),
    "1.1-02": Content(2.5),
    "1.1-03": Content("vast", documents=(Reference("Plattegrond", "blz. 2"), Reference("Besluit"))),
    "1.1-99": Content("=1+1\ntweede regel _x0041_"),
    "2.1-01": Content(["brandweer", "politie"]),
    "2.1-02": Content("2012-05-01"),
}


@cache
def blank() -> bytes:
    """A workbook in which nothing is filled in, and nothing is wrong: bytes, so one does for all tests."""
    made = answersheet.workbook(sheets.source(TINY))
    assert faults(made) == []
    return made


@pytest.fixture(scope="module")
def filled() -> bytes:
    """A workbook with all kinds of answers."""
    return answersheet.workbook(sheets.source(TINY, GIVEN))


def read(content: bytes) -> Offered:
    return reader.read(content, sheets.belongs(TINY))


def faults(content: bytes) -> list[str]:
    """Everything that is wrong with a workbook, whether it is refused as a whole or not."""
    try:
        return list(read(content).faults)
    except AnswerSheetFaults as refusal:
        return refusal.faults


def cell(code: str, column: int = layout.ANSWER, row: int = 0) -> str:
    """The cell of a question in a workbook in which nothing is filled in."""
    return package.coordinate(sheets.place(blank(), TINY, code, row)[1], column)


def test_the_places_of_the_questions_are_as_these_tests_say(filled: bytes) -> None:
    # from here on C6 is the answer to 1.1-01, and so on
    assert (cell("1.1-01"), cell("1.1-02"), cell("1.1-03"), cell("1.1-99")) == ("C6", "C7", "C9", "C12")
    assert (cell("2.1-01"), cell("2.1-02")) == ("C6", "C11")
    assert list(layout.sheet_names(TINY).values()) == [FIRST, SECOND]


def test_what_is_written_is_read_back(filled: bytes) -> None:
    found = read(filled)
    assert found.faults == ()
    assert {code: offer.content for code, offer in found.offers.items()} == GIVEN
    assert {offer.seen_version for offer in found.offers.values()} == {1}


def test_what_is_filled_in_is_read_back() -> None:
    assert read(blank()) == Offered({})
    found = read(sheets.fill(blank(), TINY, GIVEN))
    assert found.faults == ()
    assert {code: offer.content for code, offer in found.offers.items()} == GIVEN
    assert {offer.seen_version for offer in found.offers.values()} == {0}


def test_instead_of_a_value_can_be_said_that_there_is_none() -> None:
    instead = {
        "1.1-01": Content(special="onbekend"),
        "1.1-02": Content(special="onbekend"),
        "1.1-03": Content(special="nvt", note="Wij werken op afstand."),
        "1.1-99": Content(special="onbekend"),
        "2.1-01": Content(special="onbekend"),
    }
    found = read(sheets.fill(blank(), TINY, instead))
    assert ({code: offer.content for code, offer in found.offers.items()}, found.faults) == (instead, ())


@pytest.mark.parametrize(
    ("place", "typed", "code", "value"),
    [
        ("C7", "2,5", "1.1-02", 2.5),
        ("C7", 3.0, "1.1-02", 3),
        ("C6", " JA ", "1.1-01", "ja"),
        ("C12", 112, "1.1-99", "112"),
        ("C12", 0.5, "1.1-99", "0,5"),
    ],
)
def test_an_answer_may_be_typed_in_another_way(place: str, typed: object, code: str, value: object) -> None:
    found = read(sheets.change(blank(), lambda book: book[FIRST].__setitem__(place, typed)))
    assert found.faults == ()
    assert found.offers[code].content.value == value


@pytest.mark.parametrize("typed", [date(2013, 5, 1), "1-5-2013", "2013-05-01"])
def test_a_day_may_be_a_day_or_text(typed: object) -> None:
    found = read(sheets.change(blank(), lambda book: book[SECOND].__setitem__("C11", typed)))
    assert (found.offers["2.1-02"].content.value, found.faults) == ("2013-05-01", ())


def test_days_may_count_from_1904() -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    def edit(book: Workbook) -> None:
        book.epoch = CALENDAR_MAC_1904
        book[SECOND]["C11"] = date(2013, 5, 1)

    found = read(sheets.change(blank(), edit))
    assert found.offers["2.1-02"].content.value == "2013-05-01"


# what is spoiled


Edit = Callable[[Any], object]


@dataclass(frozen=True)
class Spoiled:
    """How a workbook is spoiled, and what the message must say."""

    name: str
    edit: Edit
    says: str


def put(sheet: str, place: str, value: object) -> Edit:
    return lambda book: book[sheet].__setitem__(place, value)


def rename(book: Any) -> None:
    book[FIRST].title = "Thema een"


def swap_keys(book: Any) -> None:
    sheet = book[FIRST]
    sheet["G6"], sheet["G7"] = sheet["G7"].value, sheet["G6"].value


def shuffle_sheets(book: Any) -> None:
    book[FIRST].title, book[SECOND].title = "tijdelijk", FIRST
    book["tijdelijk"].title = SECOND


SPOILED = [
    Spoiled("a sheet has another name", rename, f"Blad {FIRST} ontbreekt of heeft een andere naam gekregen."),
    Spoiled("a sheet is taken away", lambda book: book.remove(book[SECOND]), f"Blad {SECOND} ontbreekt"),
    Spoiled(
        "a sheet more", lambda book: book.create_sheet("Kladblok"), "Blad Kladblok hoort niet in dit werkboek"
    ),
    Spoiled("two sheets changed names", shuffle_sheets, f"Blad {FIRST}, cel G5: hier hoort een regel"),
    Spoiled(
        "the hidden sheet is gone",
        lambda book: book.remove(book[layout.DATA]),
        "Het verborgen blad Meetlat ontbreekt",
    ),
    Spoiled(
        "a code is changed",
        put(FIRST, "A6", "1.1-77"),
        f"Blad {FIRST}, cel A6: hier hoort code 1.1-01 te staan, en er staat 1.1-77.",
    ),
    Spoiled(
        "a code is emptied",
        put(FIRST, "A7", None),
        f"Blad {FIRST}, cel A7: hier hoort code 1.1-02 te staan, en er staat niets.",
    ),
    Spoiled(
        "a code where none belongs",
        put(FIRST, "A8", "1.1-02"),
        f"Blad {FIRST}, cel A8: hier hoort niets te staan, en er staat 1.1-02.",
    ),
    Spoiled(
        "two keys changed places",
        swap_keys,
        f"Blad {FIRST}, cel G6: hier hoort een regel van vraag 1.1-01",
    ),
    Spoiled(
        "a row is taken away",
        lambda book: book[FIRST].delete_rows(7),
        f"Blad {FIRST}, cel G7: hier hoort een regel van vraag 1.1-02",
    ),
    Spoiled(
        "a row is put in between",
        lambda book: book[SECOND].insert_rows(6),
        f"Blad {SECOND}, cel G6: hier hoort een regel van vraag 2.1-01",
    ),
    Spoiled(
        "a column is taken away",
        lambda book: book[FIRST].delete_cols(2),
        f"Blad {FIRST}, cel G5: hier hoort een regel van factor 1.1",
    ),
    Spoiled(
        "a question has another text",
        put(FIRST, "B6", "Is er koffie?"),
        f"Blad {FIRST}, cel B6: de tekst van deze regel van vraag 1.1-01 is veranderd.",
    ),
    Spoiled(
        "two options changed places",
        put(SECOND, "B7", "De politie"),
        f"Blad {SECOND}, cel B7: de tekst van deze regel van vraag 2.1-01 is veranderd.",
    ),
    Spoiled(
        "text in a number",
        put(FIRST, "C7", "veel"),
        f"Blad {FIRST}, cel C7: vul een getal in, bijvoorbeeld 3 of 2,5. Er staat: veel",
    ),
    Spoiled(
        "a number that is too large",
        put(FIRST, "C7", 12),
        f"Blad {FIRST}, cel C7: vul een getal in van 0 tot en met 5. Er staat: 12",
    ),
    Spoiled(
        "a number between the steps",
        put(FIRST, "C7", 0.3),
        f"Blad {FIRST}, cel C7: vul een getal in van 0 tot en met 5, in stappen van 0,5. Er staat: 0,3",
    ),
    Spoiled(
        "a day in a number",
        put(FIRST, "C7", date(2013, 5, 1)),
        f"Blad {FIRST}, cel C7: vul een getal in. Er staat een datum.",
    ),
    Spoiled(
        "a formula as an answer",
        put(FIRST, "C7", "=1+1"),
        f"Blad {FIRST}, cel C7: hier staat een formule.",
    ),
    Spoiled(
        "a formula as an explanation",
        put(FIRST, "D6", '=HYPERLINK("http://voorbeeld.invalid","klik")'),
        f"Blad {FIRST}, cel D6: hier staat een formule.",
    ),
    Spoiled(
        "a value that a formula failed on",
        put(FIRST, "C7", "#N/A"),
        f"Blad {FIRST}, cel C7: dit is geen antwoord: #N/A.",
    ),
    Spoiled(
        "an answer that is not in the list",
        put(FIRST, "C6", "Misschien"),
        f"Blad {FIRST}, cel C6: kies een antwoord uit de lijst. Er staat: Misschien",
    ),
    Spoiled(
        "true instead of yes",
        put(FIRST, "C6", True),
        f"Blad {FIRST}, cel C6: dit is geen antwoord: WAAR.",
    ),
    Spoiled(
        "an option with something else than an x",
        put(SECOND, "C7", "soms"),
        f"Blad {SECOND}, cel C7: zet een x of laat de cel leeg. Er staat: soms",
    ),
    Spoiled(
        "options that do not go together",
        lambda book: (put(SECOND, "C7", "x")(book), put(SECOND, "C9", "x")(book)),
        f'Blad {SECOND}, cel C9: kies "Niemand" alleen, of niet',
    ),
    Spoiled(
        "an option together with not knowing",
        lambda book: (put(SECOND, "C7", "x")(book), put(SECOND, "C10", "x")(book)),
        f"Blad {SECOND}, cel C10: ‘Weet ik niet’ gaat niet samen met een ander antwoord.",
    ),
    Spoiled(
        "a number together with not knowing",
        lambda book: (put(FIRST, "C7", 2)(book), put(FIRST, "C8", "Weet ik niet")(book)),
        f"Blad {FIRST}, cel C8: ‘Weet ik niet’ gaat niet samen met een ander antwoord.",
    ),
    Spoiled(
        "a day that does not exist",
        put(SECOND, "C11", "30-02-2013"),
        f"Blad {SECOND}, cel C11: vul een datum in die bestaat, bijvoorbeeld 21-11-2026.",
    ),
    Spoiled(
        "a number that is no day",
        lambda book: (put(SECOND, "C11", 7)(book), setattr(book[SECOND]["C11"], "number_format", "0")),
        f"Blad {SECOND}, cel C11: vul een datum in die bestaat",
    ),
    Spoiled(
        "a day beyond all calendars",
        lambda book: (
            put(SECOND, "C11", 9e15)(book),
            setattr(book[SECOND]["C11"], "number_format", "d-m-yyyy"),
        ),
        f"Blad {SECOND}, cel C11: vul een datum in die bestaat",
    ),
    Spoiled(
        "a text that is too long",
        put(FIRST, "C12", "a" * 201),
        f"Blad {FIRST}, cel C12: vul hoogstens 200 tekens in. Nu zijn het er 201.",
    ),
    Spoiled(
        "an explanation that is too long",
        put(FIRST, "D6", "a" * 4001),
        f"Blad {FIRST}, cel D6: de toelichting is 4001 tekens lang",
    ),
    Spoiled(
        "a title that is too long",
        put(FIRST, "E9", "a" * 301),
        f"Blad {FIRST}, cel E9: de titel van een document mag 300 tekens lang zijn",
    ),
    Spoiled(
        "a page without a document",
        put(FIRST, "F10", "blz. 4"),
        f"Blad {FIRST}, cel E10: bij een bladzijde hoort de titel van het document.",
    ),
    Spoiled(
        "merged cells",
        lambda book: book[FIRST].merge_cells("C6:C7"),
        f"Blad {FIRST}, cel C6:C7: deze cellen zijn samengevoegd.",
    ),
    Spoiled(
        "an answer beside the cells for it",
        put(FIRST, "I9", "zie bijlage"),
        f"Blad {FIRST}, cel I9: hier hoort niets te staan, en er staat zie bijlage.",
    ),
    Spoiled(
        "an answer under the questions",
        put(SECOND, "C40", "ja"),
        f"Blad {SECOND}, cel C40: hier hoort niets te staan, en er staat ja.",
    ),
    Spoiled(
        "another layout",
        put(layout.DATA, "B1", "99"),
        "Blad Meetlat, cel B1: dit werkboek is gemaakt door een andere versie van Meetlat",
    ),
    Spoiled(
        "another hash of the questionnaire",
        put(layout.DATA, "B4", "0" * 64),
        "Blad Meetlat, cel B4: dit werkboek is gemaakt met een andere tekst van deze vragenlijst.",
    ),
    Spoiled(
        "another measurement",
        put(layout.DATA, "B5", "nulmeting"),
        "Blad Meetlat, cel B5: dit werkboek hoort bij een andere meting (nulmeting; hier hoort proefmeting).",
    ),
    Spoiled(
        "the version of an answer is changed",
        put(layout.DATA, "B9", "veel"),
        "Blad Meetlat, cel A9: de gegevens van vraag 1.1-01 zijn veranderd.",
    ),
    Spoiled(
        "endless rows for documents",
        put(layout.DATA, "C9", 10**9),
        "Blad Meetlat, cel A9: de gegevens van vraag 1.1-01 zijn veranderd.",
    ),
    Spoiled(
        "the names on the hidden sheet are changed",
        put(layout.DATA, "A3", "jaar"),
        "Blad Meetlat, cel A3: de gegevens van dit werkboek zijn veranderd.",
    ),
]


@pytest.mark.parametrize("spoiled", SPOILED, ids=lambda spoiled: spoiled.name)
def test_a_spoiled_workbook_is_refused_and_the_place_is_named(spoiled: Spoiled) -> None:
    found = faults(sheets.change(blank(), spoiled.edit))
    assert any(spoiled.says in line for line in found), found


def test_all_faults_are_told_at_once_beside_the_answers_that_are_right() -> None:
    def edit(book: Any) -> None:
        book[FIRST]["C6"], book[FIRST]["C7"], book[SECOND]["C11"] = "Ja", "veel", "morgen"

    found = read(sheets.change(blank(), edit))
    assert [line.partition(":")[0] for line in found.faults] == [
        f"Blad {FIRST}, cel C7",
        f"Blad {SECOND}, cel C11",
    ]
    assert {code: offer.content for code, offer in found.offers.items()} == {"1.1-01": Content("ja")}


@pytest.mark.parametrize(
    ("instrument", "says"),
    [
        (factories.tiny("rmc"), "cel B2: dit werkboek hoort bij een andere vragenlijst (klein-rmc;"),
        (
            factories.tiny(version="1.0"),
            "cel B3: dit werkboek is gemaakt met een andere versie van de vragenlijst (1.0; hier hoort 1.1).",
        ),
    ],
)
def test_a_foreign_or_older_workbook_is_recognised(instrument: Instrument, says: str) -> None:
    (found,) = faults(answersheet.workbook(sheets.source(instrument)))
    assert says in found
    assert found.endswith("Haal een nieuw werkboek uit Meetlat en vul dat in.")


def test_a_workbook_of_another_unit_is_recognised() -> None:
    (found,) = faults(answersheet.workbook(sheets.source(TINY, unit="VR02")))
    assert "cel B6: dit werkboek hoort bij een andere eenheid (VR02; hier hoort VR01)." in found


# what is no workbook, or is made to do harm


def repacked(
    content: bytes, changes: dict[str, bytes | None], compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A workbook with other parts: None takes a part away."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", compression) as new:
        for name in old.namelist():
            part = changes.get(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
        for name in changes.keys() - set(old.namelist()):
            part = changes[name]
            if part is not None:
                new.writestr(name, part)
    return out.getvalue()


def part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(name)


SHEET = "xl/worksheets/sheet2.xml"


def test_a_truncated_file_is_refused(filled: bytes) -> None:
    assert faults(filled[: len(filled) // 2]) == [package.DAMAGED]


@pytest.mark.parametrize("place", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_damaged_file_is_refused_or_read_as_it_was(filled: bytes, place: float) -> None:
    at = int(len(filled) * place)
    damaged = filled[:at] + bytes(byte ^ 0xFF for byte in filled[at : at + 40]) + filled[at + 40 :]
    try:
        found = read(damaged)
    except AnswerSheetFaults as refusal:
        told = refusal.faults
    else:
        told = ["as it was"]
        assert {code: offer.content for code, offer in found.offers.items()} == GIVEN
    assert told


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Het bestand is leeg."),
        (b"naam;antwoord\nA;ja\n", "Dit is geen Excel-werkboek (.xlsx)."),
        (b"PK\x03\x04", package.DAMAGED),
        (package.OLE + b"\x00" * 600, "Dit bestand heeft een wachtwoord of is van een oude Excel (.xls)."),
        (b"PK" + b"x" * package.MAX_FILE, "Het bestand is te groot: hoogstens 2 MB."),
    ],
)
def test_what_is_no_workbook_is_refused(content: bytes, says: str) -> None:
    (found,) = faults(content)
    assert found.startswith(says)


def test_another_zip_is_refused(filled: bytes) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("brief.txt", "Geachte heer")
    assert faults(out.getvalue()) == [package.NOT_A_WORKBOOK]
    with zipfile.ZipFile(out := BytesIO(), "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<a/>")
    assert "OpenDocument" in faults(out.getvalue())[0]


def test_macros_are_refused(filled: bytes) -> None:
    types = part(filled, "[Content_Types].xml")
    macro = types.replace(b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main")
    assert "macro’s" in faults(repacked(filled, {"[Content_Types].xml": macro}))[0]
    assert "macro’s" in faults(repacked(filled, {"xl/vbaProject.bin": b"x"}))[0]


def test_a_zip_bomb_is_not_unpacked(filled: bytes) -> None:
    bomb = part(filled, SHEET).replace(b"<sheetData>", b"<sheetData>" + b" " * 200_000_000)
    content = repacked(filled, {SHEET: bomb})
    assert len(content) < package.MAX_FILE
    (found,) = faults(content)
    assert f"Het onderdeel {SHEET} van dit bestand is uitgepakt veel groter" in found


def test_a_bomb_of_many_parts_is_not_unpacked(filled: bytes) -> None:
    half = b" " * 7_000_000
    changes = {
        name: part(filled, name).replace(b"</sheetData>", b"</sheetData>" + half)
        for name in (f"xl/worksheets/sheet{number}.xml" for number in range(1, 6))
    }
    assert "uitgepakt veel groter" in faults(repacked(filled, changes))[0]


def test_endless_cells_are_not_read(filled: bytes) -> None:
    cells = b"<row>" + b"<c/>" * 450_000 + b"</row>"
    bomb = part(filled, SHEET).replace(b"<sheetData>", b"<sheetData>" + cells)
    assert f"Het onderdeel {SHEET} van dit bestand heeft te veel cellen." in faults(
        repacked(filled, {SHEET: bomb})
    )


def test_endless_parts_are_not_read(filled: bytes) -> None:
    many = {f"xl/media/{number}.png": b"x" for number in range(package.MAX_PARTS)}
    assert "meer onderdelen" in faults(repacked(filled, many))[0]


def test_entities_are_harmless(filled: bytes, tmp_path: Any) -> None:
    secret = tmp_path / "geheim.txt"
    secret.write_text("het geheim")
    for entity in (f'SYSTEM "{secret.as_uri()}"', '"' + "ha" * 1000 + '"'):
        doctype = f"<!DOCTYPE x [<!ENTITY e {entity}>]>".encode()
        sheet = re.sub(rb"(<worksheet)", doctype + rb"\1", part(filled, SHEET), count=1)
        sheet = sheet.replace(b"<sheetData>", b'<sheetData><row r="1"><c r="A1" t="str"><v>&e;</v></c></row>')
        assert faults(repacked(filled, {SHEET: sheet})) == [
            f"Het onderdeel {SHEET} van dit bestand is geen gewone XML."
        ]


def test_a_cell_beyond_the_sheet_is_refused(filled: bytes) -> None:
    for place in (b"ZZZ1", b"A9999999", b"hier", b"A0"):
        row = b'<sheetData><row r="1"><c r="' + place + b'" t="str"><v>x</v></c></row>'
        sheet = part(filled, SHEET).replace(b"<sheetData>", row)
        (found,) = faults(repacked(filled, {SHEET: sheet}))
        assert found.startswith(f"Blad {FIRST}: een cel heet {place.decode()!r}")


def test_merging_a_whole_sheet_costs_nothing(filled: bytes) -> None:
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    sheet = part(filled, SHEET).replace(b"</sheetData>", merged)
    found = faults(repacked(filled, {SHEET: sheet}))
    assert found == [
        f"Blad {FIRST}, cel A1:XFD1048576: deze cellen zijn samengevoegd."
        " Hef dat op, en zet elk antwoord in zijn eigen cel."
    ]


def test_a_missing_part_is_named(filled: bytes) -> None:
    (found,) = faults(repacked(filled, {SHEET: None}))
    assert SHEET in found


@pytest.mark.parametrize(
    "broken",
    [
        (b"<sheetData>", b"<sheetData><row r='x'/>"),
        (b"<sheetData>", b"<sheetData><row r='1'><c r='A1' t='s'><v>oeps</v></c></row>"),
        (b"<sheetData>", b"<sheetData><row r='1'><c r='A1' s='veel'><v>1</v></c></row>"),
        (b"</worksheet>", b""),
    ],
)
def test_a_part_that_is_no_sheet_is_refused(filled: bytes, broken: tuple[bytes, bytes]) -> None:
    sheet = part(filled, SHEET).replace(*broken)
    (found,) = faults(repacked(filled, {SHEET: sheet}))
    assert found.startswith(package.DAMAGED)


def test_cells_without_names_follow_one_another(filled: bytes) -> None:
    sheet = re.sub(rb'(<c) r="[A-Z]+[0-9]+"', rb"\1", part(filled, SHEET))
    plain = package.open_book(filled).sheets[FIRST].cells
    # openpyxl writes every cell of these rows, so that leaving the names out changes nothing
    rows = {row for row, _ in plain if row >= layout.HEAD}
    found = package.open_book(repacked(filled, {SHEET: sheet})).sheets[FIRST].cells
    assert {key: value for key, value in found.items() if key[0] in rows} == {
        key: value for key, value in plain.items() if key[0] in rows
    }


# whatever the questionnaire

WORDS = st.text(st.characters(blacklist_categories=["Cc", "Cs"]), max_size=12)
REFERENCES = st.lists(st.tuples(WORDS, WORDS), max_size=5)


@st.composite
def contents(draw: st.DrawFn) -> tuple[Instrument, dict[str, Content]]:
    """An instrument, and contents that somebody could have saved in it."""
    data = draw(strategies.instrument())
    instrument = strategies.read(data)
    found = {}
    for question in strategies.questions(data):
        if draw(st.booleans()):
            continue
        answer = draw(strategies.answer(question))
        value = answer.get("value")
        if isinstance(value, str):
            value = layout.plain(value) or None if question["type"] == "text" else value
        note = layout.plain(draw(WORDS)) or None
        documents = tuple(
            dict.fromkeys(
                Reference(layout.words(title), layout.words(page) or None)
                for title, page in draw(REFERENCES)
                if layout.words(title)
            )
        )
        found[question["code"]] = Content(value, answer.get("special"), note, documents)
    return instrument, found


@given(contents())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_answered_comes_back_whole(made: tuple[Instrument, dict[str, Content]]) -> None:
    from surveys import answers

    instrument, given_contents = made
    settled = {
        code: answers.checked(instrument.questions[code], content) for code, content in given_contents.items()
    }
    expected = {code: content for code, content in settled.items() if content != Content()}
    written = answersheet.workbook(sheets.source(instrument, settled))
    typed = sheets.fill(answersheet.workbook(sheets.source(instrument)), instrument, {})
    assert reader.read(typed, sheets.belongs(instrument)) == Offered({})
    for content in (written, sheets.change(written, lambda book: None)):
        found = reader.read(content, sheets.belongs(instrument))
        assert found.faults == ()
        assert {code: offer.content for code, offer in found.offers.items()} == expected
