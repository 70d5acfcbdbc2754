"""Words of the glossary, explained where they stand: a button that opens what its word means."""

from __future__ import annotations

from flask import Flask, g, url_for
from flask_security import current_user
from markupsafe import Markup, escape

from app import explained
from surveys.glossary import fold

_WORD = Markup(
    '<span class="word">'
    '<button class="word__name" type="button" popovertarget="begrip-{key}">{shown}</button>'
    '<span class="word__meaning" id="begrip-{key}" popover><strong>{term}</strong> {meaning}'
    ' <a class="utrecht-link" href="{address}">‘{term}’ bij de begrippen</a></span></span>'
)
"""Only what may stand in a line: a word is named in sentences, heads of tables and lists of figures."""


def init_app(app: Flask) -> None:
    """Let templates name a word: `begrip("Dekking")`."""
    app.template_global("begrip")(word)


def word(term: str, shown: str | None = None) -> Markup:
    """Name a term of the glossary on a page, as `shown` where a sentence asks for that; safe for the page.

    The first time it is a button that opens the meaning. After that it is plain text, as a term is that
    nobody explains any more. Not for use in a link, button, label, legend or summary, nor in the parts of a
    page that htmx fetches: what is "first" there is not known.
    """
    text, key = shown or term, fold(term)
    named: set[str] = g.setdefault("words_named", set())
    meaning = None if key in named else explained.glossary().meanings.get(key)
    if meaning is None:
        return escape(text)
    named.add(key)
    return _WORD.format(key=key, shown=text, term=term, meaning=meaning, address=_address(key))


def _address(key: str) -> str:
    """Where the term stands in full; its own page is for who is logged in."""
    return url_for("glossary.term", woord=key) if current_user.is_authenticated else url_for("home.glossary")
