"""The national judgements: all factors of a measurement, and one factor with its evidence and the form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import downloads
from app.auth import acting, requires
from app.confirming import JUDGING
from app.extensions import db
from app.judge import blueprint
from app.judge.factor import DONE as DONE_IN_A_DOSSIER
from app.judge.factor import Typed, seen_version, status_of
from app.judge.here import viewer
from app.manage.steps import LARGEST_ID
from app.measure.here import find
from app.picture.here import Here
from app.picture.here import find as find_picture
from exports import country as file
from exports import wording
from surveys import judging, sources
from surveys.acting import By, now
from surveys.errors import InvalidJudgement, MeetlatError, NotNow, Refused
from surveys.instruments import Question
from surveys.judging import About, Draft
from surveys.measurements import STATES
from surveys.models import Measurement
from surveys.reports import MeasurementInfo, StatementRow
from surveys.reports import country as reports
from surveys.reports.country import Country, CountrySheet, Side
from surveys.reports.factor import QuestionCounts
from surveys.reports.levels import high_to_low, marks
from surveys.reports.small import traceable

Page = str | Response | tuple[str, int]

PERMISSION = "measurement.judge"
FIELDS = {
    "niveau": "level",
    "motivering": "motivation",
    "conclusie": "finding",
    "aandachtspunten": "attention",
}
"""The fields of the form and the parts of a judgement that they are."""
ANCHORS = {
    "level": "niveau",
    "motivation": "motivering",
    "finding": "conclusie",
    "attention": "aandachtspunten",
    "remark": "opmerking",
    "reason": "reden",
    "looked": "gezien",
}
"""The field that a refusal about a part of a judgement is about."""
DONE = {
    **DONE_IN_A_DOSSIER,
    "aandacht": "De voorgestelde aandachtspunten zijn overgenomen, en opgeslagen als concept.",
}
"""What each button did, in words."""


@dataclass(frozen=True)
class Point:
    """A point of attention that the answers propose: its question, and the line that takes it over."""

    question: Question
    side: Side
    line: str
    taken: bool


@dataclass(frozen=True)
class SideHere:
    """One questionnaire's part of the page: its place in the national picture, and its statements in words.

    `small` says which counts can be traced back to a few units: codes of statements, and of levels after
    `berekend` or `oordeel`. It is empty where every count can be.
    """

    side: Side
    here: Here
    sentences: dict[str, str | None]
    small: frozenset[str]


@blueprint.get("/<meting>/landelijk")
@requires(PERMISSION)
def country(meting: str) -> str:
    """All factors with the proposal and its grounds, the judgement, and how far that is."""
    row = find(meting)
    found, asked = _read(row), _asked()
    parts: dict[str, Any] = {**asked, "meting": meting}

    def sorted_by(column: str) -> str:
        again = found.sort == column and not found.down
        return url_for("judge.country", **{**parts, "sorteer": column, "omlaag": "ja" if again else None})

    return render_template(
        "judge/country.html",
        row=row,
        found=found,
        asked=asked,
        sorted_by=sorted_by,
        labels=judging.STATES,
        stage=STATES[row.state],
        may_write=row.state in judging.COUNTRY_DRAFTING,
        may_offer=row.state in judging.COUNTRY_JUDGED,
        files={form: url_for("judge.country_file", **parts, vorm=form) for form in ("xlsx", "csv")},
    )


@blueprint.get("/<meting>/landelijk/bestand")
@requires(PERMISSION)
def country_file(meting: str) -> Response:
    """The factors as they are shown: a workbook, or `?vorm=csv`."""
    row, form = find(meting), downloads.asked()
    info = MeasurementInfo.of(row)
    return downloads.send(file.country_book(info, _read(row), now()), form, file.country_filename(info, form))


def _asked() -> dict[str, str]:
    """What the address asks for, without what is empty."""
    names = ("stand", "wacht", "sorteer", "omlaag")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _read(row: Measurement) -> Country:
    asked = _asked()
    return reports.country(
        db.session(),
        row,
        viewer(),
        state=asked.get("stand"),
        waiting="wacht" in asked,
        sort=asked.get("sorteer", "factor"),
        down="omlaag" in asked,
    )


@blueprint.get("/<meting>/landelijk/factor/<factor>")
@requires(PERMISSION)
def country_factor(meting: str, factor: str) -> str:
    """One factor nationally with everything that a judgement rests on, and the judgement itself."""
    return _draw(About(find(meting), None, factor))


@blueprint.post("/<meting>/landelijk/factor/<factor>")
@requires(PERMISSION, fresh=JUDGING)
def judge_country(meting: str, factor: str) -> Page:
    """Take a step with a national judgement. What is refused is shown again with what was typed."""
    about = About(find(meting), None, factor)
    _ = about.pins  # a factor that is nowhere is not found
    typed = Typed(
        _draft(about),
        request.form.get("opmerking", ""),
        request.form.get("reden", ""),
        "gezien" in request.form,
    )
    step = request.form.get("doen", "opslaan")
    step = step if step in DONE else "opslaan"
    try:
        _take(about, step, typed, acting())
        db.session.commit()
    except (InvalidJudgement, NotNow) as refusal:
        db.session.rollback()
        return _draw(about, typed, refusal), status_of(refusal)
    flash(DONE[step], "success")
    return redirect(url_for("judge.country_factor", meting=meting, factor=factor, _anchor="oordeel"), 303)


@blueprint.post("/<meting>/landelijk/factor/<factor>/bronnen")
@requires(PERMISSION, fresh=JUDGING)
def cite_for_country(meting: str, factor: str) -> Page:
    """Cite a source for this factor of the country."""
    row = find(meting)
    about = About(row, None, factor)
    _ = about.pins
    sent = request.form.get("bron", "")
    number = int(sent[:10]) if sent.isascii() and sent.isdecimal() else 0
    found = sources.find(db.session(), row, number) if 0 < number <= LARGEST_ID else None
    try:
        if found is None:
            raise Refused("Kies een bron uit de lijst.")
        page, note = request.form.get("bladzijde"), request.form.get("notitie")
        sources.cite(db.session(), found, None, factor, page, note, by=acting())
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        return _draw(about, refusal=refusal, citing=True), status_of(refusal)
    flash("De verwijzing is bewaard.", "success")
    return redirect(url_for("judge.country_factor", meting=meting, factor=factor, _anchor="bronnen"), 303)


@blueprint.post("/<meting>/landelijk/factor/<factor>/bronnen/<int:verwijzing>/verwijderen")
@requires(PERMISSION, fresh=JUDGING)
def uncite_for_country(meting: str, factor: str, verwijzing: int) -> Page:
    """Take a citation for this factor of the country away."""
    row = find(meting)
    _ = About(row, None, factor).pins
    if verwijzing not in {each.id for each in sources.cited(db.session(), row, None).get(factor, ())}:
        abort(404)
    sources.uncite(db.session(), row, verwijzing, by=acting())
    db.session.commit()
    flash("De verwijzing is weggehaald.", "success")
    return redirect(url_for("judge.country_factor", meting=meting, factor=factor, _anchor="bronnen"), 303)


def _draft(about: About) -> Draft:
    """What was typed; what is kept where the form had no text, as that of who confirms."""
    if not FIELDS.keys() & request.form.keys():
        return Draft.of(judging.current(db.session(), about))
    return Draft(**{part: request.form.get(name) or None for name, part in FIELDS.items()})


def _take(about: About, step: str, typed: Typed, by: By) -> None:
    session, seen, basis = db.session(), seen_version(), request.form.get("basis", "")
    if step == "bevestigen":
        judging.confirm(session, about, by=by, seen_version=seen, seen_basis=basis, looked=typed.looked)
    elif step == "teruggeven":
        judging.give_back(session, about, typed.remark, by=by, seen_version=seen)
    elif step == "heropenen":
        judging.reopen(session, about, typed.reason, by=by, seen_version=seen)
    elif step == "overnemen":
        judging.take_over(session, about, typed.draft, by=by, seen_version=seen, seen_basis=basis)
    else:
        draft = typed.draft
        if step == "aandacht":
            sheet = reports.sheet(session, about, viewer())
            draft = replace(draft, attention=_with_points(draft.attention, _points(sheet, draft.attention)))
        row = judging.save(session, about, draft, by=by, seen_version=seen, seen_basis=basis)
        if step == "voorleggen":
            judging.offer(session, about, by=by, seen_version=row.version)


def _points(sheet: CountrySheet, attention: str | None) -> list[Point]:
    """What the answers propose as points of attention; `taken`: the text has its question already."""
    lines = (attention or "").splitlines()
    return [
        Point(
            each.question,
            side,
            _line(side, each),
            any(line.startswith(f"{each.question.code} ") for line in lines),
        )
        for side, each in sheet.attention
    ]


def _line(side: Side, each: QuestionCounts) -> str:
    limit = side.report.instrument.rules.attention_below
    mean = wording.decimal(each.figures.mean_score, [limit])
    return (
        f"{each.question.code} {each.question.text} (gemiddelde score {mean}, grens {wording.decimal(limit)})"
    )


def _with_points(attention: str | None, points: list[Point]) -> str:
    kept = [attention.rstrip()] if attention and attention.strip() else []
    return "\n".join([*kept, *(point.line for point in points if not point.taken)])


def _side_here(side: Side, here: Here) -> SideHere:
    pin = next(each for each in here.counted.pins if each.instrument.unit_kind == side.unit_kind)
    rows = [row for topic in side.picture.topics for row in topic.statements]
    report = side.report
    return SideHere(
        side,
        Here(here.counted, pin),
        {
            row.statement.code: wording.sentence(
                row.statement.text, row.n, row.of, report.submitted, report.instrument.unit_noun
            )
            for row in rows
        },
        frozenset() if side.few else _small(side, rows),
    )


def _small(side: Side, rows: list[StatementRow]) -> frozenset[str]:
    groups = [("berekend", each) for each in side.picture.levels]
    groups += [("oordeel", each) for each in side.judged]
    return frozenset(
        [row.statement.code for row in rows if traceable(row.n)]
        + [f"{what} {each.mark.code}" for what, each in groups if traceable(len(each.units))]
    )


def _draw(
    about: About,
    typed: Typed | None = None,
    refusal: MeetlatError | None = None,
    *,
    citing: bool = False,
) -> str:
    found = reports.sheet(db.session(), about, viewer())
    measurement = about.measurement
    here = find_picture(measurement.code, factor=about.factor)
    part = refusal.part if isinstance(refusal, InvalidJudgement) else None
    shown = typed or Typed(found.draft)
    query = request.args.get("zoek", "").strip()
    return render_template(
        "judge/country_factor.html",
        row=measurement,
        sheet=found,
        sides=[_side_here(side, here) for side in found.sides],
        points=_points(found, shown.draft.attention),
        findings=reports.narrowed(found.findings, query),
        query=query,
        marks=marks(found.instrument),
        levels=[mark for mark in high_to_low(marks(found.instrument)) if mark.rank != "none"],
        sources=sources.sources(db.session(), measurement),
        typed=shown,
        kept=found.draft,
        refusal=str(refusal) if refusal else None,
        wrong="bron" if citing else ANCHORS.get(part or ""),
        citing=citing,
        stage=STATES[measurement.state],
        may_write=measurement.state in judging.COUNTRY_DRAFTING,
        may_offer=measurement.state in judging.COUNTRY_JUDGED,
    )
