"""Looking for malware in an uploaded file, by a clamd when one is set."""

from __future__ import annotations

import logging
import socket
import struct
from typing import NamedTuple
from urllib.parse import urlsplit

from app.config import Settings
from surveys.errors import FileRefused

PATIENCE = 30
"""Seconds to wait for the scanner."""
PIECE = 64 * 1024
logger = logging.getLogger(__name__)


class Verdict(NamedTuple):
    """Who looked and found nothing: the name and version of the scanner."""

    scanned_by: str


def scan(settings: Settings, content: bytes) -> Verdict | None:
    """Have a file looked at; None when no scanner is set.

    Raises FileRefused when something was found, and also when the scanner that is set does not answer:
    nothing is kept that should have been looked at and was not.
    """
    if settings.clamd is None:
        return None
    try:
        answer = _ask(settings.clamd, b"zINSTREAM\0", content)
        if answer.endswith("OK"):
            return Verdict(_ask(settings.clamd, b"zVERSION\0")[:200] or "clamd")
    except OSError as error:
        logger.warning("the malware scanner does not answer", extra={"reason": type(error).__name__})
        answer = ""
    if answer.endswith("FOUND"):
        raise FileRefused(
            "De virusscanner vond iets in dit bestand. Het is niet bewaard. Neem contact op met uw"
            " ICT-afdeling."
        )
    raise FileRefused(
        "Het bestand kan nu niet op virussen worden gecontroleerd, en is niet bewaard. Probeer het later"
        " opnieuw."
    )


def _ask(address: str, command: bytes, content: bytes | None = None) -> str:
    """Send a command (with a file in pieces) and give the answer. Raises OSError."""
    with _connect(address) as line:
        line.sendall(command)
        if content is not None:
            for start in range(0, len(content), PIECE):
                piece = content[start : start + PIECE]
                line.sendall(struct.pack("!I", len(piece)) + piece)
            line.sendall(struct.pack("!I", 0))
        answer = b""
        while piece := line.recv(4096):
            answer += piece
            if b"\0" in piece or len(answer) > PIECE:
                break
    return answer.rstrip(b"\0\n").decode("utf-8", errors="replace").strip()


def _connect(address: str) -> socket.socket:
    if address.startswith("unix://"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(PATIENCE)
        try:
            line.connect(address.removeprefix("unix://"))
        except OSError:
            line.close()
            raise
        return line
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE)
