"""What inspectors corrected in the own questionnaires, for the first page of who filled them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import url_for

from app.extensions import db
from surveys import correcting, questionnaire
from surveys.correcting import Correction
from surveys.measurements import instrument_of
from surveys.models import Dossier

FIRST = 5
"""How many corrections of a questionnaire the first page shows; its own page has them all."""


@dataclass(frozen=True)
class Corrected:
    """A questionnaire with corrections: the newest ones, how many more there are, and where those stand.

    `fictief`: it is made up.
    """

    name: str
    url: str
    newest: tuple[Correction, ...]
    more: int
    fictief: bool
    anchors: Mapping[str, str]
    meting: str
    eenheid: str

    def link(self, each: Correction) -> str:
        """Where the answer stands."""
        return url_for(
            "fill_in.show_factor",
            meting=self.meting,
            eenheid=self.eenheid,
            factor=each.question.factor,
            _anchor=self.anchors[each.code],
        )


def corrected(rows: Iterable[Dossier]) -> list[Corrected]:
    """The questionnaires in which something was corrected, in the order given: one query for all."""
    held = list(rows)
    found = correcting.corrections_of(db.session(), held)
    return [_corrected(row, found[row.id]) for row in held if row.id in found]


def _corrected(row: Dossier, found: tuple[Correction, ...]) -> Corrected:
    meting, eenheid = row.measurement.code, row.unit.code
    return Corrected(
        name=f"{row.measurement.name}: {row.unit.name}",
        url=url_for("fill_in.overview", meting=meting, eenheid=eenheid, _anchor="aangepast"),
        newest=found[:FIRST],
        more=len(found) - len(found[:FIRST]),
        fictief=row.measurement.fictief,
        anchors=questionnaire.anchors(instrument_of(row.pinned)),
        meting=meting,
        eenheid=eenheid,
    )
