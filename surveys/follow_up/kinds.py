"""The codes of follow-up, with their Dutch names, in the order in which they are chosen from.

Sources: `docs/method.md`, *Where each source lives*, names for each the letter or report that it comes from.
"""

from __future__ import annotations

from typing import Final

KINDS: Final[dict[str, str]] = {
    "aanbeveling": "Aanbeveling",
    "bevinding": "Bevinding",
    "maatregel": "Maatregel",
    "agendapunt": "Agendapunt",
    "toezegging": "Toezegging",
    "verzoek": "Verzoek",
}
"""What a point can be."""

MEASURE: Final = "maatregel"
"""The kind that stands under another point, and can have parts."""

ORIGINS: Final[dict[str, str]] = {
    "meting": "Rapport van een meting",
    "rapport": "Rapport",
    "evaluatie": "Evaluatie",
    "brief": "Brief",
    "kamerstuk": "Kamerstuk",
    "reactie": "Kabinetsreactie",
    "jaarbrief": "Jaarbrief of jaarverslag",
    "audit": "Audit, zoals van de Auditdienst Rijk",
    "anders": "Ander document",
}
"""Documents in which points stand."""

RESPONSES: Final[dict[str, str]] = {
    "volledig": "Volledig overgenomen",
    "deels": "Deels overgenomen",
    "niet": "Niet overgenomen",
    "nog_niet": "Nog niet overgenomen",
}

NATURES: Final[dict[str, str]] = {"no_regret": "No regret", "richtinggevend": "Richtinggevend"}

LATER: Final[dict[str, str]] = {
    "concretiseren": "Concretiseren",
    "aanpassen": "Aanpassen",
    "schrappen": "Schrappen",
}
"""What was decided later about a directional recommendation."""

PHASES: Final[dict[str, str]] = {
    "prepared_on": "Voorbereid",
    "begun_on": "Eerste activiteiten",
    "done_on": "Uitgevoerd",
}
"""The three phases of a measure, by the column that has their day."""

REASONS: Final[dict[str, str]] = {
    "prioriteit": "Prioriteit",
    "realiteit": "Realiteit",
    "actualiteit": "Actualiteit",
}
"""Why a planning changed."""

DEPENDENCIES: Final[dict[str, str]] = {"eerst": "Wacht op", "gelijk": "Loopt gelijk op met"}

LEVELS: Final[dict[str, str]] = {"output": "Output", "outcome": "Outcome", "impact": "Impact"}
"""What an indicator is about: what is made, what changes by it, what that is good for."""

SOURCES: Final[dict[str, str]] = {
    "uitspraak": "Telling uit een vragenlijst",
    "vraag": "Score van een vraag",
    "factor": "Score van een factor",
    "reeks": "Eigen reeks",
}
"""Where an indicator gets its figures from."""

READINGS: Final[dict[str, str]] = {
    "voorvallen": "Voorvallen, incidenten en ongevallen",
    "medewerkers": "Medewerkersonderzoek",
    "personeel": "Personeelsregistratie",
    "toezicht": "Rapport van een toezichthouder",
    "audit": "Audit, zoals van de Auditdienst Rijk",
    "anders": "Andere bron",
}
"""Where a figure that is entered by hand comes from."""

STATUSES: Final[dict[str, str]] = {
    "nog_niet_gestart": "Nog niet gestart",
    "onderhanden": "Onderhanden",
    "afgerond": "Afgerond",
    "niet_overgenomen": "Niet overgenomen",
    "aangepast": "Aangepast",
    "geschrapt": "Geschrapt",
}
"""How a point stands."""

UNCLEAR: Final = "niet_vast_te_stellen"
SUPERVISED: Final[dict[str, str]] = {**STATUSES, UNCLEAR: "Niet vast te stellen"}
"""How a point stands according to who supervises it."""

ENDED: Final = frozenset({"afgerond", "niet_overgenomen", "geschrapt"})
"""States in which nothing more is to be expected."""

DECISIONS: Final[dict[str, str]] = {
    "bijsturen": "Bijsturen",
    "afsluiten": "Afsluiten",
    "doorzetten": "Doorzetten naar een opvolger",
    "richting": "Concretiseren, aanpassen of schrappen",
    "anders": "Ander besluit",
}

CLOSINGS: Final[dict[str, str]] = {
    "afgesloten": "Afgesloten",
    "doorgezet": "Doorgezet naar een opvolger",
    "geschrapt": "Geschrapt",
}

BUDGETS: Final[dict[str, str]] = {
    "ja": "Ja",
    "nee": "Nee",
    "onbekend": "Niet bekend",
    "nvt": "Er was geen budget nodig",
}
"""Was the budget enough?"""

WORKED: Final[dict[str, str]] = {
    "ja": "Ja",
    "deels": "Deels",
    "nee": "Nee",
    "onbekend": "Niet vast te stellen",
}
"""Did it work? Says who evaluated; what indicators show stands beside it."""

VERDICTS: Final[dict[str, str]] = {"bevestigd": "Bevestigd", "niet_bevestigd": "Niet bevestigd"}

OUTCOMES: Final[dict[str, str]] = {
    "uitgevoerd": "Uitgevoerd",
    "deels": "Deels uitgevoerd",
    "niet": "Niet uitgevoerd",
    "onbekend": "Niet vast te stellen",
}
"""What a measurement found of a point of an earlier one."""

PRIORITIES: Final[dict[str, str]] = {"hoog": "Hoog", "midden": "Midden", "laag": "Laag"}
"""How much comes first of what can't all be done at once."""

OBJECTIVES: Final[dict[str, str]] = {
    "loopt": "Loopt",
    "behaald": "Behaald",
    "deels": "Deels behaald",
    "niet": "Niet behaald",
}
"""What became of the objective of a year."""

TAKEN: Final[dict[str, str]] = {"ja": "Ingevuld", "nee": "Niet ingevuld"}
"""What became of a savings variant."""

EVALUATIONS: Final[dict[str, str]] = {
    "gepland": "Gepland",
    "loopt": "Loopt",
    "afgerond": "Afgerond",
    "vervallen": "Vervallen",
}
"""How far an evaluation of the Strategische Evaluatieagenda is."""
