"""How OpenDocument says what a number or a day looks like: the formats of `exports.book`, translated."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape

_LANGUAGE: Final = "[$-413]"
"""How a format says that the names of months are Dutch."""

_FIGURE: Final = re.compile(r"0(?:\.(?P<decimals>0+))?(?P<share>%)?")
_GENERAL: Final = re.compile(r'General(?:"(?P<unit>[^"]*)")?')
_DATE_PART: Final = re.compile(r"yyyy|mmmm|mm|dd|d|hh|[- :]")

_DATE_PARTS: Final = {
    "yyyy": '<number:year number:style="long"/>',
    "mmmm": '<number:month number:style="long" number:textual="true"/>',
    "mm": '<number:month number:style="long"/>',
    "dd": '<number:day number:style="long"/>',
    "d": "<number:day/>",
    "hh": '<number:hours number:style="long"/>',
}
_MINUTES: Final = '<number:minutes number:style="long"/>'


def number_style(name: str, format: str) -> str:
    """Give the style of a number format under a name. Raises ValueError for a format that none of ours is.

    >>> number_style("n1", "0.00")
    '<number:number-style style:name="n1"><number:number number:decimal-places="2"\
 number:min-decimal-places="2" number:min-integer-digits="1"/></number:number-style>'
    """
    if format == "@":
        return _style("text", name, "<number:text-content/>")
    if found := _GENERAL.fullmatch(format):
        unit = f"<number:text>{escape(found['unit'])}</number:text>" if found["unit"] else ""
        return _style("number", name, f'<number:number number:min-integer-digits="1"/>{unit}')
    if found := _FIGURE.fullmatch(format):
        digits = len(found["decimals"] or "")
        figure = (
            f'<number:number number:decimal-places="{digits}" number:min-decimal-places="{digits}"'
            ' number:min-integer-digits="1"/>'
        )
        return (
            _style("percentage", name, f"{figure}<number:text>%</number:text>")
            if found["share"]
            else _style("number", name, figure)
        )
    return _style("date", name, _date(format), ' number:language="nl" number:country="NL"')


def _style(kind: str, name: str, content: str, attributes: str = "") -> str:
    return f'<number:{kind}-style style:name="{name}"{attributes}>{content}</number:{kind}-style>'


def _date(format: str) -> str:
    plain = format.removeprefix(_LANGUAGE)
    parts = _DATE_PART.findall(plain)
    if "".join(parts) != plain or not parts:
        raise ValueError(f"no such number format: {format}")
    out, hours = [], False
    for part in parts:
        # what follows the hours are minutes, which are written like months
        out.append(
            _MINUTES
            if hours and part == "mm"
            else _DATE_PARTS.get(part, f"<number:text>{part}</number:text>")
        )
        hours = hours or part == "hh"
    return "".join(out)
