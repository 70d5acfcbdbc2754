"""Why logging in at an organisation can fail, and what the person who tried is told."""

from __future__ import annotations

from typing import Final

from surveys.models import Person

AGAIN: Final = "Probeer het over een paar minuten opnieuw, of log in met uw wachtwoord."
TEXTS: Final[dict[str, str]] = {
    "unreachable": "{name} is nu niet te bereiken. " + AGAIN,
    "unusable": (
        "Inloggen met {name} lukt nu niet. " + AGAIN + " Gaat het weer mis? Vraag de beheerder van Meetlat."
    ),
    "denied": (
        "U bent niet ingelogd: {name} heeft het inloggen afgebroken."
        " Probeer het opnieuw, of log in met uw wachtwoord."
    ),
    "outdated": "Het inloggen met {name} duurde te lang, of was al een keer afgerond. Begin opnieuw.",
    "unknown": (
        "Dit account bij {name} hoort niet bij iemand die voor Meetlat is uitgenodigd."
        " Hebt u een link van de beheerder gekregen? Gebruik die."
        " Hebt u al een wachtwoord? Log daarmee in en koppel daarna uw account."
    ),
    "unverified": (
        "{name} bevestigt niet welk e-mailadres van u is."
        " Gebruik de link die u van de beheerder van Meetlat kreeg,"
        " of log in met uw wachtwoord en koppel daarna uw account."
    ),
    "linkable": (
        "U hebt al een account, dat nog niet is gekoppeld aan {name}."
        " Log één keer in met uw wachtwoord en koppel daarna uw account."
        " Wachtwoord vergeten? Vraag een link aan: daarmee kunt u ook koppelen."
    ),
    "disabled": "Uw account is uitgezet. Vraag de beheerder van uw organisatie waarom.",
    "link": "Deze link werkt niet (meer). Vraag de beheerder van Meetlat om een nieuwe link.",
    "taken": "Dit account bij {name} is al gekoppeld aan iemand anders. Vraag de beheerder van Meetlat.",
    "other": "U hebt bij {name} ingelogd met een ander account dan is gekoppeld. Probeer het opnieuw.",
    "stale": "{name} heeft u niet opnieuw laten inloggen. Bevestig met uw wachtwoord dat u het bent.",
}
"""By reason: what is the matter and what to do. `{name}` is what the button calls the organisation."""


class Failure(Exception):
    """Logging in at the organisation failed.

    `reason` is a key of TEXTS; `detail` tells those who run Meetlat more, and is no secret; `person` is whose
    account here it was about, where that is known.
    """

    def __init__(self, reason: str, detail: str = "", person: Person | None = None) -> None:
        self.reason, self.detail, self.person = reason, detail, person
        super().__init__(f"{reason} {detail}".strip())

    def told(self, name: str) -> str:
        """What the person who tried reads."""
        return TEXTS[self.reason].format(name=name)
