"""A document as an OpenDocument text, that people go on working in: real styles, fields, notes, captions."""

from __future__ import annotations

from exports.odt.writer import write

__all__ = ["write"]
