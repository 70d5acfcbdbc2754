"""What the views of this area share: the dossier as it is read, whether it can be changed, addresses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, current_app, g, render_template, url_for

from app import abbreviations
from app.auth import held_by_me, may
from app.extensions import db
from app.fill_in import talks
from app.fill_in.company import Here
from surveys import filling, inspecting
from surveys.measurements import ANSWERING
from surveys.questionnaire import Reading

blueprint = Blueprint("fill_in", __name__, url_prefix="/dossier/<meting>/<eenheid>")
blueprint.add_app_template_filter(abbreviations.mark, "afkortingen")


def reading() -> Reading:
    """Read the dossier that the guard found; what respondents say to each other is for them alone."""
    found = filling.read(db.session(), g.dossier)
    return found if may("dossier.discuss", g.dossier.unit_id) else replace(found, threads={})


def can_answer(dossier: Reading) -> bool:
    """Whether the person who asks can change answers in it now."""
    return dossier.is_open and may("dossier.answer", dossier.dossier.unit_id)


def can_return(dossier: Reading) -> bool:
    """Whether the person who asks can return it to its respondents now."""
    state, measurement = dossier.dossier.state, dossier.dossier.measurement
    return state == "ingediend" and measurement.state in ANSWERING and may("dossier.inspect")


def differing_roles(dossier: Reading) -> list[str]:
    """The roles in which the person who asks can record a divergent view in this dossier, open or not."""
    held = {each.role for each in held_by_me("dossier.differ", dossier.dossier.unit_id)}
    return [role for role in dossier.instrument.roles if role in held]


def talking_roles() -> list[str]:
    """The roles in which the person who asks takes part in the threads of this dossier."""
    return [each.role for each in held_by_me("dossier.discuss", g.dossier.unit_id)]


def address(view: str, **values: Any) -> str:
    """The address of a view of this area, for the dossier at hand."""
    return url_for(
        f"fill_in.{view}", meting=g.dossier.measurement.code, eenheid=g.dossier.unit.code, **values
    )


def page(template: str, dossier: Reading, **values: Any) -> str:
    """Render a page of this area."""
    factor = getattr(values.get("view"), "factor", None)
    found = Here(dossier.dossier, factor.code if factor else None, asks=can_answer(dossier))
    values.setdefault("present", found)
    return render_template(
        f"fill_in/{template}.html",
        dossier=dossier,
        can_answer=can_answer(dossier),
        can_return=can_return(dossier),
        address=address,
        # who fills in alone has nobody to differ from
        differing=differing_roles(dossier) if dossier.is_open and len(dossier.instrument.roles) > 1 else [],
        talking=talking_roles(),
        talks=(open_talks := talks.talks(dossier, talking_roles())),
        talk_hints=talks.hints(open_talks),
        waits=lambda thread: talks.waits(thread, talking_roles()),
        kinds=inspecting.ALLOWED,
        accepted=",".join(suffix for kind in inspecting.KINDS.values() for suffix in kind.suffixes),
        upload_mb=(settings := current_app.config["SETTINGS"]).upload_mb,
        scans=settings.clamd is not None,
        **values,
    )
