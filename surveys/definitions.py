"""One language: what terms mean, who changed that when, and meanings that clash (003 r. 77-80).

What comes with Meetlat is in `glossary.toml`; what inspectors add or change is kept in the database and goes
before it. Two documents can mean different things with one term: both stand in the list, flagged until an
inspector says which holds, or why both do.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from surveys import log
from surveys.acting import By
from surveys.errors import ChangedMeanwhile, Refused
from surveys.follow_up.keeping import chosen, fits, fits_day, fits_line, next_version, permit, seen, stamp
from surveys.glossary import ABBREVIATION, KINDS, SHIPPED, WORD, Clash, Glossary, fold, fold_meaning
from surveys.models import Definition, DefinitionRuling, DefinitionVersion, Origin
from surveys.questions import day as spoken

TERM_LENGTH, SOURCE_LENGTH, MEANING_LENGTH, NOTE_LENGTH = 200, 300, 2_000, 10_000
"""The most characters of each text."""
OWN_SOURCE: Final = "Meetlat"
"""The source of what has no other."""


@dataclass(frozen=True)
class Details:
    """A definition as somebody fills it in. Without `origin_id` and `source` it is Meetlat's own."""

    kind: str
    term: str
    meaning: str
    origin_id: int | None = None
    source: str | None = None
    used_since: date | None = None
    note: str | None = None
    retired: bool = False
    fictief: bool = False


@dataclass(frozen=True)
class DefinitionInfo:
    """A definition as pages and files show it. `ref` is what addresses call it, whatever becomes of it.

    One that comes with Meetlat and was never changed has no `id`, `name` or `at`, and 0 as its `version`.
    `source` is its document or other source, in words.
    """

    ref: str
    details: Details
    source: str
    id: int | None = None
    version: int = 0
    name: str | None = None
    at: datetime | None = None

    @property
    def key(self) -> str:
        """What its term has in common with others that are the same."""
        return fold(self.details.term)

    @property
    def digest(self) -> str:
        """Tells its meaning from others."""
        return _digest(self.details.meaning)

    @property
    def kind_label(self) -> str:
        """Its kind in Dutch."""
        return KINDS[self.details.kind]

    @property
    def told(self) -> str:
        """Its meaning as it is explained: what is made up says so."""
        return f"{self.details.meaning} (fictief)" if self.details.fictief else self.details.meaning


@dataclass(frozen=True)
class Ruling:
    """What was said of some meanings: which one holds (its digest), or why all of them do (None)."""

    meanings: str
    holds: str | None
    reason: str | None
    name: str | None
    at: datetime


@dataclass(frozen=True)
class Term:
    """All definitions of one term, retired ones last; what was ruled about their meanings, newest first."""

    key: str
    definitions: tuple[DefinitionInfo, ...]
    rulings: tuple[Ruling, ...] = ()

    @property
    def title(self) -> str:
        """How it is written first."""
        return self.definitions[0].details.term

    @property
    def active(self) -> tuple[DefinitionInfo, ...]:
        """The definitions that were not retired."""
        return tuple(each for each in self.definitions if not each.details.retired)

    @property
    def meanings(self) -> str:
        """Tells these meanings from others: what a ruling is about."""
        return hashlib.sha256(" ".join(sorted({each.digest for each in self.active})).encode()).hexdigest()

    @property
    def differs(self) -> bool:
        """Whether it has more than one meaning."""
        return len({each.digest for each in self.active}) > 1

    @property
    def ruling(self) -> Ruling | None:
        """What was said last of just these meanings."""
        if not self.differs:
            return None
        return next((each for each in self.rulings if each.meanings == self.meanings), None)

    @property
    def clashes(self) -> bool:
        """Whether its meanings differ while nobody said which of them holds."""
        return self.differs and self.ruling is None

    @property
    def holding(self) -> tuple[DefinitionInfo, ...]:
        """The definitions that explain it: the one that was chosen, or else all of them."""
        ruling = self.ruling
        if ruling is None or ruling.holds is None:
            return self.active
        return tuple(each for each in self.active if each.digest == ruling.holds)


@dataclass(frozen=True)
class Change:
    """One thing that a version changed: what it was and what it became, None for nothing."""

    label: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Version:
    """A version of a definition: what it said of each field, and what that was before."""

    number: int
    changes: tuple[Change, ...]
    name: str | None
    at: datetime


def terms(session: Session) -> dict[str, Term]:
    """Every term by its key, in the order of the alphabet: two queries."""
    rows = session.scalars(
        select(Definition)
        .options(joinedload(Definition.origin), joinedload(Definition.person))
        .order_by(Definition.id)
        .execution_options(populate_existing=True)
    ).all()
    replaced = {(row.kind, row.ships_as) for row in rows}
    found = [each for each in _shipped().values() if (each.details.kind, each.details.term) not in replaced]
    rulings = defaultdict(list)
    for ruling in session.scalars(
        select(DefinitionRuling)
        .options(joinedload(DefinitionRuling.person))
        .order_by(DefinitionRuling.id.desc())
    ):
        name = ruling.person.name if ruling.person else None
        rulings[ruling.term_key].append(Ruling(ruling.meanings, ruling.holds, ruling.reason, name, ruling.at))
    return _grouped([*found, *map(_info, rows)], rulings)


def shipped() -> dict[str, Term]:
    """Every term that comes with Meetlat, likewise: for who may not see what inspectors made of them."""
    return _grouped(_shipped().values(), {})


def glossary(session: Session) -> Glossary:
    """What every term means now, as pages and files explain it: two queries."""
    tables: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    meanings, clashes = {}, []
    for term in terms(session).values():
        spelled: defaultdict[tuple[str, str], list[DefinitionInfo]] = defaultdict(list)
        for each in term.holding:
            spelled[each.details.kind, each.details.term].append(each)
        for kind, written in spelled:
            tables[kind][written] = _together(spelled[kind, written])
        if term.holding:
            meanings[term.key] = _together(term.holding)
        if term.clashes:
            clashes.append(Clash(term.key, tuple(dict.fromkeys(each.details.term for each in term.active))))
    return Glossary(tables[WORD], tables[ABBREVIATION], meanings, tuple(clashes))


_CHANGES = select(
    select(func.count()).select_from(DefinitionVersion).scalar_subquery(),
    select(func.count()).select_from(DefinitionRuling).scalar_subquery(),
    select(func.coalesce(func.sum(Origin.version), 0))
    .where(Origin.id.in_(select(Definition.origin_id).where(Definition.origin_id.is_not(None))))
    .scalar_subquery(),
)


def standing(session: Session) -> tuple[int, ...]:
    """What is another one after every change of what terms mean: one query.

    Numbers of rows that are never removed only grow, also where the one that was numbered first is committed
    last. A document is in it because its title names the source of a meaning.
    """
    return tuple(map(int, session.execute(_CHANGES).one()))


def find(found: Mapping[str, Term], ref: str) -> DefinitionInfo | None:
    """A definition among all terms by what addresses call it; None when there is none."""
    return next((each for term in found.values() for each in term.definitions if each.ref == ref), None)


def add(session: Session, details: Details, *, by: By) -> DefinitionInfo:
    """Add a definition.

    Raises NotAllowed; Refused for details that can't be, or a term that its source explains already.
    """
    permit(by)
    checked = _checked(session, details)
    _refuse_second(session, checked, None)
    row = Definition(version=1)
    _write(row, checked)
    stamp(row, by)
    session.add(row)
    session.flush()
    return _kept(session, row, "add", by)


def change(session: Session, ref: str, details: Details, *, by: By, seen_version: int) -> DefinitionInfo:
    """Change a definition, or retire it; what is the same already stays, version and all. Its kind stays.

    The first change of one that comes with Meetlat keeps what it said as its first version.

    Raises as `add` does; Refused for one that is not there; ChangedMeanwhile when somebody was first.
    """
    permit(by)
    now = find(terms(session), ref)
    if now is None:
        raise Refused("Dit begrip staat niet in de lijst.")
    checked = _checked(session, replace(details, kind=now.details.kind), now.details.origin_id)
    if now.details == checked:
        return now
    if now.version != seen_version:
        raise ChangedMeanwhile()
    _refuse_second(session, checked, ref)
    row = _begun(session, now, by) if now.id is None else _hold(session, now.id)
    seen(row, max(seen_version, 1))
    _write(row, checked)
    next_version(session, row, by)
    return _kept(session, row, "change", by)


def settle(
    session: Session, key: str, ref: str | None, reason: str | None, *, by: By, seen_meanings: str
) -> None:
    """Say which of the meanings of a term holds (`ref`), or with None and a reason that all of them do.

    Raises NotAllowed; Refused for a term without meanings that differ, one of them that is not there, or no
    reason; ChangedMeanwhile when the meanings are not those that were seen.
    """
    permit(by)
    term = terms(session).get(key)
    if term is None or not term.differs:
        raise Refused("Dit begrip heeft niet meer betekenissen. Er is niets te kiezen.")
    if term.meanings != seen_meanings:
        raise ChangedMeanwhile()
    why = fits(reason, NOTE_LENGTH, "De reden")
    chosen_one = next((each for each in term.active if each.ref == ref), None)
    if ref is not None and chosen_one is None:
        raise Refused("Kies een betekenis uit de lijst.")
    if chosen_one is None and why is None:
        raise Refused("Schrijf op waarom beide betekenissen gelden.")
    row = DefinitionRuling(
        term_key=key, meanings=term.meanings, holds=chosen_one.digest if chosen_one else None, reason=why
    )
    stamp(row, by)
    session.add(row)
    session.flush()
    log.write(session, "definition.settle", by, "definition_ruling", row.id)


def history(session: Session, term: Term) -> dict[str, tuple[Version, ...]]:
    """The versions of each definition of a term by its `ref`, newest first: two queries.

    One that comes with Meetlat and was never changed has none.
    """
    refs = {each.id: each.ref for each in term.definitions if each.id is not None}
    rows = session.scalars(
        select(DefinitionVersion)
        .where(DefinitionVersion.definition_id.in_(refs))
        .options(joinedload(DefinitionVersion.person))
        .order_by(DefinitionVersion.definition_id, DefinitionVersion.version)
    ).all()
    origins = [row.content["origin_id"] for row in rows if row.content["origin_id"]]
    asked = select(Origin.id, Origin.title).where(Origin.id.in_(origins))
    titles = {number: title for number, title in session.execute(asked)}  # noqa: C416 -- rows are no pairs to mypy
    found: defaultdict[str, list[Version]] = defaultdict(list)
    before: dict[int, dict[str, Any]] = {}
    for row in rows:
        old = before.get(row.definition_id)
        changes = tuple(_changes(old, row.content, titles))
        name = row.person.name if row.person else None
        found[refs[row.definition_id]].insert(0, Version(row.version, changes, name, row.at))
        before[row.definition_id] = row.content
    return {ref: tuple(versions) for ref, versions in found.items()}


@cache
def _shipped() -> dict[str, DefinitionInfo]:
    """What comes with Meetlat, by what addresses call it."""
    found = {}
    for kind, table in ((WORD, SHIPPED.words), (ABBREVIATION, SHIPPED.abbreviations)):
        for term, meaning in table.items():
            ref = _ref(kind, term)
            found[ref] = DefinitionInfo(ref, Details(kind, term, meaning), OWN_SOURCE)
    return found


def _ref(kind: str, ships_as: str) -> str:
    return f"{kind}-{fold(ships_as)}"


def _grouped(found: Iterable[DefinitionInfo], rulings: Mapping[str, list[Ruling]]) -> dict[str, Term]:
    groups: defaultdict[str, list[DefinitionInfo]] = defaultdict(list)
    for each in found:
        groups[each.key].append(each)
    made = [
        Term(key, tuple(sorted(rows, key=lambda row: row.details.retired)), tuple(rulings.get(key, ())))
        for key, rows in groups.items()
    ]
    return {term.key: term for term in sorted(made, key=lambda term: (term.title.casefold(), term.key))}


def _together(found: Sequence[DefinitionInfo]) -> str:
    """The meaning of a term; of several ones each with its source."""
    if len({each.digest for each in found}) == 1:
        return found[0].told
    return "; of: ".join(f"{each.told.removesuffix('.')} ({each.source})" for each in found)


def _digest(meaning: str) -> str:
    return hashlib.sha256(fold_meaning(meaning).encode()).hexdigest()


def _info(row: Definition) -> DefinitionInfo:
    return DefinitionInfo(
        ref=_ref(row.kind, row.ships_as) if row.ships_as else str(row.id),
        id=row.id,
        details=Details(**{each.name: getattr(row, each.name) for each in fields(Details)}),
        source=row.origin.title if row.origin else row.source or OWN_SOURCE,
        version=row.version,
        name=row.person.name if row.person else None,
        at=row.at,
    )


def _checked(session: Session, details: Details, kept_origin: int | None = None) -> Details:
    """The details as they are kept. `kept_origin`: a document that may stay, though it was removed."""
    term = fits_line(details.term, TERM_LENGTH, "Het begrip")
    meaning = fits_line(details.meaning, MEANING_LENGTH, "De betekenis")
    kind = chosen(details.kind, KINDS, "een soort")
    if kind is None:
        raise Refused("Kies of het een woord of een afkorting is.")
    if term is None or not fold(term):
        raise Refused("Vul het begrip in, met ten minste één letter of cijfer.")
    if len(fold(term)) > TERM_LENGTH:  # one sign can fold into several
        raise Refused(f"Het begrip mag {TERM_LENGTH} tekens lang zijn. Kort de tekst in.")
    if kind == ABBREVIATION and term == term.lower():
        raise Refused(
            "Een afkorting heeft ten minste één hoofdletter: anders wordt elk gewoon woord dat zo is"
            " geschreven, uitgelegd als afkorting."
        )
    if meaning is None or not fold_meaning(meaning):
        raise Refused("Vul de betekenis in.")
    source = fits_line(details.source, SOURCE_LENGTH, "De andere bron")
    if details.origin_id is not None:
        if source:
            raise Refused("Kies een document, of vul een andere bron in. Niet allebei.")
        known = select(Origin.id).where(Origin.id == details.origin_id, Origin.removed.is_(False))
        if details.origin_id != kept_origin and session.scalar(known) is None:
            raise Refused("Kies een document uit de lijst.")
    return Details(
        kind=kind,
        term=term,
        meaning=meaning,
        origin_id=details.origin_id,
        source=source,
        used_since=fits_day(details.used_since, "De datum"),
        note=fits(details.note, NOTE_LENGTH, "De toelichting"),
        retired=details.retired,
        fictief=details.fictief,
    )


def _refuse_second(session: Session, checked: Details, ref: str | None) -> None:
    """Raise Refused when another definition explains the same term by the same source."""
    if checked.retired:
        return
    term = terms(session).get(fold(checked.term))
    for each in term.active if term else ():
        if each.ref != ref and _source(each.details) == _source(checked):
            raise Refused(
                f"‘{each.details.term}’ staat al in de lijst met dezelfde bron. Wijzig dat begrip, of kies"
                " een andere bron."
            )


def _source(details: Details) -> tuple[str, int | None, str]:
    return details.kind, details.origin_id, fold(details.source or OWN_SOURCE)


def _hold(session: Session, number: int) -> Definition:
    """The row of a definition, held until the transaction ends."""
    return session.scalars(
        select(Definition)
        .where(Definition.id == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _begun(session: Session, now: DefinitionInfo, by: By) -> Definition:
    """Keep what comes with Meetlat as the first version of a row. Raises ChangedMeanwhile if there is one."""
    row = Definition(version=1, ships_as=now.details.term, at=by.at)
    _write(row, now.details)
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:  # somebody changed it first, between the look and the write
        raise ChangedMeanwhile() from error
    session.add(DefinitionVersion(definition_id=row.id, version=1, content=_content(row), at=by.at))
    return row


def _write(row: Definition, details: Details) -> None:
    for name, value in vars(details).items():
        setattr(row, name, value)


def _kept(session: Session, row: Definition, action: str, by: By) -> DefinitionInfo:
    """Keep what a definition now says as a version, and log it."""
    kept = DefinitionVersion(definition_id=row.id, version=row.version, content=_content(row))
    stamp(kept, by)
    session.add(kept)
    log.write(session, f"definition.{action}", by, "definition", row.id, version=row.version)
    session.flush()
    session.expire(row, ["origin", "person"])
    return _info(row)


def _content(row: Definition) -> dict[str, Any]:
    """All that a definition says, as JSON."""
    found = {each.name: getattr(row, each.name) for each in fields(Details)}
    return found | {"used_since": row.used_since.isoformat() if row.used_since else None}


_LABELS: Final[dict[str, tuple[str, Callable[[Any], str | None]]]] = {
    "term": ("Begrip", str),
    "kind": ("Soort", lambda kind: KINDS.get(kind, kind)),
    "meaning": ("Betekenis", str),
    "used_since": ("In gebruik sinds", lambda day: spoken(date.fromisoformat(day)) if day else None),
    "note": ("Toelichting", lambda note: note),
    "retired": ("Vervallen", lambda retired: "ja" if retired else "nee"),
    "fictief": ("Fictief", lambda fictief: "ja" if fictief else "nee"),
}
"""What the history calls each field, and how it says its content."""


def _changes(
    old: Mapping[str, Any] | None, new: Mapping[str, Any], titles: Mapping[int, str]
) -> Iterable[Change]:
    """What a version changed; of the first all that it says."""
    for name, (label, say) in _LABELS.items():
        was = say(old[name]) if old else None
        became = say(new[name])
        if was != became and not (old is None and became == "nee"):
            yield Change(label, was, became)
    was, became = (_source_of(each, titles) if each else None for each in (old, new))
    if was != became:
        yield Change("Bron", was, became)


def _source_of(content: Mapping[str, Any], titles: Mapping[int, str]) -> str:
    if content["origin_id"]:
        return titles.get(content["origin_id"], "een document")
    return content["source"] or OWN_SOURCE
