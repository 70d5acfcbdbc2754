"""What can be made in the background: each kind by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, Final, ParamSpec, Protocol

from surveys.permissions import PERMISSIONS

P = ParamSpec("P")


class Context(Protocol):
    """What a kind knows of the task that it is run for."""

    @property
    def key(self) -> str:
        """The key of the task: what its result was to depend on when somebody asked for it."""
        ...

    def progress(self, done: int, total: int, message: str) -> None:
        """Say how far it is, in a few Dutch words: often, because only here a task can be stopped.

        Raises what must reach the worker: a kind lets it through.
        """
        ...


@dataclass(frozen=True)
class Kind:
    """A kind of work: its Dutch title, the permission to ask for it and see it, and what does it."""

    name: str
    title: str
    permission: str
    make: Callable[..., bytes]


KINDS: Final[dict[str, Kind]] = {}
"""Every kind by its name. A module with kinds must be imported wherever tasks are asked for or run."""


def task(
    name: str, *, title: str, permission: str
) -> Callable[[Callable[Concatenate[Context, P], bytes]], Callable[Concatenate[Context, P], bytes]]:
    """Register a function as a kind of work: it takes a Context and the arguments, and gives a file.

    It may read the database through `db.session`, as one that only reads; it runs outside a request. What it
    gives may depend on nothing but its arguments and the data that went into the key. To refuse, in words for
    who asked, it raises a MeetlatError.

    Raises KeyError for a permission that no role has, and ValueError for a name that is taken and for a
    permission about a dossier or a unit: a task is shared by all who ask for the same.
    """
    if permission not in PERMISSIONS:
        raise KeyError(permission)
    for about in ("dossier", "unit"):
        if permission.startswith(f"{about}."):
            raise ValueError(f"{permission} is about a {about}, and a task is not")
    if name in KINDS:
        raise ValueError(f"{name} is registered already")

    def register(
        make: Callable[Concatenate[Context, P], bytes],
    ) -> Callable[Concatenate[Context, P], bytes]:
        KINDS[name] = Kind(name, title, permission, make)
        return make

    return register
