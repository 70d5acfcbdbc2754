"""The report of a measurement at a glance, to read, its counts, and what to look at before it is settled."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import abort, render_template, request, url_for
from markupsafe import Markup

from app.auth import requires
from app.extensions import db
from app.report import blueprint
from app.report.here import PERMISSION, here, opened
from exports import html
from exports.documents import DOCUMENTS
from exports.report import markup
from exports.report.checks import KINDS, checks
from exports.report.facts import Fact
from exports.report.passages import STATES, Standing
from surveys import report_versions
from surveys.measurements import SETTLED
from surveys.reports import NationalReport, StatementRow


@blueprint.get("/<meting>")
@requires(PERMISSION)
def report(meting: str) -> str:
    """Every passage with how it stands, what to look at, the files and the versions."""
    found = here(meting)
    standings = list(found.report.standings.values())
    state = request.args.get("stand")
    shown = [each for each in standings if state not in STATES or each.state == state]
    points = checks(found.whole, found.report)
    return render_template(
        "report/report.html",
        row=found.row,
        chapters=[
            (chapter, list(rows)) for chapter, rows in groupby(shown, lambda each: each.passage.chapter)
        ],
        states=STATES,
        counts={code: sum(each.state == code for each in standings) for code in STATES},
        state=state if state in STATES else None,
        shown=len(shown),
        blocking=sum(point.blocks for point in points),
        looking=sum(not point.blocks for point in points),
        unplaced=found.report.unplaced,
        versions=report_versions.listed(db.session(), found.row),
        formats=DOCUMENTS,
        files={name: url_for("report.file", meting=meting, vorm=name) for name in DOCUMENTS},
        settled=found.row.state in SETTLED,
    )


@blueprint.get("/<meting>/lezen")
@requires(PERMISSION)
def read(meting: str) -> str:
    """The report as it is now, with every count leading to what it counts."""
    found = here(meting)
    titles = {
        key: f"{each.passage.chapter}: {each.passage.title}" for key, each in found.report.standings.items()
    }
    if found.row.state in SETTLED:
        titles = {}
    return render_template(
        "report/read.html",
        row=found.row,
        version=None,
        content=Markup(html.body(opened(found.document, meting, titles))),
    )


@blueprint.get("/<meting>/nakijken")
@requires(PERMISSION)
def check(meting: str) -> str:
    """What stands in the way of settling the report, and what somebody should have seen."""
    found = here(meting)
    kind = request.args.get("soort")
    points = checks(found.whole, found.report)
    return render_template(
        "report/check.html",
        row=found.row,
        kinds=KINDS,
        kind=kind if kind in KINDS else None,
        points=[point for point in points if kind not in KINDS or point.kind == kind],
        counts={code: sum(point.kind == code for point in points) for code in KINDS},
        blocking=sum(point.blocks for point in points),
    )


@blueprint.get("/<meting>/tellingen")
@requires(PERMISSION)
def facts(meting: str) -> str:
    """Every count that a text can tell, with how; `?zoek=` narrows them."""
    found = here(meting)
    query = request.args.get("zoek", "").strip()
    rows = [
        fact
        for fact in found.report.facts.values()
        if not query or query.lower() in f"{fact.key} {fact.about}".lower()
    ]
    return render_template("report/facts.html", row=found.row, rows=rows, query=query)


@blueprint.get("/<meting>/telling/<path:sleutel>")
@requires(PERMISSION)
def fact(meting: str, sleutel: str) -> str:
    """One count: what it says, the question behind it, the units, and where the report tells it."""
    found = here(meting)
    known: Fact = found.report.facts.get(sleutel) or abort(404)
    picture, row = _statement(found.whole.pictures, known)
    values: dict[str, Any] = {"picture": picture, "statement": row}
    return render_template(
        "report/fact.html",
        row=found.row,
        fact=known,
        places=[each for each in found.report.standings.values() if _tells(each, sleutel)],
        factor=sleutel.rpartition("/")[2].partition(":")[0],
        factors=found.whole.main.instrument.factors,
        **values,
    )


def _tells(each: Standing, key: str) -> bool:
    return any(mark.target == key for mark in markup.telling(each.text))


def _statement(
    pictures: tuple[NationalReport, ...], known: Fact
) -> tuple[NationalReport | None, StatementRow | None]:
    for picture in pictures:
        if known.statement is not None and picture.instrument.code == known.questionnaire:
            return picture, picture.statements[known.statement]
    return None, None
