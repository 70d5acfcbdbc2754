"""What the views of this area share: the dossier as it is read, whether it can be changed, addresses."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, url_for

from app import abbreviations
from app.auth import may
from app.extensions import db
from surveys import filling
from surveys.filling import Reading

blueprint = Blueprint("fill_in", __name__, url_prefix="/dossier/<meting>/<eenheid>")
blueprint.add_app_template_filter(abbreviations.mark, "afkortingen")


def reading() -> Reading:
    """Read the dossier that the guard found."""
    return filling.read(db.session(), g.dossier)


def can_answer(dossier: Reading) -> bool:
    """Whether the person who asks can change answers in it now."""
    return dossier.is_open and may("dossier.answer", dossier.dossier.unit_id)


def address(view: str, **values: Any) -> str:
    """The address of a view of this area, for the dossier at hand."""
    return url_for(
        f"fill_in.{view}", meting=g.dossier.measurement.code, eenheid=g.dossier.unit.code, **values
    )


def page(template: str, dossier: Reading, **values: Any) -> str:
    """Render a page of this area."""
    return render_template(
        f"fill_in/{template}.html",
        dossier=dossier,
        can_answer=can_answer(dossier),
        address=address,
        **values,
    )
