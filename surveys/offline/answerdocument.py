"""The same as a workbook, as JSON: the answers of one dossier with their notes and documents.

    {"meting": …, "eenheid": …, "vragenlijst": {"code": …, "versie": …, "sha256": …}, "fictief": true,
     "answers": {"1.1-01": {"version": 2, "value": "ja", "note": …, "documents": [{"title": …, "page": …}]}}}

An answer has the keys of docs/method.md, with its documents instead of that there are some. `version` is the
one that it was made from (0 or left out: nobody had answered); what is left out stays as it is.
"""

from __future__ import annotations

import json
from typing import Any, Final

from surveys import answers
from surveys.answers import Content, Reference
from surveys.errors import AnswerSheetFaults, InvalidValue
from surveys.instruments import Question
from surveys.offline.offered import Belongs, Offer, Offered
from surveys.offline.package import MAX_FILE
from surveys.questions import TYPES, check_special

TOP: Final = frozenset({"meting", "eenheid", "vragenlijst", "fictief", "answers"})
KEYS: Final = frozenset({"version", "value", "special", "note", "documents"})
LARGEST: Final = 10**9


def read(content: bytes, belongs: Belongs) -> Offered:
    """Read a JSON file for a dossier.

    Raises AnswerSheetFaults when it is no such file or belongs to another dossier or questionnaire; what is
    wrong with an answer is told beside those that are right.
    """
    document = _document(content)
    instrument = belongs.instrument
    wanted: dict[str, object] = {
        "meting": belongs.measurement,
        "eenheid": belongs.unit,
        "vragenlijst": {
            "code": instrument.code,
            "versie": instrument.version,
            "sha256": instrument.sha256,
        },
    }
    faults = [f"{key}: onbekende sleutel" for key in sorted(document.keys() - TOP)]
    for key, value in wanted.items():
        if document.get(key) != value:
            shown = json.dumps(value, ensure_ascii=False)
            faults.append(f"{key}: hoort niet bij dit dossier; hier hoort {shown}")
    given = document.get("answers")
    if not isinstance(given, dict):
        faults.append("answers: moet een object zijn, met een antwoord bij elke vraag")
    if faults or not isinstance(given, dict):
        raise AnswerSheetFaults(faults)
    offers: dict[str, Offer] = {}
    for code, answer in given.items():
        question = instrument.questions.get(code)
        if question is None:
            faults.append(f"{code}: deze vraag staat niet in de vragenlijst")
            continue
        try:
            offers[code] = _offer(question, answer)
        except InvalidValue as error:
            faults.append(f"{code}: {error.part}: {error}")
    # nothing but an empty answer offers nothing
    return Offered({code: each for code, each in offers.items() if each.content != Content()}, tuple(faults))


def _document(content: bytes) -> dict[str, Any]:
    if len(content) > MAX_FILE:
        raise AnswerSheetFaults([f"het bestand is te groot: hoogstens {MAX_FILE // 1_000_000} MB"])
    try:
        found = json.loads(content.decode("utf-8"), object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        raise AnswerSheetFaults(["dit bestand bevat geen tekst in UTF-8"]) from error
    except json.JSONDecodeError as error:
        reason = f"is geen geldige JSON (regel {error.lineno}, teken {error.colno}: {error.msg})"
        raise AnswerSheetFaults([reason]) from error
    except (ValueError, RecursionError) as error:
        raise AnswerSheetFaults([f"is geen bruikbare JSON ({error})"]) from error
    if not isinstance(found, dict):
        raise AnswerSheetFaults(["moet een object zijn, met meting, eenheid, vragenlijst en answers"])
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"{next(key for key in keys if keys.count(key) > 1)!r} staat er twee keer in")
    return found


def _offer(question: Question, answer: object) -> Offer:
    if not isinstance(answer, dict):
        raise InvalidValue("een antwoord moet een object zijn")
    if unknown := sorted(answer.keys() - KEYS):
        raise InvalidValue(f"onbekende sleutel {unknown[0]!r}")
    version = answer.get("version", 0)
    if isinstance(version, bool) or not isinstance(version, int) or not 0 <= version <= LARGEST:
        raise InvalidValue("version moet een geheel getal zijn, van 0 af")
    note, listed = answer.get("note"), answer.get("documents") or []
    if note is not None and not isinstance(note, str):
        raise InvalidValue("moet tekst zijn", "note")
    if not isinstance(listed, list):
        raise InvalidValue("moet een lijst zijn", "documents")
    value, special = answer.get("value"), answer.get("special")
    content = Content(
        value=None if value is None else TYPES[question.type].check(question, value),
        special=None if special is None else check_special(question, special),
        note=note,
        documents=tuple(_reference(each) for each in listed),
    )
    return Offer(answers.checked(question, content), version)


def _reference(document: object) -> Reference:
    if not isinstance(document, dict) or document.keys() - {"title", "page"}:
        raise InvalidValue("een document is een object met title en page", "documents")
    title, page = document.get("title"), document.get("page")
    if not isinstance(title, str) or not isinstance(page, str | None):
        raise InvalidValue("title en page moeten tekst zijn", "documents")
    return Reference(title, page)
