"""What an export refuses."""

from __future__ import annotations

from surveys.errors import MeetlatError


class TooLarge(MeetlatError):
    """More than an Excel file can hold; CSV can."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Dit past niet in een Excel-bestand: {what}. Kies CSV: dat heeft geen grens.")
