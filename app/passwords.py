"""What a password must be: long, and not one that is guessed at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from flask_security import PasswordUtil
from sqlalchemy import select

from surveys.models import Person, UnitName

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 128
FEWEST_CHARACTERS = 5
"""So many different characters a password has at least."""
SHORTEST_NAME = 5
"""A shorter part of an e-mail address stands in a password by chance."""
STRENGTH: Final = 3
"""Of 0 to 4: it takes who knows all common passwords and words a hundred million guesses at least."""
JUDGED: Final = 48
"""So many characters are judged: what comes after makes a password no weaker, and judging slower."""
OF_THIS_WORLD: Final = (
    *("meetlat", "nulmeting", "tussenmeting", "eindmeting", "vragenlijst", "dossier", "oordeel"),
    *("veiligheidsregio", "veiligheid", "regio", "brandweer", "ghor", "politie", "gemeente", "crisis"),
    *("crisisbeheersing", "rampenbestrijding", "inspectie", "inspecteur", "inspectiejenv", "justitie"),
    *("defensie", "krijgsmacht", "landmacht", "luchtmacht", "marine", "marechaussee", "brigade", "militair"),
    *("commandant", "officier", "contactpersoon", "beheerder", "waarnemer", "samenwerking", "nederland"),
    *("welkom", "wachtwoord", "geheim", "toegang", "inloggen"),
    *("januari", "februari", "maart", "april", "juni", "juli", "augustus", "september", "oktober"),
    *("november", "december", "lente", "zomer", "herfst", "winter"),
)
"""Words that who knows Meetlat tries first, beside the names of its units, and the own name and address."""
MOST_NAMES: Final = 200
"""So many names of units are looked at: all safety regions and commands, and what came first of more."""
WORD: Final = re.compile(r"[^\W\d_]{4,}")


def can_be_hashed(password: str) -> bool:
    """Whether it could be a password at all: hashing fails on what is huge or has a null character."""
    return len(password) <= LONGEST_PASSWORD and "\0" not in password


def strength(password: str, known: list[str]) -> int:
    """How hard a password is to guess, from 0 to 4, for who also tries words that are known of somebody."""
    from zxcvbn import zxcvbn  # its lists of common passwords and words take time and memory to load

    return zxcvbn(password[:JUDGED], user_inputs=[*known, *OF_THIS_WORLD])["score"]


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
        user: Person | None = kwargs.get("user")
        own = user.email.split("@")[0] if user is not None else ""
        if len(own) >= SHORTEST_NAME and own in password.lower():
            return ["Kies een wachtwoord waar uw e-mailadres niet in staat."], password
        if strength(password, list(_known(user))) < STRENGTH:
            return [
                "Dit wachtwoord is te makkelijk te raden: het is een bekend wachtwoord, of er staat een naam"
                " of een woord van dit werk in. Kies een ander, zoals vier woorden die niets met elkaar te"
                " maken hebben."
            ], password
        return None, password


def _known(user: Person | None) -> Iterator[str]:
    """The words that somebody may know: of the units, and of who chooses the password."""
    from app.extensions import db  # which makes this module's class a part of the log-in library

    for name in db.session.scalars(select(UnitName.name).order_by(UnitName.id).limit(MOST_NAMES)):
        yield from _words(name)
    if user is not None:
        yield from _words(user.name)
        yield from _words(user.email)


def _words(text: str) -> list[str]:
    """The words of a text, and all of them as one."""
    found: list[str] = WORD.findall(text.lower())
    return [*found, "".join(found)]
