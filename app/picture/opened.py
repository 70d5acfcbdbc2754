"""What opens from the national picture: changes, the versions of an answer, and every table as a file."""

from __future__ import annotations

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from app import auth, downloads
from app.auth import requires
from app.extensions import db
from app.picture import shown
from app.picture.here import Here, find, find_for
from app.picture.views import blueprint, laid_out, report_of
from exports import picture as files
from exports.book import Book
from exports.formats import FORMATS
from exports.labels import CHANGES
from exports.plain import filename
from surveys.acting import now
from surveys.reports import MeasurementInfo, UnitInfo, narrowing
from surveys.reports.factor import factor_picture
from surveys.reports.history import history
from surveys.reports.narrowing import UnitChange
from surveys.reports.national import NationalReport
from surveys.reports.question import question_picture
from surveys.reports.source import parents


@blueprint.get("/bestand")
@requires("picture.view")
def heatmap_file(meting: str) -> Response:
    """The heatmap as it is shown."""
    here = find(meting)
    report = report_of(here)
    return _send(here, files.heatmap_book(report, laid_out(here, report), now()), "heatmap")


@blueprint.get("/factor/<factor>/bestand")
@requires("picture.view")
def factor_file(meting: str, factor: str) -> Response:
    """The units of a factor as they are shown."""
    here = find(meting, factor=factor)
    report = report_of(here)
    picture = factor_picture(report, factor)
    rows = narrowing.units_in_time(picture, parents(db.session(), here.measurement), shown.order())
    return _send(here, files.factor_book(report, picture, rows, now()), f"factor-{factor}")


@blueprint.get("/vraag/<code>/bestand")
@requires("picture.view")
def question_file(meting: str, code: str) -> Response:
    """The answers to a question as they are shown."""
    here = find(meting, question=code)
    report = report_of(here)
    picture = question_picture(report, code)
    rows = narrowing.answers(picture, parents(db.session(), here.measurement), shown.order())
    return _send(here, files.answers_book(report, picture.question, rows, now()), f"vraag-{code}")


@blueprint.get("/ontwikkeling")
@requires("picture.view")
def changes(meting: str) -> str:
    """What each factor of each unit did since the measurement before; `?soort=` for one kind of change."""
    here = find(meting)
    report = report_of(here)
    above = parents(db.session(), here.measurement)
    return render_template(
        "picture/changes.html",
        here=here,
        report=report,
        rows=_changes(report, above),
        kind=request.args.get("soort") if request.args.get("soort") in CHANGES else None,
        asked=shown.asked(here, "changes", narrowing.brigades(report.units, above)),
        files=shown.files(here, "changes_file"),
    )


@blueprint.get("/ontwikkeling/bestand")
@requires("picture.view")
def changes_file(meting: str) -> Response:
    """The changes as they are shown."""
    here = find(meting)
    report = report_of(here)
    return _send(
        here,
        files.changes_book(report, _changes(report, parents(db.session(), here.measurement)), now()),
        "ontwikkeling",
    )


@blueprint.get("/eenheid/<eenheid>/vraag/<code>")
@requires("picture.view")
def answer(meting: str, eenheid: str, code: str) -> str:
    """All versions of a unit's answer to a question: what it was and became, by whom, when, why."""
    dossier = auth.find_dossier(meting, eenheid)
    here = find_for(meting, dossier)
    question = here.instrument.questions.get(code) or abort(404)
    return render_template(
        "picture/answer.html",
        here=here,
        unit=UnitInfo.of(dossier.unit, dossier.measurement.period_until),
        question=question,
        steps=history(db.session(), dossier, question),
        files={
            form: here.url("answer_file", eenheid=eenheid, code=code, eenheden=None, vorm=form)
            for form in FORMATS
        },
    )


@blueprint.get("/eenheid/<eenheid>/vraag/<code>/bestand")
@requires("picture.view")
def answer_file(meting: str, eenheid: str, code: str) -> Response:
    """The versions of an answer."""
    dossier = auth.find_dossier(meting, eenheid)
    here = find_for(meting, dossier)
    question = here.instrument.questions.get(code) or abort(404)
    unit = UnitInfo.of(dossier.unit, dossier.measurement.period_until)
    info = MeasurementInfo.of(here.measurement)
    rows = history(db.session(), dossier, question)
    return _send(here, files.history_book(info, unit, question, rows, now()), f"{eenheid}-{code}-versies")


def _changes(report: NationalReport, above: narrowing.Parents) -> tuple[UnitChange, ...]:
    kind = request.args.get("soort")
    return narrowing.unit_changes(report, above, shown.order(), kind if kind in CHANGES else None)


def _send(here: Here, book: Book, what: str) -> Response:
    form = downloads.asked()
    return downloads.send(book, form, filename(MeasurementInfo.of(here.measurement), what, form))
