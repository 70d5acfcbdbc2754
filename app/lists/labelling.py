"""Labels on the explanations of one question: putting them on, and the question's list of labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import downloads
from app.auth import acting, requires
from app.extensions import db
from app.lists import blueprint
from app.lists.here import Here, find
from app.manage.steps import LARGEST_ID
from exports import lists as files
from exports.plain import filename
from surveys import labels
from surveys.acting import now
from surveys.errors import Refused
from surveys.labels import Explanation, Put, Wish
from surveys.models import Label
from surveys.reports import MeasurementInfo
from surveys.running import PERMISSION

Page = str | Response | tuple[str, int]
SHOWN = {"alle": "Alle", "zonder": "Zonder label", "gewijzigd": "Gewijzigd na het labelen"}
"""Which explanations are shown."""


@blueprint.get("/labels/<code>")
@requires("picture.view")
def label(meting: str, code: str) -> Page:
    """All explanations of a question one under the other, with their labels."""
    return _page(_find(meting, code), code)


@blueprint.post("/labels/<code>")
@requires(PERMISSION)
def put(meting: str, code: str) -> Page:
    """Put labels on and take them off, each row by itself."""
    here = _find(meting, code)
    rows = _rows(here, code)
    wishes = {row.answer_id: wish for row in rows if (wish := _wish(row.answer_id)) is not None}
    found = labels.put(db.session(), here.pinned, code, rows, wishes, by=acting())
    db.session.commit()
    refused = {number: each for number, each in found.items() if each.refused}
    done = len(found) - len(refused)
    if refused:
        return _page(here, code, refused=refused, wishes=wishes, done=done), 409
    if done:
        noun = "toelichting" if done == 1 else "toelichtingen"
        flash(f"De labels van {done} {noun} zijn opgeslagen.", "success")
    else:
        flash("Er is niets gewijzigd.")
    return redirect(_address(here, code), 303)


@blueprint.post("/labels/<code>/toevoegen")
@requires(PERMISSION)
def add_label(meting: str, code: str) -> Page:
    """Add a label to the question's list."""
    here = _find(meting, code)
    name = request.form.get("naam", "")
    try:
        made = labels.add(db.session(), here.pinned.code, code, name, by=acting())
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        return _page(_find(meting, code), code, fault=("nieuw-label", str(refusal)), typed=name), 422
    flash(f"Het label ‘{made.name}’ is toegevoegd.", "success")
    return redirect(_address(here, code), 303)


@blueprint.route("/labels/<code>/label/<int:label_id>", methods=["GET", "POST"])
@requires(PERMISSION)
def change_label(meting: str, code: str, label_id: int) -> Page:
    """Rename, merge or remove a label, knowing how often it is used."""
    here = _find(meting, code)
    row = _label(here, code, label_id)
    counted = labels.counts(db.session(), here.measurement, here.pinned, code)
    fault, typed = None, row.name
    if request.method == "POST":
        typed = request.form.get("naam", row.name)
        try:
            flash(_changed(here, code, row, typed), "success")
            db.session.commit()
            return redirect(_address(here, code), 303)
        except Refused as refusal:
            db.session.rollback()
            here = _find(meting, code)
            fault = ("samen" if request.form.get("doen") == "samenvoegen" else "naam", str(refusal))
    page = render_template(
        "lists/change_label.html",
        here=here,
        question=here.instrument.questions[code],
        count=next(each for each in counted if each.id == label_id),
        others=[each for each in counted if each.id != label_id],
        fault=fault,
        typed=typed,
    )
    return (page, 422) if fault else page


@blueprint.get("/labels/<code>/bestand")
@requires("picture.view")
def labels_file(meting: str, code: str) -> Response:
    """The explanations as they are shown: a workbook, or `?vorm=csv`."""
    here = _find(meting, code)
    form, info = downloads.asked(), MeasurementInfo.of(here.measurement)
    rows = _narrowed(_rows(here, code))
    book = files.labels_book(info, here.instrument.questions[code], rows, now())
    return downloads.send(book, form, filename(info, f"labels-{code}", form))


def _find(meting: str, code: str) -> Here:
    return find(meting, request.args.get("eenheden"), question=code)


def _address(here: Here, code: str) -> str:
    shown = request.args.get("toon")
    return url_for(
        "lists.label", meting=here.measurement.code, code=code, eenheden=here.pinned.unit_kind, toon=shown
    )


def _rows(here: Here, code: str) -> tuple[Explanation, ...]:
    question = here.instrument.questions[code]
    return labels.explanations(db.session(), here.measurement, here.pinned, here.instrument, question)


def _narrowed(rows: Sequence[Explanation]) -> list[Explanation]:
    shown = request.args.get("toon")
    if shown == "zonder":
        return [row for row in rows if not row.labels]
    return [row for row in rows if shown != "gewijzigd" or row.changed]


def _label(here: Here, code: str, number: int) -> Label:
    """A label of this question, or 404."""
    if number > LARGEST_ID:
        abort(404)
    return labels.find(db.session(), here.pinned.code, code, number) or abort(404)


def _changed(here: Here, code: str, row: Label, name: str) -> str:
    """Do what was asked with a label; gives what to say of it. Raises Refused."""
    session, by, step, old = db.session(), acting(), request.form.get("doen"), row.name
    if step == "samenvoegen":
        chosen = request.form.get("samen", "")
        if not chosen.isascii() or not chosen.isdigit():
            raise Refused("Kies het label waar dit label in opgaat.")
        into = _label(here, code, int(chosen))
        used = labels.merge(session, row, into, by=by)
        return f"‘{old}’ is opgegaan in ‘{into.name}’. Het stond bij {used}."
    if step == "weghalen":
        used = labels.remove(session, row, by=by)
        return f"Het label ‘{old}’ is weg. Het stond bij {used}."
    labels.rename(session, row, name, by=by)
    return f"Het label ‘{old}’ heet nu ‘{row.name}’."


def _wish(answer_id: int) -> Wish | None:
    """What was sent for a row: `gezien-<id>` says which version and labels its sender saw."""
    seen = request.form.get(f"gezien-{answer_id}", "")
    version, _, numbers = seen.partition(":")
    if not _whole(version):
        return None
    return Wish(
        int(version),
        frozenset(int(each) for each in numbers.split(",") if _whole(each)),
        frozenset(int(each) for each in request.form.getlist(f"label-{answer_id}") if _whole(each)),
        f"gelezen-{answer_id}" in request.form,
    )


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_ID))


def _page(
    here: Here,
    code: str,
    *,
    refused: dict[int, Put] | None = None,
    wishes: dict[int, Wish] | None = None,
    done: int = 0,
    fault: tuple[str, str] | None = None,
    typed: str = "",
) -> Any:
    rows = _rows(here, code)
    kept = {number: wish for number, wish in (wishes or {}).items() if number in (refused or {})}
    codes = list(here.instrument.questions)
    place = codes.index(code)
    return render_template(
        "lists/label.html",
        here=here,
        question=here.instrument.questions[code],
        rows=_narrowed(rows),
        total=len(rows),
        changed=sum(row.changed for row in rows),
        bare=sum(not row.labels for row in rows),
        counts=labels.counts(db.session(), here.measurement, here.pinned, code),
        refused=refused or {},
        chosen={row.answer_id: _chosen(row, kept.get(row.answer_id)) for row in rows},
        done=done,
        fault=fault,
        typed=typed,
        shown=request.args.get("toon") if request.args.get("toon") in SHOWN else "alle",
        choices=SHOWN,
        before=codes[place - 1] if place else None,
        after=codes[place + 1] if place + 1 < len(codes) else None,
        files={
            form: url_for(
                "lists.labels_file",
                meting=here.measurement.code,
                code=code,
                eenheden=here.pinned.unit_kind,
                toon=request.args.get("toon"),
                vorm=form,
            )
            for form in ("xlsx", "csv")
        },
    )


def _chosen(row: Explanation, wish: Wish | None) -> frozenset[int]:
    """The labels that are ticked: those that it has, or what was chosen where that was refused."""
    return wish.wanted if wish else frozenset(mark.id for mark in row.labels)
