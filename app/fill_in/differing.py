"""A divergent view on one question: recorded beside the joint answer, by who does not agree with it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import abort, flash, redirect, request
from werkzeug.wrappers import Response

from app.auth import acting, requires
from app.extensions import db
from app.fill_in import area
from app.fill_in.area import blueprint
from app.forms import AnswerForm
from app.holding import holds_posts
from surveys import questionnaire, views
from surveys.acting import By
from surveys.answers import Content, content_of
from surveys.errors import DossierNotOpen, InvalidValue, MeasurementClosed, NotAllowed, StaleAnswer
from surveys.questionnaire import QuestionView, Reading

ROLE = "rol"
"""The role whose view it is, of who signs in more than one."""


@dataclass(frozen=True)
class Kept:
    """The view of one's own role as it is kept: nothing in it where none stands. `saved` says by whom."""

    content: Content
    shown: str | None
    version: int
    saved: questionnaire.Saver | None

    @property
    def stands(self) -> bool:
        """Whether there is one that was not withdrawn."""
        return self.content.note is not None


@blueprint.get("/vraag/<code>/standpunt")
@requires("dossier.differ")
def show_view(meting: str, eenheid: str, code: str) -> str:
    """Show the joint answer and the fields for a view of one's own."""
    dossier = area.reading()
    question = dossier.question(code)
    by = _by(dossier)
    kept = _kept(dossier, question, by)
    form = AnswerForm(question)
    form.fill(kept.content, kept.version)
    return _draw(dossier, question, by, kept, form)


@blueprint.post("/vraag/<code>/standpunt")
@requires("dossier.differ")
@holds_posts
def save_view(meting: str, eenheid: str, code: str) -> Response | tuple[str, int]:
    """Record or withdraw a view; what can't be kept is shown again as it was typed."""
    dossier = area.reading()
    question = dossier.question(code)
    by = _by(dossier)
    form = AnswerForm.sent(question, request.form)
    if form is None:
        abort(400)
    pressed = request.form.get("doen", "opslaan")
    if pressed == "mijn":
        form.keep_mine()
    try:
        if pressed == "intrekken":
            saved = views.withdraw(db.session(), dossier.dossier, code, by=by, seen_version=form.seen_version)
            done = "Het afwijkende standpunt is ingetrokken."
        else:
            content = form.read()
            if content is None:
                return _refused(code, by, form, 422)
            saved = views.differ(
                db.session(),
                dossier.dossier,
                code,
                replace(content, documents=()),
                by=by,
                seen_version=form.seen_version,
            )
            done = "Uw afwijkende standpunt is opgeslagen. Het staat naast het gezamenlijke antwoord."
    except InvalidValue as refusal:
        form.refuse(refusal)
        return _refused(code, by, form, 422)
    except StaleAnswer:
        return _refused(code, by, form, 409, conflict=True)
    except (MeasurementClosed, DossierNotOpen) as refusal:
        return _refused(code, by, form, 409, closed=str(refusal))
    db.session.commit()
    if saved.voided:
        done += " Een akkoord dat er al was, geldt daardoor niet meer."
    flash(done, "success")
    if request.form.get("terug") == "controle":
        return redirect(area.address("check", _anchor="standpunten"), 303)
    place = area.address("show_factor", factor=question.question.factor, _anchor=question.anchor)
    return redirect(place, 303)


def _by(dossier: Reading) -> By:
    """Act in the role that is asked for, or the first in which a view can be recorded."""
    held = area.differing_roles(dossier)
    asked = request.values.get(ROLE)
    if not held or (asked and asked not in held):
        raise NotAllowed()
    return acting(asked or held[0])


def _kept(dossier: Reading, question: QuestionView, by: By) -> Kept:
    row = views.of_role(db.session(), dossier.dossier, question.code, by.role)
    if row is None:
        return Kept(Content(), None, 0, None)
    content = content_of(row)
    saved = questionnaire.saver(row, row.saved_at)
    return Kept(content, questionnaire.show(question.question, content), row.version, saved)


def _refused(
    code: str, by: By, form: AnswerForm, status: int, *, conflict: bool = False, closed: str | None = None
) -> tuple[str, int]:
    """The page again, as it stands now, with what was typed."""
    db.session.rollback()
    dossier = area.reading()
    question = dossier.question(code)
    kept = _kept(dossier, question, by)
    if conflict:
        form.theirs.data = str(kept.version)
    return _draw(dossier, question, by, kept, form, conflict=conflict, closed=closed), status


def _draw(
    dossier: Reading,
    question: QuestionView,
    by: By,
    kept: Kept,
    form: AnswerForm,
    *,
    conflict: bool = False,
    closed: str | None = None,
) -> str:
    errors = form.errors_to_show
    if conflict:
        text = f"Vraag {question.code}: uw standpunt is intussen gewijzigd. Kies welk standpunt blijft staan."
        errors = [(f"{question.anchor}-conflict", text), *errors]
    return area.page(
        "differ",
        dossier,
        question=question,
        form=form,
        kept=kept,
        role=by.role,
        role_name=ROLE,
        conflict=conflict,
        closed=closed,
        errors=errors,
        back_to_check=request.values.get("terug") == "controle",
    )
