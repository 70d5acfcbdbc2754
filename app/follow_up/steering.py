"""Steering information: what is on course, what slips, what can't be steered, what needs a decision."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app import downloads
from app.auth import requires
from app.extensions import db
from app.follow_up import blueprint, here
from exports.follow_up import steering as file
from exports.formats import FORMATS
from surveys.acting import now, today
from surveys.follow_up import kinds, points, schemes
from surveys.follow_up import steering as reading
from surveys.follow_up.steering import GAP_WORDS, GAPS, STATES, Chosen, Steering


@blueprint.get("/sturing")
@requires(here.PERMISSION)
def steering() -> str:
    """The steering information of today, narrowed as the address asks."""
    found, asked = _found(), _asked()
    here.mark(*found.points)
    return render_template(
        "follow_up/steering.html",
        found=found,
        states=STATES,
        gaps=GAPS,
        gap_words=GAP_WORDS,
        asked=asked,
        choices=_choices(),
        files={
            format.label: url_for("follow_up.steering_file", **{**asked, "vorm": form})
            for form, format in FORMATS.items()
        },
    )


@blueprint.get("/sturing/bestand")
@requires(here.PERMISSION)
def steering_file() -> Response:
    """The same as a file; `?vorm=` is the format."""
    form, found = downloads.asked(), _found()
    return downloads.send(file.steering_book(found, now()), form, file.steering_filename(found, form))


def _found() -> Steering:
    asked = _asked()
    classes = {scheme: asked[scheme] for scheme in schemes.codes() if scheme in asked}
    return reading.steering(db.session(), today(), Chosen(classes, asked.get("eenheid"), asked.get("soort")))


def _asked() -> dict[str, Any]:
    """What the address asks for, without what is empty."""
    names = ("soort", "eenheid", *schemes.codes())
    return {name: request.args[name] for name in names if request.args.get(name, "").strip()}


def _choices() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What can be chosen from: the name in the address, the label, and the values with their labels."""
    units = {each.unit.code: each.unit.name for each in points.listed(db.session()) if each.unit is not None}
    return [
        ("soort", "Soort", [*kinds.KINDS.items()]),
        ("eenheid", "Eenheid", sorted(units.items())),
        *(
            (scheme.code, scheme.title, [(value.code, value.title) for value in scheme.values.values()])
            for scheme in schemes.schemes(db.session()).values()
        ),
    ]
