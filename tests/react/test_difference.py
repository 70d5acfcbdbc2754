"""The words that differ between two texts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.difference import Piece, words

TEXTS = st.lists(
    st.sampled_from(["er", "is", "een", "vaste", "plek", ".", ",", "\n", "  ", "ë"]), max_size=12
).map(" ".join)


def test_only_the_words_that_differ_are_marked() -> None:
    assert words("Er zijn drie dagen.", "Er zijn vier dagen.") == (
        Piece("same", "Er zijn "),
        Piece("gone", "drie"),
        Piece("new", "vier"),
        Piece("same", " dagen."),
    )


@settings(deadline=None)
@given(old=TEXTS, new=TEXTS)
def test_both_texts_can_be_read_back_from_the_pieces(old: str, new: str) -> None:
    pieces = words(old, new)
    assert "".join(each.text for each in pieces if each.kind != "new") == old
    assert "".join(each.text for each in pieces if each.kind != "gone") == new
