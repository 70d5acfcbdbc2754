"""Who may do what: one table, and denied unless it is in it.

Which roles there are of who fills in is data (`roles`); what such a role may do depends on whether it signs.
A role is held through an assignment, for a unit or for an organisation. What a role may do, it may do on its
own unit's dossiers (`OWN`), on all of them (`ALL`), or it is not about a dossier at all (`ALL` as well).
What begins with `unit.` is about a unit rather than one of its dossiers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Literal

from surveys import roles

if TYPE_CHECKING:
    from surveys.models import Assignment


class Scope(Enum):
    """On whose dossiers."""

    OWN = "own"
    ALL = "all"


@dataclass(frozen=True)
class Role:
    """A role: its Dutch name, what it is held for, and what it may do on which dossiers.

    `explained` names the part of the page *Zo werkt het* that is about it, `short` is its name in a narrow
    table, `side` where a respondent sits in a conversation. `second_factor`: whoever holds it logs in with
    more than a password.
    """

    code: str
    label: str
    held_for: Literal["unit", "organisation"]
    explained: str
    may: dict[str, Scope]
    second_factor: bool = False
    short: str = ""
    side: str | None = None


_RESPONDENT = {
    "dossier.view": Scope.OWN,
    "dossier.answer": Scope.OWN,
    "dossier.export": Scope.OWN,
    "dossier.discuss": Scope.OWN,
    "unit.follow": Scope.OWN,
}
_SIGNER = {
    **_RESPONDENT,
    "dossier.sign": Scope.OWN,
    "dossier.submit": Scope.OWN,
    "dossier.differ": Scope.OWN,
    "dossier.react": Scope.OWN,
    "unit.report": Scope.OWN,
}

ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        *(
            Role(
                each.code,
                each.label,
                "unit",
                each.explained,
                _SIGNER if each.signs else _RESPONDENT,
                short=each.short,
                side=each.side,
            )
            for each in roles.RESPONDENTS
        ),
        Role(
            "inspecteur",
            "Inspecteur",
            "organisation",
            "inspecteur",
            {
                "dossier.view": Scope.ALL,
                "dossier.export": Scope.ALL,
                "dossier.inspect": Scope.ALL,
                "dossier.judge": Scope.ALL,
                "picture.view": Scope.ALL,
                "picture.export": Scope.ALL,
                "measurement.manage": Scope.ALL,
                "measurement.judge": Scope.ALL,
                "report.write": Scope.ALL,
                "unit.follow": Scope.ALL,
                "followup.manage": Scope.ALL,
            },
            second_factor=True,
        ),
        Role(
            "beheerder",
            "Beheerder",
            "organisation",
            "beheerder",
            {
                "people.manage": Scope.ALL,
                "units.manage": Scope.ALL,
                "figures.manage": Scope.ALL,
                "log.view": Scope.ALL,
                "retention.manage": Scope.ALL,
            },
            second_factor=True,
        ),
    )
}

PERMISSIONS: frozenset[str] = frozenset(permission for role in ROLES.values() for permission in role.may)
"""Every permission that some role has. A view can ask for no other."""


def allowed(role: str | None, permission: str) -> bool:
    """Say whether a role may do something, on whichever dossiers. Raises KeyError as `holders` does."""
    if permission not in PERMISSIONS:
        raise KeyError(permission)
    return role in ROLES and permission in ROLES[role].may


def own_units(assignments: Iterable[Assignment], permission: str, day: date) -> set[int]:
    """Give the units on whose own dossiers the assignments allow something on a day."""
    return {
        row.unit_id
        for row in assignments
        if row.unit_id is not None and holders([row], permission, row.unit_id, day)
    }


def holders(
    assignments: Iterable[Assignment], permission: str, unit_id: int | None, day: date
) -> list[Assignment]:
    """Give the assignments that allow something on a day, in their order; none means denied.

    `unit_id` is the unit whose dossier it is about, or None where it is about no dossier: then only a
    permission for `ALL` will do.

    Raises KeyError for a permission that no role has: a misspelt one must not become a silent "no".
    """
    if permission not in PERMISSIONS:
        raise KeyError(permission)
    found = []
    for assignment in assignments:
        role = ROLES.get(assignment.role)
        scope = role.may.get(permission) if role else None
        if scope is None or not assignment.holds_on(day):
            continue
        if scope is Scope.ALL or (unit_id is not None and assignment.unit_id == unit_id):
            found.append(assignment)
    return found
