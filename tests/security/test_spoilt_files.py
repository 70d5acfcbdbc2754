"""Files of text from outside, spoilt in every way: refused by name or read, and never anything else.

Office files, PDFs and pictures are in tests/surveys/test_inspecting.py and test_answersheet_reading.py,
backups in tests/backup. Meetlat reads no CSV.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.archive import document
from app.archive.document import ArchiveFault, Document, Section
from surveys import answerfile, instrument_faults, instruments
from surveys.errors import AnswerFaults, AnswerSheetFaults, InstrumentFaults
from surveys.instruments import loader
from surveys.offline import answerdocument
from surveys.offline.offered import Belongs
from tests import factories

TINY = factories.tiny()
BELONGS = Belongs(TINY, "proefmeting", "VR01")


def from_path(read: Callable[[Path], object]) -> Callable[[bytes], object]:
    """A reader of files as one of bytes."""

    def reads(content: bytes) -> object:
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            return read(Path(file.name))

    return reads


@dataclass(frozen=True)
class Form:
    """A form of files: a good one, what reads it, and the refusal that has a name."""

    good: bytes
    read: Callable[[bytes], object]
    refusal: type[Exception]


ANSWER = {"value": "nee", "note": "Er is één vacature."}
UPLOAD = {
    "meting": "proefmeting",
    "eenheid": "VR01",
    "vragenlijst": {"code": TINY.code, "versie": TINY.version, "sha256": TINY.sha256},
    "answers": {
        "1.1-01": {"version": 0, **ANSWER},
        "1.1-03": {"value": "vast", "documents": [{"title": "Plan", "page": "blz. 1"}]},
    },
}
ARCHIVE = Document(
    {"format": document.FORMAT, "version": document.VERSION},
    (Section("proef", "Een deel", [{"id": 1, "score": 0.5, "tekst": "één"}]),),
)
FORMS = {
    "vragenlijst": Form(factories.tiny_text().encode(), from_path(instruments.load), InstrumentFaults),
    "antwoorden": Form(
        json.dumps({"units": {"Regio 1": {"1.1-01": ANSWER}}}).encode(),
        from_path(lambda path: answerfile.load(str(path), TINY)),
        AnswerFaults,
    ),
    "ingevuld": Form(
        json.dumps(UPLOAD).encode(), lambda content: answerdocument.read(content, BELONGS), AnswerSheetFaults
    ),
    "archief": Form(document.write(ARCHIVE), from_path(document.load), ArchiveFault),
}
NUMBERS = (b"9" * 5000, b"1e999", b"-1e999", b"NaN", b"-0", b"1e-400", "٣".encode(), b"0x10", b"1_0", b"null")
OPENERS = (b"[", b'{"a":', b"{a=", b"a.", b"[[", b"{", b'"', b"'''", b"\\")


@st.composite
def spoilt(draw: st.DrawFn, good: bytes) -> bytes:
    """A good file with one to three things wrong with it."""
    found = good
    for _ in range(draw(st.integers(1, 3))):
        found = draw(st.sampled_from(WAYS))(draw, found)
    return found


def truncated(draw: st.DrawFn, content: bytes) -> bytes:
    return content[: draw(st.integers(0, len(content)))]


def flipped(draw: st.DrawFn, content: bytes) -> bytes:
    found = bytearray(content)
    for _ in range(draw(st.integers(1, 4))):
        if found:
            found[draw(st.integers(0, len(found) - 1))] ^= 1 << draw(st.integers(0, 7))
    return bytes(found)


def renumbered(draw: st.DrawFn, content: bytes) -> bytes:
    numbers = list(re.finditer(rb"\d+", content))
    if not numbers:
        return content
    which, number = draw(st.sampled_from(numbers)), draw(st.sampled_from(NUMBERS))
    return content[: which.start()] + number + content[which.end() :]


def nested(draw: st.DrawFn, content: bytes) -> bytes:
    place, deep = draw(st.integers(0, len(content))), draw(st.sampled_from([1, 60, 1500, 100_000]))
    return content[:place] + draw(st.sampled_from(OPENERS)) * deep + content[place:]


def doubled(draw: st.DrawFn, content: bytes) -> bytes:
    begin, end = sorted((draw(st.integers(0, len(content))), draw(st.integers(0, len(content)))))
    return content[:end] + content[begin:end] + content[end:]


def recoded(draw: st.DrawFn, content: bytes) -> bytes:
    code = draw(st.sampled_from(["utf-16", "utf-32", "latin-1", "cp1252", "utf-8-sig", "utf-7"]))
    return content.decode("utf-8", "ignore").encode(code, "ignore")


def nulled(draw: st.DrawFn, content: bytes) -> bytes:
    place = draw(st.integers(0, len(content)))
    return (
        content[:place]
        + draw(st.sampled_from([b"\0", b"\\ud800", b"\xff", b"\r", b"\x1a"]))
        + content[place:]
    )


WAYS = (truncated, flipped, renumbered, nested, doubled, recoded, nulled)


@pytest.mark.parametrize("name", FORMS)
def test_a_good_file_is_read(name: str) -> None:
    FORMS[name].read(FORMS[name].good)


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_a_spoilt_file_is_refused_by_name_or_read(name: str, data: st.DataObject) -> None:
    form = FORMS[name]
    with suppress(form.refusal):
        form.read(data.draw(spoilt(form.good)))


@pytest.mark.parametrize(
    "text",
    ["a" + ".a" * 100_000 + "=1", "[" + 'a."b".' * 50_000 + "a]", "x={" + "a . 'b' ." * 50_000 + "c=1}"],
    ids=["key", "table", "inline"],
)
def test_a_key_without_end_is_refused_before_it_is_read(text: str, monkeypatch) -> None:
    monkeypatch.setattr(loader.tomllib, "loads", lambda _: pytest.fail("this would take hours"))
    with pytest.raises(InstrumentFaults, match="te veel delen"):
        instruments.parse(text, "vragenlijst")


def test_a_questionnaire_without_end_is_refused_before_it_is_read(monkeypatch) -> None:
    monkeypatch.setattr(loader.tomllib, "loads", lambda _: pytest.fail("this is too long to read"))
    with pytest.raises(InstrumentFaults, match="te groot"):
        instruments.parse("# niets\n" * 100_000, "vragenlijst")


def test_the_places_of_many_faults_are_looked_up_once(monkeypatch) -> None:
    text = factories.tiny_text() + '[[themes]]\ncode = "niets"\n' * 500
    with pytest.raises(InstrumentFaults) as refusal:
        instruments.parse(text, "vragenlijst")
    looked = []
    lines = instrument_faults._lines
    monkeypatch.setattr(instrument_faults, "_lines", lambda text: looked.append(text) or lines(text))
    found = instrument_faults.faults(refusal.value, text, "vragenlijst")
    assert len(found) >= 500
    assert len(looked) == 1
