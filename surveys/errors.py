"""The refusals that Meetlat knows by name.

MeetlatError
├── Faults                a file that is refused, with everything that is wrong with it
│   ├── InstrumentFaults
│   └── AnswerFaults
└── InvalidValue          a value that a question cannot have
"""

from __future__ import annotations

from collections.abc import Iterable


class MeetlatError(Exception):
    """Anything that Meetlat refuses, with a Dutch text for whoever asked."""


class Faults(MeetlatError):
    """A file that is refused as a whole. `faults` has one line for each thing that is wrong with it."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(self.faults))


class InstrumentFaults(Faults):
    """The instrument is refused: `FILE: CODE: reason`, a line each."""


class AnswerFaults(Faults):
    """The answers are refused: `FILE: UNIT: QUESTION: reason`, a line each."""


class InvalidValue(MeetlatError):
    """The question cannot have this value; the text says what it can have."""
