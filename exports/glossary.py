"""The sheet that explains words and abbreviations, for whoever gets the file and not the page."""

from __future__ import annotations

from exports.book import Column, Sheet
from exports.parts import Row
from surveys.glossary import SHIPPED, Glossary

NAME = "Begrippen"
GUIDE_ROW: Row = (f"Blad {NAME}", "Wat de woorden en de afkortingen in dit bestand betekenen.")


def sheet(terms: Glossary = SHIPPED) -> Sheet:
    """Lay out all words, then all abbreviations, each by the alphabet."""
    rows: list[Row] = [
        (kind, term, table[term])
        for kind, table in (("Woord", terms.words), ("Afkorting", terms.abbreviations))
        for term in sorted(table, key=str.casefold)
    ]
    return Sheet(
        name=NAME,
        title="Begrippen en afkortingen",
        columns=(Column("Soort", 12), Column("Begrip", 24), Column("Betekenis", 100)),
        rows=rows,
        frozen=2,
    )
