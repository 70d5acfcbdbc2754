"""The national picture: heatmap, tile map, a page for each factor, unit and question, and the workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from app import auth, downloads, explained
from app.auth import requires
from app.extensions import db
from app.lists.here import new_list_url
from app.picture import distribution, shown
from app.picture.here import Here, find, find_for
from app.picture.tile_map import tile_map
from exports import dictionary as data_dictionary
from exports import national as national_export
from exports import wording
from surveys import correcting, figures, labels, reports
from surveys.acting import now
from surveys.instruments import Question
from surveys.judged import Judged, confirmed_in
from surveys.measurements import instrument_of
from surveys.overview import MeasurementCount, PinCount
from surveys.reports import MeasurementInfo, NationalReport, StatementRow, UnitInfo, country, narrowing
from surveys.reports.factor import FactorPicture, factor_picture
from surveys.reports.heatmap import SORTS, Heatmap
from surveys.reports.heatmap import heatmap as lay_out
from surveys.reports.judgements import judgements
from surveys.reports.levels import high_to_low, marks
from surveys.reports.question import STATES, AnswerGroup, question_picture
from surveys.reports.source import parents
from surveys.working_lists import Row, operator_of, rows_of

blueprint = Blueprint("picture", __name__, url_prefix="/landelijk/<meting>")


def report_of(here: Here) -> NationalReport:
    """The national picture of the measurement and the questionnaire."""
    return reports.national(db.session(), here.measurement, here.pin.instrument)


@blueprint.get("/")
@requires("picture.view")
def heatmap(meting: str) -> str:
    """All units and all factors at a glance."""
    here = find(meting)
    report = report_of(here)
    return render_template(
        "picture/heatmap.html",
        here=here,
        report=report,
        heatmap=laid_out(here, report),
        sorts=list(SORTS),
        files=shown.files(here, "heatmap_file"),
        judged=_judged(here),
    )


def _judged(here: Here) -> Mapping[str, Judged]:
    """The confirmed national judgements by factor, for inspectors: those that this questionnaire decides."""
    if not auth.may("measurement.judge"):
        return {}
    found = country.confirmed(db.session(), here.measurement)
    first = here.counted.pins[0]
    mine = here.instrument.factors.keys() - (
        set() if here.pin is first else instrument_of(first.instrument).factors.keys()
    )
    return {code: each for code, each in found.items() if code in mine}


def laid_out(here: Here, report: NationalReport) -> Heatmap:
    """The heatmap as the address asks for it."""
    return lay_out(
        report,
        parents(db.session(), here.measurement),
        sort=request.args.get("sorteer", "nummer"),
        parent=request.args.get("brigade"),
    )


@blueprint.get("/kaart")
@requires("picture.view")
def tiles(meting: str) -> str:
    """The tile map of one factor beside its table, and a small map for each measurement."""
    asked = request.args.get("factor")
    here = find(meting, factor=asked)
    report = report_of(here)
    code = asked or next(iter(report.instrument.factors))
    picture = factor_picture(report, code)
    above = parents(db.session(), here.measurement)
    rounds = picture.rounds
    maps = [
        tile_map((row.unit, row.marks[place], here.unit(row.unit.code, code)) for row in picture.units)
        for place in range(len(rounds))
    ]
    return render_template(
        "picture/tiles.html",
        here=here,
        report=report,
        factor=report.instrument.factors[code],
        marks=high_to_low(marks(report.instrument)),
        rounds=rounds,
        rows=narrowing.units_in_time(picture, above, shown.order()),
        asked=shown.asked(here, "tiles", narrowing.brigades(report.units, above), factor=code),
        files=shown.files(here, "factor_file", factor=code),
        maps=maps,
    )


@blueprint.get("/factor/<factor>")
@requires("picture.view")
def factor(meting: str, factor: str) -> str:
    """One factor: levels, distribution, proposal, development, questions and statements."""
    here = find(meting, factor=factor)
    report = report_of(here)
    picture = factor_picture(report, factor)
    codes = list(report.instrument.factors)
    place = codes.index(factor)
    above = parents(db.session(), here.measurement)
    return render_template(
        "picture/factor.html",
        here=here,
        report=report,
        picture=picture,
        rows=narrowing.units_in_time(picture, above, shown.order()),
        asked=shown.asked(here, "factor", narrowing.brigades(report.units, above), factor=factor),
        files=shown.files(here, "factor_file", factor=factor),
        make_list=lambda condition: new_list_url(meting, here.instrument, rows_of(condition)),
        chart=distribution.chart(picture.figures, _scores(report, picture), report.instrument.levels),
        sentences=_sentences(report, (row for topic in picture.topics for row in topic.statements)),
        judged=_judged(here).get(factor),
        before=report.instrument.factors[codes[place - 1]] if place else None,
        after=report.instrument.factors[codes[place + 1]] if place + 1 < len(codes) else None,
    )


def _scores(report: NationalReport, picture: FactorPicture) -> list[tuple[float, UnitInfo]]:
    """The scores that the national figures are about, and whose: of the units that have a level."""
    levels = {level.code for level in report.instrument.levels}
    code = picture.factor.code
    rows = [(each.factors[code], report.dossiers[unit].unit) for unit, each in report.scores.items()]
    return [(row.score, unit) for row, unit in rows if row.level in levels and row.score is not None]


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
        checks=[
            (check.text, new_list_url(meting, report.instrument, [Row("check", check.code, "with")]))
            for check in report.fired
        ],
        judgements=confirmed_in(db.session(), dossier) if auth.may("dossier.judge", dossier.unit_id) else {},
        rules={row.factor.code: wording.level_rule(report.instrument, row.why) for row in report.factors},
        may_correct=correcting.correctable(dossier) and auth.may(correcting.PERMISSION, dossier.unit_id),
    )


@blueprint.get("/vraag/<code>")
@requires("picture.view")
def question(meting: str, code: str) -> str:
    """One question: how often each answer was given, and by which unit."""
    here = find(meting, question=code)
    report = report_of(here)
    picture = question_picture(report, code)
    above = parents(db.session(), here.measurement)
    return render_template(
        "picture/question.html",
        here=here,
        report=report,
        picture=picture,
        sentences=_sentences(report, picture.statements),
        rows=narrowing.answers(picture, above, shown.order()),
        asked=shown.asked(here, "question", narrowing.brigades(report.units, above), code=code),
        files=shown.files(here, "question_file", code=code),
        labels=labels.counts(db.session(), here.measurement, here.pin.instrument, code),
        make_list=lambda group: new_list_url(meting, here.instrument, _rows(picture.question, group)),
    )


def _rows(question: Question, group: AnswerGroup) -> list[Row]:
    """The rows of a working list that has the units which gave an answer."""
    if question.type == "number" and group.code not in STATES:
        return [Row("answer", question.code, limit, (group.code,)) for limit in ("at_least", "at_most")]
    value = f"~{group.code}" if group.code in STATES else group.code
    return [Row("answer", question.code, operator_of(question), (value,))]


@blueprint.get("/excel")
@requires("picture.export", fresh=True)
def excel(meting: str) -> Response:
    """The national picture of all questionnaires that were sent out: a workbook, or `?vorm=ods` or `csv`.

    Inspectors get the confirmed judgements with it.
    """
    here = find(meting)
    form = downloads.asked()
    found = [
        reports.national(db.session(), here.measurement, pin.instrument) for pin in _sent_out(here.counted)
    ]
    judging = auth.may("measurement.judge") and auth.may("dossier.judge")
    book = national_export.book(
        *found,
        judgements=judgements(db.session(), here.measurement) if judging else None,
        series=figures.listed(db.session()),
        terms=explained.glossary(),
    )
    return downloads.send(book, form, national_export.filename(*found, format=form))


@blueprint.get("/gegevenswoordenboek")
@requires("picture.export")
def dictionary(meting: str) -> Response:
    """What the columns and codes of that file mean: a workbook, or `?vorm=ods` or `csv`."""
    here = find(meting)
    form = downloads.asked()
    instruments = [instrument_of(pin.instrument) for pin in _sent_out(here.counted)]
    info = MeasurementInfo.of(here.measurement)
    return downloads.send(
        data_dictionary.book(info, instruments, now(), explained.glossary()),
        form,
        data_dictionary.filename(info, form),
    )


def _sent_out(counted: MeasurementCount) -> list[PinCount]:
    """The questionnaires that units have; 404 where there are none."""
    pins = [pin for pin in counted.pins if pin.total]
    if not pins:
        abort(404)
    return pins
