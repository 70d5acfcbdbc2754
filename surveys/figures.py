"""Series of figures from elsewhere, such as requests for assistance per year: looking them up, keeping them.

A series is kept as a whole: its lines (kinds) by its years. What is not known has no figure; it is never a
nought.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.exc import StaleDataError

from surveys import log
from surveys.acting import By
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.instruments import Instrument
from surveys.models import Figure, FigureKind, FigureSeries
from surveys.permissions import allowed

PERMISSION: Final = "figures.manage"
TITLE_LENGTH, UNIT_LENGTH, SOURCE_LENGTH, NOTE_LENGTH, WORDS_LENGTH = 200, 80, 300, 2_000, 80
"""The most characters of each text."""
MOST_YEARS, MOST_KINDS = 40, 20
"""How large a series can be."""
LARGEST: Final = 999_999_999
"""No figure is larger."""

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_WHOLE = re.compile(r"[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
_BELOW_ZERO = re.compile(r"[-−–]\s*[0-9][0-9.,]*")
_UNKNOWN = frozenset({"", "onbekend"})


@dataclass(frozen=True)
class FigureInfo:
    """What is known for a year: a number, or only words ("ruim 40"); and where exactly that was found."""

    value: int | None
    words: str | None
    source: str | None

    @property
    def shown(self) -> str:
        """The number with Dutch thousands points (1.500), or the words as they are."""
        return self.words or "" if self.value is None else f"{self.value:,}".replace(",", ".")


@dataclass(frozen=True)
class KindInfo:
    """A line of a series: year -> figure. A year that is not there is not known."""

    label: str
    total: bool
    figures: Mapping[int, FigureInfo]


@dataclass(frozen=True)
class SeriesInfo:
    """A series as pages and files show it. `name`: who wrote it last, None for nobody with an account."""

    id: int
    code: str
    title: str
    unit: str
    source: str
    note: str | None
    years: tuple[int, ...]
    kinds: tuple[KindInfo, ...]
    fictief: bool
    version: int
    name: str | None
    at: datetime

    @property
    def sourced(self) -> tuple[tuple[str, int, FigureInfo], ...]:
        """The figures that say where exactly they were found: label, year, figure."""
        return tuple(
            (kind.label, year, found)
            for kind in self.kinds
            for year, found in kind.figures.items()
            if found.source
        )

    @classmethod
    def of(cls, row: FigureSeries) -> SeriesInfo:
        """Take it from its row."""
        return cls(
            id=row.id,
            code=row.code,
            title=row.title,
            unit=row.unit,
            source=row.source,
            note=row.note,
            years=tuple(range(row.first_year, row.last_year + 1)),
            kinds=tuple(KindInfo(kind.label, kind.total, _figures(kind)) for kind in row.kinds),
            fictief=row.fictief,
            version=row.version,
            name=row.person.name if row.person else None,
            at=row.at,
        )


@dataclass(frozen=True)
class CellDetails:
    """A figure as it is typed: "94", "1.500", "ruim 40", or nothing where it is not known."""

    text: str = ""
    source: str = ""


@dataclass(frozen=True)
class KindDetails:
    """A line as it is typed."""

    label: str = ""
    total: bool = False
    cells: Mapping[int, CellDetails] = field(default_factory=dict)


@dataclass(frozen=True)
class SeriesDetails:
    """A whole series as it is typed; lines without anything in them do not count."""

    title: str = ""
    unit: str = ""
    source: str = ""
    note: str = ""
    first_year: str = ""
    last_year: str = ""
    fictief: bool = False
    kinds: tuple[KindDetails, ...] = ()

    @classmethod
    def of(cls, series: SeriesInfo) -> SeriesDetails:
        """What somebody would have typed to get a series as it is."""
        return cls(
            title=series.title,
            unit=series.unit,
            source=series.source,
            note=series.note or "",
            first_year=str(series.years[0]),
            last_year=str(series.years[-1]),
            fictief=series.fictief,
            kinds=tuple(
                KindDetails(
                    kind.label,
                    kind.total,
                    {
                        year: CellDetails(
                            str(found.value) if found.words is None else found.words, found.source or ""
                        )
                        for year, found in kind.figures.items()
                    },
                )
                for kind in series.kinds
            ),
        )


@dataclass(frozen=True)
class Fault:
    """Something wrong with what was typed: in which `part`, and of a line its place (from 0) and its year.

    `part`: a field of SeriesDetails, `code`, `series` for the whole; of a line `label`, `total`, `figure` or
    `figure_source`.
    """

    words: str
    part: str
    row: int | None = None
    year: int | None = None


class SeriesRefused(Refused):
    """A series that can't be kept as it was typed. `faults`: everything that is wrong, in order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(each.words for each in self.faults))


def listed(session: Session) -> list[SeriesInfo]:
    """All series by title, in three queries."""
    return [SeriesInfo.of(row) for row in session.scalars(_chosen())]


def fitting(
    found: Iterable[SeriesInfo], fictief: bool, asked: Iterable[Instrument]
) -> tuple[SeriesInfo, ...]:
    """Those that may stand beside the answers of a measurement: made-up ones only where it is made up too.

    `asked` are its questionnaires. When each of them names the series that belong to it, others do not fit.
    """
    named = [each.figures for each in asked]
    wanted = {code for codes in named for code in codes or ()} if named and None not in named else None
    return tuple(
        each for each in found if (fictief or not each.fictief) and (wanted is None or each.code in wanted)
    )


def find(session: Session, code: str) -> SeriesInfo | None:
    """A series by its code, in three queries; None when there is none."""
    row = session.scalar(_chosen().where(FigureSeries.code == code))
    return SeriesInfo.of(row) if row else None


def by_id(session: Session, number: int) -> SeriesInfo | None:
    """A series by its id, as `find` gives it."""
    row = session.scalar(_chosen().where(FigureSeries.id == number))
    return SeriesInfo.of(row) if row else None


def warnings(series: SeriesInfo) -> list[str]:
    """What looks wrong and may yet be so: a total that is smaller than what it is the total of."""
    totals = [kind for kind in series.kinds if kind.total]
    found = []
    for total in totals:
        for year in series.years:
            known = [_value(kind, year) for kind in series.kinds if not kind.total]
            together, told = sum(filter(None, known)), _value(total, year)
            if told is not None and told < together:
                found.append(
                    f"In {year} is ‘{total.label}’ ({told}) kleiner dan de andere soorten samen ({together})."
                )
    return found


def span(details: SeriesDetails) -> range | None:
    """The years of a series as they are typed; None while they can't be."""
    return _years(details)[0]


def add(session: Session, code: str, details: SeriesDetails, *, by: By) -> SeriesInfo:
    """Record a series.

    Raises NotAllowed, and SeriesRefused for details that can't be or a code that is badly formed or taken.
    """
    _allow(by)
    code = code.strip()
    faults = list(_code_faults(session, code))
    try:
        checked = _Checked.of(details)
    except SeriesRefused as refusal:
        raise SeriesRefused([*faults, *refusal.faults]) from None
    if faults:
        raise SeriesRefused(faults)
    row = FigureSeries(code=code, version=1)
    _write(row, checked, by)
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:  # somebody else took the code between the look and the write
        raise SeriesRefused([_taken(code)]) from error
    _log(session, "add", row, by, figures=len(checked.flat))
    return SeriesInfo.of(row)


def change(session: Session, number: int, details: SeriesDetails, *, by: By, seen_version: int) -> SeriesInfo:
    """Change a series, all of it at once; what is the same already stays, version and all.

    Raises as `add` does or when it is gone, and ChangedMeanwhile when somebody changed it since the version
    that was seen.
    """
    _allow(by)
    row = _current(session, number)
    checked = _Checked.of(details)
    before = _Checked.of(SeriesDetails.of(SeriesInfo.of(row)))
    if before == checked:
        return SeriesInfo.of(row)
    if row.version != seen_version:
        raise ChangedMeanwhile()
    row.version += 1
    _write(row, checked, by)
    _flush(session)
    session.expire(row, ["person"])
    changed = dict(before.flat.items() ^ checked.flat.items())
    _log(session, "change", row, by, figures=len(changed))
    return SeriesInfo.of(row)


def remove(session: Session, number: int, *, by: By, seen_version: int) -> None:
    """Remove a series with all its figures; the log keeps that it was there.

    Raises NotAllowed, SeriesRefused when it is gone already, and ChangedMeanwhile as `change` does.
    """
    _allow(by)
    row = _current(session, number)
    if row.version != seen_version:
        raise ChangedMeanwhile()
    _log(session, "remove", row, by)
    session.delete(row)
    _flush(session)


@dataclass(frozen=True)
class _Checked:
    """A series that can be kept: its lines (label, and whether it is the total), and all its figures flat."""

    title: str
    unit: str
    source: str
    note: str | None
    first_year: int
    last_year: int
    fictief: bool
    kinds: tuple[tuple[str, bool], ...]
    flat: Mapping[tuple[str, int], FigureInfo]

    @classmethod
    def of(cls, details: SeriesDetails) -> _Checked:
        """Read what was typed. Raises SeriesRefused with everything that is wrong."""
        texts, faults = _texts(details)
        years, wrong = _years(details)
        faults += wrong
        kinds: list[tuple[str, bool]] = []
        flat: dict[tuple[str, int], FigureInfo] = {}
        for place, kind in enumerate(details.kinds):
            if _is_blank(kind):
                continue
            label = _one_line(kind.label)
            faults += _label_faults(place, label, [known for known, _ in kinds])
            if kind.total and any(total for _, total in kinds):
                words = "Er is al een rij met het totaal. Kruis er hooguit één aan."
                faults.append(Fault(words, "total", place))
            kinds.append((label, kind.total))
            for year, cell in sorted(kind.cells.items()):
                found, wrong = _figure(cell, place, label, year, years)
                faults += wrong
                if found is not None:
                    flat[label, year] = found
        if not kinds:
            faults.append(Fault("Vul bij minstens één soort de naam in.", "label", 0))
        if len(kinds) > MOST_KINDS:
            faults.append(Fault(f"Een reeks heeft hooguit {MOST_KINDS} soorten.", "label", MOST_KINDS))
        if faults or years is None:
            raise SeriesRefused(faults)
        ordered = tuple(sorted(kinds, key=lambda kind: kind[1]))  # the total last, as in any table
        return cls(
            title=texts["title"],
            unit=texts["unit"],
            source=texts["source"],
            note=texts["note"] or None,
            first_year=years[0],
            last_year=years[-1],
            fictief=details.fictief,
            kinds=ordered,
            flat=flat,
        )


def _texts(details: SeriesDetails) -> tuple[dict[str, str], list[Fault]]:
    """The texts about the series without needless spaces, and what is wrong with them."""
    found = {name: _one_line(getattr(details, name)) for name in ("title", "unit", "source")}
    found["note"] = details.note.replace("\r\n", "\n").replace("\x00", "").strip()
    faults = []
    for part, missing, subject, most in (
        ("title", "Vul de titel in.", "De titel", TITLE_LENGTH),
        ("unit", "Vul in wat er wordt geteld, zoals aanvragen.", "De eenheid", UNIT_LENGTH),
        ("source", "Vul in van wie de cijfers komen.", "De bron", SOURCE_LENGTH),
        ("note", "", "De opmerking", NOTE_LENGTH),
    ):
        if missing and not found[part]:
            faults.append(Fault(missing, part))
        if len(found[part]) > most:
            faults.append(Fault(f"{subject} mag {most} tekens lang zijn. Kort de tekst in.", part))
    return found, faults


def _years(details: SeriesDetails) -> tuple[range | None, list[Fault]]:
    typed = {"first_year": details.first_year.strip(), "last_year": details.last_year.strip()}
    faults = [
        Fault("Vul een jaar in zoals 2012.", part)
        for part, text in typed.items()
        if not _YEAR.fullmatch(text)
    ]
    if faults:
        return None, faults
    first, last = map(int, typed.values())
    if last < first:
        return None, [Fault("Het laatste jaar ligt voor het eerste jaar.", "last_year")]
    if last - first >= MOST_YEARS:
        return None, [Fault(f"Een reeks heeft hooguit {MOST_YEARS} jaren.", "last_year")]
    return range(first, last + 1), []


def _is_blank(kind: KindDetails) -> bool:
    cells = kind.cells.values()
    return not kind.label.strip() and not any(cell.text.strip() or cell.source.strip() for cell in cells)


def _label_faults(place: int, label: str, known: Iterable[str]) -> Iterator[Fault]:
    if not label:
        yield Fault("Vul de naam van deze soort in.", "label", place)
    elif len(label) > TITLE_LENGTH:
        yield Fault(f"De naam mag {TITLE_LENGTH} tekens lang zijn. Kort de naam in.", "label", place)
    elif label.casefold() in map(str.casefold, known):
        yield Fault(f"De soort ‘{label}’ staat er al. Geef elke soort een eigen naam.", "label", place)


def _figure(
    cell: CellDetails, place: int, label: str, year: int, years: range | None
) -> tuple[FigureInfo | None, list[Fault]]:
    """A cell as a figure, None where nothing is known; and what is wrong with it."""
    text, source = _one_line(cell.text), _one_line(cell.source)
    where = f"{label or f'Rij {place + 1}'}, {year}"
    if text.casefold() in _UNKNOWN:
        if not source:
            return None, []
        words = f"{where}: er staat een bron, maar geen getal. Vul het getal in, of haal de bron weg."
        return None, [Fault(words, "figure", place, year)]
    faults = []
    if years is not None and year not in years:
        words = f"{where}: dit jaar valt buiten de reeks. Haal het getal weg, of kies ruimere jaren."
        faults.append(Fault(words, "figure", place, year))
    value, wrong = _number(text)
    if wrong:
        faults.append(Fault(f"{where}: {wrong}", "figure", place, year))
    if len(source) > SOURCE_LENGTH:
        words = f"{where}: de bron mag {SOURCE_LENGTH} tekens lang zijn. Kort de tekst in."
        faults.append(Fault(words, "figure_source", place, year))
    return FigureInfo(value, text if value is None else None, source or None), faults


def _number(text: str) -> tuple[int | None, str | None]:
    """The number that a cell says, None for words; and why it can't be either.

    A point is a Dutch thousands point only where there are three digits after it; a comma never is.
    """
    if _WHOLE.fullmatch(text):
        digits = text.replace(".", "").lstrip("0") or "0"
        if len(digits) > len(str(LARGEST)):
            return None, "dit getal is te groot."
        return int(digits), None
    if _BELOW_ZERO.fullmatch(text):
        return None, "een aantal is niet kleiner dan nul."
    if not any(map(str.isalpha, text)):
        return None, "vul een heel getal in, zoals 94 of 1.500, of woorden, zoals ‘ruim 40’."
    if len(text) > WORDS_LENGTH:
        return None, f"woorden mogen {WORDS_LENGTH} tekens lang zijn. Kort de tekst in."
    return None, None


def _code_faults(session: Session, code: str) -> Iterator[Fault]:
    if not _CODE.fullmatch(code):
        words = "Gebruik voor de code alleen kleine letters, cijfers en streepjes, zoals aanvragen."
        yield Fault(words, "code")
    elif session.scalar(select(FigureSeries.id).where(FigureSeries.code == code)) is not None:
        yield _taken(code)


def _taken(code: str) -> Fault:
    return Fault(f"Er is al een reeks met de code {code}.", "code")


def _write(row: FigureSeries, checked: _Checked, by: By) -> None:
    """Make a row say what was checked; lines that keep their name keep their row."""
    row.title, row.unit, row.source, row.note = checked.title, checked.unit, checked.source, checked.note
    row.first_year, row.last_year, row.fictief = checked.first_year, checked.last_year, checked.fictief
    row.person_id, row.assignment_id, row.at = by.person_id, by.assignment_id, by.at
    kept = {kind.label: kind for kind in row.kinds}
    row.kinds[:] = [
        _kind(kept.get(label) or FigureKind(label=label), place, total, checked)
        for place, (label, total) in enumerate(checked.kinds)
    ]


def _kind(kind: FigureKind, place: int, total: bool, checked: _Checked) -> FigureKind:
    kind.place, kind.total = place, total
    kept = {each.year: each for each in kind.figures}
    figures = []
    for (label, year), info in checked.flat.items():
        if label == kind.label:
            figure = kept.get(year) or Figure(year=year)
            figure.value, figure.words, figure.source = info.value, info.words, info.source
            figures.append(figure)
    kind.figures[:] = figures
    return kind


def _current(session: Session, number: int) -> FigureSeries:
    """The row, held until the transaction ends, so that changes wait for each other."""
    session.execute(select(FigureSeries.id).where(FigureSeries.id == number).with_for_update())
    row: FigureSeries | None = session.scalar(_chosen().where(FigureSeries.id == number))
    if row is None:
        raise SeriesRefused([Fault("Deze reeks is intussen verwijderd.", "series")])
    return row


def _flush(session: Session) -> None:
    try:
        session.flush()
    except StaleDataError as error:  # somebody came first between the look and the write
        raise ChangedMeanwhile() from error


def _log(session: Session, action: str, row: FigureSeries, by: By, **detail: int) -> None:
    log.write(session, f"series.{action}", by, "series", row.id, version=row.version, **detail)


def _allow(by: By) -> None:
    if by.person_id is None or not allowed(by.role, PERMISSION):
        raise NotAllowed()


def _chosen() -> Any:
    return (
        select(FigureSeries)
        .options(
            joinedload(FigureSeries.person),
            selectinload(FigureSeries.kinds).selectinload(FigureKind.figures),
        )
        .order_by(func.lower(FigureSeries.title), FigureSeries.id)
        .execution_options(populate_existing=True)
    )


def _figures(kind: FigureKind) -> dict[int, FigureInfo]:
    return {row.year: FigureInfo(row.value, row.words, row.source) for row in kind.figures}


def _value(kind: KindInfo, year: int) -> int | None:
    found = kind.figures.get(year)
    return found.value if found else None


def _one_line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())
