"""The data dictionary: every column that other programs read, and every question with its answers.

One table, so that it fits in a CSV: a row says in `soort` what it is about. A row about a column names its
sheet in `bij`; a row about an answer or a class of numbers names its question there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from exports import glossary, parts
from exports.book import FICTIEF_COLUMN, FICTIEF_VALUE, TEXT, Book, Column, Sheet
from exports.formats import FORMATS
from exports.labels import CHANGES, REASONS
from exports.national_data import TABLES
from exports.parts import Row
from exports.text import file_name
from scoring.model import Condition
from surveys.conditions import say
from surveys.glossary import SHIPPED, Glossary
from surveys.instruments import Instrument, Question
from surveys.questions import SPECIALS, comma
from surveys.reports import MeasurementInfo

NAME = "Gegevenswoordenboek"
GUIDE_ROW: Row = (
    f"Blad {NAME}",
    "Wat elke kolom van de bladen Data, Scores en Afwijkende standpunten betekent; en van elke vraag de"
    " tekst, de antwoorden met hun codes en scores, het gewicht en de voorwaarde.",
)

TYPES: Final = {
    "yes_no": "ja of nee",
    "choice": "één antwoord",
    "multi": "meer antwoorden",
    "number": "getal",
    "text": "tekst",
    "date": "datum",
}
"""What a question takes, by its type."""

_SHARE: Final = "deel (0 tot 1)"


@dataclass(frozen=True, slots=True)
class Variable:
    """What a column holds: its meaning, its type, the unit of a figure, and what can stand in it."""

    meaning: str
    type: str = "tekst"
    unit: str | None = None
    allowed: str | None = None


_MEASUREMENT = Variable("Code van de meting.")
_UNIT = Variable("Code van de eenheid.")
_QUESTION = Variable("Code van de vraag.", allowed="zie de rijen met soort ‘vraag’")
_VALUE: Final = (
    "zie de rijen met soort ‘antwoord’; onbekend: weet ik niet; nvt: niet van toepassing;"
    " leeg: geen antwoord, of niet aan de orde"
)

VARIABLES: Final[dict[str, dict[str, Variable]]] = {
    "Data": {
        "meting": _MEASUREMENT,
        "eenheid": _UNIT,
        "vraag": _QUESTION,
        "waarde": Variable(
            "Het gezamenlijke antwoord. Meer codes staan achter elkaar met een puntkomma ertussen.",
            "code, getal, tekst of datum",
            "bij een getal: die van de vraag",
            _VALUE,
        ),
        "toelichting": Variable("Wat bij het antwoord is toegelicht."),
        "score": Variable("De punten voor het antwoord; leeg als het geen score heeft.", "getal", _SHARE),
        "gewicht": Variable(
            "Hoe zwaar de vraag meetelt in de score van haar factor; leeg als zij niet meetelt.", "getal"
        ),
    },
    "Scores": {
        "Meting": _MEASUREMENT,
        "Eenheid": _UNIT,
        "KSF": Variable("Code van de kritische succesfactor."),
        "Score": Variable("Het gewogen gemiddelde van de punten per vraag.", "getal", _SHARE),
        "Ondergrens": Variable("De laagste score die met de open vragen nog mogelijk is.", "getal", _SHARE),
        "Bovengrens": Variable("De hoogste score die met de open vragen nog mogelijk is.", "getal", _SHARE),
        "Dekking": Variable("Welk deel van het gewicht van de vragen is beantwoord.", "getal", _SHARE),
        "Niveau": Variable(
            "Het niveau dat bij de score hoort; een hulpmiddel bij het oordeel.",
            allowed="de niveaus van de vragenlijst, of Niet te beoordelen",
        ),
        "Reden": Variable("Waarom er geen niveau is.", allowed="; ".join(REASONS.values())),
        "Gemiste voorwaarden": Variable(
            "De vragen waarvan de voorwaarde niet is gehaald.", "codes van vragen"
        ),
        "Open voorwaarden": Variable("De vragen waarvan de voorwaarde nog open is.", "codes van vragen"),
        "Ontwikkeling": Variable(
            "De verandering sinds de vorige meting; leeg als er geen is.", allowed="; ".join(CHANGES.values())
        ),
    },
    "Afwijkende standpunten": {
        "meting": _MEASUREMENT,
        "eenheid": _UNIT,
        "vraag": _QUESTION,
        "rol": Variable("Code van de rol van wie het anders ziet."),
        "waarde": Variable("Wat diens antwoord zou zijn.", "code, getal, tekst of datum", allowed=_VALUE),
        "reden": Variable("Waarom die rol het anders ziet."),
    },
}
"""Every column by its sheet. Made-up data has a column more."""

_MADE_UP = Variable(
    "Staat alleen op de bladen Data en Afwijkende standpunten en in CSV-bestanden, en alleen als de gegevens"
    " verzonnen zijn.",
    allowed=FICTIEF_VALUE,
)

COLUMNS: Final = (
    Column("soort", 10),
    Column("vragenlijst", 28, TEXT),
    Column("ksf", 6, TEXT),
    Column("bij", 22, TEXT),
    Column("naam", 20, TEXT),
    Column("betekenis", 60),
    Column("type", 18),
    Column("eenheid", 16),
    Column("toegestaan", 44),
    Column("minimum", 10, "General"),
    Column("maximum", 10, "General"),
    Column("gewicht", 9, "General"),
    Column("score", 8),
    Column("voorwaarde", 32),
    Column("gevraagd als", 40),
)


def book(
    measurement: MeasurementInfo,
    instruments: Sequence[Instrument],
    made_at: datetime,
    terms: Glossary = SHIPPED,
) -> Book:
    """Lay out the dictionary of a measurement's questionnaires as a file of its own, and `terms`."""
    found = sheet(instruments)
    return Book(
        title=f"{NAME}, {measurement.name}",
        subject="Wat de kolommen en de codes in de gegevens van deze meting betekenen.",
        fictief=measurement.fictief,
        made_at=made_at,
        sheets=(found, glossary.sheet(terms)),
        table=found.name,
    )


def filename(measurement: MeasurementInfo, format: str = "csv") -> str:
    """Name the file. `format` is a key of FORMATS."""
    fictief = "fictief" if measurement.fictief else ""
    return file_name("meetlat", measurement.code, NAME, fictief) + FORMATS[format].suffix


def sheet(instruments: Sequence[Instrument]) -> Sheet:
    """Lay out the columns, then the questions of each questionnaire with their answers."""
    return Sheet(
        name=NAME,
        title="Gegevenswoordenboek: wat de kolommen en de codes betekenen",
        columns=COLUMNS,
        rows=[*_variables(), *(row for each in instruments for row in _questions(each))],
        frozen=5,
    )


def _row(
    kind: str,
    *,
    questionnaire: str | None = None,
    factor: str | None = None,
    about: str | None = None,
    name: str | None = None,
    meaning: str,
    type: str | None = None,
    unit: str | None = None,
    allowed: str | None = None,
    limits: tuple[Decimal | None, Decimal | None] = (None, None),
    weight: float | None = None,
    score: float | None = None,
    must: str | None = None,
    when: str | None = None,
) -> Row:
    return (
        kind,
        questionnaire,
        factor,
        about,
        name,
        meaning,
        type,
        unit,
        allowed,
        *(None if limit is None else float(limit) for limit in limits),
        weight,
        parts.figure(score),
        must,
        when,
    )


def _variables() -> Iterator[Row]:
    for table, columns in TABLES.items():
        for column in columns:
            yield _variable(table, column.title, VARIABLES[table][column.title])
    yield _variable(None, FICTIEF_COLUMN, _MADE_UP)


def _variable(table: str | None, name: str, each: Variable) -> Row:
    return _row(
        "kolom",
        about=table,
        name=name,
        meaning=each.meaning,
        type=each.type,
        unit=each.unit,
        allowed=each.allowed,
    )


def _questions(instrument: Instrument) -> Iterator[Row]:
    questionnaire = f"{instrument.code} {instrument.version}"
    for question in instrument.questions.values():
        yield _row(
            "vraag",
            questionnaire=questionnaire,
            factor=question.factor,
            name=question.code,
            meaning=question.text,
            type=TYPES[question.type],
            unit=question.unit,
            allowed=_allowed(question),
            limits=(question.min, question.max),
            weight=question.weight if question.scored else None,
            must=_condition(question.must, question, instrument),
            when=_condition(question.when, question, instrument),
        )
        for name, meaning, score in _answers(question):
            yield _row(
                "antwoord",
                questionnaire=questionnaire,
                factor=question.factor,
                about=question.code,
                name=name,
                meaning=meaning,
                score=score,
            )


def _allowed(question: Question) -> str | None:
    """What can stand in an answer: codes, how a number goes up, how long a text is, how a day is written."""
    found = list(question.labels)
    if question.step is not None:
        found.append(f"stappen van {comma(question.step)}")
    if question.max_length is not None:
        found.append(f"hoogstens {question.max_length} tekens")
    if question.type == "date":
        found.append("jjjj-mm-dd")
    specials = {"onbekend": question.allow_unknown, "nvt": question.allow_na}
    found += [code for code in SPECIALS if specials[code]]
    return "; ".join(found) or None


def _answers(question: Question) -> Iterator[tuple[str | None, str, float | None]]:
    """The code, the words and the score of each option, or of each class of numbers (which has no code)."""
    for option in question.options:
        yield option.code, option.label, option.score if question.scored else None
    least: float | None = None
    over: float | None = None
    for band in question.bands:
        limits = Condition(question.code, at_least=least, above=over, at_most=band.upto, below=band.below)
        yield None, say(limits, question) or "elk getal", band.score if question.scored else None
        # the next class begins where this one ends
        least, over = band.below, band.upto


def _condition(condition: Condition | None, question: Question, instrument: Instrument) -> str | None:
    """A condition in words; it names the question when it is about another one."""
    if condition is None:
        return None
    named = instrument.questions[condition.question]
    said = say(condition, named)
    return said if named.code == question.code else f"vraag {named.code}: {said}"
