"""The worked example of docs/method.md, as files would hold it, and ways to break it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

Data = dict[str, Any]

EXAMPLE: Data = {
    "code": "voorbeeld",
    "version": "1",
    "title": "Voorbeeld",
    "unit": "veiligheidsregio",
    "unit_noun": ["veiligheidsregio", "veiligheidsregio's"],
    "roles": ["ovr", "contactpersoon"],
    "min_coverage": 0.8,
    "attention_below": 0.6,
    "min_units": 0.8,
    "must_share": 0.9,
    "max_failing_share": 0.2,
    "levels": [
        {"code": "voldoet_niet", "label": "Voldoet niet", "from": 0.0},
        {"code": "voldoet_deels", "label": "Voldoet deels", "from": 0.5, "missed_musts": 1},
        {"code": "voldoet", "label": "Voldoet", "from": 0.7, "missed_musts": 0},
    ],
    "themes": [
        {
            "code": "1",
            "title": "Wederzijdse bekendheid",
            "factors": [
                {
                    "code": "1.1",
                    "title": "Kennen en gekend worden",
                    "criterion": "De partners kennen elkaar.",
                    "topics": ["Contactpersonen"],
                    "questions": [
                        {
                            "code": "V1",
                            "topic": "Contactpersonen",
                            "type": "yes_no",
                            "text": "Is er een vaste contactpersoon?",
                            "best": "beiden",
                            "weight": 3,
                            "must": {"in": ["ja"]},
                            "note_when": {"in": ["nee"]},
                            "evidence_when": {"in": ["ja"]},
                        },
                        {
                            "code": "V2",
                            "type": "number",
                            "text": "Hoeveel dagen per week is die er?",
                            "unit": "dagen per week",
                            "min": 0,
                            "max": 5,
                            "step": 0.5,
                            "bands": [
                                {"below": 1, "score": 0.2},
                                {"below": 2, "score": 0.6},
                                {"score": 1},
                            ],
                            "when": {"question": "V1", "in": ["ja"]},
                        },
                        {
                            "code": "V3",
                            "type": "choice",
                            "text": "Wat voor werkplek is er?",
                            "options": [
                                {"code": "vast", "label": "Een vaste", "score": 1},
                                {"code": "wissel", "label": "Een wisselende", "score": 0.8},
                                {"code": "geen", "label": "Geen", "score": 0},
                            ],
                            "must": {"not_in": ["geen"]},
                        },
                        {
                            "code": "V4",
                            "type": "multi",
                            "combine": "max",
                            "text": "Wie neemt waar?",
                            "options": [
                                {"code": "reservist", "label": "Een reservist", "score": 1},
                                {"code": "geen", "label": "Niemand", "score": 0, "exclusive": True},
                            ],
                            "must": {"none_of": ["geen"]},
                            "allow_na": True,
                        },
                        {"code": "V5", "type": "text", "text": "Nog iets?", "max_length": 10},
                        {"code": "V6", "type": "date", "text": "Sinds wanneer?", "allow_unknown": False},
                    ],
                    "statements": [
                        {
                            "code": "S1",
                            "topic": "Contactpersonen",
                            "count": {"question": "V1", "in": ["ja"]},
                            "text": "{Aantal} {heeft|hebben} een vaste contactpersoon.",
                        }
                    ],
                }
            ],
        }
    ],
    "checks": [
        {
            "code": "C1",
            "all": [{"question": "V2", "at_least": 2}, {"question": "V3", "in": ["geen"]}],
            "text": "Vaak aanwezig, maar geen werkplek.",
        }
    ],
}


def example() -> Data:
    """A copy of the example, to do with as one likes."""
    return copy.deepcopy(EXAMPLE)


def factor(data: Data) -> Data:
    """The only factor of the example."""
    found: Data = data["themes"][0]["factors"][0]
    return found


def question(data: Data, code: str) -> Data:
    """A question of the example."""
    return next(q for q in factor(data)["questions"] if q["code"] == code)


def broken(change: Callable[[Data], object]) -> Data:
    """The example after a change in place."""
    data = example()
    change(data)
    return data
