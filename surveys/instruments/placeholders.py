"""The placeholders of a statement: `{Aantal}` and its like count, `{heeft|hebben}` follows the count."""

from __future__ import annotations

import re

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
"""A placeholder; its only group is what stands between the braces."""

COUNTING = frozenset({"aantal", "Aantal", "telwoord", "Telwoord"})
"""The ones that count; a sentence has one."""


def faults(text: str) -> list[str]:
    """Say (in Dutch) what is wrong with the placeholders of a statement; an empty list when nothing is."""
    names = PLACEHOLDER.findall(text)
    wrong = [
        f"onbekende invulplek {{{name}}}" for name in names if name not in COUNTING and name.count("|") != 1
    ]
    rest = PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        wrong.append("een accolade hoort bij geen invulplek")
    if sum(name in COUNTING for name in names) > 1:
        wrong.append("meer dan één invulplek die telt")
    return wrong
