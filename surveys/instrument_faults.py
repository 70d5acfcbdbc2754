"""What is wrong with an uploaded questionnaire, in Dutch and with the line where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from surveys.errors import InstrumentFaults

WORDS = {
    "Invalid value": "hier staat geen geldige waarde; zet tekst tussen aanhalingstekens",
    "Expected '=' after a key in a key/value pair": "achter een naam hoort een =-teken",
    "Expected newline or end of document": "achter de waarde staat iets dat er niet hoort",
    "Invalid statement": "deze regel begint niet met een naam",
    "Cannot overwrite a value": "deze naam staat er twee keer",
    "Unclosed array": "een lijst is niet afgesloten met ]",
    "Unclosed inline table": "een tabel is niet afgesloten met }",
    "Unterminated string": "een tekst is niet afgesloten met een aanhalingsteken",
    "Illegal character": "een tekst is niet afgesloten, of er staat een verboden teken in",
    "Cannot declare": "dit onderdeel staat er twee keer",
    "Duplicate inline table key": "deze naam staat twee keer in een tabel",
    "Expected ']'": "hier ontbreekt een ]",
    "Unescaped '\\' in a string": "zet een \\ dubbel",
}
"""What the reader of TOML says most, in Dutch."""
PLACE = re.compile(r"at line (\d+), column (\d+)")
CODE = re.compile(r"""\bcode\s*=\s*(["'])(.*?)\1""")
NOT_TOML = "is geen geldige TOML"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: in which part (a code, or empty for the whole), on which line, and what."""

    part: str
    line: int | None
    reason: str


def faults(error: InstrumentFaults, text: str, name: str) -> list[Fault]:
    """Give what is wrong with a text that was refused, in the order of the file."""
    lines = _lines(text)
    return [_fault(each.removeprefix(f"{name}: "), text, lines) for each in error.faults]


def _fault(said: str, text: str, lines: dict[str, int]) -> Fault:
    if said.startswith(NOT_TOML):
        place = PLACE.search(said)
        words = next((dutch for english, dutch in WORDS.items() if english in said), None)
        line = int(place[1]) if place else len(text.splitlines()) or 1 if "end of document" in said else None
        column = f" (teken {place[2]})" if place else ""
        return Fault("", line, f"Dit is geen geldige TOML{column}{': ' + words if words else ''}.")
    part, colon, reason = said.partition(": ")
    if not colon:
        return Fault("", None, said)
    return Fault(part, lines.get(part), reason)


def _lines(text: str) -> dict[str, int]:
    """The first line on which each code stands: looked up once, as there may be as many faults as lines."""
    found: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        for code in CODE.finditer(line):
            found.setdefault(code[2], number)
    return found
