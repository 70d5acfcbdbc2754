"""How wide words are, and where they break: needed before anything can be drawn around them."""

from __future__ import annotations

import threading
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from exports.text import clean

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

LEADING: Final = 1.3
"""From one line to the next, as a share of the size."""

ASCENT: Final = 0.73
"""How high a capital stands above the line that it stands on, as a share of the size."""

DESCENT: Final = 0.24

_SLACK: Final = 1.03
"""Who draws on whole dots makes letters a little wider than they are."""

_MEASURED_AT: Final = 64
_REPLACEMENT: Final = "\ufffd"
_LOCK: Final = threading.Lock()  # a font remembers the glyph that it loaded last


@cache
def path(bold: bool) -> Path:
    """Give the file of the font that comes with matplotlib, so that every machine measures the same."""
    import matplotlib as mpl

    return Path(mpl.get_data_path(), "fonts", "ttf", f"DejaVuSans{'-Bold' if bold else ''}.ttf")


@cache
def _font(bold: bool) -> FT2Font:
    from matplotlib.ft2font import FT2Font

    font = FT2Font(str(path(bold)))
    font.set_size(_MEASURED_AT, 72)
    return font


@lru_cache(maxsize=4096)
def _advance(character: str, bold: bool) -> float:
    from matplotlib.ft2font import LoadFlags

    with _LOCK:
        font = _font(bold)
        glyph = font.load_glyph(font.get_char_index(ord(character)), flags=LoadFlags.NO_HINTING)
        return glyph.linearHoriAdvance / 65536 / _MEASURED_AT


@lru_cache(maxsize=4096)
def _known(character: str, bold: bool) -> bool:
    with _LOCK:
        return _font(bold).get_char_index(ord(character)) != 0


def drawable(text: str, bold: bool) -> str:
    """Give the text with a replacement sign for each character that the font lacks."""
    return "".join(each if _known(each, bold) else _REPLACEMENT for each in clean(text))


def width(text: str, size: float, bold: bool = False) -> float:
    """Give how wide a text is, in the unit of its size."""
    return _SLACK * size * sum(_advance(each, bold) for each in text)


def widest(texts: list[str], size: float, bold: bool = False) -> float:
    """Give the width of the widest of some texts, 0 where there are none."""
    return max((width(each, size, bold) for each in texts), default=0.0)


def wrapped(text: str, size: float, room: float, bold: bool = False) -> list[str]:
    """Give the lines of a text in a column: broken between words, and within a word that is too wide."""
    lines: list[str] = []
    for word in text.split():
        if lines and width(f"{lines[-1]} {word}", size, bold) <= room:
            lines[-1] += f" {word}"
        else:
            lines += _pieces(word, size, room, bold)
    return lines


def _pieces(word: str, size: float, room: float, bold: bool) -> list[str]:
    pieces = [""]
    for character in word:
        if pieces[-1] and width(pieces[-1] + character, size, bold) > room:
            pieces.append("")
        pieces[-1] += character
    return pieces
