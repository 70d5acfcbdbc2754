"""The roles of who fills in, and the parts of *Zo werkt het* about them: data, in `roles.toml`.

What such a role may do is not data: that is in `permissions`, by whether it signs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final, Literal

from scoring.model import RESERVED

SIDES: Final = ("regio", "defensie")
"""Where a role can sit in a conversation. Another needs a migration: the table of attendees knows these."""
SIGNING: Final = ("samen", "alleen", "niet")
BOTH: Final = "beiden"
"""Not the code of a role: with this word a question says that everybody who signs can answer it."""


@dataclass(frozen=True)
class Part:
    """A part of *Zo werkt het*. `others`: those whose answers and points stay hidden, as a plural."""

    code: str
    label: str
    heading: str
    signing: Literal["samen", "alleen", "niet"]
    about: str
    signers: str = ""
    others: str = ""


@dataclass(frozen=True)
class Respondent:
    """A role of who fills in. `signs`: agrees with the answers and hands them in; otherwise it only helps."""

    code: str
    label: str
    short: str
    signs: bool
    explained: str
    side: str | None = None


class RolesFaults(ValueError):
    """What is wrong with the file of roles: a line for each fault."""


def parse(text: str) -> tuple[tuple[Part, ...], tuple[Respondent, ...]]:
    """Read the parts and the roles, each in the order of the file.

    Raises RolesFaults with everything that is wrong, and tomllib.TOMLDecodeError when it is no TOML.
    """
    document = tomllib.loads(text)
    faults = list(_faults(document))
    if faults:
        raise RolesFaults("\n".join(faults))
    parts, roles = document["parts"], document["roles"]
    return tuple(Part(**row) for row in parts), tuple(Respondent(**row) for row in roles)


def _faults(document: dict[str, Any]) -> Iterator[str]:
    parts, roles = _tables(document.get("parts")), _tables(document.get("roles"))
    for key in document.keys() - {"parts", "roles"}:
        yield f"{key}: unknown"
    if not (parts and roles):
        yield "there must be at least one [[parts]] and one [[roles]]"
        return
    for place, part in enumerate(parts, 1):
        yield from _part(part, f"part {part.get('code', place)}")
    for place, role in enumerate(roles, 1):
        where = f"role {role.get('code', place)}"
        yield from _role(role, where)
        if role.get("explained") not in [part.get("code") for part in parts]:
            yield f"{where}: explained: there is no part {role.get('explained')!r}"
    yield from _twice("part", parts)
    yield from _twice("role", roles)
    for part in parts:
        if part.get("code") not in [role.get("explained") for role in roles]:
            yield f"part {part.get('code')}: is about no role"


def _part(part: dict[str, Any], where: str) -> Iterator[str]:
    signing = part.get("signing")
    wanted = {"code", "label", "heading", "signing", "about"}
    wanted |= {"signers"} if signing == "samen" else set()
    wanted |= {"others"} if signing in {"samen", "alleen"} else set()
    yield from _keys(part, wanted, where)
    if signing not in SIGNING:
        yield f"{where}: signing must be one of {', '.join(SIGNING)}"
    yield from _texts(part, wanted, where)


def _role(role: dict[str, Any], where: str) -> Iterator[str]:
    signs = role.get("signs")
    wanted = {"code", "label", "short", "signs", "explained"} | ({"side"} if signs is True else set())
    yield from _keys(role, wanted, where)
    if not isinstance(signs, bool):
        yield f"{where}: signs must be true or false"
    if signs is True and role.get("side") not in SIDES:
        yield f"{where}: side must be one of {', '.join(SIDES)}"
    if role.get("code") in {BOTH, *RESERVED}:
        yield f"{where}: this word has a meaning of its own and can't be a code"
    yield from _texts(role, wanted - {"signs"}, where)


def _tables(value: object) -> list[dict[str, Any]]:
    """A list of tables; an empty one for anything else."""
    good = isinstance(value, list) and all(isinstance(each, dict) for each in value)
    return value if good else []  # type: ignore[return-value]


def _keys(table: dict[str, Any], wanted: set[str], where: str) -> Iterator[str]:
    """The keys that are missing, and those that mean nothing here."""
    for key in sorted(wanted - table.keys()):
        yield f"{where}: {key} is missing"
    for key in sorted(table.keys() - wanted):
        yield f"{where}: {key} means nothing here"


def _texts(table: dict[str, Any], wanted: Iterable[str], where: str) -> Iterator[str]:
    for key in sorted(table.keys() & set(wanted)):
        if not isinstance(table[key], str) or not table[key].strip():
            yield f"{where}: {key} must be a text that is not empty"


def _twice(what: str, tables: list[dict[str, Any]]) -> Iterator[str]:
    seen: set[object] = set()
    for table in tables:
        code = repr(table.get("code"))
        if code in seen:
            yield f"{what} {table.get('code')}: stands there twice"
        seen.add(code)


PARTS, RESPONDENTS = parse(files("surveys").joinpath("roles.toml").read_text("utf-8"))
SIGNERS: Final = frozenset(role.code for role in RESPONDENTS if role.signs)
"""The roles that a questionnaire can name."""
HELPERS: Final = tuple(role.code for role in RESPONDENTS if not role.signs)
"""The roles that help with any questionnaire."""
