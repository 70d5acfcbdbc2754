"""The page on which a person who left is made unrecognisable, with where the name still stands."""

from __future__ import annotations

from typing import Final

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.auth import acting, requires
from app.extensions import db
from app.manage import blueprint, forms
from app.manage.steps import answer, find, take
from app.retention.words import NOUNS
from surveys import forgetting
from surveys.models import Person
from surveys.reading_log import SUBJECTS

MORE: Final[dict[str, str]] = {
    "kept_archive": "bewaarde archieven",
    "log_entry": "regels van het logboek",
    "measurement": "metingen",
    "plan_version": "planningen",
    "point_status": "standen van punten",
    "point_verdict": "oordelen over standen",
    "point_version": "versies van punten",
    "retention_term": "bewaartermijnen",
}
"""What tables are called that are not of a measurement, beside what the log calls them."""


@blueprint.route("/mensen/<int:person_id>/vergeten", methods=["GET", "POST"])
@requires("people.manage", fresh=True)
def forget(person_id: int) -> str | Response | tuple[str, int]:
    """Show where a name stands, and take it out of the account."""
    person, form = find(Person, person_id), forms.Empty()
    if request.method == "POST" and form.validate():

        def step() -> bool:
            forgetting.forget(db.session(), person, acting())
            return True

        if take(form, step):
            flash("De persoonsgegevens zijn uit het account verwijderd.", "success")
            return redirect(url_for("manage.person", person_id=person.id), 303)
    reason = forgetting.outstanding(person, acting())
    return answer(
        "manage/forget.html",
        form,
        person=person,
        reason=reason if request.method == "GET" else None,
        places=() if reason else forgetting.places(db.session(), person),
        most=forgetting.MOST,
        noun=_noun,
    )


def _noun(table: str) -> str:
    return NOUNS.get(table) or MORE.get(table) or SUBJECTS.get(table, table).lower()
