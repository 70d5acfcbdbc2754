"""One answer: saved by itself while somebody fills in, and everything that it ever was."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, g, redirect, render_template, request
from werkzeug.wrappers import Response

from app.auth import acting, requires
from app.extensions import db
from app.fill_in import area, evidence
from app.fill_in.area import blueprint
from app.fill_in.entries import Entry, with_what_was_sent
from app.fill_in.factor import draw, to_save, too_late
from app.forms import AnswerForm
from app.holding import holds_posts
from surveys import filling, questionnaire, results, saved, saving
from surveys.answers import Content, Save
from surveys.errors import DossierNotOpen, MeasurementClosed
from surveys.questionnaire import Place, Reading
from surveys.saving import Outcome


@blueprint.post("/vraag/<code>")
@requires("dossier.answer")
@holds_posts
def save_answer(meting: str, eenheid: str, code: str) -> Response | tuple[str, int]:
    """Save one answer. htmx gets what changed on the page because of it; others go back to the page."""
    place = questionnaire.place(g.dossier, code)
    form = AnswerForm.sent(place, request.form)
    if form is None:
        abort(400)
    try:
        files_refused = evidence.take(g.dossier, {code: form}).get(code, [])
        saves, _ = to_save({code: form})
        outcome = saving.save_page(db.session(), g.dossier, saves, by=acting())
    except (MeasurementClosed, DossierNotOpen) as refusal:
        db.session.rollback()
        if request.headers.get("HX-Request"):
            return area.page("closed", area.reading(), refusal=str(refusal)), 409
        return too_late(place.question.factor, {code: form}, str(refusal))
    if request.headers.get("HX-Request") and not request.files:
        kept = saved.alone(db.session(), g.dossier, place, saves, outcome, by=acting())
        if kept is not None:
            return _small(form, kept)
    db.session.commit()
    return _whole(place, form, saves, outcome, files_refused)


def _small(form: AnswerForm, kept: saved.Alone) -> tuple[str, int]:
    """Commit a save that changed nothing else on the page, and give what is new at its question."""
    db.session().expire_on_commit = False  # nothing is read again for so little
    db.session.commit()
    form.version.data = str(kept.version)
    page = render_template("fill_in/kept.html", view=kept, form=form, address=area.address)
    return page, 200


def _whole(
    place: Place, form: AnswerForm, saves: Mapping[str, Save], outcome: Outcome, files_refused: list[str]
) -> Response | tuple[str, int]:
    """What is new on the page after a save of whatever kind, read from the whole dossier."""
    code, after = place.question.code, area.reading()
    problems = form.problems
    form.refuse_files(files_refused)
    refused_at_all = bool(code not in saves or files_refused)
    status = 422 if refused_at_all else 409 if outcome.stale else 200
    if not request.headers.get("HX-Request"):
        view = after.factor_of(code)
        if not refused_at_all and not outcome.stale:
            onward = area.address("show_factor", factor=view.factor.code, _anchor=place.anchor)
            return redirect(onward, 303)
        kept = code in saves and not outcome.stale
        return draw(after, view, with_what_was_sent(view, {code: form}, outcome.stale), kept=kept), status
    entry = Entry(after.question(code), form, conflict=bool(outcome.stale))
    kept = code in saves and saves[code].content == entry.view.content
    if outcome.stale:
        form.theirs.data = str(entry.view.version)
    if kept:
        form.version.data = str(entry.view.version)
    others = _others(after, code)
    asked = saved.asked(after.instrument, code, outcome.before)
    earlier = outcome.before.get(code, Content())
    page = area.page(
        "saved",
        after,
        entry=entry,
        status=status,
        at=acting().at,
        kept=kept,
        files=bool(request.files),
        problems=problems,
        retitled=bool(outcome.changed) and entry.view.content.documents != earlier.documents,
        files_refused=files_refused,
        others=others,
        added=[
            each
            for each in others
            if outcome.changed and each.view.asked and asked[each.view.code] != "asked"
        ],
        voided=bool(outcome.voided),
    )
    return page, status


@blueprint.get("/vraag/<code>/geschiedenis")
@requires("dossier.view")
def history(meting: str, eenheid: str, code: str) -> str:
    """Show who gave which answer when."""
    dossier = area.reading()
    view = dossier.factor_of(code)
    return area.page(
        "history",
        dossier,
        view=view,
        question=view[code],
        versions=filling.versions(db.session(), g.dossier, view[code].question),
        view_versions=filling.view_versions(db.session(), g.dossier, view[code].question),
    )


def _others(after: Reading, code: str) -> list[Entry]:
    """The questions on the page whose being asked depends on this one; itself too when it is not asked."""
    factor = after.factor_of(code)
    depending = {*results.affected(after.instrument, code), *([] if after.asked[code] == "asked" else [code])}
    return [
        Entry(each, AnswerForm.of(each) if each.asked else None)
        for each in factor.questions
        if each.code in depending
    ]
