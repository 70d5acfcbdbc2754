"""Which tables are in the archive of a measurement, in which part, and how their rows belong to it.

All that is particular to a table is said here; the rest follows from the tables' own columns and references.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import sqlalchemy as sa

from app.backup.tables import Kind, kind_of
from surveys import log
from surveys.acting import now
from surveys.models import Base

Translate = Callable[[str, Any], int | None]
"""From a table and an id in it to what stands for it elsewhere; None where nothing does."""
Embedded = Callable[[Any, Translate], Any]
"""Gives a JSON value again, with the ids in it translated."""

ROOT = "measurement"
LOG = "log_entry"
SERIES = "figure_series"
FILES_TABLE = "stored_file"
IMPORTED = "measurement.import"
"""The log line of an import: about this Meetlat and not about the measurement, so in no archive."""
RETENTION = "retention."
"""What lines begin with about the term of a measurement: about this Meetlat as well."""


@dataclass(frozen=True)
class Kept:
    """A table in the archive.

    `owner`: the column that refers to the row with which a row comes along. `key`: the columns that tell
    which one it is, for what measurements share; without an owner it comes along when something refers to it.
    A table without a key has rows of this measurement alone, in the order in which they came.

    `left_out`: columns that are not in the archive, each with what makes its value on import. `may_differ`:
    columns that need not be equal where the row is there already. `embedded`: columns of JSON with ids in it.
    `digest`: a column with text, and the column with its SHA-256.
    """

    table: str
    owner: str | None = None
    key: tuple[str, ...] = ()
    left_out: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    may_differ: frozenset[str] = frozenset()
    embedded: Mapping[str, Embedded] = field(default_factory=dict)
    digest: tuple[str, str] | None = None

    @property
    def clause(self) -> sa.Table:
        """The table itself."""
        return Base.metadata.tables[self.table]

    @cached_property
    def columns(self) -> list[sa.Column[Any]]:
        """The columns that are in the archive."""
        return [column for column in self.clause.columns if column.name not in self.left_out]

    @property
    def numbered(self) -> bool:
        """Whether rows have an id, and so a number in the archive."""
        return "id" in self.clause.columns

    @cached_property
    def references(self) -> dict[str, str]:
        """The columns that hold the id of a row, each with the table of that row."""
        found = ((column.name, _target(column)) for column in self.columns)
        return {name: table for name, table in found if table is not None}


@dataclass(frozen=True)
class Part:
    """A part of the archive: its name, what is in it for who reads it, and the tables that it has."""

    name: str
    about: str
    tables: tuple[Kept, ...]


def _target(column: sa.Column[Any]) -> str | None:
    """The table whose id a column holds, also by way of a column of another table."""
    for key in column.foreign_keys:
        if key.column.name == "id":
            return key.column.table.name
        if found := _target(key.column):
            return found
    return None


def _nothing() -> None:
    return None


def detail_table(name: str) -> str | None:
    """The table of the row whose id a log line gives under this name; None when it is no id of a row here."""
    table = log.CALLED.get(name, name)
    return table if table in kept() and kept()[table].numbered else None


def _log_detail(detail: Any, translate: Translate) -> Any:
    if not isinstance(detail, dict):
        return detail
    return {
        name: translate(table, value) if type(value) is int and (table := detail_table(name)) else value
        for name, value in detail.items()
    }


_ID = re.compile(r"[0-9]{1,18}")
NO_LABEL = "0"
"""What a list has in place of a label that is no more: no label has this id."""


def _list_labels(definition: Any, translate: Translate) -> Any:
    """Translate the labels that the rows of a working list ask for; ids as text."""
    if not isinstance(definition, dict) or not isinstance(definition.get("rows"), list):
        return definition
    return definition | {"rows": [_list_row(row, translate) for row in definition["rows"]]}


def _list_row(row: Any, translate: Translate) -> Any:
    if not isinstance(row, dict) or row.get("kind") != "label" or not isinstance(row.get("values"), list):
        return row
    return row | {"values": [_list_value(value, translate) for value in row["values"]]}


def _list_value(value: Any, translate: Translate) -> Any:
    """An id as text; a list may also ask for explanations without a label, which is a word."""
    if value == NO_LABEL or not isinstance(value, str) or not _ID.fullmatch(value):
        return value
    return str(translate("label", int(value)) or NO_LABEL)


_DOSSIER, _MEASUREMENT, _REPORT = "dossier_id", "measurement_id", "report_version_id"

PARTS = (
    Part(
        "meting",
        "De meting zelf, haar stappen, en welke versies van vragenlijsten zij gebruikt.",
        (
            Kept("measurement"),
            Kept("measurement_transition", _MEASUREMENT),
            Kept("measurement_instrument", _MEASUREMENT),
        ),
    ),
    Part(
        "vragenlijsten",
        "De vragenlijsten, woord voor woord (TOML), met hun SHA-256. Hierin staan vragen, opties, gewichten,"
        " eisen en de regels waarmee scores worden berekend.",
        (
            Kept(
                "instrument",
                key=("code", "version"),
                left_out={"added_at": now, "added_by_id": _nothing},
                digest=("text", "sha256"),
            ),
        ),
    ),
    Part(
        "eenheden",
        "De eenheden die erbij horen, hun namen door de tijd, en welke bij welke"
        " hoort. Een periode loopt tot, en niet tot en met, valid_until.",
        (
            Kept("unit", key=("code",)),
            Kept("unit_name", "unit_id", ("unit_id", "valid_from")),
            Kept("unit_link", "unit_id", ("unit_id", "parent_id", "valid_from")),
        ),
    ),
    Part(
        "personen",
        "Wie in dit archief iets deed: naam, e-mailadres van het werk, en in welke rol voor welke eenheid of"
        " organisatie. Geen wachtwoorden of andere middelen om in te loggen.",
        (
            Kept("organisation", key=("code",)),
            Kept(
                "person",
                key=("email",),
                left_out={
                    "password": _nothing,
                    # or somebody could ask for a link by mail, without anybody who knows them having a say
                    "active": lambda: False,
                    # what came with example data elsewhere is let off nothing here
                    "example": lambda: False,
                    "second_factor_since": _nothing,
                    "fs_uniquifier": lambda: secrets.token_hex(16),
                    "created_at": now,
                },
            ),
            Kept(
                "assignment",
                key=(
                    *("person_id", "role", "unit_id", "organisation_id"),
                    *("valid_from", "valid_until", "created_at"),
                ),
                left_out={"created_by_id": _nothing},
            ),
        ),
    ),
    Part(
        "dossiers",
        "De dossiers (één per eenheid), hun stappen, vragen waarvoor is teruggegeven, termijnen,"
        " herinneringen, en het overleg van invullers over een vraag.",
        (
            Kept("dossier", _MEASUREMENT),
            Kept("dossier_transition", _DOSSIER),
            Kept("returned_question", "transition_id"),
            Kept("term_change", _DOSSIER),
            Kept("reminder", _DOSSIER),
            Kept("discussion", _DOSSIER),
            Kept("discussion_message", "discussion_id"),
        ),
    ),
    Part(
        "antwoorden",
        "De antwoorden zoals ze staan, en elke versie die er was: oud, nieuw, wie, wanneer. Een antwoord met"
        " een rol bij party is een afwijkende zienswijze; special zegt onbekend of niet van toepassing.",
        (Kept("answer", _DOSSIER), Kept("answer_version", "answer_id")),
    ),
    Part(
        "bewijsstukken",
        "De documenten waarnaar antwoorden verwijzen, en de gegevens van bestanden. De inhoud van bestanden"
        " staat in het deel bestanden.",
        (
            Kept("document", _DOSSIER),
            Kept("answer_document", "answer_id"),
            Kept("document_file", "document_id"),
            Kept(
                FILES_TABLE,
                key=("sha256",),
                may_differ=frozenset({"stored_at", "scanned_by", "scanned_at"}),
            ),
        ),
    ),
    Part(
        "ondertekening",
        "Wie instemde met welke versies van antwoorden, en wat is ingediend: letterlijk, als tekst in JSON"
        " met haar SHA-256. Een nummer bij person in die tekst is dat van de database van toen; wie het was"
        " staat bij dezelfde versie van het antwoord en bij de handtekening.",
        (
            Kept("signature", _DOSSIER),
            Kept("signed_answer", "signature_id"),
            Kept("submission", _DOSSIER, digest=("snapshot", "sha256")),
        ),
    ),
    Part(
        "bezoeken",
        "Punten voor het bezoek, redenen waarom een vraag open blijft, en bezoeken en interviews met"
        " aanwezigen en verslag: elke passage met elke versie.",
        (
            Kept("visit_point", _DOSSIER),
            Kept("unanswered_note", _DOSSIER),
            Kept("interview", _MEASUREMENT),
            Kept("attendee", "interview_id"),
            Kept("passage", "interview_id"),
            Kept("passage_version", "passage_id"),
        ),
    ),
    Part(
        "bronnen",
        "Bronnen buiten de dossiers, en bij welke factor ze worden aangehaald.",
        (Kept("source", _MEASUREMENT), Kept("citation", "source_id")),
    ),
    Part(
        "reacties",
        "Wat is voorgelegd voor een reactie (verificatie, wederhoor), de reacties, en wat daarmee is gedaan.",
        (
            Kept("offer", _MEASUREMENT),
            Kept("offered_text", "offer_id"),
            Kept("reaction", "offered_id"),
            Kept("settlement", "reaction_id"),
        ),
    ),
    Part(
        "oordelen",
        "De oordelen van inspecteurs, per dossier en landelijk (zonder dossier), met elke stap; en"
        " ontwikkelingen om het onderwerp heen.",
        (
            Kept("judgement", _MEASUREMENT),
            Kept("judgement_version", "judgement_id"),
            Kept("development", _MEASUREMENT),
            Kept("development_factor", "development_id"),
        ),
    ),
    Part(
        "werklijsten",
        "Labels die inspecteurs aan toelichtingen gaven, en lijsten die zij bewaarden. In een lijst staat een"
        " label met zijn nummer in dit archief, en 0 voor een label dat er niet meer is.",
        (
            Kept("label", key=("instrument", "question", "name"), may_differ=frozenset({"person_id", "at"})),
            Kept("answer_label", "answer_id"),
            Kept("working_list", _MEASUREMENT, embedded={"definition": _list_labels}),
        ),
    ),
    Part(
        "tussentijds",
        "Bevindingen die inspecteurs vóór het rapport met een eenheid deelden, wat zij daarmee deden, en wat"
        " de eenheid antwoordde. Bestanden daarbij staan in het deel bestanden.",
        (
            Kept("interim_finding", _MEASUREMENT, left_out={"point_id": _nothing}),
            Kept("interim_step", "finding_id"),
            Kept("interim_reply", "finding_id"),
        ),
    ),
    Part(
        "rapporten",
        "Teksten en aanbevelingen van het rapport, de versies van het rapport (inhoud en grondslag,"
        " letterlijk), ondertekening en stappen.",
        (
            Kept("report_text", _MEASUREMENT),
            Kept("report_text_version", "report_text_id"),
            Kept("recommendation", _MEASUREMENT),
            Kept("report_version", _MEASUREMENT),
            Kept("report_signature", _REPORT),
            Kept("report_step", _REPORT),
        ),
    ),
    Part(
        "cijferreeksen",
        "Reeksen van cijfers van elders, zoals bijstandsaanvragen per jaar.",
        (
            Kept(
                SERIES,
                key=("code",),
                may_differ=frozenset({"version", "person_id", "assignment_id", "at"}),
            ),
            Kept("figure_kind", "series_id", ("series_id", "place", "label")),
            Kept("figure", "kind_id", ("kind_id", "year")),
        ),
    ),
    Part(
        "logboek",
        "Regels van het logboek over wat in dit archief staat: wie wat deed, en wanneer. Nummers zijn die in"
        " dit archief; waar een nummer ontbreekt, is er niet meer wat het noemde. Netwerkadressen staan er"
        " niet in.",
        (Kept(LOG, left_out={"remote": _nothing}, embedded={"detail": _log_detail}),),
    ),
)

_FOLLOW_UP = (
    *("decision", "dependency", "indicator", "letter", "letter_origin", "mention", "origin", "outcome"),
    *("plan_version", "point", "point_class", "point_question", "point_reminder", "point_status"),
    *("point_status_file", "point_verdict", "point_version", "reading", "scheme_value"),
    *("committee", "meeting", "agenda_item", "agenda_decision", "yearly_letter", "settled_letter"),
    *("definition", "definition_ruling", "definition_version"),
    *("signal", "signal_point", "signal_step", "lesson", "lesson_share"),
    *("evaluation_moment", "evaluation_template"),
    *("priority_version", "capacity", "capacity_version", "objective", "objective_point"),
    *("basis_item", "basis_claim", "saving", "planned_evaluation", "planned_evaluation_point"),
)

NOT_KEPT = {
    **dict.fromkeys(_FOLLOW_UP, "follow-up outlives a measurement, and is about many: a backup has it"),
    **dict.fromkeys(
        ("retention_term", "kept_archive", "destruction"),
        "about how long this Meetlat keeps a measurement, which is not of the measurement",
    ),
    **dict.fromkeys(
        ("authenticator", "passkey", "recovery_code"),
        "what somebody logs in with: about logging in, not about a measurement",
    ),
    "calendar_address": "a way to read a calendar without logging in: not about a measurement",
    "answer_upload": "what was uploaded and not applied is no answer; what was applied stands in the answers",
    "identity": "about logging in, not about a measurement",
    "held_post": "a page that waits for its sender, for hours",
    "log_seal": "chains the log of all of this Meetlat; the lines in an archive have other numbers",
    "login_session": "who is logged in where, and with which key: about logging in, not about a measurement",
    "login_throttle": "about logging in, not about a measurement",
    "packed_answers": "follow from the answers, and are made anew from them",
    "presence": "who has which page open this minute",
    "rate_window": "how often an address on the network tried something in these minutes",
    "task": "work in the background, of which the result can be made again",
}
"""Tables that are in no archive, and why."""


@cache
def kind(column: sa.Column[Any]) -> Kind:
    """How values of a column are written in JSON and read from it."""
    type_ = column.type
    return kind_of(type_.impl_instance if isinstance(type_, sa.TypeDecorator) else type_)


@cache
def kept() -> dict[str, Kept]:
    """The tables of the archive by name, those that others refer to first."""
    found = {each.table: each for part in PARTS for each in part.tables}
    names = [table.name for table in Base.metadata.sorted_tables if table.name in found]
    # no table refers to what has ids embedded in it, and the log names all the others
    names.sort(key=lambda name: (bool(found[name].embedded), name == LOG))
    return {name: found[name] for name in names}


@cache
def owned() -> frozenset[str]:
    """The tables whose rows are of one measurement, and have an id."""
    return frozenset(name for name, each in kept().items() if not each.key and each.numbered and name != LOG)


def references() -> dict[str, dict[str, str]]:
    """For each table with references, which column has the number of a row of which table."""
    return {name: each.references for name, each in kept().items() if each.references}


def subject_table(subject: Any) -> str | None:
    """The table whose id stands in `subject_id` of a log line; None when it is not in the archive."""
    return subject if subject in kept() and kept()[subject].numbered else None


def embedded_columns(each: Kept, row: Mapping[str, Any], translate: Translate) -> Iterator[tuple[str, Any]]:
    """The columns of a row that hold ids which are no reference to the database, with them translated."""
    for name, change in each.embedded.items():
        if row[name] is not None:
            yield name, change(row[name], translate)
    if each.table == LOG and row["subject_id"] is not None:
        table = subject_table(row["subject"])
        yield "subject_id", None if table is None else translate(table, row["subject_id"])
