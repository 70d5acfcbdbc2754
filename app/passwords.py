"""What a password must be: long, and not one that is guessed at once."""

from __future__ import annotations

from typing import Any

from flask_security import PasswordUtil

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 128
FEWEST_CHARACTERS = 5
"""So many different characters a password has at least."""
SHORTEST_NAME = 5
"""A shorter part of an e-mail address stands in a password by chance."""


def can_be_hashed(password: str) -> bool:
    """Whether it could be a password at all: hashing fails on what is huge or has a null character."""
    return len(password) <= LONGEST_PASSWORD and "\0" not in password


class Passwords(PasswordUtil):  # type: ignore[misc]
    """How the log-in library judges a new password."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        """Give what is wrong with a password (None: nothing), and the password in its normal form."""
        wrong, password = super().validate(password, is_register, **kwargs)
        if wrong:
            return wrong, password
        if "\0" in password:
            return ["In het wachtwoord staat een teken dat niet kan. Typ het opnieuw."], password
        if len(set(password)) < FEWEST_CHARACTERS:
            return [f"Kies een wachtwoord met ten minste {FEWEST_CHARACTERS} verschillende tekens."], password
        user = kwargs.get("user")
        own = user.email.split("@")[0] if user is not None else ""
        if len(own) >= SHORTEST_NAME and own in password.lower():
            return ["Kies een wachtwoord waar uw e-mailadres niet in staat."], password
        return None, password
