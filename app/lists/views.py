"""The working lists of a measurement: all of them, and one opened, on a page and as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import abort, render_template, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from app import downloads
from app.auth import requires
from app.extensions import db
from app.lists import blueprint
from app.lists.here import Asked, address, asked_for, find
from exports import lists as files
from exports.plain import filename
from surveys import keeping_lists
from surveys.acting import now
from surveys.errors import ListFaults
from surveys.listing import Listing, listing, read
from surveys.models import WorkingList
from surveys.reports import MeasurementInfo
from surveys.working_lists import Ready, Vocabulary, ready_made


@blueprint.get("/")
@requires("picture.view")
def lists(meting: str) -> str:
    """One's own lists, those that others share, and those that come with Meetlat."""
    here = find(meting)
    kept = keeping_lists.kept(db.session(), here.measurement, current_user.id)
    vocabularies = {
        pin.unit_kind: Vocabulary(find(meting, pin.unit_kind).instrument, {}) for pin in here.measurement.pins
    }
    return render_template(
        "lists/lists.html",
        here=here,
        own=_sorted(kept.own),
        shared=_sorted(kept.shared),
        sort=_sort(),
        down="omlaag" in request.args,
        ready=[each for each in ready_made() if _fits(each, vocabularies)],
        nouns={kind: each.instrument.unit_noun[1] for kind, each in vocabularies.items()},
    )


SORTS: dict[str, Callable[[WorkingList], Any]] = {
    "naam": lambda row: row.name.casefold(),
    "wie": lambda row: row.person.name.casefold(),
    "gedeeld": lambda row: not row.shared,
    "gewijzigd": lambda row: row.at,
}


def _sort() -> str:
    return request.args["sorteer"] if request.args.get("sorteer") in SORTS else "naam"


def _sorted(rows: Sequence[WorkingList]) -> list[WorkingList]:
    return sorted(rows, key=SORTS[_sort()], reverse="omlaag" in request.args)


def _fits(ready: Ready, vocabularies: dict[str, Vocabulary]) -> bool:
    found = vocabularies.get(ready.definition["unit"])
    if found is None:
        return False
    try:
        found.parse(dict(ready.definition))
    except ListFaults:
        return False
    return True


@blueprint.get("/lijst")
@requires("picture.view")
def show(meting: str) -> str:
    """One list: the units that are on it now, with their answers."""
    asked = asked_for(meting)
    found = _look_up(asked)
    parts: dict[str, Any] = {**asked.source, **_parts(), "meting": meting}

    def sorted_by(column: str) -> str:
        again = found is not None and found.sort == column and not found.down
        return url_for("lists.show", **{**parts, "sorteer": column, "omlaag": "ja" if again else None})

    return render_template(
        "lists/list.html",
        asked=asked,
        here=asked.here,
        found=found,
        parts=_parts(),
        sorted_by=sorted_by,
        edit=url_for("lists.make", meting=meting, definitie=address(asked.definition))
        if asked.definition
        else None,
        files={form: url_for("lists.file", **parts, vorm=form) for form in ("xlsx", "csv")},
    )


@blueprint.get("/lijst/bestand")
@requires("picture.view")
def file(meting: str) -> Response:
    """The list as it is shown: a workbook, or `?vorm=csv`."""
    asked = asked_for(meting)
    found = _look_up(asked)
    if found is None or asked.definition is None:
        abort(404)
    form, info = downloads.asked(), MeasurementInfo.of(asked.here.measurement)
    questions = [asked.here.instrument.questions[code] for code in asked.definition.columns]
    book = files.listing_book(info, asked.name, asked.words, questions, found, now())
    return downloads.send(book, form, filename(info, f"werklijst-{asked.name[:60]}", form))


def _parts() -> dict[str, str]:
    """How the address narrows and sorts, without what is empty."""
    names = ("brigade", "iedereen", "sorteer", "omlaag")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _look_up(asked: Asked) -> Listing | None:
    if asked.definition is None:
        return None
    parts = _parts()
    return listing(
        asked.definition,
        asked.here.instrument,
        read(db.session(), asked.here.measurement, asked.here.pinned),
        brigade=parts.get("brigade"),
        everybody="iedereen" in parts,
        sort=parts.get("sorteer", "eenheid"),
        down="omlaag" in parts,
    )
