"""The national picture: heatmap, tile map, a page for each factor, unit and question, and the workbook."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from app import auth, downloads
from app.auth import requires
from app.extensions import db
from app.picture import distribution
from app.picture.here import Here, find, find_for
from app.picture.tile_map import tile_map
from exports import national as national_export
from exports import wording
from surveys import reports
from surveys.reports import NationalReport, StatementRow
from surveys.reports.factor import FactorPicture, factor_picture, in_time
from surveys.reports.heatmap import SORTS
from surveys.reports.heatmap import heatmap as lay_out
from surveys.reports.levels import high_to_low, marks
from surveys.reports.question import question_picture
from surveys.reports.source import parents

blueprint = Blueprint("picture", __name__, url_prefix="/landelijk/<meting>")


def _report(here: Here) -> NationalReport:
    return reports.national(db.session(), here.measurement, here.pin.instrument)


@blueprint.get("/")
@requires("picture.view")
def heatmap(meting: str) -> str:
    """All units and all factors at a glance."""
    here = find(meting)
    report = _report(here)
    found = lay_out(
        report,
        parents(db.session(), here.measurement),
        sort=request.args.get("sorteer", "nummer"),
        parent=request.args.get("brigade"),
    )
    return render_template("picture/heatmap.html", here=here, report=report, heatmap=found, sorts=list(SORTS))


@blueprint.get("/kaart")
@requires("picture.view")
def tiles(meting: str) -> str:
    """The tile map of one factor beside its table, and a small map for each measurement."""
    asked = request.args.get("factor")
    here = find(meting, factor=asked)
    report = _report(here)
    code = asked or next(iter(report.instrument.factors))
    rounds = report.in_time[code]
    rows = [in_time(info.unit, rounds) for info in report.dossiers.values()]
    maps = [
        tile_map((row.unit, row.marks[place], here.unit(row.unit.code, code)) for row in rows)
        for place in range(len(rounds))
    ]
    return render_template(
        "picture/tiles.html",
        here=here,
        report=report,
        factor=report.instrument.factors[code],
        marks=high_to_low(marks(report.instrument)),
        rounds=rounds,
        rows=rows,
        maps=maps,
    )


@blueprint.get("/factor/<factor>")
@requires("picture.view")
def factor(meting: str, factor: str) -> str:
    """One factor: levels, distribution, proposal, development, questions and statements."""
    here = find(meting, factor=factor)
    report = _report(here)
    picture = factor_picture(report, factor)
    codes = list(report.instrument.factors)
    place = codes.index(factor)
    return render_template(
        "picture/factor.html",
        here=here,
        report=report,
        picture=picture,
        chart=distribution.chart(picture.figures, _scores(report, picture), report.instrument.levels),
        sentences=_sentences(report, (row for topic in picture.topics for row in topic.statements)),
        before=report.instrument.factors[codes[place - 1]] if place else None,
        after=report.instrument.factors[codes[place + 1]] if place + 1 < len(codes) else None,
    )


def _scores(report: NationalReport, picture: FactorPicture) -> list[float]:
    """The scores that the national figures are about: of the units that have a level."""
    levels = {level.code for level in report.instrument.levels}
    rows = [unit.factors[picture.factor.code] for unit in report.scores.values()]
    return [row.score for row in rows if row.level in levels and row.score is not None]


def _sentences(report: NationalReport, rows: Iterable[StatementRow]) -> dict[str, str | None]:
    noun = report.instrument.unit_noun
    return {
        row.statement.code: wording.sentence(row.statement.text, row.n, row.of, report.submitted, noun)
        for row in rows
    }


@blueprint.get("/eenheid/<eenheid>")
@requires("picture.view")
def unit(meting: str, eenheid: str) -> str:
    """One unit: its factors, and how each score came about."""
    dossier = auth.find_dossier(meting, eenheid)
    here = find_for(meting, dossier)
    report = reports.region(db.session(), dossier)
    return render_template(
        "picture/unit.html",
        here=here,
        report=report,
        marks=marks(report.instrument),
        rules={row.factor.code: wording.level_rule(report.instrument, row.why) for row in report.factors},
    )


@blueprint.get("/vraag/<code>")
@requires("picture.view")
def question(meting: str, code: str) -> str:
    """One question: how often each answer was given, and by which unit."""
    here = find(meting, question=code)
    report = _report(here)
    picture = question_picture(report, code)
    return render_template(
        "picture/question.html",
        here=here,
        report=report,
        picture=picture,
        sentences=_sentences(report, picture.statements),
    )


@blueprint.get("/excel")
@requires("picture.export")
def excel(meting: str) -> Response:
    """The national picture of all questionnaires that were sent out: a workbook, or `?vorm=csv`."""
    here = find(meting)
    form = downloads.asked()
    pins = [pin for pin in here.counted.pins if pin.total]
    if not pins:
        abort(404)
    found = [reports.national(db.session(), here.measurement, pin.instrument) for pin in pins]
    return downloads.send(national_export.book(*found), form, national_export.filename(*found, format=form))
