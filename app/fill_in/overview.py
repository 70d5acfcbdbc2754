"""The task list of a questionnaire, and a copy of it for one's own records."""

from __future__ import annotations

from flask import g
from flask_security import current_user
from werkzeug.wrappers import Response

from app import downloads, explained
from app.auth import held_by_me, may, requires
from app.extensions import db
from app.fill_in import area
from app.fill_in.area import blueprint
from exports import region
from surveys import filling, holding, judged, offered, reports, terms
from surveys.acting import now
from surveys.offered import Asked


@blueprint.get("/")
@requires("dossier.view")
def overview(meting: str, eenheid: str) -> str:
    """Show the factors by theme with how far each is, who has agreed, and what is still open."""
    return area.page(
        "overview",
        area.reading(),
        way=filling.way(db.session(), g.dossier),
        term=terms.latest(db.session(), g.dossier),
        waiting=holding.waiting(db.session(), current_user.id, now(), g.dossier),
        asked=_asked(),
    )


def _asked() -> list[Asked]:
    """What this unit was asked to react to, for who may react."""
    roles = {each.role for each in held_by_me("dossier.react", g.dossier.unit_id)}
    return offered.asked(db.session(), [g.dossier], {g.dossier.unit_id: roles}) if roles else []


@blueprint.get("/excel")
@requires("dossier.export")
def excel(meting: str, eenheid: str) -> Response:
    """Send the dossier as it stands as a workbook, or `?vorm=csv`."""
    form = downloads.asked()
    report = reports.region(db.session(), g.dossier)
    # what inspectors hold of it is theirs until it is offered to the region
    judging = may("dossier.judge", g.dossier.unit_id)
    judgements = judged.confirmed_in(db.session(), g.dossier) if judging else None
    return downloads.send(
        region.book(report, judgements, explained.glossary()), form, region.filename(report, form)
    )
