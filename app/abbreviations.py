"""Abbreviations of the questionnaires, explained where they stand."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from surveys.glossary import ABBREVIATED, ABBREVIATIONS


def mark(text: str | None) -> Markup:
    """Wrap the first of each abbreviation in a text in an `abbr` that explains it; safe for a page."""
    seen: set[str] = set()

    def explain(match: re.Match[str]) -> str:
        short = match[1]
        if short in seen:
            return short
        seen.add(short)
        return str(Markup('<abbr title="{}">{}</abbr>').format(ABBREVIATIONS[short], short))

    # escaped first, so only our own tags are in it
    return Markup(ABBREVIATED.sub(explain, str(escape(text or ""))))
