"""The measurements: the list, making one from another, what is compared with what, and its steps."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields import Field

from app.auth import acting, requires
from app.extensions import db
from app.manage.steps import answer, take
from app.measure import blueprint, forms
from app.measure.here import find
from surveys import directory, overview, running, terms, versions
from surveys import measurements as rounds
from surveys.measurements import STATES, instrument_of
from surveys.models import InstrumentText, Measurement, MeasurementInstrument

Page = str | Response | tuple[str, int]


@blueprint.get("/")
@requires(running.PERMISSION)
def measurements() -> str:
    """All measurements with their states, the newest first."""
    return render_template("measure/list.html", rows=overview.measurements(db.session()), states=STATES)


@blueprint.route("/nieuw", methods=["GET", "POST"])
@requires(running.PERMISSION)
def new() -> Page:
    """Make a measurement, from a previous one or from nothing."""
    earlier = _earlier(request.args.get("vorige"))
    form = forms.measurement_form(_offered(), data=_from_previous(earlier))
    if form.validate_on_submit():

        def step() -> Measurement:
            return running.prepare(
                db.session(), code=form.code.data, details=_details(form), pinned=_pinned(form), by=acting()
            )

        made = take(form, step, _at(form))
        if made is not None:
            flash(f"De meting {made.name} is gemaakt.", "success")
            return redirect(url_for("measure.measurement", meting=made.code), 303)
    return answer(
        "measure/new.html",
        form,
        earlier=earlier,
        others=overview.measurements(db.session()),
        pins=_pins(form),
    )


@blueprint.get("/<meting>/")
@requires(running.PERMISSION)
def measurement(meting: str) -> str:
    """One measurement: what it is, how far it is, and what can be done."""
    row = find(meting)
    return render_template(
        "measure/measurement.html",
        row=row,
        states=STATES,
        kinds=running.KINDS,
        nouns=running.nouns(row),
        counts=running.dossier_counts(db.session(), row),
        ahead=running.ahead(db.session(), row),
        history=running.history(db.session(), row),
        can_send=running.can_send(row),
        can_change_term=bool(terms.changeable(db.session(), row)),
        can_remind=row.state in rounds.ANSWERING,
        judged=running.judged(db.session(), row),
    )


@blueprint.route("/<meting>/vier-ogen", methods=["GET", "POST"])
@requires(running.PERMISSION)
def four_eyes(meting: str) -> Page:
    """Say who confirms a judgement: any other inspector, or one of another organisation."""
    row = find(meting)
    form = forms.FourEyes(data={"two_organisations": row.two_organisations})
    if form.validate_on_submit():

        def go() -> bool:
            running.set_two_organisations(db.session(), row, form.two_organisations.data, acting())
            return True

        if take(form, go):
            flash("De instelling is opgeslagen.", "success")
            return redirect(url_for("measure.measurement", meting=meting), 303)
    return answer("measure/four_eyes.html", form, row=row, judged=running.judged(db.session(), row))


@blueprint.route("/<meting>/wijzigen", methods=["GET", "POST"])
@requires(running.PERMISSION)
def change(meting: str) -> Page:
    """Change what a measurement is, while it is being prepared."""
    row = find(meting)
    form = forms.measurement_form(_offered(), data=_values(row))
    del form.code
    if form.validate_on_submit():

        def step() -> bool:
            running.change(db.session(), row, details=_details(form), pinned=_pinned(form), by=acting())
            return True

        if take(form, step, _at(form)):
            flash("De gegevens zijn gewijzigd.", "success")
            return redirect(url_for("measure.measurement", meting=meting), 303)
    return answer("measure/change.html", form, row=row, pins=_pins(form))


@blueprint.get("/<meting>/verschillen")
@requires(running.PERMISSION)
def differences(meting: str) -> str:
    """Per questionnaire: what differs from the measurement before, and what stays comparable."""
    row = find(meting)
    found: list[tuple[MeasurementInstrument, Measurement | None, versions.VersionDiff | None]] = []
    for pin in row.pins:
        earlier = running.before(db.session(), row, pin.instrument)
        if earlier is None:
            found.append((pin, None, None))
        else:
            diff = versions.compare(instrument_of(earlier[1]), instrument_of(pin.instrument))
            found.append((pin, earlier[0], diff))
    return render_template("measure/differences.html", row=row, found=found, nouns=running.nouns(row))


@blueprint.route("/<meting>/stap/<stap>", methods=["GET", "POST"])
@requires(running.PERMISSION, fresh=True)
def step(meting: str, stap: str) -> Page:
    """Look at a step before it is taken: what it means, what stands in its way; and take it."""
    row = find(meting)
    if stap not in {each.name for each in running.STEPS.values()}:
        abort(404)
    form = forms.Reason()
    found = next((each for each in running.ahead(db.session(), row) if each.step.name == stap), None)
    to, taken = next((to, each) for (_, to), each in running.STEPS.items() if each.name == stap)
    if form.validate_on_submit():

        def go() -> bool:
            running.take(db.session(), row, to, acting(), form.reason.data)
            return True

        if take(form, go, form.reason if taken.reason and found and not found.refused else None):
            flash(f"De meting staat nu op ‘{STATES[to]}’.", "success")
            return redirect(url_for("measure.measurement", meting=meting), 303)
    ends = to in ("bezoeken", "landelijk_beeld")
    return answer(
        "measure/step.html",
        form,
        row=row,
        step=taken,
        found=found,
        states=STATES,
        to=to,
        outstanding=running.outstanding(db.session(), row) if found and ends else [],
    )


def _at(form: Any) -> Field | None:
    """The field at which a refusal belongs, as far as what was sent says; else it stands above the form."""
    code = form.code.data if "code" in form else None
    if code is not None and (code in running.RESERVED or overview.code_taken(db.session(), code)):
        return form.code
    if form.last.data < form.first.data:
        return form.last
    return None


def _earlier(code: str | None) -> Measurement | None:
    """The measurement that a new one is made from; 404 when the address names one that is not there."""
    if not code:
        return None
    return overview.measurement_by_code(db.session(), code) or abort(404)


def _offered() -> dict[str, tuple[str, list[InstrumentText]]]:
    kinds = directory.kinds(db.session())
    found: dict[str, tuple[str, list[InstrumentText]]] = {}
    for text, _ in rounds.instruments(db.session()):
        found.setdefault(text.unit_kind, (kinds[text.unit_kind].many, []))[1].append(text)
    # regions first, as in lists of units: the national picture opens with the first
    return dict(sorted(found.items(), reverse=True))


def _places() -> dict[str, str]:
    return {kind: f"{forms.PINS}{place}" for place, kind in enumerate(_offered())}


def _from_previous(earlier: Measurement | None) -> dict[str, Any]:
    """What a new measurement takes over: what it asks and by which questionnaires, not its name or dates."""
    if earlier is None:
        return {"kind": "anders"}
    kept = {"kind", "fictief", "question", "scope", "discussed_with", "two_organisations"}
    return {
        name: value for name, value in _values(earlier).items() if name in kept or name.startswith(forms.PINS)
    }


def _values(row: Measurement) -> dict[str, Any]:
    places = _places()
    return {
        "code": row.code,
        "name": row.name,
        "kind": row.kind,
        "year": row.year,
        "first": row.period_from,
        "last": row.period_until,
        "question": row.question,
        "scope": row.scope,
        "discussed_with": row.discussed_with,
        "two_organisations": row.two_organisations,
        "fictief": row.fictief,
        **{places[pin.unit_kind]: str(pin.instrument_id) for pin in row.pins},
    }


def _details(form: Any) -> running.Details:
    return running.Details(
        name=form.name.data,
        kind=form.kind.data,
        year=form.year.data,
        period=rounds.Period(form.first.data, form.last.data),
        fictief=form.fictief.data,
        question=form.question.data or "",
        scope=form.scope.data or "",
        discussed_with=form.discussed_with.data or "",
        two_organisations=form.two_organisations.data,
    )


def _pins(form: Any) -> list[Any]:
    return [field for field in form if field.name.startswith(forms.PINS)]


def _pinned(form: Any) -> list[InstrumentText]:
    """The versions that were chosen; the form let through only what it offered."""
    return [db.session.get_one(InstrumentText, int(field.data)) for field in _pins(form) if field.data]
