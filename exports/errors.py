"""What an export refuses."""

from __future__ import annotations

from surveys.errors import MeetlatError


class TooLarge(MeetlatError):
    """More than an Excel file can hold; CSV can."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Dit past niet in een Excel-bestand: {what}. Kies CSV: dat heeft geen grens.")


class NotTypeset(MeetlatError):
    """A document that can't become an accessible PDF. `reason` is what the typesetter says, in English."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__("Van dit document kan geen toegankelijke PDF worden gemaakt.")
