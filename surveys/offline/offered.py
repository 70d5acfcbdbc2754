"""What a workbook or file says, read and checked: the same whatever it came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from surveys.answers import Content
from surveys.instruments import Instrument
from surveys.saving import content_from


class Belongs(NamedTuple):
    """To which dossier a workbook or file must belong."""

    instrument: Instrument
    measurement: str
    unit: str


@dataclass(frozen=True)
class Offer:
    """What is offered for one question, in canonical form, and the version that it was made from.

    A part that is empty (no value and no special, no note, no documents) leaves that part as it is.
    """

    content: Content
    seen_version: int


@dataclass(frozen=True)
class Offered:
    """Everything that is offered, by question, and what is wrong with the rest: a line each."""

    offers: Mapping[str, Offer]
    faults: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The shape in which an upload is kept."""
        return {
            "answers": {
                code: {"content": offer.content.as_json(), "seen_version": offer.seen_version}
                for code, offer in self.offers.items()
            },
            "faults": list(self.faults),
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Offered:
        """Read back what `as_json` made."""
        offers = {
            code: Offer(content_from(each["content"]), each["seen_version"])
            for code, each in kept["answers"].items()
        }
        return cls(offers, tuple(kept["faults"]))
