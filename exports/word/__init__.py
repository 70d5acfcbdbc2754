"""A document as a Word file, that people go on working in: with real styles, fields, notes and captions."""

from __future__ import annotations

from exports.word.writer import write

__all__ = ["write"]
