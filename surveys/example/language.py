"""Terms as two documents of the example data explain them, so that the list has one to choose about.

That one language is missing for fysieke veiligheid, sociale veiligheid and integriteit is said by the letter
of 23 April 2026 (003 r. 77-80). The explanations themselves are made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import definitions
from surveys.acting import By
from surveys.definitions import Details
from surveys.glossary import WORD
from surveys.models import Origin


@dataclass(frozen=True, slots=True)
class TermRow:
    """What a term means in the document whose title begins so."""

    term: str
    meaning: str
    document: str


_STUDY: Final = "Periodieke Rapportage"
_PLAN: Final = "Plan van aanpak Een veilige defensieorganisatie"

TERMS: Final = (
    TermRow("Sociale veiligheid", "Dat mensen goed met elkaar omgaan en zich durven uit te spreken.", _STUDY),
    TermRow("Sociale veiligheid", "Dat niemand te maken heeft met pesten, dreigen of discriminatie.", _PLAN),
    TermRow("Fysieke veiligheid", "Dat mensen niet ziek of gewond raken door hun werk.", _STUDY),
)


def fill(session: Session, by: By) -> None:
    """Add them. A document that is not there is named as another source. Flushed, never committed."""
    titles = session.execute(select(Origin.id, Origin.title).order_by(Origin.id)).all()
    for row in TERMS:
        found = next((number for number, title in titles if title.startswith(row.document)), None)
        source = None if found else row.document
        details = Details(WORD, row.term, row.meaning, origin_id=found, source=source, fictief=True)
        definitions.add(session, details, by=by)
