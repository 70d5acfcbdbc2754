"""Instruments: questionnaires as versioned data, read from TOML."""

from __future__ import annotations

from pathlib import Path

from surveys.instruments.loader import load, parse
from surveys.instruments.model import (
    Check,
    Factor,
    Instrument,
    Level,
    Option,
    Question,
    Statement,
    Theme,
)


def builtin() -> list[Path]:
    """Give the instruments that come with Meetlat, in the order of their names."""
    return sorted(Path(__file__).parent.glob("*.toml"))


__all__ = [
    "Check",
    "Factor",
    "Instrument",
    "Level",
    "Option",
    "Question",
    "Statement",
    "Theme",
    "builtin",
    "load",
    "parse",
]
