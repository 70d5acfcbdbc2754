"""Showing anew who one is before going on to a page or a file."""

from __future__ import annotations

from http import HTTPStatus

from flask import current_app, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app import confirming
from app.account_pages import blueprint
from app.auth import SIGNED_IN, fresh_of, local, requires
from app.limits import limited


@blueprint.get("/bevestigen")
@requires(SIGNED_IN)
def confirm() -> str:
    """Ask who is there; `next` is where they were going, `back` where they came from."""
    return _page(confirming.Confirm(), request.args.get("next", "/"), request.args.get("back", "/"))


@blueprint.post("/bevestigen")
@requires(SIGNED_IN)
@limited("30 per minute")
def check() -> Response | str | tuple[str, int]:
    """Go on with the right password: to the page, or to one with a link to the file. Else ask again."""
    form = confirming.Confirm()
    onward, back = request.form.get("next", "/"), request.form.get("back", "/")
    if not confirming.check(form):
        return _page(form, onward, back), HTTPStatus.UNPROCESSABLE_ENTITY
    return go_on(onward, back)


@blueprint.get("/bevestigd")
@requires(SIGNED_IN)
def confirmed() -> Response | str:
    """Where other ways than the password lead to: on to the page, or to one with a link to the file.

    Without `next` the way was taken in a window of its own, beside the one with a form that waits.
    """
    if "next" not in request.args:
        return render_template("account/confirmed.html", onward=None)
    return go_on(request.args["next"], request.args.get("back", "/"))


def go_on(onward: str, back: str) -> Response | str:
    """Lead to a page; to a file by a link, since a file would leave this page standing in the browser."""
    if not _is_file(local(onward)):
        return redirect(local(onward), 303)
    return render_template("account/confirmed.html", onward=local(onward), back=local(back))


def _page(form: confirming.Confirm, onward: str, back: str) -> str:
    return render_template(
        "account/confirm.html",
        form=form,
        has_password=confirming.has_password(),
        ways=confirming.ways(),
        onward=local(onward),
        back=local(back),
    )


def _is_file(address: str) -> bool:
    """Whether this is a file: what asks who one is and takes no posts only gives something out."""
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None
    path = address.partition("?")[0]
    try:
        endpoint, _ = adapter.match(path, method="GET")
    except HTTPException:
        return False
    return fresh_of(current_app, endpoint) is not None and not adapter.test(path, "POST")
