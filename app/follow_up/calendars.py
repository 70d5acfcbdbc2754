"""Terms and meetings in somebody's own calendar: secret addresses, what they give, and a file to download."""

from __future__ import annotations

import io
from urllib.parse import urlsplit

from flask import Response as FlaskResponse
from flask import abort, current_app, flash, g, redirect, request, send_file, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from app.auth import OPEN, acting, requires
from app.extensions import db
from app.follow_up import blueprint, here
from app.limits import limited
from app.manage.forms import Form
from app.manage.steps import answer, take
from exports.follow_up import calendar as layout
from surveys.acting import By, now, today
from surveys.follow_up import calendars as verbs
from surveys.follow_up.calendars import FOLLOW, Event
from surveys.models import Assignment

Page = str | Response | tuple[str, int]
UNKNOWN = "Dit agenda-adres werkt niet of niet meer. Maak in Meetlat een nieuw adres.\n"
NAME = "meetlat-agenda.ics"


@blueprint.get("/agenda")
@requires(here.PERMISSION)
def calendar() -> Page:
    """The secret addresses of the person who asks, and how to use one."""
    return _page(None)


@blueprint.post("/agenda/nieuw")
@requires(here.PERMISSION, fresh=True)
def make_calendar() -> Page:
    """Make a secret address, and show it this once."""
    return _made(None, acting())


@blueprint.post("/agenda/<int:adres>/intrekken")
@requires(here.PERMISSION)
def withdraw_calendar(adres: int) -> Page:
    """Let an address work no longer."""
    return _withdrawn(None, adres, acting())


@blueprint.get("/agenda/bestand")
@requires(here.PERMISSION)
def calendar_file() -> Response:
    """The same as a file, once."""
    return _file(g.assignments[0])


@blueprint.get("/eenheid/<eenheid>/agenda")
@requires(FOLLOW)
def unit_calendar(eenheid: str) -> Page:
    """The same for somebody of a unit, about the terms of that unit; inspectors have a page of their own."""
    held = _own()
    return _page(held) if held else _elsewhere()


@blueprint.post("/eenheid/<eenheid>/agenda/nieuw")
@requires(FOLLOW, fresh=True)
def make_unit_calendar(eenheid: str) -> Page:
    """Make a secret address for the terms of a unit, and show it this once."""
    held = _own()
    return _made(held, By.through(held, remote=request.remote_addr)) if held else _elsewhere()


@blueprint.post("/eenheid/<eenheid>/agenda/<int:adres>/intrekken")
@requires(FOLLOW)
def withdraw_unit_calendar(eenheid: str, adres: int) -> Page:
    """Let an address work no longer."""
    held = _own()
    if held is None:
        return _elsewhere()
    return _withdrawn(held, adres, By.through(held, remote=request.remote_addr))


@blueprint.get("/eenheid/<eenheid>/agenda/bestand")
@requires(FOLLOW)
def unit_calendar_file(eenheid: str) -> Response:
    """The terms of a unit as a file, once."""
    held = _own()
    return _file(held) if held else _elsewhere()


@blueprint.get("/agenda/<token>.ics")
@requires(OPEN)
@limited("60 per minute; 600 per hour", reading=True)
def calendar_feed(token: str) -> Response:
    """What a calendar program reads, without logging in; the same 404 for any address that does not work."""
    held = verbs.holder(db.session(), token, now())
    if held is None:
        response = FlaskResponse(UNKNOWN, 404, mimetype="text/plain")
    else:
        response = FlaskResponse(_content(held), content_type=layout.MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response


def _own() -> Assignment | None:
    """The assignment through which somebody belongs to the unit of the page; None for who inspects it."""
    return next((each for each in g.assignments if each.unit_id == g.unit.id), None)


def _elsewhere() -> Response:
    return redirect(url_for("follow_up.calendar"), 303)


def _page(held: Assignment | None, form: Form | None = None, address: str | None = None) -> Page:
    """The page with addresses. `held`: of whose unit it is; `address`: the one that was made just now."""
    return answer(
        "follow_up/calendar.html",
        form or Form(),
        unit=g.unit if held else None,
        found=verbs.listed(db.session(), current_user.id, now()),
        address=address,
        most=verbs.MOST,
    )


def _made(held: Assignment | None, by: By) -> Page:
    form = Form()
    token = take(form, lambda: verbs.make(db.session(), by=by)) if form.validate_on_submit() else None
    address = _base() + url_for("follow_up.calendar_feed", token=token) if token else None
    return _page(held, form, address)


def _withdrawn(held: Assignment | None, number: int, by: By) -> Page:
    form = Form()

    def step() -> bool:
        verbs.withdraw(db.session(), number, by=by)
        return True

    if number not in {each.id for each in verbs.listed(db.session(), current_user.id, now())}:
        abort(404)  # also for somebody else's
    if form.validate_on_submit() and take(form, step):
        flash("Het adres werkt niet meer.", "success")
        page = "follow_up.unit_calendar" if held else "follow_up.calendar"
        return redirect(url_for(page, **({"eenheid": g.unit.code} if held else {})), 303)
    return _page(held, form)


def _file(held: Assignment) -> Response:
    return send_file(
        io.BytesIO(_content(held)), mimetype="text/calendar", as_attachment=True, download_name=NAME
    )


def _content(held: Assignment) -> bytes:
    unit = held.unit.code if held.unit else None
    base = _base()

    def link(event: Event) -> str:
        if event.meeting_id is not None:
            return base + url_for("follow_up.meeting", vergadering=event.meeting_id)
        if unit is not None:
            return base + url_for("follow_up.unit_point", eenheid=unit, nummer=event.point_id)
        return base + url_for("follow_up.point", nummer=event.point_id)

    found = verbs.events(db.session(), held, today())
    return layout.write(found, urlsplit(base).hostname or "meetlat", link)


def _base() -> str:
    """The address of Meetlat, without a slash at the end."""
    public: str | None = current_app.config["SETTINGS"].public_url
    return public or request.host_url.rstrip("/")
