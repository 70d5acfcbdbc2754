"""The classifications of points: a track, an agenda point, a critical success factor, an evaluation theme.

What comes with Meetlat is in `schemes.toml`; what inspectors add or change is kept in the database and goes
before it. The factors of the questionnaires are values of the scheme `ksf` by themselves.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveys import log
from surveys.acting import By
from surveys.errors import ChangedMeanwhile, Refused
from surveys.follow_up.keeping import next_version, one_line, permit
from surveys.instruments import Instrument
from surveys.measurements import instrument_of
from surveys.models import InstrumentText, Point, PointClass, SchemeValue
from surveys.report_texts import clean

FILE = Path(__file__).parent / "schemes.toml"
FACTORS: Final = "ksf"
TITLE_LENGTH, NOTE_LENGTH = 300, 10_000
"""The most characters of each text."""
RESERVED: Final = frozenset({"nieuw"})
"""Codes that no value can have, for in the address of its page they say something else."""

_CODE = re.compile(r"[a-z0-9][a-z0-9.-]{0,31}")


@dataclass(frozen=True)
class Value:
    """A value of a classification. `note` explains it at length; `retired` ones are chosen no more.

    `version`: 0 for one that comes with Meetlat and was never changed.
    """

    code: str
    title: str
    note: str | None = None
    retired: bool = False
    version: int = 0


@dataclass(frozen=True)
class Scheme:
    """A classification with its values by their codes, in their order."""

    code: str
    title: str
    values: Mapping[str, Value]

    def label(self, code: str) -> str:
        """What a value is called; the code itself for one that is not (any more) there.

        Values that go by a number, such as factors, are called by it as well.
        """
        if code not in self.values:
            return code
        title = self.values[code].title
        return f"{code} {title}" if _numbered(code) else title

    def short(self, code: str) -> str:
        """The same for a narrow column: of a value that goes by a number only that."""
        return code if _numbered(code) else self.label(code)

    def note(self, code: str) -> str | None:
        """What explains a value at length, if anything does."""
        return self.values[code].note if code in self.values else None

    @property
    def labels(self) -> dict[str, str]:
        """What each value is called, by its code."""
        return {code: self.label(code) for code in self.values}


def _numbered(code: str) -> bool:
    return code[:1].isdecimal()


@cache
def _ready() -> dict[str, dict[str, Any]]:
    return tomllib.loads(FILE.read_text("utf-8"))


def codes() -> tuple[str, ...]:
    """The codes of the schemes, in their order."""
    return tuple(_ready())


def schemes(session: Session) -> dict[str, Scheme]:
    """All schemes by their codes, in two queries."""
    factors = _factors(session)
    own = list(session.scalars(select(SchemeValue).order_by(SchemeValue.place, SchemeValue.id)))
    found = {}
    for code, row in _ready().items():
        values = {each["code"]: Value(**each) for each in row.get("values", ())}
        if code == FACTORS:
            values |= {each: Value(each, title) for each, title in factors.items()}
        for each in own:
            if each.scheme == code:
                values[each.code] = Value(each.code, each.title, each.note, each.retired, each.version)
        found[code] = Scheme(code, row["title"], values)
    return found


def _factors(session: Session) -> dict[str, str]:
    """The factors of every questionnaire that is kept, as the latest of them calls each."""
    titles: dict[str, str] = {}
    for text in session.scalars(select(InstrumentText).order_by(InstrumentText.added_at, InstrumentText.id)):
        instrument: Instrument = instrument_of(text)
        titles |= {factor.code: factor.title for factor in instrument.factors.values()}
    return dict(sorted(titles.items()))


def used(session: Session) -> dict[tuple[str, str], int]:
    """How many points have each value: by scheme and code, without those that no point has."""
    rows = session.execute(
        select(PointClass.scheme, PointClass.code, func.count())
        .join(Point, Point.id == PointClass.point_id)
        .where(Point.removed.is_(False))
        .group_by(PointClass.scheme, PointClass.code)
    )
    return {(scheme, code): count for scheme, code, count in rows}


def add(session: Session, scheme: str, value: Value, *, by: By) -> Value:
    """Add a value to a scheme.

    Raises as `keep` does, and Refused for a code that the scheme has already.
    """
    permit(by)
    checked = _checked(value)
    known = schemes(session)
    if scheme in known and checked.code in known[scheme].values:
        raise Refused(f"De code {checked.code} bestaat al in deze indeling. Kies een andere code.")
    return keep(session, scheme, replace(checked, version=0), by=by)


def keep(session: Session, scheme: str, value: Value, *, by: By) -> Value:
    """Add a value, or change one (`value.version`: the version that was seen).

    Raises NotAllowed; Refused for a value that can't be; ChangedMeanwhile when somebody was first.
    """
    permit(by)
    known = schemes(session)
    if scheme not in known:
        raise Refused("Kies een indeling uit de lijst.")
    checked = _checked(value)
    row = session.scalar(
        select(SchemeValue).where(SchemeValue.scheme == scheme, SchemeValue.code == checked.code)
    )
    seen = row.version if row else 0
    if value.version != seen:
        raise ChangedMeanwhile()
    if row is None:
        row = SchemeValue(scheme=scheme, code=checked.code, place=len(known[scheme].values))
        session.add(row)
    row.title, row.note, row.retired = checked.title, checked.note, checked.retired
    try:
        next_version(session, row, by)
    except IntegrityError as error:  # somebody added it first, between the look and the write
        raise ChangedMeanwhile() from error
    log.write(
        session, "scheme.keep", by, "scheme_value", row.id, scheme=scheme, value=row.code, version=row.version
    )
    return replace(checked, version=row.version)


def _checked(value: Value) -> Value:
    code, title = value.code.strip().lower(), one_line(value.title)
    note = clean(value.note) or None
    if not _CODE.fullmatch(code):
        raise Refused("Vul een code in van kleine letters, cijfers, punten en streepjes, zoals systeem.")
    if code in RESERVED:
        raise Refused(f"De code {code} kan niet. Kies een andere code.")
    if not title:
        raise Refused("Vul een naam in.")
    if len(title) > TITLE_LENGTH:
        raise Refused(f"De naam mag {TITLE_LENGTH} tekens lang zijn. Kort hem in.")
    if note and len(note) > NOTE_LENGTH:
        raise Refused(f"De toelichting mag {NOTE_LENGTH} tekens lang zijn. Kort haar in.")
    return replace(value, code=code, title=title, note=note)
