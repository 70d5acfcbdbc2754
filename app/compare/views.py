"""The pages that compare measurements."""

from __future__ import annotations

from flask import abort, render_template, request

from app.auth import requires
from app.compare import blueprint, strip
from app.compare.here import Here, current, find
from app.picture.tile_map import TileMap, tile_map
from exports import comparison
from surveys.reports import compared_factor as factors
from surveys.reports.compared import ALL
from surveys.reports.compared_heatmap import MODES, ComparedHeatmap, compared_heatmap
from surveys.reports.compared_question import compared_question
from surveys.reports.compared_unit import compared_unit
from surveys.reports.levels import high_to_low, marks


@blueprint.context_processor
def words() -> dict[str, object]:
    """The words that pages and files share."""
    return {"say": comparison}


@blueprint.get("/")
@requires("picture.view")
def overview(meting: str) -> str:
    """The heatmap of the comparison, and for each factor the counts with what they rest on."""
    here = find(meting)
    return render_template(
        "compare/overview.html",
        here=here,
        found=here.found,
        current=current(here),
        all=ALL,
        heatmap=laid_out(here),
        modes=MODES,
        marks=high_to_low(marks(here.found.instrument)),
        counts=factors.overview(here.found),
        files=here.files("overview_file"),
    )


def laid_out(here: Here) -> ComparedHeatmap:
    """The heatmap as the address asks for it."""
    return compared_heatmap(
        here.found,
        here.parents(),
        mode=request.args.get("toon"),
        sort=request.args.get("sorteer"),
        parent=request.args.get("brigade"),
    )


@blueprint.get("/factor/<factor>")
@requires("picture.view")
def factor(meting: str, factor: str) -> str:
    """One factor: comparability, counts, a map for each measurement, and the strip of each unit."""
    here = find(meting, factor=factor)
    picture = factors.compared_factor(here.found, factor)
    return render_template(
        "compare/factor.html",
        here=here,
        found=here.found,
        current=current(here),
        all=ALL,
        picture=picture,
        marks=high_to_low(marks(here.found.instrument)),
        maps=_maps(here, picture),
        files=here.files("factor_file", factor=factor),
    )


def _maps(here: Here, picture: factors.ComparedFactor) -> list[TileMap | None]:
    return [
        tile_map(
            (
                row.unit,
                row.marks[place],
                here.url("unit", eenheid=row.unit.code, _anchor=f"factor-{picture.factor.code}"),
            )
            for row in picture.strips
        )
        for place in range(len(here.found.shown))
    ]


@blueprint.get("/eenheid/<eenheid>")
@requires("picture.view")
def unit(meting: str, eenheid: str) -> str:
    """One unit: its factors over time against the national middle and quartiles."""
    here = unit_here(meting, eenheid)
    picture = compared_unit(here.found, eenheid)
    return render_template(
        "compare/unit.html",
        here=here,
        found=here.found,
        current=current(here),
        all=ALL,
        picture=picture,
        lanes={row.factor.code: [strip.lane(each) for each in row.rounds] for row in picture.factors},
        files=here.files("unit_file", eenheid=eenheid),
    )


def unit_here(meting: str, eenheid: str) -> Here:
    """The comparison of the questionnaire that a unit has; 404 for a unit that does not take part."""
    here = find(meting, unit=eenheid)
    return here if eenheid in here.found.now.dossiers else abort(404)


@blueprint.get("/vraag/<code>")
@requires("picture.view")
def question(meting: str, code: str) -> str:
    """One question: the shift in counts, and who went from which answer to which."""
    here = find(meting, question=code)
    return render_template(
        "compare/question.html",
        here=here,
        found=here.found,
        current=current(here),
        all=ALL,
        picture=compared_question(here.found, code),
        files=here.files("question_file", code=code),
    )


@blueprint.get("/kleine-aantallen")
@requires("picture.view")
def small(meting: str) -> str:
    """Every count that says who it is about, to look at before anything is published."""
    here = find(meting)
    return render_template(
        "compare/small.html",
        here=here,
        found=here.found,
        current=current(here),
        all=ALL,
        rows=factors.small_numbers(here.found),
        files=here.files("small_file"),
    )
