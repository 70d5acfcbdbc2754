"""Sources outside the dossiers: the list, one source with where it is cited, and its file."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from app import downloads
from app.auth import acting, requires
from app.extensions import db
from app.fill_in.evidence import looked_at, store
from app.manage.steps import LARGEST_ID, answer, take
from app.measure.here import find
from app.visit import blueprint
from app.visit.source_forms import Citing, Empty, Source
from exports import sources as file
from surveys import evidence, inspecting
from surveys import sources as verbs
from surveys.acting import now
from surveys.errors import ChangedMeanwhile, FileRefused
from surveys.evidence import Upload
from surveys.filestore import FileDamaged
from surveys.inspecting import KINDS
from surveys.models import Dossier, Measurement, Unit
from surveys.models import Source as Row
from surveys.reports import MeasurementInfo
from surveys.reports.source import UnitInfo
from surveys.sources import PERMISSION

Page = str | Response | tuple[str, int]


@blueprint.get("/<meting>/bronnen")
@requires(PERMISSION)
def sources(meting: str) -> str:
    """The sources of a measurement, narrowed and sorted."""
    row, asked = find(meting), _asked()
    parts: dict[str, Any] = {**asked, "meting": meting}
    sort, down = asked.get("sorteer", "titel"), "omlaag" in asked

    def sorted_by(column: str) -> str:
        again = sort == column and not down
        return url_for("visit.sources", **{**parts, "sorteer": column, "omlaag": "ja" if again else None})

    return render_template(
        "visit/sources.html",
        row=row,
        found=_listed(row),
        kinds=verbs.KINDS,
        asked=asked,
        sort=sort,
        down=down,
        sorted_by=sorted_by,
        files={form: url_for("visit.sources_file", **parts, vorm=form) for form in ("xlsx", "csv")},
    )


@blueprint.get("/<meting>/bronnen/bestand")
@requires(PERMISSION)
def sources_file(meting: str) -> Response:
    """The list as it is shown: a workbook, or `?vorm=csv`."""
    row, form = find(meting), downloads.asked()
    info = MeasurementInfo.of(row)
    return downloads.send(file.book(info, _listed(row), now()), form, file.filename(info, form))


@blueprint.route("/<meting>/bronnen/nieuw", methods=["GET", "POST"])
@requires(PERMISSION)
def new_source(meting: str) -> Page:
    """Record a source."""
    row, form = find(meting), Source()
    if form.validate_on_submit():
        upload = _upload(form)
        if not form.problems:
            made = take(
                form, lambda: verbs.add(db.session(), row, _details(form), upload, store(), by=acting())
            )
            if made is not None:
                flash(f"De bron ‘{made.title}’ is vastgelegd.", "success")
                return redirect(url_for("visit.source", meting=meting, bron=made.id), 303)
    return answer("visit/source_new.html", form, row=row, **_about_files())


@blueprint.get("/<meting>/bronnen/<int:bron>")
@requires(PERMISSION)
def source(meting: str, bron: int) -> Page:
    """One source: what it is, where it is cited, and a form to cite it."""
    row = find(meting)
    return _draw(row, _source(row, bron), _citing(row))


@blueprint.route("/<meting>/bronnen/<int:bron>/wijzigen", methods=["GET", "POST"])
@requires(PERMISSION)
def change_source(meting: str, bron: int) -> Page:
    """Change a source, or its file."""
    row = find(meting)
    found = _source(row, bron)
    form = Source(data=None if request.method == "POST" else _values(found))
    changed = False
    if form.validate_on_submit():
        upload = _upload(form)
        if not form.problems:
            try:
                done = take(form, lambda: _change(found, form, upload))
            except ChangedMeanwhile as refusal:
                db.session.rollback()
                form.form_errors.append(str(refusal))
                done, changed = None, True
            if done:
                evidence.sweep(db.session(), store())
                db.session.commit()
                flash("De bron is gewijzigd.", "success")
                return redirect(url_for("visit.source", meting=meting, bron=bron), 303)
    fresh = _source(row, bron)
    if changed:
        form.version.data = str(fresh.version)
    page = answer(
        "visit/source_change.html",
        form,
        row=row,
        source=fresh,
        changed=changed,
        kinds_of_source=verbs.KINDS,
        **_about_files(),
    )
    return (page[0], 409) if changed else page


@blueprint.route("/<meting>/bronnen/<int:bron>/verwijderen", methods=["GET", "POST"])
@requires(PERMISSION)
def remove_source(meting: str, bron: int) -> Page:
    """Look at a source before it is taken away, and take it away."""
    row = find(meting)
    found, form = _source(row, bron), Empty()
    if form.validate_on_submit():

        def step() -> bool:
            verbs.remove(db.session(), found, by=acting())
            return True

        if take(form, step):
            evidence.sweep(db.session(), store())
            db.session.commit()
            flash("De bron is verwijderd.", "success")
            return redirect(url_for("visit.sources", meting=meting), 303)
    cited = verbs.where_cited(db.session(), row, _source(row, bron))
    return answer("visit/source_remove.html", form, row=row, source=_source(row, bron), cited=cited)


@blueprint.get("/<meting>/bronnen/<int:bron>/bestand")
@requires(PERMISSION)
def source_file(meting: str, bron: int) -> Response | tuple[str, int]:
    """Send the file of a source, to be saved and not to be shown."""
    row = find(meting)
    found = _source(row, bron)
    if found.file is None:
        abort(404)
    try:
        content = store().read(found.file.sha256)
    except FileDamaged as damage:
        form = _citing(row)
        form.form_errors = [*form.form_errors, downloads.lost(damage)]
        return _page(row, found, form), 500
    return downloads.stored(content, KINDS[found.file.kind], found.filename)


@blueprint.post("/<meting>/bronnen/<int:bron>/verwijzingen")
@requires(PERMISSION)
def cite_source(meting: str, bron: int) -> Page:
    """Cite a source for a factor of a dossier, or of the country."""
    row = find(meting)
    found, form = _source(row, bron), _citing(row)
    if form.validate_on_submit():

        def step() -> bool:
            verbs.cite(
                db.session(),
                found,
                _dossier(row, form.unit.data),
                form.factor.data,
                form.page.data,
                form.note.data,
                by=acting(),
            )
            return True

        if take(form, step, form.factor):
            flash("De verwijzing is bewaard.", "success")
            return redirect(url_for("visit.source", meting=meting, bron=bron, _anchor="aangehaald"), 303)
    return _draw(row, _source(row, bron), form)


@blueprint.post("/<meting>/bronnen/<int:bron>/verwijzingen/<int:verwijzing>/verwijderen")
@requires(PERMISSION)
def uncite_source(meting: str, bron: int, verwijzing: int) -> Page:
    """Take a citation away."""
    row = find(meting)
    found, form = _source(row, bron), _citing(row)
    if verwijzing not in {each.id for each in verbs.where_cited(db.session(), row, found)}:
        abort(404)

    def step() -> bool:
        verbs.uncite(db.session(), row, verwijzing, by=acting())
        return True

    if take(form, step):
        flash("De verwijzing is weggehaald.", "success")
        return redirect(url_for("visit.source", meting=meting, bron=bron, _anchor="aangehaald"), 303)
    return _draw(row, found, form)


def _draw(row: Measurement, found: Row, form: Citing) -> Page:
    page = _page(row, found, form)
    return (page, 422) if form.problems else page


def _page(row: Measurement, found: Row, form: Citing) -> str:
    return render_template(
        "visit/source.html",
        form=form,
        row=row,
        source=found,
        kind=verbs.KINDS[found.kind],
        cited=verbs.where_cited(db.session(), row, found),
    )


def _source(row: Measurement, number: int) -> Row:
    found = verbs.find(db.session(), row, number) if number <= LARGEST_ID else None
    return found or abort(404)


def _asked() -> dict[str, str]:
    """What the address asks for, without what is empty."""
    names = ("soort", "sorteer", "omlaag")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _listed(row: Measurement) -> list[verbs.Row]:
    asked = _asked()
    return verbs.listed(
        db.session(),
        row,
        kind=asked.get("soort"),
        sort=asked.get("sorteer", "titel"),
        down="omlaag" in asked,
    )


def _upload(form: Source) -> Upload | None:
    """The file that was sent, looked at; what is wrong with it stands at its field."""
    sent = request.files.get(form.file.name)
    if sent is None or not sent.filename:
        return None
    try:
        return looked_at(sent)
    except FileRefused as refusal:
        form.file.errors = [*form.file.errors, str(refusal)]
        return None


def _change(found: Row, form: Source, upload: Upload | None) -> bool:
    seen = form.version.data or ""
    verbs.change(
        db.session(),
        found,
        _details(form),
        upload,
        store(),
        drop_file=form.drop_file.data,
        by=acting(),
        seen_version=int(seen) if seen.isdecimal() else 0,
    )
    return True


def _details(form: Source) -> verbs.Details:
    return verbs.Details(
        form.kind.data, form.title.data, form.origin.data, form.dated.data, form.held.data, form.note.data
    )


def _values(found: Row) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "title": found.title,
        "origin": found.origin,
        "dated": found.dated,
        "held": found.held,
        "note": found.note,
        "version": str(found.version),
    }


def _citing(row: Measurement) -> Citing:
    form = Citing()
    units = db.session.scalars(
        select(Unit)
        .join(Dossier, Dossier.unit_id == Unit.id)
        .where(Dossier.measurement_id == row.id)
        .order_by(Unit.code)
    )
    named = [UnitInfo.of(unit, row.period_until) for unit in units]
    form.unit.choices = [
        ("", "Het landelijke beeld"),
        *((each.code, f"{each.code} {each.name}") for each in named),
    ]
    form.factor.choices = [
        ("", "Kies een factor"),
        *((code, f"{code} {title}") for code, title in verbs.factors(row).items()),
    ]
    return form


def _dossier(row: Measurement, code: str) -> Dossier | None:
    """The dossier of the unit that was chosen; None for the country."""
    if not code:
        return None
    return db.session.scalars(
        select(Dossier).join(Dossier.unit).where(Dossier.measurement_id == row.id, Unit.code == code)
    ).one()


def _about_files() -> dict[str, Any]:
    settings = current_app.config["SETTINGS"]
    return {
        "allowed": inspecting.ALLOWED,
        "upload_mb": settings.upload_mb,
        "scans": settings.clamd is not None,
    }
