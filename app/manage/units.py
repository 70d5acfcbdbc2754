"""The unit pages: what units there are, what they are and were called, and what they belong to."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth import acting, requires
from app.extensions import db
from app.manage import blueprint, forms
from app.manage.steps import answer, find, take
from surveys import directory, units
from surveys.acting import today
from surveys.models import Unit, UnitLink

Page = str | Response | tuple[str, int]
PERMISSION = "units.manage"
FIRST = ("", "Maak een keuze")


@blueprint.get("/eenheden", endpoint="units")
@requires(PERMISSION)
def unit_list() -> str:
    """All units by kind, with what they belong to now."""
    return render_template(
        "manage/units.html", rows=directory.unit_rows(db.session, today()), kinds=directory.kinds(db.session)
    )


@blueprint.route("/eenheden/nieuw", methods=["GET", "POST"])
@requires(PERMISSION)
def add_unit() -> Page:
    """Add a unit."""
    form = forms.NewUnit()
    form.kind.choices = [
        FIRST,
        *((kind, noun.one.capitalize()) for kind, noun in directory.kinds(db.session).items()),
    ]
    if form.validate_on_submit():

        def step() -> Unit:
            return units.add(
                db.session,
                kind=form.kind.data,
                code=form.code.data.strip().upper(),
                name=form.name.data,
                short=form.short.data,
                valid_from=form.valid_from.data,
                valid_until=form.valid_until.data,
                tile=forms.tile(form),
                by=acting(),
            )

        made = take(form, step, form.code)
        if made is not None:
            return _back(made, f"{made.name} is toegevoegd.")
    return answer("manage/add_unit.html", form)


@blueprint.get("/eenheden/<eenheid>")
@requires(PERMISSION)
def unit(eenheid: str) -> str:
    """One unit: its names, what it belongs to and what belongs to it, now and before."""
    unit = _unit(eenheid)
    return render_template(
        "manage/unit.html",
        unit=unit,
        noun=directory.kinds(db.session)[unit.kind],
        links=units.links_of(db.session, unit),
        members=directory.members_of(db.session, unit),
    )


@blueprint.route("/eenheden/<eenheid>/naam", methods=["GET", "POST"])
@requires(PERMISSION)
def rename_unit(eenheid: str) -> Page:
    """Give a unit another name from a day on, or correct the one from that day."""
    unit = _unit(eenheid)
    form = forms.NewName(data={"name": unit.name, "short": unit.short})
    if form.validate_on_submit():

        def step() -> bool:
            units.rename(
                db.session,
                unit,
                name=form.name.data,
                short=form.short.data,
                valid_from=form.valid_from.data,
                by=acting(),
            )
            return True

        if take(form, step, form.valid_from):
            return _back(unit, "De naam is opgeslagen.")
    return answer("manage/rename_unit.html", form, unit=unit)


@blueprint.route("/eenheden/<eenheid>/geldigheid", methods=["GET", "POST"])
@requires(PERMISSION)
def change_unit(eenheid: str) -> Page:
    """Change until when a unit exists and where it stands on the tile map."""
    unit = _unit(eenheid)
    form = forms.Existence(
        data={"valid_until": unit.valid_until, "row": unit.tile_row, "column": unit.tile_column}
    )
    if form.validate_on_submit():

        def step() -> bool:
            units.change(
                db.session, unit, valid_until=form.valid_until.data, tile=forms.tile(form), by=acting()
            )
            return True

        if take(form, step, form.valid_until):
            return _back(unit, "De gegevens zijn opgeslagen.")
    return answer("manage/change_unit.html", form, unit=unit)


@blueprint.route("/eenheden/<eenheid>/koppeling", methods=["GET", "POST"])
@requires(PERMISSION)
def link_unit(eenheid: str) -> Page:
    """Let a unit belong to another one for a period."""
    unit = _unit(eenheid)
    form = forms.NewLink()
    others = [row for row in directory.all_units(db.session) if row.kind != unit.kind]
    form.parent.choices = [FIRST, *((row.code, f"{row.name} ({row.code})") for row in others)]
    if form.validate_on_submit():
        parent = _unit(form.parent.data)

        def step() -> UnitLink:
            return units.link(
                db.session,
                unit,
                parent,
                valid_from=form.valid_from.data,
                valid_until=form.valid_until.data,
                note=form.note.data,
                by=acting(),
            )

        if take(form, step, form.valid_from):
            return _back(unit, f"{unit.name} hoort nu bij {parent.name}.")
    return answer("manage/link_unit.html", form, unit=unit)


@blueprint.route("/koppelingen/<int:link_id>", methods=["GET", "POST"])
@requires(PERMISSION)
def change_link(link_id: int) -> Page:
    """Change until when a link holds, and its note."""
    link = _link(link_id)
    form = forms.ChangedLink(data={"valid_until": link.valid_until, "note": link.note})
    if form.validate_on_submit():

        def step() -> bool:
            units.change_link(
                db.session, link, valid_until=form.valid_until.data, note=form.note.data, by=acting()
            )
            return True

        if take(form, step, form.valid_until):
            return _back(link.unit, "De koppeling is gewijzigd.")
    return answer("manage/change_link.html", form, link=link)


@blueprint.route("/koppelingen/<int:link_id>/verwijderen", methods=["GET", "POST"])
@requires(PERMISSION)
def remove_link(link_id: int) -> Page:
    """Take away a link that was entered by mistake, after asking."""
    link = _link(link_id)
    form = forms.Empty()
    if request.method == "POST":
        unit = link.unit
        units.remove_link(db.session, link, acting())
        db.session.commit()
        return _back(unit, "De koppeling is verwijderd.")
    return answer("manage/remove_link.html", form, link=link)


def _unit(code: str) -> Unit:
    return directory.unit_by_code(db.session, code) or abort(404)


def _link(link_id: int) -> UnitLink:
    return find(UnitLink, link_id)


def _back(unit: Unit, done: str) -> Response:
    flash(done, "success")
    return redirect(url_for("manage.unit", eenheid=unit.code), 303)
