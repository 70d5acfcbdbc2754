"""Versions of the report: freezing one, and what is done with it until it is public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import BooleanField
from wtforms.validators import DataRequired, Optional

from app.auth import acting, requires
from app.extensions import db
from app.manage.forms import Day, Form, Pick, Text, Words, most
from app.manage.steps import answer, take
from app.measure.here import find
from app.report import blueprint
from app.report.files import find_version, frozen
from app.report.here import PERMISSION, here
from exports import html
from exports.document import from_json, to_json
from exports.documents import DOCUMENTS
from exports.report.basis import basis
from exports.report.checks import checks
from exports.report.difference import difference
from surveys import report_versions
from surveys.errors import Refused
from surveys.models import Measurement
from surveys.report_versions import Signed, Version, publishers

Page = str | Response | tuple[str, int]
_LENGTH = 200


class FreezeForm(Form):
    """What the version is for."""

    remark = Words("Waarvoor is deze versie? (niet verplicht)", validators=[Optional(), most(1000)])


class ConfirmForm(Form):
    """That somebody looked at what the report might give away."""

    seen = BooleanField("Ik heb de punten bij ‘Nakijken’ gezien. Het rapport kan zo naar buiten.")
    remark = Words("Opmerking (niet verplicht)", validators=[Optional(), most(1000)])


class SignForm(Form):
    """Who signed, for which organisation, when."""

    organisation = Pick("Organisatie")
    name = Text("Naam", validators=[DataRequired("Vul de naam in."), most(_LENGTH)])
    function = Text("Functie", validators=[DataRequired("Vul de functie in."), most(_LENGTH)])
    signed_on = Day("Ondertekend op", validators=[DataRequired("Vul de datum in.")])


class PresentForm(Form):
    """To whom the report was presented, when, and with which letter."""

    to = Text("Aangeboden aan", validators=[DataRequired("Vul in aan wie."), most(_LENGTH)])
    on = Day("Aangeboden op", validators=[DataRequired("Vul de datum in.")])
    letter = Text("Bij welke brief", validators=[DataRequired("Vul de brief in."), most(_LENGTH)])


@blueprint.route("/<meting>/versies/nieuw", methods=["GET", "POST"])
@requires(PERMISSION)
def freeze(meting: str) -> Page:
    """Keep the report as it is now, as the next version."""
    found = here(meting)
    form = FreezeForm()
    if form.validate_on_submit():
        made = take(
            form,
            lambda: report_versions.freeze(
                db.session(),
                found.row,
                content=to_json(found.document),
                basis=basis(found.whole, found.report),
                remark=form.remark.data,
                by=acting(),
            ),
        )
        if made is not None:
            flash(f"Versie {made.number} is vastgelegd.", "success")
            return redirect(url_for("report.version", meting=meting, nummer=made.number), 303)
    points = checks(found.whole, found.report)
    return answer(
        "report/freeze.html",
        form,
        row=found.row,
        blocking=sum(point.blocks for point in points),
        looking=sum(not point.blocks for point in points),
    )


@blueprint.get("/<meting>/versies/<int:nummer>")
@requires(PERMISSION)
def version(meting: str, nummer: int) -> Page:
    """A version: what was done with it, what can be done now, and its files."""
    row = find(meting)
    return _draw(row, find_version(row, nummer))


@blueprint.get("/<meting>/versies/<int:nummer>/lezen")
@requires(PERMISSION)
def read_version(meting: str, nummer: int) -> str:
    """A version as it was frozen."""
    row = find(meting)
    found = find_version(row, nummer)
    return render_template(
        "report/read.html",
        row=row,
        version=found,
        content=Markup(html.body(frozen(row, found))),
    )


@blueprint.get("/<meting>/versies/<int:nummer>/verschil/<int:ander>")
@requires(PERMISSION)
def compare_versions(meting: str, nummer: int, ander: int) -> str:
    """What differs between two versions; 0 stands for the report as it is now."""
    row = find(meting)
    new = here(meting).document if nummer == 0 else _kept(row, nummer)
    old = here(meting).document if ander == 0 else _kept(row, ander)
    return render_template(
        "report/difference.html",
        row=row,
        number=nummer,
        other=ander,
        found=difference(old, new),
    )


def _kept(row: Measurement, number: int) -> Any:
    find_version(row, number)
    return from_json(report_versions.content(db.session(), row, number)[0])


@blueprint.post("/<meting>/versies/<int:nummer>/vaststellen")
@requires(PERMISSION, fresh=True)
def confirm(meting: str, nummer: int) -> Page:
    """Confirm the newest version: a second inspector, on a report in whose way nothing stands."""
    row = find(meting)
    form = ConfirmForm()

    def step() -> None:
        report_versions.hold(db.session(), row)
        db.session.expire_all()
        found = here(meting)  # read after a colleague who was writing is done
        content, _ = report_versions.content(db.session(), row, nummer)
        if content != to_json(found.document):
            raise Refused(
                f"De gegevens of teksten zijn gewijzigd na versie {nummer}. Leg eerst een nieuwe versie vast."
            )
        points = checks(found.whole, found.report)
        if any(point.blocks for point in points):
            raise Refused("Er staat nog iets in de weg. Bekijk wat er bij ‘Nakijken’ bovenaan staat.")
        if points and not form.seen.data:
            raise Refused("Bekijk de punten bij ‘Nakijken’, en bevestig hieronder dat u ze hebt gezien.")
        report_versions.confirm(db.session(), row, nummer, remark=form.remark.data, by=acting())

    return _take(row, nummer, "confirming", form, step, f"Versie {nummer} is vastgesteld.")


@blueprint.post("/<meting>/versies/<int:nummer>/ondertekenen")
@requires(PERMISSION, fresh=True)
def sign(meting: str, nummer: int) -> Page:
    """Record that the head of an organisation signed."""
    row = find(meting)
    form = _sign_form()

    def step() -> None:
        signed = Signed(form.name.data, form.function.data, form.organisation.data, form.signed_on.data)
        report_versions.sign(db.session(), row, nummer, signed, by=acting())

    return _take(row, nummer, "signing", form, step, "De ondertekening is vastgelegd.")


@blueprint.post("/<meting>/versies/<int:nummer>/aanbieden")
@requires(PERMISSION, fresh=True)
def present(meting: str, nummer: int) -> Page:
    """Record to whom the report was presented."""
    row = find(meting)
    form = PresentForm()

    def step() -> None:
        report_versions.present(
            db.session(), row, nummer, to=form.to.data, on=form.on.data, letter=form.letter.data, by=acting()
        )

    return _take(row, nummer, "presenting", form, step, "Dat het rapport is aangeboden, is vastgelegd.")


@blueprint.post("/<meting>/versies/<int:nummer>/publiceren")
@requires(PERMISSION, fresh=True)
def publish(meting: str, nummer: int) -> Page:
    """Record that the report is public."""
    row = find(meting)
    form = Form()
    return _take(
        row,
        nummer,
        "publishing",
        form,
        lambda: report_versions.publish(db.session(), row, nummer, by=acting()),
        "Het rapport staat nu als gepubliceerd vermeld.",
    )


def _sign_form() -> SignForm:
    form = SignForm()
    form.organisation.choices = [(name, name) for name in publishers(db.session())]
    return form


def _take(row: Measurement, number: int, what: str, form: Form, step: Callable[[], None], done: str) -> Page:
    find_version(row, number)

    def taken() -> bool:
        step()
        return True

    if form.validate_on_submit() and take(form, taken):
        flash(done, "success")
        return redirect(url_for("report.version", meting=row.code, nummer=number), 303)
    db.session.rollback()
    return _draw(row, find_version(row, number), **{what: form})


def _draw(row: Measurement, found: Version, **given: Form) -> Page:
    versions = report_versions.listed(db.session(), row)
    settled = any(each.state != "concept" for each in versions)
    by = acting()
    forms: dict[str, Form | None] = {
        "confirming": given.get("confirming") or ConfirmForm(formdata=None),
        "signing": given.get("signing") or _blank_sign_form(found),
        "presenting": given.get("presenting") or PresentForm(formdata=None),
        "publishing": given.get("publishing") or Form(formdata=None),
    }
    kept = report_versions.row_of(db.session(), row, found.number)
    form = next(iter(given.values()), Form(formdata=None))
    return answer(
        "report/version.html",
        form,
        row=row,
        version=found,
        newest=versions[0].number == found.number,
        before=next((each for each in versions if each.number < found.number), None),
        settled=settled,
        why_not=report_versions.four_eyes(db.session(), row, kept.made_by_id, kept.made_as_id, by),
        writing=row.state == report_versions.WRITING,
        formats=DOCUMENTS,
        files={
            name: url_for("report.version_file", meting=row.code, nummer=found.number, vorm=name)
            for name in DOCUMENTS
        },
        **forms,
    )


def _blank_sign_form(found: Version) -> SignForm:
    form = SignForm(formdata=None)
    form.organisation.choices = [(name, name) for name in found.missing]
    return form
