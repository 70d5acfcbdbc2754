"""Small files of every kind that can be uploaded, and of kinds that can't, made when they are needed."""

from __future__ import annotations

import io
import socket
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

import openpyxl
from PIL import Image

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every malware scanner finds, and what harms nothing."""
ODT = "application/vnd.oasis.opendocument.text"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def pdf(words: str = "Plattegrond", extra: bytes = b"") -> bytes:
    """A PDF of one empty page; `extra` goes into its catalogue."""
    return (
        b"%PDF-1.7\n1 0 obj <</Type /Catalog /Pages 2 0 R " + extra + b">> endobj\n"
        b"2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj\n"
        b"3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 99 99]>> endobj\n% " + words.encode() + b"\n"
        b"trailer <</Root 1 0 R /Size 4>>\nstartxref\n9\n%%EOF\n"
    )


def pdf_with_packed_objects(inside: bytes) -> bytes:
    """A PDF with a packed list of objects."""
    packed = zlib.compress(inside)
    stream = b"5 0 obj <</Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d>>\nstream\n" % len(
        packed
    )
    return pdf().replace(b"trailer", stream + packed + b"\nendstream endobj\ntrailer")


def packed(parts: Mapping[str, bytes | str]) -> bytes:
    """A zip with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(**more: bytes | str) -> bytes:
    """A Word document; `more` adds parts."""
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{WORD}"/></Types>'
    return packed({"[Content_Types].xml": types, "word/document.xml": "<document/>", **more})


def xlsx() -> bytes:
    """A workbook as openpyxl makes it."""
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def odf(media_type: str = ODT, manifest: str = "<manifest/>", **more: bytes | str) -> bytes:
    """An OpenDocument file."""
    parts: dict[str, bytes | str] = {
        "mimetype": media_type,
        "content.xml": "<office/>",
        "META-INF/manifest.xml": manifest,
    }
    return packed(parts | more)


def image(form: str = "PNG", size: tuple[int, int] = (8, 8), mode: str = "RGB") -> bytes:
    """A picture of one colour; `mode`: what Pillow calls its kind, such as `1` for black and white."""
    out = io.BytesIO()
    Image.new(mode, size, "#336699").save(out, form)
    return out.getvalue()


@cache
def bomb() -> bytes:
    """A Word document that unpacks to a hundred times what may be."""
    return docx(**{"word/media/leeg.bin": b"\0" * (40 * 1024 * 1024)})


def lying(content: bytes) -> bytes:
    """The same packed file, whose list says that every part is empty."""
    data = bytearray(content)
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + 24 : place + 28] = struct.pack("<I", 0)
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(data)


GOOD = {
    "pdf": pdf(),
    "docx": docx(),
    "xlsx": xlsx(),
    "odt": odf(),
    "ods": odf("application/vnd.oasis.opendocument.spreadsheet"),
    "png": image("PNG"),
    "jpeg": image("JPEG"),
}
"""A file of each kind that is taken."""


class StandIn:
    """Stands in for clamd: speaks its protocol, and knows one thing only, the EICAR test file."""

    NAME = "Stand-in for ClamAV 1.4.0"

    def __init__(self, answer: bytes | None = None) -> None:
        """`answer`: what it says to every file, instead of looking."""
        self.seen: list[bytes] = []
        self._answer = answer
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._listening.shutdown(socket.SHUT_RDWR)  # closing alone does not wake who waits in accept
        self._listening.close()
        self._thread.join(timeout=10)

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listening.accept()
            except OSError:
                return
            with line, line.makefile("rb") as sent:
                command = b""
                while not command.endswith(b"\0"):
                    command += sent.read(1)
                line.sendall(self._reply(command, sent) + b"\0")

    def _reply(self, command: bytes, sent: io.BufferedReader) -> bytes:
        if command == b"zVERSION\0":
            return self.NAME.encode()
        content = b""
        while size := struct.unpack("!I", sent.read(4))[0]:
            content += sent.read(size)
        self.seen.append(content)
        if self._answer is not None:
            return self._answer
        return b"stream: Eicar-Signature FOUND" if EICAR in content else b"stream: OK"


@contextmanager
def stand_in(answer: bytes | None = None) -> Iterator[StandIn]:
    """A stand-in for clamd, for a while."""
    scanner = StandIn(answer)
    try:
        yield scanner
    finally:
        scanner.close()
