"""The words of Meetlat and the abbreviations of the questionnaires, explained: on pages and in files.

What they mean is data, in `glossary.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib.resources import files
from typing import Final

_TABLES: Final[dict[str, dict[str, str]]] = tomllib.loads(
    files("surveys").joinpath("glossary.toml").read_text("utf-8")
)

WORDS: Final = _TABLES["words"]
"""What each word means in Meetlat."""

ABBREVIATIONS: Final = _TABLES["abbreviations"]
"""What each abbreviation stands for."""

_LONGEST_FIRST = "|".join(sorted(map(re.escape, ABBREVIATIONS), key=len, reverse=True))
ABBREVIATED: Final = re.compile(rf"(?<!\w)({_LONGEST_FIRST})(?!\w)")
"""An abbreviation where it stands as a word of its own; the longest that fits."""


def used_in(texts: Iterable[str | None]) -> dict[str, str]:
    """The abbreviations that stand in some texts, with their meanings, in the order of the alphabet."""
    found = {match[1] for text in texts if text for match in ABBREVIATED.finditer(text)}
    return {short: ABBREVIATIONS[short] for short in sorted(found, key=str.lower)}
