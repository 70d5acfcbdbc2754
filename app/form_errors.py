"""What is wrong with a form, as the error summary above it lists it."""

from __future__ import annotations

from typing import Any


class ListsErrors:
    """A form that gives all its errors in the order of its fields."""

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Each error: the id of its field (empty when it concerns the whole form) and the text."""
        form: Any = self
        at_fields = [(field.id, text) for field in form for text in field.errors]
        return at_fields + [("", text) for text in form.form_errors]
