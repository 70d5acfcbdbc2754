"""Refusals become pages in one place: what is wrong, what to do, never a trace."""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Flask, current_app, g, render_template, request
from flask_security import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from app import auth, holding, trail
from app.extensions import let_go
from surveys.errors import (
    AlreadyApplied,
    AlreadySettled,
    AnswersChanged,
    ChangedMeanwhile,
    Denied,
    DossierNotOpen,
    FourEyes,
    GroundsChanged,
    JudgementStep,
    MeasurementClosed,
    MeasurementDestroyed,
    MeetlatError,
    NotAllJudged,
    NotAllowed,
    NotAllSettled,
    NotJudged,
    NotSubmitted,
    NotYours,
    OfferClosed,
    PreviewOutdated,
    ReactionReplaced,
    StaleAnswer,
    StaleJudgement,
    StaleText,
    TermRunning,
    UnknownFactor,
    UnknownQuestion,
    UnreadMessages,
    UploadFaulty,
)

logger = logging.getLogger(__name__)

STATUS: dict[type[MeetlatError], int] = {
    NotYours: 403,
    NotAllowed: 403,
    UnknownQuestion: 404,
    StaleAnswer: 409,
    ChangedMeanwhile: 409,
    StaleText: 409,
    UnreadMessages: 409,
    AnswersChanged: 409,
    MeasurementClosed: 409,
    DossierNotOpen: 409,
    NotSubmitted: 409,
    PreviewOutdated: 409,
    UploadFaulty: 409,
    AlreadyApplied: 409,
    UnknownFactor: 404,
    MeasurementDestroyed: 410,
    NotJudged: 409,
    JudgementStep: 409,
    StaleJudgement: 409,
    GroundsChanged: 409,
    FourEyes: 409,
    NotAllJudged: 409,
    OfferClosed: 409,
    AlreadySettled: 409,
    ReactionReplaced: 409,
    NotAllSettled: 409,
    TermRunning: 409,
}
"""The status of a refusal; 422 for the rest: understood, and not done."""

PAGES: dict[int, tuple[str, str]] = {
    400: (
        "Deze aanvraag klopt niet",
        "Ga terug naar de vorige bladzijde en probeer het opnieuw. Wat u daar had ingevuld, staat er nog.",
    ),
    403: (
        "Deze pagina is niet voor u",
        "U bent wel ingelogd, maar u mag deze pagina niet zien."
        " Denkt u dat dit niet klopt? Vraag het de beheerder.",
    ),
    404: (
        "Deze pagina bestaat niet",
        "Controleer het adres, of ga naar de startpagina.",
    ),
    405: (
        "Dit kan zo niet",
        "Ga terug naar de vorige bladzijde en gebruik de knop die daar staat.",
    ),
    410: (
        "Deze meting is vernietigd",
        "Haar bewaartermijn was voorbij.",
    ),
    413: (
        "Wat u stuurt is te groot",
        "Er is niets opgeslagen. Ga terug naar de vorige bladzijde: wat u daar had ingevuld, staat er nog."
        " Kort de tekst in, of stuur een kleiner bestand.",
    ),
    429: (
        "Te vaak in korte tijd",
        "Wacht een paar minuten en probeer het dan opnieuw.",
    ),
    500: (
        "Er ging iets mis bij ons",
        "Probeer het over een paar minuten opnieuw."
        " Gaat het weer mis? Geef de beheerder dan het nummer hieronder.",
    ),
    503: (
        "Meetlat kan dit nu even niet",
        "Uw wijziging is niet opgeslagen. Ga terug en probeer het over een minuut opnieuw.",
    ),
}


WRONG_HOST = """<!doctype html>
<html lang="nl">
<title>Dit adres klopt niet - Meetlat</title>
<main>
<h1>Dit adres klopt niet</h1>
<p>Onder dit adres is Meetlat niet te bereiken. Gebruik het adres dat u van de beheerder kreeg.</p>
</main>
</html>
"""


def init_app(app: Flask) -> None:
    """Register a page for each kind of refusal."""
    app.register_error_handler(MeetlatError, refused)
    app.register_error_handler(CSRFError, outdated_form)
    app.register_error_handler(OperationalError, busy)
    app.register_error_handler(SecurityError, wrong_host)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, unexpected)


def page(status: int, title: str, text: str) -> tuple[str, int]:
    """Render the error page, whose own queries must not fail on a broken transaction."""
    let_go()
    return render_template(
        "error.html", status=status, title=title, text=text, number=g.get("request_id")
    ), status


def refused(error: MeetlatError) -> tuple[str, int]:
    """A named refusal, with its own words."""
    if isinstance(error, Denied):
        trail.refused(trail.DENIED)
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 422)
    if status == HTTPStatus.NOT_FOUND:
        _not_found()
    titled = isinstance(error, Denied | MeasurementDestroyed)
    title = PAGES[status][0] if titled else "Dat kan nu niet"
    return page(status, title, str(error))


def outdated_form(error: CSRFError) -> tuple[str, int] | Response:
    """A form whose token is missing or too old; a script that saves is told to log in.

    What somebody sent who was logged out meanwhile is kept, and sent again.
    """
    kept = holding.rescue()
    if kept is not None:
        return kept
    if request.headers.get("HX-Request") and not current_user.is_authenticated:
        return auth.to_login()
    trail.refused(trail.FORGED)
    return page(
        400,
        "Dit formulier is verlopen",
        "Ga terug naar de vorige bladzijde, laad die opnieuw en verstuur het formulier nog een keer."
        " Kopieer eerst wat u had ingevuld.",
    )


def wrong_host(error: SecurityError) -> tuple[str, int]:
    """Somebody asks by a name that is not ours. No page of ours: in such a request no address can be made."""
    return WRONG_HOST, 400


def http_error(error: HTTPException) -> tuple[str, int] | HTTPException:
    """What Werkzeug refuses, in our words; redirects and the like go through."""
    status = error.code or 500
    if status < HTTPStatus.BAD_REQUEST:
        return error
    if status == HTTPStatus.FORBIDDEN:
        trail.refused(trail.DENIED)
    elif status == HTTPStatus.TOO_MANY_REQUESTS:
        trail.refused(trail.LIMITED)
    elif status == HTTPStatus.NOT_FOUND:
        _not_found()
    fault_is_ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    title, text = PAGES.get(status, PAGES[500] if fault_is_ours else PAGES[400])
    return page(status, title, text)


def _not_found() -> None:
    """Leave a line when somebody who is logged in names what is not there: ids of others look the same.

    An address that no view has tells nothing; nor does who is not logged in, and gets no further anyway.
    """
    if request.view_args and request.endpoint != "static" and current_user.is_authenticated:
        trail.refused(trail.MISSING)


def busy(error: OperationalError) -> tuple[str, int]:
    """The database did not answer, or another writer held it too long."""
    # not the path: that of a page to choose a password is a key to the account
    logger.exception("database unavailable", extra={"endpoint": request.endpoint})
    # who asks, and about what, is in the database as well: this page must not look there again
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]
    for name in ("dossier", "measurement"):
        g.pop(name, None)
    return page(503, *PAGES[503])


def unexpected(error: Exception) -> tuple[str, int]:
    """A mistake of ours: in the log with its trace, on the page with a number only."""
    logger.exception("unexpected error", extra={"endpoint": request.endpoint})
    return page(500, *PAGES[500])
