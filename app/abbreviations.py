"""Abbreviations of the questionnaires, explained where they stand."""

from __future__ import annotations

from markupsafe import Markup, escape

from app import explained
from surveys.glossary import Glossary


def mark(text: str | None) -> Markup:
    """Wrap the first of each abbreviation in a text in an `abbr` that explains it; safe for a page."""
    return explain(text, explained.glossary()) if text else Markup("")


def explain(text: str, glossary: Glossary) -> Markup:
    """The same with a given glossary."""
    made, seen, done = Markup(""), set(), 0
    for match in glossary.abbreviated.finditer(text):
        short = match[1]
        if short in seen:
            continue
        seen.add(short)
        # what stands between is escaped by itself: an abbreviation such as amp must not be found in &amp;
        made += escape(text[done : match.start()])
        made += Markup('<abbr title="{}">{}</abbr>').format(glossary.abbreviations[short], short)
        done = match.end()
    return made + escape(text[done:])
