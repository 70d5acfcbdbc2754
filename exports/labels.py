"""Dutch words for the codes of scoring and of reports, as files show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from surveys.reports import MeasurementInfo
from surveys.reports.question import STATES as NOT_ANSWERED

STATES: Final[dict[str, str]] = {
    **NOT_ANSWERED,
    "undetermined": "Hangt af van een vraag die nog open is",
    "answered": "Beantwoord",
    "unscored": "Beantwoord, zonder score",
}
"""What became of a question."""

MUSTS: Final[dict[str, str]] = {"met": "Voldaan", "missed": "Niet voldaan", "open": "Nog open"}
"""What became of a must."""

REASONS: Final[dict[str, str]] = {
    "niet_van_toepassing": "Niet van toepassing",
    "te_weinig_antwoorden": "Te weinig antwoorden",
    "open_voorwaarde": "Een voorwaarde is nog open",
}
"""Why a factor has no level."""

CHANGES: Final[dict[str, str]] = {
    "verbeterd": "Verbeterd",
    "gelijk": "Gelijk",
    "verslechterd": "Verslechterd",
    "niet_vergelijkbaar": "Niet vergelijkbaar",
}
"""What a factor did between two measurements."""

AGAINST: Final[dict[str, str]] = {
    "verbeterd": "beter dan",
    "gelijk": "gelijk aan",
    "verslechterd": "slechter dan",
    "niet_vergelijkbaar": "niet vergelijkbaar met",
}
"""The same, with the measurement that it is compared with behind it."""

AID: Final = "Hulpmiddel bij het oordeel: de inspecteurs oordelen zelf."
"""What is said wherever there are scores."""


def capital(words: str) -> str:
    """Give words with a capital at the start, and the other ones as they are."""
    return words[:1].upper() + words[1:]


def tags(series: Sequence[MeasurementInfo]) -> dict[str, str]:
    """Give each measurement a short name by its code: its year, or its code where two share a year."""
    years = [row.year for row in series]
    return {row.code: str(row.year) if years.count(row.year) == 1 else row.code for row in series}
