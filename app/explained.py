"""What terms mean now, for the page or file that is made: asked of the database once a request, if at all."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, g, has_app_context

from app.extensions import db
from surveys import definitions
from surveys.glossary import SHIPPED, Glossary


@dataclass(frozen=True)
class _Kept:
    """A glossary, and how far the definitions were when it was made."""

    standing: tuple[int, ...]
    glossary: Glossary


def glossary() -> Glossary:
    """The glossary as it is now.

    One query says how far the definitions are; what was made of them last is used again until that changes.
    Without an application, on the command line, it is what comes with Meetlat.
    """
    if not has_app_context():
        return SHIPPED
    if "glossary" not in g:
        g.glossary = _now()
    found: Glossary = g.glossary
    return found


def _now() -> Glossary:
    standing = definitions.standing(db.session())
    if not any(standing):
        return SHIPPED
    kept: _Kept | None = current_app.extensions.get("glossary")
    if kept is None or kept.standing != standing:
        # put there as a whole: another thread finds either this one or the one before it
        kept = _Kept(standing, definitions.glossary(db.session()))
        current_app.extensions["glossary"] = kept
    return kept.glossary
