"""What an open page asks every few seconds: who else is there, and what changed since it last looked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import abort, g, render_template, request
from flask_security import current_user

from app import furniture
from app.auth import requires
from app.extensions import db
from app.fill_in import area, company
from app.fill_in.area import blueprint
from app.fill_in.company import Here
from app.fill_in.entries import Entry, as_they_stand
from app.sessions import leaves_session
from surveys import presence, questionnaire
from surveys.measurements import instrument_of
from surveys.questionnaire import QuestionView

TAB = re.compile(r"[A-Za-z0-9]{8,32}")


@dataclass(frozen=True)
class Seen:
    """A question as the page that asks has it."""

    version: str
    state: str
    rest: str


@dataclass(frozen=True)
class Place:
    """Where on the page a question is."""

    code: str
    anchor: str


@blueprint.get("/aanwezig")
@requires("dossier.answer")
@leaves_session
def present(meting: str, eenheid: str) -> str:
    """Note that a window is open, and give what is new for it.

    `tab` names the window, `factor` and `vraag` say where it is, `stand` how the dossier stood when it last
    looked, and `gezien` (once a question: code:version:state:rest) what it has on the page.
    """
    tab, known = request.args.get("tab", ""), request.args.get("stand", "")
    if not TAB.fullmatch(tab):
        abort(400)
    instrument = instrument_of(g.dossier.pinned)
    factor = instrument.factors.get(request.args.get("factor", ""))
    codes = [each.code for each in factor.questions] if factor else []
    at = request.args.get("vraag")
    company.note(g.dossier, tab, factor.code if factor else None, at if at in codes else None)
    stand = presence.stand(db.session(), g.dossier)
    if factor is None:
        outdated = known not in ("", stand)
        here = Here(g.dossier, None, tab, known if outdated else stand, outdated=outdated)
        return _fragment(here, [])
    anchors = questionnaire.anchors(instrument)
    if known == stand:
        places = [Place(code, anchors[code]) for code in codes]
        return _fragment(Here(g.dossier, factor.code, tab, stand), places)
    return _what_is_new(factor.code, tab, stand)


def _what_is_new(factor: str, tab: str, stand: str) -> str:
    dossier = area.reading()
    view = dossier.factor(factor)
    assert view is not None
    seen = _seen()
    new = [each for each in view.questions if each.code in seen and seen[each.code] != _as_is(each)]
    changed = {
        each.code: _who(each, dossier.rows[each.code].person_id)
        for each in new
        if each.version and seen[each.code].version != str(each.version)
    }
    here = Here(g.dossier, factor, tab, stand, changed)
    entries = [each for each in as_they_stand(view, fields=True) if each.view in new]
    if not area.can_answer(dossier):
        entries = []  # nothing is taken away from who is typing; the notices say that it is closed
    shown = {entry.view.code for entry in entries}
    places = [Place(each.code, each.anchor) for each in view.questions if each.code not in shown]
    return area.page("present", dossier, present=here, places=places, entries=entries, news=True)


def _fragment(here: Here, places: list[Place], entries: list[Entry] | None = None) -> str:
    return render_template(
        "fill_in/present.html",
        present=here,
        places=places,
        entries=entries or [],
        news=False,
        address=area.address,
    )


def _as_is(view: QuestionView) -> Seen:
    return Seen(str(view.version), view.state, Here.rest(view))


def _seen() -> dict[str, Seen]:
    found = {}
    for text in request.args.getlist("gezien"):
        code, *rest = text.rsplit(":", 3)
        if len(rest) == 3:  # noqa: PLR2004
            found[code] = Seen(*rest)
    return found


def _who(view: QuestionView, person_id: int) -> str:
    assert view.saved is not None  # it has a newer version than the page
    at = furniture.time(view.saved.at)
    if person_id == current_user.id:
        return f"Vraag {view.code} is om {at} in een ander venster gewijzigd, onder uw naam."
    return f"{view.saved.name} heeft vraag {view.code} om {at} gewijzigd."
