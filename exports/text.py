"""Text on its way into a file: without what a file can't hold, and never taken for a formula."""

from __future__ import annotations

import re
from typing import Final

_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What XML can't hold, or no program shows."""

_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would calculate."""


def clean(text: str) -> str:
    """Give the text without control characters, and with every end of line as one line feed."""
    return _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def risky(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula, now or when somebody edits it."""
    return text.startswith(_RISKY)


def file_name(*parts: str) -> str:
    """Join words into a name that is fit for every file system: letters, digits, points and hyphens.

    >>> file_name("meetlat", "eindmeting-2013", "VR 17/b")
    'meetlat-eindmeting-2013-vr-17-b'
    """
    return re.sub(r"[^a-z0-9.]+", "-", "-".join(filter(None, parts)).lower()).strip("-.")
