"""What every page has: navigation, who is logged in, Dutch dates and numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g, request, url_for
from flask_security import current_user

from app import auth, rooms, second_factor
from app.extensions import db
from exports import labels, wording
from surveys.acting import AMSTERDAM, today
from surveys.follow_up import standing
from surveys.models import Unit
from surveys.permissions import ROLES, own_units

BUILD = Path(__file__).parent / "static" / "build"
"""Where the bundled style and script are; `make assets` puts them there."""


WORKBENCH = ("/metingen/", "/bezoek/", "/oordeel/", "/wederhoor/", "/vergelijken/", "/lijsten/", "/rapport/")
"""Where the pages of inspectors about a measurement are."""


@dataclass(frozen=True)
class NavigationItem:
    """A link in the main navigation. `current` as ARIA has it: page, true (a page below it) or None."""

    label: str
    url: str
    current: str | None


def init_app(app: Flask) -> None:
    """Give all templates what they share."""
    app.context_processor(shared)
    app.template_filter("datum")(day)
    app.template_filter("kort")(short_day)
    app.template_filter("tijd")(time)
    app.template_filter("moment")(moment)
    app.template_filter("getal")(wording.decimal)
    app.template_filter("bytes")(size)
    app.template_global("asset")(asset)
    app.template_global("dossier_rooms")(rooms.of_dossier)
    app.template_global("measurement_rooms")(rooms.of_measurement)
    app.jinja_env.globals["words"] = labels  # macros see globals, and not what a page is given


@cache
def _asset_names() -> dict[str, str]:
    names: dict[str, str] = json.loads((BUILD / "names.json").read_text(encoding="utf-8"))
    return names


def asset(name: str) -> str:
    """The address of a bundled file, under the name that holds its hash."""
    return url_for("static", filename=f"build/{_asset_names()[name]}")


def shared() -> dict[str, Any]:
    """The names that every template knows."""
    return {
        # what htmx asks for is a part of a page, and saving an answer must not look up a menu
        "navigation": () if request.headers.get("HX-Request") else navigation(),
        "may": auth.may,
        "fictief": fictief(),
        "role_labels": {code: role.label for code, role in ROLES.items()},
    }


def navigation() -> list[NavigationItem]:
    """The main navigation for whoever asks: only what they may see."""
    if not current_user.is_authenticated or second_factor.missing():
        return []
    links: list[tuple[str, str, tuple[str, ...]]] = [
        ("Start", "home.start", ("/dossier/", "/reactie/", "/landelijk/"))
    ]
    if auth.may("measurement.manage"):
        links.append(("Metingen", "measure.measurements", WORKBENCH))
    if auth.may("followup.manage"):
        links.append(("Opvolging", "follow_up.register", ("/opvolging/",)))
    if auth.may("people.manage"):
        links.append(("Mensen", "manage.people", ("/beheer/mensen", "/beheer/rollen")))
    if auth.may("units.manage"):
        links.append(("Eenheden", "manage.units", ("/beheer/eenheden", "/beheer/koppelingen")))
    if auth.may("figures.manage"):
        links.append(("Reeksen", "manage.series", ("/beheer/reeksen",)))
    if auth.may("retention.manage"):
        links.append(("Bewaartermijnen", "retention.terms", ("/beheer/bewaartermijnen",)))
    if auth.may("log.view"):
        links.append(("Logboek", "manage.logbook", ("/beheer/logboek",)))
    items = [
        NavigationItem(label, url_for(target), _current(target, below)) for label, target, below in links
    ]
    unit = _followed()
    if unit is not None:
        url = url_for("follow_up.unit", eenheid=unit.code)
        items.append(NavigationItem("Opvolging", url, _current("follow_up.unit", ("/opvolging/eenheid/",))))
    how = ("home.how_it_works", ("/zo-werkt-het",))
    return [*items, NavigationItem("Zo werkt het", url_for(how[0]), _current(*how))]


def _followed() -> Unit | None:
    """The one own unit with points of whoever asks, None for none or more; looked up once for a request.

    Who keeps the register has its link already.
    """
    if auth.may("followup.manage"):
        return None
    if "followed" not in g:
        units = own_units(current_user.assignments, "unit.follow", today())
        g.followed = standing.units_with_points(db.session(), units)
    return g.followed[0] if len(g.followed) == 1 else None


def _current(endpoint: str, below: tuple[str, ...]) -> str | None:
    if request.endpoint == endpoint:
        return "page"
    return "true" if request.path.startswith(below) else None


def fictief() -> bool:
    """Whether the page shows a measurement or points with made-up data: it then says so."""
    dossier = g.get("dossier")
    measurement = g.get("measurement") or (dossier.measurement if dossier else None)
    return bool(measurement and measurement.fictief) or g.get("fictief", False)


def day(value: date | datetime) -> str:
    """A day in Dutch: 21 november 2026; of a moment, the day in the Netherlands."""
    if isinstance(value, datetime):
        value = value.astimezone(AMSTERDAM).date()
    return wording.day(value)


def short_day(value: date | datetime) -> str:
    """A day in figures, for narrow tables: 21-11-2026; of a moment, the day in the Netherlands."""
    if isinstance(value, datetime):
        value = value.astimezone(AMSTERDAM).date()
    return f"{value:%d-%m-%Y}"


def time(value: datetime) -> str:
    """A time in the Netherlands: 14:32 uur."""
    return f"{value.astimezone(AMSTERDAM):%H:%M} uur"


def size(count: int) -> str:
    """A number of bytes in Dutch: 12 kB, 1,5 MB."""
    if count < 1024 * 1024:
        return f"{max(1, round(count / 1024))} kB"
    return f"{count / 1024 / 1024:.1f} MB".replace(".", ",")


def moment(value: datetime) -> str:
    """A day and a time: 21 november 2026, 14:32 uur."""
    return f"{day(value)}, {time(value)}"
