"""The forms of the second step of logging in."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, StringField

from app.manage.forms import Form
from surveys import one_time_codes


class OneLine(StringField):
    """What was typed, as text; nothing for nothing."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it without spaces around it."""
        self.data = (valuelist[0] if valuelist else "").strip()

    def require(self, words: str) -> bool:
        """Whether something was typed; if not, `words` stand at the field."""
        if not self.data:
            self.errors = [words]
        return bool(self.data)


class Code(Form):
    """A code of an app."""

    code = OneLine(f"Code van {one_time_codes.DIGITS} cijfers")


class RecoveryCode(Form):
    """A code from paper."""

    code = OneLine("Herstelcode")


class NewPasskey(Form):
    """A passkey that the browser has just made; its name is for who keeps several."""

    name = OneLine("Naam van de passkey")
    credential = HiddenField()


class UsePasskey(Form):
    """What the browser says for a passkey."""

    credential = HiddenField()
