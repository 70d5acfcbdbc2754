"""Abbreviations are explained where they stand, once in a text, and never at the cost of safety."""

from __future__ import annotations

import re

import pytest

from app import abbreviations
from surveys import instruments
from surveys.glossary import SHIPPED


def test_the_first_of_each_is_explained() -> None:
    marked = str(abbreviations.mark("De OVR en de RMC: wie vervangt de OVR?"))
    ovr = '<abbr title="Officier Veiligheidsregio">OVR</abbr>'
    rmc = '<abbr title="Regionaal Militair Commandant">RMC</abbr>'
    assert marked == f"De {ovr} en de {rmc}: wie vervangt de OVR?"


@pytest.mark.parametrize("text", ["beroeps-OVR", "OVR's", "P2000-pager", "(LSO)", "GRIP-3"])
def test_they_are_found_in_compounds(text: str) -> None:
    assert "<abbr" in abbreviations.mark(text)


@pytest.mark.parametrize("text", ["OVRX", "XOVR", "Olie", "rot", "DOCent"])
def test_words_that_look_like_one_are_left_alone(text: str) -> None:
    assert abbreviations.mark(text) == text


def test_the_longest_wins() -> None:
    assert "Hoofd Nationale Operaties" in abbreviations.mark("H-NATOPS")


def test_other_marks_are_escaped() -> None:
    assert abbreviations.mark('<b onclick="x">OVR & co') == (
        '&lt;b onclick=&#34;x&#34;&gt;<abbr title="Officier Veiligheidsregio">OVR</abbr> &amp; co'
    )


def test_the_ones_that_are_used_come_in_order() -> None:
    assert list(SHIPPED.used_in(["De OvD en de OVR", None, "CoPI"])) == ["CoPI", "OvD", "OVR"]


@pytest.mark.parametrize("path", instruments.builtin(), ids=lambda path: path.stem)
def test_no_capitals_in_a_question_are_left_unexplained(path) -> None:
    """What looks like an abbreviation is in the table (whole words of capitals only)."""
    texts = [question.text for question in instruments.load(path).questions.values()]
    known = sorted(map(re.escape, SHIPPED.used_in(texts)), key=len, reverse=True)
    rest = [re.sub(rf"(?<!\w)({'|'.join(known)})(?!\w)", "", text) if known else text for text in texts]
    assert not {word for text in rest for word in re.findall(r"\b[A-Z]{2,}\b", text)}
