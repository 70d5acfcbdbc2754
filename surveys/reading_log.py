"""Reading the log: searching it, the newest lines first, with the names that its ids stand for today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Executable, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from surveys import sealing
from surveys.acting import AMSTERDAM
from surveys.models import Assignment, Base, Dossier, LogEntry, LogSeal, Measurement, Person, Unit

PERMISSION: Final = "log.view"
PAGE: Final = 50
"""So many lines are on a page."""

SUBJECTS: Final[dict[str, str]] = {
    "answer": "Antwoord",
    "answer_upload": "Werkboek met antwoorden",
    "upload": "Werkboek met antwoorden",
    "assignment": "Rol",
    "basis_claim": "Aandeel van een grondslag",
    "basis_item": "Post van een grondslag",
    "calendar_address": "Agenda-adres",
    "capacity": "Capaciteit",
    "citation": "Verwijzing naar een bron",
    "committee": "Overleg",
    "definition": "Begrip",
    "definition_ruling": "Keuze bij een begrip",
    "development": "Ontwikkeling",
    "discussion": "Overleg over een vraag",
    "document": "Document",
    "dossier": "Dossier",
    "instrument": "Vragenlijst",
    "interview": "Bezoek of gesprek",
    "judgement": "Oordeel",
    "label": "Label",
    "letter": "Brief",
    "interim_finding": "Tussentijdse bevinding",
    "lesson": "Les",
    "evaluation_moment": "Evaluatiemoment",
    "evaluation_template": "Evaluatiemethode",
    "signal": "Melding",
    "log_seal": "Logboek",
    "measurement": "Meting",
    "meeting": "Vergadering",
    "objective": "Jaardoelstelling",
    "offer": "Voorlegging",
    "organisation": "Organisatie",
    "origin": "Herkomst van aanbevelingen",
    "passage": "Passage uit een verslag",
    "person": "Persoon",
    "planned_evaluation": "Geplande evaluatie",
    "point": "Aanbeveling of maatregel",
    "reaction": "Reactie",
    "recommendation": "Aanbeveling in het rapport",
    "report_text": "Tekst van het rapport",
    "report_version": "Versie van het rapport",
    "saving": "Besparingsvariant",
    "scheme_value": "Indeling",
    "series": "Reeks van cijfers",
    "settlement": "Afhandeling van een reactie",
    "signature": "Akkoord",
    "source": "Bron",
    "task": "Aangevraagd bestand",
    "unit": "Eenheid",
    "unit_link": "Koppeling van eenheden",
    "view": "Pagina",
    "visit_point": "Punt voor het bezoek",
    "working_list": "Werklijst",
    "yearly_letter": "Jaarbrief",
}
"""What lines are about, in Dutch."""
ACTIONS: Final[dict[str, str]] = {
    "access": "Geweigerde toegang",
    "file": "Opgehaald bestand",
    "login": "Inloggen",
    "password": "Wachtwoord",
    "second_factor": "Tweede stap van het inloggen",
    "passkey": "Passkey",
    "identity": "Account van een organisatie",
    "session": "Sessie",
    "person": "Account",
    "assignment": "Rol",
    "answer": "Antwoord",
    "signature": "Akkoord",
    "dossier": "Stap van een dossier",
    "judgement": "Oordeel",
    "offer": "Voorlegging en reactie",
    "report": "Versie van het rapport",
    "measurement": "Meting",
    "retention": "Bewaartermijn",
    "point": "Opvolging",
    "list": "Werklijst",
    "scheme": "Indeling",
    "log": "Controle van het logboek",
}
"""What lines can be narrowed to: the part of an action before its dot."""

_SEPARATE: Final = {
    "access.denied": "Toegang geweigerd",
    "access.forged": "Formulier zonder geldig kenmerk",
    "access.limited": "Te veel verzoeken",
    "access.missing": "Gevraagd naar iets dat er niet is",
    "log.verify": "Logboek gecontroleerd",
    "logout": "Uitgelogd",
    "login.success": "Ingelogd",
    "login.failure": "Inloggen mislukt",
    "session.confirm": "Opnieuw bevestigd wie het is",
    "session.end": "Sessie beëindigd",
    "session.refuse": "Bevestigen wie het is mislukt",
    "login.locked": "Inloggen geprobeerd terwijl dat is geblokkeerd",
    "password.ask": "Link voor een wachtwoord aangevraagd",
    "password.wrong": "Verkeerd huidig wachtwoord",
    "password.link": "Link voor een wachtwoord gemaakt",
    "second_factor.set_up": "Tweede stap ingesteld",
    "second_factor.renew_codes": "Nieuwe herstelcodes gemaakt",
    "second_factor.recover": "Herstelcode gebruikt",
    "second_factor.failure": "Tweede stap mislukt",
    "second_factor.turn_off": "Tweede stap uitgezet",
    "second_factor.reset": "Tweede stap weggehaald",
    "identity.link": "Account van een organisatie gekoppeld",
    "identity.remove": "Account van een organisatie ontkoppeld",
}
_VERBS: Final = {
    "add": "toegevoegd",
    "add_file": "bestand toegevoegd",
    "analyse": "naar analyse",
    "archive": "archief elders bewaard",
    "ask": "aangevraagd",
    "ask_decision": "besluit gevraagd",
    "begin": "begonnen",
    "cancel": "geannuleerd",
    "change": "gewijzigd",
    "cite": "aangehaald",
    "close": "afgesloten",
    "confirm": "vastgesteld",
    "copy": "gekopieerd",
    "create": "gemaakt",
    "depend": "afhankelijkheid gewijzigd",
    "destroy": "vernietigd",
    "disable": "uitgezet",
    "download": "opgehaald",
    "enable": "aangezet",
    "end": "beëindigd",
    "evaluate": "geëvalueerd",
    "extend": "verlengd",
    "forget": "gepseudonimiseerd",
    "give": "gegeven",
    "hand_over": "overgedragen",
    "invite": "uitgenodigd",
    "item_add": "onderwerp op de agenda gezet",
    "item_decide": "besluit vastgelegd",
    "item_move": "volgorde gewijzigd",
    "item_record": "uitkomst vastgelegd",
    "item_remove": "onderwerp weggehaald",
    "judge": "beoordeeld",
    "keep": "bewaard",
    "make": "gemaakt",
    "mention.add": "vermelding toegevoegd",
    "indicator.add": "indicator toegevoegd",
    "indicator.read": "waarde ingevuld",
    "move": "verplaatst",
    "offer": "voorgelegd",
    "outcome": "uitkomst vastgelegd",
    "plan": "gepland",
    "present": "aangeboden",
    "prioritise": "prioriteit gegeven",
    "publish": "gepubliceerd",
    "put": "gebruikt",
    "reach": "bereik vastgelegd",
    "react": "gereageerd",
    "remind": "herinnerd",
    "remove": "verwijderd",
    "remove_file": "bestand verwijderd",
    "rename": "andere naam",
    "reopen": "heropend",
    "report": "gemeld",
    "respond": "beantwoord",
    "save": "opgeslagen",
    "say": "bericht of stand gegeven",
    "send_out": "uitgezet bij de eenheid",
    "set": "ingesteld",
    "settle": "afgehandeld",
    "share": "gedeeld",
    "sign": "ondertekend",
    "state": "andere stand",
    "submit": "ingeleverd",
    "take_decision": "besluit genomen",
    "term": "andere termijn",
    "verificatie": "voor verificatie",
    "verify": "gecontroleerd",
    "visit": "naar bezoek",
    "void": "vervallen",
    "wederhoor": "voor wederhoor",
    "withdraw": "ingetrokken",
    "write": "geschreven",
}
_DETAILS: Final = {
    "from": "van",
    "holds": "alles klopte",
    "kind": "soort",
    "line": "regel",
    "lines": "regels",
    "method": "soort aanvraag",
    "person": "persoon",
    "question": "vraag",
    "role": "rol",
    "rows": "rijen",
    "seal": "zegel",
    "sealed_at": "verzegeld op",
    "sha256": "kenmerk",
    "login_session": "sessie",
    "state": "stand",
    "to": "naar",
    "until": "bewaren tot",
    "version": "versie",
    "view": "pagina",
    "what": "wat",
    "years": "jaren na publicatie",
    "why": "reden",
}


@dataclass(frozen=True)
class Search:
    """What the log is narrowed to; empty: all of it. `before`: only lines with a lower number.

    `person` is words of a name or address; `action` a key of ACTIONS, `subject` one of SUBJECTS; `first` and
    `last` are days in the Netherlands, both included.
    """

    person: str = ""
    action: str = ""
    subject: str = ""
    first: date | None = None
    last: date | None = None
    unit_id: int | None = None
    measurement_id: int | None = None
    before: int | None = None


@dataclass(frozen=True)
class Row:
    """A line as people read it: who did what, about what, with what it says more."""

    id: int
    at: datetime
    action: str
    what: str
    person_id: int | None
    person: str
    role: str | None
    subject: str
    subject_id: int | None
    about: str
    detail: str
    remote: str | None


@dataclass(frozen=True)
class Found:
    """A page of lines; `older` is where the next one begins, None when this is the last."""

    rows: tuple[Row, ...]
    older: int | None


@dataclass(frozen=True)
class Standing:
    """How far the log is sealed, and what the last verification found: when, and whether all held."""

    sealed_at: datetime | None
    checked_at: datetime | None
    holds: bool
    held_until: datetime | None


def find(session: Session, search: Search, limit: int = PAGE) -> Found:
    """Give the newest lines of a search, in a fixed number of queries."""
    query = (
        select(LogEntry, Person.name, Assignment.role)
        .outerjoin(Person, LogEntry.person_id == Person.id)
        .outerjoin(Assignment, LogEntry.assignment_id == Assignment.id)
        .where(*_narrowed(search))
        .order_by(LogEntry.id.desc())
        .limit(limit + 1)
    )
    found = session.execute(query).all()
    shown = found[:limit]
    names = _names(session, [each[0] for each in shown])
    rows = tuple(_row(line, name, role, names) for line, name, role in shown)
    return Found(rows, rows[-1].id if len(found) > limit else None)


def every(session: Session, search: Search, most: int, at_once: int = 1000) -> Iterator[Row]:
    """Give the newest `most` lines of a search, read some at a time."""
    left, asked = most, search
    while left > 0:
        found = find(session, asked, min(at_once, left))
        yield from found.rows
        if found.older is None:
            return
        left, asked = left - len(found.rows), replace(asked, before=found.older)


def measurements(session: Session) -> list[Measurement]:
    """Give every measurement, the latest first."""
    return list(session.scalars(select(Measurement).order_by(Measurement.period_from.desc(), Measurement.id)))


def standing(session: Session) -> Standing:
    """Tell how far the log is sealed and what the last verification found; nothing is verified here."""
    sealed_at = session.scalar(select(LogSeal.sealed_at).order_by(LogSeal.number.desc()).limit(1))
    checked = session.scalars(
        select(LogEntry)
        .where(LogEntry.subject == "log_seal", LogEntry.action == sealing.CHECKED)
        .order_by(LogEntry.id.desc())
        .limit(1)
    ).one_or_none()
    if checked is None:
        return Standing(sealed_at, None, False, None)
    told = checked.detail or {}
    until = told.get("sealed_at")
    held_until = datetime.fromisoformat(until) if until else None
    return Standing(sealed_at, checked.at, bool(told.get("holds")), held_until)


def _narrowed(search: Search) -> Iterator[ColumnElement[bool]]:
    if search.before is not None:
        yield LogEntry.id < search.before
    if search.person.strip():
        who = select(Person.id)
        for word in search.person.split():
            who = who.where(
                or_(
                    Person.name.icontains(word, autoescape=True),
                    Person.email.icontains(word, autoescape=True),
                )
            )
        yield LogEntry.person_id.in_(who)
    if search.action:
        yield LogEntry.action.startswith(f"{search.action}.", autoescape=True)
    if search.subject:
        yield LogEntry.subject == search.subject
    if search.first is not None:
        yield LogEntry.at >= _begin(search.first)
    if search.last is not None:
        yield LogEntry.at < _begin(search.last + timedelta(days=1))
    if search.unit_id is not None or search.measurement_id is not None:
        yield _about(search)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), AMSTERDAM)


def _about(search: Search) -> ColumnElement[bool]:
    """Lines about a unit, a measurement, or a unit in a measurement, and about all that belongs to it."""
    parts: list[ColumnElement[bool]] = []
    if search.measurement_id is None:
        parts.append(_is("unit", [search.unit_id]))
    if search.unit_id is None:
        parts.append(_is("measurement", [search.measurement_id]))
    for name, table in Base.metadata.tables.items():
        rows = _belonging(table.c, search) if "id" in table.c else None
        if rows is not None:
            parts.append(_is(name, select(table.c.id).where(rows)))
    return or_(false(), *parts)


def _is(subject: str, ids: Any) -> ColumnElement[bool]:
    return and_(LogEntry.subject == subject, LogEntry.subject_id.in_(ids))


def _belonging(columns: Any, search: Search) -> ColumnElement[bool] | None:
    """Which rows of a table belong to what is searched for, by its columns; None when it has none for it."""
    unit, measurement = search.unit_id, search.measurement_id
    if "dossier_id" in columns and (unit is not None or "measurement_id" not in columns):
        return columns.dossier_id.in_(_dossiers(search))  # type: ignore[no-any-return]
    asked = {"unit_id": unit, "measurement_id": measurement}
    given = {name: value for name, value in asked.items() if value is not None}
    if not given.keys() <= set(columns.keys()):
        return None
    return and_(*(columns[name] == value for name, value in given.items()))


def _dossiers(search: Search) -> Select[int]:
    found = select(Dossier.id)
    if search.unit_id is not None:
        found = found.where(Dossier.unit_id == search.unit_id)
    if search.measurement_id is not None:
        found = found.where(Dossier.measurement_id == search.measurement_id)
    return found


def _names(session: Session, lines: Iterable[LogEntry]) -> Mapping[tuple[str, int | None], str]:
    """What the subjects are called that have a name that people know: by subject and id."""
    ids: dict[str, set[int]] = {name: set() for name in ("dossier", "measurement", "person", "unit")}
    for line in lines:
        if line.subject in ids and line.subject_id is not None:
            ids[line.subject].add(line.subject_id)
    asked: dict[str, Executable] = {
        "dossier": select(Dossier.id, Unit.code, Measurement.name)
        .join(Unit, Dossier.unit_id == Unit.id)
        .join(Measurement, Dossier.measurement_id == Measurement.id)
        .where(Dossier.id.in_(ids["dossier"])),
        "measurement": select(Measurement.id, Measurement.name).where(Measurement.id.in_(ids["measurement"])),
        "person": select(Person.id, Person.name).where(Person.id.in_(ids["person"])),
        "unit": select(Unit.id, Unit.code).where(Unit.id.in_(ids["unit"])),
    }
    return {
        (subject, number): ", ".join(names)
        for subject, query in asked.items()
        for number, *names in session.execute(query)
    }


def _row(
    line: LogEntry, person: str | None, role: str | None, names: Mapping[tuple[str, int | None], str]
) -> Row:
    noun = SUBJECTS.get(line.subject, line.subject)
    number = "" if line.subject_id is None else f" {line.subject_id}"
    named = names.get((line.subject, line.subject_id))
    return Row(
        id=line.id,
        at=line.at,
        action=line.action,
        what=words(line.action),
        person_id=line.person_id,
        person=person or "",
        role=role,
        subject=line.subject,
        subject_id=line.subject_id,
        about=f"{noun}{number}" + (f" ({named})" if named else ""),
        detail=_told(line.detail),
        remote=line.remote,
    )


def words(action: str) -> str:
    """What an action is in Dutch; a verb that has no word here stays as it is.

    >>> words("answer.save"), words("access.denied"), words("point.iets"), words("iets")
    ('Antwoord: opgeslagen', 'Toegang geweigerd', 'Opvolging: iets', 'iets')
    """
    kind, dot, verb = action.partition(".")
    if action in _SEPARATE or not dot:
        return _SEPARATE.get(action, action)
    return f"{ACTIONS.get(kind) or SUBJECTS.get(kind, kind)}: {_VERBS.get(verb, verb)}"


def _told(detail: Any) -> str:
    if not isinstance(detail, dict):
        return "" if detail is None else str(detail)
    said = {True: "ja", False: "nee"}
    return ", ".join(
        f"{_DETAILS.get(name, name)}: {said[value] if isinstance(value, bool) else value}"
        for name, value in detail.items()
        if value is not None
    )
