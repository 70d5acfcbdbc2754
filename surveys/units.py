"""Units, their names over time, and which belongs to which."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from surveys import log
from surveys.acting import By
from surveys.errors import Refused
from surveys.models import Unit, UnitLink, UnitName

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")
KIND = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
NAME_LENGTH = 200
SHORT_LENGTH = 32
"""The most characters of a name and of a short name."""


@dataclass(frozen=True)
class Tile:
    """A place on the tile map: row and column, from 1."""

    row: int
    column: int


def add(
    session: Session,
    *,
    kind: str,
    code: str,
    name: str,
    short: str,
    valid_from: date,
    valid_until: date | None = None,
    tile: Tile | None = None,
    by: By,
) -> Unit:
    """Add a unit with its first name.

    Raises Refused for a code or kind that is badly formed, a code that is taken, an empty or too long name,
    or an empty period.
    """
    if not CODE.fullmatch(code):
        raise Refused("Gebruik voor de code alleen hoofdletters, cijfers en streepjes, zoals VR17.")
    if not KIND.fullmatch(kind):
        raise Refused(
            "Gebruik voor de soort alleen kleine letters, cijfers en streepjes, zoals veiligheidsregio."
        )
    if session.scalar(select(Unit.id).where(Unit.code == code)) is not None:
        raise Refused(_code_taken(code))
    _check_period(valid_from, valid_until)
    unit = Unit(
        kind=kind,
        code=code,
        valid_from=valid_from,
        valid_until=valid_until,
        tile_row=tile.row if tile else None,
        tile_column=tile.column if tile else None,
        names=[_name(name, short, valid_from)],
    )
    session.add(unit)
    try:
        session.flush()
    except IntegrityError as error:  # somebody else took the code between the look and the write
        raise Refused(_code_taken(code)) from error
    log.write(session, "unit.add", by, "unit", unit.id)
    return unit


def _code_taken(code: str) -> str:
    return f"Er is al een eenheid met de code {code}."


def change(session: Session, unit: Unit, *, valid_until: date | None, tile: Tile | None, by: By) -> None:
    """Change until when a unit exists and its place on the tile map. Raises Refused for an empty period."""
    _check_period(unit.valid_from, valid_until)
    unit.valid_until = valid_until
    unit.tile_row, unit.tile_column = (tile.row, tile.column) if tile else (None, None)
    log.write(session, "unit.change", by, "unit", unit.id)
    session.flush()


def rename(session: Session, unit: Unit, *, name: str, short: str, valid_from: date, by: By) -> None:
    """Give a unit another name from a day on; a name from that very day is corrected.

    Raises Refused for an empty name or a day before the unit exists.
    """
    if valid_from < unit.valid_from:
        raise Refused("De naam kan niet ingaan voordat de eenheid bestaat.")
    new = _name(name, short, valid_from)
    same_day = next((row for row in unit.names if row.valid_from == valid_from), None)
    if same_day is not None:
        same_day.name, same_day.short = new.name, new.short
    else:
        unit.names.append(new)
    log.write(session, "unit.rename", by, "unit", unit.id)
    session.flush()
    session.refresh(unit, ["names"])


def link(
    session: Session,
    unit: Unit,
    parent: Unit,
    *,
    valid_from: date,
    valid_until: date | None = None,
    note: str | None = None,
    by: By,
) -> UnitLink:
    """Let a unit belong to another from a day until (not including) another.

    An earlier link of the unit to a unit of the same kind that has no end is ended on that day.
    Raises Refused for an empty period, for the unit itself, or when a link overlaps.
    """
    if unit is parent:
        raise Refused("Een eenheid kan niet bij zichzelf horen.")
    _check_period(valid_from, valid_until)
    for other in links_of(session, unit):
        if other.parent.kind != parent.kind:
            continue
        if other.valid_until is None and other.valid_from < valid_from:
            other.valid_until = valid_from
            log.write(session, "unit_link.end", by, "unit_link", other.id)
        elif _overlap(other, valid_from, valid_until):
            raise Refused(_taken(unit, other))
    row = UnitLink(
        unit=unit, parent=parent, valid_from=valid_from, valid_until=valid_until, note=note or None
    )
    session.add(row)
    session.flush()
    log.write(session, "unit_link.add", by, "unit_link", row.id, unit=unit.id, parent=parent.id)
    return row


def change_link(
    session: Session, row: UnitLink, *, valid_until: date | None, note: str | None, by: By
) -> None:
    """Change until when a link holds, and its note.

    Raises Refused for an empty period, or when another link then overlaps.
    """
    _check_period(row.valid_from, valid_until)
    for other in links_of(session, row.unit):
        if (
            other is not row
            and other.parent.kind == row.parent.kind
            and _overlap(other, row.valid_from, valid_until)
        ):
            raise Refused(_taken(row.unit, other))
    row.valid_until, row.note = valid_until, note or None
    log.write(session, "unit_link.change", by, "unit_link", row.id)
    session.flush()


def remove_link(session: Session, row: UnitLink, by: By) -> None:
    """Take away a link that was entered by mistake."""
    log.write(session, "unit_link.remove", by, "unit_link", row.id, unit=row.unit_id, parent=row.parent_id)
    session.delete(row)
    session.flush()


def links_of(session: Session, unit: Unit) -> list[UnitLink]:
    """The links of a unit, the earliest first."""
    return list(
        session.scalars(select(UnitLink).where(UnitLink.unit_id == unit.id).order_by(UnitLink.valid_from))
    )


def links_on(session: Session, day: date) -> dict[int, UnitLink]:
    """The link of each unit that holds on a day: unit id -> link."""
    rows = session.scalars(select(UnitLink).options(joinedload(UnitLink.parent)).where(_holds_on(day)))
    return {row.unit_id: row for row in rows}


def parents_on(session: Session, day: date) -> dict[str, int]:
    """To which unit each unit belongs on a day: the code of the one -> the id of the other."""
    rows = session.execute(
        select(Unit.code, UnitLink.parent_id)
        .join(UnitLink, UnitLink.unit_id == Unit.id)
        .where(_holds_on(day))
    )
    return {row.code: row.parent_id for row in rows}


def _holds_on(day: date) -> ColumnElement[bool]:
    return and_(UnitLink.valid_from <= day, or_(UnitLink.valid_until.is_(None), UnitLink.valid_until > day))


def _overlap(other: UnitLink, valid_from: date, valid_until: date | None) -> bool:
    begins_in_time = valid_until is None or other.valid_from < valid_until
    return begins_in_time and (other.valid_until is None or other.valid_until > valid_from)


def _taken(unit: Unit, other: UnitLink) -> str:
    return (
        f"{unit.name} hoort in (een deel van) deze periode al bij {other.parent.name}."
        " Pas eerst die periode aan."
    )


def _name(name: str, short: str, valid_from: date) -> UnitName:
    name, short = " ".join(name.split()), " ".join(short.split())
    if not name or not short:
        raise Refused("Vul een naam en een korte naam in.")
    if len(name) > NAME_LENGTH or len(short) > SHORT_LENGTH:
        raise Refused(
            f"De naam mag {NAME_LENGTH} tekens lang zijn en de korte naam {SHORT_LENGTH}. Kort de namen in."
        )
    return UnitName(name=name, short=short, valid_from=valid_from)


def _check_period(valid_from: date, valid_until: date | None) -> None:
    if valid_until is not None and valid_until <= valid_from:
        raise Refused("De einddatum ligt niet na de begindatum.")


def any_yet(session: Session) -> bool:
    """Say whether there are any units."""
    return session.scalar(select(Unit.id).limit(1)) is not None
