"""The register of points: all of them, narrowed and sorted, on a page and as a file."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app import downloads
from app.auth import requires
from app.extensions import db
from app.follow_up import blueprint, here
from app.follow_up.here import PERMISSION
from exports.follow_up import register as file
from exports.formats import FORMATS
from surveys.acting import now, today
from surveys.follow_up import kinds, schemes, signals
from surveys.follow_up import register as reading
from surveys.follow_up.register import NONE, OPEN, Asked, Register

NAMES = {
    "zoek": "text",
    "soort": "kind",
    "eenheid": "unit",
    "bron": "origin",
    "meting": "measurement",
    "stand": "status",
    "reactie": "response",
    "aard": "nature",
    "loopt": "openness",
    "aanbeveling": "recommendation",
    "sorteer": "sort",
}
"""What the address calls the parts of `Asked`; each scheme has a name of its own."""
ORDER = ("sorteer", "omlaag")
"""Parts of the address that narrow nothing."""

blueprint.add_app_template_global(here.wings, "follow_up_wings")


@blueprint.get("/")
@requires(PERMISSION)
def register() -> str:
    """The register, narrowed and sorted as the address asks."""
    asked, found = _asked(), _found()
    here.mark(*(row.point for row in found.rows))
    sort, down = asked.get("sorteer", ""), "omlaag" in asked

    def sorted_by(column: str) -> str:
        again = sort == column and not down
        changed: dict[str, Any] = {**asked, "sorteer": column, "omlaag": "ja" if again else None}
        return url_for("follow_up.register", **changed)

    more = _more(found)
    return render_template(
        "follow_up/register.html",
        found=found,
        asked=asked,
        choices=_choices(found),
        more=more,
        more_open=any(name in asked for name, _, _ in more),
        narrowed=bool(asked.keys() - set(ORDER)),
        sort=sort,
        down=down,
        sorted_by=sorted_by,
        states=[] if "stand" in asked else _states(asked, found),
        in_order=url_for("follow_up.register", **_without(asked, *ORDER)),
        files={format.label: _file(asked, form) for form, format in FORMATS.items()},
        signals=signals.counts(db.session(), today()),
    )


@blueprint.get("/bestand")
@requires(PERMISSION)
def register_file() -> Response:
    """The register as it is shown; `?vorm=` is the format."""
    form, found = downloads.asked(), _found()
    return downloads.send(file.register_book(found, now()), form, file.register_filename(found, form))


def _found() -> Register:
    asked = _asked()
    parts = {part: asked[name] for name, part in NAMES.items() if name in asked}
    classes = {scheme: asked[scheme] for scheme in schemes.codes() if scheme in asked}
    return reading.register(db.session(), Asked(**parts, classes=classes, down="omlaag" in asked))


def _asked() -> dict[str, str]:
    """What the address asks for, without what is empty."""
    names = (*NAMES, *schemes.codes(), "omlaag")
    return {name: request.args[name] for name in names if request.args.get(name, "").strip()}


def _states(asked: dict[str, str], found: Register) -> list[tuple[str, int, str]]:
    """How many of the points that are shown have each state, and where only those are."""
    counts = Counter(row.standing.status for row in found.rows)
    parts: dict[str, Any] = {**asked}
    return [
        (label, counts[code], url_for("follow_up.register", **{**parts, "stand": code}))
        for code, label in kinds.STATUSES.items()
        if counts[code]
    ]


def _without(asked: dict[str, str], *names: str) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if name not in names}


def _file(asked: dict[str, str], form: str) -> str:
    """Where the list that is shown is as a file."""
    parts: dict[str, Any] = {**asked, "vorm": form}
    return url_for("follow_up.register_file", **parts)


Choice = tuple[str, str, list[tuple[str, str]]]
"""What can be chosen: the name in the address, the label, and the values with theirs."""


def _choices(found: Register) -> list[Choice]:
    """What most people look for."""
    return [
        ("soort", "Soort", [*kinds.KINDS.items()]),
        ("stand", "Stand", [*kinds.STATUSES.items()]),
        ("loopt", "Loopt of afgesloten", [*OPEN.items()]),
        ("eenheid", "Eenheid", [*((each.code, each.name) for each in found.units), (NONE, "Geen eenheid")]),
        ("bron", "Bron", [*((str(each.id), each.title) for each in found.origins), (NONE, "Geen bron")]),
    ]


def _more(found: Register) -> list[Choice]:
    """What some look for now and then."""
    return [
        ("reactie", "Reactie", [*kinds.RESPONSES.items(), (NONE, "Nog geen reactie")]),
        ("aard", "No regret of richtinggevend", [*kinds.NATURES.items(), (NONE, "Geen van beide")]),
        ("meting", "Meting", [(each.code, each.name) for each in found.measurements]),
        *(
            (scheme.code, scheme.title, [*scheme.labels.items(), (NONE, "Niet ingedeeld")])
            for scheme in found.schemes.values()
        ),
    ]
