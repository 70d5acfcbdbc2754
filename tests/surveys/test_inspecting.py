"""What an uploaded file is, by what is in it; and everything that is not taken, with the reason."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from surveys import inspecting
from surveys.errors import FileRefused
from surveys.inspecting import inspect
from tests.support import files

PASSWORD, MACROS, BROKEN, BOMB = "wachtwoord", "macro’s", "beschadigd", "te groot"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize("code", files.GOOD)
def test_a_file_is_known_by_what_is_in_it(code: str) -> None:
    assert inspect(files.GOOD[code]).code == code


REFUSED: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "empty": (b"", "leeg"),
    "text": (b"Een gewone tekst", "Dit soort bestand"),
    "page": (b"<!doctype html><script>alert(1)</script>", "Dit soort bestand"),
    "program": (b"MZ\x90\0" + b"\0" * 100, "Dit soort bestand"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Dit soort bestand"),
    "gif": (files.image("GIF"), "Dit soort bestand"),
    "old office": (OLD_OFFICE, "oude versie van Office"),
    "office with a password": (OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), PASSWORD),
    "plain zip": (files.packed({"a.txt": "tekst"}), "zip"),
    "presentation": (
        files.packed({"[Content_Types].xml": "<Types>presentationml</Types>", "ppt/p.xml": "<p/>"}),
        "Office-bestand",
    ),
    "word with macros": (files.docx(**{"word/vbaProject.bin": b"VBA"}), MACROS),
    "word with macros elsewhere": (files.docx(**{"word/extra/VBAPROJECT.BIN": b"VBA"}), MACROS),
    "workbook that says macros": (
        files.packed(
            {
                "[Content_Types].xml": "<Types>application/vnd.ms-excel.sheet.macroEnabled.main+xml</Types>",
                "xl/workbook.xml": "<workbook/>",
            }
        ),
        MACROS,
    ),
    "odt with a password": (files.odf(manifest="<m><manifest:encryption-data/></m>"), PASSWORD),
    "odt with a basic module": (files.odf(**{"Basic/Standard/Module1.xml": "<module/>"}), MACROS),
    "odt with a script": (files.odf(**{"Scripts/python/alles.py": "print()"}), MACROS),
    "drawing": (files.odf("application/vnd.oasis.opendocument.graphics"), "Dit soort bestand"),
    "odt without a content": (files.packed({"mimetype": files.ODT}), "Dit soort bestand"),
    "pdf with a password": (files.pdf().replace(b"/Root", b"/Encrypt 9 0 R /Root"), PASSWORD),
    "pdf with a script": (files.pdf(extra=b"/OpenAction <</S /JavaScript /JS (app.alert)>>"), MACROS),
    "pdf that starts a program": (files.pdf(extra=b"/OpenAction <</S/Launch /F (cmd.exe)>>"), MACROS),
    "pdf with a packed script": (files.pdf_with_packed_objects(b"4 0 <</S /JavaScript /JS (x)>>"), MACROS),
    "pdf with a script spelt in numbers": (
        files.pdf(extra=b"/OpenAction <</S /J#61va#53cript /JS (app.alert)>>"),
        MACROS,
    ),
    "pdf whose packed script hides behind a false list": (
        files.pdf_with_packed_objects(b"4 0 <</S /JavaScript /JS (x)>>").replace(
            b"5 0 obj", b"% /ObjStm stream\nniets\n5 0 obj"
        ),
        MACROS,
    ),
    "pdf that unpacks to far too much": (lambda: files.pdf_with_packed_objects(b"0" * 90_000_000), BOMB),
    "pdf with endless lists": (lambda: files.pdf(extra=b"/ObjStm stream x" * 100_000), BOMB),
    "pdf with nothing in it": (b"%PDF-1.7\nstartxref\n9\n%%EOF\n", BROKEN),
    "half a pdf": (files.pdf()[:60] + b"x" * 5000, BROKEN),
    "half a workbook": (files.xlsx()[:2000], BROKEN),
    "zip with a broken part": (files.docx().replace(b"word/document.xml", b"word/documenu.xml", 1), BROKEN),
    "bomb": (files.bomb, BOMB),
    "bomb that lies about its size": (lambda: files.lying(files.bomb()), "."),
    "many parts": (lambda: files.docx(**{f"word/{n}.xml": "" for n in range(inspecting.MOST_ENTRIES)}), BOMB),
    "half a png": (files.image()[:40], BROKEN),
    "spoilt png": (files.image().replace(b"IDAT", b"IDAX"), BROKEN),
    "half a jpeg": (files.image("JPEG")[:200], BROKEN),
    "huge picture": (lambda: files.image("PNG", (20_000, 6_000), "1"), "."),
}
"""A file and the reason; what is large is made by its test, not by whoever looks which tests there are."""


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_taken_is_refused_with_the_reason(name: str) -> None:
    content, reason = REFUSED[name]
    with pytest.raises(FileRefused) as refusal:
        inspect(content if isinstance(content, bytes) else content())
    assert reason in str(refusal.value)
    assert str(refusal.value).endswith(".")


def test_a_pdf_as_programs_write_it_is_taken() -> None:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "#336699").save(out, "PDF")
    assert inspect(out.getvalue()).code == "pdf"


def test_a_packed_list_without_a_script_is_taken() -> None:
    assert inspect(files.pdf_with_packed_objects(b"4 0 <</Type /Font>>" * 5000)).code == "pdf"


def test_an_empty_list_of_libraries_is_no_macro() -> None:
    # LibreOffice writes these into documents without any macro
    parts = {"Basic/script-lc.xml": "<l/>", "Basic/Standard/script-lb.xml": "<l/>"}
    assert inspect(files.odf(**parts)).code == "odt"


def test_a_part_behind_a_password_is_refused_as_such() -> None:
    data = bytearray(files.docx())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + offset] |= 1
            place = data.find(mark, place + 4)
    with pytest.raises(FileRefused, match=PASSWORD):
        inspect(bytes(data))


@settings(max_examples=120, deadline=None)
@given(
    kind=st.sampled_from(sorted(files.GOOD)),
    cut=st.integers(0, 400),
    at=st.integers(0, 3000),
    noise=st.binary(max_size=60),
)
def test_a_spoilt_file_is_taken_or_refused_and_nothing_else(
    kind: str, cut: int, at: int, noise: bytes
) -> None:
    good = files.GOOD[kind]
    spoilt = good[: at % len(good)] + noise + good[at % len(good) + cut :]
    with suppress(FileRefused):
        assert inspect(spoilt).code in inspecting.KINDS


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from([b"%PDF-1.7\n", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b""]), st.binary()
)
def test_noise_is_refused(head: bytes, noise: bytes) -> None:
    with pytest.raises(FileRefused):
        inspect(head + noise)


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bzip2", "lzma"])
def test_a_packing_that_no_office_program_uses_is_refused(packing):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        archive.writestr("[Content_Types].xml", files.WORD)
        archive.writestr("word/document.xml", "<document/>")
    content = bytearray(out.getvalue())
    content[58] ^= 0x55  # damaged as well: its unpacker must not even be tried
    with pytest.raises(FileRefused, match="op een ongewone manier ingepakt"):
        inspect(bytes(content))
