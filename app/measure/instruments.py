"""The questionnaires that are kept: checking and uploading one, comparing two, and seeing one filled in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage

from app.auth import acting, requires
from app.extensions import db
from app.fill_in.entries import as_they_stand
from app.manage.steps import LARGEST_ID
from app.measure import blueprint, forms
from app.measure.views import Page
from surveys import directory, instrument_faults, running, showing, versions
from surveys import measurements as rounds
from surveys.errors import InstrumentChanged, InstrumentFaults
from surveys.instrument_faults import Fault
from surveys.instruments import Instrument, parse
from surveys.measurements import instrument_of
from surveys.models import InstrumentText

NAME = "vragenlijst"


@blueprint.route("/vragenlijsten", methods=["GET", "POST"])
@requires(running.PERMISSION)
def instruments() -> Page:
    """The kept versions; a post checks a file, and keeps it when `doen` says so and nothing is wrong."""
    form = forms.Upload()
    faults: list[Fault] = []
    good: Instrument | None = None
    already = False
    if form.validate_on_submit():
        text = _text(form)
        if text is not None:
            try:
                good = parse(text, NAME)
                already = _is_kept(good)
                if request.form.get("doen") == "bewaren":
                    return _keep(good, already)
            except InstrumentFaults as error:
                faults = instrument_faults.faults(error, text, NAME)
            except InstrumentChanged as error:
                form.file.errors, good = [str(error)], None
    return _page(form, faults, good, already)


@blueprint.get("/vragenlijsten/verschil")
@requires(running.PERMISSION)
def instrument_diff() -> str:
    """Two versions of one questionnaire side by side: `?van=` the earlier, `&naar=` the later (their ids)."""
    earlier, later = _kept(request.args.get("van", "")), _kept(request.args.get("naar", ""))
    same = earlier.code == later.code
    return render_template(
        "measure/instrument_diff.html",
        earlier=earlier,
        later=later,
        diff=versions.compare(instrument_of(earlier), instrument_of(later)) if same else None,
    )


@blueprint.get("/vragenlijsten/<int:nummer>/voorbeeld")
@requires(running.PERMISSION)
def instrument_example(nummer: int) -> str:
    """A factor (`?factor=`, else the first) as respondents see it, filled in by way of example."""
    text = _kept(str(nummer))
    dossier = showing.filled_in(instrument_of(text))
    code = request.args.get("factor")
    view = dossier.factor(code) if code else dossier.factors[0]
    if view is None:
        abort(404)
    return render_template(
        "measure/instrument_example.html",
        text=text,
        dossier=dossier,
        view=view,
        entries=as_they_stand(view, fields=True),
        document=showing.DOCUMENT,
    )


def _text(form: Any) -> str | None:
    """The text of the file that was sent; None with an error at the field when there is none to read."""
    sent = request.files.get("file")
    if not isinstance(sent, FileStorage) or not sent.filename:
        form.file.errors = ["Kies eerst een bestand."]
        return None
    try:
        return sent.read().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        form.file.errors = [
            "Dit bestand bevat geen tekst in UTF-8. Sla het op als UTF-8 en kies het opnieuw."
        ]
        return None


def _is_kept(found: Instrument) -> bool:
    """Whether the same text is kept. Raises InstrumentChanged when another one is, under this version."""
    for text, _ in rounds.instruments(db.session()):
        if (text.code, text.version) == (found.code, found.version):
            if text.sha256 != found.sha256:
                raise InstrumentChanged(found.code, found.version)
            return True
    return False


def _keep(good: Instrument, already: bool) -> Page:
    rounds.add_instrument(db.session(), good, acting())
    db.session.commit()
    named = f"{good.title}, versie {good.version},"
    flash(
        f"{named} staat al in Meetlat, met dezelfde tekst. Er is niets gewijzigd."
        if already
        else f"{named} is bewaard.",
        "success",
    )
    return redirect(url_for("measure.instruments"), 303)


def _page(form: Any, faults: Sequence[Fault], good: Instrument | None, already: bool) -> Page:
    found = rounds.instruments(db.session())
    kinds = directory.kinds(db.session())
    page = render_template(
        "measure/instruments.html",
        form=form,
        faults=faults,
        good=good,
        already=already,
        found=found,
        kinds=kinds,
        by_code=_by_code([text for text, _ in found]),
    )
    return (page, 422) if faults or form.problems else page


def _by_code(texts: Sequence[InstrumentText]) -> dict[str, list[InstrumentText]]:
    """The versions of each questionnaire that has more than one, in their order."""
    found: dict[str, list[InstrumentText]] = {}
    for text in texts:
        found.setdefault(text.code, []).append(text)
    return {code: kept for code, kept in found.items() if len(kept) > 1}


def _kept(number: str) -> InstrumentText:
    """The kept version with this number, or 404."""
    if not number.isascii() or not number.isdigit() or int(number) > LARGEST_ID:
        abort(404)
    return db.session.get(InstrumentText, int(number)) or abort(404)
