"""Abbreviations of the questionnaires, explained where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

MEANINGS: dict[str, str] = {
    "AFD": "Audit Functie Defensie",
    "BZK": "Ministerie van Binnenlandse Zaken en Koninkrijksrelaties",
    "C2000": "het netwerk waarover de hulpdiensten met elkaar praten",
    "CLAS": "Commando Landstrijdkrachten",
    "CMBA": "Civiel-Militaire Bestuursafspraken",
    "CMM": "Commandant Militaire Middelen",
    "CoPI": "Commando Plaats Incident",
    "CTPI": "Coördinatieteam Plaats Incident",
    "DJZ": "Directie Juridische Zaken",
    "DOC": "Defensie Operatiecentrum",
    "DOPS": "Directie Operaties",
    "EODD": "Explosieven Opruimingsdienst Defensie",
    "FER": "Final Evaluation Report: het eindverslag van een inzet",
    "FIR": "First Impressions Report: het eerste verslag van een inzet",
    "GBT": "Gemeentelijk Beleidsteam",
    "GHOR": "Geneeskundige Hulpverlening bij Ongevallen en Rampen",
    "GMK": "Gemeenschappelijke Meldkamer",
    "GRIP": "Gecoördineerde Regionale Incidentbestrijdingsprocedure",
    "H-NATOPS": "Hoofd Nationale Operaties",
    "ICMS": "Intensivering Civiel-Militaire Samenwerking",
    "IVenJ": "Inspectie Veiligheid en Justitie",
    "KMar": "Koninklijke Marechaussee",
    "KSF": "kritische succesfactor",
    "LCMS": "Landelijk Crisis Management Systeem",
    "LOCC": "Landelijk Operationeel Coördinatiecentrum",
    "LSO": "Liaisonofficier",
    "MOTO": "Multidisciplinair Opleiden, Trainen en Oefenen",
    "NATOPS": "Nationale Operaties",
    "OBT": "Officier Beleidsteam",
    "OL": "Operationeel Leider",
    "OPCEN": "Operatiecentrum",
    "OPCO": "Operationeel Commando",
    "OPPLAN": "Operatieplan",
    "OvD": "Officier van Dienst",
    "OVR": "Officier Veiligheidsregio",
    "P2000": "het netwerk waarmee de hulpdiensten worden gealarmeerd",
    "RBT": "Regionaal Beleidsteam",
    "RMC": "Regionaal Militair Commandant",
    "ROT": "Regionaal Operationeel Team",
    "VCMS": "Voortzetting Civiel-Militaire Samenwerking",
    "VenJ": "Ministerie van Veiligheid en Justitie",
    "Wvr": "Wet veiligheidsregio’s",
    "WWM": "Wet wapens en munitie",
}
"""What each abbreviation stands for (the report of 2013, appendix, and what that list lacks)."""

_LONGEST_FIRST = "|".join(sorted(map(re.escape, MEANINGS), key=len, reverse=True))
_FOUND = re.compile(rf"(?<!\w)({_LONGEST_FIRST})(?!\w)")


def mark(text: str | None) -> Markup:
    """Wrap the first of each abbreviation in a text in an `abbr` that explains it; safe for a page."""
    seen: set[str] = set()

    def explain(match: re.Match[str]) -> str:
        short = match[1]
        if short in seen:
            return short
        seen.add(short)
        return str(Markup('<abbr title="{}">{}</abbr>').format(MEANINGS[short], short))

    # escaped first, so only our own tags are in it
    return Markup(_FOUND.sub(explain, str(escape(text or ""))))


def used_in(texts: Iterable[str | None]) -> dict[str, str]:
    """The abbreviations that stand in some texts, with their meanings, in the order of the alphabet."""
    found = {match[1] for text in texts if text for match in _FOUND.finditer(text)}
    return {short: MEANINGS[short] for short in sorted(found, key=str.lower)}
