"""Making a working list from rows, changing it, copying, sharing and removing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from app.auth import acting, requires
from app.extensions import db
from app.furniture import moment
from app.lists import blueprint
from app.lists.here import Here, address, find, plain, saved
from surveys import keeping_lists
from surveys.errors import ChangedMeanwhile, ListFaults, NotAllowed, Refused
from surveys.models import Measurement, WorkingList
from surveys.running import PERMISSION
from surveys.working_lists import (
    JOINS,
    KINDS,
    LIMITS,
    STATES,
    WITH_STATES,
    Definition,
    Row,
    Vocabulary,
    suggested_columns,
)

Page = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Draft:
    """A list that is being made: what was filled in, whether it can be or not."""

    name: str = ""
    join: str = "alle"
    rows: tuple[Row, ...] = ()
    columns: tuple[str, ...] = ()
    shared: bool = False
    kind: str = "answer"
    about: str = ""
    seen: str = ""
    """When the list that is changed was last changed, as far as this page knows (ISO 8601)."""
    replaces: bool = False
    """Whether saving replaces what was saved in another window meanwhile, as the page then says."""
    faults: tuple[tuple[str, str], ...] = field(default=())
    """What is wrong: the id of its place on the page, and the text."""

    def data(self, unit: str) -> dict[str, Any]:
        """The definition as plain data, for `Vocabulary.parse`."""
        return Definition(unit, self.join, self.rows, self.columns).as_json()


@blueprint.route("/maken", methods=["GET", "POST"])
@requires(PERMISSION)
def make(meting: str) -> Page:
    """Make a list; `?definitie=` fills it in."""
    given = plain(request.args["definitie"]) if request.args.get("definitie") else {}
    given = given if isinstance(given, dict) else {}
    here = find(meting, given.get("unit") or request.args.get("eenheden"))
    return _page(here, _given(given), None)


@blueprint.route("/lijst/<int:lijst>/wijzigen", methods=["GET", "POST"])
@requires(PERMISSION)
def change(meting: str, lijst: int) -> Page:
    """Change one's own list."""
    row, kept = _mine(meting, lijst)
    here = find(row.code, kept.definition.get("unit"))
    given = replace(_given(kept.definition), name=kept.name, shared=kept.shared, seen=kept.at.isoformat())
    return _page(here, given, kept)


@blueprint.post("/lijst/<int:lijst>/kopie")
@requires(PERMISSION)
def copy(meting: str, lijst: int) -> Response:
    """Make a list of one's own of a list that one can see."""
    row, kept = saved(meting, lijst)
    made = keeping_lists.copy(db.session(), row, kept, by=acting())
    db.session.commit()
    flash(f"U hebt nu een eigen werklijst ‘{made.name}’.", "success")
    return redirect(url_for("lists.show", meting=meting, nummer=made.id), 303)


@blueprint.post("/lijst/<int:lijst>/delen")
@requires(PERMISSION)
def share(meting: str, lijst: int) -> Response:
    """Share one's own list with the other inspectors, or no longer."""
    _, kept = saved(meting, lijst)
    shared = request.form.get("delen") == "ja"
    keeping_lists.share(db.session(), kept, shared, by=acting())
    db.session.commit()
    flash(
        "De andere inspecteurs zien deze werklijst nu ook." if shared else "Alleen u ziet deze werklijst nu."
    )
    return redirect(url_for("lists.show", meting=meting, nummer=lijst), 303)


@blueprint.route("/lijst/<int:lijst>/weghalen", methods=["GET", "POST"])
@requires(PERMISSION)
def remove(meting: str, lijst: int) -> Page:
    """Remove one's own list, after a question."""
    row, kept = _mine(meting, lijst)
    if request.method == "GET":
        return render_template("lists/remove.html", here=find(row.code), kept=kept)
    name = kept.name
    keeping_lists.remove(db.session(), kept, by=acting())
    db.session.commit()
    flash(f"De werklijst ‘{name}’ is weg.", "success")
    return redirect(url_for("lists.lists", meting=meting), 303)


def _mine(meting: str, lijst: int) -> tuple[Measurement, WorkingList]:
    """One's own list. Raises NotAllowed for one that somebody else shares."""
    row, kept = saved(meting, lijst)
    if kept.person_id != current_user.id:
        raise NotAllowed()
    return row, kept


def _page(here: Here, draft: Draft, kept: WorkingList | None) -> Page:
    """Show the form, add or take away a row, show the units, or save."""
    vocabulary = here.vocabulary()
    meting = here.measurement.code
    if request.method == "POST":
        draft = _sent(request.form)
        step = request.form.get("doen", "")
        if step == "erbij":
            draft = _added(draft, vocabulary)
        elif step.startswith("weg-"):
            rows = [row for number, row in enumerate(draft.rows) if f"weg-{number}" != step]
            draft = replace(draft, rows=tuple(rows))
        else:
            try:
                definition = vocabulary.parse(draft.data(here.instrument.unit))
                if step == "tonen":
                    return redirect(url_for("lists.show", meting=meting, definitie=address(definition)), 303)
                row = _keep(here, draft, definition, kept)
                flash(f"De werklijst ‘{row.name}’ is opgeslagen.", "success")
                return redirect(url_for("lists.show", meting=meting, nummer=row.id), 303)
            except ListFaults as found:
                at = [("" if place is None else f"rij-{place}", text) for place, text in found.places]
                draft = replace(draft, faults=tuple(at))
            except ChangedMeanwhile:
                db.session.rollback()
                assert kept is not None
                text = f"Deze werklijst is in een ander venster gewijzigd, op {moment(kept.at)}."
                text += " Kijk hoe zij nu is. Slaat u opnieuw op, dan komt deze lijst daarvoor in de plaats."
                draft = replace(draft, seen=kept.at.isoformat(), replaces=True, faults=(("naam", text),))
            except Refused as refusal:
                db.session.rollback()
                draft = replace(draft, faults=(("naam", str(refusal)),))
    page = render_template(
        "lists/make.html",
        here=here,
        draft=draft,
        kept=kept,
        vocabulary=vocabulary,
        kinds=KINDS,
        joins=JOINS,
        limits=LIMITS,
        states=STATES,
        with_states=WITH_STATES,
    )
    return (page, 422) if draft.faults else page


def _keep(here: Here, draft: Draft, definition: Definition, kept: WorkingList | None) -> WorkingList:
    session, by = db.session(), acting()
    if kept is None:
        row = keeping_lists.save(
            session, here.measurement, draft.name, definition, shared=draft.shared, by=by
        )
    else:
        row = kept
        keeping_lists.change(
            session, row, draft.name, definition, shared=draft.shared, seen=_moment(draft.seen), by=by
        )
    session.commit()
    return row


def _moment(text: str) -> datetime:
    """When that was; long ago for what no page of Meetlat sends, so that nothing is replaced unseen."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _added(draft: Draft, vocabulary: Vocabulary) -> Draft:
    """The draft with the row that was chosen, which asks the first thing that can be asked."""
    row = Row(draft.kind, draft.about)
    if draft.kind not in KINDS or draft.about not in vocabulary.abouts(draft.kind):
        noun = {"question": "een vraag", "factor": "een factor", "check": "een controle"}
        what = KINDS[draft.kind] if draft.kind in KINDS else KINDS["answer"]
        fault = f"Kies bij ‘{what.label}’ {noun[what.about]}."
        return replace(draft, faults=(("nieuw-over", fault),))
    operators = vocabulary.operators(row)
    first = "any_of" if "any_of" in operators else next(iter(operators))
    rows = (*draft.rows, replace(row, operator=first))
    columns = (*draft.columns, *suggested_columns(vocabulary.instrument, rows[-1:]))
    return replace(draft, rows=rows, columns=tuple(dict.fromkeys(columns)), about="")


def _sent(form: Mapping[str, Any]) -> Draft:
    """What was filled in."""
    rows, number = [], 0
    while f"rij-{number}-soort" in form:
        start = f"rij-{number}"
        operator = form.get(f"{start}-toets", "")
        typed = form.get(f"{start}-getal", "").strip()
        chosen = tuple(request.form.getlist(f"{start}-waarde"))
        values = ((typed,) if typed else ()) if operator in LIMITS else chosen
        if form[f"{start}-soort"] in KINDS:
            rows.append(Row(form[f"{start}-soort"], form.get(f"{start}-over", ""), operator, values))
        number += 1
    return Draft(
        name=form.get("naam", ""),
        join=form.get("samen", ""),
        rows=tuple(rows),
        columns=tuple(request.form.getlist("kolom")),
        shared="delen" in form,
        kind=form.get("nieuw-soort", "answer"),
        about=form.get("nieuw-over", ""),
        seen=form.get("gezien", ""),
        replaces="vervangt" in form,
    )


def _given(data: Mapping[str, Any]) -> Draft:
    """A definition as it came, good or not, to fill in the form with."""
    rows = data.get("rows")
    found = []
    for each in rows if isinstance(rows, list) else []:
        if isinstance(each, dict) and each.get("kind") in KINDS:
            values = each.get("values")
            texts = [str(value) for value in values] if isinstance(values, list) else []
            row = Row(
                each["kind"], str(each.get("about") or ""), str(each.get("operator") or ""), tuple(texts)
            )
            found.append(row)
    columns = data.get("columns")
    join = data.get("join")
    return Draft(
        join=join if isinstance(join, str) and join in JOINS else "alle",
        rows=tuple(found),
        columns=tuple(str(code) for code in columns) if isinstance(columns, list) else (),
    )
