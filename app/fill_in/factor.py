"""The page of one factor: its questions, saved all at once by a button; each is saved by itself as well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import abort, flash, g, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app import explained
from app.auth import acting, requires
from app.extensions import db
from app.fill_in import area, company, evidence
from app.fill_in.area import blueprint
from app.fill_in.entries import Entry, as_they_stand, with_what_is_lost, with_what_was_sent
from app.forms import AnswerForm
from app.holding import holds_posts
from surveys import saving
from surveys.answers import Save
from surveys.errors import DossierNotOpen, MeasurementClosed
from surveys.questionnaire import FactorView, Reading
from surveys.saving import Outcome


@dataclass(frozen=True)
class Pressed:
    """The button that sent the page: what it does, to which question, and with which earlier measurement."""

    action: str = "blijf"
    question: str = ""
    measurement: str = ""

    @classmethod
    def of(cls, data: MultiDict[str, str]) -> Pressed:
        """Read it from `doen`: an action, and after colons the measurement and the question if any."""
        action, _, rest = data.get("doen", "blijf").partition(":")
        if action == "overnemen":
            measurement, _, question = rest.partition(":")
            return cls(action, question, measurement)
        return cls(action, rest)


@blueprint.get("/factor/<factor>")
@requires("dossier.view")
def show_factor(meting: str, eenheid: str, factor: str) -> str:
    """Show a factor: with fields for who can answer now, without for others."""
    dossier = area.reading()
    view = _found(dossier, factor)
    can_answer = area.can_answer(dossier)
    if can_answer:
        company.arrive(dossier.dossier, view.factor.code)
    return draw(dossier, view, as_they_stand(view, fields=can_answer))


@blueprint.post("/factor/<factor>")
@requires("dossier.answer")
@holds_posts
def save_factor(meting: str, eenheid: str, factor: str) -> Response | tuple[str, int]:
    """Save what was changed on the page; what can't be saved is shown again as it was typed."""
    before = area.reading()
    view = _found(before, factor)
    pressed = Pressed.of(request.form)
    sent = forms_sent(view, request.form)
    held = _prepare(pressed, view, sent)
    try:
        files_refused = evidence.take(before.dossier, sent)
    except (MeasurementClosed, DossierNotOpen) as refusal:
        db.session.rollback()
        return too_late(view.factor.code, sent, str(refusal))
    saves, waiting = to_save({code: form for code, form in sent.items() if code not in held})
    waiting |= {code: sent[code] for code in held}
    try:
        outcome = saving.save_page(db.session(), before.dossier, saves, by=acting())
    except (MeasurementClosed, DossierNotOpen) as refusal:
        db.session.rollback()
        return too_late(view.factor.code, sent, str(refusal))
    db.session.commit()
    return _answer(view.factor.code, pressed, sent, outcome, waiting, files_refused)


def forms_sent(view: FactorView, data: MultiDict[str, str]) -> dict[str, AnswerForm]:
    """The forms of the questions that were on the page."""
    forms = ((each.code, AnswerForm.sent(each, data)) for each in view.questions)
    return {code: form for code, form in forms if form is not None}


def to_save(sent: Mapping[str, AnswerForm]) -> tuple[dict[str, Save], dict[str, AnswerForm]]:
    """What can be saved, and the forms of what can't: those have errors now."""
    saves, refused = {}, {}
    for code, form in sent.items():
        content = form.read()
        if content is None:
            refused[code] = form
        else:
            saves[code] = Save(content, form.seen_version)
    return saves, refused


def too_late(factor: str, sent: Mapping[str, AnswerForm], why: str) -> tuple[str, int]:
    """Show the factor without fields, with what was typed after it closed."""
    dossier = area.reading()
    view = _found(dossier, factor)
    return draw(dossier, view, with_what_is_lost(view, sent), refusal=why), 409


def draw(
    dossier: Reading,
    view: FactorView,
    entries: list[Entry],
    refusal: str | None = None,
    *,
    kept: bool = False,
) -> str:
    """Render the page of a factor.

    `refusal`: why nothing that was sent is saved. `kept`: all of it is, but for a file.
    """
    texts = [
        text
        for each in view.questions
        for text in (each.question.text, each.question.help, *each.question.labels.values())
    ]
    return area.page(
        "factor",
        dossier,
        view=view,
        entries=entries,
        refusal=refusal,
        kept=kept,
        errors=[error for entry in entries for error in entry.errors],
        explained=_explained([view.factor.title, view.factor.criterion, *texts]),
        back_to_check=request.values.get("terug") == "controle",
    )


def _explained(texts: list[str | None]) -> dict[str, str]:
    """What the words and the abbreviations that stand in some texts mean, in the order of the alphabet."""
    glossary = explained.glossary()
    found = glossary.asked_in(texts) | glossary.used_in(texts)
    return {term: found[term] for term in sorted(found, key=str.lower)}


def _found(dossier: Reading, factor: str) -> FactorView:
    view = dossier.factor(factor)
    if view is None:
        abort(404)
    return view


def _prepare(pressed: Pressed, view: FactorView, sent: dict[str, AnswerForm]) -> set[str]:
    """Do what the button says to one question. Gives the ones that wait for their writer to look first."""
    form = sent.get(pressed.question)
    if form is None:
        return set()
    if pressed.action == "wissen":
        form.clear()
    elif pressed.action == "mijn":
        form.keep_mine()
    elif pressed.action == "hun":
        del sent[pressed.question]
    elif pressed.action == "samen":
        form.merge(view[pressed.question].content)
        return {pressed.question}
    elif pressed.action == "overnemen":
        for each in view[pressed.question].earlier:
            if each.measurement.code == pressed.measurement and each.note:
                form.add_note(each.note)
        return {pressed.question}
    return set()


def _answer(
    factor: str,
    pressed: Pressed,
    sent: Mapping[str, AnswerForm],
    outcome: Outcome,
    waiting: dict[str, AnswerForm],
    files_refused: Mapping[str, list[str]],
) -> Response | tuple[str, int]:
    waiting |= {code: sent[code] for code in outcome.stale}
    after = area.reading()
    view = _found(after, factor)
    # who only had a file refused must not think that the page as a whole was
    kept = bool(files_refused) and not waiting
    for code, texts in files_refused.items():
        # the answer itself is kept, or waits for another reason
        waiting.setdefault(code, AnswerForm.of(view[code])).refuse_files(texts)
    refused = any(form.errors_to_show for form in waiting.values())
    if waiting:
        merged = pressed.question if pressed.action == "samen" else None
        page = draw(after, view, with_what_was_sent(view, waiting, outcome.stale, merged), kept=kept)
        return page, 409 if outcome.stale else 422 if refused else 200
    added = [each for each in view.questions if each.asked and each.code not in sent]
    if added and pressed.action == "verder":
        codes = ", ".join(each.code for each in added)
        flash(
            f"Uw antwoorden zijn opgeslagen. Door uw antwoorden is er een vraag bij gekomen: {codes}."
            if len(added) == 1
            else f"Uw antwoorden zijn opgeslagen. Door uw antwoorden zijn er vragen bij gekomen: {codes}.",
            "success",
        )
        return redirect(_here(view, added[0].anchor), 303)
    flash("Uw antwoorden zijn opgeslagen.", "success")
    if "held" in g and not pressed.question and outcome.changed:
        pressed = replace(pressed, question=outcome.changed[0])  # who was away begins where he was
    return redirect(_onward(view, pressed), 303)


def _onward(view: FactorView, pressed: Pressed) -> str:
    if pressed.action == "terug":
        return area.address("check" if request.form.get("terug") == "controle" else "overview")
    if pressed.action == "verder":
        if view.following is None:
            return area.address("check")
        return area.address("show_factor", factor=view.following.code)
    known = pressed.question in {each.code for each in view.questions}
    return _here(view, view[pressed.question].anchor if known else None)


def _here(view: FactorView, anchor: str | None) -> str:
    back = request.form.get("terug") or None
    return area.address("show_factor", factor=view.factor.code, terug=back, _anchor=anchor)
