"""The words of Meetlat and the abbreviations of the questionnaires, explained: on pages and in files.

What comes with Meetlat is data, in `glossary.toml`. What inspectors make of it is in `surveys.definitions`;
either way who explains something does it with a `Glossary`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Final

WORD, ABBREVIATION = "woord", "afkorting"
KINDS: Final = {WORD: "Woord", ABBREVIATION: "Afkorting"}
"""What a term can be, with what it is called in Dutch."""

_SPACES = re.compile(r"\s+")
_OWN_PLURAL = re.compile(r"['’‘`](?:s|en)$")
_PLURAL = re.compile(r"(?<=\w{4})s$|(?<=\w{3})en$")
_ENDING = r"(?:['’‘`]?(?:s|en))?"


@dataclass(frozen=True)
class Clash:
    """A term (by its `key`) of which meanings differ while nobody said which holds; how it is written."""

    key: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class Glossary:
    """What each word and each abbreviation means, by how it is written, and which of them clash.

    `meanings` has the same by what `fold` makes of a term, all its spellings together.
    """

    words: Mapping[str, str]
    abbreviations: Mapping[str, str]
    meanings: Mapping[str, str]
    clashes: tuple[Clash, ...] = ()

    @cached_property
    def abbreviated(self) -> re.Pattern[str]:
        """An abbreviation where it stands as a word of its own; the longest that fits."""
        return _standing(self.abbreviations)

    def used_in(self, texts: Iterable[str | None]) -> dict[str, str]:
        """The abbreviations that stand in some texts, with their meanings, in the order of the alphabet."""
        found = {match[1] for text in texts if text for match in self.abbreviated.finditer(text)}
        return {short: self.abbreviations[short] for short in sorted(found, key=str.lower)}

    @cached_property
    def asked(self) -> Mapping[str, str]:
        """The words that are explained to who answers questions: as written, by what `fold` makes of them."""
        found: dict[str, str] = {}
        for word in self.words:
            found.setdefault(fold(word), word)
        return {key: word for key, word in found.items() if key not in OWN}

    @cached_property
    def _asking(self) -> re.Pattern[str]:
        return _standing((_singular(word) for word in self.asked.values()), re.IGNORECASE, _ENDING)

    def asked_in(self, texts: Iterable[str | None]) -> dict[str, str]:
        """The words that stand in some texts of a questionnaire, and what they mean.

        In capitals or not, one or more of it (as `fold` has it). Without Meetlat's own words (see `OWN`).
        """
        found = {fold(match[1]) for text in texts if text for match in self._asking.finditer(text)}
        return {word: self.meanings[key] for key, word in self.asked.items() if key in found}

    def clashing_in(self, texts: Iterable[str]) -> tuple[Clash, ...]:
        """The clashes of which a term stands in some texts, in capitals or not."""
        said = list(texts) if self.clashes else []
        found = []
        for clash in self.clashes:
            term = _standing(clash.terms, re.IGNORECASE)
            if any(term.search(text) for text in said):
                found.append(clash)
        return tuple(found)


def _standing(terms: Iterable[str], flags: re.RegexFlag = re.NOFLAG, ending: str = "") -> re.Pattern[str]:
    """Finds terms that stand as a word of their own, with an `ending`; of none it finds nothing."""
    longest_first = "|".join(sorted(map(re.escape, terms), key=len, reverse=True)) or "(?!)"
    return re.compile(rf"(?<!\w)((?:{longest_first}){ending})(?!\w)", flags)


def fold(term: str) -> str:
    """What terms have in common that are one: without capitals, accents, spaces, signs and plural (-en, -s).

    >>> fold("Regio’s") == fold("regio"), fold("Civiel-militair") == fold("civiel militair")
    (True, True)
    """
    plain = _OWN_PLURAL.sub("", _SPACES.sub("", _plain(term)))
    return _PLURAL.sub("", "".join(each for each in plain if each.isalnum()))


def _singular(term: str) -> str:
    """A term as it is written, without the plural that `fold` takes away."""
    return _PLURAL.sub("", _OWN_PLURAL.sub("", term))


def fold_meaning(meaning: str) -> str:
    """The same of meanings: those that differ only in capitals, accents, spaces or a last full stop."""
    return _SPACES.sub("", _plain(meaning)).rstrip(".")


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each)).casefold()


def _shipped() -> tuple[Glossary, frozenset[str]]:
    tables = tomllib.loads(files("surveys").joinpath("glossary.toml").read_text("utf-8"))
    words, abbreviations = tables["words"], tables["abbreviations"]
    meanings = {fold(term): meaning for term, meaning in (words | abbreviations).items()}
    own = frozenset(map(fold, words)) - frozenset(map(fold, tables["in_questions"]))
    return Glossary(words, abbreviations, meanings), own


SHIPPED, OWN = _shipped()
"""What comes with Meetlat: where there is no database, and for as long as nobody changed anything. And of its
words, by what `fold` makes of them, those that are about Meetlat's own way of measuring and following up."""
