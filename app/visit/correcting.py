"""Answers after the submission: correct one with a reason, or note why some stay unknown."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth import acting, requires
from app.extensions import db
from app.forms import AnswerForm
from app.visit import blueprint
from surveys import correcting, dossiers, filling, questionnaire, returning
from surveys.answers import Content
from surveys.correcting import PERMISSION, Unanswered
from surveys.errors import InvalidValue, MeetlatError, NotNow, StaleAnswer, StaleText
from surveys.questionnaire import QuestionView

Page = str | Response | tuple[str, int]


@blueprint.get("/<meting>/<eenheid>/antwoord/<code>")
@requires(PERMISSION)
def correct(meting: str, eenheid: str, code: str) -> str:
    """An answer as it was submitted and as it stands, and a form to correct it."""
    view = _question(code)
    return _draw(view, AnswerForm.of(view) if correcting.correctable(g.dossier) else None)


@blueprint.post("/<meting>/<eenheid>/antwoord/<code>")
@requires(PERMISSION)
def save_correction(meting: str, eenheid: str, code: str) -> Page:
    """Correct the answer; what can't be kept is shown again as it was typed."""
    form = AnswerForm.sent(_question(code), request.form) or abort(400)
    reason = request.form.get("reden", "").replace("\x00", "")
    if request.form.get("doen") == "rij":
        return _draw(_question(code), form, reason)
    content = form.read()
    if content is None:
        return _draw(_question(code), form, reason), 422
    try:
        saved = correcting.correct(
            db.session(), g.dossier, code, content, reason, by=acting(), seen_version=form.seen_version
        )
        db.session.commit()
    except (InvalidValue, NotNow) as refusal:
        db.session.rollback()
        return _refused(code, form, reason, refusal)
    if saved.changed:
        flash(
            "Het antwoord is aangepast. De respondenten zien wat er stond, wat er nu staat en waarom.",
            "success",
        )
    else:
        flash("Er is niets gewijzigd: dit antwoord stond er al.", "info")
    return redirect(url_for("visit.correct", meting=meting, eenheid=eenheid, code=code), 303)


def _refused(code: str, form: AnswerForm, reason: str, refusal: MeetlatError) -> tuple[str, int]:
    view = _question(code)
    if isinstance(refusal, StaleAnswer):
        form.version.data = str(view.version)  # what the colleague wrote is on the page now
        return _draw(view, form, reason, refusal=str(refusal), stale=True), 409
    if isinstance(refusal, InvalidValue):
        if refusal.part == "reason":
            return _draw(view, form, reason, reason_error=str(refusal)), 422
        form.refuse(refusal)
        return _draw(view, form, reason), 422
    return _draw(view, form, reason, refusal=str(refusal)), 409


def _question(code: str) -> QuestionView:
    return filling.read(db.session(), g.dossier).question(code)


def _draw(
    view: QuestionView,
    form: AnswerForm | None,
    reason: str = "",
    *,
    refusal: str | None = None,
    reason_error: str | None = None,
    stale: bool = False,
) -> str:
    here = url_for(
        "visit.correct", meting=g.dossier.measurement.code, eenheid=g.dossier.unit.code, code=view.code
    )
    submitted = returning.as_submitted(db.session(), g.dossier).get(view.code, Content())
    errors = [(form.answer.id, refusal)] if form and refusal else []
    errors += form.errors_to_show if form else []
    return render_template(
        "visit/correct.html",
        dossier=g.dossier,
        view=view,
        form=form,
        reason=reason,
        reason_error=reason_error,
        errors=errors + ([("reden", reason_error)] if reason_error else []),
        stale=stale,
        submitted=submitted,
        submitted_shown=questionnaire.show(view.question, submitted),
        state=dossiers.STATES[g.dossier.state],
        here=here,
        link=lambda each: here,
    )


@dataclass(frozen=True)
class Line:
    """A question that is unknown, with what stands in its field; `theirs`: what a colleague wrote."""

    each: Unanswered
    text: str
    error: str | None = None
    theirs: str | None = None


@blueprint.get("/<meting>/<eenheid>/onbekend")
@requires(PERMISSION)
def unknowns(meting: str, eenheid: str) -> str:
    """What nobody knew: each to be answered, or with why it stays unknown."""
    found = correcting.unanswered(db.session(), g.dossier)
    return _draw_unknowns([_line(each) for each in found])


@blueprint.post("/<meting>/<eenheid>/onbekend")
@requires(PERMISSION)
def note_unknowns(meting: str, eenheid: str) -> Page:
    """Save the reasons that were written, several at once; none is held up by another."""
    found = correcting.unanswered(db.session(), g.dossier)
    refused: dict[str, MeetlatError] = {}
    saved = 0
    for each in found:
        code = each.question.code
        if not _changed(each):
            continue
        try:
            with db.session.begin_nested():
                seen = request.form.get(f"gezien-{code}", "")
                correcting.note_unanswered(db.session(), g.dossier, code, _sent(code), by=acting(), seen=seen)
            saved += 1
        except (InvalidValue, StaleText, NotNow) as refusal:
            refused[code] = refusal
    db.session.commit()
    gone = _gone({each.question.code for each in found})
    if not refused and not gone:
        flash(
            "De redenen zijn opgeslagen." if saved else "Er is niets gewijzigd.",
            "success" if saved else "info",
        )
        return redirect(url_for("visit.unknowns", meting=meting, eenheid=eenheid), 303)
    lines = [
        _line(each, refused.get(each.question.code))
        for each in correcting.unanswered(db.session(), g.dossier)
    ]
    invalid = all(isinstance(refusal, InvalidValue) for refusal in refused.values())
    return _draw_unknowns(lines, gone), 422 if refused and invalid else 409


def _sent(code: str) -> str:
    return request.form.get(f"reden-{code}", "").replace("\x00", "").replace("\r\n", "\n")


def _changed(each: Unanswered) -> bool:
    """Whether something was written or changed in the field of a question."""
    code = each.question.code
    if f"reden-{code}" not in request.form:
        return False
    return _sent(code).strip() != _standing(each)


def _standing(each: Unanswered) -> str:
    """What stands in the field before somebody writes: a note that no longer counts is written anew."""
    return each.reason or "" if not each.outdated else ""


def _gone(known: set[str]) -> list[tuple[str, str]]:
    """What was written about questions that are no longer unknown."""
    sent = [name.removeprefix("reden-") for name in request.form if name.startswith("reden-")]
    return [(code, _sent(code)) for code in sent if code not in known and _sent(code).strip()]


def _line(each: Unanswered, refusal: MeetlatError | None = None) -> Line:
    if refusal is None:
        return Line(each, _standing(each))
    theirs = each.reason if isinstance(refusal, StaleText) else None
    return Line(each, _sent(each.question.code), str(refusal), theirs)


def _draw_unknowns(lines: list[Line], gone: list[tuple[str, str]] | None = None) -> str:
    return render_template(
        "visit/unknowns.html",
        dossier=g.dossier,
        lines=lines,
        gone=gone,
        open_count=sum(not line.each.settled for line in lines),
        errors=[
            (f"reden-{number}", f"Vraag {line.each.question.code}: {line.error}")
            for number, line in enumerate(lines, start=1)
            if line.error
        ],
        can_note=correcting.correctable(g.dossier),
        state=dossiers.STATES[g.dossier.state],
    )
