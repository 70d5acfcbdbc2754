"""What all pages of the beheerder do: take a step and commit it, or say at the form why it is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import abort, render_template
from wtforms.fields import Field

from app.extensions import db
from app.manage.forms import Form
from surveys.errors import Refused

T = TypeVar("T")
LARGEST_ID = 2**31 - 1
"""No row has a larger number; a database would choke on one."""


def take(form: Form, step: Callable[[], T], at: Field | None = None) -> T | None:
    """Take a step and commit it, giving its result.

    A refusal undoes it, puts its words at a field (or above the form), and gives None.
    """
    try:
        result = step()
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        if at is None:
            form.form_errors.append(str(refusal))
        else:
            at.errors = [*at.errors, str(refusal)]
        return None
    return result


def find(model: type[T], number: int) -> T:
    """The row with this number, or 404."""
    return (db.session.get(model, number) if number <= LARGEST_ID else None) or abort(404)


def answer(template: str, form: Form, **values: object) -> str | tuple[str, int]:
    """The page with its form; 422 when it was sent and refused."""
    page = render_template(template, form=form, **values)
    return (page, 422) if form.problems else page
