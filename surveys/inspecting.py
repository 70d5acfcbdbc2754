"""What an uploaded file is, by what is in it; and what it must not be.

A name says nothing: the kind comes from the bytes. Nothing is unpacked to disk, and never more is read than
the limits below, whatever a file says about itself.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from surveys.errors import FileRefused

MOST_ENTRIES = 5000
MOST_UNPACKED = 300 * 1024 * 1024
"""Bytes of all that is in a packed file together."""
MOST_TIMES = 200
"""So many times its size may a packed part be, above what is small anyway."""
SMALL = 1024 * 1024
MOST_PIXELS = 100_000_000
PIECE = 64 * 1024
LONGEST_LIST = 1024 * 1024
"""Bytes of a list of contents (content types, manifest) that are looked at."""
MOST_STREAMS = 20_000
"""Packed lists of objects of a PDF that are looked into."""


@dataclass(frozen=True)
class Kind:
    """A kind of file: its code, what people call it, its media type, and the ends of its names."""

    code: str
    label: str
    media_type: str
    suffixes: tuple[str, ...]


_OOXML = "application/vnd.openxmlformats-officedocument"
KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("pdf", "PDF", "application/pdf", (".pdf",)),
        Kind("odt", "ODT", "application/vnd.oasis.opendocument.text", (".odt",)),
        Kind("ods", "ODS", "application/vnd.oasis.opendocument.spreadsheet", (".ods",)),
        Kind("docx", "Word", f"{_OOXML}.wordprocessingml.document", (".docx",)),
        Kind("xlsx", "Excel", f"{_OOXML}.spreadsheetml.sheet", (".xlsx",)),
        Kind("png", "PNG", "image/png", (".png",)),
        Kind("jpeg", "JPEG", "image/jpeg", (".jpg", ".jpeg")),
    )
}
"""The kinds of files that are taken, by their code."""

ALLOWED = "PDF, ODT, ODS, DOCX, XLSX, PNG of JPEG"


def inspect(content: bytes) -> Kind:
    """Say what kind of file this is. Raises FileRefused, with the reason and what to do."""
    if not content:
        raise FileRefused("Dit bestand is leeg. Kies een ander bestand.")
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return _packed(content)
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _image(content, "PNG")
    if content.startswith(b"\xff\xd8\xff"):
        return _image(content, "JPEG")
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        # an old Office file, or a new one behind a password: both are wrapped in this
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise FileRefused(_PASSWORD)
        raise FileRefused(
            "Dit is een bestand van een oude versie van Office (.doc, .xls of .ppt). Sla het op als PDF, DOCX"
            " of XLSX."
        )
    raise FileRefused(f"Dit soort bestand kan niet. Kies een bestand van het soort {ALLOWED}.")


_PASSWORD = (
    "Dit bestand is beveiligd met een wachtwoord of versleuteld. Sla het op zonder beveiliging en probeer het"
    " opnieuw."
)
_MACROS = "In dit bestand zitten macro’s of scripts. Sla het op zonder macro’s (bijvoorbeeld als PDF)."
_BROKEN = "Dit bestand is beschadigd of niet compleet. Open het, sla het opnieuw op en probeer het nog eens."
_PACKED_OTHERWISE = (
    "Dit bestand is op een ongewone manier ingepakt. Open het, sla het opnieuw op en probeer het nog eens."
)
_BOMB = "Dit bestand pakt uit tot iets dat veel te groot is. Sla het op als PDF en probeer het opnieuw."


def _pdf(content: bytes) -> Kind:
    # where its list of objects begins, and an object: without these no reader shows anything
    end = re.search(rb"startxref\s+\d{1,12}\b", content[-4096:])
    if end is None or re.search(rb"\b\d{1,10}\s+\d{1,5}\s+obj\b", content) is None:
        raise FileRefused(_BROKEN)
    # the trailer, or the dictionary that stands for it, is never packed
    if re.search(rb"/Encrypt\s*(<<|\d{1,10}\s+\d{1,5}\s+R)", content):
        raise FileRefused(_PASSWORD)
    if _scripted(content) or any(_scripted(part) for part in _object_streams(content)):
        raise FileRefused(_MACROS)
    return KINDS["pdf"]


def _name(name: bytes) -> bytes:
    """A pattern for a name in a PDF, of which any letter may be written as its number."""
    return b"".join(b"(?:%c|#%02x|#%02X)" % (letter, letter, letter) for letter in name)


_SCRIPTS = re.compile(b"/(?:%s|%s)(?![A-Za-z0-9#])" % (_name(b"JavaScript"), _name(b"Launch")))


def _scripted(text: bytes) -> bool:
    return _SCRIPTS.search(text) is not None


def _object_streams(content: bytes) -> Iterator[bytes]:
    """The packed lists of objects of a PDF, in which a script could hide. Raises FileRefused when huge.

    Any place that looks like the beginning of such a list is tried, because a reader may enter the file
    there; so the work of all tries together is limited, not that of each.
    """
    left = MOST_UNPACKED // 4
    to_read = len(content) * 4 + MOST_STREAMS * PIECE // 16
    for count, found in enumerate(re.finditer(rb"/ObjStm\b", content)):
        if count == MOST_STREAMS:
            raise FileRefused(_BOMB)
        start = content.find(b"stream", found.end(), found.end() + 2048)
        if start < 0:
            continue
        start += len(b"stream")
        start += 2 if content[start : start + 2] == b"\r\n" else 1
        part, read = _unpack(content, start, left)
        left -= len(part)
        to_read -= read
        if left < 0 or to_read < 0:
            raise FileRefused(_BOMB)
        yield part


def _unpack(content: bytes, start: int, most: int) -> tuple[bytes, int]:
    """What is packed from `start` on, `most` + 1 bytes of it, and how many bytes were read for it.

    What is not packed this way gives what came out before the fault: it was looked at as it is.
    """
    unpacker = zlib.decompressobj()
    out = bytearray()
    at = start
    while at < len(content) and not unpacker.eof and len(out) <= most:
        piece = content[at : at + PIECE // 16]
        at += len(piece)
        try:
            out += unpacker.decompress(piece, most + 1 - len(out))
        except zlib.error:
            break
    return bytes(out), at - start


def _packed(content: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _office(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise FileRefused(_BROKEN) from error
    except RuntimeError as error:  # a part that needs a password
        raise FileRefused(_PASSWORD) from error


def _office(archive: zipfile.ZipFile) -> Kind:
    parts = archive.infolist()
    if len(parts) > MOST_ENTRIES:
        raise FileRefused(_BOMB)
    left = MOST_UNPACKED
    names = {part.filename for part in parts}
    for part in parts:
        if part.flag_bits & 0x1:
            raise FileRefused(_PASSWORD)
        # office programs use no other; some of the others take as much memory as the file asks for
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise FileRefused(_PACKED_OTHERWISE)
        left -= _measure(archive, part, left)
    if "[Content_Types].xml" in names:
        return _ooxml(archive, names)
    if "mimetype" in names:
        return _odf(archive, names)
    raise FileRefused(f"Een ingepakt bestand (zip) kan niet. Kies een bestand van het soort {ALLOWED}.")


def _measure(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """Unpack a part and count its bytes; what it says of itself is not believed."""
    most = min(left, max(SMALL, part.compress_size * MOST_TIMES))
    size = 0
    with archive.open(part) as unpacked:
        while piece := unpacked.read(PIECE):
            size += len(piece)
            if size > most:
                raise FileRefused(_BOMB)
    return size


def _text(archive: zipfile.ZipFile, name: str) -> str:
    with archive.open(name) as part:
        return part.read(LONGEST_LIST).decode("utf-8", errors="replace")


def _ooxml(archive: zipfile.ZipFile, names: set[str]) -> Kind:
    types = _text(archive, "[Content_Types].xml")
    inner = {name.rpartition("/")[2].lower() for name in names}
    if "vbaproject.bin" in inner or "macroenabled" in types.lower() or "vnd.ms-office.vba" in types.lower():
        raise FileRefused(_MACROS)
    if "word/document.xml" in names and "wordprocessingml.document.main+xml" in types:
        return KINDS["docx"]
    if "spreadsheetml.sheet.main+xml" in types and any(name.startswith("xl/workbook") for name in names):
        return KINDS["xlsx"]
    raise FileRefused(f"Dit soort Office-bestand kan niet. Kies een bestand van het soort {ALLOWED}.")


def _odf(archive: zipfile.ZipFile, names: set[str]) -> Kind:
    kind = next(
        (kind for kind in KINDS.values() if kind.media_type == _text(archive, "mimetype").strip()), None
    )
    if kind is None or "content.xml" not in names:
        raise FileRefused(f"Dit soort bestand kan niet. Kies een bestand van het soort {ALLOWED}.")
    if "META-INF/manifest.xml" in names and "encryption-data" in _text(archive, "META-INF/manifest.xml"):
        raise FileRefused(_PASSWORD)
    # a module of code lies in one of these; an empty list of libraries is in many files, and harmless
    if any(re.match(r"(Basic|Scripts)/.+/(?!script-lb\.xml$)[^/]+$", name) for name in names):
        raise FileRefused(_MACROS)
    return kind


def _image(content: bytes, form: str) -> Kind:
    try:
        with Image.open(io.BytesIO(content), formats=(form,)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise FileRefused("Deze afbeelding heeft te veel beeldpunten. Maak hem kleiner.")
            image.verify()
    except (UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError, OSError) as error:
        raise FileRefused(_BROKEN) from error
    if form == "JPEG" and b"\xff\xd9" not in content[-1024 * 64 :]:
        raise FileRefused(_BROKEN)
    return KINDS[form.lower()]
