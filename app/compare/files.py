"""Every table that compares, as a file: as it is shown, in Excel or CSV."""

from __future__ import annotations

from werkzeug.wrappers import Response

from app import downloads
from app.auth import requires
from app.compare import blueprint
from app.compare.here import Here, find
from app.compare.views import laid_out, unit_here
from exports import comparison
from exports.book import Book
from exports.plain import filename
from surveys.reports.compared_factor import compared_factor, small_numbers
from surveys.reports.compared_question import compared_question
from surveys.reports.compared_unit import compared_unit


@blueprint.get("/bestand")
@requires("picture.view")
def overview_file(meting: str) -> Response:
    """The heatmap."""
    here = find(meting)
    return _send(here, comparison.heatmap_book(here.found, laid_out(here)), "vergelijking")


@blueprint.get("/factor/<factor>/bestand")
@requires("picture.view")
def factor_file(meting: str, factor: str) -> Response:
    """The strips of a factor."""
    here = find(meting, factor=factor)
    picture = compared_factor(here.found, factor)
    return _send(here, comparison.factor_book(here.found, picture), f"vergelijking-factor-{factor}")


@blueprint.get("/eenheid/<eenheid>/bestand")
@requires("picture.view")
def unit_file(meting: str, eenheid: str) -> Response:
    """A unit over time."""
    here = unit_here(meting, eenheid)
    picture = compared_unit(here.found, eenheid)
    return _send(here, comparison.unit_book(here.found, picture), f"vergelijking-{eenheid}")


@blueprint.get("/vraag/<code>/bestand")
@requires("picture.view")
def question_file(meting: str, code: str) -> Response:
    """The shift of a question, and who went from which answer to which."""
    here = find(meting, question=code)
    picture = compared_question(here.found, code)
    return _send(here, comparison.question_book(here.found, picture), f"vergelijking-vraag-{code}")


@blueprint.get("/kleine-aantallen/bestand")
@requires("picture.view")
def small_file(meting: str) -> Response:
    """The small numbers."""
    here = find(meting)
    return _send(here, comparison.counts_book(here.found, small_numbers(here.found)), "kleine-aantallen")


def _send(here: Here, book: Book, what: str) -> Response:
    form = downloads.asked()
    return downloads.send(book, form, filename(here.found.now.measurement, what, form))
